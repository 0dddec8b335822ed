"""The pages on what a step changes: from edition to edition, to the drafts, and from version to version of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from engine.change import counts
from engine.editions import comment_until, starts
from engine.edits import Grade, Graded, Reworded, TermsChanged
from engine.load import Document
from engine.readings import prose as say
from engine.readings.prose.words import phrase
from engine.worddiff import worddiff
from publisher import addresses
from publisher import pages as p
from publisher.library import Library
from publisher.packing import IN_INDEX, packed
from publisher.people import counted, people
from publisher.speech import Speaker, prose, text, title
from publisher.steps import DRAFTS, Policy, Step, new_text, page_of
from publisher.writing import written

LONGEST_TEXT = 4000
"""Two texts of more bytes together are not laid beside each other on a card: they are in the policy as written."""

GRADES = [str(grade) for grade in Grade]
KINDS = list(addresses.FOLDERS)


def change_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.ChangePage]:
    """A page for each step and for each policy that changes in it."""
    for step in library.steps:
        yield from parted(step_page(speaker, frame, library, step))
        for policy in step.told:
            if policy is not None and (page := policy_page(speaker, frame, library, step, policy)):
                yield from parted(page)


def step_page(speaker: Speaker, frame: p.Frame, library: Library | None, step: Step) -> p.ChangePage:
    """All that a step changes, on one page that may be too long."""
    blocks: list[p.Block] = cards(speaker, step)
    blocks += people(speaker, library, step)
    blocks += counted(speaker, step)
    edits = [one for some in step.told.values() for one in some]
    before, after = (ends(speaker, step, which) for which in (0, 1))
    policies = {*step.documents[0], *step.documents[1]}
    changed = len([policy for policy in step.told if policy is not None])
    return p.ChangePage(
        path=PurePosixPath(addresses.change_page(speaker.home, step.name)),
        frame=frame,
        what=DRAFTS if step.name == DRAFTS else "edition",
        kind="",
        title=frame.title,
        current=None,
        before=before,
        after=after,
        whole=None,
        **numbers(step, edits),
        changed=changed,
        unchanged=len(policies) - changed,
        index=(),
        more=0,
        blocks=tuple(blocks),
        part=1,
        parts=(),
        compare=None,
        comments=tuple(sorted({day for document in step.documents[1].values() if (day := comment_until(document))})),
    )


def ends(speaker: Speaker, step: Step, which: int) -> p.End:
    """An edition by its day and page; drafts have no day."""
    edition = (step.before, step.after)[which]
    if which and step.name == DRAFTS:
        return p.End(None, None, addresses.history_page(speaker.home))
    return p.End(edition.from_, None, addresses.history_page(speaker.home, edition.from_))


def numbers(step: Step, edits: Sequence[Graded]) -> dict[str, Any]:
    found = counts(edits)
    return {
        "verdict": verdict(step),
        "weakens": found[Grade.WEAKENS],
        "counts": tuple((str(grade), number) for grade, number in found.items()),
    }


def verdict(step: Step) -> str:
    """What was proved in one word: `same`, `better`, `worse`, `undecided`; `unproved` where nobody asked."""
    claimed = step.study.claimed
    if claimed is None:
        return "unproved"
    found = claimed.compared
    if found.nobody_worse == "no":
        return "worse"
    left_out = any(one.why != "in-one-edition-only" for one in found.not_proved)
    if left_out or "undecided" in (found.nobody_worse, found.equivalent):
        return "undecided"
    return "same" if found.equivalent == "yes" else "better"


# ------------------------------------------------------------------------------------------------------------- cards


def cards(speaker: Speaker, step: Step) -> list[p.Block]:
    """A card for each policy that changes."""
    return [card(speaker, step, policy) for policy in card_order(step)]


def card_order(step: Step) -> list[Policy | None]:
    """The policies that change, the worst first; what is about the rulebook as such comes before."""

    def order(policy: Policy | None) -> tuple[int, int, str]:
        worst = min(GRADES.index(one.grade) for one in step.told[policy])
        return worst, -1 if policy is None else KINDS.index(policy[0]), "" if policy is None else policy[1]

    return sorted(step.told, key=order)


def card(speaker: Speaker, step: Step, policy: Policy | None) -> p.Card:
    edits = sorted(step.told[policy], key=lambda one: GRADES.index(one.grade))
    lines = tuple(told(speaker, step, one) for one in edits)
    if policy is None:
        return p.Card(
            "rulebook", text(speaker, step.after.about.title), "", lines[0].grade, None, None, None, None, None, lines
        )
    kind, id_ = policy
    old, new = (side.get(policy) for side in step.documents)
    newest = new or old
    assert newest is not None, "a policy that changes is in one of the editions"
    return p.Card(
        f"{kind}-{id_}",
        title(speaker, newest.data["title"]),
        kind,
        lines[0].grade,
        None if old is None else old.data["version"],
        None if new is None else new.data["version"],
        page_of(speaker.home, step, policy),
        own_page(speaker, step, policy),
        note(speaker, old, new or step.repeals.get(policy)),
        lines,
    )


def own_page(speaker: Speaker, step: Step, policy: Policy) -> str | None:
    """The page on what changes in this policy; None where no version comes in its place or it only ends."""
    old, new = (side.get(policy) for side in step.documents)
    if new is None or not new_text(old, new):
        return None
    return addresses.policy_change(speaker.home, *policy, new.data["version"])


def note(speaker: Speaker, old: Document | None, new: Document | None) -> p.Phrase | None:
    """What the author of a new version says of it."""
    if new is None or not new_text(old, new):
        return None
    return text(speaker, new.data["change"]["why"])


def told(speaker: Speaker, step: Step, one: Graded) -> p.Told:
    """An edit in words; a text that changed is laid beside what it was."""
    words = prose(speaker, say.edit(step.before, step.after, one.edit, speaker.lang))
    found = p.Told(str(one.grade), words, prose(speaker, say.because(one.because, speaker.lang)), one.fingerprint)
    match one.edit:
        case Reworded(place, dict(old), dict(new)) | TermsChanged(place, dict(old), dict(new)):
            pass
        case _:
            return found
    name = prose(speaker, phrase(speaker.lang, f"change.part.{place[-1]}")) if len(place) > 1 else words
    before, after = text(speaker, old), text(speaker, new)
    if before.text == after.text:
        others = tuple(lang for lang in frame_languages(step) if old.get(lang) != new.get(lang))
        return replace(found, words=name, elsewhere=others)
    if before.lang != after.lang or len((before.text + after.text).encode()) > LONGEST_TEXT:
        return found
    return replace(found, words=name, pieces=worddiff(before.text, after.text), lang=after.lang)


def frame_languages(step: Step) -> tuple[str, ...]:
    return step.after.about.languages


# ----------------------------------------------------------------------------------------------------------- policies


def policy_page(speaker: Speaker, frame: p.Frame, library: Library, step: Step, policy: Policy) -> p.ChangePage | None:
    """What changes in one policy; None where no version comes."""
    path = own_page(speaker, step, policy)
    if path is None:
        return None
    old, new = (side.get(policy) for side in step.documents)
    assert new is not None, "it has a page"
    found = replace(card(speaker, step, policy), more=None)
    kind, id_ = policy
    versions = library.versions.get(policy, ())
    own = [*versions, *(one for one in library.rulebook.shelf.drafts if (one.data["kind"], one.data["id"]) == policy)]
    current = addresses.policy_page(speaker.home, kind, id_) if versions else None
    return p.ChangePage(
        path=PurePosixPath(path),
        frame=frame,
        what="policy",
        kind=kind,
        title=found.title,
        current=current,
        before=p.End(
            None if old is None else starts(old),
            None if old is None else old.data["version"],
            None if old is None else addresses.version_page(speaker.home, kind, id_, old.data["version"]),
        ),
        after=p.End(starts(new), new.data["version"], page_of(speaker.home, step, policy)),
        whole=addresses.change_page(speaker.home, step.name),
        **numbers(step, step.told[policy]),
        changed=1,
        unchanged=0,
        index=(),
        more=0,
        blocks=(found, written(speaker, step, policy)),
        part=1,
        parts=(),
        compare=addresses.compare_page(speaker.home, kind, id_) if len(own) > 1 else None,
        comments=() if (day := comment_until(new)) is None else (day,),
    )


# -------------------------------------------------------------------------------------------------------------- parts


def parted(page: p.ChangePage) -> Iterator[p.ChangePage]:
    """A page on as many pages as it needs; the index on the first leads to all."""
    rooms = packed(page.blocks)
    base = str(page.path).removesuffix(".html")
    paths = tuple(f"{base}.html" if number == 1 else f"{base}/{number}.html" for number in range(1, len(rooms) + 1))
    index = [
        p.IndexEntry(block.grade, p.Link(block.title, f"{path}#{block.anchor}"))
        for path, room in zip(paths, rooms, strict=True)
        for block in room
        if isinstance(block, p.Card) and not block.goes_on
    ]
    for number, (path, room) in enumerate(zip(paths, rooms, strict=True), 1):
        first = number == 1
        shown = tuple(index[:IN_INDEX]) if first and len(index) > 1 else ()
        more = max(0, len(index) - IN_INDEX) if first else 0
        yield replace(page, path=PurePosixPath(path), blocks=room, index=shown, more=more, part=number, parts=paths)
