"""Every combination of the values that make a difference, as the bits of one number.

A condition over measures changes its answer only at the values written in it. So one value from each stretch between
them, and *unknown*, stand for all values; a condition is then two sets of combinations (where it is true, where it is
false; the rest is unknown), a set is an integer, and Kleene's logic is a few operations on integers: exact and fast.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import assert_never

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
"""With more combinations nothing is said: cross-field proof is another reading's work."""

Answer = tuple[int, int]
"""The combinations for which a condition is true, and for which it is false."""


@dataclass(frozen=True)
class Axis:
    """One subject and the values that stand for all its values, in order; None (unknown) comes last."""

    subject: Subject
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
    def by_subject(self) -> Mapping[Subject, tuple[int, Axis]]:
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


def grid(types: Mapping[Subject, Type], conditions: Sequence[Condition]) -> Grid | None:
    """The grid for conditions over subjects of these types; None if too large, or if two subjects are compared."""
    starts: dict[Subject, set[int]] = {subject: set() for subject in types}
    if not all(_collect(condition, starts) for condition in conditions):
        return None
    axes = tuple(Axis(subject, type_, _values(type_, starts[subject])) for subject, type_ in types.items())
    size = 1
    strides = []
    for axis in reversed(axes):
        strides.append(size)
        size *= len(axis.values)
    return Grid(axes, tuple(reversed(strides)), size) if size <= MOST else None


def _collect(condition: Condition, starts: Mapping[Subject, set[int]]) -> bool:
    """Notes where the answer may change; false when a condition compares two subjects."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return all(_collect(part, starts) for part in parts)
        case Not(part):
            return _collect(part, starts)
        case Compare(subject, op, operand):
            if not isinstance(operand, Constant):
                return False
            here = rank_or_none(operand.value)
            if here is not None:
                if op not in {Op.MORE_THAN, Op.AT_MOST}:
                    starts[subject].add(here)
                if op not in {Op.AT_LEAST, Op.LESS_THAN}:
                    starts[subject].add(here + 1)
            return True
        case Between(subject, least, greatest):
            if not isinstance(least, Constant) or not isinstance(greatest, Constant):
                return False
            starts[subject] |= {rank(least.value), rank(greatest.value) + 1}
            return True
        case OneOf(subject, values):
            ranks = [here for value in values if (here := rank_or_none(value)) is not None]
            starts[subject].update(ranks, (here + 1 for here in ranks))
            return True
        case Always() | Known() | NoScore():
            return True
        case _:
            assert_never(condition)


def rank_or_none(value: Value) -> int | None:
    """The integer of a number or date; codes and truth values have none."""
    return None if isinstance(value, bool | str) else rank(value)


def _values(type_: Type, starts: set[int]) -> tuple[Value | None, ...]:
    match type_:
        case Boolean():
            return (False, True, None)
        case Code(choices):
            return (*(choice.code for choice in choices), None)
        case Number(_, _, least, greatest):
            first = least if least is not None else min(starts, default=0) - 1
            inside = {each for each in starts if each > first and (greatest is None or each <= greatest)}
            return (first, *sorted(inside), None)
        case Day():
            ranks = [min(starts, default=date(2000, 1, 1).toordinal()) - 1, *sorted(starts)]
            days = [day for each in ranks if (day := unrank(each, type_)) is not None]
            return (*days, None)
        case _:
            assert_never(type_)


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
            from_, _ = _compared(found, subject, Op.AT_LEAST, least)
            to, _ = _compared(found, subject, Op.AT_MOST, greatest)
            return _answered(found, subject, from_ & to)
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
    index, axis = found.by_subject[subject]
    assert isinstance(operand, Constant)
    last = len(axis.values) - 1
    if isinstance(axis.type, Boolean | Code):
        here = axis.values.index(operand.value)
        same = _block(found, index, here, here + 1)
        true, false = _answered(found, subject, same)
        return (false, true) if op is Op.IS_NOT else (true, false)
    number = rank(operand.value)
    at, after = bisect_left(axis.ranks, number), bisect_left(axis.ranks, number + 1)
    match op:
        case Op.AT_LEAST:
            true = _block(found, index, at, last)
        case Op.MORE_THAN:
            true = _block(found, index, after, last)
        case Op.AT_MOST:
            true = _block(found, index, 0, after)
        case Op.LESS_THAN:
            true = _block(found, index, 0, at)
        case Op.IS:
            true = _block(found, index, at, after)
        case Op.IS_NOT:
            true = _block(found, index, 0, last) ^ _block(found, index, at, after)
        case _:
            assert_never(op)
    return _answered(found, subject, true)


def smallest(found: Grid, combinations: int) -> dict[Subject, Value | None]:
    """The first combination of a set, as values by subject."""
    position = (combinations & -combinations).bit_length() - 1
    return {
        axis.subject: axis.values[position // stride % len(axis.values)]
        for axis, stride in zip(found.axes, found.strides, strict=True)
    }
