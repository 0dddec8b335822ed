"""Synthetic people in files: one for each source, one for the subjects, drawn by several processes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from engine.ir import Boolean, Code, Day, Edition, Number, Source, Type
from engine.progress import Bar, silent
from engine.synthetic import Sampler, sampler
from engine.synthetic import record as record_of

FORMS = ("jsonl", "parquet")
AT_ONCE = 2_000
"""So many people are drawn in one go."""

MARK = "_contested"

Chunk = dict[str, bytes]
"""The lines of each file."""


def write_folder(
    edition: Edition, n: int, seed: int, as_of: date, out: Path, form: str, processes: int, bar: Bar = silent
) -> None:
    """Writes people into the folder `out`, which appears when it is whole. The bytes depend on nothing but the people.

    `subjects` has a row for each person that says which sources have anything; a source has a row for each of its rows,
    in the order of the subjects; `_contested` marks a row under a contest.
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
    """The lines of some people in every file."""
    first, number = go
    lines: dict[str, list[str]] = {name: [] for name in ("subjects", *edition.sources)}
    marked = {source for right in edition.rights.values() for source in right.sets_aside}
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    drawn = _sampler(edition, seed, as_of)
    for record in (record_of(drawn, person) for person in range(first, first + number)):
        subject, given = {"subject": record["subject"]}, record["sources"]
        contested = {(one["source"], one.get("row")) for one in record.get("contested", ())}
        lines["subjects"].append(write(subject | {id_: id_ in given for id_ in edition.sources}))
        for id_, content in given.items():
            facts = isinstance(content, dict)
            for index, row in enumerate([content] if facts else content):
                mark = {MARK: (id_, None if facts else index) in contested} if id_ in marked else {}
                lines[id_].append(write(subject | row | mark))
    return {name: "".join(f"{line}\n" for line in found).encode() for name, found in lines.items()}


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
        found[MARK] = "BOOLEAN"
    return found


def _sql(type_: Type) -> str:
    found: Any = {Boolean: "BOOLEAN", Day: "DATE", Code: "VARCHAR"}.get(type(type_))
    if isinstance(type_, Number):
        found = f"DECIMAL({max(15, type_.places)}, {type_.places})" if type_.places else "BIGINT"
    return str(found)
