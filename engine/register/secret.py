"""The secret of a register: with it people and rows become digests that nobody can guess their way back from."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from engine.log.kept import NoKeyError, read_kept, write_kept
from engine.log.note import from_base64, to_base64
from engine.receipts.canonical import canonical
from engine.receipts.commit import plain

START = "REGISTER+SECRET+"
TOKEN = "orp_"  # noqa: S105  # what every token begins with
BYTES = 32


def digest(secret: bytes, what: str, *values: Any) -> bytes:
    """A keyed digest of some values, told apart by what they are."""
    return hmac.digest(secret, canonical([what, *(plain(each) for each in values)]), hashlib.sha256)


def person(secret: bytes, rulebook: str, subject: str) -> str:
    """Who a record is about, as the register has it."""
    return digest(secret, "person", rulebook, subject).hex()


def row_of(secret: bytes, rulebook: str, person_: str, source: str, row: Mapping[str, Any]) -> str:
    """One row of a person (or one set of facts), as the register has it: the same row has the same digest.

    A field that is unknown may be left out or be null.
    """
    said = {name: value for name, value in row.items() if value is not None}
    return digest(secret, "row", rulebook, person_, source, said).hex()


# ---------------------------------------------------------------------------------------------------- a person's token


def token(secret: bytes, rulebook: str, person_: str, until: date) -> str:
    """What the operator gives to a person who showed who they are, valid through a day."""
    raw = bytes.fromhex(person_) + until.toordinal().to_bytes(4, "big")
    mark = digest(secret, "token", rulebook, raw.hex())
    return TOKEN + to_base64(raw + mark).replace("+", "-").replace("/", "_").rstrip("=")


def read_token(secret: bytes, rulebook: str, said: str, today: date) -> str | None:
    """Whose token it is; None if it is not one, or no longer.

    >>> one = token(b"s", "demo", "ab" * 32, date(2026, 12, 31))
    >>> read_token(b"s", "demo", one, date(2026, 12, 31)) == "ab" * 32
    True
    >>> [read_token(b"s", *each) for each in (("demo", one, date(2027, 1, 1)), ("other", one, date(2026, 12, 1)))]
    [None, None]
    """
    text = said.removeprefix(TOKEN).replace("-", "+").replace("_", "/")
    raw = from_base64(text + "=" * (-len(text) % 4)) if said.startswith(TOKEN) and said.isascii() else None
    if raw is None or len(raw) != BYTES + 4 + BYTES:
        return None
    person_, day, mark = raw[:BYTES], raw[BYTES : BYTES + 4], raw[BYTES + 4 :]
    if not hmac.compare_digest(digest(secret, "token", rulebook, (person_ + day).hex()), mark):
        return None
    return person_.hex() if int.from_bytes(day, "big") >= today.toordinal() else None


# ------------------------------------------------------------------------------------------------------------ its file


def write_secret(file: Path) -> None:
    """Makes a new secret in a file that only its owner reads, and never over another."""
    write_kept(file, f"{START}{to_base64(secrets.token_bytes(BYTES))}\n", "a secret")


def read_secret(file: Path) -> bytes:
    """The secret in a file; NoKeyError if there is none, or others may read it."""
    text = read_kept(file, "the secret of the register")
    raw = from_base64(text.removeprefix(START)) if text.startswith(START) else None
    if raw is None or len(raw) != BYTES:
        raise NoKeyError(f"{file} is not a secret as `rulebook register new` writes it")
    return raw


def ends_of(kept: Sequence[str]) -> tuple[int, str] | None:
    """The end of a register that somebody kept, as ``12:ab…``; None if it is not one.

    >>> ends_of(("3", "ab" * 32))[0], ends_of(("x",))
    (3, None)
    """
    match kept:
        case [number, digest_] if number.isdecimal() and len(digest_) == 2 * BYTES:
            return int(number), digest_
        case _:
            return None
