"""Answers as JSON: data, or an RFC 9457 problem document that never quotes what was sent."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response

PROBLEMS = "https://openrulebook.example/problems/"
"""Before the code of a problem it is the problem's type."""

TITLES = {
    "answered-before": "this was answered before, and would be answered otherwise now",
    "key-reused": "this idempotency key was used for something else",
    "no-edition": "no policy is in force on that day",
    "no-key": "a consumer's key is needed",
    "no-receipts": "no receipts are issued here",
    "no-right": "no right sets rows of this source aside",
    "no-register": "no register is kept here",
    "not-now": "the service cannot do this now",
    "no-token": "a person's token is needed",
    "other-use": "this consumer may not evaluate for this use",
    "over-rate": "this consumer has asked too often",
    "subject-missing": "the record does not say who it is about",
    "too-many-contests": "too many contests are open",
    "unknown-key": "this key belongs to no consumer",
    "unknown-token": "this token is not valid",
    "use-missing": "the evaluation does not say what it is for",
}
"""What a problem with a type of its own is called."""


def line(data: Any) -> bytes:
    """Data as one line of JSON."""
    try:
        return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a number of more than 64 bits
        return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def answer(data: Any, status: HTTPStatus = HTTPStatus.OK, content_type: str = "application/json") -> Response:
    """Data as JSON, which no cache keeps."""
    response = Response(line(data), status=status, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def problem(status: HTTPStatus, detail: str, code: str | None = None) -> Response:
    """A problem document; with a code of `TITLES` it has a type of its own."""
    return answer(problem_data(status, detail, code), status, "application/problem+json")


def problem_data(status: HTTPStatus, detail: str, code: str | None = None) -> dict[str, Any]:
    """What a problem document says.

    >>> from http import HTTPStatus
    >>> problem_data(HTTPStatus.FORBIDDEN, "ask the operator", "other-use")["type"]
    'https://openrulebook.example/problems/other-use'
    """
    type_, title = ("about:blank", status.phrase) if code is None else (f"{PROBLEMS}{code}", TITLES[code])
    return {"type": type_, "title": title, "status": status.value, "detail": detail}
