"""Schemathesis over an application: requests drawn from its own description, and every answer held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def lines(_: Any, value: Any) -> bytes:
    """Lines as they were drawn."""
    return str(value).encode("utf-8", "replace")


def failures(app: Flask, keys: Mapping[str, str], known: Mapping[str, str], examples: int) -> list[str]:
    """What is wrong with the answers to drawn requests; `known` gives path parameters values that exist."""
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app)
    found: list[str] = []
    for each in schema.get_all_operations():
        operation = each.ok()
        who = next((name for need in operation.definition.raw.get("security", []) for name in need), None)
        sent = {} if who is None else {"Authorization": f"Bearer {keys[who]}"}
        test = given(case=operation.as_strategy())(asking(sent, known))
        try:
            settings(DRAWING, max_examples=examples)(test)()
        except Exception as error:  # noqa: BLE001  # a failure of whatever kind is what is looked for
            found.append(f"{operation.label}: {error}")
    return found


DRAWING = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)


def asking(sent: Mapping[str, str], known: Mapping[str, str]) -> Callable[[Any], None]:
    """Sends a drawn request, most of them to something that exists, and looks at the answer."""

    def ask(case: Any) -> None:
        named = case.path_parameters or {}
        if len(str(case.query)) % 4:
            case.path_parameters = {**named, **{name: each for name, each in known.items() if name in named}}
        case.validate_response(case.call(headers=dict(sent)), checks=CHECKS)

    return ask
