"""The steps of a decision as values a person can follow from rows to score.

A reading says what it found (values, which case ended the scan, points); these functions write it down. So a fast
reading may keep small integers and write the trace only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.admit import Kept
from engine.decision import Step, plain
from engine.ir import Edition, Group, Header, Measure, Number, Rule, Score, Source, Use, Value, Worth
from engine.problem import Where


@dataclass(frozen=True, slots=True)
class Seen:
    """What a row fold looked at: indices of the *rows* and of the *counted* ones among them; None if it is absent."""

    rows: tuple[int, ...]
    counted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the scan of a rule ended: the case that was true, or (with `unknown`) the one that could not be decided.

    `case` is None when no case was left: the rule is then unknown too.
    """

    case: int | None
    unknown: bool


def place(where: Where) -> str:
    """File and line, as a trace names a place."""
    return f"{where.file}:{where.line}"


def _step(kind: str, head: Header, where: Where, inputs: Any, outcome: Any, steps: Sequence[Step] = ()) -> Step:
    return Step(kind, head.id, head.version, place(where), inputs, outcome, tuple(steps))


def value_plain(measure: Measure, value: Value | None) -> Any:
    """A measure's value as JSON."""
    return plain(value, measure.type.places if isinstance(measure.type, Number) else 0)


def source_step(source: Source, kept: Kept) -> Step:
    """How many rows of a source were kept, and which were left out and why."""
    id_ = source.head.id
    left_out = [{"row": out.row, "why": out.why} for out in kept.left_out if out.source == id_]
    if source.dated_by is None:
        facts = kept.facts.get(id_)
        outcome: dict[str, Any] = {"kept": 0 if facts is None else 1, "left_out": left_out}
        given = facts is not None or bool(left_out)
    else:
        rows = kept.rows.get(id_)
        outcome = {"kept": len(rows or ()), "left_out": left_out}
        given = rows is not None
    return _step("source", source.head, source.head.where, {"given": given}, outcome)


def measure_step(measure: Measure, inputs: Mapping[str, Any], value: Value | None) -> Step:
    """What a measure was worked out from, and its value."""
    return _step("measure", measure.head, measure.head.where, inputs, {"value": value_plain(measure, value)})


def given_step(measure: Measure, value: Value | None) -> Step:
    """A measure whose value was given, not worked out (simulation)."""
    return _step("measure", measure.head, measure.head.where, {"given": True}, {"value": value_plain(measure, value)})


def seen_inputs(source: str, seen: Seen | None) -> dict[str, Any]:
    """The inputs of a row fold: the rows it looked at, or that the source is absent."""
    if seen is None:
        return {"source": source, "absent": True}
    return {"source": source, "rows": list(seen.rows), "counted": list(seen.counted)}


def rule_step(
    edition: Edition,
    rule: Rule,
    values: Mapping[str, Value | None],
    conclusions: Mapping[str, bool | str | None],
    mark: Mark,
    points: int | None,
) -> Step:
    """What a rule looked at, which case ended the scan, and what it gave.

    Every case before that one was false; `how` is "case", "unknown" or "no_score".
    """
    inputs: dict[str, Any] = {id_: value_plain(edition.measures[id_], values[id_]) for id_ in rule.reads}
    inputs |= {name: conclusions[name] for name in rule.reads_conclusions}
    case = None if mark.case is None else rule.cases[mark.case]
    worth = None if case is None or mark.unknown else case.worth
    refuses = rule.unknown.no_score is not None if worth is None else worth.no_score is not None
    outcome = {
        "how": "no_score" if refuses else "unknown" if worth is None else "case",
        "case": mark.case,
        "unknown": worth is None,
        "points": points,
        "concludes": {conclusion.name: conclusions[conclusion.name] for conclusion in rule.conclusions},
    }
    return _step("rule", rule.head, rule.head.where if case is None else case.where, inputs, outcome)


def group_step(score: Score, group: Group, points: Mapping[str, int | None], total: int, held: int) -> Step:
    """What the rules of a group add up to, and what is left of it after floor and cap."""
    inputs = {rule: points[rule] for rule in group.rules}
    return _step("group", score.head, group.where, inputs, {"group": group.id, "sum": total, "points": held})


def score_step(score: Score, groups: Sequence[Step], total: int | None, result: int | None, band: str | None) -> Step:
    """The sum before it is held to the range, the score and its band; None without a score."""
    outcome = {"sum": total, "score": result, "band": band}
    return _step("score", score.head, score.head.where, {"base": score.base}, outcome, groups)


def use_step(use: Use, answers: Sequence[bool | None]) -> Step:
    """Which consequences of the use apply."""
    steps = [
        _step("consequence", use.head, consequence.where, {}, {"consequence": consequence.id, "applies": answer})
        for consequence, answer in zip(use.consequences, answers, strict=True)
    ]
    applies = [c.id for c, answer in zip(use.consequences, answers, strict=True) if answer is True]
    return _step("use", use.head, use.head.where, {}, {"applies": applies}, steps)


def worth_at(rule: Rule, mark: Mark) -> Worth | None:
    """The worth of the case that won, or None when the rule is unknown."""
    return None if mark.unknown or mark.case is None else rule.cases[mark.case].worth
