"""The value of each measure, from what was folded or from other measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import Fact, Join, Joined, Measure, MeasureRef, Number, Rows, Span, Times
from engine.readings.columns import tree
from engine.readings.columns.folds import fact_column, rounded, rows_value
from engine.readings.columns.sources import asked_column
from engine.readings.columns.tables import Asked


def measure_column(id_: str) -> str:
    return tree.name("m", id_)


def measure_sql(asked: Asked, measure: Measure) -> Expr:
    """The value of a measure; null is unknown."""
    match measure.body:
        case Rows() as rows:
            if rows.source not in asked.tables.sources:
                return tree.null(tree.sql_type(measure.type))
            return rows_value(asked.edition, measure, rows, _absent(asked, rows.source))
        case Fact(source, field):
            return _fact(asked, source, field)
        case Span(way, of, unit):
            day = (
                tree.col(measure_column(of.measure))
                if isinstance(of, MeasureRef)
                else _fact(asked, of.source, of.field)
            )
            return _span(asked, way, day, unit)
        case Joined(join, measures):
            return _joined(join, [tree.col(measure_column(id_)) for id_ in measures], measure)
        case Times(of_, by, by_places):
            have = _places(asked.edition.measures[of_]) + by_places
            value = tree.cast(tree.col(measure_column(of_)), tree.HUGE)
            above = tree.times(tree.times(value, tree.whole(by)), tree.whole(10 ** _places(measure)))
            return rounded(above, tree.whole(10**have), signed=True)
        case _:
            assert_never(measure.body)


def _places(measure: Measure) -> int:
    return measure.type.places if isinstance(measure.type, Number) else 0


def _absent(asked: Asked, source: str) -> list[Expr]:
    subjects = asked.tables.subjects
    if subjects is None or source not in subjects.columns:
        return []
    return [tree.negated(tree.col(asked_column(list(asked.edition.sources).index(source))))]


def _fact(asked: Asked, source: str, field: str) -> Expr:
    if source not in asked.tables.sources:
        return tree.null(tree.sql_type(asked.edition.sources[source].fields[field].type))
    return tree.col(fact_column(list(asked.edition.sources).index(source), field))


def _span(asked: Asked, way: str, day: Expr, unit: str) -> Expr:
    """Completed months or years since a date, or until it; never below 0.

    12·(y₂ − y₁) + (m₂ − m₁) − [d₂ < d₁]
    """
    y, m, d = asked.as_of.year, asked.as_of.month, asked.as_of.day
    months = tree.plus(
        tree.times(tree.whole(12), _part("YEAR", day)),
        _part("MONTH", day),
    )
    today = tree.whole(12 * y + m)
    if way == "age":
        late = tree.binary(exp.GT, _part("DAY", day), tree.whole(d))
        found = tree.minus(tree.minus(today, months), tree.case([(late, tree.whole(1))], tree.whole(0)))
    else:
        late = tree.binary(exp.LT, _part("DAY", day), tree.whole(d))
        found = tree.minus(tree.minus(months, today), tree.case([(late, tree.whole(1))], tree.whole(0)))
    held = tree.case([(tree.binary(exp.LT, found.copy(), tree.whole(0)), tree.whole(0))], found)
    return tree.quotient(held, tree.whole(12)) if unit == "years" else held


def _part(of: str, day: Expr) -> Expr:
    return exp.Extract(this=exp.var(of), expression=day.copy())


def _joined(join: Join, values: list[Expr], measure: Measure) -> Expr:
    if isinstance(measure.type, Number):
        values = [tree.cast(value, tree.HUGE) for value in values]
    match join:
        case Join.ADD:
            return tree.plus(*values)
        case Join.SUBTRACT:
            return tree.minus(values[0], values[1])
        case Join.GREATEST_OF:
            return _extreme(tree.greatest, values)
        case Join.LEAST_OF:
            return _extreme(tree.least, values)
        case _:
            assert_never(join)


def _extreme(best: Callable[..., Expr], values: list[Expr]) -> Expr:
    """The greatest or least of the known values: where one is unknown, another stands in for it."""
    if len(values) == 1:
        return values[0]
    return best(*(exp.Coalesce(this=one.copy(), expressions=[other.copy() for other in values]) for one in values))
