"""From an answer of the solver to people who were run through the engine: nobody else is ever shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import z3

from engine.decision import Decision
from engine.ir import Edition, Value
from engine.proved import Outcome, Pair, Person, Replay, Unsettled, Unshown
from engine.readings.proof.cells import value_of
from engine.readings.proof.logic import Truth
from engine.readings.proof.people import record, sent_to
from engine.readings.proof.scoring import View
from engine.readings.proof.shrinking import shrunk
from engine.readings.proof.solving import Search, number_in, truth_in, value_in
from engine.readings.proof.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What is needed to show people: the solver, the world, the views of it, how to replay, and the reference."""

    found: Search
    world: World
    views: tuple[View, ...]
    replay: Replay
    reference: Sequence[int | bool]
    person: Person | None = None


def person_of(stage: Stage, view: View, model: z3.ModelRef, whole: Mapping[str, Any]) -> Person | None:
    """The person under one edition, if the engine makes of their record what the solver expects."""
    sent = sent_to(view.edition, whole)
    outcome = replayed(stage.replay, view.edition, sent, stage.world)
    if outcome is None or not _as_expected(view, model, outcome):
        return None
    measures = measures_of(stage.world, view, model)
    differs: tuple[tuple[str, Value | None, Value | None], ...] = ()
    if stage.person is not None:
        usual = stage.person.measures
        differs = tuple(
            (id_, usual[id_], value) for id_, value in measures.items() if id_ in usual and usual[id_] != value
        )
    return Person(sent, measures, outcome, differs)


def replayed(replay: Replay, edition: Edition, sent: Mapping[str, Any], world: World) -> Outcome | None:
    """What the engine makes of a record in every use; None if it refuses it."""
    follows: set[tuple[str, str]] = set()
    last: Decision | None = None
    for use in edition.uses:
        decision = replay(edition, sent, world.as_of, use)
        if not isinstance(decision, Decision):
            return None
        follows |= {(one.use, one.id) for one in decision.consequences}
        last = decision
    if last is None:
        return None
    return Outcome(last.score, last.band, dict(last.points), dict(last.conclusions), frozenset(follows))


def _as_expected(view: View, model: z3.ModelRef, outcome: Outcome) -> bool:
    scored = truth_in(model, view.scored)
    if scored is not (outcome.score is not None):
        return False
    if scored and number_in(model, view.score.value) != outcome.score:
        return False
    return outcome.follows == {key for key, when in view.follows.items() if truth_in(model, when)}


def measures_of(world: World, view: View, model: z3.ModelRef) -> dict[str, Value | None]:
    """The measures of the person, as values."""
    names = {number: code for code, number in world.codes.items()}
    found: dict[str, Value | None] = {}
    for id_, term in view.values.items():
        number = value_in(model, term)
        measure = view.edition.measures[id_]
        found[id_] = None if number is None else value_of(number, measure.type, names)
    return found


def shown(stage: Stage, wanted: Sequence[Truth], model: z3.ModelRef) -> tuple[Person, ...] | Unsettled:
    """One person like that of the model, as each edition sees them, and as near to the reference as possible."""
    near = shrunk(stage.found, [stage.world], wanted, model, stage.reference)
    for tried in (near, model):
        whole = record(stage.world, tried)
        if whole is None:
            continue
        people = [person_of(stage, view, tried, whole) for view in stage.views]
        if all(person is not None for person in people):
            return tuple(person for person in people if person is not None)
    return Unshown()


def pair_of(before: Person, after: Person) -> Pair:
    """Two outcomes side by side, with the rules whose points differ."""
    ids = dict.fromkeys([*before.outcome.points, *after.outcome.points])
    points = [(id_, before.outcome.points.get(id_), after.outcome.points.get(id_)) for id_ in ids]
    return Pair(before, after, tuple(each for each in points if each[1] != each[2]))
