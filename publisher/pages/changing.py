"""What a step changes: from one edition to the next, to the drafts, or from one version of a policy to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from engine.worddiff import Piece
from publisher.pages.frame import Frame, Link, Phrase


@dataclass(frozen=True, slots=True)
class Told:
    """One edit: its grade, what it says, and why it has that grade."""

    grade: str
    words: Phrase
    because: Phrase
    mark: str
    """Twelve hex digits that stand for what it says in any language."""
    pieces: tuple[Piece, ...] = ()
    """A text that changed, word by word; `words` then only says which text it is."""
    lang: str = ""
    """The language of that text."""
    elsewhere: tuple[str, ...] = ()
    """The languages in which alone a text changed; it has no pieces then."""


@dataclass(frozen=True, slots=True)
class Card:
    """What changes in one policy."""

    anchor: str
    title: Phrase
    kind: str
    """Empty for the rulebook as such."""
    grade: str
    """The worst grade of its edits."""
    before: str | None
    """The version before; None if there was none."""
    after: str | None
    path: str | None
    """Its page."""
    more: str | None
    """The page of its own change, with the text as written."""
    why: Phrase | None
    """What its author says."""
    told: tuple[Told, ...]
    goes_on: bool = False
    """Whether it began on the page before."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A rule that gives somebody other points; None is none at all."""

    rule: Phrase
    path: str | None
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody before and after: who, which effects it shows, and what came of it."""

    kinds: tuple[str, ...]
    worse: bool
    differs: Phrase
    score: tuple[int | None, int | None]
    band: tuple[Phrase | None, Phrase | None]
    moved: tuple[Moved, ...]
    gained: tuple[Phrase, ...]
    lost: tuple[Phrase, ...]
    open: str | None
    """Where to try it: None if neither side is the edition that can be tried."""


@dataclass(frozen=True, slots=True)
class People:
    """What was proved, with example people."""

    anchor: str
    lines: tuple[Phrase, ...]
    examples: tuple[Example, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A bar of a histogram: what it stands for, how many people, how long it is of a hundred, and which way it goes."""

    words: Phrase
    people: int | None
    long: float
    way: str
    """`gain`, `loss` or `zero`."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A band before, with how many of it are in each band after: the number (None is left out) and which way it is."""

    band: Phrase
    cells: tuple[tuple[int | None, str], ...]
    together: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: nobody in it exists, if there is a seed."""

    anchor: str
    lines: tuple[Phrase, ...]
    people: int
    seed: int | None
    day: date
    outcomes: tuple[tuple[Phrase, int | None], ...]
    columns: tuple[Column, ...]
    bands: tuple[Phrase, ...]
    matrix: tuple[MatrixRow, ...]
    effects: tuple[tuple[Phrase, int | None, int | None], ...]
    """A consequence, how many gain it and how many lose it."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that changed with some around them: where they begin and how many there are, before and after."""

    at: tuple[int, int]
    lines: tuple[int, int]
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A policy as written, before and after."""

    anchor: str
    title: Phrase
    kind: str
    before: tuple[str, str] | None
    """The version and the file; None if there was none."""
    after: tuple[str, str] | None
    hunks: tuple[Hunk, ...]
    whole: bool
    """Whether the hunks are all that differs; what is too long for a page is in the files."""
    goes_on: bool = False


Block = Card | People | Counted | Written


@dataclass(frozen=True, slots=True)
class End:
    """One end of a step: an edition by its day, drafts by None, or a version."""

    day: date | None
    version: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of the index: which grade, and where it is."""

    grade: str
    link: Link


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What a step changes, or a part of it when it is much."""

    path: PurePosixPath
    frame: Frame
    what: str
    """`edition`, `drafts` or `policy`."""
    kind: str
    """Of the policy; empty where it is not about one."""
    title: Phrase
    """Of the policy or the rulebook."""
    current: str | None
    """The page of the policy."""
    before: End
    after: End
    whole: str | None
    """For a policy: the page of everything that changes with it."""
    verdict: str
    weakens: int
    counts: tuple[tuple[str, int], ...]
    changed: int
    """So many policies change."""
    unchanged: int
    index: tuple[IndexEntry, ...]
    more: int
    """So many more are not in the index."""
    blocks: tuple[Block, ...]
    part: int
    parts: tuple[str, ...]
    compare: str | None
    """Where any two versions of the policy can be compared."""
    comments: tuple[date, ...] = ()
    """The last days on which its drafts are open for comment."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything about a step in one file that needs no other."""

    path: PurePosixPath
    frame: Frame
    title: Phrase
    sides: tuple[tuple[Phrase, date, str], ...]
    """Before and after: what it is, from when it is meant to be in force, and the fingerprint of its edition."""
    change: ChangePage
    style: str
    seal: str
    """The fingerprint of the style, which the policy of the page names."""


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """A version that can be chosen."""

    version: str
    from_: date
    draft: bool
    changes: str | None
    """The page on what it changes."""
    yaml: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Where any two versions of a policy are compared."""

    path: PurePosixPath
    frame: Frame
    kind: str
    title: Phrase
    data: str
    """The file with all versions."""
    versions: tuple[ComparedVersion, ...]
