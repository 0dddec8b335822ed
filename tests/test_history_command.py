"""`rulebook history` and `rulebook editions`: what became of every version, in every language, as text and as data."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.cli import main
from engine.editions import changes
from engine.history import issues, versions
from engine.rulebook import edition, load_rulebook
from engine.versions import Status

GOOD = Path(__file__).resolve().parent / "policies" / "good"
FRAUD, ON_TIME = "fraud-judgment", "bills-paid-on-time"
LANGUAGES = {"en": "fair-civic-trust", "zh-Hans": "fair-civic-trust", "de": "schufa-2026"}


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def said(*args: str) -> Any:
    result = run(*args, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def became(policy: str, day: str, *more: str) -> dict[str, str]:
    """What became of each version by a day."""
    return {one["version"]: one["status"] for one in said(*more, "history", policy, "--as-of", day)["versions"]}


# ----------------------------------------------------------------------------------------------------------- history


def test_a_version_is_to_come_then_in_force_then_replaced():
    assert became(ON_TIME, "2027-03-31") == {"1.1.0": "coming", "1.0.0": "in-force"}
    assert became(ON_TIME, "2027-04-01") == {"1.1.0": "in-force", "1.0.0": "superseded"}
    assert said("history", ON_TIME, "--as-of", "2027-04-01")["versions"][1]["until"] == "2027-03-31"


@pytest.mark.parametrize(("day", "still"), [("2027-06-30", True), ("2027-07-01", False)])
def test_comments_on_a_draft_close_after_their_last_day(day: str, still: bool):
    """The day that is named is the last one on which somebody may write."""
    draft = said("history", FRAUD, "--as-of", day)["versions"][0]
    assert (draft["version"], draft["status"]) == ("2.0.0", "draft")
    assert draft["comments"] == {"open": still, "until": "2027-06-30"}
    words = run("history", FRAUD, "--as-of", day).stdout
    assert ("draft, open for comment until 30 June 2027" in words) is still
    assert ("draft, closed for comment after 30 June 2027" in words) is not still


def test_a_draft_without_a_closing_date_stays_open(demo: Path):
    edit(demo / "rules" / "paid-on-time" / "drafts" / "2.0.0.yaml", "comment_until: 2027-09-30\n", "")
    draft = said("--policies", str(demo.parent), "history", "paid-on-time", "--as-of", "2040-01-01")["versions"][0]
    assert draft["comments"] == {"open": True, "until": None}


def test_a_repeal_is_the_end_of_a_policy():
    """The version before it was repealed; the repeal itself is never in force."""
    policies = ("--policies", str(GOOD))
    assert became("hotline", "2026-06-30", *policies) == {"2.0.0": "coming", "1.0.0": "in-force"}
    assert became("hotline", "2026-07-01", *policies) == {"2.0.0": "repeal", "1.0.0": "repealed"}
    assert became("winter-plan", "2027-04-01", *policies) == {"1.0.0": "ended"}


def test_a_misprint_put_right_on_the_same_day_was_never_in_force(demo: Path):
    """Both versions stay in the history, and only one has days."""
    rule = demo / "rules" / "paid-on-time"
    text = (rule / "1.1.0.yaml").read_text("utf-8")
    corrected = text.replace("version: 1.1.0", "version: 1.1.1").replace("kind: amend", "kind: correct")
    (rule / "1.1.1.yaml").write_text(corrected, "utf-8")
    words = run("--policies", str(demo.parent), "history", "paid-on-time", "--as-of", "2026-08-01").stdout
    assert "Version 1.1.1: in force" in words
    assert "Version 1.1.0: replaced by version 1.1.1" in words
    assert "Never in force: another version begins on the same day, 1 July 2026." in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_can_become_of_a_version_has_words(lang: str):
    """And no language falls back on another."""
    from engine.readings.prose.words import rows  # noqa: PLC0415

    keys = {key for key in rows(lang) if key.startswith("history.status.")}
    wanted = {str(one) for one in Status if one is not Status.DRAFT} | {"open", "open_until", "closed"}
    assert keys == {f"history.status.{one}" for one in wanted}


def test_every_status_agrees_with_the_edition_of_the_day():
    """A version is said to be in force exactly on the days on which its edition has it."""
    for book in (load_rulebook("fair-civic-trust"), load_rulebook("demo", policies=GOOD)):
        for day in (*changes(book.shelf.policies), date(2030, 1, 1)):
            found = edition(book, day)
            assert found is not None
            for kind, id_ in {(one.data["kind"], one.data["id"]) for one in book.shelf.policies}:
                told = versions(book, kind, id_, day)
                now = [one.document.data for one in told if one.status is Status.IN_FORCE]
                assert now == ([found.raw[kind, id_]] if (kind, id_) in found.raw else [])
                begun = [one for one in told if one.status is Status.IN_FORCE]
                assert all(one.from_ <= day and (one.until is None or day <= one.until) for one in begun)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("nobody",), "has no policy `nobody`"),
        ((f"{FRAUD}@2.0.0",), "names a version; a history has them all"),
        ((FRAUD, "--rulebook", "nobody"), "there is no rulebook `nobody`"),
        ((FRAUD, "--lang", "fr"), "is written in en, zh-Hans"),
        ((FRAUD, "--as-of", "tomorrow"), "is not a date"),
    ],
)
def test_what_has_no_history_is_said(args: tuple[str, ...], message: str):
    result = run("history", *args)
    assert result.exit_code != 0
    assert message in result.stderr
    assert result.stdout == ""


# ---------------------------------------------------------------------------------------------------------- editions


def test_every_edition_is_named_by_its_day_and_its_fingerprint():
    """The newest first, without a gap, each with the fingerprint that decisions under it carry."""
    book = load_rulebook("fair-civic-trust")
    told = said("editions", "fair-civic-trust")["editions"]
    assert [one["edition"] for one in told] == ["2027-04-01", "2027-02-01", "2026-12-01"]
    assert [one["until"] for one in told] == [None, "2027-03-31", "2027-01-31"]
    for one in told:
        found = edition(book, date.fromisoformat(one["edition"]))
        assert found is not None
        assert one["digest"] == found.digest


def test_an_edition_says_what_is_new_in_it_and_what_is_gone():
    told = {
        one["edition"]: one for one in said("--policies", str(GOOD), "editions", "demo", "--lang", "de")["editions"]
    }
    july = told["2026-07-01"]
    assert [(one["id"], one["version"], one["change"]["kind"]) for one in july["new"]] == [
        ("paid-on-time", "1.1.0", "amend")
    ]
    assert [one["id"] for one in july["gone"]] == ["hotline"]
    assert [one["id"] for one in told["2027-04-01"]["gone"]] == ["winter-plan"]
    book = load_rulebook("demo", policies=GOOD)
    first = edition(book, date(2026, 1, 1))
    assert first is not None
    assert len(told["2026-01-01"]["new"]) == len(first.raw)


def test_what_was_not_known_is_left_out():
    """As somebody could have listed them on that day; without a log, a version is known from its first day on."""
    demo = ("--policies", str(GOOD), "editions", "demo")
    told = said(*demo, "--known-at", "2026-06-30")
    assert told["known_at"] == "2026-06-30"
    assert [(one["edition"], one["until"]) for one in told["editions"]] == [
        ("2027-04-01", None),
        ("2026-01-01", "2027-03-31"),
    ]
    assert said(*demo, "--known-at", "2025-12-31")["editions"] == []


def test_what_was_known_may_make_no_edition(demo: Path):
    """A policy that had ended, while its next version was not yet known, is missed by whatever needs it."""
    rule = demo / "measures" / "bill-count"
    text = (rule / "1.0.0.yaml").read_text("utf-8")
    (rule / "1.0.0.yaml").write_text(text.replace("from: 2026-01-01", "from: 2026-01-01, until: 2027-05-31"), "utf-8")
    later = text.replace("from: 2026-01-01", "from: 2027-06-01").replace("version: 1.0.0", "version: 1.0.1")
    (rule / "1.0.1.yaml").write_text(later.replace("kind: new", "kind: amend"), "utf-8")
    known = issues(load_rulebook(demo), date(2027, 5, 31))
    assert (known[0].from_, known[0].digest) == (date(2027, 6, 1), None)
    assert all(one.digest for one in issues(load_rulebook(demo)))
    words = run("--policies", str(demo.parent), "editions", "demo", "--known-at", "2027-05-31").stdout
    assert "What is known makes no complete edition." in words


@pytest.mark.parametrize(("lang", "book"), LANGUAGES.items())
def test_the_editions_read_well(lang: str, book: str):
    """A long edition is counted by kind, a short one named; the day is written as the language writes it."""
    words = run("editions", book, "--lang", lang).stdout
    first = {"en": "Edition of 1 December 2026", "zh-Hans": "2026年12月1日版", "de": "Ausgabe vom"}[lang]
    assert first in words
    assert "None" not in words


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD / "demo", tmp_path / "demo"))


def test_a_history_says_of_which_day_it_speaks():
    """Before a rulebook begins, its first day is meant and not today."""
    assert "As of 2 May 2027:" in run("history", FRAUD, "--as-of", "2027-05-02").stdout.splitlines()
    assert (
        "以2027年5月2日为准："
        in run("history", FRAUD, "--as-of", "2027-05-02", "--lang", "zh-Hans").stdout.splitlines()
    )
