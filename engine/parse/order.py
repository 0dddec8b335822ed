"""An order in which each thing comes after what it needs, and the circles that make one impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Circle = tuple[str, ...]
"""Names that need one another in turn: ``(a, b)`` says that a needs b and b needs a."""


def in_order(needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[Circle]]:
    """The names in an order in which needs come first (else as given), without those in or behind a circle.

    >>> in_order({"a": ["b"], "b": [], "c": ["d"], "d": ["c"]})
    (['b', 'a'], [('c', 'd')])
    """
    ordered: list[str] = []
    done: set[str] = set()
    lost: set[str] = set()
    circles: list[Circle] = []
    for start in needs:
        if start in done or start in lost:
            continue
        path: list[str] = [start]
        waiting = [iter(needs[start])]
        on_path = {start}
        while path:
            need = next(waiting[-1], None)
            if need is None:
                here = path.pop()
                waiting.pop()
                on_path.discard(here)
                if any(each in lost for each in needs[here]):
                    lost.add(here)
                if here not in lost:
                    done.add(here)
                    ordered.append(here)
            elif need in on_path:
                circle = path[path.index(need) :]
                circles.append(tuple(circle))
                lost.update(circle)
            elif need in needs and need not in done and need not in lost:
                path.append(need)
                on_path.add(need)
                waiting.append(iter(needs[need]))
    return ordered, circles
