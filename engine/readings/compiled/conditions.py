"""Conditions as Python expressions: one that is true when the condition is, one that is true when it is false.

Both are false when something unknown decides. The text is as long as the condition: nothing is expanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Compare,
    Condition,
    Constant,
    Known,
    NoScore,
    Not,
    OneOf,
    Op,
    Operand,
    Subject,
)
from engine.readings.compiled.script import Script, literal, name

Variables = Mapping[Subject | AsOf, tuple[str, bool]]
"""The variable that holds what a condition names, and whether it may be unknown. What is not there is unknown."""

SYMBOLS = {Op.IS: "==", Op.IS_NOT: "!=", Op.AT_LEAST: ">=", Op.MORE_THAN: ">", Op.AT_MOST: "<=", Op.LESS_THAN: "<"}
OPPOSITE = {
    Op.IS: Op.IS_NOT,
    Op.IS_NOT: Op.IS,
    Op.AT_LEAST: Op.LESS_THAN,
    Op.MORE_THAN: Op.AT_MOST,
    Op.AT_MOST: Op.MORE_THAN,
    Op.LESS_THAN: Op.AT_LEAST,
}


def true(script: Script, condition: Condition, variables: Variables) -> str:
    """An expression that is true when the condition is true, and false when it is false or unknown."""
    match condition:
        case Always():
            return "True"
        case AllOf(parts):
            return _joined(" and ", [true(script, part, variables) for part in parts], "True")
        case AnyOf(parts):
            return _joined(" or ", [true(script, part, variables) for part in parts], "False")
        case Not(part):
            return false(script, part, variables)
        case Compare(subject, op, operand):
            return _comparison(script, subject, op, operand, variables)
        case Between(subject, least, greatest):
            low = _comparison(script, subject, Op.AT_LEAST, least, variables)
            return f"({low} and {_comparison(script, subject, Op.AT_MOST, greatest, variables)})"
        case OneOf(negated=negated):
            return _membership(script, condition, variables, negated=negated)
        case Known(known=known):
            return _known(condition, variables, known=known)
        case NoScore():
            return "False"
        case _:
            assert_never(condition)


def false(script: Script, condition: Condition, variables: Variables) -> str:
    """An expression that is true when the condition is false, and false when it is true or unknown."""
    match condition:
        case Always():
            return "False"
        case AllOf(parts):
            return _joined(" or ", [false(script, part, variables) for part in parts], "False")
        case AnyOf(parts):
            return _joined(" and ", [false(script, part, variables) for part in parts], "True")
        case Not(part):
            return true(script, part, variables)
        case Compare(subject, op, operand):
            return _comparison(script, subject, OPPOSITE[op], operand, variables)
        case Between(subject, least, greatest):
            low = _comparison(script, subject, Op.LESS_THAN, least, variables)
            return f"({low} or {_comparison(script, subject, Op.MORE_THAN, greatest, variables)})"
        case OneOf(negated=negated):
            return _membership(script, condition, variables, negated=not negated)
        case Known(known=known):
            return _known(condition, variables, known=not known)
        case NoScore():
            return "True"
        case _:
            assert_never(condition)


UNKNOWN = ("None", True)


def _joined(word: str, parts: list[str], empty: str) -> str:
    return f"({word.join(parts)})" if parts else empty


def _comparison(script: Script, subject: Subject, op: Op, operand: Operand, variables: Variables) -> str:
    left = variables.get(subject, UNKNOWN)
    if isinstance(operand, Constant):
        right = (literal(script, operand.value), False)
    else:
        right = variables.get(operand, UNKNOWN)
    guards = [f"{variable} is not None" for variable, optional in (left, right) if optional]
    return f"({' and '.join([*guards, f'{left[0]} {SYMBOLS[op]} {right[0]}'])})"


def _membership(script: Script, condition: OneOf, variables: Variables, *, negated: bool) -> str:
    variable, optional = variables.get(condition.subject, UNKNOWN)
    values = name(script, frozenset(condition.values))
    guard = f"{variable} is not None and " if optional and negated else ""
    return f"({guard}{variable} {'not in' if negated else 'in'} {values})"


def _known(condition: Known, variables: Variables, *, known: bool) -> str:
    variable, optional = variables.get(condition.subject, UNKNOWN)
    return f"({variable} is {'not None' if known else 'None'})" if optional else repr(known)
