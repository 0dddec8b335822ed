"""Blocks of a change to pages that are not too heavy, and long blocks in several pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from publisher import pages as p

ROOM = 9_000
"""About so many bytes are on a page besides what stands on each."""

IN_INDEX = 40
"""So many policies are in the index of a change."""

INDEXED = 130
"""What an entry of the index weighs besides its words."""

STRING, PART = 12, 70
"""What the marks around a string and around a part of a page weigh."""


def packed(blocks: Sequence[p.Block], room: int = ROOM, most: int = IN_INDEX) -> list[tuple[p.Block, ...]]:
    """The blocks in order, on as few pages as hold them; at least one page. The first one has an index as well."""
    pages: list[list[p.Block]] = [[]]
    cards = [block for block in blocks if isinstance(block, p.Card)]
    left = room - sum(INDEXED + weight(card.title) for card in cards[:most])
    for block, needed in (piece for whole in blocks for piece in weighed(whole, room)):
        if needed > left and left < room:
            pages.append([])
            left = room
        pages[-1].append(block)
        left -= needed
    return [tuple(page) for page in pages]


def weighed(block: p.Block, room: int) -> Iterator[tuple[p.Block, int]]:
    """A block, or the pieces of one that is too heavy, each with its weight."""
    whole = weight(block)
    if whole <= room:
        yield block, whole
    else:
        yield from ((piece, weight(piece)) for piece in pieces(block, room))


def pieces(block: p.Block, room: int) -> Iterator[p.Block]:
    """A block, or what it can be cut into."""
    match block:
        case p.Card():
            for number, some in enumerate(cut(block.told, room)):
                yield replace(block, told=some, goes_on=number > 0, why=None if number else block.why)
        case p.Written():
            for number, found in enumerate(cut(block.hunks, room)):
                yield replace(block, hunks=found, goes_on=number > 0)
        case p.People():
            for number, shown in enumerate(cut(block.examples, room)):
                yield replace(block, examples=shown, lines=() if number else block.lines, goes_on=number > 0)
        case p.Counted():
            yield block


def cut(parts: Sequence[Any], room: int) -> Iterator[Any]:
    """Parts in runs of which none but a single one is too heavy."""
    run: list[Any] = []
    heavy = 0
    for part in parts:
        needed = weight(part)
        if run and heavy + needed > room:
            yield tuple(run)
            run, heavy = [], 0
        run.append(part)
        heavy += needed
    yield tuple(run)


def weight(part: Any) -> int:
    """About how many bytes a part of a page is.

    >>> weight(("fair", "公平"))
    34
    """
    if isinstance(part, str):
        return len(part.encode()) + STRING
    if isinstance(part, p.Phrase):
        return len(part.text.encode()) + STRING
    if isinstance(part, tuple):
        return sum(map(weight, part))
    if part is None:
        return 0
    names = getattr(type(part), "__slots__", None)
    return STRING if names is None else PART + sum([weight(getattr(part, name)) for name in names])
