"""Where data goes: from sources over measures and rules to the score and its uses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from publisher.pages.frame import Frame, Link, Phrase


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a picture; `lines` are its words as they fit in it."""

    link: Link
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    cut: bool
    """Whether the lines are not just the words of the link, one after the other."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in columns with the score and the uses below, and the paths between them."""

    width: int
    height: int
    heads: tuple[tuple[str, int], ...]
    """What each column holds, and where it starts: `field`, `source`, `measure` or `rule`."""
    boxes: tuple[Box, ...]
    paths: str
    """All lines as the data of one SVG path."""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """Something in the middle, and what it goes into next."""

    link: Link
    path: str | None
    """Of a source: the page of its own flow."""
    measures: int
    """Of a source: how many measures look at it."""
    into: tuple[Link, ...]
    """Measures, rules, the score or uses."""
    keeps: bool = False
    """Of a field: whether it decides how long an entry is kept."""


@dataclass(frozen=True, slots=True)
class FlowUse:
    """A use, and what comes of it in the end."""

    link: Link
    score: Link | None
    """The score, if anything that may follow depends on it."""
    effects: tuple[Phrase, ...]
    """What may follow."""


@dataclass(frozen=True, slots=True)
class FlowPage:
    """Everything at one look: which source counts in which rule, and what comes of it."""

    path: PurePosixPath
    frame: Frame
    picture: Picture | None
    """None when there is too much for one picture."""
    sources: tuple[FlowLine, ...]
    rules: tuple[FlowLine, ...]
    score: Link | None
    uses: tuple[FlowUse, ...]
    measures: int


@dataclass(frozen=True, slots=True)
class SourceFlowPage:
    """Where each field of one source ends up."""

    path: PurePosixPath
    frame: Frame
    source: Link
    picture: Picture | None
    fields: tuple[FlowLine, ...]
    """Each field and the rules it counts in."""
    measures: tuple[FlowLine, ...]
    rules: tuple[FlowLine, ...]
    score: Link | None
    uses: tuple[FlowUse, ...]
    simple: bool
    """Whether the picture leaves the measures out, because their lines could not be followed."""
