"""The columns reading decides a population as `truth` decides each record of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.decision import Refusal
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.locate import policies_folder
from engine.records import shipped
from engine.rulebook import edition, load_rulebook
from tests.populations import answers, asked, decide_alike, filled, json_tables, name, told
from tests.strategies import AS_OF, records, rulebooks

SLOW = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a whole population takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
BOOKS = sorted(file.parent.name for file in policies_folder().glob("*/rulebook.yaml"))


@settings(parent=SLOW, max_examples=40)
@given(data=st.data())
def test_columns_decide_as_records_do(data: st.DataObject) -> None:
    """Over drawn rulebooks and populations: the same score, band, points, conclusions, reasons and consequences."""
    drawn = data.draw(rulebooks())
    population = data.draw(st.lists(records(drawn), min_size=6, max_size=6))
    decide_alike(drawn.edition, population, AS_OF)


@pytest.mark.parametrize("book", BOOKS)
def test_columns_decide_shipped_records(book: str) -> None:
    """The shipped records of one day together are a population: each gets its own decision, or is refused likewise."""
    rulebook = load_rulebook(book)
    by_day: dict[date, list[Any]] = {}
    for one in shipped(rulebook):
        under = edition(rulebook, day) if (day := _day(one.record)) else None
        if under is not None and day is not None and _fits(one.record, under):
            by_day.setdefault(day, []).append(one.record)
    assert sum(map(len, by_day.values())) >= 12
    for day, population in by_day.items():
        under = edition(rulebook, day)
        assert under is not None
        of = asked(under, day, under.about.default_use or min(under.uses), json_tables(under))
        found = answers(filled(of.tables, population), of)
        for number, record in enumerate(population):
            expected = evaluate_under(under, record, as_of=day, use=of.use, reading="truth")
            if isinstance(expected, Refusal):
                assert found[name(number)]["bad"], record
            else:
                assert found[name(number)] == told(expected, of, name(number)), record


def _day(record: Any) -> date | None:
    return None if record.get("as_of") is None else date.fromisoformat(record["as_of"])


def _fits(record: Any, under: Edition) -> bool:
    """Whether a table can hold a record: it has no column nobody declared, and a contest stands on a row it has."""
    for id_, content in record["sources"].items():
        rows = [content] if isinstance(content, dict) else content
        if id_ not in under.sources or any(set(row) - set(under.sources[id_].fields) for row in rows):
            return False
    return all(
        contest.get("row", 0) < len(record["sources"].get(contest["source"], ()))
        for contest in record.get("contested", [])
    )
