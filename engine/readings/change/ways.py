"""Which kind of edit tells of which attribute: a table with a row for everything that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import edits as e
from engine import ir

Kind = type[Any]
"""One of the dataclasses of `engine.edits`."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A node that is looked into. If the two sides can be of different classes, `whole` tells of that."""

    whole: Kind | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A list of parts with names. `item` tells of a part that changed, if one does not look into it.

    `whole` tells of the list as such where one side has none.
    """

    added: Kind
    removed: Kind
    order: Kind | None = e.Reordered
    item: Kind | None = None
    whole: Kind | None = None


Way = Inside | Parts | Kind

NAMES = frozenset(
    {
        (ir.Header, "kind"),
        (ir.Header, "id"),
        (ir.Field, "name"),
        (ir.Choice, "code"),
        (ir.Group, "id"),
        (ir.Band, "id"),
        (ir.Consequence, "id"),
        (ir.Conclusion, "name"),
        (ir.Direction, "measure"),
        (ir.Case, "when"),
        (ir.NoScoreWhen, "when"),
        (ir.Recipient, "who"),
        (ir.Withheld, "part"),
        (ir.Reference, "title"),
        (ir.Authority, "instrument"),
        (ir.Authority, "article"),
    }
)
"""Attributes that make a part this part: another value is another part."""

WAYS: Mapping[tuple[type, str], Way] = {
    # the rulebook
    (ir.About, "id"): e.IdentityChanged,
    (ir.About, "title"): e.Reworded,
    (ir.About, "summary"): e.Reworded,
    (ir.About, "standing"): e.StandingChanged,
    (ir.About, "languages"): e.LanguagesChanged,
    (ir.About, "operator"): e.TermsChanged,
    (ir.About, "contact"): e.TermsChanged,
    (ir.About, "default_use"): e.DefaultUseChanged,
    (ir.About, "description"): e.Reworded,
    (ir.About, "references"): Parts(e.ReferenceAdded, e.ReferenceRemoved),
    (ir.About, "units"): e.UnitsChanged,
    (ir.About, "address"): e.LinkChanged,
    (ir.About, "digest"): e.DigestChanged,
    # every policy
    (ir.Header, "version"): e.VersionChanged,
    (ir.Header, "from_"): e.StartChanged,
    (ir.Header, "until"): e.EndChanged,
    (ir.Header, "title"): e.Reworded,
    (ir.Header, "summary"): e.Reworded,
    (ir.Header, "change"): e.NoteChanged,
    (ir.Header, "authority"): Parts(e.AuthorityAdded, e.AuthorityRemoved, whole=e.AuthorityReplaced),
    (ir.Header, "digest"): e.DigestChanged,
    (ir.Header, "description"): e.Reworded,
    (ir.Header, "owner"): e.Reworded,
    (ir.Header, "references"): Parts(e.ReferenceAdded, e.ReferenceRemoved),
    (ir.Header, "withheld"): Parts(e.WithheldAdded, e.WithheldRemoved),
    (ir.Header, "translation_of"): e.TranslationChanged,
    (ir.Authority, "url"): e.LinkChanged,
    (ir.Authority, "as_of"): e.LinkChanged,
    (ir.NoAuthority, "because"): e.Reworded,
    (ir.Reference, "url"): e.LinkChanged,
    (ir.Withheld, "ground"): e.TermsChanged,
    (ir.Withheld, "decided_by"): e.TermsChanged,
    # sources
    (ir.Source, "head"): Inside(),
    (ir.Source, "collected"): Inside(),
    (ir.Source, "purpose"): e.TermsChanged,
    (ir.Source, "legal_basis"): e.LegalBasisChanged,
    (ir.Source, "recipients"): Parts(e.RecipientAdded, e.RecipientRemoved),
    (ir.Source, "retention"): Parts(
        e.RetentionClauseAdded, e.RetentionClauseRemoved, e.RetentionReordered, item=e.RetentionChanged
    ),
    (ir.Source, "then"): e.DisposalChanged,
    (ir.Source, "dated_by"): e.RowDateChanged,
    (ir.Source, "fields"): Parts(e.FieldAdded, e.FieldRemoved, None),
    (ir.Source, "synthetic"): e.SyntheticChanged,
    (ir.Collected, "provided_by"): Parts(e.ProviderAdded, e.ProviderRemoved),
    (ir.Collected, "origin"): e.OriginChanged,
    (ir.Collected, "obtained"): e.ObtainedChanged,
    (ir.Collected, "context"): e.ContextChanged,
    (ir.Collected, "method"): e.TermsChanged,
    (ir.Collected, "frequency"): e.FrequencyChanged,
    (ir.Collected, "people"): e.TermsChanged,
    (ir.Collected, "mandatory"): e.DutyChanged,
    (ir.Collected, "otherwise"): e.TermsChanged,
    (ir.Recipient, "what_for"): e.TermsChanged,
    (ir.Field, "type"): Inside(e.TypeChanged),
    (ir.Field, "title"): e.Reworded,
    (ir.Field, "category"): e.CategoryChanged,
    (ir.Field, "optional"): e.OptionalChanged,
    (ir.Field, "description"): e.Reworded,
    (ir.Number, "places"): e.PlacesChanged,
    (ir.Number, "unit"): e.UnitChanged,
    (ir.Number, "least"): e.BoundChanged,
    (ir.Number, "greatest"): e.BoundChanged,
    (ir.Code, "choices"): Parts(e.ChoiceAdded, e.ChoiceRemoved),
    (ir.Choice, "title"): e.Reworded,
    (ir.Day, "future"): e.FutureChanged,
    # measures
    (ir.Measure, "head"): Inside(),
    (ir.Measure, "body"): Inside(e.BodyChanged),
    (ir.Measure, "type"): Inside(e.TypeChanged),
    (ir.Measure, "category"): e.CategoryChanged,
    (ir.Rows, "fold"): e.FoldChanged,
    (ir.Rows, "source"): e.RowsOfChanged,
    (ir.Rows, "field"): e.FieldOfChanged,
    (ir.Rows, "within"): e.WindowChanged,
    (ir.Rows, "among"): e.RowsChanged,
    (ir.Rows, "counts_if"): e.RowsChanged,
    (ir.Rows, "unknown_below"): e.RowsNeededChanged,
    # rules
    (ir.Rule, "head"): Inside(),
    (ir.Rule, "why"): e.Reworded,
    (ir.Rule, "cases"): Parts(e.CaseAdded, e.CaseRemoved, e.CasesReordered),
    (ir.Rule, "unknown"): Inside(),
    (ir.Rule, "conclusions"): Parts(e.ConclusionAdded, e.ConclusionRemoved),
    (ir.Rule, "table"): e.TableRewritten,
    (ir.Rule, "directions"): Parts(e.DirectionAdded, e.DirectionRemoved),
    (ir.Rule, "mends"): e.Reworded,
    (ir.Rule, "evidence"): e.EvidenceChanged,
    (ir.Rule, "examples"): Parts(e.ExampleAdded, e.ExampleRemoved),
    (ir.Rule, "reads"): e.ReadsChanged,
    (ir.Rule, "reads_conclusions"): e.ReadsChanged,
    (ir.Case, "worth"): Inside(),
    (ir.Case, "text"): e.Reworded,
    (ir.Worth, "points"): e.PointsChanged,
    (ir.Worth, "concludes"): e.GivenChanged,
    (ir.Worth, "no_score"): e.DenialChanged,
    (ir.Worth, "certainty"): e.CertaintyChanged,
    (ir.Unknown, "points"): e.PointsChanged,
    (ir.Unknown, "concludes"): e.GivenChanged,
    (ir.Unknown, "no_score"): e.DenialChanged,
    (ir.Unknown, "because"): e.Reworded,
    (ir.Unknown, "certainty"): e.CertaintyChanged,
    (ir.Conclusion, "title"): e.Reworded,
    (ir.Conclusion, "category"): e.CategoryChanged,
    (ir.Conclusion, "codes"): Inside(e.TypeChanged),
    (ir.Direction, "way"): e.DirectionTurned,
    (ir.Direction, "except_"): e.ExceptionChanged,
    # scores
    (ir.Score, "head"): Inside(),
    (ir.Score, "base"): e.BaseChanged,
    (ir.Score, "rules"): Parts(e.ScoredRuleAdded, e.ScoredRuleRemoved, e.ReasonsReordered),
    (ir.Score, "groups"): Parts(e.GroupAdded, e.GroupRemoved),
    (ir.Score, "least"): e.RangeChanged,
    (ir.Score, "greatest"): e.RangeChanged,
    (ir.Score, "bands"): Parts(e.BandAdded, e.BandRemoved),
    (ir.Score, "no_score"): Parts(e.NoScoreCaseAdded, e.NoScoreCaseRemoved),
    (ir.Score, "most_reasons"): e.ReasonsChanged,
    (ir.Score, "reasons_source"): e.Reworded,
    (ir.Score, "validity"): e.TermsChanged,
    (ir.Group, "title"): e.Reworded,
    (ir.Group, "rules"): Parts(e.GroupRuleAdded, e.GroupRuleRemoved),
    (ir.Group, "floor"): e.FloorChanged,
    (ir.Group, "cap"): e.CapChanged,
    (ir.Band, "title"): e.Reworded,
    (ir.Band, "summary"): e.Reworded,
    (ir.Band, "least"): e.BandEdgeChanged,
    (ir.Band, "greatest"): e.BandEdgeChanged,
    (ir.NoScoreWhen, "because"): e.Reworded,
    # uses
    (ir.Use, "head"): Inside(),
    (ir.Use, "decided_by"): Parts(e.DeciderAdded, e.DeciderRemoved),
    (ir.Use, "purposes"): Parts(e.UsePurposeAdded, e.UsePurposeRemoved),
    (ir.Use, "context"): e.ContextChanged,
    (ir.Use, "automation"): e.AutomationChanged,
    (ir.Use, "human_review"): e.TermsChanged,
    (ir.Use, "consequences"): Parts(e.ConsequenceAdded, e.ConsequenceRemoved),
    (ir.Consequence, "when"): e.TriggerChanged,
    (ir.Consequence, "effect"): e.TermsChanged,
    (ir.Consequence, "polarity"): e.PolarityChanged,
    (ir.Consequence, "lasts"): e.LastsChanged,
    # exclusions
    (ir.Exclusion, "head"): Inside(),
    (ir.Exclusion, "never"): Parts(e.PromiseAdded, e.PromiseRemoved),
    (ir.Exclusion, "categories"): Parts(e.CoveredCategoryAdded, e.CoveredCategoryRemoved),
    (ir.Exclusion, "fields"): Parts(e.CoveredFieldAdded, e.CoveredFieldRemoved),
    (ir.Exclusion, "sources"): Parts(e.CoveredSourceAdded, e.CoveredSourceRemoved),
    (ir.Exclusion, "purposes"): Parts(e.CoveredPurposeAdded, e.CoveredPurposeRemoved),
    (ir.Exclusion, "because"): e.Reworded,
    # rights
    (ir.Right, "head"): Inside(),
    (ir.Right, "of"): e.RightChanged,
    (ir.Right, "channels"): Parts(e.ChannelAdded, e.ChannelRemoved),
    (ir.Right, "evidence"): e.TermsChanged,
    (ir.Right, "lodge_within"): e.LodgeTimeChanged,
    (ir.Right, "answer_within"): e.AnswerTimeChanged,
    (ir.Right, "fee"): e.TermsChanged,
    (ir.Right, "meanwhile"): e.TermsChanged,
    (ir.Right, "decided_by"): e.TermsChanged,
    (ir.Right, "outcomes"): Parts(e.OutcomeAdded, e.OutcomeRemoved),
    (ir.Right, "escalation"): e.TermsChanged,
    (ir.Right, "sets_aside"): Parts(e.SetAsideAdded, e.SetAsideRemoved),
}
"""The row of each attribute. An attribute that is neither here nor a name nor a place would be silently equal."""

WALKED = frozenset(node for node, _ in WAYS)
"""Nodes that are looked into; all others are told of as a whole."""
