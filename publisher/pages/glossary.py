"""The words a rulebook uses, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from publisher.pages.frame import Frame, Link, Phrase


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a closed list, of the vocabulary of personal data, or a unit, with where it is used."""

    code: str
    """As policies write it, like ``third-party`` or ``pd:Friend``."""
    words: Phrase
    used: tuple[Link, ...]
    more: int
    """In so many more policies than those it is used."""


@dataclass(frozen=True, slots=True)
class GlossaryPage:
    """The words of the field, and the words of this rulebook."""

    path: PurePosixPath
    frame: Frame
    scored: bool
    """Whether there is a score."""
    lists: tuple[tuple[str, tuple[Term, ...]], ...]
    """The closed lists by name, like `origin`, with the words that are used."""


@dataclass(frozen=True, slots=True)
class CategoriesPage:
    """The kinds of personal data that occur, and the rulebook's own units."""

    path: PurePosixPath
    frame: Frame
    categories: tuple[Term, ...]
    units: tuple[Term, ...]
