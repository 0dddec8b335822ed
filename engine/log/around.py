"""What stands around the policies and says what they mean: edits of it are in the log too, so that none is silent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import rfc8785

from engine.load import Shelf
from engine.structure import HERE as SCHEMAS

WORDS = SCHEMAS.parent / "words"


def around(shelf: Shelf) -> dict[tuple[str, str], str]:
    """Digests by kind and id of ``rulebook.yaml``, all schemas, the phrase tables of its languages and all charters.

    A schema's is of its canonical JSON, as a policy's is; that of phrase tables and charters is of the file.
    """
    return dict(_around(shelf))


def _around(shelf: Shelf) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("rulebook", shelf.about.data["id"]), shelf.about.digest
    for file in sorted(SCHEMAS.glob("*.json")):
        yield ("schema", file.stem), _digest(rfc8785.dumps(json.loads(file.read_bytes())))
    for lang in sorted(shelf.about.data["languages"]):
        yield ("words", lang), _file(WORDS / f"{lang}.yaml")
    for file in sorted((shelf.root / "charters").rglob("*.yaml")):
        yield ("charter", file.relative_to(shelf.root / "charters").with_suffix("").as_posix()), _file(file)


def _file(file: Path) -> str:
    return _digest(file.read_bytes()) if file.is_file() else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
