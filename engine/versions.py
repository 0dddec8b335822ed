"""What became of a version, and what an edition brought, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.load import Document


class Status(StrEnum):
    """What became of a version by some day. `repeal` is the version that says that the policy is no more."""

    DRAFT = "draft"
    COMING = "coming"
    IN_FORCE = "in-force"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"
    ENDED = "ended"
    REPEAL = "repeal"


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its days; `until` is its last one, if there is one, and `next` what takes its place.

    A version whose last day lies before its first was never in force: another began on the same day. Only drafts are
    open for comment; `comment_until` is the last day on which they are, if one is named.
    """

    document: Document
    status: Status
    from_: date
    until: date | None = None
    next: str | None = None
    open: bool = False
    comment_until: date | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition: its days, its digest, what begins with it, and what was in force before and is no longer.

    Without a digest nothing is in force from that day, or what was known then makes no edition.
    """

    from_: date
    until: date | None
    digest: str | None
    new: tuple[Document, ...]
    gone: tuple[Document, ...]
