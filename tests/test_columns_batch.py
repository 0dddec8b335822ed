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
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from bench import book, card
from engine.batch import run as batch
from engine.batch.run import Job, SoFar, Summary
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


@cache
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


def test_the_number_of_processors_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More people in a part than the database writes at a time, in no order, some refused, by one thread or many."""
    folder = tmp_path / "in"
    folder.mkdir()
    database = duckdb.connect()
    database.execute("CREATE TABLE names AS SELECT 's' || i AS subject, i FROM range(260000) t(i) ORDER BY hash(i)")
    day = "DATE '2026-11-01' + (i % 50)::INTEGER AS verified_on"
    checked = database.table("names").project(f"subject, i % 3 = 0 AS verified, {day}")
    checked.write_parquet(str(folder / "identity-check.parquet"))
    database.table("names").project("subject").write_parquet(str(folder / "subjects.parquet"))
    found = []
    for count in (1, 3):
        monkeypatch.setattr(batch, "cores", lambda count=count: count)
        out = tmp_path / f"out-{count}"
        summary = batch.run(job(folder, out, part=500_000, explain="none"))
        assert isinstance(summary, Summary)
        assert (summary.decided, summary.codes) == (234_000, {"future-date": 26_000})
        found.append(content(out))
    assert found[0] == found[1]


def test_rows_in_no_order_are_put_in_order_when_there_are_many_parts(sample: Path, whole: Path, tmp_path: Path) -> None:
    """Else each part would look through the whole table; a few parts may."""
    folder = tmp_path / "in"
    folder.mkdir()
    for file in sample.glob("*.parquet"):
        duckdb.connect().execute(f"COPY (FROM '{file}' ORDER BY hash(subject)) TO '{folder / file.name}'")
    for part, staged in ((10, {"subjects", "bill-payments"}), (60, set())):
        out, seen = tmp_path / f"out-{part}", list[SoFar]()
        batch.run(job(folder, out, part=part), seen.append)
        ordered = {one.ordering for one in seen if one.ordering}
        assert staged <= ordered if staged else not ordered
        assert [one for one in seen if not one.ordering][-1] == SoFar(PEOPLE // part, PEOPLE // part, PEOPLE)
        assert rows(out) == rows(whole)


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
        if out.exists():  # this machine was quicker
            break
    else:
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
    assert problem.sentence == "the table `bill-payments` cannot be read: `bill-payments.parquet` is broken off"
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


def test_a_folder_that_is_there_is_left_alone(sample: Path, whole: Path) -> None:
    """Nobody's results are overwritten."""
    before = content(whole)
    (problem,) = batch.run(job(sample, whole))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "out-exists"
    assert content(whole) == before


def test_an_unfinished_run_is_not_mixed_with_another(sample: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Parts decided for one use never end up beside parts for another; before the first one, nothing is lost."""
    part, calls = batch._part, iter(range(99))

    def full(*given: Any) -> Any:
        if next(calls) in {0, 2}:
            raise OSError(errno.ENOSPC, "full")
        return part(*given)

    monkeypatch.setattr(batch, "cores", lambda: 1)
    monkeypatch.setattr(batch, "_part", full)
    batch.run(job(sample, tmp_path / "out", part=100))
    batch.run(job(sample, tmp_path / "out", part=100, explain="none"))
    monkeypatch.undo()
    (problem,) = batch.run(job(sample, tmp_path / "out", part=100))  # type: ignore[misc]  # a list, not a summary
    assert problem.code == "other-run"
    assert batch.run(job(sample, tmp_path / "out", part=100, explain="none")) == Summary(PEOPLE)


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
    found = CliRunner().invoke(main, [*given, str(tmp_path / "other"), "--format", "json"])
    assert "--format is not for a population" in found.output
    found = CliRunner().invoke(main, ["evaluate", "--explain", "none", "-"])
    assert "--explain is for a population" in found.output
    folder = lines(tmp_path / "in", subjects=[{"subject": "a"}, {"subject": "a"}])
    found = CliRunner().invoke(
        main, ["evaluate", "--rulebook", BOOK, "--in", str(folder), "--out", str(tmp_path / "o")]
    )
    assert found.exit_code == 1
    assert found.output.startswith("0 decided, 1 refused\n  duplicate-subject: 1 subject\n")
    assert f"who was refused, where and why: {tmp_path / 'o' / 'rejects'}\n" in found.output


# ------------------------------------------------------------------------------------------- files as people have them

WHO = "subject\na\nb\n"
PEOPLE_ONLY: dict[str, str | bytes] = {"subjects.csv": WHO}
CHECKS = "subject,verified,verified_on\na,true,2026-01-01\nb,false,\n"


def files(folder: Path, given: dict[str, str | bytes]) -> Path:
    """A folder of files with these contents."""
    for name, content_ in given.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content_.encode() if isinstance(content_, str) else content_)
    return folder


@pytest.mark.parametrize(
    "given",
    [
        {"subjects.csv": "\ufeff" + WHO, "identity-check.csv": "\ufeff" + CHECKS},
        {"subjects.csv": WHO.replace("\n", "\r\n"), "identity-check.csv": CHECKS.replace("\n", "\r\n")},
        {"subjects.csv": WHO + "\n\n", "identity-check.csv": CHECKS + "\n"},
        {"subjects.csv": WHO.strip(), "identity-check.csv": CHECKS.strip()},
        {"subjects.csv": '"subject"\n"a"\n"b"\n', "identity-check.csv": '"subject","verified"\n"a","true"\n'},
        {"subjects.CSV": WHO, "identity-check.CSV": CHECKS},
        {"subjects.csv": WHO, "identity-check/1.csv": CHECKS, "identity-check/2.csv": "subject,verified\n"},
        {"subjects.jsonl": '{"subject": "a"}\r\n\r\n{"subject": 7}\r\n', "identity-check.jsonl": "\n"},
    ],
    ids=["mark", "crlf", "empty lines", "no last end", "quotes", "capitals", "folder", "json"],
)
def test_a_table_may_be_written_in_many_ways(given: dict[str, str | bytes], tmp_path: Path) -> None:
    """Spreadsheets begin with a mark, end lines with two signs, and leave an empty one at the end."""
    assert batch.run(job(files(tmp_path / "in", given), tmp_path / "out")) == Summary(2)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"identity-check.csv": CHECKS + "c,true,2026-01-01,x\n"}, "has in line 4 not as many columns as in its first"),
        ({"identity-check.csv": CHECKS + "c\n"}, "has in line 4 not as many columns as in its first (1, not 3)"),
        (
            {"identity-check.csv": "about these people\n\n" + CHECKS},
            "has in line 3 not as many columns as in its first",
        ),
        ({"identity-check.csv": CHECKS.replace(",", ";")}, "has `;` between its columns, where CSV has commas"),
        ({"identity-check.csv": ""}, "has no first line with the names of its columns"),
        ({"identity-check.csv": "subject,verified,Verified\n"}, "has two columns `verified`"),
        ({"identity-check.csv": 'subject,verified\na,"tr"ue\n'}, "has a quotation mark out of place (line 2)"),
        ({"identity-check.csv": "subject,verified\r\na,true\nb,true\r\n"}, "has lines that end in different ways"),
        ({"identity-check.csv": "subject,verified\nm\xfc,true\n".encode("latin-1")}, "is not UTF-8 (line 2)"),
        ({"identity-check.csv.gz": CHECKS}, "is not compressed with gzip"),
        ({"identity-check.jsonl": '{"subject": "a", "verified": true}\n5\n'}, "has a line that is no object (line 2)"),
        ({"identity-check.jsonl": '{"subject": "a", "verified": true}\n[]\n'}, "has a line that is no object (line 2)"),
        ({"identity-check.jsonl": '{"subject": "a", "verified": true, "verified": false}'}, "has a name twice in one"),
        ({"identity-check.jsonl": '{"subject": "a"}\n{"subje'}, "is not JSON, one object a line (line 2)"),
        ({"identity-check.jsonl": '\ufeff{"subject": "a"}\n'}, "begins with a byte order mark, which JSON must not"),
        ({"identity-check.parquet": CHECKS}, "is not Parquet"),
        ({"identity-check.parquet": ""}, "is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    table: dict[str, str | bytes], expected: str, tmp_path: Path
) -> None:
    """The table, the file, what is wrong and the line, no value, and nothing is left that would be in the way."""
    (problem,) = batch.run(job(files(tmp_path / "in", PEOPLE_ONLY | table), tmp_path / "out"))  # type: ignore[misc]  # a list, not a summary
    start = f"the table `identity-check` cannot be read: `{next(iter(table))}` "
    assert problem.sentence.startswith(start + expected)
    assert [one.name for one in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"identity-check.xlsx": "PK"}, "`identity-check.xlsx` is not a table"),
        (
            {"identity-check/1.csv": CHECKS, "identity-check/notes.txt": "hi"},
            "`identity-check/notes.txt` is not a table",
        ),
        ({"identity-check/1.csv": CHECKS, "identity-check/2.jsonl": ""}, "`identity-check` has files of several kinds"),
        ({"identity-check/.hidden": ""}, "`identity-check` has no files"),
        ({"identity-check.csv": CHECKS, "identity-check.jsonl": ""}, "there are two tables of `identity-check`"),
        ({"identity-checks.csv": CHECKS}, "source `identity-checks` is not declared"),
    ],
)
def test_what_is_no_table_is_named(given: dict[str, str | bytes], expected: str, tmp_path: Path) -> None:
    """Nothing in the folder is passed over in silence."""
    (problem,) = batch.run(job(files(tmp_path / "in", PEOPLE_ONLY | given), tmp_path / "out"))  # type: ignore[misc]  # a list, not a summary
    assert problem.sentence == expected


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        ("SELECT 1.5::DOUBLE AS subject", "column `subject` of `subjects` must hold text or whole numbers, DOUBLE"),
        (
            "SELECT 'a' AS subject, 1 AS \"identity-check\"",
            "column `identity-check` of `subjects` must hold true or false, INTEGER",
        ),
    ],
)
def test_a_column_of_the_wrong_type_is_named_with_its_type(subjects: str, expected: str, tmp_path: Path) -> None:
    """Whoever made the table knows it by its type."""
    (tmp_path / "in").mkdir()
    duckdb.connect().execute(f"COPY ({subjects}) TO '{tmp_path / 'in' / 'subjects.parquet'}'")
    (problem,) = batch.run(job(tmp_path / "in", tmp_path / "out"))  # type: ignore[misc]  # a list, not a summary
    assert f"{problem.sentence}, {str(problem.help).removeprefix('its type is ')}" == expected


def test_who_has_no_name_is_counted(tmp_path: Path) -> None:
    """What is neither text nor a whole number names nobody; an empty name in quotation marks is one that is missing."""
    names: list[Any] = ["a", 7, 2.0, True, []]
    found = batch.run(job(lines(tmp_path / "in", subjects=[{"subject": one} for one in names]), tmp_path / "out"))
    assert isinstance(found, Summary)
    assert (found.decided, found.strays) == (2, 3)
    found = batch.run(job(files(tmp_path / "csv", {"subjects.csv": 'subject\na\n""\n\n'}), tmp_path / "out2"))
    assert isinstance(found, Summary)
    assert (found.decided, found.strays) == (1, 1)


def test_a_date_that_no_record_can_say_is_refused(tmp_path: Path) -> None:
    """Before the year 1, and without end: Parquet can hold them."""
    (tmp_path / "in").mkdir()
    rows_ = ", ".join(
        f"('{who}', true, '{day}'::DATE)" for who, day in (("a", "-infinity"), ("b", "infinity"), ("c", "0001-01-01"))
    )
    table = f"VALUES {rows_}) t(subject, verified, verified_on"
    duckdb.connect().execute(f"COPY (FROM ({table})) TO '{tmp_path / 'in' / 'identity-check.parquet'}'")
    found = batch.run(job(tmp_path / "in", tmp_path / "out"))
    assert isinstance(found, Summary)
    assert (found.decided, found.codes) == (1, {"future-date": 1, "wrong-type": 1})


def test_the_result_does_not_go_into_the_input(tmp_path: Path) -> None:
    """It would be a table of the next run."""
    folder = files(tmp_path / "in", {"subjects.csv": WHO})
    (problem,) = batch.run(job(folder, folder / "out"))  # type: ignore[misc]  # a list, not a summary
    assert problem.sentence == f"`{folder / 'out'}` lies in the folder that is read"
    assert [one.name for one in folder.iterdir()] == ["subjects.csv"]
