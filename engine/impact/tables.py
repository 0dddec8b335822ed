"""A population from a folder: one file for each source, read in the order of the subjects, however large it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import duckdb

from engine.decision import Refused
from engine.impact.person import BadPopulation
from engine.ir import Boolean, Number, Type
from engine.problem import Problem, Where
from engine.records import read_json

SUFFIXES = (".jsonl", ".csv", ".parquet")
SUBJECT = "subject"
AT_ONCE = 5_000
"""So many rows are taken from the database at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file with its number, from 1; `values` have no subject in them."""

    subject: str
    number: int
    values: dict[str, Any]


def find_file(folder: Path, name: str) -> Path | None:
    """The file of a table; None if there is none."""
    found = [file for suffix in SUFFIXES if (file := folder / f"{name}{suffix}").is_file()]
    if len(found) > 1:
        told = f"there is `{found[0].name}` and there is `{found[1].name}`"
        raise BadPopulation(Problem("two-files", told, help="keep one of them"))
    return found[0] if found else None


READ = {
    ".jsonl": "SELECT json ->> '$.subject' AS subject, n, json FROM (SELECT *, row_number() OVER () AS n "
    "FROM read_ndjson_objects($1)) ORDER BY 1, 2",
    ".csv": 'SELECT * FROM (SELECT *, row_number() OVER () AS "/n" FROM read_csv($1, header = true, '
    'all_varchar = true)) ORDER BY subject, "/n"',
    ".parquet": 'SELECT * FROM (SELECT *, row_number() OVER () AS "/n" FROM read_parquet($1)) ORDER BY subject, "/n"',
}
"""What a file is read with; no field is called ``/n``."""


def rows(file: Path, types: Mapping[str, Type], scratch: Path) -> Iterator[Row]:
    """The rows of a file, ordered by subject; what does not fit in memory is put in order in the folder `scratch`."""
    database = duckdb.connect(config={"temp_directory": str(scratch), "threads": 1, "memory_limit": "1GB"})
    try:
        found = database.execute(READ[file.suffix], [str(file)])
        names = [column[0] for column in found.description or ()]
        while some := found.fetchmany(AT_ONCE):
            for values in some:
                if file.suffix == ".jsonl":
                    yield _json_row(file, *values)
                else:
                    yield _table_row(file, names, values, types)
    except duckdb.Error:
        raise BadPopulation(_unreadable(file)) from None
    finally:
        database.close()


def _unreadable(file: Path) -> Problem:
    """What is wrong with a file that the database cannot read; nothing of its content is repeated."""
    if file.suffix == ".jsonl":
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    found = json.loads(line) if line.strip() else {}
                except ValueError:
                    return at(file, number, "not-json", "this is not JSON")
                if not isinstance(found, dict):
                    return at(file, number, "not-json", "this is not an object")
    told = {".csv": "comma-separated values with a `subject` column", ".parquet": "Parquet with a `subject` column"}
    return Problem("unreadable", f"this is not {told.get(file.suffix, 'JSON Lines')}", Where(file.name))


def at(file: Path, number: int, code: str, sentence: str, help_: str | None = None) -> Problem:
    """A problem with one row of a file."""
    if file.suffix == ".jsonl":
        return Problem(code, sentence, Where(file.name, number), help_)
    return Problem(code, f"row {number}: {sentence}", Where(file.name), help_)


def _json_row(file: Path, subject: str | None, number: int, text: str) -> Row:
    found = read_json(text)
    if isinstance(found, Refused):
        raise BadPopulation(at(file, number, "not-json", found.sentence))
    if subject is None:
        raise BadPopulation(at(file, number, "no-subject", "there is no `subject`"))
    return Row(subject, number, {name: value for name, value in found.items() if name != SUBJECT})


def _table_row(file: Path, names: list[str], values: tuple[Any, ...], types: Mapping[str, Type]) -> Row:
    found = dict(zip(names, values, strict=True))
    subject, number = found.pop(SUBJECT, None), found.pop("/n")
    if subject is None:
        raise BadPopulation(at(file, number, "no-subject", "there is no `subject`"))
    if file.suffix == ".csv":
        found = {name: _from_text(value, types.get(name)) for name, value in found.items()}
    return Row(str(subject), number, found)


def _from_text(written: str | None, type_: Type | None) -> Any:
    """A value of a file that holds text only; what cannot be read stays text, to be refused."""
    if written is None or written == "":
        return None
    match type_:
        case Boolean():
            return {"true": True, "false": False}.get(written.lower(), written)
        case Number():
            try:
                return Decimal(written)
            except InvalidOperation:
                return written
        case _:
            return written
