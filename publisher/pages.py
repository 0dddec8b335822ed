"""What every page of the website shows: one dataclass per kind of page, and nothing about how it looks.

A page is in one language. `collect` makes pages, `render` turns them into bytes; a template sees its page as `page`
and nothing else. The words below a field are its help: what it holds, and what it means when it is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import NamedTuple


class Phrase(NamedTuple):
    """Words and the language they are in, which is not the page's when a translation is missing."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another page of the site."""

    words: Phrase
    path: str
    """From the root of the site, like ``demo/en/rules/late.html#points``; a template makes it relative."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something to read elsewhere."""

    title: Phrase
    url: str | None
    """As written in the policy; only ``http`` and ``https`` become a link."""


# ------------------------------------------------------------------------------------------------ around every page


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the pages of one rulebook in one language: who speaks, and under which edition."""

    title: Phrase
    operator: Phrase
    contact: Phrase
    standing: str
    """`operator`, `reconstruction` or `illustration`: the banner on every page."""
    lang: str
    languages: tuple[str, ...]
    """The languages of the rulebook; the first is the original."""
    home: str
    """The folder of its pages from the root of the site, like ``demo/en/``."""
    edition_from: date
    """The day from which the edition on these pages is in force."""
    digest: str
    """The SHA-256 of the edition."""


# ---------------------------------------------------------------------------------------------- what policies share


@dataclass(frozen=True, slots=True)
class Ground:
    """An instrument that gives the right to do this."""

    instrument: Phrase
    article: str | None
    url: str | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A part that the operator does not publish."""

    part: Phrase
    ground: Phrase
    decided_by: Phrase | None


@dataclass(frozen=True, slots=True)
class Version:
    """One line of a policy's history."""

    version: str
    path: str | None
    """Its permanent page; None if it never was in force, because a correction came first."""
    from_: date
    change: str
    """`new`, `amend`, `repeal` or `correct`."""
    why: Phrase


Fact = Phrase | Link | date | int | str
"""A figure or a name that a notice is about."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something odd that the checks noticed."""

    code: str
    """Of the problem, like `reversal`: the template has its words."""
    rows: tuple[int, ...]
    """The rows of the rule's table that it is about, the first being the one that is odd; they count from 1."""
    facts: Mapping[str, Fact]
    sentence: str
    """What the checks say in English, for a code without words."""


class Gap(NamedTuple):
    """So many texts are missing in a language."""

    language: Phrase
    texts: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the checks noticed about one version of a policy, or about a whole rulebook."""

    odd: tuple[Notice, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What every policy says of itself, and where it stands among its versions."""

    kind: str
    id: str
    version: str
    from_: date
    until: date | None
    """The last day in force, because the policy says so or because another version follows; None if no end is known."""
    title: Phrase
    summary: Phrase
    description: Phrase | None
    owner: Phrase | None
    change: str
    why_changed: Phrase
    authority: tuple[Ground, ...]
    no_authority: Phrase | None
    """Why there is no authority; None when there is one."""
    readings: tuple[Reading, ...]
    hidden: tuple[Hidden, ...]
    noticed: Noticed
    behind: str | None
    """The version that this language was translated from, when it is an older one."""
    digest: str
    versions: tuple[Version, ...]
    """Newest first."""
    permanent: str
    """The page of this very version."""
    current: str | None
    """The main page of the policy; None on that page itself."""
    shown: bool
    """Whether the main page shows this version."""
    text: str | None
    """The policy as written; None when it is too long for a page."""
    lines: int
    """How many lines that is."""
    yaml: str
    """Where the policy lies as written."""
    json: str
    """Where the policy lies as canonical JSON."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What a field or a measure can hold."""

    what: str
    """`number`, `share`, `rows`, `months`, `years`, `days`, `yesno`, `code` or `date`."""
    places: int = 0
    unit: Phrase | None = None
    least: Phrase | None = None
    greatest: Phrase | None = None
    choices: tuple[Phrase, ...] = ()
    """Of a code: the words of each."""
    future: bool = False
    """Of a date: whether it may lie after the day of the evaluation."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart a hundred wide; `zero` is where nought is."""

    zero: float
    start: float
    width: float
    gain: bool
    """Whether it goes up from nought."""


class Sure(NamedTuple):
    """Where a figure comes from and who disagrees, as numbers of notes; None where nothing is said."""

    note: int | None = None
    disputed: int | None = None


@dataclass(frozen=True, slots=True)
class Gives:
    """What a case gives."""

    points: str | None
    """Short, for a column: ``+60``, or the sign and number for each unit; None when it gives no points."""
    words: tuple[Phrase, ...]
    """Whole sentences for what a number cannot say: so many for each, a conclusion, no score."""
    bar: Bar | None
    sure: Sure


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a rule's table."""

    said: Phrase | None
    """The author's own words for it."""
    cells: tuple[Phrase, ...]
    gives: Gives
    notice: int | None
    """The first notice that is about this row."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example as a row: a value for each measure and conclusion, and what comes out."""

    title: Phrase | None
    cells: tuple[Phrase, ...]
    result: Phrase


@dataclass(frozen=True, slots=True)
class Looks:
    """A measure a rule looks at."""

    link: Link
    definition: Phrase
    sources: tuple[Link, ...]
    months: int | None
    """How many months back it looks; None when it has no window."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy in a list."""

    link: Link
    summary: Phrase
    version: str
    from_: date
    odd: int
    """How many oddities the checks noticed about it."""


# ------------------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True, slots=True)
class Book:
    """A rulebook on the first page."""

    title: Phrase
    summary: Phrase
    doors: tuple[tuple[str, str, str], ...]
    """For each of its languages: the language, its title there, and its home."""
    standing: str


@dataclass(frozen=True, slots=True)
class RootPage:
    """The first page: which rulebook, in which language."""

    path: PurePosixPath
    books: tuple[Book, ...]


Times = tuple[int | str, ...]
"""How long a row is kept in each of the cases of its source: so many months, `while-open` or `not-published`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The sources that are kept for the same length of time."""

    times: Times
    sources: Phrase
    """Their titles."""
    path: str


@dataclass(frozen=True, slots=True)
class Follows:
    """What may follow in one use, whatever else is known."""

    use: Link
    effects: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class BandLine:
    """A band of the score."""

    title: Phrase
    summary: Phrase | None
    least: int
    greatest: int
    follows: tuple[Follows, ...]
    """What follows here and not in every band."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands, worst to best, and what follows from each; `unscored` is None when there always is a score."""

    lines: tuple[BandLine, ...]
    every: tuple[Follows, ...]
    """What follows in every band."""
    unscored: tuple[Follows, ...] | None
    """What follows when there is no score."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One consequence of a use."""

    id: str
    effect: Phrase
    when: Phrase
    polarity: str
    lasts: int | None
    """Months; None as said in the effect."""
    link: Link
    """The use."""


@dataclass(frozen=True, slots=True)
class News:
    """A version that came, will come, or is proposed."""

    link: Link
    from_: date
    change: str
    why: Phrase


@dataclass(frozen=True, slots=True)
class HomePage:
    """The home of a rulebook: the label, the bands, where to read on, what changed and what is proposed."""

    path: PurePosixPath
    frame: Frame
    summary: Phrase
    description: Phrase | None
    collected: tuple[Link, ...]
    used_for: tuple[Link, ...]
    never: tuple[Link, ...]
    effects: tuple[Effect, ...]
    kept: tuple[Kept, ...]
    contest: tuple[Link, ...]
    bands: Bands | None
    """None without a score."""
    measures: int
    rules: int
    rights: int
    changed: tuple[News, ...]
    """The newest versions of the edition shown, newest first."""
    coming: tuple[News, ...]
    """Versions in force later."""
    drafts: tuple[News, ...]
    """Proposals open for comment."""
    noticed: Noticed
    """About the rulebook itself."""
    odd: tuple[tuple[Link, int], ...]
    """The policies about which the checks noticed oddities, and how many."""
    gaps: tuple[tuple[Link, int], ...]
    """The policies of which texts are missing, and how many."""
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """All policies of one kind: measures, uses, exclusions or rights."""

    path: PurePosixPath
    frame: Frame
    kind: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source in the list of what is collected."""

    entry: Entry
    fields: Phrase
    """The titles of its fields."""
    times: Times


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """What is collected."""

    path: PurePosixPath
    frame: Frame
    entries: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule that gives points, with how far they go on the scale all rules share."""

    entry: Entry
    least: int
    most: int
    low: Bar
    """From nought to the fewest points."""
    high: Bar


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules whose points are added first and then held between a floor and a cap; no title for rules by themselves."""

    title: Phrase | None
    floor: int | None
    cap: int | None
    rules: tuple[RuleEntry, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Every rule, and how much each can matter."""

    path: PurePosixPath
    frame: Frame
    groups: tuple[RuleGroup, ...]
    conclude: tuple[Entry, ...]
    """Rules that give no points, only conclusions."""


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
    directions: tuple[Phrase, ...]
    inputs: tuple[Phrase, ...]
    """The heads of the columns of the examples before the result: the measures and conclusions the rule looks at."""
    examples: tuple[Worked, ...]
    mends: Phrase | None
    evidence: Phrase | None
    evidence_right: Link | None
    rights: tuple[Link, ...]
    conclusions: tuple[tuple[Phrase, Phrase], ...]
    """What it may conclude: title and category."""


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
    no_score: tuple[tuple[Phrase, Phrase], ...]
    """When, and why then."""
    refusing: tuple[tuple[Link, Phrase], ...]
    """The rules of which a case refuses a score, and why."""
    undecided: tuple[Link, ...]
    """The rules that refuse a score when they cannot be decided."""
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


class Tried(NamedTuple):
    """So many times something excluded was added to an example record, and so many times it was refused by name."""

    times: int
    refused: int
    record: str


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
    """A proposal open for comment. It is in no edition, so nothing but its own words is shown."""

    path: PurePosixPath
    frame: Frame
    kind: str
    id: str
    version: str
    from_: date
    title: Phrase
    summary: Phrase
    change: str
    why: Phrase
    hidden: tuple[Hidden, ...]
    noticed: Noticed
    current: Link | None
    """The policy it would change."""
    text: str | None
    """As written; None when it is too long for a page."""
    lines: int
    yaml: str


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """How decisions are worked out: what the engine does where a policy is silent."""

    path: PurePosixPath
    frame: Frame


@dataclass(frozen=True, slots=True)
class Download:
    """A policy as files."""

    kind: str
    title: Phrase
    version: str
    from_: date
    page: str
    yaml: str
    json: str
    digest: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """Everything as files."""

    path: PurePosixPath
    frame: Frame
    about: str
    """Where `rulebook.yaml` lies."""
    sums: str
    """Where the fingerprints of all JSON files lie."""
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class SchemaKey:
    """One key of a written form. `level` is how deep it lies."""

    name: str
    level: int
    required: bool
    help: str
    example: str


@dataclass(frozen=True, slots=True)
class SchemaPage:
    """The written form of one kind of policy, as its JSON Schema says it; in English."""

    path: PurePosixPath
    kind: str
    kinds: tuple[tuple[str, str], ...]
    """All kinds and the files of their pages."""
    help: str
    keys: tuple[SchemaKey, ...]
    json: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that is not a page: a policy, a schema, a style sheet."""

    path: PurePosixPath
    content: bytes


BookPage = (
    HomePage
    | ListPage
    | SourcesPage
    | RulesPage
    | SourcePage
    | MeasurePage
    | RulePage
    | ScorePage
    | UsePage
    | ExclusionPage
    | RightPage
    | DraftPage
    | ReferencePage
    | DataPage
)
"""A page of a rulebook: it has a frame."""

Page = RootPage | BookPage | SchemaPage
"""A page that a template shows."""
