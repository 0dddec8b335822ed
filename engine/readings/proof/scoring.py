"""The score as a solver expression: groups, sum, range, bands, and what follows in each use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.consequences import names_no_score
from engine.ir import AsOf, BandRef, ConclusionRef, Edition, Group, Score, ScoreRef, Subject
from engine.readings.proof.conditions import held
from engine.readings.proof.logic import Truth, both, chosen, ident, negated, total
from engine.readings.proof.measures import measured
from engine.readings.proof.rules import Beside, Ruled, looking, ruled
from engine.readings.proof.terms import UNKNOWN, Linear, Term
from engine.readings.proof.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Summed:
    """A sum of points, with the least and the most it can be as far as plain addition tells."""

    value: Any
    least: int
    most: int


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What one edition makes of the person.

    `scored` is where there is a score, `total` the sum before and `score` after it is held to the range.
    """

    edition: Edition
    values: Mapping[str, Term]
    rules: Mapping[str, Ruled]
    conclusions: Mapping[str, Linear]
    groups: Mapping[str, Summed]
    total: Summed
    score: Summed
    scored: Truth
    bands: Mapping[str, Truth]
    band: Any
    follows: Mapping[tuple[str, str], Truth]


def view(world: World, which: int, values: Mapping[str, Term] | None = None, beside: View | None = None) -> View:
    """What an edition makes of the person; `values` instead of what the rows come to.

    `beside` is another view: the total is then that one's plus the difference, in which everything that is the same
    function in both does not occur at all.
    """
    edition = world.editions[which]
    found = measured(world, which) if values is None else values
    near = None if beside is None else Beside(beside.edition, beside.values, beside.rules, beside.conclusions)
    rules, conclusions = ruled(world, edition, found, near)
    own = edition.score.groups if edition.score is not None else ()
    groups = {group.id: grouped(group, rules) for group in own}
    added = Summed(0, 0, 0) if edition.score is None else summed(edition.score, groups, rules)
    if beside is not None and edition.score is not None and beside.edition.score is not None:
        apart = difference(beside, edition.score, groups, rules)
        same = isinstance(apart, int) and apart == 0
        added = replace(added, value=beside.total.value if same else beside.total.value + apart)
    scored = scored_where(world, edition, found, rules, conclusions)
    score = added if edition.score is None else _held(added, edition.score.least, edition.score.greatest)
    bands: dict[str, Truth] = {}
    band: Any = 0
    for each in edition.score.bands if edition.score else ():
        inside = both([_ge(score, each.least), negated(_ge(score, each.greatest + 1))])
        bands[each.id] = both([scored, inside])
        band = chosen(inside, world.codes.setdefault(each.id, len(world.codes)), band)
    follows = dict(_follows(world, edition, scored, score, band, conclusions))
    return View(edition, found, rules, conclusions, groups, added, score, scored, bands, band, follows)


def _ge(summed: Summed, bound: int) -> Truth:
    """Whether a sum is at least so much; certain where plain addition tells."""
    if summed.least >= bound:
        return True
    return False if summed.most < bound else summed.value >= bound


def _held(summed: Summed, floor: int | None, cap: int | None) -> Summed:
    """A sum between a floor and a cap."""
    value, least, most = summed.value, summed.least, summed.most
    if floor is not None and least < floor:
        value = chosen(value < floor if most >= floor else True, floor, value)
        least, most = floor, max(most, floor)
    if cap is not None and most > cap:
        value = chosen(value > cap if least <= cap else True, cap, value)
        least, most = min(least, cap), cap
    return Summed(value, least, most)


def grouped(group: Group, rules: Mapping[str, Ruled]) -> Summed:
    """The points of a group after floor and cap."""
    mine = [rules[rule] for rule in group.rules]
    together = Summed(total(each.points for each in mine), sum(r.least for r in mine), sum(r.most for r in mine))
    return _held(together, group.floor, group.cap)


def outside(score: Score) -> list[str]:
    """The scoring rules that are in no group."""
    inside = {rule for group in score.groups for rule in group.rules}
    return [rule for rule in score.rules if rule not in inside]


def summed(score: Score, groups: Mapping[str, Summed], rules: Mapping[str, Ruled]) -> Summed:
    """Base, groups and the other rules."""
    parts = [*groups.values(), *(Summed(r.points, r.least, r.most) for r in map(rules.__getitem__, outside(score)))]
    return Summed(
        total([score.base, *(part.value for part in parts)]),
        score.base + sum(part.least for part in parts),
        score.base + sum(part.most for part in parts),
    )


def difference(beside: View, score: Score, groups: Mapping[str, Summed], rules: Mapping[str, Ruled]) -> Any:
    """The total of one edition less that of the other: what both have in common is left out."""
    before = beside.edition.score
    assert before is not None, "there is a total to differ from"  # narrows the type
    parts: dict[int | str | bool, list[Any]] = {}

    def count(value: Any, sign: int) -> None:
        parts.setdefault(ident(value), [value, 0])[1] += sign

    for groups_, rules_, score_, sign in ((beside.groups, beside.rules, before, -1), (groups, rules, score, 1)):
        for group in score_.groups:
            for value in _members(group.floor, group.cap, groups_[group.id], [rules_[rule] for rule in group.rules]):
                count(value, sign)
        for rule in outside(score_):
            count(rules_[rule].points, sign)
    return total([score.base - before.base, *(value * sign for value, sign in parts.values() if sign)])


def _members(floor: int | None, cap: int | None, group: Summed, rules: list[Ruled]) -> list[Any]:
    """A group as one number, or as its rules where neither floor nor cap can matter."""
    least, most = sum(rule.least for rule in rules), sum(rule.most for rule in rules)
    free = (floor is None or least >= floor) and (cap is None or most <= cap)
    return [rule.points for rule in rules] if free else [group.value]


def scored_where(
    world: World,
    edition: Edition,
    values: Mapping[str, Term],
    rules: Mapping[str, Ruled],
    conclusions: Mapping[str, Linear],
) -> Truth:
    """Where nothing says that there is no score."""
    if edition.score is None:
        return False

    look = looking(world, values, conclusions)
    refused = [rule.no_score for rule in rules.values()]
    refused += [held(world, when.when, look).true for when in edition.score.no_score]
    return both(negated(each) for each in refused)


def _follows(
    world: World, edition: Edition, scored: Truth, score: Summed, band: Any, conclusions: Mapping[str, Linear]
) -> Any:
    """Where each consequence of each use follows. Without a score only a trigger that names `no_score` applies."""

    def look(subject: Subject | AsOf) -> Term:
        match subject:
            case ScoreRef():
                return Linear(scored, score.value)
            case BandRef():
                return Linear(scored, band)
            case ConclusionRef(name):
                return conclusions[name]
            case _:
                return UNKNOWN

    for id_, use in edition.uses.items():
        for consequence in use.consequences:
            when = held(world, consequence.when, look).true
            if edition.score is not None and not names_no_score(consequence.when):
                when = both([scored, when])
            yield (id_, consequence.id), when
