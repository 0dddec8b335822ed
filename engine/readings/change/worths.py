"""Two versions of a rule, or of a trigger, held against each other on every value that makes a difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import Any

from engine.ir import (
    AsOf,
    BandRef,
    Between,
    Boolean,
    Case,
    Code,
    Compare,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    Each,
    Edition,
    FieldRef,
    MeasureRef,
    NoScoreWhen,
    Number,
    OneOf,
    Rule,
    ScoreRef,
    Subject,
    Type,
    Value,
    find_conclusion,
)
from engine.kleene import holds
from engine.outcome import given_points

MOST = 500_000
"""So many conditions are looked at; beyond, the question stays open."""

Effects = frozenset[str]
"""What can happen to somebody: raised, lowered, denied, undenied, concluded; or only undecided."""


def moved(before: Edition, after: Edition, old: Rule, new: Rule) -> Effects:
    """What the step from one version of a rule to another can do to points, conclusions and having a score."""
    values = _values(before, after, old.cases, new.cases)
    if values is None or prod(len(each) for each in values.values()) * (len(old.cases) + len(new.cases)) > MOST:
        return frozenset({"undecided"})
    found: set[str] = set()
    for chosen in product(*values.values()):
        given = dict(zip(values, chosen, strict=True)) | {AsOf(): after.from_}
        one, other = _worth(old, given), _worth(new, given)
        if one[1] != other[1]:
            found.add("undenied" if one[1] else "denied")
        elif one[0] != other[0]:
            found.add("raised" if one[0] < other[0] else "lowered")
        if one[2] != other[2]:
            found.add("concluded")
    return frozenset(found)


def _worth(rule: Rule, given: Mapping[Any, Value | None]) -> tuple[int, bool, frozenset[tuple[str, Any]]]:
    """Points, whether there is no score, and conclusions."""
    for case in rule.cases:
        answer = holds(case.when, given.get)
        if answer is False:
            continue
        each = case.worth.points
        if answer is None or (isinstance(each, Each) and given.get(MeasureRef(each.of)) is None):
            break
        known = {subject.measure: value for subject, value in given.items() if isinstance(subject, MeasureRef)}
        concluded = frozenset((one.conclusion, one.value) for one in case.worth.concludes)
        return given_points(case.worth, known) or 0, case.worth.no_score is not None, concluded
    concluded = frozenset((one.conclusion, one.value) for one in rule.unknown.concludes)
    return rule.unknown.points or 0, rule.unknown.no_score is not None, concluded


# ----------------------------------------------------------------------------------------------------------- values


def _values(
    before: Edition, after: Edition, old: Sequence[Case | Condition], new: Sequence[Case | Condition]
) -> dict[Subject, list[Value | None]] | None:
    """For everything the two look at, a value on each side of every line; None if the types differ."""
    constants: dict[Subject, set[Any]] = defaultdict(set)
    conditions = []
    for case in (*old, *new):
        conditions.append(case.when if isinstance(case, Case) else case)
        _constants(conditions[-1], constants)
        if isinstance(case, Case) and isinstance(case.worth.points, Each):
            each = case.worth.points
            full = each.bound // each.each
            constants[MeasureRef(each.of)] |= {0, 1, full, full + 1}
    _shared(constants, tuple(conditions))
    found: dict[Subject, list[Value | None]] = {}
    for subject, written in constants.items():
        types = {_type(edition, subject) for edition in (before, after)} - {None}
        if len({_scale(one) for one in types if one is not None}) > 1:
            return None
        found[subject] = [None, *_around(next(iter(types), None), written, after.from_)]
    return found


def _scale(type_: Type) -> tuple[Any, ...]:
    """What makes values of two types comparable."""
    return (type(type_).__name__, type_.places, type_.unit) if isinstance(type_, Number) else (type(type_).__name__,)


def _type(edition: Edition, subject: Subject) -> Type | None:
    match subject:
        case MeasureRef(id_):
            return edition.measures[id_].type if id_ in edition.measures else None
        case ConclusionRef(name):
            found = find_conclusion(edition, name)
            return None if found is None else found[1].codes or Boolean()
        case _:
            return None


def _constants(node: Any, found: dict[Subject, set[Any]]) -> None:
    """The values each subject of a condition is compared with."""
    match node:
        case Compare(subject, _, operand):
            _operands(found, subject, operand)
        case Between(subject, least, greatest):
            _operands(found, subject, least, greatest)
        case OneOf(subject, values):
            found[subject] |= set(values)
        case tuple():
            for each in node:
                _constants(each, found)
        case _ if isinstance(node, FieldRef | MeasureRef | ConclusionRef | BandRef | ScoreRef):
            found[node] |= set()
        case _ if is_dataclass(node):
            for field in fields(node):
                _constants(getattr(node, field.name), found)
        case _:
            pass


def _operands(found: dict[Subject, set[Any]], subject: Subject, *operands: Any) -> None:
    for operand in operands:
        match operand:
            case Constant(value):
                found[subject].add(value)
            case MeasureRef():
                found[subject] |= {0}
                found[operand] |= {0}
            case _:
                found[subject] |= set()


def _shared(constants: dict[Subject, set[Any]], conditions: tuple[Condition, ...]) -> None:
    """Measures that are compared with each other are tried on the same values."""
    pairs: list[tuple[Subject, Subject]] = []

    def visit(node: Any) -> None:
        match node:
            case Compare(subject, _, MeasureRef() as operand):
                pairs.append((subject, operand))
            case Between(subject, least, greatest):
                pairs.extend((subject, end) for end in (least, greatest) if isinstance(end, MeasureRef))
            case tuple():
                for each in node:
                    visit(each)
            case _ if is_dataclass(node):
                for field in fields(node):
                    visit(getattr(node, field.name))
            case _:
                pass

    visit(conditions)
    for _ in pairs:
        for one, other in pairs:
            both = constants[one] | constants[other]
            constants[one], constants[other] = set(both), set(both)


def _around(type_: Type | None, written: set[Any], on: date) -> Iterator[Value]:
    """The written values with their neighbours, as far as the type has them."""
    match type_:
        case Number(least=least, greatest=greatest):
            near = sorted({int(each) + step for each in written or {0} for step in (-1, 0, 1)})
            fit = [v for v in near if (least is None or v >= least) and (greatest is None or v <= greatest)]
            yield from fit or [least or 0]
        case Day():
            days = {each for each in written if isinstance(each, date)} | {on}
            yield from sorted({each + timedelta(days=step) for each in days for step in (-1, 0, 1)})
        case Code(choices):
            yield from dict.fromkeys([*(choice.code for choice in choices), *sorted(map(str, written))])
        case Boolean():
            yield from (True, False)
        case None:
            yield from sorted(written, key=str)


# --------------------------------------------------------------------------------------------------------- triggers


def denied(before: Edition, after: Edition, old: Sequence[NoScoreWhen], new: Sequence[NoScoreWhen]) -> Effects:
    """What other grounds for having no score do: denied, undenied, both or nothing; or only undecided."""
    values = _values(before, after, [one.when for one in old], [one.when for one in new])
    if values is None or prod(len(each) for each in values.values()) * (len(old) + len(new)) > MOST:
        return frozenset({"undecided"})
    found: set[str] = set()
    for chosen in product(*values.values()):
        given = dict(zip(values, chosen, strict=True)) | {AsOf(): after.from_}
        one, other = (any(holds(each.when, given.get) is True for each in grounds) for grounds in (old, new))
        if one != other:
            found.add("undenied" if one else "denied")
    return frozenset(found)


def applies(before: Edition, after: Edition, old: Condition, new: Condition) -> Effects:
    """Whether a trigger applies to more people (`more`), to fewer (`fewer`), to both or to the same ones."""
    constants: dict[Subject, set[Any]] = defaultdict(set)
    _constants((old, new), constants)
    others = {
        subject: [None, *_around(_type(before, subject), written, before.from_)]
        for subject, written in constants.items()
        if isinstance(subject, ConclusionRef)
    }
    if prod(len(each) for each in others.values()) > MOST // 200:
        return frozenset({"undecided"})
    found: set[str] = set()
    for result, bands in _results(before, after, constants[ScoreRef()]):
        for chosen in product(*others.values()):
            given: dict[Any, Any] = dict(zip(others, chosen, strict=True)) | {ScoreRef(): result}
            one, other = (
                holds(when, {**given, BandRef(): band}.get) is True
                for when, band in zip((old, new), bands, strict=True)
            )
            if one != other:
                found.add("fewer" if one else "more")
    return frozenset(found)


def _results(
    before: Edition, after: Edition, written: set[Any]
) -> Iterator[tuple[int | None, tuple[str | None, str | None]]]:
    """No score, and a score on each side of every line, each with its band before and after."""
    yield None, (None, None)
    bands = [() if edition.score is None else edition.score.bands for edition in (before, after)]
    edges = {edge for some in bands for band in some for edge in (band.least, band.greatest)}
    near = {int(each) + step for each in written for step in (-1, 0, 1)}
    for result in sorted(edges | near):
        one, other = (next((b.id for b in some if b.least <= result <= b.greatest), None) for some in bands)
        if one is not None and other is not None:
            yield result, (one, other)
