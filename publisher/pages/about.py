"""How the website is made, and which reading of the policies agrees with the definition on what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from publisher.pages.frame import Frame, Phrase


@dataclass(frozen=True, slots=True)
class AboutPage:
    """How this site is made and checked, for whom it works, and what is not on it."""

    path: PurePosixPath
    frame: Frame
    rulebook: str
    sums: str
    """Where the fingerprints of all JSON files lie."""
    cases: int
    """In so many drawn cases the readings were compared."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One operator: for each reading the number of cases in which it agreed, or None where it never does this."""

    operator: str
    cells: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ReadingsPage:
    """Operators against readings, as the tests found it."""

    path: PurePosixPath
    frame: Frame
    cases: int
    rulebooks: int
    readings: tuple[str, ...]
    """The definition first."""
    groups: tuple[tuple[str, tuple[Agreement, ...]], ...]
    never: tuple[tuple[str, str], ...]
    """Each reading and operator that do not go together; the template has the reason."""


@dataclass(frozen=True, slots=True)
class GradesPage:
    """The table by which every difference between two versions is graded, the grade that matters most first."""

    path: PurePosixPath
    frame: Frame
    grades: tuple[tuple[str, Phrase, tuple[tuple[str, Phrase], ...]], ...]
    """Each grade with its name and its reasons, each with the word that programs have for it."""
