"""The kinds of rows a source can have: rows that no edition at hand can tell apart, but for the values it adds up.

A count is then a sum of how many rows of which kinds there are, and so everything counted from the same rows is tied
together exactly, over any windows, in both editions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any

from engine.admit import expired
from engine.ir import Boolean, Code, Edition, Field, Keep, Rows, Source, Value
from engine.measures import look_through
from engine.readings.proof.cells import (
    Stretch,
    codes_of,
    cuts,
    fields_in,
    linked,
    stretch_of,
    stretches,
    united,
    value_of,
)

MOST_KINDS = 40_000
"""So many combinations of values are looked at; a source with more is not expressed."""

ROOM = 400
"""A stretch longer than this is long enough."""


@dataclass(frozen=True, slots=True)
class Seen:
    """In what an edition counts a row of some kind: the measures that look at it, and those that count it."""

    rows: frozenset[str]
    counted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of row. `example` is one of them; `spans` are the values its numbers and dates may have instead.

    `follows` says of fields that are compared with one another how far each lies from the other.
    """

    example: Mapping[str, int | None]
    spans: Mapping[str, Stretch]
    follows: Mapping[str, Mapping[str, int]]
    seen: tuple[Seen, ...]
    contested: bool = False


NOWHERE = Seen(frozenset(), frozenset())

Seeing = Callable[[Mapping[str, int | None], bool], Seen]
"""What an edition makes of a row with these values, contested or not."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One stretch of values of a field, and its rank among the fields it is compared with in the same stretch."""

    stretch: Stretch | None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """A source as the editions declare it; `None` where one does not know it. The codes have numbers."""

    id: str
    sources: tuple[Source | None, ...]
    fields: Mapping[str, tuple[Field, ...]]
    as_of: date
    codes: Mapping[str, int]
    names: Mapping[int, str] = field(repr=False)


def declared(id_: str, editions: Sequence[Edition], as_of: date, codes: dict[str, int]) -> Declared:
    """What the editions say of one source."""
    sources = tuple(edition.sources.get(id_) for edition in editions)
    fields: dict[str, tuple[Field, ...]] = {}
    for source in sources:
        for name, one in source.fields.items() if source else ():
            fields[name] = (*fields.get(name, ()), one)
            if isinstance(one.type, Code):
                for choice in one.type.choices:
                    codes.setdefault(choice.code, len(codes))
    return Declared(id_, sources, fields, as_of, codes, {number: code for code, number in codes.items()})


def is_optional(source: Declared, name: str) -> bool:
    """Whether a field may be missing everywhere it is declared."""
    return all(one.optional for one in source.fields[name])


def kinds(source: Declared, editions: Sequence[Edition], contests: bool) -> list[Kind] | None:
    """The kinds of rows of a source; None if there are too many combinations to look at."""
    at: dict[str, set[int]] = {}
    groups: list[set[str]] = []
    for edition, own in zip(editions, source.sources, strict=True):
        if own is not None:
            for name, values in cuts(edition, own, source.as_of).items():
                at.setdefault(name, set()).update(values)
            groups += linked(edition, own)
            if own.dated_by is not None:
                at.setdefault(own.dated_by, set())
    together = united(groups)
    for group in together:
        wholes = [whole for name in group if (whole := stretch_of(source.fields[name], source.as_of)) is not None]
        ends = {end for whole in wholes for end in (whole.least, whole.greatest + 1)}
        shared = ends.union(*(at[name] for name in group))
        at.update(dict.fromkeys(group, shared))
    ranked = {name: len(group) for group in together for name in group}
    choices = {name: _choices(source, name, cut, ranked.get(name, 1)) for name, cut in sorted(at.items())}
    size = 1 + contests
    for each in choices.values():
        size *= len(each)
    if size > MOST_KINDS:
        return None
    eyes = [seeing(edition, own, source) for edition, own in zip(editions, source.sources, strict=True)]
    found = [
        kind
        for contested in ((False, True) if contests else (False,))
        for picked in product(*choices.values())
        if (kind := _kind(eyes, dict(zip(choices, picked, strict=True)), together, contested)) is not None
    ]
    return _merged(found, folds_of(source, editions))


def _choices(source: Declared, name: str, at: set[int], ranks: int) -> list[Choice]:
    """The stretches of a field, each with every rank, and unknown where that is admitted."""
    fields = source.fields[name]
    found = [Choice(None)] if is_optional(source, name) else []
    if isinstance(fields[0].type, Code):
        numbers = [source.codes[code] for code in codes_of(fields)]
        return found + [Choice(Stretch(number, number)) for number in numbers]
    whole = stretch_of(fields, source.as_of)
    if whole is None:
        return found
    if isinstance(fields[0].type, Boolean):
        at = {1}
    return found + [
        Choice(stretch, rank)
        for stretch in stretches(whole, at)
        for rank in range(min(ranks, stretch.greatest - stretch.least + 1))
    ]


def _kind(
    eyes: Sequence[Seeing],
    picked: Mapping[str, Choice],
    groups: Sequence[frozenset[str]],
    contested: bool,
) -> Kind | None:
    """The kind of rows with these stretches; None if the ranks make no order, or nothing looks at such a row."""
    spans: dict[str, Stretch] = {}
    follows: dict[str, dict[str, int]] = {}
    for name, choice in picked.items():
        if choice.stretch is None:
            continue
        group = next((group for group in groups if name in group), frozenset({name}))
        near = [other for other in group if picked[other].stretch == choice.stretch]
        ranks = {picked[other].rank for other in near}
        if ranks != set(range(len(ranks))):
            return None
        least, greatest = choice.stretch.least + choice.rank, choice.stretch.greatest - (len(ranks) - 1 - choice.rank)
        if least > greatest:
            return None
        spans[name] = Stretch(least, greatest)
        follows[name] = {other: picked[other].rank - choice.rank for other in near if other != name}
    example = {name: spans[name].least if name in spans else None for name in picked}
    seen = tuple(eye(example, contested) for eye in eyes)
    return None if all(each == NOWHERE for each in seen) else Kind(example, spans, follows, seen, contested)


def seeing(edition: Edition, own: Source | None, source: Declared) -> Seeing:
    """What an edition makes of a row; each condition is asked once about the same values."""
    if own is None or own.dated_by is None:
        return lambda _example, _contested: NOWHERE
    dated_by, aside = own.dated_by, any(own.head.id in right.sets_aside for right in edition.rights.values())
    folds = [
        (id_, measure.body, *_lookers(measure.body, dated_by))
        for id_, measure in edition.measures.items()
        if isinstance(measure.body, Rows) and measure.body.source == own.head.id
    ]
    retained = sorted({name for keep in own.retention for name in _kept_by(keep)})
    known: dict[object, Any] = {}

    def row_of(example: Mapping[str, int | None], names: Iterable[str]) -> dict[str, Value | None]:
        numbers = ((name, example.get(name)) for name in names)
        return {
            name: None if number is None else value_of(number, own.fields[name].type, source.names)
            for name, number in numbers
        }

    def seen(example: Mapping[str, int | None], contested: bool) -> Seen:
        if contested and aside:
            return NOWHERE
        key = ("", *(example.get(name) for name in retained))
        if key not in known:
            known[key] = expired(own, row_of(example, retained), source.as_of)
        if known[key]:
            return NOWHERE
        among, counted = set(), set()
        for id_, rows, names, looked_at in folds:
            key = (id_, *(example.get(name) for name in names))
            if key not in known:
                found = look_through(rows, dated_by, [(0, row_of(example, looked_at))], source.as_of)
                known[key] = (bool(found and found[0]), bool(found and found[1]))
            inside, counts = known[key]
            if inside:
                among.add(id_)
            if counts:
                counted.add(id_)
        return Seen(frozenset(among), frozenset(counted))

    return seen


def _lookers(rows: Rows, dated_by: str) -> tuple[list[str], list[str]]:
    """The fields that decide whether a row is counted, and those that must be there to ask."""
    names = {name for each in (rows.among, rows.counts_if) if each is not None for name in fields_in(each)}
    names |= {dated_by} if rows.within is not None else set()
    return sorted(names), sorted(names | {dated_by})


def _kept_by(keep: Keep) -> set[str]:
    names = fields_in(keep.when) if keep.when is not None else set()
    return names | ({keep.counted_from} if keep.counted_from is not None else set())


# --------------------------------------------------------------------------------------------------------- merging


def folds_of(source: Declared, editions: Sequence[Edition]) -> dict[str, set[tuple[int, str]]]:
    """The fields whose values are added up or compared, each with the measures that do so, by edition."""
    found: dict[str, set[tuple[int, str]]] = {}
    for index, edition in enumerate(editions):
        for id_, measure in edition.measures.items():
            if isinstance(measure.body, Rows) and measure.body.source == source.id and measure.body.field is not None:
                found.setdefault(measure.body.field, set()).add((index, id_))
    return found


def folded_in(kind: Kind, folded: Mapping[str, set[tuple[int, str]]]) -> Iterator[str]:
    """The fields of a kind whose value somebody adds up or compares."""
    for name, by in folded.items():
        if any(id_ in kind.seen[index].counted for index, id_ in by):
            yield name


def _merged(found: Sequence[Kind], folded: Mapping[str, set[tuple[int, str]]]) -> list[Kind]:
    """Kinds that nobody can tell apart become one: any of them stands for the others.

    Of fields that are folded, stretches that touch become one where all else is alike, and a kind whose values another
    has too is dropped.
    """
    groups: dict[object, list[Kind]] = {}
    for kind in found:
        names = tuple(sorted(folded_in(kind, folded)))
        unknown = tuple(name for name in names if name not in kind.spans)
        groups.setdefault((kind.contested, kind.seen, names, unknown), []).append(kind)
    result: list[Kind] = []
    for alike in groups.values():
        names = tuple(name for name in sorted(folded_in(alike[0], folded)) if name in alike[0].spans)
        joined = alike
        for name in names:
            joined = _joined(joined, name)
        kept: list[Kind] = []
        for kind in sorted(joined, key=_plainness):
            if not any(_holds(one, kind, names) for one in kept):
                kept = [one for one in kept if not _holds(kind, one, names)] + [kind]
        result += kept
    return result


def _holds(one: Kind, other: Kind, names: Sequence[str]) -> bool:
    """Whether a kind has all values of another in these fields, and ties them no more to one another."""
    return all(
        one.spans[name].least <= other.spans[name].least
        and other.spans[name].greatest <= one.spans[name].greatest
        and (one.follows[name] == other.follows[name] or not set(one.follows[name]) & set(names))
        for name in names
    )


def _plainness(kind: Kind) -> tuple[int, int, int]:
    """What lies close together first, then what says least, then the longest stretches: rows that look like any."""
    unknown = sum(value is None for value in kind.example.values())
    near = sum(len(others) for others in kind.follows.values())
    return -near, -unknown, -sum(min(span.greatest - span.least, ROOM) for span in kind.spans.values())


def _joined(group: Sequence[Kind], name: str) -> list[Kind]:
    """Kinds that are alike in everything but the stretch of one field and what follows it: touching ones are joined."""
    alike: dict[object, list[Kind]] = {}
    for kind in group:
        apart = {name, *kind.follows[name]}
        same = tuple((each, kind.spans.get(each)) for each in kind.example if each not in apart)
        alike.setdefault((same, tuple(sorted(kind.follows[name].items()))), []).append(kind)
    kept: list[Kind] = []
    for bucket in alike.values():
        last: Kind | None = None
        for kind in sorted(bucket, key=lambda kind: kind.spans[name].least):
            if last is not None and kind.spans[name].least <= last.spans[name].greatest + 1:
                moved = {each: _hull(last.spans[each], kind.spans[each]) for each in (name, *kind.follows[name])}
                last = replace(last, spans={**last.spans, **moved})
                kept[-1] = last
            else:
                last = kind
                kept.append(kind)
    return kept


def _hull(one: Stretch, other: Stretch) -> Stretch:
    return Stretch(min(one.least, other.least), max(one.greatest, other.greatest))
