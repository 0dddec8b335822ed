"""Contests: which rows of a person are set aside, because they are contested or the contest was upheld."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.ir import Edition
from engine.receipts.canonical import canonical
from engine.register.entry import Draft, Entry
from engine.register.secret import row_of
from engine.register.store import (
    COLUMNS,
    CONTESTED,
    AnsweredBeforeError,
    MeanwhileError,
    Register,
    append,
    entries,
    found,
)
from engine.register.tables import ENTRY

MOST_OPEN = 100
"""Contests of one person that may be open at once."""
OUTCOMES = ("upheld", "rejected")
"""An upheld contest keeps its row aside for good; a rejected one gives it back."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A contested row, by its digest, and what became of it: `open`, `upheld` or `rejected`."""

    number: int
    opened: str
    rulebook: str
    subject: str
    source: str
    row: str
    state: str


OF_PERSON = (
    sa.select(*COLUMNS)
    .where(ENTRY.c.rulebook == sa.bindparam("rulebook"), ENTRY.c.subject == sa.bindparam("subject"))
    .where(sa.or_(*(ENTRY.c.kind == kind for kind in CONTESTED)))
    .order_by(ENTRY.c.seq)
)


def contests(register: Register, rulebook: str, subject: str) -> list[Contest]:
    """What a person contests or has contested."""
    return contested(register, rulebook, subject)[0]


def contested(register: Register, rulebook: str, subject: str) -> tuple[list[Contest], int]:
    """The same, and in how many entries: with one more, something has changed."""
    told = found(register, OF_PERSON, rulebook=rulebook, subject=subject)
    return _told(told), len(told)


def _told(told: Sequence[Entry]) -> list[Contest]:
    outcomes: dict[int, str] = {}
    for entry in told:
        if entry.kind == "outcome":
            said = json.loads(entry.content)
            outcomes.setdefault(said["contest"], said["outcome"])
    return [_contest(entry, outcomes.get(entry.seq, "open")) for entry in told if entry.kind == "contest"]


def _contest(entry: Entry, state: str) -> Contest:
    said = json.loads(entry.content)
    return Contest(entry.seq, entry.at, entry.rulebook, entry.subject, said["source"], said["row"], state)


def covered(edition: Edition) -> frozenset[str]:
    """The sources of which a contest sets rows aside."""
    return frozenset(source for right in edition.rights.values() for source in right.sets_aside)


def open_contest(register: Register, rulebook: str, subject: str, source: str, row: Any) -> Contest | None:
    """Opens a contest of a row as the person has it; the one that is open if there is one, None if too many are."""
    digest = row_of(register.secret, rulebook, subject, source, row)
    known, count = contested(register, rulebook, subject)
    same = [each for each in known if (each.source, each.row) == (source, digest)]
    if same and same[-1].state == "open":
        return same[-1]
    if sum(each.state == "open" for each in known) >= MOST_OPEN:
        return None
    content = json.dumps({"source": source, "row": digest}, sort_keys=True)
    once = _once("contest", rulebook, subject, source, digest, str(len(same)))
    try:
        (entry,) = append(register, [Draft("contest", rulebook, None, None, subject, content, once, count)])
    except (AnsweredBeforeError, MeanwhileError):  # this person contested this row, or another, at the same time
        return open_contest(register, rulebook, subject, source, row)
    return _contest(entry, "open")


def _once(*what: str) -> str:
    """What the database lets be written only once, whoever comes at the same time."""
    return hashlib.sha256(canonical(list(what))).hexdigest()


def decide_contest(register: Register, number: int, outcome: str) -> Contest | None:
    """Writes down what became of a contest; None where there is no open contest of that number."""
    entry = next(iter(entries(register, ENTRY.c.seq == number, ENTRY.c.kind == "contest")), None)
    if entry is None:
        return None
    contest = next(each for each in contests(register, entry.rulebook, entry.subject) if each.number == number)
    if contest.state != "open":
        return None
    content = json.dumps({"contest": number, "outcome": outcome}, sort_keys=True)
    once = _once("outcome", str(number))
    try:
        append(register, [Draft("outcome", contest.rulebook, None, None, contest.subject, content, once)])
    except AnsweredBeforeError:  # somebody else decided it at the same time
        return None
    return contest


def set_aside(
    secret: bytes, edition: Edition, record: Mapping[str, Any], subject: str, known: Sequence[Contest]
) -> Mapping[str, Any]:
    """A record with the rows that this person contested named as such, so that evaluating leaves them out."""
    book = edition.about.id
    aside = {(each.source, each.row) for each in known if each.state != "rejected"}
    given, sources = record.get("sources"), covered(edition)
    if not aside or not isinstance(given, Mapping):
        return record
    rows: list[dict[str, Any]] = []
    for name in sorted({source for source, _ in aside if source in sources and source in given}):
        content = given[name]
        if edition.sources[name].dated_by is None:
            if (name, row_of(secret, book, subject, name, content)) in aside:
                rows.append({"source": name})
        elif isinstance(content, list):
            rows += [
                {"source": name, "row": index}
                for index, row in enumerate(content)
                if (name, row_of(secret, book, subject, name, row)) in aside
            ]
    said = record.get("contested", [])
    return {**record, "contested": [*said, *rows]} if rows and isinstance(said, list) else record
