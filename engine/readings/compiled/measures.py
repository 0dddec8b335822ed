"""Measures as Python text: one pass over the kept rows of each source, whatever number of measures it has.

What a fold looked at is kept as two lists of row numbers; folds that look at the same rows share them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, assert_never

from engine.arithmetic import joined, rounded, spanned
from engine.ir import (
    AsOf,
    Condition,
    Edition,
    Fact,
    FieldRef,
    Fold,
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
from engine.readings.compiled.conditions import true
from engine.readings.compiled.script import Script, name, write

Looked = tuple[int, int]
"""Where among the lists that `measured` returns the *rows* and the *counted* rows of a fold are."""

Key = tuple[int | None, Condition | None, Condition | None]
"""What decides whether a row is on a list: `within`, `among`, `counts_if`."""


@dataclass(slots=True)
class Lists:
    """The lists that one pass over the rows of a source fills: row numbers, and values of fields."""

    rows: dict[Key, str] = field(default_factory=dict)
    values: dict[tuple[Key, str], str] = field(default_factory=dict)


def write_measured(script: Script, edition: Edition, windows: dict[int, str]) -> dict[str, Looked]:
    """Writes `measured(kept, as_of)` → the values of the measures, and the lists of row numbers.

    `windows` gives each number of months the variable that holds the first day of such a window.
    """
    script.names |= {"joined": joined, "rounded": rounded, "spanned": spanned}
    write(script, 0, "def measured(kept, as_of):")
    if edition.sources:
        write(script, 1, f"{''.join(f's{index}, ' for index in range(len(edition.sources)))} = kept")
    if windows:
        write(script, 1, f"{''.join(f'{variable}, ' for variable in windows.values())} = windows[as_of]")
    variables = {id_: f"m{index}" for index, id_ in enumerate(edition.measures)}
    number_of = {id_: index for index, id_ in enumerate(edition.sources)}
    seen: list[str] = []
    looked: dict[str, Looked] = {}
    folds = [
        (id_, measure, measure.body) for id_, measure in edition.measures.items() if isinstance(measure.body, Rows)
    ]
    for source, group in groupby(
        sorted(folds, key=lambda fold: number_of[fold[2].source]), lambda fold: fold[2].source
    ):
        lists = Lists()
        own = [(id_, measure, rows, *_lists(lists, rows, len(seen))) for id_, measure, rows in group]
        _write_pass(script, edition.sources[source], f"s{number_of[source]}", lists, windows)
        for id_, measure, rows, among, counted in own:
            value = _folded(edition, measure, rows, among, counted, lists)
            write(script, 1, f"{variables[id_]} = None if s{number_of[source]} is None else {value}")
        names = list(lists.rows.values())
        looked |= {id_: (len(seen) + names.index(a), len(seen) + names.index(c)) for id_, _, _, a, c in own}
        seen += names
    for id_, measure in edition.measures.items():
        if not isinstance(measure.body, Rows):
            write(script, 1, f"{variables[id_]} = {_other(script, edition, measure, variables, number_of)}")
    values = "".join(f"{variable}, " for variable in variables.values())
    write(script, 1, f"return ({values}), ({''.join(f'{one}, ' for one in seen)})")
    return looked


def _lists(lists: Lists, rows: Rows, start: int) -> tuple[str, str]:
    """The lists of a fold, made if no other fold looked at the same rows."""
    keys = ((rows.within, rows.among, None), (rows.within, rows.among, rows.counts_if))
    among, counted = (lists.rows.setdefault(key, f"a{start + len(lists.rows)}") for key in keys)
    if rows.field is not None:
        lists.values.setdefault((keys[1], rows.field), f"v{len(lists.values)}")
    return among, counted


def _write_pass(script: Script, source: Source, kept: str, lists: Lists, windows: dict[int, str]) -> None:
    """One pass over the kept rows: window, then `among`, then what counts."""
    every = [*lists.rows.values(), *lists.values.values()]
    fields = {name_: f"f{index}" for index, name_ in enumerate(source.fields)}
    subjects: dict[Subject | AsOf, tuple[str, bool]] = {AsOf(): ("as_of", False)}
    for name_, one in source.fields.items():
        subjects[FieldRef(name_)] = (fields[name_], one.optional)
    dated = fields[source.dated_by] if source.dated_by else "None"
    write(script, 1, *(f"{one} = []" for one in every))
    write(script, 1, f"for i, {''.join(f'{f}, ' for f in fields.values())} in {kept} or ():")
    keys = list(dict.fromkeys([*lists.rows, *(key for key, _ in lists.values)]))
    for within, in_window in _grouped(keys, 0):
        depth = 2
        if within is not None:
            write(script, depth, f"if {dated} >= {windows[within]}:")
            depth += 1
        for among, in_among in _grouped(in_window, 1):
            inner = depth
            if among is not None:
                write(script, inner, f"if {true(script, among, subjects)}:")
                inner += 1
            for counts_if, counted in _grouped(in_among, 2):
                deepest = inner
                if counts_if is not None:
                    write(script, deepest, f"if {true(script, counts_if, subjects)}:")
                    deepest += 1
                for key in counted:
                    write(script, deepest, f"{lists.rows[key]}.append(i)")
                    for (owner, of), values in lists.values.items():
                        if owner == key:
                            write(script, deepest, f"{values}.append({fields[of]})")


def _grouped(keys: list[Key], part: int) -> list[tuple[Any, list[Key]]]:
    """Keys by one of their parts, in the order first met."""
    found: dict[Any, list[Key]] = {}
    for key in keys:
        found.setdefault(key[part], []).append(key)
    return list(found.items())


def _folded(edition: Edition, measure: Measure, rows: Rows, among: str, counted: str, lists: Lists) -> str:
    """What is made of the counted rows, as an expression."""
    places = measure.type.places if isinstance(measure.type, Number) else 0
    value = f"len({counted})"
    if rows.fold is Fold.SHARE:
        value = f"(({2 * 10**places} * len({counted}) + len({among})) // (2 * len({among})) if {among} else None)"
    elif rows.fold is not Fold.COUNT:
        assert rows.field is not None, "a fold over a field names it"
        of = edition.sources[rows.source].fields[rows.field]
        values = lists.values[(rows.within, rows.among, rows.counts_if), rows.field]
        value = _fold(rows.fold, values, places, of.type.places if isinstance(of.type, Number) else 0)
        if of.optional:
            value = f"(None if None in {values} else {value})"
    return value if rows.unknown_below is None else f"(None if len({among}) < {rows.unknown_below} else {value})"


def _fold(fold: Fold, values: str, places: int, field_places: int) -> str:
    match fold:
        case Fold.SUM:
            return f"sum({values})"
        case Fold.AVERAGE:
            return f"(rounded(sum({values}) * {10**places}, len({values}) * {10**field_places}) if {values} else None)"
        case Fold.LEAST | Fold.EARLIEST:
            return f"min({values}, default=None)"
        case Fold.GREATEST | Fold.LATEST:
            return f"max({values}, default=None)"
        case Fold.COUNT | Fold.SHARE:
            raise AssertionError(fold)
        case _:
            assert_never(fold)


def _other(
    script: Script, edition: Edition, measure: Measure, variables: dict[str, str], number_of: dict[str, int]
) -> str:
    """A measure that is not a fold over rows, as an expression."""
    match measure.body:
        case Fact() as fact:
            return _fact(edition, fact, number_of)
        case Span(way, of, unit):
            day = variables[of.measure] if isinstance(of, MeasureRef) else _fact(edition, of, number_of)
            return f"spanned({name(script, way)}, {day}, {name(script, unit)}, as_of)"
        case Joined(join, measures):
            return f"joined({name(script, join)}, ({''.join(f'{variables[id_]}, ' for id_ in measures)}))"
        case Times(of, by, by_places):
            have, want = _places(edition.measures[of]) + by_places, _places(measure)
            one = variables[of]
            return f"None if {one} is None else rounded({one} * {by * 10**want}, {10**have})"
        case Rows():
            raise AssertionError(measure.body)
        case _:
            assert_never(measure.body)


def _fact(edition: Edition, fact: Fact, number_of: dict[str, int]) -> str:
    source = f"s{number_of[fact.source]}"
    place = list(edition.sources[fact.source].fields).index(fact.field)
    return f"(None if {source} is None else {source}[{place}])"


def _places(measure: Measure) -> int:
    return measure.type.places if isinstance(measure.type, Number) else 0
