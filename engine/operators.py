"""The closed list of what a policy can say to the engine, and which of it an edition says.

A reading is compared with `truth` on drawn cases, operator by operator: see `tests/matrix.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    BandRef,
    Between,
    Code,
    Compare,
    ConclusionRef,
    Each,
    Edition,
    Exclusion,
    Fact,
    FieldRef,
    Fixed,
    Given,
    Group,
    Joined,
    Keep,
    Known,
    MeasureRef,
    NoScore,
    NoScoreWhen,
    Not,
    OneOf,
    Operand,
    Right,
    Rows,
    Rule,
    Score,
    ScoreRef,
    Span,
    Subject,
    Times,
    Type,
    Unknown,
    Worth,
)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "record": ("keep", "keep_when", "keep_open", "keep_unpublished", "sets_aside", "excluded"),
    "fold": ("count", "share", "sum", "average", "least", "greatest", "earliest", "latest"),
    "rows": ("within", "among", "where", "unknown_when"),
    "measure": ("value", "age", "until", "add", "subtract", "greatest_of", "least_of", "times"),
    "logic": ("otherwise", "all", "any", "not", "known"),
    "compare": ("is", "is_not", "at_least", "more_than", "at_most", "less_than", "between", "one_of", "none_of"),
    "with": ("field", "other_measure", "as_of", "flag", "code"),
    "rule": ("points", "table", "each", "concludes_flag", "concludes_code", "case_no_score", "unknown_no_score"),
    "score": ("bands", "floor", "cap", "no_score_when", "without_score"),
    "use": ("band", "score", "no_score"),
    "size": ("edition-size",),
}
"""Operators by what they belong to, each named as in a policy where it has a name there."""

OPERATORS: tuple[str, ...] = tuple(name for group in GROUPS.values() for name in group)

MANY_CASES = 50_000
"""An edition whose rules have more cases together is a large one."""


def has_many_cases(edition: Edition) -> bool:
    """Whether an edition is so large that some readings leave it to others."""
    return sum(len(rule.cases) for rule in edition.rules.values()) > MANY_CASES


def agreement() -> Any:
    """What the readings were found to agree on: the cases of `truth` for each operator, and those of each reading.

    >>> set(agreement()["operators"]) == set(OPERATORS)
    True
    """
    return json.loads((Path(__file__).parent / "readings" / "agreement.json").read_text("utf-8"))


def operators_of(edition: Edition) -> frozenset[str]:
    """Everything of the list that an edition says.

    >>> from datetime import date
    >>> from engine.rulebook import edition, load_rulebook
    >>> found = operators_of(edition(load_rulebook("fair-civic-trust"), date(2026, 12, 15)))
    >>> "share" in found, "edition-size" in found, found <= set(OPERATORS)
    (True, False, True)
    """
    said = {name for node in nodes(edition) for name in named(node)}
    said |= {"without_score"} if edition.score is None else set()
    said |= {"edition-size"} if has_many_cases(edition) else set()
    return frozenset(said)


OF_RECORDS = frozenset(name for group in ("record", "fold", "rows", "measure") for name in GROUPS[group])
"""What is at work only when there is a record, and not when the measures are given."""


def operators_of_rules(edition: Edition) -> frozenset[str]:
    """The operators that are at work when the measures are given: those of rules, score and uses."""
    said = {
        name for part in (edition.rules, edition.score, edition.uses) for node in nodes(part) for name in named(node)
    }
    return frozenset(said | operators_of(edition) & {"without_score", "edition-size"}) - OF_RECORDS


def nodes(node: Any) -> Iterator[Any]:
    """A node of the tree and everything below it; the documents as written do not count."""
    if isinstance(node, Mapping):
        for value in node.values():
            yield from nodes(value)
    elif isinstance(node, tuple):
        for value in node:
            yield from nodes(value)
    elif is_dataclass(node):
        yield node
        for each in fields(node):
            if each.name not in {"raw", "where"}:
                yield from nodes(getattr(node, each.name))


SINGLE: Mapping[type, str] = {
    Always: "otherwise",
    AllOf: "all",
    AnyOf: "any",
    Not: "not",
    Known: "known",
    Between: "between",
    NoScore: "no_score",
    Fact: "value",
    Times: "times",
    NoScoreWhen: "no_score_when",
    Fixed: "points",
    Each: "each",
    AsOf: "as_of",
    BandRef: "band",
    ScoreRef: "score",
}
"""Nodes that are an operator by themselves, whatever is in them."""


def named(node: Any) -> Iterator[str]:
    """The operators that one node is, without those below it.

    >>> list(named(Fixed(10))), list(named(Span("age", Fact("identity-check", "born"), "years")))
    (['points'], ['age'])
    """
    match node:
        case Compare(subject, op, operand, kind):
            yield op.value
            yield from against(subject, operand, kind)
        case OneOf(subject, _, kind):
            yield "none_of" if node.negated else "one_of"
            yield from against(subject, None, kind)
        case Keep():
            yield "keep_when" if node.when is not None else "keep"
            if node.months is None:
                yield "keep_unpublished" if node.unpublished else "keep_open"
        case Rows():
            yield node.fold.value
            asked = {"within": node.within, "among": node.among, "where": node.counts_if}
            yield from (name for name, value in asked.items() if value is not None)
            if node.unknown_below is not None:
                yield "unknown_when"
        case Span():
            yield node.way
        case Joined():
            yield node.join.value
        case Rule():
            if node.table is not None:
                yield "table"
        case Given():
            yield "concludes_flag" if node.value is True else "concludes_code"
        case Worth():
            if node.no_score is not None:
                yield "case_no_score"
        case Unknown():
            if node.no_score is not None:
                yield "unknown_no_score"
        case Group():
            yield from (name for name, value in (("floor", node.floor), ("cap", node.cap)) if value is not None)
        case Score():
            yield "bands"
        case Exclusion():
            if node.fields or node.sources:
                yield "excluded"
        case Right():
            if node.sets_aside:
                yield "sets_aside"
        case _:
            if type(node) in SINGLE:
                yield SINGLE[type(node)]


def against(subject: Subject, operand: Operand | None, kind: Type) -> Iterator[str]:
    """What is compared with what: two fields, two measures, a flag or a code that a rule concluded."""
    match subject, operand:
        case FieldRef(), FieldRef():
            yield "field"
        case MeasureRef(), MeasureRef():
            yield "other_measure"
        case ConclusionRef(), _:
            yield "code" if isinstance(kind, Code) else "flag"
        case _:
            pass
