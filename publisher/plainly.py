"""Answers of the proof and counts as plain JSON data and back. Only the dataclasses named here are ever made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from engine import proved
from engine.impact import result
from engine.ir import Edition
from engine.proofs import Claimed

KNOWN = {
    each.__name__: each
    for each in (
        *(proved.Compared, proved.Effect, proved.Pair, proved.Person, proved.Outcome, proved.Reach),
        *(proved.Undecided, proved.Unshown, proved.Unsaid, Claimed),
        *(result.Impact, result.Population, result.Bin, result.Quantile),
    )
}


def to_plain(value: Any) -> Any:
    """Data that JSON can hold. An edition is left out: it is known where the data is read.

    >>> to_plain((1, Decimal("0.50"), date(2027, 4, 1), {("a", None): "b"}))
    {'tuple': [1, {'decimal': '0.50'}, {'date': '2027-04-01'}, {'mapping': [[{'tuple': ['a', None]}, 'b']]}]}
    """
    match value:
        case None | bool() | int() | str() | float():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"date": value.isoformat()}
        case Edition():
            return None
        case tuple():
            return {"tuple": [to_plain(each) for each in value]}
        case frozenset():
            return {"set": [to_plain(each) for each in sorted(value)]}
        case list():
            return {"list": [to_plain(each) for each in value]}
        case Mapping():
            return {"mapping": [[to_plain(name), to_plain(each)] for name, each in value.items()]}
        case _ if is_dataclass(value):
            return {type(value).__name__: [to_plain(getattr(value, each.name)) for each in fields(value)]}
        case _:
            raise TypeError(type(value).__name__)


def from_plain(value: Any, also: Mapping[str, type[Any]] | None = None) -> Any:
    """What `to_plain` made data of.

    >>> from_plain(to_plain((1, Decimal("0.50"), date(2027, 4, 1), {("a", None): frozenset("b")})))
    (1, Decimal('0.50'), datetime.date(2027, 4, 1), {('a', None): frozenset({'b'})})
    """
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    match kind:
        case "decimal":
            return Decimal(held)
        case "date":
            return date.fromisoformat(held)
        case "mapping":
            return {from_plain(name, also): from_plain(each, also) for name, each in held}
        case _:
            parts = [from_plain(each, also) for each in held]
    match kind:
        case "tuple":
            return tuple(parts)
        case "set":
            return frozenset(parts)
        case "list":
            return parts
        case _:
            return {**KNOWN, **(also or {})}[kind](*parts)
