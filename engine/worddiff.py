"""Two texts word by word: what stayed, what went and what came, in pieces a reader can follow.

Numbers and words are never cut, Chinese goes character by character, and sentences are laid beside each other first.
Two passages with little in common are not mixed: the old one stands whole before the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+(?:[.,]\d+)*|\s+|.", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?]\s)|(?<=[。！？\n])")
ALIKE = 0.3
"""Below this share in common, two passages are shown one after the other."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is in both, in the old one only, or in the new one only."""

    kind: Literal["same", "removed", "added"]
    text: str


def worddiff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of two texts: *same* and *removed* make the old one, *same* and *added* the new one.

    >>> [(piece.kind, piece.text) for piece in worddiff("Kept for 24 months.", "Kept for 36 months.")]
    [('same', 'Kept for '), ('removed', '24'), ('added', '36'), ('same', ' months.')]
    """
    before, after = SENTENCE.split(old), SENTENCE.split(new)
    found: list[Piece] = []
    for same, one, other in _runs(before, after):
        if same:
            found.append(Piece("same", one))
        else:
            found += _passage(one, other)
    return tuple(_joined(found))


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Runs of parts that are the same in both, and of what stands between them."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        yield kind == "equal", "".join(before[a:b]), "".join(after[c:d])


def _passage(old: str, new: str) -> list[Piece]:
    """One passage in the place of another, token by token if they are alike."""
    one, other = TOKEN.findall(old), TOKEN.findall(new)
    said, says = ([token for token in tokens if token.strip()] for tokens in (one, other))
    if SequenceMatcher(None, said, says, autojunk=False).ratio() < ALIKE:
        return [Piece("removed", old), Piece("added", new)]
    found: list[Piece] = []
    for same, before, after in _runs(one, other):
        if same and (before.strip() or not found):
            found.append(Piece("same", before))
        else:
            found += [Piece("removed", before), Piece("added", after)]
    return found


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; between two that stayed, what went comes before what came."""
    waiting = {"same": "", "removed": "", "added": ""}
    for piece in pieces:
        other = waiting["removed"] or waiting["added"] if piece.kind == "same" else waiting["same"] and piece.text
        if other:
            yield from _emptied(waiting)
        waiting[piece.kind] += piece.text
    yield from _emptied(waiting)


def _emptied(waiting: dict[str, str]) -> Iterator[Piece]:
    if waiting["same"]:
        yield Piece("same", waiting["same"])
    if waiting["removed"]:
        yield Piece("removed", waiting["removed"])
    if waiting["added"]:
        yield Piece("added", waiting["added"])
    waiting.update(same="", removed="", added="")
