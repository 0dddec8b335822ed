"""Time, in integers: completed months, the one formula for windows, ages and retention."""

from __future__ import annotations

from datetime import date


def months_between(start: date, end: date) -> int:
    """Completed months from `start` to `end`; negative when `start` is the later.

    >>> months_between(date(2026, 1, 31), date(2026, 2, 28)), months_between(date(2026, 1, 15), date(2028, 1, 15))
    (0, 24)
    """
    return 12 * (end.year - start.year) + (end.month - start.month) - (end.day < start.day)
