"""Two versions as they are named on the command line, to two editions that can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.admit import read_day
from engine.display import find_document
from engine.editions import changes, in_force, starts
from engine.ir import Edition
from engine.load import Document
from engine.parse import parse_edition
from engine.problem import Grade
from engine.rulebook import BadRulebook, Rulebook, load_rulebook

DRAFTS = "drafts"
"""The word for what is open for comment, where a date could stand."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: an edition and its documents; `policy` if only one of them is compared."""

    rulebook: Rulebook
    edition: Edition
    documents: tuple[Document, ...]
    policy: Document | None = None


class BadSide(Exception):  # noqa: N818  # what was asked for is bad, and the sentence says how
    """What is wrong with what was asked for, lower case and without a full stop."""


def sides(a: str, b: str, policies: Path, book: str | None = None) -> tuple[Side, Side]:
    """The two sides of a comparison, or BadSide. Of two versions of a policy, everything else is held still."""
    if two_folders(a, b):
        return pairs(a, b, policies)[-1]
    one, other = side(a, policies, book), side(b, policies, book)
    if (one.policy is None) != (other.policy is None):
        raise BadSide(f"`{a}` and `{b}` are not the same kind of thing: a policy is compared with a policy")
    if one.rulebook.about.id != other.rulebook.about.id:
        raise _different(one.rulebook, other.rulebook)
    if one.policy is None or other.policy is None:
        if one.edition.digest == other.edition.digest:
            raise BadSide(f"`{a}` and `{b}` are the same edition, the one of {one.edition.from_.isoformat()}")
        return one, other
    if _name(one.policy) != _name(other.policy):
        raise BadSide(f"`{a}` and `{b}` are versions of different policies")
    if one.policy.data["version"] == other.policy.data["version"]:
        raise BadSide(f"`{a}` and `{b}` are the same version, {one.policy.data['version']}")
    return _held_still(one, other), other


def pairs(a: str, b: str, policies: Path) -> list[tuple[Side, Side]]:
    """Two folders on each day on which they differ, or on the last day of all where they never do."""
    books = [_load(asked, policies) for asked in (a, b)]
    if books[0].about.id != books[1].about.id:
        raise _different(books[0], books[1])
    days = sorted({day for book in books for day in changes(book.shelf.policies)})
    shared = [day for day in days if all(in_force(book.shelf.policies, day) for book in books)]
    found = [(_on(books[0], day), _on(books[1], day)) for day in shared]
    if not found:
        raise BadSide(f"there is no day on which policies of both `{a}` and `{b}` are in force")
    differ = {(_text(one.edition), _text(other.edition)): (one, other) for one, other in found}
    return [(one, other) for (before, after), (one, other) in differ.items() if before != after] or found[-1:]


def _text(edition: Edition) -> tuple[str, str]:
    """What the documents of an edition say, and what the rulebook says of itself."""
    return edition.digest, edition.about.digest


def _different(one: Rulebook, other: Rulebook) -> BadSide:
    return BadSide(
        f"`{one.about.id}` and `{other.about.id}` are different rulebooks; only versions of one can be compared"
    )


def is_folder(asked: str) -> bool:
    """Whether an argument names a rulebook's folder."""
    return (Path(asked) / "rulebook.yaml").is_file()


def two_folders(a: str, b: str) -> bool:
    """Whether two different folders are named. They may well hold the same editions: then nothing changes."""
    return is_folder(a) and is_folder(b) and not Path(a).samefile(b)


def side(asked: str, policies: Path, book: str | None = None) -> Side:
    """What one argument names."""
    if is_folder(asked):
        rulebook = _load(asked, policies)
        return _on(rulebook, max(changes(rulebook.shelf.policies), default=date.min))
    name, at, which = asked.rpartition("@")
    day = read_day(which)
    if not at:
        raise BadSide(f"`{asked}` names no version; write POLICY@VERSION, RULEBOOK@DATE or a rulebook's folder")
    if day is not None:
        return _on(_load(name or book, policies), day)
    if re.fullmatch(r"\d+-\d+-\d+", which):
        raise BadSide(f"`{which}` is no day of the calendar; write it as year-month-day, like 2026-12-31")
    if which == DRAFTS:
        rulebook = _load(name or book, policies)
        if not rulebook.shelf.drafts:
            raise BadSide(f"`{rulebook.about.id}` has no drafts")
        return _made(rulebook, _with(rulebook, rulebook.shelf.drafts))
    rulebook = _load(book, policies)
    document = find_document(rulebook, asked, None)
    if isinstance(document, str):
        raise BadSide(document)
    if document in rulebook.shelf.drafts:
        documents = _with(rulebook, rulebook.shelf.drafts)
    else:
        documents = tuple(in_force(rulebook.shelf.policies, starts(document) or date.min))
    return _made(rulebook, _replaced(documents, document), document)


def _load(name: str | None, policies: Path) -> Rulebook:
    try:
        return load_rulebook(name, policies=policies)
    except BadRulebook as bad:
        raise BadSide(str(bad)) from None


def _on(rulebook: Rulebook, day: date) -> Side:
    """The edition in force on a day."""
    documents = tuple(in_force(rulebook.shelf.policies, day))
    if not documents:
        raise BadSide(f"no policy of `{rulebook.about.id}` is in force on {day.isoformat()}")
    return _made(rulebook, documents)


def _with(rulebook: Rulebook, drafts: Sequence[Document]) -> tuple[Document, ...]:
    """What would be in force once all drafts were."""
    day = max(starts(document) or date.min for document in drafts)
    documents = tuple(in_force(rulebook.shelf.policies, day))
    for draft in drafts:
        documents = _replaced(documents, draft)
    return documents


def drafted(rulebook: Rulebook) -> tuple[Side, Side] | None:
    """What is in force once the last draft would be, without and with all drafts; None where that makes no edition."""
    if not rulebook.shelf.drafts:
        return None
    day = max(starts(document) or date.min for document in rulebook.shelf.drafts)
    try:
        return _on(rulebook, day), _made(rulebook, _with(rulebook, rulebook.shelf.drafts))
    except BadSide:
        return None


def _replaced(documents: Sequence[Document], by: Document) -> tuple[Document, ...]:
    """The documents with one version in the place of another, or beside them if there was none."""
    others = [each for each in documents if _name(each) != _name(by)]
    return (*others, by)


def _name(document: Document) -> tuple[str, str]:
    return document.data["kind"], document.data["id"]


def _made(rulebook: Rulebook, documents: Sequence[Document], policy: Document | None = None) -> Side:
    """The edition of documents; those that make none end the comparison with the first reason."""
    edition, problems = parse_edition(rulebook.about, documents)
    if edition is None:
        raise BadSide(next(f"{one.where}: {one.sentence}" for one in problems if one.grade is Grade.ERROR))
    return Side(rulebook, edition, tuple(documents), policy)


def _held_still(one: Side, other: Side) -> Side:
    """The old version of a policy among the neighbours of the new one, if they fit; else among its own."""
    assert one.policy is not None, "a version of a policy"  # narrows the type
    documents = _replaced(other.documents, one.policy)
    edition, _ = parse_edition(other.rulebook.about, documents)
    return one if edition is None else Side(one.rulebook, edition, documents, one.policy)
