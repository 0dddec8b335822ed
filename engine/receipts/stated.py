"""What a receipt says of an edition, whoever it is about: who decides, what rules give, and what one can do.

The website has the same as data, so that a browser can make the receipt again (site/assets/receipt.js).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from engine.bounds import rule_bounds
from engine.ir import Edition, Right, Rule, Source, Text, Use
from engine.readings import prose


@lru_cache(maxsize=64)
def stated(edition: Edition, lang: str) -> dict[str, Any]:
    """The parts of all receipts under an edition in a language, by the names they have there.

    `uses`, `bands` and `rules` are by id; a rule has the words of all its cases, and a right its spans of time.
    """
    about, score = edition.about, edition.score
    return {
        "operator": {"name": words(about.operator, lang), "contact": words(about.contact, lang)},
        "rulebook": {
            "id": about.id,
            "title": words(about.title, lang),
            "standing": about.standing,
            "digest": about.digest,
        },
        "uses": {id_: _use(use, lang) for id_, use in edition.uses.items()},
        "data": [_source(source, lang) for source in edition.sources.values()],
        "least": None if score is None else score.least,
        "greatest": None if score is None else score.greatest,
        "bands": {band.id: words(band.title, lang) for band in (score.bands if score else ())},
        "rules": {id_: _rule(edition, rule, lang) for id_, rule in edition.rules.items()},
        "rights": [_right(right, lang) for right in edition.rights.values()],
    }


def words(text: Text, lang: str) -> str:
    return text.get(lang) or next(iter(text.values()))


def _use(use: Use, lang: str) -> dict[str, Any]:
    return {
        "id": use.head.id,
        "title": words(use.head.title, lang),
        "purposes": list(use.purposes),
        "context": use.context,
        "automation": use.automation,
        "human_review": words(use.human_review, lang),
        "decided_by": [words(each, lang) for each in use.decided_by],
    }


def _source(source: Source, lang: str) -> dict[str, Any]:
    return {
        "source": source.head.id,
        "title": words(source.head.title, lang),
        "provided_by": [words(each, lang) for each in source.collected.provided_by],
        "origin": source.collected.origin,
        "obtained": source.collected.obtained,
        "purpose": words(source.purpose, lang),
        "legal_basis": source.legal_basis,
    }


def _rule(edition: Edition, rule: Rule, lang: str) -> dict[str, Any]:
    most = rule_bounds(edition.measures, rule)
    return {
        "title": words(rule.head.title, lang),
        "cases": list(prose.case_lines(edition, rule, lang)),
        "unknown": prose.unknown(edition, rule, lang),
        "least": None if most is None else most[0],
        "best": None if most is None else most[1],
    }


def _right(right: Right, lang: str) -> dict[str, Any]:
    return {
        "id": right.head.id,
        "of": right.of,
        "title": words(right.head.title, lang),
        "summary": words(right.head.summary, lang),
        "channels": [words(each, lang) for each in right.channels],
        "lodge_within": right.lodge_within,
        "answer_within": right.answer_within,
        "fee": words(right.fee, lang),
        "meanwhile": words(right.meanwhile, lang),
        "decided_by": words(right.decided_by, lang),
        "escalation": None if right.escalation is None else words(right.escalation, lang),
    }
