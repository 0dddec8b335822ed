"""The worked examples of a rule, worked."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ir import AsOf, ConclusionRef, Example, Given, MeasureRef, Rule, Subject, Value, Worth
from engine.outcome import Outcome
from engine.problem import Problem
from engine.readings.truth import ruled
from engine.trace import worth_at


def examples(rule: Rule) -> Iterator[Problem]:
    """Each example that comes out otherwise than it says."""
    for example in rule.examples:
        wrong = _difference(rule, example)
        if wrong is not None:
            yield Problem(
                "example-fails",
                f"the example expects {wrong[0]}, and the rule gives {wrong[1]}",
                example.where,
                help="change the example or the rule, so that they agree",
            )


def _difference(rule: Rule, example: Example) -> tuple[str, str] | None:
    """What was expected and what came out, in words; None if they agree."""
    values = dict.fromkeys(rule.reads) | dict(example.measures)

    def look(subject: Subject | AsOf) -> Value | None:
        match subject:
            case MeasureRef(name):
                return values[name]
            case ConclusionRef(name):
                return example.conclusions.get(name)
            case _:
                return None

    got = ruled(rule, look, values)
    worth = worth_at(rule, got.mark)
    if example.outcome == "unknown":
        return None if worth is None else ("unknown", _told(got, worth))
    if example.outcome == "no_score":
        return None if got.no_score is not None else ("no score", _told(got, worth))
    expected = _said(example.points, example.concludes)
    if worth is None or got.no_score is not None:
        return expected, _told(got, worth)
    same_points = example.points is None or example.points == got.points
    wanted, given = set(example.concludes), set(worth.concludes)
    same_conclusions = wanted == given if got.points is None else wanted <= given
    return None if same_points and same_conclusions else (expected, _told(got, worth))


def _told(got: Outcome, worth: Worth | None) -> str:
    if worth is None:
        return "unknown"
    return "no score" if got.no_score is not None else _said(got.points, worth.concludes)


def _said(points: int | None, concludes: tuple[Given, ...]) -> str:
    said = [] if points is None else [f"{points} points"]
    said += [
        f"`{each.conclusion}`" if each.value is True else f"`{each.conclusion}: {each.value}`" for each in concludes
    ]
    return " and ".join(said) or "nothing"
