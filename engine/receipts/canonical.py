"""Canonical JSON (RFC 8785) of what receipts are made of, by the encoder in C where it writes the same."""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""Letters whose order in UTF-16, which counts for keys, is not the order of their numbers."""


ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> bytes:
    """The canonical JSON of objects, lists, texts, whole numbers and truth values.

    >>> canonical({"b": [1, None], "a": "ä"}) == rfc8785.dumps({"b": [1, None], "a": "ä"})
    True
    """
    text = ENCODE(value)
    return text.encode() if text.isascii() or not BEYOND.search(text) else rfc8785.dumps(value)
