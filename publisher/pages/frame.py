"""What surrounds every page: words in a language, links, who speaks and under which edition; and plain files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import NamedTuple


class Phrase(NamedTuple):
    """Words and the language they are in, which is not the page's when a translation is missing."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another page of the site."""

    words: Phrase
    path: str
    """From the root of the site, like ``demo/en/rules/late.html#points``; a template makes it relative."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something to read elsewhere."""

    title: Phrase
    url: str | None
    """As written in the policy; only ``http`` and ``https`` become a link."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the pages of one rulebook in one language: who speaks, and under which edition."""

    title: Phrase
    operator: Phrase
    contact: Phrase
    standing: str
    """`operator`, `reconstruction` or `illustration`: the banner on every page."""
    lang: str
    languages: tuple[str, ...]
    """The languages of the rulebook; the first is the original."""
    home: str
    """The folder of its pages from the root of the site, like ``demo/en/``."""
    edition_from: date
    """The day from which the edition on these pages is in force."""
    edition_until: date | None
    """Its last day; None if no end is known."""
    state: str
    """`now`, `coming` or `past`: when the edition on these pages is in force, seen from the day they were made."""
    digest: str
    """The SHA-256 of the edition."""
    address: str | None
    """Where the website is published, with a slash at the end; None when the rulebook does not say so."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart a hundred wide; `zero` is where nought is."""

    zero: float
    start: float
    width: float
    gain: bool
    """Whether it goes up from nought."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that is not a page: a policy, a schema, a style sheet."""

    path: PurePosixPath
    content: bytes
