"""The compiled reading says what truth says, and what it generates holds nothing of a policy's own words."""

from __future__ import annotations

import random
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import book, card
from engine.admit import admit
from engine.given import read_given
from engine.ir import Edition
from engine.locate import policies_folder
from engine.months import first_day_within, months_between
from engine.readings import compiled, truth
from engine.readings.compiled import Compiled, compile_edition
from engine.readings.compiled.result import Result
from engine.readings.compiled.script import MOST_REMEMBERED, Remembered
from engine.records import shipped
from engine.rulebook import edition, load_rulebook

DAY = date(2026, 12, 15)
BOOKS = sorted(file.parent.name for file in policies_folder().glob("*/rulebook.yaml"))


def latest(name: str) -> Edition:
    found = edition(load_rulebook(name), DAY)
    assert found is not None
    return found


def agree(found: Compiled, values: dict[str, Any]) -> None:
    """A result and all that can be read off it without the whole decision."""
    expected = truth.decide_given(found.edition, values, DAY, "use")
    result = found.measures(values, DAY)
    assert result.decision("use") == expected
    assert (result.score, result.band, result.points) == (expected.score, expected.band, expected.points)
    assert list(result.reasons) == [(reason.rule, reason.lost) for reason in expected.reasons]
    assert all(type(code) is int for code in result.marks)


# ------------------------------------------------------------------------------------------------- shapes of rules


def test_a_classic_scorecard() -> None:
    """Ranges, codes, cross rules, unknown bins, a group with a cap: every applicant, every step of every trace."""
    found = compile_edition(book.edition(card.documents()))
    assert sum(len(rule.cases) for rule in found.edition.rules.values()) == 63
    for values in card.applicants(300):
        agree(found, values)


KINDS = {
    "whole": ("integer", {}),
    "bounded": ("integer", {"least": 0, "greatest": 9}),
    "day": ("date", {}),
    "flag": ("boolean", {}),
    "colour": ("code", {"codes": dict.fromkeys(("red", "green", "blue"), book.WORDS)}),
}


def with_rules(rules: list[dict[str, Any]]) -> Compiled:
    """An edition of these rules over one measure of each type."""
    fields = {id_: {"type": kind, "optional": True, **more} for id_, (kind, more) in KINDS.items()}
    measures = [book.measure(f"the-{id_}", {"value": {"of": "facts", "field": id_}}) for id_ in KINDS]
    scoring = [rule["id"] for rule in rules]
    total = book.score(100, scoring, (-10_000, 10_000), [-10_000, 0, 100])
    source = book.source("facts", {"facts": {}}, fields)
    return compile_edition(book.edition([source, *measures, *rules, total, book.use()]))


def drawn_value(draw: random.Random, kind: str) -> Any:
    values: dict[str, Any] = {
        "whole": draw.randint(-12, 12),
        "bounded": draw.randint(0, 9),
        "day": date(2026, 1, draw.randint(1, 12)),
        "flag": draw.random() < 0.5,
        "colour": draw.choice(["red", "green", "blue"]),
    }
    return None if draw.random() < 0.2 else values[kind]


def drawn_test(draw: random.Random, kind: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if draw.random() < 0.1:
        written = {"known": draw.random() < 0.5}
    elif kind == "flag":
        written = {draw.choice(["is", "is_not"]): draw.random() < 0.5}
    elif kind == "colour":
        written = draw.choice([{"one_of": ["red", "blue"]}, {"none_of": ["red"]}, {"is": "green"}, {"is_not": "blue"}])
    else:
        low, high = sorted(draw.sample(range(1, 10), 2))
        ends = [f"2026-01-{n:02}" if kind == "day" else n for n in (low, high)]
        operators = ("is", "is_not", "at_least", "more_than", "at_most", "less_than")
        written = draw.choice([{"between": ends}, *({operator: ends[0]} for operator in operators)])
    return {f"the-{kind}": written}


def drawn_condition(draw: random.Random, kinds: list[str], depth: int) -> dict[str, Any]:
    if depth == 0 or draw.random() < 0.4:
        return drawn_test(draw, draw.choice(kinds))
    if draw.random() < 0.25:
        return {"not": drawn_condition(draw, kinds, depth - 1)}
    return {draw.choice(["all", "any"]): [drawn_condition(draw, kinds, depth - 1) for _ in range(2)]}


def drawn_rule(draw: random.Random, name: str, kinds: list[str], count: int, shape: str) -> dict[str, Any]:
    cases: list[dict[str, Any]] = []
    for _ in range(count):
        when = drawn_condition(draw, kinds, 2)
        if shape == "table":
            when = {"all": [drawn_test(draw, kind) for kind in kinds if draw.random() < 0.8] or [when]}
        points: Any = draw.randint(-40, 40)
        if draw.random() < 0.15:
            points = {"each": -3, "of": "the-bounded", "at_least": -20}
        cases.append({"when": when, "points": points})
    if draw.random() < 0.5:
        cases.append({"otherwise": True, "points": 1})
    return book.rule(name, {"cases": cases}, [])


SHAPES = [(1, 5, "cases"), (2, 3, "cases"), (3, 25, "cases"), (2, 30, "table"), (5, 40, "table")]


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize(("kinds", "count", "shape"), SHAPES)
def test_rules_of_every_shape(kinds: int, count: int, shape: str, seed: int) -> None:
    """One value or several, short or long, nested or in columns: each is compiled in its own way."""
    draw = random.Random(seed)
    rules = [drawn_rule(draw, f"rule-{n}", draw.sample(list(KINDS), kinds), count, shape) for n in range(3)]
    found = with_rules(rules)
    for _ in range(60):
        agree(found, {f"the-{kind}": drawn_value(draw, kind) for kind in KINDS})


def test_measures_left_out_are_unknown() -> None:
    """A caller may name the measures it knows and no others."""
    agree(compile_edition(book.edition(card.documents())), {"age": 40})


# ---------------------------------------------------------------------------------------------------- what is generated


def long_table(length: int) -> Compiled:
    rows = [[f"[{10 * n}..{10 * n + 10})", n % 7] for n in range(length - 2)]
    table = {"measure": "the-whole", "rows": [["< 0", 0], *rows, [f">= {10 * (length - 2)}", 9]]}
    return with_rules([book.rule("long", {"table": table}, [])])


def test_a_long_table_is_not_written_into_the_text() -> None:
    """Ten times the cases are ten times the data and the same program."""
    short, long = long_table(60), long_table(600)
    assert len(short.source) == pytest.approx(len(long.source), abs=20)
    for value in (-1, 0, 9, 10, 5979, 5980, 10**9, None):
        agree(long, {"the-whole": value})


@pytest.mark.parametrize("name", BOOKS)
def test_no_word_of_a_policy_is_in_the_text(name: str) -> None:
    """Whatever a policy calls its things, it cannot write a line of the program."""
    found = compile_edition(latest(name))
    words = {*found.edition.sources, *found.edition.measures, *found.edition.rules}
    words |= {field for source in found.edition.sources.values() for field in source.fields}
    assert words
    own = {
        "subject",
        "found",
        "given",
        "rows",
        "row",
        "end",
        "values",
        "score",
        "held",
        "marks",
        "contested",
        "expired",
    }
    assert [word for word in words - own if word in found.source] == []


def test_what_is_remembered_is_bounded() -> None:
    """No stream of records fills the memory."""
    remembered = Remembered(lambda number: number)
    assert [remembered[n] for n in range(2 * MOST_REMEMBERED)] == list(range(2 * MOST_REMEMBERED))
    assert len(remembered) <= MOST_REMEMBERED + 1


# -------------------------------------------------------------------------------------------------------- records


@pytest.mark.parametrize("name", BOOKS)
def test_ordinary_records_take_the_quick_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the quick admission gave up on good records the answers would stay right and the speed would be gone."""
    found = load_rulebook(name)
    records = [(one.record, edition(found, date.fromisoformat(one.record["as_of"]))) for one in shipped(found)]
    good = [(r, e) for r, e in records if e and not isinstance(admit(e, r, date.fromisoformat(r["as_of"])), list)]
    assert len(good) > 5
    monkeypatch.setattr(compiled, "admit", None)
    for record, own in good:
        assert isinstance(compile_edition(own).record(record, date.fromisoformat(record["as_of"])), Result)


ODD = (0, 1, -1, 1.5, 0.29, 1e300, -0.0, 2.675, 22.999999999999996, True, "5", "", "2026-01-01", "2026-1-1", "20260101")
ODDER = (float("nan"), float("inf"), 10**15, 10**40, [], {}, None, "red", "mauve", date(2026, 1, 1), date(2030, 1, 1))
DECIMALS = (
    "1.50",
    "1.5",
    "150",
    "1E+2",
    "1.505",
    "-0.00",
    "0E-9",
    "NaN",
    "Infinity",
    "999999999999999.99",
    "1" + "0" * 70,
)


@pytest.mark.parametrize("field", ["whole", "bounded", "money", "day", "flag", "colour"])
@pytest.mark.parametrize("raw", [*ODD, *ODDER, *map(Decimal, DECIMALS), Decimal("1." + "0" * 70)], ids=repr)
def test_a_value_is_read_as_admission_reads_it(field: str, raw: Any) -> None:
    """Refused alike or read alike, whatever stands in the record; never half of each."""
    fields = {id_: {"type": kind, "optional": True, **more} for id_, (kind, more) in KINDS.items()}
    fields["money"] = {"type": "decimal", "places": 2, "least": -5, "unit": "EUR"}
    fields["happened"] = {"type": "date"}
    measure = book.measure("latest", {"latest": {"of": "events", "field": "happened"}})
    some = {"title": book.WORDS, "category": "pd:Reliability"}
    cases = [{"when": {"latest": {"known": True}}, "conclusion": "some"}]
    rule = {"cases": cases, "conclusions": {"some": some}}
    documents = [book.source("events", {"rows": {"dated_by": "happened"}}, fields), measure, book.rule("any", rule, [])]
    del documents[2]["unknown"]["points"]
    found = compile_edition(book.edition([*documents, _use_without_score()]))
    record = {"sources": {"events": [{"happened": "2026-01-01", field: raw}]}}
    kept = admit(found.edition, record, DAY)
    expected = kept if isinstance(kept, list) else truth.decide(found.edition, kept, DAY, "use")
    assert compiled.decide(found, record, DAY, "use") == expected
    if not isinstance(kept, list):
        result = found.record(record, DAY)
        assert isinstance(result, Result)
        assert result.found is not None
        rows = [row[1:] for row in result.found.admitted[1][0]]
        assert rows == [tuple(row.values()) for _, row in kept.rows["events"] or ()]


def _use_without_score() -> dict[str, Any]:
    consequence = {"id": "a", "when": {"conclusion": "some"}, "effect": book.WORDS, "polarity": "neutral"}
    return {**book.use(), "consequences": [consequence]}


def test_other_mappings_are_taken_too() -> None:
    """What the careful admission accepts is evaluated, if more slowly."""
    found = compile_edition(latest("fair-civic-trust"))
    bill = {"due": "2026-05-01", "paid": "2026-05-01", "amount": 10, "kind": "rent"}
    plain = {"sources": {"bill-payments": [bill]}, "subject": None}
    expected = compiled.decide(found, plain, DAY, "deposit-free-rental")
    for rows in ((bill,), [MappingProxyType(bill)], [OrderedDict(bill)]):
        record = MappingProxyType({"sources": {"bill-payments": rows}})
        assert compiled.decide(found, record, DAY, "deposit-free-rental") == expected


@given(
    st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 200)
)
def test_a_window_is_one_comparison(day: date, as_of: date, months: int) -> None:
    """The first day of a window and the formula of completed months never differ, at no end of no month."""
    assert (day >= first_day_within(months, as_of)) is (months_between(day, as_of) < months)


# ------------------------------------------------------------------------------------------------- given measures


def test_given_measures_are_read_strictly() -> None:
    """A simulation is as strict as a record: nothing is converted, nothing unknown to the rulebook is taken."""
    found = latest("fair-civic-trust")
    good = read_given(found, {"bills-paid-on-time-share": Decimal("0.95"), "fraud-judgments": None}, DAY)
    assert isinstance(good, dict)
    assert (good["bills-paid-on-time-share"], good["fraud-judgments"]) == (9500, None)
    bad = read_given(found, {"bills-paid-on-time-share": "0.95", "fraud-judgments": -1, "shoe-size": 43}, DAY)
    assert isinstance(bad, list)
    assert [(one.code, one.pointer) for one in bad] == [
        ("wrong-type", "/bills-paid-on-time-share"),
        ("out-of-range", "/fraud-judgments"),
        ("unknown-measure", "/shoe-size"),
    ]
    assert isinstance(read_given(found, [], DAY), list)
