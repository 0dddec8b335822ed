"""One document on the desk: its data, the place of everything in it, and what was found wrong so far."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from engine.ir import Reference, Text
from engine.load import Document
from engine.problem import Grade, Problem, Where
from engine.vocabulary import broader, known

At = tuple[str | int, ...]
"""The way to a value in a document: ``("table", "rows", 0, 1)``."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document being read. `languages` are the rulebook's; `units` the words a number may be counted in."""

    document: Document
    languages: tuple[str, ...]
    units: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)


def where(paper: Paper, at: At) -> Where:
    """The place of a value, or of the nearest thing around it."""
    while at and at not in paper.document.places:
        at = at[:-1]
    return paper.document.places.get(at, Where(paper.document.file))


def key_where(paper: Paper, at: At) -> Where:
    """The place of a key; of the value when it is an item of a list."""
    return paper.document.keys.get(at) or where(paper, at)


def get(paper: Paper, at: At) -> Any:
    """The value at a path, or None when there is none."""
    here = paper.document.data
    for step in at:
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return None
    return here


def say(
    paper: Paper,
    code: str,
    sentence: str,
    place: Where,
    help: str | None = None,  # noqa: A002 - Problem's word
    also: tuple[tuple[Where, str], ...] = (),
) -> None:
    """Notes a problem."""
    paper.problems.append(Problem(code, sentence, place, help, also=also))


def incomplete(paper: Paper, code: str, sentence: str, place: Where, help_: str, languages: Iterable[str]) -> None:
    """Notes that words are missing in some languages."""
    facts = {"languages": " ".join(languages)}
    paper.problems.append(Problem(code, sentence, place, help_, Grade.INCOMPLETE, facts=facts))


def meant(word: object, words: Iterable[str]) -> str | None:
    """The help for a word that is not one of a list: the one it is nearest to, or the list if it is short.

    >>> meant("bils", ["bills", "account"])
    'did you mean `bills`?'
    >>> meant("share-of-bills-on-time", ["bills-late", "bills-paid-on-time-share", "loans"])
    'did you mean `bills-paid-on-time-share`?'
    >>> meant("x", ["bills", "account"])
    'there is `account`, `bills`'
    """
    known_words = sorted(set(words))
    near = get_close_matches(str(word), known_words, n=1, cutoff=0.6) or sharing(str(word), known_words)
    if near:
        return f"did you mean `{near[0]}`?"
    few = 12
    if 0 < len(known_words) <= few:
        return "there is " + ", ".join(f"`{each}`" for each in known_words)
    return None


def sharing(word: str, words: Iterable[str]) -> list[str]:
    """The one name that shares most parts with another, and at least half of them; nothing if two share as many.

    >>> sharing("on-time", ["bills-paid-on-time", "bills-late"]), sharing("bills", ["bills-paid", "bills-late"])
    (['bills-paid-on-time'], [])
    """
    given = set(re.split(r"[-_ ]", word))
    shared = {each: len(given & set(re.split(r"[-_ ]", each))) for each in words}
    most = max(shared.values(), default=0)
    best = [each for each, count in shared.items() if count == most]
    return best if len(best) == 1 and 2 * most >= len(given) else []


# -------------------------------------------------------------------------------------------------- small things


TO_FILL_IN = "…"
"""Stands in a new document where words belong."""


def text(paper: Paper, at: At) -> Text:
    """A text in the rulebook's languages; one that is missing or still to be written is noted as incomplete, an
    undeclared one is wrong.
    """
    found = get(paper, at)
    if not isinstance(found, dict):
        return {}
    for language in found:
        if language not in paper.languages:
            say(
                paper,
                "undeclared-language",
                f"the language `{language}` is not one of the rulebook's",
                key_where(paper, (*at, language)),
                help=f"`rulebook.yaml` declares {', '.join(f'`{each}`' for each in paper.languages)}",
            )
    written = {language: str(words).strip() for language, words in found.items()}
    missing = [language for language in paper.languages if not written.get(language)]
    if missing:
        told = f"the text is missing in {', '.join(f'`{each}`' for each in missing)}"
        help_ = "a reader of that language is shown that it is missing"
        incomplete(paper, "missing-translation", told, key_where(paper, at), help_, missing)
    unfilled = [language for language in paper.languages if written.get(language) == TO_FILL_IN]
    if unfilled:
        told = f"the text is still to be written in {', '.join(f'`{each}`' for each in unfilled)}"
        help_ = f"put your words in place of `{TO_FILL_IN}`"
        incomplete(paper, "not-filled-in", told, where(paper, (*at, unfilled[0])), help_, unfilled)
    return {language: str(words) for language, words in found.items()}


def text_or_none(paper: Paper, at: At) -> Text | None:
    return text(paper, at) if get(paper, at) is not None else None


def texts(paper: Paper, at: At) -> tuple[Text, ...]:
    return tuple(text(paper, (*at, index)) for index in range(len(get(paper, at) or ())))


def references(paper: Paper, at: At) -> tuple[Reference, ...]:
    return tuple(
        Reference(text(paper, (*at, index, "title")), get(paper, (*at, index, "url")))
        for index in range(len(get(paper, at) or ()))
    )


DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(raw: Any) -> date | None:
    """A date written as such.

    >>> read_day("2026-02-28"), read_day("2026-02-30"), read_day("28.2.2026")
    (datetime.date(2026, 2, 28), None, None)
    """
    if not isinstance(raw, str) or not DAY.fullmatch(raw):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def day(paper: Paper, at: At) -> date | None:
    """The date at a path; None, and a problem, when it is none."""
    raw = get(paper, at)
    found = read_day(raw)
    if found is None:
        say(paper, "bad-date", f"`{raw}` is not a date", where(paper, at), help="write year-month-day: `2026-12-01`")
    return found


PERIOD = re.compile(r"P([0-9]+)([MY])")


def read_months(raw: Any) -> int | None:
    """A period in months.

    >>> read_months("P18M"), read_months("P2Y"), read_months("P30D")
    (18, 24, None)
    """
    found = PERIOD.fullmatch(raw) if isinstance(raw, str) else None
    return None if found is None else int(found[1]) * (12 if found[2] == "Y" else 1)


def months(paper: Paper, at: At) -> int | None:
    """The months at a path, or None if nothing is there; a problem when it is something else."""
    raw = get(paper, at)
    if raw is None:
        return None
    found = read_months(raw)
    if not found:
        say(
            paper,
            "bad-period",
            f"`{raw}` is not a number of months or years",
            where(paper, at),
            help="such as `P24M` or `P2Y`",
        )
    return found


def whole(raw: Any) -> bool:
    """Whether a value as written is a whole number (a truth value is none)."""
    return isinstance(raw, int) and not isinstance(raw, bool)


def number(raw: Any) -> bool:
    """Whether a value as written is a number."""
    return whole(raw) or isinstance(raw, Decimal)


def category(paper: Paper, at: At) -> str:
    """A term of the personal-data vocabulary; an unknown one is a problem."""
    found = str(get(paper, at))
    if not known(found):
        say(
            paper,
            "unknown-category",
            f"the personal-data vocabulary has no `{found}`",
            where(paper, at),
            help=meant(found, broader()),
        )
    return found
