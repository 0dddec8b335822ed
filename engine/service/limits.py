"""How much one request may bring: bytes, depth, rows, lines and time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from socket import SHUT_RD
from typing import IO, Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from engine.decision import Refused
from engine.records import read_json_bytes

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of one record, or of one line of many; a larger body is refused unread."""
MOST_DEPTH = 12
"""A record has four levels, a receipt some more."""
MOST_ROWS = 10_000
"""Rows of one record in all: so many are evaluated in some hundredths of a second."""
MOST_LINES = 1_000_000
"""Records in one request."""
PATIENCE = 30.0
"""Seconds that a sender may pause before the request is given up."""
BEGINNINGS = (
    (b"\xef\xbb\xbf", "it begins with a byte order mark", "leave it out"),
    (b"\x1f\x8b", "it is compressed", "send it as it is, without `Content-Encoding`"),
)
"""What a body begins with that is no JSON, but for a reason that is easily told."""


def sent() -> bytes:
    """The body of a request. Of a sender who pauses too long, or goes away, werkzeug makes a bad request."""
    be_patient()
    found = request.get_data(cache=False)
    if len(found) == LARGEST_BODY != request.content_length:  # the rest was not read
        raise RequestEntityTooLarge
    return found


def be_patient() -> None:
    """Lets a sender pause only so long. Other servers than gunicorn have a setting of their own."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(PATIENCE)


def hanging_up() -> Callable[[], None]:
    """How to hear no more of the sender of this request: whoever reads what they send is at its end."""
    connection = request.environ.get("gunicorn.socket")

    def hang_up() -> None:
        if connection is not None:
            with suppress(OSError):  # they have gone already
                connection.shutdown(SHUT_RD)

    return hang_up


def read_record(data: bytes) -> Any:
    """The JSON of a record, or a `Refused` that quotes nothing of it.

    >>> read_record(b'{"sources": ' + b'[' * 20 + b']' * 20 + b'}').sentence
    'it is nested too deep'
    """
    found = read_json_sent(data, MOST_DEPTH)
    if not isinstance(found, Refused) and rows(found) > MOST_ROWS:
        return Refused("too-many-rows", "", f"a record has at most {MOST_ROWS:,} rows")
    return found


def read_json_sent(data: bytes, depth: int) -> Any:
    """JSON with at most so many levels, or a `Refused` with what to do."""
    for begins, sentence, help_ in BEGINNINGS:
        if data.startswith(begins):
            return Refused("not-json", "", sentence, help_)
    if not data or data.isspace():
        return Refused("not-json", "", "nothing was sent", "send JSON as the body")
    found = read_json_bytes(data)
    if isinstance(found, Refused):
        return replace(found, help="send JSON in UTF-8 as the body, without a form around it")
    if too_deep(found, depth):
        return Refused("too-deep", "", "it is nested too deep", f"send at most {depth} levels")
    return found


def unread(refused: Refused) -> str:
    """What is said of a body that could not be read, and what to do.

    >>> unread(read_record(b""))
    'nothing was sent; send JSON as the body'
    """
    return "; ".join(each for each in (refused.sentence, refused.help) if each)


def too_deep(value: Any, depth: int) -> bool:
    """Whether data has more levels than that.

    >>> too_deep({"a": [1]}, 2), too_deep({"a": [1]}, 1)
    (False, True)
    """
    level = [value] if type(value) in NESTED else []
    for _ in range(depth):
        parts = [each.values() if type(each) is dict else each for each in level]
        level = [inner for each in parts if not NESTED.isdisjoint(map(type, each)) for inner in each if _nested(inner)]
    return bool(level)


NESTED = {dict, list}


def _nested(value: Any) -> bool:
    return type(value) in NESTED


def rows(record: Any) -> int:
    """How many rows a record has in all its sources."""
    sources = record.get("sources") if isinstance(record, dict) else None
    if not isinstance(sources, dict):
        return 0
    return sum(len(each) for each in sources.values() if isinstance(each, list))


def stream() -> IO[bytes]:
    """The body of a request that is read while it is answered: each line has its limit, and not the whole."""
    found: IO[bytes] = request.environ["wsgi.input"]
    return found if request.environ.get("wsgi.input_terminated") else io.BytesIO(sent())


def lines(source: IO[bytes]) -> Iterator[bytes | None]:
    """The lines of a stream that are not empty; None for one that is too long, of which nothing is kept."""
    count = 0
    while line := source.readline(LARGEST_BODY + 1):
        if len(line) > LARGEST_BODY:
            while line and not line.endswith(b"\n"):
                line = source.readline(LARGEST_BODY)
            count += 1
            yield None
        elif line.strip():
            count += 1
            yield line
        if count >= MOST_LINES:
            return
