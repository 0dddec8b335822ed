"""The largest change of the score when one measure goes over one threshold and everything else stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from time import perf_counter
from typing import Any

from engine.ir import Code, Edition, Rule, Value
from engine.proved import Cliff, Undecided, Unsettled
from engine.readings.proof.cells import value_of
from engine.readings.proof.direction import points_alone, thresholds
from engine.readings.proof.logic import Truth, chosen, negated
from engine.readings.proof.rules import Ruled, rule_of
from engine.readings.proof.scoring import View, difference, grouped, scored_where
from engine.readings.proof.showing import Stage, shown
from engine.readings.proof.solving import Far, farthest
from engine.readings.proof.terms import Linear, Term, at_least
from engine.readings.proof.world import World, bounds_of


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A threshold of a measure with minus the most the score can change over it; `exact` if each rule was asked."""

    less: int
    measure: str
    at: int
    exact: bool


def cliff(stage: Stage, edition: Edition, limit: float) -> Cliff | Unsettled | None:
    """The largest change of the score when one measure goes over one threshold and all else stays.

    The steps that may be largest are looked at first, and what cannot be larger than the best is left. `limit` seconds
    are for all of them together: those left over might hide a larger change, so it is undecided then.
    """
    if edition.score is None:
        return None
    best: Cliff | None = None
    end = perf_counter() + limit
    heap = steps(stage, edition)
    while heap:
        step = heappop(heap)
        known = 0 if best is None else abs(best.drop)
        if -step.less <= known:
            break
        if perf_counter() > end:
            return Undecided(limit)
        if not step.exact:
            less = -sum(_jump(stage, edition, rule, step) for rule in _scoring(edition, step.measure))
            heappush(heap, replace(step, less=less, exact=True))
            continue
        found = _over(stage, edition, step, known)
        if isinstance(found, Cliff):
            best = found
        elif found is not None:
            return found
    return best


def _scoring(edition: Edition, measure: str) -> list[Rule]:
    """The rules of the score that read a measure, or a conclusion that may come from it."""
    assert edition.score is not None, "rules are of a score"  # narrows the type
    touched: set[str] = set()
    found = []
    for id_, rule in edition.rules.items():
        if measure in rule.reads or touched & set(rule.reads_conclusions):
            touched |= {each.name for each in rule.conclusions}
            found += [rule] if id_ in edition.score.rules else []
    return found


def steps(stage: Stage, edition: Edition) -> list[Step]:
    """Every threshold of every measure that a rule reads, as a heap, with a rough bound for each."""
    at = {
        (measure, cut)
        for rule in edition.rules.values()
        for measure in rule.reads
        for cut in _cuts(stage.world, edition, rule, measure)
    }
    rules = stage.views[0].rules
    rough = {
        measure: sum(rules[rule.head.id].most - rules[rule.head.id].least for rule in _scoring(edition, measure))
        for measure, _ in at
    }
    found = [Step(-rough[measure], measure, cut, exact=False) for measure, cut in at if rough[measure]]
    heapify(found)
    return found


def _cuts(world: World, edition: Edition, rule: Rule, measure: str) -> set[int]:
    """The thresholds of a measure in a rule that its values can lie on both sides of; codes have no order."""
    type_ = edition.measures[measure].type
    if isinstance(type_, Code):
        return set()
    least, greatest = bounds_of(type_)
    found = thresholds(rule, measure, world.codes, world.as_of)
    return {cut for cut in found if (least is None or cut > least) and (greatest is None or cut <= greatest)}


def _jump(stage: Stage, edition: Edition, rule: Rule, step: Step) -> int:
    """The most the points of a rule alone can change over a threshold, whatever else it reads."""
    if rule.reads == (step.measure,) and not rule.reads_conclusions:
        type_, day = edition.measures[step.measure].type, stage.world.as_of
        low, high = (points_alone(type_, rule, step.measure, value, day) or 0 for value in (step.at - 1, step.at))
        return abs(high - low)
    before = stage.views[0]
    mine = before.rules[rule.head.id]
    if rule.reads_conclusions:
        return mine.most - mine.least
    there = rule_of(stage.world, rule, {**before.values, step.measure: Linear(True, step.at)}, before.conclusions)
    most = 0
    for change in (there.points - mine.points, mine.points - there.points):
        if isinstance(change, int):
            most = max(most, change)
            continue
        wanted = [*_below(stage, before, step.measure, step.at), change > most]
        far = farthest(stage.found, change, there.most - mine.least + mine.most - there.least, wanted)
        if isinstance(far, Far):
            most = far.value
        elif far is not None:
            return max(mine.most, there.most) - min(mine.least, there.least)
    return most


def _below(stage: Stage, before: View, measure: str, cut: int) -> list[Truth]:
    """Where a measure lies between a threshold and the one before it."""
    rules = [rule for rule in before.edition.rules.values() if measure in rule.reads]
    cuts = {at for rule in rules for at in _cuts(stage.world, before.edition, rule, measure)}
    term = before.values[measure]
    lower = max((at for at in cuts if at < cut), default=None)
    found = [before.scored, term.known, negated(at_least(term, cut))]
    return found + ([at_least(term, lower)] if lower is not None else [])


def _over(stage: Stage, edition: Edition, step: Step, more_than: int) -> Cliff | Unsettled | None:
    """The largest change over one threshold that is larger than what is known already."""
    before = stage.views[0]
    where = _below(stage, before, step.measure, step.at)
    change, scored = _moved(stage.world, edition, before, {**before.values, step.measure: Linear(True, step.at)})
    if isinstance(change, int):
        return None
    best: Cliff | Unsettled | None = None
    for sign in (1, -1):
        drop = change * -sign
        wanted = [*where, scored, drop > more_than]
        far = farthest(stage.found, drop, -step.less, wanted)
        if far is None:
            continue
        if not isinstance(far, Far):
            return far
        people = shown(stage, [*where, scored, drop == far.value], far.model)
        if not isinstance(people, tuple):
            return people
        more_than = far.value
        best = Cliff(step.measure, _as_value(stage, edition, step), far.value * sign, people[0])
    return best


def _as_value(stage: Stage, edition: Edition, step: Step) -> Value:
    names = {number: code for code, number in stage.world.codes.items()}
    return value_of(step.at, edition.measures[step.measure].type, names)


def _moved(world: World, edition: Edition, before: View, values: Mapping[str, Term]) -> tuple[Any, Truth]:
    """How the score changes with other values, and where there is one; only rules that read them are written anew."""
    score = edition.score
    assert score is not None, "a score is moved"  # narrows the type
    rules: dict[str, Ruled] = {}
    conclusions = dict(before.conclusions)
    touched: set[str] = set()
    changed = {id_ for id_, term in values.items() if term is not before.values[id_]}
    for id_, rule in edition.rules.items():
        if changed & set(rule.reads) or touched & set(rule.reads_conclusions):
            rules[id_] = rule_of(world, rule, values, conclusions)
            conclusions.update(rules[id_].concluded)
            touched |= set(rules[id_].concluded)
        else:
            rules[id_] = before.rules[id_]
    groups = {group.id: grouped(group, rules) for group in score.groups}
    apart = difference(before, score, groups, rules)
    if isinstance(apart, int):
        return apart, True
    after = before.total.value + apart
    held = after
    if before.total.least < score.least or before.total.most > score.greatest:
        held = chosen(after < score.least, score.least, chosen(after > score.greatest, score.greatest, after))
    return held - before.score.value, scored_where(world, edition, values, rules, conclusions)
