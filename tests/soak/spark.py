"""Everything that can be wrong with a population, by DuckDB and by Spark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.test_columns_spark import both


def on_odd_text(folder: Path) -> None:
    """JSONL in which everything is wrong that can be: the same rejects, the same rows about nobody."""
    odd: list[Any] = [True, "yes", 7, 1.5, -3, 1e300, "2026-02-30", "0000-01-01", [], {}, 'gäs\\"', None]
    tables = {
        "subjects": [{"subject": one} for one in "aabcdefghijklmn"] + [{}, {"subject": "\t"}],
        "identity-check": [{"subject": "a", "verified": True}, {"subject": "b", "verified": True}] * 2,
        "bill-payments": [
            {"subject": chr(ord("b") + number), "due": due, "paid": value, "amount": value, "kind": value}
            for number, value in enumerate(odd)
            for due in ("2026-01-01", value)
        ]
        + [{"subject": "n", "due": "2026-01-01", "amount": amount, "kind": "rent"} for amount in (900, 900.1, 1e3)]
        + [{"subject": "z", "due": "2026-01-01"}],
    }
    (folder / "in").mkdir()
    for table, rows in tables.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "in" / f"{table}.jsonl").write_text(text, "utf-8")
    found = both(folder / "in", folder)
    assert (found.decided, found.refused, found.strays) == (1, 14, 2)
    assert len(found.codes) >= 8
