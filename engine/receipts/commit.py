"""Salted commitments: a value is bound, and not told. With the salt, which only the person has, it can be shown.

Each value has a key of its own, made from the salt and from where the value stands, so that one can be shown and the
others not. A commitment is the HMAC-SHA256 of the canonical JSON of place and value under that key.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.receipts.canonical import canonical

Place = Sequence[str | int]
"""Where a value stands: ``("sources", "bill-payments", 0)``."""

SALT = 32
PLAIN, TEXTS = {str, int, bool, type(None)}, {str}


def key_of(salt: bytes, place: Place) -> bytes:
    """The key of one value: enough to show that value, and useless for every other."""
    return hmac.digest(salt, _written(tuple(place)), "sha256")


def commitment(salt: bytes, place: Place, value: Any) -> str:
    """What stands in a receipt in the place of a value.

    >>> one = commitment(b"salt", ["a", 0], {"paid": Decimal("12.50")})
    >>> one == commitment(b"salt", ["a", 0], {"paid": Decimal("12.5")}), one == commitment(b"salt", ["a", 1], "12.5")
    (True, False)
    """
    said = _written(tuple(place))
    key = hmac.digest(salt, said, "sha256")
    return hmac.digest(key, b"[%b,%b]" % (said, canonical(plain(value))), "sha256").hex()


@lru_cache(maxsize=4096)
def _written(place: tuple[str | int, ...]) -> bytes:
    """The canonical JSON of a place. All receipts have the same places."""
    return canonical(list(place))


def plain(value: Any) -> Any:
    """A value of a record as JSON without numbers that lose digits: 12.50 and 12.5 are one number, and 12.0 is 12."""
    kind = type(value)
    if kind in PLAIN:  # nearly all values are
        return value
    if kind is dict:
        if PLAIN.issuperset(map(type, value.values())) and TEXTS.issuperset(map(type, value)):
            return value
        return {name if type(name) is str else str(name): plain(each) for name, each in value.items()}
    if kind is Decimal:
        return _number(value)
    match value:
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return value if PLAIN.issuperset(map(type, value)) else [plain(each) for each in value]
        case float():
            return _number(Decimal(repr(value)))
        case Decimal():
            return _number(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _number(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
