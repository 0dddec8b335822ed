"""What is asked of an edition again and again is worked out once, and forgotten with the edition."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from engine.ir import Edition

P = ParamSpec("P")
T = TypeVar("T")


def once(function: Callable[Concatenate[Edition, P], T]) -> Callable[Concatenate[Edition, P], T]:
    """A function of an edition, and of what else it is asked, that remembers what it said."""
    kept: WeakKeyDictionary[Edition, dict[Hashable, Any]] = WeakKeyDictionary()

    def find(edition: Edition, /, *args: P.args, **asked: P.kwargs) -> T:
        known = kept.setdefault(edition, {})
        key = (args, tuple(asked.items()))
        if key not in known:
            known[key] = function(edition, *args, **asked)
        found: T = known[key]
        return found

    return update_wrapper(find, function)
