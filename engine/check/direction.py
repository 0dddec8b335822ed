"""Points that go the wrong way, rows worth the same as their neighbour, and *none* that beats the lowest tier.

None of them is an error: a real rulebook may have its reasons. They are told, and the website shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from engine.check.boxes import bits
from engine.check.coverage import MOST_TOLD, types_of
from engine.check.grid import Axis, Grid, answer, axes, laid_out
from engine.conditions import Asked
from engine.ir import (
    Case,
    Code,
    Conclusion,
    Day,
    Direction,
    Each,
    Fixed,
    Measure,
    MeasureRef,
    Number,
    Rule,
    Value,
    Worth,
)
from engine.kleene import holds
from engine.outcome import given_points
from engine.parse.types import written
from engine.problem import Grade, Problem


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring values for which the same case wins: points at its lower and its upper end."""

    case: int
    axis: int
    low: int
    high: int


def direction(rule: Rule, measures: Mapping[str, Measure], conclusions: Mapping[str, Conclusion]) -> Iterator[Problem]:
    """The oddities of one rule, as warnings."""
    yield from islice(_same_neighbours(rule, measures), MOST_TOLD)
    found = axes(types_of(rule, measures, conclusions), [case.when for case in rule.cases])
    if len(found) == 1 and (listed := laid_out(found)) is not None:
        yield from _reversals(rule, listed)
    elif len(found) == 2 and rule.table is not None:  # noqa: PLR2004 - a count and what is known if there is one
        yield from _none_beats_lowest(rule, found)


def winners(rule: Rule, found: Grid) -> list[int]:
    """For each case the combinations in which it wins."""
    left, result = found.everything, []
    for case in rule.cases:
        true, false = answer(found, case.when)
        result.append(left & true)
        left &= false
    return result


def winner(rule: Rule, values: Mapping[Asked, Value | None]) -> int | None:
    """The case that wins for some values; None if the rule is unknown."""
    for index, case in enumerate(rule.cases):
        answered = holds(case.when, values.get)
        if answered is not False:
            return index if answered else None
    return None


# ----------------------------------------------------------------------------------------------------- reversals


def _reversals(rule: Rule, found: Grid) -> Iterator[Problem]:
    """Where one measure decides: points that fall where the rule says they rise, or turn where it says nothing."""
    axis = found.axes[0]
    if isinstance(axis.type, Code) or not isinstance(axis.subject, MeasureRef):
        return
    if any(isinstance(case.worth.points, Each) and case.worth.points.of != axis.subject.measure for case in rule.cases):
        return
    stretches = _stretches(rule, found, axis)
    steps = [(left, right, _step(left, right)) for left, right in pairwise(stretches)]
    declared = next((each for each in rule.directions if each.measure == axis.subject.measure), None)
    if declared is not None and declared.except_ is not None:
        return
    way = (1 if declared.way == "up" else -1) if declared else _first_way(stretches, steps)
    for each in stretches:
        if way * (each.high - each.low) < 0:
            yield _reversal(rule, axis, declared, each.case, each.case, each.axis)
            return
    for left, right, step in steps:
        if way * step < 0:
            yield _reversal(rule, axis, declared, left.case, right.case, right.axis)


def _first_way(stretches: Sequence[Stretch], steps: Sequence[tuple[Stretch, Stretch, int]]) -> int:
    """The way points go first, of a rule that declares none; two stretches cannot turn."""
    ways = [*(step for _, _, step in steps), *(each.high - each.low for each in stretches)]
    turns = [step for _, _, step in steps if step]
    first = turns[0] if turns else next((way for way in ways if way), 0)
    return (first > 0) - (first < 0)


def _step(left: Stretch, right: Stretch) -> int:
    return right.low - left.high


def _stretches(rule: Rule, found: Grid, axis: Axis) -> list[Stretch]:
    """The stretches of a single axis in order, without those that give no points."""
    ranks = axis.ranks if isinstance(axis.type, Number) else ()
    result = []
    won = {position: index for index, each in enumerate(winners(rule, found)) for position in bits(each)}
    won.pop(len(axis.values) - 1, None)
    for position, index in sorted(won.items()):
        match rule.cases[index].worth.points:
            case Fixed(points):
                result.append(Stretch(index, position, points, points))
            case Each() as each if ranks:
                last = _last(axis, ranks, position)
                result.append(Stretch(index, position, _given(each, ranks[position]), _given(each, last)))
            case _:
                pass
    return result


def _last(axis: Axis, ranks: Sequence[int], position: int) -> int | None:
    """The last value that a value stands for; None when there is no end."""
    if position + 1 < len(ranks):
        return ranks[position + 1] - 1
    return axis.type.greatest if isinstance(axis.type, Number) else None


def _given(each: Each, count: int | None) -> int:
    return each.bound if count is None else given_points(Worth(each), {each.of: count}) or 0


def _reversal(rule: Rule, axis: Axis, declared: Direction | None, left: int, right: int, position: int) -> Problem:
    assert isinstance(axis.subject, MeasureRef)
    name, value = axis.subject.measure, written(axis.values[position], axis.type)
    if declared is None:
        sentence = f"points turn: from `{name}` {value} on they go the other way"
        help_ = "if that is meant, say so with `direction`, and its reason with `except`"
    else:
        never = "fewer" if declared.way == "up" else "more"
        sentence = f"`direction` is `{declared.way}`, but from `{name}` {value} on there are {never} points"
        help_ = "change the points, or give the reason with `except`"
    also = () if left == right else ((rule.cases[left].where, "the neighbour"),)
    facts = {"measure": name, "way": declared.way if declared else "turn"}
    return Problem("reversal", sentence, rule.cases[right].where, help_, Grade.WARNING, also, facts)


# ---------------------------------------------------------------------------------------------- equal neighbours


def _same_neighbours(rule: Rule, measures: Mapping[str, Measure]) -> Iterator[Problem]:
    """Rows that follow one another, differ in the cell of a number or date alone, and are worth the same."""
    if rule.table is None:
        return
    for index, (above, below) in enumerate(pairwise(rule.table.cells)):
        differing = [column for column, pair in enumerate(zip(above, below, strict=True)) if pair[0] != pair[1]]
        first, second = rule.cases[index], rule.cases[index + 1]
        if len(differing) != 1 or not _same(first, second) or "unknown" in (above[differing[0]], below[differing[0]]):
            continue
        name = rule.table.measures[differing[0]]
        if isinstance(measures[name].type, Number | Day):
            yield Problem(
                "same-as-neighbour",
                f"this row is worth as much as the one before it: {_told(second.worth)}",
                second.where,
                "one row would do, if nothing is missing",
                Grade.WARNING,
                ((first.where, "the row before"),),
                {"points": second.worth.points.points} if isinstance(second.worth.points, Fixed) else {},
            )


def _same(first: Case, second: Case) -> bool:
    left, right = first.worth, second.worth
    fixed = isinstance(left.points, Fixed) or (left.points is None and left.concludes)
    return bool(fixed) and left.points == right.points and left.concludes == right.concludes


def _told(worth: Worth) -> str:
    if isinstance(worth.points, Fixed):
        return f"{worth.points.points} points"
    return "the same conclusion"


# --------------------------------------------------------------------------------------------- none beats lowest


def _none_beats_lowest(rule: Rule, found: Sequence[Axis]) -> Iterator[Problem]:
    """A table over a count and one more measure: having none may give more points than the lowest tier."""
    for count, other in ((0, 1), (1, 0)):
        count_axis, other_axis = found[count], found[other]
        counted, kind = count_axis.type, other_axis.type
        if not isinstance(counted, Number) or counted.least != 0 or not isinstance(kind, Number | Day):
            continue
        if counted.unit != "rows" or len(count_axis.values) < 3:  # noqa: PLR2004 - none, some, unknown
            continue
        none = winner(rule, {count_axis.subject: count_axis.values[0], other_axis.subject: None})
        some = {count_axis.subject: count_axis.values[1], other_axis.subject: other_axis.values[0]}
        lowest = winner(rule, some)
        if none is None or lowest is None or none == lowest:
            continue
        worth, least = rule.cases[none].worth.points, rule.cases[lowest].worth.points
        if isinstance(worth, Fixed) and isinstance(least, Fixed) and worth.points > least.points:
            assert isinstance(count_axis.subject, MeasureRef)
            assert isinstance(other_axis.subject, MeasureRef)
            yield Problem(
                "none-beats-lowest",
                f"having none gives {worth.points} points, the lowest tier of `{other_axis.subject.measure}` "
                f"gives {least.points}",
                rule.cases[none].where,
                "whoever gets a first one then loses points: see that this is meant",
                Grade.WARNING,
                ((rule.cases[lowest].where, "the lowest tier"),),
                {"measure": other_axis.subject.measure, "none": worth.points, "lowest": least.points},
            )
        return
