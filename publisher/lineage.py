"""What depends on what: from the fields of a source over measures and conclusions to rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from engine.conditions import subjects
from engine.consequences import names_no_score
from engine.ir import (
    AllOf,
    AnyOf,
    BandRef,
    ConclusionRef,
    Condition,
    Edition,
    Fact,
    FieldRef,
    Measure,
    MeasureRef,
    OneOf,
    Rows,
    Rule,
    ScoreRef,
    Source,
    Span,
    Text,
    Use,
)
from engine.settable import made_of
from publisher.once import once

Item = tuple[str, str]
"""A source and one of its fields."""


def items_read(edition: Edition, measure: Measure) -> tuple[Item, ...]:
    """The fields a measure looks at by itself, in the order of their source; the date of a row only for its window."""
    match measure.body:
        case Rows(_, source, name, within, among, counts_if, _):
            found = {ref.field for c in (among, counts_if) if c for ref in subjects(c) if isinstance(ref, FieldRef)}
            found |= {name} if name else set()
            dated_by = edition.sources[source].dated_by
            found |= {dated_by} if within is not None and dated_by else set()
            return tuple((source, field) for field in edition.sources[source].fields if field in found)
        case Fact(source, name) | Span(_, Fact(source, name), _):
            return ((source, name),)
        case _:
            return ()


def measures_below(edition: Edition, measures: tuple[str, ...]) -> tuple[str, ...]:
    """These measures and every one they are made of, each once."""
    found: dict[str, None] = {}
    waiting = list(measures)
    while waiting:
        here = waiting.pop(0)
        if here not in found:
            found[here] = None
            waiting += made_of(edition.measures[here])
    return tuple(found)


@once
def items_below(edition: Edition, measures: tuple[str, ...]) -> frozenset[Item]:
    """Every field these measures depend on, through any number of others."""
    below = measures_below(edition, measures)
    return frozenset(item for measure in below for item in items_read(edition, edition.measures[measure]))


def months_below(edition: Edition, measure: str) -> int | None:
    """The longest window of a measure and those it is made of; None if one of them looks at rows without a window."""
    bodies = [edition.measures[m].body for m in measures_below(edition, (measure,))]
    windows = [body.within for body in bodies if isinstance(body, Rows)]
    known = [months for months in windows if months is not None]
    return max(known) if windows and len(known) == len(windows) else None


def kept_by(source: Source, field: str) -> bool:
    """Whether a field decides how long a row is kept."""
    asked = (subject for keep in source.retention if keep.when is not None for subject in subjects(keep.when))
    return FieldRef(field) in asked or any(keep.counted_from == field for keep in source.retention)


def bands_of(condition: Condition, bands: tuple[str, ...]) -> frozenset[str]:
    """The bands in which a condition holds whatever else is so."""
    match condition:
        case OneOf(BandRef(), values, negated=negated):
            return frozenset(band for band in bands if (band in values) is not negated)
        case AnyOf(parts):
            return frozenset(band for part in parts for band in bands_of(part, bands))
        case AllOf(parts):
            return frozenset(bands).intersection(*(bands_of(part, bands) for part in parts))
        case _:
            return frozenset()


def concluded_for(use: Use) -> frozenset[str]:
    """The conclusions that decide what follows in a use."""
    said = (ref for consequence in use.consequences for ref in subjects(consequence.when))
    return frozenset(ref.conclusion for ref in said if isinstance(ref, ConclusionRef))


def scored_for(use: Use) -> bool:
    """Whether anything that follows in a use depends on the score, its band, or that there is none."""
    return any(asks_score(consequence.when) for consequence in use.consequences)


def asks_score(condition: Condition) -> bool:
    """Whether a condition looks at the score in any way."""
    about_score = any(isinstance(ref, BandRef | ScoreRef) for ref in subjects(condition))
    return about_score or names_no_score(condition)


@once
def readers(edition: Edition) -> Mapping[str | Item, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By field and by measure: the measures that look at it, and the rules; at a field, through any others."""
    measures: dict[str | Item, dict[str, None]] = defaultdict(dict)
    rules: dict[str | Item, dict[str, None]] = defaultdict(dict)
    for id_, measure in edition.measures.items():
        for read in chain[str | Item](items_read(edition, measure), made_of(measure)):
            measures[read][id_] = None
    for id_, rule in edition.rules.items():
        for read in chain[str | Item](items_below(edition, rule.reads), rule.reads):
            rules[read][id_] = None
    return {read: (tuple(measures[read]), tuple(rules[read])) for read in [*measures, *rules]}


@once
def used_items(edition: Edition) -> frozenset[Item]:
    """Every field that a rule, or the score by itself, depends on."""
    by_score = {name for n in edition.score.no_score for name in measure_names(n.when)} if edition.score else set()
    by_rules = {name for rule in edition.rules.values() for name in rule.reads}
    return items_below(edition, tuple(sorted(by_rules | by_score)))


def refusals(rule: Rule) -> tuple[Text, ...]:
    """Why the cases of a rule refuse a score, each reason once."""
    found: list[Text] = []
    for case in rule.cases:
        if case.worth.no_score is not None and case.worth.no_score not in found:
            found.append(case.worth.no_score)
    return tuple(found)


def source_of(measure: Measure) -> tuple[str, ...]:
    """The source a measure looks at by itself."""
    match measure.body:
        case Rows(_, source) | Fact(source) | Span(_, Fact(source)):
            return (source,)
        case _:
            return ()


def measure_names(condition: Condition | None) -> frozenset[str]:
    """The measures a condition compares."""
    named = subjects(condition) if condition is not None else ()
    return frozenset(ref.measure for ref in named if isinstance(ref, MeasureRef))
