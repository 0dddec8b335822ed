"""Cells of a table: DMN's simple unary tests, ``[18..65)`` or ``"a", "b"``, to conditions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Code,
    Compare,
    Condition,
    Constant,
    Known,
    MeasureRef,
    Not,
    OneOf,
    Op,
    Type,
    Value,
)
from engine.parse.paper import At, Paper, get, say, where
from engine.parse.types import PLAIN, Misfit, is_ordered, kind_of, read_value
from engine.problem import Where

COMPARISON = re.compile(r"(<=|>=|<|>|=)\s*(.+)")
INTERVAL = re.compile(r"([\[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])")
NEGATION = re.compile(r"not\s*\((.*)\)")
SIGNS = {"<": Op.LESS_THAN, "<=": Op.AT_MOST, ">": Op.MORE_THAN, ">=": Op.AT_LEAST, "=": Op.IS}
HELP = 'a cell is `-`, `5`, `"a", "b"`, `>= 3`, `[18..65)`, `not(…)` or `unknown`'


def cell(paper: Paper, at: At, measure: str, type_: Type) -> Condition | None:
    """The condition of a cell over a measure; None when it makes no sense, which is then noted."""
    found = read_cell(get(paper, at), measure, type_, where(paper, at))
    if isinstance(found, Misfit):
        say(paper, found.code, found.sentence, where(paper, at), help=found.help)
        return None
    return found


def cell_text(raw: Any) -> str:
    """A cell as the author wrote it: `true`, not `True`."""
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def read_cell(raw: Any, measure: str, type_: Type, place: Where) -> Condition | Misfit:
    """What a cell says of a measure, or why it says nothing.

    >>> from engine.ir import Number
    >>> found = read_cell("[0.95..0.98]", "share", Number(2), Where("demo.yaml"))
    >>> found.least, found.greatest
    (Constant(value=95), Constant(value=98))
    """
    subject = MeasureRef(measure)
    if not isinstance(raw, str):
        plain = read_value(raw, type_)
        return plain if isinstance(plain, Misfit) else Compare(subject, Op.IS, Constant(plain), type_, place)
    words = raw.strip()
    if words == "-":
        return Always(place)
    negation = NEGATION.fullmatch(words)
    if negation is None:
        return _tests(words, subject, type_, place)
    inner = _tests(negation[1].strip(), subject, type_, place)
    match inner:
        case Compare(op=Op.IS, operand=operand):
            return Compare(subject, Op.IS_NOT, operand, type_, place)
        case OneOf(values=values):
            return OneOf(subject, values, type_, place, negated=True)
        case Misfit():
            return inner
        case _:
            return Not(inner, place)


def _tests(words: str, subject: MeasureRef, type_: Type, place: Where) -> Condition | Misfit:
    """One test, or several with commas between them: any of them will do."""
    tests = [each.strip() for each in words.split(",")]
    if not all(tests) and len(tests) > 1:
        return Misfit("bad-cell", f"in the cell `{words}` a comma has nothing beside it", "take the comma away")
    found = [_test(each, subject, type_, place) for each in tests]
    parts: list[Condition] = []
    for each in found:
        if isinstance(each, Misfit):
            return each
        parts.append(each)
    if len(parts) == 1:
        return parts[0]
    values = [
        part.operand.value
        for part in parts
        if isinstance(part, Compare) and part.op is Op.IS and isinstance(part.operand, Constant)
    ]
    if len(values) == len(parts):
        return OneOf(subject, tuple(values), type_, place)
    return AnyOf(tuple(parts), place)


def _test(words: str, subject: MeasureRef, type_: Type, place: Where) -> Condition | Misfit:
    if words == "unknown":
        return Known(subject, False, place)
    if not words:
        return Misfit("bad-cell", "the cell says nothing", "write `-` for any value, `unknown` for one that is missing")
    if words == "-":
        return Misfit("bad-cell", "`-` is any value, so it stands alone in its cell", HELP)
    interval = INTERVAL.fullmatch(words)
    if interval is not None:
        return _interval(interval, subject, type_, place)
    comparison = COMPARISON.fullmatch(words)
    op = SIGNS[comparison[1]] if comparison else Op.IS
    found = _value(comparison[2] if comparison else words, type_)
    if isinstance(found, Misfit):
        return found
    if op is not Op.IS and not is_ordered(type_):
        return _no_order(words, type_)
    return Compare(subject, op, Constant(found), type_, place)


def _interval(found: re.Match[str], subject: MeasureRef, type_: Type, place: Where) -> Condition | Misfit:
    if not is_ordered(type_):
        return _no_order(found[0], type_)
    least, greatest = _value(found[2], type_), _value(found[3], type_)
    if isinstance(least, Misfit):
        return least
    if isinstance(greatest, Misfit):
        return greatest
    if least > greatest:  # type: ignore[operator]  # both are of one ordered type
        return Misfit("empty-range", f"`{found[0]}` starts after it ends", "turn the two ends around")
    if found[1] == "[" and found[4] == "]":
        return Between(subject, Constant(least), Constant(greatest), type_, place)
    from_ = Compare(subject, Op.AT_LEAST if found[1] == "[" else Op.MORE_THAN, Constant(least), type_, place)
    to = Compare(subject, Op.AT_MOST if found[4] == "]" else Op.LESS_THAN, Constant(greatest), type_, place)
    return AllOf((from_, to), place)


def _no_order(words: str, type_: Type) -> Misfit:
    return Misfit("no-order", f"`{words}` asks for an order, but this is {kind_of(type_)}", "list the values instead")


WORD = re.compile(r"[A-Za-z0-9._-]+")


def _value(words: str, type_: Type) -> Value | Misfit:
    """A value inside a cell: the quotes around a code may be left out."""
    if len(words) > 1 and words[0] == words[-1] == '"':
        return read_value(words[1:-1], type_)
    if not WORD.fullmatch(words):
        return Misfit("bad-cell", f"the cell `{words}` cannot be read", HELP)
    if isinstance(type_, Code):
        return read_value(words, type_)
    if is_ordered(type_) and ".." in words:
        return Misfit(
            "bad-cell", f"the range `{words}` has no brackets", f"write `[{words}]`, or `[{words})` without its end"
        )
    if PLAIN.fullmatch(words):
        return read_value(Decimal(words) if "." in words else int(words), type_)
    return read_value({"true": True, "false": False}.get(words, words), type_)
