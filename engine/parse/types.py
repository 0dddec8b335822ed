"""Types, and values as written: what a field is, and what `0.95` is for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, assert_never

from babel.core import get_global

from engine.ir import Boolean, Choice, Code, Day, Measure, Number, Type, Value
from engine.parse.paper import At, Paper, get, key_where, meant, number, read_day, say, text, where, whole
from engine.problem import Problem

UNITS = frozenset({"months", "years", "days", "rows", "share"})
"""The units known without being declared, besides currencies."""


@cache
def known_units() -> frozenset[str]:
    """The units that need no words in `rulebook.yaml`.

    >>> "EUR" in known_units(), "letters" in known_units()
    (True, False)
    """
    return UNITS | frozenset(get_global("all_currencies"))


def unit(paper: Paper, at: At) -> str | None:
    """The unit at a path, if there is one; an unknown one is a problem."""
    found = get(paper, at)
    if found is None:
        return None
    if found not in paper.units and found not in known_units():
        say(
            paper,
            "unknown-unit",
            f"the unit `{found}` is not known",
            where(paper, at),
            help=meant(found, [*paper.units, *UNITS]) or "give it words under `units` in `rulebook.yaml`",
        )
    return str(found)


def codes(paper: Paper, at: At) -> Code:
    """A closed list of codes with their words."""
    return Code(tuple(Choice(str(code), text(paper, (*at, code))) for code in get(paper, at) or {}))


def field_type(paper: Paper, at: At) -> Type | None:
    """The type of a field; None, and a problem, when it makes no sense."""
    match get(paper, (*at, "type")):
        case "date":
            return Day(future=get(paper, (*at, "future")) == "allowed")
        case "boolean":
            return Boolean()
        case "code":
            return codes(paper, (*at, "codes"))
        case "integer" | "decimal":
            places = get(paper, (*at, "places")) or 0
            plain = Number(places, unit(paper, (*at, "unit")))
            least, greatest = (
                value(paper, (*at, end), plain) if get(paper, (*at, end)) is not None else None
                for end in ("least", "greatest")
            )
            if isinstance(least, int) and isinstance(greatest, int) and least > greatest:
                say(
                    paper,
                    "empty-range",
                    f"`greatest` ({get(paper, (*at, 'greatest'))}) is below `least` ({get(paper, (*at, 'least'))})",
                    where(paper, (*at, "greatest")),
                    also=((where(paper, (*at, "least")), "`least` is here"),),
                )
                return None
            return Number(places, plain.unit, _int(least), _int(greatest))
        case _:
            say(paper, "unknown-type", f"`{get(paper, (*at, 'type'))}` is not a type", where(paper, (*at, "type")))
            return None


def _int(found: Value | None) -> int | None:
    return found if isinstance(found, int) else None


# ---------------------------------------------------------------------------------------------- values as written


def scaled(raw: int | Decimal, places: int) -> int | None:
    """A number as an integer of so many places, or None if it has more.

    >>> scaled(Decimal("0.950"), 2), scaled(Decimal("0.955"), 2), scaled(3, 2)
    (95, None, 300)
    """
    shifted = Decimal(raw).scaleb(places)
    return int(shifted) if shifted == shifted.to_integral_value() else None


def written(found: Value | None, type_: Type) -> str:
    """A value as an author writes it; the opposite of `read_value`.

    >>> written(9500, Number(4)), written(None, Number(4)), written(300, Number(0))
    ('0.95', 'unknown', '300')
    """
    if found is None:
        return "unknown"
    match type_:
        case Number(places):
            short = f"{Decimal(int(str(found))).scaleb(-places):f}"
            return short.rstrip("0").rstrip(".") if "." in short else short
        case Boolean():
            return "true" if found else "false"
        case Code():
            return str(found)
        case Day():
            return found.isoformat() if isinstance(found, date) else str(found)
        case _:
            assert_never(type_)


def value(paper: Paper, at: At, type_: Type) -> Value | None:
    """The value at a path, of a type; None, and a problem, when it does not fit."""
    found = read_value(get(paper, at), type_)
    if isinstance(found, Misfit):
        say(paper, found.code, found.sentence, where(paper, at), help=found.help)
        return None
    return found


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a value as written does not fit a type."""

    code: str
    sentence: str
    help: str | None = None


def read_value(raw: Any, type_: Type) -> Value | Misfit:
    """What is written, as a value of a type.

    >>> read_value(Decimal("0.95"), Number(2)), read_value("2026-01-31", Day())
    (95, datetime.date(2026, 1, 31))
    """
    shown = {True: "true", False: "false"}.get(raw, raw) if isinstance(raw, bool) else raw
    match type_:
        case Number(places):
            if not number(raw):
                return Misfit("wrong-type", f"`{shown}` is not a number", _unquote(raw))
            found = scaled(raw, places)
            if found is None:
                allowed = "whole numbers only" if places == 0 else f"at most {places} digits after the point"
                return Misfit("too-many-places", f"`{raw}` has too many digits after the point", f"here: {allowed}")
            return found
        case Boolean():
            if not isinstance(raw, bool):
                return Misfit("wrong-type", f"`{shown}` is neither `true` nor `false`", None)
            return raw
        case Code(choices):
            every = [choice.code for choice in choices]
            if not isinstance(raw, str):
                return Misfit("wrong-type", f"`{shown}` is not a code", meant(shown, every))
            if raw not in every:
                return Misfit("unknown-code", f"`{raw}` is not one of the codes", meant(raw, every))
            return raw
        case Day():
            found_day = read_day(raw)
            if found_day is None:
                return Misfit("bad-date", f"`{shown}` is not a date", "write year-month-day: `2026-12-01`")
            return found_day
        case _:
            assert_never(type_)


PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
"""A number as it is written: digits, and a point between digits."""

HOW_TO_NUMBER = "a number is digits without a zero in front, and perhaps a point between them: `1000`, `0.5`"


def _unquote(raw: Any) -> str | None:
    """The help for words that stand where a number should."""
    if not isinstance(raw, str):
        return None
    if PLAIN.fullmatch(raw):
        return "leave out the quotes"
    return HOW_TO_NUMBER if any(sign.isdigit() for sign in raw) else None


def is_ordered(type_: Type) -> bool:
    """Whether `at_least` and its like make sense."""
    return isinstance(type_, Number | Day)


def mismatch(left: Type, right: Type) -> str | None:
    """Why two types cannot be compared or joined; None if they can.

    >>> mismatch(Number(2, "EUR"), Number(2, "CNY"))
    'one is in `EUR`, the other in `CNY`'
    """
    match left, right:
        case Number(), Number():
            if left.unit != right.unit:
                return f"one is in {_unit(left.unit)}, the other in {_unit(right.unit)}"
            if left.places != right.places:
                return f"one has {left.places} digits after the point, the other {right.places}"
            return None
        case (Day(), Day()) | (Boolean(), Boolean()):
            return None
        case Code(), Code():
            same = {choice.code for choice in left.choices} == {choice.code for choice in right.choices}
            return None if same else "their lists of codes differ"
        case _:
            return f"one is {kind_of(left)}, the other {kind_of(right)}"


def _unit(word: str | None) -> str:
    return "no unit" if word is None else f"`{word}`"


def kind_of(type_: Type) -> str:
    """A type in words."""
    match type_:
        case Number():
            return "a number"
        case Boolean():
            return "a yes or no"
        case Code():
            return "a code"
        case Day():
            return "a date"
        case _:
            assert_never(type_)


def whole_number(paper: Paper, at: At, default: int = 0) -> int:
    """The whole number at a path; anything else is a problem."""
    raw = get(paper, at)
    if whole(raw):
        return int(raw)
    say(paper, "wrong-type", f"`{raw}` is not a whole number", where(paper, at))
    return default


def unknown_name(paper: Paper, what: str, name: object, at: At, names: Iterable[str], *, key: bool = False) -> None:
    """Notes that a name means nothing."""
    place, facts = key_where(paper, at) if key else where(paper, at), {"name": str(name)}
    problem = Problem(f"unknown-{what}", f"there is no {what} `{name}`", place, meant(name, names), facts=facts)
    paper.problems.append(problem)


def measure_types(measures: Mapping[str, Measure | None]) -> dict[str, Type | None]:
    """The types of measures; that of one in question is in question too."""
    return {name: None if each is None else each.type for name, each in measures.items()}
