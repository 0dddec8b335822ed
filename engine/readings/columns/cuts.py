"""A rule over one number or date as ranges: where each begins, and which case it comes to.

So a long table is looked up by halving and not case by case.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from datetime import date

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Compare,
    Condition,
    Constant,
    Day,
    MeasureRef,
    Not,
    Number,
    OneOf,
    Op,
)

Ranges = list[tuple[int, int]]
"""Disjoint ranges of integers in order: from the first on, before the second."""

FIRST, LAST = -(10**38), 10**38
"""Beyond any value; dates are counted in days."""


def place(value: object) -> int:
    """A number as it is, a date as its day."""
    assert isinstance(value, int | date), "only numbers and dates are cut"  # narrows the type
    return value.toordinal() if isinstance(value, date) else value


def ranges(condition: Condition) -> tuple[MeasureRef, Ranges] | None:
    """The measure a condition is about and where it holds, if it asks for nothing else and is true or false of it.

    >>> from engine.problem import Where
    >>> here = Where("a.yaml")
    >>> ranges(Compare(MeasureRef("late"), Op.AT_MOST, Constant(3), Number(), here))[1][0][1]
    4
    """
    match condition:
        case Compare(MeasureRef() as of, op, Constant(value), Number() | Day()):
            return of, _compared(op, place(value))
        case Between(MeasureRef() as of, Constant(low), Constant(high), Number() | Day()):
            return of, _whole([(place(low), place(high) + 1)])
        case OneOf(MeasureRef() as of, values, Number() | Day(), negated=negated):
            found = _whole([(place(value), place(value) + 1) for value in values])
            return of, _outside(found) if negated else found
        case Not(part):
            inner = ranges(part)
            return None if inner is None else (inner[0], _outside(inner[1]))
        case AllOf(parts) | AnyOf(parts):
            sides = [ranges(part) for part in parts]
            known = [side for side in sides if side is not None]
            if not known or len(known) < len(sides) or any(side[0] != known[0][0] for side in known):
                return None
            if isinstance(condition, AnyOf):
                return known[0][0], _whole([one for side in known for one in side[1]])
            if all(len(side[1]) == 1 for side in known):
                return known[0][0], _whole(
                    [(max(side[1][0][0] for side in known), min(side[1][0][1] for side in known))]
                )
            outside = [one for side in known for one in _outside(side[1])]
            return known[0][0], _outside(_whole(outside))
        case _:
            return None


def _compared(op: Op, at: int) -> Ranges:
    match op:
        case Op.IS:
            return [(at, at + 1)]
        case Op.IS_NOT:
            return [(FIRST, at), (at + 1, LAST)]
        case Op.AT_LEAST:
            return [(at, LAST)]
        case Op.MORE_THAN:
            return [(at + 1, LAST)]
        case Op.AT_MOST:
            return [(FIRST, at + 1)]
        case Op.LESS_THAN:
            return [(FIRST, at)]


def _whole(found: Sequence[tuple[int, int]]) -> Ranges:
    """Ranges in order, put together where they touch.

    >>> _whole([(4, 6), (1, 4), (9, 9)])
    [(1, 6)]
    """
    together: Ranges = []
    for first, before in sorted(found):
        if first < before:
            if together and first <= together[-1][1]:
                together[-1] = together[-1][0], max(before, together[-1][1])
            else:
                together.append((first, before))
    return together


def _outside(found: Ranges) -> Ranges:
    """Everything that ranges leave out.

    >>> _outside([(FIRST, 3), (5, LAST)])
    [(3, 5)]
    """
    edges = [FIRST, *(edge for one in found for edge in one), LAST]
    return [(first, before) for first, before in zip(edges[::2], edges[1::2], strict=True) if first < before]


def cuts(conditions: Sequence[Condition]) -> tuple[MeasureRef, list[tuple[int, int | None]]] | None:
    """For cases in order over one measure: where each range begins, and which case is the first to hold in it.

    None where the cases ask for anything else.
    """
    found: list[Ranges] = []
    of: MeasureRef | None = None
    for condition in conditions:
        if isinstance(condition, Always):
            return None if of is None else (of, _painted([*found, [(FIRST, LAST)]]))
        one = ranges(condition)
        if one is None or (of is not None and one[0] != of):
            return None
        of = one[0]
        found.append(one[1])
    return None if of is None else (of, _painted(found))


def _painted(found: Sequence[Ranges]) -> list[tuple[int, int | None]]:
    """The first case that holds from each edge on.

    >>> _painted([[(3, 5)], [(FIRST, 4)]])[1:]
    [(3, 0), (5, None)]
    """
    starts = sorted((first, case, before) for case, cases in enumerate(found) for first, before in cases)
    edges = sorted({FIRST, *(edge for cases in found for one in cases for edge in one)} - {LAST})
    painted: list[tuple[int, int | None]] = []
    for edge, winner in _sweep(starts, edges):
        if not painted or painted[-1][1] != winner:
            painted.append((edge, winner))
    return painted


def _sweep(starts: list[tuple[int, int, int]], edges: list[int]) -> Iterator[tuple[int, int | None]]:
    """At each edge the lowest case whose range is open there."""
    open_: list[tuple[int, int]] = []
    next_ = 0
    for edge in edges:
        while next_ < len(starts) and starts[next_][0] <= edge:
            heapq.heappush(open_, (starts[next_][1], starts[next_][2]))
            next_ += 1
        while open_ and open_[0][1] <= edge:
            heapq.heappop(open_)
        yield edge, open_[0][0] if open_ else None
