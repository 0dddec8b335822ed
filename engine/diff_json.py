"""A change as plain JSON data, in the form of the published schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.change import Change, counts, telling
from engine.edits import Graded
from engine.ir import Edition
from engine.places import plain
from engine.proved import Compared, Effect, Pair, Person, Reach, Reached, Undecided
from engine.readings import prose


def change_json(found: Change, lang: str) -> dict[str, Any]:
    """Every edit with its sentence, and what was proved."""
    told = telling(found.edits)
    return {
        "rulebook": found.after.about.id,
        "before": _edition(found.before),
        "after": _edition(found.after),
        "lang": lang,
        "counts": {str(grade): count for grade, count in counts(told).items()},
        "edits": [_edit(found, one, usual=one not in told, lang=lang) for one in found.edits],
        "proof": None if found.claimed is None else _proof(found.claimed.compared, found.claimed.claim),
    }


def _edition(edition: Edition) -> dict[str, str]:
    return {"edition": edition.from_.isoformat(), "digest": edition.digest}


def _edit(found: Change, one: Graded, *, usual: bool, lang: str) -> dict[str, Any]:
    values = plain(one.edit)
    values.pop("node")
    return {
        "fingerprint": one.fingerprint,
        "kind": prose.kind_of(one.edit),
        "grade": str(one.grade),
        "because": one.because,
        "usual": usual,
        "sentence": prose.edit(found.before, found.after, one.edit, lang),
        "reason": prose.because(one.because, lang),
        "place": values.pop("place"),
        "values": values,
    }


# ------------------------------------------------------------------------------------------------------------ proof


def _proof(compared: Compared, claim: str) -> dict[str, Any]:
    return {
        "claim": claim,
        "as_of": compared.as_of.isoformat(),
        "verdict": compared.verdict,
        "equivalent": compared.equivalent,
        "nobody_worse": compared.nobody_worse,
        "rise": _reached(compared.rise),
        "fall": _reached(compared.fall),
        "bands": [{"before": one, "after": other, "possible": said} for (one, other), said in compared.bands.items()],
        "effects": [_effect(one) for one in compared.effects],
        "worse": _pair(compared.worse),
        "not_proved": [{"kind": one.kind, "id": one.id, "why": one.why} for one in compared.not_proved],
    }


def _reached(reached: Reached) -> Any:
    match reached:
        case Reach(value):
            return value
        case Undecided(seconds):
            return {"undecided": seconds}
        case None:
            return None
        case _:
            return {"unshown": True}


def _effect(effect: Effect) -> dict[str, Any]:
    what = list(effect.what) if isinstance(effect.what, tuple) else effect.what
    return {
        "kind": effect.kind,
        "what": what,
        "happens": effect.happens,
        "worse": effect.worse,
        "person": _pair(effect.people),
    }


def _pair(pair: Pair | None) -> Any:
    if pair is None:
        return None
    return {
        "record": _record(pair.before.record),
        "before": _outcome(pair.before),
        "after": _outcome(pair.after),
        "moved": [{"rule": rule, "before": one, "after": other} for rule, one, other in pair.moved],
    }


def _record(value: Any) -> Any:
    """A record as it can be evaluated: its numbers are numbers."""
    if isinstance(value, Mapping):
        return {name: _record(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_record(each) for each in value]
    return float(value) if isinstance(value, Decimal) else plain(value)


def _outcome(person: Person) -> dict[str, Any]:
    return {"score": person.outcome.score, "band": person.outcome.band}
