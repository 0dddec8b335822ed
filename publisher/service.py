"""The service as a page, from the description that programs read; in English only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from publisher import pages as p

JSON = "reference/openapi.json"
NAMED = ("service", "service.html")
WHO = {"consumer": "key of a consumer", "person": "token of a person"}


def service_pages(kinds: tuple[tuple[str, str], ...]) -> Iterator[p.ServicePage | p.File]:
    """The page of the service, and its description."""
    from engine.service.app import create_app  # noqa: PLC0415  # it takes a moment to load
    from engine.service.openapi import described  # noqa: PLC0415  # as above

    document = described(create_app(dict))
    found = tuple(
        operation(path, method, said) for path, item in document["paths"].items() for method, said in item.items()
    )
    yield p.ServicePage(PurePosixPath("reference", NAMED[1]), kinds, found, JSON)
    yield p.File(PurePosixPath(JSON), (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


def operation(path: str, method: str, said: Mapping[str, Any]) -> p.Operation:
    """One address with one method."""
    parameters = tuple(
        p.Parameter(each["name"], each["required"], each["description"]) for each in said.get("parameters", ())
    )
    answers = tuple(
        (status, "as asked" if status < "300" else each["description"].rstrip(".").lower())
        for status, each in said["responses"].items()
    )
    who = next((WHO[name] for need in said.get("security", ()) for name in need), "")
    return p.Operation(said["operationId"], method.upper(), path, said["description"], who, parameters, answers)
