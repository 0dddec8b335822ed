"""Everything that can and cannot happen within one edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from time import perf_counter
from typing import TypeVar

from engine.ir import Edition, Group
from engine.proved import Ends, Proved, Replay, Tell
from engine.readings.proof.between import compare, reference_stage
from engine.readings.proof.cliffs import cliff
from engine.readings.proof.direction import directions
from engine.readings.proof.events import events
from engine.readings.proof.independence import excluded, part
from engine.readings.proof.reach import answered, cases, ends, gaps, overlaps, unscored
from engine.readings.proof.scoring import grouped, view
from engine.readings.proof.showing import Stage
from engine.readings.proof.solving import search
from engine.readings.proof.unsaid import withheld
from engine.readings.proof.world import world

T = TypeVar("T")


def prove(edition: Edition, as_of: date, replay: Replay, limit: float = 60.0, tell: Tell = lambda _: None) -> Proved:
    """What can and cannot happen under an edition on a day, each question within `limit` seconds.

    Every person in the answer was run through `replay` first, and what it made of them is what the proof says.
    """
    start = perf_counter()
    took: dict[str, float] = {}

    def timed(name: str, answer: Callable[[], T]) -> T:
        tell(name)
        begun = perf_counter()
        found = answer()
        took[name] = perf_counter() - begun
        return found

    stage = timed("reference", lambda: _stage(edition, as_of, replay, limit))
    asked, (seen,) = stage.found, stage.views
    score, sum_, groups, bands, no_score = timed(
        "score",
        lambda: (
            ends(stage, seen.score, seen.scored, people=True),
            ends(stage, seen.total, seen.scored, people=False),
            {group.id: _group(edition, as_of, limit, group, stage) for group in _groups(edition)},
            {id_: answered(asked, where) for id_, where in seen.bands.items()},
            unscored(asked, seen),
        ),
    )
    cases_, gaps_, overlaps_ = timed(
        "cases",
        lambda: (
            cases(asked, seen),
            tuple(gaps(stage, edition.rules, seen)),
            tuple(overlaps(stage, edition.rules, seen)),
        ),
    )
    return Proved(
        rulebook=edition.about.id,
        edition=edition.from_.isoformat(),
        digest=edition.digest,
        as_of=as_of,
        reference=stage.person,
        score=score,
        sum=sum_,
        groups=groups,
        cases=cases_,
        bands=bands,
        no_score=no_score,
        gaps=gaps_,
        overlaps=overlaps_,
        directions=timed("direction", lambda: tuple(directions(edition, as_of, stage, limit))),
        independent=timed("independent", lambda: tuple(excluded(edition, as_of, replay, limit, compare))),
        events=timed("event", lambda: tuple(events(stage, edition))),
        cliff=timed("cliff", lambda: cliff(stage, edition, limit)),
        not_proved=tuple(dict.fromkeys([*withheld(edition), *stage.world.unsaid])),
        took=took,
        seconds=perf_counter() - start,
    )


def _stage(edition: Edition, as_of: date, replay: Replay, limit: float) -> Stage:
    """The person and what the edition makes of them, with the reference person."""
    found = world([edition], as_of)
    return reference_stage(search(found, limit), found, (view(found, 0),), replay)


def _groups(edition: Edition) -> tuple[Group, ...]:
    return () if edition.score is None else edition.score.groups


def _group(edition: Edition, as_of: date, limit: float, group: Group, stage: Stage) -> Ends:
    """How far a group of rules goes: a question about these rules alone, because nobody needs to be shown."""
    alone = world([part(edition, group.rules)], as_of)
    rules = view(alone, 0).rules
    asked = replace(stage, found=search(alone, limit), world=alone)
    return ends(asked, grouped(group, rules), True, people=False)
