"""Declared directions: that more of a measure never lowers, or never raises, the points of a rule.

First with every other measure free, which is enough if it holds; if not, with two whole people who differ in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import z3

from engine.ir import (
    AsOf,
    Constant,
    Direction,
    Each,
    Edition,
    MeasureRef,
    Operand,
    Rule,
)
from engine.readings.proof.cells import leaves, number_of, operands
from engine.readings.proof.logic import Truth, any_of, both, negated
from engine.readings.proof.numbers import number
from engine.readings.proof.people import record
from engine.readings.proof.results import Held, Pair, Replay
from engine.readings.proof.rules import rule_of
from engine.readings.proof.scoring import View, view
from engine.readings.proof.showing import Stage, pair_of, person_of
from engine.readings.proof.shrinking import choices_of, shrunk
from engine.readings.proof.solving import Search, Undecided, ask, search
from engine.readings.proof.terms import Linear, Term, at_least
from engine.readings.proof.world import World, bounds_of, integer, truth, world


def directions(edition: Edition, as_of: date, stage: Stage, limit: float) -> Iterator[Held]:
    """Every declared direction of an edition."""
    for id_, rule in edition.rules.items():
        for one in rule.directions:
            excepted = one.except_ is not None
            answer = None if any(each.why != "withheld" for each in stage.world.unsaid) else _free(edition, as_of, rule, one, limit)
            if answer == "yes":
                yield Held(id_, one.measure, one.way, "yes", excepted, None)
            else:
                yield _tied(edition, as_of, rule, one, stage, limit)


def rule_cuts(rule: Rule, measure: str, codes: Mapping[str, int], as_of: date) -> set[int] | None:
    """Where a rule tells values of a measure apart; None if it looks at the value itself."""
    found: set[int] = set()
    for case in rule.cases:
        if isinstance(case.worth.points, Each) and case.worth.points.of == measure:
            return None
        for test in leaves(case.when):
            mine = isinstance(test.subject, MeasureRef) and test.subject.measure == measure
            for operand in operands(test):
                if isinstance(operand, MeasureRef) and (mine or operand.measure == measure):
                    return None
                if mine:
                    value = _constant(operand, codes, as_of)
                    found |= {value, value + 1}
    return found


def _constant(operand: Operand, codes: Mapping[str, int], as_of: date) -> int:
    if isinstance(operand, Constant):
        return number_of(operand.value, codes)
    assert isinstance(operand, AsOf), "a rule has constants, measures and the day"  # narrows the type
    return as_of.toordinal()


# ------------------------------------------------------------------------------------------- every other thing free


def _free(edition: Edition, as_of: date, rule: Rule, one: Direction, limit: float) -> str:
    """Whether the direction holds even if every other measure and conclusion may be anything."""
    lone = World((edition,), as_of)
    found = search(lone, limit)
    shared: dict[str, Term] = {id_: _any_value(lone, edition, id_) for id_ in rule.reads}
    conclusions = {
        name: Linear(truth(lone, f"{name} known"), integer(lone, name)) for name in rule.reads_conclusions
    }
    _remember_codes(lone, rule)
    low = _any_value(lone, edition, one.measure)
    high = _any_value(lone, edition, one.measure)
    assert isinstance(low, Linear), "a free value is a number"  # narrows the type
    assert isinstance(high, Linear), "a free value is a number"  # narrows the type
    lesser, greater = (rule_of(lone, rule, {**shared, one.measure: end}, conclusions) for end in (low, high))
    wanted = [low.known, high.known, low.number <= high.number, *_against(one, lesser, greater)]
    answer = ask(found, wanted)
    return "yes" if answer is None else "no"


def _any_value(lone: World, edition: Edition, id_: str) -> Linear:
    least, greatest = bounds_of(edition.measures[id_].type, lone)
    found = Linear(truth(lone, f"{id_} known"), integer(lone, id_))
    lone.laws += [found.number >= least] if least is not None else []
    lone.laws += [found.number <= greatest] if greatest is not None else []
    return found


def _remember_codes(lone: World, rule: Rule) -> None:
    for case in rule.cases:
        for test in leaves(case.when):
            for operand in operands(test):
                if isinstance(operand, Constant) and isinstance(operand.value, str):
                    lone.codes.setdefault(operand.value, len(lone.codes))


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

