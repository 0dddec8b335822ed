"""Bars of a chart that is a hundred wide, whatever its size on the page."""

from __future__ import annotations

from functools import lru_cache

from publisher.pages import Bar

WIDE = 100


@lru_cache(4096)
def bar(start: int, end: int, least: int, most: int) -> Bar:
    """A bar from `start` to `end` points on a scale that goes from `least` to `most` and always holds nought.

    >>> bar(0, 90, -30, 90)
    Bar(zero=25, start=25, width=75, gain=True)
    >>> bar(0, -30, -30, 90)
    Bar(zero=25, start=0, width=25, gain=False)
    >>> bar(0, 0, 0, 0)
    Bar(zero=0, start=0, width=0, gain=True)
    """
    least, most = min(0, least), max(0, most)
    whole = most - least or 1
    left, right = sorted((start, end))
    place = [percent(points - least, whole) for points in (0, left, right)]
    return Bar(place[0], place[1], percent(right - left, whole), end >= start)


def percent(part: int, whole: int) -> float:
    """A part of the width, no finer than anybody can see.

    >>> percent(1, 3), percent(1, 2)
    (33.3, 50)
    """
    found = round(part * WIDE / whole, 1)
    return int(found) if found.is_integer() else found
