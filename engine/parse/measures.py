"""A measure: what is worked out from which rows, facts or other measures, and the type of the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import assert_never

from engine.arithmetic import rounded
from engine.ir import (
    Body,
    Condition,
    Day,
    Fact,
    Field,
    Fold,
    Header,
    Join,
    Joined,
    Measure,
    MeasureRef,
    Number,
    Rows,
    Source,
    Span,
    Times,
    Type,
)
from engine.parse.conditions import Scope, condition
from engine.parse.paper import At, Paper, category, get, key_where, months, say, where
from engine.parse.types import kind_of, mismatch, unknown_name

Typed = tuple[Body, Type]


@dataclass(frozen=True, slots=True)
class Known:
    """What a measure can be made of; None stands for something that is itself in question, and so does a lost field."""

    sources: Mapping[str, Source | None]
    measures: Mapping[str, Measure | None]
    lost: Mapping[str, frozenset[str]]


def way(paper: Paper) -> str:
    """The key that says how a measure is made."""
    words = (*Fold, "value", "age", "until", *Join, "times")
    return str(next(word for word in words if word in paper.document.data))


def needs(paper: Paper) -> list[tuple[str, At]]:
    """The measures that a measure is made of, and where it says so."""
    word = way(paper)
    match word:
        case "age" | "until" | "times":
            at: At = (word, "measure")
            found = get(paper, at)
            return [] if found is None else [(found, at)]
        case "add" | "subtract" | "greatest_of" | "least_of":
            return [(each, (word, index)) for index, each in enumerate(get(paper, (word,)))]
        case _:
            return []


def measure(paper: Paper, head: Header, known: Known) -> Measure | None:
    """The measure in a document; None when something is wrong or stands on something that is."""
    category_ = category(paper, ("category",))
    word = way(paper)
    if word in {*Fold}:
        made = _rows(paper, Fold(word), known)
    elif word == "value":
        made = _fact(paper, ("value",), known)
    elif word in {"age", "until"}:
        made = _span(paper, word, known)
    elif word == "times":
        made = _times(paper, known)
    else:
        made = _joined(paper, Join(word), known)
    return None if made is None else Measure(head, made[0], made[1], category_)


# ----------------------------------------------------------------------------------------------------------- rows


def _source(paper: Paper, at: At, known: Known) -> Source | None:
    name = get(paper, at)
    if name not in known.sources:
        unknown_name(paper, "source", name, at, known.sources)
        return None
    return known.sources[name]


def _field(paper: Paper, at: At, source: Source, known: Known) -> Field | None:
    name = get(paper, at)
    if name in known.lost[source.head.id]:
        return None
    if name not in source.fields:
        unknown_name(paper, "field", name, at, source.fields)
        return None
    return source.fields[name]


NUMBERS = {Fold.SUM, Fold.AVERAGE, Fold.LEAST, Fold.GREATEST}
DAYS = {Fold.EARLIEST, Fold.LATEST}


def _rows(paper: Paper, fold: Fold, known: Known) -> Typed | None:
    at: At = (fold.value,)
    within = months(paper, (*at, "within"))
    source = _source(paper, (*at, "of"), known)
    if source is None:
        return None
    if source.dated_by is None:
        say(
            paper,
            "not-rows",
            f"`{source.head.id}` has single facts and no rows",
            where(paper, (*at, "of")),
            help="take a single fact with `value: {of: …, field: …}`",
            also=((source.head.where, "the source is here"),),
        )
        return None
    types: dict[str, Type | None] = {name: field.type for name, field in source.fields.items()}
    scope = Scope("field", types | dict.fromkeys(known.lost[source.head.id]))
    sound, conditions = True, dict[str, Condition | None]()
    for word in ("among", "where"):
        conditions[word] = None
        if get(paper, (*at, word)) is not None:
            conditions[word] = condition(paper, (*at, word), scope)
            sound = sound and conditions[word] is not None
    field = _folded_field(paper, fold, at, source, known)
    if (fold in NUMBERS or fold in DAYS) and field is None:
        return None
    if not sound:
        return None
    body = Rows(
        fold,
        source.head.id,
        field.name if field else None,
        within,
        conditions["among"],
        conditions["where"],
        get(paper, ("unknown_when", "rows", "less_than")),
    )
    return body, fold_type(fold, field.type if field else None, get(paper, ("places",)) or 0)


def _folded_field(paper: Paper, fold: Fold, at: At, source: Source, known: Known) -> Field | None:
    """The field that is added up, compared and so on; None, and a problem, when it is of another type."""
    if fold not in NUMBERS and fold not in DAYS:
        return None
    field_at: At = (*at, "field")
    if fold in DAYS and get(paper, field_at) is None:
        return source.fields.get(source.dated_by or "")
    field = _field(paper, field_at, source, known)
    if field is None:
        return None
    wanted = Number if fold in NUMBERS else Day
    if isinstance(field.type, wanted):
        return field
    say(
        paper,
        "type-mismatch",
        f"`{fold}` needs {'a number' if wanted is Number else 'a date'}, and `{field.name}` is {kind_of(field.type)}",
        where(paper, field_at),
        also=((field.where, "the field is here"),),
    )
    return None


def fold_type(fold: Fold, field: Type | None, places: int) -> Type:
    """The type of what a fold gives, from the type of the field.

    >>> fold_type(Fold.SHARE, None, 4)
    Number(places=4, unit='share', least=0, greatest=10000)
    """
    match fold, field:
        case Fold.COUNT, _:
            return Number(0, "rows", 0, None)
        case Fold.SHARE, _:
            return Number(places, "share", 0, 10**places)
        case Fold.SUM, Number():
            least = 0 if field.least is not None and field.least >= 0 else None
            return Number(field.places, field.unit, least, None)
        case Fold.AVERAGE, Number():
            shift = places - field.places
            return Number(places, field.unit, _shifted(field.least, 1, shift), _shifted(field.greatest, 1, shift))
        case _, Day():
            return Day()
        case _:
            return field or Number()


def _shifted(bound: int | None, by: int, digits: int) -> int | None:
    """A bound times a number, with so many more digits (or fewer)."""
    if bound is None:
        return None
    return bound * by * 10**digits if digits >= 0 else rounded(bound * by, 10**-digits)


# ------------------------------------------------------------------------------------------------ facts and spans


def _fact(paper: Paper, at: At, known: Known) -> tuple[Fact, Type] | None:
    source = _source(paper, (*at, "of"), known)
    if source is None:
        return None
    if source.dated_by is not None:
        say(
            paper,
            "not-facts",
            f"`{source.head.id}` has rows, not single facts",
            where(paper, (*at, "of")),
            help="say which row: with `latest`, `greatest` or another word for many rows",
            also=((source.head.where, "the source is here"),),
        )
        return None
    field = _field(paper, (*at, "field"), source, known)
    return None if field is None else (Fact(source.head.id, field.name), field.type)


def _span(paper: Paper, word: str, known: Known) -> Typed | None:
    at: At = (word,)
    unit = get(paper, (*at, "in"))
    of: Fact | MeasureRef
    if get(paper, (*at, "measure")) is not None:
        operand = _operand(paper, (*at, "measure"), known)
        if operand is None:
            return None
        of, type_, name_at = MeasureRef(operand.head.id), operand.type, (*at, "measure")
    else:
        fact = _fact(paper, at, known)
        if fact is None:
            return None
        of, type_, name_at = fact[0], fact[1], (*at, "field")
    if not isinstance(type_, Day):
        say(
            paper,
            "type-mismatch",
            f"`{word}` needs a date, and `{get(paper, name_at)}` is {kind_of(type_)}",
            where(paper, name_at),
        )
        return None
    return Span("age" if word == "age" else "until", of, unit), Number(0, unit, 0, None)


# ------------------------------------------------------------------------------------------------------ arithmetic


def _operand(paper: Paper, at: At, known: Known) -> Measure | None:
    name = get(paper, at)
    if name not in known.measures:
        unknown_name(paper, "measure", name, at, known.measures)
        return None
    return known.measures[name]


def _times(paper: Paper, known: Known) -> Typed | None:
    operand = _operand(paper, ("times", "measure"), known)
    if operand is None:
        return None
    if not isinstance(operand.type, Number):
        _not_a_number(paper, ("times", "measure"), operand)
        return None
    by = Decimal(get(paper, ("times", "by")))
    by_places = max(0, -int(by.as_tuple().exponent))
    scaled_by, places = int(by.scaleb(by_places)), get(paper, ("places",)) or 0
    shift = places - operand.type.places - by_places
    ends = [_shifted(end, scaled_by, shift) for end in (operand.type.least, operand.type.greatest)]
    least, greatest = ends if scaled_by >= 0 else reversed(ends)
    return (
        Times(operand.head.id, scaled_by, by_places),
        Number(places, operand.type.unit, least, greatest),
    )


def _not_a_number(paper: Paper, at: At, operand: Measure) -> None:
    say(
        paper,
        "type-mismatch",
        f"only numbers can be reckoned with, and `{operand.head.id}` is {kind_of(operand.type)}",
        where(paper, at),
        also=((operand.head.where, "the measure is here"),),
    )


def _joined(paper: Paper, join: Join, known: Known) -> Typed | None:
    count = len(get(paper, (join.value,)))
    found = [_operand(paper, (join.value, index), known) for index in range(count)]
    operands = [each for each in found if each is not None]
    if len(operands) < count:
        return None
    first = operands[0]
    dates = join in {Join.GREATEST_OF, Join.LEAST_OF}
    sound = True
    for index, operand in enumerate(operands):
        at: At = (join.value, index)
        if not isinstance(operand.type, Number) and not (dates and isinstance(operand.type, Day)):
            _not_a_number(paper, at, operand)
            sound = False
            continue
        why = mismatch(first.type, operand.type) if sound else None
        if why is not None:
            code = (
                "unit-mismatch"
                if isinstance(first.type, Number) and isinstance(operand.type, Number)
                else "type-mismatch"
            )
            say(
                paper,
                code,
                f"`{first.head.id}` and `{operand.head.id}` cannot be joined: {why}",
                where(paper, at),
                also=((key_where(paper, (join.value, 0)), "the first one"),),
            )
            sound = False
    if not sound:
        return None
    numbers = [operand.type for operand in operands if isinstance(operand.type, Number)]
    type_ = joined_type(join, numbers) if numbers else Day()
    return Joined(join, tuple(operand.head.id for operand in operands)), type_


def joined_type(join: Join, types: Sequence[Number]) -> Number:
    """The type of several numbers as one, with bounds by interval arithmetic.

    `greatest_of` and `least_of` pass over unknowns, so any one of the operands may be the result.

    >>> joined_type(Join.SUBTRACT, [Number(least=0, greatest=9), Number(least=1, greatest=2)])
    Number(places=0, unit=None, least=-2, greatest=8)
    """
    lows, highs = [each.least for each in types], [each.greatest for each in types]
    match join:
        case Join.ADD:
            least, greatest = _all(sum, lows), _all(sum, highs)
        case Join.SUBTRACT:
            least = None if lows[0] is None or highs[1] is None else lows[0] - highs[1]
            greatest = None if highs[0] is None or lows[1] is None else highs[0] - lows[1]
        case Join.GREATEST_OF | Join.LEAST_OF:
            least, greatest = _all(min, lows), _all(max, highs)
        case _:
            assert_never(join)
    return replace(types[0], least=least, greatest=greatest)


def _all(reckon: Callable[[list[int]], int], bounds: Sequence[int | None]) -> int | None:
    """A reckoning over bounds, all of which must be there."""
    known = [bound for bound in bounds if bound is not None]
    return reckon(known) if len(known) == len(bounds) else None
