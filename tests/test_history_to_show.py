"""The four changes that fair-civic-trust was given to show, told by `rulebook diff`; and what cannot be told."""

from __future__ import annotations

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.rulebook import edition, load_rulebook
from engine.sides import side
from publisher.command import main

BOOK = "fair-civic-trust"
SHIPPED = Path(__file__).resolve().parents[1] / "policies"
FIRST, PATCHED, KINDER, DRAFTS = (f"{BOOK}@{when}" for when in ("2026-12-01", "2027-02-01", "2027-04-01", "drafts"))
FRAUD = "Points for “Judgment for fraud” fall from −120 to −140"
FLOOR = "The group “court judgments” of “Civic trust score” can take away more points"
Told = dict[str, Any]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


@cache
def told(before: str, after: str) -> Told:
    """What a change is said to do, with the proof."""
    result = run("diff", before, after, "--format", "json")
    assert result.exit_code == 0, result.output
    found: Told = json.loads(result.stdout)
    return found


def said(change: Told, grade: str) -> list[str]:
    """The sentences of a grade, without what every version brings with it."""
    return [one["sentence"] for one in change["edits"] if one["grade"] == grade and not one["usual"]]


# -------------------------------------------------------------------------------------------------------- the changes


def test_the_first_edition_is_all_of_one_number():
    """Nothing came before it, so nothing is a change."""
    found = edition(load_rulebook(BOOK), date(2026, 12, 1))
    assert found is not None
    assert {data["version"] for data in found.raw.values()} == {"1.0.0"}
    assert {data["change"]["kind"] for data in found.raw.values()} == {"new"}


@pytest.mark.parametrize(
    ("before", "after"),
    [(FIRST, PATCHED), ("rules/items-returned@1.0.0", "rules/items-returned@1.0.1")],
    ids=["edition", "policy"],
)
def test_the_patch_is_proved_to_change_nothing(before: str, after: str):
    """A clearer sentence: about words only, and no record gets another result."""
    change = told(before, after)
    assert {grade: n for grade, n in change["counts"].items() if n} == {"editorial": change["counts"]["editorial"]}
    proof = change["proof"]
    assert (proof["claim"], proof["equivalent"], proof["verdict"]) == ("patch", "yes", "equivalent")
    assert (proof["rise"], proof["fall"], proof["worse"], proof["not_proved"]) == (0, 0, None, [])
    for gate in ("weakens", "worse-off", "major"):
        assert run("diff", before, after, "--fail-on", gate, *no_proof(gate)).exit_code == 0


def no_proof(gate: str) -> list[str]:
    return ["--no-proof"] if gate == "weakens" else []


def test_the_minor_version_leaves_nobody_worse_off():
    """From 15 to 25 points for nine bills out of ten, and a promise that covers more."""
    change = told(PATCHED, KINDER)
    assert change["counts"]["weakens"] == change["counts"]["neutral"] == 0
    better = said(change, "strengthens")
    assert better[0].startswith("Points for “Bills paid on time” rise from 15 to 25 if the share of bills paid on time")
    assert all(each.startswith("The exclusion “What others think of you” ") for each in better[1:])
    assert len(better) == 11
    proof = change["proof"]
    assert (proof["claim"], proof["nobody_worse"], proof["verdict"]) == ("minor", "yes", "more-favourable")
    assert (proof["rise"], proof["fall"], proof["worse"]) == (10, 0, None)
    assert {one["kind"] for one in proof["effects"] if one["happens"] == "yes" and one["worse"]} == set()


def test_the_draft_would_leave_somebody_worse_off():
    """Longer keeping, more points for fraud, a deeper floor, and with it a lower range: a major version."""
    change = told(KINDER, DRAFTS)
    assert said(change, "weakens") == [
        "Retention of “Rent and household bills” grows from 2 years to 3 years.",
        f"{FRAUD} if the number of final judgments for fraud is at least 1.",
        f"{FLOOR}: it now stops at −170 instead of −150.",
        "The lowest score falls from 350 to 330.",
    ]
    assert said(change, "strengthens") == []
    proof = change["proof"]
    assert (proof["claim"], proof["nobody_worse"], proof["fall"]) == ("major", "no", -20)


def test_the_person_who_would_be_worse_off_is_one():
    """Run through both versions again: the same record, and less of a score."""
    person = told(KINDER, DRAFTS)["proof"]["worse"]
    assert person["after"]["score"] < person["before"]["score"]
    for name, outcome in ((KINDER, person["before"]), (DRAFTS, person["after"])):
        under = side(name, SHIPPED).edition
        day = date.fromisoformat(told(KINDER, DRAFTS)["proof"]["as_of"])
        decided = evaluate_under(under, person["record"], as_of=day, use="loan-offer", reading="truth")
        assert isinstance(decided, Decision), decided
        assert (decided.score, decided.band) == (outcome["score"], outcome["band"])


@pytest.mark.parametrize(
    ("policy", "because"),
    [
        ("sources/bill-payments", "Retention of “Rent and household bills” grows from 2 years to 3 years."),
        ("rules/fraud-judgment", FRAUD),
        ("scores/civic-trust", "The lowest score falls from 350 to 330."),
    ],
)
def test_each_draft_is_major_by_itself(policy: str, because: str):
    change = told(f"{policy}@1.0.0", f"{policy}@2.0.0")
    assert change["proof"]["claim"] == "major"
    assert any(each.startswith(because) for each in said(change, "weakens"))


def test_every_draft_says_until_when_it_is_open_for_comment():
    """On its own line, where the website and the feeds find it, and not in a sentence that grows old."""
    drafts = load_rulebook(BOOK).shelf.drafts
    assert len(drafts) == 3
    assert {draft.data["comment_until"] for draft in drafts} == {"2027-06-30"}
    assert not any("comment" in draft.data["change"]["why"]["en"] for draft in drafts)


def test_check_agrees_with_every_number():
    """No version claims less than the proof finds."""
    result = run("check", str(SHIPPED / BOOK))
    assert result.exit_code == 0, result.output
    assert "says that nobody" not in result.output


# ------------------------------------------------------------------------------------------------ what cannot be told


@pytest.fixture
def withheld(tmp_path: Path) -> tuple[str, str]:
    """A rulebook that no longer publishes a part of a rule, and the one before."""
    for name in ("before", "after"):
        shutil.copytree(SHIPPED / BOOK, tmp_path / name / BOOK)
    file = tmp_path / "after" / BOOK / "rules" / "fraud-judgment" / "1.0.0.yaml"
    text = file.read_text("utf-8")
    part = (
        "withheld:\n  - part: {en: The points., zh-Hans: 分值。}\n    ground: {en: They are secret., zh-Hans: 保密。}\n"
    )
    file.write_text(text.replace("authority:\n", f"{part}authority:\n", 1), "utf-8")
    return str(tmp_path / "before" / BOOK), str(tmp_path / "after" / BOOK)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_policy_that_cannot_be_proved_is_named(withheld: tuple[str, str], form: str):
    """What was left out is said, in place of a proof that would hold for the rest only."""
    result = run("diff", *withheld, "--format", form)
    assert result.exit_code == 0, result.output
    assert "“Judgment for fraud” is not published in full, so nothing is scored" in result.stdout
    assert "Nobody gets a worse score, band or consequence." not in result.stdout
    assert "No record can get another result." not in result.stdout


@pytest.mark.parametrize("gate", ["worse-off", "major", "weakens", "any"])
def test_what_was_not_proved_passes_no_gate(withheld: tuple[str, str], gate: str):
    assert run("diff", *withheld, "--fail-on", gate, *no_proof(gate)).exit_code == 1


def test_the_same_folder_twice_is_a_slip(withheld: tuple[str, str]):
    """Two folders with the same content are not: that is what most pull requests are."""
    folder = withheld[0]
    result = run("diff", folder, f"{folder}/.")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "are the same edition" in result.stderr
