"""Rules as Python text: each ends its scan with a code (see `codes`).

A rule that looks at one value is a sorted list of breakpoints; a longer table over several is a list for each of them
and the cases still possible as bits; anything else is the chain of its cases. No threshold of a table is written into
the text, so a table of ten times the length costs one more step of bisection for each three.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any, assert_never

from engine.conditions import compared, subjects
from engine.ir import (
    AllOf,
    Always,
    Boolean,
    Code,
    Condition,
    Constant,
    Day,
    Edition,
    MeasureRef,
    Number,
    Rule,
    Subject,
    Type,
    Value,
)
from engine.kleene import holds
from engine.readings.compiled.codes import Coding, counted, counts, end_of, fixed_codes
from engine.readings.compiled.conditions import Variables, false, true
from engine.readings.compiled.cuts import Axis, Cuts, axis, cuts, first_of, number, overlaid
from engine.readings.compiled.script import MOST_REMEMBERED, Remembered, Script, name, remembering, write

FEW_CASES = 4
"""So many cases over several values are cheapest as a chain of comparisons."""
INLINE_CASES = 16
"""A longer chain is a function of its own."""
MOST_CELLS = 4096
"""A grid of so many cells is worked out beforehand."""
MOST_BITS = 200_000_000
"""Past so many bits (25 MB) a grid would cost more memory than it is worth."""

COUNTED = ("rows", "days", "months", "years")
"""Units in which numbers are small."""
MOST_STRETCHES = 64
"""With more stretches than this, bisection is as good as remembering."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the text of a rule may refer to."""

    edition: Edition
    variables: Variables
    types: dict[Subject, Type]


def write_rule(script: Script, how: Coding, setting: Setting, result: str) -> None:
    """Lines that leave the code of a rule in the variable `result`."""
    rule = how.rule
    conditions = [case.when for case in rule.cases]
    looked_at = list(dict.fromkeys(subject for condition in conditions for subject in subjects(condition)))
    separable = all(_separable(condition) for condition in conditions)
    if len(looked_at) == 1 and separable:
        _write_line(script, how, axis(looked_at[0], setting.types[looked_at[0]]), setting, result)
        return
    axes = [axis(subject, setting.types[subject]) for subject in looked_at]
    split = [_conjuncts(condition) for condition in conditions] if separable and looked_at else []
    if len(rule.cases) > FEW_CASES and split and None not in split:
        grid = _grid(axes, [parts for parts in split if parts is not None])
        if grid is not None:
            _write_grid(script, how, axes, grid, setting, result)
            return
    _write_chain(script, how, setting, looked_at, result)


# ------------------------------------------------------------------------------------------- what conditions look at


def _separable(condition: Condition) -> bool:
    """Whether a condition compares with constants only."""
    return all(isinstance(operand, Constant) for _, operand in compared(condition))


def _conjuncts(condition: Condition) -> list[tuple[Subject, Condition]] | None:
    """A condition as parts that each look at one value and must all be true; None if it has another form."""
    if isinstance(condition, AllOf):
        found = [_conjuncts(part) for part in condition.parts]
        parts = [part for inner in found if inner is not None for part in inner]
        return None if None in found else parts
    looked_at = set(subjects(condition))
    if not looked_at:
        return [] if isinstance(condition, Always) else None
    return [(looked_at.pop(), condition)] if len(looked_at) == 1 else None


# ------------------------------------------------------------------------------------------------------- one value


def _write_line(script: Script, how: Coding, on: Axis, setting: Setting, result: str) -> None:
    """A rule over one value: where that lies among the breakpoints says the code."""
    rule = how.rule
    breakpoints, winners = first_of([cuts(on, case.when) for case in rule.cases])
    ends = [end_of(rule, winner, unknown=winner is None) for winner in winners] + [_end_of_unknown(rule)]
    of = {counts(rule, end) for end in ends} - {None}
    variable, _ = setting.variables[on.subject]
    if not of or (isinstance(on.subject, MeasureRef) and of == {on.subject.measure}):
        measure = on.subject.measure if isinstance(on.subject, MeasureRef) else ""

        def code_of(value: Value | None) -> int:
            return counted(how, ends[_stretch(on, breakpoints, value)], {measure: value})

        if _few_values(on.type) and (len(ends) <= MOST_STRETCHES or isinstance(on.type, Code)):
            known, learn = remembering(code_of)
            write(script, 1, f"try: {result} = {name(script, known)}[{variable}]")
            write(script, 1, f"except KeyError: {result} = {name(script, learn)}({variable})")
            return
    place = _place(script, on, breakpoints, variable)
    if not of:
        codes = [counted(how, end, {}) for end in ends]
        write(script, 1, f"{result} = {name(script, codes)}[{place}]")
    else:
        _write_counted(script, how, f"{name(script, ends)}[{place}]", setting, result)


def _few_values(kind: Type) -> bool:
    """Whether a value of this type comes again and again: codes, counts and ages, and what has narrow bounds."""
    match kind:
        case Boolean() | Code():
            return True
        case Number(unit=unit, least=least, greatest=greatest):
            narrow = least is not None and greatest is not None and greatest - least < MOST_REMEMBERED
            return narrow or unit in COUNTED
        case Day():
            return False
        case _:
            assert_never(kind)


def _stretch(on: Axis, breakpoints: Sequence[int], value: Value | None) -> int:
    """Which stretch a value lies in; the one after the last is for unknown."""
    return len(breakpoints) + 1 if value is None else bisect_right(breakpoints, number(on, value))


def _place(script: Script, on: Axis, breakpoints: Sequence[int], variable: str) -> str:
    """An expression for the stretch the variable lies in."""
    if isinstance(on.type, Boolean | Code):
        return f"{name(script, Remembered(lambda value: _stretch(on, breakpoints, value)))}[{variable}]"
    ends: list[Any] = list(breakpoints)
    if isinstance(on.type, Day):
        ends = [date.fromordinal(day) for day in breakpoints if day <= date.max.toordinal()]
    bisect = f"bisect({name(script, tuple(ends))}, {variable})"
    return f"({len(breakpoints) + 1} if {variable} is None else {bisect})"


def _end_of_unknown(rule: Rule) -> int:
    """The end of a rule when every value it looks at is unknown."""
    for index, case in enumerate(rule.cases):
        answer = holds(case.when, lambda _: None)
        if answer is not False:
            return end_of(rule, index, unknown=answer is None)
    return end_of(rule, None, unknown=True)


def _answers(how: Coding) -> list[int] | None:
    """The code of every end, so that text can say it at once; None if the points of one count a measure."""
    codes = fixed_codes(how)
    return codes if 0 not in codes[1:] else None


def _write_counted(script: Script, how: Coding, end: str, setting: Setting, result: str) -> None:
    """Lines for a rule whose points may count a measure: the fixed code of the end, or the one worked out."""
    ids = tuple(setting.edition.measures)

    def work_out(end: int, values: tuple[Value | None, ...]) -> int:
        return counted(how, end, dict(zip(ids, values, strict=True)))

    write(script, 1, f"end = {end}")
    write(script, 1, f"{result} = {name(script, fixed_codes(how))}[end] or {name(script, work_out)}(end, values)")


# -------------------------------------------------------------------------------------------------- several values


@dataclass(frozen=True, slots=True)
class Mask:
    """For one axis: its breakpoints, and as bits the cases that each stretch leaves possible, and makes true.

    The last stretch is for unknown; on the others what is possible is true.
    """

    breakpoints: list[int]
    possible: list[int]
    unknown_true: int


def _grid(axes: list[Axis], split: list[list[tuple[Subject, Condition]]]) -> list[Mask] | None:
    """The masks of a table whose every case is a conjunction; None if they would be too large."""
    masks = []
    for on in axes:
        parts = [[part for subject, part in case if subject == on.subject] for case in split]
        sets = [overlaid([cuts(on, part) for part in own], len(own)) for own in parts]
        if len({place for one in sets for place in one.at}) * len(sets) > MOST_BITS:
            return None
        masks.append(_mask(sets, parts))
    return masks


def _mask(sets: list[Cuts], parts: list[list[Condition]]) -> Mask:
    changes: dict[int, int] = {}
    for index, one in enumerate(sets):
        for place in one.at:
            changes[place] = changes.get(place, 0) ^ (1 << index)
    bits = sum(1 << index for index, one in enumerate(sets) if one.first)
    possible, breakpoints = [bits], sorted(changes)
    for place in breakpoints:
        bits ^= changes[place]
        possible.append(bits)
    answers = [{holds(part, lambda _: None) for part in own} for own in parts]
    possible.append(sum(1 << index for index, answer in enumerate(answers) if False not in answer))
    return Mask(breakpoints, possible, sum(1 << index for index, answer in enumerate(answers) if answer <= {True}))


def _winner(rule: Rule, possible: int, true_bits: int) -> int:
    """The end that the first possible case gives."""
    if not possible:
        return end_of(rule, None, unknown=True)
    first = possible & -possible
    return end_of(rule, first.bit_length() - 1, unknown=not first & true_bits)


def _write_grid(
    script: Script, how: Coding, axes: list[Axis], masks: list[Mask], setting: Setting, result: str
) -> None:
    """A table over several values: the cases that every value leaves possible, and the first of them."""
    rule = how.rule
    places = [
        _place(script, on, mask.breakpoints, setting.variables[on.subject][0])
        for on, mask in zip(axes, masks, strict=True)
    ]
    trues = [[*mask.possible[:-1], mask.unknown_true] for mask in masks]
    sizes = [len(mask.possible) for mask in masks]
    if prod(sizes) <= MOST_CELLS:
        ends = []
        for cell in product(*(range(size) for size in sizes)):
            possible = true_bits = -1
            for mask, true_of, stretch in zip(masks, trues, cell, strict=True):
                possible, true_bits = possible & mask.possible[stretch], true_bits & true_of[stretch]
            ends.append(_winner(rule, possible, true_bits))
        index = places[0]
        for place, size in zip(places[1:], sizes[1:], strict=True):
            index = f"({index} * {size} + {place})"
        answers = _answers(how)
        if answers:
            write(script, 1, f"{result} = {name(script, [answers[end] for end in ends])}[{index}]")
            return
        end = f"{name(script, ends)}[{index}]"
    else:
        count = len(rule.cases)
        for number_, (place, mask, true_of) in enumerate(zip(places, masks, trues, strict=True)):
            write(script, 1, f"i{number_} = {place}")
            write(script, 1, f"p{number_}, t{number_} = {name(script, mask.possible)}, {name(script, true_of)}")
        every = range(len(masks))
        write(script, 1, f"first = {' & '.join(f'p{n}[i{n}]' for n in every)}", "first &= -first")
        sure = " & ".join(f"t{n}[i{n}]" for n in every)
        write(script, 1, f"end = first.bit_length() + (0 if first & {sure} else {count})")
        end = f"end if first else {2 * count + 1}"
    _write_counted(script, how, end, setting, result)


# ------------------------------------------------------------------------------------------------------ any form


def _write_chain(script: Script, how: Coding, setting: Setting, looked_at: list[Subject], result: str) -> None:
    """A rule as the chain of its cases; when something it looks at is unknown, as one of Kleene's logic."""
    rule, answers = how.rule, _answers(how)
    known = {on: (variable, False) for on, (variable, _) in setting.variables.items()}
    variables = [setting.variables[subject][0] for subject in looked_at]
    arguments = ", ".join(["as_of", *variables])
    last = _answer(answers, end_of(rule, None, unknown=True))
    if len(rule.cases) > INLINE_CASES:
        end = f"{_function(script, rule, answers, known, arguments)}({arguments})"
    else:
        end = ""
        for index, case in enumerate(rule.cases):
            sure = _answer(answers, end_of(rule, index, unknown=False))
            if isinstance(case.when, Always):
                last = sure
                break
            end += f"{sure} if {true(script, case.when, known)} else "
        end += last
    if variables:
        careful = _function(script, rule, answers, setting.variables, arguments)
        end = f"{careful}({arguments}) if {' or '.join(f'{v} is None' for v in variables)} else {end}"
    if answers:
        write(script, 1, f"{result} = {end}")
    else:
        _write_counted(script, how, end, setting, result)


def _answer(answers: list[int] | None, end: int) -> str:
    return repr(answers[end] if answers else end)


def _function(script: Script, rule: Rule, answers: list[int] | None, variables: Variables, arguments: str) -> str:
    """A function of its own that scans the cases; its name."""
    new = name(script, None)
    careful = any(optional for _, optional in variables.values())
    lines = [f"def {new}({arguments}):"]
    for index, case in enumerate(rule.cases):
        sure, undecided = (_answer(answers, end_of(rule, index, unknown=unknown)) for unknown in (False, True))
        lines.append(f"    if {true(script, case.when, variables)}: return {sure}")
        if careful:
            lines.append(f"    if not {false(script, case.when, variables)}: return {undecided}")
    lines.append(f"    return {_answer(answers, end_of(rule, None, unknown=True))}")
    script.lines[:0] = lines
    return new
