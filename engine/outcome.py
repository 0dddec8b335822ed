"""What a rule comes to once its scan has ended: points, conclusions, or a refusal to score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from engine import trace
from engine.bounds import rule_bounds
from engine.decision import Reason, Step
from engine.ir import Conclusion, Each, Edition, Fixed, Given, Rule, Score, Text, Value, Worth
from engine.trace import Mark

Values = Mapping[str, Value | None]
"""Measures by id; None is unknown."""

NO_SCORE_POLICY: Text = {
    "en": "This rulebook gives no score, only conclusions.",
    "zh-Hans": "本规则手册不打分，只给出结论。",
    "de": "Dieses Regelwerk vergibt keinen Score, sondern nur Feststellungen.",
}


@dataclass(slots=True)
class Outcome:
    """What a rule came to."""

    mark: Mark
    points: int | None
    no_score: Text | None


def outcome(rule: Rule, mark: Mark, values: Values) -> Outcome:
    """What a rule gives when its scan ended at `mark`."""
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
        rule, gave = edition.rules[id_], outcomes[id_]
        bounds = rule_bounds(edition.measures, rule)
        given, best = gave.points or 0, bounds[1] if bounds else 0
        if best > given:
            because = rule.unknown.because if trace.worth_at(rule, gave.mark) is None else None
            found.append(Reason(id_, best - given, given, best, rule.head.title, because))
    return tuple(sorted(found, key=lambda reason: -reason.lost)[: score.most_reasons])
