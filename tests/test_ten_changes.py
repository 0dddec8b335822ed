"""Ten versions with a known effect each: told as edits, by proof, and by the check of their version numbers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.change import telling
from engine.editions import in_force
from engine.overclaims import overclaims
from engine.problem import Grade, Problem
from engine.proofs import claims
from engine.readings import prose
from engine.readings.change import edits, graded
from tests.changing import DAY, Documents, books, changed, file

BILLS, ON_TIME, HISTORY = ("source", "bill-payments"), ("rule", "bills-paid-on-time"), ("rule", "length-of-history")
RENTAL, PURCHASES, CONTEST = ("use", "deposit-free-rental"), ("exclusion", "purchases"), ("right", "contest-a-row")
BANKS = {"who": {"en": "banks", "zh-Hans": "银行"}, "what_for": {"en": "advertising", "zh-Hans": "广告"}}
NOBODY = {"en": "Nobody looks at it.", "zh-Hans": "没有人工复核。"}


def lower_points(d: Documents) -> None:
    d[ON_TIME]["table"]["rows"][0][1] = 80
    for example in d[ON_TIME]["examples"]:
        if example.get("points") == 90:
            example["points"] = 80


def raise_threshold(d: Documents) -> None:
    rows = d[ON_TIME]["table"]["rows"]
    rows[0][0], rows[1][0] = ">= 0.99", "[0.95..0.99)"


def narrow_exclusion(d: Documents) -> None:
    del d[PURCHASES]["covers"]["fields"][0]


def keep_longer(d: Documents) -> None:
    d[BILLS]["retention"]["keep"] = "P36M"


def hand_on(d: Documents) -> None:
    d[BILLS]["recipients"].append(BANKS)


def use_for_more(d: Documents) -> None:
    d[RENTAL]["purposes"].append("insurance")


def review_nothing(d: Documents) -> None:
    d[RENTAL] |= {"automation": "fully-automated", "human_review": NOBODY}


def less_time(d: Documents) -> None:
    d[CONTEST]["lodge_within"] = "P10D"


def other_words(d: Documents) -> None:
    d[ON_TIME]["title"] = {"en": "Bills on time", "zh-Hans": "账单按时付"}


def row_cut_in_two(d: Documents) -> None:
    d[HISTORY]["table"]["rows"][0:1] = [[">= 36", 50], ["[18..36)", 50]]


@dataclass(frozen=True, slots=True)
class Known:
    """A change of one policy: the row of the table of grades, the verdict of the proof, and the least true claim."""

    change: Callable[[Documents], None]
    policy: tuple[str, str]
    because: str
    verdict: str
    claim: str


TEN = [
    Known(lower_points, ON_TIME, "fewer-points", "less-favourable", "major"),
    Known(raise_threshold, ON_TIME, "fewer-points", "less-favourable", "major"),
    Known(narrow_exclusion, PURCHASES, "narrower-promise", "equivalent", "major"),
    Known(keep_longer, BILLS, "kept-longer", "more-favourable", "major"),
    Known(hand_on, BILLS, "handed-on", "equivalent", "major"),
    Known(use_for_more, RENTAL, "more-uses", "equivalent", "major"),
    Known(review_nothing, RENTAL, "less-human", "equivalent", "major"),
    Known(less_time, CONTEST, "less-time", "equivalent", "major"),
    Known(other_words, ON_TIME, "explains", "equivalent", "patch"),
    Known(row_cut_in_two, HISTORY, "no-difference", "equivalent", "patch"),
]

each = pytest.mark.parametrize("known", TEN, ids=[known.change.__name__ for known in TEN])


@each
def test_the_edits_say_so(known: Known) -> None:
    """What the table of grades says of the change, and nothing that weakens where nothing does."""
    old, new = changed(known.change)
    found = telling(graded(old, new, edits(old, new)))
    assert known.because in {one.because for one in found}
    assert any(str(one.grade) == "weakens" for one in found) is (known.claim == "major")


@each
def test_the_proof_says_so(known: Known) -> None:
    """The verdict on score, bands and what follows, and the least that the step must call itself."""
    found = claims(*changed(known.change), limit=30.0)
    assert (found.compared.verdict, found.claim) == (known.verdict, known.claim)
    if known.verdict != "less-favourable" and known.claim == "major":
        assert f"{known.because}:{known.policy[1]}" in found.reasons


@each
def test_the_check_says_so(known: Known) -> None:
    """A patch number is refused exactly if the change is more, with the edit or somebody to whom it happens."""
    problems = numbered(known, "1.{minor}.9")
    assert [one.code for one in problems] == ([] if known.claim == "patch" else ["claims-less"])
    for one in problems:
        assert (one.facts["needed"], one.grade) == ("major", Grade.ERROR)
        assert one.help is not None
        assert one.help.startswith("call it 2.0.0. ")
        shown = "Their record: {" in one.help
        assert shown is (known.verdict == "less-favourable")
        if not shown:
            assert known_sentence(known) in one.help


def known_sentence(known: Known) -> str:
    """The sentence that tells the edit with the reason that is known."""
    old, new = changed(known.change)
    edit = next(one.edit for one in graded(old, new, edits(old, new)) if one.because == known.because)
    return prose.edit(old, new, edit, "en")


def numbered(known: Known, number: str) -> list[Problem]:
    """What the check says of a version with this number that makes the change, in force a few months later."""
    book = books()["fair-civic-trust"]
    documents = in_force(book.shelf.policies, DAY)
    data: dict[tuple[str, str], Any] = {(one.data["kind"], one.data["id"]): one.data for one in documents}
    new = copy.deepcopy(data)
    known.change(new)
    version = number.format(minor=data[known.policy]["version"].split(".")[1])
    later = {**new[known.policy], "version": version, "in_force": {"from": "2027-09-01"}}
    policies = (*documents, file(book, later))
    return overclaims(replace(book.shelf, policies=policies, drafts=()))


@pytest.mark.parametrize("known", [TEN[0], TEN[4]], ids=["score", "words"])
def test_a_minor_number_is_no_excuse_and_a_major_one_is(known: Known) -> None:
    """Minor says that nobody is worse off; major says nothing."""
    assert [one.facts["needed"] for one in numbered(known, "1.8.0")] == ["major"]
    assert numbered(known, "2.0.0") == []


def test_words_that_bind_are_a_note() -> None:
    """The engine cannot weigh them: it says so, refuses nothing, and passes nothing."""

    def pay(d: Documents) -> None:
        d[CONTEST]["fee"] = {"en": "50 yuan", "zh-Hans": "50元"}

    known = Known(pay, CONTEST, "words", "equivalent", "undecided")
    (problem,) = numbered(known, "1.0.1")
    assert (problem.code, problem.grade) == ("claim-undecided", Grade.WARNING)
    assert problem.help is not None
    assert "50 yuan" in problem.help
    assert claims(*changed(pay), limit=30.0).claim == "undecided"
