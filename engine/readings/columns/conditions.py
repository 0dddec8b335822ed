"""A condition as a SQL expression. SQL's own three values are Kleene's, so unknown needs no words of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Code,
    Compare,
    Condition,
    Constant,
    Known,
    NoScore,
    Not,
    OneOf,
    Op,
    Operand,
    ScoreRef,
    Subject,
)
from engine.readings.columns import tree

Look = Callable[[Subject | AsOf], Expr]
"""Gives the SQL of whatever a condition names."""

COMPARE: dict[Op, type[exp.Binary]] = {
    Op.IS: exp.EQ,
    Op.IS_NOT: exp.NEQ,
    Op.AT_LEAST: exp.GTE,
    Op.MORE_THAN: exp.GT,
    Op.AT_MOST: exp.LTE,
    Op.LESS_THAN: exp.LT,
}


def condition_sql(condition: Condition, look: Look) -> Expr:
    """True, false, or null where something unknown decides.

    >>> from engine.ir import FieldRef, Number
    >>> from engine.problem import Where
    >>> late = Compare(FieldRef("late"), Op.LESS_THAN, Constant(5), Number(), Where("demo.yaml"))
    >>> condition_sql(Not(late, Where("demo.yaml")), lambda subject: tree.col(subject.field)).sql()
    'NOT ("late" < 5)'
    """
    match condition:
        case Always():
            return exp.true()
        case AllOf(parts):
            return tree.all_of([condition_sql(part, look) for part in parts])
        case AnyOf(parts):
            return tree.any_of([condition_sql(part, look) for part in parts])
        case Not(part):
            return tree.negated(condition_sql(part, look))
        case Compare(subject, op, operand):
            return tree.binary(COMPARE[op], look(subject), operand_sql(operand, look))
        case Between(subject, low, high):
            return tree.all_of(
                [
                    tree.binary(exp.GTE, look(subject), operand_sql(low, look)),
                    tree.binary(exp.LTE, look(subject), operand_sql(high, look)),
                ]
            )
        case OneOf(subject, values, kind, negated=negated):
            if not values:  # no code of the list is meant: false of whatever is known
                here = look(subject)
                found = tree.binary(exp.NEQ, here, look(subject))
            elif isinstance(kind, Code) and {choice.code for choice in kind.choices} == set(values):
                here = look(subject)
                found = tree.binary(exp.EQ, here, look(subject))  # any code: true of whatever is known
            else:
                found = tree.is_one_of(look(subject), [tree.literal(value) for value in values])
            return tree.negated(found) if negated else found
        case Known(subject, known):
            return tree.is_known(look(subject)) if known else tree.is_null(look(subject))
        case NoScore():
            return tree.is_null(look(ScoreRef()))
        case _:
            assert_never(condition)


def operand_sql(operand: Operand, look: Look) -> Expr:
    """The right side of a comparison."""
    return tree.literal(operand.value) if isinstance(operand, Constant) else look(operand)
