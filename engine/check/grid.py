"""Every combination of the values that make a difference, as the bits of one number.

A condition over measures changes its answer only at the values written in it. So one value from each stretch between
them, and *unknown*, stand for all values; where measures are compared with one another, as many values from each
stretch as there are measures. A condition is then two sets of combinations (where it is true, where it is false; the
rest is unknown), a set is an integer, and Kleene's logic is a few operations on integers: exact and fast.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import assert_never

from engine.conditions import Asked
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Boolean,
    Code,
    Compare,
    Condition,
    Constant,
    Day,
    Known,
    NoScore,
    Not,
    Number,
    OneOf,
    Op,
    Operand,
    Subject,
    Type,
    Value,
)

MOST = 200_000
"""More combinations than this are not listed: `engine.check.boxes` works without a list."""

Answer = tuple[int, int]
"""The combinations for which a condition is true, and for which it is false."""


@dataclass(frozen=True)
class Axis:
    """One subject and the values that stand for all its values, in order; None (unknown) comes last."""

    subject: Asked
    type: Type
    values: tuple[Value | None, ...]

    @cached_property
    def ranks(self) -> tuple[int, ...]:
        """The values of a number or date as integers, to find where others belong."""
        return tuple(rank(value) for value in self.values[:-1] if value is not None)


@dataclass(frozen=True)
class Grid:
    """The axes; the last one runs fastest. `strides` say how far apart neighbours on an axis are."""

    axes: tuple[Axis, ...]
    strides: tuple[int, ...]
    size: int

    @cached_property
    def everything(self) -> int:
        """The set of all combinations."""
        return (1 << self.size) - 1

    @cached_property
    def by_subject(self) -> Mapping[Asked, tuple[int, Axis]]:
        return {axis.subject: (index, axis) for index, axis in enumerate(self.axes)}

    @cached_property
    def repeats(self) -> tuple[int, ...]:
        """For each axis, the number that repeats its pattern over the whole grid when multiplied with it."""
        found = []
        for axis, stride in zip(self.axes, self.strides, strict=True):
            period = stride * len(axis.values)
            found.append(self.everything // ((1 << period) - 1))
        return tuple(found)


def rank(value: Value) -> int:
    """A number or date as an integer that orders it.

    >>> rank(date(1, 1, 2)), rank(95)
    (2, 95)
    """
    return value.toordinal() if isinstance(value, date) else int(value)


def unrank(number: int, type_: Type) -> Value | None:
    """The value of an integer; None when the calendar has no such date."""
    if not isinstance(type_, Day):
        return number
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None


def grid(types: Mapping[Asked, Type], conditions: Sequence[Condition]) -> Grid | None:
    """The grid for conditions over what has these types; None if it is too large."""
    return laid_out(axes(types, conditions))


def laid_out(found: Sequence[Axis]) -> Grid | None:
    """The grid of some axes; None if it is too large."""
    size = 1
    strides = []
    for axis in reversed(found):
        strides.append(size)
        size *= len(axis.values)
    return Grid(tuple(found), tuple(reversed(strides)), size) if size <= MOST else None


def axes(types: Mapping[Asked, Type], conditions: Iterable[Condition]) -> tuple[Axis, ...]:
    """An axis for everything that has one of these types."""
    starts: dict[Asked, set[int]] = {subject: set() for subject in types}
    circles: dict[Asked, frozenset[Asked]] = {subject: frozenset({subject}) for subject in types}
    for condition in conditions:
        _collect(condition, starts, circles)
    return tuple(
        Axis(subject, type_, _values(type_, _cuts(circles[subject], types, starts), len(circles[subject])))
        for subject, type_ in types.items()
    )


def _collect(condition: Condition, starts: Mapping[Asked, set[int]], circles: dict[Asked, frozenset[Asked]]) -> None:
    """Notes where the answer may change, and the circles of what is compared with one another."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                _collect(part, starts, circles)
        case Not(part):
            _collect(part, starts, circles)
        case Compare(subject, op, operand):
            if not isinstance(operand, Constant):
                _join(circles, subject, operand)
            elif (here := rank_or_none(operand.value)) is not None:
                if op not in {Op.MORE_THAN, Op.AT_MOST}:
                    starts[subject].add(here)
                if op not in {Op.AT_LEAST, Op.LESS_THAN}:
                    starts[subject].add(here + 1)
        case Between(subject, least, greatest):
            for end, more in ((least, 0), (greatest, 1)):
                if isinstance(end, Constant):
                    starts[subject].add(rank(end.value) + more)
                else:
                    _join(circles, subject, end)
        case OneOf(subject, values):
            ranks = [here for value in values if (here := rank_or_none(value)) is not None]
            starts[subject].update(ranks, (here + 1 for here in ranks))
        case Always() | Known() | NoScore():
            pass
        case _:
            assert_never(condition)


def _join(circles: dict[Asked, frozenset[Asked]], left: Asked, right: Asked) -> None:
    both = circles[left] | circles[right]
    circles.update(dict.fromkeys(both, both))


def _cuts(circle: frozenset[Asked], types: Mapping[Asked, Type], starts: Mapping[Asked, set[int]]) -> set[int]:
    """Where the answer may change for anything in a circle: its members share them, and each other's bounds."""
    found = {start for subject in circle for start in starts[subject]}
    for type_ in (types[subject] for subject in circle):
        if isinstance(type_, Number) and type_.least is not None:
            found.add(type_.least)
        if isinstance(type_, Number) and type_.greatest is not None:
            found.add(type_.greatest + 1)
    return found


def rank_or_none(value: Value) -> int | None:
    """The integer of a number or date; codes and truth values have none."""
    return None if isinstance(value, bool | str) else rank(value)


def _values(type_: Type, cuts: set[int], many: int) -> tuple[Value | None, ...]:
    """The values that stand for all of a type: the first `many` of each stretch between cuts, and unknown."""
    match type_:
        case Boolean():
            return (False, True, None)
        case Code(choices):
            return (*(choice.code for choice in choices), None)
        case Number(_, _, least, greatest):
            ranks = _first_of_each(sorted(cuts or {0}), many)
            lowest, highest = ranks[0] if least is None else least, ranks[-1] if greatest is None else greatest
            return (*(each for each in ranks if lowest <= each <= highest), None)
        case Day():
            ranks = _first_of_each(sorted(cuts or {date(2000, 1, 1).toordinal()}), many)
            return (*(day for each in ranks if (day := unrank(each, type_)) is not None), None)
        case _:
            assert_never(type_)


def _first_of_each(cuts: Sequence[int], many: int) -> list[int]:
    """The first numbers of each stretch between cuts, and the last before the first cut.

    >>> _first_of_each([0, 1, 5], 2)
    [-2, -1, 0, 1, 2, 5, 6]
    """
    before = range(cuts[0] - many, cuts[0])
    ends = [*cuts[1:], cuts[-1] + many]
    return [*before, *(n for start, end in zip(cuts, ends, strict=True) for n in range(start, min(start + many, end)))]


# ------------------------------------------------------------------------------------------------------- answers


def answer(found: Grid, condition: Condition) -> Answer:
    """Where a condition is true and where it is false."""
    match condition:
        case Always():
            return found.everything, 0
        case AllOf(parts):
            answers = [answer(found, part) for part in parts]
            return _and(found, (true for true, _ in answers)), _or(false for _, false in answers)
        case AnyOf(parts):
            answers = [answer(found, part) for part in parts]
            return _or(true for true, _ in answers), _and(found, (false for _, false in answers))
        case Not(part):
            true, false = answer(found, part)
            return false, true
        case Known(subject, known):
            index, axis = found.by_subject[subject]
            unknown = _block(found, index, len(axis.values) - 1, len(axis.values))
            rest = found.everything ^ unknown
            return (rest, unknown) if known else (unknown, rest)
        case Compare(subject, op, operand):
            return _compared(found, subject, op, operand)
        case Between(subject, least, greatest):
            from_, before = _compared(found, subject, Op.AT_LEAST, least)
            to, after = _compared(found, subject, Op.AT_MOST, greatest)
            return from_ & to, before | after
        case OneOf(subject, values, negated=negated):
            true = _or(_compared(found, subject, Op.IS, Constant(value))[0] for value in values)
            true, false = _answered(found, subject, true)
            return (false, true) if negated else (true, false)
        case NoScore():
            return 0, 0
        case _:
            assert_never(condition)


def _and(found: Grid, sets: Iterable[int]) -> int:
    result = found.everything
    for each in sets:
        result &= each
    return result


def _or(sets: Iterable[int]) -> int:
    result = 0
    for each in sets:
        result |= each
    return result


def _block(found: Grid, index: int, start: int, end: int) -> int:
    """The combinations in which the value of an axis is one of those from `start` up to `end`."""
    stride = found.strides[index]
    pattern = ((1 << (stride * (end - start))) - 1) << (stride * start) if end > start else 0
    return pattern * found.repeats[index]


def _answered(found: Grid, subject: Subject, true: int) -> Answer:
    """A comparison that is true there is false elsewhere, except where its subject is unknown."""
    index, axis = found.by_subject[subject]
    return true, _block(found, index, 0, len(axis.values) - 1) ^ true


def _compared(found: Grid, subject: Subject, op: Op, operand: Operand) -> Answer:
    """Where a subject compares so with a value, or with whatever value another subject has."""
    if isinstance(operand, Constant):
        return _answered(found, subject, _matching(found, subject, op, operand.value))
    index, axis = found.by_subject[operand]
    true = known = 0
    for position, value in enumerate(axis.values[:-1]):
        assert value is not None, "only the last value is unknown"
        here = _block(found, index, position, position + 1)
        true |= here & _matching(found, subject, op, value)
        known |= here
    return true, (known & _answered(found, subject, 0)[1]) ^ true


def _matching(found: Grid, subject: Subject, op: Op, value: Value) -> int:
    """The combinations in which a subject compares so with a value."""
    index, axis = found.by_subject[subject]
    last = len(axis.values) - 1
    if isinstance(axis.type, Boolean | Code):
        at = axis.values.index(value)
        after = at + 1
    else:
        at, after = bisect_left(axis.ranks, rank(value)), bisect_right(axis.ranks, rank(value))
    match op:
        case Op.AT_LEAST:
            return _block(found, index, at, last)
        case Op.MORE_THAN:
            return _block(found, index, after, last)
        case Op.AT_MOST:
            return _block(found, index, 0, after)
        case Op.LESS_THAN:
            return _block(found, index, 0, at)
        case Op.IS:
            return _block(found, index, at, after)
        case Op.IS_NOT:
            return _block(found, index, 0, last) ^ _block(found, index, at, after)
        case _:
            assert_never(op)


def smallest(found: Grid, combinations: int) -> dict[Asked, Value | None]:
    """The first combination of a set, as values by subject."""
    position = (combinations & -combinations).bit_length() - 1
    return {
        axis.subject: axis.values[position // stride % len(axis.values)]
        for axis, stride in zip(found.axes, found.strides, strict=True)
    }
