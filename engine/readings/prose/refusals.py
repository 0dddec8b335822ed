"""A refusal in words: what keeps a record from being evaluated, by source, field and exclusion, never by a value."""

from __future__ import annotations

import re
from typing import assert_never

from engine.decision import Refusal, Refused
from engine.ir import About, Boolean, Code, Day, Edition, Field, Number, Source, Text
from engine.readings.prose.values import number, plain_number
from engine.readings.prose.words import counted, either, phrase, quote, say, sentence, together

AS_IS = (
    "not-a-record",
    "missing-sources",
    "as-of-missing",
    "no-edition",
)
OF_THE_FIELD = ("missing-field", "future-date", "too-large")


def refusal(about: About, edition: Edition | None, refusal: Refusal, lang: str) -> list[str]:
    """That nothing was evaluated, and then everything that stood in the way, a sentence each.

    The edition is None when none is in force; sources and fields then go by their ids.
    """
    said = [_refused(about, edition, one, lang) for one in refusal.refusals]
    return [phrase(lang, "refusal.head"), *dict.fromkeys(sentence(words) for words in said)]


def _refused(about: About, edition: Edition | None, one: Refused, lang: str) -> str:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in one.pointer.split("/")[1:]]
    match one.code, steps:
        case code, _ if code in AS_IS:
            return phrase(lang, f"refusal.{code}")
        case "withheld", _:
            return phrase(lang, "refusal.withheld", policies=_withheld(about, edition, lang))
        case ("use-missing" | "undeclared-use") as code, _:
            titles = [use.head.title for use in edition.uses.values()] if edition else []
            return phrase(lang, f"refusal.{code}", uses=either(lang, _quoted(about, titles, lang)))
        case "unknown-key", ["contested", place]:
            return phrase(lang, "refusal.unknown-key-contest", number=_counted_from_one(place, lang))
        case "unknown-key", [name]:
            return phrase(lang, "refusal.unknown-key", name=quote(lang, name))
        case ("wrong-contest" | "no-right") as code, ["contested", place]:
            return phrase(lang, f"refusal.{code}", number=_counted_from_one(place, lang))
        case "undeclared-source", [_, name]:
            fill = {"name": quote(lang, name)}
            if one.exclusion is None or edition is None:
                return phrase(lang, "refusal.undeclared-source", **fill)
            return phrase(lang, "refusal.excluded-source", exclusion=_exclusion(edition, one.exclusion, lang), **fill)
        case "wrong-type", ["sources", id_] if edition is not None and id_ in edition.sources:
            what = "facts" if edition.sources[id_].dated_by is None else "rows"
            return phrase(lang, f"refusal.wrong-type.{what}", source=_source(edition, id_, lang))
        case "wrong-type", [("as_of" | "subject" | "sources" | "contested") as part]:
            return phrase(lang, f"refusal.wrong-type.{part}")
        case _, ["sources", id_, *rest] if edition is not None and id_ in edition.sources and rest:
            what = _about_row(edition, edition.sources[id_], rest, one, lang)
            return phrase(lang, "refusal.named", place=_place(edition, edition.sources[id_], rest, lang), what=what)
        case _:
            return phrase(lang, "refusal.other", code=one.code)


def _place(edition: Edition, source: Source, rest: list[str], lang: str) -> str:
    """Where something is wrong: *“date paid” in entry 3 of “Bills”*; a record counts from 0 and people from 1."""
    words = _source(edition, source.head.id, lang)
    if source.dated_by is None:
        return phrase(lang, "refusal.at.fact", field=_field(edition, source, rest[0], lang), source=words)
    row = _counted_from_one(rest[0], lang)
    if len(rest) == 1:
        return phrase(lang, "refusal.at.row", number=row, source=words)
    return phrase(lang, "refusal.at.field", number=row, source=words, field=_field(edition, source, rest[1], lang))


def _about_row(edition: Edition, source: Source, rest: list[str], one: Refused, lang: str) -> str:
    """What is wrong with a row or with one item of it, as a clause."""
    name = rest[-1]
    if one.code == "undeclared-field":
        if one.exclusion is None:
            return phrase(lang, "refusal.undeclared-field")
        return phrase(lang, "refusal.excluded-field", exclusion=_exclusion(edition, one.exclusion, lang))
    if one.code in OF_THE_FIELD:
        return phrase(lang, f"refusal.{one.code}")
    if name not in source.fields:
        return phrase(lang, "refusal.wrong-type.row")
    return _about_field(edition.about, source.fields[name], one, lang)


def _about_field(about: About, field: Field, one: Refused, lang: str) -> str:
    match field.type:
        case Boolean():
            return phrase(lang, "refusal.wrong-type.yesno")
        case Day():
            return phrase(lang, "refusal.wrong-type.day")
        case Code(choices):
            titles = _quoted(about, [choice.title or {"": choice.code} for choice in choices], lang)
            return phrase(lang, "refusal.wrong-type.code", choices=either(lang, titles))
        case Number() as type_:
            return _about_number(about, type_, one.code, lang)
        case _:
            assert_never(field.type)


def _about_number(about: About, type_: Number, code: str, lang: str) -> str:
    if code == "too-many-decimals":
        if type_.places == 0:
            return phrase(lang, "refusal.whole")
        return counted(lang, "refusal.too-many-decimals", type_.places, n=plain_number(type_.places, lang))
    if code != "out-of-range":
        return phrase(lang, "refusal.wrong-type.number")
    ends = {"least": type_.least, "greatest": type_.greatest}
    fill = {end: number(type_, scaled, lang, about) for end, scaled in ends.items() if scaled is not None}
    return phrase(lang, f"refusal.{'between' if len(fill) > 1 else next(iter(fill))}", **fill)


def _counted_from_one(index: str, lang: str) -> str:
    return plain_number(int(index) + 1, lang) if re.fullmatch("[0-9]{1,9}", index) else quote(lang, index)


def _source(edition: Edition, id_: str, lang: str) -> str:
    return _quoted(edition.about, [edition.sources[id_].head.title], lang)[0]


def _field(edition: Edition, source: Source, name: str, lang: str) -> str:
    found = source.fields.get(name)
    return quote(lang, name) if found is None else _quoted(edition.about, [found.title], lang)[0]


def _exclusion(edition: Edition, id_: str, lang: str) -> str:
    return _quoted(edition.about, [edition.exclusions[id_].head.title], lang)[0]


def _withheld(about: About, edition: Edition | None, lang: str) -> str:
    """The policies that are not published in full."""
    if edition is None:
        return quote(lang, say(about.title, lang, about.languages[0])[0])
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    heads = [policy.head for kind in kinds for policy in kind.values()]
    heads += [edition.score.head] if edition.score else []
    return together(lang, _quoted(about, [head.title for head in heads if head.withheld], lang))


def _quoted(about: About, texts: list[Text], lang: str) -> list[str]:
    return [quote(lang, say(text, lang, about.languages[0])[0]) for text in texts]
