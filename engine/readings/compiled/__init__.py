"""The compiled reading: one generated Python function per edition and stage, fast, with its trace as small integers.

It agrees with `truth` on every record, refusals and trace included. Three functions are generated: `admitted` reads a
record, `measured` works out the measures in one pass over the rows of each source, `scored` ends with a `Result`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.admit import admit
from engine.decision import Decision, Refused
from engine.ir import Edition, Rows
from engine.months import first_day_within
from engine.outcome import Values
from engine.readings.compiled.admission import OUT_OF_THE_ORDINARY, as_admitted, write_admitted
from engine.readings.compiled.measures import write_measured
from engine.readings.compiled.result import Found, Result, plan
from engine.readings.compiled.score import write_scored
from engine.readings.compiled.script import Remembered, Script, run


@dataclass(frozen=True, slots=True)
class Compiled:
    """An edition ready to run.

    `record` takes a record and its date and gives a result, or everything that is wrong with the record; `measures`
    takes measures by id (what is left out is unknown), already of their types, and never refuses. `source` is the
    generated text.
    """

    edition: Edition
    record: Callable[[Any, date], Result | list[Refused]] = field(repr=False)
    measures: Callable[[Values, date], Result] = field(repr=False)
    source: str = field(repr=False)


def decide(
    compiled: Compiled, record: Any, as_of: date, use: str, known_at: date | None = None, *, traced: bool = True
) -> Decision | list[Refused]:
    """The decision about a record, or everything that keeps it from being evaluated."""
    result = compiled.record(record, as_of)
    return result.decision(use, known_at, traced=traced) if isinstance(result, Result) else result


def decide_given(compiled: Compiled, values: Values, as_of: date, use: str, known_at: date | None = None) -> Decision:
    """The decision when the measures are given and there are no rows (simulation)."""
    return compiled.measures(values, as_of).decision(use, known_at)


def compile_edition(edition: Edition) -> Compiled:
    """Generates and compiles the functions of an edition."""
    script = Script()
    windows = _windows(edition)
    script.names |= {"windows": _first_days(tuple(windows)), "bisect": bisect_right}
    write_admitted(script, edition, windows)
    looked = write_measured(script, edition, windows)
    script.names |= {"new": tuple.__new__, "Result": Result}
    codings = write_scored(script, edition, "new(Result, (plan, as_of, values, marks, score, found))")
    script.names["plan"] = plan(edition, codings, looked)
    functions = run(script)
    admitted, measured, scored = (functions[one] for one in ("admitted", "measured", "scored"))

    def record(record: Any, as_of: date) -> Result | list[Refused]:
        try:
            found = admitted(record, as_of)
        except OUT_OF_THE_ORDINARY:
            kept = admit(edition, record, as_of)
            if isinstance(kept, list):
                return kept
            found = as_admitted(edition, kept)
        values, lists = measured(found[1], as_of)
        result: Result = scored(values, as_of, Found(found, lists))
        return result

    return Compiled(edition, record, scored, "\n".join(script.lines))


def _windows(edition: Edition) -> dict[int, str]:
    """Every number of months that rows are compared with, and the variable for the first day of such a window."""
    months = {keep.months for source in edition.sources.values() for keep in source.retention if keep.counted_from}
    months |= {measure.body.within for measure in edition.measures.values() if isinstance(measure.body, Rows)}
    return {number: f"w{index}" for index, number in enumerate(sorted(one for one in months if one is not None))}


def _first_days(months: tuple[int, ...]) -> Remembered:
    return Remembered(lambda as_of: tuple(first_day_within(number, as_of) for number in months))
