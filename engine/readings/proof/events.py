"""What one more row can cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import z3

from engine.ir import Edition
from engine.proved import Event, Pair, Unshown
from engine.readings.proof.folds import EndOf, Slot
from engine.readings.proof.logic import any_of, both, chosen, implies
from engine.readings.proof.people import plain_row, record, row_of
from engine.readings.proof.scoring import View, view
from engine.readings.proof.showing import Stage, pair_of, person_of
from engine.readings.proof.shrinking import shrunk
from engine.readings.proof.solving import Far, farthest, number_in, truth_in
from engine.readings.proof.world import Rowed, World, integer, rows_of, truth


@dataclass(frozen=True, slots=True, eq=False)
class More:
    """The same person with one more row: of which kind, and with which folded values."""

    world: World
    added: tuple[Any, ...]
    values: Mapping[str, Any]


def one_more(before: World, id_: str) -> More:
    """The person with one more row of a source that is there."""
    rowed = before.rowed[id_]
    added = tuple(truth(before, f"{id_} one more of {index}") for index in range(len(rowed.kinds)))
    before.laws += [z3.PbEq([(each, 1) for each in added], 1), rowed.present]
    values = {one.field: integer(before, f"{id_} one more {one.field}") for one in rowed.folded}
    for one in rowed.folded:
        for each in one.classes:
            value = values[one.field]
            inside = z3.And(value >= each.span.least, value <= each.span.greatest)
            before.laws.append(implies(any_of(added[kind] for kind in each.kinds), inside))
    sums = {
        of: value + chosen(any_of(added[kind] for kind in of.kinds), values[of.field], 0)
        for of, value in rowed.sums.items()
    }
    ends = {of: _end(rowed, of, value, added, values[of.field]) for of, value in rowed.ends.items()}
    moved = replace(rowed, sums=sums, ends=ends, more=added)
    return More(replace(before, rowed={**before.rowed, id_: moved}), added, values)


def _end(rowed: Rowed, of: EndOf, value: Any, added: Sequence[Any], new: Any) -> Any:
    """The greatest or least value with one more row, if it is counted there."""
    if not of.kinds:
        return value
    alone = rows_of(rowed, of.kinds) == 0
    further = new > value if of.most else new < value
    return chosen(both([any_of(added[kind] for kind in of.kinds), any_of([alone, further])]), new, value)


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


def _two(stage: Stage, id_: str, more: More, after: View, model: z3.ModelRef) -> tuple[Pair, Mapping[str, Any]] | None:
    """The person without and with the row, both run through the engine."""
    whole = record(stage.world, model)
    if whole is None:
        return None
    rowed = stage.world.rowed[id_]
    index = next(index for index, each in enumerate(more.added) if truth_in(model, each))
    values = {name: number_in(model, value) for name, value in more.values.items()}
    slots = {
        one.field: Slot(values[one.field], values[one.field])
        for one in rowed.folded
        if any(index in each.kinds for each in one.classes)
    }
    row = plain_row(rowed.declared, row_of(rowed.declared, rowed.kinds[index], slots, 0))
    one = person_of(stage, stage.views[0], model, whole)
    later = {**whole, "sources": {**whole["sources"], id_: [*whole["sources"][id_], row]}}
    two = person_of(stage, after, model, later)
    return None if one is None or two is None else (pair_of(one, two), row)
