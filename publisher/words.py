"""The website's own words: Babel's catalogues read as they are, and numbers and dates as each language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from publisher.locate import site_folder

SOURCE = "en"
"""The language the templates are written in; it needs no catalogue."""


class MissingWordsError(Exception):
    """The website lacks a sentence in a language it speaks."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """What one language says: sentences by the English one, numbered sentences by the English pair, and its locale."""

    lang: str
    sentences: Mapping[str, str]
    translations: Translations
    locale: Locale


@cache
def spoken(lang: str) -> str:
    """The language in which the website's own words are said: English where it has no catalogue.

    >>> spoken("de"), spoken("tlh")
    ('de', 'en')
    """
    return lang if (site_folder() / "words" / f"{lang}.po").is_file() else SOURCE


def called(tag: str, locale: Locale | None = None) -> str:
    """What a language is called, in its own words or in those of another; its tag where nobody has told Babel.

    >>> called("de"), called("de", Locale("en")), called("nan"), called("tlh")
    ('Deutsch', 'German', 'nan', 'tlh')
    """
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(locale) or tag)
    except UnknownLocaleError:
        return tag


@cache
def read_words(lang: str) -> Words:
    """The words of one language.

    >>> read_words("zh-Hans").sentences["Language"]
    '语言'
    """
    locale = Locale.parse(lang, sep="-")
    if lang == SOURCE:
        return Words(lang, {}, Translations(), locale)
    return words_of(lang, site_folder() / "words" / f"{lang}.po", locale)


def words_of(lang: str, file: Path, locale: Locale) -> Words:
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=str(locale))
    messages = [m for m in catalog if m.id and m.string]
    machine = BytesIO()
    write_mo(machine, catalog)
    machine.seek(0)
    return Words(
        lang,
        {m.id: str(m.string) for m in messages if isinstance(m.id, str)},
        Translations(machine),
        locale,
    )


def sentence(words: Words, english: str) -> str:
    """A sentence of the templates in this language; one that was not translated is an error, not English."""
    if words.lang == SOURCE:
        return english
    found = words.sentences.get(english)
    if found is None:
        raise MissingWordsError(f"site/words/{words.lang}.po does not say: {english}")
    return found


def numbered(words: Words, one: str, many: str, number: int) -> str:
    """The sentence of a pair that fits the number: Chinese has one form, Polish three."""
    return words.translations.ungettext(one, many, number)


@lru_cache(4096)
def number(words: Words, value: int) -> str:
    """A whole number.

    >>> number(read_words("de"), 1250), number(read_words("en"), -5)
    ('1.250', '−5')
    """
    return format_decimal(value, locale=words.locale).replace("-", "−")


def signed(words: Words, value: int) -> str:
    """A number of points with its sign.

    >>> [signed(read_words("en"), n) for n in (60, 0, -30)]
    ['+60', '0', '−30']
    """
    return ("+" if value > 0 else "") + number(words, value)


@lru_cache(4096)
def day(words: Words, value: date) -> str:
    """A date in full.

    >>> day(read_words("zh-Hans"), date(2026, 12, 1)), day(read_words("de"), date(2026, 12, 1))
    ('2026年12月1日', '1. Dezember 2026')
    """
    if words.lang == SOURCE:
        return format_date(value, "d MMMM yyyy", locale=words.locale)
    return format_date(value, "long", locale=words.locale)
