"""Long tables: a ladder of lists leads to the range in which a value lies, whatever it is a table of."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.expressions import Expr

from bench import book, long
from engine.readings.columns import ladders, tree
from engine.readings.columns.cuts import FIRST
from engine.readings.columns.ladders import down, ladder, of_dates
from engine.readings.columns.rules import ladders_of
from tests.populations import decide_alike
from tests.strategies import AS_OF, records, rulebooks
from tests.test_columns_agreement import SLOW


def places(starts: list[int], values: list[str], kind: str, *, day: bool) -> list[int | None]:
    """What a table that gives each range its place gives these values, asked of the database."""
    here = tree.col("x")
    query = f"(SELECT n, CAST(x AS {kind}) AS x FROM (VALUES {', '.join(values)}) t(n, x))"  # noqa: S608  # drawn
    for column, value in ladder("t", here, starts, day=day):
        query = f'(SELECT *, {value.sql("duckdb")} AS "{column}" FROM {query})'  # noqa: S608  # as above
    found = down("t", here, [tree.whole(number) for number in range(len(starts))], tree.null(tree.BIG))
    assert found is not None
    asked_ = f"SELECT {found.sql('duckdb')} FROM {query} ORDER BY n"  # noqa: S608  # as above
    rows = duckdb.execute(asked_).fetchall()
    return [place for (place,) in rows]


@settings(deadline=None, max_examples=25)
@given(data=st.data(), count=st.integers(65, 700), wide=st.booleans())
def test_a_number_comes_to_its_range(data: st.DataObject, count: int, wide: bool) -> None:
    """At each edge, on both sides of it, and beyond all; 64 bits or more."""
    most = 10**30 if wide else 10**6
    starts = [FIRST, *sorted(data.draw(st.sets(st.integers(-most, most), min_size=count - 1, max_size=count - 1)))]
    values = [value for at in starts[1:] for value in (at - 1, at, at + 1)] + [-most - 5, most + 5]
    listed = [*(f"({n}, {value})" for n, value in enumerate(values)), f"({len(values)}, NULL)"]
    expected = [bisect_right(starts, value) - 1 for value in values]
    assert places(starts, listed, "HUGEINT" if wide else "BIGINT", day=False) == [*expected, None]


@settings(deadline=None, max_examples=10)
@given(data=st.data(), count=st.integers(65, 300))
def test_a_date_comes_to_its_range(data: st.DataObject, count: int) -> None:
    """From the first date there is to the last."""
    last = date.max.toordinal()
    drawn = sorted(data.draw(st.sets(st.integers(1, last), min_size=count, max_size=count)) | {1, last})
    starts = [at for at, _ in of_dates([(at, None) for at in (FIRST, *drawn)])]
    listed = [f"({n}, '{date.fromordinal(at).isoformat()}')" for n, at in enumerate(drawn)]
    assert places(starts, listed, "DATE", day=True) == [bisect_right(starts, at) - 1 for at in drawn]


@pytest.mark.parametrize(
    "leaves",
    [
        [tree.col("points")],
        [tree.text("a, b")],
        [tree.text("null")],
        [tree.whole(1), tree.text("a")],
        [tree.whole(1), tree.literal(True)],
    ],
    ids=["no constant", "no plain word", "a word for nothing", "number and text", "number and flag"],
)
def test_what_a_list_cannot_hold_has_no_ladder(leaves: list[Expr]) -> None:
    """A list is written as one text, and all that it holds is of one type."""
    assert down("t", tree.col("x"), leaves, tree.null("TEXT")) is None


def concluding(cases: int, more: dict[str, Any]) -> book.Documents:
    """A long table whose rows raise a flag and say a code; `more` is what one row gives besides."""
    found = list(long.card(1, cases))
    found[0]["fields"]["m0"]["least"] = 0  # what points are given for each of is counted
    for document in found:
        if document["kind"] == "rule":
            given = [
                {"points": n % 7, "conclusion": [*(["high"] if n % 7 > 4 else []), {"tier": f"t-{n % 3}"}]}
                for n in range(cases)
            ]
            given[3] = {"conclusion": given[3]["conclusion"], **more}
            about = {"title": book.WORDS, "category": "pd:Income"}
            document["table"]["rows"] = [
                [cell, worth] for (cell, _), worth in zip(document["table"]["rows"], given, strict=True)
            ]
            document["conclusions"] = {
                "high": about,
                "tier": {**about, "codes": {f"t-{n}": book.WORDS for n in range(3)}},
            }
            document["unknown"] = {"points": 2, "because": book.WORDS, "conclusion": {"tier": "t-1"}}
            document["examples"] = [
                {"is": {"m0": 0}, "points": 1, "conclusion": {"tier": "t-1"}},
                {"is": {"m0": 10}, "points": 2, "conclusion": {"tier": "t-2"}},
            ]
    return found


@pytest.mark.parametrize(
    "more",
    [{"points": 9}, {"no_score": {"because": book.WORDS}}, {"points": {"each": 2, "of": "m0", "at_most": 8}}],
    ids=["points", "refuses to score", "counts points out"],
)
def test_long_tables_that_conclude_decide_as_records_do(more: dict[str, Any]) -> None:
    """Flags, codes and refusals of a long table are looked up as its points are; at each edge, and where unknown."""
    cases = 200
    edition = book.edition(concluding(cases, more))
    assert ladders_of(edition)
    values = [None, *(at + by for at in range(long.STEP, long.STEP * cases, long.STEP) for by in (-1, 0))]
    sources = [{"facts": {} if value is None else {"m0": value}} for value in values]
    decide_alike(edition, [{"sources": one} for one in sources], book.FROM)


def test_points_beyond_64_bits_stay_exact() -> None:
    found = down("t", tree.col("x"), [tree.cast(tree.whole(-(2**80)), tree.HUGE)], tree.whole(0))
    assert found is not None
    query = f"SELECT {found.sql('duckdb')} FROM (SELECT 1 AS x, 0 AS place_0_t)"  # noqa: S608  # our own
    assert duckdb.execute(query).fetchone() == (-(2**80),)


def test_short_tables_as_ladders_decide_as_records_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over drawn rulebooks, as if every table were long."""
    monkeypatch.setattr(ladders, "LONG", 1)

    @settings(parent=SLOW, max_examples=12)
    @given(data=st.data())
    def agree(data: st.DataObject) -> None:
        drawn = data.draw(rulebooks())
        population = data.draw(st.lists(records(drawn), min_size=4, max_size=4))
        decide_alike(drawn.edition, population, AS_OF)

    agree()
