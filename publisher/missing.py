"""What is shown where there is no page: the same in every language of the site, with a way into each rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from engine.ir import About
from engine.readings.prose import say
from publisher import addresses
from publisher import pages as p
from publisher.words import SOURCE, read_words, sentence, spoken

MISSING = "404.html"
"""The file that hosts of plain files show at an address where nothing is."""

SAID = {
    "missing": "This page does not exist.",
    "refused": "This cannot be asked for in this way.",
    "failed": "Something went wrong here. Please try again later.",
}
"""What may have gone wrong, in the words of the template."""


def missing_page(abouts: Sequence[About], what: str = "missing", *, file: bool = True) -> p.MissingPage:
    """The page for an address where nothing is.

    As a file it is served at any address, so its links start from where the first rulebook says that the website is.
    """
    address = next((about.address for about in abouts if about.address), None)
    base = urlsplit(address).path if address and file else None
    tongues = dict.fromkeys([SOURCE, *(lang for about in abouts for lang in about.languages)])
    parts = tuple(part(abouts, lang, what) for lang in tongues if spoken(lang) == lang)
    return p.MissingPage(PurePosixPath(MISSING), what, base, parts)


def part(abouts: Sequence[About], lang: str, what: str) -> p.MissingPart:
    """What is said in one language, and the rulebooks in that language."""
    doors = tuple(
        p.Link(
            p.Phrase(*say(about.title, lang, about.languages[0])),
            f"{addresses.home(about.id, lang)}index.html",
        )
        for about in abouts
        if lang in about.languages
    )
    return p.MissingPart(p.Phrase(sentence(read_words(lang), SAID[what]), lang), doors)
