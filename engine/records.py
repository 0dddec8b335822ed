"""Records as JSON: reading them exactly, and the ones that are shipped with a rulebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from engine.decision import Decision, Refusal, Refused, decision_json, refusal_json
from engine.rulebook import Rulebook


def read_json(text: str) -> Any:
    """JSON with exact numbers; what cannot be read comes back as a `Refused` that quotes nothing of it.

    >>> read_json('{"amount": 12.50}'), read_json('{"a": 1, "a": 2}').code
    ({'amount': Decimal('12.50')}, 'not-json')
    """
    try:
        return DECODE(text)
    except json.JSONDecodeError as error:
        return Refused("not-json", "", f"this is not JSON: line {error.lineno}, column {error.colno}")
    except (_NotJsonError, RecursionError) as error:
        return Refused("not-json", "", str(error) if isinstance(error, _NotJsonError) else "it is nested too deep")


def read_json_bytes(data: bytes) -> Any:
    """The same from bytes, which must be UTF-8."""
    try:
        return read_json(data.decode("utf-8"))
    except UnicodeDecodeError:
        return Refused("not-json", "", "this is not UTF-8 text")


class _NotJsonError(ValueError):
    """Something JSON itself forbids or this project does."""


def _whole(digits: str) -> int | Decimal:
    """A whole number; a very long one stays a decimal, to be refused where it stands."""
    return int(digits) if len(digits) < 40 else Decimal(digits)  # noqa: PLR2004  # far beyond any number that is admitted


def _decimal(written: str) -> Decimal:
    """A number with a fraction or an exponent; an exponent that is out of all bounds is cut, to be refused likewise."""
    try:
        return Decimal(written)
    except InvalidOperation:
        digits, _, exponent = written.lower().partition("e")
        return Decimal(f"{digits}e{'-' * exponent.startswith('-')}999999999")


def _no_constant(name: str) -> Any:
    raise _NotJsonError(f"{name} is not a number")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJsonError("a name stands twice in one object")
    return found


DECODE = json.JSONDecoder(
    parse_float=_decimal, parse_int=_whole, parse_constant=_no_constant, object_pairs_hook=_no_duplicates
).decode


@dataclass(frozen=True, slots=True)
class Shipped:
    """A record that comes with a rulebook, and what must come of it."""

    name: str
    record: Any
    expected: Any
    expected_file: Path


def shipped(rulebook: Rulebook) -> Iterator[Shipped]:
    """The records in `records/` of a rulebook, by name; `expected` is None where none is written yet."""
    folder = rulebook.shelf.root / rulebook.about.id / "records"
    for file in sorted(folder.glob("*.json")):
        expected = folder / "expected" / file.name
        yield Shipped(
            file.stem,
            read_json(file.read_text("utf-8")),
            json.loads(expected.read_text("utf-8")) if expected.exists() else None,
            expected,
        )


def result_json(result: Decision | Refusal, lang: str) -> dict[str, Any]:
    """A decision or a refusal as plain JSON data."""
    return decision_json(result, lang) if isinstance(result, Decision) else refusal_json(result)


def expectation(result: Decision | Refusal, lang: str) -> dict[str, Any]:
    """What is kept of a result to compare with: all of it but the trace and the digest."""
    data = result_json(result, lang)
    data.pop("trace", None)
    if isinstance(result, Decision):
        data["edition"] = result.edition
    return data
