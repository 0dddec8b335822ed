"""Every way to lose points, in the order in which reasons are told: each is a bit, and the lowest the next reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.bounds import rule_bounds
from engine.ir import Each, Edition, Fixed, Rule
from engine.readings.columns import tree
from engine.readings.columns.rules import Definition, Ladders, by_code, by_outcome, rule_look

MOST_WAYS = 63
"""As many as a number of 64 bits has bits beside its sign. Where there are more, losses are compared instead."""


@dataclass(frozen=True, slots=True)
class Way:
    """A rule, and the points it costs against the best it could give."""

    rule: str
    lost: int


@dataclass(frozen=True, slots=True)
class Packing:
    """How the points of a rule and the bit of its way are one number: the points from its `least` on above all bits."""

    kind: str
    shift: int
    least: Mapping[str, int]


def packing(edition: Edition, ways: Sequence[Way]) -> Packing:
    """Into 64 bits where the points of all rules together leave room above the ways; else into 128, which is slower."""
    rules = {id_: edition.rules[id_] for id_ in (edition.score.rules if edition.score else ())}
    given = {id_: [points_of(rule, n) or 0 for n in (None, *range(len(rule.cases)))] for id_, rule in rules.items()}
    least = {id_: min(points) for id_, points in given.items()}
    spread = sum(max(points) - least[id_] for id_, points in given.items())
    if len(ways) + spread.bit_length() <= MOST_WAYS:
        return Packing(tree.BIG, len(ways), least)
    return Packing(tree.HUGE, MOST_WAYS + 1, least)


def points_of(rule: Rule, number: int | None) -> int | None:
    """What a case gives, or None where it is counted out; 0 where it gives no points at all."""
    points = rule.unknown.points if number is None else rule.cases[number].worth.points
    points = points.points if isinstance(points, Fixed) else points
    return None if isinstance(points, Each) else int(points or 0)


def ways_of(edition: Edition) -> list[Way] | None:
    """All ways in the order of reasons: what costs more comes first, then what the score names first.

    None where there are too many, or points are counted out.
    """
    found: set[tuple[int, int, str]] = set()
    for order, id_ in enumerate(edition.score.rules if edition.score else ()):
        rule, best = edition.rules[id_], best_of(edition, id_)
        for number in (None, *range(len(rule.cases))):
            points = points_of(rule, number)
            if points is None:
                return None
            lost = best - points
            if lost > 0:
                found.add((-lost, order, id_))
    return [Way(id_, -lost) for lost, _, id_ in sorted(found)] if len(found) <= MOST_WAYS else None


def best_of(edition: Edition, id_: str) -> int:
    bounds = rule_bounds(edition.measures, edition.rules[id_])
    return bounds[1] if bounds else 0


def _leaf(edition: Edition, ways: Sequence[Way], id_: str) -> Callable[[int | None], tuple[int, int]]:
    """The points of a case, and the bit of the way it costs some."""
    bits = {way.lost: 1 << at for at, way in enumerate(ways) if way.rule == id_}
    best = best_of(edition, id_)

    def leaf(number: int | None) -> tuple[int, int]:
        points = points_of(edition.rules[id_], number) or 0
        return points, bits.get(best - points, 0)

    return leaf


def way_columns(
    edition: Edition, ways: Sequence[Way], as_of: date, pack: Packing | None, ladders: Ladders
) -> list[Definition]:
    """For each rule the bit of the way it costs points; packed into one number together with its points."""
    found: list[Definition] = []
    for id_ in edition.score.rules if edition.score else ():
        leaf = _leaf(edition, ways, id_)

        def given(number: int | None, id_: str = id_, leaf: Callable[[int | None], tuple[int, int]] = leaf) -> Expr:
            points, bit = leaf(number)
            if pack is None:
                return _big(bit)
            return tree.cast(tree.whole((points - pack.least[id_] << pack.shift) + bit), pack.kind)

        rule, look = edition.rules[id_], rule_look(as_of)
        looked_up = None if pack is None else by_code(rule, look, given, pack.kind)
        found.append((way_column(id_), looked_up or by_outcome(rule, look, given, ladders)))
    return found


def way_column(id_: str) -> str:
    return tree.name("way", id_)


def _big(number: int) -> Expr:
    return tree.cast(tree.whole(number), tree.BIG)


def points_in(pack: Packing, rules: Sequence[str]) -> Expr:
    """The points of some rules together."""
    above = tree.binary(exp.BitwiseRightShift, _packed(rules), tree.whole(pack.shift))
    return tree.plus(tree.cast(above, tree.BIG), tree.whole(sum(pack.least[rule] for rule in rules)))


def bits_in(pack: Packing | None, rules: Sequence[str]) -> Expr:
    """The ways in which some rules cost points."""
    if pack is None:
        return _packed(rules)
    mask = tree.cast(tree.whole(2**pack.shift - 1), pack.kind)
    return tree.cast(tree.binary(exp.BitwiseAnd, _packed(rules), mask), tree.BIG)


def _packed(rules: Sequence[str]) -> Expr:
    return tree.plus(*(tree.col(way_column(rule)) for rule in rules))


def ranked_columns(edition: Edition, ways: Sequence[Way], bits: Expr, most: int) -> list[Definition]:
    """The reasons and what each costs, lowest bit first; bits without a score are none."""
    scored = tree.case([(tree.is_known(tree.col("score")), bits)], _big(0))
    found: list[Definition] = [("ways_1", scored)]
    rules = list(edition.score.rules) if edition.score else []
    for number in range(1, most + 1):
        left = tree.col(f"ways_{number}")
        less = tree.minus(left.copy(), tree.whole(1))
        lowest = exp.BitwiseCount(this=tree.binary(exp.BitwiseXor, left.copy(), less.copy()))
        found.append((f"at_{number}", tree.cast(lowest, "INT")))
        found.append((f"ways_{number + 1}", tree.binary(exp.BitwiseAnd, left, less)))
        at = tree.col(f"at_{number}")
        names = tree.lookup(at, [tree.text(way.rule) for way in ways], tree.one_of_type(rules))
        found.append((f"reason_{number}", names))
        found.append((f"lost_{number}", tree.lookup(at, [tree.whole(way.lost) for way in ways], tree.BIG)))
    return found
