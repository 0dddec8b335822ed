"""A JSON Schema as one fast yes-or-no function.

`jsonschema` says what is wrong with a document; this only says whether anything is, many times faster, and nearly every
document of a rulebook is right. It knows the keywords our schemas use and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urldefrag, urljoin

Accepts = Callable[[Any], bool]

ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default", "x-key", "x-help"}


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar.

    >>> is_day("2028-02-29"), is_day("2026-02-29"), is_day("20260228")
    (True, False, False)
    """
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def regex(pattern: str) -> re.Pattern[str]:
    r"""A schema's pattern for Python, whose ``$`` would let a line break follow.

    >>> bool(regex("^a$").search("a\n"))
    False
    """
    return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern)


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


TYPES: Mapping[str, Accepts] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": _is_number,
}
"""The types of JSON Schema for plain data. Only an `int` is a whole number: 5.0 is written where decimals are meant."""


def _same(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _unique(values: list[Any]) -> bool:
    return not any(_same(value, other) for index, value in enumerate(values) for other in values[:index])


def acceptor(schemas: Mapping[str, Any], start: str) -> Accepts:
    """Whether data is valid against the schema with the address `start`; `schemas` are all by their ``$id``.

    >>> word = acceptor({"https://example.org/word": {"type": "string", "maxLength": 3}}, "https://example.org/word")
    >>> word("yes"), word("perhaps"), word(1)
    (True, False, False)
    """
    ready: dict[str, Accepts] = {}

    def at(address: str) -> Accepts:
        """The function for an address; of one that is being built (a schema can contain itself) a later look-up."""
        if address not in ready:
            ready[address] = lambda value: ready[address](value)  # noqa: PLW0108 - it will be another one by then
            base, fragment = urldefrag(address)
            schema = schemas[base]
            for step in fragment.split("/")[1:]:
                schema = schema[step]
            ready[address] = built(schema, base)
        return ready[address]

    def built(schema: Any, base: str) -> Accepts:
        checks: list[Accepts] = []
        for keyword, rule in schema.items():
            if keyword not in ANNOTATIONS:
                checks += keyword_checks(schema, keyword, rule, base)
        match checks:
            case []:
                return lambda _: True
            case [only]:
                return only
            case [first, second]:
                return lambda value: first(value) and second(value)
            case _:
                every = tuple(checks)

                def accept(value: Any) -> bool:
                    for check in every:  # noqa: SIM110 - a loop is half as slow again as a generator, and this is the hot one
                        if not check(value):
                            return False
                    return True

                return accept

    def keyword_checks(schema: Any, keyword: str, rule: Any, base: str) -> list[Accepts]:
        match keyword:
            case "$ref":
                return [at(urljoin(base, rule))]
            case "type":
                names = [rule] if isinstance(rule, str) else rule
                if len(names) == 1:
                    return [TYPES[names[0]]]
                types = tuple(TYPES[name] for name in names)
                return [lambda value: any(is_type(value) for is_type in types)]
            case "enum":
                words = frozenset(rule)
                return [lambda value: isinstance(value, str) and value in words]
            case "const":
                return [lambda value: _same(value, rule)]
            case "pattern":
                search = regex(rule).search
                return [lambda value: not isinstance(value, str) or search(value) is not None]
            case "format" if rule == "date":
                return [lambda value: not isinstance(value, str) or is_day(value)]
            case "maxLength":
                return [lambda value: not isinstance(value, str) or len(value) <= rule]
            case "minimum":
                return [lambda value: not _is_number(value) or value >= rule]
            case "maximum":
                return [lambda value: not _is_number(value) or value <= rule]
            case "exclusiveMinimum":
                return [lambda value: not _is_number(value) or value > rule]
            case "exclusiveMaximum":
                return [lambda value: not _is_number(value) or value < rule]
            case "minItems":
                return [lambda value: not isinstance(value, list) or len(value) >= rule]
            case "maxItems":
                return [lambda value: not isinstance(value, list) or len(value) <= rule]
            case "uniqueItems":
                return [lambda value: not isinstance(value, list) or _unique(value)]
            case "items":
                each = built(rule, base)
                return [lambda value: not isinstance(value, list) or all(map(each, value))]
            case "contains":
                wanted = built(rule, base)
                return [lambda value: not isinstance(value, list) or any(map(wanted, value))]
            case "minProperties":
                return [lambda value: not isinstance(value, dict) or len(value) >= rule]
            case "maxProperties":
                return [lambda value: not isinstance(value, dict) or len(value) <= rule]
            case "required":
                names = tuple(rule)
                return [lambda value: not isinstance(value, dict) or all(name in value for name in names)]
            case "dependentRequired":
                return [
                    lambda value: (
                        not isinstance(value, dict)
                        or all(wanted in value for name, all_ in rule.items() if name in value for wanted in all_)
                    )
                ]
            case "dependentSchemas":
                dependents = {name: built(part, base) for name, part in rule.items()}
                return [
                    lambda value: (
                        not isinstance(value, dict)
                        or all(check(value) for name, check in dependents.items() if name in value)
                    )
                ]
            case "propertyNames":
                fits = built(rule, base)
                return [lambda value: not isinstance(value, dict) or all(map(fits, value))]
            case "properties" | "additionalProperties":
                if keyword == "additionalProperties" and "properties" in schema:
                    return []
                return [properties(schema, base)]
            case "not":
                part = built(rule, base)
                return [lambda value: not part(value)]
            case "allOf":
                return [built(part, base) for part in rule]
            case "anyOf":
                parts = tuple(built(part, base) for part in rule)
                return [lambda value: any(part(value) for part in parts)]
            case "oneOf":
                parts = tuple(built(part, base) for part in rule)
                return [lambda value: sum(part(value) for part in parts) == 1]
            case "if":
                test = built(rule, base)
                then = built(schema.get("then", {}), base)
                otherwise = built(schema.get("else", {}), base)
                return [lambda value: then(value) if test(value) else otherwise(value)]
            case "then" | "else":
                return []
            case _:
                raise NotImplementedError(keyword)

    def properties(schema: Any, base: str) -> Accepts:
        named = {name: built(part, base) for name, part in schema.get("properties", {}).items()}
        other = schema.get("additionalProperties", {})
        rest = built(other, base) if other is not False else (lambda _: False)

        def accept(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            for name, part in value.items():  # noqa: SIM110 - as above
                if not named.get(name, rest)(part):
                    return False
            return True

        return accept

    return at(start)
