"""Changes of a score in bins with written ends, and the quantiles that the published bins still give."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from engine.impact.result import Bin, Cell, Count, Quantile

NICE = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Widths of bins."""

EACH_WAY = 6
"""At most so many bins for losses, and as many for gains."""

PERCENT = (5, 25, 50, 75, 95)


def bins(reach: int) -> tuple[Bin, ...]:
    """Bins for changes of a score that has `reach` points between its ends: losses, no change, gains.

    They depend on what the rules make possible and not on who was counted.

    >>> [(one.least, one.greatest) for one in bins(10)]
    [(None, -9), (-8, -7), (-6, -5), (-4, -3), (-2, -1), (0, 0), (1, 2), (3, 4), (5, 6), (7, 8), (9, None)]
    """
    width = next((nice for nice in NICE if nice * EACH_WAY >= reach), -(-reach // EACH_WAY))
    count = max(2, -(-reach // width))
    gains = [Bin(1 + step * width, (step + 1) * width) for step in range(count - 1)]
    gains.append(Bin(1 + (count - 1) * width, None))
    losses = [Bin(None if one.greatest is None else -one.greatest, -(one.least or 0)) for one in reversed(gains)]
    return (*losses, Bin(0, 0), *gains)


def bin_of(found: Sequence[Bin], change: int) -> int:
    """The number of the bin that a change is in.

    >>> bin_of(bins(10), -100), bin_of(bins(10), 0), bin_of(bins(10), 3)
    (0, 5, 7)
    """
    return bisect_left([one.greatest for one in found[:-1] if one.greatest is not None], change)


def quantiles(found: Sequence[Bin], counts: Mapping[Cell, Count]) -> tuple[Quantile, ...]:
    """The bins of the quantiles, where the published counts of all bins up to there, and after, settle them."""
    published = [counts["bin", str(number)] for number in range(len(found))]
    known = [one or 0 for one in published]
    if None in published or not sum(known):
        return ()
    told = []
    for percent in PERCENT:
        wanted, so_far = percent * sum(known), 0
        for number, one in enumerate(known):
            so_far += 100 * one
            if so_far >= wanted:
                told.append(Quantile(percent, number))
                break
    return tuple(told)
