"""The demo with words that somebody means harm with, in every place where a policy can have words.

The places are found in the JSON Schemas, so that a text that is added there is covered by itself: `harmed` says where
it put something, and `places` where it should have.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.load import read_shelf
from engine.structure import schema
from tests.website import DEMO

LANGUAGES = ("en", "zh-Hans", "de")
NOT_GROWN = {"no_score", "withheld"}
"""Words that would change what the demo decides; those that are there are replaced."""

AUTHORITY = {"authority": [{"instrument": {"en": "A law"}, "article": "1", "url": "https://example.org"}]}
"""For every second policy, because the demo names few laws."""

Make = Callable[[Any, str, str], Any]
"""Words for a schema, the file it is in, and its place."""


def harmed(folder: Path, words: Callable[[int], str], address: str) -> set[str]:
    """Writes the demo under `folder` with these words everywhere, and says in which places of the schemas.

    `words` are told how many characters there may be.
    """
    shelf, problems = read_shelf(DEMO)
    assert shelf, problems
    done: set[str] = set()

    def make(node: Any, home: str, at: str) -> Any:
        done.add(at)
        if is_address(node):
            return address[: node["maxLength"]]
        if is_free(node):
            return words(node["maxLength"])
        each, _ = resolved(node["additionalProperties"], home)
        return {lang: words(each["maxLength"]) for lang in LANGUAGES}

    for number, document in enumerate((shelf.about, *shelf.policies, *shelf.drafts)):
        kind = document.data.get("kind", "rulebook")
        data = document.data | AUTHORITY if number % 2 and "authority" in document.data else document.data
        file = folder.parent / document.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(filled(schema(kind), kind, data, kind, make)), encoding="utf-8")
    return done


def places() -> set[str]:
    """Every place for words in the schemas of policies."""
    kinds = ("rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right")
    return {place for kind in kinds for place in _places(schema(kind), kind, kind, ())}


def _places(node: Any, home: str, at: str, above: tuple[str, ...]) -> Iterator[str]:
    if "$ref" in node:
        if f"{home} {node['$ref']}" in above:
            return  # a condition inside a condition
        above = (*above, f"{home} {node['$ref']}")
    node, home = resolved(node, home)
    if is_words(node, home):
        yield at
        return
    for key, part in properties(node, home).items():
        yield from _places(*part, f"{at}.{key}", above)
    for key, word in (("additionalProperties", "*"), ("items", "[]")):
        if isinstance(node.get(key), Mapping):
            yield from _places(node[key], home, f"{at}.{word}", above)
    for each in branches(node):
        yield from _places(each, home, at, above)


def filled(node: Any, home: str, data: Any, at: str, make: Make) -> Any:
    """Data of a schema with all its words replaced, and with words where there could be some."""
    node, home = resolved(node, home)
    if is_words(node, home):
        return make(node, home, at)
    parts = [(node, home), *(resolved(each, home) for each in branches(node))]
    if isinstance(data, Mapping):
        known = {key: part for each in parts for key, part in properties(*each).items()}
        other = next(((each["additionalProperties"], of) for each, of in parts if maps(each)), None)
        result = {}
        for key, value in data.items():
            part = known.get(key, other)
            name = key if key in known else "*"
            result[key] = filled(*part, value, f"{at}.{name}", make) if part else value
        missing = [] if "none" in data else [key for key in known if key not in {*data, *NOT_GROWN, "none"}]
        new = {key: grown(*known[key], f"{at}.{key}", make) for key in missing}
        return result | {key: value for key, value in new.items() if value is not None}
    if isinstance(data, list):
        items = next(((each["items"], of) for each, of in parts if isinstance(each.get("items"), Mapping)), None)
        return [filled(*items, item, f"{at}.[]", make) for item in data] if items else data
    return data


def grown(node: Any, home: str, at: str, make: Make) -> Any:
    """Something for a place that holds only words, or a list of them; None for any other."""
    node, home = resolved(node, home)
    if is_words(node, home):
        return make(node, home, at)
    if node.get("type") == "array" and isinstance(node.get("items"), Mapping):
        one = grown(node["items"], home, f"{at}.[]", make)
        return None if one is None else [one]
    known = {key: resolved(*part) for key, part in properties(node, home).items()}
    if node.get("type") == "object" and known and all(is_words(*known[key]) for key in node.get("required", known)):
        return {key: make(*part, f"{at}.{key}") for key, part in known.items() if is_words(*part)}
    return None


def resolved(node: Any, home: str) -> tuple[Any, str]:
    """What a reference stands for, and the schema it is in."""
    while "$ref" in node:
        file, _, pointer = node["$ref"].partition("#")
        home = file.removesuffix(".json") or home
        found: Any = schema(home)
        for step in pointer.strip("/").split("/"):
            found = found[step] if step else found
        node = {key: value for key, value in node.items() if key != "$ref"} | found
    return node, home


def branches(node: Any) -> list[Any]:
    """What a schema says of data of one sort or another."""
    found = [node[key] for key in ("then", "else") if isinstance(node.get(key), Mapping)]
    return found + [
        each for key in ("oneOf", "anyOf", "allOf") for each in node.get(key, ()) if isinstance(each, Mapping)
    ]


def properties(node: Any, home: str) -> dict[str, tuple[Any, str]]:
    return {key: (part, home) for key, part in node.get("properties", {}).items()}


def maps(node: Any) -> bool:
    return isinstance(node.get("additionalProperties"), Mapping)


def is_words(node: Any, home: str) -> bool:
    return is_text(node, home) or is_free(node) or is_address(node)


def is_text(node: Any, home: str) -> bool:
    """The same words in every language."""
    each = node.get("additionalProperties")
    return isinstance(each, Mapping) and node.get("x-key") == "language" and is_free(resolved(each, home)[0])


def is_free(node: Any) -> bool:
    return bool(node.get("type") == "string" and node.get("pattern") == r"\S")


def is_address(node: Any) -> bool:
    return str(node.get("pattern", "")).startswith("^https?")


def written(data: Any) -> str:
    """Plain data as YAML on one line."""
    match data:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {written(value)}" for key, value in data.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, data)) + "]"
        case Decimal():
            return f"{data:f}"
        case str():
            return json.dumps(data, ensure_ascii=False)
        case _:
            return json.dumps(data)
