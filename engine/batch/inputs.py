"""What lies in the input folder: one table for each source and one of the subjects, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.admit import covering, shown
from engine.batch.odd import odd_heading, why_unreadable
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
        odd = _no_table(path, files, edition)
        if odd is not None:
            problems.append(odd)
        elif id_ != SUBJECTS and id_ not in edition.sources:
            problems.append(_undeclared(edition, id_))
        elif id_ in found:
            problems.append(Problem("two-tables", f"there are two tables of `{id_}`", help="put both into one folder"))
        else:
            found[id_] = Found(id_, str(kind or _named(files[0])[1]), files)
    return found, problems


def _named(path: Path) -> tuple[str, str | None]:
    """What a file or folder is named for, and the kind of file.

    >>> _named(Path("bill-payments.csv.gz"))
    ('bill-payments', 'csv')
    """
    for ending in sorted(KINDS, key=len, reverse=True):
        if path.name.lower().endswith(ending):
            return path.name[: -len(ending)], KINDS[ending]
    return path.name, None


def _no_table(path: Path, files: Sequence[Path], edition: Edition) -> Problem | None:
    """A file of a kind that cannot be read, named for a source all the same; a folder of such files, or of several."""
    known = {SUBJECTS, *edition.sources}
    if path.is_file():
        odd = path.name if path.name.partition(".")[0] in known and _named(path)[1] is None else None
        why = "is not a table"
    else:
        others = (file for file in files if file.is_dir() or _named(file)[1] is None)
        odd = next((f"{path.name}/{file.name}" for file in others), None) if path.name in known else None
        why = "is not a table"
        if path.name in known and odd is None and len({_named(file)[1] for file in files}) != 1:
            odd, why = path.name, "has files of several kinds" if files else "has no files"
    help_ = "Parquet, CSV or JSONL: a file, or a folder of one kind"
    return None if odd is None else Problem("not-a-table", f"`{shown(odd)}` {why}", help=help_)


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
        headings = [
            f"`{shown(file.name)}` {why}" for file in one.files if one.kind == "csv" and (why := odd_heading(file))
        ]
        if headings:
            problems.append(Problem("unreadable", f"the table `{one.id}` cannot be read: {headings[0]}"))
            continue
        try:
            kinds = _view(connection, one, edition)
        except (duckdb.Error, UnicodeDecodeError):
            problems.append(unreadable(one))
            continue
        columns = {name: _form(kind, one.kind) for name, kind in kinds.items()}
        problems += _columns_wrong(edition, one, columns, kinds)
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


def unreadable(one: Found) -> Problem:
    """A file that is not what it is called; what the database says of it may quote values and is left out."""
    for file in one.files:
        why = why_unreadable(file, one.kind)
        if why is not None:
            return Problem("unreadable", f"the table `{one.id}` cannot be read: `{shown(file.name)}` {why}")
    names = ", ".join(f"`{shown(file.name)}`" for file in one.files[:3])
    return Problem("unreadable", f"the table `{one.id}` cannot be read: {names} is damaged")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _view(connection: duckdb.DuckDBPyConnection, one: Found, edition: Edition) -> dict[str, str]:
    """Makes the view; gives the columns with their types in the database's words.

    JSONL without a line says no columns, and has those that its source declares.
    """
    files = "[" + ", ".join(_text(str(file)) for file in one.files) + "]"
    match one.kind:
        case "parquet":
            scan = f"read_parquet({files}, union_by_name = true)"
        case "csv":
            scan = (
                f"read_csv({files}, all_varchar = true, header = true, skip = 0, comment = '', delim = ',', "
                "quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, strict_mode = true, "
                "union_by_name = true)"
            )
        case _:
            lines = f"read_json_objects({files}, format = 'newline_delimited')"
            keys = connection.execute(f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {lines} ORDER BY key")
            declared = edition.sources[one.id].fields if one.id in edition.sources else ()
            names = [key for (key,) in keys.fetchall()] or [SUBJECT, *declared]
            named = ", ".join(f"{_quoted(name)}: 'JSON'" for name in names)
            scan = f"read_json({files}, format = 'newline_delimited', records = true, columns = {{{named}}})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    kinds = {str(name): str(kind) for name, kind, *_ in described}
    if SUBJECT in kinds:
        columns = ", ".join([f"{_subject(one.kind)} AS {SUBJECT}", *_others(one.kind, kinds)])
        blank = f" WHERE {SUBJECT} IS NOT NULL" if one.kind == "csv" and len(kinds) == 1 else ""  # an empty line
        connection.execute(f"CREATE VIEW {_quoted(one.id)} AS SELECT {columns} FROM {scan}{blank}")
    return kinds


def _subject(file_kind: str) -> str:
    """Who a row is about, as text; what is neither text nor a whole number is nobody."""
    match file_kind:
        case "csv":
            return f"nullif({SUBJECT}, '')"
        case "jsonl":
            kinds = "('VARCHAR', 'UBIGINT', 'BIGINT')"
            return f"CASE WHEN json_type({SUBJECT}) IN {kinds} THEN json_extract_string({SUBJECT}, '$') END"
        case _:
            return f"CAST({SUBJECT} AS VARCHAR)"


def _others(file_kind: str, columns: Iterable[str]) -> list[str]:
    """The other columns; in CSV nothing is nothing, between quotation marks or not."""
    quoted = [_quoted(name) for name in columns if name != SUBJECT]
    return [f"nullif({name}, '') AS {name}" for name in quoted] if file_kind == "csv" else quoted


FORMS: dict[str, Form] = {
    "TINYINT": "small", "SMALLINT": "small", "INTEGER": "small", "UTINYINT": "small", "USMALLINT": "small",
    "UINTEGER": "integer", "BIGINT": "integer",
    "UBIGINT": "wide", "HUGEINT": "wide", "UHUGEINT": "wide", "INT128": "wide",
    "DOUBLE": "double", "FLOAT": "float", "BOOLEAN": "boolean", "DATE": "date", "VARCHAR": "text", "UUID": "uuid",
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


def _columns_wrong(
    edition: Edition, one: Found, columns: Mapping[str, Column | None], kinds: Mapping[str, str]
) -> Iterator[Problem]:
    """What is wrong with the columns of a table, whose types are `kinds` in the database's words."""

    def wrong(name: str, needed: str) -> Problem:
        told = f"column `{shown(name)}` of `{one.id}` must hold {needed}"
        return Problem("wrong-column", told, help=f"its type is {shown(kinds[name])}" if name in kinds else "")

    if SUBJECT not in columns:
        yield Problem("missing-column", f"`{one.id}` has no column `{SUBJECT}`", help="it says who a row is about")
    elif not _names_people(columns[SUBJECT]):
        yield wrong(SUBJECT, "text or whole numbers")
    if one.id == SUBJECTS:
        for name, form in columns.items():
            if name != SUBJECT and name not in edition.sources:
                yield Problem(
                    "undeclared-field", f"`{SUBJECTS}` has a column `{shown(name)}`", help="a source, or nothing"
                )
            elif name != SUBJECT and (form is None or form.form not in {"boolean", "csv", "json"}):
                yield wrong(name, "true or false")
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
            yield wrong(name, _needed(field))
    for name in CONTESTS:
        wanted = {"boolean"} if name == CONTESTS[0] else {"date", "text"}
        form_ = columns.get(name, Column("json"))
        if form_ is None or form_.form not in wanted | {"csv", "json"}:
            yield wrong(name, "true or false" if name == CONTESTS[0] else "dates")


def _names_people(column: Column | None) -> bool:
    """Whether a column can say who a row is about."""
    if column is None or (column.form == "decimal" and column.scale):
        return False
    return column.form not in {"double", "float", "boolean", "date"}


def _fits(field: Field, column: Column | None) -> bool:
    if column is None:
        return False
    match field.type:
        case Number():
            return column.form not in {"boolean", "date", "text", "uuid"}
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
