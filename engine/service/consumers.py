"""Who may evaluate, for which uses and how often: the file `consumers.yaml`, which holds no key but digests of keys."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.explain import explained, listed
from engine.ir import Edition
from engine.load import Document, read_text
from engine.problem import Problem
from engine.rulebook import BadRulebook
from engine.structure import schema, validator

KEY = "orb_"
"""What a consumer's key begins with, so that whoever finds one knows what it is."""
SECONDS = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who asks: the SHA-256 of each of its keys, the uses of each rulebook, and how many evaluations in how long."""

    name: str
    keys: tuple[bytes, ...]
    uses: Mapping[str, frozenset[str]]
    evaluations: int
    seconds: int


def read_consumers(file: Path) -> tuple[tuple[Consumer, ...], Document]:
    """The consumers in a file; BadRulebook has everything that is wrong with it."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadRulebook([Problem("unreadable", f"`{file}` cannot be read as text")]) from None
    document, problems = read_text(text, file.name)
    if document is not None:
        errors = validator("consumers").iter_errors(document.data)
        problems = [*problems, *explained(document, errors, schema("consumers"), schema("common"))]
    if document is None or problems:
        raise BadRulebook(problems, {file.name: text})
    found = tuple(_consumer(each) for each in document.data["consumers"])
    if twice := [*_twice(found, document)]:
        raise BadRulebook(twice, {file.name: text})
    return found, document


def _consumer(data: Mapping[str, object]) -> Consumer:
    match data:
        case {
            "name": str() as name,
            "keys": list() as keys,
            "uses": dict() as uses,
            "rate": {"evaluations": int() as evaluations, "every": str() as every},
        }:
            digests = tuple(bytes.fromhex(key.removeprefix("sha256:")) for key in keys)
            allowed = {book: frozenset(each) for book, each in uses.items()}
            return Consumer(name, digests, allowed, evaluations, SECONDS[every])
        case _:
            raise AssertionError(data)  # the schema has been looked at


def _twice(consumers: Sequence[Consumer], document: Document) -> list[Problem]:
    """Two consumers of one name could not be told apart, nor two with one key."""
    found = []
    for index, one in enumerate(consumers):
        for other in consumers[:index]:
            if one.name == other.name:
                place = document.places["consumers", index, "name"]
                found.append(Problem("repeated", f"there is another consumer called `{one.name}`", place))
            if set(one.keys) & set(other.keys):
                place = document.places["consumers", index, "keys"]
                found.append(Problem("repeated", f"`{one.name}` has a key of `{other.name}`", place))
    return found


def without_use(consumers: Sequence[Consumer], document: Document, editions: Mapping[str, Edition]) -> list[Problem]:
    """What consumers may ask for and nobody published: a rulebook that is not there, or a use it does not have."""
    found = []
    for index, consumer in enumerate(consumers):
        for book, uses in consumer.uses.items():
            edition, way = editions.get(book), ("consumers", index, "uses", book)
            if edition is None:
                help_ = f"there is {listed(list(editions))}"
                found.append(Problem("no-rulebook", f"there is no rulebook `{book}`", document.keys[way], help_))
                continue
            for use in sorted(uses - set(edition.uses)):
                help_ = f"it has {listed(list(edition.uses)) if edition.uses else 'none'}"
                found.append(Problem("undeclared-use", f"`{book}` has no use `{use}`", document.places[way], help_))
    return found


def who(consumers: Sequence[Consumer], key: str) -> int | None:
    """The consumer a key belongs to, by its number. All digests are compared, each in constant time."""
    digest, found = hashlib.sha256(key.encode()).digest(), None
    for number, consumer in enumerate(consumers):
        for known in consumer.keys:
            if hmac.compare_digest(digest, known):
                found = number
    return found


def new_key() -> tuple[str, str]:
    """A new key and its digest as `consumers.yaml` has it.

    >>> key, digest = new_key()
    >>> key[:4], len(key), digest[:7], len(digest)
    ('orb_', 47, 'sha256:', 71)
    """
    key = KEY + secrets.token_urlsafe(32)
    return key, f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
