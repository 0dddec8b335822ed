"""Versions of one policy that contradict one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from engine.editions import ends, histories, starts, version_of
from engine.load import Document
from engine.problem import Grade, Problem, Where


def versions(documents: Iterable[Document]) -> Iterator[Problem]:
    """Two versions that begin on one day, numbers that fall as time goes on, and changes to nothing."""
    for history in histories(documents).values():
        for earlier, later in pairwise(history):
            yield from _pair(earlier, later)
        first = history[0]
        if first.data["change"]["kind"] in {"amend", "correct", "repeal"}:
            yield Problem(
                "first-version",
                f"the first version cannot `{first.data['change']['kind']}` anything",
                first.places.get(("change", "kind"), Where(first.file)),
                help="a first version is `new`",
                grade=Grade.WARNING,
                facts={"change": first.data["change"]["kind"]},
            )


def _pair(earlier: Document, later: Document) -> Iterator[Problem]:
    place = later.places.get(("in_force", "from"), Where(later.file))
    also = ((earlier.places.get(("in_force", "from"), Where(earlier.file)), f"version {earlier.data['version']}"),)
    same_day = starts(earlier) == starts(later)
    if same_day and later.data["change"]["kind"] != "correct":
        yield Problem(
            "two-versions",
            f"versions {earlier.data['version']} and {later.data['version']} of `{later.data['id']}` begin on one day",
            place,
            help="let the later one begin later; only a `correct` change may begin on the same day",
            also=also,
        )
    elif version_of(later) < version_of(earlier):
        yield Problem(
            "version-order",
            f"version {later.data['version']} begins after version {earlier.data['version']}",
            place,
            help="version numbers grow with time",
            grade=Grade.WARNING,
            also=also,
            facts={"earlier": earlier.data["version"], "later": later.data["version"]},
        )
    end, start = ends(earlier), starts(later)
    if end is not None and start is not None and not same_day and end >= start:
        yield Problem(
            "ends-early",
            f"version {earlier.data['version']} says it ends on {end}, and version {later.data['version']} "
            f"begins on {start}",
            earlier.places.get(("in_force", "until"), Where(earlier.file)),
            help="a version ends the day before the next one begins",
            grade=Grade.WARNING,
            also=((place, "the next version"),),
            facts={"later": later.data["version"], "end": end.isoformat(), "start": start.isoformat()},
        )
