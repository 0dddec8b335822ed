"""The index of all pages, which is also where one searches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from publisher.pages.frame import Frame, Link, Phrase


@dataclass(frozen=True, slots=True)
class Found:
    """One page in the index."""

    link: Link
    kind: str
    """Of a policy; `draft` for a proposal, `whole` for a page about the whole rulebook."""
    id: str
    """Of a policy; empty for a page about the whole rulebook."""
    line: Phrase | None
    """The beginning of its summary."""


class Shelf(NamedTuple):
    """A group of the index: a letter like ``a`` or a kind like ``rule``, and the address where it begins."""

    name: str
    letter: bool
    """Whether it is a letter; otherwise it is a kind, or `other` for titles that begin with no letter."""
    path: str


@dataclass(frozen=True, slots=True)
class FindPage:
    """The index of all pages, or a further part of it."""

    path: PurePosixPath
    frame: Frame
    part: int
    """1 for the first part, which has the search box."""
    shelves: tuple[Shelf, ...]
    """Every group, whichever part it is in."""
    groups: tuple[tuple[Shelf, tuple[Found, ...]], ...]
    """The groups of this part."""
    onward: str | None
    """Where the next part is."""
