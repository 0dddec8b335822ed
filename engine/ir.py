"""The closed, typed tree in the middle: what a rulebook says, after every name and number has been resolved.

Nodes are frozen and have no methods. A reading is a function over them, in a file of its own under `engine/readings/`.
Places (`where`) are carried but not compared: a moved line is not a change. Sugar the author used is remembered
(`said`, `table`, `Cell.text`) so that a page can show the author's words.

Every value is a scaled integer (`0.95` with two places is 95), a boolean, a code, a date, or `None` for unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from engine.problem import Where

Value = int | bool | str | date
"""A known value. Numbers are integers scaled by the `places` of their type; a `bool` is never a number here."""

Text = Mapping[str, str]
"""The same words in several languages, by language tag: ``{"en": "due date", "zh-Hans": "到期日"}``."""

# ------------------------------------------------------------------------------------------------------- types


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal kept as an integer of `places` digits after the point; bounds are scaled alike, inclusive."""

    places: int = 0
    unit: str | None = None
    least: int | None = None
    greatest: int | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One code of a closed list, with its words."""

    code: str
    title: Text = field(compare=False)


@dataclass(frozen=True, slots=True)
class Code:
    """One of a closed list of codes; the order of the list means nothing."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date. `future` says whether a record may hold one after the as-of date."""

    future: bool = False


Type = Number | Boolean | Code | Day

# -------------------------------------------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the row (or facts) at hand."""

    field: str


@dataclass(frozen=True, slots=True)
class MeasureRef:
    """The value of a measure."""

    measure: str


@dataclass(frozen=True, slots=True)
class ConclusionRef:
    """A flag or code that a rule concluded."""

    conclusion: str


@dataclass(frozen=True, slots=True)
class BandRef:
    """The band of the score, by its id; unknown when there is no score. Only in a use."""


@dataclass(frozen=True, slots=True)
class ScoreRef:
    """The score itself; unknown when there is none. Only in a use."""


Subject = FieldRef | MeasureRef | ConclusionRef | BandRef | ScoreRef


@dataclass(frozen=True, slots=True)
class AsOf:
    """The date the evaluation is for."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the policy."""

    value: Value


Operand = Constant | FieldRef | MeasureRef | AsOf


class Op(StrEnum):
    """How two values of one type are compared; unknown on either side is unknown."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


@dataclass(frozen=True, slots=True)
class Always:
    """True even of unknown: `otherwise: true`, and the cell `-` of a table."""

    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Kleene's and: false if any part is false, else unknown if any is unknown, else true."""

    parts: tuple[Condition, ...]
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene's or: true if any part is true, else unknown if any is unknown, else false."""

    parts: tuple[Condition, ...]
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Kleene's not: unknown stays unknown."""

    part: Condition
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """``income at_least 20000``: both sides have the `type` given here, the same unit and places."""

    subject: Subject
    op: Op
    operand: Operand
    type: Type
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``age between [18, 65]``: both ends belong to it."""

    subject: Subject
    least: Operand
    greatest: Operand
    type: Type
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """``kind one_of [rent, gas]``; `none_of` has `negated` set; of unknown both are unknown.

    `said` remembers sugar: ``("at_least", "good")`` for a band.
    """

    subject: Subject
    values: tuple[Value, ...]
    type: Type
    where: Where = field(compare=False, repr=False)
    negated: bool = False
    said: tuple[str, str] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """``known: true`` or ``known: false``: the only test that answers on unknown."""

    subject: Subject
    known: bool
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NoScore:
    """True when the evaluation gave no score, false when it gave one. Only in a use."""

    where: Where = field(compare=False, repr=False)


Condition = Always | AllOf | AnyOf | Not | Compare | Between | OneOf | Known | NoScore

# ------------------------------------------------------------------------------------------------------ header


@dataclass(frozen=True, slots=True)
class Authority:
    """Who says they have the right, and where it is written."""

    instrument: Text
    article: str | None = None
    url: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class NoAuthority:
    """There is none; the reason is shown."""

    because: Text


@dataclass(frozen=True, slots=True)
class Reference:
    """Something to read."""

    title: Text
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part the operator does not publish: which, on what ground, who decided. The engine then refuses to score."""

    part: Text
    ground: Text
    decided_by: Text | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in this version and why: `new`, `amend`, `repeal` or `correct`."""

    kind: str
    why: Text


@dataclass(frozen=True, slots=True)
class Header:
    """What every policy says of itself. `digest` is the SHA-256 of its canonical JSON."""

    kind: str
    id: str
    version: str
    from_: date
    until: date | None
    title: Text
    summary: Text
    change: Change
    authority: tuple[Authority, ...] | NoAuthority
    digest: str
    where: Where = field(compare=False, repr=False)
    description: Text | None = None
    owner: Text | None = None
    references: tuple[Reference, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    translation_of: Mapping[str, str] = field(default_factory=dict)


# ------------------------------------------------------------------------------------------------------ source


@dataclass(frozen=True, slots=True)
class Field:
    """One item of data of a source. `category` is a term of the personal-data vocabulary, like ``pd:Friend``."""

    name: str
    type: Type
    title: Text
    category: str
    where: Where = field(compare=False, repr=False)
    optional: bool = False
    description: Text | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """How long a row is kept: `months` completed since `counted_from`.

    Without `months` it is kept while the account is open, or, if `unpublished`, nobody has said for how long.

    The first Keep of a source whose `when` is true of the row applies; an unknown `counted_from` keeps the row.
    """

    when: Condition | None
    months: int | None
    counted_from: str | None
    where: Where = field(compare=False, repr=False)
    unpublished: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who the data is given to, and what for."""

    who: Text
    what_for: Text


@dataclass(frozen=True, slots=True)
class Collected:
    """How the data comes: by whom, from where, out of which life domain, how, how often, about whom."""

    provided_by: tuple[Text, ...]
    origin: str
    obtained: str
    context: str
    method: Text
    frequency: str
    people: Text
    mandatory: bool
    otherwise: Text | None


@dataclass(frozen=True, slots=True)
class Uniform:
    """Numbers that are all as likely, from `least` to `greatest`."""

    least: Decimal
    greatest: Decimal


@dataclass(frozen=True, slots=True)
class Exponential:
    """Small numbers often, large ones seldom, `mean` in all."""

    mean: Decimal


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Half of the numbers below `median`, half above, never below 0; `spread` is the deviation of their logarithm."""

    median: Decimal
    spread: Decimal


@dataclass(frozen=True, slots=True)
class Weighted:
    """Numbers with how often each comes, in comparison with the others."""

    weights: tuple[tuple[Decimal, Decimal], ...]


Shape = Uniform | Exponential | Lognormal | Weighted


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """A field is known only where another has one of `values`, or, when there are none, where it is known."""

    field: str
    values: tuple[bool | str, ...]


@dataclass(frozen=True, slots=True)
class FieldHint:
    """How the values of a field are made up; what is None is left to the field's type.

    `shape` is of numbers, or of days counted `way` the date field `of`, or the as-of date.
    """

    missing: Decimal | None = None
    yes: Decimal | None = None
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    shape: Shape | None = None
    way: Literal["after", "before"] = "after"
    of: str | None = None
    only_if: OnlyIf | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """How the rows of a `share` of synthetic people are made up. No decision depends on it.

    `have` is the share of them of whom there is anything, `rows` how many a year over the last `over` months (None: as
    long as rows are kept), `contested` the share of rows under a contest.
    """

    share: Decimal
    have: Decimal | None
    rows: Shape | None
    over: int | None
    contested: Decimal | None
    fields: Mapping[str, FieldHint]


@dataclass(frozen=True, slots=True)
class Source:
    """What is collected. `dated_by` names the date of a row; None for a source of single facts.

    `synthetic` says how made-up people get their rows; the entries are sorts of people, the same sorts in each source.
    """

    head: Header
    collected: Collected
    purpose: Text
    legal_basis: str
    recipients: tuple[Recipient, ...]
    retention: tuple[Keep, ...]
    then: str
    dated_by: str | None
    fields: Mapping[str, Field]
    synthetic: tuple[Hint, ...] = ()


# ----------------------------------------------------------------------------------------------------- measure


class Fold(StrEnum):
    """What is made of the counted rows."""

    COUNT = "count"
    SHARE = "share"
    SUM = "sum"
    AVERAGE = "average"
    LEAST = "least"
    GREATEST = "greatest"
    EARLIEST = "earliest"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Rows:
    """A fold over the rows of a source.

    *rows*: the kept rows dated within `within` months before the as-of date for which `among` is true (if given).
    *counted*: those of them for which `counts_if` is true (if given). A share is counted ÷ rows; every other fold is
    over the counted rows. `unknown_below`: with fewer *rows* than this the measure is unknown.
    """

    fold: Fold
    source: str
    field: str | None
    within: int | None
    among: Condition | None
    counts_if: Condition | None
    unknown_below: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of one field of a source of facts."""

    source: str
    field: str


@dataclass(frozen=True, slots=True)
class Span:
    """Completed months or years from a date to the as-of date (`age`) or from the as-of date to it (`until`).

    Never below 0: an age of a date to come is 0, and so is the time until a date gone by.
    """

    way: Literal["age", "until"]
    of: Fact | MeasureRef
    unit: Literal["months", "years"]


class Join(StrEnum):
    """How several measures become one."""

    ADD = "add"
    SUBTRACT = "subtract"
    GREATEST_OF = "greatest_of"
    LEAST_OF = "least_of"


@dataclass(frozen=True, slots=True)
class Joined:
    """Arithmetic over measures of one type, unit and number of places, already rounded."""

    join: Join
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A measure times the constant ``by ÷ 10**by_places``, rounded to the places of the result."""

    measure: str
    by: int
    by_places: int


Body = Rows | Fact | Span | Joined | Times


@dataclass(frozen=True, slots=True)
class Measure:
    """What is worked out from sources. `type` is the type of the result."""

    head: Header
    body: Body
    type: Type
    category: str


# -------------------------------------------------------------------------------------------------------- rule


@dataclass(frozen=True, slots=True)
class Fixed:
    """So many points."""

    points: int


@dataclass(frozen=True, slots=True)
class Each:
    """`each` points for each unit of a measure, never past `bound` (a floor when `each` is negative, else a cap)."""

    each: int
    of: str
    bound: int


@dataclass(frozen=True, slots=True)
class Given:
    """A conclusion a case gives: `value` is True for a flag, or the code."""

    conclusion: str
    value: bool | str


@dataclass(frozen=True, slots=True)
class Certainty:
    """Where a figure comes from and how sure it is (reconstructions); `disputed` says what others say."""

    source: Text | None = None
    sure: str | None = None
    disputed: Text | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What a case gives: points, conclusions, both, or no score at all."""

    points: Fixed | Each | None
    concludes: tuple[Given, ...] = ()
    no_score: Text | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One `when → worth`, tried in the order written."""

    when: Condition
    worth: Worth
    where: Where = field(compare=False, repr=False)
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The author's table: the measures of its columns and, row by row, the cells as written."""

    measures: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the rule is worth when it cannot be decided, and why."""

    points: int | None
    concludes: tuple[Given, ...]
    no_score: Text | None
    because: Text
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A flag (`codes` is None) or a code that one rule may conclude."""

    name: str
    title: Text
    category: str
    codes: Code | None
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case: values of measures and conclusions going in, and what must come out.

    `outcome` is "points", "unknown" or "no_score"; `given` are values by name (None is unknown).
    """

    measures: Mapping[str, Value | None]
    conclusions: Mapping[str, bool | str | None]
    points: int | None
    concludes: tuple[Given, ...]
    outcome: Literal["case", "unknown", "no_score"]
    where: Where = field(compare=False, repr=False)
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Direction:
    """More of `measure` is never worse (`up`) or never better (`down`); an exception has a declared reason."""

    measure: str
    way: Literal["up", "down"]
    except_: Text | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a person may bring so that the rule does not misread them."""

    right: str | None
    accepts: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """What measures are worth. `cases` are tried in order; `table` remembers the author's table if there was one."""

    head: Header
    why: Text
    cases: tuple[Case, ...]
    unknown: Unknown
    conclusions: tuple[Conclusion, ...]
    table: Table | None = field(compare=False)
    directions: tuple[Direction, ...]
    mends: Text | None
    evidence: Evidence | None
    examples: tuple[Example, ...]
    reads: tuple[str, ...]
    """The measures it looks at, in the order first written."""
    reads_conclusions: tuple[str, ...]


# ------------------------------------------------------------------------------------------------------- score


@dataclass(frozen=True, slots=True)
class Group:
    """Rules whose points are added together and then held between a floor and a cap."""

    id: str
    title: Text
    rules: tuple[str, ...]
    floor: int | None
    cap: int | None
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `least` to `greatest`, inclusive. Bands are listed worst to best."""

    id: str
    title: Text
    summary: Text | None
    least: int
    greatest: int
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NoScoreWhen:
    """When this is true (and only then) there is no score."""

    when: Condition
    because: Text
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Score:
    """How points add up: base + groups after floor and cap + the other rules, then held to the range.

    `rules` is every scoring rule in the order written, which is also the tie-break of reasons.
    """

    head: Header
    base: int
    rules: tuple[str, ...]
    groups: tuple[Group, ...]
    least: int
    greatest: int
    bands: tuple[Band, ...]
    no_score: tuple[NoScoreWhen, ...]
    most_reasons: int
    reasons_source: Text | None
    validity: Text | None = None


# --------------------------------------------------------------------------------------- use, exclusion, right


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that may follow, and when. `lasts` is in months; None means as said in the effect."""

    id: str
    when: Condition
    effect: Text
    polarity: Literal["benefit", "detriment", "neutral"]
    lasts: int | None
    where: Where = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """What is done with the result: who decides what, and the only consequences allowed."""

    head: Header
    decided_by: tuple[Text, ...]
    purposes: tuple[str, ...]
    context: str
    automation: str
    human_review: Text
    consequences: tuple[Consequence, ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is never collected, scored, inferred or used for something. Globs cover whole ids, upper or lower case."""

    head: Header
    never: tuple[str, ...]
    categories: tuple[str, ...]
    fields: tuple[str, ...]
    sources: tuple[str, ...]
    purposes: tuple[str, ...]
    because: Text


@dataclass(frozen=True, slots=True)
class Right:
    """How to see, correct or contest. Rows of the sources in `sets_aside` are left out while a contest is open."""

    head: Header
    of: str
    channels: tuple[Text, ...]
    evidence: Text | None
    lodge_within: str | None
    answer_within: str | None
    fee: Text
    meanwhile: Text
    decided_by: Text
    outcomes: tuple[Text, ...]
    escalation: Text | None
    sets_aside: tuple[str, ...]


Policy = Source | Measure | Rule | Score | Use | Exclusion | Right

# --------------------------------------------------------------------------------------------------- the whole


@dataclass(frozen=True, slots=True)
class About:
    """`rulebook.yaml`: what the rulebook is, who answers for it, in which languages (the first is the original).

    `digest` is the SHA-256 of its canonical JSON.
    """

    id: str
    title: Text
    summary: Text
    standing: Literal["operator", "reconstruction", "illustration"]
    languages: tuple[str, ...]
    operator: Text
    contact: Text
    default_use: str | None
    where: Where = field(compare=False, repr=False)
    description: Text | None = None
    references: tuple[Reference, ...] = ()
    units: Mapping[str, Text] = field(default_factory=dict)
    address: str | None = None
    """Where the website that holds it is published, with a slash at the end."""
    digest: str = ""


Logged = Literal["promulgated", "not-promulgated", "no-log"]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Edition:
    """The policies of one rulebook in force on a date, resolved. Named by its latest `from` and its digest.

    An edition is compared by identity: what was compiled from it may be kept beside it.

    Measures and rules are in an order in which each comes after what it reads.
    """

    about: About
    from_: date
    digest: str
    sources: Mapping[str, Source]
    measures: Mapping[str, Measure]
    rules: Mapping[str, Rule]
    score: Score | None
    uses: Mapping[str, Use]
    exclusions: Mapping[str, Exclusion]
    rights: Mapping[str, Right]
    raw: Mapping[tuple[str, str], Any] = field(compare=False, repr=False, default_factory=dict)
    """The documents as written, by kind and id (plain data), for showing."""
    log: Logged = "no-log"
    """Whether exactly these policies are in the rulebook's public log, if it has one."""


def find_conclusion(edition: Edition, name: str) -> tuple[Rule, Conclusion] | None:
    """The rule that gives a conclusion, and the conclusion; None if no rule does."""
    for rule in edition.rules.values():
        for conclusion in rule.conclusions:
            if conclusion.name == name:
                return rule, conclusion
    return None
