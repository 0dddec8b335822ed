"""What the rows that may be looked at come to: the value of each measure, and what it was worked out from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, assert_never

from engine import trace
from engine.admit import Kept, Row, row_look
from engine.arithmetic import joined, rounded, spanned
from engine.ir import Edition, Fact, Fold, Joined, Measure, MeasureRef, Number, Rows, Span, Times, Value
from engine.kleene import holds
from engine.months import months_between
from engine.outcome import Values
from engine.trace import Seen


def measured(
    edition: Edition, measure: Measure, kept: Kept, as_of: date, values: Values
) -> tuple[Value | None, dict[str, Any]]:
    """The value of a measure, and what it was worked out from."""
    match measure.body:
        case Rows() as rows:
            dated_by = edition.sources[rows.source].dated_by
            found = None if dated_by is None else look_through(rows, dated_by, kept.rows[rows.source], as_of)
            if found is None:
                return None, trace.seen_inputs(rows.source, None)
            seen = Seen(tuple(i for i, _ in found[0]), tuple(i for i, _ in found[1]))
            field = None if rows.field is None else edition.sources[rows.source].fields[rows.field].type
            places = field.places if isinstance(field, Number) else 0
            value = folded(rows, *found, field_places=places, places=places_of(measure))
            return value, trace.seen_inputs(rows.source, seen)
        case Fact(source, field_name):
            facts = kept.facts[source]
            value = None if facts is None else facts[field_name]
            return value, {"source": source, "field": field_name, "absent": facts is None}
        case Span(way, of, unit):
            if isinstance(of, MeasureRef):
                start = values[of.measure]
                inputs: dict[str, Any] = {"measure": of.measure}
            else:
                facts = kept.facts[of.source]
                start = None if facts is None else facts[of.field]
                inputs = {"source": of.source, "field": of.field}
            return spanned(way, start, unit, as_of), inputs
        case Joined(join, measures):
            return joined(join, [values[id_] for id_ in measures]), {
                id_: trace.value_plain(edition.measures[id_], values[id_]) for id_ in measures
            }
        case Times(of, by, by_places):
            factor = values[of]
            inputs = {of: trace.value_plain(edition.measures[of], factor)}
            if factor is None:
                return None, inputs
            have = places_of(edition.measures[of]) + by_places
            return rounded(int(factor) * by * 10 ** places_of(measure), 10**have), inputs  # type: ignore[arg-type]  # a number, checked when parsed
        case _:
            assert_never(measure.body)


def places_of(measure: Measure) -> int:
    """The digits after the point of a measure; 0 for what is not a number."""
    return measure.type.places if isinstance(measure.type, Number) else 0


Found = Sequence[tuple[int, Row]]


def look_through(
    rows: Rows, dated_by: str, kept: Iterable[tuple[int, Row]] | None, as_of: date
) -> tuple[Found, Found] | None:
    """The rows a fold looks at, and the counted ones among them; None when the source is absent."""
    if kept is None:
        return None
    inside = [(index, row) for index, row in kept if is_within(rows.within, row[dated_by], as_of)]
    among = [(i, row) for i, row in inside if rows.among is None or holds(rows.among, row_look(row, as_of)) is True]
    counted = [
        (i, row) for i, row in among if rows.counts_if is None or holds(rows.counts_if, row_look(row, as_of)) is True
    ]
    return among, counted


def is_within(months: int | None, day: Value | None, as_of: date) -> bool:
    """Whether a row's date lies in a window of so many months before the as-of date."""
    return months is None or (isinstance(day, date) and months_between(day, as_of) < months)


def folded(rows: Rows, among: Found, counted: Found, field_places: int, places: int) -> Value | None:
    """What is made of the counted rows."""
    if rows.unknown_below is not None and len(among) < rows.unknown_below:
        return None
    if rows.fold is Fold.COUNT:
        return len(counted)
    if rows.fold is Fold.SHARE:
        return rounded(len(counted) * 10**places, len(among)) if among else None
    found = [row[rows.field] for _, row in counted if rows.field is not None]
    if any(value is None for value in found):
        return None
    values: list[Any] = found
    match rows.fold:
        case Fold.SUM:
            return int(sum(values))
        case Fold.AVERAGE:
            return rounded(sum(values) * 10**places, len(values) * 10**field_places) if values else None
        case Fold.LEAST | Fold.EARLIEST:
            return min(values, default=None)
        case Fold.GREATEST | Fold.LATEST:
            return max(values, default=None)
        case _:
            assert_never(rows.fold)
