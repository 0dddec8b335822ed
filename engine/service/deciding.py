"""From the bytes of a record to what is answered and what is written down, for one record and for many."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from engine.decision import Decision, Refusal, Refused, decision_json, refusal_json
from engine.evaluation import evaluate
from engine.ir import Edition
from engine.log.store import BadLogError
from engine.receipts.canonical import canonical, of_parts
from engine.receipts.form import digest as receipt_digest
from engine.receipts.issue import Issued, issue
from engine.receipts.verify import moment
from engine.register.contests import contested, set_aside
from engine.register.entry import Draft, Entry
from engine.register.secret import digest, person
from engine.register.store import Register, entries
from engine.register.tables import ENTRY
from engine.rulebook import Rulebook, edition
from engine.service.answers import problem_data
from engine.service.asking import Asked
from engine.service.limits import read_record, unread
from engine.service.operator import Operator, log_for

PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answered:
    """What is sent back, and what must be in the register before that."""

    data: Mapping[str, Any]
    status: HTTPStatus = HTTPStatus.OK
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency key: digests of it and of what was sent with it, the salt that follows from both."""

    key: str
    sent: str
    salt: bytes


def once(register: Register, asked: Asked, key: str, body: bytes) -> Once:
    """What an idempotency key stands for, without the key and without what was sent."""
    secret, book = register.secret, asked.rulebook.about.id
    sent = hashlib.sha256(repr(replace(asked, rulebook=None, receipt=False, trace=False)).encode() + body).hexdigest()  # type: ignore[arg-type]  # only told apart
    named = digest(secret, "once", asked.name, book, key)
    return Once(named.hex(), digest(secret, "sent", sent).hex(), digest(secret, "salt", named.hex(), sent))


def decide(operator: Operator, asked: Asked, body: bytes, key: Once | None = None) -> Answered:
    """The answer to one record."""
    record = read_record(body)
    if isinstance(record, Refused):
        return Answered(problem_data(HTTPStatus.BAD_REQUEST, unread(record)), HTTPStatus.BAD_REQUEST)
    signed = asked.rulebook.about.id in operator.signers and (asked.receipt or operator.register is not None)
    result = _evaluate(asked, record, traced=asked.trace or signed)
    if isinstance(result, Refusal):
        return Answered(refusal_json(result), HTTPStatus.UNPROCESSABLE_ENTITY)
    if operator.register is None:
        issued = _receipt(operator, asked, result, record, None) if asked.receipt else None
        return Answered(_told(asked, result, issued))
    if not result.subject:
        detail = "with a register, `subject` must say who the record is about, so that they can find what was decided"
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "subject-missing")
    subject = person(operator.register.secret, asked.rulebook.about.id, result.subject)
    known, count = contested(operator.register, asked.rulebook.about.id, subject)
    left = set_aside(operator.register.secret, _edition(asked.rulebook, result), record, subject, known)
    if left is not record:
        record, result = left, _evaluate(asked, left, traced=asked.trace or signed)
        if isinstance(result, Refusal):
            return Answered(refusal_json(result), HTTPStatus.UNPROCESSABLE_ENTITY)
    before = None if key is None else _before(operator.register, key)
    if before is not None and key is not None:
        return _again(operator, asked, result, record, key, before)
    issued = _receipt(operator, asked, result, record, key) if signed else None
    draft = Draft(
        "decision",
        asked.rulebook.about.id,
        asked.name,
        asked.use,
        subject,
        _content(result, issued, key),
        None if key is None else key.key,
        count,
    )
    return Answered(_told(asked, result, issued), draft=draft)


def _evaluate(asked: Asked, record: Any, *, traced: bool) -> Decision | Refusal:
    return evaluate(
        asked.rulebook,
        record,
        as_of=asked.as_of,
        known_at=asked.known_at,
        use=asked.use,
        reading=asked.reading,
        traced=traced,
    )


def _edition(rulebook: Rulebook, result: Decision) -> Edition:
    found = edition(rulebook, result.as_of, result.known_at)
    assert found is not None, "it has decided"  # narrows the type
    return found


def _told(asked: Asked, result: Decision, issued: Issued | None) -> dict[str, Any]:
    """The decision; with the receipt and what only the person gets, where that was asked for."""
    said = decision_json(result if asked.trace or not result.trace else replace(result, trace=()), asked.lang)
    if not asked.receipt or issued is None:
        return said
    return {"decision": said, "receipt": issued.receipt, "own": issued.own}


def _receipt(
    operator: Operator, asked: Asked, result: Decision, record: Any, key: Once | None, at: datetime | None = None
) -> Issued:
    log = log_for(asked.rulebook)
    if log is None:
        raise BadLogError("nothing has been promulgated")  # looked at when the service started
    by, found = operator.signers[asked.rulebook.about.id], _edition(asked.rulebook, result)
    return issue(found, result, record, log, by, asked.lang, salt=None if key is None else key.salt, at=at)


def _content(result: Decision, issued: Issued | None, key: Once | None) -> str:
    """What the register keeps of a decision: how it came out, and the receipt, in which no value of the person is."""
    said = {
        "as_of": result.as_of.isoformat(),
        "edition": result.digest,
        "score": result.score,
        "band": result.band,
        "sent": None if key is None else key.sent,
    }
    parts = {name: canonical(each) for name, each in said.items()}
    return of_parts({**parts, "receipt": b"null" if issued is None else issued.text}).decode()


# -------------------------------------------------------------------------------------------------------- once more


def _before(register: Register, key: Once) -> Entry | None:
    found = entries(register, ENTRY.c.once == key.key)
    return found[0] if found else None


def _again(operator: Operator, asked: Asked, result: Decision, record: Any, key: Once, before: Entry) -> Answered:
    """The same answer as before. The receipt is made again, with the same salt and time, and must be the same."""
    said = json.loads(before.content)
    if said["sent"] != key.sent:
        detail = "send another key with another request"
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "key-reused")
    kept = said["receipt"]
    if kept is None:
        same, issued = (
            (said["score"], said["band"], said["edition"]) == (result.score, result.band, result.digest),
            None,
        )
    else:
        issued = _receipt(operator, asked, result, record, key, moment(kept["issued"]))
        same = receipt_digest(issued.receipt) == receipt_digest(kept)
    if not same:
        detail = "the register has the first answer: rules, keys or contests have changed since"
        return _problem(HTTPStatus.CONFLICT, detail, "answered-before")
    return Answered(_told(asked, result, issued))


def _problem(status: HTTPStatus, detail: str, code: str) -> Answered:
    return Answered(problem_data(status, detail, code), status)


@lru_cache(maxsize=64)
def known_use(edition_: Edition, use: str) -> str:
    """A use as it may be counted: only one that is published, never what somebody sent."""
    return use if use in edition_.uses else "other"
