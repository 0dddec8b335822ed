"""Questions to the solver: is there such a person, and how far can a number go; with a limit of time for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from time import perf_counter
from typing import Any

import z3

from engine.proved import Undecided
from engine.readings.proof import folds
from engine.readings.proof.logic import Truth, implies
from engine.readings.proof.terms import Term, at_least, evaluated
from engine.readings.proof.world import World

MOST_TRIES = 200
"""A value that is computed by trying is tried so often before the question is left undecided."""


@dataclass(slots=True, eq=False)
class Search:
    """The solver with all that is true of every person, and the limit for one question in seconds.

    No question is asked after `until`, by the clock of `time.perf_counter`.
    """

    world: World
    solver: z3.Solver
    limit: float
    until: float = inf
    told: int = 0
    asked: int = 0
    notes: dict[str, float] = field(default_factory=dict)


def search(world: World, limit: float, until: float = inf) -> Search:
    """A solver for the questions about a world."""
    solver = z3.SimpleSolver()  # one that is asked again and again and learns; for a logic z3 starts anew
    return Search(world, solver, limit, until)


def tell(found: Search) -> None:
    """Gives the solver the laws it has not been told yet."""
    laws = found.world.laws
    for law in laws[found.told :]:
        if law is not True:
            found.solver.add(law)
    found.told = len(laws)


def ask(found: Search, wanted: Iterable[Truth]) -> z3.ModelRef | Undecided | None:
    """A person of whom everything wanted is true; None if it is proved that there is none."""
    parts = [part for part in wanted if part is not True]
    if any(part is False for part in parts):
        return None
    tell(found)
    found.asked += 1
    end = min(perf_counter() + found.limit, found.until)
    for _ in range(MOST_TRIES):
        left = end - perf_counter()
        if left <= 0:
            return Undecided(found.limit)
        found.solver.set("timeout", max(1, int(left * 1000)))
        found.solver.push()
        found.solver.add(*parts)
        answer = found.solver.check()
        model = found.solver.model() if answer == z3.sat else None
        found.solver.pop()
        if answer == z3.unsat:
            return None
        if model is None:
            return Undecided(found.limit)
        lessons = settle(found.world, model)
        if not lessons:
            return model
        found.solver.add(*lessons)
    return Undecided(found.limit)


def settle(world: World, model: z3.ModelRef) -> list[Any]:
    """What the solver must learn of the values it tried: for each that is wrong, where the right one lies."""

    def number(value: Any) -> int:
        return number_in(model, value)

    def holds(part: Truth) -> bool:
        return truth_in(model, part)

    lessons = [lesson for one in world.folded for lesson in folds.lessons(one, number, holds)]
    for term, variable in world.slow:
        right = value_in(model, term)
        tried = number_in(model, variable)
        if right is None or right == tried:
            continue
        for bound in {right, right + 1, tried, tried + 1}:
            lesson = implies(term.known, (variable >= bound) == _as_term(at_least(term, bound)))
            if lesson is not True:
                lessons.append(lesson)
    return lessons


def _as_term(part: Truth) -> Any:
    return z3.BoolVal(part) if isinstance(part, bool) else part


def number_in(model: z3.ModelRef, value: Any) -> int:
    """The number an expression has for a person."""
    return value if isinstance(value, int) else int(model.eval(value, model_completion=True).as_long())


def truth_in(model: z3.ModelRef, part: Truth) -> bool:
    """Whether something is true of a person."""
    return part if isinstance(part, bool) else z3.is_true(model.eval(part, model_completion=True))


def value_in(model: z3.ModelRef, term: Term) -> int | None:
    """The value of a measure of a person; None is unknown."""
    return evaluated(term, lambda value: number_in(model, value), lambda part: truth_in(model, part))


@dataclass(frozen=True, slots=True, eq=False)
class Far:
    """How far a number goes: the value, and a person who has it."""

    value: int
    model: z3.ModelRef


def farthest(
    found: Search, value: Any, limit: int, wanted: Iterable[Truth] = (), *, most: bool = True
) -> Far | Undecided | None:
    """The most (or the least) a number can be where everything wanted is true, never past `limit`; None if nowhere.

    By halving: each step is a proof.
    """
    parts = list(wanted)
    sign = 1 if most else -1
    model = ask(found, parts)
    if model is None or isinstance(model, Undecided):
        return model
    best = Far(number_in(model, value), model)
    bound = limit
    tried_limit = False
    while best.value * sign < bound * sign:
        goal = bound if not tried_limit else (best.value + bound + (1 if most else 0)) // 2
        tried_limit = True
        test = value >= goal if most else value <= goal
        model = ask(found, [*parts, test])
        if isinstance(model, Undecided):
            return model
        if model is None:
            bound = goal - sign
        else:
            best = Far(number_in(model, value), model)
    return best
