"""Counting synthetic people, in several processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from typing import Any

from engine.decision import Refused
from engine.impact.counting import Counted, published, tally, together
from engine.impact.person import Person
from engine.impact.result import Impact, Population
from engine.ir import Edition
from engine.problem import Problem
from engine.progress import Bar, silent
from engine.synthetic import Sampler, of_parts, sampler

AT_ONCE = 2_000
"""So many people are counted in one go."""

WORTH_IT = 20_000
"""From so many people on there are several processes."""


def count_synthetic(
    old: Edition, new: Edition, people: int, seed: int, as_of: date, use: str, bar: Bar = silent
) -> Impact:
    """The impact of a change on synthetic people: the same ones under both, with what each source has in each edition.

    The result does not depend on the number of processes.
    """
    goes = [(first, min(AT_ONCE, people - first)) for first in range(0, people, AT_ONCE)]
    asked = (old, new, seed, as_of, use)
    counted = together(bar("people", _parts(asked, goes, people), len(goes)))
    return published(old, new, counted, as_of, use, Population("synthetic", people, seed))


Asked = tuple[Edition, Edition, int, date, str]


def _parts(asked: Asked, goes: list[tuple[int, int]], people: int) -> Iterator[Counted]:
    """What is counted in each go, in order."""
    workers = min(os.cpu_count() or 1, len(goes))
    if people < WORTH_IT or workers == 1:
        yield from (_go(asked, first, number) for first, number in goes)
        return
    _SHARED[:] = [asked]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        yield from pool.map(_shared_go, *zip(*goes, strict=True))


_SHARED: list[Asked] = []
"""What the processes are asked; they are copies of this one."""


def _shared_go(first: int, number: int) -> Counted:
    return _go(_SHARED[0], first, number)


def _go(asked: Asked, first: int, number: int) -> Counted:
    old, new, seed, as_of, use = asked
    return tally(old, new, _people(old, new, seed, as_of, first, number), use)


@lru_cache(maxsize=2)
def _samplers(old: Edition, new: Edition, seed: int, as_of: date) -> tuple[Sampler, Sampler]:
    before = sampler(old, seed, as_of)
    return before, sampler(new, seed, as_of, like=before)


def _people(old: Edition, new: Edition, seed: int, as_of: date, first: int, number: int) -> Iterator[Person]:
    before, after = _samplers(old, new, seed, as_of)
    same = before.sources == after.sources
    for one in range(first, first + number):
        parts: dict[Any, Any] = {}
        record = of_parts(before, one, parts)
        yield Person(record, record if same else of_parts(after, one, parts), as_of, {}, _misfit)


def _misfit(refused: Refused) -> Problem:
    return Problem("bad-record", f"a synthetic person is refused: {refused.sentence}")
