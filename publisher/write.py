"""Bytes to a folder: each file appears whole, unchanged files are left alone, and what is no longer made goes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LIST = ".published.json"
"""Every path the last run wrote: what may be removed by the next one."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written because they were new or differed, left as they were, and removed."""

    written: int
    same: int
    removed: int


def write(files: Iterable[tuple[PurePosixPath, bytes]], out: Path) -> Written:
    """Puts the files under `out`; nothing there that an earlier run did not write is touched."""
    before = list_of(out)
    now: set[str] = set()
    written = same = 0
    for path, content in files:
        name = str(path)
        if path.is_absolute() or ".." in path.parts or name in now:
            raise ValueError(f"cannot write {name}")
        now.add(name)
        target = out / path
        if target.is_file() and target.read_bytes() == content:
            same += 1
        else:
            put(target, content)
            written += 1
    stale = before - now
    for name in stale:
        remove(out / name, out)
    put(out / LIST, (json.dumps(sorted(now), indent=0) + "\n").encode())
    return Written(written, same, len(stale))


def list_of(out: Path) -> set[str]:
    """What the last run wrote; a list that somebody has changed to lead out of the folder is not followed."""
    file = out / LIST
    if not file.is_file():
        return set()
    names = [PurePosixPath(name) for name in json.loads(file.read_text("utf-8"))]
    return {str(name) for name in names if not name.is_absolute() and ".." not in name.parts}


def put(target: Path, content: bytes) -> None:
    """A reader sees the old bytes or the new ones, never half of them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)


def remove(target: Path, out: Path) -> None:
    """Removes a file, and the folders it leaves empty."""
    target.unlink(missing_ok=True)
    for folder in target.parents:
        if folder == out or any(folder.iterdir()):
            break
        folder.rmdir()
