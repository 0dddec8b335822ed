"""Where a rulebook has a log, only what is in it decides about anybody; who asks for drafts is told so."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.deciding import deciding
from engine.decision import Decision, Refusal
from engine.evaluation import evaluate
from engine.locate import policies_folder
from engine.log.promulgated import folder_of
from engine.log.store import in_folder, read_log
from engine.log.verify import verify
from engine.rulebook import BadRulebook, load_rulebook
from engine.service import create_app
from tests.logs import copied, promulgated, run
from tests.receipted import RECORD

BOOKS = sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml"))


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, promulgated, with a version beside it that is not in its log and takes all points away."""
    found = promulgated(tmp_path_factory.mktemp("deciding"))
    rule = found / "demo" / "rules" / "plan-chosen"
    newest = max(rule.glob("*.yaml"))
    text = newest.read_text("utf-8").replace(f"version: {newest.stem}", "version: 9.0.0")
    text = re.sub(r"in_force: \{from: [0-9-]+", "in_force: {from: 2026-08-01", text)
    part = "{part: {en: all, de: alles, zh-Hans: 全部}, ground: {en: none, de: keiner, zh-Hans: 无}}"
    (rule / "9.0.0.yaml").write_text(f"{text}withheld:\n  - {part}\n", "utf-8")
    return found


def results(policies: Path) -> tuple[Any, Any]:
    """What comes of a record by default, and with drafts."""
    book = load_rulebook(policies / "demo")
    usual, all_ = evaluate(book, RECORD), evaluate(book, RECORD, drafts=True)
    return usual, all_


def test_what_is_not_in_the_log_decides_nothing(policies: Path):
    """A part that is withheld refuses everything; here it is in a version that nobody could have read in the log."""
    usual, all_ = results(policies)
    assert isinstance(usual, Decision)
    assert usual.log == "promulgated"
    assert isinstance(all_, Refusal)
    assert [each.code for each in all_.refusals] == ["withheld"]


@pytest.fixture
def record(tmp_path: Path) -> str:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(RECORD), "utf-8")
    return str(file)


def test_every_command_that_decides_holds_to_it(policies: Path, record: str, tmp_path: Path):
    """Evaluating one, many, a population and as rows arrive, explaining, and the query for elsewhere."""
    lines = tmp_path / "records.jsonl"
    lines.write_text(json.dumps(RECORD) + "\n", "utf-8")
    people = tmp_path / "people"
    people.mkdir()
    (people / "subjects.csv").write_text("subject\nx\n", "utf-8")
    on = ("--rulebook", "demo", "--as-of", "2026-12-15")
    commands: list[tuple[str, ...]] = [
        ("evaluate", record, *on),
        ("evaluate", str(lines), *on),
        ("explain", record, *on),
        ("watch", *on),
        ("evaluate", "--in", str(people), "--out", str(tmp_path / "out"), *on),
    ]
    for command in commands:
        row = json.dumps({"source": "account", "facts": RECORD["sources"]["account"]}) + "\n"
        usual = run(policies, *command, stdin=row)
        assert usual.exit_code == 0, (command, usual.output)
        other = [f"{part}-with-drafts" if part.endswith("/out") else part for part in command]
        drafts = run(policies, *other, "--drafts", stdin=row)
        assert drafts.exit_code == 1, command
        assert "published" in drafts.output, command
    told = run(policies, "evaluate", record, *on, "--format", "json")
    assert json.loads(told.output)["edition"]["log"] == "promulgated"
    assert "in the public log" in run(policies, "evaluate", record, *on).output
    assert "These rules are in the public log." in run(policies, "explain", record, *on, "--lang", "en").output


def test_the_service_holds_to_it(policies: Path):
    book = load_rulebook(policies / "demo")
    client = create_app(lambda: {"demo": book}).test_client()
    answer = client.post("/v1/rulebooks/demo/evaluate?use=pay-later", json=RECORD)
    assert answer.status_code == 200
    assert answer.get_json()["edition"]["log"] == "promulgated"


def test_without_a_log_everything_decides_and_the_decision_says_so(tmp_path: Path):
    book = load_rulebook(copied(tmp_path) / "demo")
    assert deciding(book) is book
    found = evaluate(book, RECORD)
    assert isinstance(found, Decision)
    assert found.log == "no-log"


def test_drafts_that_decide_say_so(tmp_path: Path, policies: Path, record: str):
    """Another version that decides something else: with drafts its result, and that it is not in the log."""
    other = tmp_path / "policies"
    shutil.copytree(policies, other)
    file = other / "demo" / "rules" / "plan-chosen" / "9.0.0.yaml"
    file.write_text(re.sub(r"withheld:\n.*\n", "", file.read_text("utf-8"), count=1), "utf-8")
    _, all_ = results(other)
    assert isinstance(all_, Decision)
    assert all_.log == "not-promulgated"
    on = ("--rulebook", "demo", "--drafts")
    assert "not all of it in the public log" in run(other, "evaluate", record, *on).output
    assert "nobody could have looked them up" in run(other, "explain", record, *on, "--lang", "en").output


def test_a_version_that_was_edited_decides_nothing(tmp_path: Path):
    """Its bytes are not those in the log: without it there is no edition, and that is said."""
    other = promulgated(tmp_path)
    file = other / "demo" / "rules" / "plan-chosen" / "1.0.0.yaml"
    file.write_text(file.read_text("utf-8").replace("points: ", "points: 1", 1), "utf-8")
    found = evaluate(load_rulebook(other / "demo"), RECORD)
    if isinstance(found, Refusal):
        assert [each.code for each in found.refusals] == ["not-promulgated"]
        assert "--drafts" in (found.refusals[0].help or "")
    else:
        assert found.log == "not-promulgated"


def test_a_log_that_does_not_fit_decides_nothing(tmp_path: Path, policies: Path, record: str):
    other = tmp_path / "policies"
    shutil.copytree(policies, other)
    (other / "demo" / "log" / "checkpoint").write_text("nothing\n", "utf-8")
    with pytest.raises(BadRulebook, match="the log cannot be read"):
        evaluate(load_rulebook(other / "demo"), RECORD)
    said = run(other, "evaluate", record, "--rulebook", "demo")
    assert (said.exit_code, "the log cannot be read" in said.output) == (1, True)


@pytest.mark.parametrize("book", BOOKS, ids=lambda folder: folder.name)
def test_shipped_logs_verify(book: Path):
    """Nothing that was promulgated was changed or taken away, and whatever decides is in the log, if there is one."""
    rulebook = load_rulebook(book)
    log = read_log(in_folder(folder_of(rulebook.shelf)))
    if log is None:
        assert not (book / "log" / "tile").exists(), "a log without its checkpoint"
        return
    checks = verify(log, rulebook.shelf)
    assert all(each.holds is not False for each in checks), checks
    assert {each.what for each in checks if each.holds is None} <= {"demonstration", "trusted-key"}
    assert deciding(rulebook) is rulebook


def test_the_letter_command(tmp_path: Path):
    """The letter is made again from the receipt and the person's own file, and from no other."""
    made = promulgated(tmp_path)
    record = tmp_path / "record.json"
    record.write_text(json.dumps(RECORD), "utf-8")
    for lang in ("en", "de"):
        out = ("--out", str(tmp_path / lang))
        run(made, "receipt", str(record), "--rulebook", "demo", "--key", str(tmp_path / "key"), "--lang", lang, *out)
    own, receipt = (str(tmp_path / "de" / name) for name in ("own.json", "receipt.json"))
    done = run(made, "letter", receipt, own, "--out", str(tmp_path / "again.html"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "again.html").read_text("utf-8") == (tmp_path / "de" / "letter.html").read_text("utf-8")
    wrong = run(made, "letter", receipt, str(tmp_path / "en" / "own.json"), "--out", str(tmp_path / "no.html"))
    assert (wrong.exit_code, "for another receipt" in wrong.output) == (1, True)
    assert run(made, "letter", receipt, str(record), "--out", str(tmp_path / "no.html")).exit_code == 1
    assert not (tmp_path / "no.html").exists()
