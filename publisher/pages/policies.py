"""One page for each kind of policy, and for a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from publisher.pages.frame import Bar, Frame, Link, Phrase
from publisher.pages.parts import (
    Bands,
    Comments,
    Effect,
    Head,
    Hidden,
    Holds,
    Looks,
    Noticed,
    Row,
    Sure,
    Tried,
    Waterfall,
    Worked,
)


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a source."""

    name: str
    title: Phrase
    meaning: Phrase | None
    holds: Holds
    optional: bool
    category: Phrase
    keeps: bool
    """Whether it decides how long a row is kept."""
    measures: tuple[Link, ...]
    rules: tuple[Link, ...]
    used: bool
    """Whether any rule, or the score by itself, depends on it."""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """What is collected in one source, from whom, what for, who gets it, how long it is kept."""

    path: PurePosixPath
    frame: Frame
    head: Head
    provided_by: tuple[Phrase, ...]
    origin: Phrase
    obtained: Phrase
    context: Phrase
    method: Phrase
    frequency: Phrase
    people: Phrase
    mandatory: bool
    otherwise: Phrase | None
    purpose: Phrase
    legal_basis: Phrase
    recipients: tuple[tuple[Phrase, Phrase], ...]
    """Who, and what for."""
    retention: tuple[Phrase, ...]
    """How long a row is kept, a sentence for each case."""
    example: tuple[Phrase, ...]
    """What that means for a row of a certain day."""
    rights: tuple[Link, ...]
    """The rights under which its contested rows are left out."""
    facts: bool
    """Whether it holds single facts; otherwise rows."""
    fields: tuple[FieldLine, ...]
    counted: tuple[Link, ...]
    """The measures that look at no field, only at how many entries there are."""
    flow: str | None
    """The page that shows where its fields end up; None for a version that is not in the edition shown."""


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """What is worked out from sources, and how."""

    path: PurePosixPath
    frame: Frame
    head: Head
    definition: Phrase
    """How it is worked out, in whole sentences."""
    holds: Holds
    category: Phrase
    reads: tuple[Link, ...]
    """The fields and measures it is worked out from."""
    used_by: tuple[Link, ...]
    """The rules, measures and the score that look at it."""


@dataclass(frozen=True, slots=True)
class RulePage:
    """What measures are worth, and everything a person may want to know about it."""

    path: PurePosixPath
    frame: Frame
    head: Head
    why: Phrase
    columns: tuple[Phrase, ...]
    """The heads of the author's table before what each row gives; empty when the rule is written as cases."""
    rows: tuple[Row, ...]
    scores: bool
    """Whether it gives points."""
    least: int | None
    most: int | None
    range: tuple[int, int] | None
    """From the least to the greatest score there is; None without a score."""
    missing: Phrase
    """What it gives when it cannot be decided, and why."""
    missing_sure: Sure
    notes: tuple[Phrase, ...]
    """Where figures come from and how sure they are, in sentences; numbered from 1, each said once."""
    looks: tuple[Looks, ...]
    conclusions_read: tuple[Link, ...]
    not_looked_at: tuple[tuple[Link, tuple[Phrase, ...]], ...]
    """By source: the fields collected there that this rule never sees."""
    exclusions: tuple[Link, ...]
    """The nearest of those that no rule may look at."""
    excluded: int
    """How many those are altogether."""
    directions: tuple[Phrase, ...]
    inputs: tuple[Phrase, ...]
    """The heads of the columns of the examples before the result: the measures and conclusions the rule looks at."""
    examples: tuple[Worked, ...]
    mends: Phrase | None
    evidence: Phrase | None
    evidence_right: Link | None
    rights: tuple[Link, ...]
    """How to contest."""
    conclusions: tuple[tuple[Phrase, Phrase], ...]
    """What it may conclude: title and category."""
    waterfall: Waterfall | None
    """An example person to whom it gives points; None if the rulebook brings none along."""
    leads_to: tuple[Link, ...]
    """The score, the rules and the uses that look at what it gives."""
    tries: str | None
    """Where to try it with other figures."""
    before: Link | None
    after: Link | None
    """Its neighbours among all rules."""


@dataclass(frozen=True, slots=True)
class Adds:
    """A line of the sum: a rule, or a group of them."""

    title: Phrase
    path: str | None
    least: int
    most: int
    floor: int | None
    cap: int | None
    low: Bar
    high: Bar
    rules: tuple[Link, ...]
    """The rules of a group."""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """How points become a score and a band; `head` is None when the rulebook has no score."""

    path: PurePosixPath
    frame: Frame
    head: Head | None
    base: int
    least: int
    greatest: int
    adds: tuple[Adds, ...]
    bands: Bands | None
    no_score: tuple[tuple[Phrase, Phrase, tuple[Link, ...]], ...]
    """When, why then, and the measures that decide it."""
    refusing: tuple[tuple[Link, Phrase], ...]
    """The rules of which a case refuses a score, and why."""
    undecided: tuple[Link, ...]
    """The rules that refuse a score when they cannot be decided."""
    uses: tuple[Link, ...]
    """What the result may be used for."""
    most_reasons: int
    reasons_source: Phrase | None
    validity: Phrase | None


@dataclass(frozen=True, slots=True)
class UsePage:
    """What is done with the result, and the only consequences there can be."""

    path: PurePosixPath
    frame: Frame
    head: Head
    decided_by: tuple[Phrase, ...]
    purposes: tuple[Phrase, ...]
    context: Phrase
    automation: Phrase
    human_review: Phrase
    reviews: tuple[Link, ...]
    """The rights to have a person look at it."""
    effects: tuple[Effect, ...]
    bands: Link | None
    """The bands of the score; None without a score."""
    rules: tuple[Link, ...]
    """The rules whose conclusions decide what follows."""


@dataclass(frozen=True, slots=True)
class ExclusionPage:
    """What is never done, and how that is enforced."""

    path: PurePosixPath
    frame: Frame
    head: Head
    never: tuple[str, ...]
    """`collect`, `score`, `infer`, `use_for`."""
    words: tuple[Phrase, ...]
    """What is never done with what, a sentence each."""
    enforced: tuple[Phrase, ...]
    """How, a sentence for each thing never done."""
    narrower: tuple[tuple[Phrase, Phrase], ...]
    """Each category named that has narrower ones, and those."""
    because: Phrase
    checked: Mapping[str, int]
    """How many fields, rules and uses of the edition were held against it."""
    rights: tuple[Link, ...]
    """How to contest that it was kept to."""
    tried: Tried | None
    """What came of trying it out; None when there is nothing to try it on, or no name that it covers."""


@dataclass(frozen=True, slots=True)
class RightPage:
    """What a person can do, where, until when, at what cost, and what happens meanwhile."""

    path: PurePosixPath
    frame: Frame
    head: Head
    channels: tuple[Phrase, ...]
    evidence: Phrase | None
    lodge_within: Phrase | None
    answer_within: Phrase | None
    fee: Phrase
    meanwhile: Phrase
    decided_by: Phrase
    outcomes: tuple[Phrase, ...]
    escalation: Phrase | None
    sets_aside: tuple[Link, ...]
    rules: tuple[Link, ...]
    """The rules that name it as the way to bring evidence."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A proposal. It is in no edition, so nothing but its own words is shown."""

    path: PurePosixPath
    frame: Frame
    kind: str
    id: str
    version: str
    from_: date
    comments: Comments
    title: Phrase
    summary: Phrase
    change: str
    why: Phrase
    hidden: tuple[Hidden, ...]
    noticed: Noticed
    current: Link | None
    """The policy it would change."""
    changes: tuple[str, str] | None
    """The page on what it changes, and the one on what all proposals change together."""
    text: str | None
    """As written; None when it is too long for a page."""
    lines: int
    yaml: str
