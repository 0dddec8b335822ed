"""Gaps, overlaps and dead cases of a rule, over every value its measures and conclusions can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.check.grid import Grid, answer, grid, smallest
from engine.ir import (
    AllOf,
    Always,
    Boolean,
    Conclusion,
    ConclusionRef,
    Condition,
    Measure,
    MeasureRef,
    Rule,
    Subject,
    Type,
    Value,
)
from engine.parse.conditions import subjects
from engine.parse.types import written
from engine.problem import Problem, Where

MOST_TOLD = 20
"""No more than this many problems of one kind are told of one rule: the others have the same cause."""


def coverage(rule: Rule, measures: Mapping[str, Measure], conclusions: Mapping[str, Conclusion]) -> Iterator[Problem]:
    """Values for which no case is true, rows of a table that are both true, and cases that can never win."""
    types = types_of(rule, measures, conclusions)
    whens = [case.when for case in rule.cases]
    found = grid(types, whens)
    if found is None:
        return
    answers = [answer(found, when) for when in whens]
    left, dead = found.everything, set[int]()
    for index, (true, false) in enumerate(answers):
        if not left & true:
            dead.add(index)
        left &= false
    if left:
        yield _gap(rule, found, left)
    trues = [true for true, _ in answers]
    for index in sorted(dead)[:MOST_TOLD]:
        yield _dead(rule, trues, index)
    if rule.table is not None:
        yield from _overlaps(rule, found, trues, dead)


def types_of(rule: Rule, measures: Mapping[str, Measure], conclusions: Mapping[str, Conclusion]) -> dict[Subject, Type]:
    """Everything the conditions of a rule look at, with its type, in the order written."""
    seen = dict.fromkeys(subject for case in rule.cases for subject in subjects(case.when))
    types: dict[Subject, Type] = {}
    for subject in seen:
        match subject:
            case MeasureRef(name):
                types[subject] = measures[name].type
            case ConclusionRef(name):
                types[subject] = conclusions[name].codes or Boolean()
            case _:
                pass
    return types


def told(found: Grid, values: Mapping[Subject, Value | None]) -> str:
    """One combination as an author would write it."""
    parts = []
    for axis in found.axes:
        name = axis.subject.measure if isinstance(axis.subject, MeasureRef) else getattr(axis.subject, "conclusion", "")
        parts.append(f"`{name}` is {written(values[axis.subject], axis.type)}")
    return " and ".join(parts)


def _gap(rule: Rule, found: Grid, left: int) -> Problem:
    what = "row" if rule.table else "case"
    return Problem(
        "gap",
        f"no {what} is true when {told(found, smallest(found, left))}",
        rule.cases[-1].where,
        help=f"add a {what}, or widen one, so that every value has its {what}",
    )


def _dead(rule: Rule, trues: list[int], index: int) -> Problem:
    case = rule.cases[index]
    what = "row" if rule.table else "case"
    also: tuple[tuple[Where, str], ...] = ()
    if not trues[index]:
        sentence, help_ = f"this {what} is never true", "look at its bounds: no value lies within them"
    else:
        sentence, help_ = f"this {what} never wins: the ones before it take every value", "move it up, or leave it out"
        before = next((other for other in range(index) if trues[other] & trues[index] == trues[index]), None)
        if before is not None:
            also = ((rule.cases[before].where, f"this {what} takes them all"),)
    return Problem("dead-case", sentence, case.where, help=help_, also=also)


def _overlaps(rule: Rule, found: Grid, trues: list[int], dead: set[int]) -> Iterator[Problem]:
    """Each row that is true together with an earlier one; a last row of `-` alone is for the rest, and may be."""
    seen, count = 0, 0
    for index, true in enumerate(trues):
        both = seen & true
        rest = index == len(trues) - 1 and is_rest(rule.cases[index].when)
        if both and index not in dead and not rest and count < MOST_TOLD:
            count += 1
            other = next(each for each in range(index) if trues[each] & both)
            values = smallest(found, trues[other] & true)
            yield Problem(
                "overlap",
                f"two rows are true when {told(found, values)}",
                rule.cases[index].where,
                help="rows of a table do not overlap: move the bound of one of them",
                also=((rule.cases[other].where, "the other row"),),
            )
        seen |= true


def is_rest(condition: Condition) -> bool:
    """Whether every cell of a row is `-`."""
    match condition:
        case Always():
            return True
        case AllOf(parts):
            return all(is_rest(part) for part in parts)
        case _:
            return False
