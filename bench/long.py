"""Rules that are long tables; no engine is measured here, so that tests can use them too."""

from __future__ import annotations

from typing import Any

from bench import book

STEP = 10
"""How wide each range of a table is."""


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
