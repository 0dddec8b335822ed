"""The page on which a rulebook is tried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from publisher.pages.frame import Frame, Link, Phrase


@dataclass(frozen=True, slots=True)
class TryPage:
    """A form for measures or a record; its scripts say what the rules make of them."""

    path: PurePosixPath
    frame: Frame
    data: str
    """The file with the edition and the words about it, which the page loads."""
    record_data: str
    """The file with what is said about a record that cannot be used, loaded when somebody brings one."""
    first: date
    last: date | None
    """The days on which the edition is in force; no last one is known where the next edition is not written yet."""
    uses: tuple[tuple[str, Phrase], ...]
    """By id; the usual one first."""
    examples: tuple[Phrase, ...]
    score: Link | None
    hindered: Literal["withheld", "no-use"] | None
    """Why nothing can be worked out: something is not published, or there is nothing to evaluate for."""
