"""A policy as written before and after: the lines that changed, word by word, with some around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from engine.load import Document
from engine.worddiff import Piece, worddiff
from publisher import addresses
from publisher import pages as p
from publisher.speech import Speaker, title
from publisher.steps import DRAFTS, Policy, Step, new_text

Opcode = tuple[str, int, int, int, int]
"""What `difflib` says of two runs of lines."""

AROUND = 3
"""Lines shown around what changed."""

LONGEST = 24_000
"""More bytes of changed lines are not shown: they are in the files."""

MANY = 2_000
"""Of so many lines, those that are often there are no sign that two places are the same one."""

WORD_BY_WORD = 12_000
"""Places of more bytes are compared line by line."""

REMEMBERED = 8_192
"""So many pairs of texts, a few kilobytes each."""

AT_ONCE = 40
"""So many lines of a new policy are in one piece, which may then stand on a page of its own."""


def written(speaker: Speaker, step: Step, policy: Policy, most: int | None = LONGEST) -> p.Written:
    """Both versions of a policy, as far as they differ; of the changed lines no more than `most` bytes."""
    old, new = (side.get(policy) for side in step.documents)
    newest = new or old
    assert newest is not None, "a policy that changes is in one of the editions"
    found = differing("" if old is None else old.text, "" if new is None else new.text)
    shown = found if most is None else some(found, most)
    return p.Written(
        f"text-{policy[0]}-{policy[1]}",
        title(speaker, newest.data["title"]),
        policy[0],
        file(step, policy, old, draft=False),
        file(step, policy, new, draft=step.name == DRAFTS and new_text(old, new)),
        shown,
        len(shown) == len(found),
    )


def file(step: Step, policy: Policy, document: Document | None, *, draft: bool) -> tuple[str, str] | None:
    if document is None:
        return None
    rulebook, version = step.after.about.id, document.data["version"]
    if draft:
        return version, addresses.draft_file(rulebook, *policy, version)
    return version, addresses.data_file(rulebook, *policy, version, "yaml")


def some(found: Sequence[p.Hunk], most: int) -> tuple[p.Hunk, ...]:
    """The hunks that are not too long."""
    shown, left = [], most
    for hunk in found:
        left -= sum(len(piece.text.encode()) for piece in (*hunk.before, *hunk.after))
        if left < 0:
            break
        shown.append(hunk)
    return tuple(shown)


@lru_cache(REMEMBERED)
def differing(old: str, new: str) -> tuple[p.Hunk, ...]:
    """As `hunks`, which are the same in every language, and on the page of a policy and on that of all changes."""
    return tuple(hunks(old, new))


def hunks(old: str, new: str) -> Iterator[p.Hunk]:
    r"""The places where two texts differ, each with a few lines around it.

    >>> [(hunk.at, hunk.lines) for hunk in hunks("a\nb\nc\n", "a\nb\nd\n")]
    [((1, 1), (3, 3))]
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if not before or not after:
        for start in range(0, len(before or after), AT_ONCE):
            lines = (before or after)[start : start + AT_ONCE]
            whole = "".join(lines)
            sides = ((Piece("removed", whole),), ()) if before else ((), (Piece("added", whole),))
            at, many = ((start + 1, 0), (len(lines), 0)) if before else ((0, start + 1), (0, len(lines)))
            yield p.Hunk(at, many, *sides)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > MANY)
    for group in matcher.get_grouped_opcodes(AROUND):
        first, last = group[0], group[-1]
        one, other = before[first[1] : last[2]], after[first[3] : last[4]]
        pieces = worddiff("".join(one), "".join(other)) if short(one, other) else by_line(group, before, after)
        yield p.Hunk(
            (first[1] + 1, first[3] + 1),
            (len(one), len(other)),
            tuple(piece for piece in pieces if piece.kind != "added"),
            tuple(piece for piece in pieces if piece.kind != "removed"),
        )


def short(one: Sequence[str], other: Sequence[str]) -> bool:
    return sum(len(line.encode()) for line in (*one, *other)) <= WORD_BY_WORD


def by_line(group: Sequence[Opcode], before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """The pieces of a place where lines are not looked into."""
    found = []
    for kind, a, b, c, d in group:
        one, other = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            found.append(Piece("same", one))
        else:
            found += [piece for piece in (Piece("removed", one), Piece("added", other)) if piece.text]
    return found
