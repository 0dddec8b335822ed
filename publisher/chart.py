"""Bars of a chart that is a hundred wide, whatever its size on the page."""

from __future__ import annotations

from publisher.pages import Bar

WIDE = 100


def bar(start: int, end: int, least: int, most: int) -> Bar:
    """A bar from `start` to `end` points on a scale that goes from `least` to `most` and always holds nought.

    >>> bar(0, 90, -30, 90)
    Bar(zero=25.0, start=25.0, width=75.0, gain=True)
    >>> bar(0, -30, -30, 90)
    Bar(zero=25.0, start=0.0, width=25.0, gain=False)
    >>> bar(0, 0, 0, 0)
    Bar(zero=0.0, start=0.0, width=0.0, gain=True)
    """
    least, most = min(0, least), max(0, most)
    whole = most - least or 1
    left, right = sorted((start, end))
    place = [round((points - least) * WIDE / whole, 1) for points in (0, left, right)]
    return Bar(place[0], place[1], round(place[2] - place[1], 1), end >= start)
