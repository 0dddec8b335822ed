"""What a check says: figures for the table, and what it missed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ``Figure("heaviest page", "15.1 KB", "16 KB")``."""

    what: str
    found: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found; it is passed when nothing was missed."""

    figures: tuple[Figure, ...]
    misses: tuple[str, ...] = ()
