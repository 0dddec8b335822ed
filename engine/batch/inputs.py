"""What lies in the input folder: one table for each source and one of the subjects, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.admit import covering, shown
from engine.ir import Boolean, Code, Day, Edition, Field, Number
from engine.problem import Problem
from engine.readings.columns.tables import CONTESTS, SUBJECT, SUBJECTS, Column, Form, Table, Tables

KINDS = {".parquet": "parquet", ".csv": "csv", ".csv.gz": "csv", ".jsonl": "jsonl", ".jsonl.gz": "jsonl"}
"""Kinds of files by how their names end."""


ABOUT = "about.json"
"""What `rulebook sample` says of the people it made up; no table."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files of one table, all of one kind, in order of their names."""

    id: str
    kind: str
    files: tuple[Path, ...]


def find(folder: Path, edition: Edition) -> tuple[dict[str, Found], list[Problem]]:
    """The tables in a folder; a file or folder that is no source of the edition is a problem."""
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")) or path.name == ABOUT:
            continue
        id_, kind = _named(path)
        files = tuple(_files(path))
        kinds = {kind} if path.is_file() else {_named(file)[1] for file in files}
        if id_ != SUBJECTS and id_ not in edition.sources:
            problems.append(_undeclared(edition, id_))
        elif None in kinds or len(kinds) != 1:
            sentence = f"`{shown(path.name)}` is not a table"
            problems.append(
                Problem("not-a-table", sentence, help="Parquet, CSV or JSONL: a file, or a folder of one kind")
            )
        elif id_ in found:
            problems.append(Problem("two-tables", f"there are two tables of `{id_}`", help="put both into one folder"))
        else:
            found[id_] = Found(id_, str(kinds.pop()), files)
    return found, problems


def _named(path: Path) -> tuple[str, str | None]:
    """What a file or folder is named for, and the kind of file.

    >>> _named(Path("bill-payments.csv.gz"))
    ('bill-payments', 'csv')
    """
    for ending in sorted(KINDS, key=len, reverse=True):
        if path.name.endswith(ending):
            return path.name.removesuffix(ending), KINDS[ending]
    return path.name, None


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from (file for file in sorted(path.iterdir()) if not file.name.startswith((".", "_")))


def _undeclared(edition: Edition, id_: str) -> Problem:
    exclusion = covering(edition, id_, None)
    if exclusion is not None:
        sentence = f"source `{shown(id_)}` is excluded by `{exclusion.head.id}`"
        return Problem(
            "undeclared-source", sentence, help="the rulebook promises that this is never used; leave it out"
        )
    names = ", ".join(f"`{one}`" for one in (SUBJECTS, *edition.sources))
    return Problem("undeclared-source", f"source `{shown(id_)}` is not declared", help=f"there may be: {names}")


# ----------------------------------------------------------------------------------------------------- opening them


def open_tables(
    connection: duckdb.DuckDBPyConnection, found: Mapping[str, Found], edition: Edition
) -> tuple[Tables | None, list[Problem]]:
    """Makes a view of each table, named for it, and says what columns it has."""
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    for one in found.values():
        try:
            columns = _view(connection, one, edition)
        except (duckdb.Error, UnicodeDecodeError) as error:
            problems.append(unreadable(one, error))
            continue
        problems += _columns_wrong(edition, one, columns)
        tables[one.id] = Table(one.id, {name: form for name, form in columns.items() if form is not None})
    sources = {id_: table for id_, table in tables.items() if id_ != SUBJECTS}
    if SUBJECTS not in found and not _is_population(edition, list(found)):
        sentence = f"there is no table `{SUBJECTS}`"
        problems.append(
            Problem(
                "no-subjects",
                sentence,
                help="it lists every subject once, also those without rows; only a single table of facts needs none",
            )
        )
    return (None if problems else Tables(tables.get(SUBJECTS), sources)), problems


def _is_population(edition: Edition, ids: Sequence[str]) -> bool:
    """Whether a single table of facts is the population."""
    return len(ids) == 1 and edition.sources[ids[0]].dated_by is None


def unreadable(one: Found, error: Exception) -> Problem:
    """A file that is not what it is called; what the reader says of it may quote values and is left out."""
    names = ", ".join(f"`{file.name}`" for file in one.files[:3])
    what = "is broken off or not of its kind" if not isinstance(error, duckdb.ConversionException) else "has odd values"
    return Problem("unreadable", f"the table `{one.id}` cannot be read: {names} {what}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _view(connection: duckdb.DuckDBPyConnection, one: Found, edition: Edition) -> dict[str, Column | None]:
    """Makes the view; None is the form of a column whose type no field can have.

    JSONL without a line says no columns, and has those that its source declares.
    """
    files = "[" + ", ".join(_text(str(file)) for file in one.files) + "]"
    match one.kind:
        case "parquet":
            scan = f"read_parquet({files}, union_by_name = true)"
        case "csv":
            scan = (
                f"read_csv({files}, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', "
                "nullstr = '', strict_mode = true, union_by_name = true)"
            )
        case _:
            lines = f"read_json_objects({files}, format = 'newline_delimited')"
            keys = connection.execute(f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {lines} ORDER BY key")
            declared = edition.sources[one.id].fields if one.id in edition.sources else ()
            names = [key for (key,) in keys.fetchall()] or [SUBJECT, *declared]
            named = ", ".join(f"{_quoted(name)}: 'JSON'" for name in names)
            scan = f"read_json({files}, format = 'newline_delimited', columns = {{{named}}})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    columns = {name: _form(kind, one.kind) for name, kind, *_ in described}
    rest = [_quoted(name) for name in columns if name != SUBJECT]
    subject = {"jsonl": f"json_extract_string({SUBJECT}, '$')"}.get(one.kind, SUBJECT)
    if SUBJECT in columns:
        kinds = {name: kind for name, kind, *_ in described}
        given = subject if kinds[SUBJECT] in {"VARCHAR", "JSON"} else f"CAST({subject} AS VARCHAR)"
        connection.execute(
            f"CREATE VIEW {_quoted(one.id)} AS SELECT {', '.join([f'{given} AS {SUBJECT}', *rest])} FROM {scan}"
        )
    return columns


FORMS: dict[str, Form] = {
    "TINYINT": "small", "SMALLINT": "small", "INTEGER": "small", "UTINYINT": "small", "USMALLINT": "small",
    "UINTEGER": "integer", "BIGINT": "integer",
    "UBIGINT": "wide", "HUGEINT": "wide", "UHUGEINT": "wide", "INT128": "wide",
    "DOUBLE": "double", "FLOAT": "float", "BOOLEAN": "boolean", "DATE": "date", "VARCHAR": "text",
}  # fmt: skip


def _form(kind: str, file_kind: str) -> Column | None:
    if file_kind != "parquet":
        return Column("csv" if file_kind == "csv" else "json")
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", kind)
    if decimal:
        return Column("decimal", int(decimal[1]), int(decimal[2]))
    if kind.startswith("ENUM"):
        return Column("text")
    form = FORMS.get(kind)
    return None if form is None else Column(form)


def _columns_wrong(edition: Edition, one: Found, columns: Mapping[str, Column | None]) -> Iterator[Problem]:
    """What is wrong with the columns of a table."""
    if SUBJECT not in columns:
        yield Problem("missing-column", f"`{one.id}` has no column `{SUBJECT}`", help="it says who a row is about")
    if one.id == SUBJECTS:
        for name, form in columns.items():
            if name != SUBJECT and name not in edition.sources:
                yield Problem(
                    "undeclared-field", f"`{SUBJECTS}` has a column `{shown(name)}`", help="a source, or nothing"
                )
            elif name != SUBJECT and (form is None or form.form not in {"boolean", "csv", "json"}):
                yield Problem("wrong-column", f"column `{name}` of `{SUBJECTS}` must be true or false")
        return
    source = edition.sources[one.id]
    for name in columns:
        if name not in source.fields and name not in (SUBJECT, *CONTESTS):
            exclusion = covering(edition, one.id, name)
            why = "is not declared" if exclusion is None else f"is excluded by `{exclusion.head.id}`"
            yield Problem("undeclared-field", f"field `{shown(name)}` of `{one.id}` {why}", help="leave the column out")
    for name, field in source.fields.items():
        if name == SUBJECT:
            yield Problem(
                "field-named-subject",
                f"`{one.id}` has a field `{SUBJECT}`, which a table cannot hold beside who it is about",
            )
        elif name not in columns:
            if not field.optional:
                yield Problem("missing-column", f"`{one.id}` has no column `{name}`", help="every row has this field")
        elif not _fits(field, columns[name]):
            yield Problem("wrong-column", f"column `{name}` of `{one.id}` must hold {_needed(field)}")
    for name in CONTESTS:
        wanted = {"boolean"} if name == CONTESTS[0] else {"date", "text"}
        form_ = columns.get(name, Column("json"))
        if form_ is None or form_.form not in wanted | {"csv", "json"}:
            yield Problem("wrong-column", f"column `{name}` of `{one.id}` must hold {min(wanted)}s")


def _fits(field: Field, column: Column | None) -> bool:
    if column is None:
        return False
    match field.type:
        case Number():
            return column.form not in {"boolean", "date", "text"}
        case Boolean():
            return column.form in {"boolean", "csv", "json"}
        case Day():
            return column.form in {"date", "text", "csv", "json"}
        case Code():
            return column.form in {"text", "csv", "json"}


def _needed(field: Field) -> str:
    match field.type:
        case Number():
            return "numbers"
        case Boolean():
            return "true or false"
        case Day():
            return "dates"
        case Code():
            return "codes (text)"
