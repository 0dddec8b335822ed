"""The session reading: conditions on two rails, and the decision by forward chaining."""

from __future__ import annotations

import gc
import random
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import chaining
from engine.admit import Kept, admit
from engine.decision import Decision
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Boolean,
    Case,
    Code,
    Compare,
    Condition,
    Constant,
    Day,
    Edition,
    Fixed,
    Known,
    MeasureRef,
    Not,
    Number,
    OneOf,
    Op,
    Value,
    Worth,
)
from engine.kleene import holds
from engine.locate import policies_folder
from engine.problem import Where
from engine.rails import Part, asked_in_parts, formula, index, scales, single_tests, thing_value
from engine.readings import session, truth
from engine.rulebook import edition as edition_on
from engine.rulebook import load_rulebook
from tests.strategies import AS_OF, records, rulebooks

HERE = Where("drawn.yaml")
TODAY = date(2026, 12, 15)
DEMO = Path(__file__).parent / "policies" / "good" / "demo"
BOOKS = [DEMO, *sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml"))]
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))

KINDS: dict[str, Any] = {"count": Number(), "limit": Number(), "flag": Boolean(), "plan": Code(()), "day": Day()}
DAYS = [TODAY + timedelta(days=n) for n in (-40, -1, 0, 1)]
VALUES: dict[str, list[Any]] = {
    "count": [-1, 0, 1, 2, 3, 4, 9],
    "limit": [0, 2, 3],
    "flag": [True, False],
    "plan": ["basic", "family", "business"],
    "day": DAYS,
}


@cache
def demo() -> Edition:
    found = edition_on(load_rulebook(DEMO), TODAY)
    assert found is not None
    return found


# ----------------------------------------------------------------------------------------------------------- rails


@st.composite
def leaves(draw: Any) -> Condition:
    """Any test of any kind of value."""
    name = draw(st.sampled_from(sorted(KINDS)))
    subject, kind = MeasureRef(name), KINDS[name]
    value = st.sampled_from(VALUES[name])
    ordered = isinstance(kind, Number | Day)
    how = draw(st.sampled_from(["compare", "compare", "one_of", "known", "other", "between", "always"]))
    if how == "known":
        return Known(subject, draw(st.booleans()), HERE)
    if how == "one_of":
        values = tuple(draw(st.lists(value, min_size=1, max_size=3)))
        return OneOf(subject, values, kind, HERE, negated=draw(st.booleans()))
    if how == "between" and ordered:
        return Between(subject, Constant(draw(value)), Constant(draw(value)), kind, HERE)
    if how == "always":
        return Always(HERE)
    op = draw(st.sampled_from(list(Op) if ordered else [Op.IS, Op.IS_NOT]))
    if how == "other" and name != "plan":
        operand: Any = {"day": AsOf(), "flag": MeasureRef("flag")}.get(name, MeasureRef("limit"))
        return Compare(subject, op, operand, kind, HERE)
    return Compare(subject, op, Constant(draw(value)), kind, HERE)


CONDITIONS = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.builds(lambda part: Not(part, HERE), inner),
        st.builds(lambda parts: AllOf(tuple(parts), HERE), st.lists(inner, max_size=4)),
        st.builds(lambda parts: AnyOf(tuple(parts), HERE), st.lists(inner, max_size=4)),
    ),
    max_leaves=12,
)
FINDINGS = st.fixed_dictionaries({name: st.sampled_from([None, *values]) for name, values in VALUES.items()})


def by_rails(condition: Condition, values: dict[str, Value | None]) -> bool | None:
    """What the rails say, their tests made one by one, parts first."""
    whole = formula(condition)
    scale = scales([whole])
    parts: dict[Any, bool | None] = {}
    answer: bool | None = None

    def look(subject: Any) -> Value | None:
        return TODAY if isinstance(subject, AsOf) else values[subject.measure]

    def met(way: Any) -> bool:
        for thing, test, at in single_tests(way, scale):
            value = thing_value(thing, look, parts)
            if value is None:
                return False
            here = index(scale[thing], value)
            if not {"$eq": here == at, "$gte": here >= at, "$lte": here <= at}[test]:
                return False
        return True

    runs = asked_in_parts(whole, scale)
    for number, one in enumerate(runs):
        assert len(one.true) + len(one.false) <= 48, "more could not be tested at once"
        sure = any(met(way) for way in one.true), any(met(way) for way in one.false)
        assert sure != (True, True), "both rails cannot hold"
        answer = True if sure[0] else False if sure[1] else None
        parts[Part(number)] = answer
    return answer


@settings(parent=SLOW, max_examples=400)
@given(condition=CONDITIONS, values=FINDINGS)
def test_rails_say_what_kleene_says(condition: Condition, values: dict[str, Value | None]) -> None:
    """Surely true, surely false, or neither: the two rails are Kleene's logic without a test for absence."""

    def look(subject: Any) -> Value | None:
        return TODAY if isinstance(subject, AsOf) else values[subject.measure]

    assert by_rails(condition, values) is holds(condition, look)


# ------------------------------------------------------------------------------------------------------- agreement


def neighbours(edition: Edition) -> dict[str, list[Value | None]]:
    """For each measure unknown, and the values just below, at and just above everything the rules name."""
    conditions = [case.when for rule in edition.rules.values() for case in rule.cases]
    scale = scales(formula(condition) for condition in conditions)
    found: dict[str, list[Value | None]] = {}
    for id_, measure in edition.measures.items():
        named = scale.get(MeasureRef(id_))
        near = [point + n for point in (named.points if named and named.ordered else ()) for n in (-1, 0, 1)]
        match measure.type:
            case Boolean():
                found[id_] = [None, True, False]
            case Code(choices):
                found[id_] = [None, *(choice.code for choice in choices)]
            case Day():
                found[id_] = [None, *(date.fromordinal(point) for point in near), TODAY]
            case Number():
                found[id_] = [None, 0, 7, 10_000, *near]
    return found


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_given_measures_come_out_as_in_truth(book: Path) -> None:
    """At every boundary of every rule the decision, its reasons and its trace are those of the definition."""
    edition = edition_on(load_rulebook(book), TODAY)
    assert edition is not None
    opened = session.open_session(edition)
    near, draw = neighbours(edition), random.Random(7)
    scored = 0
    for number in range(250):
        known = {id_: values[1:] if number % 3 else values for id_, values in near.items()}
        values = {id_: draw.choice(found) for id_, found in known.items()}
        use = draw.choice(list(edition.uses))
        expected = truth.decide_given(edition, values, TODAY, use)
        assert session.decide_given(opened, values, TODAY, use) == expected
        scored += expected.score is not None
    assert scored or edition.score is None, "a test without a score would say little"


@settings(parent=SLOW, max_examples=40)
@given(data=st.data())
def test_drawn_rulebooks_come_out_as_in_truth(data: st.DataObject) -> None:
    """Whatever the language can say, on whatever record: one `Decision`, equal in every part."""
    drawn = data.draw(rulebooks())
    opened = session.open_session(drawn.edition)
    for _ in range(3):
        kept = admit(drawn.edition, data.draw(records(drawn)), AS_OF)
        assert isinstance(kept, Kept), kept
        for use in drawn.edition.uses:
            expected = truth.decide(drawn.edition, kept, AS_OF, use)
            assert session.decide(opened, kept, AS_OF, use) == expected


def with_cases(edition: Edition, rule: str, conditions: list[Condition], reads: tuple[str, ...]) -> Edition:
    """The edition with other cases in one rule, each worth its number in points."""
    cases = tuple(Case(when, Worth(Fixed(number)), HERE) for number, when in enumerate(conditions))
    changed = replace(edition.rules[rule], cases=cases, reads=reads, reads_conclusions=(), directions=())
    return replace(edition, rules={**edition.rules, rule: changed})


COUNTS = ("bill-count", "early-bills", "late-bills", "reminder-letters", "slips")


def above(measure: str, value: int) -> Compare:
    return Compare(MeasureRef(measure), Op.MORE_THAN, Constant(value), Number(), HERE)


def test_wide_conditions_are_asked_in_parts() -> None:
    """Conditions with more alternatives than one fact may be tested with decide all the same."""
    pairs = [AnyOf((above(one, n), above(other, n + 1)), HERE) for n in range(6) for one, other in pairs_of(COUNTS)]
    scattered = OneOf(MeasureRef("bill-count"), tuple(range(0, 400, 3)), Number(), HERE)
    wide = [
        AllOf(tuple(pairs[:40]), HERE),
        Not(AnyOf((scattered, above("slips", 3)), HERE), HERE),
        AnyOf(tuple(AllOf((pair, above("late-bills", n)), HERE) for n, pair in enumerate(pairs)), HERE),
        Always(HERE),
    ]
    edition = with_cases(demo(), "paid-on-time", wide, COUNTS)
    opened = session.open_session(edition)
    draw = random.Random(3)
    marks = set()
    for _ in range(150):
        values = {id_: draw.choice([None, 0, 1, 2, 3, 4, 5, 6, 9, 300]) for id_ in COUNTS}
        expected = truth.decide_given(edition, values, TODAY, "pay-later")
        assert session.decide_given(opened, values, TODAY, "pay-later") == expected
        marks.add(expected.points["paid-on-time"])
    assert len(marks) >= 3


def pairs_of(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one, other) for one, other in product(names, names) if one != other]


def test_a_table_of_6000_rows() -> None:
    """A tariff of thousands of rows is a table of intervals, and stays quick to compile and to ask."""
    rows: list[Condition] = [
        Between(MeasureRef("bill-count"), Constant(n), Constant(n), Number(), HERE) for n in range(6000)
    ]
    edition = with_cases(demo(), "paid-on-time", rows, ("bill-count",))
    started = time.monotonic()
    opened = session.open_session(edition)
    for count in (None, 0, 1, 255, 256, 2999, 5999, 6000):
        expected = truth.decide_given(edition, {"bill-count": count}, TODAY, "pay-later")
        assert session.decide_given(opened, {"bill-count": count}, TODAY, "pay-later") == expected
    assert time.monotonic() - started < 60


def test_a_rule_of_700_cases_over_two_measures() -> None:
    """A rule that no single measure decides is scanned case by case, however many there are."""
    rows: list[Condition] = [
        AllOf((above("bill-count", 700 - n), Not(above("slips", n % 5), HERE)), HERE) for n in range(700)
    ]
    edition = with_cases(demo(), "paid-on-time", rows, ("bill-count", "slips"))
    opened = session.open_session(edition)
    for values in ({"bill-count": 5, "slips": 0}, {"bill-count": 800, "slips": 4}, {"bill-count": 0}, {}):
        expected = truth.decide_given(edition, values, TODAY, "pay-later")
        assert session.decide_given(opened, values, TODAY, "pay-later") == expected


# ---------------------------------------------------------------------------------------------- a session as such


def decided(opened: session.Session, count: int) -> Decision:
    return session.decide_given(opened, {"bill-count": count, "slips": 0}, TODAY, "pay-later")


def test_what_it_never_does_is_refused_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition too large for it is refused before the first record, so that another reading can answer."""
    monkeypatch.setattr(session, "MOST_RULES", 10)
    with pytest.raises(session.NeverError) as refused:
        session.open_session(demo())
    assert str(refused.value) == session.NEVER["edition-size"]


def test_a_record_that_takes_too_long_is_given_up() -> None:
    """Out of time there is an error and no decision, and the next record is not touched by it."""
    opened = session.open_session(demo())
    opened.seconds = -1
    with pytest.raises(session.SessionError, match="more than -1 seconds"):
        decided(opened, 3)
    assert not opened.lives
    opened.seconds = 10
    assert decided(opened, 3) == truth.decide_given(demo(), {"bill-count": 3, "slips": 0}, TODAY, "pay-later")


@pytest.mark.parametrize("broken", ["add_up", "ask", "go_on", "settle"])
def test_a_failure_never_leaves_half_a_decision(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """durable_rules swallows what goes wrong in an action; here it ends the record with an error."""
    opened = session.open_session(demo())

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(chaining, broken, fail)
        with pytest.raises(session.SessionError, match="on purpose"):
            decided(opened, 3)
    assert not opened.lives
    assert decided(opened, 3).points


def test_an_answer_that_never_comes_is_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing more follows and something is still open, there is no decision."""
    opened = session.open_session(demo())
    monkeypatch.setattr(chaining, "ask_use", lambda *_: None)
    with pytest.raises(session.SessionError, match="nothing more follows"):
        decided(opened, 3)


def test_a_live_record_asks_only_what_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn by turn the decision is the one from scratch, and only rules with an input that moved are asked."""
    edition = demo()
    opened = session.open_session(edition)
    near, draw = neighbours(edition), random.Random(5)
    values: dict[str, Value | None] = {id_: found[-1] for id_, found in near.items()}
    asked: list[str] = []
    put = chaining.put

    def noted(live: chaining.Following, number: int, places: Any) -> None:
        asked.append(opened.chain.numbered[number].unit)
        put(live, number, places)

    monkeypatch.setattr(chaining, "put", noted)
    live = session.open_live(opened)
    for turn in range(60):
        moved = draw.choice(list(near))
        values[moved] = draw.choice(near[moved])
        asked.clear()
        expected = truth.decide_given(edition, values, TODAY, "pay-later")
        session.turn(opened, live, dict(values), TODAY, "pay-later")
        steps = list(expected.trace[: len(edition.measures)])
        assert chaining.decision(edition, live.following, steps, Kept(None, {}, {}, ()), None) == expected
        rules = {unit for unit in asked if unit.startswith("rule:")}
        assert turn == 0 or len(rules) < len(edition.rules)
    asked.clear()
    session.turn(opened, live, dict(values), TODAY, "pay-later")
    assert not [unit for unit in asked if unit.startswith("rule:")]
    session.close_live(opened, live)
    assert not opened.lives


def test_threads_share_a_session() -> None:
    """One session may be asked from several threads; each gets the decision about its own record."""
    opened = session.open_session(demo())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: decided(opened, n % 9), range(200)))
    for n, decision in enumerate(found):
        assert decision == truth.decide_given(demo(), {"bill-count": n % 9, "slips": 0}, TODAY, "pay-later")


def test_a_session_that_nobody_holds_is_freed() -> None:
    """Editions come and go while a service runs; their durable rules go with them."""
    opened = session.open_session(demo())
    assert decided(opened, 1).points
    gone = weakref.ref(opened)
    del opened
    gc.collect()
    assert gone() is None
