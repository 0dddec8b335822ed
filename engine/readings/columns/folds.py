"""What is made of the rows of one subject: counts and sums first, so that one pass over the rows is enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import Boolean, Edition, Fold, Measure, Number, Rows, Source
from engine.months import first_day_within
from engine.readings.columns import tree
from engine.readings.columns.conditions import Look, condition_sql
from engine.readings.columns.tables import Asked

MOST_PLACES = 6
"""With more digits after the point a share is worked out in wider integers."""


def fact_column(number: int, field: str) -> str:
    """The column of a fact after the tables are joined."""
    return f"fact_{number}_{field}"


def fact_columns(source: Source, number: int, *, folded: bool) -> list[Expr]:
    """The facts of a subject; nothing is known of facts that are expired or contested."""
    found = []
    for name, field in source.fields.items():
        value = tree.case([(tree.col("kept"), tree.col(tree.name("v", name)))])
        if folded:
            value = exp.LogicalOr(this=value) if isinstance(field.type, Boolean) else exp.Max(this=value)
        found.append(tree.named(value, fact_column(number, name)))
    return found


def fold_columns(asked: Asked, source: Source, look: Look) -> list[Expr]:
    """The folds of all measures over one source."""
    found = []
    for measure in asked.edition.measures.values():
        if isinstance(measure.body, Rows) and measure.body.source == source.head.id:
            found += _of(asked, source, measure, measure.body, look)
    return found


def _of(asked: Asked, source: Source, measure: Measure, rows: Rows, look: Look) -> list[Expr]:
    among = [tree.col("kept")]
    if rows.within is not None and source.dated_by is not None:
        first = tree.literal(first_day_within(rows.within, asked.as_of))
        among.append(tree.binary(exp.GTE, tree.col(tree.name("v", source.dated_by)), first))
    if rows.among is not None:
        among.append(condition_sql(rows.among, look))
    where = [] if rows.counts_if is None else [condition_sql(rows.counts_if, look)]

    def inside() -> Expr:
        return tree.all_of([part.copy() for part in among])

    def counted() -> Expr:
        return tree.all_of([part.copy() for part in (*among, *where)])

    id_ = measure.head.id
    found = []
    if rows.fold is Fold.SHARE or rows.unknown_below is not None:
        found.append(tree.named(tree.counted(inside()), tree.name("among", id_)))
    if rows.fold in {Fold.COUNT, Fold.SHARE, Fold.AVERAGE}:
        found.append(tree.named(tree.counted(counted()), tree.name("counted", id_)))
    if rows.field is not None:
        value = tree.col(tree.name("v", rows.field))
        if source.fields[rows.field].optional:
            gap = tree.all_of([counted(), tree.is_null(value.copy())])
            found.append(tree.named(tree.counted(gap), tree.name("gaps", id_)))
        found.append(tree.named(_folded(rows.fold, tree.case([(counted(), value)])), tree.name("folded", id_)))
    return found


def _folded(fold: Fold, value: Expr) -> Expr:
    match fold:
        case Fold.SUM | Fold.AVERAGE:
            return exp.Sum(this=value)
        case Fold.LEAST | Fold.EARLIEST:
            return exp.Min(this=value)
        case Fold.GREATEST | Fold.LATEST:
            return exp.Max(this=value)
        case Fold.COUNT | Fold.SHARE:
            raise AssertionError("a count has no field")
        case _:
            assert_never(fold)


def rows_value(edition: Edition, measure: Measure, rows: Rows, absent: Sequence[Expr]) -> Expr:
    """The value of a fold once its counts and sums are there; `absent` is when the source was not asked."""
    id_ = measure.head.id
    field = None if rows.field is None else edition.sources[rows.source].fields[rows.field]
    among, counted, folded, gaps = (tree.name(one, id_) for one in ("among", "counted", "folded", "gaps"))
    places = measure.type.places if isinstance(measure.type, Number) else 0
    unknown = list(absent)
    if rows.unknown_below is not None:
        unknown.append(tree.binary(exp.LT, _some(among), tree.whole(rows.unknown_below)))
    if field is not None and field.optional:
        unknown.append(tree.binary(exp.GT, _some(gaps), tree.whole(0)))
    match rows.fold:
        case Fold.COUNT:
            value = _some(counted)
        case Fold.SHARE:
            unknown.append(tree.binary(exp.EQ, _some(among), tree.whole(0)))
            value = rounded(
                tree.times(
                    tree.cast(tree.col(counted), tree.HUGE if places > MOST_PLACES else tree.BIG),
                    tree.whole(10**places),
                ),
                tree.col(among),
                signed=False,
            )
        case Fold.SUM:
            value = _some(folded)
        case Fold.AVERAGE:
            assert field is not None, "an average is over a field"  # narrows the type
            unknown.append(tree.binary(exp.EQ, _some(counted), tree.whole(0)))
            of = field.type.places if isinstance(field.type, Number) else 0
            above = tree.times(tree.col(folded), tree.whole(10**places))
            value = rounded(above, tree.times(tree.col(counted), tree.whole(10**of)), signed=True)
        case Fold.LEAST | Fold.GREATEST | Fold.EARLIEST | Fold.LATEST:
            value = tree.col(folded)
        case _:
            assert_never(rows.fold)
    return value if not unknown else tree.case([(tree.negated(tree.any_of(unknown)), value)])


def _some(column: str) -> Expr:
    """A count or a sum, 0 for a subject that has no row."""
    return tree.known_or(tree.col(column), tree.whole(0))


def rounded(numerator: Expr, denominator: Expr, *, signed: bool) -> Expr:
    """The nearest whole number, halves away from zero; the denominator is positive."""
    size = tree.absolute(numerator.copy()) if signed else numerator.copy()
    above = tree.plus(tree.times(tree.whole(2), size), denominator.copy())
    found = tree.quotient(above, tree.times(tree.whole(2), denominator.copy()))
    if not signed:
        return found
    below = tree.binary(exp.LT, numerator.copy(), tree.whole(0))
    return tree.case([(below, exp.Neg(this=exp.Paren(this=found)))], found.copy())
