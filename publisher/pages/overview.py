"""The pages that show a whole rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from publisher.pages.frame import Bar, Frame, Link, Phrase, Reading
from publisher.pages.parts import Bands, Comments, Effect, Entry, Noticed, Times


@dataclass(frozen=True, slots=True)
class Book:
    """A rulebook on the first page."""

    title: Phrase
    summary: Phrase
    doors: tuple[tuple[str, str, str], ...]
    """For each of its languages: the language, its title there, and its home."""
    standing: str


@dataclass(frozen=True, slots=True)
class RootPage:
    """The first page: which rulebook, in which language."""

    path: PurePosixPath
    books: tuple[Book, ...]


@dataclass(frozen=True, slots=True)
class MissingPart:
    """What is said in one language where there is no page."""

    said: Phrase
    doors: tuple[Link, ...]
    """The rulebooks in that language."""


@dataclass(frozen=True, slots=True)
class MissingPage:
    """What is shown where there is no page, in every language of the site."""

    path: PurePosixPath
    what: str
    """`missing`, `refused` or `failed`."""
    base: str | None
    """The path that its links start from, for it is served at any address; None where they need no such thing."""
    parts: tuple[MissingPart, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The sources that are kept for the same length of time."""

    times: Times
    sources: Phrase
    """Their titles."""
    path: str


@dataclass(frozen=True, slots=True)
class News:
    """A version that came, will come, or is proposed."""

    link: Link
    kind: str
    id: str
    version: str
    from_: date
    change: str
    """`new`, `amend`, `repeal` or `correct`; in the history also `ended`."""
    why: Phrase
    comments: Comments | None = None
    """Of a proposal; None for a version."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """The home of a rulebook: the label, the bands, where to read on, what changed and what is proposed."""

    path: PurePosixPath
    frame: Frame
    summary: Phrase
    description: Phrase | None
    collected: tuple[Link, ...]
    used_for: tuple[Link, ...]
    never: tuple[Link, ...]
    effects: tuple[Effect, ...]
    kept: tuple[Kept, ...]
    contest: tuple[Link, ...]
    bands: Bands | None
    """None without a score."""
    measures: int
    rules: int
    rights: int
    changed: tuple[News, ...]
    """The newest versions of the edition shown, newest first."""
    coming: tuple[News, ...]
    """Versions in force later."""
    drafts: tuple[News, ...]
    """The proposals that are open for comment."""
    noticed: Noticed
    """About the rulebook itself."""
    odd: tuple[tuple[Link, int], ...]
    """The policies about which the checks noticed oddities, and how many."""
    gaps: tuple[tuple[Link, int], ...]
    """The policies of which texts are missing, and how many."""
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """All policies of one kind: measures, uses, exclusions or rights."""

    path: PurePosixPath
    frame: Frame
    kind: str
    groups: tuple[tuple[Link | None, tuple[tuple[Entry, tuple[Link, ...] | None], ...]], ...]
    """Measures by the source they are worked out from, each with what uses it; all others in one group, with None."""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source in the list of what is collected."""

    entry: Entry
    fields: Phrase
    """The titles of its fields."""
    times: Times


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """What is collected."""

    path: PurePosixPath
    frame: Frame
    entries: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule that gives points, with how far they go on the scale all rules share."""

    entry: Entry
    least: int
    most: int
    low: Bar
    """From nought to the fewest points."""
    high: Bar


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules whose points are added first and then held between a floor and a cap; no title for rules by themselves."""

    title: Phrase | None
    floor: int | None
    cap: int | None
    rules: tuple[RuleEntry, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Every rule, and how much each can matter."""

    path: PurePosixPath
    frame: Frame
    groups: tuple[RuleGroup, ...]
    conclude: tuple[Entry, ...]
    """Rules that give no points, only conclusions."""
