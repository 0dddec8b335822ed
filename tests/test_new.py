"""`rulebook new`: every document it writes is right once it has been filled in, and it is told until it has."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.check import check
from engine.load import read_shelf
from engine.new import KINDS, wrong_id
from engine.problem import Grade, Problem
from publisher.command import main

DEMO = Path(__file__).parent / "policies" / "good" / "demo"
POLICIES = [kind for kind in KINDS if kind != "rulebook"]


def run(policies: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--policies", str(policies), *arguments], catch_exceptions=False)


def fill_in(file: Path) -> None:
    """Words in place of every gap, and nothing else."""
    file.write_text(file.read_text("utf-8").replace('"…"', '"Some words."'), "utf-8")


def problems_of(file: Path, rulebook: Path) -> list[Problem]:
    """What is wrong with one file of a rulebook."""
    shelf, problems = read_shelf(rulebook)
    assert shelf is not None, problems
    name = file.relative_to(rulebook.parent).as_posix()
    return [each for each in [*problems, *check(shelf)] if each.where is not None and each.where.file == name]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def begun(demo: Path, kind: str) -> Path:
    """A new document of a kind in the demo. It has a score, and an edition has one: for a new one it makes room."""
    if kind == "score":
        shutil.rmtree(demo / "scores")
    assert run(demo.parent, "new", kind, "brand-new").exit_code == 0
    return demo / f"{kind}s" / "brand-new" / "1.0.0.yaml"


@pytest.mark.parametrize("kind", POLICIES)
def test_filled_in_it_has_no_errors(demo: Path, kind: str):
    """Who fills in a form as it is gets it accepted: what comes with it is an example that holds."""
    file = begun(demo, kind)
    fill_in(file)
    assert [each for each in problems_of(file, demo) if each.grade is not Grade.WARNING] == []


@pytest.mark.parametrize("kind", POLICIES)
def test_what_is_left_to_fill_in_is_told(demo: Path, kind: str):
    """Each gap at its place, and nothing else is wrong; a page never shows dots for words because nobody noticed."""
    file = begun(demo, kind)
    found = [each for each in problems_of(file, demo) if each.grade is not Grade.WARNING]
    gaps = sum('"…"}' in line.partition("#")[0] for line in file.read_text("utf-8").splitlines())
    assert {each.code for each in found} == {"not-filled-in"}
    assert len({each.where.line for each in found}) == gaps >= 4
    assert {each.grade for each in found} == {Grade.INCOMPLETE}
    assert run(demo.parent, "check", str(file)).exit_code == 1


def test_the_languages_are_those_of_the_rulebook(demo: Path):
    """A text asks for every language that a reader is promised."""
    assert 'title: {en: "…", zh-Hans: "…", de: "…"}' in begun(demo, "use").read_text("utf-8")


def test_from_nothing_to_a_decision_and_a_website(tmp_path: Path):
    """Seven commands and some words are a rulebook that evaluates and publishes."""
    book = tmp_path / "policies" / "first-steps"
    book.parent.mkdir()
    for kind in ("rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right"):
        id_ = "first-steps" if kind == "rulebook" else f"first-{kind}"
        result = run(book.parent, "new", kind, id_)
        assert result.exit_code == 0, result.output
        written = re.match(r"wrote (\S+);", result.output)
        assert written
        assert Path(written[1]).is_file()
        fill_in(Path(written[1]))
    checked = run(book.parent, "check", "--strict")
    assert checked.output == "first-steps: 7 policies, no problems\n"
    assert checked.exit_code == 0

    shelf, _ = read_shelf(book)
    assert shelf is not None
    start = shelf.policies[0].data["in_force"]["from"]
    record = tmp_path / "record.json"
    record.write_text(json.dumps({"as_of": start, "sources": {"first-source": [{"happened": start, "amount": 5}]}}))
    result = run(book.parent, "evaluate", str(record), "--use", "first-use", "--format", "json")
    assert result.exit_code == 0, result.output
    decision = json.loads(result.output)
    assert (decision["score"], decision["band"]) == (10, "high")
    assert [each["id"] for each in decision["consequences"]] == ["first-use"]

    assert run(book.parent, "publish", "--out", str(tmp_path / "site")).exit_code == 0
    assert (tmp_path / "site" / "first-steps" / "en" / "rules" / "first-rule.html").is_file()


def test_two_rulebooks_need_a_name(demo: Path):
    """Which one is meant is not guessed, unless one of them is the default."""
    assert run(demo.parent, "new", "rulebook", "other").exit_code == 0
    assert run(demo.parent, "new", "exclusion", "noise", "--rulebook", "other", "--stdout").output.startswith("# The")
    assert not (demo.parent / "other" / "exclusions").exists()


@pytest.mark.parametrize(
    ("id_", "sentence"),
    [
        ("Bad Id", "`Bad Id` cannot be an id: write small letters, digits and single hyphens, like `bad-id`"),
        ("my_bills", "`my_bills` cannot be an id: write small letters, digits and single hyphens, like `my-bills`"),
        ("../up", "`../up` cannot be an id: write small letters, digits and single hyphens, like `up`"),
        ("1st", "`1st` cannot be an id: write small letters, digits and single hyphens, like `st`"),
        ("?", "`?` cannot be an id: write small letters, digits and single hyphens, like `bills-paid-on-time`"),
        ("straße", "`straße` cannot be an id: it has the letter ß (LATIN SMALL LETTER SHARP S)"),
        ("a" * 81, "an id has at most 80 characters, and this has 81"),
    ],
)
def test_an_id_that_cannot_be_is_told_at_once(tmp_path: Path, id_: str, sentence: str):
    """Before a file has a name that every later check would complain about."""
    assert wrong_id(id_) == sentence
    result = run(tmp_path, "new", "rulebook", id_)
    assert result.exit_code == 2
    assert sentence in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    """A sentence, not a traceback: here a file is where the folder would be."""
    (tmp_path / "mine").write_text("")
    result = run(tmp_path, "new", "rulebook", "mine")
    assert result.exit_code == 1
    assert "mine/rulebook.yaml cannot be written" in result.output
