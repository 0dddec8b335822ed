"""Truth in solver terms: conditions as pairs *is true*, *is false*; unknown is neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import z3

Truth = Any
"""A Python `bool` or a Boolean expression of the solver: what is certain is never given to the solver."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Kleene's three values: true, false, or neither."""

    true: Truth
    false: Truth


def both(parts: Iterable[Truth]) -> Truth:
    """All of them; what is certain drops out.

    >>> both([True, True]), both([True, False])
    (True, False)
    """
    kept = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else _joined(z3.Z3_mk_and, kept)


def any_of(parts: Iterable[Truth]) -> Truth:
    """At least one of them.

    >>> any_of([False, True]), any_of([])
    (True, False)
    """
    kept = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.append(part)
    if not kept:
        return False
    return kept[0] if len(kept) == 1 else _joined(z3.Z3_mk_or, kept)


def _joined(how: Any, parts: list[Any]) -> Any:
    """Many expressions as one, without the checks of the solver's own front door, which cost more than the solving."""
    context = parts[0].ctx
    handles = (z3.Ast * len(parts))(*(part.as_ast() for part in parts))
    return z3.BoolRef(how(context.ref(), len(parts), handles), context)


def negated(part: Truth) -> Truth:
    """The contrary.

    >>> negated(True)
    False
    """
    if isinstance(part, bool):
        return not part
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def implies(one: Truth, other: Truth) -> Truth:
    """The other wherever the one."""
    return any_of([negated(one), other])


def chosen(test: Truth, yes: Any, no: Any) -> Any:
    """One of two numbers.

    >>> chosen(True, 1, 2)
    1
    """
    if test is True:
        return yes
    if test is False:
        return no
    return yes if yes is no else z3.If(test, yes, no)


def total(parts: Iterable[Any]) -> Any:
    """The sum of numbers and expressions."""
    kept, fixed = [], 0
    for part in parts:
        if isinstance(part, int):
            fixed += part
        else:
            kept.append(part)
    if not kept:
        return fixed
    found = kept[0] if len(kept) == 1 else z3.Sum(kept)
    return found + fixed if fixed else found


def ident(part: Any) -> int | str | bool:
    """What two expressions have in common exactly when they are the same expression (kept alive by whoever asks)."""
    return part if isinstance(part, bool | int) else f"#{part.get_id()}"
