"""What changed, edition by edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from publisher.pages.frame import Frame
from publisher.pages.overview import News


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """What came or went on the day an edition came into force."""

    from_: date
    path: str
    """The page of this edition."""
    first: bool
    """Whether it is the first one, in which everything is new."""
    counts: tuple[tuple[str, int], ...]
    """How many policies of each kind came or went."""
    changes: str | None
    """The page on what it changes for people."""
    news: tuple[News, ...]
    """All of it; empty where only the counts are shown."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Every change, newest first: what is proposed, what is to come, what is in force, what was before."""

    path: PurePosixPath
    frame: Frame
    drafts: tuple[News, ...]
    """The proposals that are open for comment."""
    closed: tuple[News, ...]
    """Those on which comments are closed."""
    coming: tuple[EditionChanges, ...]
    editions: tuple[EditionChanges, ...]
    """Those that have begun, the newest first."""
    feed: str
    """Where the Atom feed of all changes lies."""


@dataclass(frozen=True, slots=True)
class EditionPage:
    """All that came or went with one edition, or a part of it when it is much."""

    path: PurePosixPath
    frame: Frame
    from_: date
    first: bool
    changes: str | None
    """The page on what it changes for people."""
    until: date | None
    """Its last day; None if no end is known."""
    state: str
    """`coming`, `now` or `past`."""
    groups: tuple[tuple[str, tuple[News, ...]], ...]
    """By kind."""
    part: int
    parts: tuple[str, ...]
    """The pages of all parts; one when it fits on one page."""
    before: tuple[date, str] | None
    """The edition before this one and its page."""
    next: tuple[date, str] | None
