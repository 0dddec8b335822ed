"""Evaluating: one record, many as lines, or measures that are nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, stream_with_context
from werkzeug.exceptions import HTTPException

from engine.deciding import deciding
from engine.decision import Decision, Refused
from engine.evaluation import evaluate_given
from engine.log.store import BadLogError
from engine.records import result_json
from engine.register.store import AnsweredBeforeError, MeanwhileError, NoRegisterError, append
from engine.rulebook import edition, usual_day
from engine.service.answers import answer, problem, problem_data
from engine.service.answers import line as told
from engine.service.arriving import Line, together
from engine.service.asking import Asked, ask, counted, meters, no_such_rulebook, read_query, use_missing
from engine.service.deciding import PROBLEM, Answered, Once, decide, known_use, once
from engine.service.limits import be_patient, hanging_up, lines, read_record, sent, stream, unread
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
        (found,) = written(operator, asked, [body], key)
        return answer(found.data, found.status, "application/json" if found.status == HTTPStatus.OK else PROBLEM)

    @api.post("/evaluate-many")
    def evaluate_many(rulebook_id: str) -> Response:
        """Evaluate many records, one a line, each answered by a line as soon as it is decided and written down."""
        asked = ask(operator, current(), rulebook_id)
        if isinstance(asked, Response):
            return asked
        be_patient()
        arrived = together(lines(stream()), hanging_up())
        said = Response(stream_with_context(answered_lines(operator, asked, arrived)), content_type=LINES)
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
            return problem(HTTPStatus.BAD_REQUEST, unread(given))
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


def written(operator: Operator, asked: Asked, bodies: Sequence[bytes], key: Once | None = None) -> list[Answered]:
    """The answers to records, once all that was decided is in the register; nothing else is answered.

    What is not as it was when a record was decided, because the person contested a row or because another request came
    with the same key, is decided again.
    """
    found = [_decided(operator, asked, body, key) for body in bodies]
    while operator.register is not None and (drafts := [each.draft for each in found if each.draft is not None]):
        try:
            append(operator.register, drafts)
            break
        except MeanwhileError:
            found = [
                each if each.draft is None else _decided(operator, asked, body, key)
                for each, body in zip(found, bodies, strict=True)
            ]
        except AnsweredBeforeError as error:
            again = [_decided(operator, asked, body, key) for body in bodies]
            found = [each if each.draft is None else _away(error) for each in again]
        except NoRegisterError as error:
            found = [each if each.draft is None else _away(error) for each in found]
    for each in found:
        use, outcome = known_use_of(asked, each), OUTCOME.get(each.status, "refused")
        meters().evaluations.labels(asked.rulebook.about.id, use, asked.name, outcome).inc()
    return found


def _decided(operator: Operator, asked: Asked, body: bytes, key: Once | None) -> Answered:
    try:
        return decide(operator, asked, body, key)
    except (NoRegisterError, BadLogError) as error:
        return _away(error)


def _away(error: Exception) -> Answered:
    """What cannot be written down is not answered."""
    note(error)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return Answered(
        problem_data(status, "it cannot write down what it decides; nothing was decided", "not-now"), status
    )


OUTCOME = {HTTPStatus.OK: "decided"}


def known_use_of(asked: Asked, found: Answered) -> str:
    """The use as it is counted: one that is published, never what somebody sent."""
    if found.status == HTTPStatus.OK or asked.consumer is not None:
        return asked.use
    under = edition(asked.rulebook, usual_day(asked.rulebook))
    return "other" if under is None else known_use(under, asked.use)


def answered_lines(operator: Operator, asked: Asked, arrived: Iterator[Sequence[Line]]) -> Iterator[bytes]:
    """A line for each line; one that is refused does not end the others. What comes together is written together."""
    number = 0
    try:
        for some in arrived:
            said = answers(operator, asked, some)
            yield b"".join(told({"line": line, **data}) for line, data in enumerate(said, number + 1))
            number += len(some)
    except (HTTPException, OSError):
        status = HTTPStatus.BAD_REQUEST
        yield told({"line": number + 1, "problem": problem_data(status, "the request ended before it was whole")})
    except Exception as error:  # noqa: BLE001  # a status was sent long ago, so a line must say it
        note(error)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        yield told({"line": number + 1, "problem": problem_data(status, "the service made a mistake")})


def answers(operator: Operator, asked: Asked, some: Sequence[Line]) -> Iterator[Mapping[str, Any]]:
    """What is said of each of some lines, once what was decided of all of them is in the register."""
    refused = [_refused(operator, asked, line) for line in some]
    taken = [line for line, no in zip(some, refused, strict=True) if line is not None and no is None]
    found = iter(written(operator, asked, taken))
    for no in refused:
        answered = Answered(no, HTTPStatus.BAD_REQUEST) if no is not None else next(found)
        if answered.status != HTTPStatus.OK:
            yield {"problem": answered.data}
        else:
            yield answered.data if asked.receipt else {"decision": answered.data}


def _refused(operator: Operator, asked: Asked, line: Line) -> Mapping[str, Any] | None:
    """Why a line is not looked at, if so: there were too many, or it is too long."""
    late = counted(operator, asked)
    if late is not None:
        problem_: Mapping[str, Any] = late.get_json()
        return problem_
    return problem_data(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LONG) if line is None else None
