"""Whether two conditions read alike: the types and bands behind them are told where they change."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from engine.ir import Condition, OneOf
from engine.places import mark


def reads_alike(one: Condition, other: Condition) -> bool:
    """Whether an author would write the two in the same words.

    >>> from engine.ir import BandRef, Code, OneOf
    >>> from engine.problem import Where
    >>> low, high = (OneOf(BandRef(), bands, Code(()), Where("a"), said=("at_least", "good")) for bands in ("g", "gs"))
    >>> reads_alike(low, high)
    True
    """
    return mark(_written(one)) == mark(_written(other))


def _written(node: Any) -> Any:
    """A condition without types, and without the bands that words like `at_least good` stand for."""
    match node:
        case OneOf(said=said) if said is not None:
            return ("OneOf", _written(node.subject), said)
        case tuple():
            return tuple(_written(each) for each in node)
        case _ if is_dataclass(node):
            kept = [field.name for field in fields(node) if field.compare and field.name != "type"]
            return (type(node).__name__, *(_written(getattr(node, name)) for name in kept))
        case _:
            return node
