"""The operator's service: one record in, one decision out, over HTTP. Bad input gets an RFC 9457 problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, get_args

from flask import Blueprint, Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from engine.admit import read_day
from engine.decision import Decision, Refused
from engine.evaluation import Reading, evaluate
from engine.records import read_json_bytes, result_json
from engine.rulebook import Rulebook, edition
from engine.schema_of_record import schema_of_record

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of one record; a larger body is refused unread."""

Rulebooks = Mapping[str, Rulebook]
Elsewhere = Callable[[HTTPException], Response | HTTPException]


def create_api(rulebooks: Callable[[], Rulebooks]) -> Blueprint:
    """The API under `/v1`. `rulebooks` gives the rulebooks as they are now, so that an edited policy counts at once."""
    api = Blueprint("api", __name__, url_prefix="/v1")

    @api.get("/rulebooks")
    def listing() -> Response:
        return answer({"rulebooks": [describe(rulebook) for rulebook in rulebooks().values()]})

    @api.get("/rulebooks/<rulebook_id>/record-schema")
    def record_schema(rulebook_id: str) -> Response:
        rulebook = rulebooks().get(rulebook_id)
        if rulebook is None:
            return no_such_rulebook(rulebooks())
        day = read_day(request.args.get("as_of"))
        if day is None:
            return problem(HTTPStatus.BAD_REQUEST, "`as_of` must be a date, like 2026-12-31")
        found = edition(rulebook, day)
        if found is None:
            return problem(HTTPStatus.NOT_FOUND, "no policy is in force on that day")
        return answer(schema_of_record(found), content_type="application/schema+json")

    @api.get("/rulebooks/<rulebook_id>/evaluate")
    def not_sent(rulebook_id: str) -> Response:  # noqa: ARG001  # named by the address
        found = problem(HTTPStatus.METHOD_NOT_ALLOWED, "send the record with POST")
        found.headers["Allow"] = "POST"
        return found

    @api.post("/rulebooks/<rulebook_id>/evaluate")
    def evaluate_one(rulebook_id: str) -> Response:
        rulebook = rulebooks().get(rulebook_id)
        if rulebook is None:
            return no_such_rulebook(rulebooks())
        asked = read_query(rulebook)
        if isinstance(asked, Response):
            return asked
        record = read_json_bytes(request.get_data(cache=False))
        if isinstance(record, Refused):
            return problem(HTTPStatus.BAD_REQUEST, record.sentence)
        lang = asked.pop("lang")
        result = evaluate(rulebook, record, **asked)
        data = result_json(result, lang)
        if isinstance(result, Decision):
            return answer(data)
        return answer(data, HTTPStatus.UNPROCESSABLE_ENTITY, "application/problem+json")

    return api


def create_app(rulebooks: Callable[[], Rulebooks]) -> Flask:
    """A Flask application with the API alone; every error is a problem document."""
    app = Flask(__name__, static_folder=None)
    install(app, rulebooks)
    return app


def install(app: Flask, rulebooks: Callable[[], Rulebooks], elsewhere: Elsewhere = lambda error: error) -> None:
    """Adds the API to an application, and its limits and errors; `elsewhere` answers errors beside the API."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_blueprint(create_api(rulebooks))

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response | HTTPException:
        if not request.path.startswith("/v1/"):
            return elsewhere(error)
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        return problem(status, status.description.rstrip(".").lower() or status.phrase.lower())


def describe(rulebook: Rulebook) -> dict[str, Any]:
    """What a client must know before it asks: languages, the default use, when editions begin."""
    about = rulebook.about
    return {
        "id": about.id,
        "title": dict(about.title),
        "standing": about.standing,
        "languages": list(about.languages),
        "default_use": about.default_use,
    }


def read_query(rulebook: Rulebook) -> dict[str, Any] | Response:
    """`use`, `as_of`, `known_at`, `reading` and `lang` of the address, or the problem with one of them."""
    allowed = {"use", "as_of", "known_at", "reading", "lang"}
    for name in request.args:
        if name not in allowed:
            return problem(HTTPStatus.BAD_REQUEST, f"this address knows only {', '.join(sorted(allowed))}")
    days: dict[str, date | None] = {}
    for name in ("as_of", "known_at"):
        raw = request.args.get(name)
        days[name] = read_day(raw)
        if raw is not None and days[name] is None:
            return problem(HTTPStatus.BAD_REQUEST, f"`{name}` must be a date, like 2026-12-31")
    reading = request.args.get("reading", "compiled")
    if reading not in get_args(Reading):
        return problem(HTTPStatus.BAD_REQUEST, f"`reading` is one of {', '.join(get_args(Reading))}")
    lang = request.args.get("lang", rulebook.about.languages[0])
    if lang not in rulebook.about.languages:
        return problem(HTTPStatus.BAD_REQUEST, f"`lang` is one of {', '.join(rulebook.about.languages)}")
    return {**days, "use": request.args.get("use"), "reading": reading, "lang": lang}


def no_such_rulebook(rulebooks: Rulebooks) -> Response:
    return problem(HTTPStatus.NOT_FOUND, f"no such rulebook; there are: {', '.join(rulebooks)}")


def problem(status: HTTPStatus, detail: str) -> Response:
    """An RFC 9457 problem document; `detail` never quotes what was sent."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return answer(body, status, "application/problem+json")


def answer(data: Any, status: HTTPStatus = HTTPStatus.OK, content_type: str = "application/json") -> Response:
    text = json.dumps(data, ensure_ascii=False, sort_keys=False)
    response = Response(text + "\n", status=status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
