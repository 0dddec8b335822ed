"""Admission: which of a record's rows may be looked at. Closed-world; a refused record is never evaluated.

A refusal names sources and fields and never a value: nothing personal may reach a log through an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, assert_never

from engine.decision import LeftOut, Refused, plain
from engine.ir import (
    AsOf,
    Boolean,
    Code,
    Day,
    Edition,
    Exclusion,
    Field,
    FieldRef,
    Keep,
    Number,
    Source,
    Subject,
    Value,
)
from engine.kleene import holds
from engine.months import months_between

MOST_DIGITS = 15
"""A number may have so many digits in all, so that every reading can hold it exactly."""

HOW_TO_DATE = "write a date as year-month-day, like 2026-12-31"

HOW_TO_ANSWER = "written without quotes"

MUST_BE_SENT = "every row has it; `rulebook schema record` says what a record holds"

LONGEST_NAME = 80
"""A name from a record is quoted up to so many characters."""

Row = Mapping[str, Value | None]
"""One row, or one set of facts: every declared field, None where unknown."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be looked at.

    `rows` has the kept rows of each source of rows with their index as submitted, or None where the source is absent;
    `facts` those of each source of facts, or None where absent, expired or contested.
    """

    subject: str | None
    rows: Mapping[str, tuple[tuple[int, Row], ...] | None]
    facts: Mapping[str, Row | None]
    left_out: tuple[LeftOut, ...]


def admit(edition: Edition, record: Any, as_of: date) -> Kept | list[Refused]:
    """The rows that may be looked at on `as_of`, or everything that keeps the record from being evaluated."""
    refused = list(_envelope(record))
    given = record.get("sources") if isinstance(record, Mapping) else None
    if not isinstance(given, Mapping):
        return refused
    values: dict[str, list[Row]] = {}
    for name, content in given.items():
        source = edition.sources.get(name)
        if source is None:
            refused.append(_undeclared(edition, name, None))
        else:
            values[name] = list(_rows(edition, source, content, as_of, refused))
    contests = record.get("contested", [])
    contested = contested_rows(edition, contests if isinstance(contests, list) else [], given, as_of, refused)
    return refused or _keep(edition, record.get("subject"), values, contested, as_of)


def _keep(
    edition: Edition,
    subject: str | None,
    values: Mapping[str, list[Row]],
    contested: set[tuple[str, int | None]],
    as_of: date,
) -> Kept:
    """Leaves out what is past its retention, then what is contested."""
    rows: dict[str, tuple[tuple[int, Row], ...] | None] = {}
    facts: dict[str, Row | None] = {}
    left_out: list[LeftOut] = []
    for id_, source in edition.sources.items():
        kept: list[tuple[int, Row]] = []
        for index, row in enumerate(values.get(id_, ())):
            number = None if source.dated_by is None else index
            if expired(source, row, as_of):
                left_out.append(LeftOut(id_, number, "expired"))
            elif (id_, number) in contested:
                left_out.append(LeftOut(id_, number, "contested"))
            else:
                kept.append((index, row))
        if source.dated_by is None:
            facts[id_] = kept[0][1] if kept else None
        else:
            rows[id_] = tuple(kept) if id_ in values else None
    return Kept(subject, rows, facts, tuple(left_out))


def expired(source: Source, row: Row, as_of: date) -> bool:
    """Whether a row is past its retention: the first Keep whose `when` is true decides; an unknown date keeps it."""
    keep = applying(source, row, as_of)
    start = None if keep is None or keep.counted_from is None else row[keep.counted_from]
    return (
        keep is not None
        and keep.months is not None
        and isinstance(start, date)
        and months_between(start, as_of) >= keep.months
    )


def applying(source: Source, row: Row, as_of: date) -> Keep | None:
    """The Keep of a source that applies to a row."""
    look = row_look(row, as_of)
    return next((keep for keep in source.retention if keep.when is None or holds(keep.when, look) is True), None)


def row_look(row: Row, as_of: date) -> Any:
    """Gives a condition on a row its values."""

    def look(subject: Subject | AsOf) -> Value | None:
        return as_of if isinstance(subject, AsOf) else row[subject.field] if isinstance(subject, FieldRef) else None

    return look


# ------------------------------------------------------------------------------------------- the form of a record


def _envelope(record: Any) -> Iterator[Refused]:
    """Whether the record has the form of a record at all."""
    if not isinstance(record, Mapping):
        yield Refused("not-a-record", "", "a record is an object with `subject` and `sources`")
        return
    for key in record:
        if key not in ("subject", "as_of", "sources", "contested"):
            yield Refused(
                "unknown-key",
                f"/{pointer_part(key)}",
                f"a record has no `{shown(key)}`",
                help="a record has `subject`, `as_of`, `sources` and `contested`; data belongs under `sources`",
            )
    subject = record.get("subject")
    if subject is not None and not (isinstance(subject, str) and subject.isprintable()):
        yield Refused("wrong-type", "/subject", "`subject` must be text, on one line and printable")
    if record.get("as_of") is not None and read_day(record["as_of"]) is None:
        yield Refused("wrong-type", "/as_of", "`as_of` must be a date", help=HOW_TO_DATE)
    if "sources" not in record:
        yield Refused("missing-sources", "", "the record has no `sources`", help="an empty object will do")
    elif not isinstance(record["sources"], Mapping):
        yield Refused("wrong-type", "/sources", "`sources` must be an object: source id → rows or facts")
    if not isinstance(record.get("contested", []), list):
        yield Refused("wrong-type", "/contested", "`contested` must be a list")


def _undeclared(edition: Edition, source: str, field: str | None) -> Refused:
    """Refuses a source or field nobody declared, and says so when an exclusion covers it."""
    exclusion = covering(edition, source, field)
    what = f"source `{shown(source)}`" if field is None else f"field `{shown(field)}` of `{source}`"
    where = f"/sources/{pointer_part(source)}" + ("" if field is None else f"/{pointer_part(field)}")
    code = "undeclared-source" if field is None else "undeclared-field"
    if exclusion is None:
        return Refused(code, where, f"{what} is not declared", help="only what the rulebook publishes may be sent")
    return Refused(
        code,
        where,
        f"{what} is excluded by `{exclusion.head.id}`",
        help="the rulebook promises that this is never used; leave it out",
        exclusion=exclusion.head.id,
    )


def covering(edition: Edition, source: str, field: str | None) -> Exclusion | None:
    """The first exclusion, in order of id, whose globs cover an undeclared source or field."""
    for _, exclusion in sorted(edition.exclusions.items()):
        globs, name = (exclusion.sources, source) if field is None else (exclusion.fields, field)
        if any(fnmatchcase(name.lower(), glob.lower()) for glob in globs):
            return exclusion
    return None


def shown(name: Any) -> str:
    r"""A name from a record, safe to print: printable, at most 80 characters.

    >>> shown("a" * 100)[-4:], shown("x\n")
    ('aaa…', 'x\\n')
    """
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(name)[: LONGEST_NAME + 1])
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def pointer_part(name: Any) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return shown(name).replace("~", "~0").replace("/", "~1")


# ------------------------------------------------------------------------------------------------ rows and values


def _rows(edition: Edition, source: Source, content: Any, as_of: date, refused: list[Refused]) -> Iterator[Row]:
    """Every row of a source read into values; what is wrong is added to `refused`."""
    where = f"/sources/{source.head.id}"
    if source.dated_by is None:
        if isinstance(content, Mapping):
            yield _row(edition, source, content, where, as_of, refused)
        else:
            refused.append(Refused("wrong-type", where, f"`{source.head.id}` must be an object of facts"))
        return
    if not isinstance(content, list | tuple):
        refused.append(Refused("wrong-type", where, f"`{source.head.id}` must be a list of rows"))
        return
    for index, row in enumerate(content):
        if isinstance(row, Mapping):
            yield _row(edition, source, row, f"{where}/{index}", as_of, refused)
        else:
            refused.append(Refused("wrong-type", f"{where}/{index}", f"a row of `{source.head.id}` must be an object"))


def _row(
    edition: Edition, source: Source, row: Mapping[str, Any], where: str, as_of: date, refused: list[Refused]
) -> Row:
    for name in row:
        if name not in source.fields:
            undeclared = _undeclared(edition, source.head.id, name)
            refused.append(
                Refused(
                    undeclared.code,
                    f"{where}/{pointer_part(name)}",
                    undeclared.sentence,
                    undeclared.help,
                    undeclared.exclusion,
                )
            )
    values: dict[str, Value | None] = {}
    for name, field in source.fields.items():
        raw = row.get(name)
        if raw is None:
            values[name] = None
            if not field.optional:
                sentence = f"`{name}` of `{source.head.id}` is missing"
                refused.append(Refused("missing-field", f"{where}/{name}", sentence, MUST_BE_SENT))
            continue
        value = read_value(field, raw, as_of)
        if isinstance(value, Wrong):
            refused.append(
                Refused(value.code, f"{where}/{name}", f"`{name}` of `{source.head.id}` {value.sentence}", value.help)
            )
        else:
            values[name] = value
    return values


@dataclass(frozen=True, slots=True)
class Wrong:
    code: str
    sentence: str
    help: str | None = None


def read_value(field: Field, raw: Any, as_of: date) -> Value | Wrong:
    """A JSON value as a value of the field's type, or what is wrong with it (never quoting the value)."""
    match field.type:
        case Boolean():
            return raw if isinstance(raw, bool) else Wrong("wrong-type", "must be true or false", HOW_TO_ANSWER)
        case Code(choices):
            if not isinstance(raw, str):
                return Wrong("wrong-type", "must be a code (text)")
            if any(raw == choice.code for choice in choices):
                return raw
            return Wrong(
                "unknown-code", "is not one of its codes", "one of " + ", ".join(f"`{c.code}`" for c in choices)
            )
        case Day(future):
            day = read_day(raw)
            if day is None:
                return Wrong("wrong-type", "must be a date", HOW_TO_DATE)
            if day > as_of and not future:
                return Wrong("future-date", "lies after the as-of date")
            return day
        case Number() as number:
            return _read_number(number, raw)
        case _:
            assert_never(field.type)


def read_day(raw: Any) -> date | None:
    """A calendar date written year-month-day; None for anything else.

    >>> read_day("2026-02-28"), read_day("2026-02-30"), read_day("20260228")
    (datetime.date(2026, 2, 28), None, None)
    """
    if type(raw) is date:
        return raw
    if not isinstance(raw, str) or len(raw) != len("2026-12-31") or raw[4] != "-" or raw[7] != "-":
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _read_number(number: Number, raw: Any) -> int | Wrong:
    scaled = scale(raw, number.places)
    if isinstance(scaled, Wrong):
        return scaled
    if number.least is not None and scaled < number.least:
        return Wrong("out-of-range", f"must be at least {plain(number.least, number.places)}")
    if number.greatest is not None and scaled > number.greatest:
        return Wrong("out-of-range", f"must be at most {plain(number.greatest, number.places)}")
    return scaled


def scale(raw: Any, places: int) -> int | Wrong:
    """An exact number as an integer of `places` digits after the point.

    A float is taken by its shortest written form; text, booleans, infinities and excess digits are refused.

    >>> scale(Decimal("1.50"), 1), scale(0.95, 2), scale(7, 2)
    (15, 95, 700)
    >>> scale("43", 0).code, scale(True, 0).code, scale(22.999999999999996, 0).code
    ('wrong-type', 'wrong-type', 'too-many-decimals')
    """
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return Wrong("wrong-type", "must be a number", "a number is written without quotes")
    if isinstance(raw, int):
        scaled = raw * 10**places if abs(raw) < 10**MOST_DIGITS else 10**MOST_DIGITS
        return scaled if abs(scaled) < 10**MOST_DIGITS else _TOO_LARGE
    exact = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if not exact.is_finite():
        return Wrong("wrong-type", "must be a finite number")
    sign, digits, exponent = exact.as_tuple()
    assert isinstance(exponent, int), "a finite decimal has a whole exponent"  # narrows the type
    if exact and (exact.adjusted() >= MOST_DIGITS or len(digits) > 4 * MOST_DIGITS):
        return _TOO_LARGE
    whole = int("".join(map(str, digits)))
    shift = exponent + places
    if not whole:
        return 0
    if shift < -len(digits):
        return _too_many(places)
    divisor: int = 10 ** max(0, -shift)
    factor: int = 10 ** max(0, shift)
    scaled, rest = divmod(whole * factor, divisor)
    if rest:
        return _too_many(places)
    if scaled >= 10**MOST_DIGITS:
        return _TOO_LARGE
    return -scaled if sign else scaled


_TOO_LARGE = Wrong("too-large", f"has more than {MOST_DIGITS} digits")


def _too_many(places: int) -> Wrong:
    return Wrong(
        "too-many-decimals",
        "must be a whole number" if places == 0 else f"has more than {places} decimals",
        "numbers are never rounded on the way in",
    )


# ------------------------------------------------------------------------------------------------------- contests


def contested_rows(
    edition: Edition, contests: list[Any], given: Mapping[str, Any], as_of: date, refused: list[Refused]
) -> set[tuple[str, int | None]]:
    """The rows (or facts) under an open contest; a contest no right covers refuses the record."""
    contested: set[tuple[str, int | None]] = set()
    covered = {source for right in edition.rights.values() for source in right.sets_aside}
    for number, contest in enumerate(contests):
        faults = list(_contest_faults(edition, contest, given, covered, f"/contested/{number}"))
        refused += faults
        if not faults:
            first, last = read_day(contest.get("from")), read_day(contest.get("until"))
            if (first or as_of) <= as_of <= (last or as_of):
                contested.add((contest["source"], contest.get("row")))
    return contested


def _contest_faults(
    edition: Edition, contest: Any, given: Mapping[str, Any], covered: set[str], where: str
) -> Iterator[Refused]:
    """Everything wrong with one contest. The name of a source is repeated only if the rulebook or the record has it."""
    if not isinstance(contest, Mapping):
        yield Refused("wrong-contest", where, "a contest names its `source`")
        return
    for key in contest:
        if key not in ("source", "row", "from", "until"):
            yield Refused("unknown-key", where, f"a contest has no `{shown(key)}`")
    days = {key: read_day(contest[key]) for key in ("from", "until") if contest.get(key) is not None}
    if None in days.values():
        yield Refused("wrong-contest", where, "`from` and `until` must be dates", help=HOW_TO_DATE)
    first, last = days.get("from"), days.get("until")
    if first is not None and last is not None and last < first:
        yield Refused("wrong-contest", where, "`until` lies before `from`")
    name, row = contest.get("source"), contest.get("row")
    if not isinstance(name, str):
        yield Refused("wrong-contest", where, "a contest names its `source`")
        return
    source = edition.sources.get(name)
    if source is None or name not in given:
        which = f"`{shown(name)}`" if source is not None or name in given else "of that name"
        yield Refused("wrong-contest", where, f"the record has no source {which} to contest")
    elif name not in covered:
        yield Refused("no-right", where, f"no right sets rows of `{name}` aside while a contest is open")
    elif source.dated_by is None and row is not None:
        yield Refused("wrong-contest", where, f"`{name}` holds facts: leave `row` out")
    elif source.dated_by is not None and not _is_index(row, given[name]):
        yield Refused("wrong-contest", where, f"`row` must be the index of a row of `{name}`, from 0")


def _is_index(row: Any, rows: Any) -> bool:
    return (
        isinstance(row, int) and not isinstance(row, bool) and isinstance(rows, list | tuple) and 0 <= row < len(rows)
    )
