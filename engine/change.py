"""What a step from one edition to another changes for people: in words and by proof. The door to the change reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.edits import (
    DigestChanged,
    EditionChanged,
    ExampleAdded,
    ExampleRemoved,
    Grade,
    Graded,
    NoteChanged,
    RowsChanged,
    StartChanged,
    TableRewritten,
    TriggerChanged,
    VersionChanged,
)
from engine.ir import Edition
from engine.readings import change as reading

if TYPE_CHECKING:
    from engine.proofs import Claimed

USUAL = (
    EditionChanged,
    VersionChanged,
    DigestChanged,
    StartChanged,
    NoteChanged,
    TableRewritten,
    ExampleAdded,
    ExampleRemoved,
)
"""What every new version brings with it: told only where there is nothing else to tell."""


@dataclass(frozen=True, slots=True)
class Change:
    """Two editions, every edit between them with its grade, and what was proved of the step (None if nobody asked)."""

    before: Edition
    after: Edition
    edits: tuple[Graded, ...]
    claimed: Claimed | None = None


def change(before: Edition, after: Edition, *, prove: bool = True, limit: float = 60.0) -> Change:
    """The step from one edition to another; `limit` is in seconds for one question of the proof.

    >>> from datetime import date
    >>> from engine.rulebook import edition, load_rulebook
    >>> book = load_rulebook("fair-civic-trust")
    >>> found = change(edition(book, date(2027, 2, 1)), edition(book, date(2027, 4, 1)), prove=False)
    >>> sorted({str(one.grade) for one in telling(found.edits)})
    ['editorial', 'strengthens']
    """
    edits = reading.graded(before, after, reading.edits(before, after))
    if not prove:
        return Change(before, after, edits)
    from engine.proofs import claims  # noqa: PLC0415  # the solver takes a moment to load

    return Change(before, after, edits, claims(before, after, limit))


def telling(edits: Iterable[Graded]) -> tuple[Graded, ...]:
    """The edits that tell something: of a policy with nothing else to tell, its new version, else its new text."""
    every = tuple(one for one in edits if not _derived(one))
    told = {_policy(one) for one in every if not isinstance(one.edit, USUAL)}
    alone: dict[tuple[str, ...], Graded] = {}
    for one in every:
        policy = _policy(one)
        if policy not in told and not isinstance(one.edit, EditionChanged):
            alone[policy] = min(alone.get(policy, one), one, key=lambda each: ORDER.index(type(each.edit)))
    return tuple(
        one
        for one in every
        if not isinstance(one.edit, USUAL) or one.grade in PROTECTION or one is alone.get(_policy(one))
    )


PROTECTION = (Grade.WEAKENS, Grade.STRENGTHENS)


def _derived(one: Graded) -> bool:
    """Whether nobody wrote it: the same words, with another type or other bands behind them, which are told there."""
    return isinstance(one.edit, RowsChanged | TriggerChanged) and one.because == "formal"


ORDER = (ExampleAdded, ExampleRemoved, TableRewritten, VersionChanged, StartChanged, DigestChanged, NoteChanged)
"""Of edits that every version brings, the one further to the front says more."""


def _policy(one: Graded) -> tuple[str, ...]:
    return one.edit.place[:2] if one.edit.place[:1] != ("about",) else one.edit.place[:1]


def counts(edits: Iterable[Graded]) -> Mapping[Grade, int]:
    """How many edits there are of each grade."""
    found = Counter(one.grade for one in edits)
    return {grade: found[grade] for grade in Grade}
