"""What the rows and facts of the person come to, measure by measure, as terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from engine.ir import (
    Edition,
    Fact,
    FieldRef,
    Fold,
    Join,
    Joined,
    Measure,
    MeasureRef,
    Number,
    Rows,
    Source,
    Span,
    Subject,
    Times,
)
from engine.months import first_day_within
from engine.readings.proof import terms
from engine.readings.proof.conditions import held
from engine.readings.proof.folds import MOST, SUMS, EndOf, having
from engine.readings.proof.logic import Truth, any_of, both, ident, negated, total
from engine.readings.proof.numbers import number
from engine.readings.proof.terms import UNKNOWN, Extreme, Linear, Ratio, Term, at_least
from engine.readings.proof.world import Factual, Rowed, World, bounds_of, integer, rows_of, truth


def measured(world: World, which: int) -> dict[str, Term]:
    """The value of every measure of one of the editions."""
    found: dict[str, Term] = {}
    edition = world.editions[which]
    for id_, measure in edition.measures.items():
        found[id_] = _measured(world, edition, which, measure, found)
    return found


def _measured(world: World, edition: Edition, which: int, measure: Measure, values: dict[str, Term]) -> Term:
    match measure.body:
        case Rows() as rows:
            rowed = world.rowed.get(rows.source)
            return _loose(world, measure) if rowed is None else _folded(world, which, measure, rows, rowed, edition)
        case Fact() as fact:
            return _fact(world, edition, fact, measure)
        case Span(way, of, unit):
            day = values[of.measure] if isinstance(of, MeasureRef) else _fact(world, edition, of, measure)
            return _once(world, (way, unit), [day], lambda: terms.Span(day.known, day, way, unit, world.as_of))
        case Joined(join, of):
            parts = [values[id_] for id_ in of]
            return _once(world, (join,), parts, lambda: _joined(world, join, parts))
        case Times(of, by, by_places):
            value = values[of]
            upper, lower = by * 10 ** _places(measure), 10 ** (_places(edition.measures[of]) + by_places)
            return _once(world, (upper, lower), [value], lambda: terms.Times(value.known, value, upper, lower))
        case _:
            assert_never(measure.body)


def _once(world: World, what: tuple[object, ...], of: Sequence[Term], make: Callable[[], Term]) -> Term:
    """A term over other terms, made once, so that what is the same function is the same value."""
    key = (what, *(id(each) for each in of))
    if key not in world.kept:
        world.kept[key] = (of, make())
    found: Term = world.kept[key][1]
    return found


def _places(measure: Measure) -> int:
    return measure.type.places if isinstance(measure.type, Number) else 0


def _loose(world: World, measure: Measure) -> Linear:
    """A value nothing is known of but its type: whatever is proved of it is true, but nobody can be shown."""
    key = ("loose", measure.head.id)
    if key not in world.kept:
        found = Linear(truth(world, f"{measure.head.id} known"), integer(world, measure.head.id))
        least, greatest = bounds_of(measure.type)
        world.laws += [found.number >= least] if least is not None else []
        world.laws += [found.number <= greatest] if greatest is not None else []
        world.kept[key] = found
    kept = world.kept[key]
    assert isinstance(kept, Linear)
    return kept


# ------------------------------------------------------------------------------------------------------------ rows


def _folded(world: World, which: int, measure: Measure, rows: Rows, rowed: Rowed, edition: Edition) -> Term:
    """A fold over the rows: linear in the number of rows of each kind. The same fold of both editions is one term."""
    id_ = measure.head.id
    among = tuple(i for i, kind in enumerate(rowed.kinds) if id_ in kind.seen[which].rows)
    counted = tuple(i for i, kind in enumerate(rowed.kinds) if id_ in kind.seen[which].counted)
    source = edition.sources[rows.source]
    field = None if rows.field is None else source.fields[rows.field].type
    places = field.places if isinstance(field, Number) else 0
    key = (
        rows.source,
        bool(rowed.more),
        rows.fold,
        rows.field,
        rows.unknown_below,
        _places(measure),
        places,
        among,
        counted,
    )
    if key not in world.kept:
        world.kept[key] = _fold(rows, rowed, among, counted, _places(measure), places)
    kept: Term = world.kept[key]
    return kept


def _fold(
    rows: Rows, rowed: Rowed, among: Sequence[int], counted: Sequence[int], places: int, from_places: int
) -> Term:
    looked, number = rows_of(rowed, among), rows_of(rowed, counted)
    enough = True if rows.unknown_below is None or rows.unknown_below <= 0 else looked >= rows.unknown_below
    known = both([rowed.present, enough])
    if rows.fold is Fold.COUNT:
        return Linear(known, number)
    if rows.fold is Fold.SHARE:
        return Ratio(both([known, looked > 0]), number, looked, 10**places)
    assert rows.field is not None, "every other fold is over a field"  # narrows the type
    name = rows.field
    mine = having(rowed.kinds, name, counted)
    known = both([known, rows_of(rowed, [i for i in counted if i not in mine]) == 0])
    if rows.fold in SUMS:
        sum_ = total(value for of, value in rowed.sums.items() if of.field == name and set(of.kinds) <= set(mine))
        if rows.fold is Fold.SUM:
            return Linear(known, sum_)
        return Ratio(both([known, number > 0]), sum_, number * 10**from_places, 10**places)
    known = both([known, number > 0])
    return Linear(known, rowed.ends[EndOf(name, rows.fold in MOST, mine)] if mine else 0)


# ----------------------------------------------------------------------------------------------------------- facts


def _fact(world: World, edition: Edition, fact: Fact, measure: Measure) -> Linear:
    """A fact, known if its source is there, kept and not set aside."""
    factual = world.factual.get(fact.source)
    if factual is None:
        return _loose(world, measure)
    value = factual.fields[fact.field]
    usable = both([factual.present, _kept(world, edition, factual), _undisputed(edition, factual)])
    key = ("fact", fact.source, fact.field, ident(usable))
    if key not in world.kept:
        world.kept[key] = (usable, Linear(both([usable, value.known]), value.number))
    kept = world.kept[key][1]
    assert isinstance(kept, Linear)
    return kept


def _undisputed(edition: Edition, factual: Factual) -> Truth:
    id_ = factual.declared.id
    return not any(id_ in right.sets_aside for right in edition.rights.values()) or negated(factual.contested)


def _kept(world: World, edition: Edition, factual: Factual) -> Truth:
    """Whether the facts are not past their retention: the first keep whose condition is true decides."""
    source: Source = edition.sources[factual.declared.id]

    def look(subject: Subject) -> Term:
        return factual.fields[subject.field] if isinstance(subject, FieldRef) else UNKNOWN

    before: Truth = True
    gone: list[Truth] = []
    for keep in source.retention:
        applies = True if keep.when is None else held(world, keep.when, look).true
        if keep.months is not None and keep.counted_from is not None:
            start = factual.fields[keep.counted_from]
            late = negated(at_least(start, first_day_within(keep.months, world.as_of).toordinal()))
            gone.append(both([before, applies, start.known, late]))
        before = both([before, negated(applies)])
    key = ("kept", factual.declared.id, tuple(ident(each) for each in gone))
    return world.kept.setdefault(key, (gone, negated(any_of(gone))))[1]


# ---------------------------------------------------------------------------------------------------------- joined


def _joined(world: World, join: Join, of: Sequence[Term]) -> Term:
    """Several measures as one."""
    if join in (Join.GREATEST_OF, Join.LEAST_OF):
        return Extreme(any_of(each.known for each in of), tuple(of), join is Join.GREATEST_OF)
    numbers = [number(world, each) for each in of]
    value = total(numbers) if join is Join.ADD else numbers[0] - numbers[1]
    return Linear(both(each.known for each in of), value)
