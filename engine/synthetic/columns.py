"""The values of one field for all rows of a person, drawn at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never

from engine.admit import MOST_DIGITS
from engine.ir import Boolean, Code, Day, Exponential, Field, FieldHint, Number, OnlyIf, Shape, Uniform
from engine.synthetic.numbers import SHIFT, Stream, below, spread_out, values

Values = list[Any]
"""Of each row: a JSON value, or, of a date, its ordinal; None where it is unknown."""

Column = Callable[[int, int, Mapping[str, Values]], Values]
"""The values of a field: by the person, the number of rows, and the columns it depends on."""

Streams = Callable[[str], Stream]
"""Random numbers for a purpose in a source."""

FIRST_DAY = 693_596
"""No date lies before 1900-01-01."""

MOST_AHEAD = 36_525
"""No date lies more than a hundred years ahead."""

MISSING = Decimal("0.1")
"""The share of rows without an optional field of which nothing is said."""

USUALLY_LATER = Exponential(Decimal(20))
USUALLY_AGO = Uniform(Decimal(0), Decimal(3650))
USUALLY_AHEAD = Uniform(Decimal(-365), Decimal(1825))
"""Days between dates of which nothing is said."""

USUALLY = Exponential(Decimal(100))
FEW = 100
"""Numbers of which nothing is said: any of so few, or else more small ones than large ones."""


def column(field: Field, hint: FieldHint | None, today: int, dated_by: str | None, streams: Streams) -> Column:
    """How the values of a field are drawn."""
    usual = hint or FieldHint(missing=MISSING)
    drawn = _drawn(field, usual, today, dated_by, streams(field.name))
    if not field.optional:
        return drawn
    return _only_if(_missing(drawn, below(usual.missing or Decimal(0)), streams(f"{field.name}?")), usual.only_if)


def _drawn(field: Field, hint: FieldHint, today: int, dated_by: str | None, numbers: Stream) -> Column:
    """The values before any of them is missing."""
    match field.type:
        case Boolean():
            yes = below(Decimal("0.5") if hint.yes is None else hint.yes)
            return lambda person, rows, _: [number < yes for number in numbers(person, rows)]
        case Code(choices):
            weights = hint.weights or {choice.code: Decimal(1) for choice in choices}
            return _looked_up(spread_out(list(weights.items())), numbers)
        case Number() as type_:
            return _looked_up(fitting(type_, hint.shape), numbers)
        case Day(future):
            return _days(hint, today, dated_by, numbers, optional=field.optional, future=future)
        case _:
            assert_never(field.type)


def _looked_up(table: Sequence[Any], numbers: Stream) -> Column:
    return lambda person, rows, _: [table[number >> SHIFT] for number in numbers(person, rows)]


@lru_cache(maxsize=256)
def fitting(type_: Number, shape: Shape | None) -> tuple[int | float, ...]:
    """The values of a distribution as a record may hold them: within bounds, with no more decimals than there are.

    >>> sorted(set(fitting(Number(0, None, 0, 3), None)))
    [0, 1, 2, 3]
    >>> max(fitting(Number(2, None, 0, 500), Exponential(Decimal(3))))
    5.0
    """
    scale, most = 10**type_.places, 10**MOST_DIGITS - 1
    low = -most if type_.least is None else max(type_.least, -most)
    high = most if type_.greatest is None else min(type_.greatest, most)
    few = type_.least is not None and high - low <= FEW * scale
    if shape is None and few:
        found = [low + step * (high - low + 1) // 4096 for step in range(4096)]
    else:
        least = 0 if type_.least is None else type_.least / scale
        found = [round(value * scale) for value in values(shape or USUALLY, least)]
    held = (min(high, max(low, value)) for value in found)
    return tuple(value / scale if type_.places else value for value in held)


def _days(
    hint: FieldHint, today: int, dated_by: str | None, numbers: Stream, *, optional: bool, future: bool
) -> Column:
    """Dates, counted from another one or from today; what would lie too late is unknown, or today."""
    shape, of = hint.shape, hint.of
    if shape is None and of is None:
        of = dated_by
        shape = USUALLY_LATER if dated_by else USUALLY_AHEAD if future else USUALLY_AGO
        back = not dated_by and not future
    else:
        shape = shape or USUALLY_LATER
        back = hint.way == "before"
    offsets = [max(-MOST_AHEAD, min(MOST_AHEAD, round(value))) for value in values(shape)]
    if back:
        offsets = [-offset for offset in offsets]
    last = today + MOST_AHEAD if future else today
    late = None if optional else last

    def dates(person: int, rows: int, columns: Mapping[str, Values]) -> Values:
        places = numbers(person, rows)
        if of is None:
            found = [today + offsets[number >> SHIFT] for number in places]
        else:
            found = [
                last + 1 if start is None else start + offsets[number >> SHIFT]
                for start, number in zip(columns[of], places, strict=True)
            ]
        if min(found, default=last) < FIRST_DAY:
            found = [max(FIRST_DAY, day) for day in found]
        return [late if day > last else day for day in found]

    return dates


def _missing(drawn: Column, missing: int, numbers: Stream) -> Column:
    if not missing:
        return drawn
    return lambda person, rows, columns: [
        None if number < missing else value
        for number, value in zip(numbers(person, rows), drawn(person, rows, columns), strict=True)
    ]


def _only_if(drawn: Column, only_if: OnlyIf | None) -> Column:
    if only_if is None:
        return drawn
    name, wanted = only_if.field, only_if.values

    def found(person: int, rows: int, columns: Mapping[str, Values]) -> Values:
        return [
            value if (other in wanted if wanted else other is not None) else None
            for other, value in zip(columns[name], drawn(person, rows, columns), strict=True)
        ]

    return found
