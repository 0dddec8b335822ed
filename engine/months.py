"""Time, in integers: completed months, the one formula for windows, ages and retention."""

from __future__ import annotations

from datetime import date, timedelta


def months_between(start: date, end: date) -> int:
    """Completed months from `start` to `end`; negative when `start` is the later.

    >>> months_between(date(2026, 1, 31), date(2026, 2, 28)), months_between(date(2026, 1, 15), date(2028, 1, 15))
    (0, 24)
    """
    return 12 * (end.year - start.year) + (end.month - start.month) - (end.day < start.day)


def first_day_within(months: int, as_of: date) -> date:
    """The first day from which fewer than so many months are completed: a window as one comparison of dates.

    >>> first_day_within(24, date(2026, 12, 15)), months_between(date(2024, 12, 16), date(2026, 12, 15))
    (datetime.date(2024, 12, 16), 23)
    >>> first_day_within(1, date(2026, 3, 31)), months_between(date(2026, 3, 1), date(2026, 3, 31))
    (datetime.date(2026, 3, 1), 0)
    """
    month = 12 * as_of.year + as_of.month - 1 - months
    year, month = month // 12, month % 12 + 1
    if year < date.min.year:
        return date.min
    first = date(year, month, 1)
    return min(first + timedelta(days=as_of.day), _next_month(first))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
