"""Every answer of the proof is held against brute force: on drawn rulebooks small enough to try everybody.

Some dozens of rulebooks here, hundreds for each test in `make soak`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.decision import Decision
from engine.ir import Code, Edition, MeasureRef
from engine.kleene import holds
from engine.proofs import compare, independent, prove, replay
from engine.proved import Cliff, Compared, Event, Pair, Reach, Undecided, Unshown
from engine.readings.proof import sent_to
from tests.strategies import (
    AS_OF,
    field,
    header,
    months,
    names_in,
    parsed,
    records,
    retention,
    rows_of,
    rulebooks,
    rules,
    scores,
    source,
    uses,
)

SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
LIMIT = 20.0
VALUES: dict[str, list[Any]] = {"bounded": [0, 1, 2, 3, 4, 5], "flag": [True, False], "code": ["red", "green", "blue"]}


# ---------------------------------------------------------------------------------------------------- small rulebooks


@st.composite
def small_books(draw: Any) -> dict[str, Any]:
    """Documents over one source of facts with few values; some rules declare a direction."""
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=2, max_size=3, unique=True))
    fields = {kind: field(kind, optional=draw(st.booleans())) for kind in kinds}
    person = source("person", fields, {"facts": {}}, [{"keep": "while-open"}])
    of = {
        f"m{n}": (
            "whole" if kind == "bounded" else kind,
            {**header("measure", f"m{n}"), "category": "pd:Transactional", "value": {"of": "person", "field": kind}},
        )
        for n, kind in enumerate(kinds)
    }
    ruled = draw(rules(of))
    number = next((id_ for id_, (kind, _) in of.items() if kind == "whole"), None)
    for rule in ruled.values():
        if number in names_in(rule) and any("points" in worth for worth in worths(rule)):
            rule["direction"] = {number: draw(st.sampled_from(["up", "down"]))}
    flags = [name for rule in ruled.values() for name in rule.get("conclusions", {})]
    scored = any("points" in worth for rule in ruled.values() for worth in worths(rule))
    assume(flags or scored)
    documents = {"person": person, **{id_: one for id_, (_, one) in of.items()}, **ruled}
    documents["use"] = draw(uses(flags, scored=scored))
    if scored:
        documents["total"] = draw(scores(ruled, of))
    return documents


def worths(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """What a rule may be worth: its cases or rows, and unknown."""
    found = rule["cases"] if "cases" in rule else [row[-1] for row in rule["table"]["rows"]]
    return [*found, rule["unknown"]]


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


def rule_steps(decision: Decision) -> list[Any]:
    return [step for step in decision.trace if step.step == "rule"]


def winners(decision: Decision) -> set[tuple[str, int | None]]:
    """Which case won in every rule; None is unknown."""
    return {(s.policy, None if s.outcome["unknown"] else s.outcome["case"]) for s in rule_steps(decision)}


# ----------------------------------------------------------------------------------------------- within one edition


@settings(parent=SLOW, max_examples=40)
@given(data=st.data())
def test_within_one_edition(data: st.DataObject) -> None:
    """Extremes, groups, cases, bands, gaps, overlaps, directions and the cliff are those of everybody."""
    documents = data.draw(small_books())
    edition = parsed(documents)
    found = prove(edition, LIMIT, AS_OF)
    decisions = [decided(edition, record) for record in everybody(documents)]
    reached = [one.score for one in decisions if one.score is not None]
    assert not found.not_proved
    assert value(found.score.least) == min(reached, default=None)
    assert value(found.score.most) == max(reached, default=None)
    assert {(one.rule, one.case) for one in found.cases if one.reachable == "yes"} == set().union(
        *map(winners, decisions)
    )
    assert all(one.reachable != "undecided" for one in found.cases)
    bands = {one.band for one in decisions}
    assert {id_ for id_, answer in found.bands.items() if answer == "yes"} == bands - {None}
    assert (found.no_score == "yes") is (None in bands)
    for ends in found.groups.values():
        sums = [s.outcome["points"] for one in decisions for step in one.trace for s in step.steps if s.step == "group"]
        assert (value(ends.least), value(ends.most)) == (min(sums), max(sums))
    left_open = {s.policy for one in decisions for s in rule_steps(one) if s.outcome["case"] is None}
    assert {hole.rule for hole in found.gaps} == left_open
    assert {hole.rule for hole in found.overlaps} == overlapping(edition, decisions)
    for held in found.directions:
        assert held.holds == ("no" if against(edition, decisions, held.rule, held.measure, held.way) else "yes"), held
    cliff = found.cliff.drop if isinstance(found.cliff, Cliff) else 0
    assert cliff in falls(edition, decisions)
    assert abs(cliff) >= max(map(abs, falls(edition, decisions, only_next=True)))


def measures_of(edition: Edition, decision: Decision) -> dict[str, Any]:
    """What the measures came to; every one of them is a whole number, a code, a truth value, or unknown."""
    given_ = {step.policy: step.outcome["value"] for step in decision.trace if step.step == "measure"}
    return {id_: given_[id_] for id_ in edition.measures}


def overlapping(edition: Edition, decisions: list[Decision]) -> set[str]:
    """The tables two rows of which are true of somebody and worth something else."""
    found = set()
    for one in decisions:
        values = {MeasureRef(id_): each for id_, each in measures_of(edition, one).items()}
        for id_, rule in edition.rules.items():
            true = [case.worth for case in rule.cases if rule.table and holds(case.when, values.get) is True]
            if any(worth != true[0] for worth in true):
                found.add(id_)
    return found


def against(edition: Edition, decisions: list[Decision], rule: str, measure: str, way: str) -> bool:
    """Whether two people alike in all the rule reads but the measure have points that go the wrong way."""
    seen: dict[Any, list[tuple[int, int]]] = {}
    reads = edition.rules[rule]
    for one in decisions:
        step = next(s for s in rule_steps(one) if s.policy == rule)
        values = measures_of(edition, one)
        if step.outcome["how"] == "no_score" or values[measure] is None:
            continue
        alike = [values[id_] for id_ in reads.reads if id_ != measure]
        alike += [one.conclusions[name] for name in reads.reads_conclusions]
        seen.setdefault(tuple(alike), []).append((values[measure], step.outcome["points"] or 0))
    sign = 1 if way == "up" else -1
    return any(a < b and (q - p) * sign < 0 for group in seen.values() for a, p in group for b, q in group)


def falls(edition: Edition, decisions: list[Decision], *, only_next: bool = False) -> set[int]:
    """By how much the score falls when one ordered measure alone has more; `only_next` one more."""
    by_values = {tuple(measures_of(edition, one).values()): one.score for one in decisions}
    found = {0}
    for place, measure in enumerate(edition.measures.values()):
        if isinstance(measure.type, Code):
            continue
        for values, score in by_values.items():
            for more in range(int(values[place]) + 1, 6) if values[place] is not None else ():
                later = by_values.get((*values[:place], more, *values[place + 1 :]))
                if score is not None and later is not None and (not only_next or more == values[place] + 1):
                    found.add(score - later)
    return found


@settings(parent=SLOW, max_examples=25)
@given(data=st.data())
def test_independence(data: st.DataObject) -> None:
    """A field matters exactly if two records that differ in nothing else have different results."""
    documents = data.draw(small_books())
    edition = parsed(documents)
    name = data.draw(st.sampled_from(sorted(documents["person"]["fields"])))
    found = independent(edition, "person", name, LIMIT, AS_OF)
    groups: dict[Any, set[Any]] = {}
    for record in everybody(documents):
        if "person" in record["sources"]:
            rest = tuple(sorted((key, each) for key, each in record["sources"]["person"].items() if key != name))
            decision = decided(edition, record)
            result = (
                decision.score,
                decision.band,
                *decision.conclusions.values(),
                *(c.id for c in decision.consequences),
            )
            groups.setdefault(rest, set()).add(result)
    matters = any(len(results) > 1 for results in groups.values())
    if found.how == "unread":
        scores_ = {rest: {result[:2] for result in results} for rest, results in groups.items()}
        assert all(len(each) == 1 for each in scores_.values())
    else:
        assert found.how == ("matters" if matters else "proved")
    if found.people is not None:
        one, two = (person.record["sources"]["person"] for person in (found.people.before, found.people.after))
        assert {key: each for key, each in one.items() if key != name} == {k: v for k, v in two.items() if k != name}


# ---------------------------------------------------------------------------------------------- between two editions


@st.composite
def changed(draw: Any, documents: dict[str, Any]) -> dict[str, Any]:
    """The same documents with points, bands, consequences or the base changed, or nothing."""
    found = copy.deepcopy(documents)
    for _ in range(draw(st.integers(0, 2))):
        rule = draw(st.sampled_from([one for one in found.values() if one["kind"] == "rule"]))
        worth = draw(st.sampled_from(worths(rule)))
        if isinstance(worth.get("points"), int):
            worth["points"] += draw(st.sampled_from([-10, -5, 5, 10]))
        elif "total" in found:
            found["total"]["base"] += draw(st.sampled_from([-5, 5]))
        if draw(st.integers(0, 4)) == 0 and "total" in found:
            shift = draw(st.sampled_from([-1, 1]))
            found["total"]["bands"][0]["to"] += shift
            found["total"]["bands"][1]["from"] += shift
        if draw(st.integers(0, 4)) == 0:
            found["use"]["consequences"] = found["use"]["consequences"][:-1] or found["use"]["consequences"]
            found["use"]["consequences"][0]["polarity"] = draw(st.sampled_from(["benefit", "detriment", "neutral"]))
    return found


@settings(parent=SLOW, max_examples=40)
@given(data=st.data())
def test_between_two_editions(data: st.DataObject) -> None:
    """Equivalence, the largest moves, the band matrix and who is worse off are those of everybody."""
    documents = data.draw(small_books())
    a, b = parsed(documents), parsed(data.draw(changed(documents)))
    found = compare(a, b, LIMIT, AS_OF)
    pairs = [(decided(a, record), decided(b, record)) for record in everybody(documents)]
    assert {effect.happens for effect in found.effects} <= {"yes", "no"}
    assert found.equivalent == ("yes" if all(result(a, one) == result(b, two) for one, two in pairs) else "no")
    moves = [two.score - one.score for one, two in pairs if one.score is not None and two.score is not None]
    assert value(found.rise) == max(moves, default=None)
    assert value(found.fall) == min(moves, default=None)
    moved = {(one.band, two.band) for one, two in pairs}
    assert {key for key, answer in found.bands.items() if answer == "yes"} == moved
    assert (found.nobody_worse == "no") is any(worse(a, b, one, two) for one, two in pairs)
    people_hold(a, b, found)


def result(edition: Edition, decision: Decision) -> Any:
    """What a person sees; a benefit that has become a detriment is not the same."""
    follows = {(one.id, polarities(edition)[one.id]) for one in decision.consequences}
    return decision.score, decision.band, decision.conclusions, follows


def polarities(edition: Edition) -> dict[str, str]:
    return {one.id: one.polarity for one in edition.uses["use"].consequences}


def worse(a: Edition, b: Edition, one: Decision, two: Decision) -> bool:
    """The definition, written down once more."""
    was, will = polarities(a), polarities(b)
    before, after = ({c.id for c in decision.consequences} for decision in (one, two))
    benefits = {id_ for id_ in before if was[id_] == "benefit"} - {id_ for id_ in after if will[id_] == "benefit"}
    detriments = {id_ for id_ in after if will[id_] == "detriment"} - {id_ for id_ in before if was[id_] == "detriment"}
    lost = one.score is not None and two.score is None
    lower = one.score is not None and two.score is not None and two.score < one.score
    order = ["low", "mid", "high"]
    below = one.band is not None and two.band is not None and order.index(two.band) < order.index(one.band)
    return bool(benefits or detriments or lost or lower or below)


def people_hold(a: Edition, b: Edition, found: Compared) -> None:
    """Whoever is shown gets what is said when run again, and shows the effect."""
    for effect in found.effects:
        if effect.people is None:
            assert effect.happens != "yes"
            continue
        for edition, person in ((a, effect.people.before), (b, effect.people.after)):
            again = replay(edition, person.record, AS_OF, "use")
            assert isinstance(again, Decision)
            assert (again.score, again.band) == (person.outcome.score, person.outcome.band)
        one, two = effect.people.before.outcome, effect.people.after.outcome
        if effect.kind in ("score-up", "score-down"):
            assert one.score is not None
            assert two.score is not None
            assert (two.score > one.score) is (effect.kind == "score-up")
        if effect.kind.endswith("-lost") and effect.what is not None and polarities(a) == polarities(b):
            assert effect.what in one.follows - two.follows


# --------------------------------------------------------------------------------- rulebooks with everything in them


@settings(parent=SLOW, max_examples=8)
@given(data=st.data())
def test_whole_rulebooks(data: st.DataObject) -> None:
    """Nothing happens to a drawn record that was proved impossible, and no one more row costs more than was proved."""
    drawn = data.draw(rulebooks())
    found = prove(drawn.edition, LIMIT, AS_OF)
    reached = {(one.rule, one.case): one.reachable for one in found.cases}
    events = {event.source: event for event in found.events}
    for event in events.values():
        shows_the_drop(event)
    for _ in range(4):
        record = data.draw(records(drawn))
        decision = replay(drawn.edition, record, AS_OF, "use")
        assert isinstance(decision, Decision)
        assert all(reached[key] != "no" for key in winners(decision))
        if decision.score is None:
            assert found.no_score != "no"
            continue
        assert found.bands[decision.band or ""] != "no"
        for end, sign in ((found.score.least, 1), (found.score.most, -1)):
            assert end is not None
            assert not isinstance(end, Reach) or end.value * sign <= decision.score * sign
        for id_ in events.keys() & record["sources"].keys():
            more = [*record["sources"][id_], data.draw(rows_of(drawn.documents[id_]))]
            later = replay(drawn.edition, {**record, "sources": {**record["sources"], id_: more}}, AS_OF, "use")
            assert isinstance(later, Decision)
            drop = events[id_].drop
            if later.score is not None and isinstance(drop, int):
                assert decision.score - later.score <= drop


def shows_the_drop(event: Event) -> None:
    """The two people of an event differ by its row and by so many points."""
    if event.people is None:
        assert event.drop == 0 or isinstance(event.drop, Undecided | Unshown)
        return
    one, two = event.people.before, event.people.after
    assert one.outcome.score is not None
    assert two.outcome.score is not None
    assert one.outcome.score - two.outcome.score == event.drop
    assert two.record["sources"][event.source] == [*one.record["sources"][event.source], event.row]


@st.composite
def reworked(draw: Any, documents: dict[str, Any]) -> dict[str, Any]:
    """Another version of a whole rulebook: points, windows, retention, or what a contest sets aside."""
    found = copy.deepcopy(documents)
    for _ in range(draw(st.integers(1, 2))):
        match draw(st.sampled_from(["points", "window", "retention", "contest"])):
            case "points":
                found = draw(changed(found))
            case "window":
                for document in found.values():
                    for body in document.values() if document["kind"] == "measure" else ():
                        if isinstance(body, dict) and "within" in body:
                            body["within"] = draw(months())
            case "retention":
                of = found[draw(st.sampled_from([id_ for id_, one in found.items() if one["kind"] == "source"]))]
                of["retention"] = draw(retention(rows="rows" in of))
            case _:
                sets_aside = draw(st.lists(st.sampled_from(["person", "bills"]), unique=True))
                found["contest"]["sets_aside"] = sets_aside
    return found


@settings(parent=SLOW, max_examples=8)
@given(data=st.data())
def test_two_whole_rulebooks(data: st.DataObject) -> None:
    """Nothing that was proved impossible happens to a drawn record, and whoever is shown gets what is said."""
    drawn = data.draw(rulebooks())
    a, b = drawn.edition, parsed(data.draw(reworked(drawn.documents)))
    found = compare(a, b, LIMIT, AS_OF)
    happens = {(effect.kind, effect.what): effect.happens for effect in found.effects}
    people_hold(a, b, found)
    for _ in range(4):
        record = {**data.draw(records(drawn)), "as_of": AS_OF.isoformat()}
        one, two = decided(a, record), decided(b, record)
        assert found.bands[one.band, two.band] != "no"
        assert result(a, one) == result(b, two) or found.equivalent != "yes"
        if one.score is not None and two.score is not None:
            moved = two.score - one.score
            assert not isinstance(found.rise, Reach) or moved <= found.rise.value
            assert not isinstance(found.fall, Reach) or moved >= found.fall.value
            if moved:
                assert happens["score-up" if moved > 0 else "score-down", None] != "no"


def test_pairs_name_what_moved() -> None:
    """A pair is two people; the rules whose points differ come along."""
    assert Pair.__match_args__ == ("before", "after", "moved")
