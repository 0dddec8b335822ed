"""The description of the service (OpenAPI 3.1), made from its addresses and from the schemas that are published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask import Flask

from engine.service.limits import LARGEST_BODY, MOST_ROWS
from engine.structure import KINDS, schema

PATTERN = re.compile(r"<(?:(\w+):)?(\w+)>")
OURS = ("reading", "evaluating", "verifying", "persons", "health", "document")
"""The parts of the application that the description is about; a website may stand beside them."""
EMBEDDED = ("decision", "trace", "problem", "receipt", "change", "common", *KINDS[1:])

ID = {"type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 80}
DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MOMENT = {"type": "string", "format": "date-time"}
WHOLE = {"type": "integer", "minimum": 0}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def an_object(needed: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An object with these keys and no others."""
    properties = {**needed, **(optional or {})}
    return {"type": "object", "properties": properties, "required": [*needed], "additionalProperties": False}


def a_list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def or_null(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "null"}]}


# ----------------------------------------------------------------------------------------------- what every address has

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "rulebook_id": {"in": "path", "schema": ID, "description": "The id of a rulebook."},
    "policy_id": {"in": "path", "schema": ID, "description": "The id of a policy."},
    "kind": {"in": "path", "schema": {"enum": list(KINDS[1:])}, "description": "What a policy is."},
    "version": {
        "in": "path",
        "schema": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "description": "A version of a policy.",
    },
    "number": {"in": "path", "schema": {**WHOLE, "maximum": 2**53}, "description": "The number of a decision."},
    "use": {"in": "query", "required": True, "schema": ID, "description": "What the result is for."},
    "as_of": {"in": "query", "schema": DAY, "description": "The day it is for; rules in force then decide."},
    "known_at": {"in": "query", "schema": DAY, "description": "Leave out versions that were not yet known that day."},
    "from": {"in": "query", "required": True, "schema": DAY, "description": "A day of the edition before."},
    "to": {"in": "query", "required": True, "schema": DAY, "description": "A day of the edition after."},
    "before": {
        "in": "query",
        "schema": {**WHOLE, "maximum": 2**53},
        "description": "Only decisions with a number smaller than this.",
    },
    "lang": {
        "in": "query",
        "schema": {"type": "string", "pattern": "^[A-Za-z-]{2,20}$"},
        "description": "A language of the rulebook, like `en` or `zh-Hans`.",
    },
    "reading": {
        "in": "query",
        "schema": {"enum": ["compiled", "truth", "session"]},
        "description": "Which reading of the rules decides; they agree.",
    },
    "receipt": {
        "in": "query",
        "schema": {"enum": ["false", "true"]},
        "description": "Answer also with the signed receipt, and with what only the person is to get.",
    },
    "trace": {
        "in": "query",
        "schema": {"enum": ["true", "false"]},
        "description": "Without it the answer has no trace, and comes sooner.",
    },
    "Idempotency-Key": {
        "in": "header",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        "description": "A repetition with the same key is answered the same, and written down once.",
    },
}

PROBLEM_STATUSES = {
    400: "The request cannot be read.",
    401: "A key or token is missing or not known.",
    403: "This consumer may not evaluate for this use.",
    404: "There is no such thing.",
    409: "The request does not fit with what was before.",
    413: "The body is too large.",
    422: "The record is refused, with every reason at once.",
    429: "Too many evaluations; `Retry-After` says how long to wait.",
    503: "The service cannot answer at the moment.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What an address takes and gives, beside what its path says. `problems` are the statuses that can go wrong."""

    gives: Mapping[str, Any] | str
    problems: tuple[int, ...] = ()
    query: tuple[str, ...] = ()
    takes: Mapping[str, Any] | None = None
    content: str = "application/json"
    status: int = 200
    lines: bool = False
    who: str | None = None


EVALUATE = ("use", "as_of", "known_at", "reading", "lang", "receipt", "trace")

RECORD = {
    **an_object(
        {
            "sources": {
                "type": "object",
                "additionalProperties": {"anyOf": [{"type": "object"}, a_list({"type": "object"})]},
            }
        },
        {
            "subject": {"type": ["string", "null"], "description": "Your own reference to the person."},
            "as_of": or_null(DAY),
            "contested": a_list(an_object({"source": {"type": "string"}}, {"row": WHOLE, "from": DAY, "until": DAY})),
        },
    ),
    "description": f"A record of at most {LARGEST_BODY:,} bytes and {MOST_ROWS:,} rows. What an edition takes exactly "
    "is what `record-schema` says.",
}

SIGNED = an_object(
    {
        "decision": ref("decision"),
        "receipt": ref("receipt"),
        "own": {"type": "object", "description": "The record and the salt of the receipt: for the person alone."},
    }
)

LISTED = {
    "number": WHOLE,
    "at": MOMENT,
    "consumer": {"type": ["string", "null"]},
    "use": {"type": ["string", "null"]},
    "as_of": DAY,
    "edition": DIGEST,
    "score": {"type": ["integer", "null"]},
    "band": {"type": ["string", "null"]},
}

CONTEST = an_object(
    {
        "number": WHOLE,
        "opened": MOMENT,
        "source": {"type": "string"},
        "row": DIGEST,
        "state": {"enum": ["open", "upheld", "rejected"]},
    }
)

POLICY = an_object({"kind": {"enum": list(KINDS[1:])}, "id": ID, "version": {"type": "string"}})

OPERATIONS: Mapping[str, Operation] = {
    "reading.rulebooks": Operation(
        an_object(
            {
                "rulebooks": a_list(
                    an_object(
                        {
                            "id": ID,
                            "title": {"type": "object", "additionalProperties": {"type": "string"}},
                            "standing": {"enum": ["operator", "reconstruction", "illustration"]},
                            "languages": a_list({"type": "string"}),
                            "default_use": {"type": ["string", "null"]},
                        }
                    )
                )
            }
        )
    ),
    "reading.record_schema": Operation({"type": "object"}, (400, 404), ("as_of",), content="application/schema+json"),
    "reading.editions": Operation(
        an_object(
            {
                "rulebook": ID,
                "editions": a_list(
                    an_object({"from": DAY, "before": or_null(DAY), "digest": DIGEST, "policies": a_list(POLICY)})
                ),
            }
        ),
        (400, 404),
    ),
    "reading.policy": Operation(
        an_object(
            {
                "digest": DIGEST,
                "promulgated": or_null(DAY),
                "policy": {"anyOf": [ref(kind) for kind in KINDS[1:]]},
                "text": {"type": "string", "description": "The YAML as it was written."},
            }
        ),
        (400, 404),
    ),
    "reading.diff": Operation(ref("change"), (400, 404), ("from", "to", "lang")),
    "evaluating.evaluate_one": Operation(
        {"anyOf": [ref("decision"), SIGNED]},
        (400, 401, 403, 404, 409, 413, 422, 429, 503),
        (*EVALUATE, "Idempotency-Key"),
        ref("record"),
        who="consumer",
    ),
    "evaluating.evaluate_many": Operation(
        {
            "description": "A line for each line, with its number: a `decision`, perhaps with `receipt` and `own`, or "
            "a `problem`.",
            "type": "string",
        },
        (400, 401, 403, 404, 503),
        EVALUATE,
        {"type": "string", "description": "A record a line."},
        "application/x-ndjson",
        lines=True,
        who="consumer",
    ),
    "evaluating.simulate": Operation(
        ref("decision"),
        (400, 404, 413, 422),
        ("use", "as_of", "lang"),
        an_object(
            {
                "measures": {
                    "type": "object",
                    "description": "Values by measure. What is left out or null is unknown.",
                    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
                }
            }
        ),
    ),
    "verifying.verify_receipt": Operation(
        an_object(
            {
                "passed": {"type": "boolean"},
                "checks": a_list(
                    an_object(
                        {
                            "check": {"type": "string"},
                            "holds": {"type": ["boolean", "null"], "description": "Null: it could not be looked at."},
                            "sentence": {"type": "string"},
                        }
                    )
                ),
                "proves": {"type": "string"},
                "does_not_prove": {"type": "string"},
            }
        ),
        (400, 404, 413),
        (),
        an_object({"receipt": {"type": "object"}}, {"own": {"type": ["object", "null"]}}),
    ),
    "persons.decisions": Operation(
        an_object({"decisions": a_list(an_object(LISTED)), "contests": a_list(CONTEST)}),
        (400, 401, 404, 503),
        ("before",),
        who="person",
    ),
    "persons.receipt": Operation(
        an_object({**LISTED, "receipt": or_null(ref("receipt"))}), (400, 401, 404, 503), who="person"
    ),
    "persons.contest": Operation(
        CONTEST,
        (400, 401, 404, 409, 413, 422, 503),
        (),
        an_object({"source": {"type": "string"}, "row": {"type": "object", "description": "The row as it was used."}}),
        status=201,
        who="person",
    ),
    "health.healthz": Operation(an_object({"status": {"const": "alive"}})),
    "health.readyz": Operation(
        an_object(
            {
                "status": {"const": "ready"},
                "mode": {"enum": ["demonstration", "production"]},
                "rulebooks": a_list(ID),
            }
        ),
        (503,),
    ),
    "health.metrics": Operation({"type": "string"}, content="text/plain"),
    "document.openapi": Operation({"type": "object"}),
}
"""What each address takes and gives, by the name of the function that answers."""


# -------------------------------------------------------------------------------------------------------- the document


def described(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an application: every address of the service, and nothing beside."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in OURS:
            path = PATTERN.sub(r"{\2}", rule.rule)
            named = [name for _, name in PATTERN.findall(rule.rule)]
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                view = app.view_functions[rule.endpoint]
                paths.setdefault(path, {})[method.lower()] = operation(rule.endpoint, view.__doc__ or "", named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open Rulebook",
            "version": own_version(),
            "summary": "Rules that everyone can read, applied to records and measures.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas(), "securitySchemes": SCHEMES},
    }


SCHEMES = {
    "consumer": {"type": "http", "scheme": "bearer", "description": "A consumer's key, which the operator gives out."},
    "person": {
        "type": "http",
        "scheme": "bearer",
        "description": "A person's token, which the operator gives to them.",
    },
}


def operation(endpoint: str, doc: str, named: list[str]) -> dict[str, Any]:
    """One address with one method."""
    said = OPERATIONS[endpoint]
    summary, _, _ = doc.partition(":")
    answers: dict[str, Any] = {
        str(said.status): {"description": doc, "content": {said.content: {"schema": said.gives}}}
    }
    for status in said.problems:
        shape = {"anyOf": [ref("problem"), ref("fault")]} if status == 422 else ref("fault")  # noqa: PLR2004
        answers[str(status)] = {
            "description": PROBLEM_STATUSES[status],
            "content": {"application/problem+json": {"schema": shape}},
        }
    found: dict[str, Any] = {
        "operationId": endpoint.replace(".", "_"),
        "summary": summary.rstrip("."),
        "description": doc,
    }
    parameters = [parameter(name) for name in (*named, *said.query)]
    if parameters:
        found["parameters"] = parameters
    if said.takes is not None:
        content = said.content if said.lines else "application/json"
        found["requestBody"] = {"required": True, "content": {content: {"schema": said.takes}}}
    if said.who is not None:
        found["security"] = [{said.who: []}]
    return {**found, "responses": answers}


def parameter(name: str) -> dict[str, Any]:
    return {"name": name, "required": PARAMETERS[name]["in"] == "path", **PARAMETERS[name]}


FAULT = {
    "description": "What is wrong with a request (RFC 9457). It never quotes what was sent.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "problems": a_list({"type": "object"}),
    },
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
}


@cache
def schemas() -> dict[str, Any]:
    """The published schemas, with their references led to where they stand in the document."""
    return {"record": RECORD, "fault": FAULT, **{name: embedded(schema(name), name) for name in EMBEDDED}}


def embedded(value: Any, home: str) -> Any:
    """A part of a schema as it stands in the document.

    >>> embedded({"$ref": "#/$defs/day"}, "decision"), embedded({"$id": "x", "$ref": "trace.json"}, "decision")
    ({'$ref': '#/components/schemas/decision/$defs/day'}, {'$ref': '#/components/schemas/trace'})
    """
    match value:
        case dict():
            said = {key: each for key, each in value.items() if key not in {"$id", "$schema"}}
            found = {key: embedded(each, home) for key, each in said.items()}
            if isinstance(said.get("$ref"), str):
                file, _, pointer = said["$ref"].partition("#")
                found["$ref"] = f"#/components/schemas/{file.removesuffix('.json') or home}{pointer}"
            return found
        case list():
            return [embedded(each, home) for each in value]
        case _:
            return deepcopy(value)


def own_version() -> str:
    try:
        return version("openrulebook")
    except PackageNotFoundError:
        return "0"
