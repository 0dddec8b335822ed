"""Example people: from the solver's numbers back to a record somebody could have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import z3

from engine.ir import Boolean, Code, Day, Edition, Field, Number
from engine.readings.proof.cells import Stretch, codes_of, stretch_of
from engine.readings.proof.rows import Declared, Kind
from engine.readings.proof.solving import number_in, truth_in
from engine.readings.proof.world import Factual, Rowed, World

MOST_ROWS = 2000
"""A person with more rows than this is not written down."""

MONTH = 30
USUAL_AMOUNT = 100

Row = dict[str, int | None]


def record(world: World, model: z3.ModelRef) -> dict[str, Any] | None:
    """The record of a person, with everything any of the editions collects; None if it would be far too long."""
    sources: dict[str, Any] = {}
    contested: list[dict[str, Any]] = []
    for id_, rowed in world.rowed.items():
        if truth_in(model, rowed.present):
            if sum(number_in(model, count) for count in rowed.counts) > MOST_ROWS:
                return None
            rows = sorted(_rows(rowed, model), key=lambda one: _order(rowed, one[0]))
            sources[id_] = [plain_row(rowed.declared, row) for row, _ in rows]
            contested += [{"source": id_, "row": index} for index, (_, is_contested) in enumerate(rows) if is_contested]
    for id_, factual in world.factual.items():
        if truth_in(model, factual.present):
            sources[id_] = plain_row(factual.declared, _facts(factual, model))
            contested += [{"source": id_}] if truth_in(model, factual.contested) else []
    found = {"as_of": world.as_of.isoformat(), "sources": {id_: sources[id_] for id_ in sorted(sources)}}
    return found | ({"contested": contested} if contested else {})


def sent_to(edition: Edition, record: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a record that an edition collects, and the contests it has a right for."""
    sources: dict[str, Any] = {}
    for id_, content in record["sources"].items():
        source = edition.sources.get(id_)
        if source is None:
            continue
        if isinstance(content, list):
            sources[id_] = [{name: value for name, value in row.items() if name in source.fields} for row in content]
        else:
            sources[id_] = {name: value for name, value in content.items() if name in source.fields}
    open_to_contest = {id_ for right in edition.rights.values() for id_ in right.sets_aside}
    contested = [one for one in record.get("contested", ()) if one["source"] in open_to_contest & sources.keys()]
    found = {"as_of": record["as_of"], "sources": sources}
    return found | ({"contested": contested} if contested else {})


def _order(rowed: Rowed, row: Row) -> int:
    return next((row[own.dated_by] or 0 for own in rowed.declared.sources if own and own.dated_by), 0)


# ------------------------------------------------------------------------------------------------------------ rows


def _rows(rowed: Rowed, model: z3.ModelRef) -> Iterator[tuple[Row, bool]]:
    """So many rows of each kind, their folded values as the solver has them, their dates a month apart."""
    for index, (kind, count) in enumerate(zip(rowed.kinds, rowed.counts, strict=True)):
        number = number_in(model, count)
        if not number:
            continue
        values: dict[str, list[int]] = {}
        for name in {name for at, name, _ in rowed.folds if at == index}:
            ends = {
                end: number_in(model, value)
                for (at, one, end), value in rowed.folds.items()
                if (at, one) == (index, name)
            }
            is_day = isinstance(rowed.declared.fields[name][0].type, Day)
            values[name] = _spread(number, kind.spans[name], ends, MONTH if is_day else 0)
        for place in range(number):
            yield (
                row_of(rowed.declared, kind, {name: each[place] for name, each in values.items()}, place),
                kind.contested,
            )


def row_of(source: Declared, kind: Kind, values: Mapping[str, int], place: int) -> Row:
    """One row of a kind, with the values given; what is not folded is placed where it is usual."""
    row: Row = dict.fromkeys(kind.example)
    dated = [own.dated_by for own in source.sources if own is not None and own.dated_by is not None]
    folded = [value for name, value in values.items() if isinstance(source.fields[name][0].type, Day)]
    start = min([source.as_of.toordinal(), *folded]) - MONTH * place - 1
    for name in [*values, *(name for name in dated if name not in values), *kind.spans]:
        if row.get(name) is not None or name not in kind.spans:
            continue
        span = kind.spans[name]
        if name in values:
            value = values[name]
        elif name in dated:
            value = max(span.least, min(span.greatest, start))
        else:
            value = usual(source, name, span, next((row[each] for each in dated if row.get(each)), None))
        row[name] = value
        for other, distance in kind.follows[name].items():
            if other not in values:
                row[other] = value + distance
    return row


def _spread(number: int, span: Stretch, ends: Mapping[str, int], apart: int = 0) -> list[int]:
    """So many values with the least, the greatest and the sum that are wanted; without a sum so far apart, if they fit.

    >>> _spread(3, Stretch(0, 9), {"least": 2, "total": 9}), _spread(2, Stretch(0, 9), {"greatest": 7})
    ([2, 5, 2], [7, 7])
    >>> _spread(3, Stretch(0, 50), {"least": 10}, apart=30)
    [10, 40, 50]
    """
    least, greatest, sum_ = (ends.get(end) for end in ("least", "greatest", "total"))
    low, high = (span.least if least is None else least), (span.greatest if greatest is None else greatest)
    if sum_ is None:
        if least is None:
            return [max(low, high - apart * place) for place in range(number)]
        first = [min(high, low + apart * place) for place in range(number)]
        return first if greatest is None or number == 1 else [*first[:-1], high]
    found = [low] * number
    if greatest is not None and number > 1:
        found[-1] = greatest
    left = sum_ - sum(found)
    for place in range(0 if least is None or number == 1 else 1, number):
        more = min(left, high - found[place])
        found[place] += more
        left -= more
    return found


def usual(source: Declared, name: str, span: Stretch, day: int | None) -> int:
    """An ordinary value in a stretch: a small amount, or the date of the row."""
    wanted = (day or source.as_of.toordinal() - MONTH) if isinstance(source.fields[name][0].type, Day) else 0
    return max(span.least, min(span.greatest, wanted))


# ----------------------------------------------------------------------------------------------------------- facts


def _facts(factual: Factual, model: z3.ModelRef) -> Row:
    """The facts that matter."""
    return {
        name: number_in(model, term.number) if truth_in(model, term.known) else None
        for name, term in factual.fields.items()
    }


# ------------------------------------------------------------------------------------------------------- as a record


def plain_row(source: Declared, row: Row) -> dict[str, Any]:
    """A row as a record has it: what nothing looks at has an ordinary value, and what may be left out is."""
    found: dict[str, Any] = {}
    dates = [row.get(own.dated_by) for own in source.sources if own is not None and own.dated_by is not None]
    for name, fields in source.fields.items():
        if name in row:
            value = row[name]
        elif all(field.optional for field in fields):
            value = None
        else:
            value = _filler(source, fields, next((day for day in dates if day is not None), None))
        if value is not None:
            found[name] = plain(source, fields[0], value)
    return found


def _filler(source: Declared, fields: Sequence[Field], day: int | None) -> int:
    """A value for a field that must be there and does not matter."""
    first = fields[0].type
    if isinstance(first, Code):
        return source.codes[codes_of(fields)[0]]
    if isinstance(first, Boolean):
        return 1
    span = stretch_of(fields, source.as_of)
    assert span is not None, "some value is admitted"  # narrows the type
    wanted = USUAL_AMOUNT * 10**first.places if isinstance(first, Number) else day or source.as_of.toordinal()
    return max(span.least, min(span.greatest, wanted))


def plain(source: Declared, field: Field, value: int) -> Any:
    """A value as JSON has it; a number with decimals is exact."""
    match field.type:
        case Boolean():
            return bool(value)
        case Code():
            return next(code for code, number in source.codes.items() if number == value)
        case Day():
            return date.fromordinal(value).isoformat()
        case Number(places=places):
            return Decimal(value).scaleb(-places) if places else value
