"""How far points can go: the least and the most a case or a rule can give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from engine.ir import Each, Fixed, Measure, Number, Rule, Worth


def worth_bounds(measures: Mapping[str, Measure], worth: Worth) -> tuple[int, int] | None:
    """The least and most points of one case; None if it gives none."""
    match worth.points:
        case None:
            return None
        case Fixed(points):
            return points, points
        case Each(each, of, bound):
            kind = measures[of].type
            least = kind.least or 0 if isinstance(kind, Number) else 0
            most = kind.greatest if isinstance(kind, Number) else None
            near = each * least
            far = bound if most is None else each * most
            return (max(bound, far), max(bound, near)) if each < 0 else (min(bound, near), min(bound, far))
        case _:
            assert_never(worth.points)


def rule_bounds(measures: Mapping[str, Measure], rule: Rule) -> tuple[int, int] | None:
    """The least and most points of a rule over all its cases and `unknown`; None if it never gives points."""
    found = [worth_bounds(measures, case.worth) for case in rule.cases]
    known = [bounds for bounds in found if bounds is not None]
    if rule.unknown.points is not None:
        known.append((rule.unknown.points, rule.unknown.points))
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None
