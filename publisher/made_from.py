"""What a website was made from, as one digest, and the days for which it says the same."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import pairwise
from pathlib import Path
from typing import Any

import engine
from engine.editions import changes
from engine.rulebook import Rulebook
from publisher.locate import HERE, site_folder

NO_CODE = frozenset({"__pycache__"})
"""Folders in which nothing lies that a website is made from."""


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What a website was made from: `digest` of all that went in, and the days from `since` until before `until`."""

    digest: str
    since: str
    until: str
    rulebooks: tuple[str, ...]


def digest_of(rulebooks: Sequence[Path]) -> str:
    """Of every file that may change a website: the rulebooks, our code, templates, words and assets, and the libraries.

    Read before the website is made: what changes meanwhile is then not taken for what went in.
    """
    found = hashlib.sha256()
    for part in libraries():
        found.update(f"{part}\n".encode())
    for number, folder in enumerate((*rulebooks, Path(engine.__file__).parent, HERE, site_folder())):
        root = str(folder.resolve())
        for file in files(root):
            found.update(f"{number} {file[len(root) :]}\n".encode(errors="surrogateescape"))
            found.update(hash_of(file))
    return found.hexdigest()


def hash_of(file: str) -> bytes:
    """The digest of a file; of nothing, when it is gone before it is read."""
    try:
        with open(file, "rb") as opened:
            return hashlib.sha256(opened.read()).digest()
    except OSError:
        return b""


def files(folder: str) -> Iterator[str]:
    """Every file in a folder, by name; what is hidden is left out."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.startswith(".") or name in NO_CODE:
            continue
        if os.path.isdir(path):
            yield from files(path)
        else:
            yield path


def libraries() -> Iterator[str]:
    """Python and the libraries, with their versions."""
    yield sys.version
    try:
        names = [line.partition(";") for line in requires("openrulebook") or ()]
    except PackageNotFoundError:
        return
    for name in sorted({_name(wanted) for wanted, _, marker in names if "extra" not in marker}):
        yield f"{name} {version(name)}"


def _name(wanted: str) -> str:
    """A library without the versions that will do.

    >>> _name("ruamel.yaml>=0.19"), _name("click")
    ('ruamel.yaml', 'click')
    """
    return "".join(c if c.isalnum() or c in "._-" else " " for c in wanted).split()[0]


def days(rulebooks: Sequence[Rulebook], today: date) -> tuple[date, date]:
    """From which day, and until before which day, a website says what it says today: until something begins or ends."""
    found = {day for rulebook in rulebooks for day in changes(rulebook.shelf.policies)}
    ends = sorted({date.min, *found, date.max})
    return next(((one, other) for one, other in pairwise(ends) if one <= today < other), (date.max, date.max))


def says_the_same(made: Mapping[str, Any], digest: str, today: date) -> bool:
    """Whether a website would be the same if it were made again; `made` is what is kept of how it was made."""
    try:
        return bool(made["digest"] == digest and made["since"] <= today.isoformat() < made["until"])
    except (KeyError, TypeError):
        return False
