"""Uses, exclusions and categories of data in words."""

from __future__ import annotations

import re

from engine.ir import Consequence, Edition, Exclusion, Use
from engine.readings.prose.rules import when
from engine.readings.prose.sources import label
from engine.readings.prose.values import months
from engine.readings.prose.words import bare, either, has, phrase, quote, row, say, sentence, together


def consequence(edition: Edition, use: Use, consequence: Consequence, lang: str) -> str:  # noqa: ARG001  as its peers
    """When a consequence applies, what it is, for whom it is good, and how long it lasts."""
    fill = {
        "when": when(edition, consequence.when, lang, first=True),
        "effect": bare(say(consequence.effect, lang, edition.about.languages[0])[0]),
        "polarity": label("polarity", consequence.polarity, lang),
    }
    if consequence.lasts is None:
        return phrase(lang, "consequence.always", **fill)
    return phrase(lang, "consequence.lasts", months=months(consequence.lasts, lang), **fill)


def exclusion(edition: Edition, exclusion: Exclusion, lang: str) -> list[str]:
    """What is never done with what, why, and how that is enforced, a sentence each."""
    never = [phrase(lang, f"exclusion.never.{word}") for word in exclusion.never if word != "use_for"]
    said = [phrase(lang, "exclusion.is", never=_nor(lang, never))] if never else []
    if exclusion.categories:
        words = [quote(lang, category(term, lang)[0]) for term in exclusion.categories]
        said.append(phrase(lang, "exclusion.categories", list=together(lang, words)))
    for what, globs in (("fields", exclusion.fields), ("sources", exclusion.sources)):
        if globs:
            said.append(phrase(lang, f"exclusion.{what}", list=either(lang, [glob(g, lang) for g in globs])))
    if exclusion.purposes:
        words = [quote(lang, label("purposes", purpose, lang)) for purpose in exclusion.purposes]
        said.append(phrase(lang, "exclusion.purposes", list=either(lang, words)))
    said += [phrase(lang, f"exclusion.enforced.{word}") for word in exclusion.never]
    return [sentence(words) for words in said] + [say(exclusion.because, lang, edition.about.languages[0])[0]]


def _nor(lang: str, items: list[str]) -> str:
    """*never this, never that and never the other*."""
    *most, last = items
    return phrase(lang, "join.nor").join([phrase(lang, "join.comma").join(most), last]) if most else last


def glob(pattern: str, lang: str) -> str:
    """A glob over names, in words.

    >>> glob("friend*", "en"), glob("*contacts*", "de"), glob("salary", "zh-Hans")
    ('starts with “friend”', '„contacts“ enthält', '为“salary”')
    """
    inner = pattern.strip("*")
    if not inner or re.search(r"[*?\[]", inner):
        return phrase(lang, "exclusion.glob.like", name=quote(lang, pattern))
    key = {(False, False): "exact", (False, True): "start", (True, False): "end", (True, True): "inside"}
    found = key[pattern.startswith("*"), pattern.endswith("*")]
    return phrase(lang, f"exclusion.glob.{found}", name=quote(lang, inner))


def category(term: str, lang: str) -> tuple[str, str]:
    """The words for a category of personal data, and the language they are in.

    >>> category("pd:PurchasesAndSpendingHabit", "en"), category("pd:Friend", "de")
    (('purchases and spending habit', 'en'), ('Freundinnen und Freunde', 'de'))
    >>> category("pd:FavouriteBook", "zh-Hans")
    ('favourite book', 'en')
    """
    bare_term = term.rpartition(":")[2]
    if has(lang, f"category.{bare_term}"):
        return str(row(lang, f"category.{bare_term}")), lang
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z]|$)|[A-Z]?[a-z]+|\d+", bare_term)
    return " ".join(word if word.isupper() else word.lower() for word in words), "en"
