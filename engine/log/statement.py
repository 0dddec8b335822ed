"""What an entry of the log says: one small statement as canonical JSON (RFC 8785), never anything about a person.

A statement has one of these shapes, told by `kind`:

- a policy: ``source`` to ``right``, with id, version, digest, in_force, change and the digest of the version before;
- ``rulebook``, ``schema``, ``words``, ``charter``: what stands around the policies, with the digest it had before;
- ``edition``: the policies in force together from a day on, by the digest that names them together;
- ``key``: who signs from here on, with the consent of the key before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import rfc8785

from engine.load import FOLDERS

FORMAT = "openrulebook.example/statement/v1"
POLICIES = frozenset(FOLDERS.values())
AROUND = ("rulebook", "schema", "words", "charter")


@dataclass(frozen=True, slots=True)
class Promulgated:
    """A version of a policy, or one state of what stands around policies (`version` and `in_force` are then None).

    `previous` is the digest of the version that was promulgated before it.
    """

    rulebook: str
    kind: str
    id: str
    version: str | None
    digest: str
    previous: str | None
    promulgated: date
    from_: date | None = None
    until: date | None = None
    change: str | None = None


@dataclass(frozen=True, slots=True)
class EditionStatement:
    """The policies that are in force together from a day on; `digest` is over the digests of all of them."""

    rulebook: str
    digest: str
    from_: date
    promulgated: date


@dataclass(frozen=True, slots=True)
class KeyStatement:
    """A key that signs from here on: the log itself, or receipts.

    `consent` is a signature line of the log's key until then; without one, `because` says why there is none.
    """

    rulebook: str
    vkey: str
    signs: str
    promulgated: date
    consent: str | None = None
    because: str | None = None


Statement = Promulgated | EditionStatement | KeyStatement


def statement_bytes(found: Statement) -> bytes:
    """A statement as the entry of a log.

    >>> day = date(2026, 12, 1)
    >>> entry = statement_bytes(EditionStatement("demo", "ab", day, day))
    >>> entry[:24], read_statement(entry) == EditionStatement("demo", "ab", day, day)
    (b'{"digest":"ab","format":', True)
    """
    return rfc8785.dumps(_plain(found))


def _plain(found: Statement) -> dict[str, Any]:
    said: dict[str, Any] = {
        "format": FORMAT,
        "rulebook": found.rulebook,
        "promulgated": found.promulgated.isoformat(),
    }
    match found:
        case Promulgated():
            said |= {"kind": found.kind, "id": found.id, "digest": found.digest, "previous": found.previous}
            if found.version is not None:
                until = None if found.until is None else found.until.isoformat()
                said |= {"version": found.version, "change": found.change}
                said["in_force"] = {"from": found.from_.isoformat() if found.from_ else None, "until": until}
        case EditionStatement():
            said |= {"kind": "edition", "digest": found.digest, "from": found.from_.isoformat()}
        case KeyStatement():
            said |= {"kind": "key", "vkey": found.vkey, "signs": found.signs}
            said |= {"consent": found.consent, "because": found.because}
    return said


def consent_text(found: KeyStatement) -> str:
    """What the key until then signs to hand over to another."""
    return f"openrulebook.example/key/v1\n{found.rulebook}\n{found.signs}\n{found.vkey}\n"


def read_statement(entry: bytes) -> Statement | None:
    """The statement in an entry; None if it is not exactly as `statement_bytes` writes one."""
    try:
        said = json.loads(entry)
        if not all(isinstance(said[key], str | None) for key in said if key != "in_force"):
            return None
        found = _read(said)
        return found if statement_bytes(found) == entry else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _read(said: Mapping[str, Any]) -> Statement:
    rulebook, day, kind = said["rulebook"], date.fromisoformat(said["promulgated"]), said["kind"]
    if kind == "edition":
        return EditionStatement(rulebook, said["digest"], date.fromisoformat(said["from"]), day)
    if kind == "key":
        return KeyStatement(rulebook, said["vkey"], said["signs"], day, said["consent"], said["because"])
    if kind not in POLICIES and kind not in AROUND:
        raise ValueError(kind)
    if kind in AROUND:
        return Promulgated(rulebook, kind, said["id"], None, said["digest"], said["previous"], day)
    start, end = said["in_force"]["from"], said["in_force"]["until"]
    return Promulgated(
        rulebook,
        kind,
        said["id"],
        said["version"],
        said["digest"],
        said["previous"],
        day,
        None if start is None else date.fromisoformat(start),
        None if end is None else date.fromisoformat(end),
        said["change"],
    )
