"""What one more row can cost, and the largest change over one step of one measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import z3

from engine.ir import Edition, MeasureRef, Rule, Value
from engine.kleene import holds
from engine.outcome import given_points
from engine.readings.proof.cells import value_of
from engine.readings.proof.direction import rule_cuts
from engine.readings.proof.logic import Truth, both, chosen, negated
from engine.readings.proof.people import plain_row, record, row_of
from engine.readings.proof.results import Cliff, Event, Pair, Unsettled, Unshown
from engine.readings.proof.rules import Ruled, rule_of
from engine.readings.proof.scoring import View, difference, grouped, view
from engine.readings.proof.showing import Stage, pair_of, person_of, shown
from engine.readings.proof.shrinking import shrunk
from engine.readings.proof.solving import Far, Undecided, farthest, number_in, truth_in
from engine.readings.proof.terms import Linear, Term, at_least
from engine.readings.proof.world import Rowed, World, integer, truth


@dataclass(frozen=True, slots=True, eq=False)
class More:
    """The same person with one more row: of which kind, and with which folded values."""

    world: World
    added: tuple[Any, ...]
    values: Mapping[tuple[int, str], Any]


def one_more(before: World, id_: str) -> More:
    """The person with one more row of a source that is there."""
    rowed = before.rowed[id_]
    added = tuple(truth(before, f"{id_} one more of {index}") for index in range(len(rowed.kinds)))
    before.laws += [z3.PbEq([(each, 1) for each in added], 1), rowed.present]
    values: dict[tuple[int, str], Any] = {}
    folds: dict[tuple[int, str, str], Any] = {}
    for (index, name, end), value in rowed.folds.items():
        span = rowed.kinds[index].spans[name]
        if (index, name) not in values:
            new = span.least if span.least == span.greatest else integer(before, f"{id_} one more {name}")
            before.laws += [] if isinstance(new, int) else [new >= span.least, new <= span.greatest]
            values[index, name] = new
        folds[index, name, end] = _with(rowed.counts[index], added[index], value, values[index, name], end)
    counts = tuple(count + z3.If(more, 1, 0) for count, more in zip(rowed.counts, added, strict=True))
    moved = Rowed(rowed.declared, rowed.present, rowed.kinds, counts, folds, moved="one more")
    return More(replace(before, rowed={**before.rowed, id_: moved}), added, values)


def _with(count: Any, more: Any, value: Any, new: Any, end: str) -> Any:
    """A fold of the rows of a kind with one more of them, if there is one more."""
    if end == "total":
        return value + chosen(more, new, 0)
    if isinstance(value, int) and isinstance(new, int):
        return value
    nearer = new < value if end == "least" else new > value
    return z3.If(z3.And(more, z3.Or(count == 0, nearer)), new, value)


def events(stage: Stage, edition: Edition) -> Iterator[Event]:
    """For each source of rows the most that one more row can cost somebody who keeps a score."""
    if edition.score is None:
        return
    for id_, rowed in stage.world.rowed.items():
        if rowed.kinds:
            yield _event(stage, id_)


def _event(stage: Stage, id_: str) -> Event:
    before = stage.views[0]
    found = stage.found
    found.solver.push()
    laws, told = list(stage.world.laws), found.told
    try:
        more = one_more(stage.world, id_)
        after = view(more.world, 0, beside=before)
        scored = [before.scored, after.scored]
        drop = before.score.value - after.score.value
        if isinstance(drop, int):
            return Event(id_, drop, None, None)
        far = farthest(found, drop, before.score.most - before.score.least, scored)
        if far is None:
            return Event(id_, 0, None, None)
        if not isinstance(far, Far):
            return Event(id_, far, None, None)
        if far.value <= 0:
            return Event(id_, 0, None, None)
        wanted = [*scored, drop == far.value]
        near = shrunk(found, [stage.world], wanted, far.model, stage.reference)
        for tried in (near, far.model):
            people = _two(stage, id_, more, after, tried)
            if people is not None:
                return Event(id_, far.value, people[0], people[1])
        return Event(id_, Unshown(), None, None)
    finally:
        found.solver.pop()
        stage.world.laws[:] = laws
        found.told = told


def _two(
    stage: Stage, id_: str, more: More, after: View, model: z3.ModelRef
) -> tuple[Pair, Mapping[str, Any]] | None:
    """The person without and with the row, both run through the engine."""
    whole = record(stage.world, model)
    if whole is None:
        return None
    rowed = stage.world.rowed[id_]
    index = next(index for index, each in enumerate(more.added) if truth_in(model, each))
    values = {name: number_in(model, value) for (at, name), value in more.values.items() if at == index}
    row = plain_row(rowed.declared, row_of(rowed.declared, rowed.kinds[index], values, 0))
    one = person_of(stage, stage.views[0], model, whole)
    later = {**whole, "sources": {**whole["sources"], id_: [*whole["sources"][id_], row]}}
    two = person_of(stage, after, model, later)
    return None if one is None or two is None else (pair_of(one, two), row)


# ---------------------------------------------------------------------------------------------------------- cliffs


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold of a measure, with the most the score could change over it by plain addition."""

    measure: str
    at: int
    most: int


def cliff(stage: Stage, edition: Edition, limit: float) -> Cliff | Unsettled | None:
    """The largest change of the score when one measure goes over one threshold and all else stays.

    `limit` seconds are for all the steps together: those left over might hide a larger change, so it is undecided then.
    """
    if edition.score is None:
        return None
    best: Cliff | None = None
    end = perf_counter() + limit
    for step in steps(stage, edition):
        if best is not None and step.most <= abs(best.drop):
            break
        if perf_counter() > end:
            return Undecided(limit)
        found = _over(stage, edition, step, 0 if best is None else abs(best.drop))
        if isinstance(found, Cliff):
            best = found
        elif found is not None:
            return found
    return best


def steps(stage: Stage, edition: Edition) -> list[Step]:
    """Every threshold of every measure that a scoring rule reads, the most promising first."""
    assert edition.score is not None, "steps are of a score"  # narrows the type
    at: dict[tuple[str, int], int] = {}
    for id_ in edition.score.rules:
        rule = edition.rules[id_]
        for measure in rule.reads:
            for cut in sorted(rule_cuts(rule, measure, stage.world.codes, stage.world.as_of) or ()):
                at[measure, cut] = at.get((measure, cut), 0) + _jump(stage, edition, rule, measure, cut)
    found = [Step(measure, cut, most) for (measure, cut), most in at.items() if most]
    return sorted(found, key=lambda step: -step.most)


def _jump(stage: Stage, edition: Edition, rule: Rule, measure: str, cut: int) -> int:
    """The most the points of a rule alone can change over a threshold, whatever else it reads."""
    if rule.reads == (measure,) and not rule.reads_conclusions:
        low, high = (_alone(stage.world, edition, rule, measure, value) for value in (cut - 1, cut))
        return abs(high - low)
    before = stage.views[0]
    here = _below(stage, before, measure, cut)
    there = rule_of(stage.world, rule, {**before.values, measure: Linear(True, cut)}, before.conclusions)
    mine = before.rules[rule.head.id]
    most = 0
    for change in (there.points - mine.points, mine.points - there.points):
        if isinstance(change, int):
            most = max(most, change)
            continue
        far = farthest(stage.found, change, there.most - mine.least + mine.most - there.least, [*here, change > most])
        if isinstance(far, Far):
            most = far.value
        elif far is not None:
            return max(mine.most, there.most) - min(mine.least, there.least)
    return most


def _below(stage: Stage, before: View, measure: str, cut: int) -> list[Truth]:
    """Where a measure lies between a threshold and the one before it."""
    rules = [rule for rule in before.edition.rules.values() if measure in rule.reads]
    cuts = {at for rule in rules for at in rule_cuts(rule, measure, stage.world.codes, stage.world.as_of) or ()}
    term = before.values[measure]
    lower = max((at for at in cuts if at < cut), default=None)
    found = [before.scored, term.known, negated(at_least(term, cut))]
    return found + ([at_least(term, lower)] if lower is not None else [])


def _alone(world: World, edition: Edition, rule: Rule, measure: str, number: int) -> int:
    """The points of a rule that reads one measure only, for one of its values."""
    type_ = edition.measures[measure].type
    names = {number: code for code, number in world.codes.items()}
    try:
        value: Value = value_of(number, type_, names)
    except (KeyError, ValueError, OverflowError):
        return 0

    def look(subject: object) -> Value | None:
        return value if subject == MeasureRef(measure) else world.as_of

    for case in rule.cases:
        answer = holds(case.when, look)
        if answer is not False:
            return (given_points(case.worth, {measure: value}) or 0) if answer else rule.unknown.points or 0
    return rule.unknown.points or 0


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
        far = farthest(stage.found, drop, step.most, wanted)
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
    scored = both(negated(rule.no_score) for rule in rules.values())
    return held - before.score.value, scored

