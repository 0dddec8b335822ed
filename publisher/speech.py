"""Policy texts and the engine's prose as phrases of one language, and links to the pages of one rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_currency_name

from engine.ir import Boolean, Code, Day, Edition, Number, Text, Type
from engine.readings.prose.policies import find
from engine.readings.prose.sources import label
from engine.readings.prose.values import number
from engine.readings.prose.words import locale, say, sentence, spoken, together
from publisher import addresses
from publisher.pages import Holds, Link, Phrase


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: an edition in one language, with the folder of its pages."""

    edition: Edition
    lang: str
    home: str
    anchors: bool
    """Whether links may lead into a page: only those of the edition shown, because the parts of others may be gone."""


def text(speaker: Speaker, words: Text) -> Phrase:
    """A text of a policy, in the original language if there is no translation."""
    return Phrase(*say(words, speaker.lang, speaker.edition.about.languages[0]))


def title(speaker: Speaker, words: Text) -> Phrase:
    """A text that stands by itself: with a capital, where the script has capitals."""
    said, lang = say(words, speaker.lang, speaker.edition.about.languages[0])
    return Phrase(sentence(said), lang)


def capital(words: Phrase) -> Phrase:
    """Words that stand by themselves.

    >>> capital(Phrase("identifizierende Daten", "de")).text
    'Identifizierende Daten'
    """
    return Phrase(sentence(words.text), words.lang)


def titles(speaker: Speaker, many: Sequence[Text]) -> tuple[Phrase, ...]:
    return tuple(title(speaker, words) for words in many)


def texts(speaker: Speaker, many: Sequence[Text]) -> tuple[Phrase, ...]:
    return tuple(text(speaker, words) for words in many)


def maybe(speaker: Speaker, words: Text | None) -> Phrase | None:
    return None if words is None else text(speaker, words)


def prose(speaker: Speaker, words: str) -> Phrase:
    """Words of the engine's prose, which is English where a language has no phrase table."""
    return Phrase(sentence(words), spoken(speaker.lang))


def proses(speaker: Speaker, many: Sequence[str]) -> tuple[Phrase, ...]:
    return tuple(prose(speaker, words) for words in many)


def term(speaker: Speaker, group: str, code: str) -> Phrase:
    """The words of a closed list."""
    return prose(speaker, label(group, code, speaker.lang))


def joined(speaker: Speaker, many: Sequence[Phrase]) -> Phrase:
    """Several phrases in a row, joined as the language does."""
    return Phrase(together(speaker.lang, [phrase.text for phrase in many]), speaker.lang)


def to(speaker: Speaker, kind: str, id_: str, anchor: str = "") -> Link:
    """A link to a policy of the edition, by its title."""
    found = find(speaker.edition, kind, id_)
    assert found is not None, "names were resolved when the edition was parsed"
    path = addresses.policy_page(speaker.home, kind, id_)
    return Link(title(speaker, found.head.title), f"{path}#{anchor}" if anchor and speaker.anchors else path)


def holds(speaker: Speaker, kind: Type) -> Holds:
    """What a field or a measure can hold."""
    match kind:
        case Boolean():
            return Holds("yesno")
        case Day(future):
            return Holds("date", future=future)
        case Code(choices):
            return Holds("code", choices=texts(speaker, [choice.title for choice in choices]))
        case Number(places, unit, least, greatest):
            about, lang = speaker.edition.about, speaker.lang
            low, high = (
                None if end is None else prose(speaker, number(kind, end, lang, about)) for end in (least, greatest)
            )
            if unit == "share":  # said in percent, which takes two digits
                return Holds("share", max(0, places - 2), least=low, greatest=high)
            if unit is None or unit in {"rows", "months", "years", "days"}:
                return Holds(unit or "number", places, least=low, greatest=high)
            return Holds("number", places, unit_words(speaker, unit), low, high)


def unit_words(speaker: Speaker, unit: str) -> Phrase:
    """A unit of the rulebook's own, or a currency."""
    own = speaker.edition.about.units.get(unit)
    if own is not None:
        return text(speaker, own)
    if len(unit) == 3 and unit.isupper():  # noqa: PLR2004 - a currency has three letters
        return Phrase(get_currency_name(unit, locale=locale(speaker.lang)), spoken(speaker.lang))
    return Phrase(unit, spoken(speaker.lang))
