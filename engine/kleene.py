"""What a condition says of values: true, false, or ``None`` when something unknown decides."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, assert_never

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
    ScoreRef,
    Subject,
    Value,
)

Look = Callable[[Subject | AsOf], Value | None]
"""Gives the value of whatever a condition names; None is unknown."""

COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.IS: operator.eq,
    Op.IS_NOT: operator.ne,
    Op.AT_LEAST: operator.ge,
    Op.MORE_THAN: operator.gt,
    Op.AT_MOST: operator.le,
    Op.LESS_THAN: operator.lt,
}


def holds(condition: Condition, look: Look) -> bool | None:
    """Kleene's logic over the values that `look` gives: an unknown side makes a comparison unknown.

    >>> from engine.ir import FieldRef, Number
    >>> from engine.problem import Where
    >>> late = Compare(FieldRef("late"), Op.LESS_THAN, Constant(5), Number(), Where("demo.yaml"))
    >>> holds(late, {FieldRef("late"): 3}.get), holds(late, {}.get)
    (True, None)
    """
    match condition:
        case Always():
            return True
        case AllOf(parts):
            return every(holds(part, look) for part in parts)
        case AnyOf(parts):
            return negation(every(negation(holds(part, look)) for part in parts))
        case Not(part):
            return negation(holds(part, look))
        case Compare(subject, op, operand):
            left, right = look(subject), value_of(operand, look)
            return None if left is None or right is None else COMPARE[op](left, right)
        case Between(subject, least, greatest):
            here, low, high = look(subject), value_of(least, look), value_of(greatest, look)
            return every(
                None if here is None or end is None else COMPARE[op](here, end)
                for op, end in ((Op.AT_LEAST, low), (Op.AT_MOST, high))
            )
        case OneOf(subject, values, negated=negated):
            here = look(subject)
            return None if here is None else (here in values) is not negated
        case Known(subject, known):
            return (look(subject) is not None) is known
        case NoScore():
            return look(ScoreRef()) is None
        case _:
            assert_never(condition)


def value_of(operand: Operand, look: Look) -> Value | None:
    """The value on the right of a comparison."""
    return operand.value if isinstance(operand, Constant) else look(operand)


def every(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's and: one false decides, else one unknown, else true.

    >>> every([True, None]), every([None, False]), every([])
    (None, False, True)
    """
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def negation(answer: bool | None) -> bool | None:
    """Kleene's not: unknown stays unknown."""
    return None if answer is None else not answer
