"""Checking a receipt for somebody who has no program for it. The same can be done offline, with `rulebook verify`."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response

from engine.decision import Refused
from engine.ir import Edition
from engine.log.checked import passed
from engine.receipts.form import read_receipt, receipt_bytes
from engine.receipts.verify import DOES_NOT, PROVES, Evidence, verify
from engine.rulebook import BadRulebook, Rulebook, edition
from engine.service.answers import answer, line, problem
from engine.service.asking import no_such_rulebook, read_query
from engine.service.limits import MOST_DEPTH, read_json_sent, sent, unread
from engine.service.operator import Current, log_for

DEEPEST = 3 * MOST_DEPTH
"""Levels of a receipt, whose trace has steps within steps."""


def create_verifying(current: Current) -> Blueprint:
    """The address that checks receipts; nothing of them is kept."""
    api = Blueprint("verifying", __name__, url_prefix="/v1/rulebooks/<rulebook_id>")

    @api.post("/verify")
    def verify_receipt(rulebook_id: str) -> Response:
        """Check a receipt against the public log, and work it out again from the person's own file."""
        rulebooks = current()
        rulebook = rulebooks.get(rulebook_id)
        if rulebook is None:
            return no_such_rulebook(rulebooks)
        query = read_query(rulebook, set())
        if isinstance(query, Response):
            return query
        given = read_json_sent(sent(), DEEPEST)
        if isinstance(given, Refused):
            return problem(HTTPStatus.BAD_REQUEST, unread(given))
        match given:
            case {"receipt": dict() as receipt, **rest} if rest.keys() <= {"own"}:
                own = rest.get("own")
            case _:
                return problem(HTTPStatus.BAD_REQUEST, "send an object with `receipt`, and `own` if you have it")
        if own is not None and not isinstance(own, dict):
            return problem(HTTPStatus.BAD_REQUEST, "`own` is the person's own file, or the record")
        return answer(checked(rulebook, receipt, own))

    return api


def checked(rulebook: Rulebook, receipt: Any, own: Any) -> dict[str, Any]:
    """Every check of a receipt, and what a pass proves."""
    content = bytes_of(receipt)
    under = None if own is None else edition_of(rulebook, receipt)
    checks = verify(content, Evidence(log=log_for(rulebook), own=own, edition=under))
    listed = [{"check": each.what, "holds": each.holds, "sentence": each.sentence} for each in checks]
    return {"passed": passed(checks), "checks": listed, "proves": PROVES, "does_not_prove": DOES_NOT}


def bytes_of(receipt: Any) -> bytes:
    """A receipt as the file it would be. What cannot be one stays what it is, and fails for that."""
    try:
        sound = read_receipt(line(receipt))
    except (TypeError, ValueError):
        return b""
    return b"" if isinstance(sound, Refused) else receipt_bytes(sound)


def edition_of(rulebook: Rulebook, receipt: Any) -> Edition | None:
    """The policies of the day of a receipt, or None."""
    try:
        day = date.fromisoformat(receipt["as_of"])
        known_at = None if receipt["known_at"] is None else date.fromisoformat(receipt["known_at"])
        return edition(rulebook, day, known_at)
    except (BadRulebook, KeyError, TypeError, ValueError):
        return None
