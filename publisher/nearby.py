"""Which exclusions lie nearest to what a rule looks at, by the kinds of data of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from engine.ir import Edition, Exclusion, Rule
from engine.vocabulary import broader
from publisher import lineage

FAR = 99
"""Between two kinds of data that have nothing in common, and from an exclusion that names none."""


def nearest(edition: Edition, rule: Rule) -> tuple[str, ...]:
    """The exclusions that forbid scoring, those first of which a kind of data is next to one of the rule's data."""
    data = categories(edition, rule)
    forbids = [id_ for id_, exclusion in edition.exclusions.items() if "score" in exclusion.never]
    return tuple(sorted(forbids, key=lambda id_: distance(edition.exclusions[id_], data)))


def categories(edition: Edition, rule: Rule) -> frozenset[str]:
    """The kinds of data of the measures a rule looks at and of the sources they are worked out from."""
    measures = [edition.measures[id_] for id_ in lineage.measures_below(edition, rule.reads)]
    sources = {source for measure in measures for source in lineage.source_of(measure)}
    fields = {field.category for source in sources for field in edition.sources[source].fields.values()}
    return frozenset(fields | {measure.category for measure in measures})


def distance(exclusion: Exclusion, data: Iterable[str]) -> tuple[int, int]:
    """How far an exclusion is from the nearest kind of data, and from all of them together."""
    ways = [min((steps(one, own) for own in exclusion.categories), default=FAR) for one in data]
    return min(ways, default=FAR), sum(ways)


@cache
def steps(one: str, other: str) -> int:
    """Steps between two kinds of data, up to the nearest kind above both and down again.

    >>> steps("pd:Friend", "pd:Friend"), steps("pd:Friend", "pd:SocialNetwork"), steps("pd:Friend", "pd:Nonsense")
    (0, 1, 99)
    """
    ups, downs = above(one), above(other)
    return min((ups[each] + downs[each] for each in ups.keys() & downs.keys()), default=FAR)


@cache
def above(category: str) -> Mapping[str, int]:
    """A kind of data and every one above it, with the steps there."""
    found = {category: 0}
    waiting = [category]
    while waiting:
        here = waiting.pop(0)
        for parent in broader().get(here, ()):
            if parent not in found:
                found[parent] = found[here] + 1
                waiting.append(parent)
    return found
