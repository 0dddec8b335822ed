"""Reading, checking and parsing a rulebook of a thousand policies."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from bench import book, long
from engine.rulebook import edition, load_rulebook

RULES = 498
"""A measure and a rule each, with source, score and use: a thousand policies but for one."""


def section() -> str:
    """The first load and the second."""
    documents = long.card(RULES, 5)
    with tempfile.TemporaryDirectory() as folder:
        place = book.write(documents, Path(folder))
        times = []
        for _ in range(2):
            start = perf_counter()
            found = edition(load_rulebook(place), book.FROM)
            times.append(perf_counter() - start)
            assert found is not None
            assert len(found.rules) == RULES
    return f"""## Loading

A rulebook of {len(documents):,} policies from files: read, checked in full, parsed.

First load {times[0]:.1f} s; second load of the unchanged files {times[1] * 1e3:.0f} ms.
"""
