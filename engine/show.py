"""A problem as text for people: the place, the sentence, the line with the words underlined, the help."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from engine.letters import BIDI, UNSEEN
from engine.problem import Grade, Problem, Where

WIDEST = 100
"""Longer lines are cut, so that the underlined words stay in sight."""

BEFORE = 30
"""How much of a cut line is kept before the underlined words."""

_BREAK = re.compile("\r\n|\n|\r|\x85|\u2028|\u2029")


class Excerpt(NamedTuple):
    """A part of a line: the words in question, and what stands around them."""

    before: str
    words: str
    after: str


def show(problem: Problem, text: str | None) -> str:
    r"""A problem as lines of text; `text` is the whole document, None if it cannot be read.

    >>> where = Where("demo/rules/late/1.0.0.yaml", 2, 11, 8)
    >>> print(show(Problem("unknown-key", "unknown comparison `at leest`", where, "did you mean `at_least`?"),
    ...     "cases:\n- income: at leest\n"))
    demo/rules/late/1.0.0.yaml:2:11: unknown comparison `at leest`
      2 | - income: at leest
        |           ^^^^^^^^
    help: did you mean `at_least`?
    """
    return "\n".join(_lines(problem, text))


def _lines(problem: Problem, text: str | None) -> Iterator[str]:
    grade = "" if problem.grade is Grade.ERROR else f"{problem.grade}: "
    sentence = f"{grade}{visible(problem.sentence)}"
    yield f"{visible(str(problem.where))}: {sentence}" if problem.where else sentence
    if problem.where is not None and text is not None:
        yield from _source(problem.where, text)
    if problem.help is not None:
        yield f"help: {visible(problem.help)}"
    for where, note in problem.also:
        yield f"see {visible(str(where))}: {visible(note)}"
        if text is not None and problem.where is not None and where.file == problem.where.file:
            yield from _source(where, text)


def _source(where: Where, text: str) -> Iterator[str]:
    """The line of a place and, under it, a mark of the words in question; nothing if there is no such line."""
    found = excerpt(where, text)
    if found is None:
        return
    number = str(where.line)
    mark = " " * _width(found.before) + "^" * max(_width(found.words), 1)
    yield f"  {number} | {found.before}{found.words}{found.after}".rstrip()
    yield f"  {' ' * len(number)} | {mark}"


def excerpt(where: Where, text: str) -> Excerpt | None:
    r"""The words at a place of a text, and what stands before and after them on their line; None without such a line.

    >>> excerpt(Where("a.yaml", 2, 3, 5), "kind: rule\n- at leest: 5")
    Excerpt(before='- ', words='at le', after='est: 5')
    """
    lines = _BREAK.split(text.removeprefix("\ufeff"))
    if not 1 <= where.line <= len(lines) or not text:
        return None
    line = lines[where.line - 1]
    start = min(where.column - 1, len(line))
    end = max(min(start + where.length, len(line)), start)
    first = max(start - BEFORE, 0) if len(line) > WIDEST and start + where.length > WIDEST else 0
    last = min(first + WIDEST, len(line))
    before, words, after = (visible(part) for part in (line[first:start], line[start : min(end, last)], line[end:last]))
    return Excerpt(("…" if first else "") + before, words, after + ("…" if last < len(line) else ""))


def visible(text: str) -> str:
    r"""A text in which nothing hides: a tab is four spaces, and what cannot be seen is written by its number.

    >>> visible("a\tb\u202ec\x07")
    'a    b<U+202E>c<U+0007>'
    """
    text = text.replace("\t", "    ").replace("\n", " ").replace("\r", " ")
    for pattern in (UNSEEN, BIDI):
        text = pattern.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)
    return text


def _width(text: str) -> int:
    r"""How many columns a text takes: a Chinese character takes two, a mark above a letter none.

    >>> _width("按时 a\u0301")
    6
    """
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
