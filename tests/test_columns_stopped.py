"""A run over a population that is stopped, or that cannot go on: it says so, and loses and mixes nothing."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.batch import run as batch
from engine.batch.odd import why_unreadable
from engine.batch.run import Summary, unfinished
from engine.cli import main
from tests.test_columns_batch import BOOK, DAY, PEOPLE, content, job, sample, whole  # noqa: F401  # two are fixtures

ENDLESS = "SELECT sum(hash(i)) FROM range(100000000000) t(i)"


def evaluated(source: Path, out: Path) -> Result:
    asked_for = ["--rulebook", BOOK, "--as-of", str(DAY), "--in", str(source), "--out", str(out)]
    return CliRunner().invoke(main, ["evaluate", *asked_for, "--part", "60", "--explain", "points"])


def ctrl_c() -> None:
    """Presses twice, as people do."""
    for after in (0.2, 0.25):
        threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT)).start()


def said(found: Result, out: Path) -> bool:
    told = f"stopped; the same command goes on where it stopped; what is done is in {unfinished(out)}\n"
    return (found.exit_code, found.output) == (130, told)


def test_ctrl_c_while_the_tables_are_read(
    sample: Path,  # noqa: F811  # the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database works for the main thread, and makes an error of its own of it."""

    def endless(connection: Any, *_: Any) -> Any:
        ctrl_c()
        connection.execute(ENDLESS)

    monkeypatch.setattr(batch, "_stage", endless)
    assert said(evaluated(sample, tmp_path / "out"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_ctrl_c_while_parts_are_decided(
    sample: Path,  # noqa: F811  # the fixture
    whole: Path,  # noqa: F811  # the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is being worked out is broken off, what is done stays, and then come the very bytes of a run in peace."""
    part, out = batch._part, tmp_path / "out"

    def endless(connection: Any, asked: Any, piece: Any, job_: Any, work: Path, number: int, *more: Any) -> Any:
        if number == 2:
            ctrl_c()
            connection.execute(ENDLESS)
        return part(connection, asked, piece, job_, work, number, *more)

    monkeypatch.setattr(batch, "cores", lambda: 1)
    monkeypatch.setattr(batch, "_part", endless)
    assert said(evaluated(sample, out), out)
    assert len(list((unfinished(out) / "decisions").iterdir())) == 2
    monkeypatch.undo()
    assert isinstance(batch.run(job(sample, out, part=60)), Summary)
    assert content(out) == content(whole)


def broken_off(source: Path, out: Path, monkeypatch: pytest.MonkeyPatch, left: int = 2) -> None:
    """A run that stopped after a few parts."""
    part, calls = batch._part, iter(range(99))

    def some(*given: Any) -> Any:
        if next(calls) == left:
            raise OSError
        return part(*given)

    with monkeypatch.context() as patched:
        patched.setattr(batch, "cores", lambda: 1)
        patched.setattr(batch, "_part", some)
        assert not isinstance(batch.run(job(source, out, part=60)), Summary)


def test_what_another_engine_began_does_not_go_on(
    sample: Path,  # noqa: F811  # the fixture
    whole: Path,  # noqa: F811  # the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two versions may decide otherwise, or write otherwise: their parts do not end up in one folder."""
    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(batch, "engine_version", lambda: "openrulebook 0.0.9")
        broken_off(sample, out, patched)
    (problem,) = batch.run(job(sample, out, part=60))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "other-engine"
    assert problem.sentence.startswith(f"`{unfinished(out)}` was begun by openrulebook 0.0.9 with DuckDB ")
    monkeypatch.setattr(batch, "engine_version", lambda: "openrulebook 0.0.9")
    assert isinstance(batch.run(job(sample, out, part=60)), Summary)
    ours, theirs = content(out), content(whole)
    assert ours.pop("manifest.json") != theirs.pop("manifest.json")
    assert ours == theirs


def test_what_differs_from_the_unfinished_run_is_named(
    sample: Path,  # noqa: F811  # the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever forgot an option sees which."""
    broken_off(sample, tmp_path / "out", monkeypatch)
    (problem,) = batch.run(job(sample, tmp_path / "out", part=70, explain="none"))  # type: ignore[misc]  # as above
    assert problem.sentence.endswith(" is an unfinished run of something else, with other explain and other part")


def test_a_part_that_is_lost_is_decided_again(
    sample: Path,  # noqa: F811  # the fixture
    whole: Path,  # noqa: F811  # the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a loss of power the list of parts may be on the disk, and a part not."""
    out = tmp_path / "out"
    broken_off(sample, out, monkeypatch)
    next((unfinished(out) / "decisions").iterdir()).unlink()
    assert batch.run(job(sample, out, part=60)) == Summary(PEOPLE)
    assert content(out) == content(whole)


def test_no_room_to_set_rows_aside_is_a_full_disk(
    sample: Path,  # noqa: F811  # the fixture
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database calls it memory, and smaller parts would not help."""

    def large(connection: Any, *_: Any) -> Any:
        connection.execute("SET memory_limit = '20MB'")
        connection.execute("SET max_temp_directory_size = '1MB'")
        connection.execute("CREATE TABLE large AS SELECT hash(i) AS h, i FROM range(3000000) t(i) ORDER BY h")

    monkeypatch.setattr(batch, "_stage", large)
    (problem,) = batch.run(job(sample, tmp_path / "out"))  # type: ignore[misc]  # a list, not a summary
    assert problem.sentence == f"`{tmp_path / 'out'}` cannot be written: no space left on device"


def test_a_folder_that_must_not_be_written_is_named(sample: Path) -> None:  # noqa: F811  # the fixture
    """Trying again changes nothing: what is lacking is a right."""
    (problem,) = batch.run(job(sample, Path("/sys/decided")))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "cannot-write"
    assert problem.help == "whoever runs this must be allowed to write into `/sys`"


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """It is there when the folder is looked at, and gone or locked afterwards."""
    assert why_unreadable(tmp_path / "bills.csv", "csv") == "cannot be opened: no such file or directory"
