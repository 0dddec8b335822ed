"""Version numbers that claim less than the proof finds are errors of `check`, with a person who shows it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli import main
from engine.decision import Decision
from engine.load import Document, read_shelf
from engine.locate import policies_folder
from engine.overclaims import overclaims
from engine.problem import Grade, Problem
from engine.proofs import replay
from engine.rulebook import edition, load_rulebook
from tests.strategies import written

RULE = "rules/bills-paid-on-time"
Edit = Callable[[str], str]


def book(tmp_path: Path) -> Path:
    """A copy of fair-civic-trust without its later history."""
    folder = tmp_path / "fair-civic-trust"
    shutil.copytree(policies_folder() / "fair-civic-trust", folder)
    for later in folder.glob("*/*/*.yaml"):
        if later.name != "1.0.0.yaml":
            later.unlink()
    return folder


def add(folder: Path, policy: str, version: str, *edits: tuple[str, str]) -> None:
    """The next version of a policy, in force from 1 April 2027, with some words replaced."""
    text = (folder / policy / "1.0.0.yaml").read_text("utf-8").replace("version: 1.0.0", f"version: {version}", 1)
    text = re.sub(r"from: \d{4}-\d\d-\d\d", "from: 2027-04-01", text, count=1).replace("kind: new", "kind: amend", 1)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / policy / f"{version}.yaml").write_text(text, "utf-8")


def found(folder: Path) -> list[Problem]:
    shelf, problems = read_shelf(folder)
    assert shelf is not None, problems
    return overclaims(shelf)


RAISED = ('">= 0.98", 90]', '">= 0.98", 95]')
LOWERED = ('">= 0.98", 90]', '">= 0.98", 85]')
EXAMPLES = 2
WORDS = ("Bills paid on time", "Bills on time")


@pytest.mark.parametrize(
    ("version", "edit", "needed"),
    [
        ("1.0.1", WORDS, None),
        ("1.0.1", RAISED, "minor"),
        ("1.1.0", RAISED, None),
        ("1.0.1", LOWERED, "major"),
        ("1.1.0", LOWERED, "major"),
        ("2.0.0", LOWERED, None),
    ],
)
def test_a_number_claims_at_least_what_is_proved(
    tmp_path: Path, version: str, edit: tuple[str, str], needed: str | None
) -> None:
    """Patch is nobody, minor is nobody worse off, and major may be anything."""
    folder = book(tmp_path)
    add(folder, RULE, version, edit)
    problems = found(folder)
    assert [one.facts["needed"] for one in problems] == ([needed] if needed else [])
    assert all(one.code == "claims-less" and one.grade is Grade.ERROR for one in problems)


def test_the_person_is_printed_and_is_worse_off(tmp_path: Path) -> None:
    """The record in the message, run through both editions, has the scores in the message."""
    folder = book(tmp_path)
    add(folder, RULE, "1.1.0", LOWERED, *[("points: 90", "points: 85")] * EXAMPLES)
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 1
    assert "version 1.1.0 after 1.0.0 says that nobody is worse off, but somebody is worse off" in result.output
    assert "help: call it 2.0.0. Example: " in result.output
    record = json.loads(result.output.split("Their record: ")[1].splitlines()[0])
    rulebook = load_rulebook(folder)
    scores = []
    for day in (date(2027, 3, 1), date(2027, 4, 1)):
        under = edition(rulebook, day)
        assert under is not None
        decision = replay(under, record, date(2027, 4, 1), next(iter(under.uses)))
        assert isinstance(decision, Decision)
        scores.append(decision.score)
    assert scores[0] - scores[1] == 5
    assert f"score {scores[0]}" in result.output.lower()


def test_of_several_changes_on_one_day_only_those_that_claim_too_little_are_named(tmp_path: Path) -> None:
    """Another policy may be major on the same day without making this one so, or excusing it."""
    folder = book(tmp_path)
    add(folder, RULE, "1.0.1", WORDS)
    add(folder, "rules/fraud-judgment", "2.0.0", ("-120", "-130"))
    assert found(folder) == []
    add(folder, "rules/loans-repaid-on-time", "1.1.0", ("120]", "110]"))
    assert [one.where.file.split("/")[2] for one in found(folder) if one.where] == ["loans-repaid-on-time"]


def test_longer_keeping_and_a_narrower_exclusion_are_major(tmp_path: Path) -> None:
    folder = book(tmp_path)
    add(folder, "sources/bill-payments", "1.1.0", ("P24M", "P36M"))
    assert [one.facts["needed"] for one in found(folder)] == ["major"]
    assert "kept longer" in found(folder)[0].sentence


def test_what_was_not_decided_is_a_warning(tmp_path: Path) -> None:
    """Out of time is never a pass, and never an accusation."""
    folder = book(tmp_path)
    add(folder, RULE, "1.1.0", LOWERED)
    shelf, _ = read_shelf(folder)
    assert shelf is not None
    problems = overclaims(shelf, seconds=0.0)
    assert [(one.code, one.grade) for one in problems] == [("claim-undecided", Grade.WARNING)]


def test_the_shipped_rulebooks_claim_enough() -> None:
    for name in ("fair-civic-trust", "schufa-2026"):
        assert found(policies_folder() / name) == []


@pytest.mark.parametrize("number", ["1.0.1", "1.8.0"])
def test_none_of_the_shipped_drafts_could_be_less_than_major(number: str) -> None:
    """In force under a smaller number each of the three would be refused."""
    shelf = load_rulebook("fair-civic-trust").shelf
    smaller = [renumbered(one, number) for one in shelf.drafts]
    problems = overclaims(replace(shelf, policies=(*shelf.policies, *smaller), drafts=()))
    refused = {one.where.file.split("/")[2] for one in problems if one.where is not None and one.code == "claims-less"}
    assert refused == {"bill-payments", "fraud-judgment", "civic-trust"}
    assert {one.facts["needed"] for one in problems} == {"major"}


def renumbered(draft: Document, number: str) -> Document:
    """A draft as a version in force."""
    data = {name: value for name, value in draft.data.items() if name != "comment_until"}
    folder = f"fair-civic-trust/{data['kind']}s/{data['id']}"
    return written({**data, "version": number}, f"{folder}/{number}.yaml")


ENDS = ("in_force: {from: 2027-04-01}", "in_force: {from: 2027-04-01, until: 2028-03-31}")


@pytest.mark.parametrize(
    ("policy", "version", "edits", "needed", "words"),
    [
        ("exclusions/purchases", "1.0.1", [ENDS], "major", "a promise covers less"),
        ("rights/contest-a-row", "1.1.0", [ENDS], "major", "people can do less about it"),
        ("rights/contest-a-row", "1.0.1", [("kind: amend", "kind: repeal")], "major", "people can do less about it"),
        ("exclusions/purchases", "1.1.0", [("kind: amend", "kind: repeal")], "major", "a promise covers less"),
    ],
)
def test_what_ends_or_is_repealed_is_no_smaller_change(
    tmp_path: Path, policy: str, version: str, edits: list[tuple[str, str]], needed: str, words: str
) -> None:
    """A promise that is over on a day, or from now on, protects less, whatever its number says."""
    folder = book(tmp_path)
    add(folder, policy, version, *edits)
    problems = [one for one in found(folder) if one.code == "claims-less"]
    assert problems
    assert problems[0].facts["needed"] == needed
    assert words in problems[0].sentence


def test_values_that_are_refused_are_no_patch_and_never_proved_harmless(tmp_path: Path) -> None:
    """A record that was decided upon and is refused gets another result."""
    folder = book(tmp_path)
    add(folder, "sources/bill-payments", "1.0.1", ("    least: 0\n", "    least: 0\n    greatest: 100\n"))
    problems = {one.code: one for one in found(folder)}
    assert problems["claims-less"].facts["needed"] == "minor"
    assert "records that were taken are refused" in problems["claims-less"].sentence
    assert "takes-less" in str(problems["claim-undecided"].help)


def test_a_patch_that_is_worse_for_somebody_is_told_so_at_once(tmp_path: Path) -> None:
    """Also where somebody else gains: the person who is shown is one who loses."""
    folder = book(tmp_path)
    add(folder, "measures/bills-paid-on-time-share", "1.0.1", ("within: P24M", "within: P12M"))
    (problem,) = found(folder)
    assert (problem.facts["needed"], "somebody is worse off" in problem.sentence) == ("major", True)


def test_a_draft_is_held_to_its_number(tmp_path: Path) -> None:
    """People comment on what it says it is."""
    folder = book(tmp_path)
    add(folder, RULE, "1.1.0", LOWERED)
    (folder / RULE / "drafts").mkdir()
    (folder / RULE / "1.1.0.yaml").rename(folder / RULE / "drafts" / "1.1.0.yaml")
    (problem,) = found(folder)
    assert problem.where is not None
    assert "drafts" in problem.where.file
    assert problem.facts["needed"] == "major"


def test_a_person_whose_benefit_is_lost_is_told_so(tmp_path: Path) -> None:
    folder = book(tmp_path)
    add(folder, "uses/deposit-free-rental", "1.0.1", ("at_least: good", "at_least: strong"))
    (problem,) = found(folder)
    assert "No longer follows: “No deposit is asked for”." in str(problem.help)


def test_a_band_by_another_name_is_weighed_by_people(tmp_path: Path) -> None:
    """Whether it is a better one the engine cannot know; one between two others it can."""
    folder = book(tmp_path)
    add(folder, "scores/civic-trust", "1.1.0", ("id: average", "id: fair"))
    assert [one.code for one in found(folder)] == ["claim-undecided"]
    (folder / "scores/civic-trust/1.1.0.yaml").unlink()
    between = """  - id: watched
    from: 550
    to: 599
    title: {en: watched, zh-Hans: 受关注}
  - id: average
    from: 600
"""
    add(folder, "scores/civic-trust", "1.1.0", ("  - id: average\n    from: 550\n", between))
    (problem,) = found(folder)
    assert (problem.code, problem.facts["needed"]) == ("claims-less", "major")
