"""People who do not exist: always admissible, always the same, and as the hints say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.admit import admit, expired
from engine.cli import main
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.ir import Edition, Exponential, FieldHint, Hint, Lognormal, OnlyIf, Uniform, Weighted
from engine.load import read_text
from engine.locate import policies_folder
from engine.parse.headers import header
from engine.parse.paper import Paper
from engine.parse.sources import source
from engine.rulebook import edition, load_rulebook
from engine.structure import validate
from engine.synthetic import folder, people, sampler
from tests.strategies import AS_OF, CODES, rulebooks

DEMO = "tests/policies/good/demo"
BOOKS = ("fair-civic-trust", "schufa-2026", DEMO)
DAY = date(2027, 4, 1)


def shipped(book: str, day: date = DAY) -> Edition:
    found = edition(load_rulebook(book), day)
    assert found is not None
    return found


# --------------------------------------------------------------------------------------------------------- admissible

SHARES = st.sampled_from([None, Decimal(0), Decimal("0.3"), Decimal(1)])
NUMBERS = st.sampled_from([Decimal(-2000), Decimal(-1), Decimal(0), Decimal("0.5"), Decimal(3), Decimal(900)])
SHAPES = st.one_of(
    st.none(),
    st.builds(lambda a, b: Uniform(min(a, b), max(a, b)), NUMBERS, NUMBERS),
    st.sampled_from([Exponential(Decimal(1)), Exponential(Decimal(10**9)), Lognormal(Decimal(30), Decimal(5))]),
    st.lists(st.tuples(NUMBERS, st.just(Decimal(1))), min_size=1, max_size=3).map(lambda found: Weighted(tuple(found))),
)
ONLY_IF = st.sampled_from([None, OnlyIf("code", ("red",)), OnlyIf("flag", (True,)), OnlyIf("money", ())])


@st.composite
def hints(draw: Any, dated: str | None) -> Hint:
    """Anything a source may say, wise or not."""
    fields = {
        "date": FieldHint(draw(SHARES), None, {}, draw(SHAPES), draw(st.sampled_from(["after", "before"])), dated),
        "whole": FieldHint(draw(SHARES), shape=draw(SHAPES), only_if=draw(ONLY_IF)),
        "bounded": FieldHint(draw(SHARES), shape=draw(SHAPES)),
        "flag": FieldHint(draw(SHARES), yes=draw(SHARES)),
        "code": FieldHint(draw(SHARES), weights=draw(st.sampled_from([{}, {CODES[0]: Decimal(2)}]))),
    }
    return Hint(
        share=Decimal(1),
        have=draw(SHARES),
        rows=draw(st.sampled_from([None, Weighted(((Decimal(4), Decimal(1)),)), Exponential(Decimal(20))])),
        over=draw(st.sampled_from([None, 1, 30])),
        contested=draw(SHARES),
        fields={name: hint for name, hint in fields.items() if draw(st.booleans())},
    )


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_everybody_is_admissible_whatever_the_rulebook_and_the_hints(data: st.DataObject):
    """A population that the rules refuse would be of no use; and what is past its retention is not in a file."""
    found = data.draw(rulebooks()).edition
    sources = {
        id_: replace(source, synthetic=tuple(data.draw(st.lists(hints(source.dated_by), max_size=2))))
        for id_, source in found.sources.items()
    }
    found = replace(found, sources=sources)
    for record in people(found, 3, 7, AS_OF):
        kept = admit(found, record, AS_OF)
        assert not isinstance(kept, list), kept
        assert not [one for one in kept.left_out if one.why == "expired"]
        assert isinstance(evaluate_under(found, record, as_of=AS_OF, reading="truth"), Decision)


@pytest.mark.parametrize("book", BOOKS)
def test_everybody_is_admissible_under_the_rulebooks_that_are_here(book: str):
    """Also through a file: JSON gives back what was drawn."""
    found = shipped(book)
    for record in people(found, 120, 1, DAY):
        again = json.loads(json.dumps(record))
        assert isinstance(evaluate_under(found, again, as_of=DAY, reading="truth"), Decision)


@pytest.mark.parametrize("book", BOOKS)
def test_a_story_makes_sense(book: str):
    """Nothing ends before it begins, and nothing has happened that is still to come."""
    found = shipped(book)
    pairs = {
        "bill-payments": ("due", None),
        "instalment-loans": ("taken_on", "ended_on"),
        "payment-defaults": ("reported_on", "settled_on"),
        "bank-contracts": ("opened_on", "closed_on"),
        "court-judgments": ("decided_on", "satisfied_on"),
    }
    for record in people(found, 200, 3, DAY):
        for id_, content in record["sources"].items():
            start, end = pairs.get(id_, (None, None))
            for row in content if isinstance(content, list) else []:
                assert start is None or row[start] <= DAY.isoformat()
                assert start is None or end is None or row[end] is None or row[start] <= row[end] <= DAY.isoformat()


# ----------------------------------------------------------------------------------------------------------- the same


def test_a_person_depends_on_nobody_else():
    """A population can be drawn in parts, by several processes, in any order."""
    found = shipped("fair-civic-trust")
    whole = list(people(found, 20, 5, DAY))
    assert [*people(found, 7, 5, DAY), *people(found, 13, 5, DAY, first=7)] == whole
    assert len({json.dumps(one["sources"]) for one in whole}) == 20
    assert list(people(found, 20, 6, DAY)) != whole


def test_who_has_a_new_field_has_the_old_ones_as_before():
    """Two editions are tried on the same people: what both collect is the same in both."""
    old, new = shipped("fair-civic-trust", date(2026, 12, 1)), shipped("fair-civic-trust")
    one = sampler(old, 1, DAY)
    other = sampler(new, 1, DAY, like=one)
    assert {id_ for id_ in one.sources if one.sources[id_] is not other.sources[id_]} == set()
    bills = new.sources["bill-payments"]
    fewer = {name: field for name, field in bills.fields.items() if name != "amount"}
    less = replace(new, sources={**new.sources, "bill-payments": replace(bills, fields=fewer, synthetic=())})
    more = replace(new, sources={**new.sources, "bill-payments": replace(bills, synthetic=())})
    for with_, without in zip(people(more, 10, 1, DAY), people(less, 10, 1, DAY), strict=True):
        for row in with_["sources"].get("bill-payments", []):
            del row["amount"]
        assert with_ == without


def test_the_dates_of_a_person_stay_what_they_are_in_another_version_of_python():
    """Random numbers come from a hash function, and not from a library that may change."""
    record = next(people(shipped("fair-civic-trust"), 1, 1, DAY))
    assert record["subject"] == "synthetic-1-0"
    assert record["sources"]["bill-payments"][0] == {
        "due": "2027-03-29",
        "paid": "2027-03-27",
        "amount": 414.0,
        "kind": "electricity",
    }


# ------------------------------------------------------------------------------------------------------------ as hinted


def test_shares_and_rates_are_as_hinted():
    """Who says two rows a year and nine of ten gets about that."""
    found = shipped("fair-civic-trust")
    court = found.sources["court-judgments"]
    hint = Hint(
        share=Decimal(1),
        have=Decimal("0.9"),
        rows=Weighted(((Decimal(2), Decimal(1)),)),
        over=24,
        contested=Decimal("0.25"),
        fields={
            "kind": FieldHint(weights={"debt": Decimal(3), "fraud": Decimal(1)}),
            "final": FieldHint(yes=Decimal("0.8")),
            "satisfied_on": FieldHint(
                missing=Decimal("0.5"),
                shape=Uniform(Decimal(10), Decimal(20)),
                of="decided_on",
                only_if=OnlyIf("final", (True,)),
            ),
        },
    )
    changed = replace(found, sources={"court-judgments": replace(court, synthetic=(hint,))})
    n = 2000
    drawn = list(people(changed, n, 9, DAY))
    rows = [row for one in drawn for row in one["sources"].get("court-judgments", [])]
    having = sum("court-judgments" in one["sources"] for one in drawn)
    assert having / n == pytest.approx(0.9, abs=0.03)
    assert len(rows) / having == pytest.approx(4, abs=0.2)
    assert {row["kind"] for row in rows} == {"debt", "fraud"}
    assert sum(row["kind"] == "debt" for row in rows) / len(rows) == pytest.approx(0.75, abs=0.03)
    assert sum(row["final"] for row in rows) / len(rows) == pytest.approx(0.8, abs=0.03)
    assert not [row for row in rows if row["satisfied_on"] and not row["final"]]
    final = [row for row in rows if row["final"] and row["decided_on"] < "2027-03-01"]
    met = [row for row in final if row["satisfied_on"]]
    assert len(met) / len(final) == pytest.approx(0.5, abs=0.05)
    days = {(date.fromisoformat(row["satisfied_on"]) - date.fromisoformat(row["decided_on"])).days for row in met}
    assert days == set(range(10, 21))
    contests = sum(len(one.get("contested", ())) for one in drawn)
    assert contests / len(rows) == pytest.approx(0.25, abs=0.03)


def test_a_hint_decides_nothing():
    """A record that exists comes out the same whatever is said about people who do not."""
    found = shipped("fair-civic-trust")
    bare = replace(found, sources={id_: replace(one, synthetic=()) for id_, one in found.sources.items()})
    for record in people(found, 50, 2, DAY):
        assert evaluate_under(found, record, as_of=DAY) == evaluate_under(bare, record, as_of=DAY)


def test_no_row_is_drawn_that_would_be_deleted():
    """Also where how long a row is kept depends on the row."""
    found = shipped(DEMO)
    assert len(found.sources["bills"].retention) == 2
    assert not [
        row
        for record in people(found, 120, 1, DAY)
        for _, row in admit(found, record, DAY).rows["bills"] or ()  # type: ignore[union-attr]  # it is admitted
        if expired(found.sources["bills"], row, DAY)
    ]


# --------------------------------------------------------------------------------------------------------- bad hints

WRONG = {
    "fields: {amount: {yes: 0.5}}": "`yes` does not fit `amount`, which is a number",
    "fields: {amont: {yes: 0.5}}": "there is no field `amont`",
    "fields: {due: {after: as_of}}": "`due` dates the rows, and how many there are in a year is said by `rows`",
    "fields: {amount: {missing: 0.5}}": "`amount` is not optional, so it is never missing",
    "fields: {paid: {after: amount, exponential: {mean: 3}}}": "days are counted from a date, and `amount` is a number",
    "fields: {paid: {after: due, before: as_of}}": "`after` and `before` exclude one another",
    "fields: {paid: {only_if: {kind: [rant]}}}": "there is no code `rant`",
    "fields: {kind: {weights: {rent: 0}}}": "no code has a weight",
    "fields: {kind: {weights: {rant: 1}}}": "there is no code `rant`",
    "fields: {amount: {uniform: {least: 3, greatest: 1}}}": "`greatest` is below `least`",
    "fields: {paid: {after: paid, exponential: {mean: 3}}}": "these wait for one another: `paid`",
    "share: 0": "no sort of people has a share",
}


@pytest.mark.parametrize("said", WRONG)
def test_a_hint_that_makes_no_sense_is_told(said: str):
    """It is an author's mistake like any other."""
    file = next((policies_folder() / "fair-civic-trust/sources/bill-payments").glob("1.0.0.yaml"))
    text = file.read_text("utf-8").partition("synthetic:")[0] + f"synthetic: {{{said}}}\n"
    document, problems = read_text(text, "fair-civic-trust/sources/bill-payments/1.0.0.yaml")
    assert document is not None
    assert [*problems, *validate(document)] == []
    paper = Paper(document, ("en", "zh-Hans"), frozenset(), problems)
    source(paper, header(paper))
    assert [problem.sentence for problem in problems] == [WRONG[said]]


# ------------------------------------------------------------------------------------------------------------- files


def test_the_files_are_the_people(tmp_path, monkeypatch):
    """One file for each source; the bytes are the same whoever works on them."""
    found = shipped("fair-civic-trust")
    monkeypatch.setattr(folder, "AT_ONCE", 40)
    folder.write_folder(found, 210, 1, DAY, tmp_path / "one", "jsonl", 1)
    folder.write_folder(found, 210, 1, DAY, tmp_path / "two", "jsonl", 3)
    names = {"subjects", *found.sources}
    assert {file.name for file in (tmp_path / "one").iterdir()} == {"about.json", *(f"{name}.jsonl" for name in names)}
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
    lines = (tmp_path / "one" / "bill-payments.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    drawn = list(people(found, 210, 1, DAY))
    assert [row["subject"] for row in rows] == [
        one["subject"] for one in drawn for _ in one["sources"].get("bill-payments", ())
    ]
    contests = [one["source"] for record in drawn for one in record.get("contested", ())]
    assert sum(row["_contested"] for row in rows) == contests.count("bill-payments") > 0
    assert json.loads((tmp_path / "one" / "about.json").read_text())["synthetic"] is True


def test_parquet_holds_the_same(tmp_path):
    """The exact numbers, in the columns a rulebook's tables have."""
    import duckdb  # noqa: PLC0415  # beside its only use

    found = shipped("schufa-2026")
    folder.write_folder(found, 50, 1, DAY, tmp_path / "p", "parquet", 1)
    drawn = {one["subject"]: one["sources"] for one in people(found, 50, 1, DAY)}
    table = duckdb.read_parquet(str(tmp_path / "p" / "inquiries.parquet"))
    rows = table.project("subject, kind, made_on").fetchall()
    expected = [
        (id_, r["kind"], date.fromisoformat(r["made_on"])) for id_, s in drawn.items() for r in s.get("inquiries", ())
    ]
    assert rows == expected
    assert len(duckdb.read_parquet(str(tmp_path / "p" / "subjects.parquet"))) == 50


def test_the_command_says_what_it_made_and_overwrites_nothing(tmp_path):
    """A population is never mixed with another one."""
    asked = [
        "sample",
        "schufa-2026",
        "--subjects",
        "3",
        "--seed",
        "4",
        "--as-of",
        "2027-04-01",
        "--out",
        str(tmp_path / "s"),
    ]
    first = CliRunner().invoke(main, asked)
    assert first.exit_code == 0, first.output
    assert first.stdout == f"{tmp_path / 's'}: 3 synthetic people of schufa-2026, seed 4, as of 2027-04-01\n"
    again = CliRunner().invoke(main, asked)
    assert again.exit_code == 1
    assert "is there already" in again.output
    assert [file.name for file in tmp_path.iterdir()] == ["s"]
