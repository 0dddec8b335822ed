"""By how many points a change of rules can move a score at most, as far as the rules alone tell."""

from __future__ import annotations

from engine.bounds import rule_bounds
from engine.ir import Edition, Fact, Joined, Measure, MeasureRef, Rows, Score, Span, Times


def reach(old: Edition, new: Edition) -> int:
    """The most points by which somebody's score may differ; never too few, and 0 only where no score can differ."""
    if old.score is None or new.score is None:
        return 0
    ends = max(new.score.greatest - old.score.least, old.score.greatest - new.score.least)
    limits = _limits(old.score, new.score)
    if limits is None:
        return ends
    found = abs(new.score.base - old.score.base) + limits
    measures = _changed_measures(old, new)
    conclusions: set[str] = set()
    for id_ in dict.fromkeys((*old.rules, *new.rules)):
        one, other = old.rules.get(id_), new.rules.get(id_)
        same = one is not None and other is not None and (one.cases, one.unknown) == (other.cases, other.unknown)
        reads = [rule for rule in (one, other) if rule is not None]
        if same and not any(measures & set(rule.reads) or conclusions & set(rule.reads_conclusions) for rule in reads):
            continue
        conclusions |= {conclusion.name for rule in reads for conclusion in rule.conclusions}
        before, after = (
            (0, 0) if rule is None or id_ not in score.rules else rule_bounds(edition.measures, rule) or (0, 0)
            for edition, score, rule in ((old, old.score, one), (new, new.score, other))
        )
        found += max(after[1] - before[0], before[1] - after[0], 0)
    return min(ends, found)


def _limits(old: Score, new: Score) -> int | None:
    """By how much other limits of groups and of the score can move it; None if groups are made up differently."""
    found = max(abs(new.least - old.least), abs(new.greatest - old.greatest))
    if [(one.id, one.rules) for one in old.groups] != [(one.id, one.rules) for one in new.groups]:
        return None
    for one, other in zip(old.groups, new.groups, strict=True):
        for before, after in ((one.floor, other.floor), (one.cap, other.cap)):
            if before is not None and after is not None:
                found += abs(after - before)
            elif before != after:
                return None
    return found


def _changed_measures(old: Edition, new: Edition) -> set[str]:
    """The measures that may differ for somebody, through whatever they are made of."""
    sources = {
        f"/{id_}"
        for id_ in old.sources.keys() | new.sources.keys()
        if id_ not in old.sources or id_ not in new.sources or _of_rows(old, id_) != _of_rows(new, id_)
    }
    changed: set[str] = set()
    for id_ in dict.fromkeys((*old.measures, *new.measures)):
        both = [edition.measures.get(id_) for edition in (old, new)]
        bodies = [(one.body, one.type) for one in both if one is not None]
        leads = {name for one in both if one is not None for name in _made_of(one)}
        if len(bodies) == 1 or bodies[0] != bodies[1] or leads & changed or leads & sources:
            changed.add(id_)
    return changed


def _of_rows(edition: Edition, id_: str) -> object:
    """What decides which rows of a source count."""
    source = edition.sources[id_]
    aside = any(id_ in right.sets_aside for right in edition.rights.values())
    return source.fields, source.retention, source.dated_by, aside


def _made_of(measure: Measure) -> tuple[str, ...]:
    """Measures by id, and sources with a slash before it."""
    match measure.body:
        case Rows(source=source) | Fact(source=source) | Span(of=Fact(source=source)):
            return (f"/{source}",)
        case Span(of=MeasureRef(of)):
            return (of,)
        case Joined(measures=of):
            return of
        case Times(measure=of):
            return (of,)
        case _:
            raise AssertionError(measure.body)
