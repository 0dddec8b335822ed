"""German titles with their article, where the gender of the noun is sure: *der Zahlungstag*, *die größte Rechnung*."""

from __future__ import annotations

import re
from typing import Literal

Case = Literal["nominative", "dative", "to"]
"""The case a phrase asks for; `to` is the dative that melts with *zu*."""

Gender = Literal["m", "f", "n"]

ARTICLES: dict[Case, dict[Gender, str]] = {
    "nominative": {"m": "der", "f": "die", "n": "das"},
    "dative": {"m": "dem", "f": "der", "n": "dem"},
    "to": {"m": "zum", "f": "zur", "n": "zum"},
}
ENDINGS: dict[Gender, str] = {"m": "er", "f": "e", "n": "es"}
QUANTITIES: dict[str, Gender] = {
    "Anteil": "m",
    "Anzahl": "f",
    "Durchschnitt": "m",
    "Höhe": "f",
    "Summe": "f",
    "Zahl": "f",
}
"""Nouns that are always followed by what they are of."""
NOUNS: tuple[tuple[Gender, str], ...] = (
    ("m", r"(.*t|T)ag|(.*b|B)etrag|(.*b|B)eitrag|(.*b|B)eginn|Rückstand|Stand|(.*t|T)arif"),
    ("f", r".*(keit|heit|schaft)|(?!.*sprung).*ung|(.*z|Z)eit|(.*d|D)auer|(.*g|G)renze|Art|Frist"),
    ("n", r"(.*d|D)atum|Ende|(Vertrags|Jahres|Monats)ende|Alter"),
)
AFTER = re.compile(
    r"(der|des|von|vom|aus|zu|zum|zur|seit|in|im|bei|bis|am|an|für|mit|ohne|unter|über|nach|vor|außerhalb)\b"
)
"""What may follow a noun that a title begins with."""

RELATIVE = re.compile(r", (der|die|das|dem|den|deren|dessen|an|auf|aus|bei|für|in|mit|seit|von|was|wenn|wie|wo)\b")
"""A relative clause would need one more comma after it."""


def with_article(title: str, case: Case = "nominative") -> str | None:
    """A title with the definite article, or None when its gender or its form is not sure.

    >>> with_article("Zahlungstag"), with_article("Fälligkeit der letzten Rate", "dative")
    ('der Zahlungstag', 'der Fälligkeit der letzten Rate')
    >>> with_article("offener Betrag", "dative"), with_article("Vertragsende", "to")
    ('dem offenen Betrag', 'zum Vertragsende')
    >>> with_article("versandte Mahnungen"), with_article("Konto eröffnet"), with_article("Rückstand, bei dem")
    (None, None, None)
    """
    if RELATIVE.search(title):
        return None
    first, _, rest = title.partition(" ")
    if first in QUANTITIES:
        return f"{ARTICLES[case][QUANTITIES[first]]} {title}"
    gender = _gender(first)
    if gender is not None:
        return f"{ARTICLES[case][gender]} {title}" if not rest or AFTER.match(rest) else None
    noun, _, more = rest.partition(" ")
    gender = _gender(noun)
    if gender is None or not first.endswith(ENDINGS[gender]) or (more and not AFTER.match(more)):
        return None
    stem = first[0].lower() + first[1:].removesuffix(ENDINGS[gender])
    return f"{ARTICLES[case][gender]} {stem}{'e' if case == 'nominative' else 'en'} {rest}"


def _gender(noun: str) -> Gender | None:
    return next((gender for gender, nouns in NOUNS if re.fullmatch(nouns, noun)), None)


NAMED = {"f": "Angabe|Feststellung|Gruppe|Stufe|Folge|Fundstelle|Rechtsgrundlage", "m": "Wert|Empfänger|Teil"}
"""Parts of a policy as sentences name them, by gender; always in the nominative."""
WITH_DATIVE = re.compile(rf"\b(aus|bei|in|nach|von|zu) (?:die (?={NAMED['f']})|der (?={NAMED['m']}))", re.IGNORECASE)
WITH_ACCUSATIVE = re.compile(rf"\b(für|über) der (?={NAMED['m']})", re.IGNORECASE)


def inflected(words: str) -> str:
    """A sentence in which the named parts of a policy take the case their preposition asks for.

    >>> inflected("Bei die Angabe „Betrag“ und von der Wert „Miete“; für der Teil „Punkte“")
    'Bei der Angabe „Betrag“ und von dem Wert „Miete“; für den Teil „Punkte“'
    """
    feminine = re.compile(NAMED["f"])
    dative = WITH_DATIVE.sub(lambda m: f"{m[1]} {'der' if feminine.match(words, m.end()) else 'dem'} ", words)
    return WITH_ACCUSATIVE.sub(r"\1 den ", dative)
