"""Conditions as pairs of solver expressions, true and false, in Kleene's logic."""

from __future__ import annotations

from collections.abc import Callable
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
)
from engine.kleene import COMPARE
from engine.readings.proof.cells import number_of
from engine.readings.proof.logic import Pair, any_of, both, negated
from engine.readings.proof.numbers import number
from engine.readings.proof.terms import Term, at_least, same, tested
from engine.readings.proof.world import World

Look = Callable[[Any], Term]
"""Gives the term of whatever a condition names."""


def held(world: World, condition: Condition, look: Look) -> Pair:
    """Where a condition is true, and where it is false."""
    match condition:
        case Always():
            return Pair(True, False)
        case AllOf(parts):
            pairs = [held(world, part, look) for part in parts]
            return Pair(both(pair.true for pair in pairs), any_of(pair.false for pair in pairs))
        case AnyOf(parts):
            pairs = [held(world, part, look) for part in parts]
            return Pair(any_of(pair.true for pair in pairs), both(pair.false for pair in pairs))
        case Not(part):
            pair = held(world, part, look)
            return Pair(pair.false, pair.true)
        case Compare(subject, op, operand):
            return _compared(world, subject, op, operand, look)
        case Between(subject, least, greatest):
            low = _compared(world, subject, Op.AT_LEAST, least, look)
            high = _compared(world, subject, Op.AT_MOST, greatest, look)
            return Pair(both([low.true, high.true]), any_of([low.false, high.false]))
        case OneOf(subject, values, negated=turned):
            term = look(subject)
            among = any_of(same(term, _code(world, value)) for value in values)
            return tested(term.known, negated(among) if turned else among)
        case Known(subject, known):
            answer = look(subject).known
            answer = answer if known else negated(answer)
            return Pair(answer, negated(answer))
        case NoScore():
            scored = look(ScoreRef()).known
            return Pair(negated(scored), scored)
        case _:
            assert_never(condition)


def _code(world: World, value: Any) -> int:
    """The number of a value; a code no source knows gets one."""
    if isinstance(value, str):
        return world.codes.setdefault(value, len(world.codes))
    return number_of(value, world.codes)


def _compared(world: World, subject: Subject, op: Op, operand: Operand, look: Look) -> Pair:
    """A comparison: with a constant by thresholds, with another value by the numbers themselves."""
    term = look(subject)
    if isinstance(operand, Constant | AsOf):
        bound = world.as_of.toordinal() if isinstance(operand, AsOf) else _code(world, operand.value)
        return tested(term.known, threshold(term, op, bound))
    other = look(operand)
    known = both([term.known, other.known])
    if known is False:
        return Pair(False, False)
    return tested(known, COMPARE[op](number(world, term), number(world, other)))


def threshold(term: Term, op: Op, bound: int) -> Any:
    """A known value compared with a constant.

    >>> from engine.readings.proof.terms import Linear
    >>> threshold(Linear(True, 3), Op.MORE_THAN, 3), threshold(Linear(True, 3), Op.IS, 3)
    (False, True)
    """
    match op:
        case Op.AT_LEAST:
            return at_least(term, bound)
        case Op.MORE_THAN:
            return at_least(term, bound + 1)
        case Op.LESS_THAN:
            return negated(at_least(term, bound))
        case Op.AT_MOST:
            return negated(at_least(term, bound + 1))
        case Op.IS:
            return same(term, bound)
        case Op.IS_NOT:
            return negated(same(term, bound))
        case _:
            assert_never(op)
