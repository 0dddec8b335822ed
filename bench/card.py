"""A classic scorecard: twelve characteristics and 63 cases, with everything a scorecard has."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from bench import book

RANGES: dict[str, tuple[dict[str, Any], list[int], list[int]]] = {
    "age": ({"least": 18, "greatest": 120}, [25, 35, 50, 65], [-10, 5, 15, 25, 20]),
    "months-at-address": ({"least": 0, "greatest": 600}, [6, 24, 60, 120], [-15, 0, 5, 10, 20]),
    "months-at-work": ({"least": 0, "greatest": 600}, [6, 24, 60, 120], [-20, 0, 10, 20, 30]),
    "accounts": ({"least": 0, "greatest": 200}, [1, 3, 6, 12], [-5, 10, 15, 5, -10]),
    "enquiries": ({"least": 0, "greatest": 200}, [1, 2, 4, 8], [20, 5, -5, -20, -40]),
    "utilisation": ({"least": 0, "greatest": 100}, [10, 30, 50, 80], [30, 20, 5, -15, -40]),
    "income": ({"least": 0}, [12_000, 24_000, 40_000, 80_000], [-20, 0, 10, 20, 30]),
    "late-payments": ({"least": 0, "greatest": 200}, [1, 2, 3, 6], [40, 0, -20, -40, -80]),
}
CODES = {
    "housing": {"owner": 20, "mortgage": 15, "tenant": 0, "family": 5, "other": -5},
    "job": {"permanent": 20, "self-employed": 5, "temporary": 0, "retired": 10, "none": -25},
    "product": {"loan": 0, "card": -5, "overdraft": -10, "mortgage": 10, "hire-purchase": 5},
}
CROSS = {
    "young-and-indebted": {"all": [{"age": {"less_than": 25}}, {"utilisation": {"more_than": 60}}]},
    "late-or-hungry": {"any": [{"late-payments": {"at_least": 3}}, {"enquiries": {"at_least": 6}}]},
    "new-and-not-settled": {
        "all": [{"months-at-work": {"less_than": 12}}, {"not": {"housing": {"one_of": ["owner", "mortgage"]}}}]
    },
}
CROSS_POINTS = {"young-and-indebted": -30, "late-or-hungry": -25, "new-and-not-settled": -15}
GROUPED = ["rule-accounts", "rule-enquiries", "rule-utilisation"]


def documents() -> book.Documents:
    """The scorecard as policies."""
    fields: dict[str, dict[str, Any]] = {
        _field(id_): {"type": "integer", **limits} for id_, (limits, _, _) in RANGES.items()
    }
    fields |= {id_: {"type": "code", "codes": dict.fromkeys(codes, book.WORDS)} for id_, codes in CODES.items()}
    fields["verified"] = {"type": "boolean"}
    fields = {id_: {**field, "optional": True} for id_, field in fields.items()}
    measures = [*RANGES, *CODES, "verified"]
    found = [book.source("application", {"facts": {}}, fields)]
    found += [book.measure(id_, {"value": {"of": "application", "field": _field(id_)}}) for id_ in measures]
    for id_, (_, cuts, points) in RANGES.items():
        cells = [f"< {cuts[0]}", *(f"[{a}..{b})" for a, b in pairwise(cuts)), f">= {cuts[-1]}"]
        found.append(_table(id_, list(zip(cells, points, strict=True)), [cuts[0], cuts[1]], points[1:3]))
    for id_, codes in CODES.items():
        found.append(_table(id_, list(codes.items()), list(codes)[:2], list(codes.values())[:2]))
    found.append(_table("verified", [("true", 15), ("false", -5)], [True, False], [15, -5]))
    for id_, when in CROSS.items():
        cases = {"cases": [{"when": when, "points": CROSS_POINTS[id_]}, {"otherwise": True, "points": 0}]}
        found.append(book.rule(f"rule-{id_}", cases, []))
    rules = [f"rule-{id_}" for id_ in (*measures, *CROSS)]
    group = {"group": "credit", "title": book.WORDS, "cap": 40, "rules": GROUPED}
    adds = [*(rule for rule in rules if rule not in GROUPED), group]
    return [*found, book.score(600, adds, (300, 850), [300, 500, 580, 660, 740]), book.use()]


def _field(id_: str) -> str:
    return id_.replace("-", "_")


def _table(id_: str, rows: list[tuple[str, int]], values: list[Any], points: list[int]) -> dict[str, Any]:
    examples = [{"is": {id_: value}, "points": given} for value, given in zip(values, points, strict=True)]
    return book.rule(f"rule-{id_}", {"table": {"measure": id_, "rows": [list(row) for row in rows]}}, examples)


def applicants(count: int) -> list[dict[str, Any]]:
    """Measures of drawn applicants; one value in twenty is unknown."""
    draw = random.Random(7)
    found = []
    for _ in range(count):
        values: dict[str, Any] = {
            id_: min(limits.get("greatest", cuts[-1] * 2), max(limits["least"], int(draw.gauss(cuts[1], cuts[2]))))
            for id_, (limits, cuts, _) in RANGES.items()
        }
        values |= {id_: draw.choice(list(codes)) for id_, codes in CODES.items()} | {"verified": draw.random() < 0.8}
        found.append({id_: None if draw.random() < 0.05 else value for id_, value in values.items()})
    return found
