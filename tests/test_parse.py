"""Documents to the tree: types, bounds, order, and references that do not cascade."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.editions import in_force
from engine.ir import (
    AsOf,
    BandRef,
    Boolean,
    Code,
    Compare,
    ConclusionRef,
    Day,
    Each,
    Fold,
    Given,
    Join,
    Number,
    OneOf,
    Op,
    find_conclusion,
)
from engine.load import read_shelf, read_text
from engine.parse import parse_about, parse_edition
from engine.parse.measures import fold_type, joined_type
from engine.parse.order import in_order
from engine.parse.types import read_value, written
from engine.problem import Grade

DEMO = Path(__file__).resolve().parent / "policies" / "good" / "demo"


def shelf_of(folder):
    shelf, problems = read_shelf(folder)
    assert shelf is not None
    assert not problems
    return shelf


@pytest.fixture(scope="module")
def documents():
    return in_force(shelf_of(DEMO).policies, date(2026, 8, 1))


@pytest.fixture(scope="module")
def about():
    return parse_about(shelf_of(DEMO).about)[0]


@pytest.fixture(scope="module")
def edition(about, documents):
    found, problems = parse_edition(about, documents)
    assert not problems
    return found


def changed(documents, id_, *changes):
    """The documents with some words of one of them changed."""
    result = []
    for document in documents:
        if document.data["id"] == id_:
            text = document.text
            for old, new in changes:
                assert old in text
                text = text.replace(old, new, 1)
            document, _ = read_text(text, document.file)  # noqa: PLW2901
        result.append(document)
    return result


# ---------------------------------------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("measure", "type_"),
    [
        ("bill-count", Number(0, "rows", 0)),
        ("paid-on-time-share", Number(4, "share", 0, 10_000)),
        ("billed", Number(2, "EUR", 0)),
        ("owed", Number(2, "EUR")),
        ("average-bill", Number(2, "EUR", 0, 10_000_000)),
        ("smallest-bill", Number(2, "EUR", 0, 10_000_000)),
        ("slack", Number(2, "EUR", 0, 15_000_000)),
        ("patience", Number(2, "EUR", 0, 15_000_000)),
        ("slips", Number(0, "rows", 0)),
        ("oldest-bill", Day()),
        ("months-of-history", Number(0, "months", 0)),
        ("years-as-customer", Number(0, "years", 0)),
        ("verified", Boolean()),
        ("reminder-letters", Number(0, "letters", 0)),
    ],
)
def test_a_measure_has_the_type_of_what_it_is_made_of(edition, measure, type_):
    """Types are worked out, never written twice: an author cannot contradict the source."""
    assert edition.measures[measure].type == type_


def test_bounds_follow_arithmetic():
    """What can come out is known before anybody's record is read."""
    a, b = Number(least=0, greatest=10), Number(least=-5, greatest=3)
    assert joined_type(Join.ADD, [a, b]) == Number(least=-5, greatest=13)
    assert joined_type(Join.SUBTRACT, [a, b]) == Number(least=-3, greatest=15)
    assert joined_type(Join.GREATEST_OF, [a, b]) == Number(least=-5, greatest=10)
    assert joined_type(Join.ADD, [a, Number(least=1)]) == Number(least=1)
    assert fold_type(Fold.SUM, Number(2, "EUR", -1, 5), 0) == Number(2, "EUR")
    assert fold_type(Fold.AVERAGE, Number(2, "EUR", -15, 15), 1) == Number(1, "EUR", -2, 2)


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_a_number_is_written_as_it_is_read(value, places):
    """What a problem prints can be pasted back into the policy."""
    document, problems = read_text(f"x: {written(value, Number(places))}\n", "x.yaml")
    assert not problems
    assert read_value(document.data["x"], Number(places)) == value


# ----------------------------------------------------------------------------------------------------- resolution


def test_everything_comes_after_what_it_reads(edition):
    """A reading walks the edition once, from top to bottom."""
    place = {id_: index for index, id_ in enumerate(edition.measures)}
    assert place["average-bill"] < place["slack"] < place["patience"] < place["limit"]
    rules = list(edition.rules)
    for index, rule in enumerate(edition.rules.values()):
        for name in rule.reads_conclusions:
            assert rules.index(find_conclusion(edition, name)[0].head.id) < index


def test_sugar_is_remembered(edition):
    """The page shows the author's words, the engine runs the tree."""
    rule = edition.rules["paid-on-time"]
    assert rule.table.cells[1] == ("[0.95..0.98)",)
    assert rule.table.measures == rule.reads == ("paid-on-time-share",)
    consequence = edition.uses["pay-later"].consequences[0]
    assert isinstance(consequence.when, OneOf)
    assert consequence.when.subject == BandRef()
    assert consequence.when.values == ("good", "strong")
    assert consequence.when.said == ("at_least", "good")


def test_conditions_are_resolved(edition):
    """A bare conclusion is a comparison with true; `as_of` is an operand like any other."""
    share = edition.measures["paid-on-time-share"].body
    assert isinstance(share.among, Compare)
    assert share.among.operand == AsOf()
    assert (share.fold, share.within, share.unknown_below) == (Fold.SHARE, 12, 3)
    steady = edition.rules["steady-payer"].cases[0].when.parts[1].parts[1]
    assert steady.subject == ConclusionRef("customer-class")
    assert isinstance(steady.type, Code)
    owed = edition.rules["money-owed"].cases[1].when.parts[1].part
    assert (owed.subject, owed.op) == (ConclusionRef("steady"), Op.IS)


def test_what_cases_give_is_resolved(edition):
    """Points, points for each, flags and codes."""
    assert edition.rules["reminders-received"].cases[0].worth.points == Each(-10, "reminder-letters", -50)
    assert edition.rules["customer-since"].cases[1].worth.concludes == (Given("customer-class", "settled"),)
    assert edition.rules["customer-since"].unknown.points is None
    assert edition.rules["account-verified"].unknown.no_score is not None
    assert edition.rules["money-owed"].unknown.concludes == (Given("in-debt", True),)
    assert edition.score.rules[:3] == ("paid-on-time", "money-owed", "reminders-received")


def test_a_retention_of_one_entry_is_a_list_of_one(edition):
    """Two ways of writing, one meaning."""
    assert [keep.months for keep in edition.sources["bills"].retention] == [18, 24]
    assert [keep.months for keep in edition.sources["instalments"].retention] == [24]
    assert [keep.months for keep in edition.sources["account"].retention] == [None]
    assert edition.sources["instalments"].then == "anonymise"


# ------------------------------------------------------------------------------------------------------- problems


def test_a_missing_translation_does_not_stop_the_engine(about, documents):
    """An unfinished page is shown as unfinished; the rule still runs."""
    found, problems = parse_edition(about, changed(documents, "plan-chosen", (', zh-Hans: "账户信息未知。"', "")))
    assert found is not None
    assert [problem.grade for problem in problems] == [Grade.INCOMPLETE]


def test_a_text_still_to_be_filled_in_is_missing(about, documents):
    """What `rulebook new` leaves open is not mistaken for words."""
    _, problems = parse_edition(about, changed(documents, "plan-chosen", ('"账户信息未知。"', '"…"')))
    assert [problem.code for problem in problems] == ["not-filled-in"]


@pytest.mark.parametrize(
    ("id_", "change", "code"),
    [
        ("bills", ("least: 0, greatest: 100000", "least: 5, greatest: 1"), "empty-range"),
        ("average-bill", ("field: amount", "field: amonut"), "unknown-field"),
        ("bill-count", ("of: bills", "of: bils"), "unknown-source"),
        (
            "customer-since",
            ("conclusion: {customer-class: long}", "conclusion: {customer-class: lang}"),
            "unknown-code",
        ),
    ],
)
def test_one_mistake_is_one_problem(about, documents, id_, change, code):
    """Whatever stands on something broken is left alone: the author mends one thing."""
    found, problems = parse_edition(about, changed(documents, id_, change))
    assert found is None
    assert {problem.code for problem in problems} == {code}
    assert len({problem.where for problem in problems}) == 1


def test_a_document_left_out_is_not_missed_aloud(about, documents):
    """The problem of a broken policy has been told where it is; its readers are not."""
    rest = [each for each in documents if each.data["id"] not in {"bill-count", "steady-payer"}]
    broken = frozenset({("measure", "bill-count"), ("rule", "steady-payer")})
    assert parse_edition(about, rest, broken=broken) == (None, [])
    assert {problem.code for problem in parse_edition(about, rest)[1]} == {"unknown-measure", "unknown-conclusion"}


def test_two_circles_are_two_problems():
    """Each circle is shown once, and what stands behind one is not in it."""
    needs = {"a": ["b"], "b": ["a"], "c": ["c"], "d": ["a", "e"], "e": []}
    ordered, circles = in_order(needs)
    assert ordered == ["e"]
    assert circles == [("a", "b"), ("c",)]


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), max_size=10))
def test_an_order_is_found_whenever_there_is_one(graph):
    """Everything that is in no circle and behind none is put in order, after what it needs."""
    needs = {str(key): [str(each) for each in value if each in graph] for key, value in graph.items()}
    ordered, circles = in_order(needs)
    for index, name in enumerate(ordered):
        assert set(needs[name]) <= set(ordered[:index])
    assert (len(ordered) == len(needs)) == (not circles)
    for circle in circles:
        assert all(after in needs[before] for before, after in zip(circle, (*circle[1:], circle[0]), strict=True))
