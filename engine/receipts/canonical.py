"""Canonical JSON (RFC 8785) of what receipts are made of, by an encoder in C where it writes the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import orjson
import rfc8785

BEYOND = re.compile(rb"[\xf0-\xf4]")
"""The first byte of letters whose order in UTF-16, which counts for keys, is not the order of their numbers."""
ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """The canonical JSON of objects, lists, texts, whole numbers and truth values.

    >>> canonical({"b": [1, None], "a": "ä"}) == rfc8785.dumps({"b": [1, None], "a": "ä"})
    True
    """
    try:
        found = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number of more than 64 bits
        found = ENCODE(value).encode()
    return found if found.isascii() or not BEYOND.search(found) else rfc8785.dumps(value)


def of_parts(parts: Mapping[str, bytes]) -> bytes:
    """The canonical JSON of an object whose values are written already.

    >>> of_parts({"b": canonical([1]), "a": canonical(None)})
    b'{"a":null,"b":[1]}'
    """
    return b"{%b}" % b",".join(b"%b:%b" % (canonical(name), parts[name]) for name in sorted(parts))
