"""Which measures a person sets to try a rulebook out: those that rules and the score look at."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from engine.conditions import compared
from engine.ir import (
    Edition,
    Joined,
    Measure,
    MeasureRef,
    Span,
    Times,
)


def made_of(measure: Measure) -> tuple[str, ...]:
    """The measures a measure is worked out from."""
    match measure.body:
        case Joined(_, measures):
            return measures
        case Times(of, _, _):
            return (of,)
        case Span(_, MeasureRef(of), _):
            return (of,)
        case _:
            return ()


def below(edition: Edition, id_: str) -> frozenset[str]:
    """A measure and everything it is worked out from."""
    return frozenset({id_}).union(*(below(edition, each) for each in made_of(edition.measures[id_])))


@lru_cache(maxsize=32)
def settable(edition: Edition) -> tuple[str, ...]:
    """The measures a person sets, in the order in which rules and the score look at them.

    Those are the ones looked at. One that is worked out from a measure which is looked at too, or shared with another
    one, gives way to what it is made of, so that what is set never contradicts itself.
    """
    looked_at = [id_ for rule in edition.rules.values() for id_ in rule.reads]
    for refused in edition.score.no_score if edition.score else ():
        looked_at += [ref.measure for pair in compared(refused.when) for ref in pair if isinstance(ref, MeasureRef)]
    found = list(dict.fromkeys(looked_at))
    while (split := next((id_ for id_ in found if _overlaps(edition, id_, found)), None)) is not None:
        at = found.index(split)
        found[at : at + 1] = [id_ for id_ in dict.fromkeys(made_of(edition.measures[split])) if id_ not in found]
    return tuple(found)


def _overlaps(edition: Edition, id_: str, others: Iterable[str]) -> bool:
    """Whether a measure is made of others that stand below one more of them as well."""
    own = below(edition, id_)
    return bool(made_of(edition.measures[id_])) and any(own & below(edition, each) for each in others if each != id_)
