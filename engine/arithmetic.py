"""Exact arithmetic on values: rounding, spans of time, and several values as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

from engine.ir import Join, Value
from engine.months import months_between


def spanned(way: str, day: Value | None, unit: str, as_of: date) -> int | None:
    """Completed months or years since a date, or until it; never below 0."""
    if not isinstance(day, date):
        return None
    months = max(0, months_between(day, as_of) if way == "age" else months_between(as_of, day))
    return months // 12 if unit == "years" else months


def joined(join: Join, values: Sequence[Value | None]) -> Value | None:
    """Several values as one: `add` and `subtract` need all of them, the others ignore what is unknown."""
    known: list[Any] = [value for value in values if value is not None]
    match join:
        case Join.ADD:
            return int(sum(known)) if len(known) == len(values) else None
        case Join.SUBTRACT:
            return int(known[0] - known[1]) if len(known) == len(values) else None
        case Join.GREATEST_OF:
            return max(known, default=None)
        case Join.LEAST_OF:
            return min(known, default=None)
        case _:
            assert_never(join)


def rounded(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero; the denominator is positive.

    >>> rounded(5, 2), rounded(-5, 2), rounded(7, 3)
    (3, -3, 2)
    """
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size
