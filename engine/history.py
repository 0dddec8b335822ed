"""What became of every version of a policy, and what was new in every edition of a rulebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from engine.editions import applying, changes, comment_until, ends, histories, in_force, starts, version_of
from engine.load import Document
from engine.rulebook import Rulebook, known
from engine.rulebook import edition as edition_of
from engine.versions import Issue, Status, Version


def versions(rulebook: Rulebook, kind: str, id_: str, today: date) -> tuple[Version, ...]:
    """The versions of a policy as of a day: drafts first, then from the newest to the oldest."""
    drafts = [one for one in rulebook.shelf.drafts if (one.data["kind"], one.data["id"]) == (kind, id_)]
    begun = histories(rulebook.shelf.policies).get((kind, id_), [])
    drafts.sort(key=version_of, reverse=True)
    return (*(_draft(one, today) for one in drafts), *reversed(list(_dated(begun, today))))


def _draft(document: Document, today: date) -> Version:
    closing = comment_until(document)
    still = closing is None or today <= closing
    return Version(document, Status.DRAFT, starts(document) or date.max, open=still, comment_until=closing)


def _dated(history: Sequence[Document], today: date) -> Iterator[Version]:
    now = applying(history, today)
    for at, document in enumerate(history):
        following = history[at + 1] if at + 1 < len(history) else None
        start, end = starts(document) or date.max, ends(document)
        next_start = None if following is None else starts(following)
        if following is not None and next_start is not None and (end is None or next_start - timedelta(days=1) <= end):
            yield Version(
                document,
                _status(document, following, now, today),
                start,
                next_start - timedelta(days=1),
                following.data["version"],
            )
        else:
            yield Version(document, _status(document, None, now, today), start, end)


def _status(document: Document, following: Document | None, now: Document | None, today: date) -> Status:
    if document is now:
        return Status.IN_FORCE
    if (starts(document) or date.max) > today:
        return Status.COMING
    if document.data["change"]["kind"] == "repeal":
        return Status.REPEAL
    if following is None:
        return Status.ENDED
    return Status.REPEALED if following.data["change"]["kind"] == "repeal" else Status.SUPERSEDED


def issues(rulebook: Rulebook, known_at: date | None = None) -> tuple[Issue, ...]:
    """The editions of a rulebook as far as they were known on a day, the newest first."""
    documents, told = rulebook.shelf.policies, known(rulebook, known_at)
    days = changes(documents, known_at, told)
    found = []
    before: list[Document] = []
    for at, day in enumerate(days):
        following = days[at + 1] if at + 1 < len(days) else None
        now = in_force(documents, day, known_at, told)
        edition = edition_of(rulebook, day, known_at)
        names = {(one.data["kind"], one.data["id"]) for one in now}
        found.append(
            Issue(
                day,
                None if following is None else following - timedelta(days=1),
                None if edition is None else edition.digest,
                tuple(one for one in now if one not in before),
                tuple(one for one in before if (one.data["kind"], one.data["id"]) not in names),
            )
        )
        before = now
    return tuple(reversed(found))
