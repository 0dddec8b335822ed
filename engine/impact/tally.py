"""Counting people one after the other in memory that does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from engine.ir import Edition
from engine.readings.compiled import compile_edition
from engine.readings.compiled.result import Result

MOST_REMEMBERED = 100_000
"""So many scores with conclusions are remembered with what follows from them."""

Ends = tuple[int | None, str, frozenset[str]]
"""What the rules make of a person: the score, its band ("" without one), and the consequences."""


@dataclass(slots=True)
class Tally:
    """How many people there are of each kind; `changes` are those of people with a score before and after."""

    people: int = 0
    bands: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: Counter[int] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


def add(tally: Tally, before: Ends, after: Ends) -> None:
    """Counts one person."""
    tally.people += 1
    tally.bands[before[1], after[1]] += 1
    if before[0] is not None and after[0] is not None:
        tally.changes[after[0] - before[0]] += 1
    had, has = before[2], after[2]
    if had or has:
        if had == has:
            tally.kept.update(had)
        else:
            tally.kept.update(had & has)
            tally.gained.update(has - had)
            tally.lost.update(had - has)


@lru_cache(maxsize=8)
def ends(edition: Edition, use: str) -> Callable[[Any, date], Ends | list[Any]]:
    """What the rules make of a record, or why it is refused."""
    compiled = compile_edition(edition)
    concluding = [number for number, rule in enumerate(edition.rules.values()) if rule.conclusions]
    known: dict[tuple[int | None, tuple[int, ...]], Ends] = {}

    def found(record: Any, as_of: date) -> Ends | list[Any]:
        result = compiled.record(record, as_of)
        if isinstance(result, list):
            return result
        key = (result.score, tuple([result.marks[number] for number in concluding]))
        ends = known.get(key)
        if ends is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[key] = ends = _ends(result, use)
        return ends

    return found


def _ends(result: Result, use: str) -> Ends:
    edition = result.plan.edition
    follow = result.decision(use).consequences if use in edition.uses else ()
    return result.score, result.band or "", frozenset(one.id for one in follow)


def merge(into: Tally, other: Tally) -> None:
    """Adds what was counted elsewhere."""
    into.people += other.people
    into.bands.update(other.bands)
    into.changes.update(other.changes)
    into.gained.update(other.gained)
    into.lost.update(other.lost)
    into.kept.update(other.kept)
