"""The shipped rulebooks proved, and versions of them with a known effect graded right."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest

from engine.decision import Decision
from engine.editions import in_force
from engine.ir import Edition
from engine.locate import policies_folder
from engine.parse import parse_edition
from engine.proofs import Claimed, claims, compare, independent, prove, replay
from engine.proved import Cliff, Proved, Reach, Undecided
from engine.records import shipped
from engine.rulebook import edition, load_rulebook
from engine.sides import side
from tests.strategies import written

DAYS = {"fair-civic-trust": date(2027, 6, 1), "schufa-2026": date(2026, 6, 1)}
LIMIT = 30.0
Documents = dict[str, Any]


@cache
def documents(book: str) -> Documents:
    return {one.data["id"]: one.data for one in in_force(load_rulebook(book).shelf.policies, DAYS[book])}


def made(book: str, documents: Documents) -> Edition:
    """The edition that documents make."""
    about = load_rulebook(book).about
    files = [written(data, f"{book}/{data['kind']}s/{id_}/{data['version']}.yaml") for id_, data in documents.items()]
    found, problems = parse_edition(about, files, DAYS[book])
    assert found is not None, problems
    return found


@cache
def proved(book: str) -> Proved:
    found = edition(load_rulebook(book), DAYS[book])
    assert found is not None
    return prove(found, LIMIT, DAYS[book])


def reach(reached: Any) -> int:
    assert isinstance(reached, Reach), reached
    return reached.value


# ------------------------------------------------------------------------------------------------------- as shipped


@pytest.mark.parametrize(("book", "least", "most"), [("fair-civic-trust", 350, 950), ("schufa-2026", 100, 999)])
def test_the_declared_range_is_the_reachable_one(book: str, least: int, most: int) -> None:
    """By records: somebody at either end was run through the engine."""
    found = proved(book)
    assert (reach(found.score.least), reach(found.score.most)) == (least, most)
    score = load_rulebook(book) and edition(load_rulebook(book), DAYS[book]).score  # type: ignore[union-attr]  # it has one
    assert score is not None
    assert (score.least, score.greatest) == (least, most)
    for end in (found.score.least, found.score.most):
        assert isinstance(end, Reach)
        assert end.person is not None
        assert end.person.outcome.score == end.value


def test_the_range_of_the_drafts_is_reached() -> None:
    """330 to 950 once all drafts of fair-civic-trust are in force."""
    found = prove(side("fair-civic-trust@drafts", policies_folder()).edition, LIMIT)
    assert (reach(found.score.least), reach(found.score.most)) == (330, 950)


@pytest.mark.parametrize("book", sorted(DAYS))
def test_shipped_records_lie_within(book: str) -> None:
    """The worst and the best of the shipped records, where they are meant to be so, are the ends that were proved."""
    found = proved(book)
    rulebook = load_rulebook(book)
    scores = [one.expected.get("score") for one in shipped(rulebook)]
    reached = [score for score in scores if isinstance(score, int)]
    assert reach(found.score.least) <= min(reached)
    assert max(reached) == reach(found.score.most)
    if book == "fair-civic-trust":
        assert min(reached) == reach(found.score.least)


@pytest.mark.parametrize("book", sorted(DAYS))
def test_nothing_is_dead_open_or_against_its_direction(book: str) -> None:
    """Every case and band is reached, no rule has a gap, every direction holds, and nothing is left unproved."""
    found = proved(book)
    assert {one.reachable for one in found.cases} == {"yes"}
    assert set(found.bands.values()) == {"yes"}
    assert found.no_score == "yes"
    assert (found.gaps, found.overlaps, found.not_proved) == ((), (), ())
    assert {one.holds for one in found.directions} == {"yes"}
    assert len(found.directions) == {"fair-civic-trust": 7, "schufa-2026": 16}[book]


def test_what_one_more_row_costs() -> None:
    """The most one late bill, one judgment, one late repayment and one item returned late can cost."""
    events = {event.source: event for event in proved("fair-civic-trust").events}
    assert {id_: event.drop for id_, event in events.items()} == {
        "bill-payments": 120,
        "court-judgments": 120,
        "loan-repayments": 170,
        "returned-items": 90,
    }
    people = events["court-judgments"].people
    assert people is not None
    assert people.moved == (("fraud-judgment", 0, -120),)
    assert people.after.record["sources"]["court-judgments"][-1]["kind"] == "fraud"


def test_the_largest_step() -> None:
    cliff = proved("fair-civic-trust").cliff
    assert isinstance(cliff, Cliff)
    assert (cliff.measure, cliff.at, cliff.drop) == ("fraud-judgments", 1, 120)


def test_groups_reach_their_floor() -> None:
    ends = proved("fair-civic-trust").groups["judgments"]
    assert (reach(ends.least), reach(ends.most)) == (-150, 0)


def test_the_reference_person_is_ordinary() -> None:
    """The best score, with as few rows as it takes."""
    person = proved("fair-civic-trust").reference
    assert person is not None
    assert person.outcome.score == 950
    sources = person.record["sources"]
    assert {id_: len(rows) for id_, rows in sources.items() if isinstance(rows, list)} == {
        "bill-payments": 3,
        "court-judgments": 0,
        "loan-repayments": 3,
        "returned-items": 3,
    }


def test_a_field_that_nothing_reads_is_said_to_be_unread() -> None:
    found = edition(load_rulebook("fair-civic-trust"), DAYS["fair-civic-trust"])
    assert found is not None
    assert independent(found, "bill-payments", "kind", LIMIT).how == "unread"
    late = independent(found, "bill-payments", "paid", LIMIT)
    assert late.how == "matters"
    assert late.people is not None
    assert late.people.before.outcome != late.people.after.outcome


def test_a_field_that_is_read_and_does_not_matter_is_proved_so() -> None:
    """A condition that is true either way: data flow says that it is read, and the solver that it is no use."""
    edited = copy.deepcopy(documents("fair-civic-trust"))
    body = edited["fraud-judgments"]["count"]
    body["where"]["all"].append({"any": [{"satisfied_on": {"known": True}}, {"satisfied_on": {"known": False}}]})
    edited["unpaid-debt-judgments"]["count"]["where"]["all"].pop()
    found = made("fair-civic-trust", edited)
    assert independent(found, "court-judgments", "satisfied_on", LIMIT).how == "proved"


def test_over_the_limit_is_never_a_pass() -> None:
    """With no time at all everything is undecided, and no claim is made."""
    found = edition(load_rulebook("fair-civic-trust"), DAYS["fair-civic-trust"])
    assert found is not None
    told = prove(found, 0.0)
    assert isinstance(told.score.most, Undecided)
    assert {one.reachable for one in told.cases} <= {"undecided"}
    later = made("fair-civic-trust", edit(lambda d: rows(d, "bills-paid-on-time")[0].__setitem__(1, 80)))
    assert compare(found, later, 0.0).verdict == "undecided"
    assert claims(found, later, 0.0).claim == "undecided"


# ------------------------------------------------------------------------------------------------- mutated versions


def edit(change: Callable[[Documents], object]) -> Documents:
    """The documents of fair-civic-trust with something changed."""
    found = copy.deepcopy(documents("fair-civic-trust"))
    change(found)
    return found


def rows(documents: Documents, rule: str) -> list[list[Any]]:
    found: list[list[Any]] = documents[rule]["table"]["rows"]
    return found


def consequence(polarity: str, band: str) -> dict[str, Any]:
    effect = {"en": "Something follows.", "zh-Hans": "有后果。"}
    return {"id": "more", "when": {"band": {"at_most": band}}, "effect": effect, "polarity": polarity}


def lower_points(d: Documents) -> None:
    rows(d, "bills-paid-on-time")[0][1] = 80


def move_threshold(d: Documents) -> None:
    rows(d, "bills-paid-on-time")[0][0] = ">= 0.99"
    rows(d, "bills-paid-on-time")[1][0] = "[0.95..0.99)"


def lower_floor(d: Documents) -> None:
    d["civic-trust"]["adds"][-1]["floor"] = -170
    d["civic-trust"]["range"]["least"] = d["civic-trust"]["bands"][0]["from"] = 330


def raise_unknown(d: Documents) -> None:
    d["bills-paid-on-time"]["unknown"]["points"] = 10


def add_benefit(d: Documents) -> None:
    d["deposit-free-rental"]["consequences"].append(consequence("benefit", "average"))


def add_detriment(d: Documents) -> None:
    d["deposit-free-rental"]["consequences"].append(consequence("detriment", "building"))


def lower_band(d: Documents) -> None:
    d["civic-trust"]["bands"][1]["to"] = 639
    d["civic-trust"]["bands"][2]["from"] = 640


def other_title(d: Documents) -> None:
    d["bills-paid-on-time"]["title"] = {"en": "Bills on time", "zh-Hans": "账单按时付"}


def reverse_direction(d: Documents) -> None:
    table = rows(d, "length-of-history")
    table[0][1], table[2][1] = table[2][1], table[0][1]


def narrow_exclusion(d: Documents) -> None:
    d["purchases"]["covers"]["fields"] = d["purchases"]["covers"]["fields"][1:]


def lower_base(d: Documents) -> None:
    d["civic-trust"]["base"] = 590


def keep_longer(d: Documents) -> None:
    d["bill-payments"]["retention"]["keep"] = "P36M"


def shorten_window(d: Documents) -> None:
    d["fraud-judgments"]["count"]["within"] = "P36M"


def refuse_more(d: Documents) -> None:
    when = {"identity-is-verified": {"known": False}}
    because = {"en": "Nobody checked.", "zh-Hans": "无人核实。"}
    d["civic-trust"]["no_score"].append({"when": when, "because": because})


def same_function(d: Documents) -> None:
    """Another way to write the same: a row cut in two."""
    table = rows(d, "length-of-history")
    table[0:1] = [[">= 36", 50], ["[18..36)", 50]]


MUTATIONS: list[tuple[Callable[[Documents], None], str, str, int, int, set[str]]] = [
    (lower_points, "major", "less-favourable", 0, -10, {"score-down", "band-down", "benefit-lost"}),
    (move_threshold, "major", "less-favourable", 0, -40, {"score-down", "band-down", "benefit-lost"}),
    (lower_floor, "major", "less-favourable", 0, -20, {"score-down", "band-down", "benefit-lost"}),
    (raise_unknown, "minor", "more-favourable", 10, 0, {"score-up", "band-up", "benefit-gained"}),
    (add_benefit, "minor", "more-favourable", 0, 0, {"benefit-gained"}),
    (add_detriment, "major", "less-favourable", 0, 0, {"detriment-gained"}),
    (lower_band, "minor", "more-favourable", 0, 0, {"band-up", "benefit-gained"}),
    (other_title, "patch", "equivalent", 0, 0, set()),
    (same_function, "patch", "equivalent", 0, 0, set()),
    (narrow_exclusion, "major", "equivalent", 0, 0, set()),
    (lower_base, "major", "less-favourable", 0, -10, {"score-down", "band-down", "benefit-lost"}),
    (shorten_window, "minor", "more-favourable", 120, 0, {"score-up", "band-up", "benefit-gained"}),
    (refuse_more, "major", "less-favourable", 0, 0, {"score-lost", "benefit-lost", "neutral-lost"}),
]


@pytest.mark.parametrize(
    ("change", "claim", "verdict", "rise", "fall", "kinds"), MUTATIONS, ids=[one[0].__name__ for one in MUTATIONS]
)
def test_mutated_versions_are_graded_right(
    change: Callable[[Documents], None], claim: str, verdict: str, rise: int, fall: int, kinds: set[str]
) -> None:
    """Each with what it does to people, the largest rise and fall, and somebody for each effect."""
    before, after = made("fair-civic-trust", documents("fair-civic-trust")), made("fair-civic-trust", edit(change))
    found = claims(before, after, LIMIT)
    assert (found.claim, found.compared.verdict) == (claim, verdict)
    assert {effect.kind for effect in found.compared.effects if effect.happens == "yes"} == kinds
    assert (reach(found.compared.rise), reach(found.compared.fall)) == (rise, fall)
    assert found.compared.not_proved == ()
    shown_as_said(before, after, found)


def shown_as_said(before: Edition, after: Edition, found: Claimed) -> None:
    """Every person comes out as said; somebody worse off is printed exactly if the claim rests on it."""
    day = found.compared.as_of
    for effect in found.compared.effects:
        if effect.people is not None:
            for one, person in ((before, effect.people.before), (after, effect.people.after)):
                again = replay(one, json.loads(json.dumps(person.record, default=float)), day, "deposit-free-rental")
                assert isinstance(again, Decision)
                assert again.score == person.outcome.score
    assert (found.compared.worse is not None) is (found.compared.nobody_worse == "no")


def test_more_may_be_worse_and_better() -> None:
    """A reversed direction is found within the edition, and between two it is better for some and worse for others."""
    before, after = (
        made("fair-civic-trust", documents("fair-civic-trust")),
        made("fair-civic-trust", edit(reverse_direction)),
    )
    held = {one.rule: one for one in prove(after, LIMIT).directions}["length-of-history"]
    assert held.holds == "no"
    assert held.people is not None
    assert held.people.moved == (("length-of-history", 50, 0),) or held.people.moved[0][1:] > held.people.moved[0][2:]
    found = claims(before, after, LIMIT)
    assert (found.claim, found.compared.verdict) == ("major", "incomparable")
    assert (reach(found.compared.rise), reach(found.compared.fall)) == (50, -50)


def test_longer_keeping_is_major_whatever_the_score_does() -> None:
    before, after = (
        made("fair-civic-trust", documents("fair-civic-trust")),
        made("fair-civic-trust", edit(keep_longer)),
    )
    found = claims(before, after, LIMIT)
    assert found.claim == "major"
    assert found.reasons == ("kept-longer:bill-payments",)


def test_the_versions_that_were_published() -> None:
    """2027-02 changed words only, 2027-04 raised points: nobody is worse off."""
    book = load_rulebook("fair-civic-trust")
    first, second, third = (edition(book, day) for day in (date(2026, 12, 1), date(2027, 2, 1), date(2027, 4, 1)))
    assert first is not None
    assert second is not None
    assert third is not None
    assert claims(first, second, LIMIT).claim == "patch"
    found = claims(second, third, LIMIT)
    assert (found.claim, reach(found.compared.rise), reach(found.compared.fall)) == ("minor", 10, 0)
    assert found.compared.bands["average", "good"] == "yes"
    assert found.compared.bands["good", "average"] == "no"


# ---------------------------------------------------------------------------------------------- what is not expressed


def test_a_withheld_rule_is_named() -> None:
    part = {"part": {"en": "points", "zh-Hans": "分值"}, "ground": {"en": "secret", "zh-Hans": "保密"}}
    part["decided_by"] = {"en": "operator", "zh-Hans": "运营者"}

    def hold_back(d: Documents) -> None:
        d["fraud-judgment"]["withheld"] = [part]

    found = prove(made("fair-civic-trust", edit(hold_back)), LIMIT)
    assert [(one.kind, one.id, one.why) for one in found.not_proved] == [("rule", "fraud-judgment", "withheld")]
    assert not isinstance(found.score.most, Reach)


def test_dead_cases_gaps_and_overlaps_across_measures() -> None:
    """A row that two windows over the same rows make impossible: no table alone could know."""

    def add(d: Documents) -> None:
        short = copy.deepcopy(d["fraud-judgments"])
        short["id"] = "fraud-judgments-12"
        short["count"]["within"] = "P12M"
        d["fraud-judgments-12"] = short
        d["fraud-judgment"]["table"] = {
            "measures": ["fraud-judgments", "fraud-judgments-12"],
            "rows": [["0", "0", 0], ["0", ">= 1", -5], [">= 1", "0", -60], [">= 1", ">= 1", -120], ["-", ">= 3", -90]],
        }
        d["fraud-judgment"]["direction"] = {"fraud-judgments": "down"}
        d["fraud-judgment"]["examples"] = [
            {"is": {"fraud-judgments": 0, "fraud-judgments-12": 0}, "points": 0},
            {"is": {"fraud-judgments": 1, "fraud-judgments-12": 0}, "points": -60},
        ]

    found = prove(made("fair-civic-trust", edit(add)), LIMIT)
    dead = {one.case for one in found.cases if one.rule == "fraud-judgment" and one.reachable == "no"}
    assert dead == {1, 4}
    assert [(hole.rule, hole.cases) for hole in found.overlaps] == [("fraud-judgment", (3, 4))]
    assert found.gaps == ()
