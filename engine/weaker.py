"""What protects people less whatever the score does: edits that weaken by what they say, so that no proof is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine import edits as e
from engine.edits import Edit, Graded
from engine.ir import Edition
from engine.readings import change

SURELY = frozenset(
    {
        "more-known",
        "kept-longer",
        "handed-on",
        "less-direct",
        "weaker-basis",
        "forced",
        "more-uses",
        "less-human",
        "narrower-promise",
        "less-say",
        "less-time",
        "slower",
        "less-published",
    }
)
"""Reasons that are true of people without a score being looked at. The other reasons that weaken are left to the proof:
who gets more or fewer points, another band or none, and what follows."""

PERHAPS = frozenset({"words", "less-authority", "open", "some-of-both"})
"""Reasons that people must weigh: an instrument that goes may have been replaced by another."""

WORDS = frozenset({"words", "less-authority"})
"""Those of them that a proof about points says nothing of."""

PROVED = (e.TriggerChanged, e.LastsChanged)
"""Edits outside of rules, measures and score of which the proof knows better."""


@dataclass(frozen=True, slots=True)
class Weaker:
    """Edits that surely protect less, and edits that may: nobody has weighed them yet."""

    surely: tuple[Graded, ...]
    perhaps: tuple[Graded, ...]


def weaker(before: Edition, after: Edition, edits: Iterable[Edit]) -> Weaker:
    """Of the edits between two editions, those that protect less beside the score.

    >>> from datetime import date
    >>> from engine.rulebook import edition, load_rulebook
    >>> from engine.sides import side
    >>> from engine.locate import policies_folder
    >>> before = edition(load_rulebook("fair-civic-trust"), date(2027, 6, 1))
    >>> after = side("fair-civic-trust@drafts", policies_folder()).edition
    >>> [(one.because, one.edit.place[1]) for one in weaker(before, after, change.edits(before, after)).surely]
    [('kept-longer', 'bill-payments')]
    """
    reasons = SURELY | PERHAPS
    asked = [edit for edit in edits if reasons.intersection(change.POSSIBLE[type(edit)]) and not _proved(edit)]
    found = change.graded(before, after, asked)
    return Weaker(
        tuple(one for one in found if one.because in SURELY),
        tuple(one for one in found if one.because in PERHAPS and (one.because in WORDS or not _counted(one.edit))),
    )


def narrowing(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Edits of items of data after which a record that was taken is refused.

    >>> found = narrowing([e.BoundChanged(("sources", "bills", "fields", "amount", "type", "greatest"), None, 100)])
    >>> [type(one).__name__ for one in found]
    ['BoundChanged']
    """
    for edit in edits:
        if edit.place[:1] != ("sources",) or edit.place[2:3] != ("fields",):
            continue
        match edit:
            case e.ChoiceRemoved() | e.FieldRemoved() | e.TypeChanged() | e.UnitChanged() | e.FutureChanged(new=False):
                yield edit
            case e.PlacesChanged(old=old, new=new) if new < old:
                yield edit
            case e.OptionalChanged(new=False):
                yield edit
            case e.FieldAdded(new=field) if not field.optional:
                yield edit
            case e.BoundChanged(place, old, new) if new is not None:
                if old is None or (new < old if place[-1] == "greatest" else new > old):
                    yield edit
            case _:
                pass


def _proved(edit: Edit) -> bool:
    """Whether only the proof can tell: what a measure adds to what is known is what a rule makes of it."""
    return isinstance(edit, PROVED) or (isinstance(edit, e.PolicyAdded) and edit.place[0] == "measures")


def _counted(edit: Edit) -> bool:
    return edit.place[0] in ("measures", "rules", "scores") and not isinstance(edit, e.EndChanged)
