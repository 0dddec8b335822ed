"""Signed notes (C2SP signed-note): a text, a blank line, and lines of signatures by named keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PLAIN = 0x01
"""An Ed25519 signature over the text of the note."""
COSIGNED = 0x04
"""An Ed25519 cosignature over the time and the text of a checkpoint."""

MOST_SIGNATURES = 100
DASH = "— "
NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: what a vkey says."""

    name: str
    type: int
    public: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name. `demonstration` keys say so in their name."""

    verifier: Verifier
    private: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose key, which key, and the bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line end, and its signatures; nothing is verified yet."""

    text: str
    signatures: tuple[Signature, ...]


# ----------------------------------------------------------------------------------------------------------------- keys


def key_id(verifier: Verifier) -> bytes:
    """The four bytes that tell keys of one name apart."""
    return hashlib.sha256(f"{verifier.name}\n".encode() + bytes([verifier.type]) + verifier.public).digest()[:4]


def vkey(verifier: Verifier) -> str:
    """A public key as one word, for people to compare and to keep."""
    return f"{verifier.name}+{key_id(verifier).hex()}+{to_base64(bytes([verifier.type]) + verifier.public)}"


def read_vkey(word: str) -> Verifier | None:
    """The key that a vkey says; None if it is not one, or one of a kind that is not used here.

    >>> found = read_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    >>> found.name, vkey(found)[16:24]
    ('example.com/foo', '530d903a')
    >>> read_vkey("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k") is None
    True
    """
    parts = word.strip().split("+", 2)
    raw = from_base64(parts[2]) if len(parts) == 3 else None  # noqa: PLR2004  # name, id, key
    if raw is None or len(raw) != 33 or raw[0] not in {PLAIN, COSIGNED} or not NAME.fullmatch(parts[0]):  # noqa: PLR2004
        return None
    found = Verifier(parts[0], raw[0], raw[1:])
    return found if key_id(found).hex() == parts[1] else None


def signer(name: str, seed: bytes, kind: int = PLAIN) -> Signer:
    """The private key of a seed of 32 bytes."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(Verifier(name, kind, private.public_key().public_bytes_raw()), private)


# ------------------------------------------------------------------------------------------------------ text and lines


def parse(text: str) -> Note | None:
    r"""The note in a text, or None if it is not one.

    >>> parse("hello\n\n— a AAAAAAA=\n").signatures[0].name, parse("hello\n") is None
    ('a', True)
    """
    if any(ord(letter) < ord(" ") and letter != "\n" for letter in text):
        return None
    body, blank, lines = text.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or not body:
        return None
    found = [_line(line) for line in lines[:-1].split("\n")]
    signatures = tuple(each for each in found if each is not None)
    if len(signatures) != len(found) or not 0 < len(found) <= MOST_SIGNATURES:
        return None
    return Note(body + "\n", signatures)


def written(note: Note) -> str:
    return f"{note.text}\n" + "".join(line(each) for each in note.signatures)


def line(signature: Signature) -> str:
    """A signature as a line of a note."""
    return f"{DASH}{signature.name} {to_base64(signature.key_id + signature.value)}\n"


def _line(written_: str) -> Signature | None:
    name, _, rest = written_.removeprefix(DASH).partition(" ")
    raw = from_base64(rest)
    if not written_.startswith(DASH) or not NAME.fullmatch(name) or raw is None or len(raw) < 5:  # noqa: PLR2004
        return None
    return Signature(name, raw[:4], raw[4:])


# ------------------------------------------------------------------------------------------------ signing and verifying


def sign(text: str, by: Signer) -> Signature:
    """A plain signature over a text."""
    return Signature(by.verifier.name, key_id(by.verifier), by.private.sign(text.encode()))


def cosign(text: str, by: Signer, time: int) -> Signature:
    """A witness's signature over a checkpoint and the time it was seen (C2SP tlog-cosignature)."""
    value = time.to_bytes(8, "big") + by.private.sign(_cosigned(text, time))
    return Signature(by.verifier.name, key_id(by.verifier), value)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def verified(note: Note, by: Verifier) -> bool:
    """Whether a key signed the note. Signatures of other keys do not matter; a wrong one of this key does."""
    found = next((each for each in note.signatures if (each.name, each.key_id) == (by.name, key_id(by))), None)
    if found is None:
        return False
    message, value = note.text.encode(), found.value
    if by.type == COSIGNED:
        message, value = _cosigned(note.text, int.from_bytes(value[:8], "big")), value[8:]
    try:
        Ed25519PublicKey.from_public_bytes(by.public).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verified_by(note: Note, keys: Iterable[Verifier]) -> list[Verifier]:
    """Those of some keys that signed the note."""
    return [each for each in keys if verified(note, each)]


def cosigned_at(note: Note, by: Verifier) -> int | None:
    """When a witness says it saw a checkpoint, in seconds since 1970; None if it did not sign."""
    if by.type != COSIGNED or not verified(note, by):
        return None
    value = next(each.value for each in note.signatures if (each.name, each.key_id) == (by.name, key_id(by)))
    return int.from_bytes(value[:8], "big")


# --------------------------------------------------------------------------------------------------------------- base64


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes | None:
    r"""The bytes of a text that is exactly how they are written: of several spellings only one is accepted.

    >>> from_base64("AAA="), from_base64("AAB="), from_base64("AA A=")
    (b'\x00\x00', None, None)
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if to_base64(found) == text else None
