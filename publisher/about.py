"""What this website says of itself, and two tables: what the readings agree on, and how changes are graded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.edits import Grade
from engine.operators import GROUPS, agreement
from engine.readings import prose
from engine.readings.change import REASONS
from engine.readings.prose.words import phrase, spoken
from publisher import addresses
from publisher import pages as p
from publisher.speech import Speaker


def about_pages(speaker: Speaker, frame: p.Frame) -> Iterator[p.AboutPage | p.ReadingsPage | p.GradesPage]:
    """About the website, the readings compared, and how changes are graded."""
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
    yield grades_page(speaker, frame)


def grades_page(speaker: Speaker, frame: p.Frame) -> p.GradesPage:
    """The table of grades, from the table that grades."""
    lang = spoken(speaker.lang)
    return p.GradesPage(
        PurePosixPath(addresses.grades_page(speaker.home)),
        frame,
        tuple(
            (
                str(grade),
                p.Phrase(phrase(lang, f"change.grade.{grade}"), lang),
                tuple(
                    (reason, p.Phrase(prose.because(reason, lang), lang))
                    for reason, given in REASONS.items()
                    if given is grade
                ),
            )
            for grade in Grade
        ),
    )


def row(operator: str, cells: dict[str, int | dict[str, str]]) -> p.Agreement:
    """One line of the table.

    >>> row("times", {"truth": 3, "session": {"never": "too large"}}).cells
    (3, None)
    """
    return p.Agreement(operator, tuple(cell if isinstance(cell, int) else None for cell in cells.values()))
