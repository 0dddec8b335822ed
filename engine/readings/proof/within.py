"""Everything that can and cannot happen within one edition."""

from __future__ import annotations

from datetime import date
from time import perf_counter

from engine.ir import Edition
from engine.proved import Proved, Replay
from engine.readings.proof.between import compare, reference_stage
from engine.readings.proof.cliffs import cliff
from engine.readings.proof.direction import directions
from engine.readings.proof.events import events
from engine.readings.proof.independence import excluded
from engine.readings.proof.reach import answered, cases, ends, gaps, overlaps, unscored
from engine.readings.proof.scoring import view
from engine.readings.proof.solving import search
from engine.readings.proof.unsaid import withheld
from engine.readings.proof.world import world


def prove(edition: Edition, as_of: date, replay: Replay, limit: float = 60.0) -> Proved:
    """What can and cannot happen under an edition on a day, each question within `limit` seconds.

    Every person in the answer was run through `replay` first, and what it made of them is what the proof says.
    """
    start = perf_counter()
    found = world([edition], as_of)
    seen = view(found, 0)
    asked = search(found, limit)
    stage = reference_stage(asked, found, (seen,), replay)
    score = ends(stage, seen.score, seen.scored, people=True)
    sum_ = ends(stage, seen.total, seen.scored, people=False)
    groups = {id_: ends(stage, group, True, people=False) for id_, group in seen.groups.items()}
    return Proved(
        rulebook=edition.about.id,
        edition=edition.from_.isoformat(),
        digest=edition.digest,
        as_of=as_of,
        reference=stage.person,
        score=score,
        sum=sum_,
        groups=groups,
        cases=cases(asked, seen),
        bands={id_: answered(asked, where) for id_, where in seen.bands.items()},
        no_score=unscored(asked, seen),
        gaps=tuple(gaps(stage, edition.rules, seen)),
        overlaps=tuple(overlaps(stage, edition.rules, seen)),
        directions=tuple(directions(edition, as_of, stage, limit)),
        independent=tuple(excluded(edition, as_of, replay, limit, compare)),
        events=tuple(events(stage, edition)),
        cliff=cliff(stage, edition, limit),
        not_proved=tuple(dict.fromkeys([*withheld(edition), *found.unsaid])),
        seconds=perf_counter() - start,
    )
