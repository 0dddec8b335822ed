"""Personal data in words that others use too: the taxonomy of the Data Privacy Vocabulary, kept in this folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PREFIX = "pd:"


@cache
def broader() -> Mapping[str, tuple[str, ...]]:
    """Each term and the terms right above it, all with their prefix."""
    path = Path(__file__).parent / "personal-data.json"
    terms = json.loads(path.read_text("utf-8"))["broader"]
    above = {PREFIX + term: tuple(PREFIX + parent for parent in parents) for term, parents in terms.items()}
    tops = {parent for parents in above.values() for parent in parents} - above.keys()
    return {**dict.fromkeys(sorted(tops), ()), **above}


def known(category: str) -> bool:
    """Whether the vocabulary has the term.

    >>> known("pd:Friend"), known("pd:Freind")
    (True, False)
    """
    return category in broader()


@cache
def narrower(category: str) -> frozenset[str]:
    """A term and every term below it.

    >>> "pd:Friend" in narrower("pd:SocialNetwork"), sorted(narrower("pd:Friend"))
    (True, ['pd:Friend'])
    """
    found = {category}
    waiting = [category]
    while waiting:
        here = waiting.pop()
        below = [term for term, parents in broader().items() if here in parents and term not in found]
        found.update(below)
        waiting += below
    return frozenset(found)
