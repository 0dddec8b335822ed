"""Conditions: ``{income: {at_least: 20000}}`` to the tree, with every name found and every value of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Band,
    BandRef,
    Between,
    Boolean,
    Choice,
    Code,
    Compare,
    Conclusion,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    FieldRef,
    Known,
    MeasureRef,
    NoScore,
    Not,
    Number,
    OneOf,
    Op,
    Operand,
    ScoreRef,
    Subject,
    Type,
)
from engine.parse.paper import At, Paper, get, key_where, meant, say, where
from engine.parse.types import is_ordered, kind_of, mismatch, unknown_name, value

OPERATORS = (*Op, "between", "one_of", "none_of", "known")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may speak of: fields of a row, measures of a rule, or the outcome in a use.

    A type of None belongs to something that is itself in question: nothing more is said about it.
    `conclusions` is None where conclusions cannot be asked for; a Conclusion of None is in question.
    """

    what: Literal["field", "measure", "outcome"]
    types: Mapping[str, Type | None]
    conclusions: Mapping[str, Conclusion | None] | None = None
    bands: tuple[Band, ...] | None = None


def subject_of(scope: Scope, name: str) -> Subject:
    """What a name stands for here."""
    return FieldRef(name) if scope.what == "field" else ScoreRef() if scope.what == "outcome" else MeasureRef(name)


def condition(paper: Paper, at: At, scope: Scope) -> Condition | None:
    """The condition at a path; None when something in it is wrong, which is then noted."""
    found = get(paper, at)
    if not isinstance(found, dict) or len(found) != 1:
        say(paper, "not-a-condition", "a condition has exactly one key", where(paper, at))
        return None
    ((word, inner),) = found.items()
    here = (*at, word)
    match word:
        case "all" | "any":
            parts = [condition(paper, (*here, index), scope) for index in range(len(inner))]
            if any(part is None for part in parts):
                return None
            known_parts = tuple(part for part in parts if part is not None)
            return (
                AllOf(known_parts, key_where(paper, here))
                if word == "all"
                else AnyOf(known_parts, key_where(paper, here))
            )
        case "not":
            part = condition(paper, here, scope)
            return None if part is None else Not(part, key_where(paper, here))
        case "conclusion":
            return _conclusion(paper, here, scope)
        case "band" if scope.what == "outcome":
            return _band(paper, here, scope)
        case "no_score" if scope.what == "outcome":
            if inner is True:
                return NoScore(key_where(paper, here))
            say(
                paper,
                "no-score",
                "`no_score` is always `true`",
                where(paper, here),
                help="write `not: {no_score: true}`",
            )
            return None
        case _:
            return _subject(paper, here, scope)


def _subject(paper: Paper, here: At, scope: Scope) -> Condition | None:
    name = str(here[-1])
    if name not in scope.types:
        what = {"field": "field", "measure": "measure", "outcome": "subject"}[scope.what]
        names = [*scope.types, *(["band", "no_score", "conclusion"] if scope.what == "outcome" else [])]
        unknown_name(paper, what, name, here, names, key=True)
        return None
    type_ = scope.types[name]
    return None if type_ is None else compare(paper, here, subject_of(scope, name), type_, scope)


def compare(paper: Paper, here: At, subject: Subject, type_: Type, scope: Scope) -> Condition | None:
    """``{at_least: 20000}`` at a path, said of a subject of a type."""
    found = get(paper, here)
    if not isinstance(found, dict) or len(found) != 1:
        say(
            paper,
            "not-a-condition",
            f"`{here[-1]}` needs one comparison",
            where(paper, here),
            help=f"such as `{here[-1]}: {{is: …}}`",
        )
        return None
    ((word, operand),) = found.items()
    at, place = (*here, word), key_where(paper, here)
    if word not in OPERATORS:
        say(
            paper, "unknown-operator", f"unknown comparison `{word}`", key_where(paper, at), help=meant(word, OPERATORS)
        )
        return None
    ordering = word in {"at_least", "more_than", "at_most", "less_than", "between"}
    if ordering and not is_ordered(type_):
        say(
            paper,
            "no-order",
            f"`{word}` cannot be said of `{here[-1]}`: it is {kind_of(type_)}",
            key_where(paper, at),
            help="only numbers and dates have an order; use `is` or `one_of`",
        )
        return None
    match word:
        case "known":
            if isinstance(operand, bool):
                return Known(subject, operand, place)
            say(paper, "wrong-type", f"`known` is `true` or `false`, not `{operand}`", where(paper, at))
            return None
        case "one_of" | "none_of":
            values = [value(paper, (*at, index), type_) for index in range(len(operand))]
            if any(each is None for each in values):
                return None
            return OneOf(subject, tuple(each for each in values if each is not None), type_, place, word == "none_of")
        case "between":
            least, greatest = (_operand(paper, (*at, index), str(here[-1]), type_, scope) for index in (0, 1))
            if least is None or greatest is None:
                return None
            if isinstance(least, Constant) and isinstance(greatest, Constant) and _after(least, greatest):
                say(
                    paper, "empty-range", "the first end is after the second", where(paper, at), help="turn them around"
                )
                return None
            return Between(subject, least, greatest, type_, place)
        case _:
            right = _operand(paper, at, str(here[-1]), type_, scope)
            return None if right is None else Compare(subject, Op(word), right, type_, place)


def _after(left: Constant, right: Constant) -> bool:
    return bool(left.value > right.value)  # type: ignore[operator]  # both are of one ordered type


def _operand(paper: Paper, at: At, left: str, type_: Type, scope: Scope) -> Operand | None:
    """What stands on the right: a value, `as_of`, or another field or measure."""
    raw = get(paper, at)
    if raw == "as_of" and not isinstance(type_, Code):
        if isinstance(type_, Day):
            return AsOf()
        say(paper, "type-mismatch", f"`as_of` is a date, and this is {kind_of(type_)}", where(paper, at))
        return None
    if isinstance(raw, dict):
        ((word, name),) = raw.items() if len(raw) == 1 else (("", ""),)
        if word != scope.what:
            wanted = "a value" if scope.what == "outcome" else f"a value or `{{{scope.what}: …}}`"
            say(paper, "wrong-operand", f"here stands {wanted}", where(paper, at))
            return None
        if name not in scope.types:
            unknown_name(paper, scope.what, name, (*at, word), scope.types)
            return None
        other = scope.types[name]
        if other is None:
            return None
        why = mismatch(type_, other)
        if why is not None:
            code = "unit-mismatch" if isinstance(type_, Number) and isinstance(other, Number) else "type-mismatch"
            say(paper, code, f"`{left}` cannot be compared with `{name}`: {why}", where(paper, at))
            return None
        return FieldRef(name) if scope.what == "field" else MeasureRef(name)
    found = value(paper, at, type_)
    return None if found is None else Constant(found)


# ------------------------------------------------------------------------------------------ conclusions and bands


def _conclusion(paper: Paper, here: At, scope: Scope) -> Condition | None:
    """``conclusion: name`` for a flag, ``conclusion: {name: {is: code}}`` for a code."""
    if scope.conclusions is None:
        say(paper, "wrong-place", "a conclusion cannot be asked for here", key_where(paper, here))
        return None
    found = get(paper, here)
    flag = isinstance(found, str)
    if not flag and not (isinstance(found, dict) and len(found) == 1):
        say(paper, "not-a-condition", "`conclusion` needs one name", where(paper, here))
        return None
    name = found if flag else next(iter(found))
    at = here if flag else (*here, name)
    if name not in scope.conclusions:
        unknown_name(paper, "conclusion", name, at, scope.conclusions, key=not flag)
        return None
    conclusion = scope.conclusions[name]
    if conclusion is None:
        return None
    subject = ConclusionRef(name)
    if flag:
        if conclusion.codes is None:
            return Compare(subject, Op.IS, Constant(True), Boolean(), where(paper, here))
        say(
            paper,
            "type-mismatch",
            f"the conclusion `{name}` is a code, not a flag",
            where(paper, here),
            help=f"write `conclusion: {{{name}: {{is: {conclusion.codes.choices[0].code}}}}}`",
            also=((conclusion.where, "it is given here"),),
        )
        return None
    return compare(paper, at, subject, conclusion.codes or Boolean(), scope)


_BAND_WORDS: Mapping[str, Callable[[int, int], bool]] = {
    "at_least": lambda here, there: here >= there,
    "at_most": lambda here, there: here <= there,
    "is": lambda here, there: here == there,
    "is_not": lambda here, there: here == there,
}


def _band(paper: Paper, here: At, scope: Scope) -> Condition | None:
    """``band: {at_least: good}`` to the list of the bands that are meant."""
    bands = scope.bands
    if bands is None:
        return None
    place = key_where(paper, here)
    ids = [band.id for band in bands]
    type_ = Code(tuple(Choice(band.id, band.title) for band in bands))
    found: Any = get(paper, here)
    if found == "any":
        return OneOf(BandRef(), tuple(ids), type_, place, said=("any", ""))
    if not isinstance(found, dict) or len(found) != 1:
        say(paper, "not-a-condition", "`band` needs one comparison", where(paper, here), help="such as `band: {is: …}`")
        return None
    ((word, operand),) = found.items()
    at = (*here, word)
    if word in _BAND_WORDS:
        if operand not in ids:
            unknown_name(paper, "band", operand, at, ids)
            return None
        there = ids.index(operand)
        chosen = tuple(each for index, each in enumerate(ids) if _BAND_WORDS[word](index, there))
        return OneOf(BandRef(), chosen, type_, place, negated=word == "is_not", said=(word, operand))
    if word in {"one_of", "none_of"}:
        wrong = [index for index, each in enumerate(operand) if each not in ids]
        for index in wrong:
            unknown_name(paper, "band", operand[index], (*at, index), ids)
        return None if wrong else OneOf(BandRef(), tuple(operand), type_, place, negated=word == "none_of")
    words = [*_BAND_WORDS, "one_of", "none_of"]
    say(paper, "unknown-operator", f"`{word}` cannot be said of a band", key_where(paper, at), help=meant(word, words))
    return None


def otherwise(paper: Paper, at: At) -> Condition:
    return Always(key_where(paper, at))
