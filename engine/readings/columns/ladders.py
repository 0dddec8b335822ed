"""Where a value lies in a table of ranges: by halving, and in a long table down a ladder of lists.

A database visits every branch of a `CASE` for each batch of rows, however few of them go there, and takes long to plan
thousands. A list is one constant: a step of the ladder compares with one entry of one list, and halves what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeVar

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.readings.columns import tree

FEW = 6
"""So many ranges are compared with one after the other more quickly than by halving."""

LONG = 64
"""So many ranges are halved by a `CASE` more quickly than by lists."""

LAST_DAY = date.max.toordinal()
BIGGEST = 2**63 - 1

PLAIN = re.compile(r"[a-z][a-z0-9_-]*")
"""Words that a list written as text can hold as they stand."""

T = TypeVar("T")

Range = tuple[int, Expr]
"""Where a range begins, and what it comes to; it ends where the next begins."""


def of_dates(ranges: Sequence[tuple[int, T]]) -> list[tuple[int, T]]:
    """Without the edges before or after all dates.

    >>> of_dates([(-5, "a"), (-2, "b"), (700_000, "c"), (9_000_000, "d")])
    [(-2, 'b'), (700000, 'c')]
    """
    begun = max(number for number, (at, _) in enumerate(ranges) if at <= 1)
    return [one for one in ranges[begun:] if one[0] <= LAST_DAY]


def halved(here: Expr, ranges: Sequence[Range], *, day: bool) -> Expr:
    """Which range a value lies in, by halving until few are left, and these from below."""
    if len(ranges) == 1:
        return ranges[0][1]
    half = len(ranges) // 2
    if len(ranges) > FEW:
        low, high = halved(here, ranges[:half], day=day), halved(here, ranges[half:], day=day)
        return tree.case([(_below(here, ranges[half][0], day=day), low)], high)
    pairs = pairwise(ranges)
    return tree.case([(_below(here, at, day=day), value) for (_, value), (at, _) in pairs], ranges[-1][1])


def _below(here: Expr, at: int, *, day: bool) -> Expr:
    return tree.binary(exp.LT, here.copy(), tree.literal(date.fromordinal(at)) if day else tree.whole(at))


def steps(count: int) -> int:
    """How many steps lead down to one of so many ranges, after one of at most `LONG` blocks.

    >>> [steps(count) for count in (64, 65, 128, 129, 6000)]
    [0, 1, 1, 2, 7]
    """
    return ((count - 1) // LONG).bit_length()


def ladder(id_: str, here: Expr, starts: Sequence[int], *, day: bool) -> list[tuple[str, Expr]]:
    """The columns that lead to the place of a range, counted from 0: first its block, then half after half of that.

    What is unknown comes to some place, and whoever looks there asks first.

    >>> [name for name, _ in ladder("age", tree.col("of_age"), range(0, 1000, 10), day=False)]
    ['place_0_age', 'place_1_age']
    """
    many = steps(len(starts))
    blocks: list[Range] = [(at, tree.whole(number)) for number, at in enumerate(starts[:: 1 << many])]
    found = [(_place(id_, 0), halved(here, blocks, day=day))]
    for step in range(1, many + 1):
        size = 1 << many - step
        middles = _list([_edge(at, day=day) for at in starts[size :: 2 * size]], _kind(starts[1:], day=day))
        before = tree.col(_place(id_, step - 1))
        above = tree.binary(exp.GTE, here.copy(), _at(middles, before))
        half = tree.case([(above, tree.whole(1))], tree.whole(0))
        found.append((_place(id_, step), tree.plus(tree.times(before.copy(), tree.whole(2)), half)))
    return found


def down(id_: str, here: Expr, leaves: Sequence[Expr], unknown: Expr) -> Expr | None:
    """What a value comes to, at the foot of its ladder; None if a list cannot hold every leaf."""
    found = at_place(leaves, tree.col(_place(id_, steps(len(leaves)))))
    return None if found is None else tree.case([(tree.is_null(here.copy()), unknown)], found)


def at_place(leaves: Iterable[Expr], place: Expr) -> Expr | None:
    r"""The leaf at a place, counted from 0, from one list; None if that cannot hold every leaf.

    >>> at_place([tree.whole(7), tree.null("BIGINT")], tree.col("n")).sql("duckdb")
    'LIST_EXTRACT(CAST(\'[7,NULL]\' AS BIGINT[]), "n" + 1)'
    >>> at_place([tree.whole(7), tree.col("other")], tree.col("n"))
    """
    words = [_words(leaf) for leaf in leaves]
    kinds = {one[0] for one in words if one is not None} - {""}
    if None in words or not (len(kinds) < 2 or kinds == {tree.BIG, tree.HUGE}):  # noqa: PLR2004  # one, or none
        return None
    kind = tree.HUGE if tree.HUGE in kinds else next(iter(kinds), tree.BIG)
    return _at(_list([one[1] for one in words if one is not None], kind), place)


def _place(id_: str, step: int) -> str:
    return tree.name(f"place_{step}", id_)


def _at(listed: Expr, place: Expr) -> Expr:
    return exp.Anonymous(this=tree.LOOKUP, expressions=[listed, tree.plus(place.copy(), tree.whole(1))])


def _list(values: Sequence[str], kind: str) -> Expr:
    """A list as one text, which is read many times as quickly as the numbers one by one."""
    return tree.cast(tree.text(f"[{','.join(values)}]"), f"{kind}[]")


def _kind(starts: Sequence[int], *, day: bool) -> str:
    if day:
        return "DATE"
    return tree.BIG if all(abs(at) <= BIGGEST for at in starts) else tree.HUGE


def _edge(at: int, *, day: bool) -> str:
    return date.fromordinal(at).isoformat() if day else str(at)


def _words(leaf: Expr) -> tuple[str, str] | None:
    """The type of a leaf and how a list says it, if it is a constant; nothing has no type."""
    match leaf:
        case exp.Cast():
            return _words(leaf.this)
        case exp.Null():
            return "", "NULL"
        case exp.Boolean():
            return "BOOLEAN", str(leaf.this).lower()
        case exp.Neg():
            return _whole(-int(leaf.this.name))
        case exp.Literal(is_string=False):
            return _whole(int(leaf.name))
        case exp.Literal() if PLAIN.fullmatch(leaf.name) and leaf.name != "null":
            return "TEXT", leaf.name
        case _:
            return None


def _whole(number: int) -> tuple[str, str]:
    return tree.BIG if abs(number) <= BIGGEST else tree.HUGE, str(number)
