"""Which published consequences follow from a score, a band and conclusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.conditions import leaves
from engine.decision import Consequence
from engine.ir import AsOf, BandRef, ConclusionRef, Condition, Edition, ScoreRef, Subject, Use, Value
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
    return any(isinstance(leaf, NoScoreCondition) for leaf in leaves(condition))


def followed(use: Use, answers: Sequence[bool | None]) -> tuple[Consequence, ...]:
    """The consequences whose trigger is true, in the order of the use."""
    return tuple(
        Consequence(use.head.id, c.id, c.effect, c.polarity, c.lasts)
        for c, answer in zip(use.consequences, answers, strict=True)
        if answer is True
    )
