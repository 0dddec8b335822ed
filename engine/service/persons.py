"""What the person a decision is about may do: see who asked, get the receipts, and contest a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from engine.admit import admit
from engine.decision import Refusal, Refused, refusal_json
from engine.ir import Edition
from engine.register.contests import Contest, contests, covered, open_contest
from engine.register.entry import Entry
from engine.register.secret import read_token
from engine.register.store import NoRegisterError, Register, entries
from engine.register.tables import ENTRY
from engine.rulebook import Rulebook, edition, usual_day
from engine.service.answers import answer, problem
from engine.service.asking import bearer, no_such_rulebook, read_query, refused
from engine.service.deciding import PROBLEM
from engine.service.limits import read_record, sent, unread
from engine.service.mistakes import note
from engine.service.operator import Current, Operator

MOST_LISTED = 100
FURTHEST = 2**53


@dataclass(frozen=True, slots=True)
class Person:
    """Whose token it is, in which rulebook and register."""

    rulebook: Rulebook
    register: Register
    digest: str


def create_persons(current: Current, operator: Operator) -> Blueprint:
    """The addresses for people, who show a token that the operator gave them."""
    api = Blueprint("persons", __name__, url_prefix="/v1/rulebooks/<rulebook_id>")

    @api.get("/subjects/me/decisions")
    def decisions(rulebook_id: str) -> Response:
        """List who asked about a person, when, for which use, and what came of it; the newest first."""
        me = person(current, operator, rulebook_id)
        if isinstance(me, Response):
            return me
        before = request.args.get("before", str(FURTHEST))
        if set(request.args) - {"before"} or not before.isdecimal() or not before.isascii() or int(before) > FURTHEST:
            return problem(HTTPStatus.BAD_REQUEST, "this address knows only `before`, the number of a decision")
        about = (ENTRY.c.rulebook == rulebook_id, ENTRY.c.subject == me.digest, ENTRY.c.seq < int(before))
        try:
            known = entries(me.register, *about, ENTRY.c.kind == "decision", newest=MOST_LISTED)
            contested = contests(me.register, rulebook_id, me.digest)
        except NoRegisterError as error:
            return not_now(error)
        listed = [told(entry) for entry in known]
        return answer({"decisions": listed, "contests": [contest_json(each) for each in contested]})

    @api.get("/subjects/me/decisions/<int:number>")
    def receipt(rulebook_id: str, number: int) -> Response:
        """Give one of these decisions with its receipt."""
        me = person(current, operator, rulebook_id)
        if isinstance(me, Response):
            return me
        about = (ENTRY.c.rulebook == rulebook_id, ENTRY.c.subject == me.digest, ENTRY.c.seq == min(number, FURTHEST))
        try:
            known = entries(me.register, *about, ENTRY.c.kind == "decision")
        except NoRegisterError as error:
            return not_now(error)
        if not known:
            return problem(HTTPStatus.NOT_FOUND, "there is no such decision about you")
        return answer({**told(known[0]), "receipt": json.loads(known[0].content)["receipt"]})

    @api.post("/contests")
    def contest(rulebook_id: str) -> Response:
        """Contest a row: it is left out of every evaluation until the operator has decided."""
        me = person(current, operator, rulebook_id)
        if isinstance(me, Response):
            return me
        given = read_record(sent())
        if isinstance(given, Refused):
            return problem(HTTPStatus.BAD_REQUEST, unread(given))
        match given:
            case {"source": str() as source, "row": dict() as row, **rest} if not rest:
                pass
            case _:
                return problem(HTTPStatus.BAD_REQUEST, "send an object with `source` and `row`, and nothing else")
        under = edition(me.rulebook, usual_day(me.rulebook))
        if under is None:
            return problem(HTTPStatus.NOT_FOUND, "nothing can be contested today", "no-edition")
        if source not in covered(under):
            detail = f"it does of {', '.join(sorted(covered(under))) or 'none'}"
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, "no-right")
        wrong = row_faults(under, source, row)
        if wrong is not None:
            return answer(refusal_json(wrong), HTTPStatus.UNPROCESSABLE_ENTITY, PROBLEM)
        try:
            opened = open_contest(me.register, rulebook_id, me.digest, source, row)
        except NoRegisterError as error:
            return not_now(error)
        if opened is None:
            return problem(HTTPStatus.CONFLICT, "wait until some of them are decided", "too-many-contests")
        return answer(contest_json(opened), HTTPStatus.CREATED)

    return api


def person(current: Current, operator: Operator, rulebook_id: str) -> Person | Response:
    """Who shows a token, or why nobody does."""
    rulebooks = current()
    rulebook = rulebooks.get(rulebook_id)
    if rulebook is None:
        return no_such_rulebook(rulebooks)
    if operator.register is None:
        return problem(HTTPStatus.NOT_FOUND, "this is a demonstration, which keeps nothing", "no-register")
    said = bearer()
    if said is None:
        return refused(HTTPStatus.UNAUTHORIZED, "the operator gives it to you: `Authorization: Bearer …`", "no-token")
    digest = read_token(operator.register.secret, rulebook_id, said, datetime.now(UTC).date())
    if digest is None:
        return refused(HTTPStatus.UNAUTHORIZED, "ask the operator for another", "unknown-token")
    if request.method == "POST":
        query = read_query(rulebook, set())
        if isinstance(query, Response):
            return query
    return Person(rulebook, operator.register, digest)


def not_now(error: NoRegisterError) -> Response:
    note(error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "the register cannot be used at the moment", "not-now")


def row_faults(under: Edition, source: str, row: Mapping[str, Any]) -> Refusal | None:
    """What is wrong with a row that somebody contests, if anything: a row that cannot be sent cannot be contested."""
    content = row if under.sources[source].dated_by is None else [row]
    found = admit(under, {"sources": {source: content}}, date.max)
    return Refusal(under.about.id, under.from_.isoformat(), tuple(found)) if isinstance(found, list) else None


def told(entry: Entry) -> dict[str, Any]:
    """A decision as the person sees it in a list."""
    said = json.loads(entry.content)
    kept = {name: said[name] for name in ("as_of", "edition", "score", "band")}
    return {"number": entry.seq, "at": entry.at, "consumer": entry.consumer, "use": entry.use, **kept}


def contest_json(contest: Contest) -> dict[str, Any]:
    """A contest as the person sees it: the row only as a digest, because no more is known here."""
    return {
        "number": contest.number,
        "opened": contest.opened,
        "source": contest.source,
        "row": contest.row,
        "state": contest.state,
    }
