"""The query as text: what is printed for a database is what decides."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner

from bench import book, long
from engine import operators
from engine.batch.run import Job, run
from engine.cli import DIALECTS, main
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.readings.columns import NEVER, decisions, output
from engine.readings.columns.tables import usual_tables
from engine.readings.columns.text import Dialect, in_dialect, sql_text
from engine.rulebook import edition, load_rulebook
from engine.synthetic.folder import write_folder
from tests.populations import asked, filled, name, told

DAY = date(2026, 12, 15)
USE = "deposit-free-rental"


@cache
def under() -> Any:
    return edition(load_rulebook("fair-civic-trust"), DAY)


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_every_database_gets_words_it_can_read(dialect: Dialect) -> None:
    """The text parses in the database's own grammar, and has every table and no division that would round."""
    text = sql_text(under(), DAY, USE, dialect)
    found = sqlglot.parse_one(text, read=dialect)
    names = {table.name for table in found.find_all(sqlglot.exp.Table)}
    assert {"subjects", *under().sources} <= names
    assert " //" not in text or dialect == "duckdb"
    assert "INT128" not in text or dialect == "duckdb"
    made = {one.alias for one in found.find_all(sqlglot.exp.CTE)}
    assert not [one.name for one in found.find_all(sqlglot.exp.Table) if one.name in made and not one.this.quoted]
    assert "--   subjects (subject VARCHAR, bill-payments BOOLEAN" in text
    assert "_contested_until DATE)" in text


def test_the_text_runs_as_it_is() -> None:
    """Somebody who pastes it into DuckDB gets the decisions, without those who are refused."""
    records = [
        {"sources": {"identity-check": {"verified": True, "verified_on": date(2026, 1, 1)}}},
        {"sources": {"identity-check": {"verified": True, "verified_on": date(2027, 1, 1)}}},
    ]
    connection = filled(usual_tables(under()), records)
    found = connection.execute(sql_text(under(), DAY, USE, "duckdb", "none")).fetchall()
    assert [row[0] for row in found] == ["s000000"]


def test_the_command_prints_it() -> None:
    """`rulebook sql` prints one query and nothing else."""
    found = CliRunner().invoke(main, ["sql", "fair-civic-trust", "--as-of", str(DAY), "--dialect", "spark"])
    assert (found.exit_code, found.output) == (0, sql_text(under(), DAY, USE, "spark"))
    assert get_args(Dialect) == DIALECTS


def test_a_long_table_is_looked_up_by_halving() -> None:
    """The query of a table with a thousand rows is no deeper than a few steps, and gives the same points."""
    from engine.ir import Case, Compare, Constant, Fixed, MeasureRef, Number, Op, Worth  # noqa: PLC0415  # here only
    from engine.problem import Where  # noqa: PLC0415  # as above
    from engine.readings.columns.cuts import cuts  # noqa: PLC0415  # as above

    here = Where("a.yaml")
    cases = [
        Case(Compare(MeasureRef("n"), Op.LESS_THAN, Constant(10 * n), Number(), here), Worth(Fixed(n)), here)
        for n in range(1000)
    ]
    found = cuts([case.when for case in cases])
    assert found is not None
    _, ranges = found
    assert len(ranges) == 1001
    assert ranges[1:3] == [(0, 1), (10, 2)]
    assert ranges[-1] == (9990, None)


def test_a_rule_of_six_thousand_cases_is_one_query() -> None:
    """It is made in time that grows with the table, decides as `truth` does, and another database can read it."""
    found = book.edition(long.card(1, 6_000))
    of = asked(found, DAY, "use", usual_tables(found))
    values = [None, -1, 0, 9, 10, 30_000, 59_979, 59_980, 10**14]
    records = [{"sources": {"facts": {"m0": value}}} for value in values]
    query = decisions(of, "points", packed=True)
    connection = filled(of.tables, records)
    rows = sorted(connection.execute(query.sql("duckdb")).fetchall())
    names = [*output(of, "points"), "edition", "bad"]
    for number, record in enumerate(records):
        decision = evaluate_under(found, record, as_of=DAY, use="use", reading="truth")
        assert isinstance(decision, Decision)
        assert dict(zip(names, rows[number], strict=True)) == told(decision, of, name(number))
    assert in_dialect(decisions(of, "points"), "spark").count(" WHEN ") > 5_000


def test_an_edition_that_is_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No query is begun that would never be planned."""
    monkeypatch.setattr(operators, "MANY_CASES", 10)
    found = CliRunner().invoke(main, ["sql", "fair-civic-trust"])
    assert (found.exit_code, found.output) == (1, f"Error: {NEVER['edition-size']}\n")
    (problem,) = run(Job(under(), DAY, USE, tmp_path, tmp_path / "out"))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "too-many-cases"


def test_the_query_runs_over_what_sample_writes(tmp_path: Path) -> None:
    """Somebody who tries it on people who do not exist needs no other columns."""
    write_folder(under(), 3, 1, DAY, tmp_path / "in", "parquet", 1)
    connection = duckdb.connect()
    for file in (tmp_path / "in").glob("*.parquet"):
        connection.execute(f"CREATE VIEW \"{file.stem}\" AS FROM '{file}'")
    assert len(connection.execute(sql_text(under(), DAY, USE, "duckdb", "none")).fetchall()) == 3
