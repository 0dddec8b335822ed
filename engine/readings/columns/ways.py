"""Every way to lose points, in the order in which reasons are told: each is a bit, and the lowest the next reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.bounds import rule_bounds
from engine.ir import Each, Edition, Fixed, Rule
from engine.readings.columns import tree
from engine.readings.columns.rules import Definition, by_outcome, rule_look

MOST_WAYS = 63
"""As many as a number of 64 bits has bits beside its sign. Where there are more, losses are compared instead."""

SHIFT = 64
MASK = 2**SHIFT - 1


@dataclass(frozen=True, slots=True)
class Way:
    """A rule, and the points it costs against the best it could give."""

    rule: str
    lost: int


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


def way_columns(edition: Edition, ways: Sequence[Way], as_of: date, *, packed: bool) -> list[Definition]:
    """For each rule the bit of the way it costs points; packed into one wide number together with its points."""
    found: list[Definition] = []
    for id_ in edition.score.rules if edition.score else ():
        leaf = _leaf(edition, ways, id_)

        def given(number: int | None, leaf: Callable[[int | None], tuple[int, int]] = leaf) -> Expr:
            points, bit = leaf(number)
            return tree.cast(tree.whole((points << SHIFT) + bit), tree.HUGE) if packed else _big(bit)

        found.append((way_column(id_), by_outcome(edition.rules[id_], rule_look(as_of), given)))
    return found


def way_column(id_: str) -> str:
    return tree.name("way", id_)


def _big(number: int) -> Expr:
    return tree.cast(tree.whole(number), tree.BIG)


def points_in(packed: Expr) -> Expr:
    """The points of a sum of packed numbers."""
    return tree.cast(tree.binary(exp.BitwiseRightShift, packed, tree.whole(SHIFT)), tree.BIG)


def bits_in(packed: Expr) -> Expr:
    """The ways of a sum of packed numbers."""
    mask = tree.cast(tree.whole(MASK), tree.HUGE)
    return tree.cast(tree.binary(exp.BitwiseAnd, packed, mask), tree.BIG)


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
