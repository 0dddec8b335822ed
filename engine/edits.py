"""What can differ between two rulebooks: one dataclass for each kind of edit, and the union of them.

An edit has a place: the way to what differs, step by step. A step is the name of an attribute, the id or name of a
part, or, where parts have no name, hex digits of what they say. `index` is where a part stands in its list. Everything
else is the old value and the new one, so that an edit can be done and undone without anything else being known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.ir import (
    Authority,
    Band,
    Body,
    Case,
    Certainty,
    Change,
    Choice,
    Conclusion,
    Condition,
    Consequence,
    Direction,
    Each,
    Evidence,
    Example,
    Field,
    Fixed,
    Fold,
    Given,
    Group,
    Hint,
    Keep,
    NoAuthority,
    NoScoreWhen,
    Policy,
    Recipient,
    Reference,
    Table,
    Text,
    Type,
    Withheld,
)

Place = tuple[str, ...]
"""The way to what differs: ``("sources", "bills", "collected", "origin")``."""

# ------------------------------------------------------------------------------------------------- parts of a list


@dataclass(frozen=True, slots=True)
class PolicyAdded:
    """A whole policy is new."""

    place: Place
    index: int
    new: Policy


@dataclass(frozen=True, slots=True)
class PolicyRemoved:
    """A whole policy is gone."""

    place: Place
    index: int
    old: Policy


@dataclass(frozen=True, slots=True)
class AuthorityAdded:
    """An instrument that gives the right to do it is new."""

    place: Place
    index: int
    new: Authority


@dataclass(frozen=True, slots=True)
class AuthorityRemoved:
    """An instrument that gives the right to do it is gone."""

    place: Place
    index: int
    old: Authority


@dataclass(frozen=True, slots=True)
class ReferenceAdded:
    """Something to read is new."""

    place: Place
    index: int
    new: Reference


@dataclass(frozen=True, slots=True)
class ReferenceRemoved:
    """Something to read is gone."""

    place: Place
    index: int
    old: Reference


@dataclass(frozen=True, slots=True)
class WithheldAdded:
    """A part that is not published is new."""

    place: Place
    index: int
    new: Withheld


@dataclass(frozen=True, slots=True)
class WithheldRemoved:
    """A part that is not published is gone."""

    place: Place
    index: int
    old: Withheld


@dataclass(frozen=True, slots=True)
class ProviderAdded:
    """Somebody who hands in data is new."""

    place: Place
    index: int
    new: Text


@dataclass(frozen=True, slots=True)
class ProviderRemoved:
    """Somebody who hands in data is gone."""

    place: Place
    index: int
    old: Text


@dataclass(frozen=True, slots=True)
class RecipientAdded:
    """Somebody the data is given to is new."""

    place: Place
    index: int
    new: Recipient


@dataclass(frozen=True, slots=True)
class RecipientRemoved:
    """Somebody the data is given to is gone."""

    place: Place
    index: int
    old: Recipient


@dataclass(frozen=True, slots=True)
class RetentionClauseAdded:
    """A clause on how long rows are kept is new."""

    place: Place
    index: int
    new: Keep


@dataclass(frozen=True, slots=True)
class RetentionClauseRemoved:
    """A clause on how long rows are kept is gone."""

    place: Place
    index: int
    old: Keep


@dataclass(frozen=True, slots=True)
class FieldAdded:
    """An item of data that is collected is new."""

    place: Place
    index: int
    new: Field


@dataclass(frozen=True, slots=True)
class FieldRemoved:
    """An item of data that is collected is gone."""

    place: Place
    index: int
    old: Field


@dataclass(frozen=True, slots=True)
class ChoiceAdded:
    """A code of a closed list is new."""

    place: Place
    index: int
    new: Choice


@dataclass(frozen=True, slots=True)
class ChoiceRemoved:
    """A code of a closed list is gone."""

    place: Place
    index: int
    old: Choice


@dataclass(frozen=True, slots=True)
class CaseAdded:
    """A case of a rule is new."""

    place: Place
    index: int
    new: Case


@dataclass(frozen=True, slots=True)
class CaseRemoved:
    """A case of a rule is gone."""

    place: Place
    index: int
    old: Case


@dataclass(frozen=True, slots=True)
class ConclusionAdded:
    """A conclusion that a rule may give is new."""

    place: Place
    index: int
    new: Conclusion


@dataclass(frozen=True, slots=True)
class ConclusionRemoved:
    """A conclusion that a rule may give is gone."""

    place: Place
    index: int
    old: Conclusion


@dataclass(frozen=True, slots=True)
class DirectionAdded:
    """A declared direction is new."""

    place: Place
    index: int
    new: Direction


@dataclass(frozen=True, slots=True)
class DirectionRemoved:
    """A declared direction is gone."""

    place: Place
    index: int
    old: Direction


@dataclass(frozen=True, slots=True)
class ExampleAdded:
    """A worked example is new."""

    place: Place
    index: int
    new: Example


@dataclass(frozen=True, slots=True)
class ExampleRemoved:
    """A worked example is gone."""

    place: Place
    index: int
    old: Example


@dataclass(frozen=True, slots=True)
class ScoredRuleAdded:
    """A rule whose points count is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class ScoredRuleRemoved:
    """A rule whose points count is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class GroupAdded:
    """A group of rules is new."""

    place: Place
    index: int
    new: Group


@dataclass(frozen=True, slots=True)
class GroupRemoved:
    """A group of rules is gone."""

    place: Place
    index: int
    old: Group


@dataclass(frozen=True, slots=True)
class GroupRuleAdded:
    """A rule of a group is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class GroupRuleRemoved:
    """A rule of a group is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class BandAdded:
    """A band of the score is new."""

    place: Place
    index: int
    new: Band


@dataclass(frozen=True, slots=True)
class BandRemoved:
    """A band of the score is gone."""

    place: Place
    index: int
    old: Band


@dataclass(frozen=True, slots=True)
class NoScoreCaseAdded:
    """A case in which there is no score is new."""

    place: Place
    index: int
    new: NoScoreWhen


@dataclass(frozen=True, slots=True)
class NoScoreCaseRemoved:
    """A case in which there is no score is gone."""

    place: Place
    index: int
    old: NoScoreWhen


@dataclass(frozen=True, slots=True)
class DeciderAdded:
    """Somebody who decides on a result is new."""

    place: Place
    index: int
    new: Text


@dataclass(frozen=True, slots=True)
class DeciderRemoved:
    """Somebody who decides on a result is gone."""

    place: Place
    index: int
    old: Text


@dataclass(frozen=True, slots=True)
class UsePurposeAdded:
    """A purpose for which a result is used is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class UsePurposeRemoved:
    """A purpose for which a result is used is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class ConsequenceAdded:
    """Something that may follow is new."""

    place: Place
    index: int
    new: Consequence


@dataclass(frozen=True, slots=True)
class ConsequenceRemoved:
    """Something that may follow is gone."""

    place: Place
    index: int
    old: Consequence


@dataclass(frozen=True, slots=True)
class PromiseAdded:
    """Something an exclusion promises never to do is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class PromiseRemoved:
    """Something an exclusion promises never to do is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class CoveredCategoryAdded:
    """A kind of data an exclusion covers is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class CoveredCategoryRemoved:
    """A kind of data an exclusion covers is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class CoveredFieldAdded:
    """A name of fields an exclusion covers is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class CoveredFieldRemoved:
    """A name of fields an exclusion covers is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class CoveredSourceAdded:
    """A name of sources an exclusion covers is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class CoveredSourceRemoved:
    """A name of sources an exclusion covers is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class CoveredPurposeAdded:
    """A purpose an exclusion rules out is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class CoveredPurposeRemoved:
    """A purpose an exclusion rules out is gone."""

    place: Place
    index: int
    old: str


@dataclass(frozen=True, slots=True)
class ChannelAdded:
    """A way to reach those who answer is new."""

    place: Place
    index: int
    new: Text


@dataclass(frozen=True, slots=True)
class ChannelRemoved:
    """A way to reach those who answer is gone."""

    place: Place
    index: int
    old: Text


@dataclass(frozen=True, slots=True)
class OutcomeAdded:
    """Something that can come of a request is new."""

    place: Place
    index: int
    new: Text


@dataclass(frozen=True, slots=True)
class OutcomeRemoved:
    """Something that can come of a request is gone."""

    place: Place
    index: int
    old: Text


@dataclass(frozen=True, slots=True)
class SetAsideAdded:
    """A source whose contested rows are left out is new."""

    place: Place
    index: int
    new: str


@dataclass(frozen=True, slots=True)
class SetAsideRemoved:
    """A source whose contested rows are left out is gone."""

    place: Place
    index: int
    old: str


# --------------------------------------------------------------------------------------------- the order of a list


@dataclass(frozen=True, slots=True)
class CasesReordered:
    """The cases of a rule are tried in another order. Only what is in both lists is named."""

    place: Place
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetentionReordered:
    """The clauses on keeping rows are tried in another order. Only what is in both lists is named."""

    place: Place
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReasonsReordered:
    """The order of the rules of a score, which breaks ties between reasons. Only what is in both lists is named."""

    place: Place
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reordered:
    """A list whose order means nothing is written in another one. Only what is in both lists is named."""

    place: Place
    old: tuple[str, ...]
    new: tuple[str, ...]


# ---------------------------------------------------------------------------------------------------- single values


@dataclass(frozen=True, slots=True)
class Reworded:
    """Words that explain: what they say has no effect."""

    place: Place
    old: Text | None
    new: Text | None


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """Words that bind: the engine cannot weigh what they say."""

    place: Place
    old: Text | None
    new: Text | None


@dataclass(frozen=True, slots=True)
class NoteChanged:
    """The note of a version on what it changes and why."""

    place: Place
    old: Change
    new: Change


@dataclass(frozen=True, slots=True)
class VersionChanged:
    """The version number."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DigestChanged:
    """The fingerprint of a document; alone, it was only written differently."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class StartChanged:
    """The day from which it is in force."""

    place: Place
    old: date
    new: date


@dataclass(frozen=True, slots=True)
class EndChanged:
    """The last day in force, if one is named."""

    place: Place
    old: date | None
    new: date | None


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """Where something can be read, or the day it was read."""

    place: Place
    old: str | date | None
    new: str | date | None


@dataclass(frozen=True, slots=True)
class TranslationChanged:
    """From which versions translations were made."""

    place: Place
    old: Mapping[str, str]
    new: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AuthorityReplaced:
    """Instruments on one side, and a reason for having none on the other."""

    place: Place
    old: tuple[Authority, ...] | NoAuthority
    new: tuple[Authority, ...] | NoAuthority


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """The id of the rulebook itself."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LanguagesChanged:
    """The languages of the rulebook, the original first."""

    place: Place
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DefaultUseChanged:
    """The use that is meant when none is named."""

    place: Place
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """Whose rulebook it is: the operator's own, a reconstruction, an illustration."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class UnitsChanged:
    """The words of the rulebook's own units."""

    place: Place
    old: Mapping[str, Text]
    new: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class OriginChanged:
    """Where data comes from."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ObtainedChanged:
    """How data is obtained: collected, observed, derived, inferred."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ContextChanged:
    """The area of life."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FrequencyChanged:
    """How often data comes."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DutyChanged:
    """Whether people must give the data."""

    place: Place
    old: bool
    new: bool


@dataclass(frozen=True, slots=True)
class LegalBasisChanged:
    """The legal basis."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RetentionChanged:
    """How long rows are kept, or from when that is counted."""

    place: Place
    old: Keep
    new: Keep


@dataclass(frozen=True, slots=True)
class DisposalChanged:
    """What happens to rows whose time is up."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SyntheticChanged:
    """How made-up people get their rows; no decision depends on it."""

    place: Place
    old: tuple[Hint, ...]
    new: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class RowDateChanged:
    """Which field dates a row; None for single facts."""

    place: Place
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class TypeChanged:
    """The type of a value as a whole."""

    place: Place
    old: Type | None
    new: Type | None


@dataclass(frozen=True, slots=True)
class PlacesChanged:
    """The digits after the point."""

    place: Place
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class UnitChanged:
    """The unit a number is counted in."""

    place: Place
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class BoundChanged:
    """The least or the greatest value that is taken."""

    place: Place
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class FutureChanged:
    """Whether a date to come is taken."""

    place: Place
    old: bool
    new: bool


@dataclass(frozen=True, slots=True)
class OptionalChanged:
    """Whether an item may be left out."""

    place: Place
    old: bool
    new: bool


@dataclass(frozen=True, slots=True)
class CategoryChanged:
    """The kind of personal data something is."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class BodyChanged:
    """How a measure is worked out, as a whole."""

    place: Place
    old: Body
    new: Body


@dataclass(frozen=True, slots=True)
class FoldChanged:
    """What is made of the counted rows."""

    place: Place
    old: Fold
    new: Fold


@dataclass(frozen=True, slots=True)
class RowsOfChanged:
    """The source whose rows are looked at."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FieldOfChanged:
    """The field that is folded."""

    place: Place
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class WindowChanged:
    """How many months back rows are looked at; None is all that are kept."""

    place: Place
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Which rows are looked at, or counted."""

    place: Place
    old: Condition | None
    new: Condition | None


@dataclass(frozen=True, slots=True)
class RowsNeededChanged:
    """With how few rows a measure is unknown."""

    place: Place
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class PointsChanged:
    """The points of a case, or of what cannot be decided."""

    place: Place
    old: Fixed | Each | int | None
    new: Fixed | Each | int | None


@dataclass(frozen=True, slots=True)
class GivenChanged:
    """What a case concludes."""

    place: Place
    old: tuple[Given, ...]
    new: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class DenialChanged:
    """Whether a case leaves people without a score."""

    place: Place
    old: Text | None
    new: Text | None


@dataclass(frozen=True, slots=True)
class CertaintyChanged:
    """Where a figure comes from, and how sure it is."""

    place: Place
    old: Certainty | None
    new: Certainty | None


@dataclass(frozen=True, slots=True)
class TableRewritten:
    """The table as its author wrote it."""

    place: Place
    old: Table | None
    new: Table | None


@dataclass(frozen=True, slots=True)
class DirectionTurned:
    """A declared direction, turned round."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ExceptionChanged:
    """The declared exception to a direction."""

    place: Place
    old: Text | None
    new: Text | None


@dataclass(frozen=True, slots=True)
class EvidenceChanged:
    """What people may bring so that a rule does not misread them."""

    place: Place
    old: Evidence | None
    new: Evidence | None


@dataclass(frozen=True, slots=True)
class ReadsChanged:
    """The measures or conclusions a rule looks at."""

    place: Place
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BaseChanged:
    """The points everybody starts with."""

    place: Place
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class FloorChanged:
    """How far a group can take away."""

    place: Place
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class CapChanged:
    """How far a group can add."""

    place: Place
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class RangeChanged:
    """The least or the greatest score."""

    place: Place
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class BandEdgeChanged:
    """Where a band begins or ends."""

    place: Place
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class ReasonsChanged:
    """How many reasons are given at most."""

    place: Place
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class AutomationChanged:
    """Whether a person or a computer decides."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TriggerChanged:
    """When a consequence follows."""

    place: Place
    old: Condition
    new: Condition


@dataclass(frozen=True, slots=True)
class PolarityChanged:
    """Whether a consequence is a benefit or a disadvantage."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LastsChanged:
    """For how many months a consequence lasts."""

    place: Place
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class RightChanged:
    """What a right is for."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LodgeTimeChanged:
    """How long people may take to ask; None is as long as they like."""

    place: Place
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class AnswerTimeChanged:
    """How soon they are answered; None is no promise."""

    place: Place
    old: str | None
    new: str | None


# ----------------------------------------------------------------------------------------------------------- the rest


@dataclass(frozen=True, slots=True)
class EditionChanged:
    """Another edition: the day it begins and its digest, before and after."""

    place: Place
    old: tuple[date, str]
    new: tuple[date, str]


@dataclass(frozen=True, slots=True)
class CaseShifted:
    """A case of the same shape and worth applies to other values; `index` is where it stood and where it stands."""

    place: Place
    index: tuple[int, int]
    old: Case
    new: Case


@dataclass(frozen=True, slots=True)
class EffectChanged:
    """A rule says the same, but what it looks at does not. `because` are policies, like ``sources/bills``."""

    place: Place
    because: tuple[str, ...]


Added = (
    PolicyAdded
    | AuthorityAdded
    | ReferenceAdded
    | WithheldAdded
    | ProviderAdded
    | RecipientAdded
    | RetentionClauseAdded
    | FieldAdded
    | ChoiceAdded
    | CaseAdded
    | ConclusionAdded
    | DirectionAdded
    | ExampleAdded
    | ScoredRuleAdded
    | GroupAdded
    | GroupRuleAdded
    | BandAdded
    | NoScoreCaseAdded
    | DeciderAdded
    | UsePurposeAdded
    | ConsequenceAdded
    | PromiseAdded
    | CoveredCategoryAdded
    | CoveredFieldAdded
    | CoveredSourceAdded
    | CoveredPurposeAdded
    | ChannelAdded
    | OutcomeAdded
    | SetAsideAdded
)
"""A part is in the new list only."""

Removed = (
    PolicyRemoved
    | AuthorityRemoved
    | ReferenceRemoved
    | WithheldRemoved
    | ProviderRemoved
    | RecipientRemoved
    | RetentionClauseRemoved
    | FieldRemoved
    | ChoiceRemoved
    | CaseRemoved
    | ConclusionRemoved
    | DirectionRemoved
    | ExampleRemoved
    | ScoredRuleRemoved
    | GroupRemoved
    | GroupRuleRemoved
    | BandRemoved
    | NoScoreCaseRemoved
    | DeciderRemoved
    | UsePurposeRemoved
    | ConsequenceRemoved
    | PromiseRemoved
    | CoveredCategoryRemoved
    | CoveredFieldRemoved
    | CoveredSourceRemoved
    | CoveredPurposeRemoved
    | ChannelRemoved
    | OutcomeRemoved
    | SetAsideRemoved
)
"""A part is in the old list only."""

Rearranged = CasesReordered | RetentionReordered | ReasonsReordered | Reordered
"""What stayed in a list stands in another order."""

Changed = (
    EditionChanged
    | Reworded
    | TermsChanged
    | NoteChanged
    | VersionChanged
    | DigestChanged
    | StartChanged
    | EndChanged
    | LinkChanged
    | TranslationChanged
    | AuthorityReplaced
    | IdentityChanged
    | LanguagesChanged
    | DefaultUseChanged
    | StandingChanged
    | UnitsChanged
    | OriginChanged
    | ObtainedChanged
    | ContextChanged
    | FrequencyChanged
    | DutyChanged
    | LegalBasisChanged
    | RetentionChanged
    | DisposalChanged
    | SyntheticChanged
    | RowDateChanged
    | TypeChanged
    | PlacesChanged
    | UnitChanged
    | BoundChanged
    | FutureChanged
    | OptionalChanged
    | CategoryChanged
    | BodyChanged
    | FoldChanged
    | RowsOfChanged
    | FieldOfChanged
    | WindowChanged
    | RowsChanged
    | RowsNeededChanged
    | PointsChanged
    | GivenChanged
    | DenialChanged
    | CertaintyChanged
    | TableRewritten
    | DirectionTurned
    | ExceptionChanged
    | EvidenceChanged
    | ReadsChanged
    | BaseChanged
    | FloorChanged
    | CapChanged
    | RangeChanged
    | BandEdgeChanged
    | ReasonsChanged
    | AutomationChanged
    | TriggerChanged
    | PolarityChanged
    | LastsChanged
    | RightChanged
    | LodgeTimeChanged
    | AnswerTimeChanged
)
"""One value instead of another."""

Edit = Added | Removed | Rearranged | Changed | CaseShifted | EffectChanged
"""Everything that can be told of two rulebooks."""


class Grade(StrEnum):
    """What an edit does to the protection of people; an editorial one is about words only."""

    WEAKENS = "weakens"
    STRENGTHENS = "strengthens"
    NEUTRAL = "neutral"
    EDITORIAL = "editorial"


@dataclass(frozen=True, slots=True)
class Graded:
    """An edit, its grade and the row of the published table that says why (a stable word).

    `fingerprint` is made of what the edit says, not of the words that tell it: a link to it outlives a translation.
    """

    edit: Edit
    grade: Grade
    because: str
    fingerprint: str
