"""Editions to compare: all that are shipped or shown, versions of them with something changed, and what is the same."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from engine.editions import changes, in_force
from engine.ir import Edition
from engine.load import Document
from engine.parse import parse_edition
from engine.places import same, seen
from engine.readings.change import NAMES
from engine.rulebook import Rulebook, load_rulebook
from engine.sides import side
from tests.strategies import written

GOOD = Path(__file__).resolve().parent / "policies" / "good"
SHIPPED = Path(__file__).resolve().parents[1] / "policies"
DAY = date(2027, 6, 1)
Documents = dict[tuple[str, str], Any]


@cache
def books() -> dict[str, Rulebook]:
    """Every rulebook that is shipped or used in tests."""
    found = [folder.parent for root in (SHIPPED, GOOD) for folder in sorted(root.glob("*/rulebook.yaml"))]
    assert len(found) >= 4
    return {folder.name: load_rulebook(folder) for folder in found}


@cache
def editions(book: str) -> tuple[Edition, ...]:
    """All editions of a rulebook in time, and the one its drafts would make."""
    rulebook = books()[book]
    days = changes(rulebook.shelf.policies)
    found = [parse_edition(rulebook.about, in_force(rulebook.shelf.policies, day))[0] for day in days]
    if rulebook.shelf.drafts:
        found.append(side(f"{rulebook.shelf.root / book}@drafts", rulebook.shelf.root).edition)
    return tuple(one for one in found if one is not None)


def pairs() -> Iterator[tuple[Edition, Edition]]:
    """Every two editions of one rulebook, both ways."""
    for book in books():
        yield from ((one, other) for one in editions(book) for other in editions(book) if one is not other)


def changed(change: Callable[[Documents], None], book: str = "fair-civic-trust") -> tuple[Edition, Edition]:
    """An edition, and the one that changed documents make."""
    rulebook = books()[book]
    found = in_force(rulebook.shelf.policies, DAY)
    documents = {(one.data["kind"], one.data["id"]): one.data for one in found}
    other = copy.deepcopy(documents)
    change(other)
    same_as_before = [one for one in found if other.get((one.data["kind"], one.data["id"])) == one.data]
    kept = {(one.data["kind"], one.data["id"]) for one in same_as_before}
    files = [*same_as_before, *(file(rulebook, data) for name, data in other.items() if name not in kept)]
    return unchanged(book), made(rulebook, files)


@cache
def unchanged(book: str) -> Edition:
    rulebook = books()[book]
    return made(rulebook, in_force(rulebook.shelf.policies, DAY))


def file(rulebook: Rulebook, data: Any) -> Document:
    """A document as it would be read from its file."""
    return written(data, f"{rulebook.about.id}/{data['kind']}s/{data['id']}/{data['version']}.yaml")


def made(rulebook: Rulebook, documents: list[Document]) -> Edition:
    """The edition that documents make."""
    found, problems = parse_edition(rulebook.about, documents, DAY)
    assert found is not None, [problem.sentence for problem in problems]
    return found


def alike(one: Edition, other: Edition) -> list[str]:
    """The attributes in which two editions differ, the documents as written left out."""
    return [name for name in seen(one) if not same(getattr(one, name), getattr(other, name))]


# ---------------------------------------------------------------------------------------------------------- mutants


def mutants(node: Any, met: set[str]) -> Iterator[tuple[str, Any]]:
    """A node with one attribute of itself, or of something in it, replaced: each attribute of each class once."""
    if is_dataclass(node):
        for field in fields(node):
            name = f"{type(node).__name__}.{field.name}"
            if field.name in ("where", "raw", "log"):
                continue
            value = getattr(node, field.name)
            if name not in met and (type(node), field.name) not in NAMES:
                found = [each for each in variants(value) if not same(each, value)]
                met |= {name} if found else set()
                yield from ((name, replace(node, **{field.name: each})) for each in found)
            yield from ((label, replace(node, **{field.name: each})) for label, each in mutants(value, met))
    elif isinstance(node, tuple):
        for index, item in enumerate(node):
            for label, each in mutants(item, met):
                yield label, (*node[:index], each, *node[index + 1 :])
    elif isinstance(node, Mapping):
        for key, item in node.items():
            yield from ((label, {**node, key: each}) for label, each in mutants(item, met))


def variants(value: Any) -> list[Any]:
    """Something else in the place of a value."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, None]
        case str():
            return [f"{value}x"]
        case date():
            return [value + timedelta(days=1)]
        case None:
            return ["something"]
        case tuple():
            return [value[1:], (*value[1:], *value[:1])] if value else []
        case Mapping():
            return [dict(list(value.items())[1:])] if value else [{"something": {"en": "words"}}]
        case _:
            return []
