"""A record that arrives row by row: what each line says, and what it changes."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine import watch as watching
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.readings import session
from engine.rulebook import edition, load_rulebook
from engine.watch import watch

DEMO = Path(__file__).parent / "policies" / "good" / "demo"
TODAY = date(2026, 12, 15)
PRIVATE = "4711.23"

ACCOUNT = {"source": "account", "facts": {"opened": "2019-05-01", "verified": True, "plan": "family"}}


def bill(due: str, paid: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"due": due, "amount": 40, "reminders": 0, "kind": "water", **more}
    return {"source": "bills", "row": row | ({"paid": paid} if paid else {})}


BILLS = [bill(f"2026-{month:02}-10", f"2026-{month:02}-{9 if month % 5 else 20:02}") for month in range(1, 13)]


@cache
def demo() -> Edition:
    found = edition(load_rulebook(DEMO), TODAY)
    assert found is not None
    return found


def watched(*lines: Any, use: str = "pay-later") -> list[dict[str, Any]]:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return list(watch(demo(), TODAY, use, text))


def test_each_line_says_what_the_record_so_far_would_get() -> None:
    """After every row the score, band, points and consequences are those of an evaluation of the rows up to then."""
    told = watched(ACCOUNT, *BILLS)
    assert [one["line"] for one in told] == list(range(1, 14))
    bills: list[Any] = []
    for one, line in zip(told, [ACCOUNT, *BILLS], strict=True):
        bills += [line["row"]] if "row" in line else []
        sources = {"account": ACCOUNT["facts"]} | ({"bills": bills} if bills else {})
        expected = evaluate_under(demo(), {"sources": sources}, as_of=TODAY, use="pay-later", reading="truth")
        assert isinstance(expected, Decision)
        assert (one["score"], one["band"]) == (expected.score, expected.band)
        assert one["consequences"] == [consequence.id for consequence in expected.consequences]
        assert one["conclusions"] == expected.conclusions
        points = {rule["rule"]: rule["points"] for rule in one["rules"]}
        assert {id_: points[id_] for id_ in expected.points} == expected.points
        assert one["kept"] == {"account": True} | ({"bills": list(range(len(bills)))} if bills else {})
    assert told[-1]["score"] is not None


def test_a_line_says_what_just_changed() -> None:
    """The changes of all lines, one after the other, lead from nothing to how things stand at the end."""
    told = watched(
        ACCOUNT, *BILLS, bill("2026-11-20", reminders=4, amount="no number"), bill("2026-11-20", reminders=4)
    )
    *before, last = [one for one in told if "problems" not in one]
    gained = set()
    for one in [*before, last]:
        follows = one["changed"]["consequences"]
        gained = (gained | set(follows["gained"])) - set(follows["lost"])
        assert gained == set(one["consequences"])
        if one["changed"]["score"]:
            assert one["changed"]["score"]["to"] == one["score"]
    fell = last["changed"]["score"]
    assert fell["by"] == fell["to"] - fell["from"] < 0
    moved = {change["rule"]: change["to"]["points"] for change in last["changed"]["rules"]}
    assert moved["reminders-received"] == -40


def test_a_line_that_changes_nothing_says_so() -> None:
    """Knowing a fact again is no news."""
    changed = watched(ACCOUNT, ACCOUNT)[1]["changed"]
    assert changed == {
        "rules": [],
        "conclusions": {},
        "score": None,
        "band": None,
        "consequences": {"gained": [], "lost": []},
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "not-json"),
        ("[1]", "not-a-line"),
        ({"source": "bills"}, "not-a-line"),
        ({"source": 7, "row": {}}, "not-a-line"),
        ({"source": "bills", "row": {}, "facts": {}}, "not-a-line"),
        ({"sources": {}}, "not-a-line"),
        ({"as_of": "soon"}, "wrong-type"),
        ({"as_of": "2026-12-14"}, "clock-back"),
        ({"source": "bills", "facts": {}}, "wrong-type"),
        ({"source": "account", "row": {}}, "wrong-type"),
        ({"source": "bills", "row": PRIVATE}, "wrong-type"),
        (bill("2026-12-16"), "future-date"),
        (bill("2026-11-10", amount=PRIVATE), "wrong-type"),
        (bill("2026-11-10", friend_name=PRIVATE), "undeclared-field"),
        ({"source": "friends-contacts", "row": {"name": PRIVATE}}, "undeclared-source"),
        ({"contest": {"source": "bills", "row": 12}}, "wrong-contest"),
        ({"contest": PRIVATE}, "wrong-contest"),
    ],
)
def test_a_bad_line_is_named_and_changes_nothing(line: Any, code: str) -> None:
    """A problem has the number of its line and no value of it, and the record stays as it was."""
    told = watched(ACCOUNT, *BILLS, line, "", ACCOUNT)
    assert told[-2]["line"] == 14
    assert [one["code"] for one in told[-2]["problems"]] == [code]
    assert set(told[-2]) == {"line", "problems"}
    assert PRIVATE not in json.dumps(told)
    assert told[-1]["line"] == 16
    assert not told[-1]["changed"]["rules"]
    assert told[-1]["score"] == told[-3]["score"]


def test_the_clock_moves_on() -> None:
    """As time goes by rows expire and conclusions change, without any new row."""
    told = watched(ACCOUNT, *BILLS, {"as_of": "2029-02-01"})
    assert told[-1]["as_of"] == "2029-02-01"
    assert {out["why"] for out in told[-1]["left_out"]} == {"expired"}
    assert told[-1]["changed"]["rules"]


def test_a_contested_row_is_left_out() -> None:
    """A contest takes its row out of the evaluation, and the line says what that does."""
    told = watched(ACCOUNT, *BILLS, {"contest": {"source": "bills", "row": 3}})
    assert told[-1]["left_out"] == [{"source": "bills", "row": 3, "why": "contested"}]
    assert told[-1]["kept"]["bills"] == [0, 1, 2, *range(4, 12)]


def test_an_edition_that_is_not_evaluated_is_not_watched() -> None:
    """What every record would be refused for is told once, before the first line."""
    assert [one["code"] for one in watched(ACCOUNT, use="hiring")[0]["problems"]] == ["undeclared-use"]
    assert len(watched(ACCOUNT, use="hiring")) == 1


def test_a_long_record_begins_its_session_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new live session now and then keeps memory flat, and nobody can see it from the lines."""
    expected = watched(ACCOUNT, *BILLS)
    opened: list[Any] = []
    monkeypatch.setattr(watching, "MOST_TURNS", 3)
    open_live = session.open_live
    monkeypatch.setattr(session, "open_live", lambda one: opened.append(one) or open_live(one))
    assert watched(ACCOUNT, *BILLS) == expected
    assert len(opened) == 5
    assert not opened[0].lives


def test_a_session_that_gives_up_costs_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that could not be decided changes nothing; the next one is decided in a new session."""
    decide_live = session.decide_live
    calls: list[int] = []

    def sometimes(*args: Any) -> Decision:
        calls.append(1)
        if len(calls) == 2:
            raise session.SessionError("the record took more than 10 seconds")
        return decide_live(*args)

    monkeypatch.setattr(session, "decide_live", sometimes)
    told = watched(ACCOUNT, BILLS[0], BILLS[1])
    assert [one["code"] for one in told[1]["problems"]] == ["given-up"]
    assert told[2]["kept"]["bills"] == [0]


def test_what_a_session_never_takes_is_watched_by_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition too large for durable_rules is watched all the same."""
    expected = watched(ACCOUNT, *BILLS)
    monkeypatch.setattr(session, "MOST_RULES", 10)
    assert watched(ACCOUNT, *BILLS) == expected
