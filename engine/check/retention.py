"""Windows that look further back than anything is kept."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ir import Edition, Measure, Rows, Source
from engine.problem import Problem


def retention(edition: Edition) -> Iterator[Problem]:
    """Measures over a longer time than the rows of their source are kept."""
    for measure in edition.measures.values():
        if isinstance(measure.body, Rows) and measure.body.within is not None:
            yield from _window(measure, measure.body.within, edition.sources[measure.body.source])


def _window(measure: Measure, within: int, source: Source) -> Iterator[Problem]:
    longest = 0
    for keep in source.retention:
        # counted from another date, such as the day of payment, a row may well outlive the window
        if keep.months is None or keep.counted_from != source.dated_by:
            return
        longest = max(longest, keep.months)
    if longest and within > longest:
        yield Problem(
            "window-too-long",
            f"the measure looks back {within} months, and `{source.head.id}` is kept for {longest}",
            measure.head.where,
            help="shorten `within`, or keep the rows longer and say so",
            also=((source.retention[-1].where, "it is kept so long"),),
        )
