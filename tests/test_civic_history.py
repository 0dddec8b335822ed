"""The four versions of fair-civic-trust: the first, a patch, a minor one and a major draft, each as it was meant."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from engine.change import Change, change, telling
from engine.load import Document
from engine.overclaims import overclaims
from engine.proofs import prove
from engine.proved import Reach
from engine.readings import prose
from tests.changing import books, editions, file

BOOK = "fair-civic-trust"
PATCH, MINOR, MAJOR = range(3)


@cache
def step(number: int) -> Change:
    """What a step changes, in words and by proof."""
    before, after = editions(BOOK)[number : number + 2]
    return change(before, after, limit=30.0)


def kinds(number: int) -> Counter[tuple[str, str, str]]:
    """The edits that tell something: the policy, the kind of edit, and the row of the table of grades."""
    told = telling(step(number).edits)
    return Counter((one.edit.place[1], prose.kind_of(one.edit), one.because) for one in told)


def reach(reached: Any) -> int:
    assert isinstance(reached, Reach), reached
    return reached.value


def test_there_are_four() -> None:
    """Three editions in force one after the other, and the drafts; all began with version 1.0.0."""
    assert len(editions(BOOK)) == 4
    versions = {one.data["version"] for one in books()[BOOK].shelf.policies}
    assert versions == {"1.0.0", "1.0.1", "1.1.0"}
    assert {one.data["version"] for one in books()[BOOK].shelf.drafts} == {"2.0.0"}


def test_the_patch_is_a_clearer_sentence_and_changes_nothing() -> None:
    assert kinds(PATCH) == {("items-returned", "reworded", "explains"): 1}
    claimed = step(PATCH).claimed
    assert claimed is not None
    assert (claimed.claim, claimed.compared.verdict, claimed.reasons) == ("patch", "equivalent", ())
    assert (claimed.compared.rise, claimed.compared.fall) == (Reach(0, None), Reach(0, None))


def test_the_minor_version_raises_points_and_widens_a_promise() -> None:
    """15 to 25 for 90 to 95 % of bills on time, and less of what others think: nobody is worse off."""
    found = kinds(MINOR)
    assert {policy for policy, _, _ in found} == {"bills-paid-on-time", "peer-ratings"}
    assert found["bills-paid-on-time", "points-changed", "more-points"] == 1
    assert {because for _, _, because in found} == {"more-points", "wider-promise", "explains"}
    claimed = step(MINOR).claimed
    assert claimed is not None
    assert (claimed.claim, claimed.compared.verdict, claimed.compared.nobody_worse) == (
        "minor",
        "more-favourable",
        "yes",
    )
    assert (reach(claimed.compared.rise), reach(claimed.compared.fall)) == (10, 0)
    up = next(one for one in claimed.compared.effects if one.kind == "score-up")
    assert up.people is not None
    assert up.people.moved == (("bills-paid-on-time", 15, 25),)


def test_the_draft_keeps_longer_and_takes_more_away() -> None:
    """Retention 24 to 36 months, fraud −120 to −140, the floor −150 to −170, the range from 330."""
    found = kinds(MAJOR)
    assert found["bill-payments", "retention-changed", "kept-longer"] == 1
    assert found["fraud-judgment", "points-changed", "fewer-points"] == 1
    assert found["civic-trust", "floor-changed", "fewer-points"] == 1
    assert found["civic-trust", "range-changed", "fewer-points"] == 1
    weakens = [one for one in telling(step(MAJOR).edits) if str(one.grade) == "weakens"]
    assert len(weakens) == 4
    claimed = step(MAJOR).claimed
    assert claimed is not None
    assert claimed.claim == "major"
    assert "score-down" in claimed.reasons
    assert "kept-longer:bill-payments" in claimed.reasons


def test_of_the_draft_somebody_who_is_worse_off_is_shown() -> None:
    """The fall is that of fraud, or of the floor; the rise is that of a longer history, which is kept longer."""
    claimed = step(MAJOR).claimed
    assert claimed is not None
    found = claimed.compared
    assert (found.verdict, reach(found.fall), reach(found.rise)) == ("incomparable", -20, 50)
    assert found.worse is not None
    assert found.worse.moved == (("fraud-judgment", -120, -140),)
    assert found.worse.after.outcome.score == (found.worse.before.outcome.score or 0) - 20
    assert any(each["kind"] == "fraud" for each in found.worse.before.record["sources"]["court-judgments"])


def test_the_range_of_the_draft_is_reached() -> None:
    """330 to 950: the lowest was run through the engine."""
    found = prove(editions(BOOK)[-1], 30.0)
    assert (reach(found.score.least), reach(found.score.most)) == (330, 950)


@pytest.mark.parametrize("number", ["1.0.1", "1.8.0"])
def test_none_of_the_drafts_could_be_less_than_major(number: str) -> None:
    """In force under a smaller number each would be refused."""
    book = books()[BOOK]
    smaller = [renumbered(one, number) for one in book.shelf.drafts]
    problems = overclaims(replace(book.shelf, policies=(*book.shelf.policies, *smaller), drafts=()))
    refused = {one.where.file.split("/")[2] for one in problems if one.where is not None and one.code == "claims-less"}
    assert refused == {"bill-payments", "fraud-judgment", "civic-trust"}
    assert {one.facts["needed"] for one in problems} == {"major"}


def renumbered(draft: Document, number: str) -> Document:
    """A draft as a version in force."""
    data = {name: value for name, value in draft.data.items() if name != "comment_until"}
    return file(books()[BOOK], {**data, "version": number})
