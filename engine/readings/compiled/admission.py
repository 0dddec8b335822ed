"""Admission as Python text, for the records there is nothing wrong with.

Whatever is out of the ordinary raises here, and `engine.admit` then says what it is, or that it is in order after all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any, assert_never

from engine.admit import MOST_DIGITS, Kept, Wrong, contested_rows, read_day, read_value
from engine.ir import AsOf, Boolean, Code, Day, Edition, Field, FieldRef, Number, Source, Subject, Value
from engine.readings.compiled.conditions import Variables, true
from engine.readings.compiled.script import Script, name, write


class OutOfTheOrdinaryError(Exception):
    """The record needs the careful admission."""


OUT_OF_THE_ORDINARY = (OutOfTheOrdinaryError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a record of another form than expected can raise."""

Admitted = tuple[str | None, tuple[Any, ...], tuple[list[tuple[int | None, str]], ...]]
"""Subject, then for each source what was kept and what was left out.

Kept is None where the source is absent, for rows a list of ``(row number, values…)``, for facts a tuple of values.
"""


class Days(dict[Any, date]):
    """Dates by how they are written; what is no date raises."""

    def __missing__(self, raw: Any) -> date:
        day = read_day(raw)
        if day is None:
            raise OutOfTheOrdinaryError
        if len(self) < 100_000:  # noqa: PLR2004  # every day of more than two centuries
            self[raw] = day
        return day


DAYS = Days()


def write_admitted(script: Script, edition: Edition, windows: dict[int, str]) -> None:
    """Writes `admitted(record, as_of)` → Admitted."""

    def aside(contests: Any, given: Any, as_of: date) -> set[tuple[str, int | None]]:
        wrong: list[Any] = []
        found = contested_rows(edition, contests, given, as_of, wrong) if isinstance(contests, list) else None
        if found is None or wrong:
            raise OutOfTheOrdinaryError
        return found

    script.names |= {"DAYS": DAYS, "odd": OutOfTheOrdinaryError, "aside": aside}
    keys = {key: name(script, key) for key in ("subject", "sources", "contested")}
    top = name(script, frozenset(("subject", "as_of", "sources", "contested")))
    write(script, 0, "def admitted(record, as_of):")
    write(script, 1, f"if type(record) is not dict or not record.keys() <= {top}: raise odd")
    write(script, 1, f"subject, given = record.get({keys['subject']}), record[{keys['sources']}]")
    write(script, 1, "if type(given) is not dict: raise odd")
    write(script, 1, "if subject is not None and (type(subject) is not str or not subject.isprintable()): raise odd")
    day = name(script, "as_of")
    write(script, 1, f"if record.get({day}) is not None: DAYS[record[{day}]]")
    contests = keys["contested"]
    write(script, 1, f"contested = aside(record[{contests}], given, as_of) if {contests} in record else ()")
    if windows:
        write(script, 1, f"{''.join(f'{variable}, ' for variable in windows.values())} = windows[as_of]")
    write(script, 1, "found = 0")
    for index, source in enumerate(edition.sources.values()):
        _write_source(script, source, index, windows)
    write(script, 1, "if found != len(given): raise odd")
    kept, out = ("".join(f"{letter}{index}, " for index in range(len(edition.sources))) for letter in "sx")
    write(script, 1, f"return subject, ({kept}), ({out})")


def _write_source(script: Script, source: Source, index: int, windows: dict[int, str]) -> None:
    id_ = name(script, source.head.id)
    facts = source.dated_by is None
    write(script, 1, f"s{index}, x{index} = None, []", f"rows = given.get({id_})", "if rows is not None:")
    write(script, 2, "found += 1", f"s{index} = []")
    if facts:
        write(script, 2, "i, row = None, rows", "while True:")
    else:
        write(script, 2, "if type(rows) is not list: raise odd", "for i, row in enumerate(rows):")
    variables: dict[Subject | AsOf, tuple[str, bool]] = {AsOf(): ("as_of", False)}
    variables |= {FieldRef(id_): (f"f{n}", one.optional) for n, (id_, one) in enumerate(source.fields.items())}
    _write_row(script, source)
    for number, one in enumerate(source.fields.values()):
        _write_field(script, one, f"f{number}")
    values = "".join(f"f{number}, " for number in range(len(source.fields)))
    expired = _expired(script, source, variables, windows)
    if expired is not None:
        write(script, 3, f"if {expired}: x{index}.append((i, 'expired'))")
    again = "elif" if expired else "if"
    write(script, 3, f"{again} contested and ({id_}, i) in contested: x{index}.append((i, 'contested'))")
    if facts:
        write(script, 3, f"else: s{index} = ({values})", "break")
        write(script, 2, f"if x{index}: s{index} = None")
    else:
        write(script, 3, f"else: s{index}.append((i, {values}))")


def _write_row(script: Script, source: Source) -> None:
    """Reads the fields of a row: all of them at once, or what there is of them if nothing else is there."""
    names = tuple(source.fields)
    variables = "".join(f"f{number}, " for number in range(len(names)))
    get = itemgetter(*names) if len(names) > 1 else lambda row: tuple(row[one] for one in names)
    write(script, 3, "if type(row) is not dict: raise odd")
    write(script, 3, f"if len(row) == {len(names)}: {variables} = {name(script, get)}(row)")
    write(script, 3, f"elif row.keys() <= {name(script, frozenset(names))}:")
    write(script, 4, f"{variables} = [row.get(one) for one in {name(script, names)}]")
    write(script, 3, "else: raise odd")


def _write_field(script: Script, field: Field, variable: str) -> None:
    """Reads and checks one value in place."""
    depth = 3
    if field.optional:
        write(script, depth, f"if {variable} is not None:")
        depth += 1
    match field.type:
        case Boolean():
            write(script, depth, f"if {variable} is not True and {variable} is not False: raise odd")
        case Code(choices):
            codes = name(script, frozenset(choice.code for choice in choices))
            write(script, depth, f"if {variable} not in {codes}: raise odd")
        case Day(future):
            write(script, depth, f"{variable} = DAYS[{variable}]")
            if not future:
                write(script, depth, f"if {variable} > as_of: raise odd")
        case Number() as number:
            least, greatest = _bounds(number)
            fits = f"type({variable}) is int and {least} <= {variable} <= {greatest}"
            careful = f"{name(script, _reader(field))}({variable}, as_of)"
            scaled = f"{variable} * {10**number.places}" if number.places else variable
            write(script, depth, f"{variable} = {scaled} if {fits} else {careful}")
        case _:
            assert_never(field.type)


def _bounds(number: Number) -> tuple[int, int]:
    """The least and greatest whole number, not yet scaled, that is certainly in order."""
    scale = 10**number.places
    most = (10**MOST_DIGITS - 1) // scale
    least = -most if number.least is None else max(-most, -(-number.least // scale))
    return least, most if number.greatest is None else min(most, number.greatest // scale)


def _reader(field: Field) -> Callable[[Any, date], Value]:
    """Reads a number that is not a plain whole one; the two usual forms quickly, any other as admission does."""
    assert isinstance(field.type, Number), "only numbers have decimals"
    places = field.type.places
    scale, point, most = 10**places, -places - 1, 10 ** (MOST_DIGITS - 1)
    least = -most if field.type.least is None else max(-most, field.type.least)
    greatest = most if field.type.greatest is None else min(most, field.type.greatest)

    def read(raw: Any, as_of: date) -> Value:
        scaled: int
        if type(raw) is Decimal:
            text = str(raw)
            if places and text[point : point + 1] == "." and len(text) <= MOST_DIGITS:
                scaled = int(text[:point] + text[point + 1 :])
                if least <= scaled <= greatest:
                    return scaled
        elif type(raw) is float and places < MOST_DIGITS and least <= raw * scale <= greatest:
            scaled = round(raw * scale)
            if scaled / scale == raw:
                return scaled
        value = read_value(field, raw, as_of)
        if isinstance(value, Wrong):
            raise OutOfTheOrdinaryError
        return value

    return read


def _expired(script: Script, source: Source, variables: Variables, windows: dict[int, str]) -> str | None:
    """Whether a row is past its retention, as an expression; None if no row ever is."""
    if all(keep.months is None or keep.counted_from is None for keep in source.retention):
        return None
    text, end = "", "False"
    for keep in source.retention:
        past = "False"
        if keep.months is not None and keep.counted_from is not None:
            start, optional = variables[FieldRef(keep.counted_from)]
            past = f"({f'{start} is not None and ' if optional else ''}{start} < {windows[keep.months]})"
        if keep.when is None:
            end = past
            break
        text += f"{past} if {true(script, keep.when, variables)} else "
    return f"({text}{end})"


def as_admitted(edition: Edition, kept: Kept) -> Admitted:
    """What the careful admission kept, in the form of the quick one."""
    found: list[Any] = []
    for id_, source in edition.sources.items():
        rows, facts = kept.rows.get(id_), kept.facts.get(id_)
        if source.dated_by is None:
            found.append(None if facts is None else tuple(facts.values()))
        else:
            found.append(None if rows is None else [(index, *row.values()) for index, row in rows])
    out = tuple([(one.row, one.why) for one in kept.left_out if one.source == id_] for id_ in edition.sources)
    return kept.subject, tuple(found), out
