"""Random numbers that depend on names only, and the values that they stand for."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import shake_128
from itertools import accumulate
from statistics import NormalDist
from struct import unpack
from typing import TypeVar, assert_never

from engine.ir import Exponential, Lognormal, Shape, Uniform, Weighted

T = TypeVar("T")

MOST = 1 << 16
"""A random number is from 0 up to, but not including, this."""

STEPS = 1 << 12
"""A distribution is kept as so many of its values, each as likely."""

SHIFT = 4
"""By so many bits a random number is longer than the place of a value."""

Stream = Callable[[int, int], Sequence[int]]
"""The first random numbers of a person: by the person's number, and how many of them."""


def stream(seed: int, *names: str) -> Stream:
    """Random numbers for a purpose; those of two persons, or for two purposes, have nothing to do with one another.

    >>> stream(1, "bills", "paid")(5, 3) == stream(1, "bills", "paid")(5, 4)[:3]
    True
    """
    begun = shake_128("\n".join((str(seed), *names, "")).encode())

    def numbers(person: int, count: int) -> Sequence[int]:
        mixed = begun.copy()
        mixed.update(b"%d" % person)
        return unpack(f"<{count}H", mixed.digest(2 * count))

    return numbers


def below(share: Decimal) -> int:
    """The random numbers below this are such a share of all.

    >>> below(Decimal("0.25")), below(Decimal(1))
    (16384, 65536)
    """
    return round(share * MOST)


@lru_cache(maxsize=256)
def values(shape: Shape, least: float = 0) -> tuple[float, ...]:
    """The values of a distribution, from the smallest to the largest; an exponential one begins at `least`.

    >>> values(Uniform(Decimal(0), Decimal(4096)))[:2], set(values(Weighted(((Decimal(3), Decimal(1)),))))
    ((0.5, 1.5), {3.0})
    """
    middles = [(step + 0.5) / STEPS for step in range(STEPS)]
    match shape:
        case Uniform(low, high):
            return tuple(float(low) + middle * float(high - low) for middle in middles)
        case Exponential(mean):
            return tuple(least - float(mean) * math.log1p(-middle) for middle in middles)
        case Lognormal(median, spread):
            return tuple(float(median) * math.exp(float(spread) * one) for one in _normal())
        case Weighted(weights):
            return tuple(sorted(float(one) for one in spread_out(weights)))
        case _:
            assert_never(shape)


@cache
def _normal() -> tuple[float, ...]:
    """The values of the standard normal distribution."""
    return tuple(NormalDist().inv_cdf((step + 0.5) / STEPS) for step in range(STEPS))


def spread_out(weights: Sequence[tuple[T, Decimal]]) -> list[T]:
    """So many of each that their numbers are as their weights.

    >>> found = spread_out([("a", Decimal(3)), ("b", Decimal(1)), ("c", Decimal(0))])
    >>> found.count("a"), found.count("b"), found.count("c")
    (3072, 1024, 0)
    """
    ends = [float(end) for end in accumulate(weight for _, weight in weights)]
    return [weights[bisect_right(ends, (step + 0.5) / STEPS * ends[-1])][0] for step in range(STEPS)]
