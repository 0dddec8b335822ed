"""What a receipt says of a decision: everything but the proofs and the signature.

It follows from the record, the edition, the salt and the day alone, so that whoever has these can work it out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.decision import Decision, Step, decision_json, step_json
from engine.ir import Edition, Header
from engine.receipts.commit import Place, commitment
from engine.receipts.deadlines import last_day
from engine.receipts.form import FORMAT
from engine.receipts.stated import stated


@dataclass(frozen=True, slots=True)
class Terms:
    """What a receipt is made with: when, in which language, by which engine, and the salt that only the person gets."""

    issued: datetime
    lang: str
    engine: str
    salt: bytes


def body(edition: Edition, decision: Decision, record: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """A decision as a receipt tells it; `record` is what was decided about, as it was sent."""
    said, stands = decision_json(decision, terms.lang), stated(edition, terms.lang)
    subject = None if decision.subject is None else commitment(terms.salt, ["subject"], decision.subject)
    return {
        "format": FORMAT,
        "issued": terms.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "language": terms.lang,
        "engine": terms.engine,
        "operator": stands["operator"],
        "rulebook": stands["rulebook"],
        "as_of": said["as_of"],
        "known_at": said["known_at"],
        "use": stands["uses"][decision.use],
        "subject": subject,
        "data": [{**source, **_data(source["source"], decision, record, terms)} for source in stands["data"]],
        "contested": commitment(terms.salt, ["contested"], record["contested"]) if record.get("contested") else None,
        "result": {
            "score": decision.score,
            "least": stands["least"],
            "greatest": stands["greatest"],
            "band": decision.band,
            "band_title": None if decision.band is None else stands["bands"][decision.band],
            "no_score": said["no_score"],
        },
        "weights": [_weight(stands["rules"][step.policy], step) for step in decision.trace if step.step == "rule"],
        "reasons": said["reasons"],
        "consequences": said["consequences"],
        "rights": [_right(right, terms.issued.date()) for right in stands["rights"]],
        "trace": [hidden(step_json(step), ["trace", index], terms.salt) for index, step in enumerate(decision.trace)],
    }


def _data(source: str, decision: Decision, record: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """What of a source was processed: each row as a commitment, and those that did not count."""
    given = record["sources"].get(source)
    rows = [] if given is None else given if isinstance(given, list | tuple) else [given]
    return {
        "given": given is not None,
        "rows": [commitment(terms.salt, ["sources", source, index], row) for index, row in enumerate(rows)],
        "left_out": [{"row": each.row, "why": each.why} for each in decision.left_out if each.source == source],
    }


def _weight(rule: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """What a rule gave, out of how much, and by which of its cases, in words."""
    index, unknown = step.outcome["case"], step.outcome["unknown"]
    return {
        "rule": step.policy,
        "title": rule["title"],
        "case": None if unknown else index,
        "text": rule["unknown"] if unknown else rule["cases"][index],
        "points": step.outcome["points"],
        "least": rule["least"],
        "best": rule["best"],
    }


def _right(right: Mapping[str, Any], day: date) -> dict[str, Any]:
    """What the person can do, until when, and when there must be an answer to what is lodged on the day of issue."""
    until, answer = (
        None if right[span] is None else last_day(day, right[span]) for span in ("lodge_within", "answer_within")
    )
    told = {name: each for name, each in right.items() if name != "lodge_within"}
    return {
        **told,
        "lodge_until": None if until is None else until.isoformat(),
        "answer_by": None if answer is None else answer.isoformat(),
    }


HIDDEN = {"measure": ("inputs", "outcome"), "rule": ("inputs",)}
"""The parts of a step that hold values of the person."""


def hidden(step: Mapping[str, Any], place: Place, salt: bytes) -> dict[str, Any]:
    """A step of a trace with commitments in place of values; which case won and what it gave stay readable."""
    told = dict(step)
    for part in HIDDEN.get(step["step"], ()):
        told[part] = {"commitment": commitment(salt, [*place, part], step[part])}
    told["steps"] = [hidden(inner, [*place, index], salt) for index, inner in enumerate(step["steps"])]
    return told


def heads(edition: Edition) -> list[Header]:
    """The headers of all policies of an edition, by kind and id."""
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    found = [policy.head for kind in kinds for policy in kind.values()]
    found += [] if edition.score is None else [edition.score.head]
    return sorted(found, key=lambda head: (head.kind, head.id))
