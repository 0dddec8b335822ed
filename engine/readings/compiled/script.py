"""The Python text that is generated, and the values it refers to by name.

Nothing a policy says reaches the text: names are our own letter and a number, and every string, date and tuple is a
value under such a name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Script:
    """Lines of Python and the names they find when they run."""

    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)


def write(script: Script, depth: int, *lines: str) -> None:
    """Adds lines, indented to `depth`."""
    script.lines.extend("    " * depth + line for line in lines)


def name(script: Script, value: Any) -> str:
    """A new name for a value.

    >>> script = Script()
    >>> name(script, "'); import os  #"), name(script, ("a", "b"))
    ('k0', 'k1')
    """
    new = f"k{len(script.names)}"
    script.names[new] = value
    return new


def literal(script: Script, value: Any) -> str:
    """A value as it stands in the text: small whole numbers and truth values as themselves, the rest by name.

    >>> literal(Script(), -5), literal(Script(), "rent")
    ('-5', 'k0')
    """
    if isinstance(value, bool) or value is None:
        return repr(value)
    return repr(int(value)) if isinstance(value, int) else name(script, value)


def run(script: Script) -> dict[str, Any]:
    """The functions the text defines, by name."""
    names = dict(script.names)
    exec(compile("\n".join(script.lines), "<edition>", "exec"), names)  # noqa: S102  # our own tokens only, see above
    return names


MOST_REMEMBERED = 16_384
"""So many values are kept at most, so that no record can fill the memory."""


class Remembered(dict[Any, Any]):
    """What is worked out for a value, kept for the next time.

    >>> squares = Remembered(lambda number: number * number)
    >>> squares[3], squares
    (9, {3: 9})
    """

    def __init__(self, work_out: Callable[[Any], Any]) -> None:
        self.work_out = work_out

    def __missing__(self, value: Any) -> Any:
        found = self.work_out(value)
        if len(self) <= MOST_REMEMBERED:
            self[value] = found
        return found


def remembering(work_out: Callable[[Any], Any]) -> tuple[dict[Any, Any], Callable[[Any], Any]]:
    """The same as a plain dictionary, which is read faster, and the function to call when that knows nothing.

    >>> known, learn = remembering(str)
    >>> learn(3), known
    ('3', {3: '3'})
    """
    known: dict[Any, Any] = {}

    def learn(value: Any) -> Any:
        found = work_out(value)
        if len(known) <= MOST_REMEMBERED:
            known[value] = found
        return found

    return known, learn
