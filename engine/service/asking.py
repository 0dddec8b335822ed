"""What a request asks for, read from its address and headers, and whether who asks may ask it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from typing import Any, get_args
from urllib.parse import parse_qsl

from flask import Response, current_app, request

from engine.admit import read_day
from engine.deciding import deciding
from engine.evaluation import Reading
from engine.explain import listed
from engine.rulebook import Rulebook, edition, usual_day
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
            return refused(
                HTTPStatus.UNAUTHORIZED,
                "send the key as `Authorization: Bearer orb_…`; the operator gives keys",
                "no-key",
            )
        if number is None:
            return refused(
                HTTPStatus.UNAUTHORIZED, "look whether it is whole, or ask the operator for another", "unknown-key"
            )
    use = found.pop("use")
    if use is None:
        return use_missing(rulebook, found["as_of"], allowed_to(operator, number, id_))
    name = ""
    if number is not None and operator.consumers is not None:
        name = operator.consumers[number].name
        uses = allowed_to(operator, number, id_) or ()
        if use not in uses:
            detail = f"your key is for {listed(uses) if uses else 'no use of this rulebook'}; ask the operator for more"
            return refused(HTTPStatus.FORBIDDEN, detail, "other-use")
    if found["receipt"] and id_ not in operator.signers:
        return problem(HTTPStatus.BAD_REQUEST, "leave `receipt` out: there is no key that signs", "no-receipts")
    return Asked(deciding(rulebook), use, consumer=number, name=name, **found)


def allowed_to(operator: Operator, consumer: int | None, rulebook: str) -> list[str] | None:
    """The uses of a rulebook that a consumer may ask for; None in a demonstration, where that is all of them."""
    if operator.consumers is None or consumer is None:
        return None
    return sorted(operator.consumers[consumer].uses.get(rulebook, ()))


def use_missing(rulebook: Rulebook, day: date | None, uses: Sequence[str] | None = None) -> Response:
    """That an evaluation must say what it is for, and what it could be for."""
    public = deciding(rulebook)
    under = edition(public, day or usual_day(public))
    known = uses if uses is not None else [] if under is None else [*under.uses]
    detail = "say in the address what it is for: " + (listed([f"use={each}" for each in known]) if known else "`use=`")
    return problem(HTTPStatus.BAD_REQUEST, detail, "use-missing")


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
    found = _read_query(request.query_string, rulebook.about.languages, frozenset(allowed))
    return problem(HTTPStatus.BAD_REQUEST, found) if isinstance(found, str) else dict(found)


@lru_cache(maxsize=256)
def _read_query(query: bytes, languages: tuple[str, ...], allowed: frozenset[str]) -> Mapping[str, Any] | str:
    """The same from the address as it was sent, or a sentence that says what is wrong. Many requests have the same."""
    pairs = parse_qsl(query.decode("utf-8", "replace"), keep_blank_values=True)
    given = dict(pairs)
    if given.keys() - allowed:
        known = f"only {', '.join(sorted(allowed))}" if allowed else "no parameters"
        return f"this address knows {known}"
    if len(given) < len(pairs):
        return "each parameter can be named once"
    found: dict[str, Any] = {}
    for name in allowed & DAYS:
        raw = given.get(name)
        found[name] = None if raw is None else read_day(raw)
        if raw is not None and found[name] is None:
            return f"`{name}` {DAY}"
    words: dict[str, tuple[str, ...]] = {
        "reading": get_args(Reading),
        "lang": languages,
        "receipt": TRUTH,
        "trace": TRUTH[::-1],
    }
    first = {"reading": "compiled", "lang": languages[0], "receipt": "false", "trace": "true"}
    for name in allowed & words.keys():
        found[name] = given.get(name, first[name])
        if found[name] not in words[name]:
            return f"`{name}` is one of {', '.join(words[name])}"
    for name in allowed & {"receipt", "trace"}:
        found[name] = found[name] == "true"
    if "use" in allowed:
        found["use"] = given.get("use")
    return found


def no_such_rulebook(rulebooks: Rulebooks) -> Response:
    return problem(HTTPStatus.NOT_FOUND, f"no such rulebook; there are: {', '.join(rulebooks)}")
