"""What a proof found: plain values, ready to be said in words or written as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from engine.decision import Decision, Refusal
from engine.ir import Edition, Value

Replay = Callable[[Edition, Mapping[str, Any], date, str], Decision | Refusal]
"""Evaluates a record under an edition on a day for a use: every person is run through it before they are shown."""

ReplayGiven = Callable[[Edition, Mapping[str, Value | None], date, str], Decision]
"""The same for measures that are given instead of a record."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What cannot be expressed, and so is not proved: the kind and id of a policy, and why (a stable word).

    `why` is withheld, no-use, types-differ, too-many-kinds-of-rows, too-many-cases, takes-less or
    in-one-edition-only.
    """

    kind: str
    id: str
    why: str


TAKEN_AS_ANYTHING = frozenset({"too-many-kinds-of-rows", "too-many-cases"})
"""Reasons for which a value was taken to be anything: what is proved nevertheless is true of everybody."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A question that was not answered within so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unshown:
    """Something can happen as far as the solver knows, but no record was found that shows it: nothing is proved."""


Unsettled = Undecided | Unshown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an edition made of a person: score and band (None where there is no score), points, what follows."""

    score: int | None
    band: str | None
    points: Mapping[str, int | None]
    conclusions: Mapping[str, bool | str | None]
    follows: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Person:
    """An example person: the record, its measures, what came out, and the measures that differ from the reference's.

    Each of `differs` is a measure with its value for the reference person and for this one.
    """

    record: Mapping[str, Any]
    measures: Mapping[str, Value | None]
    outcome: Outcome
    differs: tuple[tuple[str, Value | None, Value | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people, or one person before and after; `moved` are rules with their points in the one and in the other."""

    before: Person
    after: Person
    moved: tuple[tuple[str, int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The most, or the least, that something can be, and somebody for whom it is (None where nobody was asked for)."""

    value: int
    person: Person | None


Reached = Reach | Unsettled | None
"""None: it has no value for anybody."""


@dataclass(frozen=True, slots=True)
class Ends:
    """From where to where something reaches."""

    least: Reached
    most: Reached


Answer = Literal["yes", "no", "undecided"]


@dataclass(frozen=True, slots=True)
class CaseReach:
    """Whether a case of a rule can win: `case` counts from 0, and None is the rule's `unknown`."""

    rule: str
    case: int | None
    reachable: Answer


@dataclass(frozen=True, slots=True)
class Hole:
    """Values for which no case of a rule is true (`cases` is empty), or for which two rows of its table are."""

    rule: str
    cases: tuple[int, ...]
    person: Person | Unsettled


@dataclass(frozen=True, slots=True)
class Held:
    """Whether a declared direction holds: proved, or two people who show that it does not."""

    rule: str
    measure: str
    way: Literal["up", "down"]
    holds: Answer
    excepted: bool
    people: Pair | None


@dataclass(frozen=True, slots=True)
class Free:
    """Whether the result is independent of a field, and how that is known.

    `how` is "unread" if no rule looks at it through any chain, "proved" if the solver says so, "matters" if two people
    who differ in nothing else get different results, "undecided" otherwise. `exclusion` is the promise behind it.
    """

    source: str
    field: str
    how: Literal["unread", "proved", "matters", "undecided"]
    exclusion: str | None
    people: Pair | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """The most points one more row of a source can cost."""

    source: str
    drop: int | Unsettled
    people: Pair | None
    row: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Cliff:
    """The largest change of the score over one step of one measure, from just below `at` to `at`."""

    measure: str
    at: Value
    drop: int
    person: Person


@dataclass(frozen=True, slots=True)
class Proved:
    """What can and cannot happen within one edition on a day."""

    rulebook: str
    edition: str
    digest: str
    as_of: date
    reference: Person | None
    score: Ends
    sum: Ends
    groups: Mapping[str, Ends]
    cases: tuple[CaseReach, ...]
    bands: Mapping[str, Answer]
    no_score: Answer
    gaps: tuple[Hole, ...]
    overlaps: tuple[Hole, ...]
    directions: tuple[Held, ...]
    independent: tuple[Free, ...]
    events: tuple[Event, ...]
    cliff: Cliff | Unsettled | None
    not_proved: tuple[Unsaid, ...]
    took: Mapping[str, float]
    """Seconds for each of the questions: reference, score, cases, direction, independent, event, cliff."""
    seconds: float


Tell = Callable[[str], object]
"""Is told the name of each question before it is asked."""

Verdict = Literal["equivalent", "more-favourable", "less-favourable", "incomparable", "different", "undecided"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of effect between two editions: whether it can happen, and to whom.

    `kind` is score-up, score-down, band-up, band-down, band-other, score-lost, score-gained, gained or lost (with
    `what`, a use and a consequence), shorter, longer, or concluded (with the name of a conclusion).
    """

    kind: str
    what: tuple[str, str] | str | None
    happens: Answer
    people: Pair | None
    worse: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """What changes for people from one edition to another, on a day."""

    rulebook: str
    before: str
    after: str
    as_of: date
    equivalent: Answer
    verdict: Verdict
    reference: Person | None
    effects: tuple[Effect, ...]
    rise: Reached
    fall: Reached
    bands: Mapping[tuple[str | None, str | None], Answer]
    nobody_worse: Answer
    worse: Pair | None
    not_proved: tuple[Unsaid, ...]
    seconds: float
