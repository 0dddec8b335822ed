"""What a reading by forward chaining asks of an edition: questions with two rails each, and tables.

A unit is what is asked together: the cases of a rule, in order; whether there is no score; the band; the triggers of a
use. A rule that looks at one thing alone is a table: the interval the thing lies in names the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.ir import Condition, Edition, Rule, ScoreRef
from engine.kleene import holds
from engine.rails import (
    Asked,
    Formula,
    Pair,
    Part,
    Rails,
    Scale,
    Thing,
    TooWideError,
    alternatives,
    asked_in_parts,
    formula,
    scales,
)
from engine.trace import Mark

SCORE, BAND, RULE, USE = "score", "band", "rule:", "use:"
"""The names of units; those of rules and uses end in the id."""


@dataclass(frozen=True, slots=True)
class Question:
    """A condition of a unit, or one part of it: the properties of its fact and what they are about."""

    number: int
    unit: str
    condition: int
    part: Part | None
    properties: tuple[tuple[str, Thing, Scale], ...]
    rails: Rails


@dataclass(frozen=True, slots=True)
class Table:
    """A choice by one thing alone: the interval it lies in names the mark, and `unknown` is the mark without one."""

    number: int
    unit: str
    thing: Thing
    scale: Scale
    marks: tuple[Any, ...]
    unknown: Any


@dataclass(frozen=True, slots=True)
class Unit:
    """What is asked together: the cases of a rule, when there is no score, the bands, or the triggers of a use.

    Each condition is a run of questions, its parts first; a unit with a `table` has none.
    """

    name: str
    scales: Mapping[Thing, Scale]
    conditions: tuple[tuple[Question, ...], ...]
    table: Table | None


def units(edition: Edition) -> tuple[dict[str, Unit], list[Question | Table]]:
    """Everything that is asked of an edition, by unit and by number."""
    numbered: list[Question | Table] = []
    score = edition.score
    found = [rule_unit(rule, numbered) for rule in edition.rules.values()]
    if score is not None:
        found.append(unit(SCORE, [one.when for one in score.no_score], numbered))
        starts = Scale(True, tuple(band.least for band in score.bands[1:]))
        bands = Table(len(numbered), BAND, ScoreRef(), starts, tuple(band.id for band in score.bands), None)
        numbered.append(bands)
        found.append(Unit(BAND, {}, (), bands))
    found += [unit(USE + id_, [one.when for one in use.consequences], numbered) for id_, use in edition.uses.items()]
    return {one.name: one for one in found}, numbered


def unit(name: str, conditions: Sequence[Condition], numbered: list[Question | Table]) -> Unit:
    """Conditions, each to be asked by facts of its own."""
    formulas = [formula(condition) for condition in conditions]
    scale = scales(formulas)
    asked = []
    for place, whole in enumerate(formulas):
        inside = dict(scale)
        runs = asked_in_parts(whole, inside)
        questions = []
        for number, one in enumerate(runs):
            things = dict.fromkeys(thing for ways in (one.true, one.false) for way in ways for thing in way)
            properties = tuple((f"x{n}", thing, inside[thing]) for n, thing in enumerate(things))
            part = None if number == len(runs) - 1 else Part(number)
            questions.append(Question(len(numbered), name, place, part, properties, one))
            numbered.append(questions[-1])
        asked.append(tuple(questions))
    return Unit(name, scale, tuple(asked), None)


def rule_unit(rule: Rule, numbered: list[Question | Table]) -> Unit:
    """The cases of a rule: a table if they look at one thing alone, else conditions tried in order."""
    name, conditions = RULE + rule.head.id, [case.when for case in rule.cases]
    formulas = [formula(condition) for condition in conditions]
    scale = scales(formulas)
    things = {thing.subject if isinstance(thing, Asked) else thing for thing in scale}
    if len(things) != 1 or any(isinstance(thing, Pair) for thing in things):
        return unit(name, conditions, numbered)
    (thing,) = things
    scale.setdefault(thing, Scale(False, ()))
    try:
        marks = table_marks(formulas, thing, scale)
    except TooWideError:
        return unit(name, conditions, numbered)
    whole = scale[thing]
    if whole.ordered:
        kept = [place for place, (mark, following) in enumerate(pairwise(marks)) if mark != following]
        whole = Scale(True, tuple(whole.points[place] for place in kept))
        marks = [*(marks[place] for place in kept), marks[-1]]
    table = Table(len(numbered), name, thing, whole, tuple(marks), scanned_unknown(rule))
    numbered.append(table)
    return Unit(name, {thing: whole}, (), table)


def table_marks(formulas: Sequence[Formula], thing: Thing, scale: Mapping[Thing, Scale]) -> list[Mark]:
    """For each interval of the one thing the first case that is true there; a known thing leaves nothing unknown."""
    top = len(scale[thing].points)
    free: list[int] = list(range(top + 2))
    marks = [Mark(None, unknown=True)] * (top + 1)
    for case, whole in enumerate(formulas):
        for way in alternatives(whole, scale):
            known = way.get(Asked(thing), (1, 1))  # type: ignore[arg-type]  # not a Pair, as its caller has seen
            if not known[0] <= 1 <= known[1]:
                continue
            low, high = way.get(thing, (0, top))
            place = next_free(free, low)
            while place <= high:
                marks[place], free[place] = Mark(case, unknown=False), place + 1
                place = next_free(free, place)
    return marks


def next_free(free: list[int], place: int) -> int:
    """The first interval from here on that no case has taken; the way to it is shortened for the next time."""
    found = place
    while free[found] != found:
        found = free[found]
    while free[place] != found:
        free[place], place = found, free[place]
    return found


def scanned_unknown(rule: Rule) -> Mark:
    """Where the scan ends when nothing is known."""
    for case, one in enumerate(rule.cases):
        answer = holds(one.when, lambda _: None)
        if answer is not False:
            return Mark(case, unknown=answer is None)
    return Mark(None, unknown=True)
