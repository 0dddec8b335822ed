"""Windows that look further back than rows are kept."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ir import Edition, Keep, Measure, Rows, Source
from engine.problem import Grade, Problem


def retention(edition: Edition) -> Iterator[Problem]:
    """Measures over a longer time than the rows of their source are kept."""
    for measure in edition.measures.values():
        if isinstance(measure.body, Rows) and measure.body.within is not None:
            yield from _window(measure, measure.body.within, edition.sources[measure.body.source])


def _window(measure: Measure, within: int, source: Source) -> Iterator[Problem]:
    """An error when no row lives through the window, a warning when it depends on the row."""
    short = [(keep.months, keep) for keep in source.retention if keep.months is not None and keep.months < within]
    sooner = [(months, keep) for months, keep in short if _is_sooner(keep, source)]
    if not sooner:
        return
    if len(sooner) == len(source.retention) and all(keep.counted_from == source.dated_by for _, keep in sooner):
        months, keep = max(sooner, key=lambda each: each[0])
        yield Problem(
            "window-too-long",
            f"the measure looks back {within} months, and `{source.head.id}` is kept for {months}",
            measure.head.where,
            help="shorten `within`, or keep the rows longer and say so",
            also=((keep.where, "it is kept so long"),),
        )
        return
    months, keep = min(sooner, key=lambda each: each[0])
    yield Problem(
        "window-too-long",
        f"the measure looks back {within} months, and some rows of `{source.head.id}` are gone "
        f"{months} {'month' if months == 1 else 'months'} after `{keep.counted_from}`",
        measure.head.where,
        "shorten `within`, or keep the rows longer and say so",
        Grade.WARNING,
        ((keep.where, "they are kept so long"),),
        {"within": within, "months": months},
    )


def _is_sooner(keep: Keep, source: Source) -> bool:
    """Whether a time shorter than the window ends within it: counted from a date that every row has.

    A row without the date is kept, and one that gets it late, like the day of payment, may well outlive the window.
    """
    return keep.counted_from == source.dated_by or (
        keep.counted_from in source.fields and not source.fields[keep.counted_from or ""].optional
    )
