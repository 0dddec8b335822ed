"""A condition as two rails of small tests: what makes it surely true, and what makes it surely false.

A value is told by the index of its elementary interval between the values that conditions name (numbers, dates), or by
its place among the codes they name. Unknown has no index, so no test holds of it, and what neither rail reaches is
unknown: Kleene's logic without a test for absence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any, TypeVar, assert_never

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Compare,
    Condition,
    Constant,
    Day,
    Known,
    NoScore,
    Not,
    Number,
    OneOf,
    Op,
    Operand,
    ScoreRef,
    Subject,
    Type,
    Value,
)

MOST_ALTERNATIVES = 24
"""A rail has at most so many alternatives; a condition with more is asked in parts."""

MOST_TESTS = 20
"""An alternative has at most so many tests; a range counts two."""

# ------------------------------------------------------------------------------------------- what tests are about


@dataclass(frozen=True, slots=True)
class Pair:
    """How one value stands to another: 0 below (or different, where there is no order), 1 equal, 2 above."""

    left: Subject
    right: Subject | AsOf
    ordered: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether a value is known, 1 or 0; this itself is never unknown."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Part:
    """The answer to one part of a condition that is too wide to be asked at once: 1 true, 0 false."""

    number: int


Thing = Subject | Pair | Asked | Part


@dataclass(frozen=True, slots=True)
class Scale:
    """The points that give a value its index: the starts of intervals when `ordered`, else the codes named."""

    ordered: bool
    points: tuple[Any, ...]


def index(scale: Scale, value: Value) -> int:
    """Which elementary interval a value lies in; for codes its place among those named, 0 for any other.

    >>> index(Scale(True, (10, 20)), 19), index(Scale(False, ("rent", "gas")), "gas")
    (1, 2)
    """
    if scale.ordered:
        return bisect_right(scale.points, counted(value))
    return scale.points.index(value) + 1 if value in scale.points else 0


def counted(value: Any) -> int:
    """A number, or a date as the number of its day."""
    return value.toordinal() if isinstance(value, date) else int(value)


def thing_value(thing: Thing, look: Callable[[Subject | AsOf], Value | None], parts: Mapping[Part, bool | None]) -> Any:
    """The value of whatever a test is about; None is unknown."""
    match thing:
        case Pair(left, right, ordered):
            one, other = look(left), look(right)
            if one is None or other is None:
                return None
            if not ordered:
                return int(one == other)
            return 1 + (counted(one) > counted(other)) - (counted(one) < counted(other))
        case Asked(subject):
            return int(look(subject) is not None)
        case Part():
            return parts[thing]
        case _:
            return look(thing)


# ---------------------------------------------------------------------------------------------------- the formula


@dataclass(frozen=True, slots=True)
class Leaf:
    """The thing lies in one of these spans, both ends inclusive, None for an open end; or in none, when `negated`."""

    thing: Thing
    ordered: bool
    spans: tuple[tuple[Any, Any], ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any of the parts."""

    parts: tuple[Formula, ...]


Formula = Leaf | Every | Some

ORDER: Mapping[Op, Callable[[int], tuple[int | None, int | None]]] = {
    Op.AT_LEAST: lambda value: (value, None),
    Op.MORE_THAN: lambda value: (value + 1, None),
    Op.AT_MOST: lambda value: (None, value),
    Op.LESS_THAN: lambda value: (None, value - 1),
}


def formula(condition: Condition) -> Formula:
    """A condition in terms of spans."""
    match condition:
        case Always():
            return Every(())
        case AllOf(parts):
            return Every(tuple(formula(part) for part in parts))
        case AnyOf(parts):
            return Some(tuple(formula(part) for part in parts))
        case Not(part):
            return negation(formula(part))
        case Compare(subject, op, operand, type_):
            return compared(subject, op, operand, type_)
        case Between(subject, least, greatest, type_):
            ends = ((Op.AT_LEAST, least), (Op.AT_MOST, greatest))
            return Every(tuple(compared(subject, op, end, type_) for op, end in ends))
        case OneOf(subject, values, type_, negated=negated):
            ordered = isinstance(type_, Number | Day)
            named = [counted(value) if ordered else value for value in values]
            return Leaf(subject, ordered, tuple((value, value) for value in named), negated)
        case Known(subject, known):
            return Leaf(Asked(subject), True, ((int(known), int(known)),))
        case NoScore():
            return Leaf(Asked(ScoreRef()), True, ((0, 0),))
        case _:
            assert_never(condition)


def compared(subject: Subject, op: Op, operand: Operand, type_: Type) -> Leaf:
    """A comparison with a constant, or with another value."""
    ordered = isinstance(type_, Number | Day)
    thing: Thing = subject
    if isinstance(operand, Constant):
        value: Any = counted(operand.value) if ordered else operand.value
    else:
        thing, value = Pair(subject, operand, ordered), 1
    span = ORDER[op](value) if op in ORDER else (value, value)
    return Leaf(thing, ordered or thing is not subject, (span,), op is Op.IS_NOT)


def negation(whole: Formula) -> Formula:
    """The opposite, pushed down to the spans."""
    match whole:
        case Leaf():
            return replace(whole, negated=not whole.negated)
        case Every(parts):
            return Some(tuple(negation(part) for part in parts))
        case Some(parts):
            return Every(tuple(negation(part) for part in parts))
        case _:
            assert_never(whole)


def leaves(whole: Formula) -> Iterator[Leaf]:
    """Every leaf of a formula, in the order written."""
    if isinstance(whole, Leaf):
        yield whole
    else:
        for part in whole.parts:
            yield from leaves(part)


def scales(formulas: Iterable[Formula]) -> dict[Thing, Scale]:
    """The scale of each thing that formulas test, made of all the values they name; for an answer it is the answer."""
    found: dict[Thing, Scale] = {}
    for leaf in (leaf for whole in formulas for leaf in leaves(whole)):
        before = found.get(leaf.thing, Scale(leaf.ordered, ()))
        if isinstance(leaf.thing, Pair):
            points: tuple[Any, ...] = (1, 2)
        elif isinstance(leaf.thing, Asked | Part):
            points = (1,)
        elif leaf.ordered:
            named = {low for low, _ in leaf.spans if low is not None}
            named |= {high + 1 for _, high in leaf.spans if high is not None}
            points = tuple(sorted(named.union(before.points)))
        else:
            points = tuple(dict.fromkeys((*before.points, *(code for code, _ in leaf.spans))))
        found[leaf.thing] = Scale(leaf.ordered, points)
    return found


# ------------------------------------------------------------------------------------------------------ the rails

Alternative = Mapping[Thing, tuple[int, int]]
"""Tests that hold together: the index of each thing lies between two, inclusive."""


@dataclass(frozen=True, slots=True)
class Rails:
    """When a condition is surely true and when it is surely false: any one of the alternatives is enough."""

    true: tuple[Alternative, ...]
    false: tuple[Alternative, ...]


class TooWideError(Exception):
    """The rails would have more alternatives or tests than one fact may be tested with."""


def rails(whole: Formula, scale: Mapping[Thing, Scale]) -> Rails:
    """Both rails of a formula."""
    return Rails(tuple(alternatives(whole, scale)), tuple(alternatives(negation(whole), scale)))


def alternatives(whole: Formula, scale: Mapping[Thing, Scale]) -> list[Alternative]:
    """The ways in which a formula is surely true."""
    match whole:
        case Leaf():
            found: list[Alternative] = [{whole.thing: span} for span in ranges(whole, scale[whole.thing])]
        case Some(parts):
            found = [one for part in parts for one in alternatives(part, scale)]
        case Every(parts):
            found = [{}]
            for part in parts:
                met = [meet(one, other) for one, other in product(found, narrow(alternatives(part, scale), scale))]
                found = narrow([one for one in met if one is not None], scale)
        case _:
            assert_never(whole)
    return narrow(found, scale)


def narrow(found: list[Alternative], scale: Mapping[Thing, Scale]) -> list[Alternative]:
    """The same alternatives, if they are not too many or too long; one that always holds makes the others needless."""
    if {} in found:
        return [{}]
    if len(found) > MOST_ALTERNATIVES or any(len(single_tests(one, scale)) > MOST_TESTS for one in found):
        raise TooWideError
    return found


def ranges(leaf: Leaf, scale: Scale) -> list[tuple[int, int]]:
    """The ranges of indices that a leaf allows, in order, neighbours joined."""
    top = len(scale.points)
    bounds = [(0 if a is None else index(scale, a), top if b is None else index(scale, b)) for a, b in leaf.spans]
    joined: list[tuple[int, int]] = []
    for low, high in sorted(bound for bound in bounds if bound[0] <= bound[1]):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    if not leaf.negated:
        return joined
    starts = [0, *(high + 1 for _, high in joined)]
    ends = [*(low - 1 for low, _ in joined), top]
    return [(low, high) for low, high in zip(starts, ends, strict=True) if low <= high]


def meet(one: Alternative, other: Alternative) -> Alternative | None:
    """Both together, or None if they contradict each other."""
    both = dict(one)
    for thing, (low, high) in other.items():
        had = both.get(thing, (low, high))
        both[thing] = (max(low, had[0]), min(high, had[1]))
        if both[thing][0] > both[thing][1]:
            return None
    return both


def single_tests(alternative: Alternative, scale: Mapping[Thing, Scale]) -> list[tuple[Thing, str, int]]:
    """The tests of an alternative one by one: `$eq`, `$gte`, `$lte` of an index; each needs a known value."""
    found = []
    for thing, (low, high) in alternative.items():
        if low == high:
            found.append((thing, "$eq", low))
            continue
        top = len(scale[thing].points)
        if low > 0 or high == top:
            found.append((thing, "$gte", low))
        if high < top:
            found.append((thing, "$lte", high))
    return found


# ---------------------------------------------------------------------------------- conditions asked in parts

MOST_PARTS = 12

_T = TypeVar("_T")


def asked_in_parts(whole: Formula, scale: dict[Thing, Scale]) -> tuple[Rails, ...]:
    """The rails of a formula, last; before them those of its parts (`Part(0)`, …), where it is too wide at once.

    The scales of the parts are added to `scale`.
    """
    found: list[Rails] = []

    def narrowed(wide: Formula) -> Rails:
        try:
            return rails(wide, scale)
        except TooWideError:
            kind, pieces = split(wide)
            return narrowed(kind(tuple(answer(piece) for piece in pieces)))

    def answer(piece: Formula) -> Leaf:
        found.append(narrowed(piece))
        part = Part(len(found) - 1)
        scale[part] = Scale(True, (1,))
        return Leaf(part, True, ((1, 1),))

    last = narrowed(whole)
    return (*found, last)


def split(wide: Formula) -> tuple[type[Every | Some], Sequence[Formula]]:
    """A wide formula as a few smaller ones, and how they belong together."""
    if isinstance(wide, Leaf):
        spans = [replace(wide, spans=chunk) for chunk in chunks(wide.spans)]
        return Every if wide.negated else Some, spans
    if len(wide.parts) <= MOST_PARTS:
        return type(wide), wide.parts
    return type(wide), [type(wide)(chunk) for chunk in chunks(wide.parts)]


def chunks(items: tuple[_T, ...]) -> list[tuple[_T, ...]]:
    """Runs of at most a few.

    >>> [len(chunk) for chunk in chunks(tuple(range(30)))]
    [12, 12, 6]
    """
    return [items[start : start + MOST_PARTS] for start in range(0, len(items), MOST_PARTS)]
