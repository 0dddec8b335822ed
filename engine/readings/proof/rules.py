"""Rules as solver expressions: which case wins, how many points that is, and what is concluded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import z3

from engine.ir import AsOf, ConclusionRef, Each, Edition, Fixed, Given, MeasureRef, Rule, Subject
from engine.proved import Unsaid
from engine.readings.proof.cells import number_of
from engine.readings.proof.conditions import Look, held
from engine.readings.proof.logic import Truth, any_of, both, chosen, ident, negated
from engine.readings.proof.numbers import number
from engine.readings.proof.terms import UNKNOWN, Linear, Span, Term, at_least
from engine.readings.proof.world import World, integer, truth

MOST_CASES = 5_000
"""A rule with more cases is not expressed: what it gives is taken to be anything it can give."""

MOST_STEPS = 40
"""Points for each month of an age are laid out month by month, up to so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Ruled:
    """What a rule comes to: where each case wins and is true, where it is unknown, its points, and what it concludes.

    `points` lies between `least` and `most`, and is 0 where the rule gives none.
    """

    wins: tuple[Truth, ...]
    true: tuple[Truth, ...]
    unknown: Truth
    gap: Truth
    points: Any
    least: int
    most: int
    no_score: Truth
    concluded: Mapping[str, Linear]


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Another edition's rules, with the measures they read: a rule that says the same of the same is taken over."""

    edition: Edition
    values: Mapping[str, Term]
    rules: Mapping[str, Ruled]
    conclusions: Mapping[str, Linear]


def ruled(
    world: World, edition: Edition, values: Mapping[str, Term], beside: Beside | None = None
) -> tuple[dict[str, Ruled], dict[str, Linear]]:
    """Every rule of an edition in order, and every conclusion; rules that are the same function are the same value."""
    conclusions: dict[str, Linear] = {}
    found: dict[str, Ruled] = {}
    for id_, rule in edition.rules.items():
        known = beside is not None and _says_the_same(rule, values, conclusions, beside)
        found[id_] = beside.rules[id_] if beside and known else rule_of(world, rule, values, conclusions)
        conclusions.update(found[id_].concluded)
    return found, conclusions


def _says_the_same(rule: Rule, values: Mapping[str, Term], conclusions: Mapping[str, Linear], beside: Beside) -> bool:
    """Whether a rule is there in the other edition too, over the very same measures and conclusions."""
    other = beside.edition.rules.get(rule.head.id)
    return (
        other is not None
        and (
            other is rule
            or (other.cases, other.unknown, other.conclusions) == (rule.cases, rule.unknown, rule.conclusions)
        )
        and all(values[id_] is beside.values.get(id_) for id_ in rule.reads)
        and all(conclusions[name] is beside.conclusions.get(name) for name in rule.reads_conclusions)
    )


def looking(world: World, values: Mapping[str, Term], conclusions: Mapping[str, Linear]) -> Look:
    """Gives conditions on measures and conclusions their terms."""

    def look(subject: Subject | AsOf) -> Term:
        match subject:
            case MeasureRef(measure):
                return values[measure]
            case ConclusionRef(name):
                return conclusions[name]
            case AsOf():
                return Linear(True, world.as_of.toordinal())
            case _:
                return UNKNOWN

    return look


def rule_of(world: World, rule: Rule, values: Mapping[str, Term], conclusions: Mapping[str, Linear]) -> Ruled:
    """One rule over measures and the conclusions of the rules before it."""
    if len(rule.cases) > MOST_CASES:
        return _loose(
            world, rule, [*(values[id_] for id_ in rule.reads), *map(conclusions.get, rule.reads_conclusions)]
        )
    look = looking(world, values, conclusions)
    still: Truth = True
    wins: list[Truth] = []
    true: list[Truth] = []
    for case in rule.cases:
        pair = held(world, case.when, look)
        each = case.worth.points
        counted = values[each.of].known if isinstance(each, Each) else True
        true.append(pair.true)
        wins.append(both([still, pair.true, counted]))
        still = both([still, pair.false])
    unknown = negated(any_of(wins))
    worths = [_points(world, case.worth.points, values) for case in rule.cases]
    outcomes = [*zip(wins, worths, strict=True), (unknown, (rule.unknown.points or 0,) * 3)]
    key = ("rule", *((ident(win), ident(worth[0])) for win, worth in outcomes))
    if key not in world.kept:
        world.kept[key] = (outcomes, *_added(world, rule.head.id, outcomes))
    _, points, least, most = world.kept[key]
    no_score = [win for win, case in zip(wins, rule.cases, strict=True) if case.worth.no_score is not None]
    if rule.unknown.no_score is not None:
        no_score.append(unknown)
    return Ruled(
        tuple(wins),
        tuple(true),
        unknown,
        still,
        points,
        least,
        most,
        any_of(no_score),
        {each.name: _concluded(world, rule, each.name, wins, unknown, each.codes is None) for each in rule.conclusions},
    )


def _loose(world: World, rule: Rule, read: list[Term | None]) -> Ruled:
    """A rule of which only its bounds are known: what is proved of it is true, but nobody can be shown."""
    key = ("loose rule", rule.head.id, rule.head.digest, *map(id, read))
    if key not in world.kept:
        world.unsaid.append(Unsaid("rule", rule.head.id, "too-many-cases"))
        unknown = rule.unknown.points or 0
        ends = [(unknown, unknown), *(_bounds(case.worth.points) for case in rule.cases)]
        least, most = min(low for low, _ in ends), max(high for _, high in ends)
        points = integer(world, rule.head.id)
        world.laws += [points >= least, points <= most]
        refuses = any(case.worth.no_score is not None for case in rule.cases) or rule.unknown.no_score is not None
        no_score = truth(world, f"{rule.head.id} refuses") if refuses else False
        concluded = {}
        for one in rule.conclusions:
            value = integer(world, one.name)
            numbers = [0, 1] if one.codes is None else [_code(world, each.code) for each in one.codes.choices]
            world.laws.append(any_of(value == number for number in numbers))
            concluded[one.name] = Linear(truth(world, f"{one.name} known"), value)
        world.kept[key] = read, Ruled((), (), False, False, points, least, most, no_score, concluded)
    found: Ruled = world.kept[key][1]
    return found


def _bounds(points: Fixed | Each | None) -> tuple[int, int]:
    """The least and the most of a case, without the measure it counts."""
    match points:
        case None:
            return 0, 0
        case Fixed(value):
            return value, value
        case Each(_, _, bound):
            return min(bound, 0), max(bound, 0)


def _added(world: World, id_: str, outcomes: Any) -> tuple[Any, int, int]:
    """A variable for the points of a rule with its bounds, which let the solver refute a sum at once."""
    possible = [worth for win, worth in outcomes if win is not False]
    least, most = min(low for _, low, _ in possible), max(high for _, _, high in possible)
    if least == most:
        return least, least, most
    points = integer(world, id_)
    world.laws += [points >= least, points <= most]
    for win, (worth, _, _) in outcomes:
        if win is not False:
            world.laws.append(points == worth if win is True else z3.Implies(win, points == worth))
    return points, least, most


def _points(world: World, points: Fixed | Each | None, values: Mapping[str, Term]) -> tuple[Any, int, int]:
    """The points of a case with the least and the most they can be."""
    match points:
        case None:
            return 0, 0, 0
        case Fixed(value):
            return value, value, value
        case Each(each, of, bound):
            term = values[of]
            steps = -(-abs(bound) // abs(each)) if each * bound > 0 else 0
            if isinstance(term, Span) and 0 < steps <= MOST_STEPS:
                expression: Any = 0
                for step in range(1, steps + 1):
                    worth = max(bound, each * step) if each < 0 else min(bound, each * step)
                    expression = chosen(at_least(term, step), worth, expression)
            else:
                value = each * number(world, term)
                past = value < bound if each < 0 else value > bound
                expression = chosen(past, bound, value)
            return expression, min(bound, 0), max(bound, 0)


def _concluded(world: World, rule: Rule, name: str, wins: list[Truth], unknown: Truth, flag: bool) -> Linear:
    """A flag or code: known where a case wins that gives it, or any case if it is a flag, or `unknown` states it."""
    given = [
        *((win, case.worth.concludes) for win, case in zip(wins, rule.cases, strict=True)),
        (unknown, rule.unknown.concludes),
    ]
    known: list[Truth] = [] if not flag else list(wins)
    value: Any = 0
    for when, concludes in given:
        for one in concludes:
            if one.conclusion == name:
                known.append(when)
                value = chosen(when, _number(world, one), value)
    return Linear(any_of(known), value)


def _number(world: World, given: Given) -> int:
    return _code(world, given.value) if isinstance(given.value, str) else number_of(given.value, world.codes)


def _code(world: World, code: str) -> int:
    return world.codes.setdefault(code, len(world.codes))
