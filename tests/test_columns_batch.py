"""A population from folder to folder: everybody once, nobody lost, and nothing half-written, whatever happens."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from bench import book, card
from engine.batch import run as batch
from engine.batch.run import Job, Summary
from engine.cli import main
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.rulebook import edition, load_rulebook
from engine.synthetic import people
from engine.synthetic.folder import write_folder
from tests.populations import asked, told, usual_tables

DAY = date(2026, 12, 15)
BOOK = "fair-civic-trust"
USE = "deposit-free-rental"
PEOPLE = 300
SUBJECTS = {"subject": ["a", "b"]}
CHECKED = {"subject": ["a", "b"], "verified": [True, False]}


def under(book: str = BOOK) -> Any:
    found = edition(load_rulebook(book), DAY)
    assert found is not None
    return found


def job(source: Path, out: Path, **more: Any) -> Job:
    return Job(under(), DAY, USE, source, out, **{"explain": "points", **more})


def rows(folder: Path, kind: str = "decisions") -> list[dict[str, Any]]:
    files = sorted((folder / kind).glob("*.parquet"))
    if not files:
        return []
    found = duckdb.connect().read_parquet([str(file) for file in files])
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def lines(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    """A folder of JSONL tables."""
    folder.mkdir(exist_ok=True)
    for name, found in tables.items():
        file = folder / f"{name.replace('_', '-')}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in found), "utf-8")
    return folder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("population") / "in"
    write_folder(under(), PEOPLE, 3, DAY, out, "parquet", 1)
    return out


@pytest.fixture(scope="module")
def whole(sample: Path) -> Path:
    out = sample.parent / "whole"
    assert batch.run(job(sample, out, part=60)) == Summary(PEOPLE, 0, 0, {})
    return out


def test_everybody_gets_the_decision_that_truth_gives(whole: Path) -> None:
    """The folder holds what `evaluate` would have said of each person, in order of subjects."""
    found = rows(whole)
    of = asked(under(), DAY, USE, usual_tables(under()))
    expected = []
    for record in people(under(), PEOPLE, 3, DAY, 0):
        decision = evaluate_under(under(), record, as_of=DAY, use=USE, reading="truth")
        assert isinstance(decision, Decision)
        row = told(decision, of, record["subject"])
        del row["bad"]
        expected.append(row)
    assert len(list((whole / "decisions").iterdir())) >= 4
    assert found == sorted(expected, key=lambda row: row["subject"])


def test_the_same_input_gives_the_same_bytes(sample: Path, whole: Path, tmp_path: Path) -> None:
    """Whoever runs it again can compare digests."""
    batch.run(job(sample, tmp_path / "again", part=60))
    assert content(tmp_path / "again") == content(whole)


def test_text_gives_what_parquet_gives(sample: Path, whole: Path, tmp_path: Path) -> None:
    """CSV and JSONL hold the same people."""
    for ending, how in (("csv", "FORMAT csv, HEADER"), ("jsonl", "FORMAT json")):
        folder = tmp_path / ending
        folder.mkdir()
        for file in sample.glob("*.parquet"):
            duckdb.connect().execute(f"COPY (FROM '{file}') TO '{folder / file.stem}.{ending}' ({how})")
        assert batch.run(job(folder, tmp_path / f"out-{ending}", part=100)) == Summary(PEOPLE, 0, 0, {})
        assert rows(tmp_path / f"out-{ending}") == rows(whole)


COMMAND = "import sys; from engine.cli import main; main(sys.argv[1:])"


def test_a_killed_run_goes_on_without_losing_or_doubling_anybody(sample: Path, whole: Path, tmp_path: Path) -> None:
    """`kill -9` at any moment: no output folder until all is there, and then the very bytes of a run in peace."""
    out, draw = tmp_path / "out", random.Random(5)
    asked_for = ["evaluate", "--rulebook", BOOK, "--as-of", str(DAY), "--in", str(sample), "--out", str(out)]
    command = [sys.executable, "-c", COMMAND, *asked_for, "--part", "60", "--explain", "points"]
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        work = tmp_path / "out.unfinished" / "manifest.json"
        while process.poll() is None and not work.exists():
            time.sleep(0.02)
        time.sleep(draw.random() / 2)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert content(out) == content(whole)
    assert not (tmp_path / "out.unfinished").exists()


def test_a_full_disk_stops_the_run_and_the_rest_is_kept(
    sample: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before stays, and the same command goes on from there."""
    copy, calls = batch._copy, iter(range(99))

    def full(*given: Any) -> Any:
        if next(calls) == 2:
            raise OSError(errno.ENOSPC, "full")
        return copy(*given)

    monkeypatch.setattr(batch, "_copy", full)
    (problem,) = batch.run(job(sample, tmp_path / "out", part=60))  # type: ignore[misc]  # a list, not a summary
    assert problem.sentence == f"`{tmp_path / 'out'}` cannot be written: no space left on device"
    assert not (tmp_path / "out").exists()
    assert isinstance(batch.run(job(sample, tmp_path / "out", part=60)), Summary)
    assert content(tmp_path / "out") == content(whole)


@pytest.mark.parametrize("most", [200, 3_000])
def test_a_disk_that_holds_no_more_is_said(most: int, sample: Path, whole: Path, tmp_path: Path) -> None:
    """Whatever cannot be written first: a sentence, nothing under the name of the result, and later the rest."""
    out = tmp_path / "out"
    asked_for = ["evaluate", "--rulebook", BOOK, "--as-of", str(DAY), "--in", str(sample), "--out", str(out)]
    command = [sys.executable, "-c", LIMITED.format(most), *asked_for, "--part", "60", "--explain", "points"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "cannot be written" in found.stderr
    assert "Traceback" not in found.stderr
    assert not out.exists()
    assert isinstance(batch.run(job(sample, out, part=60)), Summary)
    assert content(out) == content(whole)


LIMITED = (
    "import resource, sys; from engine.cli import main; "
    "resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, resource.RLIM_INFINITY)); main(sys.argv[1:])"
)


def test_what_is_refused_is_named_and_counted_without_values(tmp_path: Path) -> None:
    """A subject twice, rows about nobody, facts twice, rows of a source that was not asked, and wrong values."""
    folder = lines(
        tmp_path / "in",
        subjects=[
            {"subject": "a"},
            {"subject": "b"},
            {"subject": "b"},
            {"subject": "c", "court-judgments": False},
            {"subject": "d"},
            {"subject": "e\n"},
            {"subject": "f"},
            {},
        ],
        identity_check=[
            {"subject": "a", "verified": True},
            {"subject": "d", "verified": True},
            {"subject": "d", "verified": False},
            {"subject": "x", "verified": True},
            {"verified": True},
        ],
        court_judgments=[
            {"subject": "c", "decided_on": "2026-01-01", "kind": "debt", "final": True},
            {"subject": "f", "decided_on": "2027-01-01", "kind": "theft", "final": "yes"},
            {"subject": "f", "decided_on": "2027-01-02", "kind": "debt", "final": True},
        ],
    )
    found = batch.run(job(folder, tmp_path / "out"))
    assert isinstance(found, Summary)
    assert (found.decided, found.refused, found.strays) == (1, 5, 3)
    assert [row["subject"] for row in rows(tmp_path / "out")] == ["a"]
    assert {tuple(row.values()) for row in rows(tmp_path / "out", "rejects")} == {
        ("b", None, None, "duplicate-subject", 1),
        ("c", "court-judgments", None, "absent-with-rows", 1),
        ("d", "identity-check", None, "duplicate-facts", 1),
        ("e\n", None, None, "wrong-type", 1),
        ("f", "court-judgments", "decided_on", "future-date", 2),
        ("f", "court-judgments", "kind", "unknown-code", 1),
        ("f", "court-judgments", "final", "wrong-type", 1),
        ("x", "identity-check", None, "no-such-subject", 1),
        (None, "identity-check", None, "missing-subject", 1),
        (None, None, None, "missing-subject", 1),
    }


def test_a_table_without_a_line_has_the_columns_that_are_declared(tmp_path: Path) -> None:
    """Nobody has a judgment: the table is empty and not broken, and somebody without any row is decided about."""
    folder = lines(tmp_path / "in", subjects=[{"subject": "a"}], court_judgments=[], identity_check=[])
    assert batch.run(job(folder, tmp_path / "out")) == Summary(1)


def test_one_table_of_facts_is_a_population(tmp_path: Path) -> None:
    """Wide input needs no list of subjects; somebody who stands in it twice is refused all the same."""
    facts = [{"subject": f"s{n}", "verified": n % 2 == 0} for n in range(20)]
    assert batch.run(job(lines(tmp_path / "in", identity_check=facts), tmp_path / "out")) == Summary(20)
    twice = lines(tmp_path / "twice", identity_check=[*facts, facts[3]])
    found = batch.run(job(twice, tmp_path / "out2"))
    assert isinstance(found, Summary)
    assert (found.decided, found.refused) == (19, 1)


def test_one_table_is_decided_alike_in_any_order(tmp_path: Path) -> None:
    """Sorted it goes from file to file in parts, shuffled it is divided by names: the same decisions and refusals."""
    scorecard = book.edition(card.documents())
    drawn = [dict(values) for values in card.applicants(400)]
    wrong = {5: ("age", 17), 6: ("utilisation", 101), 7: ("income", -1), 8: ("housing", "tent"), 9: ("job", "")}
    for number, (name, value) in wrong.items():
        drawn[number][name] = value
    names = [f"s{number:04}" for number in range(len(drawn))]
    names[10], names[11], names[12] = "s0009\x07", "s0010 ü", "s0011/%"
    facts = [
        {"subject": name, **{key.replace("-", "_"): value for key, value in values.items()}}
        for name, values in zip(names, drawn, strict=True)
    ]
    found = {}
    for order, people_ in (("sorted", facts), ("shuffled", random.Random(3).sample(facts, len(facts)))):
        folder = parquet(tmp_path / order, lines(tmp_path / f"{order}-lines", application=people_))
        out = tmp_path / f"{order}-out"
        summary = batch.run(Job(scorecard, DAY, "use", folder, out, part=60))
        assert isinstance(summary, Summary)
        assert (summary.decided, summary.refused) == (394, 6)
        found[order] = sorted(rows(out), key=lambda row: row["subject"]), rows(out, "rejects")
    assert found["sorted"][0] == found["shuffled"][0]
    assert sorted(map(str, found["sorted"][1])) == sorted(map(str, found["shuffled"][1]))
    assert {(row["subject"], row["code"]) for row in found["sorted"][1]} == {
        ("s0005", "out-of-range"),
        ("s0006", "out-of-range"),
        ("s0007", "out-of-range"),
        ("s0008", "unknown-code"),
        ("s0009", "unknown-code"),
        ("s0009\x07", "wrong-type"),
    }
    for row, values in zip(
        found["sorted"][0], [one for n, one in enumerate(facts) if n not in range(5, 11)], strict=True
    ):
        record = {"sources": {"application": {k: v for k, v in values.items() if k != "subject" and v is not None}}}
        decision = evaluate_under(scorecard, record, as_of=DAY, use="use", reading="truth")
        assert isinstance(decision, Decision)
        assert (row["subject"], row["score"], row["band"]) == (values["subject"], decision.score, decision.band)
        reasons = [(row[f"reason_{n}"], row[f"lost_{n}"]) for n in (1, 2, 3, 4) if row[f"reason_{n}"] is not None]
        assert reasons == [(one.rule, one.lost) for one in decision.reasons][:4]


def parquet(folder: Path, source: Path) -> Path:
    """The same tables as Parquet."""
    folder.mkdir()
    for file in source.glob("*.jsonl"):
        duckdb.connect().execute(f"COPY (FROM '{file}') TO '{folder / file.stem}.parquet'")
    return folder


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"identity-check": CHECKED, "contacts": SUBJECTS}, "source `contacts` is excluded by `friends-and-family`"),
        ({"identity-check": CHECKED | {"income": [1, 2]}}, "field `income` of `identity-check` is excluded by"),
        ({"identity-check": CHECKED | {"shoes": [1, 2]}}, "field `shoes` of `identity-check` is not declared"),
        ({"identity-check": SUBJECTS}, "`identity-check` has no column `verified`"),
        ({"identity-check": {"verified": [True]}}, "`identity-check` has no column `subject`"),
        ({"identity-check": CHECKED | {"verified": [1, 2]}}, "column `verified` of `identity-check` must hold true or"),
        ({"subjects": SUBJECTS | {"shoes": [1, 2]}}, "`subjects` has a column `shoes`"),
        ({"court-judgments": {"subject": ["a"]}}, "`court-judgments` has no column `decided_on`"),
    ],
)
def test_a_wrong_table_stops_the_run_before_it_begins(
    tables: dict[str, dict[str, list[Any]]], expected: str, tmp_path: Path
) -> None:
    """A column that is missing, of the wrong type, or that nobody declared is named, and nothing is written."""
    (tmp_path / "in").mkdir()
    for name, columns in tables.items():
        values = ", ".join(f"unnest({value!r}) AS {column}" for column, value in columns.items())
        duckdb.connect().execute(f"COPY (SELECT {values}) TO '{tmp_path / 'in' / name}.parquet'")
    found = batch.run(job(tmp_path / "in", tmp_path / "out"))
    assert not isinstance(found, Summary)
    assert any(problem.sentence.startswith(expected) for problem in found), found
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_a_truncated_file_is_named(sample: Path, tmp_path: Path) -> None:
    """It is said which table cannot be read, and nothing it holds is said."""
    (tmp_path / "in").mkdir()
    for file in sample.glob("*.parquet"):
        data = file.read_bytes()
        (tmp_path / "in" / file.name).write_bytes(data[:-200] if file.stem == "bill-payments" else data)
    (problem,) = batch.run(job(tmp_path / "in", tmp_path / "out"))  # type: ignore[misc]  # a list, not a summary
    assert (
        problem.sentence
        == "the table `bill-payments` cannot be read: `bill-payments.parquet` is broken off or not of its kind"
    )
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_a_folder_that_is_there_is_left_alone(sample: Path, whole: Path) -> None:
    """Nobody's results are overwritten."""
    before = content(whole)
    (problem,) = batch.run(job(sample, whole))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "out-exists"
    assert content(whole) == before


def test_an_unfinished_run_is_not_mixed_with_another(sample: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Parts decided for one use never end up beside parts decided for another."""
    monkeypatch.setattr(batch, "_part", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    batch.run(job(sample, tmp_path / "out"))
    monkeypatch.undo()
    (problem,) = batch.run(job(sample, tmp_path / "out", explain="none"))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "other-run"


def test_the_command_says_what_came_of_it(sample: Path, tmp_path: Path) -> None:
    """One line that counts, and an exit status to go by."""
    given = ["evaluate", "--rulebook", BOOK, "--as-of", str(DAY), "--in", str(sample), "--out"]
    found = CliRunner().invoke(main, [*given, str(tmp_path / "out")])
    assert found.exit_code == 0
    assert found.output.startswith("300 decided, 0 refused\nby an edition ")
    assert found.output.endswith(f"\nwrote {tmp_path / 'out'}\n")
    found = CliRunner().invoke(main, [*given, str(tmp_path / "other"), "--use", "shoes"])
    assert found.exit_code == 2
    found = CliRunner().invoke(main, ["evaluate", "--in", str(sample)])
    assert "a population needs both --in and --out" in found.output
