"""What would change the result: the nearest better case of each rule, and every single one that reaches a better band.

One measure is changed and all others stay as they are, even those tied to it (late bills of one year are also late
bills of two). Only measures a person sets are changed (`settable`); what is made of other measures is worked out anew.
A measure is never changed into an unknown one, and nothing is offered that lowers the score. What is unknown is only
changed into what gives more: a rule gives more than for the unknown (or than its worst case, if it gives nothing for
it) and no rule gives less. So nobody is told to make a bad thing known.

For a better band each measure has one change: the fewest steps of its own that are enough. Steps of two measures cannot
be compared, so they are all told: first those for which a rule says what one can do, then those that only take time,
the shortest wait first, then the others. Where none is enough, several together are told: what only takes
time last, and else the greatest gain first.

**Near** is how far a value moves, as a share of its scale. The scale of a number or date goes from the lowest to the
highest of its own bounds and the lines that rules draw; a yes or no and a code move by one whole scale. What is unknown
moves by one scale more, from the low end of its range (a number without one from 0, a date from the as-of day).
Of changes equally near the first counts: measures in the order in which rules look at them, then more points, then the
lower value. Two measures are only weighed against each other for the same rule.

Values between two lines change nothing but what is counted per unit, so only the ends of such stretches are tried.
That is exact unless rules count one measure both up and down, or several rounded steps of one measure are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from itertools import combinations, pairwise
from typing import Any

from engine.admit import MOST_DIGITS, Kept
from engine.bounds import rule_bounds
from engine.conditions import compared
from engine.decision import Decision
from engine.ir import (
    AsOf,
    Boolean,
    Code,
    Constant,
    Day,
    Each,
    Edition,
    Join,
    Joined,
    Measure,
    MeasureRef,
    Number,
    Operand,
    Span,
    Subject,
    Type,
    Value,
)
from engine.measures import measured
from engine.outcome import Values
from engine.readings import truth
from engine.settable import below, made_of, settable
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
class Way:
    """A change that leads up, the rules that then give more, and the wait where it comes with time alone.

    The wait is counted in the unit of the measure; None if waiting does not bring the change.
    """

    change: Change
    rules: tuple[str, ...]
    wait: int | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would change a result. A rule that no single change betters is not among `rules`."""

    rules: tuple[Better, ...]
    band: Change | None
    """The first of the ways, if there is one."""
    ways: tuple[Way, ...]
    """Every single change that reaches a better band, or any score at all when there is none."""
    known: tuple[Change, ...]
    """Unknown measures that bring a score whatever they turn out to be, each at its worst; not among `ways`."""
    together: tuple[Way, ...]
    """If no single change is enough: changes that are together. The score and band of each are those up to it."""


# ------------------------------------------------------------------------------------- what is worked out from others


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


@lru_cache(maxsize=32)
def bends(edition: Edition) -> tuple[tuple[Subject, Operand], ...]:
    """Every two measures of which the greater or smaller one counts: where they meet, a rise may become a fall."""
    sides = [
        [MeasureRef(id_) for id_ in measure.body.measures]
        for measure in edition.measures.values()
        if isinstance(measure.body, Joined) and measure.body.join in {Join.GREATEST_OF, Join.LEAST_OF}
    ]
    return tuple(dict.fromkeys(pair for each in sides for pair in combinations(each, 2)))


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
        for start_, end in pairwise(cuts):
            bottom, top = distance(pair, start_), distance(pair, end)
            if bottom is not None and top is not None and bottom != top:
                sign = 1 if bottom < top else -1
                yield _first(start_, end, lambda place: sign * (distance(pair, place) or 0) >= 0)  # noqa: B023
                yield _first(start_, end, lambda place: sign * (distance(pair, place) or 0) > 0)  # noqa: B023

    def places(pairs: Iterable[tuple[Subject, Operand]]) -> Iterator[int]:
        for pair in pairs:
            if any(isinstance(side, MeasureRef) and id_ in below(edition, side.measure) for side in pair):
                yield from (place for turn in turns_of(pair) for place in (turn - 1, turn) if low < turn <= high)

    cuts = [low, high]
    for pair in bends(edition):
        cuts = sorted({*cuts, *places([pair])})
    turns = set(places(lines(edition)))
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


@dataclass(frozen=True, slots=True)
class Trial:
    """A measure, its scale, and what is decided when it stands at a place of the scale and all else at its start."""

    measure: str
    scale: Scale
    then: Callable[[int], Decision]
    change: Callable[[int], Change]


def nearest(edition: Edition, values: Values, as_of: date) -> Nearest:
    """What would change the result that comes of these measures; a measure left out is unknown."""
    start = worked_out(edition, values, as_of)
    now = _decided(edition, start, as_of)
    trials = [_trial(edition, id_, start, as_of) for id_ in settable(edition)]
    rules = tuple(better for id_ in now.points if (better := _better_case(edition, now, trials, id_)))
    known = [_worst(trial) for trial in trials if now.score is None and trial.scale.unknown]
    sure = tuple(one for one in known if one is not None)
    ways = [
        _way(edition, start, now, trial, place)
        for trial in trials
        if trial.measure not in {one.measure for one in sure}
        and (place := _place_with(trial, lambda place, t=trial: _gain(edition, now, t, place, None))) is not None  # type: ignore[misc]
    ]
    ways.sort(key=lambda way: _order(edition, way))
    bands = edition.score.bands if edition.score else ()
    stuck = not ways and not sure and now.score is not None and now.band != bands[-1].id
    together = tuple(_together(edition, start, as_of, now)) if stuck else ()
    return Nearest(rules, ways[0].change if ways else None, tuple(ways), sure, together)


def _decided(edition: Edition, values: Values, as_of: date) -> Decision:
    return truth.decide_given(edition, values, as_of, next(iter(edition.uses)))


def _trial(edition: Edition, id_: str, start: Values, as_of: date) -> Trial:
    found, kind = scale(edition, id_, start, as_of), edition.measures[id_].type

    @cache
    def then(place: int) -> Decision:
        return _decided(edition, worked_out(edition, {**start, id_: _valued(kind, place, found.choices)}, as_of), as_of)

    def change(place: int) -> Change:
        return Change(id_, _valued(kind, place, found.choices), then(place).score, then(place).band)

    return Trial(id_, found, then, change)


def _place_with(trial: Trial, more: Callable[[int], int]) -> int | None:
    """The nearest place of a scale that gives more."""
    options = [(_far(trial.scale, place), -more(place), place) for place in _better(trial.scale.tried, more)]
    return min(options)[2] if options else None


def _better_case(edition: Edition, now: Decision, trials: list[Trial], rule: str) -> Better | None:
    """The nearest change of any measure with which a rule gives more."""
    best: tuple[Fraction, Trial, int] | None = None
    for trial in trials:
        place = _place_with(trial, lambda place, t=trial: _gain(edition, now, t, place, rule))  # type: ignore[misc]
        if place is not None and (best is None or _far(trial.scale, place) < best[0]):
            best = _far(trial.scale, place), trial, place
    if best is None:
        return None
    _, trial, place = best
    then = trial.then(place)
    points = then.points[rule] or 0
    return Better(rule, points, points - (now.points[rule] or 0), case_of(then, rule), trial.change(place))


def _worst(trial: Trial) -> Change | None:
    """What an unknown measure comes to at its worst, if it brings a score whatever it is."""
    changes = [trial.change(place) for place in trial.scale.tried]
    scores = [one.score for one in changes if one.score is not None]
    return min(changes, key=lambda one: one.score or 0) if len(scores) == len(changes) else None


def _way(edition: Edition, start: Values, now: Decision, trial: Trial, place: int) -> Way:
    change = trial.change(place)
    more = tuple(rule for rule in now.points if gain(edition, now, trial.then(place), rule) > 0)
    return Way(change, more, _wait(edition.measures[trial.measure], start[trial.measure], change.value))


def _wait(measure: Measure, now: Value | None, then: Value) -> int | None:
    """How long it takes until a time has grown or run down to a value by itself; None if it does not."""
    if not isinstance(measure.body, Span) or not isinstance(now, int) or not isinstance(then, int):
        return None
    wait = then - now if measure.body.way == "age" else now - then
    return wait if wait > 0 else None


def _order(edition: Edition, way: Way) -> tuple[int, int]:
    """First what one can do something about, then what only takes time, then the rest."""
    if way.wait is not None:
        return 1, way.wait
    return (0 if any(edition.rules[rule].mends for rule in way.rules) else 2), 0


def _together(edition: Edition, start: Values, as_of: date, now: Decision) -> Iterator[Way]:
    """Changes that together reach a better band: of each measure at its best, the greatest gain first.

    What only takes time comes after everything else.

    What is gained is looked at anew after each, because the points of a group may be held between a floor and a cap.
    """
    found: list[Way] = []
    at, values = now, dict(start)
    while _rank(edition, at.band) <= _rank(edition, now.band):
        best: tuple[tuple[bool, int], Trial, int] | None = None
        for id_ in settable(edition):
            if id_ in {way.change.measure for way in found}:
                continue
            trial = _trial(edition, id_, values, as_of)
            for place in sorted(trial.scale.tried, key=lambda place: (_far(trial.scale, place), place)):
                more = (trial.then(place).score or 0) - (at.score or 0)
                waits = _wait(edition.measures[id_], values[id_], trial.change(place).value) is not None
                if more > 0 and (best is None or (not waits, more) > best[0]) and _helps(edition, at, trial, place):
                    best = (not waits, more), trial, place
        if best is None:
            return
        _, trial, place = best
        found.append(_way(edition, start, at, trial, place))
        values[trial.measure] = found[-1].change.value
        values, at = worked_out(edition, values, as_of), trial.then(place)
    yield from found


def _gain(edition: Edition, now: Decision, trial: Trial, place: int, rule: str | None) -> int:
    """The gain of a change that is in the person's interest; 0 for another one."""
    return gain(edition, now, trial.then(place), rule) if _helps(edition, now, trial, place) else 0


def _helps(edition: Edition, now: Decision, trial: Trial, place: int) -> bool:
    """Whether a change does not lower the score, and makes nothing known that gives no rule more or any rule less."""
    then = trial.then(place)
    if now.score is not None and (then.score is None or then.score < now.score):
        return False
    return not trial.scale.unknown or helps(edition, now, then)


def helps(edition: Edition, now: Decision, then: Decision) -> bool:
    """Whether some rule gives more points than before and none fewer; where it gave none, than its worst case."""
    more = False
    for rule, points in then.points.items():
        bounds = rule_bounds(edition.measures, edition.rules[rule])
        before = now.points[rule]
        least = before if before is not None or bounds is None else bounds[0]
        if points is None or least is None:
            if before is not None:
                return False
        elif points < least:
            return False
        else:
            more = more or points > least
    return more


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

    def ways(of: tuple[Way, ...]) -> list[dict[str, Any]]:
        return [{**change(way.change), "rules": list(way.rules), "wait": way.wait} for way in of]

    return {
        "rules": [
            {"rule": each.rule, "points": each.points, "more": each.more, "case": each.case, **change(each.change)}
            for each in found.rules
        ],
        "band": None if found.band is None else change(found.band),
        "ways": ways(found.ways),
        "known": [change(one) for one in found.known],
        "together": ways(found.together),
    }
