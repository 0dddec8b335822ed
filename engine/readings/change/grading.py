"""Edits to grades: for each the row of the published table, found by looking at what it does to people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from math import inf
from typing import Any, assert_never

from engine import edits as e
from engine.alike import reads_alike
from engine.bounds import rule_bounds
from engine.edits import Edit, Graded
from engine.ir import (
    Edition,
    Evidence,
    Exclusion,
    Fixed,
    Keep,
    Measure,
    NoAuthority,
    Right,
    Rule,
    Score,
    Source,
    Use,
)
from engine.places import at, mark, plain
from engine.readings.change.doing import apply_to_policy
from engine.readings.change.grades import POSSIBLE, REASONS
from engine.readings.change.worths import applies, denied, moved

ORIGINS = ("data-subject", "public", "third-party", "non-public")
"""From what people say themselves to what they cannot see."""
OBTAINED = ("collected", "observed", "derived", "inferred")
"""From what was asked for to what was guessed."""
BASES = ("consent", "contract", "legal-obligation", "vital-interest", "public-task", "legitimate-interest", "none")
"""From what people can refuse to what nothing supports."""
AUTOMATION = ("human-decides", "decision-support", "fully-automated", "not-published")
"""From a person to a computer, and to what nobody is told."""
POLARITIES = ("benefit", "neutral", "detriment")
DAYS = {"D": 1, "M": 31, "Y": 366}

TOLD = ("mends", "owner")
"""Words that explain, and that people have less in hand without: what they can do, and who answers for it."""

SHAPED = (e.CaseAdded, e.CaseRemoved, e.CaseShifted, e.CasesReordered)
"""Edits of cases that only make sense together: a line moves in two cases at once."""


def graded(before: Edition, after: Edition, edits: Iterable[Edit]) -> tuple[Graded, ...]:
    """Edits with their grades, the row of the table that says why, and their fingerprints."""
    every = tuple(edits)
    shapes: dict[str, str] = {}
    found = []
    for edit in every:
        because = _shaped(before, after, edit, every, shapes) if isinstance(edit, SHAPED) else _why(edit, before, after)
        assert because in POSSIBLE[type(edit)], f"{because} is no reason for {type(edit).__name__}"
        found.append(Graded(edit, REASONS[because], because, fingerprint(edit)))
    return tuple(found)


def fingerprint(edit: Edit) -> str:
    """Twelve hex digits of the kind, the place and the values of an edit; where it stands in a list does not count.

    >>> from engine.edits import BaseChanged
    >>> fingerprint(BaseChanged(("scores", "total", "base"), 600, 500))
    '6b3438e6bbf7'
    """
    said = plain(edit)
    said.pop("index", None)
    return mark(said)


# ------------------------------------------------------------------------------------------------------------ rules


def _shaped(before: Edition, after: Edition, edit: Edit, every: Sequence[Edit], known: dict[str, str]) -> str:
    """What all edits of the shape of a rule's cases do together, points left as they were."""
    id_ = edit.place[1]
    if id_ not in known:
        own = [one for one in every if isinstance(one, SHAPED) and one.place[:2] == edit.place[:2]]
        old = before.rules[id_]
        new = apply_to_policy(old, own)
        assert isinstance(new, Rule), "edits make a rule of a rule"
        known[id_] = _effect(moved(before, after, old, new))
    return known[id_]


def _points(edit: e.PointsChanged, before: Edition, after: Edition) -> str:
    """What another worth of a case does; between two numbers it is plain to see."""
    match edit.old, edit.new:
        case (Fixed(old), Fixed(new)) | (int(old), int(new)):
            return "fewer-points" if new < old else "more-points"
        case _:
            rule = before.rules[edit.place[1]]
            new_rule = apply_to_policy(rule, [edit])
            assert isinstance(new_rule, Rule), "edits make a rule of a rule"
            return _effect(moved(before, after, rule, new_rule))


def _effect(effects: frozenset[str]) -> str:
    """The row for what can happen to somebody."""
    if not effects:
        return "no-difference"
    if effects & {"undecided", "concluded"}:
        return "open"
    better, worse = effects & {"raised", "undenied"}, effects & {"lowered", "denied"}
    if better and worse:
        return "some-of-both"
    if worse:
        return "score-denied" if worse == {"denied"} else "fewer-points"
    return "score-given" if better == {"undenied"} else "more-points"


def _rule(edition: Edition, rule: Rule, *, comes: bool) -> str:
    """What it does that a rule counts, or counts no longer."""
    bounds = rule_bounds(edition.measures, rule)
    denies = rule.unknown.no_score is not None or any(case.worth.no_score is not None for case in rule.cases)
    if bounds is None or rule.conclusions or denies:
        return "open"
    low, high = bounds if comes else (-bounds[1], -bounds[0])
    if low < 0 < high:
        return "some-of-both"
    return "no-difference" if low == high == 0 else "fewer-points" if low < 0 else "more-points"


def _policy(edit: e.PolicyAdded | e.PolicyRemoved, edition: Edition) -> str:
    policy, comes = (edit.new, True) if isinstance(edit, e.PolicyAdded) else (edit.old, False)
    match policy:
        case Source() | Measure():
            return "more-known" if comes else "less-known"
        case Rule():
            return _rule(edition, policy, comes=comes)
        case Score():
            return "scored" if comes else "unscored"
        case Use():
            benefits = any(one.polarity == "benefit" for one in policy.consequences)
            return "some-of-both" if benefits else "more-uses" if comes else "fewer-uses"
        case Exclusion():
            return "wider-promise" if comes else "narrower-promise"
        case Right():
            return "more-say" if comes else "less-say"
        case _:
            assert_never(policy)


# ------------------------------------------------------------------------------------------------------- everything


def _why(edit: Edit, before: Edition, after: Edition) -> str:
    """The row of the table for an edit that can be looked at alone."""
    possible = POSSIBLE[type(edit)]
    if len(possible) == 1:
        return possible[0]
    match edit:
        case e.PolicyAdded():
            return _policy(edit, after)
        case e.PolicyRemoved():
            return _policy(edit, before)
        case e.ScoredRuleAdded(new=id_):
            return _rule(after, after.rules[id_], comes=True)
        case e.ScoredRuleRemoved(old=id_):
            return _rule(before, before.rules[id_], comes=False)
        case e.PointsChanged():
            return _points(edit, before, after)
        case e.AuthorityReplaced(new=new):
            return "less-authority" if isinstance(new, NoAuthority) else "more-authority"
        case e.RetentionChanged(old=old, new=new):
            return _kept(old, new)
        case e.RetentionClauseAdded(new=new):
            return _clause(before.sources[edit.place[1]].retention, new, comes=True)
        case e.RetentionClauseRemoved(old=old):
            return _clause(after.sources[edit.place[1]].retention, old, comes=False)
        case e.DisposalChanged(new=new):
            return "kept-shorter" if new == "delete" else "kept-longer"
        case e.OriginChanged(old=old, new=new):
            return "less-direct" if ORIGINS.index(new) > ORIGINS.index(old) else "more-direct"
        case e.ObtainedChanged(old=old, new=new):
            return "less-direct" if OBTAINED.index(new) > OBTAINED.index(old) else "more-direct"
        case e.FrequencyChanged(old=old, new=new):
            return "more-known" if _every(new) < _every(old) else "less-known"
        case e.DutyChanged(new=new):
            return "forced" if new else "voluntary"
        case e.OptionalChanged(new=new):
            return "voluntary" if new else "forced"
        case e.LegalBasisChanged(old=old, new=new):
            return "weaker-basis" if BASES.index(new) > BASES.index(old) else "stronger-basis"
        case e.PlacesChanged(place, old, new):
            if place[0] == "measures":
                return "open"
            return "more-known" if new > old else "less-known"
        case e.BoundChanged(place, old, new):
            if place[0] == "measures":
                return "behind"
            wider = _beyond(new) > _beyond(old) if place[-1] == "greatest" else -_below(new) > -_below(old)
            return "more-known" if wider else "less-known"
        case e.FutureChanged(new=new):
            return "more-known" if new else "less-known"
        case e.WindowChanged(old=old, new=new):
            return "more-counted" if _beyond(new) > _beyond(old) else "open"
        case e.RowsNeededChanged(old=old, new=new):
            return "thinner" if (new or 0) < (old or 0) else "open"
        case e.DenialChanged(old=old, new=new):
            return "score-denied" if old is None else "score-given" if new is None else "explains"
        case e.ExceptionChanged(old=old, new=new):
            return "narrower-promise" if old is None else "wider-promise" if new is None else "explains"
        case e.EvidenceChanged(old=old, new=new):
            return _evidence(old, new)
        case e.ReadsChanged(old=old, new=new):
            return _sets(set(old), set(new), "more-counted", "less-counted")
        case e.LanguagesChanged(old=old, new=new):
            return _sets(set(old), set(new), "more-published", "less-published")
        case e.BaseChanged(old=old, new=new) | e.RangeChanged(old=old, new=new):
            return "fewer-points" if new < old else "more-points"
        case e.FloorChanged(old=old, new=new):
            return "fewer-points" if _below(new) < _below(old) else "more-points"
        case e.CapChanged(old=old, new=new):
            return "fewer-points" if _beyond(new) < _beyond(old) else "more-points"
        case e.BandEdgeChanged(place, old, new):
            bands = after.score.bands if after.score is not None else ()
            at_end = place[3] == (bands[0] if place[-1] == "least" else bands[-1]).id if bands else True
            return "range-edge" if at_end else "harder" if new > old else "easier"
        case e.ReasonsChanged(old=old, new=new):
            return "less-published" if new < old else "more-published"
        case e.AutomationChanged(old=old, new=new):
            return "less-human" if AUTOMATION.index(new) > AUTOMATION.index(old) else "more-human"
        case e.ConsequenceAdded(new=new):
            return {"benefit": "better-follows", "detriment": "worse-follows", "neutral": "more-uses"}[new.polarity]
        case e.ConsequenceRemoved(old=old):
            return {"benefit": "worse-follows", "detriment": "better-follows", "neutral": "fewer-uses"}[old.polarity]
        case e.TriggerChanged():
            return _trigger(edit, before, after)
        case e.PolarityChanged(old=old, new=new):
            return "worse-follows" if POLARITIES.index(new) > POLARITIES.index(old) else "words"
        case e.RowsChanged(old=old, new=new):
            return "formal" if old is not None and new is not None and reads_alike(old, new) else "open"
        case e.NoScoreCaseAdded() | e.NoScoreCaseRemoved():
            return _denials(before, after)
        case e.StartChanged(place, old, new):
            held = at(before, place[:2]).head.version == at(after, place[:2]).head.version
            return _times(place[0], less=new > old, otherwise="when") if held else "when"
        case e.EndChanged(place, old, new):
            return _times(place[0], less=(new or date.max) < (old or date.max), otherwise="open")
        case e.Reworded(place, old, new):
            if place[-1] not in TOLD or (old is not None and new is not None):
                return "explains"
            return "less-published" if new is None else "more-published"
        case e.LastsChanged(place, old, new):
            return _lasts(_polarity(before, place), old, new)
        case e.LodgeTimeChanged(old=old, new=new):
            return "less-time" if _days(new) < _days(old) else "more-time"
        case e.AnswerTimeChanged(old=old, new=new):
            return "slower" if _days(new) > _days(old) else "sooner"
        case e.TermsChanged(place, old, new):
            return _terms(place[-1], old, new)
        case e.Reordered(place):
            return "open" if place[-1] == "bands" else "formal"
        case _:
            raise AssertionError(f"{type(edit).__name__} has more than one reason, and none was chosen")


def _kept(old: Keep, new: Keep) -> str:
    """Longer is longer; an end is shorter, if it is counted from the same day and for the same rows as another."""
    if _months(new) > _months(old):
        return "kept-longer"
    alike = (old.counted_from == new.counted_from and old.when == new.when) or old.months is None
    return "kept-shorter" if alike and _months(new) < _months(old) else "open"


def _months(keep: Keep) -> float:
    """How long a row is kept, without an end if nobody says when."""
    return inf if keep.months is None else keep.months


def _clause(others: Sequence[Keep], clause: Keep, *, comes: bool) -> str:
    """A clause that is shorter than all others shortens when it comes; one that is longer lengthens."""
    times = [_months(keep) for keep in others]
    own = _months(clause)
    if own <= min(times) < inf or own < min(times):
        return "kept-shorter" if comes else "kept-longer"
    if own >= max(times):
        return "kept-longer" if comes else "kept-shorter"
    return "open"


def _every(code: str) -> float:
    """The days between two collections."""
    found = re.fullmatch(r"P(\d+)([DMY])", code)
    return int(found[1]) * DAYS[found[2]] if found else {"continuous": 0, "once": inf}.get(code, 10.0**6)


def _days(code: str | None) -> float:
    """A length of time in days; without one it never ends."""
    found = re.fullmatch(r"P(\d+)([DMY])", code or "")
    return int(found[1]) * DAYS[found[2]] if found else inf


def _beyond(most: int | None) -> float:
    return inf if most is None else most


def _below(least: int | None) -> float:
    return -inf if least is None else least


def _sets(old: set[str], new: set[str], more: str, less: str) -> str:
    if old == new:
        return "formal"
    return "some-of-both" if old - new and new - old else more if new - old else less


def _evidence(old: Evidence | None, new: Evidence | None) -> str:
    if old is None or new is None:
        return "more-say" if old is None else "less-say"
    if old.right == new.right:
        return "words"
    return "less-say" if new.right is None else "more-say" if old.right is None else "words"


def _terms(name: str, old: Any, new: Any) -> str:
    """Words that bind; for an escalation it is plain what it means that there is one, or none."""
    if name == "escalation" and (old is None or new is None):
        return "more-say" if old is None else "less-say"
    if name == "evidence" and (old is None or new is None):
        return "less-say" if old is None else "more-say"
    return "words"


def _polarity(edition: Edition, place: e.Place) -> str:
    uses = edition.uses[place[1]].consequences
    return next(one.polarity for one in uses if one.id == place[3])


def _times(kind: str, *, less: bool, otherwise: str) -> str:
    """What it means that a promise, a right or the collecting of data holds for less time, or for longer."""
    match kind:
        case "exclusions":
            return "narrower-promise" if less else "wider-promise"
        case "rights":
            return "less-say" if less else "more-say"
        case "sources":
            return "less-known" if less else "more-known"
        case _:
            return otherwise


def _denials(before: Edition, after: Edition) -> str:
    """What all grounds for having no score do together."""
    if before.score is None or after.score is None:
        return "open"
    return _effect(denied(before, after, before.score.no_score, after.score.no_score))


def _trigger(edit: e.TriggerChanged, before: Edition, after: Edition) -> str:
    """A benefit for more people is better, a disadvantage for more people worse."""
    found = applies(before, after, edit.old, edit.new)
    if reads_alike(edit.old, edit.new):
        return "behind" if found else "formal"
    if "undecided" in found:
        return "open"
    if len(found) != 1:
        return "some-of-both" if found else "no-difference"
    more = found == {"more"}
    match _polarity(before, edit.place):
        case "benefit":
            return "better-follows" if more else "worse-follows"
        case "detriment":
            return "worse-follows" if more else "better-follows"
        case _:
            return "more-uses" if more else "fewer-uses"


def _lasts(polarity: str, old: int | None, new: int | None) -> str:
    if old is None or new is None or polarity == "neutral":
        return "open"
    return "better-follows" if (new > old) == (polarity == "benefit") else "worse-follows"
