"""A receipt for a decision: signed, and with the proof that the rules were public."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.decision import Decision
from engine.ir import Edition
from engine.log.note import Signer, line, sign, to_base64, vkey
from engine.log.promulgate import versions
from engine.log.proof import prove
from engine.log.statement import statement_bytes
from engine.log.store import BadLogError, Log, log_keys
from engine.log.verify import editions
from engine.receipts.body import Terms, body, heads
from engine.receipts.canonical import canonical, of_parts
from engine.receipts.commit import PLAIN, SALT
from engine.receipts.form import OWN, Receipt, digest_of, signed_text
from engine.version import engine_version


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt, what only the person gets (the salt and the record), and the canonical JSON of the receipt."""

    receipt: Receipt
    own: Mapping[str, Any]
    text: bytes


def issue(
    edition: Edition,
    decision: Decision,
    record: Mapping[str, Any],
    log: Log,
    by: Signer,
    lang: str,
    *,
    salt: bytes | None = None,
    at: datetime | None = None,
) -> Issued:
    """The receipt for a decision about a record, as of now; with a salt and a time the same receipt again.

    BadLogError when the policies that decided are not in the log, or the key is not one the log names.
    """
    salt = secrets.token_bytes(SALT) if salt is None else salt
    terms = Terms((at or datetime.now(UTC)).replace(microsecond=0), lang, engine_version(), salt)
    public, trusted = _public(edition, log), _named(log, vkey(by.verifier))
    said = body(edition, decision, record, terms)
    parts = {**{name: canonical(each) for name, each in said.items()}, **_written(edition, log, vkey(by.verifier))}
    named = digest_of(of_parts(parts))
    signature = line(sign(signed_text(named), by)).rstrip("\n")
    own = {"format": OWN, "receipt": named, "salt": to_base64(salt), "record": plain_record(record)}
    text = of_parts({**parts, "signature": canonical(signature)})
    return Issued({**said, **public, **trusted, "signature": signature}, own, text)


def can_issue(edition: Edition, log: Log, by: Signer) -> None:
    """BadLogError, with the reason, when no receipt can be issued under an edition with a key."""
    _public(edition, log)
    _named(log, vkey(by.verifier))


@lru_cache(maxsize=1)
@lru_cache(maxsize=32)
def _public(edition: Edition, log: Log) -> dict[str, Any]:
    """The policies that decided, each with its entry in the log, and the proof that their edition is in it."""
    index = editions(log).get(edition.digest)
    if index is None:
        raise BadLogError("these policies are not in the log as they are now: promulgate them first")
    entries = {id(each): number for number, each in enumerate(log.statements)}
    logged = versions(log)
    policies = [
        {
            "kind": head.kind,
            "id": head.id,
            "version": head.version,
            "digest": head.digest,
            "entry": entries[id(logged[head.kind, head.id, head.version])],
        }
        for head in heads(edition)
    ]
    return {"policies": policies, "edition": _proved(log, index)}


@lru_cache(maxsize=32)
def _named(log: Log, word: str) -> dict[str, Any]:
    """The key that signs, and the proof that the log names it."""
    keys = [*log_keys(log.statements, "receipts"), log_keys(log.statements)[-1]]
    found = next((key for key in keys if key.statement.vkey == word and key.agreed), None)
    last = log_keys(log.statements)[-1]
    if found is None and last.statement.vkey != word:
        raise BadLogError("the log does not name this key: let it with `rulebook key add --receipts`")
    return {"key": _proved(log, (found or last).index)}


@lru_cache(maxsize=32)
def _written(edition: Edition, log: Log, word: str) -> dict[str, bytes]:
    """Both as canonical JSON: it is the same in all receipts."""
    return {name: canonical(each) for name, each in {**_public(edition, log), **_named(log, word)}.items()}


def _proved(log: Log, index: int) -> dict[str, Any]:
    return {"statement": json.loads(statement_bytes(log.statements[index])), "proof": prove(log, index)}


def plain_record(value: Any) -> Any:
    """A record as JSON that reads back as the same record: at most 15 digits survive every way of writing them.

    >>> from decimal import Decimal
    >>> plain_record({"amount": Decimal("12.50"), "rows": [Decimal("3.0")]})
    {'amount': 12.5, 'rows': [3]}
    """
    if type(value) in PLAIN:  # nearly all values are
        return value
    match value:
        case Mapping():
            return {key: plain_record(each) for key, each in value.items()}
        case list() | tuple():
            return [plain_record(each) for each in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return value
