"""What comes out of an evaluation: a decision with reasons and trace, or a refusal that lists everything wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.ir import Logged, Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: what policy said what about which inputs.

    `step` is source, measure, rule, group, score, consequence or use; `policy` its id, `place` the file and line.
    `inputs` and `outcome` hold JSON values only: numbers with decimals are strings, unknown is None.
    """

    step: str
    policy: str
    version: str
    place: str
    inputs: Mapping[str, Any]
    outcome: Mapping[str, Any]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that gave fewer points than its best case, ranked by points lost, then by the score's own order."""

    rule: str
    lost: int
    given: int
    best: int
    text: Text
    because: Text | None


@dataclass(frozen=True, slots=True)
class Consequence:
    """One published consequence that follows, for the use the evaluation named."""

    use: str
    id: str
    effect: Text
    polarity: str
    lasts: int | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that did not count, and why: `expired` or `contested`. Facts have no row number."""

    source: str
    row: int | None
    why: str


@dataclass(frozen=True, slots=True)
class NoScore:
    """Why there is no score; `policy` is the rule or score that says so."""

    policy: str
    because: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of evaluating one record for one use under one edition.

    `score` is None when `no_score` says why. `points` has every rule that gives points, in the score's order;
    a rule that gave no points because it refuses to score is None there. `conclusions` are flags, codes or None.
    `log` says whether exactly the policies that decided are in the public log.
    """

    rulebook: str
    edition: str
    digest: str
    log: Logged
    as_of: date
    known_at: date | None
    use: str
    subject: str | None
    score: int | None
    no_score: tuple[NoScore, ...]
    band: str | None
    points: Mapping[str, int | None]
    conclusions: Mapping[str, bool | str | None]
    reasons: tuple[Reason, ...]
    consequences: tuple[Consequence, ...]
    left_out: tuple[LeftOut, ...]
    trace: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that keeps a record from being evaluated.

    `pointer` is a JSON pointer into the record; `sentence` names sources and fields, never a value.
    `exclusion` is the id of the exclusion that covers an undeclared field or source.
    """

    code: str
    pointer: str
    sentence: str
    help: str | None = None
    exclusion: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not evaluated: everything that is wrong with it, and no decision."""

    rulebook: str
    edition: str | None
    refusals: tuple[Refused, ...] = field(default=())


def decision_json(decision: Decision, lang: str) -> dict[str, Any]:
    """A decision as plain JSON data, its texts in `lang` (or the first language a text has)."""

    def words(text: Text | None) -> str | None:
        return None if text is None else text.get(lang) or next(iter(text.values()))

    return {
        "rulebook": decision.rulebook,
        "edition": {"from": decision.edition, "digest": decision.digest, "log": decision.log},
        "as_of": decision.as_of.isoformat(),
        "known_at": decision.known_at.isoformat() if decision.known_at else None,
        "use": decision.use,
        "subject": decision.subject,
        "score": decision.score,
        "no_score": [{"policy": n.policy, "because": words(n.because)} for n in decision.no_score] or None,
        "band": decision.band,
        "points": dict(decision.points),
        "conclusions": dict(decision.conclusions),
        "reasons": [
            {
                "rule": r.rule,
                "points_lost": r.lost,
                "points": r.given,
                "best": r.best,
                "text": words(r.text),
                "because": words(r.because),
            }
            for r in decision.reasons
        ],
        "consequences": [
            {
                "use": c.use,
                "id": c.id,
                "effect": words(c.effect),
                "polarity": c.polarity,
                "lasts": None if c.lasts is None else f"P{c.lasts}M",
            }
            for c in decision.consequences
        ],
        "left_out": [{"source": o.source, "row": o.row, "why": o.why} for o in decision.left_out],
        "trace": [step_json(step) for step in decision.trace],
    }


def step_json(step: Step) -> dict[str, Any]:
    """A step of the trace, and the steps inside it, as plain JSON data."""
    return {
        "step": step.step,
        "policy": step.policy,
        "version": step.version,
        "place": step.place,
        "inputs": dict(step.inputs),
        "outcome": dict(step.outcome),
        "steps": [step_json(inner) for inner in step.steps],
    }


def refusal_json(refusal: Refusal) -> dict[str, Any]:
    """A refusal as an RFC 9457 problem document."""
    return {
        "type": "https://openrulebook.example/problems/record-refused",
        "title": "the record was refused",
        "status": 422,
        "detail": "nothing was evaluated; every reason is listed under `refusals`",
        "rulebook": refusal.rulebook,
        "edition": refusal.edition,
        "refusals": [
            {"code": r.code, "pointer": r.pointer, "sentence": r.sentence, "help": r.help, "exclusion": r.exclusion}
            for r in refusal.refusals
        ],
    }


def plain(value: bool | int | str | date | None, places: int = 0) -> bool | int | str | None:
    """A value of the tree as JSON: a scaled integer with places becomes a decimal string, a date ISO.

    >>> plain(9583, 4), plain(-5, 1), plain(3), plain(date(2026, 12, 1)), plain(True), plain(None)
    ('0.9583', '-0.5', 3, '2026-12-01', True, None)
    """
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if places == 0:
        return value
    whole, rest = divmod(abs(value), 10**places)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{places}d}"
