"""One thing that was checked: whether it holds, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checked:
    """`holds` is None when it could not be looked at. `what` is a stable slug, `sentence` for people."""

    what: str
    holds: bool | None
    sentence: str


def passed(found: list[Checked]) -> bool:
    """Whether something was checked and nothing failed.

    >>> passed([Checked("root", True, "it fits")]), passed([])
    (True, False)
    """
    return any(each.holds for each in found) and all(each.holds is not False for each in found)
