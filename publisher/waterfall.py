"""From the base to the score in steps: how the points of an example person add up, with one rule in view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.decision import Decision, Step
from engine.evaluation import evaluate_under
from engine.ir import Edition, Rule, Score
from engine.readings import prose as say
from engine.readings.prose.steps import value_of
from engine.records import shipped
from engine.rulebook import Rulebook, edition
from publisher import pages as p
from publisher.chart import percent
from publisher.speech import Speaker, prose, title, to
from publisher.tried import day_of

STEPS = 5
"""So many steps can be taken in at a glance."""

NAMED = 4
"""So many other rules have a step of their own; the smaller ones are one step together."""

Sum = tuple[str, p.Phrase | None, str | None, int, int]
"""What a step is, its title and page, and what the sum is before and after it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A record that is shipped with a rulebook, and what its edition made of it."""

    name: str
    edition: Edition
    decision: Decision


def decided(rulebook: Rulebook) -> tuple[Decided, ...]:
    """The shipped records that get a score, each under the edition of its own day."""
    found = []
    for one in shipped(rulebook):
        day = day_of(one.record)
        held = edition(rulebook, day) if day else None
        if day is None or held is None or not held.uses:
            continue
        use = held.about.default_use if held.about.default_use in held.uses else next(iter(held.uses))
        result = evaluate_under(held, one.record, as_of=day, use=use)
        if isinstance(result, Decision) and result.score is not None:
            found.append(Decided(one.name, held, result))
    return tuple(found)


def waterfall(speaker: Speaker, rule: Rule, able: Iterable[Decided]) -> p.Waterfall | None:
    """The example in which a rule is seen best; None if it counts in none under the edition that speaks."""
    score, chosen = speaker.edition.score, choose(speaker.edition, rule, able)
    if score is None or chosen is None:
        return None
    trace, points = chosen.decision.trace, chosen.decision.points
    own = next(step for step in trace if step.step == "rule" and step.policy == rule.head.id)
    last = next(step for step in trace if step.step == "score")
    lines = list(sums(speaker, score, points, last, rule.head.id))
    start = left(lines)
    return p.Waterfall(
        called(speaker, chosen),
        tuple(seen(speaker, rule, own.inputs)),
        tuple(step(line, start, ends(lines)[1]) for line in lines),
        sum(bool(points[id_]) for id_ in score.rules) - len(largest(score, points, rule.head.id)),
        sum(not points[id_] for id_ in score.rules),
        start,
        next(title(speaker, band.title) for band in score.bands if band.id == last.outcome["band"]),
    )


def choose(edition: Edition, rule: Rule, able: Iterable[Decided]) -> Decided | None:
    """Of the examples in which a case of the rule gives points, one that goes up and down in about `STEPS` steps."""

    def fits(one: Decided) -> bool:
        steps = (step for step in one.decision.trace if step.step == "rule" and step.policy == rule.head.id)
        known = any(step.outcome["how"] == "case" for step in steps)
        return one.edition is edition and bool(one.decision.points.get(rule.head.id)) and known

    def rank(one: Decided) -> tuple[bool, bool, int, str]:
        given = [points for points in one.decision.points.values() if points]
        score = edition.score
        inside = score is not None and one.decision.score not in (score.least, score.greatest)
        return not inside, not min(given) < 0 < max(given), abs(len(given) - STEPS), one.name

    return min((one for one in able if fits(one)), key=rank, default=None)


def called(speaker: Speaker, chosen: Decided) -> p.Phrase:
    """What a record is called: its subject, which may be said in every language of the rulebook, divided by `` / ``."""
    languages = speaker.edition.about.languages
    subject = chosen.decision.subject or chosen.name
    parts = subject.split(" / ")
    if len(parts) != len(languages):
        return title(speaker, {languages[0]: subject})
    return title(speaker, dict(zip(languages, parts, strict=True)))


def seen(speaker: Speaker, rule: Rule, inputs: Mapping[str, Any]) -> Iterator[tuple[p.Phrase, p.Phrase]]:
    """What a rule looks at and what it finds there."""
    edition, lang = speaker.edition, speaker.lang
    for id_ in rule.reads:
        measure = edition.measures[id_]
        value = value_of(measure.type, inputs[id_])
        yield title(speaker, measure.head.title), prose(speaker, say.value(measure.type, value, lang, edition.about))


def sums(speaker: Speaker, score: Score, points: Mapping[str, int | None], last: Step, here: str) -> Iterator[Sum]:
    """The base, every rule that gives points, what a floor or a cap puts right, and the score."""
    total = score.base
    yield "start", None, None, 0, total
    named = largest(score, points, here)
    for id_ in [id_ for id_ in in_order(score) if id_ in named]:
        link, before = to(speaker, "rule", id_), total
        total += points[id_] or 0
        yield "here" if id_ == here else "rule", link.words, link.path, before, total
    rest = [given for id_ in score.rules if id_ not in named and (given := points[id_])]
    if rest:
        yield "rest", None, None, total, total + sum(rest)
        total += sum(rest)
    for group, held in zip(score.groups, last.steps, strict=True):
        if over := held.outcome["points"] - held.outcome["sum"]:
            yield "floor" if over > 0 else "cap", title(speaker, group.title), None, total, total + over
            total += over
    if over := last.outcome["score"] - total:
        yield "least" if over > 0 else "greatest", None, None, total, total + over
    yield "score", None, None, 0, last.outcome["score"]


def largest(score: Score, points: Mapping[str, int | None], here: str) -> frozenset[str]:
    """The rules that have a step of their own: the one of the page and those that give or take most."""
    given = [id_ for id_ in score.rules if points[id_] and id_ != here]
    ranked = sorted(given, key=lambda id_: -abs(points[id_] or 0))
    return frozenset([here, *(ranked[:NAMED] if len(ranked) > NAMED + 1 else ranked)])


def in_order(score: Score) -> tuple[str, ...]:
    """The rules of a score as its list has them: those by themselves first, then its groups."""
    grouped = [rule for group in score.groups for rule in group.rules]
    return (*(rule for rule in score.rules if rule not in grouped), *grouped)


def left(lines: Sequence[Sum]) -> int:
    """Where the bars start: at nought, or so far up that the steps can be seen.

    >>> left([("start", None, None, 0, 600), ("a", None, None, 600, 690), ("score", None, None, 0, 690)])
    580
    """
    low, high = ends(lines)
    return 0 if low < high - low else (low - (high - low) // 6) // 10 * 10


def ends(lines: Sequence[Sum]) -> tuple[int, int]:
    """The least and the greatest that the sum ever is."""
    reached = [after for *_, after in lines]
    return min(reached), max(reached)


def step(line: Sum, start: int, most: int) -> p.FallStep:
    """A step with its bar on the scale of all of them, a hundred wide.

    >>> step(("here", None, None, 690, 660), 580, 700)
    FallStep(kind='here', words=None, path=None, points=-30, bar=Bar(zero=0, start=66.7, width=25, gain=False))
    """
    kind, words, path, before, after = line
    whole = most - start or 1
    low, high = sorted((max(before, start), after))
    bar = p.Bar(0, percent(low - start, whole), percent(high - low, whole), after >= before)
    return p.FallStep(kind, words, path, after - before, bar)
