"""Which versions are in force: on a date, and as far as they were known by another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from engine.load import Document
from engine.parse.paper import read_day

Version = tuple[int, ...]

Known = Mapping[str, date]
"""By the file of a version, the day on which it became known: that of its promulgation."""

NOTHING_SAID: Known = {}


def version_of(document: Document) -> Version:
    """The version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in document.data["version"].split("."))


def starts(document: Document) -> date | None:
    """The first day in force, or None if none can be read."""
    return read_day(document.data["in_force"]["from"])


def ends(document: Document) -> date | None:
    """The last day in force that the document itself names."""
    return read_day(document.data["in_force"].get("until"))


def comment_until(document: Document) -> date | None:
    """The last day on which a draft is open for comment, or None if it names no such day."""
    return read_day(document.data.get("comment_until"))


def histories(documents: Iterable[Document]) -> dict[tuple[str, str], list[Document]]:
    """The versions of each policy by kind and id, as they begin; a correction comes after what it corrects."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for document in documents:
        if starts(document) is not None:
            found[document.data["kind"], document.data["id"]].append(document)
    for versions in found.values():
        versions.sort(
            key=lambda document: (starts(document), document.data["change"]["kind"] == "correct", version_of(document))
        )
    return dict(found)


def was_known(document: Document, known_at: date | None, known: Known = NOTHING_SAID) -> bool:
    """Whether a version was known on a day. One that no log tells of counts as known from the day it begins."""
    return known_at is None or (known.get(document.file) or starts(document) or date.max) <= known_at


def applying(
    versions: Sequence[Document], as_of: date, known_at: date | None = None, known: Known = NOTHING_SAID
) -> Document | None:
    """The one version in force of a policy's history, if any.

    It is the latest to have begun: it ends by its own `until`, or when the next begins, or by being repealed.
    """
    begun = [
        document
        for document in versions
        if (starts(document) or date.max) <= as_of and was_known(document, known_at, known)
    ]
    if not begun:
        return None
    last = begun[-1]
    over = (ends(last) or date.max) < as_of or last.data["change"]["kind"] == "repeal"
    return None if over else last


def in_force(
    documents: Iterable[Document], as_of: date, known_at: date | None = None, known: Known = NOTHING_SAID
) -> list[Document]:
    """The documents in force on a date, as known by another; in the order of their files."""
    found = [applying(versions, as_of, known_at, known) for versions in histories(documents).values()]
    return sorted((document for document in found if document is not None), key=lambda document: document.file)


def changes(documents: Iterable[Document], known_at: date | None = None, known: Known = NOTHING_SAID) -> list[date]:
    """Every date on which what is in force changes: something begins, or is over the day before."""
    dates: set[date] = set()
    for versions in histories(documents).values():
        told = [document for document in versions if was_known(document, known_at, known)]
        for index, document in enumerate(told):
            start, end = starts(document), ends(document)
            following = starts(told[index + 1]) if index + 1 < len(told) else None
            if start is not None and start != following:
                dates.add(start)
            if end is not None and end < date.max and (following is None or end + timedelta(days=1) < following):
                dates.add(end + timedelta(days=1))
    return sorted(dates)


def begins(documents: Iterable[Document], as_of: date, known_at: date | None = None) -> date | None:
    """The day on which the edition of a date began, or None if nothing had begun."""
    return max((each for each in changes(documents, known_at) if each <= as_of), default=None)
