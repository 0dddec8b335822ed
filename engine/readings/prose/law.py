"""Places in laws as each language cites them, and whether rules could be looked up."""

from __future__ import annotations

import re

from engine.ir import Logged
from engine.readings.prose.words import phrase

PLACE = re.compile(r"(?P<section>§ ?)?(?P<number>\d+[a-z]?)(?:\((?P<paragraph>\d+)\))?(?:\((?P<letter>[a-z])\))?")


def cited(law: str, article: str | None, lang: str) -> str:
    """A law, and the place in it if one is named.

    >>> cited("GDPR", "22(3)", "en"), cited("GDPR", None, "en"), cited("供应条款", "12", "zh-Hans")
    ('GDPR, Article 22(3)', 'GDPR', '供应条款，第12条')
    """
    return phrase(lang, "law.cited", law=law, place=place(article, lang)) if article else law


def place(article: str, lang: str) -> str:
    """An article as a policy writes it, in words; what is written in another way stays as it is.

    >>> place("22(3)", "en"), place("5(1)(c)", "de"), place("§ 31(2)", "de"), place("16", "zh-Hans")
    ('Article 22(3)', 'Artikel 5 Absatz 1 Buchstabe c', '§ 31 Absatz 2', '第16条')
    >>> place("recital 71", "en")
    'recital 71'
    """
    found = PLACE.fullmatch(article.strip())
    if found is None:
        return article
    paragraph = phrase(lang, "law.paragraph", number=found["paragraph"]) if found["paragraph"] else ""
    letter = phrase(lang, "law.letter", letter=found["letter"]) if found["letter"] else ""
    key = "law.section" if found["section"] else "law.article"
    return phrase(lang, key, number=found["number"], paragraph=paragraph, letter=letter)


def logged(log: Logged, lang: str) -> str:
    """Whether what decided is in the public log.

    >>> logged("no-log", "en")
    'This rulebook has no public log.'
    """
    return phrase(lang, f"logged.{log}")
