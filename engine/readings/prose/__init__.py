"""A rulebook in sentences and tables, in each of its languages, from the phrase tables in `engine/words`.

Sentences stand for themselves; clauses (`condition`, `worth`) have no full stop and go into a sentence or a cell.
"""

from engine.readings.prose.changes import because, edit, kind_of
from engine.readings.prose.conditions import condition
from engine.readings.prose.history import editions, history
from engine.readings.prose.impact import Grid, ImpactPart, bin_words, impact, impact_lines, outcome_words
from engine.readings.prose.law import logged, place
from engine.readings.prose.measures import measure
from engine.readings.prose.policies import policy
from engine.readings.prose.proofs import (
    ProofPart,
    apart,
    band,
    differs,
    not_proved,
    pair,
    proved,
    question,
    reference,
)
from engine.readings.prose.refusals import refusal
from engine.readings.prose.rules import (
    ProseCase,
    ProseTable,
    case_lines,
    cases,
    cells,
    certainty,
    comes_out,
    direction,
    example,
    table,
    unknown,
    when,
    worth,
)
from engine.readings.prose.score import band_title, score, span
from engine.readings.prose.sources import label, left_out, retention
from engine.readings.prose.steps import steps
from engine.readings.prose.uses import category, consequence, exclusion, glob
from engine.readings.prose.values import day, duration, frequency, months, points, signed, value, window
from engine.readings.prose.words import languages, say

__all__ = [
    "Grid",
    "ImpactPart",
    "ProofPart",
    "ProseCase",
    "ProseTable",
    "apart",
    "band",
    "band_title",
    "because",
    "bin_words",
    "case_lines",
    "cases",
    "category",
    "cells",
    "certainty",
    "comes_out",
    "condition",
    "consequence",
    "day",
    "differs",
    "direction",
    "duration",
    "edit",
    "editions",
    "example",
    "exclusion",
    "frequency",
    "glob",
    "history",
    "impact",
    "impact_lines",
    "kind_of",
    "label",
    "languages",
    "left_out",
    "logged",
    "measure",
    "months",
    "not_proved",
    "outcome_words",
    "pair",
    "place",
    "points",
    "policy",
    "proved",
    "question",
    "reference",
    "refusal",
    "retention",
    "say",
    "score",
    "signed",
    "span",
    "steps",
    "table",
    "unknown",
    "value",
    "when",
    "window",
    "worth",
]
