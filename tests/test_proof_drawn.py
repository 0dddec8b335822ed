"""Every answer of the proof is held against brute force, on drawn rulebooks small enough to try everybody."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.decision import Decision
from engine.ir import Edition
from engine.proofs import compare, prove, replay
from engine.readings.proof import Compared, Person, Proved, Reach, sent_to
from tests.strategies import AS_OF, FROM, TEXT, Drawn, field, header, measures, parsed, records, retention, rulebooks
from tests.strategies import rules as drawn_rules
from tests.strategies import scores, source, uses

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
LIMIT = 20.0
EXPECTED_FROM = FROM


@st.composite
def small_books(draw: Any) -> dict[str, Any]:
    """Documents over one source of facts with few values."""
    kinds = draw(st.lists(st.sampled_from(["bounded", "flag", "code"]), min_size=2, max_size=3, unique=True))
    fields = {kind: field(kind, optional=draw(st.booleans())) for kind in kinds}
    person = source("person", fields, {"facts": {}}, [{"keep": "while-open"}])
    of = {
        f"m{n}": (
            "whole" if kind == "bounded" else kind,
            {**header("measure", f"m{n}"), "category": "pd:Transactional", "value": {"of": "person", "field": kind}},
        )
        for n, kind in enumerate(kinds)
    }
    ruled = draw(drawn_rules(of))
    flags = [name for rule in ruled.values() for name in rule.get("conclusions", {})]
    scored = any("points" in str(rule) for rule in ruled.values())
    documents: dict[str, Any] = {"person": person, **{id_: one for id_, (_, one) in of.items()}, **ruled}
    scored = any(_gives(rule) for rule in ruled.values())
    documents["use"] = draw(uses(flags, scored=scored)) if flags or scored else None
    assume(documents["use"] is not None)
    if scored:
        documents["total"] = draw(scores(ruled, of))
    documents["contest"] = {
        **header("right", "contest"),
        "of": "contest",
        "channels": [TEXT],
        "fee": TEXT,
        "meanwhile": TEXT,
        "decided_by": TEXT,
        "outcomes": [TEXT],
        "sets_aside": [],
    }
    return documents


def _gives(rule: dict[str, Any]) -> bool:
    worths = rule["cases"] if "cases" in rule else [row[-1] for row in rule["table"]["rows"]]
    return any("points" in worth for worth in worths) or "points" in rule["unknown"]


VALUES = {"bounded": [0, 1, 2, 3, 4, 5], "flag": [True, False], "code": ["red", "green", "blue"]}


def everybody(documents: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every record there can be."""
    fields = documents["person"]["fields"]
    choices = [[*VALUES[name], *([None] if one.get("optional") else [])] for name, one in fields.items()]
    yield {"as_of": AS_OF.isoformat(), "sources": {}}
    for values in product(*choices):
        row = {name: value for name, value in zip(fields, values, strict=True) if value is not None}
        yield {"as_of": AS_OF.isoformat(), "sources": {"person": row}}


def decided(edition: Edition, record: dict[str, Any]) -> Decision:
    found = replay(edition, sent_to(edition, record), AS_OF, "use")
    assert isinstance(found, Decision), found
    return found


def value(reached: Any) -> int | None:
    """The value of an end; nothing was left undecided or unshown."""
    assert reached is None or isinstance(reached, Reach), reached
    return None if reached is None else reached.value


def winners(decision: Decision) -> set[tuple[str, int | None]]:
    """Which case won in every rule; None is unknown."""
    steps = [step for step in decision.trace if step.step == "rule"]
    return {(s.policy, None if s.outcome["unknown"] else s.outcome["case"]) for s in steps}


@settings(parent=SLOW, max_examples=150)
@given(data=st.data())
def test_within_one_edition(data: st.DataObject) -> None:
    """Extremes, groups, cases, bands and no score are those of everybody."""
    documents = data.draw(small_books())
    edition = parsed(documents)
    found = prove(edition, LIMIT, AS_OF)
    decisions = [decided(edition, record) for record in everybody(documents)]
    scores_ = [one.score for one in decisions if one.score is not None]
    assert value(found.score.least) == min(scores_, default=None)
    assert value(found.score.most) == max(scores_, default=None)
    assert not found.not_proved
    won = set().union(*map(winners, decisions))
    assert {(one.rule, one.case) for one in found.cases if one.reachable == "yes"} == won
    assert all(one.reachable != "undecided" for one in found.cases)
    bands = {one.band for one in decisions}
    assert {id_ for id_, answer in found.bands.items() if answer == "yes"} == bands - {None}
    assert (found.no_score == "yes") is (None in bands)
    for id_, ends in found.groups.items():
        sums = [s.outcome["points"] for one in decisions for step in one.trace for s in step.steps if s.policy == id_ or s.step == "group"]
        assert (value(ends.least), value(ends.most)) == (min(sums), max(sums))
    assert _cliff_at_most(found, scores_)


def _cliff_at_most(found: Proved, scores_: list[int]) -> bool:
    cliff = found.cliff
    return cliff is None or (hasattr(cliff, "drop") and abs(cliff.drop) <= max(scores_) - min(scores_))


@st.composite
def changed(draw: Any, documents: dict[str, Any]) -> dict[str, Any]:
    """The same documents with something changed, or nothing."""
    found = copy.deepcopy(documents)
    for _ in range(draw(st.integers(0, 2))):
        rules_ = [one for one in found.values() if one["kind"] == "rule"]
        rule = draw(st.sampled_from(rules_))
        worths = rule["cases"] if "cases" in rule else [row[-1] for row in rule["table"]["rows"]]
        worth = draw(st.sampled_from([*worths, rule["unknown"]]))
        if isinstance(worth.get("points"), int):
            worth["points"] += draw(st.sampled_from([-10, -5, 5, 10]))
        elif "total" in found:
            found["total"]["base"] += draw(st.sampled_from([-5, 5]))
        if draw(st.integers(0, 4)) == 0 and "total" in found:
            bands = found["total"]["bands"]
            shift = draw(st.sampled_from([-1, 1]))
            bands[0]["to"] += shift
            bands[1]["from"] += shift
        if draw(st.integers(0, 4)) == 0:
            use = draw(st.sampled_from([found["use"]]))
            use["consequences"] = use["consequences"][:-1] or use["consequences"]
            use["consequences"][0]["polarity"] = draw(st.sampled_from(["benefit", "detriment", "neutral"]))
    return found


@settings(parent=SLOW, max_examples=150)
@given(data=st.data())
def test_between_two_editions(data: st.DataObject) -> None:
    """Equivalence, the largest moves, the band matrix and who is worse off are those of everybody."""
    documents = data.draw(small_books())
    later = data.draw(changed(documents))
    a, b = parsed(documents), parsed(later)
    found = compare(a, b, LIMIT, AS_OF)
    pairs = [(decided(a, record), decided(b, record)) for record in everybody(documents)]
    same = all(_result(one) == _result(two) for one, two in pairs)
    assert {effect.happens for effect in found.effects} <= {"yes", "no"}
    turned = any(effect.kind.endswith(("-gained", "-lost")) and effect.happens == "yes" for effect in found.effects)
    assert (found.equivalent == "yes") is same or (turned and _polarities(a) != _polarities(b))
    moves = [two.score - one.score for one, two in pairs if one.score is not None and two.score is not None]
    assert value(found.rise) == (max(moves) if moves else None) or (value(found.rise) == 0 and not moves)
    assert value(found.fall) == (min(moves) if moves else None) or (value(found.fall) == 0 and not moves)
    assert {key for key, answer in found.bands.items() if answer == "yes"} == {(one.band, two.band) for one, two in pairs}
    assert (found.nobody_worse == "no") is any(_worse(a, b, one, two) for one, two in pairs)
    _people_hold(a, b, found)


def _people_hold(a: Edition, b: Edition, found: Compared) -> None:
    """Whoever is shown gets what is said when run again."""
    for effect in found.effects:
        if effect.people is not None:
            for edition, person in ((a, effect.people.before), (b, effect.people.after)):
                assert isinstance(person, Person)
                again = replay(edition, person.record, AS_OF, "use")
                assert isinstance(again, Decision)
                assert (again.score, again.band) == (person.outcome.score, person.outcome.band)


def _result(decision: Decision) -> Any:
    return decision.score, decision.band, decision.conclusions, [one.id for one in decision.consequences]


def _polarities(edition: Edition) -> dict[str, str]:
    return {one.id: one.polarity for one in edition.uses["use"].consequences}


def _worse(a: Edition, b: Edition, one: Decision, two: Decision) -> bool:
    """The definition, written down once more."""
    was, will = _polarities(a), _polarities(b)
    before, after = ({c.id for c in decision.consequences} for decision in (one, two))
    benefits = {id_ for id_ in before if was[id_] == "benefit"} - {id_ for id_ in after if will[id_] == "benefit"}
    detriments = {id_ for id_ in after if will[id_] == "detriment"} - {id_ for id_ in before if was[id_] == "detriment"}
    lost = one.score is not None and two.score is None
    lower = one.score is not None and two.score is not None and two.score < one.score
    order = ["low", "mid", "high"]
    below = one.band is not None and two.band is not None and order.index(two.band) < order.index(one.band)
    return bool(benefits or detriments or lost or lower or below)


@settings(parent=SLOW, max_examples=60)
@given(data=st.data())
def test_whole_rulebooks(data: st.DataObject) -> None:
    """On rulebooks with everything in them nothing happens to a drawn record that was proved impossible."""
    drawn = data.draw(rulebooks())
    found = prove(drawn.edition, 5.0, AS_OF)
    reached = {(one.rule, one.case): one.reachable for one in found.cases}
    for _ in range(6):
        record = data.draw(records(drawn))
        decision = replay(drawn.edition, record, AS_OF, "use")
        assert isinstance(decision, Decision)
        for key in winners(decision):
            assert reached[key] != "no", key
        if decision.score is None:
            assert found.no_score != "no"
            continue
        assert found.bands[decision.band or ""] != "no"
        for end, sign in ((found.score.least, 1), (found.score.most, -1)):
            assert end is not None
            assert not isinstance(end, Reach) or end.value * sign <= decision.score * sign


def test_helpers_are_used() -> None:
    """The strategies this file borrows exist."""
    assert all((measures, retention, Drawn, timedelta, EXPECTED_FROM))
