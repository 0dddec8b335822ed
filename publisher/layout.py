"""Boxes in columns and the paths between them: a picture small enough for a phone, whose words can still be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, takewhile
from unicodedata import east_asian_width

from publisher.pages.flow import Box, Picture
from publisher.pages.frame import Link

WIDTH = 352
"""On a phone of 390 pixels one unit is a little more than one pixel."""

BUS = 344
"""Where the line runs that leads past the columns down to the score and the uses."""

LINE = 15
"""The height of a line of words, which are 12 high."""

PAD = 5
TOP = 22
"""Above the columns there is room for their headings."""

SPACE = 9
"""At least so much between two boxes of a column."""

IN = 20
"""So far in stands what the score leads to, beside the line that comes down from it."""

MOST_SPACE = 90
"""A column with few boxes is spread out beside one with many, but no further than this."""

MOST_LINES = 6

MOST_LETTERS = 400
"""More can be in no box."""


@dataclass(frozen=True, slots=True)
class Node:
    """Something to be shown in a box; `key` names it in edges."""

    key: str
    link: Link


Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, how wide it is, and its nodes."""

    head: str
    width: int
    nodes: Sequence[Node]


def picture(columns: Sequence[Column], edges: Collection[Edge], below: Sequence[Node]) -> Picture:
    """Columns from left to right, and below them, one after the other, what everything leads to.

    An edge between neighbouring columns is a curve; one inside a column is an arc at its right; one to a box below runs
    along the right side. What a box below leads to stands farther in, each at a branch of its own.
    """
    gap = (BUS - 8 - sum(column.width for column in columns)) // max(1, len(columns) - 1)
    ordered = in_order(columns, farther(columns, set(edges)))
    lines = {
        node.key: wrapped(node.link.words.text, column.width - 2 * PAD) for column in ordered for node in column.nodes
    }
    tall = max(stack(lines, column, 0) for column in ordered)
    boxes: dict[str, Box] = {}
    heads = []
    x = 0
    for column in ordered:
        heads.append((column.head, x))
        free = tall - stack(lines, column, 0)
        space = (
            SPACE + min(free // max(1, len(column.nodes) - 1), MOST_SPACE - SPACE) if len(column.nodes) > 1 else SPACE
        )
        y = TOP + (tall - stack(lines, column, space - SPACE)) // 2
        for node in column.nodes:
            boxes[node.key] = box(node.link, x, y, column.width, lines[node.key])
            y += boxes[node.key].height + space
        x += column.width + gap
    y = TOP + tall + 24
    places = set(boxes)
    for node in below:
        x = IN if any(other == node.key and one in boxes and one not in places for one, other in edges) else 0
        width = BUS - 8 - x
        boxes[node.key] = box(node.link, x, y, width, wrapped(node.link.words.text, width - 2 * PAD))
        y += boxes[node.key].height + 14
    place = {node.key: number for number, column in enumerate(ordered) for node in column.nodes}
    drawn = "".join(path(boxes, place, edge) for edge in sorted(set(edges))) + buses(boxes, place, edges)
    return Picture(WIDTH, y - 12, tuple(heads), tuple(boxes.values()), drawn)


def stack(lines: Mapping[str, Sequence[str]], column: Column, more: int) -> int:
    """How tall a column is with so much more space between its boxes."""
    boxes = sum(len(lines[node.key]) * LINE + 2 * PAD for node in column.nodes)
    return boxes + (SPACE + more) * (len(column.nodes) - 1) if column.nodes else 0


def box(link: Link, x: int, y: int, width: int, lines: tuple[str, ...]) -> Box:
    cut = " ".join(lines) != link.words.text and "".join(lines) != link.words.text
    return Box(link, x, y, width, len(lines) * LINE + 2 * PAD, lines, cut)


# ----------------------------------------------------------------------------------------------------------- the paths


def path(boxes: Mapping[str, Box], place: Mapping[str, int], edge: Edge) -> str:
    """One line, from the right side of a box."""
    one, other = (boxes[key] for key in edge)
    x, y = one.x + one.width, one.y + one.height // 2
    to = other.y + other.height // 2
    if edge[0] not in place:  # from the score down to each use
        return f"M{one.x + IN // 2} {one.y + one.height}V{to}H{other.x}"
    if edge[1] not in place:
        return f"M{x} {y}H{BUS}"
    if place[edge[0]] == place[edge[1]]:
        return f"M{x} {y}c16 0 16 {to - y} 0 {to - y}"
    along = other.x - x
    return f"M{x} {y}c{along // 2} 0 {along // 2} {to - y} {along} {to - y}"


def buses(boxes: Mapping[str, Box], place: Mapping[str, int], edges: Iterable[Edge]) -> str:
    """The line at the right side, from the first box that leads to one below down to that one."""
    first: dict[str, int] = {}
    for one, other in sorted(edges):
        if one in place and other not in place:
            middle = boxes[one].y + boxes[one].height // 2
            first[other] = min(first.get(other, middle), middle)
    ends = ((y, boxes[key]) for key, y in first.items())
    return "".join(f"M{BUS} {y}V{end.y + end.height // 2}H{end.x + end.width}" for y, end in ends)


def in_order(columns: Sequence[Column], edges: set[Edge]) -> list[Column]:
    """The columns with their nodes so ordered that few lines cross: each near the middle of what it is joined to."""
    found = list(columns)
    for sweep in range(6):
        numbers = range(1, len(found)) if sweep % 2 == 0 else range(len(found) - 2, -1, -1)
        for number in numbers:
            beside = found[number - 1 if sweep % 2 == 0 else number + 1]
            found[number] = toward(found[number], beside, edges)
    return found


def farther(columns: Sequence[Column], edges: set[Edge]) -> set[Edge]:
    """The edges, and those that lead on over others of the same column: what belongs together comes to lie together."""
    at = {node.key: number for number, column in enumerate(columns) for node in column.nodes}
    found = set(edges)
    while True:
        inside = [(one, other) for one, other in found if one in at and at[one] == at.get(other)]
        more = {(first, other) for one, other in inside for first, second in found if second == one}
        more |= {(one, last) for one, other in inside for first, last in found if first == other}
        if more <= found:
            return found
        found |= more


def toward(column: Column, beside: Column, edges: set[Edge]) -> Column:
    """One column ordered by another. A node that is joined to nothing there keeps its place among the rest."""
    at = {node.key: (number + 0.5) / len(beside.nodes) for number, node in enumerate(beside.nodes)}
    middle = {}
    for number, node in enumerate(column.nodes):
        joined = [at[key] for key in at if (key, node.key) in edges or (node.key, key) in edges]
        middle[node.key] = sum(joined) / len(joined) if joined else (number + 0.5) / len(column.nodes)
    return Column(column.head, column.width, sorted(column.nodes, key=lambda node: middle[node.key]))


# ----------------------------------------------------------------------------------------------------------- the words

BREAK = re.compile(r"(?<=[-–/])|(?<=\s)|(?<=[\u2e80-\u9fff])(?=[\u2e80-\u9fff])")
"""After a hyphen, at a blank, and between two Chinese characters a line may end."""


@lru_cache(4096)
def wrapped(words: str, room: int) -> tuple[str, ...]:
    """Words in as few lines as `room` allows, about equally long; what is too much ends in an ellipsis.

    >>> wrapped("Share of bills paid on time", 104)
    ('Share of bills', 'paid on time')
    >>> wrapped("一年内按时还款的比例", 72), wrapped("Zahlungsausfälle", 80)
    (('一年内按时', '还款的比例'), ('Zahlungs-', 'ausfälle'))
    """
    words = words[:MOST_LETTERS]
    lines = filled(words, room)
    narrower = (filled(words, less) for less in range(room // 2, room, 4))
    lines = next(
        (found for found in narrower if len(found) == len(lines) and not hyphens(found) - hyphens(lines)), lines
    )
    if len(lines) > MOST_LINES:
        last = lines[MOST_LINES - 1]
        while wide(last + "…") > room:
            last = last[:-1]
        lines = [*lines[: MOST_LINES - 1], last.rstrip() + "…"]
    return tuple(lines)


def hyphens(lines: list[str]) -> set[str]:
    """The lines that end in the middle of a word."""
    return {line for line in lines if line.endswith("-")}


def filled(words: str, room: int) -> list[str]:
    """Words in lines that are filled one after the other."""
    lines = [""]
    for part in (piece for whole in BREAK.split(words) if whole for piece in pieces(whole, room)):
        if wide((lines[-1] + part).rstrip()) <= room:
            lines[-1] += part
        else:
            lines.append(part)
    return [line.strip() for line in lines if line.strip()] or ["…"]


ONSET = re.compile(r"(?<=[a-zäöüß])(?=(?:sch|ch|ph|th|qu|[bcdfghjklmnpqrstvwxyzß])[aeiouyäöü])")
"""Before a consonant and a vowel a long word may be broken."""

JOINT = re.compile(r"(?:ung|heit|keit|ion|schaft|tät)s(?=[a-zäöü])")
"""After the s that joins two German words it may be broken too."""

SHORTEST = 3
"""So many letters at least stand before a hyphen."""


def pieces(word: str, room: int) -> list[str]:
    """A word that is too long for a line, broken with hyphens where one would break it when writing by hand."""
    found = []
    while wide(word.rstrip()) > room:
        widths = accumulate(width_of(letter) for letter in word)
        fits = max(1, sum(1 for _ in takewhile(lambda width: width + width_of("-") <= room, widths)))
        ends = [m.end() for m in JOINT.finditer(word)]
        onsets = [m.start() for m in ONSET.finditer(word) if m.start() + 1 not in ends]
        whole = {"ch", "ph", "th", "sc"}
        inside = [n for n in (*ends, *onsets) if SHORTEST <= n <= fits and word[n - 1 : n + 1] not in whole]
        at = max(inside, default=fits)
        found.append(word[:at] + "-")
        word = word[at:]
    return [*found, word]


def wide(words: str) -> float:
    """About how wide words are in a letter of 12 units without serifs.

    >>> wide("房租"), round(wide("rent"))
    (24.0, 23)
    """
    return sum(width_of(letter) for letter in words)


def width_of(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 12.0
    if letter in "iljtfrI.,:;'’!|()[] ":
        return 4.3
    if letter in "mwMW–—%@":
        return 10.5
    return 8.2 if letter.isupper() else 7.0
