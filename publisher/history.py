"""The changes of a rulebook by edition: what came and what went on which day, and a page for each such day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from pathlib import PurePosixPath

from engine.editions import changes
from publisher import addresses
from publisher import pages as p
from publisher.library import Dated, Library, main_version, state_of, step_to
from publisher.overview import all_news, proposals, version_news
from publisher.speech import Speaker

IN_FULL = 20
"""So many changes are written out on the page of all changes; older editions are counted and have their own page."""

ON_A_PAGE = 20
"""So many changes are on one page of an edition."""

ENDED = "ended"
"""A change without a new version: the last one came to its end."""

ByDay = Mapping[date, tuple[p.News, ...]]


def history_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.HistoryPage | p.EditionPage]:
    """The page of all changes and the pages of each edition."""
    by_day = changes_by_day(speaker, library)
    yield history_page(speaker, frame, library, by_day)
    for day in by_day:
        yield from edition_pages(speaker, frame, library, by_day, day)


def changes_by_day(speaker: Speaker, library: Library) -> ByDay:
    """What came or went on each day, newest day first; kinds in the order of the site."""
    order = list(addresses.FOLDERS)
    found = sorted(
        [*all_news(speaker, library), *endings(speaker, library)],
        key=lambda news: (-news.from_.toordinal(), order.index(news.kind)),
    )
    return {day: tuple(group) for day, group in groupby(found, key=lambda news: news.from_)}


def endings(speaker: Speaker, library: Library) -> Iterator[p.News]:
    """The versions after which a policy is no longer in force, on the day after their last."""
    for (kind, id_), versions in library.versions.items():
        for version, following in zip(versions, [*versions[1:], None], strict=True):
            if ends(version, following) and main_version(library, (kind, id_)) is not None:
                assert version.until is not None
                yield version_news(speaker, (kind, id_), version, ENDED, version.until + timedelta(days=1))


def ends(version: Dated, following: Dated | None) -> bool:
    """Whether nothing follows a version when it ends."""
    return version.until is not None and (following is None or version.until + timedelta(days=1) < following.from_)


def history_page(speaker: Speaker, frame: p.Frame, library: Library, by_day: ByDay) -> p.HistoryPage:
    room = IN_FULL
    coming: list[p.EditionChanges] = []
    editions: list[p.EditionChanges] = []
    for day, news in by_day.items():
        first = day == library.first
        in_full = not first and len(news) <= room
        room -= len(news) if in_full else 0
        found = edition_changes(speaker, library, day, news, first=first, in_full=in_full)
        (coming if day > library.today else editions).append(found)
    return p.HistoryPage(
        PurePosixPath(addresses.history_page(speaker.home)),
        frame,
        proposals(speaker, library, still_open=True),
        proposals(speaker, library, still_open=False),
        tuple(reversed(coming)),
        tuple(editions),
        addresses.changes_feed(speaker.home),
    )


def edition_changes(
    speaker: Speaker, library: Library, day: date, news: tuple[p.News, ...], *, first: bool, in_full: bool
) -> p.EditionChanges:
    counts = tuple(Counter(kind for kind, _ in dict.fromkeys((each.kind, each.id) for each in news)).items())
    path = addresses.history_page(speaker.home, day)
    return p.EditionChanges(day, path, first, counts, change_of(speaker, library, day), news if in_full else ())


def edition_pages(
    speaker: Speaker, frame: p.Frame, library: Library, by_day: ByDay, day: date
) -> Iterator[p.EditionPage]:
    """The changes of one edition, on as many pages as they need."""
    news, days = by_day[day], sorted(by_day)
    at = days.index(day)
    count = -(-len(news) // ON_A_PAGE)
    parts = tuple(addresses.history_page(speaker.home, day, part) for part in range(1, count + 1))
    after = changes(library.rulebook.shelf.policies)
    until = min((one - timedelta(days=1) for one in after if one > day), default=None)
    for part, path in enumerate(parts, 1):
        some = news[(part - 1) * ON_A_PAGE : part * ON_A_PAGE]
        yield p.EditionPage(
            PurePosixPath(path),
            frame,
            day,
            day == library.first,
            change_of(speaker, library, day),
            until,
            state_of(library.today, day, until),
            tuple((kind, tuple(group)) for kind, group in groupby(some, key=lambda each: each.kind)),
            part,
            parts,
            beside(speaker, days[at - 1]) if at else None,
            beside(speaker, days[at + 1]) if at + 1 < len(days) else None,
        )


def change_of(speaker: Speaker, library: Library, day: date) -> str | None:
    """The page on what an edition changes; None for the first one."""
    return addresses.change_page(speaker.home, day.isoformat()) if step_to(library, day) else None


def beside(speaker: Speaker, day: date) -> tuple[date, str]:
    return day, addresses.history_page(speaker.home, day)
