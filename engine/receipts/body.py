"""What a receipt says of a decision: everything but the proofs and the signature.

It follows from the record, the edition, the salt and the day alone, so that whoever has these can work it out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from engine.bounds import rule_bounds
from engine.decision import Decision, Step, decision_json, step_json
from engine.ir import Edition, Header, Source, Text
from engine.readings import prose
from engine.receipts.commit import Place, commitment, plain
from engine.receipts.deadlines import last_day
from engine.receipts.form import FORMAT


@dataclass(frozen=True, slots=True)
class Terms:
    """What a receipt is made with: when, in which language, by which engine, and the salt that only the person gets."""

    issued: datetime
    lang: str
    engine: str
    salt: bytes


def body(edition: Edition, decision: Decision, record: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """A decision as a receipt tells it; `record` is what was decided about, as it was sent."""
    said = decision_json(decision, terms.lang)
    about, lang = edition.about, terms.lang
    score = edition.score
    band = None if score is None else next((each for each in score.bands if each.id == decision.band), None)
    subject = None if decision.subject is None else commitment(terms.salt, ["subject"], decision.subject)
    return {
        "format": FORMAT,
        "issued": terms.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "language": lang,
        "engine": terms.engine,
        "operator": {"name": words(about.operator, lang), "contact": words(about.contact, lang)},
        "rulebook": {
            "id": about.id,
            "title": words(about.title, lang),
            "standing": about.standing,
            "digest": about.digest,
        },
        "as_of": said["as_of"],
        "known_at": said["known_at"],
        "use": _use(edition, decision, lang),
        "subject": subject,
        "data": [_data(source, decision, record, terms) for source in edition.sources.values()],
        "contested": commitment(terms.salt, ["contested"], record["contested"]) if record.get("contested") else None,
        "result": {
            "score": decision.score,
            "least": None if score is None else score.least,
            "greatest": None if score is None else score.greatest,
            "band": decision.band,
            "band_title": None if band is None else words(band.title, lang),
            "no_score": said["no_score"],
        },
        "weights": [_weight(edition, step, lang) for step in decision.trace if step.step == "rule"],
        "reasons": said["reasons"],
        "consequences": said["consequences"],
        "rights": _rights(edition, lang, terms.issued.date()),
        "trace": [hidden(step_json(step), ["trace", index], terms.salt) for index, step in enumerate(decision.trace)],
    }


def words(text: Text, lang: str) -> str:
    return text.get(lang) or next(iter(text.values()))


def _use(edition: Edition, decision: Decision, lang: str) -> dict[str, Any]:
    use = edition.uses[decision.use]
    return {
        "id": decision.use,
        "title": words(use.head.title, lang),
        "purposes": list(use.purposes),
        "context": use.context,
        "automation": use.automation,
        "human_review": words(use.human_review, lang),
        "decided_by": [words(each, lang) for each in use.decided_by],
    }


def _data(source: Source, decision: Decision, record: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """What of a source was processed: how much, from where and why; each row as a commitment."""
    id_, lang = source.head.id, terms.lang
    given = record["sources"].get(id_)
    rows = [] if given is None else given if source.dated_by is not None else [given]
    return {
        "source": id_,
        "title": words(source.head.title, lang),
        "provided_by": [words(each, lang) for each in source.collected.provided_by],
        "origin": source.collected.origin,
        "obtained": source.collected.obtained,
        "purpose": words(source.purpose, lang),
        "legal_basis": source.legal_basis,
        "given": given is not None,
        "rows": [commitment(terms.salt, ["sources", id_, index], row) for index, row in enumerate(rows)],
        "left_out": [{"row": each.row, "why": each.why} for each in decision.left_out if each.source == id_],
    }


def _weight(edition: Edition, step: Step, lang: str) -> dict[str, Any]:
    """What a rule gave, out of how much, and by which of its cases, in words."""
    rule = edition.rules[step.policy]
    index, unknown = step.outcome["case"], step.outcome["unknown"]
    most = rule_bounds(edition.measures, rule)
    return {
        "rule": step.policy,
        "title": words(rule.head.title, lang),
        "case": None if unknown else index,
        "text": _unknown(edition, step.policy, lang) if unknown else _cases(edition, step.policy, lang)[index],
        "points": step.outcome["points"],
        "least": None if most is None else most[0],
        "best": None if most is None else most[1],
    }


@lru_cache(maxsize=4096)
def _cases(edition: Edition, rule: str, lang: str) -> tuple[str, ...]:
    return tuple(f"{each.when} {each.worth}" for each in prose.cases(edition, edition.rules[rule], lang))


@lru_cache(maxsize=4096)
def _unknown(edition: Edition, rule: str, lang: str) -> str:
    return prose.unknown(edition, edition.rules[rule], lang)


@lru_cache(maxsize=256)
def _rights(edition: Edition, lang: str, day: date) -> list[dict[str, Any]]:
    """What the person can do, until when, and when there must be an answer to what is lodged on the day of issue."""
    found = []
    for right in edition.rights.values():
        until = None if right.lodge_within is None else last_day(day, right.lodge_within)
        answer = None if right.answer_within is None else last_day(day, right.answer_within)
        found.append(
            {
                "id": right.head.id,
                "of": right.of,
                "title": words(right.head.title, lang),
                "summary": words(right.head.summary, lang),
                "channels": [words(each, lang) for each in right.channels],
                "lodge_until": None if until is None else until.isoformat(),
                "answer_within": right.answer_within,
                "answer_by": None if answer is None else answer.isoformat(),
                "fee": words(right.fee, lang),
                "meanwhile": words(right.meanwhile, lang),
                "decided_by": words(right.decided_by, lang),
                "escalation": None if right.escalation is None else words(right.escalation, lang),
            }
        )
    return found


HIDDEN = {"measure": ("inputs", "outcome"), "rule": ("inputs",)}
"""The parts of a step that hold values of the person."""


def hidden(step: Mapping[str, Any], place: Place, salt: bytes) -> dict[str, Any]:
    """A step of a trace with commitments in place of values; which case won and what it gave stay readable."""
    told = {part: each for part, each in step.items() if part != "steps"}
    for part in HIDDEN.get(step["step"], ()):
        told[part] = {"commitment": commitment(salt, [*place, part], step[part])}
    inside = [hidden(inner, [*place, index], salt) for index, inner in enumerate(step["steps"])]
    return {**plain_json(told), "steps": inside}


def plain_json(value: dict[str, Any]) -> dict[str, Any]:
    found = plain(value)
    assert isinstance(found, dict), "a step is an object"  # narrows the type
    return found


def heads(edition: Edition) -> list[Header]:
    """The headers of all policies of an edition, by kind and id."""
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    found = [policy.head for kind in kinds for policy in kind.values()]
    found += [] if edition.score is None else [edition.score.head]
    return sorted(found, key=lambda head: (head.kind, head.id))
