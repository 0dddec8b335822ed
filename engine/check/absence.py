"""References to a policy that exists, but not on that day: between two versions, after a repeal, before the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from engine.editions import applying, ends, starts
from engine.load import Document
from engine.problem import Problem, Where

Histories = Mapping[tuple[str, str], Sequence[Document]]
"""The versions of each policy by kind and id."""


def absences(problems: Iterable[Problem], policies: Histories, days: Sequence[date], day: date) -> Iterator[Problem]:
    """The problems of the edition of a day, those with a name that is not in force that day in words that say so.

    `days` are all days on which something changes.
    """
    for problem in problems:
        name = lacking(problem, policies, day)
        if name is None:
            yield problem
            continue
        kind, id_ = name
        what = f"the {kind} `{id_}` is not in force {_time(policies[name], days, day)}"
        if problem.facts["name"] != id_:
            what += f", and with it `{problem.facts['name']}`"
        yield replace(
            problem,
            code="not-in-force",
            sentence=what,
            help="let one version begin when another ends, or take the reference away",
            also=tuple(_version(document) for document in policies[name]),
        )


def lacking(problem: Problem, policies: Histories, as_of: date, known_at: date | None = None) -> tuple[str, str] | None:
    """The policy, by kind and id, for want of which a problem says on a date that there is no such name."""
    word = str(problem.facts.get("name"))
    match problem.code:
        case "unknown-conclusion":
            named = [name for name, versions in policies.items() if any(_gives(one, word) for one in versions)]
        case "unknown-band" | "unknown-subject":
            scores = problem.code == "unknown-band" or word == "score"
            named = [name for name in policies if name[0] == "score" and scores]
        case code:
            named = [(code.removeprefix("unknown-"), word)]
    absent = (each for each in named if each in policies and applying(policies[each], as_of, known_at) is None)
    return next(absent, None)


def _gives(document: Document, conclusion: str) -> bool:
    return document.data["kind"] == "rule" and conclusion in document.data.get("conclusions", {})


def _time(versions: Sequence[Document], days: Sequence[date], day: date) -> str:
    """The time around a day in which a policy is not in force."""
    there = [(each, applying(versions, each) is not None) for each in days]
    last = max((each for each, found in there if found and each <= day), default=date.min)
    first = min((each for each, found in there if not found and last < each <= day), default=day)
    again = min((each for each, found in there if found and each > day), default=None)
    if again is None:
        return f"from {first} on"
    return f"from {first} to {again - timedelta(days=1)}"


def _version(document: Document) -> tuple[Where, str]:
    place = document.places.get(("in_force", "from"), Where(document.file))
    if document.data["change"]["kind"] == "repeal":
        return place, f"it is repealed from {starts(document)} on"
    end = ends(document)
    return place, f"version {document.data['version']} is in force from {starts(document)}" + (
        f" to {end}" if end else ""
    )
