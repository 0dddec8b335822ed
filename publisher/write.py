"""Bytes to a folder: each file appears whole, unchanged files are left alone, and what is no longer made goes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

LIST = ".published.json"
"""Every path the last run wrote, with what the file looked like: what may be removed by the next one."""

File = tuple[PurePosixPath, bytes]
"""Where a file is to be, and what is in it."""

Look = tuple[int, int]
"""The size of a file and the time of its last change."""


class CannotWriteError(Exception):
    """A file or folder that cannot be written, and why."""

    def __init__(self, path: str | Path, error: OSError) -> None:
        super().__init__(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}")


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written because they were new or differed, left as they were, and removed."""

    written: int
    same: int
    removed: int


def write(
    files: Iterable[File],
    out: Path,
    made_from: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
) -> Written:
    """Puts the files under `out`; nothing there that an earlier run did not write is touched.

    `made_from` is kept with the list of files, for `last`. When `only` some folders are made again, the others stay.
    """
    with alone(out):
        before = list_of(out)
        now: dict[str, Look | None] = {}
        folders: set[str] = set()
        written = same = 0
        try:
            for path, content in files:
                name = address(path, now)
                target = os.path.join(out, name)
                look = look_of(target)
                if look is not None and look[0] == len(content) and read(target) == content:
                    now[name] = look
                    same += 1
                else:
                    now[name] = put(target, content, folders)
                    written += 1
        except BaseException:
            put_list(out, {**before, **now}, None)  # what was written is known to the next run, which ends the work
            raise
        stale = {name for name in before.keys() - now.keys() if only is None or name.partition("/")[0] in only}
        for name in stale:
            remove(out / name, out)
        put_list(out, {name: look for name, look in {**before, **now}.items() if name not in stale}, made_from)
    return Written(written, same, len(stale))


def address(path: PurePosixPath, taken: Container[str]) -> str:
    """A path as text; one that leads out of the folder, or is there already, is a mistake of ours."""
    name = str(path)
    if path.is_absolute() or ".." in path.parts or name in taken:
        raise ValueError(f"cannot write {name}")
    return name


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """The folder for oneself, made if need be; a second process waits. The lock ends with the process, in any case."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.open(out, os.O_RDONLY)
    except OSError as error:
        raise CannotWriteError(out, error) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def last(out: Path) -> dict[str, Any] | None:
    """What the last run was made from, if every file it wrote still looks as it did."""
    made_from = listed(out).get("made_from")
    if not isinstance(made_from, dict):
        return None
    whole = all(look_of(os.path.join(out, name)) == look for name, look in list_of(out).items())
    return made_from if whole else None


def list_of(out: Path) -> dict[str, Look | None]:
    """What the last run wrote; a list that somebody has changed to lead out of the folder is not followed."""
    found: dict[str, Look | None] = {}
    files = listed(out).get("files")
    for name, look in files.items() if isinstance(files, dict) else ():
        path = PurePosixPath(name)
        if not path.is_absolute() and ".." not in path.parts:
            found[name] = (look[0], look[1]) if isinstance(look, list) and len(look) == len(("size", "time")) else None
    return found


def listed(out: Path) -> dict[str, Any]:
    """The list as it lies in the folder; nothing if there is none that can be read."""
    try:
        found = json.loads(read(os.path.join(out, LIST)))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def put_list(out: Path, files: Mapping[str, Look | None], made_from: Mapping[str, Any] | None) -> None:
    content = json.dumps({"made_from": made_from, "files": dict(sorted(files.items()))}, indent=0)
    put(os.path.join(out, LIST), content.encode(), set())


def look_of(target: str) -> Look | None:
    try:
        found = os.stat(target)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def read(target: str) -> bytes:
    with open(target, "rb") as opened:
        return opened.read()


def put(target: str, content: bytes, folders: set[str]) -> Look:
    """A reader sees the old bytes or the new ones, never half of them. `folders` are known to be there."""
    folder, name = os.path.split(target)
    draft = os.path.join(folder, f".{name}.new")
    try:
        if folder not in folders:
            os.makedirs(folder, exist_ok=True)
            folders.add(folder)
        try:
            with open(draft, "wb", buffering=0) as opened:
                left = memoryview(content)
                while left:
                    left = left[opened.write(left) :]
                found = os.fstat(opened.fileno())
            os.replace(draft, target)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotWriteError(target, error) from None
    return found.st_size, found.st_mtime_ns


def remove(target: Path, out: Path) -> None:
    """Removes a file, and the folders it leaves empty."""
    try:
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == out or any(folder.iterdir()):
                break
            folder.rmdir()
    except OSError as error:
        raise CannotWriteError(target, error) from None
