"""That a field does not matter: because no rule looks at it, or because the solver finds nobody for whom it does.

For the proof the field gets a twin: a second edition reads the twin wherever the first reads the field. If no person
gets different results from the two, then no other value of the field can change anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from engine.check.exclusions import covered
from engine.conditions import subjects
from engine.ir import (
    ConclusionRef,
    Edition,
    Fact,
    FieldRef,
    Joined,
    Measure,
    MeasureRef,
    Rows,
    Source,
    Span,
    Times,
)
from engine.proved import Compared, Free, Pair, Person, Replay
from engine.readings.proof.cells import fields_in

TWIN = "_twin"

Comparing = Callable[[Edition, Edition, date, Replay, float], Compared]


def excluded(edition: Edition, as_of: date, replay: Replay, limit: float, comparing: Comparing) -> Iterator[Free]:
    """The fields that are collected although an exclusion says they never count, each with its answer."""
    for exclusion in edition.exclusions.values():
        if "score" in exclusion.never:
            for id_, source in edition.sources.items():
                for name in covered(exclusion, source):
                    free = independent(edition, id_, name, as_of, replay, limit, comparing)
                    yield replace(free, exclusion=exclusion.head.id)


def independent(
    edition: Edition, source: str, name: str, as_of: date, replay: Replay, limit: float, comparing: Comparing
) -> Free:
    """Whether score, band, conclusions and consequences are independent of a field of a source."""
    if (source, name) not in fields_read(edition):
        return Free(source, name, "unread", None)
    found = comparing(edition, twin(edition, source, name), as_of, replay, limit)
    if found.equivalent == "yes" and not found.not_proved:
        return Free(source, name, "proved", None)
    people = next((effect.people for effect in found.effects if effect.people is not None), None)
    if people is None:
        return Free(source, name, "undecided", None)
    return Free(source, name, "matters", None, _untwinned(people, source, name))


def _untwinned(people: Pair, source: str, name: str) -> Pair:
    """The second person's record with the value where it belongs."""
    return replace(people, after=_renamed(people.after, source, name))


def _renamed(person: Person, source: str, name: str) -> Person:
    content = person.record["sources"].get(source)

    def renamed(row: Mapping[str, Any]) -> dict[str, Any]:
        return {(name if key == name + TWIN else key): value for key, value in row.items()}

    if content is None:
        return person
    new = [renamed(row) for row in content] if isinstance(content, list) else renamed(content)
    return replace(person, record={**person.record, "sources": {**person.record["sources"], source: new}})


def fields_read(edition: Edition) -> set[tuple[str, str]]:
    """The fields that reach a rule that counts, a condition of the score or a consequence, through any chain."""
    found: set[tuple[str, str]] = set()
    for id_ in measures_read(edition):
        body = edition.measures[id_].body
        match body:
            case Rows(source=source, field=field, within=within):
                own = edition.sources[source]
                found |= _retained(own)
                found |= {(source, field)} if field is not None else set()
                found |= {(source, own.dated_by)} if within is not None and own.dated_by is not None else set()
                for condition in (body.among, body.counts_if):
                    found |= {(source, name) for name in fields_in(condition)} if condition is not None else set()
            case Fact(source, field):
                found |= {(source, field)} | _retained(edition.sources[source])
            case Span(of=Fact(source, field)):
                found |= {(source, field)} | _retained(edition.sources[source])
            case _:
                pass
    return found


def _retained(source: Source) -> set[tuple[str, str]]:
    """The fields that decide how long a row is kept."""
    names = {keep.counted_from for keep in source.retention if keep.months is not None and keep.counted_from}
    for keep in source.retention:
        if keep.when is not None:
            names |= fields_in(keep.when)
    return {(source.head.id, name) for name in names}


def measures_read(edition: Edition) -> set[str]:
    """The measures that a scoring rule, a condition of the score or a consequence reads, through any chain."""
    measures, conclusions = set[str](), set[str]()
    given = {each.name: id_ for id_, rule in edition.rules.items() for each in rule.conclusions}
    rules = set(edition.score.rules) if edition.score else set()
    rules |= {id_ for id_, rule in edition.rules.items() if _refuses(rule)}
    conditions = [when.when for when in edition.score.no_score] if edition.score else []
    conditions += [each.when for use in edition.uses.values() for each in use.consequences]
    for condition in conditions:
        for subject in subjects(condition):
            if isinstance(subject, MeasureRef):
                measures.add(subject.measure)
            elif isinstance(subject, ConclusionRef):
                conclusions.add(subject.conclusion)
    rules |= {given[name] for name in conclusions}
    return measures_behind(edition, rules_behind(edition, rules), measures)


def rules_behind(edition: Edition, rules: Iterable[str]) -> set[str]:
    """These rules, and those whose conclusions they read through any chain."""
    given = {each.name: id_ for id_, rule in edition.rules.items() for each in rule.conclusions}
    found = set(rules)
    for id_ in reversed(list(edition.rules)):
        if id_ in found:
            found |= {given[name] for name in edition.rules[id_].reads_conclusions}
    return found


def measures_behind(edition: Edition, rules: Iterable[str], measures: Iterable[str] = ()) -> set[str]:
    """These measures, those the rules read, and those they are worked out from."""
    found = set(measures).union(*(edition.rules[id_].reads for id_ in rules))
    for id_ in reversed(list(edition.measures)):
        if id_ in found:
            found |= _under(edition.measures[id_])
    return found


def part(edition: Edition, rules: Iterable[str]) -> Edition:
    """An edition of these rules and what they read, without a score: everybody has the same points under it."""
    mine = rules_behind(edition, rules)
    measures = measures_behind(edition, mine)
    return replace(
        edition,
        rules={id_: rule for id_, rule in edition.rules.items() if id_ in mine},
        measures={id_: measure for id_, measure in edition.measures.items() if id_ in measures},
        score=None,
        uses={},
    )


def _refuses(rule: Any) -> bool:
    return rule.unknown.no_score is not None or any(case.worth.no_score is not None for case in rule.cases)


def _under(measure: Measure) -> set[str]:
    match measure.body:
        case Joined(measures=measures):
            return set(measures)
        case Times(measure=of):
            return {of}
        case Span(of=MeasureRef(of)):
            return {of}
        case _:
            return set()


# ------------------------------------------------------------------------------------------------------- the twin


def twin(edition: Edition, source: str, name: str) -> Edition:
    """The same edition, reading a twin of the field wherever it reads the field."""
    own = edition.sources[source]
    other = name + TWIN
    fields_ = {
        (other if key == name else key): replace(one, name=other if key == name else key)
        for key, one in own.fields.items()
    }
    turned = replace(
        _turned(own, name, other), fields=fields_, dated_by=other if own.dated_by == name else own.dated_by
    )
    retention = tuple(
        replace(keep, counted_from=other if keep.counted_from == name else keep.counted_from)
        for keep in turned.retention
    )
    turned = replace(turned, retention=retention)
    measures = {id_: _measure(one, source, name, other) for id_, one in edition.measures.items()}
    return replace(edition, sources={**edition.sources, source: turned}, measures=measures)


def _measure(measure: Measure, source: str, name: str, other: str) -> Measure:
    match measure.body:
        case Rows(source=of) as rows if of == source:
            body = _turned(rows, name, other)
            return replace(measure, body=replace(body, field=other if rows.field == name else rows.field))
        case Fact(of, field) if (of, field) == (source, name):
            return replace(measure, body=Fact(source, other))
        case Span(of=Fact(of, field)) as span if (of, field) == (source, name):
            return replace(measure, body=replace(span, of=Fact(source, other)))
        case _:
            return measure


def _turned(node: Any, name: str, other: str) -> Any:
    """A tree in which every reference to a field names its twin."""
    if isinstance(node, FieldRef):
        return FieldRef(other) if node.field == name else node
    if isinstance(node, tuple):
        return tuple(_turned(each, name, other) for each in node)
    if is_dataclass(node) and not isinstance(node, type):
        changed = {
            each.name: new
            for each in fields(node)
            if (new := _turned(old := getattr(node, each.name), name, other)) is not old and each.name != "head"
        }
        return replace(node, **changed) if changed else node
    return node
