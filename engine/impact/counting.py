"""From people to the counts that may be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.impact.bins import bins, quantiles
from engine.impact.cells import bands, cells_of, consequences
from engine.impact.person import BadPopulation, Person
from engine.impact.reach import reach
from engine.impact.result import THRESHOLD, Impact, Population
from engine.impact.suppress import suppressed
from engine.impact.tally import Tally, add, ends, merge
from engine.ir import Edition
from engine.problem import Problem

MOST_PROBLEMS = 20
"""After so many records that do not fit, the rest is not looked at."""

MOST_VALUES = 40
"""An attribute by which people are told apart has no more values than this."""


@dataclass(slots=True)
class Counted:
    """Everybody together, and by attribute and value."""

    all: Tally = field(default_factory=Tally)
    groups: dict[str, dict[str, Tally]] = field(default_factory=dict)


def count(
    old: Edition,
    new: Edition,
    people: Iterable[Person],
    as_of: date,
    use: str,
    by: Sequence[str] = (),
    seed: int | None = None,
) -> Impact:
    """The impact of a change from `old` to `new` on people whose records were given; `seed` is that of made-up ones.

    Raises BadPopulation when a record does not fit, and when there are too few people.
    """
    counted = tally(old, new, people, use, by)
    population = Population("records" if seed is None else "synthetic", counted.all.people, seed)
    return published(old, new, counted, as_of, use, population)


def tally(old: Edition, new: Edition, people: Iterable[Person], use: str, by: Sequence[str] = ()) -> Counted:
    """Counts people one after the other."""
    before, after = ends(old, use), ends(new, use)
    counted = Counted(groups={attribute: defaultdict(Tally) for attribute in by})
    wrong: list[Problem] = []
    for person in people:
        was, is_ = before(person.old, person.as_of), after(person.new, person.as_of)
        if isinstance(was, list) or isinstance(is_, list):
            found = [*(was if isinstance(was, list) else []), *(is_ if isinstance(is_, list) else [])]
            wrong += [person.misfit(one) for one in found]
            if len(wrong) >= MOST_PROBLEMS:
                break
            continue
        add(counted.all, was, is_)
        for attribute in by:
            add(counted.groups[attribute][person.groups.get(attribute, "")], was, is_)
            if len(counted.groups[attribute]) > MOST_VALUES:
                told = f"`{attribute}` has more than {MOST_VALUES} values"
                raise BadPopulation(Problem("many-values", told, help="put values together, or leave it out"))
    if wrong:
        raise BadPopulation(*dict.fromkeys(wrong))
    return counted


def together(parts: Iterable[Counted]) -> Counted:
    """What was counted in parts."""
    found = Counted()
    for part in parts:
        merge(found.all, part.all)
        for attribute, values in part.groups.items():
            for value, one in values.items():
                merge(found.groups.setdefault(attribute, {}).setdefault(value, Tally()), one)
    return found


def published(old: Edition, new: Edition, counted: Counted, as_of: date, use: str, population: Population) -> Impact:
    """What was counted, without the small counts and whatever would betray them."""
    if counted.all.people < THRESHOLD:
        told = f"there are fewer than {THRESHOLD} people, too few to count without telling of single ones"
        raise BadPopulation(Problem("few-people", told))
    ends_ = bins(max(1, reach(old, new)))
    groups: Mapping[str, Mapping[str, Tally]] = {
        attribute: dict(sorted(values.items(), key=lambda pair: (pair[0] == "", pair[0])))
        for attribute, values in counted.groups.items()
    }
    counts, sums = cells_of(old, new, use, ends_, counted.all, groups)
    shown = suppressed(counts, sums, frozenset([("people",)]))
    return Impact(
        old=old,
        new=new,
        as_of=as_of,
        use=use,
        population=population,
        bins=ends_,
        bands_before=bands(old),
        bands_after=bands(new),
        consequences=consequences(old, new, use),
        groups={attribute: tuple(values) for attribute, values in groups.items()},
        counts={cell: n for cell, n in shown.items() if not any(part.startswith("-") for part in cell)},
        quantiles=quantiles(ends_, shown),
    )
