"""How the people of an edition are drawn: for each source a function that gives one person's rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import Any

from engine.admit import Row, expired
from engine.ir import Day, Edition, Exponential, Hint, Keep, Number, Shape, Source, Value, Weighted
from engine.months import first_day_within
from engine.parse.order import in_order
from engine.synthetic.columns import Column, Values, column
from engine.synthetic.numbers import MOST, SHIFT, Stream, below, stream, values

YEAR = 365.25
USUALLY_BACK = 120
"""Months that rows are spread over where nothing ends them."""

MOST_ROWS = 20_000
"""A person has no more rows than this in a source."""

USUALLY_HAVE = Decimal("0.9")
A_YEAR = {"once": Decimal("0.2"), "continuous": Decimal(2), "on-request": Decimal(2)}
PER_YEAR = {"D": 365, "M": 12, "Y": 1}
MOST_A_YEAR = Decimal(52)
"""Rows a year where only the frequency is known."""

Part = tuple[Any, list[dict[str, Any]]]
"""What a person has in a source (None: nothing), and the contests of its rows."""

Draw = Callable[[int, int], Part]
"""By the number of the person and their place among the sorts of people."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A person's rows of a source, column by column, dates as they are written; and which of them are contested."""

    count: int
    columns: Mapping[str, Values]
    aside: Sequence[int]


DrawRows = Callable[[int, int], Rows | None]
"""The same before rows are made of it; None: nothing."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """People of an edition, ready to be drawn; `drawn_by` is all that the draws of a source depend on.

    `columns` draw what `sources` draw, without making rows of it.
    """

    seed: int
    as_of: date
    place: Callable[[int], int]
    sources: Mapping[str, Draw]
    columns: Mapping[str, DrawRows]
    drawn_by: Mapping[str, tuple[Any, ...]]


def sampler(edition: Edition, seed: int, as_of: date, like: Sampler | None = None) -> Sampler:
    """What draws the people of an edition; a source that is drawn as in `like` has the very same function."""
    covered = {source for right in edition.rights.values() for source in right.sets_aside}
    drawn_by = {id_: _drawn_by(source, id_ in covered) for id_, source in edition.sources.items()}
    columns, sources = {}, {}
    for id_, source in edition.sources.items():
        if like and like.drawn_by.get(id_) == drawn_by[id_] and (like.seed, like.as_of) == (seed, as_of):
            columns[id_], sources[id_] = like.columns[id_], like.sources[id_]
        else:
            columns[id_] = _draw_rows(source, seed, as_of, contestable=id_ in covered)
            sources[id_] = _draw(source, columns[id_])
    numbers = stream(seed, "person")
    return Sampler(seed, as_of, lambda person: numbers(person, 1)[0], sources, columns, drawn_by)


def _drawn_by(source: Source, contestable: bool) -> tuple[Any, ...]:
    fields = tuple((name, field.type, field.optional) for name, field in source.fields.items())
    collected = (source.collected.frequency, source.collected.mandatory)
    return source.head.id, source.dated_by, fields, source.retention, source.synthetic, collected, contestable


# ------------------------------------------------------------------------------------------------------ one source


@dataclass(frozen=True, slots=True)
class Sort:
    """How one sort of people is drawn in a source."""

    have: int
    rates: Sequence[float]
    back: int
    contested: int
    columns: Mapping[str, Column]


def _draw_rows(source: Source, seed: int, as_of: date, *, contestable: bool) -> DrawRows:
    """The function that draws one person's rows, or facts, of a source."""
    id_ = source.head.id
    streams = partial(stream, seed, id_)
    hints = source.synthetic or (Hint(Decimal(1), None, None, None, None, {}),)
    sorts = [_sort(source, hint, as_of, streams, contestable=contestable) for hint in hints]
    ends = [float(end) for end in accumulate(hint.share for hint in hints)]
    person, gaps, contests = streams(), streams(""), streams("", "contested")
    outlives = _outlives(source)
    today = as_of.toordinal()
    facts = source.dated_by is None
    days = [name for name, field in source.fields.items() if isinstance(field.type, Day)]

    def draw(number: int, place: int) -> Rows | None:
        sort = sorts[min(bisect_right(ends, place / MOST * ends[-1]), len(sorts) - 1)]
        has, rate = person(number, 2)
        if has >= sort.have:
            return None
        columns: dict[str, Values] = {}
        count = 1
        if source.dated_by is not None:
            found = _row_days(gaps, number, sort.rates[rate >> SHIFT], today, sort.back)
            columns[source.dated_by], count = found, len(found)
        for name, fill in sort.columns.items():
            columns[name] = fill(number, count, columns)
        if outlives and count:
            kept = [row for row in range(count) if not expired(source, _values(source, columns, row), as_of)]
            columns = {name: [found[row] for row in kept] for name, found in columns.items()}
            count = len(kept)
        for name in days:
            columns[name] = [WRITTEN[day] for day in columns[name]]
        if facts and not count:
            return None
        aside = []
        if sort.contested:
            aside = [row for row, drawn in enumerate(contests(number, count)) if drawn < sort.contested]
        return Rows(count, columns, aside)

    return draw


def _draw(source: Source, columns: DrawRows) -> Draw:
    """The function that gives the same as a record has it."""
    id_, names, facts = source.head.id, tuple(source.fields), source.dated_by is None
    written = _rows_of(names)

    def draw(number: int, place: int) -> Part:
        found = columns(number, place)
        if found is None:
            return None, []
        rows = written(*[found.columns[name] for name in names])
        if facts:
            return rows[0], [{"source": id_} for _ in found.aside]
        return rows, [{"source": id_, "row": row} for row in found.aside]

    return draw


def _rows_of(names: Sequence[str]) -> Callable[..., list[dict[str, Any]]]:
    """What makes rows of columns; it is written out for the fields at hand, because there are very many rows.

    >>> _rows_of(["due", "paid"])([1, 2], [3, None])
    [{'due': 1, 'paid': 3}, {'due': 2, 'paid': None}]
    """
    variables = [f"v{number}" for number in range(len(names))]
    row = ", ".join(f"{name!r}: {variable}" for name, variable in zip(names, variables, strict=True))
    columns = ", ".join(f"c{number}" for number in range(len(names)))
    text = f"lambda {columns}: [{{{row}}} for {', '.join(variables)}, in zip({columns}, strict=True)]"
    found: Callable[..., list[dict[str, Any]]] = eval(text)  # noqa: S307  # names are checked, and quoted
    return found


def _sort(source: Source, hint: Hint, as_of: date, streams: Callable[..., Stream], *, contestable: bool) -> Sort:
    usual = Decimal(1) if source.collected.mandatory else USUALLY_HAVE
    today, dated_by = as_of.toordinal(), source.dated_by
    columns = {
        name: column(field, hint.fields.get(name), today, dated_by, streams)
        for name, field in source.fields.items()
        if name != dated_by
    }
    needs: dict[str, list[str]] = {}
    for name in columns:
        said = hint.fields.get(name)
        found = (said.of, said.only_if.field if said.only_if else None) if said else ()
        needs[name] = [each for each in found if each is not None and each != dated_by]
    order, _ = in_order(needs)
    return Sort(
        have=below(usual if hint.have is None else hint.have),
        rates=values(hint.rows or _usual_rows(source)),
        back=_days_back(source, hint, as_of),
        contested=below(hint.contested or Decimal(0)) if contestable else 0,
        columns={name: columns[name] for name in order},
    )


def _usual_rows(source: Source) -> Shape:
    """As many rows a year as the frequency of the source says."""
    said = source.collected.frequency
    a_year = A_YEAR[said] if said in A_YEAR else min(MOST_A_YEAR, Decimal(PER_YEAR[said[-1]]) / int(said[1:-1]))
    return Weighted(((a_year, Decimal(1)),))


def _by_date_alone(keep: Keep, source: Source) -> bool:
    return keep.months is not None and keep.counted_from == source.dated_by


def _outlives(source: Source) -> bool:
    """Whether a row may be past its retention although its own date is not."""
    single = len(source.retention) == 1 and source.retention[0].when is None
    endless = all(keep.months is None or keep.counted_from is None for keep in source.retention)
    return not endless and not (single and _by_date_alone(source.retention[0], source))


def _days_back(source: Source, hint: Hint, as_of: date) -> int:
    """How many days before the as-of date the oldest row may lie."""
    months = hint.over or USUALLY_BACK
    if all(_by_date_alone(keep, source) for keep in source.retention):
        longest = max(keep.months or 0 for keep in source.retention)
        months = min(hint.over or longest, longest)
    return (as_of - first_day_within(months, as_of)).days


GAPS = values(Exponential(Decimal(1)))
"""Times between two rows, 1 in the mean."""


def _row_days(gaps: Stream, person: int, a_year: float, today: int, back: int) -> Values:
    """The dates of rows that come `a_year` times a year, as ordinals, the newest first."""
    if a_year <= 0:
        return []
    gap = YEAR / a_year
    limit = (back + 1) / gap
    count = min(MOST_ROWS, int(limit + 2 * limit**0.5) + 4)
    while True:
        ends = list(accumulate([GAPS[number >> SHIFT] for number in gaps(person, count)]))
        found = bisect_left(ends, limit)
        if found < count or count == MOST_ROWS:
            return [today - int(end * gap) for end in ends[:found]]
        count = min(MOST_ROWS, 2 * count)


def _values(source: Source, columns: Mapping[str, Values], row: int) -> Row:
    """One row as admission would read it."""
    found: dict[str, Value | None] = {}
    for name, field in source.fields.items():
        raw = columns[name][row]
        if raw is not None and isinstance(field.type, Day):
            found[name] = date.fromordinal(raw)
        elif raw is not None and isinstance(field.type, Number):
            found[name] = round(raw * 10**field.type.places)
        else:
            found[name] = raw
    return found


class Written(dict[int | None, str | None]):
    """Dates as they are written, by their ordinals."""

    def __missing__(self, ordinal: int | None) -> str | None:
        assert ordinal is not None, "it is there from the beginning"  # narrows the type
        self[ordinal] = written = date.fromordinal(ordinal).isoformat()
        return written


WRITTEN = Written({None: None})
