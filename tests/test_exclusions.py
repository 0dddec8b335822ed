"""Exclusions run: what is promised never to matter is tried on records, for every exclusion there is."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from engine.check.exclusions import exclusions
from engine.decision import Decision
from engine.evaluation import evaluate, evaluate_under
from engine.ir import Edition
from engine.locate import policies_folder
from engine.parse import parse_about, parse_edition
from engine.probes import probes, refused_by_name
from engine.records import shipped
from engine.rulebook import Rulebook, edition, load_rulebook
from tests.strategies import AS_OF, header, source, written

BOOKS = sorted(file.parent.name for file in policies_folder().glob("*/rulebook.yaml"))
TEXT = {"en": "words"}


def decided(rulebook: Rulebook) -> list[tuple[dict[str, Any], Decision, Edition]]:
    """The shipped records that are decided, with their decisions."""
    found = []
    for one in shipped(rulebook):
        result = evaluate(rulebook, one.record, reading="truth")
        if isinstance(result, Decision):
            under = edition(rulebook, result.as_of)
            assert under is not None
            found.append((one.record, result, under))
    return found


@pytest.mark.parametrize("book", BOOKS)
def test_what_is_excluded_is_refused_by_name(book: str) -> None:
    """With the field the record is refused, naming the exclusion; without it the decision stands."""
    tried: dict[str, int] = {}
    rulebook = load_rulebook(book)
    for record, decision, under in decided(rulebook)[:6]:
        for exclusion in under.exclusions.values():
            for probe in probes(under, exclusion, record, decision.as_of):
                tried[exclusion.head.id] = tried.get(exclusion.head.id, 0) + 1
                if probe.never == "collect":
                    assert refused_by_name(under, probe, decision.as_of), probe.what
                else:
                    found = evaluate(rulebook, probe.record)
                    assert isinstance(found, Decision), probe.what
                    assert decides(found) == decides(decision), probe.what
        named = {e.head.id for e in under.exclusions.values() if e.fields or e.sources}
        assert named <= tried.keys()
    assert tried


def decides(decision: Decision) -> tuple[object, ...]:
    """What matters to a person: not which rows were left out, nor the figures on the way."""
    one = decision
    return one.score, one.band, one.points, one.conclusions, one.no_score, one.reasons, one.consequences


def field(kind: str, category: str) -> dict[str, Any]:
    return {"type": kind, "title": TEXT, "category": category}


def watched(*, looked_at: str) -> Edition:
    """A rulebook that collects a friend count for audits and must not score it; its measure reads `looked_at`."""
    fields = {"bills": field("integer", "pd:Transactional"), "friends": field("integer", "pd:Friend")}
    person = source("person", fields, {"facts": {}}, [{"keep": "while-open"}])
    return book(person, {"value": {"of": "person", "field": looked_at}})


def listed(*, keep: list[dict[str, Any]], **fields: dict[str, Any]) -> Edition:
    """A rulebook that counts the rows of a list, whatever they say."""
    dated = {"met": field("date", "pd:Transactional"), **fields}
    return book(source("people", dated, {"rows": {"dated_by": "met"}}, keep), {"count": {"of": "people"}})


def book(collected: dict[str, Any], measure: dict[str, Any]) -> Edition:
    """A rulebook of one source, one measure and one rule that must not score what says something about friends."""
    documents = [
        collected,
        {**header("measure", "m"), "category": "pd:Transactional", **measure},
        {
            **header("rule", "r"),
            "why": TEXT,
            "table": {"measure": "m", "rows": [["<= 0", {"points": 0}], ["> 0", {"points": 10}]]},
            "unknown": {"points": 0, "because": TEXT},
            "examples": [{"is": {"m": 0}, "points": 0}, {"is": {"m": 1}, "points": 10}],
        },
        {
            **header("score", "total"),
            "base": 0,
            "adds": ["r"],
            "range": {"least": 0, "greatest": 10},
            "bands": [{"id": "one", "from": 0, "to": 10, "title": TEXT}],
        },
        {
            **header("exclusion", "friends"),
            "never": ["score"],
            "covers": {"categories": ["pd:SocialNetwork"]},
            "because": TEXT,
        },
        {
            **header("use", "use"),
            "decided_by": [TEXT],
            "purposes": ["rental"],
            "context": "housing",
            "automation": "decision-support",
            "human_review": TEXT,
            "consequences": [],
        },
    ]
    about = {
        "id": "watched",
        "title": TEXT,
        "summary": TEXT,
        "standing": "illustration",
        "languages": ["en"],
        "operator": TEXT,
        "contact": TEXT,
        "default_use": "use",
    }
    head, problems = parse_about(written(about, "watched/rulebook.yaml"))
    assert head is not None, problems
    files = [written(data, f"watched/{data['kind']}s/{data['id']}/1.0.0.yaml") for data in documents]
    found, problems = parse_edition(head, files)
    assert found is not None, problems
    return found


PERSON = {"person": {"bills": 1, "friends": 0}}


def unmoved(under: Edition, sources: dict[str, Any] = PERSON) -> bool:
    """Whether no probe of `score` changes the points of a record."""
    record = {"subject": "example", "sources": sources}
    before = evaluate_under(under, copy.deepcopy(record), as_of=AS_OF)
    assert isinstance(before, Decision)
    found = list(probes(under, under.exclusions["friends"], record, AS_OF))
    assert len(found) >= 2, "the field is covered through the broader category"
    results = [evaluate_under(under, probe.record, as_of=AS_OF) for probe in found]
    return all(isinstance(one, Decision) and one.points == before.points for one in results)


def test_what_must_not_be_scored_moves_nothing() -> None:
    """A field that is collected and excluded from scoring may take any value: the points stay."""
    assert unmoved(watched(looked_at="bills"))


def test_the_probe_finds_a_rule_that_breaks_the_promise() -> None:
    """The probe can fail: a rulebook that scores the field (and so fails `check`) is caught by it too."""
    assert not unmoved(watched(looked_at="friends"))


# ----------------------------------------------------------------------------------- rows as such, and what keeps them

FRIEND, BILLS = field("boolean", "pd:Friend"), field("integer", "pd:Transactional")
FOR_EVER = [{"keep": "while-open"}]
BY_FRIEND = [
    {"when": {"friend": {"is": True}}, "keep": "P1M", "counted_from": "met"},
    {"keep": "P9Y", "counted_from": "met"},
]
WORKED = [{"met": "2026-10-01", "friend": False, "bills": 1}]


def told(under: Edition) -> list[str]:
    return [problem.sentence.split(": ")[1] for problem in exclusions(under)]


def test_who_counts_a_list_of_friends_counts_friends() -> None:
    """No field of it is read, and still the points depend on it: the check says so, and the probe shows it."""
    under = listed(keep=FOR_EVER, friend=FRIEND)
    assert told(under) == ["r → m → people"]
    assert not unmoved(under, {"people": [{"met": "2026-10-01", "friend": True}]})


def test_a_row_that_also_names_a_friend_may_be_counted() -> None:
    """A bill with the name of a friend on it is a bill: its other fields may count, that one may not."""
    under = listed(keep=FOR_EVER, friend=FRIEND, bills=BILLS)
    assert told(under) == []
    assert unmoved(under, {"people": WORKED})


def test_what_decides_how_long_a_row_is_kept_decides_the_points() -> None:
    """An excluded field in `retention` takes rows away from the measures, which is a way of scoring it."""
    under = listed(keep=BY_FRIEND, friend=FRIEND, bills=BILLS)
    assert told(under) == ["r → m → retention of people → people.friend"]
    assert not unmoved(under, {"people": WORKED})


def test_a_field_that_is_covered_by_its_source_is_tried_out() -> None:
    """Checks and probes have one idea of what is covered: by category, by field and by source."""
    under = watched(looked_at="bills")
    exclusion = replace(under.exclusions["friends"], categories=(), sources=("PERS*",))
    record = {"subject": "example", "sources": PERSON}
    tried = {probe.what for probe in probes(under, exclusion, record, AS_OF) if probe.never == "score"}
    assert tried == {"person.bills", "person.friends"}
