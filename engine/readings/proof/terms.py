"""The value of a measure in solver terms: known or not, and comparable with constants without ever being computed.

A share, an average and an age are never computed by the solver: that a share is at least 0.98, or an age at least 18
months, is a linear statement on the counted rows, or on the date. Rounding is part of it, exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, assert_never

from engine.arithmetic import rounded, spanned
from engine.months import first_day_within
from engine.readings.proof.logic import Pair, Truth, any_of, both, implies, negated


# fmt: off
@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A number, a date (as its ordinal), a code (as its index) or a truth value (as 0 and 1) that the solver has."""

    known: Truth
    number: Any


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """``upper × scale ÷ lower``, rounded half away from zero; `lower` is above 0 where it is known."""

    known: Truth
    upper: Any
    lower: Any
    scale: int


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """Completed months or years between a date and the as-of date, never below 0."""

    known: Truth
    day: Term
    way: str
    unit: str
    as_of: date


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """``of × upper ÷ lower``, rounded half away from zero."""

    known: Truth
    of: Term
    upper: int
    lower: int


@dataclass(frozen=True, slots=True, eq=False)
class Extreme:
    """The most, or the least, of what is known among several."""

    known: Truth
    of: tuple[Term, ...]
    most: bool
# fmt: on

Term = Linear | Ratio | Span | Times | Extreme

UNKNOWN = Linear(False, 0)


@lru_cache(maxsize=50_000)
def at_least(term: Term, bound: int) -> Truth:
    """Whether a known value is at least a constant; of an unknown one it says nothing.

    >>> at_least(Linear(True, 3), 2), at_least(Ratio(True, 2, 3, 100), 67), at_least(Ratio(True, 2, 3, 100), 68)
    (True, True, False)
    """
    match term:
        case Linear(_, number):
            return number >= bound
        case Ratio(_, upper, lower, scale):
            limit = (2 * bound - 1) * lower
            return 2 * scale * upper >= limit if bound > 0 else 2 * scale * upper > limit
        case Span(_, day, way, unit, as_of):
            months = bound * 12 if unit == "years" else bound
            if months <= 0:
                return True
            if way == "age":
                return negated(at_least(day, first_day_within(months, as_of).toordinal()))
            first = first_day_after(months, as_of)
            return False if first is None else at_least(day, first)
        case Times(_, of, upper, lower):
            if upper == 0:
                return bound <= 0
            limit = lower * (2 * bound - 1)
            exclusive = bound <= 0
            if upper > 0:  # 2·x·upper ≥ limit, or > for halves that are rounded away from zero below it
                return at_least(of, limit // (2 * upper) + 1 if exclusive else -(-limit // (2 * upper)))
            size = -2 * upper  # −x·size ≥ limit: x ≤ −limit ÷ size
            most = -(limit // size) - 1 if exclusive else -limit // size
            return negated(at_least(of, most + 1))
        case Extreme(_, of, most):
            if most:
                return any_of(both([one.known, at_least(one, bound)]) for one in of)
            return both(implies(one.known, at_least(one, bound)) for one in of)
        case _:
            assert_never(term)


def first_day_after(months: int, as_of: date) -> int | None:
    """The first day until which so many months are completed, as its ordinal; None if the calendar ends before.

    >>> date.fromordinal(first_day_after(1, date(2026, 1, 31)))
    datetime.date(2026, 3, 1)
    """
    number = 12 * as_of.year + as_of.month - 1 + months
    year, month = number // 12, number % 12 + 1
    for _ in range(2):
        if year > date.max.year:
            return None
        try:
            return date(year, month, as_of.day).toordinal()
        except ValueError:
            year, month = year + month // 12, month % 12 + 1
            return date(year, month, 1).toordinal() if year <= date.max.year else None
    return None


def same(term: Term, value: int) -> Truth:
    """Whether a known value is a constant."""
    if isinstance(term, Linear):
        return term.number == value
    return both([at_least(term, value), negated(at_least(term, value + 1))])


def evaluated(term: Term, number: Callable[[Any], int], truth: Callable[[Truth], bool]) -> int | None:
    """The value of a term when the solver's expressions have values; None is unknown."""
    if not truth(term.known):
        return None
    match term:
        case Linear(_, expression):
            return number(expression)
        case Ratio(_, upper, lower, scale):
            return rounded(number(upper) * scale, number(lower))
        case Span(_, day, way, unit, as_of):
            start = evaluated(day, number, truth)
            return None if start is None else spanned(way, date.fromordinal(start), unit, as_of)
        case Times(_, of, upper, lower):
            value = evaluated(of, number, truth)
            return None if value is None else rounded(value * upper, lower)
        case Extreme(_, of, most):
            values = [value for one in of if (value := evaluated(one, number, truth)) is not None]
            return (max if most else min)(values)
        case _:
            assert_never(term)


def tested(known: Truth, answer: Truth) -> Pair:
    """The answer of a comparison, where both sides are known."""
    return Pair(both([known, answer]), both([known, negated(answer)]))
