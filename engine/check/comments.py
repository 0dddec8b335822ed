"""Until when a draft is open for comment, where that is said in vain."""

from __future__ import annotations

from collections.abc import Iterator

from engine.editions import comment_until, starts
from engine.load import Shelf
from engine.problem import Grade, Problem, Where


def comments(shelf: Shelf) -> Iterator[Problem]:
    """A closing date in a version that is no draft, and one that is too late for anybody to read the comments."""
    for document in shelf.policies:
        if "comment_until" in document.data:
            yield Problem(
                "not-a-draft",
                "`comment_until` belongs to a draft, and this version is none",
                document.keys.get(("comment_until",), Where(document.file)),
                help="take it out when a draft becomes a version",
            )
    for draft in shelf.drafts:
        closing, start = comment_until(draft), starts(draft)
        if closing is not None and start is not None and closing >= start:
            yield Problem(
                "comments-too-late",
                f"comments are open until {closing}, and the draft is meant to be in force from {start}",
                draft.places.get(("comment_until",), Where(draft.file)),
                help="close them before, so that somebody can still read them",
                grade=Grade.WARNING,
                also=((draft.places.get(("in_force", "from"), Where(draft.file)), "meant to be in force"),),
                facts={"end": closing.isoformat(), "start": start.isoformat()},
            )
