"""The edition shown as one SQL query for each kind of database: what decides about a whole population."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from engine.ir import Edition
from engine.operators import has_many_cases
from publisher import addresses
from publisher.library import Library
from publisher.pages import File

if TYPE_CHECKING:
    from engine.readings.columns.text import Dialect

DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "trino")
NAMES = ("DuckDB", "Spark", "PostgreSQL", "BigQuery", "Snowflake", "Trino")

MOST_RULES = 100
"""A query over more rules is longer than anybody reads; `rulebook sql` prints it."""


def queries(library: Library) -> tuple[tuple[str, str], ...]:
    """The name of each database and where its query lies."""
    id_, shown = library.rulebook.about.id, library.shown
    parts = (shown.sources, shown.measures, shown.rules, shown.uses, shown.exclusions, shown.rights)
    heads = [policy.head for part in parts for policy in part.values()] + ([shown.score.head] if shown.score else [])
    too_long = len(shown.rules) > MOST_RULES or has_many_cases(shown)
    if not shown.uses or too_long or any(head.withheld for head in heads):
        return ()  # what is not published in full is not executed
    return tuple((name, addresses.query_file(id_, one)) for name, one in zip(NAMES, DIALECTS, strict=True))


def query_files(library: Library) -> Iterator[File]:
    """The queries, as of the first day of the edition, for the use that the rulebook names first."""
    shown = library.shown
    use = shown.about.default_use if shown.about.default_use in shown.uses else next(iter(shown.uses), "")
    for dialect, (_, path) in zip(DIALECTS, queries(library), strict=False):
        yield File(PurePosixPath(path), _text(shown, use or "", dialect).encode())


@lru_cache(maxsize=64)
def _text(edition: Edition, use: str, dialect: Dialect) -> str:
    from engine.readings.columns.text import sql_text  # noqa: PLC0415  # it takes a moment to load

    return sql_text(edition, edition.from_, use, dialect)
