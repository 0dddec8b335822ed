"""What was counted, as it may be published: small counts are left out, and nothing tells what they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.ir import Edition

Cell = tuple[str, ...]
"""A count by name: ``("outcome", "rise")``, ``("bands", "good", "strong")``."""

Count = int | None
"""So many people; None where the number is left out."""

THRESHOLD = 10
"""Numbers of people from 1 up to, but not including, this are left out."""

OUTCOMES = ("rise", "same", "fall", "gained", "lost", "neither")
"""What happens to a person's score: it goes up, stays, goes down; there is one now, there is none any more, or none."""

MOVES = ("gained", "lost", "kept", "never")
"""What happens to a person's consequence."""

BARE = ""
"""Stands for no score in the place of a band, and for nothing said in the place of an attribute."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Changes of the score from `least` to `greatest` points, inclusive; None is without end."""

    least: int | None
    greatest: int | None


@dataclass(frozen=True, slots=True)
class Population:
    """Who was counted. `seed` is None of people who exist, and their records were given."""

    kind: Literal["synthetic", "records"]
    people: int
    seed: int | None


@dataclass(frozen=True, slots=True)
class Quantile:
    """So many percent of the people changed by no more points than are in the bin."""

    percent: int
    bin: int


@dataclass(frozen=True, slots=True)
class Impact:
    """The counts of a change from the edition `old` to `new`; `use` names whose consequences were counted.

    `consequences` are the ids on either side; `groups` the attributes with their values. The names of cells are
    ``outcome, O``; ``bin, N``; ``bands, A, B``; ``before, A``; ``after, B``; ``consequence, C, M``; ``had, C``;
    ``has, C``; ``group, X, V``; ``group, X, V, outcome, O``; ``group, X, V, C, gained|lost``.
    """

    old: Edition
    new: Edition
    as_of: date
    use: str
    population: Population
    bins: tuple[Bin, ...]
    bands_before: tuple[str, ...]
    bands_after: tuple[str, ...]
    consequences: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    counts: Mapping[Cell, Count]
    quantiles: tuple[Quantile, ...]
