"""An edition in the languages of other engines, so that they work out the same score from the same measures.

Each gets the shortest form a careful author would write: one comparison for each breakpoint of a table, unknown asked
for first, and Kleene's logic spelled out only where a rule looks at several values. None of them gets the reasons, the
band or a trace: ranking reasons is not something their expressions say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from engine.conditions import subjects
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Boolean,
    Code,
    Compare,
    Condition,
    Constant,
    Edition,
    Fixed,
    Known,
    MeasureRef,
    Not,
    OneOf,
    Op,
    Rule,
    Value,
)
from engine.readings.compiled.cuts import axis, cuts, first_of

SYMBOLS = {Op.IS: "==", Op.IS_NOT: "!=", Op.AT_LEAST: ">=", Op.MORE_THAN: ">", Op.AT_MOST: "<=", Op.LESS_THAN: "<"}
OPPOSITE = {"==": "!=", "!=": "==", ">=": "<", ">": "<=", "<=": ">", "<": ">="}


@dataclass(frozen=True)
class Language:
    """How an engine writes each construct."""

    variable: Callable[[str], Any]
    literal: Callable[[Value | None], Any]
    compare: Callable[[str, Any, Any], Any]
    every: Callable[[Sequence[Any]], Any]
    some: Callable[[Sequence[Any]], Any]
    choose: Callable[[Any, Any, Any], Any]
    add: Callable[[Sequence[Any]], Any]
    least: Callable[[Any, Any], Any]
    greatest: Callable[[Any, Any], Any]


def _text_language(least: str, greatest: str) -> Language:
    def literal(value: Value | None) -> str:
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        return f'"{value}"' if isinstance(value, str) else str(value)

    return Language(
        variable=lambda name: name,
        literal=literal,
        compare=lambda symbol, left, right: f"{left} {symbol} {right}",
        every=lambda parts: f"({' && '.join(parts)})",
        some=lambda parts: f"({' || '.join(parts)})",
        choose=lambda test, then, otherwise: f"({test} ? {then} : {otherwise})",
        add=lambda parts: f"({' + '.join(parts)})",
        least=least.format,
        greatest=greatest.format,
    )


CEL = _text_language("[{1}].map(x, x < {0} ? x : {0})[0]", "[{1}].map(x, x > {0} ? x : {0})[0]")
_ZEN = _text_language("min([{}, {}])", "max([{}, {}])")
ZEN = Language(
    **{
        **{name: getattr(_ZEN, name) for name in Language.__dataclass_fields__},
        "every": lambda parts: f"({' and '.join(parts)})",
        "some": lambda parts: f"({' or '.join(parts)})",
    }
)


def _json_choose(test: Any, then: Any, otherwise: Any) -> Any:
    rest = otherwise["if"] if isinstance(otherwise, dict) and "if" in otherwise else [otherwise]
    return {"if": [test, then, *rest]}


JSON_LOGIC = Language(
    variable=lambda name: {"var": name},
    literal=lambda value: value,
    compare=lambda symbol, left, right: {{"==": "===", "!=": "!=="}.get(symbol, symbol): [left, right]},
    every=lambda parts: {"and": list(parts)},
    some=lambda parts: {"or": list(parts)},
    choose=_json_choose,
    add=lambda parts: {"+": list(parts)},
    least=lambda a, b: {"min": [a, b]},
    greatest=lambda a, b: {"max": [a, b]},
)


def names(edition: Edition) -> dict[str, str]:
    """The variable of each measure."""
    return {id_: f"m{number}" for number, id_ in enumerate(edition.measures)}


def renamed(edition: Edition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Measures under those variables."""
    return {variable: values[id_] for id_, variable in names(edition).items()}


def whole_score(edition: Edition, say: Language) -> Any:
    """The score as one expression; null when the score's own conditions say that there is none."""
    score = edition.score
    assert score is not None
    points = {id_: _rule(edition, edition.rules[id_], say) for id_ in score.rules}
    parts = [say.literal(score.base)]
    parts += [points[id_] for id_ in score.rules if not any(id_ in group.rules for group in score.groups)]
    for group in score.groups:
        held = say.add([points[id_] for id_ in group.rules])
        held = held if group.floor is None else say.greatest(say.literal(group.floor), held)
        parts.append(held if group.cap is None else say.least(say.literal(group.cap), held))
    total = say.greatest(say.literal(score.least), say.least(say.literal(score.greatest), say.add(parts)))
    for refusal in score.no_score:
        total = say.choose(_answer(edition, refusal.when, say, wanted=True), say.literal(None), total)
    return total


def _rule(edition: Edition, rule: Rule, say: Language) -> Any:
    looked_at = list(dict.fromkeys(one for case in rule.cases for one in subjects(case.when)))
    unknown = say.literal(rule.unknown.points)
    if len(looked_at) == 1 and isinstance(looked_at[0], MeasureRef):
        id_ = looked_at[0].measure
        variable = say.variable(names(edition)[id_])
        on = axis(looked_at[0], edition.measures[id_].type)
        places, winners = first_of([cuts(on, case.when) for case in rule.cases])
        found = [unknown if winner is None else _points(rule, winner, say) for winner in winners]
        if isinstance(on.type, Boolean | Code):
            values: list[Any] = list(on.numbers) or [False, True]
            points = [_points(rule, _first(winners, places, number), say) for number in range(len(values))]
            pairs = list(zip(values, points, strict=True))
            tests = [(say.compare("==", variable, say.literal(value)), worth) for value, worth in pairs[:-1]]
            last = pairs[-1][1]
        else:
            tests = [(say.compare("<", variable, say.literal(p)), w) for p, w in zip(places, found, strict=False)]
            last = found[-1]
        chain = reduce(lambda rest, one: say.choose(one[0], one[1], rest), reversed(tests), last)
        return say.choose(say.compare("==", variable, say.literal(None)), unknown, chain)
    chain = unknown
    for index in reversed(range(len(rule.cases))):
        when = rule.cases[index].when
        if isinstance(when, Always):
            chain = _points(rule, index, say)
            continue
        chain = say.choose(_answer(edition, when, say, wanted=False), chain, unknown)
        chain = say.choose(_answer(edition, when, say, wanted=True), _points(rule, index, say), chain)
    return chain


def _first(winners: Sequence[int | None], places: Sequence[int], number: int) -> int:
    winner = winners[sum(place <= number for place in places)]
    assert winner is not None
    return winner


def _points(rule: Rule, case: int, say: Language) -> Any:
    points = rule.cases[case].worth.points
    assert isinstance(points, Fixed), "the cards measured here give fixed points"
    return say.literal(points.points)


def _answer(edition: Edition, condition: Condition, say: Language, *, wanted: bool) -> Any:
    """Whether a condition is true (or, unless `wanted`, false), unknown being neither."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            inner = [_answer(edition, part, say, wanted=wanted) for part in parts]
            return (say.every if isinstance(condition, AllOf) is wanted else say.some)(inner)
        case Not(part):
            return _answer(edition, part, say, wanted=not wanted)
        case Compare(MeasureRef(id_), op, Constant(value)):
            symbol = SYMBOLS[op] if wanted else OPPOSITE[SYMBOLS[op]]
            variable = say.variable(names(edition)[id_])
            known = say.compare("!=", variable, say.literal(None))
            return say.every([known, say.compare(symbol, variable, say.literal(value))])
        case OneOf(MeasureRef(id_), values, negated=negated):
            variable = say.variable(names(edition)[id_])
            if negated is wanted:
                known = say.compare("!=", variable, say.literal(None))
                return say.every([known, *(say.compare("!=", variable, say.literal(value)) for value in values)])
            return say.some([say.compare("==", variable, say.literal(value)) for value in values])
        case Known(MeasureRef(id_), known_):
            symbol = "!=" if known_ is wanted else "=="
            return say.compare(symbol, say.variable(names(edition)[id_]), say.literal(None))
        case _:
            raise AssertionError(condition)
