"""How cost grows with the number of rules and with the length of a table."""

from __future__ import annotations

import random
from time import perf_counter
from typing import Any

from bench import book
from bench.scorecard import every
from bench.timing import interleaved, micro, ratio, table
from engine.readings.compiled import Compiled, compile_edition

RULES = (15, 150, 1500)
LENGTHS = (63, 600, 6000)
STEP = 10
COUNT = 1000


def card(rules: int, cases: int) -> book.Documents:
    """So many rules, each a table of so many cases over a measure of its own."""
    ids = [f"m{number}" for number in range(rules)]
    fields = {id_: {"type": "integer", "optional": True} for id_ in ids}
    found = [book.source("facts", {"facts": {}}, fields)]
    for id_ in ids:
        last = STEP * (cases - 2)
        rows: list[list[Any]] = [["< 0", 0], *([f"[{n}..{n + STEP})", n // STEP % 7] for n in range(0, last, STEP))]
        examples = [{"is": {id_: value}, "points": points} for value, points in ((-1, 0), (last, 9))]
        found.append(book.measure(id_, {"value": {"of": "facts", "field": id_}}))
        found.append(
            book.rule(f"rule-{id_}", {"table": {"measure": id_, "rows": [*rows, [f">= {last}", 9]]}}, examples)
        )
    adds = [f"rule-{id_}" for id_ in ids]
    return [*found, book.score(0, adds, (0, 9 * rules), [0, 2 * rules, 5 * rules]), book.use()]


def compiled(rules: int, cases: int) -> tuple[Compiled, float]:
    """The card compiled, and the seconds that took."""
    edition = book.edition(card(rules, cases))
    start = perf_counter()
    found = compile_edition(edition)
    return found, perf_counter() - start


def batch(found: Compiled, cases: int) -> Any:
    """Scores of drawn measures that reach every case."""
    draw = random.Random(3)
    values = [{id_: draw.randrange(-STEP, STEP * cases) for id_ in found.edition.measures} for _ in range(COUNT)]
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
