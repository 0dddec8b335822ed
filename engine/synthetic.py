"""An invented population of a rulebook: as many people as wanted, the same for the same seed.

Nothing in it is about anybody. Each value is worked out from the seed, the number of the person and that of the row, so
that it does not matter how many processors work at it, or how many people there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import assert_never

import duckdb

from engine.ir import Boolean, Code, Day, Edition, Field, Fold, Number, Rows, Source

ABSENT = 12
"""Of so many people, one has no row in a source."""

USUAL_SPREAD = 36
"""Rows lie in so many months before the as-of date, or in the longest window of a measure if that is more."""

MOST_ROWS = 24
"""A person has at most so many rows in a source; on average about a third of it."""

CHUNK = 1_000_000
"""So many people are in one file."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is wanted: how many people, from which seed, for which edition and day."""

    edition: Edition
    as_of: date
    subjects: int
    seed: int


def write_sample(sample: Sample, out: Path) -> None:
    """Writes a table of subjects and one for each source, as Parquet in order of subjects, into a new folder."""
    out.mkdir(parents=True)
    connection = duckdb.connect(config={"preserve_insertion_order": True})
    starts = [*range(0, sample.subjects, CHUNK), sample.subjects]
    for number, (first, last) in enumerate(pairwise(starts)):
        _write(
            connection, f"SELECT {subject('i')} AS subject FROM range({first}, {last}) t(i)", out / "subjects", number
        )
        for index, source in enumerate(sample.edition.sources.values()):
            query = rows_sql(sample, source, index, first, last)
            _write(connection, query, out / source.head.id, number)
    connection.close()


def _write(connection: duckdb.DuckDBPyConnection, query: str, folder: Path, number: int) -> None:
    folder.mkdir(exist_ok=True)
    file = str(folder / f"part-{number:05d}.parquet").replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


def subject(number: str) -> str:
    """The name of an invented person, of which the order is that of the numbers."""
    return f"'p' || lpad(CAST({number} AS VARCHAR), 10, '0')"


def rows_sql(sample: Sample, source: Source, index: int, first: int, last: int) -> str:
    """The query for the rows of some people in one source."""
    people = f"SELECT i, {_drawn(sample, index, 0, 'i', '0')} AS h FROM range({first}, {last}) t(i)"
    if source.dated_by is None:
        rows = f"SELECT i, 0 AS j FROM ({people}) WHERE h % {ABSENT} <> 0"
    else:
        count = f"CASE WHEN h % {ABSENT} = 0 THEN 0 ELSE (h // {ABSENT}) % {MOST_ROWS} * ((h // 4096) % 16) // 10 END"
        rows = f"SELECT i, unnest(range(0, {count})) AS j FROM ({people})"
    day = f"DATE '{sample.as_of.isoformat()}' - CAST({_drawn(sample, index, 1, 'i', 'j')} % {_spread(sample, source)} AS INTEGER)"
    columns = [f"{subject('i')} AS subject"]
    for number, field in enumerate(source.fields.values(), 2):
        drawn = _drawn(sample, index, number, "i", "j")
        value = "day" if field.name == source.dated_by else _value(sample, field, drawn)
        if field.optional:
            value = f"CASE WHEN {drawn} % 7 <> 3 THEN {value} END"
        columns.append(f'{value} AS "{field.name}"')
    return f"SELECT {', '.join(columns)} FROM (SELECT i, j, {day} AS day FROM ({rows}))"


def _drawn(sample: Sample, source: int, number: int, person: str, row: str) -> str:
    """A number that looks like chance, below 2⁶²."""
    return f"(hash({sample.seed}, {source}, {number}, {person}, {row}) >> 2)::BIGINT"


def _spread(sample: Sample, source: Source) -> int:
    """Over how many days rows are spread."""
    windows = [
        measure.body.within or 0
        for measure in sample.edition.measures.values()
        if isinstance(measure.body, Rows)
        and measure.body.source == source.head.id
        and measure.body.fold is not Fold.EARLIEST
    ]
    return 31 * max([USUAL_SPREAD, *windows])


def _value(sample: Sample, field: Field, drawn: str) -> str:
    """A value of a field; dates lie near the date of the row."""
    share = f"({drawn} // 16)"
    match field.type:
        case Boolean():
            return f"{share} % 4 <> 0"
        case Code(choices):
            codes = ", ".join("'" + choice.code.replace("'", "''") + "'" for choice in choices)
            return f"list_extract([{codes}], CAST({share} % {len(choices)} AS INTEGER) + 1)"
        case Day(future):
            if future:
                return f"DATE '{sample.as_of.isoformat()}' + CAST({share} % 1500 AS INTEGER) - 500"
            near = f"day + CAST(CASE WHEN {share} % 9 = 0 THEN {share} % 60 ELSE -({share} % 12) END AS INTEGER)"
            return f"least({near}, DATE '{sample.as_of.isoformat()}')"
        case Number(places, _, least, greatest):
            low = 0 if least is None else least
            high = low + 1000 * 10**places if greatest is None else greatest
            whole = f"{low} + {share} % {min(high - low, 2000 * 10**places) + 1}"
            return (
                f"CAST(({whole}) / {10**places}.0 AS DECIMAL(18, {places}))" if places else f"CAST({whole} AS BIGINT)"
            )
        case _:
            assert_never(field.type)
