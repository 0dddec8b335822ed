"""A scorecard of single facts, without any rows: a whole rulebook of a kind that the shipped ones are not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker

from engine.check import check
from engine.decision import Decision, Refusal
from engine.evaluation import evaluate
from engine.ir import Edition
from engine.load import read_shelf
from engine.records import read_json
from engine.rulebook import Rulebook, edition, load_rulebook
from engine.schema_of_record import schema_of_record
from publisher.command import main
from publisher.publish import publish

SCORECARD = Path(__file__).parent / "policies" / "good" / "scorecard"
RECORDS = SCORECARD / "records"
DAY = date(2026, 6, 30)
READINGS = ["truth", "compiled", "session"]

# By hand from the tables, in the order in which the score adds them up:
# duration, amount, purpose, guarantee, age, job, home, means, reserves, other-loans, long-and-bare.
EXPECTED = {
    "short-and-safe": ([45, 25, 30, 15, 30, 30, 20, 30, 35, 20, 0], 480, "strong", ["accepted", "lower-rate"]),
    # born on 1 July, so still 34 on 30 June; four years in the job on that very day; no savings below 500
    "kitchen": ([0, 10, 15, 0, 15, 25, 20, 15, 15, 15, 10], 340, "good", ["accepted"]),
    "long-and-bare": ([-15, -10, 0, 0, 0, 0, 5, -20, 0, -20, -25], 115, "weak", ["declined"]),
    # nine boxes are empty, and each rule says what that is worth; a loan of two years is not long whatever else is so
    "half-a-form": ([30, 25, 0, 0, 0, 0, 0, -20, 0, -20, 0], 215, "weak", ["declined"]),
    "empty-form": ([-15, -10, 0, 0, 0, 0, 0, -20, 0, -20, 0], None, None, ["incomplete"]),
}
REASONS = {
    "short-and-safe": ["long-and-bare"],
    "kitchen": ["duration", "reserves", "amount", "purpose"],
    "long-and-bare": ["duration", "means", "other-loans", "amount"],
    "half-a-form": ["means", "other-loans", "reserves", "purpose"],
    "empty-form": [],
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(SCORECARD)


@pytest.fixture(scope="module")
def now(rulebook: Rulebook) -> Edition:
    found = edition(rulebook, DAY)
    assert found is not None
    return found


def test_nothing_is_wrong_with_it():
    """Not even a warning, and not a line of a record is a row."""
    shelf, problems = read_shelf(SCORECARD)
    assert shelf is not None
    assert [*problems, *check(shelf)] == []
    sources = [document.data for document in shelf.policies if document.data["kind"] == "source"]
    assert len(sources) == 3
    assert all("rows" not in source for source in sources)


def test_every_record_is_expected():
    assert sorted(file.stem for file in RECORDS.glob("*.json")) == sorted([*EXPECTED, "nationality"])


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("name", EXPECTED)
def test_the_figures_are_those_of_the_tables(rulebook: Rulebook, name: str, reading: str):
    """Whoever adds the tables up on paper gets the number that the bank gets."""
    points, score, band, follows = EXPECTED[name]
    decision = evaluate(rulebook, read_json((RECORDS / f"{name}.json").read_text("utf-8")), reading=reading)
    assert isinstance(decision, Decision)
    assert list(decision.points.values()) == points
    assert (decision.score, decision.band) == (score, band)
    assert score is None or score == 200 + sum(points)
    assert [consequence.id for consequence in decision.consequences] == follows
    assert [reason.rule for reason in decision.reasons] == REASONS[name]


@pytest.mark.parametrize("reading", READINGS)
def test_what_is_excluded_is_refused(rulebook: Rulebook, reading: str):
    result = evaluate(rulebook, read_json((RECORDS / "nationality.json").read_text("utf-8")), reading=reading)
    assert isinstance(result, Refusal)
    assert [(each.pointer, each.exclusion) for each in result.refusals] == [
        ("/sources/household/nationality", "origin")
    ]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({"application": {"duration": 37, "guarantor": True}}, 10),
        ({"application": {"duration": 37, "guarantor": False}}, 0),  # savings are unknown: so is the rule
        ({"application": {"duration": 37, "guarantor": False}, "accounts": {"savings": 499.99}}, -25),
        ({"application": {"duration": 37, "guarantor": False}, "accounts": {"savings": 500}}, 0),  # and the home is
        ({"application": {"duration": 36, "guarantor": False}, "accounts": {"savings": 0}}, 0),
    ],
)
def test_the_cross_rule_reads_several_facts_at_once(rulebook: Rulebook, facts: dict, points: int, reading: str):
    """What nobody knows decides only what depends on it."""
    decision = evaluate(rulebook, {"sources": facts}, as_of=DAY, reading=reading)
    assert isinstance(decision, Decision)
    assert decision.points["long-and-bare"] == points


def test_the_schema_of_its_records_takes_them(now: Edition):
    """An operator's own checks refuse what the engine would refuse, and nothing else."""
    schema = schema_of_record(now)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    fits = {file.stem: validator.is_valid(json.loads(file.read_text("utf-8"))) for file in RECORDS.glob("*.json")}
    assert fits == dict.fromkeys(EXPECTED, True) | {"nationality": False}


def test_it_is_published_in_both_languages(tmp_path: Path):
    """A page for every rule, with its figures."""
    publish([SCORECARD], tmp_path, DAY)
    for lang, words in (("en", "Duration"), ("de", "Laufzeit")):
        page = (tmp_path / "scorecard" / lang / "rules" / "duration.html").read_text("utf-8")
        assert words in page
        assert "45" in page
    assert len(list((tmp_path / "scorecard" / "en" / "rules").glob("*.html"))) >= 11


@pytest.mark.parametrize(
    "arguments", [["check", "--strict", str(SCORECARD)], ["records", "--rulebook", str(SCORECARD)]]
)
def test_the_command_takes_it_by_its_folder(arguments: list[str]):
    assert CliRunner().invoke(main, arguments, catch_exceptions=False).exit_code == 0


def test_the_command_evaluates_with_the_rulebook_in_a_folder():
    """Nobody has to install a rulebook to use it."""
    arguments = ["evaluate", str(RECORDS / "kitchen.json"), "--rulebook", str(SCORECARD), "--lang", "de"]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "340" in result.output
    assert "Der Kredit wird angeboten." in result.output
