"""Gaps, overlaps and dead cases of a rule, over every value its measures and conclusions can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from operator import and_

from engine.check.boxes import Box, TooManyError, bits, boxes, comparisons, left_out, meeting, pile, space
from engine.check.grid import Axis, Grid, answer, axes, laid_out, smallest
from engine.conditions import Asked, asked, subjects
from engine.ir import (
    AllOf,
    Always,
    AsOf,
    Boolean,
    Conclusion,
    ConclusionRef,
    Condition,
    Day,
    Measure,
    MeasureRef,
    Rule,
    Type,
    Value,
)
from engine.parse.types import written
from engine.problem import Grade, Problem, Where

Values = Mapping[Asked, Value | None]
"""One combination."""

MOST_TOLD = 20
"""No more than this many problems of one kind are told of one rule: the others have the same cause."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What is found of a rule: a combination without a case, cases that never win, rows that are both true.

    `before` says of a dead case which one before it takes everything, itself if it is never true, None if several do.
    """

    gap: Values | None
    dead: Mapping[int, int | None]
    overlaps: Mapping[int, tuple[int, Values]]


def coverage(rule: Rule, measures: Mapping[str, Measure], conclusions: Mapping[str, Conclusion]) -> Iterator[Problem]:
    """Values for which no case is true, rows of a table that are both true, and cases that can never win."""
    whens = [case.when for case in rule.cases]
    found = axes(types_of(rule, measures, conclusions), whens)
    listed = laid_out(found)
    try:
        covered = _listed(rule, listed, whens) if listed is not None else _in_boxes(rule, found, whens)
    except TooManyError:
        yield _not_checked(rule)
        return
    if covered.gap is not None:
        yield _gap(rule, found, covered.gap)
    for index, before in islice(covered.dead.items(), MOST_TOLD):
        yield _dead(rule, index, before)
    for index, (other, values) in islice(covered.overlaps.items(), MOST_TOLD):
        yield _overlap(rule, found, index, other, values)
    if listed is None and _compares(whens):
        yield _not_checked(rule)


def _compares(whens: Sequence[Condition]) -> bool:
    """Whether measures are compared with one another."""
    return any(True for when in whens for _ in comparisons(when))


# --------------------------------------------------------------------------------------------- all combinations


def _listed(rule: Rule, found: Grid, whens: Sequence[Condition]) -> Covered:
    """What is found when every combination is looked at."""
    answers = [answer(found, when) for when in whens]
    trues = [true for true, _ in answers]
    left, dead = found.everything, dict[int, int | None]()
    for index, (true, false) in enumerate(answers):
        if not left & true:
            takes = (other for other in range(index) if trues[other] & true == true)
            dead[index] = next(takes, None) if true else index
        left &= false
    overlaps = dict[int, tuple[int, Values]]()
    seen = 0
    for index, true in enumerate(trues):
        both = seen & true
        if both and _must_not_overlap(rule, index) and index not in dead and len(overlaps) < MOST_TOLD:
            other = next(each for each in range(index) if trues[each] & both)
            overlaps[index] = other, smallest(found, trues[other] & true)
        seen |= true
    return Covered(smallest(found, left) if left else None, dead, overlaps)


def _must_not_overlap(rule: Rule, index: int) -> bool:
    """Of a row of a table; a last row of `-` alone is for the rest, and may overlap."""
    last = index == len(rule.cases) - 1
    return rule.table is not None and not (last and is_rest(rule.cases[index].when))


# ----------------------------------------------------------------------------------------------- too many to list


def _in_boxes(rule: Rule, found: Sequence[Axis], whens: Sequence[Condition]) -> Covered:
    """What is found when combinations are too many: the same, unless it hangs on what two measures are to each other.

    Raises TooManyError when even this takes too long.
    """
    room = space(found, whens)
    sure, everything = len(found), tuple((1 << width) - 1 for width in room.widths)
    trues = [boxes(room, when, said=True, surely=True) for when in whens]
    stays = [boxes(room, when, said=True, surely=False) for when in whens]
    ends = list(accumulate(map(len, stays), initial=0))
    staying = pile(room.widths, [box for each in stays for box in each])
    gap = left_out(staying, everything, ends[-1], sure)
    dead = dict[int, int | None]()
    for index, true in enumerate(trues):
        if all(left_out(staying, box, ends[index], len(everything)) is None for box in true):
            earlier = range(index) if len(dead) < MOST_TOLD else ()
            takes = (other for other in earlier if _within(true, trues[other]))
            dead[index] = next(takes, None) if true else index
    overlaps = dict[int, tuple[int, Values]]()
    rows = pile(room.widths, [each[0] if each else (0,) * len(everything) for each in trues])
    for index, true in enumerate(trues):
        if len(true) == 1 and _must_not_overlap(rule, index) and index not in dead and len(overlaps) < MOST_TOLD:
            other = next(bits(meeting(rows, true[0], index)), None)
            if other is not None:
                both = map(and_, true[0], trues[other][0])
                overlaps[index] = other, _values(found, [next(bits(values)) for values in both])
    return Covered(None if gap is None else _values(found, gap), dead, overlaps)


def _within(inner: Sequence[Box], outer: Sequence[Box]) -> bool:
    """Whether each box of one case lies within a box of another."""
    return all(any(tuple(map(and_, box, other)) == box for other in outer) for box in inner)


def _values(found: Sequence[Axis], positions: Sequence[int]) -> Values:
    return {axis.subject: axis.values[position] for axis, position in zip(found, positions, strict=False)}


# ----------------------------------------------------------------------------------------------------- in words


def types_of(rule: Rule, measures: Mapping[str, Measure], conclusions: Mapping[str, Conclusion]) -> dict[Asked, Type]:
    """Everything the conditions of a rule look at, with its type, in the order written."""
    seen = dict.fromkeys(subject for case in rule.cases for subject in subjects(case.when))
    types: dict[Asked, Type] = {}
    if any(AsOf() in asked(case.when) for case in rule.cases):
        types[AsOf()] = Day()
    for subject in seen:
        match subject:
            case MeasureRef(name):
                types[subject] = measures[name].type
            case ConclusionRef(name):
                types[subject] = conclusions[name].codes or Boolean()
            case _:
                pass
    return types


def told(found: Sequence[Axis], values: Values) -> str:
    """One combination as an author would write it."""
    return " and ".join(f"`{_name(axis.subject)}` is {written(values[axis.subject], axis.type)}" for axis in found)


def _name(subject: Asked) -> str:
    match subject:
        case MeasureRef(name) | ConclusionRef(name):
            return name
        case _:
            return "as_of"


def _gap(rule: Rule, found: Sequence[Axis], values: Values) -> Problem:
    what = "row" if rule.table else "case"
    return Problem(
        "gap",
        f"no {what} is true when {told(found, values)}",
        rule.cases[-1].where,
        help=f"add a {what}, or widen one, so that every value has its {what}",
    )


def _dead(rule: Rule, index: int, before: int | None) -> Problem:
    case = rule.cases[index]
    what = "row" if rule.table else "case"
    also: tuple[tuple[Where, str], ...] = ()
    if before == index:
        sentence, help_ = f"this {what} is never true", "look at its bounds: no value lies within them"
    else:
        sentence, help_ = f"this {what} never wins: the ones before it take every value", "move it up, or leave it out"
        if before is not None:
            also = ((rule.cases[before].where, f"this {what} takes them all"),)
    return Problem("dead-case", sentence, case.where, help=help_, also=also)


def _overlap(rule: Rule, found: Sequence[Axis], index: int, other: int, values: Values) -> Problem:
    return Problem(
        "overlap",
        f"two rows are true when {told(found, values)}",
        rule.cases[index].where,
        help="rows of a table do not overlap: move the bound of one of them",
        also=((rule.cases[other].where, "the other row"),),
    )


def _not_checked(rule: Rule) -> Problem:
    return Problem(
        "not-checked",
        "the rule has too many combinations to look for every gap, overlap and dead case",
        rule.cases[0].where,
        "make several rules of it, or let fewer measures decide",
        Grade.WARNING,
    )


def is_rest(condition: Condition) -> bool:
    """Whether every cell of a row is `-`."""
    match condition:
        case Always():
            return True
        case AllOf(parts):
            return all(is_rest(part) for part in parts)
        case _:
            return False
