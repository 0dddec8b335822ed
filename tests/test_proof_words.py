"""Proofs in words and as JSON, in every language, and the command that prints them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from engine.cli import main
from engine.ir import Edition
from engine.proofs import prove
from engine.prove_command import holds, proved_json
from engine.proved import Proved
from engine.readings import prose
from tests.test_proof_shipped import DAYS, LIMIT, Documents, documents, edit, made, rows

BOOK = "fair-civic-trust"


def said(edition: Edition, found: Proved, lang: str) -> list[str]:
    return [line for part in prose.proved(edition, found, lang) for _, line in part.lines]


def overlapping(d: Documents) -> None:
    rows(d, "length-of-history")[1][0] = "[6..20)"


def open_ended(d: Documents) -> None:
    rows(d, "length-of-history")[2][0] = "< 5"


def dead(d: Documents) -> None:
    rows(d, "fraud-judgment").append([">= 3", -200])


def reversed_(d: Documents) -> None:
    table = rows(d, "length-of-history")
    table[0][1], table[2][1] = table[2][1], table[0][1]


def excluded(d: Documents) -> None:
    d["purchases"]["covers"]["fields"].append("amount")


def excluded_and_read(d: Documents) -> None:
    d["purchases"]["covers"]["fields"].append("satisfied_on")


def withheld(d: Documents) -> None:
    text = {"en": "points", "zh-Hans": "分值"}
    d["fraud-judgment"]["withheld"] = [{"part": text, "ground": text, "decided_by": text}]


def unscored(d: Documents) -> None:
    d["civic-trust"]["no_score"] = [
        {"when": {"fraud-judgments": {"at_least": 0}}, "because": d["fraud-judgment"]["why"]}
    ]


BROKEN: list[tuple[Callable[[Documents], None], str, bool]] = [
    (overlapping, "Rows 1 and 2 of “Length of history” fit the same person", False),
    (open_ended, "Some people fit no case of “Length of history”", False),
    (dead, "Case 3 of “Judgment for fraud” can never happen.", False),
    (reversed_, "“Length of history” says that a higher value of", False),
    (excluded, "“amount” from “Rent and household bills” never counts: no rule looks at it.", True),
    (
        excluded_and_read,
        "“date the judgment was met” from “Court judgments” is excluded from the score, but it can",
        False,
    ),
    (withheld, "“Judgment for fraud” is not published in full", False),
]


@pytest.mark.parametrize(("change", "words", "fine"), BROKEN, ids=[one[0].__name__ for one in BROKEN])
def test_what_is_broken_is_said(change: Callable[[Documents], None], words: str, fine: bool) -> None:
    """In every language, with nothing left unfilled; and only what is broken ends the command with 1."""
    edition = made(BOOK, edit(change))
    found = prove(edition, LIMIT)
    assert [line for line in said(edition, found, "en") if words in line], said(edition, found, "en")
    assert holds(found) is fine
    for lang in prose.languages():
        assert not [line for line in said(edition, found, lang) if re.search(r"[{}\[\]^|]", line)]
    json.dumps(proved_json(edition, found))


def test_a_rulebook_in_which_many_have_no_score() -> None:
    edition = made(BOOK, edit(unscored))
    found = prove(edition, LIMIT)
    assert found.no_score == "yes"
    assert "Somebody can be left without a score." in said(edition, found, "en")


@pytest.mark.parametrize("lang", prose.languages())
def test_what_is_not_decided_is_said_to_be_so(lang: str) -> None:
    edition = made(BOOK, documents(BOOK))
    found = prove(edition, 0.0)
    assert not holds(found)
    lines = said(edition, found, lang)
    assert not [line for line in lines if re.search(r"[{}\[\]^|]", line)]
    assert any({"en": "not decided", "de": "nicht", "zh-Hans": "未能"}[lang] in line.lower() for line in lines)
    assert proved_json(edition, found)["score"]["most"] == {"undecided": 0.0}


# ------------------------------------------------------------------------------------------------------ the command


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["prove", *words])


def test_the_command_says_what_was_proved() -> None:
    result = run(BOOK, "--as-of", DAYS[BOOK].isoformat())
    assert result.exit_code == 0, result.output
    assert "The score can be as low as 350 and as high as 950" in result.output
    assert "One more entry in “Court judgments” can lower the score by up to 120 points." in result.output


def test_the_command_writes_json() -> None:
    result = run(BOOK, "--as-of", DAYS[BOOK].isoformat(), "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["score"]["least"]["value"], found["score"]["most"]["value"]) == (350, 950)
    assert found["score"]["most"]["person"]["measures"]["bills-paid-on-time-share"] == "1.0000"
    assert found["cliff"]["at"] == 1


def test_bad_input_is_said_plainly() -> None:
    assert "there is no rulebook `nobody`" in run("nobody").output
    assert "no policy of `fair-civic-trust` is in force on 2020-01-01" in run(BOOK, "--as-of", "2020-01-01").output
    assert run(BOOK, "--limit", "0").exit_code == 2


def test_any_item_can_be_asked_about():
    """Whether it counts, with two people who show it; an item nobody reads needs no proof."""
    asked = ["prove", "fair-civic-trust", "--as-of", "2027-06-01"]
    result = CliRunner().invoke(main, [*asked, "--field", "bill-payments.amount", "--field", "bill-payments.paid"])
    assert result.exit_code == 0, result.output
    assert "“amount” from “Rent and household bills” never counts: no rule looks at it." in result.output
    assert "“date paid” from “Rent and household bills” can change the result." in result.output
    wrong = CliRunner().invoke(main, [*asked, "--field", "bill-payments.amont"])
    assert wrong.exit_code == 2
    assert "`bill-payments` has no field `amont`; it has: amount, due, kind, paid" in wrong.output
