"""Exclusions run: what is promised never to matter is tried on records, for every exclusion there is."""

from __future__ import annotations

import copy
from typing import Any

import pytest

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
                    assert evaluate(rulebook, probe.record) == decision, probe.what
        named = {e.head.id for e in under.exclusions.values() if e.fields or e.sources}
        assert named <= tried.keys()
    assert tried


def field(kind: str, category: str) -> dict[str, Any]:
    return {"type": kind, "title": TEXT, "category": category}


def watched(*, looked_at: str) -> Edition:
    """A rulebook that collects a friend count for audits and must not score it; its measure reads `looked_at`."""
    fields = {"bills": field("integer", "pd:Transactional"), "friends": field("integer", "pd:Friend")}
    documents = [
        source("person", fields, {"facts": {}}, [{"keep": "while-open"}]),
        {**header("measure", "m"), "category": "pd:Transactional", "value": {"of": "person", "field": looked_at}},
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


def unmoved(under: Edition) -> bool:
    """Whether no probe of `score` changes the points of a record."""
    record = {"subject": "example", "sources": {"person": {"bills": 1, "friends": 0}}}
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
