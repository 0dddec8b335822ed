"""The application: every address, what is wrong as problem documents, and what stands on every answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import Counter, Histogram
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from engine.rulebook import BadRulebook
from engine.service.answers import answer, problem
from engine.service.evaluating import create_evaluating
from engine.service.health import PATHS, create_health
from engine.service.limits import LARGEST_BODY
from engine.service.meters import create_meters
from engine.service.mistakes import note
from engine.service.openapi import described
from engine.service.operator import Current, Operator
from engine.service.persons import create_persons
from engine.service.reading import create_reading
from engine.service.verifying import create_verifying

Elsewhere = Callable[[HTTPException], Response | HTTPException]

DEMONSTRATION = Operator()

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer of the API: it is data, and no browser is to make anything else of it."""

SAID = {
    HTTPStatus.BAD_REQUEST: "the request ended before it was whole; send it again",
    HTTPStatus.NOT_FOUND: "there is no such address; `/v1/openapi.json` has all there are",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"a body has at most {LARGEST_BODY:,} bytes; "
    "send many records to `evaluate-many`, each as a line",
    HTTPStatus.INTERNAL_SERVER_ERROR: "the service made a mistake; the operator can see where, and not what was sent",
}
"""What is said of a request that no address could answer, and what to do."""


def create_app(current: Current, operator: Operator = DEMONSTRATION) -> Flask:
    """A Flask application with the API alone; every error is a problem document."""
    app = Flask(__name__, static_folder=None)
    install(app, current, operator=operator)
    return app


def install(
    app: Flask, current: Current, elsewhere: Elsewhere = lambda error: error, operator: Operator = DEMONSTRATION
) -> None:
    """Adds the API to an application, and its limits and errors; `elsewhere` answers errors beside the API."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["rulebook-meters"] = create_meters()
    parts = (
        create_reading(current),
        create_evaluating(current, operator),
        create_verifying(current),
        create_persons(current, operator),
        create_health(current, operator),
        create_document(app),
    )
    for part in parts:
        app.register_blueprint(part)
    watch(app)
    only_ours(app)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response | HTTPException:
        if not ours(request.path):
            return elsewhere(error)
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        said = SAID.get(status, status.phrase.lower())
        if isinstance(error, MethodNotAllowed):
            said = f"this address takes {' and '.join(error.valid_methods or ())}"
        found = problem(status, said)
        for name, value in error.get_headers():
            if name in {"Allow", "Location"}:
                found.headers[name] = value
        return found

    @app.errorhandler(BadRulebook)
    def broken(error: BadRulebook) -> Response:
        note(error)
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "a rulebook or its log cannot be read", "not-now")

    @app.errorhandler(Exception)
    def mistaken(error: Exception) -> Response | HTTPException:
        note(error)
        return failed(InternalServerError())


def ours(path: str) -> bool:
    """Whether an address is one of the service, and not of the website beside it."""
    return path.startswith("/v1/") or path == "/v1" or path in PATHS


def only_ours(app: Flask) -> None:
    """Keeps the website beside the service from answering at its addresses, where it takes every path."""

    @app.before_request
    def addressed() -> Response | None:
        rule = request.url_rule
        if not ours(request.path) or isinstance(request.routing_exception, RequestRedirect):
            return None
        if rule is not None and ours(rule.rule) and request.method != "OPTIONS":
            return None
        methods = methods_of(app, request.path)
        if not methods:
            raise NotFound
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(methods)})
        raise MethodNotAllowed(valid_methods=methods)


def methods_of(app: Flask, path: str) -> list[str]:
    """The methods that an address of the service takes."""
    addresses, found = app.url_map.bind(""), []
    for method in ("GET", "POST"):
        try:
            rule, _ = addresses.match(path, method, return_rule=True)
        except (HTTPException, RequestRedirect):
            continue
        if ours(rule.rule):
            found += [method, "HEAD"] if method == "GET" else [method]
    return found


def create_document(app: Flask) -> Blueprint:
    """The address of the description of all addresses."""
    document = Blueprint("document", __name__, url_prefix="/v1")

    @document.get("/openapi.json")
    def openapi() -> Response:
        """Describe this service (OpenAPI 3.1)."""
        return answer(described(app))

    return document


def watch(app: Flask) -> None:
    """Counts and times every request to the service, by the pattern of its address, and guards every answer."""
    meters = app.extensions["rulebook-meters"]

    @app.before_request
    def started() -> None:
        g.started = time.perf_counter()

    @lru_cache(maxsize=1024)  # routes and statuses are few
    def counters(route: str, status: int) -> tuple[Counter, Histogram]:
        return meters.requests.labels(route, status), meters.seconds.labels(route)

    @app.after_request
    def counted(response: Response) -> Response:
        if ours(request.path):
            route = request.url_rule.rule if request.url_rule is not None else "none"
            requests, seconds = counters(route, response.status_code)
            requests.inc()
            seconds.observe(time.perf_counter() - g.started)
            response.headers.update(HEADERS)
        return response
