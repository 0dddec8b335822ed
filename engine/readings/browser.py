"""An edition as data for `site/assets/decide.js`, which decides in a browser as `truth` decides here.

What stands in the data, and nothing else is needed to decide:

- ``rulebook``, ``from``, ``digest``, ``log``, ``default_use``; ``no_score``: the words when the rulebook has no score.
- A policy has ``id``, ``version``, ``file`` and ``line``: a trace names its place. What is inside it has a ``line``.
- ``withheld``: kind and id of each policy that is not published in full.
- ``sources``: ``dated_by``, ``fields`` of ``name``, ``type``, ``optional``, and ``keeps``: condition, months,
  date field.
- ``measures``: ``type``, and the node of the tree as ``rows``, ``fact``, ``span``, ``joined`` or ``times``.
- ``rules``: ``title``, ``cases`` of line, condition and worth, ``unknown`` (a worth and why), ``concludes``: name and
  whether it is a flag, ``reads`` and ``reads_conclusions``, ``best`` and ``worst``: the most and the least points it
  can give, ``mends``: whether it says what one can do.
- ``score``, ``uses``: the fields of the tree. ``exclusions`` by id: the globs. ``sets_aside``: what may be contested.
- ``settable``: the measures that a person sets to try it out (engine/settable.py).

A type is ``["number", places, least, greatest]``, ``["boolean"]``, ``["code", …codes]`` or ``["day", future]``. A
condition is a list that begins with the word of the language: ``["at_least", ["measure", "income"], ["value", 2000]]``.
A worth has ``points`` or ``each`` (with its measure and bound), ``concludes`` and ``no_score``, as far as it has them.
Numbers are scaled like those of the tree; one that a browser could not hold exactly is a list of its digits.
"""

from __future__ import annotations

from typing import Any, assert_never

from engine.bounds import rule_bounds
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    BandRef,
    Between,
    Boolean,
    Code,
    Compare,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    Each,
    Edition,
    Fact,
    FieldRef,
    Fixed,
    Given,
    Header,
    Joined,
    Known,
    Measure,
    MeasureRef,
    NoScore,
    Not,
    Number,
    OneOf,
    Operand,
    Rows,
    Rule,
    Score,
    ScoreRef,
    Source,
    Span,
    Subject,
    Text,
    Times,
    Type,
    Use,
    Value,
    Worth,
)
from engine.outcome import NO_SCORE_POLICY
from engine.settable import settable

GREATEST_SAFE = 2**53 - 1
"""Up to this a browser reads a whole number exactly."""


def edition_data(edition: Edition, lang: str | None = None) -> dict[str, Any]:
    """The edition as JSON data, with the texts of one language (the rulebook's own when none is named)."""
    lang = lang or edition.about.languages[0]
    return {
        "rulebook": edition.about.id,
        "from": edition.from_.isoformat(),
        "digest": edition.digest,
        "log": edition.log,
        "default_use": edition.about.default_use,
        "no_score": words(NO_SCORE_POLICY, lang) if edition.score is None else None,
        "withheld": [[head.kind, head.id] for head in heads(edition) if head.withheld],
        "sources": [source_data(source) for source in edition.sources.values()],
        "measures": [
            {**policy(each.head), "type": type_data(each.type), **body(each)} for each in edition.measures.values()
        ],
        "rules": [rule_data(edition, rule, lang) for rule in edition.rules.values()],
        "score": None if edition.score is None else score_data(edition.score, lang),
        "uses": [use_data(use, lang) for use in edition.uses.values()],
        "exclusions": [
            {"id": id_, "sources": list(each.sources), "fields": list(each.fields)}
            for id_, each in sorted(edition.exclusions.items())
        ],
        "settable": list(settable(edition)),
        "sets_aside": sorted({source for right in edition.rights.values() for source in right.sets_aside}),
    }


def heads(edition: Edition) -> list[Header]:
    """The headers of all policies, the score last: the order in which withheld ones are told."""
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    found = [each.head for kind in kinds for each in kind.values()]
    return [*found, edition.score.head] if edition.score else found


def policy(head: Header) -> dict[str, Any]:
    """How a trace names a policy."""
    return {"id": head.id, "version": head.version, "file": head.where.file, "line": head.where.line}


def words(text: Text, lang: str) -> str:
    """A text in a language, or in the first it has."""
    return text.get(lang) or next(iter(text.values()))


# ----------------------------------------------------------------------------------------------- values and conditions


def number(whole: int) -> int | list[str]:
    """A whole number as a browser can read it exactly.

    >>> number(-950), number(2**60)
    (-950, ['1152921504606846976'])
    """
    return whole if abs(whole) <= GREATEST_SAFE else [str(whole)]


def number_or_none(whole: int | None) -> int | list[str] | None:
    return None if whole is None else number(whole)


def value(of: Value) -> Any:
    """A value: true, false, a number, or the text of a code or date."""
    if isinstance(of, bool | str):
        return of
    return number(of) if isinstance(of, int) else of.isoformat()


def type_data(of: Type) -> list[Any]:
    match of:
        case Number(places, _, least, greatest):
            return ["number", places, number_or_none(least), number_or_none(greatest)]
        case Boolean():
            return ["boolean"]
        case Code(choices):
            return ["code", *(choice.code for choice in choices)]
        case Day(future):
            return ["day", future]
        case _:
            assert_never(of)


def condition(of: Condition) -> list[Any]:
    """A condition as a list that begins with its word.

    >>> from engine.problem import Where
    >>> condition(Not(Known(MeasureRef("age"), known=False, where=Where("demo.yaml")), Where("demo.yaml")))
    ['not', ['known', ['measure', 'age'], False]]
    """
    match of:
        case Always():
            return ["always"]
        case AllOf(parts):
            return ["all", *map(condition, parts)]
        case AnyOf(parts):
            return ["any", *map(condition, parts)]
        case Not(part):
            return ["not", condition(part)]
        case Compare(subject, op, other):
            return [op.value, operand(subject), operand(other)]
        case Between(subject, least, greatest):
            return ["between", operand(subject), operand(least), operand(greatest)]
        case OneOf(subject, values, negated=negated):
            return ["none_of" if negated else "one_of", operand(subject), *map(value, values)]
        case Known(subject, known):
            return ["known", operand(subject), known]
        case NoScore():
            return ["no_score"]
        case _:
            assert_never(of)


def condition_or_none(of: Condition | None) -> list[Any] | None:
    return None if of is None else condition(of)


def operand(of: Subject | Operand) -> list[Any]:
    """Either side of a comparison."""
    match of:
        case FieldRef(name):
            return ["field", name]
        case MeasureRef(name):
            return ["measure", name]
        case ConclusionRef(name):
            return ["conclusion", name]
        case BandRef():
            return ["band"]
        case ScoreRef():
            return ["score"]
        case AsOf():
            return ["as_of"]
        case Constant(known):
            return ["value", value(known)]
        case _:
            assert_never(of)


# -------------------------------------------------------------------------------------------------- sources, measures


def source_data(source: Source) -> dict[str, Any]:
    fields = source.fields.values()
    return {
        **policy(source.head),
        "dated_by": source.dated_by,
        "fields": [{"name": each.name, "type": type_data(each.type), "optional": each.optional} for each in fields],
        "keeps": [[condition_or_none(keep.when), keep.months, keep.counted_from] for keep in source.retention],
    }


def body(measure: Measure) -> dict[str, Any]:
    """What a measure is made of, under the name of its kind."""
    match measure.body:
        case Rows() as rows:
            return {
                "rows": {
                    "fold": rows.fold.value,
                    "source": rows.source,
                    "field": rows.field,
                    "within": rows.within,
                    "among": condition_or_none(rows.among),
                    "counts_if": condition_or_none(rows.counts_if),
                    "unknown_below": rows.unknown_below,
                }
            }
        case Fact() as fact:
            return {"fact": fact_data(fact)}
        case Span(way, of, unit):
            start = {"measure": of.measure} if isinstance(of, MeasureRef) else fact_data(of)
            return {"span": {"way": way, "of": start, "unit": unit}}
        case Joined(join, measures):
            return {"joined": {"join": join.value, "measures": list(measures)}}
        case Times(of_measure, by, by_places):
            return {"times": {"measure": of_measure, "by": number(by), "by_places": by_places}}
        case _:
            assert_never(measure.body)


def fact_data(fact: Fact) -> dict[str, Any]:
    return {"source": fact.source, "field": fact.field}


# ------------------------------------------------------------------------------------------------- rules, score, uses


def rule_data(edition: Edition, rule: Rule, lang: str) -> dict[str, Any]:
    bounds = rule_bounds(edition.measures, rule)
    unknown = rule.unknown
    return {
        **policy(rule.head),
        "title": words(rule.head.title, lang),
        "cases": [[case.where.line, condition(case.when), worth(case.worth, lang)] for case in rule.cases],
        "unknown": {
            "points": number_or_none(unknown.points),
            "concludes": given(unknown.concludes),
            "no_score": unknown.no_score is not None,
            "because": words(unknown.because, lang),
        },
        "concludes": [[each.name, each.codes is None] for each in rule.conclusions],
        "reads": list(rule.reads),
        "reads_conclusions": list(rule.reads_conclusions),
        "best": number(bounds[1] if bounds else 0),
        "worst": number_or_none(bounds[0] if bounds else None),
        "mends": rule.mends is not None,
    }


def worth(of: Worth, lang: str) -> dict[str, Any]:
    """What a case gives, as far as it gives it."""
    found: dict[str, Any] = {}
    match of.points:
        case Fixed(points):
            found["points"] = number(points)
        case Each(each, measure, bound):
            found["each"] = [number(each), measure, number(bound)]
        case None:
            pass
        case _:
            assert_never(of.points)
    if of.concludes:
        found["concludes"] = given(of.concludes)
    if of.no_score is not None:
        found["no_score"] = words(of.no_score, lang)
    return found


def given(concludes: tuple[Given, ...]) -> list[list[Any]]:
    return [[each.conclusion, each.value] for each in concludes]


def score_data(score: Score, lang: str) -> dict[str, Any]:
    return {
        **policy(score.head),
        "base": number(score.base),
        "rules": list(score.rules),
        "groups": [
            {
                "id": group.id,
                "line": group.where.line,
                "rules": list(group.rules),
                "floor": number_or_none(group.floor),
                "cap": number_or_none(group.cap),
            }
            for group in score.groups
        ],
        "least": number(score.least),
        "greatest": number(score.greatest),
        "bands": [
            {"id": band.id, "least": number(band.least), "greatest": number(band.greatest)} for band in score.bands
        ],
        "no_score": [[condition(each.when), words(each.because, lang)] for each in score.no_score],
        "most_reasons": score.most_reasons,
    }


def use_data(use: Use, lang: str) -> dict[str, Any]:
    return {
        **policy(use.head),
        "consequences": [
            {
                "id": each.id,
                "line": each.where.line,
                "when": condition(each.when),
                "effect": words(each.effect, lang),
                "polarity": each.polarity,
                "lasts": each.lasts,
            }
            for each in use.consequences
        ],
    }
