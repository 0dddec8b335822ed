"""The value of a term as one number of the solver, for where two values are compared with or added to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.readings.proof.logic import any_of, both, chosen, negated
from engine.readings.proof.terms import Extreme, Linear, Term
from engine.readings.proof.world import World, integer


def number(world: World, term: Term) -> Any:
    """The value of a term, where it is known.

    Where it is not linear a variable stands for it. What the variable may be the solver is told only for the values it
    tries (see `solving`).
    """
    match term:
        case Linear(_, value):
            return value
        case Extreme(_, of, most):
            return _extreme([(each.known, number(world, each)) for each in of], most=most)
        case _:
            key = ("slow", id(term))
            if key not in world.kept:
                world.kept[key] = (term, integer(world, "value"))
                world.slow.append(world.kept[key])
            return world.kept[key][1]


def _extreme(values: Sequence[tuple[Any, Any]], *, most: bool) -> Any:
    """The most, or the least, of the values that are known."""
    if not values:
        return 0
    any_known, best = values[0]
    for known, value in values[1:]:
        better = value >= best if most else value <= best
        best = chosen(both([known, any_of([negated(any_known), better])]), value, best)
        any_known = any_of([any_known, known])
    return best
