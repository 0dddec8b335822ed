"""Cards for measuring the proof: so many rules of so many cases, and rules that read several measures at once."""

from __future__ import annotations

import random
from typing import Any

from bench import book

STEP = 10


def card(rules: int, cases: int, cross: int, seed: int = 5, groups: int = 3) -> book.Documents:
    """So many tables over a measure of their own, every third falling, `cross` rules over three measures, in groups."""
    draw = random.Random(seed)
    ids = [f"m{number}" for number in range(rules)]
    last = STEP * (cases - 2)
    fields = {id_: {"type": "integer", "least": 0, "greatest": last + 100, "optional": True} for id_ in ids}
    found = [book.source("facts", {"facts": {}}, fields)]
    for number, id_ in enumerate(ids):
        points = sorted(draw.randrange(-20, 40) for _ in range(cases))
        way = "down" if number % 3 == 0 else "up"
        if way == "down":
            points.reverse()
        rows: list[list[Any]] = [[f"< {STEP}", points[0]]]
        rows += [[f"[{n}..{n + STEP})", points[n // STEP]] for n in range(STEP, last, STEP)]
        rows.append([f">= {last}", points[-1]])
        if cases > 2:
            rows.insert(-1, [f"[{last - 5}..{last})", points[-2]])
            rows[-3][0] = f"[{last - STEP}..{last - 5})"
        examples = [{"is": {id_: 0}, "points": points[0]}, {"is": {id_: last}, "points": points[-1]}]
        found.append(book.measure(id_, {"value": {"of": "facts", "field": id_}}))
        rule = book.rule(f"rule-{id_}", {"table": {"measure": id_, "rows": rows}}, examples)
        found.append({**rule, "direction": way})
    for number in range(cross):
        one, two, three = draw.sample(ids, 3)
        when = {"all": [{one: {"less_than": 25}}, {"any": [{two: {"at_least": 30}}, {three: {"at_most": 15}}]}]}
        cases_ = [{"when": when, "points": -15}, {"otherwise": True, "points": 0}]
        examples = [
            {"is": {one: 30, two: 0, three: 20}, "points": 0},
            {"is": {one: 0, two: 40, three: 0}, "points": -15},
        ]
        found.append(book.rule(f"cross-{number}", {"cases": cases_}, examples))
    names = [f"rule-{id_}" for id_ in ids] + [f"cross-{number}" for number in range(cross)]
    size = 5
    grouped: list[Any] = [
        {"group": f"g{n}", "title": book.WORDS, "cap": 60, "floor": -40, "rules": names[n * size : (n + 1) * size]}
        for n in range(groups)
    ]
    adds = [*grouped, *names[groups * size :]]
    return [*found, book.score(500, adds, (0, 1500), [0, 400, 500, 600, 800]), book.use()]


def changed(documents: book.Documents, id_: str, points: int) -> book.Documents:
    """The same card with other points in the third row of one table."""
    found = []
    for one in documents:
        if one["id"] == id_:
            rows = [list(row) for row in one["table"]["rows"]]
            rows[2][-1] += points
            one = {**one, "table": {**one["table"], "rows": rows}}  # noqa: PLW2901  # a copy
        found.append(one)
    return found
