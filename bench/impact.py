"""Counting what a change does to synthetic people, against drawing nobody and only evaluating everybody twice."""

from __future__ import annotations

import resource
from datetime import date
from time import perf_counter

from bench.timing import interleaved, micro, ratio, table
from engine.impact.synthetic import count_synthetic
from engine.readings.compiled import compile_edition
from engine.rulebook import edition as edition_of
from engine.rulebook import load_rulebook
from engine.synthetic import record, sampler

FEW, MANY = 1_000, 100_000
ROUNDS = 5
USE = "deposit-free-rental"
DAY = date(2027, 4, 1)


def section() -> str:
    """The time for one person, and for very many in several processes."""
    rulebook = load_rulebook("fair-civic-trust")
    old, new = edition_of(rulebook, date(2026, 12, 1)), edition_of(rulebook, DAY)
    assert old is not None
    assert new is not None
    before, after = compile_edition(old), compile_edition(new)
    drawn = sampler(new, 1, DAY)
    people = [record(drawn, number) for number in range(FEW)]

    def twice() -> None:
        for one in people:
            before.record(one, DAY)
            after.record(one, DAY)

    def draw() -> None:
        for number in range(FEW):
            record(drawn, number)

    def whole() -> None:
        count_synthetic(old, new, FEW, 1, DAY, USE)

    names = ["evaluating each person twice", "drawing each person", "impact: drawing, evaluating twice, counting"]
    found = interleaved(dict(zip(names, ((run, FEW) for run in (twice, draw, whole)), strict=True)), ROUNDS)
    rows = [[name, micro(one), f"{ratio(found, name, names[0]):.2f}"] for name, one in found.items()]
    start = perf_counter()
    count_synthetic(old, new, MANY, 1, DAY, USE)
    each = (perf_counter() - start) / MANY
    rows.append(
        [f"the same for {MANY:,} people, with all processors", micro([each]), f"{each / _median(found[names[0]]):.2f}"]
    )
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rate = sum(len(rows_) for one in people for rows_ in one["sources"].values() if isinstance(rows_, list)) / FEW
    return f"""## Impact of a change

fair-civic-trust, two editions, synthetic people with {rate:.0f} rows each. The last line is the time that passes,
divided by the number of people; no process needed more than {memory:.0f} MB.

{table(["", "µs a person", "times the first"], rows)}
"""


def _median(found: list[float]) -> float:
    return sorted(found)[len(found) // 2]
