"""An edit as a whole sentence, with the old value and the new one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError

from engine import edits as e
from engine.alike import reads_alike
from engine.edits import Edit
from engine.ir import (
    Authority,
    Case,
    Conclusion,
    Consequence,
    Direction,
    Each,
    Edition,
    Example,
    Field,
    Fixed,
    Keep,
    Measure,
    NoAuthority,
    NoScoreWhen,
    Number,
    Recipient,
    Rule,
    Source,
    Text,
    Withheld,
    find_conclusion,
)
from engine.places import at
from engine.readings.prose.conditions import condition
from engine.readings.prose.german import inflected
from engine.readings.prose.law import cited
from engine.readings.prose.measures import measure
from engine.readings.prose.rules import direction, example, given_words, is_always, points_words, worth
from engine.readings.prose.score import band_title, span
from engine.readings.prose.sources import keep_words, label
from engine.readings.prose.uses import category, glob
from engine.readings.prose.values import day, duration, frequency, months, number, plain_number
from engine.readings.prose.words import bare, counted, has, locale, phrase, quote, say, sentence, together

LABELS: Mapping[type[Any], str] = {
    e.OriginChanged: "origin",
    e.ObtainedChanged: "obtained",
    e.ContextChanged: "context",
    e.LegalBasisChanged: "legal_basis",
    e.DisposalChanged: "then",
    e.AutomationChanged: "automation",
    e.PolarityChanged: "polarity",
    e.RightChanged: "right",
    e.StandingChanged: "standing",
    e.UsePurposeAdded: "purposes",
    e.UsePurposeRemoved: "purposes",
    e.CoveredPurposeAdded: "purposes",
    e.CoveredPurposeRemoved: "purposes",
    e.PromiseAdded: "never",
    e.PromiseRemoved: "never",
}
"""Values that are words of a closed list, by the name of the list."""

CONTAINERS = {
    "fields": "item",
    "conclusions": "conclusion",
    "groups": "group",
    "bands": "band",
    "consequences": "consequence",
    "recipients": "recipient",
    "withheld": "withheld",
    "references": "reference",
    "authority": "authority",
}
"""Lists whose parts are named in a sentence about something inside them."""


def edit(before: Edition, after: Edition, edit: Edit, lang: str) -> str:
    """What an edit says, in one or two sentences that stand for themselves."""
    slug = kind_of(edit)
    fill = {"where": _where(before, after, edit.place, lang)} | _fill(before, after, edit, lang)
    elsewhere = _elsewhere(before, after, edit, lang)
    way = "elsewhere" if elsewhere else _way(edit)
    key = f"change.edit.{slug}"
    tries = (f"{key}.{edit.place[-1]}.{way}", f"{key}.{edit.place[-1]}") if edit.place else ()
    found = next(one for one in (*tries, f"{key}.{way}", f"{key}.other", key) if has(lang, one))
    words = _tidy(phrase(lang, found, **(fill | elsewhere)))
    return sentence(inflected(words) if lang == "de" else words)


def kind_of(edit: Edit) -> str:
    """The name of the kind of an edit, as in the published schema.

    >>> kind_of(e.BaseChanged(("scores", "total", "base"), 600, 500))
    'base-changed'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(edit).__name__).lower()


def because(reason: str, lang: str) -> str:
    """The row of the table of grades, as a sentence."""
    return phrase(lang, f"change.because.{reason}")


def _tidy(words: str) -> str:
    """One full stop where a quoted sentence brought its own."""
    return re.sub(r"([.。！？!?…]) ?[.。](?=\s|$)", r"\1", words)


def _elsewhere(before: Edition, after: Edition, edit: Edit, lang: str) -> dict[str, str]:
    """The first other language a text changed in, and what it says there; nothing if it changed in this one."""
    match edit:
        case e.Reworded(_, dict(old), dict(new)) | e.TermsChanged(_, dict(old), dict(new)):
            pass
        case _:
            return {}
    if _say(before, old, lang) != _say(after, new, lang):
        return {}
    changed = [tag for tag in (*after.about.languages, *old, *new) if old.get(tag) != new.get(tag)]
    if not changed:
        return {}
    texts = {side: bare(text.get(changed[0], "")) for side, text in (("old", old), ("new", new))}
    said = {side: quote(lang, words) if words else phrase(lang, "change.none") for side, words in texts.items()}
    return {**said, "language": _language(changed[0], lang)}


def _way(edit: Edit) -> str:
    """Which variant tells of it: up or down, yes or no, given or gone, or other."""
    old, new = getattr(edit, "old", None), getattr(edit, "new", None)
    match edit:
        case e.RetentionChanged():
            months_differ = edit.old.months is not None and edit.new.months is not None
            alike = edit.old.counted_from == edit.new.counted_from and edit.old.months != edit.new.months
            return _order(edit.old.months, edit.new.months) if months_differ and alike else "other"
        case e.AuthorityReplaced():
            return "gone" if isinstance(new, NoAuthority) else "given"
        case e.TriggerChanged():
            return "same" if reads_alike(edit.old, edit.new) else "other"
        case e.LodgeTimeChanged() | e.AnswerTimeChanged() if old is not None and new is not None:
            return _order(_days(old), _days(new))
        case _:
            pass
    match old, new:
        case (bool(), bool()):
            return "yes" if new else "no"
        case (None, None):
            return "other"
        case (None, _):
            return "given"
        case (_, None):
            return "gone"
        case (int(), int()):
            return _order(old, new)
        case (Fixed(one), Fixed(other)):
            return _order(one, other)
        case _:
            return "other"


def _order(old: Any, new: Any) -> str:
    return "up" if new > old else "down"


def _days(code: str) -> int:
    return int(code[1:-1]) * {"D": 1, "M": 31, "Y": 366}[code[-1]]


# ------------------------------------------------------------------------------------------------------------ where


def _where(before: Edition, after: Edition, place: e.Place, lang: str) -> str:
    """The policy an edit is in, and the part of it that has a name."""
    side = after if len(place) < 2 or at(after, place[:2]) is not None else before  # noqa: PLR2004  # kind and id
    if len(place) < 2 or place[0] == "about":  # noqa: PLR2004  # as above
        return quote(lang, _say(side, side.about.title, lang))
    found = quote(lang, _policy(side, place[0], place[1], lang))
    for depth in range(3, len(place)):
        list_, name = place[depth - 1], place[depth]
        part = at(after, place[: depth + 1]) or at(before, place[: depth + 1])
        if list_ == "choices" and depth < len(place) - 1:
            found = phrase(lang, "change.where.code", where=found, item=quote(lang, _say(side, part.title, lang)))
        elif list_ in CONTAINERS and depth < len(place) - 1 and part is not None:
            words = _name(side, part, lang)
            found = phrase(lang, f"change.where.{CONTAINERS[list_]}", policy=found, item=words)
        elif list_ in CONTAINERS and name == "rules":
            break
    return found


def _policy(edition: Edition, kind: str, id_: str, lang: str) -> str:
    policy = at(edition, (kind, id_))
    return id_ if policy is None else _say(edition, policy.head.title, lang)


def _name(edition: Edition, part: Any, lang: str) -> str:
    """A part of a list by its title."""
    match part:
        case Recipient(who):
            return quote(lang, _say(edition, who, lang))
        case Withheld(held):
            return quote(lang, _say(edition, held, lang))
        case Authority():
            return _authority(edition, part, lang)
        case Consequence():
            return quote(lang, _say(edition, part.effect, lang))
        case _:
            return quote(lang, _say(edition, part.title, lang))


def _authority(edition: Edition, authority: Authority, lang: str) -> str:
    return quote(lang, cited(_say(edition, authority.instrument, lang), authority.article, lang))


def _say(edition: Edition, text: Text, lang: str) -> str:
    return bare(say(text, lang, edition.about.languages[0])[0])


# ------------------------------------------------------------------------------------------------------------ values


def _fill(before: Edition, after: Edition, edit: Edit, lang: str) -> dict[str, str]:
    """Everything a sentence about the edit may name."""
    match edit:
        case e.EffectChanged():
            names = [_policy_of(before, after, one, lang) for one in edit.because]
            return {"item": together(lang, names)}
        case e.CaseShifted(place, _, old, new):
            return {
                "item": worth(after, new.worth, lang),
                "old": condition(before, old.when, lang),
                "case": _case(after, place, new, lang),
            }
        case e.CasesReordered() | e.RetentionReordered() | e.ReasonsReordered() | e.Reordered():
            return {}
        case e.TriggerChanged(place, old, new):
            return {"old": condition(before, old, lang), "case": _if(after, new, lang)}
        case _:
            pass
    fill: dict[str, str] = {}
    for side, edition in (("old", before), ("new", after)):
        if hasattr(edit, side):
            fill[side] = _value(edition, edit, getattr(edit, side), lang)
            fill["item"] = _item(edition, edit, getattr(edit, side), lang)
            fill |= _more(edit, getattr(edit, side), lang)
    gone = isinstance(edit, e.CaseRemoved | e.NoScoreCaseRemoved)
    fill["case"] = _in_case(before if gone else after, edit, lang)
    return fill


def _policy_of(before: Edition, after: Edition, name: str, lang: str) -> str:
    kind, _, id_ = name.partition("/")
    return quote(lang, _policy(after if at(after, (kind, id_)) is not None else before, kind, id_, lang))


def _more(edit: Edit, value: Any, lang: str) -> dict[str, str]:
    """What only a few sentences name."""
    match edit:
        case e.PolicyAdded() | e.PolicyRemoved():
            return {"kind": label("kind", value.head.kind, lang)}
        case e.FieldAdded() | e.FieldRemoved():
            return {"category": category(value.category, lang)[0]}
        case e.Reworded(place) | e.TermsChanged(place):
            return {"part": phrase(lang, f"change.part.{place[-1]}")}
        case _:
            return {}


def _item(edition: Edition, edit: Edit, value: Any, lang: str) -> str:
    """The part of a list an edit is about."""
    match edit:
        case e.BandEdgeChanged(place):
            return _name(edition, at(edition, place[:4]), lang)
        case e.DirectionTurned(place):
            return direction(edition, at(edition, place[:-1]), lang)
        case e.ScoredRuleAdded() | e.ScoredRuleRemoved() | e.GroupRuleAdded() | e.GroupRuleRemoved():
            return quote(lang, _policy(edition, "rules", value, lang))
        case e.SetAsideAdded() | e.SetAsideRemoved():
            return quote(lang, _policy(edition, "sources", value, lang))
        case e.CoveredCategoryAdded() | e.CoveredCategoryRemoved():
            return quote(lang, category(value, lang)[0])
        case e.CoveredFieldAdded() | e.CoveredFieldRemoved() | e.CoveredSourceAdded() | e.CoveredSourceRemoved():
            return glob(value, lang)
        case e.PolicyAdded() | e.PolicyRemoved():
            return quote(lang, _say(edition, value.head.title, lang))
        case e.BandAdded() | e.BandRemoved():
            words = quote(lang, band_title(edition, value, lang))
            return phrase(lang, "score.band", band=words, span=span(value.least, value.greatest, lang))
        case _:
            pass
    if type(edit) in LABELS:
        return label(LABELS[type(edit)], str(value), lang)
    match value:
        case Keep():
            return _keep(edition, edit.place, value, lang)
        case Field() | Conclusion() | Recipient() | Withheld() | Authority() | Consequence():
            return _name(edition, value, lang)
        case Direction():
            return direction(edition, value, lang)
        case Example():
            rule = at(edition, edit.place[:2])
            return example(edition, rule, value, lang)
        case Case() | NoScoreWhen() | str():
            return ""
        case Mapping():
            return quote(lang, _say(edition, value, lang))
        case _:
            title = getattr(value, "title", None)
            return "" if title is None else quote(lang, _say(edition, title, lang))


def _keep(edition: Edition, place: e.Place, keep: Keep, lang: str) -> str:
    source = at(edition, place[:2])
    assert isinstance(source, Source), "rows are kept of a source"
    return sentence(keep_words(edition, source, keep, source.retention.index(keep), lang))


def _value(edition: Edition, edit: Edit, value: Any, lang: str) -> str:
    """An old or a new value in words."""
    if type(edit) in LABELS:
        return label(LABELS[type(edit)], str(value), lang)
    match edit:
        case e.EditionChanged():
            return day(value[0], lang)
        case e.CaseAdded() | e.CaseRemoved():
            return worth(edition, value.worth, lang)
        case e.RetentionChanged():
            months_only = _way(edit) != "other" and value.months is not None
            return (
                _span(edit.old.months, edit.new.months, value.months, lang)
                if months_only
                else _keep(edition, edit.place, value, lang)
            )
        case e.RecipientAdded() | e.RecipientRemoved():
            return _say(edition, value.what_for, lang)
        case e.ConsequenceAdded() | e.ConsequenceRemoved():
            return label("polarity", value.polarity, lang)
        case e.NoteChanged():
            return quote(lang, _say(edition, value.why, lang))
        case e.FrequencyChanged():
            return frequency(value, lang)
        case e.CategoryChanged():
            return quote(lang, category(value, lang)[0])
        case e.LodgeTimeChanged() | e.AnswerTimeChanged():
            return "" if value is None else duration(value, lang)
        case e.WindowChanged() | e.LastsChanged():
            return "" if value is None else _span(edit.old, edit.new, value, lang)
        case e.TypeChanged():
            return phrase(lang, f"change.type.{type(value).__name__}")
        case e.BoundChanged(place):
            type_ = at(edition, place[:-1])
            known = isinstance(type_, Number) and value is not None
            return number(type_, value, lang, edition.about) if known else phrase(lang, "change.none")
        case e.UnitChanged():
            return _unit(edition, value, lang)
        case e.BodyChanged() | e.FoldChanged():
            found = at(edition, edit.place[:2])
            assert isinstance(found, Measure), "only measures have bodies"
            return measure(edition, found, lang)
        case e.RowsOfChanged():
            return quote(lang, _policy(edition, "sources", value, lang))
        case e.FieldOfChanged() | e.RowDateChanged():
            return _field(edition, edit.place, value, lang)
        case e.RowsChanged():
            found = at(edition, edit.place[:3])
            return "" if value is None else condition(edition, value, lang, edition.sources[found.source], "sub")
        case e.GivenChanged():
            return phrase(lang, "join.items").join(given_words(edition, one, lang) for one in value) or phrase(
                lang, "worth.nothing"
            )
        case e.EvidenceChanged():
            return "" if value is None else quote(lang, _say(edition, value.accepts, lang))
        case e.ReadsChanged(place):
            return _looked_at(edition, place, value, lang)
        case e.LanguagesChanged():
            return together(lang, [_language(tag, lang) for tag in value])
        case e.DefaultUseChanged():
            return phrase(lang, "change.none") if value is None else quote(lang, _policy(edition, "uses", value, lang))
        case e.PointsChanged():
            return _points(edition, value, lang)
        case e.AuthorityReplaced():
            return _authorities(edition, value, lang)
        case _:
            return _plain(edition, value, lang)


def _span(old: int | None, new: int | None, value: int, lang: str) -> str:
    """A number of months, in months if one of the two to compare would be said so."""
    both = {months(each, lang) for each in (old, new) if each is not None}
    counts = {counted(lang, "unit.months", each, n=plain_number(each, lang)) for each in (old, new) if each is not None}
    in_months = counted(lang, "unit.months", value, n=plain_number(value, lang))
    return in_months if both & counts else months(value, lang)


def _unit(edition: Edition, unit: str | None, lang: str) -> str:
    if unit is None:
        return phrase(lang, "change.none")
    if unit in edition.about.units:
        return _say(edition, edition.about.units[unit], lang)
    return phrase(lang, f"change.unit.{unit}") if has(lang, f"change.unit.{unit}") else unit


def _plain(edition: Edition, value: Any, lang: str) -> str:
    match value:
        case None:
            return phrase(lang, "change.none")
        case bool():
            return phrase(lang, "value.yes" if value else "value.no")
        case int():
            return plain_number(value, lang)
        case date():
            return day(value, lang)
        case str():
            return value
        case Mapping():
            words = {key: each for key, each in value.items() if isinstance(each, str)}
            return quote(lang, _say(edition, words, lang))
        case _:
            return ""


def _points(edition: Edition, value: Fixed | Each | int | None, lang: str) -> str:
    match value:
        case Fixed(so_many):
            return plain_number(so_many, lang)
        case int():
            return plain_number(value, lang)
        case Each():
            return points_words(edition, value, lang)
        case None:
            return phrase(lang, "change.none")


def _authorities(edition: Edition, value: tuple[Authority, ...] | NoAuthority, lang: str) -> str:
    if isinstance(value, NoAuthority):
        return _say(edition, value.because, lang)
    return together(lang, [_authority(edition, one, lang) for one in value])


def _field(edition: Edition, place: e.Place, name: str | None, lang: str) -> str:
    """A field of the source that a measure looks at, or that the place is in."""
    if name is None:
        return phrase(lang, "change.none")
    source = at(edition, place[:2]) if place[0] == "sources" else edition.sources[at(edition, place[:3]).source]
    return quote(lang, _say(edition, source.fields[name].title, lang))


def _looked_at(edition: Edition, place: e.Place, ids: Sequence[str], lang: str) -> str:
    if not ids:
        return phrase(lang, "change.none")
    if place[-1] == "reads":
        return together(lang, [quote(lang, _policy(edition, "measures", id_, lang)) for id_ in ids])
    found = [(id_, find_conclusion(edition, id_)) for id_ in ids]
    titles = [id_ if one is None else _say(edition, one[1].title, lang) for id_, one in found]
    return together(lang, [quote(lang, title) for title in titles])


def _language(tag: str, lang: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name(locale(lang)) or tag
    except UnknownLocaleError:
        return tag


# ------------------------------------------------------------------------------------------------------------- cases


def _in_case(edition: Edition, edit: Edit, lang: str) -> str:
    """Of which case an edit inside one speaks; nothing for all others."""
    match edit:
        case e.CaseAdded(place, _, case) | e.CaseRemoved(place, _, case):
            return _case(edition, place, case, lang)
        case e.NoScoreCaseAdded(new=when) | e.NoScoreCaseRemoved(old=when):
            return _if(edition, when.when, lang)
        case e.RetentionChanged(place, old) if old.when is not None:
            source = at(edition, place[:2])
            words = condition(edition, old.when, lang, source, "sub")
            return phrase(lang, "change.case.if", condition=words) if _way(edit) != "other" else ""
        case _:
            pass
    step = edit.place[2] if len(edit.place) > 2 else ""  # noqa: PLR2004  # kind, id, attribute
    if step == "unknown":
        return phrase(lang, "change.case.unknown")
    found = at(edition, edit.place[:4]) if step == "cases" else None
    return _case(edition, edit.place, found, lang) if isinstance(found, Case) else ""


def _case(edition: Edition, place: e.Place, case: Case, lang: str) -> str:
    rule = at(edition, place[:2])
    if is_always(case.when):
        alone = isinstance(rule, Rule) and len(rule.cases) == 1
        return phrase(lang, "change.case.always" if alone else "change.case.otherwise")
    return _if(edition, case.when, lang)


def _if(edition: Edition, when: Any, lang: str) -> str:
    if is_always(when):
        return phrase(lang, "change.case.always")
    return phrase(lang, "change.case.if", condition=condition(edition, when, lang, order="sub"))
