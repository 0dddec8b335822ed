"""Example people: from the solver's numbers back to a record somebody could have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import z3

from engine.ir import Boolean, Code, Day, Edition, Field, Number
from engine.readings.proof.cells import Stretch, codes_of, stretch_of
from engine.readings.proof.folds import Slot, values
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
    counts = [number_in(model, count) for count in rowed.counts]
    slots = {
        one.field: values(one, counts, lambda value: number_in(model, value), lambda part: truth_in(model, part))
        for one in rowed.folded
    }
    for index, (kind, number) in enumerate(zip(rowed.kinds, counts, strict=True)):
        for place in range(number):
            mine = {name: of[index][place] for name, of in slots.items() if index in of}
            yield row_of(rowed.declared, kind, mine, place), kind.contested


def row_of(source: Declared, kind: Kind, slots: Mapping[str, Slot], place: int) -> Row:
    """One row of a kind, with folded values where they may lie; all else is placed where it is usual."""
    row: Row = dict.fromkeys(kind.example)
    dated = [own.dated_by for own in source.sources if own is not None and own.dated_by is not None]
    start = source.as_of.toordinal() - MONTH * place - 1
    for name in [*(name for name in dated if name in kind.spans), *kind.spans]:
        if row.get(name) is not None:
            continue
        together = sorted({name, *kind.follows[name]}, key=lambda one: (kind.follows[name].get(one, 0), one))
        ends = [_narrowed(kind.spans[one], slots.get(one)) for one in together]
        ranks = [kind.follows[name].get(one, 0) for one in together]
        lows, highs = _between(ends, ranks)
        placed: list[int] = []
        for at, (one, low, high) in enumerate(zip(together, lows, highs, strict=True)):
            day = next((row[each] for each in dated if row.get(each)), None)
            wanted = start if one in dated else usual(source, one, day)
            if placed and ranks[at] == ranks[at - 1]:
                placed.append(placed[-1])
            else:
                placed.append(max(low, placed[-1] + 1 if placed else low, min(high, wanted)))
            row[one] = placed[-1]
    return row


def _narrowed(span: Stretch, slot: Slot | None) -> tuple[int, int]:
    return (span.least, span.greatest) if slot is None else (slot.least, slot.greatest)


def _between(ends: Sequence[tuple[int, int]], ranks: Sequence[int]) -> tuple[list[int], list[int]]:
    """Between what values in the order of their ranks may lie; of equal rank they are equal.

    >>> _between([(0, 9), (0, 9), (5, 5)], [0, 1, 1])
    ([0, 5, 5], [4, 5, 5])
    """
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    for _ in range(2):
        for at in range(1, len(ends)):
            lows[at] = max(lows[at], lows[at - 1] + (ranks[at] > ranks[at - 1]))
        for at in range(len(ends) - 1, 0, -1):
            highs[at - 1] = min(highs[at - 1], highs[at] - (ranks[at] > ranks[at - 1]))
            if ranks[at] == ranks[at - 1]:
                lows[at - 1] = max(lows[at - 1], lows[at])
        for at in range(1, len(ends)):
            if ranks[at] == ranks[at - 1]:
                highs[at] = min(highs[at], highs[at - 1])
    return lows, highs


def usual(source: Declared, name: str, day: int | None) -> int:
    """An ordinary value: a small amount, or the date of the row."""
    return (day or source.as_of.toordinal() - MONTH) if isinstance(source.fields[name][0].type, Day) else 0


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
