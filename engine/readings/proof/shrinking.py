"""Readable people: whoever shows an effect is brought back to the reference person in all that the effect allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt
from typing import Any

import z3

from engine.ir import Day
from engine.readings.proof.logic import Truth
from engine.readings.proof.solving import Search, ask, number_in, tell, truth_in
from engine.readings.proof.world import World, rows_count

FEW_ROWS = (12, 60, 300, 1000)
"""So many more rows than the reference person are tried one after the other."""

MANY_KINDS = 60
"""Where there are more kinds of rows, only those the person or the reference person has are tried."""

MOST_HALVINGS = 16
FAR = 1000
USUAL_AGE = 5 * 365

Known = int | bool


def unknowns(world: World) -> list[Any]:
    """Everything about the person that the solver may choose."""
    return list(_unknowns(world))


def _unknowns(world: World) -> Iterator[Any]:
    for rowed in world.rowed.values():
        yield rowed.present
        yield from rowed.counts
        yield from (value for one in rowed.folded for _, value in (*one.sums, *one.ends))
    for factual in world.factual.values():
        yield factual.present
        if not isinstance(factual.contested, bool):
            yield factual.contested
        for term in factual.fields.values():
            if not isinstance(term.known, bool):
                yield term.known
            yield term.number


def choices_of(world: World, model: z3.ModelRef) -> list[Known]:
    """What the solver chose for a person, in the order of `unknowns`."""
    return [truth_in(model, one) if z3.is_bool(one) else number_in(model, one) for one in unknowns(world)]


def blank(world: World) -> list[Known]:
    """Somebody of whom everything is known and nothing special: every source there, no rows, no contest."""
    contested = {factual.contested.get_id() for factual in world.factual.values() if z3.is_expr(factual.contested)}
    days = {value.get_id() for value in _days(world)}
    found: list[Known] = []
    for one in unknowns(world):
        if z3.is_bool(one):
            found.append(one.get_id() not in contested)
        else:
            found.append(world.as_of.toordinal() - USUAL_AGE if one.get_id() in days else 0)
    return found


def _days(world: World) -> Iterator[Any]:
    """The numbers that stand for dates."""
    for rowed in world.rowed.values():
        for of, value in rowed.ends.items():
            if isinstance(rowed.declared.fields[of.field][0].type, Day):
                yield value
    for factual in world.factual.values():
        for name, term in factual.fields.items():
            if isinstance(factual.declared.fields[name][0].type, Day):
                yield term.number


def shrunk(
    found: Search, worlds: Sequence[World], wanted: Sequence[Truth], model: z3.ModelRef, reference: Sequence[Known]
) -> z3.ModelRef:
    """Somebody like the person of the model who differs as little from the reference as bisecting finds.

    With two people at once, both are brought back.
    """
    variables = [one for world in worlds for one in unknowns(world)]
    rows = [rows_count(world) for world in worlds]
    parts = list(wanted)
    counted = {count.get_id() for world in worlds for rowed in world.rowed.values() for count in rowed.counts}
    usual = sum(int(value) for one, value in zip(variables, reference, strict=True) if one.get_id() in counted)
    if len(counted) > MANY_KINDS:
        absent = [one for one, value in zip(variables, reference, strict=True) if one.get_id() in counted and not value]
        parts += [one == 0 for one in absent if not number_in(model, one)]
    for few in FEW_ROWS:
        limits = [count <= usual // len(worlds) + few for count in rows if not isinstance(count, int)]
        tried = ask(found, [*parts, *limits])
        if isinstance(tried, z3.ModelRef):
            model = tried
            parts += limits
            break
    tell(found)
    found.solver.push()
    try:
        found.solver.add(*(part for part in parts if part is not True))
        return _bisected(found, variables, model, reference)
    finally:
        found.solver.pop()


def _bisected(found: Search, variables: Sequence[Any], model: z3.ModelRef, reference: Sequence[Known]) -> z3.ModelRef:
    """What equals the reference is kept so; of the rest whole parts are tried at once, and halved where that fails."""
    open_ = list(range(len(variables)))

    def settled() -> None:
        same = [index for index in open_ if _has(model, variables[index], reference[index])]
        found.solver.add(*(variables[index] == reference[index] for index in same))
        open_[:] = [index for index in open_ if index not in set(same)]

    settled()
    todo = [list(open_)] if open_ else []
    while todo:
        chunk = [index for index in todo.pop() if index in open_]
        if not chunk:
            continue
        tried = ask(found, [variables[index] == reference[index] for index in chunk])
        if isinstance(tried, z3.ModelRef):
            model = tried
            settled()
        elif len(chunk) > 1:
            half = len(chunk) // 2
            todo += [chunk[half:], chunk[:half]]
    numbers = [index for index in open_ if not z3.is_bool(variables[index])]
    for place, index in enumerate(numbers):
        found.solver.push()
        found.solver.add(*(variables[each] == number_in(model, variables[each]) for each in numbers[place + 1 :]))
        model = _nearer(found, variables[index], int(reference[index]), model)
        found.solver.pop()
        found.solver.add(variables[index] == number_in(model, variables[index]))
    return model


def _has(model: z3.ModelRef, variable: Any, value: Known) -> bool:
    if z3.is_bool(variable):
        return truth_in(model, variable) == bool(value)
    return number_in(model, variable) == value


def _nearer(found: Search, variable: Any, goal: int, model: z3.ModelRef) -> z3.ModelRef:
    """Somebody whose number is nearer to that of the reference, by halving the distance."""
    here = number_in(model, variable)
    low, high = 0, abs(here - goal)
    sign = 1 if here > goal else -1
    for _ in range(MOST_HALVINGS):
        if high - low <= 1:
            break
        middle = isqrt((low + 1) * high) if high > FAR * (low + 1) else (low + high) // 2
        between = [(variable - goal) * sign <= middle, (variable - goal) * sign >= 0]
        tried = ask(found, between)
        if isinstance(tried, z3.ModelRef):
            model = tried
            high = abs(number_in(model, variable) - goal)
        else:
            low = middle
    return model
