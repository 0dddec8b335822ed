"""The edition shown as one SQL query for each kind of database: what decides about a whole population."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import get_args

from publisher import addresses
from publisher.library import Library
from publisher.pages import File

DIALECTS = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "trino")
NAMES = ("DuckDB", "Spark", "PostgreSQL", "BigQuery", "Snowflake", "Trino")


def queries(library: Library) -> tuple[tuple[str, str], ...]:
    """The name of each database and where its query lies."""
    id_, shown = library.rulebook.about.id, library.shown
    parts = (shown.sources, shown.measures, shown.rules, shown.uses, shown.exclusions, shown.rights)
    withheld = any(policy.head.withheld for part in parts for policy in part.values())
    if not shown.uses or withheld or (shown.score is not None and shown.score.head.withheld):
        return ()  # what is not published in full is not executed
    return tuple((name, addresses.query_file(id_, one)) for name, one in zip(NAMES, DIALECTS, strict=True))


def query_files(library: Library) -> Iterator[File]:
    """The queries, as of the first day of the edition, for the use that the rulebook names first."""
    from engine.readings.columns.text import Dialect, sql_text  # noqa: PLC0415  # it takes a moment to load

    shown = library.shown
    use = shown.about.default_use if shown.about.default_use in shown.uses else next(iter(shown.uses), "")
    for dialect, (_, path) in zip(get_args(Dialect), queries(library), strict=False):
        yield File(PurePosixPath(path), sql_text(shown, shown.from_, use or "", dialect))
