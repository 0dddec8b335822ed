"""The steps of a rulebook: from each edition to the next, and to what would be in force with all drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from engine.change import change, telling
from engine.editions import changes, in_force, starts
from engine.edits import Graded
from engine.ir import Edition
from engine.load import Document
from engine.progress import Bar, silent
from engine.rulebook import Rulebook, edition
from engine.sides import Side, drafted
from publisher import addresses
from publisher.addresses import FOLDERS
from publisher.studies import Study, Studying, unstudied

DRAFTS = "drafts"
"""The name of the step to what is proposed."""

STUDIED = 12
"""So many steps of a rulebook, the newest, are proved and counted."""

Policy = tuple[str, str]
"""A kind and an id."""

KINDS = {folder: kind for kind, folder in FOLDERS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """From one edition to another: what changes in words, and what was proved and counted of it."""

    name: str
    before: Edition
    after: Edition
    documents: tuple[Mapping[Policy, Document], Mapping[Policy, Document]]
    told: Mapping[Policy | None, tuple[Graded, ...]]
    """By policy, and by None what is about the rulebook as such."""
    study: Study
    comes: frozenset[tuple[str, str, str]]
    """The versions that come, by kind, id and version."""
    repeals: Mapping[Policy, Document]
    """What says that a policy is no longer in force."""


def steps_of(rulebook: Rulebook, study: Studying = unstudied, bar: Bar = silent) -> tuple[Step, ...]:
    """Every step, the oldest first, the drafts last."""
    pairs = [*editions(rulebook)]
    proposed = drafted(rulebook)
    if proposed is not None and proposed[0].edition.digest != proposed[1].edition.digest:
        pairs.append((DRAFTS, *proposed))
    last = len(pairs) - STUDIED
    return tuple(
        step(name, one, other, study if number >= last else unstudied)
        for number, (name, one, other) in enumerate(bar("Proving changes", pairs, len(pairs)))
    )


def editions(rulebook: Rulebook) -> Iterator[tuple[str, Side, Side]]:
    """Neighbouring editions, with what was in force in each; the name is the day on which the later one begins."""
    days = changes(rulebook.shelf.policies)
    known = [(day, found) for day in days if (found := edition(rulebook, day)) is not None]
    for (one, before), (other, after) in pairwise(known):
        yield other.isoformat(), side(rulebook, one, before), side(rulebook, other, after)


def side(rulebook: Rulebook, day: date, found: Edition) -> Side:
    return Side(rulebook, found, tuple(in_force(rulebook.shelf.policies, day)))


def step(name: str, before: Side, after: Side, study: Studying) -> Step:
    edits = telling(change(before.edition, after.edition, prove=False).edits)
    told: dict[Policy | None, tuple[Graded, ...]] = {}
    for one in edits:
        policy = policy_of(one)
        told[policy] = (*told.get(policy, ()), one)
    documents = (by_policy(before.documents), by_policy(after.documents))
    comes = frozenset(
        (*policy, document.data["version"])
        for policy, document in documents[1].items()
        if policy in told and new_text(documents[0].get(policy), document)
    )
    repeals = by_policy(
        document
        for document in after.rulebook.shelf.policies
        if document.data["change"]["kind"] == "repeal" and starts(document) == after.edition.from_
    )
    found = study(before.edition, after.edition)
    return Step(name, before.edition, after.edition, documents, told, found, comes, repeals)


def between(old: Side, new: Side, study: Study) -> Step:
    """The step between two sides of a comparison; of two versions of a policy, what that policy changes."""
    found = step("", old, new, lambda *_: study)
    if new.policy is None:
        return found
    name = (new.policy.data["kind"], new.policy.data["id"])
    because = f"{FOLDERS[name[0]]}/{name[1]}"
    own = {
        policy: kept
        for policy, some in found.told.items()
        if (kept := tuple(one for one in some if policy == name or because in getattr(one.edit, "because", ())))
    }
    return replace(found, told=own)


def new_text(old: Document | None, new: Document | None) -> bool:
    """Whether a policy comes, or comes with another text."""
    return new is not None and (old is None or old.digest != new.digest)


def policy_of(one: Graded) -> Policy | None:
    """The policy an edit is in; None if it is about the rulebook."""
    kind, id_ = one.edit.place[:2] if len(one.edit.place) > 1 else ("", "")
    return (KINDS[kind], id_) if kind in KINDS else None


def by_policy(documents: Iterable[Document]) -> dict[Policy, Document]:
    return {(document.data["kind"], document.data["id"]): document for document in documents}


def page_of(home: str, step: Step, policy: Policy) -> str:
    """The page of the version that comes, or of the one that goes."""
    old, new = (side.get(policy) for side in step.documents)
    newest = new or old
    assert newest is not None, "a policy that changes is in one of the editions"
    version = newest.data["version"]
    proposed = step.name == DRAFTS and new_text(old, new)
    return addresses.draft_page(home, *policy, version) if proposed else addresses.version_page(home, *policy, version)
