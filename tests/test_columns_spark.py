"""Spark decides as DuckDB and `truth` do: the same folder, byte for byte, from the same tables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from engine.batch import run as batch
from engine.batch import spark
from engine.batch.run import Job, Summary
from engine.batch.spark import spark_session
from engine.cli import main
from engine.problem import Problem
from engine.rulebook import edition, load_rulebook
from engine.synthetic.folder import write_folder

DAY = date(2026, 12, 15)
BOOK = "fair-civic-trust"
QUICK = {
    "spark.sql.codegen.wholeStage": "false",  # to compile a query takes longer than to answer it for a few people
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
}
SHORT_LIFE = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a Java that is stopped before it has become quick."""


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """One session for all: a run takes the one that is open."""
    missing = spark.what_is_missing()
    if missing is not None and "CI" not in os.environ:
        pytest.skip(f"{missing.sentence}: {missing.help}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", SHORT_LIFE)
        yield from opened()


def opened() -> Iterator[Any]:
    with spark_session("local[2]") as session:
        assert not isinstance(session, Problem), session
        for key, value in QUICK.items():
            session.conf.set(key, value)
        yield session


def job(source: Path, out: Path, **more: Any) -> Job:
    found = edition(load_rulebook(BOOK), DAY)
    assert found is not None
    return Job(found, DAY, "deposit-free-rental", source, out, **{"explain": "points", **more})


def content(folder: Path) -> dict[str, Any]:
    """Every file as its bytes, but the rejects as their rows: that none of them lacks a value, DuckDB may not know."""
    files = {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*")) if file.is_file()}
    return {
        name: duckdb.read_parquet(str(file)).fetchall() if name.startswith("rejects/") else file.read_bytes()
        for name, file in files.items()
    }


def both(source: Path, folder: Path, **more: Any) -> Summary:
    """Runs both, and gives what both say."""
    first, second = (batch.run(job(source, folder / engine, engine=engine, **more)) for engine in ("duckdb", "spark"))
    assert first == second
    assert isinstance(first, Summary)
    assert content(folder / "duckdb") == content(folder / "spark")
    return first


@pytest.mark.usefixtures("session")
def test_the_folder_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    """A synthetic population, from Parquet."""
    write_folder(job(tmp_path, tmp_path).edition, 60, 3, DAY, tmp_path / "in", "parquet", 1)
    assert both(tmp_path / "in", tmp_path) == Summary(60)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Java, with one that is too old, or without pyspark: one sentence and what to do, and nothing written."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "subjects.csv").write_text("subject\na\n", "utf-8")
    command = ["evaluate", "--rulebook", BOOK, "--in", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    found = CliRunner().invoke(main, [*command, "--engine", "spark"])
    assert found.exit_code == 1
    assert "Spark needs Java 17 or newer, and there is none under JAVA_HOME" in " ".join(found.output.split())
    assert "openjdk-17-jre-headless" in found.output
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", "utf-8")
    (tmp_path / "bin" / "java").chmod(0o755)
    missing = spark.what_is_missing()
    assert missing is not None
    assert missing.sentence.endswith("is Java 11")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    missing = spark.what_is_missing()
    assert missing is not None
    assert missing.help == "pip install 'openrulebook[spark]'"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bin", "in"]


def test_a_master_that_is_none_is_named(tmp_path: Path) -> None:
    """What Java says is one line, and a traceback of it is nobody's."""
    (tmp_path / "log").write_text('Exception in thread "main" org.apache.spark.SparkException: Master must\n\tat a.b')
    said = spark._not_begun("nonsense", tmp_path, RuntimeError("gone"))
    assert said.sentence == "Spark did not begin with master `nonsense`: Master must"
