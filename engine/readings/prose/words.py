"""Phrases by key and language, from `engine/words/<lang>.yaml`, and what a language needs to join them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.lists import format_list
from ruamel.yaml import YAML

from engine.ir import Text

HERE = Path(__file__).resolve().parents[2] / "words"
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
REGIONS = {"en": "en-GB"}  # 5 September 2027, not September 5, 2027
Order = Literal["main", "sub"]
"""Whether a clause stands alone or follows a word like *if*: German then puts the verb last."""

Row = str | Mapping[str, str]


def languages() -> tuple[str, ...]:
    """The languages with a phrase table.

    >>> languages()
    ('de', 'en', 'zh-Hans')
    """
    return tuple(sorted(path.stem for path in HERE.glob("*.yaml")))


@cache
def rows(lang: str) -> Mapping[str, Row]:
    """The phrase table of a language, its keys written with dots; a row in several plural forms is a mapping."""
    return dict(_flat("", YAML(typ="safe").load((HERE / f"{lang}.yaml").read_text(encoding="utf-8"))))


def _flat(path: str, data: Mapping[str, object]) -> list[tuple[str, Row]]:
    found: list[tuple[str, Row]] = []
    for key, value in data.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and not (value.keys() <= PLURALS and "other" in value):
            found += _flat(here, value)
        else:
            found.append((here, value if isinstance(value, Mapping) else str(value)))
    return found


@cache
def spoken(lang: str) -> str:
    """The language whose phrases are used for `lang`: itself, or English when it has no table.

    >>> spoken("de"), spoken("fr")
    ('de', 'en')
    """
    return lang if lang in languages() else "en"


@cache
def locale(lang: str) -> Locale:
    """The CLDR data for the numbers and dates of a language."""
    lang = spoken(lang)
    return Locale.parse(REGIONS.get(lang, lang), sep="-")


def row(lang: str, key: str) -> Row:
    """The row of a key as written."""
    return rows(spoken(lang))[key]


def has(lang: str, key: str) -> bool:
    """Whether the table has such a row."""
    return key in rows(spoken(lang))


def phrase(lang: str, key: str, **fill: str) -> str:
    """The phrase of a key with its places filled.

    >>> phrase("de", "quote", words="gut"), phrase("en", "quote", words="good")
    ('„gut“', '“good”')
    """
    found = row(lang, key)
    return (found if isinstance(found, str) else found["other"]).format_map(fill)


def counted(lang: str, key: str, count: float, **fill: str) -> str:
    """The phrase of a key in the plural form that `count` asks for.

    >>> counted("en", "unit.months", 1, n="1"), counted("en", "unit.months", 18, n="18")
    ('1 month', '18 months')
    """
    found = row(lang, key)
    form = locale(lang).plural_form(count)
    return (found if isinstance(found, str) else found.get(form, found["other"])).format_map(fill)


def clause(lang: str, key: str, order: Order, many: bool = False, **fill: str) -> str:
    """A clause whose finite verb stands in brackets: `[is|are]` by number; in German it moves to the end, or to `^`.

    At `~` the verb joins the word before it: *trifft zu*, but *wenn … zutrifft*.

    >>> clause("de", "clause.known", "main", subject="„Tag“"), clause("de", "clause.known", "sub", subject="„Tag“")
    ('„Tag“ ist bekannt', '„Tag“ bekannt ist')
    """
    return bend(phrase_row(lang, key), order if spoken(lang) == "de" else "main", many).format_map(fill)


def phrase_row(lang: str, key: str) -> str:
    """The unfilled phrase of a key."""
    found = row(lang, key)
    assert isinstance(found, str)
    return found


VERB = re.compile(r" ?\[([^\]|]*)(?:\|([^\]]*))?\]")


def bend(template: str, order: Order, many: bool) -> str:
    """A template with its verb in the right form and place.

    >>> bend("{a} [is|are] small", "main", True), bend("alle [sind] erfüllt^: {list}", "sub", False)
    ('{a} are small', 'alle erfüllt sind: {list}')
    >>> bend("{a} [trifft] nicht zu~", "main", False), bend("{a} [trifft] nicht zu~", "sub", False)
    ('{a} trifft nicht zu', '{a} nicht zutrifft')
    """
    found = VERB.search(template)
    if found is None:
        return template.replace("^", "")
    verb = found[2] if many and found[2] else found[1]
    if order == "main":
        said = template[: found.start()] + found[0][: found[0].index("[")] + verb + template[found.end() :]
        return said.replace("^", "").replace("~", "")
    rest = template[: found.start()] + template[found.end() :]
    if "~" in rest:
        return rest.replace("~", verb)
    return rest.replace("^", f" {verb}") if "^" in rest else f"{rest} {verb}"


def say(text: Text, lang: str, original: str) -> tuple[str, str]:
    """The words in `lang`, or else in the rulebook's original language, and the language they are in.

    >>> say({"en": "due date", "de": "Fälligkeit"}, "zh-Hans", "en")
    ('due date', 'en')
    """
    if lang in text:
        return text[lang].strip(), lang
    for tag in (original, *text):
        if tag in text:
            return text[tag].strip(), tag
    return "", lang


def quote(lang: str, words: str) -> str:
    """Words between the quotation marks of the language."""
    return phrase(lang, "quote", words=words)


def either(lang: str, items: Sequence[str]) -> str:
    """Items joined with *or*.

    >>> either("de", ["gut", "stark", "neu"])
    'gut, stark oder neu'
    """
    return format_list(items, "or", locale=locale(lang))


def together(lang: str, items: Sequence[str]) -> str:
    """Items joined with *and*.

    >>> together("zh-Hans", ["房租", "水费"])
    '房租和水费'
    """
    return format_list(items, locale=locale(lang))


def sentence(words: str) -> str:
    """Words with a capital at the start, where the script has capitals.

    >>> sentence("the row is kept.")
    'The row is kept.'
    """
    return words[:1].upper() + words[1:]


def bare(words: str) -> str:
    """Words without the full stop at their end, to go on after them.

    >>> bare("No deposit."), bare("不收押金。")
    ('No deposit', '不收押金')
    """
    return words.removesuffix(".").removesuffix("。")


def after(lang: str, text: str) -> str:
    """A sentence of the author's, as one more sentence: with a full stop if it has none.

    >>> after("en", "Too few bills"), after("zh-Hans", "账单太少。")
    ('Too few bills.', '账单太少。')
    """
    return text if text.endswith((".", "。", "!", "！", "?", "？", "…")) else text + phrase(lang, "stop")


def list_of(lang: str, sentences: Sequence[str]) -> str:
    """Sentences one after the other; Chinese puts no space between them."""
    return phrase(lang, "between_sentences").join(sentences)


def is_many(lang: str, noun: str) -> bool:
    """Whether an English noun phrase takes *are*: its last word before a preposition or participle is a plural.

    >>> [is_many("en", n) for n in ("bills paid late", "share of bills", "status", "number of bills", "reminders sent")]
    [True, False, False, False, True]
    """
    if spoken(lang) != "en":
        return False
    head = ""
    for word in noun.lower().split():
        if head and (word in STOPS or word.endswith(("ed", "ing"))):
            break
        head = word
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


# fmt: off
STOPS = frozenset({
    "was", "were", "is", "are", "has", "had", "the", "a", "an", "of", "in", "on", "at", "by", "for", "from", "to",
    "with", "without", "within", "since", "until", "before", "after", "over", "under", "per", "as", "that", "which",
    "who", "whose", "not", "still", "paid", "sent", "left", "due", "made", "kept", "held", "met", "lent", "given",
    "taken", "known",
})
# fmt: on


def article(lang: str, noun: str) -> str:
    """An English noun phrase without the article it may start with, so that a template can put its own.

    >>> article("en", "the due date"), article("de", "die Frist")
    ('due date', 'die Frist')
    """
    return re.sub(r"^(the|a|an) ", "", noun, flags=re.IGNORECASE) if spoken(lang) == "en" else noun
