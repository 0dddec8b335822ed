"""How cost grows with the number of rules and with the length of a table."""

from __future__ import annotations

import random
from time import perf_counter
from typing import Any

from bench import book, long
from bench.scorecard import every
from bench.timing import interleaved, micro, ratio, table
from engine.readings.compiled import Compiled, compile_edition

RULES = (15, 150, 1500)
LENGTHS = (63, 600, 6000)
COUNT = 1000


def compiled(rules: int, cases: int) -> tuple[Compiled, float]:
    """The card compiled, and the seconds that took."""
    edition = book.edition(long.card(rules, cases))
    start = perf_counter()
    found = compile_edition(edition)
    return found, perf_counter() - start


def batch(found: Compiled, cases: int) -> Any:
    """Scores of drawn measures that reach every case."""
    draw = random.Random(3)
    values = [
        {id_: draw.randrange(-long.STEP, long.STEP * cases) for id_ in found.edition.measures} for _ in range(COUNT)
    ]
    return every(lambda one: found.measures(one, book.FROM), values)


def section() -> str:
    """Two tables: more rules, and longer tables."""
    more = {rules: compiled(rules, 5) for rules in RULES}
    times = interleaved({f"{rules:,}": (batch(found, 5), COUNT) for rules, (found, _) in more.items()}, 7)
    rules = [
        [name, micro(one), f"{ratio(times, name, '15'):.1f}", f"{more[int(name.replace(',', ''))][1] * 1e3:.0f}"]
        for name, one in times.items()
    ]
    longer = {length: compiled(1, length) for length in LENGTHS}
    times = interleaved({f"{length:,}": (batch(found, length), COUNT) for length, (found, _) in longer.items()})
    lengths = [
        [name, micro(one), f"{ratio(times, name, '63'):.2f}", f"{longer[int(name.replace(',', ''))][1] * 1e3:.0f}"]
        for name, one in times.items()
    ]
    return f"""## Growth

More rules, each a table of five cases over a measure of its own:

{table(["rules", "µs for one", "times 15 rules", "ms to compile"], rules)}

One rule with a longer table; 6,000 cases cost {ratio(times, "6,000", "600"):.2f} times what 600 cost:

{table(["cases", "µs for one", "times 63 cases", "ms to compile"], lengths)}
"""
