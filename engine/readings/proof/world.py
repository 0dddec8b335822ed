"""One person as the solver sees them: which sources there are, how many rows of each kind, which facts.

The person is the same for both editions. Each edition sees the part it collects, so what the editions share is tied
together by being the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count as count_up
from typing import Any

import z3

from engine.conditions import each_test, operands
from engine.ir import Boolean, Code, Day, Edition, Fact, Number, Span, Type
from engine.proved import TAKEN_AS_ANYTHING, Unsaid
from engine.readings.proof.cells import codes_of, stretch_of
from engine.readings.proof.folds import EndOf, Folded, SumOf, folded
from engine.readings.proof.logic import Truth, any_of, chosen, total
from engine.readings.proof.rows import Declared, Kind, declared, is_optional, kinds
from engine.readings.proof.terms import Linear, Term


@dataclass(frozen=True, slots=True, eq=False)
class Rowed:
    """A source of rows: whether it is there, how many rows of each kind, and what is folded over them.

    `sums` are the parts of which every sum is made; `more` says of which kind one more row is, where there is one.
    """

    declared: Declared
    present: Any
    kinds: tuple[Kind, ...]
    counts: tuple[Any, ...]
    folded: tuple[Folded, ...]
    sums: Mapping[SumOf, Any]
    ends: Mapping[EndOf, Any]
    more: tuple[Truth, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Factual:
    """A source of facts: whether it is there, contested, and the value of each field that matters."""

    declared: Declared
    present: Any
    contested: Truth
    fields: Mapping[str, Linear]


@dataclass(slots=True, eq=False)
class World:
    """The person, what is true of every person, and what the solver computes only when it must.

    `slow` are values that are computed by trying: each with the variable that stands for it.
    """

    editions: tuple[Edition, ...]
    as_of: date
    rowed: dict[str, Rowed] = field(default_factory=dict)
    factual: dict[str, Factual] = field(default_factory=dict)
    laws: list[Any] = field(default_factory=list)
    slow: list[tuple[Term, Any]] = field(default_factory=list)
    folded: list[Folded] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    unsaid: list[Unsaid] = field(default_factory=list)
    kept: dict[Any, Any] = field(default_factory=dict)
    names: Iterator[int] = field(default_factory=count_up)
    mark: str = ""


def world(editions: Sequence[Edition], as_of: date, mark: str = "") -> World:
    """Everybody whose record all of these editions admit on a day. Two people at once need different marks."""
    found = World(tuple(editions), as_of, mark=mark)
    for id_ in dict.fromkeys(id_ for edition in editions for id_ in edition.sources):
        source = declared(id_, editions, as_of, found.codes)
        if not _agreed(source):
            found.unsaid.append(Unsaid("source", id_, "types-differ"))
        elif is_rowed(source):
            _add_rows(found, source)
        else:
            _add_facts(found, source)
    return found


def loosened(world: World) -> bool:
    """Whether something was taken to be anything: what is proved impossible is, and what is found may not happen."""
    return any(one.why in TAKEN_AS_ANYTHING for one in world.unsaid)


def is_rowed(source: Declared) -> bool:
    """Whether a source has rows, and not single facts."""
    return any(own is not None and own.dated_by is not None for own in source.sources)


def _agreed(source: Declared) -> bool:
    """Whether the editions declare the same shape and types, so that one record can be sent to both."""
    own = [one for one in source.sources if one is not None]
    shapes = {one.dated_by is None for one in own}
    return len(shapes) == 1 and all(len({_shape(one.type) for one in each}) == 1 for each in source.fields.values())


def _shape(type_: Type) -> tuple[str, int]:
    return type(type_).__name__, type_.places if isinstance(type_, Number) else 0


def integer(world: World, name: str) -> Any:
    """A new number of the solver."""
    return z3.Int(f"{name}~{world.mark}{next(world.names)}")


def truth(world: World, name: str) -> Any:
    """A new truth value of the solver."""
    return z3.Bool(f"{name}~{world.mark}{next(world.names)}")


# ------------------------------------------------------------------------------------------------------------ rows


def contest_matters(world: World, id_: str) -> bool:
    """Whether the editions treat a contested row of a source differently."""
    return len({any(id_ in right.sets_aside for right in edition.rights.values()) for edition in world.editions}) > 1


def _add_rows(world: World, source: Declared) -> None:
    """The rows of a source, by kind."""
    found = kinds(source, world.editions, contest_matters(world, source.id))
    if found is None:
        world.unsaid.append(Unsaid("source", source.id, "too-many-kinds-of-rows"))
        return
    present = truth(world, f"{source.id} is there")
    counts = tuple(integer(world, f"{source.id} kind {index}") for index in range(len(found)))
    for count in counts:
        world.laws += [count >= 0, z3.Implies(count > 0, present)]
    made: list[Folded] = []
    for one, laws in folded(
        source.id, world.editions, found, counts, lambda name: integer(world, name), lambda name: truth(world, name)
    ):
        made.append(one)
        world.laws += laws
    world.folded += made
    sums = {of: value for one in made for of, value in one.sums}
    ends = {of: value for one in made for of, value in one.ends}
    world.rowed[source.id] = Rowed(source, present, tuple(found), counts, tuple(made), sums, ends)


# ----------------------------------------------------------------------------------------------------------- facts


def _facts_read(edition: Edition, id_: str) -> set[str]:
    """The fields of a source of facts that its measures or its retention look at."""
    found = set()
    for measure in edition.measures.values():
        body = measure.body.of if isinstance(measure.body, Span) else measure.body
        if isinstance(body, Fact) and body.source == id_:
            found.add(body.field)
    for keep in edition.sources[id_].retention if id_ in edition.sources else ():
        if keep.counted_from is not None:
            found.add(keep.counted_from)
        for test in each_test(keep.when) if keep.when is not None else ():
            for each in (test.subject, *operands(test)):
                name = getattr(each, "field", None)
                if isinstance(name, str):
                    found.add(name)
    return found


def _add_facts(world: World, source: Declared) -> None:
    """The facts of a source; which fields matter is known from the measures."""
    present = truth(world, f"{source.id} is there")
    contested = truth(world, f"{source.id} contested") if contest_matters(world, source.id) else False
    fields: dict[str, Linear] = {}
    for name in sorted(set().union(*(_facts_read(edition, source.id) for edition in world.editions))):
        number = integer(world, f"{source.id} {name}")
        known = truth(world, f"{source.id} {name} known") if is_optional(source, name) else True
        fields[name] = Linear(known, number)
        world.laws.append(_within(source, name, number))
    world.factual[source.id] = Factual(source, present, contested, fields)


def _within(source: Declared, name: str, number: Any) -> Truth:
    """A value that every edition admits."""
    declared_as = source.fields[name]
    if isinstance(declared_as[0].type, Code):
        return any_of(number == source.codes[code] for code in codes_of(declared_as))
    span = stretch_of(declared_as, source.as_of)
    return z3.And(number >= span.least, number <= span.greatest) if span is not None else z3.BoolVal(False)


def rows_of(rowed: Rowed, kinds: Iterable[int]) -> Any:
    """How many rows there are of these kinds."""
    mine = list(kinds)
    found = total(rowed.counts[kind] for kind in mine)
    return found + chosen(any_of(rowed.more[kind] for kind in mine), 1, 0) if rowed.more else found


def rows_count(world: World) -> Any:
    """How many rows there are in all."""
    return total(count for rowed in world.rowed.values() for count in rowed.counts)


def bounds_of(type_: Type) -> tuple[int | None, int | None]:
    """The least and the greatest number that stands for a value of a type."""
    match type_:
        case Number(least=least, greatest=greatest):
            return least, greatest
        case Boolean():
            return 0, 1
        case Code():
            return 0, None
        case Day():
            return date.min.toordinal(), date.max.toordinal()
