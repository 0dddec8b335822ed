"""A condition on one value as the places where its answer changes; many of them laid over each other.

Every value has a whole number: a date its day, a code its place in the list. A set of values is then whether the
smallest belong to it and the numbers at which belonging changes, and a table of any length is one sorted list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Code,
    Compare,
    Condition,
    Constant,
    Known,
    NoScore,
    Not,
    OneOf,
    Op,
    Operand,
    Subject,
    Type,
    Value,
)


@dataclass(frozen=True, slots=True)
class Axis:
    """One value a rule looks at; `numbers` has the number of each code, and grows by codes that are only compared."""

    subject: Subject
    type: Type
    numbers: dict[str, int] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Cuts:
    """A set of whole numbers: whether the smallest belong, and the numbers from which on that is different."""

    first: bool
    at: tuple[int, ...]


def axis(subject: Subject, kind: Type) -> Axis:
    """The axis of a value of some type."""
    codes = [choice.code for choice in kind.choices] if isinstance(kind, Code) else []
    return Axis(subject, kind, {code: number for number, code in enumerate(codes)})


def number(on: Axis, value: Value) -> int:
    """The number of a value; a code that is nowhere compared has one beyond all others."""
    if isinstance(value, str):
        return on.numbers.get(value, len(on.numbers))
    return value.toordinal() if isinstance(value, date) else int(value)


def cuts(on: Axis, condition: Condition) -> Cuts:
    """The known values for which a condition on this axis alone, with constants, is true.

    >>> from engine.ir import FieldRef, Number
    >>> from engine.problem import Where
    >>> late = axis(FieldRef("late"), Number())
    >>> cuts(late, Between(FieldRef("late"), Constant(3), Constant(5), Number(), Where("demo.yaml")))
    Cuts(first=False, at=(3, 6))
    """
    match condition:
        case Always():
            return Cuts(True, ())
        case AllOf(parts):
            return overlaid([cuts(on, part) for part in parts], len(parts))
        case AnyOf(parts):
            return overlaid([cuts(on, part) for part in parts], 1)
        case Not(part):
            inner = cuts(on, part)
            return Cuts(not inner.first, inner.at)
        case Compare(_, op, operand):
            return _compared(op, _constant(on, operand))
        case Between(_, least, greatest):
            low, high = _constant(on, least), _constant(on, greatest) + 1
            return Cuts(False, (low, high) if low < high else ())
        case OneOf(_, values, negated=negated):
            numbers = {_constant(on, Constant(value)) for value in values}
            ends = sorted(
                {n for n in numbers if n - 1 not in numbers} | {n + 1 for n in numbers if n + 1 not in numbers}
            )
            return Cuts(negated, tuple(ends))
        case Known(_, known):
            return Cuts(known, ())
        case NoScore():
            return Cuts(False, ())
        case _:
            assert_never(condition)


def _constant(on: Axis, operand: Operand) -> int:
    assert isinstance(operand, Constant), "only conditions with constants have cuts"
    if isinstance(operand.value, str):
        return on.numbers.setdefault(operand.value, len(on.numbers))
    return number(on, operand.value)


def _compared(op: Op, value: int) -> Cuts:
    match op:
        case Op.IS:
            return Cuts(False, (value, value + 1))
        case Op.IS_NOT:
            return Cuts(True, (value, value + 1))
        case Op.AT_LEAST:
            return Cuts(False, (value,))
        case Op.MORE_THAN:
            return Cuts(False, (value + 1,))
        case Op.AT_MOST:
            return Cuts(True, (value + 1,))
        case Op.LESS_THAN:
            return Cuts(True, (value,))
        case _:
            assert_never(op)


def overlaid(sets: Sequence[Cuts], needed: int) -> Cuts:
    """The numbers that belong to at least so many of the sets.

    >>> overlaid([Cuts(False, (3,)), Cuts(True, (8,))], 2), overlaid([Cuts(False, (3,)), Cuts(True, (8,))], 1)
    (Cuts(first=False, at=(3, 8)), Cuts(first=True, at=()))
    """
    count = sum(one.first for one in sets)
    changes: dict[int, int] = {}
    for one in sets:
        inside = one.first
        for place in one.at:
            inside = not inside
            changes[place] = changes.get(place, 0) + (1 if inside else -1)
    first = belongs = count >= needed
    at = []
    for place in sorted(changes):
        count += changes[place]
        if (count >= needed) is not belongs:
            belongs = not belongs
            at.append(place)
    return Cuts(first, tuple(at))


def first_of(sets: Iterable[Cuts]) -> tuple[list[int], list[int | None]]:
    """Breakpoints, and for each stretch between them the first set that it belongs to.

    Each stretch is given away once, so the cost grows with the number of sets and not with its square.

    >>> first_of([Cuts(False, (98,)), Cuts(False, (95,)), Cuts(True, (90,))])
    ([90, 95, 98], [2, None, 1, 0])
    """
    listed = list(sets)
    places = sorted({place for one in listed for place in one.at})
    position = {place: index + 1 for index, place in enumerate(places)}
    taken: list[int | None] = [None] * (len(places) + 1)
    free = list(range(len(places) + 2))
    for which, one in enumerate(listed):
        for start, end in _stretches(one, position, len(taken)):
            index = _next_free(free, start)
            while index < end:
                taken[index], free[index] = which, index + 1
                index = _next_free(free, index)
    kept = [index for index in range(len(places)) if taken[index] != taken[index + 1]]
    return [places[index] for index in kept], [taken[index] for index in kept] + [taken[-1]]


def _stretches(one: Cuts, position: dict[int, int], last: int) -> Iterable[tuple[int, int]]:
    """Where a set is, in numbers of stretches."""
    ends = [*([0] if one.first else []), *(position[place] for place in one.at), last]
    return zip(ends[::2], ends[1::2], strict=False)


def _next_free(free: list[int], index: int) -> int:
    """The first stretch from `index` on that is not given away; paths are shortened on the way."""
    while free[index] != index:
        free[index] = free[free[index]]
        index = free[index]
    return index
