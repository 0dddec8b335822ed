"""Runs the parts of a population one after the other; whatever happens, what is written is whole."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import duckdb
from sqlglot import exp

from engine.batch.inputs import Found, find, open_tables, unreadable
from engine.batch.manifest import Manifest, Part, inputs, read_manifest, settle, write_manifest
from engine.batch.spark import MASTER, SparkError, must_be_staged, put_tables, spark_session, works_out
from engine.ir import Edition
from engine.problem import Problem
from engine.readings.columns import Explain, decisions, never, output_types
from engine.readings.columns.quick import quick
from engine.readings.columns.refusals import refusals, strays
from engine.readings.columns.sources import numbered, within
from engine.readings.columns.tables import SUBJECT, SUBJECTS, Asked, Column, Span, Table, Tables
from engine.version import engine_version

PART = 250_000
"""So many subjects are decided together."""

SORTED_SOONER = 24
"""To put a table in order of its subjects takes as long as to look through all of it about so many times."""

AT_A_STRETCH = 2
"""A table that is the population is never held, and so its parts are so many times as large: fewer are planned."""

MEMORY = "768MB"

DIVIDED_ALREADY = "partitioned_execution"
"""Left to itself, the database divides each part again by the ends of the whole table, and reads it dozens of times."""

UNFINISHED = ".unfinished"

STAGE = "tables"
SCRATCH = "spark"

DECIDED = "_decided"
"""The view of all decisions about a table that is the population; no source has a name that begins like this."""

PRESSED = "COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4000"
"""To press harder takes longer and is hardly smaller; names of subjects that are all different need no dictionary."""

SPILL_LIMIT = "max_temp_directory_size"
"""What the database names when the disk has no room for what it sets aside."""

FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
"""What keeps a run from writing, however often it is tried."""

Engine = Literal["duckdb", "spark"]
"""Who works out the decisions. DuckDB sets them down either way, so that the folder is the same, byte for byte."""

WorkedOut = Callable[[exp.Select, str], str]
"""Gives for a query, under a name of its own, the text from which DuckDB reads its result."""

Hands = Callable[[Tables, Mapping[str, list[Path]]], WorkedOut]
"""Gets the tables and the files of each, and then works out queries."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done: which edition, day and use decide about which folder, and where the result goes."""

    edition: Edition
    as_of: date
    use: str
    source: Path
    out: Path
    explain: Explain = "reasons"
    part: int = PART
    memory: str = MEMORY
    engine: Engine = "duckdb"
    master: str = MASTER


@dataclass(frozen=True, slots=True)
class Piece:
    """The subjects of one part, and how many rows they have, where that is known."""

    span: Span
    rows: int | None


@dataclass(slots=True)
class Summary:
    """What came of a run. `strays` are rows about nobody in `subjects`."""

    decided: int = 0
    refused: int = 0
    strays: int = 0
    codes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SoFar:
    """How many parts are done, of how many, and how many subjects that is; before them, the table put in order."""

    done: int = 0
    of: int | None = None
    subjects: int = 0
    ordering: str = ""


Told = Callable[[SoFar], None]
"""Is told before a table is put in order, and after each part."""


def run(job: Job, told: Told = lambda _: None) -> Summary | list[Problem]:
    """Decides about everybody in a folder, or says why not; a run that was broken off goes on where it stopped."""
    too_large = never(job.edition)
    if too_large is not None:
        return [Problem("too-many-cases", too_large, help="`rulebook evaluate` decides record by record")]
    if job.out.exists():
        return [Problem("out-exists", f"`{job.out}` is there already", help="name a folder that is not there yet")]
    if job.out.resolve().is_relative_to(job.source.resolve()):
        return [Problem("out-within", f"`{job.out}` lies in the folder that is read", help="name a folder beside it")]
    try:
        found, problems = find(job.source, job.edition)
    except OSError as error:
        where, why = error.filename or job.source, (error.strerror or "it is no folder").lower()
        return [Problem("unreadable", f"`{where}` cannot be read: {why}")]
    if problems:
        return problems
    work = unfinished(job.out)
    try:
        work.mkdir(parents=True, exist_ok=True)
        with _alone(work) as alone:
            if not alone:
                return [Problem("running", f"another run is writing `{job.out}`")]
            return _run(job, found, work, told)
    except OSError as error:
        return [_no_room(job, error.errno)]


def unfinished(out: Path) -> Path:
    """Where a run works until its folder is whole.

    >>> unfinished(Path("build/decided")).name
    'decided.unfinished'
    """
    return out.with_name(out.name + UNFINISHED)


def _run(job: Job, found: dict[str, Found], work: Path, told: Told) -> Summary | list[Problem]:
    spill = work / "spill"
    config: dict[str, Any] = {
        "memory_limit": job.memory,
        "threads": cores(),
        "temp_directory": str(spill),
        "disabled_optimizers": DIVIDED_ALREADY,
    }
    connection = quiet(duckdb.connect(config=config))
    try:
        with hearing([connection]) as begin:
            opened: tuple[Tables | None, list[Problem]] = begin(open_tables, connection, found, job.edition).result()
        tables, problems = opened
        if tables is None:
            _leave(work)
            return problems
        if job.engine == "duckdb":
            return _decide(job, found, connection, tables, work, told, lambda *_: lambda query, _: quick(query))
        return _with_spark(job, found, connection, tables, work, told)
    except duckdb.OutOfMemoryException as error:
        if SPILL_LIMIT in str(error):
            return [_no_room(job, errno.ENOSPC)]
        return [Problem("out-of-memory", "there is not enough memory", help="smaller parts need less: --part")]
    except duckdb.IOException as error:
        if "No space left" in str(error) or "ENOSPC" in str(error):
            return [_no_room(job, errno.ENOSPC)]
        if "ould not write" in str(error):
            return [_no_room(job, errno.EFBIG if "too large" in str(error) else None)]
        return [_broken(connection, found, work, error)]
    except (duckdb.Error, SparkError) as error:
        return [_broken(connection, found, work, error)]
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def _with_spark(
    job: Job, found: dict[str, Found], connection: duckdb.DuckDBPyConnection, tables: Tables, work: Path, told: Told
) -> Summary | list[Problem]:
    """The same with a session of Spark, and room for what it gives."""
    scratch = work / SCRATCH
    with spark_session(job.master) as session:
        if isinstance(session, Problem):
            _leave(work)
            return [session]
        scratch.mkdir(exist_ok=True)
        own = Path(tempfile.mkdtemp(dir=scratch))  # a run that was killed may still be writing into another

        def hands(tables: Tables, files: Mapping[str, list[Path]]) -> WorkedOut:
            put_tables(session, tables, files)
            return works_out(session, own)

        try:
            return _decide(job, found, connection, tables, work, told, hands)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def quiet(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The bar that shows how far a run has come is ours."""
    return connection.execute("SET enable_progress_bar = false")


def row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The one row that a query gives."""
    (found,) = connection.execute(query).fetchall()
    return tuple(found)


def _broken(connection: duckdb.DuckDBPyConnection, found: dict[str, Found], work: Path, error: Exception) -> Problem:
    """Which table could not be read, after all; if that is known before anything is decided, nothing is left."""
    _leave(work)
    for one in found.values():
        try:
            connection.execute(f'SELECT count(COLUMNS(*)) FROM "{one.id}"').fetchall()
        except duckdb.Error:
            return unreadable(one)
    return Problem("failed", f"the database gave up: {type(error).__name__}")


def _no_room(job: Job, number: int | None) -> Problem:
    words = os.strerror(number).lower() if number else "it cannot be written"
    help_ = "the same command goes on where it stopped"
    if number in FORBIDDEN:
        work = unfinished(job.out)
        help_ = f"whoever runs this must be allowed to write into `{work if work.exists() else job.out.parent}`"
    return Problem("cannot-write", f"`{job.out}` cannot be written: {words}", help=help_)


@contextmanager
def _alone(work: Path) -> Iterator[bool]:
    """Whether nobody else works in a folder, for as long as this lasts."""
    with (work / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _leave(work: Path) -> None:
    """A run that decided nothing leaves nothing."""
    manifest = read_manifest(work)
    if manifest is None or not manifest.done:
        shutil.rmtree(work, ignore_errors=True)


# ----------------------------------------------------------------------------------------------------------- parts


def _decide(
    job: Job,
    found: dict[str, Found],
    connection: duckdb.DuckDBPyConnection,
    tables: Tables,
    work: Path,
    told: Told,
    hands: Hands,
) -> Summary | list[Problem]:
    terms = {
        "engine": f"{engine_version()} with DuckDB {duckdb.__version__}",
        "rulebook": job.edition.about.id,
        "edition": job.edition.digest,
        "as_of": job.as_of.isoformat(),
        "use": job.use,
        "explain": job.explain,
        "part": job.part,
        "inputs": inputs(found),
    }
    manifest = read_manifest(work)
    if manifest is not None and manifest.terms != terms and not manifest.done:
        manifest = None  # nothing is lost by beginning again
        for name in (STAGE, SCRATCH, "decisions", "rejects"):
            shutil.rmtree(work / name, ignore_errors=True)
    if manifest is not None and manifest.terms != terms:
        return [_other_run(work, manifest.terms, terms)]
    cursor = quiet(connection.cursor())
    with hearing([cursor]) as begin:  # the database looks at the subjects while the query is written
        ahead = begin(_in_order, cursor, tables, AT_A_STRETCH * job.part)
        asked = Asked(job.edition, job.as_of, job.use, tables)
        straight = quick(decisions(asked, job.explain, packed=True)) if is_straight(asked, job) else ""
        sizes = ahead.result()
    with hearing([connection]) as begin:
        asked = replace(asked, tables=tables if sizes else begin(_without_twins, connection, tables).result())
        if manifest is None:
            firsts = [first for first, _ in sizes[1:]]
            manifest = Manifest(terms, firsts if sizes else begin(_bounds, connection, asked, job.part).result())
            for name in ("decisions", "rejects"):
                (work / name).mkdir(exist_ok=True)
            write_manifest(manifest, work)
    for number in [number for number, part in manifest.done.items() if not _is_there(work, number, part)]:
        del manifest.done[number]
    with hearing([connection]) as begin:
        staged = {
            id_
            for id_, one in found.items()
            if begin(_is_staged, connection, job, one, tables, manifest.bounds).result()
        }
        files = begin(_stage, connection, found, tables, staged, work, told).result()
    asked = replace(asked, tables=_as_staged(asked.tables, staged))
    worked_out = hands(asked.tables, files)
    if is_straight(asked, job):
        connection.execute(f"CREATE VIEW {DECIDED} AS {straight}")
    ends = [None, *manifest.bounds, None]
    known: list[int | None] = [size for _, size in sizes] if sizes else [None] * (len(ends) - 1)
    pieces = [Piece(Span(*span), rows) for span, rows in zip(pairwise(ends), known, strict=True)]
    _all_parts(connection, asked, pieces, job, work, manifest, told, worked_out)
    summary = Summary(
        sum(part.decided for part in manifest.done.values()), sum(part.refused for part in manifest.done.values())
    )
    with hearing([connection]) as begin:
        summary.strays = begin(_strays, connection, asked, manifest, work, worked_out).result()
        summary.codes = dict(begin(_codes, connection, work).result())
    return _finish(job, manifest, summary, work)


def _other_run(work: Path, begun: Mapping[str, Any], asked: Mapping[str, Any]) -> Problem:
    """Why an unfinished run does not go on: parts of two runs are never mixed."""
    others = [name for name, value in asked.items() if begun.get(name) != value]
    if others == ["engine"]:
        by = begun.get("engine", "an older version")
        told = f"`{work}` was begun by {by}, and this is {asked['engine']}"
        return Problem("other-engine", told, help="finish it with that version, or remove it and begin again")
    told = f"`{work}` is an unfinished run of something else, with other {' and other '.join(others)}"
    return Problem("other-run", told, help="finish it with the same command and the same input, or remove it")


def _all_parts(
    connection: duckdb.DuckDBPyConnection,
    asked: Asked,
    pieces: list[Piece],
    job: Job,
    work: Path,
    manifest: Manifest,
    told: Told,
    worked_out: WorkedOut,
) -> None:
    """Decides about the parts that are not done, several at a time. What comes of each is the same, byte for byte.

    Rows that go straight from file to file keep their order in one thread; where they are put in order in the end, as
    many threads as there are bring them together, since there may be fewer parts than processors.
    """
    if is_straight(asked, job):
        connection.execute("SET threads = 1")
    todo = [number for number in range(len(pieces)) if number not in manifest.done]
    cursors = [quiet(connection.cursor()) for _ in todo]
    with hearing(cursors, cores()) as begin:
        running = {
            begin(_part, cursor, asked, pieces[number], job, work, number, worked_out): number
            for cursor, number in zip(cursors, todo, strict=True)
        }
        for one in as_completed(running):
            manifest.done[running[one]] = one.result()
            write_manifest(manifest, work)
            subjects = sum(part.decided + part.refused for part in manifest.done.values())
            told(SoFar(len(manifest.done), len(pieces), subjects))


@contextmanager
def hearing(connections: Sequence[duckdb.DuckDBPyConnection], at_once: int = 1) -> Iterator[Callable[..., Future[Any]]]:
    """Gives what begins a task in another thread, so that this one hears Ctrl-C, which a database may miss.

    Whatever goes wrong, no task begins any more, and what the connections are asked is broken off.
    """
    begun: list[Future[Any]] = []

    def begin(task: Callable[..., Any], *given: Any) -> Future[Any]:
        begun.append(pool.submit(task, *given))
        return begun[-1]

    with ThreadPoolExecutor(at_once) as pool:
        try:
            yield begin
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            while any(one.running() for one in begun):  # one that asks nothing just now is not interrupted
                for connection in connections:
                    connection.interrupt()
                time.sleep(0.05)
            raise


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _in_order(connection: duckdb.DuckDBPyConnection, tables: Tables, size: int) -> list[tuple[str, int]]:
    """How a table of facts is divided that names its subjects in order, and so nobody twice; nothing if it is not so.

    Of each part the subject with whom it begins, and how many rows it has.
    """
    if tables.subjects is not None:
        return []
    (id_,) = tables.sources
    (count,) = row(connection, f'SELECT count(*) FROM "{id_}"')
    parts = -(-count // size)
    numbers = f"row_number() OVER () - 1 AS n, lag({SUBJECT}) OVER () AS before"
    query = f'SELECT n, {SUBJECT}, {SUBJECT} > before AS above FROM (SELECT {SUBJECT}, {numbers} FROM "{id_}")'
    found = connection.execute(f"{query} WHERE above IS NOT TRUE OR n % {size} = 0 LIMIT {parts + 1}").fetchall()
    first = [(n, subject) for n, subject, above in found if above or (n == 0 and subject is not None)]
    if len(found) != parts or [n for n, _ in first] != [size * number for number in range(parts)]:
        return []
    return [(subject, min(size, count - n)) for n, subject in first]


def _without_twins(connection: duckdb.DuckDBPyConnection, tables: Tables) -> Tables:
    """A table of facts is the population only if it names everybody, and nobody twice; else its subjects are listed."""
    if tables.subjects is not None:
        return tables
    ((id_, table),) = tables.sources.items()
    scan = f'SELECT hash({SUBJECT}) AS h FROM "{id_}"'
    twice = f"EXISTS (SELECT h FROM ({scan}) GROUP BY h HAVING count(*) > 1)"
    query = f'SELECT {twice} OR EXISTS (SELECT 1 FROM "{id_}" WHERE {SUBJECT} IS NULL)'
    (twins,) = row(connection, query)
    if not twins:
        return tables
    connection.execute(f'CREATE VIEW "{SUBJECTS}" AS SELECT DISTINCT {SUBJECT} FROM "{id_}"')
    return Tables(replace(table, name=SUBJECTS, columns={SUBJECT: table.columns[SUBJECT]}), tables.sources)


def _bounds(connection: duckdb.DuckDBPyConnection, asked: Asked, size: int) -> list[str]:
    """The subjects at which a part ends and the next begins, from a sample that is always the same."""
    table = asked.tables.subjects or next(iter(asked.tables.sources.values()))
    (count,) = row(connection, f'SELECT count(*) FROM "{table.name}"')
    parts = -(-count // size)
    if parts <= 1:
        return []
    every = max(1, count // (1000 * parts))
    some = f"hash({SUBJECT}) % {every} = 0 AND {SUBJECT} <> ''"
    sample = f'SELECT DISTINCT {SUBJECT} FROM "{table.name}" WHERE {some} ORDER BY 1'
    found = [row[0] for row in connection.execute(sample).fetchall()]
    return sorted({found[len(found) * number // parts] for number in range(1, parts)} if found else ())


def _is_staged(
    connection: duckdb.DuckDBPyConnection, job: Job, one: Found, tables: Tables, bounds: Sequence[str]
) -> bool:
    """Text is read once, and put in order of subjects, so that each part finds its rows together.

    So is a table whose rows about a part lie all over it, when there are so many parts that it pays.
    """
    table = tables.subjects if one.id == SUBJECTS else tables.sources[one.id]
    for_spark = job.engine == "spark" and table is not None and must_be_staged(one, table)
    if for_spark or not bounds:
        return for_spark
    return one.kind != "parquet" or (table is not None and _times_read(connection, one, table, bounds) > SORTED_SOONER)


def _times_read(connection: duckdb.DuckDBPyConnection, one: Found, table: Table, bounds: Sequence[str]) -> float:
    """How many parts look at a row, on average: those whose subjects lie between the ends of its row group.

    Numbers are in another order than their digits, and so each part looks at all of them.
    """
    every = len(bounds) + 1
    if table.columns[SUBJECT].form != "text":
        return every
    within_ = "len(list_filter($bounds, lambda b: b > stats_min_value AND b <= stats_max_value)) + 1"
    mean = f"sum(num_values * coalesce({within_}, {every})) / sum(num_values)"
    query = f"SELECT {mean} FROM parquet_metadata($files) WHERE path_in_schema = '{SUBJECT}'"
    given = {"bounds": list(bounds), "files": [str(file) for file in one.files]}
    (times,) = connection.execute(query, given).fetchall()[0]
    return float(times or 0)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    found: dict[str, Found],
    tables: Tables,
    staged: set[str],
    work: Path,
    told: Told,
) -> dict[str, list[Path]]:
    """Reads some tables and writes them in order; gives the files of each table."""
    (work / STAGE).mkdir(exist_ok=True)
    files = {id_: list(one.files) for id_, one in found.items()}
    for id_ in sorted(staged):
        file = work / STAGE / f"{id_}.parquet"
        if not file.exists():
            told(SoFar(ordering=id_))
            columns = {} if id_ == SUBJECTS else tables.sources[id_].columns
            exact = [
                f'CAST(CAST("{name}" AS VARCHAR) AS DOUBLE) AS "{name}"'
                for name, column in columns.items()
                if column.form == "float"
            ]
            replaced = f" REPLACE ({', '.join(exact)})" if exact else ""
            _copy(connection, f'SELECT *{replaced} FROM "{id_}" ORDER BY {SUBJECT}', file)
        name = str(file).replace("'", "''")
        connection.execute(f"CREATE OR REPLACE VIEW \"{id_}\" AS SELECT * FROM read_parquet('{name}')")
        files[id_] = [file]
    return files


def _as_staged(tables: Tables, staged: set[str]) -> Tables:
    """The tables with the columns that staging wrote."""

    def exact(table: Table) -> Table:
        double = {name: Column("double") for name, column in table.columns.items() if column.form == "float"}
        return replace(table, columns={**table.columns, **double})

    sources = {id_: exact(table) if id_ in staged else table for id_, table in tables.sources.items()}
    return replace(tables, sources=sources)


def is_straight(asked: Asked, job: Job) -> bool:
    """Whether a table is the population and goes from file to file, in its own order, and is never held."""
    return asked.tables.subjects is None and job.engine == "duckdb"


def _part(
    connection: duckdb.DuckDBPyConnection,
    asked: Asked,
    piece: Piece,
    job: Job,
    work: Path,
    number: int,
    worked_out: WorkedOut,
) -> Part:
    """Decides about one part, and writes it."""
    asked = replace(asked, span=piece.span)
    types = output_types(asked, job.explain)
    columns = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in types.items())
    file, chosen = _file(work, "decisions", number), f"SELECT {columns} FROM"
    if is_straight(asked, job):
        part = _straight(connection, asked, piece, chosen, file)
    else:
        part = _folded(connection, asked, job, chosen, file, worked_out)
    if part.refused:
        told = worked_out(refusals(asked), file.stem + "-rejects")
        _copy(connection, f"SELECT * FROM ({told}) ORDER BY ALL NULLS FIRST", _file(work, "rejects", number))
    return part


def _straight(connection: duckdb.DuckDBPyConnection, asked: Asked, piece: Piece, chosen: str, file: Path) -> Part:
    """The rows of a span, in their own order, from file to file."""
    bounds = " AND ".join(one.sql("duckdb") for one in within(piece.span)) or "TRUE"
    total = piece.rows
    if total is None:
        (table,) = asked.tables.sources.values()
        (total,) = row(connection, f'SELECT count(*) FROM "{table.name}" WHERE {bounds}')
    decided = _copy(connection, f"{chosen} {DECIDED} WHERE NOT bad AND {bounds}", file)
    return Part(decided, total - decided, {})


def _folded(
    connection: duckdb.DuckDBPyConnection, asked: Asked, job: Job, chosen: str, file: Path, worked_out: WorkedOut
) -> Part:
    """Rows that had to be brought together come in any order, and are put in that of the subjects."""
    given = numbered(asked) if asked.tables.subjects is not None else []
    counted = {source.head.id: f"rows_{number}" for number, source in given}
    query = worked_out(decisions(asked, job.explain, list(counted.values()), packed=job.engine == "duckdb"), file.stem)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE decided AS {query}")
    sums = ", ".join(["count(*)", "count(*) FILTER (WHERE bad)", *(f"sum({name})" for name in counted.values())])
    total, bad, *rows = row(connection, f"SELECT {sums} FROM decided")
    _copy(connection, f"{chosen} decided WHERE NOT bad ORDER BY {SUBJECT}", file)
    connection.execute("DROP TABLE decided")
    return Part(total - bad, bad, {id_: int(count or 0) for id_, count in zip(counted, rows, strict=True)})


def _file(work: Path, kind: str, number: int) -> Path:
    return work / kind / f"part-{number:05d}.parquet"


def _is_there(work: Path, number: int, part: Part) -> bool:
    """Whether the files of a part that is done are there; a machine that lost its power may have lost them."""
    kinds = ["decisions", "rejects"] if part.refused else ["decisions"]
    return all(_file(work, kind, number).exists() for kind in kinds)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    """Writes what a query gives into a file that appears only when it is whole; gives the number of rows."""
    new = file.with_name(file.name + ".new")
    name = str(new).replace("'", "''")
    (count,) = row(connection, f"COPY ({query}) TO '{name}' (FORMAT parquet, {PRESSED})")
    with new.open("rb+") as written:
        os.fsync(written.fileno())
    new.replace(file)
    return int(count)


def _strays(
    connection: duckdb.DuckDBPyConnection, asked: Asked, manifest: Manifest, work: Path, worked_out: WorkedOut
) -> int:
    """Writes down the rows about nobody in `subjects`; gives their number."""
    if asked.tables.subjects is None:
        return 0
    lost = _nameless(connection, work)
    for number, source in numbered(asked):
        id_ = source.head.id
        (count,) = row(connection, f'SELECT count(*) FROM "{id_}"')
        more = count - sum(part.rows.get(id_, 0) for part in manifest.done.values())
        if more:
            lost += more
            file = work / "rejects" / f"strays-{number:05d}.parquet"
            told = worked_out(strays(asked, id_), file.stem)
            _copy(connection, f"SELECT * FROM ({told}) ORDER BY ALL NULLS FIRST", file)
    return lost


def _nameless(connection: duckdb.DuckDBPyConnection, work: Path) -> int:
    """Writes down that `subjects` has rows without a subject; gives their number."""
    nameless = f'SELECT count(*) AS "rows" FROM "{SUBJECTS}" WHERE {SUBJECT} IS NULL'
    (count,) = row(connection, nameless)
    if count:
        text = "CAST(NULL AS VARCHAR)"
        told = f"SELECT {text} AS subject, {text} AS source, {text} AS field, 'missing-subject' AS code, \"rows\""
        _copy(connection, f"{told} FROM ({nameless})", work / "rejects" / "strays-subjects.parquet")
    return int(count)


def _codes(connection: duckdb.DuckDBPyConnection, work: Path) -> list[tuple[str, int]]:
    """How many subjects were refused for each reason."""
    if not any((work / "rejects").glob("*.parquet")):
        return []
    files = str(work / "rejects" / "*.parquet").replace("'", "''")
    query = (
        f"SELECT code, count(DISTINCT coalesce(subject, '')) FROM read_parquet('{files}') GROUP BY code ORDER BY code"
    )
    return [(str(code), int(count)) for code, count in connection.execute(query).fetchall()]


def _finish(job: Job, manifest: Manifest, summary: Summary, work: Path) -> Summary:
    """The folder gets its name when everything is in it."""
    for name in ("spill", STAGE, SCRATCH):
        shutil.rmtree(work / name, ignore_errors=True)
    terms = {name: value for name, value in manifest.terms.items() if name != "inputs"}
    told = [{key: one[key] for key in ("table", "file", "size")} for one in manifest.terms["inputs"]]
    write_manifest(replace_terms(manifest, {**terms, "inputs": told}), work)
    settle(work / "lock", b"")
    (work / "lock").unlink()
    work.replace(job.out)
    return summary


def replace_terms(manifest: Manifest, terms: dict[str, object]) -> Manifest:
    return Manifest(terms, manifest.bounds, manifest.done)
