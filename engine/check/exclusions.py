"""What is promised never to be used, held against everything that an edition uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from engine.ir import (
    Condition,
    Edition,
    Exclusion,
    Fact,
    Field,
    FieldRef,
    Joined,
    Measure,
    MeasureRef,
    Rows,
    Source,
    Span,
    Times,
)
from engine.parse.conditions import subjects
from engine.problem import Problem, Where
from engine.vocabulary import narrower

Item = tuple[str, str]
"""A field, by source and name."""


def exclusions(edition: Edition) -> Iterator[Problem]:
    """Every breach of an exclusion of the edition."""
    for exclusion in edition.exclusions.values():
        closure = frozenset(term for category in exclusion.categories for term in narrower(category))
        breaches = _covered(edition, exclusion, closure)
        if "collect" in exclusion.never:
            yield from _collected(exclusion, breaches)
        if "score" in exclusion.never:
            yield from _scored(edition, exclusion, closure, {} if "collect" in exclusion.never else breaches)
        if "infer" in exclusion.never:
            yield from _inferred(edition, exclusion, closure)
        if "use_for" in exclusion.never:
            yield from _used(edition, exclusion)


def covers(exclusion: Exclusion, source: str, field: str | None = None) -> str | None:
    """The glob of an exclusion that covers a source or field by name, if one does; letters in any case."""
    globs = [*((glob, source) for glob in exclusion.sources), *((glob, field or "") for glob in exclusion.fields)]
    return next((glob for glob, name in globs if fnmatchcase(name.lower(), glob.lower())), None)


def _covered(edition: Edition, exclusion: Exclusion, closure: frozenset[str]) -> dict[Item, tuple[Field, str]]:
    """The declared fields that an exclusion covers, and why."""
    found: dict[Item, tuple[Field, str]] = {}
    for id_, source in edition.sources.items():
        for name, field in source.fields.items():
            glob = covers(exclusion, id_, name)
            if field.category in closure:
                found[id_, name] = field, f"its category `{field.category}` is excluded"
            elif glob is not None:
                found[id_, name] = field, f"`{glob}` is excluded"
    return found


def _also(exclusion: Exclusion) -> tuple[tuple[Where, str], ...]:
    return ((exclusion.head.where, f"the exclusion `{exclusion.head.id}` is here"),)


def _collected(exclusion: Exclusion, breaches: Mapping[Item, tuple[Field, str]]) -> Iterator[Problem]:
    for (source, name), (field, why) in breaches.items():
        yield Problem(
            "excluded-field",
            f"`{source}` collects `{name}`, which is never to be collected: {why}",
            field.where,
            help="leave the field out, or change the promise",
            also=_also(exclusion),
        )


# ----------------------------------------------------------------------------------------------------- score


def _scored(
    edition: Edition, exclusion: Exclusion, closure: frozenset[str], breaches: Mapping[Item, tuple[Field, str]]
) -> Iterator[Problem]:
    """Rules and scores that stand on something excluded, with the chain that leads to it."""
    chains = _tainted(edition, closure, breaches)
    givers = {conclusion.name: rule for rule in edition.rules.values() for conclusion in rule.conclusions}
    by_rule: dict[str, list[str]] = {}
    for id_, rule in edition.rules.items():
        chain = next((chains[name] for name in rule.reads if name in chains), None)
        for name in rule.reads_conclusions:
            giver = givers.get(name)
            if giver is None:
                continue
            category = next(each.category for each in giver.conclusions if each.name == name)
            if chain is None and category in closure:
                chain = [f"conclusion {name} ({category})"]
            if chain is None and giver.head.id in by_rule:
                chain = by_rule[giver.head.id]
        if chain is None:
            continue
        by_rule[id_] = [id_, *chain]
        yield Problem(
            "excluded-from-score",
            f"the rule `{id_}` depends on what is never to be scored: " + " → ".join(by_rule[id_]),
            rule.head.where,
            help="break the chain, or change the promise",
            also=_also(exclusion),
        )
    score = edition.score
    for when in score.no_score if score else ():
        for subject in subjects(when.when):
            if isinstance(subject, MeasureRef) and subject.measure in chains and score is not None:
                yield Problem(
                    "excluded-from-score",
                    "whether there is a score depends on what is never to be scored: "
                    + " → ".join([score.head.id, *chains[subject.measure]]),
                    when.where,
                    help="break the chain, or change the promise",
                    also=_also(exclusion),
                )


def _tainted(
    edition: Edition, closure: frozenset[str], breaches: Mapping[Item, tuple[Field, str]]
) -> dict[str, list[str]]:
    """The measures that stand on something excluded, each with its chain down to it."""
    chains: dict[str, list[str]] = {}
    for id_, measure in edition.measures.items():
        if measure.category in closure:
            chains[id_] = [f"{id_} ({measure.category})"]
            continue
        item = next((each for each in fields_of(measure, edition.sources) if each in breaches), None)
        below = next((each for each in measures_of(measure) if each in chains), None)
        if item is not None:
            chains[id_] = [id_, ".".join(item)]
        elif below is not None:
            chains[id_] = [id_, *chains[below]]
    return chains


def fields_of(measure: Measure, sources: Mapping[str, Source]) -> list[Item]:
    """The fields a measure reads itself: what it folds, its conditions, and the date of the rows in a window."""
    match measure.body:
        case Rows(_, source, field, within, among, counts_if):
            names = [field] if field else []
            if within is not None:
                names.append(sources[source].dated_by or "")
            names += [name for condition in (among, counts_if) if condition for name in _fields(condition)]
            return [(source, name) for name in dict.fromkeys(names)]
        case Fact(source, name) | Span(of=Fact(source, name)):
            return [(source, name)]
        case _:
            return []


def _fields(condition: Condition) -> list[str]:
    return [subject.field for subject in subjects(condition) if isinstance(subject, FieldRef)]


def measures_of(measure: Measure) -> tuple[str, ...]:
    """The measures a measure is made of."""
    match measure.body:
        case Joined(_, names):
            return names
        case Times(name) | Span(of=MeasureRef(name)):
            return (name,)
        case _:
            return ()


# ------------------------------------------------------------------------------------------------- infer and use


def _inferred(edition: Edition, exclusion: Exclusion, closure: frozenset[str]) -> Iterator[Problem]:
    found = [
        (f"the measure `{id_}`", measure.category, measure.head.where) for id_, measure in edition.measures.items()
    ] + [
        (f"the conclusion `{conclusion.name}`", conclusion.category, conclusion.where)
        for rule in edition.rules.values()
        for conclusion in rule.conclusions
    ]
    for what, category, where in found:
        if category in closure:
            yield Problem(
                "excluded-inference",
                f"{what} says something that is never to be inferred: its category is `{category}`",
                where,
                help="leave it out, or change the promise",
                also=_also(exclusion),
            )


def _used(edition: Edition, exclusion: Exclusion) -> Iterator[Problem]:
    for id_, use in edition.uses.items():
        for purpose in use.purposes:
            if purpose in exclusion.purposes:
                yield Problem(
                    "excluded-purpose",
                    f"the use `{id_}` has the purpose `{purpose}`, which is never to be",
                    use.head.where,
                    help="take the purpose away, or change the promise",
                    also=_also(exclusion),
                )
