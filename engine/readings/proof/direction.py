"""Declared directions: that more of a measure never lowers, or never raises, the points of a rule.

First with every other measure free, which is enough if it holds; if not, with two whole people who differ in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import z3

from engine.conditions import each_test, operands
from engine.ir import (
    AsOf,
    Constant,
    Day,
    Direction,
    Each,
    Edition,
    MeasureRef,
    Number,
    Rule,
    Type,
    Value,
)
from engine.kleene import holds
from engine.outcome import given_points
from engine.proved import Held, Pair, Replay, Undecided
from engine.readings.proof.cells import number_of, value_of
from engine.readings.proof.logic import Truth, any_of, both, negated
from engine.readings.proof.numbers import number
from engine.readings.proof.people import record
from engine.readings.proof.rules import MOST_STEPS, rule_of
from engine.readings.proof.scoring import View, view
from engine.readings.proof.showing import Stage, pair_of, person_of
from engine.readings.proof.shrinking import choices_of, shrunk
from engine.readings.proof.solving import Search, ask, search
from engine.readings.proof.terms import Linear, Term, at_least
from engine.readings.proof.world import World, bounds_of, integer, truth, world


def directions(edition: Edition, as_of: date, stage: Stage, limit: float) -> Iterator[Held]:
    """Every declared direction of an edition."""
    for id_, rule in edition.rules.items():
        for one in rule.directions:
            excepted = one.except_ is not None
            lone = rule.reads == (one.measure,) and not rule.reads_conclusions
            if (lone and _stepwise(edition, as_of, rule, one)) or _free(edition, as_of, rule, one, limit) == "yes":
                yield Held(id_, one.measure, one.way, "yes", excepted, None)
            else:
                yield _tied(edition, as_of, rule, one, stage, limit)


def rule_cuts(rule: Rule, measure: str, codes: Mapping[str, int], as_of: date) -> set[int] | None:
    """Where a rule tells values of a measure apart; None if it looks at the value itself."""
    for case in rule.cases:
        if isinstance(case.worth.points, Each) and case.worth.points.of == measure:
            return None
        for test in each_test(case.when):
            mine = test.subject == MeasureRef(measure)
            if any(isinstance(each, MeasureRef) and (mine or each.measure == measure) for each in operands(test)):
                return None
    return thresholds(rule, measure, codes, as_of)


def thresholds(rule: Rule, measure: str, codes: Mapping[str, int], as_of: date) -> set[int]:
    """The values of a measure at which something begins or ends in a rule: what it is compared with, and what is next.

    Points for each one begin at 1, and change with each up to their bound.
    """
    found: set[int] = set()
    for case in rule.cases:
        each = case.worth.points
        if isinstance(each, Each) and each.of == measure:
            found |= set(range(1, min(MOST_STEPS, -(-abs(each.bound) // abs(each.each))) + 1))
        for test in each_test(case.when):
            if test.subject == MeasureRef(measure):
                for operand in operands(test):
                    if isinstance(operand, Constant):
                        found |= {number_of(operand.value, codes), number_of(operand.value, codes) + 1}
                    elif isinstance(operand, AsOf):
                        found |= {as_of.toordinal(), as_of.toordinal() + 1}
    return found


def _stepwise(edition: Edition, as_of: date, rule: Rule, one: Direction) -> bool:
    """Whether the points of a rule that reads one number or date only go the right way over each of its thresholds."""
    type_ = edition.measures[one.measure].type
    cuts = rule_cuts(rule, one.measure, {}, as_of) if isinstance(type_, Number | Day) else None
    if cuts is None:
        return False
    least, greatest = (type_.least, type_.greatest) if isinstance(type_, Number) else day_bounds()
    inside = sorted(cut for cut in cuts if (least is None or cut > least) and (greatest is None or cut <= greatest))
    firsts = [inside[0] - 1, *inside] if inside else []
    points = [given for first in firsts if (given := points_alone(type_, rule, one.measure, first, as_of)) is not None]
    sign = 1 if one.way == "up" else -1
    return all((later - earlier) * sign >= 0 for earlier, later in pairwise(points))


def day_bounds() -> tuple[int, int]:
    """The first and the last day of the calendar."""
    return date.min.toordinal(), date.max.toordinal()


def points_alone(type_: Type, rule: Rule, measure: str, number: int, as_of: date) -> int | None:
    """The points of a rule that reads one measure only, for one of its values; None if it refuses to score."""
    value = value_of(number, type_, {})

    def look(subject: object) -> Value | None:
        return value if subject == MeasureRef(measure) else as_of

    for case in rule.cases:
        answer = holds(case.when, look)
        if answer:
            return None if case.worth.no_score is not None else given_points(case.worth, {measure: value}) or 0
        if answer is None:
            break
    return None if rule.unknown.no_score is not None else rule.unknown.points or 0


# ------------------------------------------------------------------------------------------- every other thing free


def _free(edition: Edition, as_of: date, rule: Rule, one: Direction, limit: float) -> str:
    """Whether the direction holds even if every other measure and conclusion may be anything."""
    lone = World((edition,), as_of)
    found = search(lone, limit)
    shared: dict[str, Term] = {id_: _any_value(lone, edition, id_) for id_ in rule.reads}
    conclusions = {name: Linear(truth(lone, f"{name} known"), integer(lone, name)) for name in rule.reads_conclusions}
    low = _any_value(lone, edition, one.measure)
    high = _any_value(lone, edition, one.measure)
    assert isinstance(low, Linear), "a free value is a number"  # narrows the type
    assert isinstance(high, Linear), "a free value is a number"  # narrows the type
    lesser, greater = (rule_of(lone, rule, {**shared, one.measure: end}, conclusions) for end in (low, high))
    wanted = [low.known, high.known, low.number <= high.number, *_against(one, lesser, greater)]
    answer = ask(found, wanted)
    return "yes" if answer is None else "no"


def _any_value(lone: World, edition: Edition, id_: str) -> Linear:
    least, greatest = bounds_of(edition.measures[id_].type)
    found = Linear(truth(lone, f"{id_} known"), integer(lone, id_))
    lone.laws += [found.number >= least] if least is not None else []
    lone.laws += [found.number <= greatest] if greatest is not None else []
    return found


def _against(one: Direction, lesser: Any, greater: Any) -> list[Truth]:
    """Where the points go against the direction, both rules giving points."""
    wrong = greater.points < lesser.points if one.way == "up" else greater.points > lesser.points
    return [negated(lesser.no_score), negated(greater.no_score), wrong]


# ------------------------------------------------------------------------------------------------- two whole people


def _tied(edition: Edition, as_of: date, rule: Rule, one: Direction, stage: Stage, limit: float) -> Held:
    """Two people alike in everything the rule reads but one measure."""
    excepted = one.except_ is not None
    first, second = world([edition], as_of, "a"), world([edition], as_of, "b")
    second.codes = first.codes
    views = view(first, 0), view(second, 0)
    found = search(first, limit)
    wanted = [*_alike(first, second, views, rule, one), *_more(first, second, views, rule, one)]
    wanted += _against(one, views[0].rules[rule.head.id], views[1].rules[rule.head.id])
    answer = _ask_two(found, second, wanted)
    if answer is None:
        return Held(rule.head.id, one.measure, one.way, "yes", excepted, None)
    if isinstance(answer, Undecided):
        return Held(rule.head.id, one.measure, one.way, "undecided", excepted, None)
    people = _shown(stage, found, (first, second), views, wanted, answer, stage.replay)
    return Held(rule.head.id, one.measure, one.way, "no" if people else "undecided", excepted, people)


def _ask_two(found: Search, second: World, wanted: Sequence[Truth]) -> z3.ModelRef | Undecided | None:
    """The question with the laws of both people."""
    found.world.laws += second.laws
    found.world.slow += second.slow
    found.world.folded += second.folded
    return ask(found, wanted)


def _alike(first: World, second: World, views: tuple[View, View], rule: Rule, one: Direction) -> Iterator[Truth]:
    """What the rule reads besides the measure is the same, as far as the rule can tell."""
    for id_ in rule.reads:
        if id_ != one.measure:
            left, right = views[0].values[id_], views[1].values[id_]
            yield _same(left.known, right.known)
            cuts = rule_cuts(rule, id_, first.codes, first.as_of)
            if cuts is None:
                yield z3.Or(_as_term(negated(left.known)), number(first, left) == number(second, right))
            else:
                yield from (_same(at_least(left, cut), at_least(right, cut)) for cut in sorted(cuts))
    for name in rule.reads_conclusions:
        here, there = views[0].conclusions[name], views[1].conclusions[name]
        yield _same(here.known, there.known)
        yield any_of([negated(here.known), here.number == there.number])


def _more(first: World, second: World, views: tuple[View, View], rule: Rule, one: Direction) -> Iterator[Truth]:
    """The second has more of the measure."""
    left, right = views[0].values[one.measure], views[1].values[one.measure]
    yield left.known
    yield right.known
    cuts = rule_cuts(rule, one.measure, first.codes, first.as_of)
    if cuts is None:
        yield number(first, left) < number(second, right)
    else:
        yield any_of(both([negated(at_least(left, cut)), at_least(right, cut)]) for cut in sorted(cuts))


def _same(one: Truth, other: Truth) -> Truth:
    if isinstance(one, bool) and isinstance(other, bool):
        return one is other
    return _as_term(one) == _as_term(other)


def _as_term(part: Truth) -> Any:
    return z3.BoolVal(part) if isinstance(part, bool) else part


def _shown(
    stage: Stage,
    found: Search,
    worlds: tuple[World, World],
    views: tuple[View, View],
    wanted: Sequence[Truth],
    model: z3.ModelRef,
    replay: Replay,
) -> Pair | None:
    """Both people, run through the engine, whose points of the rule do go the wrong way."""
    reference = [*stage.reference, *stage.reference]
    fits = len(choices_of(worlds[0], model)) * 2 == len(reference)
    near = shrunk(found, worlds, wanted, model, reference) if fits else model
    for tried in (near, model):
        people = []
        for one, seen in zip(worlds, views, strict=True):
            whole = record(one, tried)
            own = Stage(found, one, (seen,), replay, (), stage.person)
            people.append(None if whole is None else person_of(own, seen, tried, whole))
        if people[0] is not None and people[1] is not None:
            return pair_of(people[0], people[1])
    return None
