"""The columns reading against `truth`: many drawn rulebooks, and many synthetic people of each rulebook."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from engine.batch.run import Job, Summary, quiet, run
from engine.batch.spark import spark_session
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.locate import policies_folder
from engine.problem import Problem
from engine.readings.columns.tables import Asked
from engine.rulebook import edition, load_rulebook
from engine.synthetic import people
from engine.synthetic.folder import write_folder
from tests.populations import answers, asked, by_spark, filled, name, told, usual_tables
from tests.soak.spark import on_odd_text
from tests.strategies import AS_OF, records, rulebooks

DAY = date(2026, 12, 15)
AT_ONCE = 8


def soak(drawn: int, by_cluster: int, synthetic: int) -> None:
    """So many drawn rulebooks with a small population each, some also by Spark, and so many people of each rulebook."""
    with spark_session("local[2]") as session:
        assert not isinstance(session, Problem), session
        session.conf.set("spark.sql.shuffle.partitions", 2)
        on_drawn(drawn, answers)
        print(f"columns decide {drawn:,} drawn rulebooks as truth does", flush=True)
        if by_cluster:
            with tempfile.TemporaryDirectory() as folder:
                on_odd_text(Path(folder))
            on_drawn(by_cluster, lambda connection, of: by_spark(session, connection, of))
            print(f"Spark decides {by_cluster:,} drawn rulebooks as truth does, and refuses likewise", flush=True)
        for file in sorted(policies_folder().glob("*/rulebook.yaml")):
            found = edition(load_rulebook(file.parent), DAY)
            assert found is not None
            with tempfile.TemporaryDirectory() as folder:
                on_synthetic(found, synthetic, Path(folder))
            print(
                f"{found.about.id}: columns and Spark decide {synthetic:,} synthetic people as truth does", flush=True
            )


def on_drawn(count: int, answer: Callable[[duckdb.DuckDBPyConnection, Asked], dict[str, dict[str, Any]]]) -> None:
    """Drawn rulebooks; the first difference stops it."""

    @seed(11)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        drawn = data.draw(rulebooks())
        population = data.draw(st.lists(records(drawn), min_size=AT_ONCE, max_size=AT_ONCE))
        of = asked(drawn.edition, AS_OF, "use", usual_tables(drawn.edition))
        found = answer(filled(of.tables, population), of)
        for number, record in enumerate(population):
            decision = evaluate_under(drawn.edition, record, as_of=AS_OF, reading="truth")
            assert isinstance(decision, Decision)
            expected = told(decision, of, name(number))
            assert found[name(number)] == expected, differing([(record, found[name(number)], expected)])

    compare()


def on_synthetic(found: Edition, count: int, folder: Path) -> None:
    """From folder to folder, every decision compared."""
    write_folder(found, count, 1, DAY, folder / "in", "parquet", 2)
    use = found.about.default_use or min(found.uses)
    job = Job(found, DAY, use, folder / "in", folder / "out", explain="points", part=max(1, count // 4))
    assert run(job) == Summary(count, 0, 0, {})
    assert run(replace(job, out=folder / "spark", engine="spark")) == Summary(count, 0, 0, {})
    ours, theirs = (
        {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*.*")}
        for out in (job.out, folder / "spark")
    )
    assert ours == theirs, "Spark's folder is the same, byte for byte"
    of = replace(asked(found, DAY, use, usual_tables(found)))
    given_ = dict(decided(folder / "out"))
    wrong: list[tuple[Any, Any, Any]] = []
    for record in people(found, count, 1, DAY, 0):
        decision = evaluate_under(found, record, as_of=DAY, use=use, reading="truth")
        assert isinstance(decision, Decision)
        expected = told(decision, of, record["subject"])
        del expected["bad"]
        if given_[record["subject"]] != expected:
            wrong.append((record, given_[record["subject"]], expected))
    assert not wrong, f"{len(wrong)} differ; the smallest: {differing(wrong)}"


def decided(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The decisions in a folder, by subject."""
    found = quiet(duckdb.connect()).read_parquet(str(folder / "decisions" / "*.parquet"))
    names = found.columns
    yield from ((row[0], dict(zip(names, row, strict=True))) for row in found.fetchall())


def differing(wrong: list[tuple[Any, Any, Any]]) -> str:
    """The smallest record that is decided otherwise, and where."""
    record, found, expected = min(wrong, key=lambda one: len(json.dumps(one[0], default=str)))
    where = {key: (found.get(key), value) for key, value in expected.items() if found.get(key) != value}
    return f"{json.dumps(record, default=str)} gives (columns, truth) {where}"
