"""A log as files (C2SP tlog-tiles): hashes and entries in tiles of 256, which are never changed once they are full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.log.merkle import Hash, leaf_hash, root

WIDTH = 256
HASH = 32
MOST_BYTES = 65_535
"""The length of an entry is written in two bytes."""

Fetch = Callable[[str], bytes | None]
"""Gives a file of a log by its path, or None if there is none."""


class NotATreeError(Exception):
    """Files that do not make one tree; the message is a sentence."""


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile: `level` is a number, or ``entries``.

    >>> tile_path(0, 1234067), tile_path("entries", 5, 12)
    ('tile/0/x001/x234/067', 'tile/entries/005.p/12')
    """
    parts = [f"{index % 1000:03}"]
    while index >= 1000:  # noqa: PLR2004  # three digits to a folder
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def needed(size: int) -> Iterator[tuple[int | str, int, int]]:
    """The tiles of a tree of a size: level, index and width. A level ends where it has no more whole tile below it.

    >>> list(needed(256))
    [('entries', 0, 256), (0, 0, 256), (1, 0, 1)]
    """
    if size:
        yield from _row("entries", size)
    level, count = 0, size
    while count:
        yield from _row(level, count)
        level, count = level + 1, count // WIDTH


def _row(level: int | str, count: int) -> Iterator[tuple[int | str, int, int]]:
    for index in range(0, count, WIDTH):
        yield level, index // WIDTH, min(WIDTH, count - index)


def files_of(entries: Sequence[bytes], since: int = 0) -> dict[str, bytes]:
    """The files of a log by path; with `since`, without those that a log of its first so many entries has already."""
    had = set(needed(since))
    levels = [[leaf_hash(entry) for entry in entries]]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        levels.append([root(below[at : at + WIDTH]) for at in range(0, len(below) - WIDTH + 1, WIDTH)])
    found: dict[str, bytes] = {}
    for level, index, width in needed(len(entries)):
        if (level, index, width) in had:
            continue
        start = index * WIDTH
        if isinstance(level, str):
            content = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries[start : start + width])
        else:
            content = b"".join(levels[level][start : start + width])
        found[tile_path(level, index, width)] = content
    return found


def read_entries(fetch: Fetch, size: int) -> tuple[list[bytes], list[Hash]]:
    """The entries of a tree and the hashes of its leaves, when every tile fits every other.

    Raises NotATreeError otherwise. A whole tile stands in for a partial one that is gone.
    """
    tiles = {(level, index, width): _fetched(fetch, level, index, width) for level, index, width in needed(size)}
    entries = [
        entry
        for (level, index, width), (path, content) in tiles.items()
        if level == "entries"
        for entry in _unpacked(content, width, path)
    ]
    expected = files_of(entries)
    for name, (path, content) in tiles.items():
        own = expected[tile_path(*name)]
        if content != own and (path == tile_path(*name) or not content.startswith(own)):
            raise NotATreeError(f"`{path}` does not fit the entries")
    return entries, [leaf_hash(entry) for entry in entries]


def _fetched(fetch: Fetch, level: int | str, index: int, width: int) -> tuple[str, bytes]:
    """The path that was there and what was in it."""
    for path in dict.fromkeys((tile_path(level, index, width), tile_path(level, index))):
        found = fetch(path)
        if found is not None:
            return path, found
    raise NotATreeError(f"`{tile_path(level, index, width)}` is missing")


def _unpacked(content: bytes, width: int, path: str) -> Iterator[bytes]:
    at = 0
    for _ in range(width):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if at + 2 > len(content) or len(entry) != length:
            raise NotATreeError(f"`{path}` ends in the middle of an entry")
        yield entry
        at += 2 + length
