"""What would change a result: what is claimed is true, nothing nearer does it, and the browser says the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
import quickjs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.decision import Decision
from engine.given import read_given
from engine.ir import Day, Each, Edition, Value
from engine.locate import policies_folder
from engine.nearest import Nearest, case_of, gain, helps, nearest, nearest_json, scale, worked_out
from engine.readings import truth
from engine.records import read_json
from engine.rulebook import edition, load_rulebook
from engine.settable import settable
from tests.browser_cases import drawn_measures, edition_text, json_text, numbers_in, sent, written
from tests.strategies import AS_OF, TEXT, Drawn, header, parsed, rulebooks, source
from tests.website import DEMO

BOOKS = [*sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml")), DEMO]
CASES = 400
"""So many here; `make soak` draws more."""
CASES_OF_A_RULEBOOK = 20
CASES_OF_A_SHIPPED_ONE = 8
FEW = 40
"""A scale of so many places is tried out whole, of every fourth case."""


@pytest.fixture(scope="module")
def say() -> Any:
    return script_says()


def script_says() -> Any:
    """What the script makes of an edition and of settable measures."""
    context = quickjs.Context()
    context.eval(sent())
    context.eval("""globalThis.run = (text, cases) => {
      const data = JSON.parse(text);
      return JSON.stringify(JSON.parse(cases).map(([measures, asOf]) =>
        Rulebook.write(Rulebook.nearest(data, Rulebook.parse(measures).value, {asOf}))));
    }""")
    inside = context.get("run")
    return lambda of, cases: json.loads(inside(edition_text(of), json.dumps(cases)))


def sets_of_measures(of: Edition, seed: int, count: int) -> Iterator[tuple[str, date]]:
    """Measures that can be read, as JSON text, each with a day."""
    draw = random.Random(seed)
    numbers = sorted(numbers_in(of))
    found = 0
    while found < count:
        as_of = max(of.from_, date(2027, 1, 1)) + timedelta(days=draw.randrange(800))
        drawn = {id_: value for id_, value in drawn_measures(draw, of, as_of, numbers).items() if id_ in of.measures}
        text = json_text(drawn)
        if not isinstance(read_given(of, read_json(text), as_of), list):
            found += 1
            yield text, as_of


def agree(say: Any, of: Edition, seed: int, count: int) -> int:
    """The script and the engine name the same changes, and what they claim is true."""
    cases = list(sets_of_measures(of, seed, count))
    said = say(of, [[text, as_of.isoformat()] for text, as_of in cases])
    changes = 0
    for number, ((text, as_of), there) in enumerate(zip(cases, said, strict=True)):
        values = read_given(of, read_json(text), as_of)
        assert not isinstance(values, list)
        found = nearest(of, values, as_of)
        assert there == written(nearest_json(of, found)), f"{text} {as_of}"
        check(of, values, as_of, found, every=number % 4 == 0)
        changes += len(found.rules) + len(found.ways) + len(found.known) + len(found.together)
    return changes


def check(of: Edition, values: dict[str, Value | None], as_of: date, found: Nearest, *, every: bool) -> None:
    """Every claim holds, and on scales that can be tried out whole nothing nearer does the same."""
    start = worked_out(of, values, as_of)

    def decided(*changed: tuple[str, Value]) -> Decision:
        return truth.decide_given(of, worked_out(of, {**start, **dict(changed)}, as_of), as_of, next(iter(of.uses)))

    now = truth.decide_given(of, start, as_of, next(iter(of.uses)))

    def in_their_interest(id_: str, then: Decision) -> bool:
        if now.score is not None and (then.score is None or then.score < now.score):
            return False
        return start[id_] is not None or helps(of, now, then)

    for one in found.rules:
        then = decided((one.change.measure, one.change.value))
        assert in_their_interest(one.change.measure, then)
        assert (then.points[one.rule], then.score, then.band) == (one.points, one.change.score, one.change.band)
        assert case_of(then, one.rule) == one.case
        assert one.more == one.points - (now.points[one.rule] or 0)
        assert gain(of, now, then, one.rule) > 0
    assert found.band == (found.ways[0].change if found.ways else None)
    for way in found.ways:
        then = decided((way.change.measure, way.change.value))
        assert (then.score, then.band) == (way.change.score, way.change.band)
        assert gain(of, now, then, None) > 0
        assert in_their_interest(way.change.measure, then)
        assert all(gain(of, now, then, rule) > 0 for rule in way.rules)
    for one in found.known:
        assert now.score is None
        assert start[one.measure] is None
        assert decided((one.measure, one.value)).score == one.score
    assert not (found.together and found.ways)
    for count, way in enumerate(found.together, 1):
        then = decided(*((each.change.measure, each.change.value) for each in found.together[:count]))
        assert (then.score, then.band) == (way.change.score, way.change.band)
        assert (gain(of, now, then, None) > 0) is (count == len(found.together))
    if up_and_down(of) or not every:
        return
    claims = {one.rule: one.change for one in found.rules}
    ways = {way.change.measure: way.change for way in found.ways}
    known = {one.measure: one for one in found.known}
    for id_ in settable(of):
        drawn = scale(of, id_, start, as_of)
        for value, far in every_value(of, id_, start[id_], drawn, as_of):
            then = decided((id_, value))
            if id_ in known:
                least = known[id_].score
                assert then.score is not None, f"{id_} = {value} gives no score"
                assert least is not None
                assert least <= then.score, f"{id_} = {value} gives less"
            for goal in (*now.points, *(() if id_ in known else (None,))):
                if gain(of, now, then, goal) > 0 and in_their_interest(id_, then):
                    claim = ways.get(id_) if goal is None else claims.get(goal)
                    assert claim is not None, f"{goal}: {id_} = {value} is better"
                    assert distance(of, claim.measure, start, claim.value, as_of) <= far, f"{goal}: {id_} = {value}"


def every_value(of: Edition, id_: str, now: Value | None, drawn: Any, as_of: date) -> Iterator[tuple[Value, Fraction]]:
    """Every value of a short scale, and those around what was tried of a long one, with how far each is."""
    if drawn.choices:
        yield from ((value, Fraction(value != now) + drawn.unknown) for value in drawn.choices)
        return
    inner = drawn.tried[1:-1] or drawn.tried
    low, high = max(drawn.tried[0], inner[0] - 3), min(drawn.tried[-1], inner[-1] + 3)
    if high - low <= FEW:
        places = set(range(low, high + 1))
    else:
        middles = {(a + b) // 2 for a, b in pairwise(drawn.tried)}
        places = {near for at in {*drawn.tried, *middles} for near in range(at - 2, at + 3)}
    for place in sorted(place for place in places if drawn.tried[0] <= place <= drawn.tried[-1]):
        value = date.fromordinal(place) if isinstance(of.measures[id_].type, Day) else place
        yield value, Fraction(abs(place - drawn.origin), drawn.span) + drawn.unknown


def distance(of: Edition, id_: str, start: dict[str, Value | None], value: Value, as_of: date) -> Fraction:
    drawn = scale(of, id_, start, as_of)
    if drawn.choices:
        return Fraction(value != start[id_]) + drawn.unknown
    place = value.toordinal() if isinstance(value, date) else int(value)
    return Fraction(abs(place - drawn.origin), drawn.span) + drawn.unknown


def up_and_down(of: Edition) -> bool:
    """Whether points per unit could go up and down along one measure, for which nothing is promised."""
    counted = [case.worth.points for rule in of.rules.values() for case in rule.cases]
    return len({each.each > 0 for each in counted if isinstance(each, Each)}) > 1


def test_drawn_rulebooks(say: Any) -> None:
    """Every place of many scales is tried out."""
    drawn_agree(say, CASES)


def drawn_agree(say: Any, least: int) -> None:
    """Holds what is said against trying out, for at least so many cases over drawn rulebooks."""
    cases = changes = 0

    @settings(
        max_examples=least // CASES_OF_A_RULEBOOK + 1,
        phases=[Phase.reuse, Phase.generate],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(rulebooks(), st.integers(0, 2**32 - 1))
    def over_rulebooks(drawn: Drawn, seed: int) -> None:
        nonlocal cases, changes
        changes += agree(say, drawn.edition, seed, CASES_OF_A_RULEBOOK)
        cases += CASES_OF_A_RULEBOOK

    over_rulebooks()
    assert cases >= least
    assert changes >= cases // 2


@pytest.mark.parametrize("folder", BOOKS, ids=lambda folder: folder.name)
def test_shipped_rulebooks(say: Any, folder: Any) -> None:
    """Real policies have longer tables, and measures made of measures."""
    found = edition(load_rulebook(folder), AS_OF)
    assert found is not None
    assert agree(say, found, 1, CASES_OF_A_SHIPPED_ONE) > 12


def bent() -> Edition:
    """Measures that fall and then rise with one that a person sets: a distance from 0, and a window."""
    fields = {f"n{n}": {"type": "integer", "unit": "things", "category": "pd:Transactional"} for n in range(3)}
    given = {name: {**each, "title": TEXT, "optional": True} for name, each in fields.items()}
    made = {
        **{name: {"value": {"of": "person", "field": f"n{n}"}} for n, name in enumerate(("a", "low", "high"))},
        "minus-a": {"times": {"measure": "a", "by": -1}, "places": 0},
        "away": {"greatest_of": ["a", "minus-a"]},
        "above": {"subtract": ["a", "low"]},
        "under": {"subtract": ["high", "a"]},
        "inside": {"least_of": ["above", "under"]},
    }
    asked = {"near": {"away": {"at_most": 7}}, "window": {"inside": {"at_least": 5}}, "far": {"a": {"more_than": 900}}}
    rules = {
        name: {
            **header("rule", name),
            "why": TEXT,
            "cases": [{"when": when, "points": 60}, {"otherwise": True, "points": 0}],
            "unknown": {"points": 0, "because": TEXT},
            "examples": [{"is": {next(iter(when)): "unknown"}, "unknown": True}] * 2,
        }
        for name, when in asked.items()
    }
    bands = [
        {"id": "poor", "from": -9, "to": 49, "title": TEXT},
        {"id": "fair", "from": 50, "to": 110, "title": TEXT},
        {"id": "good", "from": 111, "to": 999, "title": TEXT},
    ]
    return parsed(
        {
            "person": source("person", given, {"facts": {}}, [{"keep": "while-open"}]),
            **{
                name: {**header("measure", name), "category": "pd:Transactional", **body} for name, body in made.items()
            },
            **rules,
            "total": {
                **header("score", "total"),
                "base": 0,
                "adds": list(rules),
                "range": {"least": -9, "greatest": 999},
                "bands": bands,
            },
            "use": {
                **header("use", "use"),
                "decided_by": [TEXT],
                "purposes": ["rental"],
                "context": "housing",
                "human_review": TEXT,
                "automation": "decision-support",
                "consequences": [],
            },
        }
    )


@pytest.mark.parametrize("seed", range(3))
def test_where_a_rise_becomes_a_fall(say: Any, seed: int) -> None:
    """Both sides of such a place are looked at."""
    assert agree(say, bent(), seed, 16) > 20
