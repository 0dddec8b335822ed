"""Whole populations, from Parquet to Parquet: a wide scorecard, and people with many rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from bench import book, card, growth, long, openfisca, peers, scorecard
from bench.once import once
from bench.timing import interleaved, ratio, table
from engine.batch.run import Job, Summary, quiet, run
from engine.ir import Edition
from engine.rulebook import edition, load_rulebook

WIDE, PEOPLE, ROWS = 1_000_000, 1_000_000, 50
LONG_PEOPLE = 1_000_000
LONG = 10
BY_ROW = 20_000
"""So many people are bearable one by one."""
BY_ROW_NAME = "zen-engine, row by row, score only"
ROUNDS = 3
DAY = date(2026, 12, 15)


def section() -> str:
    """Both tables, with what they say."""
    with tempfile.TemporaryDirectory() as folder:
        return "\n".join([*wide(Path(folder)), "", *events(Path(folder)), "", *lengths(Path(folder))])


def fresh(job: Callable[[Path], Job], out: Path) -> Callable[[], Summary]:
    """A run into a folder that is not there yet."""

    def go() -> Summary:
        shutil.rmtree(out, ignore_errors=True)
        found = run(job(out))
        assert isinstance(found, Summary), found
        assert not found.refused
        return found

    return go


def sql(query: str) -> list[tuple[object, ...]]:
    """What a query gives, asked of a database of its own."""
    return quiet(duckdb.connect()).execute(query).fetchall()


# ------------------------------------------------------------------------------------------------------------ wide


def wide(folder: Path) -> list[str]:
    """A scorecard over one table of facts."""
    source = folder / "wide"
    source.mkdir()
    file = source / "application.parquet"
    write_applicants(file)
    found = book.edition(card.documents())

    def job(explain: str) -> Callable[[Path], Job]:
        return lambda out: Job(found, DAY, "use", source, out, explain)  # type: ignore[arg-type]  # one of two

    contenders: dict[str, tuple[Callable[[], object], int]] = {
        "columns (DuckDB), four reasons": (fresh(job("reasons"), folder / "reasons"), WIDE),
        "columns (DuckDB), no reasons": (fresh(job("none"), folder / "none"), WIDE),
        "Polars, written by hand, four reasons": (
            lambda: by_hand(file, folder / "polars.parquet", checked=True),
            WIDE,
        ),
        "Polars, written by hand, nothing checked": (
            lambda: by_hand(file, folder / "unchecked.parquet", checked=False),
            WIDE,
        ),
        "OpenFisca, four reasons": (lambda: openfisca.run(file, folder / "openfisca.parquet"), WIDE),
        BY_ROW_NAME: (lambda: by_row(found, file), BY_ROW),
        "DuckDB reading and writing the columns": (lambda: scan(file, folder / "scan.parquet"), WIDE),
    }
    for run_, _ in contenders.values():
        run_()
    for other in ("polars", "unchecked", "openfisca"):
        assert same(folder, other), f"{other} gives everybody the same score and reasons"
    times = interleaved(contenders, ROUNDS)
    first = next(iter(contenders))
    rows = [
        [name, f"{1 / sorted(times[name])[ROUNDS // 2]:,.0f}", f"{ratio(times, name, first):.2f}"] for name in times
    ]
    return [
        "## A population, wide",
        "",
        f"The scorecard above over {WIDE:,} applicants in a Parquet file, to Parquet: score, band, four reasons.",
        "",
        table(["engine", "people a second", "times ours"], rows),
        "",
        "Polars checks what the columns reading checks: that every value is one the source allows, that names of",
        "subjects can be printed, and that nobody stands there twice; whoever fails is left out and written down with",
        "why. A line further down it checks nothing. OpenFisca works in NumPy, DuckDB reads and writes for it, and it",
        f"checks nothing. zen-engine neither checks nor gives reasons; it has the first {BY_ROW:,} people, and takes",
        f"{ratio(times, BY_ROW_NAME, first):,.0f} times as long for each of them.",
        long_table(source, folder, sorted(times[first])[ROUNDS // 2]),
    ]


def long_table(source: Path, folder: Path, before: float) -> str:
    """A table ten times as long: its rate against the shorter one's, and what memory that takes alone."""
    more = folder / "long"
    more.mkdir()
    every = "SELECT * EXCLUDE (n) REPLACE (subject || '-' || n AS subject)"
    people = f"'{source / 'application.parquet'}', range({LONG}) t(n)"
    sql(f"COPY ({every} FROM {people} ORDER BY subject) TO '{more / 'application.parquet'}'")
    told = once(more, folder / "long-out")
    slower = told["seconds"] / told["decided"] / before
    memory = f"{told['megabytes']:,.0f} MB of memory at the most"
    return f"A table of {told['decided']:,} takes {slower:.2f} times as long for each person, and {memory}."


def by_row(found: Edition, file: Path) -> list[object]:
    """The score of the first people, each by a call of its own."""
    graph = scorecard.zen_decision(found)
    names = [*card.RANGES, *card.CODES, "verified"]
    columns = ", ".join(name.replace("-", "_") for name in names)
    rows = sql(f"SELECT {columns} FROM '{file}' LIMIT {BY_ROW}")
    given = [peers.renamed(found, dict(zip(names, row, strict=True))) for row in rows]
    return [graph.evaluate(values)["result"]["score"] for values in given]


def write_applicants(file: Path) -> None:
    """Applicants drawn by the database; one value in twenty is unknown."""

    def chance(number: int) -> str:
        return f"(hash(i, {number}) >> 11)::DOUBLE / 9007199254740992"

    columns = []
    for number, (id_, (limits, cuts, _)) in enumerate(card.RANGES.items()):
        spread = f"{cuts[1]} + {3 * cuts[2]} * ({chance(number)} + {chance(number + 100)} - 1)"
        most = limits.get("greatest", 2 * cuts[-1])
        columns.append((id_, f"greatest({limits['least']}, least({most}, ({spread})::INTEGER))"))
    for number, (id_, codes) in enumerate(card.CODES.items(), 20):
        columns.append(
            (id_, f"list_extract({list(codes)!r}, 1 + ({chance(number)} * {len(codes)})::INTEGER % {len(codes)})")
        )
    columns.append(("verified", f"{chance(30)} < 0.8"))
    values = [
        f"CASE WHEN {chance(200 + number)} >= 0.05 THEN {value} END AS {id_.replace('-', '_')}"
        for number, (id_, value) in enumerate(columns)
    ]
    sql(
        f"COPY (SELECT 's' || lpad(i::VARCHAR, 9, '0') AS subject, {', '.join(values)} "
        f"FROM range({WIDE}) t(i)) TO '{file}'"
    )


def scan(file: Path, out: Path) -> None:
    sql(f"COPY (FROM '{file}') TO '{out}' (COMPRESSION zstd)")


def by_hand(file: Path, out: Path, *, checked: bool) -> None:
    """The same scorecard as a careful author would write it in Polars, with the same checks or without any."""
    people = pl.scan_parquet(file)
    if not checked:
        scored(people, out)
        return
    subject = pl.col("subject")
    assert people.select((subject > subject.shift(1)).all()).collect().item(), "in order, and so nobody twice"
    faults = faults_by_hand()
    sound = pl.all_horizontal(~fault.fill_null(False) for fault in faults.values())
    scored(people.filter(sound), out)
    if counted(out) < counted(file):
        why = pl.coalesce(pl.when(fault).then(pl.lit(name)) for name, fault in faults.items())
        people.filter(~sound).select("subject", why=why).sink_parquet(out.with_suffix(".rejects.parquet"))


def counted(file: Path) -> int:
    return int(pl.scan_parquet(file).select(pl.len()).collect().item())


def faults_by_hand() -> dict[str, pl.Expr]:
    """What can be wrong with a row, by column."""
    faults = {"subject": pl.col("subject").is_null() | pl.col("subject").str.contains(r"\p{C}")}
    for id_, (limits, _, _) in card.RANGES.items():
        here = pl.col(id_.replace("-", "_"))
        most = limits.get("greatest")
        faults[id_] = here < limits["least"] if most is None else ~here.is_between(limits["least"], most)
    return faults | {id_: ~pl.col(id_).is_in(list(codes)) for id_, codes in card.CODES.items()}


def scored(people: pl.LazyFrame, out: Path) -> None:
    """Points, score, band and reasons of those who are left."""
    points: dict[str, pl.Expr] = {}
    best: dict[str, int] = {}
    for id_, (_, cuts, given) in card.RANGES.items():
        here = pl.col(id_.replace("-", "_"))
        found = pl.when(here.is_null()).then(0)
        for cut, worth in zip(cuts, given, strict=False):
            found = found.when(here < cut).then(worth)
        points[id_], best[id_] = found.otherwise(given[-1]), max(0, *given)
    for id_, codes in card.CODES.items():
        found = pl.when(pl.col(id_).is_null()).then(0)
        for code, worth in codes.items():
            found = found.when(pl.col(id_) == code).then(worth)
        points[id_], best[id_] = found.otherwise(0), max(0, *codes.values())
    sure = pl.col("verified")
    points["verified"], best["verified"] = pl.when(sure).then(15).when(~sure).then(-5).otherwise(0), 15
    young = (pl.col("age") < 25) & (pl.col("utilisation") > 60)
    late = (pl.col("late_payments") >= 3) | (pl.col("enquiries") >= 6)
    new = (pl.col("months_at_work") < 12) & ~pl.col("housing").is_in(["owner", "mortgage"])
    for id_, when in zip(card.CROSS, (young, late, new), strict=True):
        points[id_], best[id_] = pl.when(when).then(card.CROSS_POINTS[id_]).otherwise(0), 0
    grouped = {rule.removeprefix("rule-") for rule in card.GROUPED}
    order = [*(id_ for id_ in points if id_ not in grouped), *(one.removeprefix("rule-") for one in card.GROUPED)]
    count = len(order)
    frame = people.with_columns(**{f"p_{id_}": found.cast(pl.Int32) for id_, found in points.items()})
    alone = pl.sum_horizontal(f"p_{id_}" for id_ in order if id_ not in grouped)
    group = pl.min_horizontal(pl.sum_horizontal(f"p_{id_}" for id_ in order if id_ in grouped), pl.lit(40))
    lost = {
        id_: pl.when(best[id_] > pl.col(f"p_{id_}"))
        .then((best[id_] - pl.col(f"p_{id_}")) * count + (count - 1 - place))
        .otherwise(-1)
        for place, id_ in enumerate(order)
    }
    frame = frame.with_columns(
        score=(600 + alone + group).clip(300, 850), **{f"l_{id_}": one for id_, one in lost.items()}
    )
    band = pl.when(pl.col("score") < 500).then(pl.lit("band-0"))
    for number, start in enumerate([580, 660, 740], 1):
        band = band.when(pl.col("score") < start).then(pl.lit(f"band-{number}"))
    frame = frame.with_columns(
        k_1=pl.max_horizontal(f"l_{id_}" for id_ in order), band=band.otherwise(pl.lit("band-4"))
    )
    for number in (2, 3, 4):
        before = pl.col(f"k_{number - 1}")
        rest = [pl.when(pl.col(f"l_{id_}") < before).then(pl.col(f"l_{id_}")).otherwise(-1) for id_ in order]
        frame = frame.with_columns(**{f"k_{number}": pl.max_horizontal(rest)})
    names = {count - 1 - place: f"rule-{id_}" for place, id_ in enumerate(order)}
    reasons = []
    for number in (1, 2, 3, 4):
        key = pl.col(f"k_{number}")
        name = (key % count).replace_strict(names, return_dtype=pl.String)
        reasons += [
            pl.when(key >= 0).then(name).alias(f"reason_{number}"),
            pl.when(key >= 0).then(key // count).alias(f"lost_{number}"),
        ]
    frame.select("subject", "score", "band", *reasons).sink_parquet(out)


def same(folder: Path, other: str) -> bool:
    """Whether another gave the same scores and reasons."""
    columns = "subject, score, " + ", ".join(f"reason_{n}, lost_{n}" for n in (1, 2, 3, 4))
    ours = f"SELECT {columns} FROM '{folder}/reasons/decisions/*.parquet'"
    theirs = f"SELECT {columns} FROM '{folder}/{other}.parquet'"
    return sql(f"SELECT count(*) FROM ({ours} EXCEPT {theirs})") == [(0,)]


# ---------------------------------------------------------------------------------------------------------- events


def events(folder: Path) -> list[str]:
    """People with many rows, against a query written by hand for the same measures and score."""
    source = folder / "events"
    source.mkdir()
    write_rows(source, PEOPLE)
    found: Edition | None = edition(load_rulebook("fair-civic-trust"), DAY)
    assert found is not None
    use = found.about.default_use or ""
    contenders: dict[str, tuple[Callable[[], object], int]] = {
        "columns, no reasons": (
            fresh(lambda out: Job(found, DAY, use, source, out, "none"), folder / "rows-none"),
            PEOPLE,
        ),
        "columns, four reasons": (
            fresh(lambda out: Job(found, DAY, use, source, out, "reasons"), folder / "rows-reasons"),
            PEOPLE,
        ),
        "DuckDB, written by hand, score only": (lambda: rows_by_hand(source, folder / "hand.parquet"), PEOPLE),
    }
    times = interleaved(contenders, ROUNDS)
    last = list(contenders)[-1]
    rows = [[name, f"{1 / sorted(times[name])[ROUNDS // 2]:,.0f}", f"{ratio(times, name, last):.2f}"] for name in times]
    return [
        "## A population with rows",
        "",
        f"fair-civic-trust, {PEOPLE:,} people with {ROWS} bills each. The query by hand has the same share,",
        "oldest bill and score; it checks nothing, and reads only the columns that the measures need.",
        "",
        table(["engine", "people a second", "times by hand"], rows),
        "",
        many(folder),
    ]


def many(folder: Path) -> str:
    """The time for each person and the memory, of as many people and of ten times as many, in a process of its own."""
    before = once(folder / "events", folder / "rows-once", "fair-civic-trust")
    shutil.rmtree(folder / "events")
    source = folder / "many"
    source.mkdir()
    write_rows(source, LONG * PEOPLE)
    told = once(source, folder / "rows-many", "fair-civic-trust")
    shutil.rmtree(source)
    slower = told["seconds"] / told["decided"] / (before["seconds"] / before["decided"])
    return (
        f"{told['decided']:,} people with {ROWS} bills each take {slower:.2f} times as long for each person, and\n"
        f"{told['megabytes']:,.0f} MB of memory at the most; {before['decided']:,} take {before['megabytes']:,.0f} MB."
    )


def write_rows(folder: Path, people: int) -> None:
    subject = "'s' || lpad({}::VARCHAR, 9, '0')"
    sql(f"COPY (SELECT {subject.format('i')} AS subject FROM range({people}) t(i)) TO '{folder}/subjects.parquet'")
    rows = (
        f"SELECT {subject.format(f'(i // {ROWS})')} AS subject, (hash(i) >> 3)::BIGINT AS h, "
        f"DATE '2026-12-14' - ((hash(i, 7) >> 3)::BIGINT % 1000)::INTEGER AS due FROM range({people * ROWS}) t(i)"
    )
    paid = "CASE WHEN h % 10 <> 0 THEN least(due + (h // 16 % 20)::INTEGER - 16, DATE '2026-12-15') END AS paid"
    amount = "((h // 64 % 100000)::DECIMAL(15, 0) / 100)::DECIMAL(15, 2) AS amount"
    kind = "list_extract(['rent', 'water', 'gas'], 1 + (h % 3)::INTEGER) AS kind"
    sql(f"COPY (SELECT subject, due, {paid}, {amount}, {kind} FROM ({rows})) TO '{folder}/bill-payments.parquet'")


def rows_by_hand(folder: Path, out: Path) -> None:
    sql(f"""
COPY (
  WITH bills AS (
    SELECT subject, count(*) FILTER (WHERE due < DATE '2026-12-15') AS n,
           count(*) FILTER (WHERE due < DATE '2026-12-15' AND paid <= due) AS on_time, min(due) AS oldest
    FROM '{folder}/bill-payments.parquet' WHERE due >= DATE '2024-12-16' GROUP BY subject
  ), measures AS (
    SELECT s.subject, CASE WHEN n > 0 THEN (20000 * on_time + n) // (2 * n) END AS share,
           12 * (2026 - year(oldest)) + 12 - month(oldest) - (day(oldest) > 15)::INTEGER AS months
    FROM '{folder}/subjects.parquet' s LEFT JOIN bills USING (subject)
  ), scores AS (
    SELECT subject, 600
         + CASE WHEN share >= 9800 THEN 120 WHEN share >= 9500 THEN 90 WHEN share >= 9000 THEN 50
           ELSE 0 END
         + CASE WHEN months >= 24 THEN 50 WHEN months >= 12 THEN 25 ELSE 0 END AS score
    FROM measures
  )
  SELECT subject, score, CASE WHEN score < 550 THEN 'building' WHEN score < 650 THEN 'average' WHEN score < 750
         THEN 'good' ELSE 'strong' END AS band
  FROM scores
) TO '{out}' (COMPRESSION zstd)""")


# --------------------------------------------------------------------------------------------------------- long tables


def lengths(folder: Path) -> list[str]:
    """One rule with a table of more and more cases, over the same people."""
    contenders: dict[str, tuple[Callable[[], object], int]] = {}
    for length in growth.LENGTHS:
        source = folder / f"length-{length}"
        source.mkdir()
        value = f"CASE WHEN h % 20 > 0 THEN (h // 32 % {long.STEP * length})::BIGINT END AS m0"
        subject = "'s' || lpad(i::VARCHAR, 9, '0') AS subject"
        people = f"SELECT i, (hash(i) >> 3)::BIGINT AS h FROM range({LONG_PEOPLE}) t(i)"
        sql(f"COPY (SELECT {subject}, {value} FROM ({people})) TO '{source}/facts.parquet'")
        contenders[f"{length:,}"] = (fresh(_length_job(source, length), folder / f"out-{length}"), LONG_PEOPLE)
    times = interleaved(contenders, ROUNDS)
    before, after = (f"{length:,}" for length in growth.LENGTHS[-2:])
    rows = [
        [name, f"{1 / sorted(times[name])[ROUNDS // 2]:,.0f}", f"{ratio(times, name, before):.2f}"] for name in times
    ]
    return [
        "## A population, longer tables",
        "",
        f"One rule over {LONG_PEOPLE:,} people, Parquet to Parquet with reasons; planning the query is part of it.",
        f"{after} cases cost {ratio(times, after, before):.2f} times what {before} cost:",
        "",
        table(["cases", "people a second", f"times {before} cases"], rows),
        "",
    ]


def _length_job(source: Path, length: int) -> Callable[[Path], Job]:
    found = book.edition(long.card(1, length))
    return lambda out: Job(found, DAY, "use", source, out)
