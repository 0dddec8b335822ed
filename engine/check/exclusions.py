"""What is promised never to be used, held against everything that an edition uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from engine.conditions import subjects
from engine.ir import (
    ConclusionRef,
    Condition,
    Edition,
    Exclusion,
    Fact,
    FieldRef,
    Joined,
    Measure,
    MeasureRef,
    Rows,
    Rule,
    Source,
    Span,
    Subject,
    Times,
)
from engine.problem import Problem, Where
from engine.vocabulary import narrower

Chains = Mapping[str, list[str]]
"""What stands on something excluded, by name: each with the steps that lead down to it."""


def exclusions(edition: Edition) -> Iterator[Problem]:
    """Every breach of an exclusion of the edition."""
    for exclusion in edition.exclusions.values():
        if "collect" in exclusion.never:
            yield from _collected(edition, exclusion)
        if "score" in exclusion.never:
            yield from _scored(edition, exclusion)
        if "infer" in exclusion.never:
            yield from _inferred(edition, exclusion)
        if "use_for" in exclusion.never:
            yield from _used(edition, exclusion)


def closure(exclusion: Exclusion) -> frozenset[str]:
    """The categories of an exclusion and all below them."""
    return frozenset(term for category in exclusion.categories for term in narrower(category))


def covered(exclusion: Exclusion, source: Source) -> dict[str, str]:
    """The fields of a source that an exclusion covers, by category or by name in any case of letters, and why."""
    below, found = closure(exclusion), dict[str, str]()
    for name, field in source.fields.items():
        globs = [*((glob, source.head.id) for glob in exclusion.sources), *((glob, name) for glob in exclusion.fields)]
        glob = next((glob for glob, word in globs if fnmatchcase(word.lower(), glob.lower())), None)
        if field.category in below:
            found[name] = f"its category `{field.category}` is excluded"
        elif glob is not None:
            found[name] = f"`{glob}` is excluded"
    return found


def covers_rows(source: Source, fields: Collection[str]) -> bool:
    """Whether already the number of rows tells what is excluded: their date is covered, or all they say besides it.

    A list of friends is excluded as a list: who counts its rows counts friends. A bill that names a friend is a bill.
    """
    others = source.fields.keys() - {source.dated_by}
    return source.dated_by is not None and (source.dated_by in fields or (bool(others) and others <= set(fields)))


def _also(exclusion: Exclusion) -> tuple[tuple[Where, str], ...]:
    return ((exclusion.head.where, f"the exclusion `{exclusion.head.id}` is here"),)


def _collected(edition: Edition, exclusion: Exclusion) -> Iterator[Problem]:
    for id_, source in edition.sources.items():
        for name, why in covered(exclusion, source).items():
            yield Problem(
                "excluded-field",
                f"`{id_}` collects `{name}`, which is never to be collected: {why}",
                source.fields[name].where,
                help="leave the field out, or change the promise",
                also=_also(exclusion),
            )


# ----------------------------------------------------------------------------------------------------- score


def _scored(edition: Edition, exclusion: Exclusion) -> Iterator[Problem]:
    """Rules, scores and consequences that stand on something excluded, with the chain that leads to it."""
    measures = _tainted(edition, exclusion)
    rules, conclusions = _concluding(edition, exclusion, measures)
    for id_, chain in rules.items():
        yield _breach(f"the rule `{id_}` depends", [id_, *chain], edition.rules[id_].head.where, exclusion)
    for score in [edition.score] if edition.score else []:
        for when in score.no_score:
            found = _chain(subjects(when.when), measures, conclusions)
            if found is not None:
                what = "whether there is a score depends"
                yield _breach(what, [score.head.id, *found], when.where, exclusion)
    for id_, use in edition.uses.items():
        for consequence in use.consequences:
            found = _chain(subjects(consequence.when), measures, conclusions)
            if found is not None:
                what = f"the consequence `{consequence.id}` depends"
                yield _breach(what, [id_, *found], consequence.where, exclusion)


def _breach(what: str, chain: list[str], where: Where, exclusion: Exclusion) -> Problem:
    return Problem(
        "excluded-from-score",
        f"{what} on what is never to be scored: " + " → ".join(chain),
        where,
        help="break the chain, or change the promise",
        also=_also(exclusion),
    )


def _concluding(edition: Edition, exclusion: Exclusion, measures: Chains) -> tuple[dict[str, list[str]], Chains]:
    """The rules that stand on something excluded, and the conclusions that are excluded or come from such a rule."""
    below = closure(exclusion)
    rules, conclusions = dict[str, list[str]](), dict[str, list[str]]()
    for id_, rule in edition.rules.items():
        chain = _chain(_reads(rule), measures, conclusions)
        if chain is not None:
            rules[id_] = chain
        for each in rule.conclusions:
            if each.category in below:
                conclusions[each.name] = [f"conclusion {each.name} ({each.category})"]
            elif chain is not None:
                conclusions[each.name] = [id_, *chain]
    return rules, conclusions


def _reads(rule: Rule) -> list[Subject]:
    return [*map(MeasureRef, rule.reads), *map(ConclusionRef, rule.reads_conclusions)]


def _chain(read: Iterable[Subject], measures: Chains, conclusions: Chains) -> list[str] | None:
    """The first chain that leads from what is read to something excluded."""
    for subject in read:
        match subject:
            case MeasureRef(name) if name in measures:
                return measures[name]
            case ConclusionRef(name) if name in conclusions:
                return conclusions[name]
            case _:
                pass
    return None


def _tainted(edition: Edition, exclusion: Exclusion) -> Chains:
    """The measures that stand on something excluded, each with its chain down to it.

    What may not even be collected is told where it is collected, and not once more for each measure.
    """
    below, chains = closure(exclusion), dict[str, list[str]]()
    told = "collect" in exclusion.never
    fields = {id_: {} if told else covered(exclusion, source) for id_, source in edition.sources.items()}
    for id_, measure in edition.measures.items():
        source = source_of(measure, edition.sources)
        item = None if source is None else _excluded(measure, source, fields[source.head.id])
        under = next((each for each in measures_of(measure) if each in chains), None)
        if measure.category in below:
            chains[id_] = [f"{id_} ({measure.category})"]
        elif item is not None:
            chains[id_] = [id_, item]
        elif under is not None:
            chains[id_] = [id_, *chains[under]]
    return chains


def _excluded(measure: Measure, source: Source, fields: Collection[str]) -> str | None:
    """What a measure reads of a source although it is excluded: a field, the rows as such, or when they expire."""
    id_ = source.head.id
    if name := next((each for each in fields_of(measure, source) if each in fields), None):
        return f"{id_}.{name}"
    if isinstance(measure.body, Rows) and covers_rows(source, fields):
        return id_
    name = next((each for each in retained_by(source) if each in fields), None)
    return None if name is None else f"retention of {id_} → {id_}.{name}"


def source_of(measure: Measure, sources: Mapping[str, Source]) -> Source | None:
    """The source that a measure reads itself."""
    match measure.body:
        case Rows(_, source) | Fact(source) | Span(of=Fact(source)):
            return sources[source]
        case _:
            return None


def fields_of(measure: Measure, source: Source) -> list[str]:
    """The fields a measure reads itself: what it folds, its conditions, and the date of the rows in a window."""
    match measure.body:
        case Rows(_, _, field, within, among, counts_if):
            names = [field] if field else []
            if within is not None:
                names.append(source.dated_by or "")
            names += [name for condition in (among, counts_if) if condition for name in _fields(condition)]
            return names
        case Fact(_, name) | Span(of=Fact(_, name)):
            return [name]
        case _:
            return []


def retained_by(source: Source) -> list[str]:
    """The fields that decide how long rows and facts are kept, and so whether they count."""
    if all(keep.months is None for keep in source.retention):
        return []
    names = [name for keep in source.retention if keep.when is not None for name in _fields(keep.when)]
    return names + [keep.counted_from for keep in source.retention if keep.counted_from and keep.months is not None]


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


def _inferred(edition: Edition, exclusion: Exclusion) -> Iterator[Problem]:
    below = closure(exclusion)
    found = [
        (f"the measure `{id_}`", measure.category, measure.head.where) for id_, measure in edition.measures.items()
    ] + [
        (f"the conclusion `{conclusion.name}`", conclusion.category, conclusion.where)
        for rule in edition.rules.values()
        for conclusion in rule.conclusions
    ]
    for what, category, where in found:
        if category in below:
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
