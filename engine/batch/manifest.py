"""What a run is and how far it has come, as a file that is always whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.batch.inputs import Found

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one part. `rows` counts the rows of its subjects by source."""

    decided: int
    refused: int
    rows: Mapping[str, int]


@dataclass(slots=True)
class Manifest:
    """A run: what decides about what (`terms`), the bounds between its parts, and the parts that are done."""

    terms: Mapping[str, Any]
    bounds: Sequence[str]
    done: dict[int, Part] = field(default_factory=dict)


def inputs(found: Mapping[str, Found]) -> list[dict[str, Any]]:
    """The files of a run, so that another run can tell whether they are the same."""
    told = []
    for one in found.values():
        for file in one.files:
            stat = file.stat()
            told.append({"table": one.id, "file": file.name, "size": stat.st_size, "changed": stat.st_mtime_ns})
    return told


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Writes it beside itself first, so that it is never half there."""
    data = {
        "terms": manifest.terms,
        "bounds": list(manifest.bounds),
        "done": {str(number): asdict(part) for number, part in sorted(manifest.done.items())},
    }
    settle(folder / NAME, json.dumps(data, ensure_ascii=False, indent=1).encode())


def settle(file: Path, data: bytes) -> None:
    """Puts bytes into a file that appears only when they are on the disk."""
    new = file.with_name(file.name + ".new")
    with new.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run that was broken off; None if it had not begun."""
    file = folder / NAME
    if not file.is_file():
        return None
    data = json.loads(file.read_text("utf-8"))
    return Manifest(data["terms"], data["bounds"], {int(number): Part(**part) for number, part in data["done"].items()})
