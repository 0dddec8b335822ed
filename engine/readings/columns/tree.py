"""Small makers of SQL expressions: quoted names, literals, and operators with the parentheses they need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import Boolean, Code, Day, Number, Type, Value

BIG = "BIGINT"
HUGE = "HUGEINT"
"""Sums, and what is worked out from them: 38 digits."""


def name(prefix: str, id_: str) -> str:
    """The column of a policy: dashes become underscores, so that no two ids meet.

    >>> name("points", "bills-paid-on-time")
    'points_bills_paid_on_time'
    """
    return f"{prefix}_{id_.replace('-', '_')}"


def col(column: str, table: str | None = None) -> Expr:
    return exp.column(column, table=table, quoted=True)


def whole(number: int) -> Expr:
    """A whole number.

    >>> whole(-5).sql()
    '-5'
    """
    return exp.Literal.number(number) if number >= 0 else exp.Neg(this=exp.Literal.number(-number))


def text(words: str) -> Expr:
    return exp.Literal.string(words)


def literal(value: Value) -> Expr:
    """A value of the tree; numbers are the scaled integers they are."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, date):
        return cast(text(value.isoformat()), "DATE")
    return text(value)


def null(kind: str) -> Expr:
    return cast(exp.Null(), kind)


def cast(value: Expr, kind: str) -> Expr:
    return exp.Cast(this=value, to=_type(kind).copy())


def try_cast(value: Expr, kind: str) -> Expr:
    return exp.TryCast(this=value, to=_type(kind).copy(), safe=True)


@cache
def _type(kind: str) -> exp.DataType:
    """A type, of which every use is a copy: to read its name takes long."""
    return exp.DataType.build(kind, dialect="duckdb")


def sql_type(of: Type) -> str:
    """The SQL type of a value of the tree; a number is a scaled integer.

    >>> sql_type(Number(2)), sql_type(Day())
    ('BIGINT', 'DATE')
    """
    match of:
        case Number():
            return BIG
        case Boolean():
            return "BOOLEAN"
        case Day():
            return "DATE"
        case Code():
            return "TEXT"


def _inner(value: Expr) -> Expr:
    """An operand, in parentheses if it is an operation itself."""
    bare = exp.Column | exp.Literal | exp.Func | exp.Cast | exp.Paren | exp.Case | exp.Boolean | exp.Null
    return value if isinstance(value, bare) and not isinstance(value, exp.Connector) else exp.Paren(this=value)


def binary(kind: type[exp.Binary], left: Expr, right: Expr) -> Expr:
    """One operation on two values.

    >>> binary(exp.Mul, plus(col("a"), whole(1)), whole(-2)).sql()
    '("a" + 1) * (-2)'
    """
    return kind(this=_inner(left), expression=_inner(right))


def plus(*parts: Expr) -> Expr:
    found = parts[0]
    for part in parts[1:]:
        found = exp.Add(this=found if isinstance(found, exp.Add) else _inner(found), expression=_inner(part))
    return found


def minus(left: Expr, right: Expr) -> Expr:
    return binary(exp.Sub, left, right)


def times(left: Expr, right: Expr) -> Expr:
    return binary(exp.Mul, left, right)


def quotient(left: Expr, right: Expr) -> Expr:
    """What is left of a division of numbers that are not negative when the rest is dropped."""
    return binary(exp.IntDiv, left, right)


def rest(left: Expr, right: Expr) -> Expr:
    return binary(exp.Mod, left, right)


def all_of(parts: Sequence[Expr]) -> Expr:
    return _joined(exp.And, parts) if parts else exp.true()


def any_of(parts: Sequence[Expr]) -> Expr:
    return _joined(exp.Or, parts) if parts else exp.false()


def _joined(kind: type[exp.Connector], parts: Sequence[Expr]) -> Expr:
    """A balanced chain, so that a long one is not a deep one."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    sides = [_joined(kind, parts[:half]), _joined(kind, parts[half:])]
    left, right = (side if isinstance(side, kind) else _inner(side) for side in sides)
    return kind(this=left, expression=right)


def negated(part: Expr) -> Expr:
    return exp.Not(this=_inner(part))


def is_null(value: Expr) -> Expr:
    return exp.Is(this=_inner(value), expression=exp.Null())


def is_known(value: Expr) -> Expr:
    return exp.Not(this=is_null(value))


def is_one_of(value: Expr, values: Sequence[Expr]) -> Expr:
    return exp.In(this=_inner(value), expressions=list(values))


def case(whens: Sequence[tuple[Expr, Expr]], otherwise: Expr | None = None) -> Expr:
    """The first `when` that is true, else `otherwise`; without any `when` simply that."""
    if not whens and otherwise is not None:
        return otherwise
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in whens], default=otherwise)


def one_of_type(words: Sequence[str]) -> str:
    """The type of a column that holds one of a few words.

    >>> one_of_type(["low", "high"])
    "ENUM('low', 'high')"
    """
    return "ENUM(" + ", ".join(text(word).sql() for word in words) + ")"


def lookup(at: Expr, values: Sequence[Expr], kind: str) -> Expr:
    """The value at a place, counted from 1; null where there is none."""
    if not values:
        return null("TEXT" if kind.startswith("ENUM") else kind)
    listed = cast(exp.Array(expressions=list(values)), f"{kind}[]")
    return exp.Anonymous(this=LOOKUP, expressions=[listed, at.copy()])


LOOKUP = "list_extract"
POSITION = "list_position"
"""The place of a value in a list, counted from 1; null where it does not stand there."""


def known_or(value: Expr, other: Expr) -> Expr:
    return exp.Coalesce(this=value, expressions=[other])


def greatest(*values: Expr) -> Expr:
    """The greatest of values that are all known."""
    return exp.Greatest(this=values[0], expressions=list(values[1:]), ignore_nulls=True)


def least(*values: Expr) -> Expr:
    """The least of values that are all known."""
    return exp.Least(this=values[0], expressions=list(values[1:]), ignore_nulls=True)


def absolute(value: Expr) -> Expr:
    return exp.Abs(this=value)


def counted(when: Expr) -> Expr:
    """How many rows of a group fulfil a condition."""
    return exp.Count(this=case([(when, whole(1))]))


def named(value: Expr, alias: str) -> Expr:
    return exp.alias_(value, alias, quoted=True, copy=False)
