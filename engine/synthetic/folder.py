"""Synthetic people in files: one for each source, one for the subjects, drawn by several processes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from engine.ir import Boolean, Code, Day, Edition, Number, Source, Type
from engine.progress import Bar, silent
from engine.synthetic import Sampler, sampler

FORMS = ("jsonl", "parquet")
AT_ONCE = 2_000
"""So many people are drawn in one go."""

MARK = "_contested"
BOUNDS = ("_contested_from", "_contested_until")
"""Columns that `rulebook sql` reads; the contests of people who do not exist are open on every day."""

Chunk = dict[str, bytes]
"""The lines of each file."""


def write_folder(
    edition: Edition, n: int, seed: int, as_of: date, out: Path, form: str, processes: int, bar: Bar = silent
) -> None:
    """Writes people into the folder `out`, which appears when it is whole. The bytes depend on nothing but the people.

    `subjects` has a row for each person that says which sources have anything; a source has a row for each of its rows,
    in the order of the subjects; `_contested` marks a row under a contest. Parquet has every column that
    `rulebook sql` reads.
    """
    unfinished = out.with_name(f".{out.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        _write(edition, n, seed, as_of, unfinished, processes, bar)
        if form == "parquet":
            _to_parquet(edition, unfinished)
        about = {
            "synthetic": True,
            "rulebook": edition.about.id,
            "edition": {"from": edition.from_.isoformat(), "digest": edition.digest},
            "subjects": n,
            "seed": seed,
            "as_of": as_of.isoformat(),
        }
        (unfinished / "about.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
        unfinished.rename(out)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _write(edition: Edition, n: int, seed: int, as_of: date, folder: Path, processes: int, bar: Bar) -> None:
    names = ["subjects", *edition.sources]
    goes = [(first, min(AT_ONCE, n - first)) for first in range(0, n, AT_ONCE)]
    files = {name: (folder / f"{name}.jsonl").open("wb") for name in names}
    try:
        for chunk in bar("people", _chunks(edition, seed, as_of, goes, processes), len(goes)):
            for name, lines in chunk.items():
                files[name].write(lines)
    finally:
        for file in files.values():
            file.close()


def _chunks(edition: Edition, seed: int, as_of: date, goes: list[tuple[int, int]], processes: int) -> Iterator[Chunk]:
    if processes == 1 or len(goes) == 1:
        yield from (_chunk(edition, seed, as_of, go) for go in goes)
        return
    _SHARED[:] = [edition]
    with ProcessPoolExecutor(min(processes, len(goes)), mp_context=get_context("fork")) as pool:
        yield from pool.map(partial(_shared_chunk, seed, as_of), goes)


_SHARED: list[Edition] = []
"""The edition of the processes; they are copies of this one."""


def _shared_chunk(seed: int, as_of: date, go: tuple[int, int]) -> Chunk:
    return _chunk(_SHARED[0], seed, as_of, go)


@lru_cache(maxsize=2)
def _sampler(edition: Edition, seed: int, as_of: date) -> Sampler:
    return sampler(edition, seed, as_of)


def _chunk(edition: Edition, seed: int, as_of: date, go: tuple[int, int]) -> Chunk:
    """The lines of some people in every file, written column by column, because there are very many rows."""
    first, number = go
    marked = {source for right in edition.rights.values() for source in right.sets_aside}
    drawn = _sampler(edition, seed, as_of)
    tables: dict[str, dict[str, list[Any]]] = {"subjects": {id_: [] for id_ in ("subject", *edition.sources)}}
    for id_, source in edition.sources.items():
        tables[id_] = {name: [] for name in ("subject", *source.fields, *([MARK] if id_ in marked else []))}
    for person in range(first, first + number):
        subject, place = f"synthetic-{seed}-{person}", drawn.place(person)
        tables["subjects"]["subject"].append(subject)
        for id_, draw in drawn.columns.items():
            rows = draw(person, place)
            tables["subjects"][id_].append(rows is not None)
            if rows is None:
                continue
            table = tables[id_]
            table["subject"] += [subject] * rows.count
            for name in edition.sources[id_].fields:
                table[name] += rows.columns[name]
            if id_ in marked:
                aside = set(rows.aside)
                table[MARK] += [row in aside for row in range(rows.count)] if aside else [False] * rows.count
    return {name: _lines(columns) for name, columns in tables.items()}


def _lines(columns: Mapping[str, list[Any]]) -> bytes:
    r"""The rows of a table as JSON, each on a line.

    >>> _lines({"subject": ["a", "b"], "paid": [1.5, None]})
    b'{"subject":"a","paid":1.5}\n{"subject":"b","paid":null}\n'
    """
    line = "{" + ",".join(f'"{name}":%s' for name in columns) + "}\n"
    written = (map(Json().__getitem__, values) for values in columns.values())
    return "".join([line % row for row in zip(*written, strict=True)]).encode()


class Json(dict[Any, str]):
    """The values of one column as JSON, each written out once; they are all of one type."""

    def __missing__(self, value: Any) -> str:
        self[value] = text = json.dumps(value, ensure_ascii=False)
        return text


# ------------------------------------------------------------------------------------------------------------ Parquet


def _to_parquet(edition: Edition, folder: Path) -> None:
    """Every file as Parquet in its place."""
    import duckdb  # noqa: PLC0415  # it takes a moment to load

    with duckdb.connect(config={"threads": 1, "temp_directory": str(folder)}) as database:
        for name in ("subjects", *edition.sources):
            columns = _columns(edition, edition.sources.get(name))
            file = folder / f"{name}.jsonl"
            wanted = "{" + ", ".join(f"'{column}': '{type_}'" for column, type_ in columns.items()) + "}"
            database.execute(
                f"COPY (SELECT * FROM read_json($1, format = 'newline_delimited', columns = {wanted})) "  # noqa: S608  # names are checked ids
                f"TO '{_quoted(file.with_suffix('.parquet'))}' (FORMAT parquet)",
                [str(file)],
            )
            file.unlink()


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")


def _columns(edition: Edition, source: Source | None) -> dict[str, str]:
    """The columns of a table with their SQL types."""
    if source is None:
        return {"subject": "VARCHAR", **dict.fromkeys(edition.sources, "BOOLEAN")}
    found = {"subject": "VARCHAR", **{name: _sql(field.type) for name, field in source.fields.items()}}
    if any(source.head.id in right.sets_aside for right in edition.rights.values()):
        found |= {MARK: "BOOLEAN", **dict.fromkeys(BOUNDS, "DATE")}
    return found


def _sql(type_: Type) -> str:
    found: Any = {Boolean: "BOOLEAN", Day: "DATE", Code: "VARCHAR"}.get(type(type_))
    if isinstance(type_, Number):
        found = f"DECIMAL({max(15, type_.places)}, {type_.places})" if type_.places else "BIGINT"
    return str(found)
