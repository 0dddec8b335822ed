"""What is the same, and where: a part of a list has a name that does not depend on where it stands."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine.ir import (
    Authority,
    Band,
    Case,
    Choice,
    Conclusion,
    Consequence,
    Direction,
    Edition,
    Group,
    Keep,
    NoScoreWhen,
    Recipient,
    Reference,
    Withheld,
)

UNSEEN = frozenset({"where", "raw"})
"""Attributes that say nothing: where something stands, and the documents as written."""


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; sugar and titles count, places do not.

    >>> same((1, {"en": "due"}), (1, {"en": "due"})), same(True, 1)
    (True, False)
    """
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one):
        return all(same(getattr(one, each), getattr(other, each)) for each in seen(one))
    return bool(one == other)


def seen(node: Any) -> Iterator[str]:
    """The attributes of a node that say something."""
    return (each.name for each in fields(node) if each.name not in UNSEEN)


def plain(value: Any) -> Any:
    """A value as plain JSON data; a node is an object that names itself.

    >>> from engine.ir import Fixed
    >>> plain((Fixed(5), None))
    [{'node': 'Fixed', 'points': 5}, None]
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {"node": type(value).__name__} | {each: plain(getattr(value, each)) for each in seen(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str | Decimal) else value


def mark(value: Any) -> str:
    """Twelve hex digits that stand for what a value says.

    >>> mark({"en": "landlords"}), mark({"en": "landlords"}) == mark({"en": "banks"})
    ('a9d9b408383e', False)
    """
    written = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def named(items: Iterable[Any]) -> dict[str, Any]:
    """The parts of a list by name; one that is there twice gets a number."""
    met: Counter[str] = Counter()
    found = {}
    for item in items:
        name = name_of(item)
        met[name] += 1
        found[name if met[name] == 1 else f"{name}.{met[name]}"] = item
    return found


def name_of(item: Any) -> str:
    """What a part is called: its id, or hex digits of what makes it this part and no other."""
    match item:
        case str():
            return item
        case Choice(code):
            return code
        case Group(id_) | Band(id_) | Consequence(id_):
            return id_
        case Conclusion(name):
            return name
        case Direction(measure):
            return measure
        case Case(when) | NoScoreWhen(when) | Keep(when):
            return mark(when)
        case Recipient(who):
            return mark(who)
        case Withheld(part):
            return mark(part)
        case Reference(title):
            return mark(title)
        case Authority(instrument, article):
            return mark((instrument, article))
        case _:
            return mark(item)


def at(edition: Edition, place: Iterable[str]) -> Any:
    """What stands at a place of an edition, or None.

    >>> from engine.rulebook import edition, load_rulebook
    >>> at(edition(load_rulebook("fair-civic-trust"), date(2027, 6, 1)), ("scores", "civic-trust", "base"))
    600
    """
    kind, *rest = place
    here: Any = edition.score if kind == "scores" else getattr(edition, kind)
    rest = rest[1:] if kind == "scores" else rest
    for step in rest:
        if isinstance(here, Mapping):
            here = here.get(step)
        elif isinstance(here, tuple):
            here = named(here).get(step)
        else:
            here = getattr(here, step, None)
    return here
