"""Sets of combinations as boxes, for rules with so many combinations that they cannot be listed.

A box has on each axis a set of its values, written as bits. A row of a table is one box. Whether boxes leave something
out is found one axis at a time: a value of the first axis leaves some of the boxes, one of the next leaves some of
those, and where none is left, or one that holds whatever follows, the question is answered.

What two measures are to one another is not worked out here: each such comparison is an axis of its own after the
others, with *false*, *true* and *unknown*. So some combinations cannot be, and only what holds in all of them is sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from operator import and_, or_

from engine.check.grid import Axis, Grid, answer
from engine.conditions import asked, each_test
from engine.ir import (
    AllOf,
    AnyOf,
    Condition,
    Not,
)

Box = tuple[int, ...]

MOST_BOXES = 20_000
MOST_STEPS = 1_000_000
"""About a second of work."""


class TooManyError(Exception):
    """The conditions are too many, or too much entangled, to be looked through."""


@dataclass(frozen=True, slots=True)
class Space:
    """The axes, and the comparisons of two measures that follow them as axes of three values."""

    axes: tuple[Axis, ...]
    comparisons: tuple[Condition, ...]
    widths: tuple[int, ...]
    """How many values each axis has."""


def space(axes: Sequence[Axis], conditions: Iterable[Condition]) -> Space:
    """The space of conditions over some axes."""
    crossed = tuple(dict.fromkeys(each for condition in conditions for each in comparisons(condition)))
    return Space(tuple(axes), crossed, (*(len(axis.values) for axis in axes), *(3 for _ in crossed)))


def comparisons(condition: Condition) -> Iterator[Condition]:
    """The comparisons of two measures within a condition."""
    return (test for test in each_test(condition) if len(set(asked(test))) > 1)


def boxes(found: Space, condition: Condition, *, said: bool, surely: bool) -> list[Box]:
    """The boxes in which a condition is what is `said`, or unless `surely` so, unknown."""
    everything = tuple((1 << width) - 1 for width in found.widths)
    looks_at = set(asked(condition))
    match condition:
        case Not(part):
            return boxes(found, part, said=not said, surely=surely)
        case AllOf(parts) | AnyOf(parts) if len(looks_at) > 1:
            each = [boxes(found, part, said=said, surely=surely) for part in parts]
            if isinstance(condition, AllOf) is not said:
                return _counted([box for some in each for box in some])
            return reduce(_both, each, [everything])
        case _ if len(looks_at) > 1:
            index = len(found.axes) + found.comparisons.index(condition)
            true, false = 0b010, 0b001
        case _:
            index = next((at for at, axis in enumerate(found.axes) if axis.subject in looks_at), 0)
            line = Grid((found.axes[index],), (1,), found.widths[index])
            true, false = answer(line, condition)
    here = (true if said else false) if surely else everything[index] ^ (false if said else true)
    return [(*everything[:index], here, *everything[index + 1 :])] if here else []


def _both(left: list[Box], right: list[Box]) -> list[Box]:
    if len(left) * len(right) > MOST_BOXES:
        raise TooManyError
    pairs = (tuple(map(and_, one, other)) for one, other in product(left, right))
    return [box for box in pairs if all(box)]


def _counted(found: list[Box]) -> list[Box]:
    if len(found) > MOST_BOXES:
        raise TooManyError
    return found


def bits(values: int) -> Iterator[int]:
    """The positions of the bits that are set.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while values:
        position = (values & -values).bit_length() - 1
        yield position
        values ^= 1 << position


@dataclass
class Pile:
    """Boxes by what they hold: for each axis and each of its values, the boxes with it, as bits.

    `rest` are for each axis the boxes that hold every value of it and of those that follow. `steps` is the work done.
    """

    holding: list[list[int]]
    rest: list[int]
    steps: int = field(default=0)


def pile(widths: Sequence[int], found: Sequence[Box]) -> Pile:
    """Boxes in order, ready to be asked."""
    holding = [[0] * width for width in widths]
    rest = [0] * (len(widths) + 1)
    for number, box in enumerate(found):
        bit = 1 << number
        for index, values in enumerate(box):
            for value in bits(values):
                holding[index][value] |= bit
        rest[-1] |= bit
        for index in reversed(range(len(widths))):
            if box[index] != (1 << widths[index]) - 1:
                break
            rest[index] |= bit
    return Pile(holding, rest)


def left_out(found: Pile, within: Box, first: int, sure: int) -> tuple[int, ...] | None:
    """The first combination within a box that none of the first boxes of a pile holds, as positions on the axes.

    Only the first `sure` axes may tell it apart from what is held.
    """
    held: set[tuple[int, int]] = set()

    def search(index: int, candidates: int) -> tuple[int, ...] | None:
        if not candidates:
            return tuple(next(bits(values)) for values in within[index:])
        if index >= sure or candidates & found.rest[index] or (index, candidates) in held:
            return None
        for value in bits(within[index]):
            found.steps += 1
            if found.steps > MOST_STEPS:
                raise TooManyError
            hole = search(index + 1, candidates & found.holding[index][value])
            if hole is not None:
                return (value, *hole)
        held.add((index, candidates))
        return None

    return search(0, (1 << first) - 1)


def meeting(found: Pile, box: Box, first: int) -> int:
    """Those of the first boxes of a pile, as bits, that have a combination in common with a box."""
    result = (1 << first) - 1
    for holding, values in zip(found.holding, box, strict=True):
        result &= reduce(or_, (holding[value] for value in bits(values)), 0)
    return result
