"""What a request asks for, read from its address and headers, and whether who asks may ask it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, get_args

from flask import Response, current_app, request

from engine.admit import read_day
from engine.evaluation import Reading
from engine.rulebook import Rulebook
from engine.service.answers import problem
from engine.service.consumers import who
from engine.service.meters import Meters
from engine.service.operator import Operator, Rulebooks

BEARER = "Bearer "
DAYS = {"as_of", "known_at", "from", "to"}
TRUTH = ("false", "true")
DAY = "must be a date, like 2026-12-31"


@dataclass(frozen=True, slots=True)
class Asked:
    """One rulebook, one use, and who asks: the number of the consumer, None in a demonstration."""

    rulebook: Rulebook
    use: str
    as_of: date | None
    known_at: date | None
    reading: Reading
    lang: str
    receipt: bool
    trace: bool
    consumer: int | None
    name: str
    """What the consumer is called."""


def ask(operator: Operator, rulebooks: Rulebooks, id_: str) -> Asked | Response:
    """What a request to evaluate asks for, or why it is not let through. The rate is not counted here."""
    rulebook = rulebooks.get(id_)
    if rulebook is None:
        return no_such_rulebook(rulebooks)
    found = read_query(rulebook, {"use", "as_of", "known_at", "reading", "lang", "receipt", "trace"})
    if isinstance(found, Response):
        return found
    number = None
    if operator.consumers is not None:
        key = bearer()
        number = None if key is None else who(operator.consumers, key)
        if key is None:
            return refused(HTTPStatus.UNAUTHORIZED, "send it as `Authorization: Bearer …`", "no-key")
        if number is None:
            return refused(HTTPStatus.UNAUTHORIZED, "ask the operator for a key", "unknown-key")
    use = found.pop("use")
    if use is None:
        return problem(HTTPStatus.BAD_REQUEST, "name it in the address: `use=`", "use-missing")
    name = ""
    if number is not None and operator.consumers is not None:
        consumer = operator.consumers[number]
        name = consumer.name
        if use not in consumer.uses.get(id_, ()):
            detail = "the operator lets each consumer evaluate for named uses only"
            return refused(HTTPStatus.FORBIDDEN, detail, "other-use")
    if found["receipt"] and id_ not in operator.signers:
        return problem(HTTPStatus.BAD_REQUEST, "leave `receipt` out: there is no key that signs", "no-receipts")
    return Asked(rulebook, use, consumer=number, name=name, **found)


def counted(operator: Operator, asked: Asked) -> Response | None:
    """Counts one evaluation of who asks, or says that there were too many."""
    if operator.rates is None or asked.consumer is None:
        return None
    wait = operator.rates.take(asked.consumer)
    if wait is None:
        return None
    found = refused(HTTPStatus.TOO_MANY_REQUESTS, f"ask again in {wait} seconds", "over-rate")
    found.headers["Retry-After"] = str(wait)
    return found


def refused(status: HTTPStatus, detail: str, code: str) -> Response:
    """A request that was not let through, which is counted."""
    meters().refused.labels(code).inc()
    found = problem(status, detail, code)
    if status is HTTPStatus.UNAUTHORIZED:
        found.headers["WWW-Authenticate"] = BEARER.strip()
    return found


def meters() -> Meters:
    """The meters of the application that answers."""
    found = current_app.extensions["rulebook-meters"]
    assert isinstance(found, Meters)  # narrows the type
    return found


def bearer() -> str | None:
    """The key or token of a request."""
    said = request.headers.get("Authorization", "")
    return said.removeprefix(BEARER).strip() if said.startswith(BEARER) else None


def read_query(rulebook: Rulebook, allowed: set[str]) -> dict[str, Any] | Response:
    """What the address asks for beside the path, or the problem with one of its parameters."""
    given = request.args.to_dict()
    if given.keys() - allowed:
        known = f"only {', '.join(sorted(allowed))}" if allowed else "no parameters"
        return problem(HTTPStatus.BAD_REQUEST, f"this address knows {known}")
    if any(len(each) > 1 for each in request.args.listvalues()):
        return problem(HTTPStatus.BAD_REQUEST, "each parameter can be named once")
    found: dict[str, Any] = {}
    for name in allowed & DAYS:
        raw = given.get(name)
        found[name] = None if raw is None else read_day(raw)
        if raw is not None and found[name] is None:
            return problem(HTTPStatus.BAD_REQUEST, f"`{name}` {DAY}")
    words: dict[str, tuple[str, ...]] = {
        "reading": get_args(Reading),
        "lang": rulebook.about.languages,
        "receipt": TRUTH,
        "trace": TRUTH[::-1],
    }
    first = {"reading": "compiled", "lang": rulebook.about.languages[0], "receipt": "false", "trace": "true"}
    for name in allowed & words.keys():
        found[name] = given.get(name, first[name])
        if found[name] not in words[name]:
            return problem(HTTPStatus.BAD_REQUEST, f"`{name}` is one of {', '.join(words[name])}")
    for name in allowed & {"receipt", "trace"}:
        found[name] = found[name] == "true"
    if "use" in allowed:
        found["use"] = given.get("use")
    return found


def no_such_rulebook(rulebooks: Rulebooks) -> Response:
    return problem(HTTPStatus.NOT_FOUND, f"no such rulebook; there are: {', '.join(rulebooks)}")
