"""Evaluating: one record, many as lines, or measures that are nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, stream_with_context
from werkzeug.exceptions import HTTPException

from engine.deciding import deciding
from engine.decision import Decision, Refused
from engine.evaluation import evaluate_given
from engine.log.store import BadLogError
from engine.records import result_json
from engine.register.store import AnsweredBeforeError, NoRegisterError, append
from engine.rulebook import edition, usual_day
from engine.service.answers import ENCODE, answer, problem, problem_data
from engine.service.asking import Asked, ask, counted, meters, no_such_rulebook, read_query, use_missing
from engine.service.deciding import PROBLEM, Answered, Once, decide, known_use, once
from engine.service.limits import be_patient, lines, read_record, sent, stream
from engine.service.mistakes import note
from engine.service.operator import Current, Operator

LINES = "application/x-ndjson"
LONGEST_KEY = 200
TOO_LONG = "the line is too long"


def create_evaluating(current: Current, operator: Operator) -> Blueprint:
    """The addresses that evaluate. Who is a consumer of the operator may use the first two; the third is for all."""
    api = Blueprint("evaluating", __name__, url_prefix="/v1/rulebooks/<rulebook_id>")

    @api.post("/evaluate")
    def evaluate_one(rulebook_id: str) -> Response:
        """Evaluate one record for one use."""
        asked = ask(operator, current(), rulebook_id)
        if isinstance(asked, Response):
            return asked
        late = counted(operator, asked)
        if late is not None:
            return late
        body = sent()
        key = idempotency(operator, asked, body)
        if isinstance(key, Response):
            return key
        found = written(operator, asked, body, key)
        return answer(found.data, found.status, "application/json" if found.status == HTTPStatus.OK else PROBLEM)

    @api.post("/evaluate-many")
    def evaluate_many(rulebook_id: str) -> Response:
        """Evaluate many records, one a line, each answered by a line as soon as it is decided."""
        asked = ask(operator, current(), rulebook_id)
        if isinstance(asked, Response):
            return asked
        be_patient()
        said = Response(stream_with_context(answered_lines(operator, asked)), content_type=LINES)
        said.headers["Cache-Control"] = "no-store"
        return said

    @api.post("/simulate")
    def simulate(rulebook_id: str) -> Response:
        """Say what measures would lead to: nobody is meant, and nothing is kept."""
        rulebooks = current()
        rulebook = rulebooks.get(rulebook_id)
        if rulebook is None:
            return no_such_rulebook(rulebooks)
        asked = read_query(rulebook, {"use", "as_of", "lang"})
        if isinstance(asked, Response):
            return asked
        if asked["use"] is None:
            return use_missing(rulebook, asked["as_of"])
        public = deciding(rulebook)
        day = asked["as_of"] or usual_day(public)
        under = edition(public, day)
        if under is None:
            return problem(HTTPStatus.NOT_FOUND, "name another day with `as_of=`", "no-edition")
        given = read_record(sent())
        if isinstance(given, Refused):
            return problem(HTTPStatus.BAD_REQUEST, given.sentence)
        if not isinstance(given, dict) or given.keys() != {"measures"}:
            return problem(HTTPStatus.BAD_REQUEST, "send an object with `measures`, and nothing else")
        result = evaluate_given(under, given["measures"], as_of=day, use=asked["use"])
        data = result_json(result, asked["lang"])
        if isinstance(result, Decision):
            return answer(data)
        return answer(data, HTTPStatus.UNPROCESSABLE_ENTITY, PROBLEM)

    return api


def idempotency(operator: Operator, asked: Asked, body: bytes) -> Once | Response | None:
    """The idempotency key of a request. Without a register a repetition leaves nothing behind, so none is needed."""
    said = request.headers.get("Idempotency-Key")
    if said is None or operator.register is None:
        return None
    if not said.isprintable() or not 0 < len(said) <= LONGEST_KEY:
        return problem(HTTPStatus.BAD_REQUEST, f"an `Idempotency-Key` has 1 to {LONGEST_KEY} printable characters")
    return once(operator.register, asked, said, body)


def written(operator: Operator, asked: Asked, body: bytes, key: Once | None = None) -> Answered:
    """The answer to a record, once it is in the register; what cannot be written down is not answered."""
    try:
        found = decide(operator, asked, body, key)
        if found.draft is not None and operator.register is not None:
            try:
                append(operator.register, [found.draft])
            except AnsweredBeforeError:  # by another request with this key, at the same time
                found = decide(operator, asked, body, key)
    except (NoRegisterError, BadLogError) as error:
        note(error)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return Answered(
            problem_data(status, "it cannot write down what it decides; nothing was decided", "not-now"), status
        )
    use = known_use_of(asked, found)
    meters().evaluations.labels(asked.rulebook.about.id, use, asked.name, OUTCOME.get(found.status, "refused")).inc()
    return found


OUTCOME = {HTTPStatus.OK: "decided"}


def known_use_of(asked: Asked, found: Answered) -> str:
    """The use as it is counted: one that is published, never what somebody sent."""
    if found.status == HTTPStatus.OK or asked.consumer is not None:
        return asked.use
    under = edition(asked.rulebook, usual_day(asked.rulebook))
    return "other" if under is None else known_use(under, asked.use)


def answered_lines(operator: Operator, asked: Asked) -> Iterator[str]:
    """A line for each line; one that is refused does not end the others."""
    number = 0
    try:
        for number, line in enumerate(lines(stream()), 1):
            late = counted(operator, asked)
            if late is not None:
                yield told({"line": number, "problem": late.get_json()})
                continue
            if line is None:
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                yield told({"line": number, "problem": problem_data(status, TOO_LONG)})
                continue
            found = written(operator, asked, line)
            if found.status == HTTPStatus.OK:
                yield told({"line": number, **(found.data if asked.receipt else {"decision": found.data})})
            else:
                yield told({"line": number, "problem": found.data})
    except (HTTPException, OSError):
        status = HTTPStatus.BAD_REQUEST
        yield told({"line": number + 1, "problem": problem_data(status, "the request ended before it was whole")})
    except Exception as error:  # noqa: BLE001  # a status was sent long ago, so a line must say it
        note(error)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        yield told({"line": number + 1, "problem": problem_data(status, "the service made a mistake")})


def told(data: dict[str, Any]) -> str:
    return ENCODE(data) + "\n"
