"""The wide scorecard in OpenFisca: a variable for each characteristic and each rule, over all applicants at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench import card

PERIOD = "2026-12"
UNKNOWN = -1
GROUPED = [one.removeprefix("rule-") for one in card.GROUPED]
RULES = [*(id_ for id_ in (*card.RANGES, *card.CODES, "verified", *card.CROSS) if id_ not in GROUPED), *GROUPED]
BEST = {
    **{id_: max(0, *given) for id_, (_, _, given) in card.RANGES.items()},
    **{id_: max(0, *codes.values()) for id_, codes in card.CODES.items()},
    "verified": 15,
    **dict.fromkeys(card.CROSS, 0),
}


def _name(id_: str) -> str:
    return id_.replace("-", "_")


def system() -> TaxBenefitSystem:
    """Entities and variables; what is unknown is -1, and codes and truth values are numbers."""
    person = build_entity(key="person", plural="persons", label="", is_person=True)
    found = TaxBenefitSystem([person])

    def add(name: str, formula: Callable[..., Any] | None) -> None:
        body: dict[str, Any] = {"value_type": int, "entity": person, "definition_period": DateUnit.MONTH, "label": name}
        found.add_variable(type(name, (Variable,), body | ({"formula": formula} if formula else {})))

    for id_ in (*card.RANGES, *card.CODES, "verified"):
        add(_name(id_), None)
    for id_, (_, cuts, given) in card.RANGES.items():
        table = np.array([*given, 0], dtype=np.int32)
        add(f"points_{_name(id_)}", _ranged(_name(id_), np.array(cuts), table))
    for id_, codes in card.CODES.items():
        add(f"points_{id_}", _coded(id_, np.array([*codes.values(), 0], dtype=np.int32)))
    add("points_verified", _coded("verified", np.array([-5, 15, 0], dtype=np.int32)))
    for id_, when in zip(card.CROSS, (_young, _late, _new), strict=True):
        add(f"points_{_name(id_)}", _crossed(when, card.CROSS_POINTS[id_]))
    add("score", _score)
    return found


def _ranged(name: str, cuts: Any, table: Any) -> Callable[..., Any]:
    def formula(persons: Any, period: Any) -> Any:
        value = persons(name, period)
        return table[np.where(value == UNKNOWN, len(cuts) + 1, np.searchsorted(cuts, value, side="right"))]

    return formula


def _coded(name: str, table: Any) -> Callable[..., Any]:
    return lambda persons, period: table[persons(name, period)]  # the last one is of what is unknown


def _crossed(when: Callable[..., Any], points: int) -> Callable[..., Any]:
    return lambda persons, period: np.where(when(persons, period), points, 0).astype(np.int32)


def _young(persons: Any, period: Any) -> Any:
    age, used = persons("age", period), persons("utilisation", period)
    return (age != UNKNOWN) & (age < 25) & (used > 60)


def _late(persons: Any, period: Any) -> Any:
    return (persons("late_payments", period) >= 3) | (persons("enquiries", period) >= 6)


def _new(persons: Any, period: Any) -> Any:
    months, housing = persons("months_at_work", period), persons("housing", period)
    return (months != UNKNOWN) & (months < 12) & (housing >= 2)  # owner and mortgage are 0 and 1


def _score(persons: Any, period: Any) -> Any:
    alone = sum(persons(f"points_{_name(id_)}", period) for id_ in RULES if id_ not in GROUPED)
    group = sum(persons(f"points_{_name(id_)}", period) for id_ in GROUPED)
    return np.clip(600 + alone + np.minimum(group, 40), 300, 850)


def run(file: Path, out: Path) -> None:
    """From Parquet to Parquet with four reasons, in batches that fit the memory; DuckDB reads and writes."""
    connection = duckdb.connect()
    columns = [f"coalesce({_name(id_)}, {UNKNOWN})::INTEGER AS {_name(id_)}" for id_ in card.RANGES]
    for id_, codes in card.CODES.items():
        columns.append(f"coalesce(list_position({list(codes)!r}, {id_}) - 1, {UNKNOWN})::INTEGER AS {id_}")
    columns.append(f"coalesce(verified::INTEGER, {UNKNOWN})::INTEGER AS verified")
    data = connection.execute(f"SELECT {', '.join(columns)} FROM '{file}'").fetchnumpy()
    count = len(data["age"])
    builder = SimulationBuilder()
    rules = system()
    builder.create_entities(rules)
    builder.declare_person_entity("person", np.arange(count))
    simulation = builder.build(rules)
    for name, values in data.items():
        simulation.set_input(name, PERIOD, np.asarray(values))
    score = simulation.calculate("score", PERIOD)
    size = len(RULES)
    lost = np.stack(
        [
            (BEST[id_] - simulation.calculate(f"points_{_name(id_)}", PERIOD)) * size + (size - 1 - place)
            for place, id_ in enumerate(RULES)
        ],
        axis=1,
    )
    keys = -np.sort(np.partition(-lost, 3, axis=1)[:, :4], axis=1)
    found = {"score": score} | {f"key_{n}": np.ascontiguousarray(keys[:, n - 1]) for n in (1, 2, 3, 4)}
    connection.register("found", found)
    names = [f"rule-{id_}" for id_ in reversed(RULES)]
    told = [
        f"CASE WHEN key_{n} >= {size} THEN list_extract({names!r}, key_{n} % {size} + 1) END AS reason_{n}, "
        f"CASE WHEN key_{n} >= {size} THEN key_{n} // {size} END AS lost_{n}"
        for n in (1, 2, 3, 4)
    ]
    band = "CASE " + " ".join(f"WHEN score < {top} THEN 'band-{n}'" for n, top in enumerate((500, 580, 660, 740)))
    query = f"SELECT subject, score, {band} ELSE 'band-4' END AS band, {', '.join(told)}"
    connection.execute(
        f"COPY ({query} FROM (SELECT subject FROM '{file}') POSITIONAL JOIN found) TO '{out}' (COMPRESSION zstd)"
    )
