"""Parts that several kinds of pages share: what every policy says of itself, tables, bands, consequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from publisher.pages.frame import Bar, Link, Phrase, Reading
from publisher.pages.logged import InLog, LogState


@dataclass(frozen=True, slots=True)
class Comments:
    """Whether a proposal is open for comment, and the last day on which it is or was, if one is named."""

    open: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Ground:
    """An instrument that gives the right to do this."""

    instrument: Phrase
    article: Phrase | None
    url: str | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A part that the operator does not publish."""

    part: Phrase
    ground: Phrase
    decided_by: Phrase | None


@dataclass(frozen=True, slots=True)
class Version:
    """One line of a policy's history."""

    version: str
    path: str | None
    """Its permanent page; None if it never was in force, because a correction came first."""
    from_: date
    change: str
    """`new`, `amend`, `repeal` or `correct`."""
    why: Phrase
    changes: str | None
    """The page on what it changes."""
    logged: InLog | None
    """Its entry in the public log; None if it is not there."""


Fact = Phrase | Link | date | int | str
"""A figure or a name that a notice is about."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd that the checks noticed."""

    code: str
    """Of the problem, like `reversal`: the template has its words."""
    rows: tuple[int, ...]
    """The rows of the rule's table that it is about, the first being the one that is odd; they count from 1."""
    facts: Mapping[str, Fact]
    sentence: str
    """What the checks say in English, for a code without words."""


class Gap(NamedTuple):
    """So many texts are missing in a language."""

    language: Phrase
    texts: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the checks noticed about one version of a policy, or about a whole rulebook."""

    odd: tuple[Notice, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What every policy says of itself, and where it stands among its versions."""

    kind: str
    id: str
    version: str
    from_: date
    until: date | None
    state: str
    """`now`, `coming` or `past`, like that of the edition."""
    """The last day in force, because the policy says so or because another version follows; None if no end is known."""
    title: Phrase
    summary: Phrase
    description: Phrase | None
    owner: Phrase | None
    authority: tuple[Ground, ...]
    no_authority: Phrase | None
    """Why there is no authority; None when there is one."""
    readings: tuple[Reading, ...]
    hidden: tuple[Hidden, ...]
    noticed: Noticed
    behind: str | None
    """The version that this language was translated from, when it is an older one."""
    digest: str
    versions: tuple[Version, ...]
    """Newest first."""
    log_state: LogState
    """Whether the rulebook has a public log, in which a version may be missing."""
    permanent: str
    """The page of this very version."""
    current: str | None
    """The main page of the policy; None on that page itself."""
    shown: bool
    """Whether the main page shows this version."""
    text: str | None
    """The policy as written; None when it is too long for a page."""
    lines: int
    """How many lines that is."""
    yaml: str
    """Where the policy lies as written."""
    json: str
    """Where the policy lies as canonical JSON."""
    jsonld: str
    """Where it lies as linked data."""
    feed: str
    """The feed of its versions."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What a field or a measure can hold."""

    what: str
    """`number`, `share`, `rows`, `months`, `years`, `days`, `yesno`, `code` or `date`."""
    places: int = 0
    unit: Phrase | None = None
    least: Phrase | None = None
    greatest: Phrase | None = None
    choices: tuple[Phrase, ...] = ()
    """Of a code: the words of each."""
    future: bool = False
    """Of a date: whether it may lie after the day of the evaluation."""


class Sure(NamedTuple):
    """Where a figure comes from and who disagrees, as numbers of notes; None where nothing is said."""

    note: int | None = None
    disputed: int | None = None


@dataclass(frozen=True, slots=True)
class Gives:
    """What a case gives."""

    points: str | None
    """Short, for a column: ``+60``, or the sign and number for each unit; None when it gives no points."""
    words: tuple[Phrase, ...]
    """Whole sentences for what a number cannot say: so many for each, a conclusion, no score."""
    bar: Bar | None
    sure: Sure


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a rule's table."""

    said: Phrase | None
    """The author's own words for it."""
    cells: tuple[Phrase, ...]
    gives: Gives
    notice: int | None
    """The first notice that is about this row."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example as a row: a value for each measure and conclusion, and what comes out."""

    title: Phrase | None
    cells: tuple[Phrase, ...]
    result: Phrase


@dataclass(frozen=True, slots=True)
class Looks:
    """A measure a rule looks at."""

    link: Link
    definition: Phrase
    sources: tuple[Link, ...]
    months: int | None
    """How many months back it looks; None when it has no window."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy in a list."""

    link: Link
    summary: Phrase
    version: str
    from_: date
    odd: int
    """How many oddities the checks noticed about it."""


Times = tuple[int | str, ...]
"""How long a row is kept in each of the cases of its source: so many months, `while-open` or `not-published`."""


@dataclass(frozen=True, slots=True)
class Follows:
    """What may follow in one use, whatever else is known."""

    use: Link
    effects: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class BandLine:
    """A band of the score."""

    title: Phrase
    summary: Phrase | None
    least: int
    greatest: int
    follows: tuple[Follows, ...]
    """What follows here and not in every band."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands, worst to best, and what follows from each; `unscored` is None when there always is a score."""

    lines: tuple[BandLine, ...]
    every: tuple[Follows, ...]
    """What follows in every band."""
    unscored: tuple[Follows, ...] | None
    """What follows when there is no score."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One consequence of a use."""

    id: str
    effect: Phrase
    when: Phrase
    polarity: str
    lasts: int | None
    """Months; None as said in the effect."""
    link: Link
    """The use."""


@dataclass(frozen=True, slots=True)
class FallStep:
    """One step from the base to the score."""

    kind: str
    """`start`, `rule`, `here` (the rule of the page), `rest`, `floor`, `cap`, `least`, `greatest` or `score`."""
    words: Phrase | None
    """The title of the rule, or of the group that is held."""
    path: str | None
    points: int
    """So many more; of `start` and `score`: so many in all."""
    bar: Bar


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How the points of an example person add up to a score."""

    title: Phrase
    seen: tuple[tuple[Phrase, Phrase], ...]
    """What the rule of the page looks at, and what it finds."""
    steps: tuple[FallStep, ...]
    smaller: int
    """How many rules are one step, because they gave less than those that have their own."""
    nothing: int
    """How many rules gave nought."""
    start: int
    """The sum at which the bars start."""
    band: Phrase


class Tried(NamedTuple):
    """So many times something excluded was added to an example record, and so many times it was refused by name."""

    times: int
    refused: int
    record: str
