"""What a proof cannot express is named in every language, and nothing is said of everybody that might not hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.ir import Edition
from engine.proofs import compare, left_out, prove
from engine.prove_command import holds
from engine.proved import Proved, Reach
from engine.readings import prose
from engine.readings.proof import rows, rules
from tests.test_proof_shipped import Documents, documents, edit, made

BOOK, LIMIT = "fair-civic-trust", 20.0


def lines(edition: Edition, lang: str) -> list[str]:
    """Everything `rulebook prove` prints."""
    return [line for part in prose.proved(edition, prove(edition, LIMIT), lang) for _, line in part.lines]


def no_use(d: Documents) -> None:
    for id_ in [id_ for id_, one in d.items() if one["kind"] == "use"]:
        del d[id_]


def hold_back_score(d: Documents) -> None:
    text = {"en": "points", "zh-Hans": "分值"}
    d["civic-trust"]["withheld"] = [{"part": text, "ground": text, "decided_by": text}]


SAID: list[tuple[Callable[[Documents], None], dict[str, str]]] = [
    (
        no_use,
        {
            "en": "“Fair Civic Trust” has no use, so nothing is evaluated and nobody can be shown.",
            "zh-Hans": "“公平信约”没有任何用途，因此不作评估，也无法举出任何人。",
        },
    ),
    (
        hold_back_score,
        {
            "en": "“Civic trust score” is not published in full, so nothing is scored and nobody can be shown.",
            "zh-Hans": "“守约分”没有完整公布，因此不予评分，也无法举出任何人。",
        },
    ),
]


@pytest.mark.parametrize(("change", "said"), SAID, ids=[one[0].__name__ for one in SAID])
def test_what_cannot_be_proved_is_named(change: Callable[[Documents], None], said: dict[str, str]) -> None:
    """By its title, and the command does not end with 0."""
    edition = made(BOOK, edit(change))
    assert not holds(prove(edition, LIMIT))
    for lang, line in said.items():
        assert line in lines(edition, lang)


def test_a_rule_of_very_many_cases_may_give_anything_it_can_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proved nevertheless is true of everybody; an end that nobody was found for is not claimed."""
    monkeypatch.setattr(rules, "MOST_CASES", 3)
    edition = made(BOOK, documents(BOOK))
    found = prove(edition, LIMIT)
    assert ("bills-paid-on-time", "too-many-cases") in {(one.id, one.why) for one in found.not_proved}
    never_claimed(found)
    assert not any("fits some case of every rule" in line for line in lines(edition, "en"))
    named = "“Bills paid on time” has too many cases to be looked at one by one"
    assert any(line.startswith(named) for line in lines(edition, "en"))


def never_claimed(found: Proved) -> None:
    """Nothing is said to happen that nobody was run for."""
    assert not holds(found)
    assert "yes" not in {*found.bands.values(), *(one.reachable for one in found.cases), found.no_score}
    for end in (found.score.least, found.score.most):
        assert not isinstance(end, Reach) or end.person is not None


def test_a_source_whose_rows_differ_in_too_many_ways_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is worked out from it is taken to be anything."""
    monkeypatch.setattr(rows, "MOST_KINDS", 20)
    edition = made(BOOK, documents(BOOK))
    found = prove(edition, LIMIT)
    assert {one.why for one in found.not_proved} == {"too-many-kinds-of-rows"}
    never_claimed(found)
    assert not any(isinstance(end, Reach) for ends in found.groups.values() for end in (ends.least, ends.most))
    assert any("can differ in too many ways" in line for line in lines(edition, "en"))


def test_two_editions_that_no_record_fits_are_not_called_equivalent() -> None:
    """An amount that becomes a whole number: a record for one is refused by the other."""

    def whole(d: Documents) -> None:
        d["bill-payments"].pop("synthetic", None)
        d["bill-payments"]["fields"]["amount"] = {
            **{key: each for key, each in d["bill-payments"]["fields"]["amount"].items() if key != "places"},
            "type": "integer",
        }

    a, b = made(BOOK, documents(BOOK)), made(BOOK, edit(whole))
    found = compare(a, b, LIMIT)
    assert [(one.id, one.why) for one in left_out(found)] == [("bill-payments", "types-differ")]
    assert (found.equivalent, found.nobody_worse, found.verdict) == ("undecided", "undecided", "undecided")
    said = [prose.not_proved(b, one, "en") for one in found.not_proved]
    assert said == [
        "The two editions describe the items of “Rent and household bills” differently, so no record fits both."
    ]
