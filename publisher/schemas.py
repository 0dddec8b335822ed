"""The written form of each kind as a page, from the JSON Schema that also checks it; in English only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from engine.structure import schema
from publisher import pages as p
from publisher.service import NAMED, service_pages

WRITTEN = ("rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right")
KINDS = (*WRITTEN, "decision", "trace", "problem", "change", "impact", "receipt")
"""In the order in which somebody would write them, then what comes out; the first is the page of the folder."""
DEEP = 2
"""Keys deeper than this are left to the schema itself."""

Schema = Mapping[str, Any]


def schema_pages() -> Iterator[p.Page | p.File]:
    """A page and the schema itself for each kind, and what they share."""
    kinds = (*((each, file_of(each)) for each in KINDS), NAMED)
    for kind in KINDS:
        whole = schema(kind)
        path = f"reference/{kind}.json"
        page = p.SchemaPage(
            PurePosixPath("reference", file_of(kind)),
            kind,
            kinds,
            whole.get("description", ""),
            tuple(keys(whole, whole, 0)),
            path,
        )
        yield page
        yield schema_file(kind)
    yield schema_file("common")
    yield from service_pages(kinds)


def file_of(kind: str) -> str:
    """The page of a kind; the first is the page of the folder."""
    return "index.html" if kind == KINDS[0] else f"{kind}.html"


def schema_file(kind: str) -> p.File:
    content = json.dumps(schema(kind), ensure_ascii=False, indent=1) + "\n"
    return p.File(PurePosixPath(f"reference/{kind}.json"), content.encode())


def keys(part: Schema, whole: Schema, level: int) -> Iterator[p.SchemaKey]:
    """The keys of a part of a schema and, up to a depth, the keys inside them; the same ones again are only named."""
    told: dict[tuple[p.SchemaKey, ...], str] = {}
    for name, value in part.get("properties", {}).items():
        there, home = follow(value, whole)
        inner = there.get("items", there) if there.get("type") == "array" else there
        inside, home = follow(inner, home) if isinstance(inner, Mapping) else (there, home)
        under = tuple(keys(inside, home, level + 1)) if level + 1 < DEEP else ()
        like = told.setdefault(under, name) if under else name
        example = value.get("examples", there.get("examples"))
        yield p.SchemaKey(
            name,
            level,
            name in part.get("required", ()),
            value.get("description", there.get("description", "")),
            json.dumps(example[0], ensure_ascii=False) if example else "",
            like if like != name else "",
        )
        if like == name:
            yield from under


def follow(part: Schema, whole: Schema) -> tuple[Schema, Schema]:
    """What a ``$ref`` means, and the schema it stands in."""
    ref = part.get("$ref")
    if ref is None:
        return part, whole
    file, _, pointer = ref.partition("#")
    home: Schema = schema(PurePosixPath(file).stem) if file else whole
    found: Any = home
    for step in pointer.strip("/").split("/"):
        found = found[step] if step else found
    return found, home
