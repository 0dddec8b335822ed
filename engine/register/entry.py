"""An entry of the register, and the chain that binds each to the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from engine.log.checked import Checked
from engine.receipts.canonical import canonical

START = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written: kind is `decision`, `contest` or `outcome`, `content` JSON without any value of a person.

    `subject` is a keyed digest of the reference to the person, and `once` one of an idempotency key. `known` is how
    many contests and outcomes of the person there were when this was made, where it follows from them.
    """

    kind: str
    rulebook: str
    consumer: str | None
    use: str | None
    subject: str
    content: str
    once: str | None = None
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was written, when, as which one, and after which."""

    seq: int
    at: str
    kind: str
    rulebook: str
    consumer: str | None
    use: str | None
    subject: str
    once: str | None
    content: str
    previous: str
    digest: str


def chained(draft: Draft, seq: int, at: str, previous: str) -> Entry:
    """A draft as the entry that follows another."""
    said = (draft.kind, draft.rulebook, draft.consumer, draft.use, draft.subject, draft.once, draft.content)
    made = Entry(seq, at, *said, previous, digest="")
    return replace(made, digest=digest_of(made))


def digest_of(entry: Entry) -> str:
    """The SHA-256 over everything an entry says, the one before it included."""
    said = [getattr(entry, name) for name in Entry.__slots__[:-1]]
    said[Entry.__slots__.index("content")] = hashlib.sha256(entry.content.encode()).hexdigest()
    return hashlib.sha256(canonical(said)).hexdigest()


def now() -> str:
    """The time as entries have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def checked(entries: Iterable[Entry], head: tuple[int, str] | None = None) -> Iterator[Checked]:
    """Whether the entries are one chain without a gap; `head` is an entry that somebody kept."""
    previous, count, kept = START, 0, None
    for entry in entries:
        if entry.seq != count:
            yield Checked("chain", False, f"entry {count} is missing: {entry.seq} stands in its place")
            return
        if entry.previous != previous:
            yield Checked("chain", False, f"entry {entry.seq} does not follow the one before it")
            return
        if digest_of(entry) != entry.digest:
            yield Checked("chain", False, f"entry {entry.seq} is not as it was written")
            return
        if head is not None and entry.seq == head[0]:
            kept = entry.digest
        previous, count = entry.digest, count + 1
    if count == 0:
        yield Checked("chain", True, "the register is empty")
    else:
        yield Checked("chain", True, f"{count:,} entries are one chain; keep its end: {count - 1}:{previous}")
    if head is not None and kept != head[1]:
        yield Checked("head", False, "the entry you kept is not there as it was: the register was cut or written anew")
    elif head is not None:
        yield Checked("head", True, f"it goes on from entry {head[0]}, which you kept")
