"""The public log and the checking of receipts, which needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from publisher.pages.frame import Frame, Link, Phrase

LogState = Literal["whole", "none", "broken"]
"""Whether there is a log; one that does not fit together is broken."""


@dataclass(frozen=True, slots=True)
class InLog:
    """Where a version is in the public log, and since when."""

    entry: int
    day: date
    path: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of a log: what was promulgated on which day."""

    number: int
    day: date
    kind: str
    """A kind of policy, or `rulebook`, `schema`, `words`, `charter`, `edition`, `key`."""
    name: Link | Phrase
    """A policy by its title, anything else by its id; an edition by nothing, its day says it."""
    version: str | None
    from_: date | None
    """The first day in force, of a version or an edition."""
    digest: str
    """The fingerprint, or of a key its vkey."""
    consent: bool
    """Of a key, whether the key until then agreed."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """The public log in words, newest entry first, with what anybody needs to check it."""

    path: PurePosixPath
    frame: Frame
    state: LogState
    rulebook: str
    part: int
    """The first part explains the log; the others only list older entries."""
    origin: str
    """The name of the log."""
    demonstration: bool
    """Whether its key says that it is for demonstration only."""
    vkey: str
    """The public key that signs now."""
    size: int
    root: str
    signed: str
    """The checkpoint as it lies beside the tiles, signatures included."""
    checkpoint: str
    policy: str
    """The files of the checkpoint and of the public key."""
    entries: tuple[LogEntry, ...]
    parts: tuple[str, ...]
    """The pages of all parts, this one among them."""


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """Where somebody checks a receipt in their own browser."""

    path: PurePosixPath
    frame: Frame
    state: LogState
    rulebook: str
    scripts: tuple[str, ...]
    """What is loaded when a receipt is opened, in this order."""
    editions: str
    """The folder of the editions that a receipt can be worked out again with."""
    locale: str
    """How days are written, as elsewhere on the website."""
