"""A rulebook's documents by policy and by time, and the editions they were in force in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.deciding import deciding
from engine.editions import changes, ends, histories, starts
from engine.ir import Edition
from engine.load import Document, Shelf
from engine.log.promulgated import log_of, promulgated
from engine.log.statement import Promulgated
from engine.log.store import BadLogError, Log
from engine.problem import Problem
from engine.readings.prose.policies import find
from engine.rulebook import BadRulebook, Rulebook, edition
from publisher.pages import LogState, Tried
from publisher.steps import Step
from publisher.tried import try_out
from publisher.waterfall import Decided, decided

Policy = tuple[str, str]
"""A kind and an id."""


class NothingToShowError(Exception):
    """A rulebook in which no policy ever comes into force."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One version of a policy and the days it is in force; `edition` is one that holds it, if there is any."""

    document: Document
    version: str
    from_: date
    until: date | None
    """Its own last day, or the day before the next version; None if no end is known."""
    edition: Edition | None


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the website shows of one rulebook."""

    rulebook: Rulebook
    today: date
    """Only held against the days on which something begins or ends: between two of them the pages stay the same."""
    shown: Edition
    """The edition in force today, or the first one to come, or the last one when all has ended."""
    until: date | None
    """The last day of that edition; None if no end is known."""
    first: date
    """The day the first edition came into force."""
    versions: Mapping[Policy, tuple[Dated, ...]]
    """By kind and id, oldest first."""
    problems: Mapping[str, tuple[Problem, ...]]
    """What the checks found odd or incomplete, by file."""
    tried: Mapping[str, Tried]
    """What came of trying out the exclusions of the edition shown."""
    decided: tuple[Decided, ...]
    """The records shipped with the rulebook that get a score."""
    published: Mapping[str, date]
    """By file, the day on which a version was put into the public log."""
    log: Log | None
    """The public log, if there is one that can be believed."""
    log_state: LogState
    entries: Mapping[str, int]
    """By file, the entry of a version in the log."""
    steps: tuple[Step, ...] = ()
    """From each edition to the next, and to the drafts, if anybody asked what they change."""


def read_library(rulebook: Rulebook, today: date) -> Library:
    """All versions and editions of a rulebook as of a day."""
    documents = rulebook.shelf.policies
    editions = {day: found for day in changes(documents) if (found := edition(rulebook, day)) is not None}
    if not editions:
        raise NothingToShowError(f"no policy of the rulebook `{rulebook.about.id}` is ever in force")
    shown = shown_of(rulebook, today) or editions[max((day for day in editions if day <= today), default=min(editions))]
    versions = {
        policy: dated(found, tuple(editions.values())) for policy, found in sorted(histories(documents).items())
    }
    problems = by_file(rulebook.problems)
    deciding_days = changes(able(rulebook).shelf.policies)
    until = min((day - timedelta(days=1) for day in deciding_days if day > shown.from_), default=None)
    log, log_state = believed(rulebook.shelf)
    published = promulgated(rulebook.shelf, log)
    return Library(
        rulebook,
        today,
        shown,
        until,
        min(editions),
        versions,
        problems,
        try_out(able(rulebook), shown),
        decided(able(rulebook)),
        published,
        log,
        log_state,
        {file: number for file, number in entries(rulebook.shelf, log).items() if file in published},
    )


def able(rulebook: Rulebook) -> Rulebook:
    """The rulebook as far as it decides; the whole of it is shown where its log cannot be believed."""
    try:
        return deciding(rulebook)
    except BadRulebook:
        return rulebook


def shown_of(rulebook: Rulebook, today: date) -> Edition | None:
    """The edition that decides today, or the first one to come, or the last one when all has ended."""
    book = able(rulebook)
    days = [day for day in changes(book.shelf.policies) if edition(book, day) is not None]
    day = max((day for day in days if day <= today), default=min(days, default=None))
    return None if day is None else edition(book, day)


def believed(shelf: Shelf) -> tuple[Log | None, LogState]:
    """The log of a rulebook, and whether there is one and it can be believed."""
    try:
        log = log_of(shelf)
    except BadLogError:
        return None, "broken"
    return log, "none" if log is None else "whole"


def entries(shelf: Shelf, log: Log | None) -> dict[str, int]:
    """The entry of each version in a log, by the file it has here."""
    said = () if log is None else log.statements
    numbers = {
        (each.kind, each.id, each.version): number for number, each in enumerate(said) if isinstance(each, Promulgated)
    }
    names = {(each.data["kind"], each.data["id"], each.data["version"]): each.file for each in shelf.policies}
    return {file: numbers[name] for name, file in names.items() if name in numbers}


def state_of(today: date, from_: date, until: date | None) -> str:
    """Whether something is in force on a day, only later, or no longer.

    >>> first, last = date(2026, 12, 1), date(2027, 1, 31)
    >>> [state_of(day, first, last) for day in (date(2026, 11, 23), last, date(2027, 2, 1))]
    ['coming', 'now', 'past']
    """
    if today < from_:
        return "coming"
    return "past" if until is not None and until < today else "now"


def by_file(problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    found: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        if problem.where is not None:
            found[problem.where.file] = (*found.get(problem.where.file, ()), problem)
    return found


def dated(documents: list[Document], editions: tuple[Edition, ...]) -> tuple[Dated, ...]:
    """The versions of one policy, each ending at its own end or when the next one starts."""
    found = []
    for document, after in zip(documents, [*documents[1:], None], strict=True):
        kind, id_, version = (document.data[key] for key in ("kind", "id", "version"))
        following = starts(after) if after else None
        lasts = [ends(document), following - timedelta(days=1) if following else None]
        holds = (e for e in editions if version_in(e, kind, id_) == version)
        until = min((day for day in lasts if day), default=None)
        found.append(Dated(document, version, starts(document) or date.min, until, next(holds, None)))
    return tuple(found)


def version_in(edition: Edition, kind: str, id_: str) -> str | None:
    """The version of a policy in an edition."""
    found = find(edition, kind, id_)
    return None if found is None else found.head.version


def main_version(library: Library, policy: Policy) -> Dated | None:
    """The version shown on the main page of a policy: that of the edition shown, else the newest that ever counts."""
    able = [v for v in library.versions[policy] if v.edition is not None]
    now = version_in(library.shown, *policy)
    return next((v for v in able if v.version == now), able[-1] if able else None)


def changed_by(library: Library, kind: str, id_: str, version: str) -> Step | None:
    """The step in which a version comes in the place of another, or as the first."""
    return next((step for step in library.steps if (kind, id_, version) in step.comes), None)


def step_to(library: Library, day: date) -> Step | None:
    """The step to the edition that begins on a day."""
    return next((step for step in library.steps if step.name == day.isoformat()), None)
