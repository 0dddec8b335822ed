"""One record as the solver sees it: what the encoding makes of somebody who is fully known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import z3

from engine.admit import Kept, Row
from engine.ir import Code, Edition, Value
from engine.proved import Outcome, Undecided, Unsaid
from engine.readings.proof.cells import number_of
from engine.readings.proof.rows import Kind, folded_in, folds_of, seeing
from engine.readings.proof.scoring import View, view
from engine.readings.proof.solving import Search, ask, number_in, search, truth_in, value_in
from engine.readings.proof.terms import UNKNOWN, Linear, Term
from engine.readings.proof.world import Factual, Rowed, World, world

NEVER: Mapping[str, str] = {
    "edition-size": "a rule of so many cases is not unfolded for the solver; the proof names it and leaves it open",
}
"""What is never expressed, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class Anybody:
    """An edition on a day for the solver, to be asked about one record after the other."""

    world: World
    view: View
    search: Search
    left_out: tuple[Unsaid, ...]


def anybody(edition: Edition, as_of: date, limit: float = 20.0) -> Anybody:
    """Everybody whose record the edition admits on a day."""
    found = world([edition], as_of)
    return Anybody(found, view(found, 0), search(found, limit), tuple(found.unsaid))


def decide(one: Anybody, kept: Kept) -> Outcome | None:
    """What an admitted record comes to by the encoding alone; None if the encoding has no such person.

    Proofs are about everybody exactly if everybody is somebody of the encoding, with the result the engine gives them.
    """
    found, seen = one.world, one.view
    pins: list[Any] = []
    for id_, rowed in found.rowed.items():
        mine = list(_rows(found, rowed, kept.rows[id_]))
        if None in mine:
            return None
        pins += mine
    for id_, factual in found.factual.items():
        pins += _facts(found, factual, kept.facts[id_])
    model = ask(one.search, pins)
    if model is None or isinstance(model, Undecided):
        return None
    return _outcome(seen, model, {number: code for code, number in found.codes.items()})


def decide_given(edition: Edition, values: Mapping[str, Value | None], as_of: date, limit: float = 20.0) -> Outcome:
    """The same for measures that are given."""
    found = World((edition,), as_of)
    for measure in edition.measures.values():
        for choice in measure.type.choices if isinstance(measure.type, Code) else ():
            found.codes.setdefault(choice.code, len(found.codes))
    terms: dict[str, Term] = {
        id_: UNKNOWN if value is None else Linear(True, number_of(value, found.codes)) for id_, value in values.items()
    }
    seen = view(found, 0, terms)
    model = ask(search(found, limit), [])
    assert isinstance(model, z3.ModelRef), "given values contradict nothing"  # narrows the type
    return _outcome(seen, model, {number: code for code, number in found.codes.items()})


# ------------------------------------------------------------------------------------------------------ as it is known


def _rows(found: World, rowed: Rowed, rows: Sequence[tuple[int, Row]] | None) -> Iterator[Any]:
    """How many rows of each kind, and what they add up to; None if a row is of no kind."""
    yield rowed.present == (rows is not None)
    eye = seeing(found.editions[0], rowed.declared.sources[0], rowed.declared)
    mine: dict[int, list[Mapping[str, int | None]]] = {index: [] for index in range(len(rowed.kinds))}
    for _, row in rows or ():
        numbers = {name: None if value is None else number_of(value, found.codes) for name, value in row.items()}
        seen = eye(numbers, False)  # what is contested was left out
        if not seen.rows:
            continue
        kind = next(
            (i for i, kind in enumerate(rowed.kinds) if kind.seen[0] == seen and _fits(found, rowed, kind, numbers)),
            None,
        )
        if kind is None:
            yield None
            return
        mine[kind].append(numbers)
    yield from (count == len(mine[index]) for index, count in enumerate(rowed.counts))
    for of, total in rowed.sums.items():
        yield total == sum(row[of.field] or 0 for kind in of.kinds for row in mine[kind])
    for end, value in rowed.ends.items():
        values = [row[end.field] or 0 for kind in end.kinds for row in mine[kind]]
        if values:
            yield value == (max(values) if end.most else min(values))


def _fits(found: World, rowed: Rowed, kind: Kind, numbers: Mapping[str, int | None]) -> bool:
    """Whether the folded values of a row are among those of a kind."""
    for name in folded_in(kind, folds_of(rowed.declared, found.editions)):
        value, span = numbers[name], kind.spans.get(name)
        if (value is None) is not (span is None):
            return False
        if value is not None and span is not None and not span.least <= value <= span.greatest:
            return False
    return True


def _facts(found: World, factual: Factual, facts: Row | None) -> Iterator[Any]:
    yield factual.present == (facts is not None)
    for name, term in factual.fields.items():
        value = None if facts is None else facts[name]
        if value is not None:
            yield term.number == number_of(value, found.codes)
        if facts is not None and not isinstance(term.known, bool):
            yield term.known == (value is not None)


# --------------------------------------------------------------------------------------------------- what comes of it


def _outcome(seen: View, model: z3.ModelRef, names: Mapping[int, str]) -> Outcome:
    scored = truth_in(model, seen.scored)
    conclusions: dict[str, bool | str | None] = {}
    for rule in seen.edition.rules.values():
        for one in rule.conclusions:
            number = value_in(model, seen.conclusions[one.name])
            conclusions[one.name] = None if number is None else bool(number) if one.codes is None else names[number]
    rules = seen.edition.score.rules if seen.edition.score is not None else ()
    points = {
        id_: None if truth_in(model, seen.rules[id_].no_score) else number_in(model, seen.rules[id_].points)
        for id_ in rules
    }
    band = next((id_ for id_, where in seen.bands.items() if truth_in(model, where)), None)
    follows = frozenset(key for key, when in seen.follows.items() if truth_in(model, when))
    return Outcome(number_in(model, seen.score.value) if scored else None, band, points, conclusions, follows)
