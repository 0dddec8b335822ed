"""How the end of a rule's scan is written as one whole number.

A code is ``lost · 2**lost_at + rank · 2**rank_at + end``: the points lost against the rule's best case, the rank that
breaks ties between equal losses (the first rule of the score has the highest), and which case ended the scan. So the
largest codes are the reasons in their order, a sum of codes has the sum of what was lost, and a tuple of codes is the
trace. `end` counts from 1, so that no code is 0: cases that were true, then cases that could not be decided, then
"no case was left".
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.bounds import rule_bounds
from engine.ir import Each, Edition, Rule, Value
from engine.outcome import Values, outcome
from engine.trace import Mark


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the three parts of a code stand."""

    rank_at: int
    lost_at: int


def layout(edition: Edition) -> Layout:
    """Room enough for every end and rank, and for the sum of all of them."""
    rules = len(edition.rules)
    ends = max((2 * len(rule.cases) + 1 for rule in edition.rules.values()), default=0).bit_length()
    return Layout(ends, ends + 2 * rules.bit_length())


def end_of(rule: Rule, case: int | None, *, unknown: bool) -> int:
    """The number of an end: the case and whether it could not be decided."""
    if case is None:
        return 2 * len(rule.cases) + 1
    return case + 1 + (len(rule.cases) if unknown else 0)


def mark_of(rule: Rule, end: int) -> Mark:
    """The mark an end stands for.

    >>> from types import SimpleNamespace
    >>> rule = SimpleNamespace(cases=(None, None))
    >>> [mark_of(rule, end) for end in (1, 4, 5)]
    [Mark(case=0, unknown=False), Mark(case=1, unknown=True), Mark(case=None, unknown=True)]
    """
    count = len(rule.cases)
    return Mark(None if end > 2 * count else (end - 1) % count, unknown=end > count)


@dataclass(frozen=True, slots=True)
class Coding:
    """One rule and what its codes are made of; `rank` is None for a rule that is not in the score."""

    rule: Rule
    layout: Layout
    rank: int | None
    best: int


def coding(edition: Edition, rule: Rule, where: Layout) -> Coding:
    """How the ends of a rule are written."""
    ranked = edition.score.rules if edition.score else ()
    bounds = rule_bounds(edition.measures, rule)
    rank = len(ranked) - 1 - ranked.index(rule.head.id) if rule.head.id in ranked else None
    return Coding(rule, where, rank, bounds[1] if bounds else 0)


def code(how: Coding, end: int, values: Values) -> int:
    """The code of an end, given the measures that `each` may need."""
    if how.rank is None:
        return end
    points = outcome(how.rule, mark_of(how.rule, end), values).points or 0
    return ((how.best - points) << how.layout.lost_at) + (how.rank << how.layout.rank_at) + end


def counts(rule: Rule, end: int) -> str | None:
    """The measure that the points of an end count, if they count one."""
    case = None if end > len(rule.cases) else rule.cases[end - 1]
    return case.worth.points.of if case is not None and isinstance(case.worth.points, Each) else None


def counted(how: Coding, end: int, values: Values) -> int:
    """The code of an end whose points may count a measure; if that is unknown the rule is."""
    of = counts(how.rule, end)
    if of is not None and values[of] is None:
        end += len(how.rule.cases)
    return code(how, end, values)


def fixed_codes(how: Coding) -> list[int]:
    """The code of every end, and 0 where it depends on a measure; the first place is not an end."""
    ends = range(1, 2 * len(how.rule.cases) + 2)
    none: dict[str, Value | None] = {}
    return [0, *(0 if counts(how.rule, end) else code(how, end, none) for end in ends)]
