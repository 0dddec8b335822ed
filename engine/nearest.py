"""What would change the result: the nearest better case of each rule, and the smallest change that reaches a band.

One measure is changed and all others stay as they are, even those tied to it (late bills of one year are also late
bills of two). Only measures a person sets are changed (`settable`); what is made of other measures is worked out anew.
A measure is never changed into an unknown one.

**Near** is how far a value moves, as a share of its scale. The scale of a number or date goes from the lowest to the
highest of its own bounds and the lines that rules draw; a yes or no and a code move by one whole scale. What is unknown
moves by one scale more, from the low end of its range (a number without one from 0, a date from the as-of day).
Of changes equally near the first counts: measures in the order in which rules look at them, then more points, then the
lower value.

Values between two lines change nothing but what is counted per unit, so only the ends of such stretches are tried.
That is exact unless rules count one measure both up and down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, assert_never

from engine.admit import MOST_DIGITS, Kept
from engine.decision import Decision
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Boolean,
    Code,
    Compare,
    Condition,
    Constant,
    Day,
    Each,
    Edition,
    Joined,
    Known,
    Measure,
    MeasureRef,
    NoScore,
    Not,
    Number,
    OneOf,
    Operand,
    Span,
    Subject,
    Times,
    Type,
    Value,
)
from engine.measures import measured
from engine.outcome import Values
from engine.readings import truth
from engine.trace import value_plain


@dataclass(frozen=True, slots=True)
class Change:
    """A measure set to another value, and the score and band that then come out (None: no score)."""

    measure: str
    value: Value
    score: int | None
    band: str | None


@dataclass(frozen=True, slots=True)
class Better:
    """The nearest change with which a rule gives more points: so many, so many more, by which case (or as unknown)."""

    rule: str
    points: int
    more: int
    case: int | None
    change: Change


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would change a result. A rule that no single change betters is not among `rules`.

    `band` is the nearest change that reaches a better band, or any score at all when there is none; None if there is
    no such change.
    """

    rules: tuple[Better, ...]
    band: Change | None


# ------------------------------------------------------------------------------------------ which measures are changed


def made_of(measure: Measure) -> tuple[str, ...]:
    """The measures a measure is worked out from."""
    match measure.body:
        case Joined(_, measures):
            return measures
        case Times(of, _, _):
            return (of,)
        case Span(_, MeasureRef(of), _):
            return (of,)
        case _:
            return ()


def below(edition: Edition, id_: str) -> frozenset[str]:
    """A measure and everything it is worked out from."""
    return frozenset({id_}).union(*(below(edition, each) for each in made_of(edition.measures[id_])))


@lru_cache(maxsize=32)
def settable(edition: Edition) -> tuple[str, ...]:
    """The measures a person sets, in the order in which rules and the score look at them.

    Those are the ones looked at. One that is worked out from a measure which is looked at too, or shared with another
    one, gives way to what it is made of, so that what is set never contradicts itself.
    """
    looked_at = [id_ for rule in edition.rules.values() for id_ in rule.reads]
    for refused in edition.score.no_score if edition.score else ():
        looked_at += [ref.measure for pair in compared(refused.when) for ref in pair if isinstance(ref, MeasureRef)]
    found = list(dict.fromkeys(looked_at))
    while (split := next((id_ for id_ in found if _overlaps(edition, id_, found)), None)) is not None:
        at = found.index(split)
        found[at : at + 1] = [id_ for id_ in dict.fromkeys(made_of(edition.measures[split])) if id_ not in found]
    return tuple(found)


def _overlaps(edition: Edition, id_: str, others: Iterable[str]) -> bool:
    """Whether a measure is made of others that stand below one more of them as well."""
    own = below(edition, id_)
    return bool(made_of(edition.measures[id_])) and any(own & below(edition, each) for each in others if each != id_)


def worked_out(edition: Edition, values: Values, as_of: date) -> dict[str, Value | None]:
    """The values with every measure that is made of settable ones worked out from them."""
    found = {id_: values.get(id_) for id_ in edition.measures}
    known = set(settable(edition))
    nothing = Kept(None, {}, {}, ())
    for id_, measure in edition.measures.items():
        parts = made_of(measure)
        if id_ not in known and parts and known.issuperset(parts):
            known.add(id_)
            found[id_] = measured(edition, measure, nothing, as_of, found)[0]
    return found


# -------------------------------------------------------------------------------------------------- where lines are


def compared(condition: Condition) -> Iterator[tuple[Subject, Operand]]:
    """Every two things a condition compares; what is only asked whether it is known stands beside a yes."""
    match condition:
        case Always() | NoScore():
            return
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from compared(part)
        case Not(part):
            yield from compared(part)
        case Compare(subject, _, operand):
            yield (subject, operand)
        case Between(subject, least, greatest):
            yield from ((subject, least), (subject, greatest))
        case OneOf(subject, values):
            yield from ((subject, Constant(value)) for value in values)
        case Known(subject):
            yield (subject, Constant(True))
        case _:
            assert_never(condition)


@lru_cache(maxsize=32)
def lines(edition: Edition) -> tuple[tuple[Subject, Operand], ...]:
    """Everything that rules and the score compare, and where points per unit reach their bound."""
    pairs = [pair for rule in edition.rules.values() for case in rule.cases for pair in compared(case.when)]
    for each in (case.worth.points for rule in edition.rules.values() for case in rule.cases):
        if isinstance(each, Each) and each.each:
            full = each.bound // each.each
            pairs += [(MeasureRef(each.of), Constant(full)), (MeasureRef(each.of), Constant(full + 1))]
    if edition.score:
        pairs += [pair for refused in edition.score.no_score for pair in compared(refused.when)]
    return tuple(dict.fromkeys(pairs))


def _place(value: Value | None) -> int | None:
    """A number or date as a place on a scale; None for anything else."""
    if isinstance(value, bool | str) or value is None:
        return None
    return value if isinstance(value, int) else value.toordinal()


def _ends(kind: Number | Day, as_of: date) -> tuple[int, int]:
    """The least and the greatest place a measure can have."""
    if isinstance(kind, Day):
        return 1, (date.max if kind.future else as_of).toordinal()
    far = 10**MOST_DIGITS - 1
    return -far if kind.least is None else kind.least, far if kind.greatest is None else kind.greatest


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The first place at which something holds that goes on to hold; one past the end if it never does."""
    while low <= high:
        middle = (low + high) // 2
        low, high = (low, middle - 1) if holds(middle) else (middle + 1, high)
    return low


# ------------------------------------------------------------------------------------------------------- the scale


@dataclass(frozen=True, slots=True)
class Scale:
    """The places of a measure that are worth trying, in order; where it stands, or begins; how long the scale is.

    A place is a number, the count of a day, or the index of a choice.
    """

    tried: tuple[int, ...]
    origin: int | None
    span: int
    unknown: bool
    choices: tuple[Value, ...]


def scale(edition: Edition, id_: str, start: Values, as_of: date) -> Scale:
    """The scale of a measure among the other values."""
    now = start[id_]
    match edition.measures[id_].type:
        case Boolean():
            return _choices((False, True), now)
        case Code(choices):
            return _choices(tuple(choice.code for choice in choices), now)
        case Number() | Day() as kind:
            return _line(edition, id_, kind, start, as_of)


def _choices(choices: tuple[Value, ...], now: Value | None) -> Scale:
    origin = None if now is None else choices.index(now)
    return Scale(tuple(range(len(choices))), origin, 1, now is None, choices)


def _line(edition: Edition, id_: str, kind: Number | Day, start: Values, as_of: date) -> Scale:
    """The places where a comparison turns from less to equal to more, the ends, and those beside where it stands."""
    low, high = _ends(kind, as_of)

    def distance(pair: tuple[Subject, Operand], place: int) -> int | None:
        """How far the left side lies above the right one when the measure stands at a place."""
        values = worked_out(edition, {**start, id_: _valued(kind, place)}, as_of)
        left, right = (_place(_value(side, values, as_of)) for side in pair)
        return None if left is None or right is None else left - right

    def turns_of(pair: tuple[Subject, Operand]) -> Iterator[int]:
        """The first places at which the left side has come up to the right one, or down to it, and passed it."""
        match pair:
            case MeasureRef(own), Constant(value) if own == id_:
                line = _place(value)
                yield from () if line is None else (line, line + 1)
                return
        bottom, top = distance(pair, low), distance(pair, high)
        if bottom is not None and top is not None and bottom != top:
            sign = 1 if bottom < top else -1
            yield _first(low, high, lambda place: sign * (distance(pair, place) or 0) >= 0)
            yield _first(low, high, lambda place: sign * (distance(pair, place) or 0) > 0)

    turns: set[int] = set()
    for pair in lines(edition):
        if not any(isinstance(side, MeasureRef) and id_ in below(edition, side.measure) for side in pair):
            continue
        turns.update(place for turn in turns_of(pair) for place in (turn - 1, turn) if low < turn <= high)
    begin = as_of.toordinal() if isinstance(kind, Day) else min(high, max(low, 0 if kind.least is None else kind.least))
    origin = _place(start[id_])
    around = begin if origin is None else origin
    bounds = [] if isinstance(kind, Day) else [end for end in (kind.least, kind.greatest) if end is not None]
    drawn = [*turns, *bounds] or [around]
    tried = turns | {place for place in (low, around - 1, around, around + 1, high) if low <= place <= high}
    return Scale(tuple(sorted(tried)), around, max(1, max(drawn) - min(drawn)), origin is None, ())


def _valued(kind: Type, place: int, choices: tuple[Value, ...] = ()) -> Value:
    """What a measure is at a place."""
    if choices:
        return choices[place]
    return date.fromordinal(place) if isinstance(kind, Day) else place


def _value(side: Subject | Operand, values: Values, as_of: date) -> Value | None:
    match side:
        case Constant(value):
            return value
        case MeasureRef(measure):
            return values[measure]
        case AsOf():
            return as_of
        case _:
            return None


def _far(found: Scale, place: int) -> Fraction:
    """How near a place is: the share of the scale to it, and a whole scale for what was unknown."""
    moved = int(place != found.origin) if found.choices else abs(place - (found.origin or 0))
    return Fraction(moved, found.span) + found.unknown


# ------------------------------------------------------------------------------------------------------- the search

Reached = Callable[[Decision], bool]
"""Whether a decision is what is looked for."""


def nearest(edition: Edition, values: Values, as_of: date) -> Nearest:
    """What would change the result that comes of these measures; a measure left out is unknown."""
    use = next(iter(edition.uses))
    start = worked_out(edition, values, as_of)
    now = truth.decide_given(edition, start, as_of, use)
    best: dict[str | None, tuple[Fraction, Change, Decision]] = {}
    for id_ in settable(edition):
        found, kind = scale(edition, id_, start, as_of), edition.measures[id_].type

        @cache
        def then(place: int, id_: str = id_, found: Scale = found, kind: Type = kind) -> Decision:
            changed = {**start, id_: _valued(kind, place, found.choices)}
            return truth.decide_given(edition, worked_out(edition, changed, as_of), as_of, use)

        for goal in (*now.points, None):

            def more(place: int, goal: str | None = goal, then: Callable[[int], Decision] = then) -> int:
                return gain(edition, now, then(place), goal)

            options = [(_far(found, place), -more(place), place) for place in _better(found.tried, more)]
            if options and (goal not in best or min(options)[0] < best[goal][0]):
                far, _, place = min(options)
                decision = then(place)
                change = Change(id_, _valued(kind, place, found.choices), decision.score, decision.band)
                best[goal] = far, change, decision
    rules = tuple(
        Better(id_, then.points[id_] or 0, (then.points[id_] or 0) - (now.points[id_] or 0), case_of(then, id_), change)
        for id_ in now.points
        if id_ in best
        for _, change, then in (best[id_],)
    )
    return Nearest(rules, best[None][1] if None in best else None)


def _better(tried: tuple[int, ...], more: Callable[[int], int]) -> Iterator[int]:
    """The places with more, and the first and last ones with more between two that were tried."""
    yield from (place for place in tried if more(place) > 0)
    for low, high in pairwise(tried):
        if (more(low) > 0) is not (more(high) > 0):
            turn = _first(low, high, lambda place: (more(place) > 0) is (more(high) > 0))  # noqa: B023
            yield turn if more(high) > 0 else turn - 1


def gain(edition: Edition, now: Decision, then: Decision, rule: str | None) -> int:
    """How many more points a rule gives; without a rule, how many more the score has once its band is a better one.

    Any points are more than none at all, and any score is more than none.
    """
    if rule is None:
        ranks = [_rank(edition, decision.band) for decision in (now, then)]
        return max(1, (then.score or 0) - (now.score or 0)) if ranks[1] > ranks[0] else 0
    before, after = now.points[rule], then.points[rule]
    if after is None or (before is not None and after <= before):
        return 0
    return max(1, after - (before or 0))


def _rank(edition: Edition, band: str | None) -> int:
    """The place of a band from worst to best; -1 without a score."""
    return [each.id for each in edition.score.bands].index(band) if edition.score and band else -1


def case_of(decision: Decision, rule: str) -> int | None:
    """The index of the case that decided a rule; None if it could not be decided."""
    outcome = next(step.outcome for step in decision.trace if step.step == "rule" and step.policy == rule)
    return None if outcome["unknown"] else outcome["case"]


def measures_of(edition: Edition, decision: Decision) -> dict[str, Value | None]:
    """The values that the measures of a decision had."""
    plain = {step.policy: step.outcome["value"] for step in decision.trace if step.step == "measure"}
    return {id_: _read(edition.measures[id_].type, value) for id_, value in plain.items()}


def _read(kind: Type, plain: Any) -> Value | None:
    """A value from its JSON form."""
    match kind:
        case Number(places) if plain is not None:
            return int(Decimal(plain).scaleb(places))
        case Day() if plain is not None:
            return date.fromisoformat(plain)
        case _:
            found: Value | None = plain
            return found


def nearest_json(edition: Edition, found: Nearest) -> dict[str, Any]:
    """What would change a result, as plain JSON data."""

    def change(one: Change) -> dict[str, Any]:
        value = value_plain(edition.measures[one.measure], one.value)
        return {"measure": one.measure, "value": value, "score": one.score, "band": one.band}

    return {
        "rules": [
            {"rule": each.rule, "points": each.points, "more": each.more, "case": each.case, **change(each.change)}
            for each in found.rules
        ],
        "band": None if found.band is None else change(found.band),
    }
