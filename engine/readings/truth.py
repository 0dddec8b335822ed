"""The definition: what an edition makes of the rows that may be looked at. Read it as the specification."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine import trace
from engine.admit import Kept
from engine.consequences import followed, triggered
from engine.decision import Decision, NoScore, Step
from engine.ir import AsOf, ConclusionRef, Each, Edition, MeasureRef, Rule, Subject, Value
from engine.kleene import holds
from engine.measures import measured
from engine.outcome import NO_SCORE_POLICY, Outcome, Values, added, concluded, outcome, reasons
from engine.trace import Mark


def decide(edition: Edition, kept: Kept, as_of: date, use: str, known_at: date | None = None) -> Decision:
    """The decision about a record: its measures, then its rules, then the score, then what follows in the named use."""
    values: dict[str, Value | None] = {}
    steps = [trace.source_step(source, kept) for source in edition.sources.values()]
    for id_, measure in edition.measures.items():
        values[id_], inputs = measured(edition, measure, kept, as_of, values)
        steps.append(trace.measure_step(measure, inputs, values[id_]))
    return conclude(edition, values, steps, kept, as_of, use, known_at)


def decide_given(edition: Edition, values: Values, as_of: date, use: str, known_at: date | None = None) -> Decision:
    """The decision when the measures are given and there are no rows (simulation); a measure left out is unknown."""
    complete = {id_: values.get(id_) for id_ in edition.measures}
    steps = [trace.given_step(measure, complete[id_]) for id_, measure in edition.measures.items()]
    return conclude(edition, complete, steps, Kept(None, {}, {}, ()), as_of, use, known_at)


# -------------------------------------------------------------------------------------------- rules and the score


def conclude(
    edition: Edition,
    values: Values,
    steps: list[Step],
    kept: Kept,
    as_of: date,
    use: str,
    known_at: date | None,
) -> Decision:
    """From the measures on: rules in order, the score, its reasons, and the consequences of the use."""
    conclusions: dict[str, bool | str | None] = {}
    outcomes: dict[str, Outcome] = {}

    def look(subject: Subject | AsOf) -> Value | None:
        match subject:
            case MeasureRef(measure):
                return values[measure]
            case ConclusionRef(name):
                return conclusions[name]
            case AsOf():
                return as_of
            case _:
                return None

    for id_, rule in edition.rules.items():
        outcomes[id_] = found = ruled(rule, look, values)
        for conclusion in rule.conclusions:
            conclusions[conclusion.name] = concluded(rule, conclusion, found.mark)
        steps.append(trace.rule_step(edition, rule, values, conclusions, found.mark, found.points))

    score = edition.score
    points = {id_: outcomes[id_].points for id_ in score.rules} if score else {}
    no_score = [NoScore(id_, found.no_score) for id_, found in outcomes.items() if found.no_score is not None]
    if score is None:
        no_score.append(NoScore(edition.about.id, NO_SCORE_POLICY))
    else:
        no_score += [NoScore(score.head.id, when.because) for when in score.no_score if holds(when.when, look) is True]
    result = band = None
    if score:
        groups, total = added(score, points)
        if not no_score:
            result = max(score.least, min(score.greatest, total))
            band = next(b.id for b in score.bands if b.least <= result <= b.greatest)
        steps.append(trace.score_step(score, groups, None if no_score else total, result, band))

    answers = [triggered(c.when, edition, result, band, conclusions) for c in edition.uses[use].consequences]
    steps.append(trace.use_step(edition.uses[use], answers))
    return Decision(
        rulebook=edition.about.id,
        edition=edition.from_.isoformat(),
        digest=edition.digest,
        log=edition.log,
        as_of=as_of,
        known_at=known_at,
        use=use,
        subject=kept.subject,
        score=result,
        no_score=tuple(no_score),
        band=band,
        points=points,
        conclusions=conclusions,
        reasons=() if score is None or result is None else reasons(edition, score, outcomes),
        consequences=followed(edition.uses[use], answers),
        left_out=kept.left_out,
        trace=tuple(steps),
    )


def ruled(rule: Rule, look: Any, values: Values) -> Outcome:
    """The first case that is true wins; an unknown one stops the scan and the rule is unknown."""
    mark = Mark(None, unknown=True)
    for index, case in enumerate(rule.cases):
        answer = holds(case.when, look)
        if answer is not False:
            each = case.worth.points
            uncounted = isinstance(each, Each) and values[each.of] is None
            mark = Mark(index, unknown=answer is None or uncounted)
            break
    return outcome(rule, mark, values)
