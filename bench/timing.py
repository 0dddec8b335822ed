"""Interleaved runs: contenders take turns, so that what else the machine does falls on all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

ROUNDS = 15


def interleaved(
    contenders: Mapping[str, tuple[Callable[[], object], int]], rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """Seconds for one item, by contender and round; a contender is what runs a batch, and how many items that is."""
    for run, _ in contenders.values():
        run()
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, (run, items) in contenders.items():
            gc.collect()
            start = perf_counter()
            kept = run()
            found[name].append((perf_counter() - start) / items)
            del kept
    return found


def ratio(found: Mapping[str, list[float]], name: str, to: str) -> float:
    """How many times longer one takes than another: the median over the rounds."""
    return median(a / b for a, b in zip(found[name], found[to], strict=True))


def micro(seconds: list[float]) -> str:
    """The median in microseconds.

    >>> micro([0.0000021, 0.000001, 0.5])
    '2.1'
    """
    value = median(seconds) * 1e6
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; all columns but the first hold numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
