"""Until when: a day and a span of time make a last day."""

from __future__ import annotations

import re
from datetime import date, timedelta

SPAN = re.compile(r"P([0-9]{1,4})([DMY])")


def last_day(start: date, span: str) -> date | None:
    """The last day of a span that begins with a day, which does not count; None for one without days.

    A month ends on the day of the same number, or on the last day of a shorter month.

    >>> str(last_day(date(2026, 12, 15), "P60D")), str(last_day(date(2026, 1, 31), "P1M"))
    ('2027-02-13', '2026-02-28')
    """
    found = SPAN.fullmatch(span)
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    if unit == "D":
        return start + timedelta(days=count)
    month = 12 * start.year + start.month - 1 + count * (12 if unit == "Y" else 1)
    first = date(month // 12, month % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=start.day - 1), following - timedelta(days=1))
