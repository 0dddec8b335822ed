"""People who do not exist: records drawn from the hints in the sources of an edition, to try rules on.

Every one of them is admissible, and is called `synthetic-SEED-NUMBER`. A person depends on the seed and on their own
number and on nobody else, so that a population can be drawn in parts, in any order, by several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from engine.ir import Edition
from engine.synthetic.people import Sampler, sampler

__all__ = ["Sampler", "people", "record", "sampler"]

Record = dict[str, Any]


def people(edition: Edition, n: int, seed: int, as_of: date, first: int = 0) -> Iterator[Record]:
    """The records of `n` synthetic people for a day, from person number `first` on.

    >>> from engine import load_rulebook
    >>> from engine.rulebook import edition
    >>> day = date(2027, 1, 1)
    >>> found = list(people(edition(load_rulebook("fair-civic-trust"), day), 3, 7, day))
    >>> [one["subject"] for one in found]
    ['synthetic-7-0', 'synthetic-7-1', 'synthetic-7-2']
    >>> found[1:] == list(people(edition(load_rulebook("fair-civic-trust"), day), 2, 7, day, first=1))
    True
    """
    drawn = sampler(edition, seed, as_of)
    return (record(drawn, number) for number in range(first, first + n))


def record(drawn: Sampler, number: int) -> Record:
    """The record of one person."""
    return of_parts(drawn, number, {})


def of_parts(drawn: Sampler, number: int, parts: dict[Callable[..., Any], Any]) -> Record:
    """The same; what a source gives is taken from `parts` if it is there, and else put there."""
    sources: dict[str, Any] = {}
    contested: list[dict[str, Any]] = []
    place = drawn.place(number)
    for id_, draw in drawn.sources.items():
        if draw not in parts:
            parts[draw] = draw(number, place)
        content, contests = parts[draw]
        if content is not None:
            sources[id_] = content
            contested += contests
    found: Record = {"subject": f"synthetic-{drawn.seed}-{number}", "sources": sources}
    if contested:
        found["contested"] = contested
    return found
