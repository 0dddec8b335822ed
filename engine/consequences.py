"""Which published consequences follow from a score, a band and conclusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.decision import Consequence
from engine.ir import AllOf, AnyOf, AsOf, BandRef, ConclusionRef, Condition, Edition, Not, ScoreRef, Subject, Use, Value
from engine.ir import NoScore as NoScoreCondition
from engine.kleene import holds


def triggered(
    when: Condition,
    edition: Edition,
    score: int | None,
    band: str | None,
    conclusions: Mapping[str, bool | str | None],
) -> bool | None:
    """Whether a consequence follows. Without a score only a trigger that names `no_score` can apply."""
    if edition.score is not None and score is None and not names_no_score(when):
        return False

    def look(subject: Subject | AsOf) -> Value | None:
        match subject:
            case ScoreRef():
                return score
            case BandRef():
                return band
            case ConclusionRef(name):
                return conclusions[name]
            case _:
                return None

    return holds(when, look)


def names_no_score(condition: Condition) -> bool:
    """Whether `no_score` stands anywhere in a trigger."""
    match condition:
        case NoScoreCondition():
            return True
        case AllOf(parts) | AnyOf(parts):
            return any(names_no_score(part) for part in parts)
        case Not(part):
            return names_no_score(part)
        case _:
            return False


def followed(use: Use, answers: Sequence[bool | None]) -> tuple[Consequence, ...]:
    """The consequences whose trigger is true, in the order of the use."""
    return tuple(
        Consequence(use.head.id, c.id, c.effect, c.polarity, c.lasts)
        for c, answer in zip(use.consequences, answers, strict=True)
        if answer is True
    )
