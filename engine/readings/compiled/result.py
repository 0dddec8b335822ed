"""What the generated functions return: small integers, from which a decision is written only when somebody asks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from engine import trace
from engine.admit import Kept
from engine.consequences import followed, triggered
from engine.decision import Consequence, Decision, LeftOut, NoScore, Reason, Step
from engine.ir import AsOf, ConclusionRef, Edition, Fact, Joined, Measure, MeasureRef, Rows, Span, Subject, Times, Value
from engine.kleene import holds
from engine.outcome import NO_SCORE_POLICY, Outcome, added, concluded, outcome
from engine.readings.compiled.admission import Admitted
from engine.readings.compiled.codes import Coding, Layout, counts, layout, mark_of
from engine.readings.compiled.measures import Looked
from engine.readings.compiled.script import Remembered
from engine.trace import Seen

Asked = tuple[str, int | None, str | None, tuple[tuple[str, bool | str | None], ...]]
"""A use, a score with its band, and the conclusions."""
Answers = tuple[tuple[bool | None, ...], tuple[Consequence, ...]]
"""Which consequences apply, and those that do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is needed to read the integers of a result."""

    edition: Edition
    layout: Layout
    looked: Mapping[str, Looked]
    band_starts: tuple[int, ...]
    costs: Mapping[int, tuple[str, int] | tuple[()]]
    """The rule and the points lost of a code, as they are asked for; empty when it lost none."""
    ends: tuple[Mapping[int, Outcome | None], ...]
    """What each end of each rule comes to, as they are asked for; None when its points count a measure."""
    follows: Mapping[Asked, Answers]
    """What follows for a use from a score and conclusions, as they are asked for."""


def plan(edition: Edition, codings: Sequence[Coding], looked: Mapping[str, Looked]) -> Plan:
    """The plan of an edition."""
    where, score = layout(edition), edition.score
    ranks = (1 << (where.lost_at - where.rank_at)) - 1

    def cost(code: int) -> tuple[str, int] | tuple[()]:
        lost = code >> where.lost_at
        return (score.rules[len(score.rules) - 1 - (code >> where.rank_at & ranks)], lost) if score and lost > 0 else ()

    def follow(asked: Asked) -> Answers:
        use, found, band, concluded_ = asked
        told = dict(concluded_)
        named = edition.uses[use]
        answers = tuple([triggered(one.when, edition, found, band, told) for one in named.consequences])
        return answers, followed(named, answers)

    starts = tuple(band.least for band in score.bands) if score else ()
    ends = tuple(Remembered(partial(_end, how)) for how in codings)
    return Plan(edition, where, looked, starts, Remembered(cost), ends, Remembered(follow))


def _end(how: Coding, end: int) -> Outcome | None:
    """What an end comes to, unless that depends on a measure."""
    if counts(how.rule, end) is not None:
        return None
    return outcome(how.rule, mark_of(how.rule, end), {})


class Found(NamedTuple):
    """The rows of a record: what was kept and left out, and the lists of row numbers that the measures looked at."""

    admitted: Admitted
    lists: tuple[list[int], ...]


class Result(NamedTuple):
    """A score and how it came about.

    `values` are the measures and `marks` the codes of the rules, in the order of the edition; `found` is None when
    the measures were given.
    """

    plan: Plan
    as_of: date
    values: tuple[Value | None, ...]
    marks: tuple[int, ...]
    score: int | None
    found: Found | None

    @property
    def band(self) -> str | None:
        """The id of the band the score lies in."""
        score = self.plan.edition.score
        if score is None or self.score is None:
            return None
        return score.bands[bisect_right(self.plan.band_starts, self.score) - 1].id

    @property
    def points(self) -> dict[str, int | None]:
        """The points of every rule of the score, in its order."""
        score = self.plan.edition.score
        outcomes = _outcomes(self, dict(zip(self.plan.edition.measures, self.values, strict=True)))
        return {id_: outcomes[id_].points for id_ in score.rules} if score else {}

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """The rules that cost most against their best, and how many points each."""
        score, costs = self.plan.edition.score, self.plan.costs
        if score is None or self.score is None:
            return ()
        largest = sorted(self.marks, reverse=True)[: score.most_reasons]
        return tuple([one for code in largest if (one := costs[code])])

    def decision(self, use: str, known_at: date | None = None, *, traced: bool = True) -> Decision:
        """The whole decision for a use, with its trace; or without, which takes half as long."""
        return _decision(self, use, known_at, traced)


def _decision(result: Result, use: str, known_at: date | None, traced: bool) -> Decision:
    edition = result.plan.edition
    values = dict(zip(edition.measures, result.values, strict=True))
    outcomes = _outcomes(result, values)
    conclusions = {
        conclusion.name: concluded(rule, conclusion, outcomes[id_].mark)
        for id_, rule in edition.rules.items()
        for conclusion in rule.conclusions
    }
    points = {id_: outcomes[id_].points for id_ in edition.score.rules} if edition.score else {}
    named = edition.uses[use]
    band = result.band
    answers, consequences = result.plan.follows[use, result.score, band, tuple(conclusions.items())]
    steps: list[Step] = []
    if traced:
        kept = _kept(result)
        steps += _first_steps(result, values, kept)
        for id_, rule in edition.rules.items():
            one = outcomes[id_]
            steps.append(trace.rule_step(edition, rule, values, conclusions, one.mark, one.points))
        if edition.score:
            groups, total = added(edition.score, points)
            given = None if result.score is None else total
            steps.append(trace.score_step(edition.score, groups, given, result.score, band))
        steps.append(trace.use_step(named, answers))
    return Decision(
        rulebook=edition.about.id,
        edition=edition.from_.isoformat(),
        digest=edition.digest,
        log=edition.log,
        as_of=result.as_of,
        known_at=known_at,
        use=use,
        subject=None if result.found is None else result.found.admitted[0],
        score=result.score,
        no_score=_no_score(result, values, conclusions, outcomes),
        band=band,
        points=points,
        conclusions=conclusions,
        reasons=_reasons(result, outcomes),
        consequences=consequences,
        left_out=_left_out(result),
        trace=tuple(steps),
    )


def _outcomes(result: Result, values: Mapping[str, Value | None]) -> dict[str, Outcome]:
    """What each rule came to, from its code."""
    plan_ = result.plan
    ends = (1 << plan_.layout.rank_at) - 1
    found = {}
    for (id_, rule), known, code in zip(plan_.edition.rules.items(), plan_.ends, result.marks, strict=True):
        end = code & ends
        found[id_] = known[end] or outcome(rule, mark_of(rule, end), values)
    return found


def _reasons(result: Result, outcomes: Mapping[str, Outcome]) -> tuple[Reason, ...]:
    edition = result.plan.edition
    found = []
    for id_, lost in result.reasons:
        rule, given = edition.rules[id_], outcomes[id_].points or 0
        unknown = trace.worth_at(rule, outcomes[id_].mark) is None
        found.append(Reason(id_, lost, given, given + lost, rule.head.title, rule.unknown.because if unknown else None))
    return tuple(found)


def _no_score(
    result: Result,
    values: Mapping[str, Value | None],
    conclusions: Mapping[str, bool | str | None],
    outcomes: Mapping[str, Outcome],
) -> tuple[NoScore, ...]:
    """Why there is no score; only looked for when there is none."""
    edition = result.plan.edition
    if result.score is not None:
        return ()

    def look(subject: Subject | AsOf) -> Value | None:
        if isinstance(subject, MeasureRef):
            return values[subject.measure]
        if isinstance(subject, ConclusionRef):
            return conclusions[subject.conclusion]
        return result.as_of if isinstance(subject, AsOf) else None

    found = [NoScore(id_, one.no_score) for id_, one in outcomes.items() if one.no_score is not None]
    if edition.score is None:
        return (*found, NoScore(edition.about.id, NO_SCORE_POLICY))
    by_score = [when for when in edition.score.no_score if holds(when.when, look) is True]
    return (*found, *(NoScore(edition.score.head.id, when.because) for when in by_score))


# ---------------------------------------------------------------------------------------- from rows to measures


def _kept(result: Result) -> Kept:
    """What was kept of the record, as the careful admission would say it."""
    if result.found is None:
        return Kept(None, {}, {}, ())
    subject, kept, _ = result.found.admitted
    rows: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for source, found in zip(result.plan.edition.sources.values(), kept, strict=True):
        if source.dated_by is None:
            facts[source.head.id] = None if found is None else dict(zip(source.fields, found, strict=True))
        elif found is None:
            rows[source.head.id] = None
        else:
            rows[source.head.id] = tuple((i, dict(zip(source.fields, row, strict=True))) for i, *row in found)
    return Kept(subject, rows, facts, _left_out(result))


def _left_out(result: Result) -> tuple[LeftOut, ...]:
    """The rows that did not count."""
    out = () if result.found is None else result.found.admitted[2]
    if not any(out):
        return ()
    pairs = zip(result.plan.edition.sources, out, strict=True)
    return tuple(LeftOut(id_, row, why) for id_, found in pairs for row, why in found)


def _first_steps(result: Result, values: Mapping[str, Value | None], kept: Kept) -> list[Step]:
    """The steps of sources and measures."""
    edition, found = result.plan.edition, result.found
    if found is None:
        return [trace.given_step(measure, values[id_]) for id_, measure in edition.measures.items()]
    steps = [trace.source_step(source, kept) for source in edition.sources.values()]
    for id_, measure in edition.measures.items():
        inputs = _inputs(edition, measure, result.plan.looked.get(id_), found, values, kept)
        steps.append(trace.measure_step(measure, inputs, values[id_]))
    return steps


def _inputs(
    edition: Edition,
    measure: Measure,
    looked: Looked | None,
    found: Found,
    values: Mapping[str, Value | None],
    kept: Kept,
) -> dict[str, Any]:
    """What a measure was worked out from."""
    match measure.body:
        case Rows(source=source):
            absent = looked is None or kept.rows[source] is None
            seen = None if absent or looked is None else Seen(*(tuple(found.lists[one]) for one in looked))
            return trace.seen_inputs(source, seen)
        case Fact(source, field):
            return {"source": source, "field": field, "absent": kept.facts[source] is None}
        case Span(of=MeasureRef(of)):
            return {"measure": of}
        case Span(of=Fact(source, field)):
            return {"source": source, "field": field}
        case Joined(measures=of_these):
            return {id_: trace.value_plain(edition.measures[id_], values[id_]) for id_ in of_these}
        case Times(measure=of):
            return {of: trace.value_plain(edition.measures[of], values[of])}
        case _:
            raise AssertionError(measure.body)
