"""The written form of a receipt: one way to write each, so that any changed byte shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from engine.decision import Refused
from engine.receipts.canonical import canonical
from engine.records import read_json_bytes

FORMAT = "openrulebook.example/receipt/v1"
OWN = "openrulebook.example/own/v1"
"""The file that only the person gets: the salt, and the record it is about."""

MOST_BYTES = 4_000_000
MOST_DEPTH = 40
MOST = 2**53
"""Canonical JSON (RFC 8785) has whole numbers below this."""

Receipt = Mapping[str, Any]


def receipt_bytes(receipt: Receipt) -> bytes:
    """A receipt as a file: its keys in order of the alphabet, two spaces for each level."""
    return (json.dumps(receipt, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def read_receipt(content: bytes) -> Receipt | Refused:
    """The receipt in a file, whatever it says; `Refused` when it is not JSON, or has what no receipt has.

    >>> read_receipt(b'{"score": 1.5}').sentence
    'it has a number with a fraction, or a letter or a depth that no receipt has'
    """
    found = read_json_bytes(content) if len(content) <= MOST_BYTES else Refused("too-large", "", "it is too large")
    if isinstance(found, Refused):
        return found
    if not isinstance(found, Mapping):
        return Refused("not-a-receipt", "", "a receipt is an object")
    if isinstance(found.get("receipt"), Mapping):
        sentence = "it is the answer of a service, out of which `jq -S .receipt` takes the receipt"
        return Refused("not-a-receipt", "", sentence)
    if not _sound(found, MOST_DEPTH):
        sentence = "it has a number with a fraction, or a letter or a depth that no receipt has"
        return Refused("not-a-receipt", "", sentence)
    return found


def _sound(value: Any, depth: int) -> bool:
    """Whether a value can be written as canonical JSON."""
    match value:
        case _ if depth == 0:
            return False
        case bool() | None:
            return True
        case str():
            return not any("\ud800" <= letter <= "\udfff" for letter in value)
        case int():
            return abs(value) < MOST
        case Mapping():
            return all(_sound(key, depth) and _sound(each, depth - 1) for key, each in value.items())
        case list():
            return all(_sound(each, depth - 1) for each in value)
        case _:
            return False


def digest(receipt: Receipt) -> str:
    """The SHA-256 of the canonical JSON (RFC 8785) of everything but the signature."""
    return digest_of(canonical({key: receipt[key] for key in receipt if key != "signature"}))


def digest_of(unsigned: bytes) -> str:
    """The same of a receipt that is written already."""
    return hashlib.sha256(unsigned).hexdigest()


def signed_text(digest_: str) -> str:
    """What is signed: a note of two lines, which is never a checkpoint of a log."""
    return f"{FORMAT}\n{digest_}\n"
