"""The definition: what an edition makes of the rows that may be looked at. Read it as the specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from engine import trace
from engine.admit import Kept, Row, row_look
from engine.arithmetic import joined, rounded, spanned
from engine.bounds import rule_bounds
from engine.decision import Consequence, Decision, NoScore, Reason, Step
from engine.ir import (
    AllOf,
    AnyOf,
    AsOf,
    BandRef,
    Conclusion,
    ConclusionRef,
    Condition,
    Each,
    Edition,
    Fact,
    Fixed,
    Fold,
    Given,
    Joined,
    Measure,
    MeasureRef,
    Not,
    Number,
    Rows,
    Rule,
    Score,
    ScoreRef,
    Span,
    Subject,
    Text,
    Times,
    Use,
    Value,
    Worth,
)
from engine.ir import NoScore as NoScoreCondition
from engine.kleene import holds
from engine.months import months_between
from engine.trace import Mark, Seen

Values = Mapping[str, Value | None]

NO_SCORE_POLICY: Text = {
    "en": "This rulebook gives no score, only conclusions.",
    "zh-Hans": "本规则手册不打分，只给出结论。",
    "de": "Dieses Regelwerk vergibt keinen Score, sondern nur Feststellungen.",
}


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


# ---------------------------------------------------------------------------------------------------- measures


def measured(
    edition: Edition, measure: Measure, kept: Kept, as_of: date, values: Values
) -> tuple[Value | None, dict[str, Any]]:
    """The value of a measure, and what it was worked out from."""
    match measure.body:
        case Rows() as rows:
            dated_by = edition.sources[rows.source].dated_by
            found = None if dated_by is None else look_through(rows, dated_by, kept.rows[rows.source], as_of)
            if found is None:
                return None, trace.seen_inputs(rows.source, None)
            seen = Seen(tuple(i for i, _ in found[0]), tuple(i for i, _ in found[1]))
            field = None if rows.field is None else edition.sources[rows.source].fields[rows.field].type
            places = field.places if isinstance(field, Number) else 0
            value = folded(rows, *found, field_places=places, places=places_of(measure))
            return value, trace.seen_inputs(rows.source, seen)
        case Fact(source, field_name):
            facts = kept.facts[source]
            value = None if facts is None else facts[field_name]
            return value, {"source": source, "field": field_name, "absent": facts is None}
        case Span(way, of, unit):
            if isinstance(of, MeasureRef):
                start = values[of.measure]
                inputs: dict[str, Any] = {"measure": of.measure}
            else:
                facts = kept.facts[of.source]
                start = None if facts is None else facts[of.field]
                inputs = {"source": of.source, "field": of.field}
            return spanned(way, start, unit, as_of), inputs
        case Joined(join, measures):
            return joined(join, [values[id_] for id_ in measures]), {
                id_: trace.value_plain(edition.measures[id_], values[id_]) for id_ in measures
            }
        case Times(of, by, by_places):
            factor = values[of]
            inputs = {of: trace.value_plain(edition.measures[of], factor)}
            if factor is None:
                return None, inputs
            have = places_of(edition.measures[of]) + by_places
            return rounded(int(factor) * by * 10 ** places_of(measure), 10**have), inputs  # type: ignore[arg-type]  # a number, checked when parsed
        case _:
            assert_never(measure.body)


def places_of(measure: Measure) -> int:
    """The digits after the point of a measure; 0 for what is not a number."""
    return measure.type.places if isinstance(measure.type, Number) else 0


Found = Sequence[tuple[int, Row]]


def look_through(
    rows: Rows, dated_by: str, kept: Iterable[tuple[int, Row]] | None, as_of: date
) -> tuple[Found, Found] | None:
    """The rows a fold looks at, and the counted ones among them; None when the source is absent."""
    if kept is None:
        return None
    inside = [(index, row) for index, row in kept if is_within(rows.within, row[dated_by], as_of)]
    among = [(i, row) for i, row in inside if rows.among is None or holds(rows.among, row_look(row, as_of)) is True]
    counted = [
        (i, row) for i, row in among if rows.counts_if is None or holds(rows.counts_if, row_look(row, as_of)) is True
    ]
    return among, counted


def is_within(months: int | None, day: Value | None, as_of: date) -> bool:
    """Whether a row's date lies in a window of so many months before the as-of date."""
    return months is None or (isinstance(day, date) and months_between(day, as_of) < months)


def folded(rows: Rows, among: Found, counted: Found, field_places: int, places: int) -> Value | None:
    """What is made of the counted rows."""
    if rows.unknown_below is not None and len(among) < rows.unknown_below:
        return None
    if rows.fold is Fold.COUNT:
        return len(counted)
    if rows.fold is Fold.SHARE:
        return rounded(len(counted) * 10**places, len(among)) if among else None
    found = [row[rows.field] for _, row in counted if rows.field is not None]
    if any(value is None for value in found):
        return None
    values: list[Any] = found
    match rows.fold:
        case Fold.SUM:
            return int(sum(values))
        case Fold.AVERAGE:
            return rounded(sum(values) * 10**places, len(values) * 10**field_places) if values else None
        case Fold.LEAST | Fold.EARLIEST:
            return min(values, default=None)
        case Fold.GREATEST | Fold.LATEST:
            return max(values, default=None)
        case _:
            assert_never(rows.fold)


# -------------------------------------------------------------------------------------------- rules and the score


@dataclass(slots=True)
class Outcome:
    """What a rule came to."""

    mark: Mark
    points: int | None
    no_score: Text | None


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
        outcomes[id_] = outcome = ruled(rule, look, values)
        for conclusion in rule.conclusions:
            conclusions[conclusion.name] = concluded(rule, conclusion, outcome.mark)
        steps.append(trace.rule_step(edition, rule, values, conclusions, outcome.mark, outcome.points))

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
    worth = trace.worth_at(rule, mark)
    if worth is None:
        return Outcome(mark, rule.unknown.points, rule.unknown.no_score and rule.unknown.because)
    return Outcome(mark, given_points(worth, values), worth.no_score)


def given_points(worth: Worth, values: Values) -> int | None:
    """The points of a case, or None if it gives none."""
    match worth.points:
        case None:
            return None
        case Fixed(points):
            return points
        case Each(each, of, bound):
            count = int(values[of] or 0)  # type: ignore[arg-type]  # a whole number, checked when parsed
            return max(bound, each * count) if each < 0 else min(bound, each * count)
        case _:
            assert_never(worth.points)


def concluded(rule: Rule, conclusion: Conclusion, mark: Mark) -> bool | str | None:
    """A conclusion as the winning case gives it: a flag nobody raised is false, and unknown when the rule is."""
    worth = trace.worth_at(rule, mark)
    given: tuple[Given, ...] = rule.unknown.concludes if worth is None else worth.concludes
    for one in given:
        if one.conclusion == conclusion.name:
            return one.value
    return False if conclusion.codes is None and worth is not None else None


def added(score: Score, points: Mapping[str, int | None]) -> tuple[list[Step], int]:
    """Base, plus groups after floor and cap, plus the other rules; a rule without points adds nothing."""
    grouped = {rule for group in score.groups for rule in group.rules}
    total = score.base + sum(points[rule] or 0 for rule in score.rules if rule not in grouped)
    steps = []
    for group in score.groups:
        together = held = sum(points[rule] or 0 for rule in group.rules)
        if group.floor is not None:
            held = max(group.floor, held)
        if group.cap is not None:
            held = min(group.cap, held)
        steps.append(trace.group_step(score, group, points, together, held))
        total += held
    return steps, total


def reasons(edition: Edition, score: Score, outcomes: Mapping[str, Outcome]) -> tuple[Reason, ...]:
    """The rules that gave less than their best, most lost first, ties in the score's own order; never padded."""
    found = []
    for id_ in score.rules:
        rule, outcome = edition.rules[id_], outcomes[id_]
        bounds = rule_bounds(edition.measures, rule)
        given, best = outcome.points or 0, bounds[1] if bounds else 0
        if best > given:
            because = rule.unknown.because if trace.worth_at(rule, outcome.mark) is None else None
            found.append(Reason(id_, best - given, given, best, rule.head.title, because))
    return tuple(sorted(found, key=lambda reason: -reason.lost)[: score.most_reasons])


# -------------------------------------------------------------------------------------------------- consequences


def triggered(
    when: Condition,
    edition: Edition,
    score: int | None,
    band: str | None,
    conclusions: Mapping[str, bool | str | None],
) -> bool | None:
    """Whether a consequence follows. Without a score only a trigger that names `no_score` can apply."""
    if edition.score is not None and score is None and not names_no_score(when):
        return False

    def look(subject: Subject | AsOf) -> Value | None:
        match subject:
            case ScoreRef():
                return score
            case BandRef():
                return band
            case ConclusionRef(name):
                return conclusions[name]
            case _:
                return None

    return holds(when, look)


def names_no_score(condition: Condition) -> bool:
    """Whether `no_score` stands anywhere in a trigger."""
    match condition:
        case NoScoreCondition():
            return True
        case AllOf(parts) | AnyOf(parts):
            return any(names_no_score(part) for part in parts)
        case Not(part):
            return names_no_score(part)
        case _:
            return False


def followed(use: Use, answers: Sequence[bool | None]) -> tuple[Consequence, ...]:
    """The consequences whose trigger is true, in the order of the use."""
    return tuple(
        Consequence(use.head.id, c.id, c.effect, c.polarity, c.lasts)
        for c, answer in zip(use.consequences, answers, strict=True)
        if answer is True
    )
