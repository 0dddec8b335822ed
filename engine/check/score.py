"""Whether points add up as the score says: every rule once, bands that tile the range, a range that is reached."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from engine.bounds import rule_bounds
from engine.ir import Edition, Rule, Score
from engine.problem import Grade, Problem


def score(edition: Edition) -> Iterator[Problem]:
    """Everything that is wrong with the score of a complete edition; the range is added up when the rest is right."""
    scoring = {id_: rule for id_, rule in edition.rules.items() if gives_points(rule)}
    if edition.score is None:
        if scoring:
            rule = next(iter(scoring.values()))
            yield Problem(
                "no-score",
                f"the rule `{rule.head.id}` gives points, and there is no score to add them up",
                rule.head.where,
                help="add a score, or let the rule give conclusions only",
                grade=Grade.WARNING,
            )
        return
    wrong = [*_additions(edition, edition.score, scoring), *_bands(edition.score)]
    yield from wrong
    if not wrong:
        yield from _range(edition, edition.score)


def gives_points(rule: Rule) -> bool:
    """Whether any case gives points, or the rule when it is unknown."""
    return rule.unknown.points is not None or any(case.worth.points is not None for case in rule.cases)


def _additions(edition: Edition, found: Score, scoring: dict[str, Rule]) -> Iterator[Problem]:
    for id_, rule in scoring.items():
        if id_ not in found.rules:
            yield Problem(
                "not-added",
                f"the rule `{id_}` gives points that are not added up",
                found.head.where,
                help=f"put `{id_}` under `adds`",
                also=((rule.head.where, "the rule is here"),),
            )
    for id_ in found.rules:
        if id_ not in scoring and id_ in edition.rules:
            yield Problem(
                "no-points",
                f"`adds` names the rule `{id_}`, which gives no points",
                found.head.where,
                help="take it out of `adds`",
                also=((edition.rules[id_].head.where, "the rule is here"),),
            )


def _bands(found: Score) -> Iterator[Problem]:
    seen = dict[str, str]()
    for band in found.bands:
        if band.id in seen:
            yield Problem("duplicate-id", f"there are two bands `{band.id}`", band.where, help="give one another name")
        seen[band.id] = band.id
        if band.least > band.greatest:
            yield Problem("empty-range", f"the band `{band.id}` ends before it starts", band.where)
            return
    if found.least > found.greatest:
        yield Problem("empty-range", "the range ends before it starts", found.head.where)
        return
    for below, above in pairwise(found.bands):
        also = ((below.where, f"`{below.id}` ends at {below.greatest}"),)
        if above.least > below.greatest + 1:
            sentence = f"no band has the score {below.greatest + 1}"
        elif above.least <= below.greatest:
            sentence = f"the bands `{below.id}` and `{above.id}` both have the score {above.least}"
        else:
            continue
        help_ = "bands are listed worst to best, and each starts one point after the one before it ends"
        yield Problem("bands", sentence, above.where, help=help_, also=also)
    first, last = found.bands[0], found.bands[-1]
    if first.least != found.least:
        yield Problem(
            "bands",
            f"the first band starts at {first.least}, and the range at {found.least}",
            first.where,
            help="the bands fill the range from end to end",
        )
    if last.greatest != found.greatest:
        yield Problem(
            "bands",
            f"the last band ends at {last.greatest}, and the range at {found.greatest}",
            last.where,
            help="the bands fill the range from end to end",
        )


def reachable(edition: Edition, found: Score) -> tuple[int, int]:
    """The lowest and highest total that the rules allow, each taken by itself, after floors and caps of groups."""
    bounds = {
        id_: rule_bounds(edition.measures, edition.rules[id_]) or (0, 0) for id_ in found.rules if id_ in edition.rules
    }
    grouped = {id_ for group in found.groups for id_ in group.rules}
    low = high = found.base
    for id_, (least, most) in bounds.items():
        if id_ not in grouped:
            low, high = low + least, high + most
    for group in found.groups:
        ends = [sum(bounds[id_][end] for id_ in group.rules if id_ in bounds) for end in (0, 1)]
        if group.floor is not None:
            ends = [max(group.floor, end) for end in ends]
        if group.cap is not None:
            ends = [min(group.cap, end) for end in ends]
        low, high = low + ends[0], high + ends[1]
    return low, high


def _range(edition: Edition, found: Score) -> Iterator[Problem]:
    low, high = reachable(edition, found)
    declared = f"the range is {found.least} to {found.greatest}"
    if low < found.least or high > found.greatest:
        sentence = f"{declared}, and points can leave it: scores are then held at its ends"
    elif low > found.least or high < found.greatest:
        sentence = f"{declared}, and points never reach all of it"
    else:
        return
    help_ = f"reachable is {low} to {high}, if every rule can be at its best or worst whatever the others are"
    facts = {"least": found.least, "greatest": found.greatest, "low": low, "high": high}
    yield Problem("range", sentence, found.head.where, help_, Grade.WARNING, facts=facts)
