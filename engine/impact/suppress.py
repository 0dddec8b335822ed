"""Leaving out small counts, and so many others that nobody can work them out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from engine.impact.cells import Sum
from engine.impact.linear import Equation, ranges
from engine.impact.result import THRESHOLD, Cell, Count


def suppressed(
    counts: Mapping[Cell, int], sums: Sequence[Sum], always: frozenset[Cell], threshold: int = THRESHOLD
) -> dict[Cell, Count]:
    """The counts with None for what is left out: every number from 1 up to the threshold, and what would betray it.

    Whoever knows the rest and every sum can narrow no number below the threshold to a range that is smaller than the
    threshold. Cells in `always` are published whatever happens.

    >>> cells = {("all",): 40, ("a",): 3, ("b",): 12, ("c",): 25}
    >>> suppressed(cells, [(("all",), (("a",), ("b",), ("c",)))], frozenset([("all",)]))
    {('all',): 40, ('a',): None, ('b',): None, ('c',): 25}
    """
    private = {cell for cell in counts if any(part.startswith("-") for part in cell)}
    small = [cell for cell, count in counts.items() if 0 < count < threshold and cell not in always | private]
    hidden = private | set(small)
    touching = _touching(sums)
    more: list[Cell] = []
    unsafe = narrow(counts, sums, hidden, small, threshold)
    while unsafe:
        new = [_partner(counts, sums, touching, hidden, always, cell) for cell in small if cell in unsafe]
        found = list(dict.fromkeys(cell for cell in new if cell is not None))
        if not found:
            break
        more += found
        hidden |= set(found)
        unsafe = narrow(counts, sums, hidden, unsafe, threshold)
    for cell in sorted(more, key=lambda cell: counts[cell], reverse=True):
        if not narrow(counts, sums, hidden - {cell}, small, threshold) - unsafe:
            hidden.discard(cell)
    return {cell: None if cell in hidden else count for cell, count in counts.items()}


def narrow(
    counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], asked: Iterable[Cell], threshold: int
) -> set[Cell]:
    """Which of the cells asked for can be narrowed to a range smaller than the threshold."""
    wanted = set(asked)
    found = set()
    for names, equations in _parts(counts, sums, hidden):
        mine = [name for name in names if name in wanted]
        if mine:
            others = [name for name in names if name not in wanted]
            ends = ranges([*mine, *others], equations, counts, threshold, len(mine))
            found |= {name for name in mine if ends[name][1] - ends[name][0] < threshold}
    return found


def _parts(
    counts: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell]
) -> list[tuple[list[Cell], list[Equation[Cell]]]]:
    """The hidden cells in parts that have nothing to do with one another, each with its equations."""
    found: list[Equation[Cell]] = []
    belongs: dict[Cell, list[int]] = defaultdict(list)
    for total, cells in sums:
        factors: dict[Cell, int] = {}
        known = 0
        for cell, sign in ((total, -1), *((cell, 1) for cell in cells)):
            if cell in hidden:
                factors[cell] = factors.get(cell, 0) + sign
            else:
                known -= sign * counts[cell]
        if factors:
            for cell in factors:
                belongs[cell].append(len(found))
            found.append((factors, known))
    parts = []
    left = {cell: None for cell in counts if cell in hidden}
    while left:
        names, waiting = [], [next(iter(left))]
        used: dict[int, None] = {}
        del left[waiting[0]]
        while waiting:
            cell = waiting.pop()
            names.append(cell)
            for number in belongs[cell]:
                if number not in used:
                    used[number] = None
                    new = [other for other in found[number][0] if other in left]
                    for other in new:
                        del left[other]
                    waiting += new
        parts.append((names, [found[number] for number in used]))
    return parts


def _touching(sums: Sequence[Sum]) -> Mapping[Cell, list[int]]:
    found: dict[Cell, list[int]] = defaultdict(list)
    for number, (total, cells) in enumerate(sums):
        for cell in (total, *cells):
            found[cell].append(number)
    return found


def _partner(
    counts: Mapping[Cell, int],
    sums: Sequence[Sum],
    touching: Mapping[Cell, list[int]],
    hidden: set[Cell],
    always: frozenset[Cell],
    cell: Cell,
) -> Cell | None:
    """One more cell to leave out, so that another can no longer be worked out: near it, not empty, and rather no total.

    Where everything near is left out already, it is looked for further away.
    """
    totals = {total for total, _ in sums}
    seen, ring = {cell}, [cell]
    while ring:
        near = {other for one in ring for number in touching[one] for other in (sums[number][0], *sums[number][1])}
        free = [other for other in near if other not in hidden and other not in always]
        if free:
            return min(free, key=lambda other: (counts[other] == 0, other in totals, counts[other], other))
        ring = sorted(near - seen)
        seen |= near
    return None
