"""What this website says of itself, and the table of readings from the file that the tests keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.operators import GROUPS, agreement
from publisher import addresses
from publisher import pages as p
from publisher.speech import Speaker


def about_pages(speaker: Speaker, frame: p.Frame) -> Iterator[p.AboutPage | p.ReadingsPage]:
    """About the website, and the readings compared."""
    found = agreement()
    rows = found["operators"]
    readings = tuple(next(iter(rows.values())))
    rulebook = speaker.edition.about.id
    yield p.AboutPage(
        PurePosixPath(addresses.about_page(speaker.home)),
        frame,
        rulebook,
        addresses.sums_file(rulebook),
        found["cases"],
    )
    yield p.ReadingsPage(
        PurePosixPath(addresses.readings_page(speaker.home)),
        frame,
        found["cases"],
        found["rulebooks"],
        readings,
        tuple((group, tuple(row(name, rows[name]) for name in names)) for group, names in GROUPS.items()),
        tuple((reading, name) for name in rows for reading in readings if isinstance(rows[name][reading], dict)),
    )


def row(operator: str, cells: dict[str, int | dict[str, str]]) -> p.Agreement:
    """One line of the table.

    >>> row("times", {"truth": 3, "session": {"never": "too large"}}).cells
    (3, None)
    """
    return p.Agreement(operator, tuple(cell if isinstance(cell, int) else None for cell in cells.values()))
