"""Records as the tables of a population, and what the columns reading makes of them, to compare with `truth`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from engine.batch.spark import put_tables
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.readings.columns import decisions, output
from engine.readings.columns.quick import quick
from engine.readings.columns.tables import CONTESTED, CONTESTED_FROM, CONTESTED_UNTIL, Asked, Column, Table, Tables
from engine.readings.columns.tables import usual_tables as usual
from engine.readings.columns.text import in_dialect

MARKS = (CONTESTED, CONTESTED_FROM, CONTESTED_UNTIL)
SQL_TYPES = {"integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "text": "VARCHAR", "json": "JSON"}


def usual_tables(edition: Edition) -> Tables:
    """The tables of a population, with the marks of a contest on all of them."""
    found = usual(edition)
    marks = {CONTESTED: Column("boolean"), CONTESTED_FROM: Column("date"), CONTESTED_UNTIL: Column("date")}
    return replace(
        found, sources={id_: replace(table, columns={**table.columns, **marks}) for id_, table in found.sources.items()}
    )


def json_tables(edition: Edition) -> Tables:
    """The same with every value as JSON, so that anything may stand there."""
    tables = usual_tables(edition)

    def loose(table: Table) -> Table:
        return replace(table, columns={name: Column("text" if name == "subject" else "json") for name in table.columns})

    assert tables.subjects is not None
    return Tables(loose(tables.subjects), {id_: loose(table) for id_, table in tables.sources.items()})


def filled(tables: Tables, records: Sequence[Mapping[str, Any]]) -> duckdb.DuckDBPyConnection:
    """A database with the records in its tables; a record is about the subject of its number."""
    connection = duckdb.connect(config={"threads": 1})
    assert tables.subjects is not None
    people = []
    for number, record in enumerate(records):
        people.append({"subject": name(number)} | {id_: id_ in record["sources"] for id_ in tables.sources})
    put(connection, tables.subjects, people)
    for id_, table in tables.sources.items():
        put(connection, table, [row for number, record in enumerate(records) for row in rows(number, record, id_)])
    return connection


def name(number: int) -> str:
    return f"s{number:06d}"


def rows(number: int, record: Mapping[str, Any], source: str) -> list[dict[str, Any]]:
    """The rows of a record in one table."""
    content = record["sources"].get(source)
    found = [content] if isinstance(content, dict) else content or []
    marks = {contest.get("row"): contest for contest in record.get("contested", []) if contest["source"] == source}
    told = []
    for index, row in enumerate(found):
        contest = marks.get(index if isinstance(content, list) else None)
        mark = {CONTESTED: contest is not None}
        if contest is not None:
            mark |= {CONTESTED_FROM: contest.get("from"), CONTESTED_UNTIL: contest.get("until")}
        told.append({"subject": name(number)} | row | mark)
    return told


def put(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Makes a table and fills it."""
    columns = ", ".join(f'"{column}" {sql_type(of)}' for column, of in table.columns.items())
    values = [
        "(" + ", ".join(written(row.get(column), of) for column, of in table.columns.items()) + ")" for row in rows
    ]
    connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    if values:
        connection.execute(f'INSERT INTO "{table.name}" VALUES {", ".join(values)}')  # noqa: S608 - drawn values


def sql_type(column: Column) -> str:
    return f"DECIMAL({column.width}, {column.scale})" if column.form == "decimal" else SQL_TYPES[column.form]


def written(value: Any, column: Column) -> str:
    """A value as SQL writes it."""
    if column.form == "json":
        if value is None:
            return "NULL"
        text = str(value) if isinstance(value, Decimal) else json.dumps(value, default=_exactly)
        return "'" + text.replace("'", "''") + "'"
    match value:
        case None:
            return "NULL"
        case bool() | int() | Decimal():
            return str(value)
        case date():
            return f"'{value.isoformat()}'"
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def _exactly(value: Any) -> Any:
    return float(value)


def asked(edition: Edition, as_of: date, use: str, tables: Tables) -> Asked:
    return Asked(edition, as_of, use, tables)


def answers(connection: duckdb.DuckDBPyConnection, of: Asked) -> dict[str, dict[str, Any]]:
    """What the columns reading says of each subject."""
    names = [*output(of, "points"), "edition", "bad"]
    found = connection.execute(decisions(of, "points").sql("duckdb")).fetchall()
    quickly = connection.execute(quick(decisions(of, "points", packed=True))).fetchall()
    assert {row if not row[-1] else row[0] for row in quickly} == {row if not row[-1] else row[0] for row in found}
    assert len(found) == len({row[0] for row in found})
    return {row[0]: dict(zip(names, row, strict=True)) for row in found}


def told(decision: Decision, of: Asked, subject: str) -> dict[str, Any]:
    """The same from a decision of `truth`."""
    found: dict[str, Any] = {"subject": subject, "score": decision.score, "band": decision.band}
    found["no_score"] = ",".join(one.policy for one in decision.no_score) or None
    score = of.edition.score
    for number in range(min(score.most_reasons, len(score.rules)) if score else 0):
        reason = decision.reasons[number] if number < len(decision.reasons) else None
        found[f"reason_{number + 1}"] = reason and reason.rule
        found[f"lost_{number + 1}"] = reason and reason.lost
    found |= {f"points_{id_.replace('-', '_')}": points for id_, points in decision.points.items()}
    found |= {f"says_{id_.replace('-', '_')}": value for id_, value in decision.conclusions.items()}
    following = {one.id for one in decision.consequences}
    for one in of.edition.uses[of.use].consequences:
        found[f"follows_{one.id.replace('-', '_')}"] = one.id in following
    return found | {"edition": decision.digest, "bad": False}


def decide_alike(edition: Edition, population: Sequence[Mapping[str, Any]], as_of: date) -> None:
    """The columns decide about everybody what `truth` decides about each."""
    of = asked(edition, as_of, "use", usual_tables(edition))
    found = answers(filled(of.tables, population), of)
    for number, record in enumerate(population):
        expected = evaluate_under(edition, record, as_of=as_of, reading="truth")
        assert isinstance(expected, Decision), expected
        assert found[name(number)] == told(expected, of, name(number)), record


def by_spark(session: Any, connection: duckdb.DuckDBPyConnection, of: Asked) -> dict[str, dict[str, Any]]:
    """The same from Spark, which is handed the tables of the database as files."""
    assert of.tables.subjects is not None
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for table in (of.tables.subjects, *of.tables.sources.values()):
            files[table.name] = [Path(folder) / f"{table.name}.parquet"]
            connection.execute(f"COPY \"{table.name}\" TO '{files[table.name][0]}'")
        put_tables(session, of.tables, files)
        found = session.sql(in_dialect(decisions(of, "points"), "spark")).collect()
    return {row["subject"]: row.asDict() for row in found}
