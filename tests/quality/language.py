"""Whether each piece of text is in the language it is marked as: a screen reader speaks it as marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from tests.quality.result import Figure, Result
from tests.quality.site import Site, blocks

HAN = re.compile("[㐀-䶿一-鿿]")
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
CODE = {"code", "pre", "kbd", "samp"}
STOPS = {
    "en": frozenset(
        (
            "the",
            "of",
            "and",
            "to",
            "is",
            "are",
            "was",
            "were",
            "by",
            "for",
            "with",
            "not",
            "it",
            "that",
            "this",
            "at",
            "from",
            "which",
            "on",
            "or",
            "if",
            "you",
            "your",
            "no",
            "has",
            "have",
        )
    ),
    "de": frozenset(
        (
            "der",
            "die",
            "das",
            "und",
            "ist",
            "sind",
            "war",
            "wird",
            "werden",
            "von",
            "zu",
            "mit",
            "nicht",
            "es",
            "den",
            "dem",
            "des",
            "ein",
            "eine",
            "einer",
            "einem",
            "auf",
            "für",
            "im",
            "oder",
            "wenn",
            "sie",
            "ihr",
            "ihre",
            "kein",
            "keine",
            "hat",
            "haben",
            "wie",
        )
    ),
}
FEW = 5
"""Fewer words than this tell nothing about a language."""


def check(site: Site) -> Result:
    """Every text and every label on every page."""
    seen, misses = 0, set()
    for path, page in site.pages.items():
        for element, lang, text in blocks(page):
            seen += 1
            misses.update(f"{path}: {problem}" for problem in wrong(element, lang, text))
    return Result((Figure("texts marked with their language", f"{seen:,}", "all"),), tuple(sorted(misses)))


def wrong(element: html.HtmlElement, lang: str, text: str) -> Iterator[str]:
    """What shows that a text is not in the language it is marked as."""
    if not lang:
        yield f"no language: {text[:60]}"
    if element.tag in CODE or any(each.tag in CODE for each in element.iterancestors()):
        return
    text = re.sub(r"%\(\w+\)s|\{\w+\}", "", text)  # a blank in a phrase for a script
    han = len(HAN.findall(text))
    words = [word.lower() for word in WORD.findall(HAN.sub(" ", text))]
    if lang.startswith("zh"):
        if len(words) >= FEW and han < len(words):
            yield f"marked {lang}, and hardly a Chinese character in it: {text[:60]}"
    elif han:
        yield f"marked {lang}, and Chinese: {text[:60]}"
    elif len(words) >= FEW:
        found = {tag: sum(word in stops for word in words) for tag, stops in STOPS.items()}
        here = found.get(lang.partition("-")[0])
        other, most = max(found.items(), key=lambda pair: pair[1])
        if here is not None and most >= 2 and most > 2 * here:
            yield f"marked {lang}, and it reads like {other}: {text[:60]}"
