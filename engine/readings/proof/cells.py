"""The values of a field cut into stretches within which no condition can tell one value from another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from engine.admit import MOST_DIGITS
from engine.conditions import each_test, operands, subjects
from engine.ir import (
    AsOf,
    Boolean,
    Code,
    Condition,
    Constant,
    Day,
    Edition,
    Field,
    FieldRef,
    Number,
    Rows,
    Source,
    Type,
    Value,
)
from engine.months import first_day_within

MOST = 10**MOST_DIGITS - 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring values of a field, both ends included."""

    least: int
    greatest: int


def number_of(value: Value, codes: Mapping[str, int]) -> int:
    """A value as the solver has it: a date as its ordinal, a code as its index, yes as 1.

    >>> number_of(date(1, 1, 3), {}), number_of(True, {}), number_of("rent", {"rent": 4})
    (3, 1, 4)
    """
    if isinstance(value, date):
        return value.toordinal()
    return codes[value] if isinstance(value, str) else int(value)


def value_of(number: int, type_: Type, names: Mapping[int, str]) -> Value:
    """The value that the solver's number stands for."""
    match type_:
        case Boolean():
            return bool(number)
        case Code():
            return names[number]
        case Day():
            return date.fromordinal(number)
        case Number():
            return number
        case _:
            assert_never(type_)


def stretch_of(fields: Iterable[Field], as_of: date) -> Stretch | None:
    """The values of a number or date that every one of these declarations admits; None if there is none."""
    least, greatest = -MOST, MOST
    for field in fields:
        match field.type:
            case Number(least=low, greatest=high):
                least = least if low is None else max(least, low)
                greatest = greatest if high is None else min(greatest, high)
            case Day(future):
                least = max(least, date.min.toordinal())
                greatest = min(greatest, (date.max if future else as_of).toordinal())
            case Boolean():
                least, greatest = max(least, 0), min(greatest, 1)
            case Code():
                pass
            case _:
                assert_never(field.type)
    return Stretch(least, greatest) if least <= greatest else None


def codes_of(fields: Iterable[Field]) -> list[str]:
    """The codes that every one of these declarations admits, in the order of the first."""
    lists = [[choice.code for choice in field.type.choices] for field in fields if isinstance(field.type, Code)]
    return [code for code in lists[0] if all(code in other for other in lists[1:])] if lists else []


# -------------------------------------------------------------------------------------------------- where it is cut


def rows_of(edition: Edition, source: str) -> Iterator[Rows]:
    """The folds of an edition over the rows of a source."""
    for measure in edition.measures.values():
        if isinstance(measure.body, Rows) and measure.body.source == source:
            yield measure.body


def conditions_on(edition: Edition, source: Source) -> Iterator[Condition]:
    """Every condition on the rows of a source: of folds and of retention."""
    for rows in rows_of(edition, source.head.id):
        yield from (each for each in (rows.among, rows.counts_if) if each is not None)
    yield from (keep.when for keep in source.retention if keep.when is not None)


def fields_in(condition: Condition) -> set[str]:
    """The fields of a row that a condition looks at."""
    return {each.field for each in subjects(condition) if isinstance(each, FieldRef)}


def cuts(edition: Edition, source: Source, as_of: date) -> dict[str, set[int]]:
    """For each number or date field that matters the values at which a new stretch begins.

    A field that matters only by being compared with another, or by being known, has none of its own.
    """
    found: dict[str, set[int]] = {}
    for condition in conditions_on(edition, source):
        for test in each_test(condition):
            if not isinstance(test.subject, FieldRef):
                continue
            mine = found.setdefault(test.subject.field, set())
            for operand in operands(test):
                match operand:
                    case FieldRef(field):
                        found.setdefault(field, set())
                    case AsOf():
                        mine |= {as_of.toordinal(), as_of.toordinal() + 1}
                    case Constant(value) if not isinstance(value, str):
                        mine |= {number_of(value, {}), number_of(value, {}) + 1}
                    case _:
                        pass
    for rows in rows_of(edition, source.head.id):
        if rows.within is not None and source.dated_by is not None:
            found.setdefault(source.dated_by, set()).add(first_day_within(rows.within, as_of).toordinal())
        if rows.field is not None:
            found.setdefault(rows.field, set())
    for keep in source.retention:
        if keep.counted_from is not None and keep.months is not None:
            found.setdefault(keep.counted_from, set()).add(first_day_within(keep.months, as_of).toordinal())
    return found


def linked(edition: Edition, source: Source) -> list[set[str]]:
    """Groups of fields that are compared with one another."""
    groups: list[set[str]] = []
    for condition in conditions_on(edition, source):
        for test in each_test(condition):
            if isinstance(test.subject, FieldRef):
                groups += [{test.subject.field, each.field} for each in operands(test) if isinstance(each, FieldRef)]
    return groups


def united(groups: Iterable[set[str]]) -> list[frozenset[str]]:
    """Groups that share a member become one.

    >>> united([{"a", "b"}, {"c", "d"}, {"b", "e"}]) == [frozenset("cd"), frozenset("abe")]
    True
    """
    found: list[set[str]] = []
    for group in groups:
        touching = [each for each in found if each & group]
        found = [each for each in found if not each & group] + [group.union(*touching)]
    return [frozenset(each) for each in found]


def stretches(whole: Stretch, at: Iterable[int]) -> list[Stretch]:
    """A stretch cut at the beginnings given.

    >>> stretches(Stretch(0, 9), [3, 20, 4])
    [Stretch(least=0, greatest=2), Stretch(least=3, greatest=3), Stretch(least=4, greatest=9)]
    """
    starts = [whole.least, *sorted({cut for cut in at if whole.least < cut <= whole.greatest})]
    ends: list[Any] = [*(start - 1 for start in starts[1:]), whole.greatest]
    return [Stretch(start, end) for start, end in zip(starts, ends, strict=True)]
