"""Bytes to a folder: each file appears whole, unchanged files are left alone, and what is no longer made goes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

LIST = ".published.json"
"""Every path the last run wrote, with what the file looked like: what may be removed by the next one."""

BEGUN = ".publishing"
"""Every new path of a run that is under way, one a line, each before it is written: what a run that was killed left."""

File = tuple[PurePosixPath, bytes]
"""Where a file is to be, and what is in it."""

FOREIGN = "a file is there that `rulebook publish` did not write; move it away or choose another folder"

Look = tuple[int, int]
"""The size of a file and the time of its last change."""


class CannotWriteError(Exception):
    """A file or folder that cannot be written, and why."""

    def __init__(self, path: str | Path, error: OSError | str) -> None:
        why = error if isinstance(error, str) else (error.strerror or str(error)).lower()
        super().__init__(f"cannot write `{path}`: {why}")


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

    A file of somebody else in the place of one of ours ends it. Where a list is there that cannot be read, what lies
    there is taken for ours, but nothing is removed. `made_from` is kept with the list of files, for `last`. When `only`
    some folders are made again, the others stay.
    """
    with alone(out):
        ended = begun(out)
        before: dict[str, Look | None] = {**dict.fromkeys(ended), **list_of(out)}
        strict = before or not (out / LIST).exists()
        now: dict[str, Look | None] = {}
        folders: set[str] = set()
        written = same = 0
        try:
            with beginning(out) as begin:
                for path, content in files:
                    name = address(path, now)
                    target = os.path.join(out, name)
                    look = look_of(target)
                    if look is not None and look[0] == len(content) and read(target) == content:
                        now[name] = look
                        same += 1
                        continue
                    if name not in before:
                        keep_foreign(target, look if strict else None)
                        begin(name)
                    now[name] = put(target, content, folders)
                    written += 1
        except BaseException:
            put_list(out, {**before, **now}, None)  # what was written is known to the next run, which ends the work
            forget_begun(out)
            raise
        stale = {name for name in before.keys() - now.keys() if only is None or name.partition("/")[0] in only}
        for name in ended:
            draft_of(os.path.join(out, name)).unlink(missing_ok=True)
        for name in stale:
            if is_as_listed(os.path.join(out, name), before[name]):
                remove(out / name, out)
        put_list(out, {name: look for name, look in {**before, **now}.items() if name not in stale}, made_from)
        forget_begun(out)
    return Written(written, same, len(stale))


def keep_foreign(target: str, look: Look | None) -> None:
    if look is not None and os.path.isfile(target):
        raise CannotWriteError(target, FOREIGN)


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
    """What the last run was made from, if it was done and every file it wrote still looks as it did."""
    made_from = listed(out).get("made_from")
    if not isinstance(made_from, dict) or (out / BEGUN).exists():
        return None
    whole = all(look_of(os.path.join(out, name)) == look for name, look in list_of(out).items())
    return made_from if whole else None


def list_of(out: Path) -> dict[str, Look | None]:
    """What the last run wrote; a list that somebody has changed to lead out of the folder is not followed."""
    found: dict[str, Look | None] = {}
    files = listed(out).get("files")
    for name, look in files.items() if isinstance(files, dict) else ():
        if is_ours(name) and isinstance(look, list) and len(look) == len(("size", "time")):
            found[name] = (look[0], look[1])
    return found


def is_ours(name: str) -> bool:
    """Whether a path is one that we may have written.

    >>> [is_ours(name) for name in ("index.html", "demo/en/index.html", ".", "", "a/", "../a", "/a", ".git/config")]
    [True, True, False, False, False, False, False, False]
    """
    path = PurePosixPath(name)
    inside = not path.is_absolute() and str(path) == name and bool(path.parts)
    return inside and not any(part.startswith(".") for part in path.parts)


def is_as_listed(target: str, listed: Look | None) -> bool:
    """Whether a file has the size that it was written with; a copy of the folder has other times."""
    look = look_of(target)
    return look is None or listed is None or look[0] == listed[0]


def begun(out: Path) -> list[str]:
    """What a run that was killed had begun to write, and put on no list."""
    try:
        lines = (out / BEGUN).read_text("utf-8", "replace").split("\n")
    except OSError:
        return []
    return [name for name in lines[:-1] if is_ours(name)]


@contextmanager
def beginning(out: Path) -> Iterator[Callable[[str], None]]:
    """Puts down what is written next. A process that is killed has told the system by then."""
    target = out / BEGUN
    try:
        opened = open(target, "ab", buffering=0)  # noqa: SIM115 - closed below; what fails in between is another matter
    except OSError as error:
        raise CannotWriteError(target, error) from None
    with opened:

        def begin(name: str) -> None:
            try:
                opened.write(f"{name}\n".encode())
            except OSError as error:
                raise CannotWriteError(target, error) from None

        yield begin


def forget_begun(out: Path) -> None:
    (out / BEGUN).unlink(missing_ok=True)


def listed(out: Path) -> dict[str, Any]:
    """The list as it lies in the folder; nothing if there is none that can be read."""
    try:
        found = json.loads(read(os.path.join(out, LIST)))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def put_list(out: Path, files: Mapping[str, Look | None], made_from: Mapping[str, Any] | None) -> None:
    looks = {name: look or look_of(os.path.join(out, name)) for name, look in sorted(files.items())}
    there = {name: look for name, look in looks.items() if look is not None}
    content = json.dumps({"made_from": made_from, "files": there}, indent=0)
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
    folder = os.path.dirname(target)
    draft = draft_of(target)
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
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotWriteError(target, error) from None
    return found.st_size, found.st_mtime_ns


def draft_of(target: str) -> Path:
    """Where a file is until it is whole."""
    folder, name = os.path.split(target)
    return Path(folder, f".{name}.new")


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
