"""What is folded over the rows of a source: of each field its sums and its ends, for many kinds of rows at once.

Rows that no fold of a field can tell apart are one class. A sum is a number between what its classes allow; an end
(the greatest, or the least) is a number that some class carries and no counted row goes beyond. How a sum and the ends
of the same rows go together is a product of variables: the solver learns it where it must (see `lessons`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.ir import Edition, Fold, Rows
from engine.readings.proof.cells import Stretch
from engine.readings.proof.logic import any_of, both, implies, total
from engine.readings.proof.rows import Kind

SUMS = (Fold.SUM, Fold.AVERAGE)
MOST = (Fold.GREATEST, Fold.LATEST)

Number = Callable[[Any], int]
Holds = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class EndOf:
    """The greatest (`most`) or the least value of a field among the rows of these kinds."""

    field: str
    most: bool
    kinds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SumOf:
    """The sum of a field over the rows of these kinds, which the same measures add up."""

    field: str
    kinds: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """Rows that no fold of a field tells apart: their kinds, how many they are, and what their value counts in."""

    kinds: tuple[int, ...]
    span: Stretch
    ends: frozenset[int]
    sum: int | None
    count: Any


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A field of a source with all that is folded over it; `carried` says which class has a row at an end."""

    field: str
    classes: tuple[Class, ...]
    sums: tuple[tuple[SumOf, Any], ...]
    ends: tuple[tuple[EndOf, Any], ...]
    carried: Mapping[tuple[int, int], Any]


def folded(
    source: str,
    editions: Sequence[Edition],
    kinds: Sequence[Kind],
    counts: Sequence[Any],
    integer: Callable[[str], Any],
    truth: Callable[[str], Any],
) -> Iterator[tuple[Folded, list[Any]]]:
    """The folded fields of a source, each with what is true of it for everybody."""
    asked: dict[str, list[tuple[Fold, frozenset[int]]]] = {}
    for index, edition in enumerate(editions):
        for id_, measure in edition.measures.items():
            rows = measure.body
            if isinstance(rows, Rows) and rows.source == source and rows.field is not None:
                mine = having(kinds, rows.field, (i for i, kind in enumerate(kinds) if id_ in kind.seen[index].counted))
                asked.setdefault(rows.field, []).append((rows.fold, frozenset(mine)))
    for name, folds in asked.items():
        yield _folded(name, folds, kinds, counts, integer, truth)


def having(kinds: Sequence[Kind], name: str, of: Any) -> tuple[int, ...]:
    """Those of some kinds in whose rows a field is known."""
    return tuple(i for i in of if name in kinds[i].spans)


def _folded(
    name: str,
    folds: Sequence[tuple[Fold, frozenset[int]]],
    kinds: Sequence[Kind],
    counts: Sequence[Any],
    integer: Callable[[str], Any],
    truth: Callable[[str], Any],
) -> tuple[Folded, list[Any]]:
    ends = [*dict.fromkeys((fold in MOST, mine) for fold, mine in folds if fold not in SUMS)]
    sums = [*dict.fromkeys(mine for fold, mine in folds if fold in SUMS)]
    found: dict[Any, list[int]] = {}
    for i, kind in enumerate(kinds):
        inside = frozenset(at for at, (_, mine) in enumerate(ends) if i in mine)
        added = frozenset(at for at, mine in enumerate(sums) if i in mine)
        if inside or added:
            found.setdefault((kind.spans[name], inside, added), []).append(i)
    groups: dict[frozenset[int], list[int]] = {}
    for (_, _, added), mine in found.items():
        if added:
            groups.setdefault(added, []).extend(mine)
    place = {added: at for at, added in enumerate(groups)}
    classes = tuple(
        Class(tuple(mine), span, inside, place.get(added), total(counts[i] for i in mine))
        for (span, inside, added), mine in found.items()
    )
    whole = Folded(
        name,
        classes,
        tuple((SumOf(name, tuple(sorted(mine))), integer(f"{name} total")) for mine in groups.values()),
        tuple((EndOf(name, most, tuple(sorted(mine))), integer(f"{name} end")) for most, mine in ends),
        {
            (end, at): truth(f"{name} carried")
            for end in range(len(ends))
            for at, each in enumerate(classes)
            if end in each.ends
        },
    )
    return whole, list(laws(whole))


def laws(folded: Folded) -> Iterator[Any]:
    """What is true of the sums and ends of everybody: all of it linear."""
    for at, (_, value) in enumerate(folded.sums):
        mine = [each for each in folded.classes if each.sum == at]
        yield value >= total(each.count * each.span.least for each in mine)
        yield value <= total(each.count * each.span.greatest for each in mine)
    for end, (of, value) in enumerate(folded.ends):
        mine_ = [(at, each) for at, each in enumerate(folded.classes) if end in each.ends]
        if not mine_:
            continue
        yield value >= min(each.span.least for _, each in mine_)
        yield value <= max(each.span.greatest for _, each in mine_)
        there = total(each.count for _, each in mine_) >= 1
        yield implies(there, any_of(folded.carried[end, at] for at, _ in mine_))
        for at, each in mine_:
            inside = value >= each.span.least if of.most else value <= each.span.greatest
            yield implies(each.count >= 1, inside)
            yield from (implies(folded.carried[end, at], law) for law in _carrying(folded, end, each))
    for at, each in enumerate(folded.classes):
        for low in _ends(folded, each, most=False):
            for high in _ends(folded, each, most=True):
                least, greatest = folded.ends[low][1], folded.ends[high][1]
                yield implies(each.count >= 1, least <= greatest)
                carried = [folded.carried[low, at], folded.carried[high, at]]
                yield implies(both(carried), any_of([each.count >= 2, least == greatest]))  # noqa: PLR2004  # two rows


def _ends(folded: Folded, of: Class, *, most: bool) -> list[int]:
    return [end for end in sorted(of.ends) if folded.ends[end][0].most is most]


def _carrying(folded: Folded, end: int, of: Class) -> Iterator[Any]:
    """What it takes for a class to have a row with the value of an end: no other end of the class is nearer."""
    key, value = folded.ends[end]
    yield of.count >= 1
    yield value <= of.span.greatest if key.most else value >= of.span.least
    for other in _ends(folded, of, most=key.most):
        if other != end:
            yield value <= folded.ends[other][1] if key.most else value >= folded.ends[other][1]


# ---------------------------------------------------------------------------------------------- sums beside their ends


def lessons(folded: Folded, number: Number, holds: Holds) -> Iterator[Any]:
    """What the solver must learn of a sum that does not go with the ends of the same rows.

    Twice: for as many rows, whatever the ends are, and for ends that are no nearer, whatever the rows are.
    """
    for at, (_, value) in enumerate(folded.sums):
        mine = [(place, each) for place, each in enumerate(folded.classes) if each.sum == at and number(each.count)]
        if not any(each.ends for _, each in mine):
            continue
        for most in (True, False):
            sign = 1 if most else -1
            bounds = [_bound(folded, place, each, number, holds, most=most) for place, each in mine]
            limit = sum(bound.edge * number(each.count) for bound, (_, each) in zip(bounds, mine, strict=True))
            limit += sum(number(bound.held) - bound.edge for bound in bounds if bound.held is not None)
            if number(value) * sign <= limit * sign:
                continue
            yield from _learned(folded, at, list(zip(bounds, mine, strict=True)), number, most=most)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """How far a row of a class goes: up to `edge`, the value of `end` or its span; one row is `held` at another end."""

    edge: int
    end: Any
    held: Any
    why: Any


def _bound(folded: Folded, place: int, of: Class, number: Number, holds: Holds, *, most: bool) -> Bound:
    sign = 1 if most else -1
    edge, end = (of.span.greatest if most else of.span.least), None
    for one in _ends(folded, of, most=most):
        here = number(folded.ends[one][1])
        if here * sign < edge * sign:
            edge, end = here, folded.ends[one][1]
    for one in _ends(folded, of, most=not most):
        if holds(folded.carried[one, place]):
            return Bound(edge, end, folded.ends[one][1], folded.carried[one, place])
    return Bound(edge, end, None, None)


def _learned(
    folded: Folded, at: int, found: Sequence[tuple[Bound, tuple[int, Class]]], number: Number, *, most: bool
) -> Iterator[Any]:
    value = folded.sums[at][1]
    kept = [place for _, (place, _) in found]
    others = [each for place, each in enumerate(folded.classes) if each.sum == at and place not in kept]
    why: list[Any] = [bound.why for bound, _ in found if bound.why is not None]
    rest = total(each.count * _outermost(each, most=most) for each in others)
    by_end: list[Any] = []
    by_count: list[Any] = []
    near: list[Any] = []
    many: list[Any] = []
    for bound, (_, each) in found:
        rows, outermost = number(each.count), _outermost(each, most=most)
        by_end.append(each.count * bound.edge)
        if bound.end is not None:
            near.append(bound.end <= bound.edge if most else bound.end >= bound.edge)
        edge: Any = outermost if bound.end is None else bound.end
        many.append(each.count >= rows)
        by_count += [edge * rows, (each.count - rows) * outermost]
        if bound.held is not None:
            by_end.append(bound.held - bound.edge)
            by_count.append(bound.held - edge)
    for test, parts in ((near, by_end), (many, by_count)):
        limit = total([*parts, rest])
        yield implies(both([*why, *test]), value <= limit if most else value >= limit)


def _outermost(of: Class, *, most: bool) -> int:
    return of.span.greatest if most else of.span.least


# ------------------------------------------------------------------------------------------------------ back to values


@dataclass(frozen=True, slots=True)
class Slot:
    """The values a row of a person may have in a field."""

    least: int
    greatest: int


def values(folded: Folded, counts: Sequence[int], number: Number, holds: Holds) -> dict[int, list[Slot]]:
    """For each kind of row what the values of its rows are, or between what they may lie, as the solver has it."""
    slots = [_slots(folded, place, each, number, holds) for place, each in enumerate(folded.classes)]
    for at, (_, value) in enumerate(folded.sums):
        mine = [place for place, each in enumerate(folded.classes) if each.sum == at]
        left = number(value) - sum(slot.least for place in mine for slot in slots[place])
        for place in mine:
            for row, slot in enumerate(slots[place]):
                more = max(0, min(left, slot.greatest - slot.least))
                slots[place][row] = Slot(slot.least + more, slot.least + more)
                left -= more
    return {
        kind: [slots[place].pop(0) for _ in range(counts[kind])]
        for place, each in enumerate(folded.classes)
        for kind in each.kinds
    }


def _slots(folded: Folded, place: int, of: Class, number: Number, holds: Holds) -> list[Slot]:
    """The rows of a class: the first at its least end and the last at its greatest, if it carries them."""
    low = max([of.span.least, *(number(folded.ends[end][1]) for end in _ends(folded, of, most=False))])
    high = min([of.span.greatest, *(number(folded.ends[end][1]) for end in _ends(folded, of, most=True))])
    rows = [Slot(low, high)] * number(of.count)
    for end in sorted(of.ends):
        if rows and holds(folded.carried[end, place]):
            key, value = folded.ends[end]
            rows[-1 if key.most else 0] = Slot(number(value), number(value))
    return rows
