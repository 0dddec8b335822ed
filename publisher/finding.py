"""The index of all pages of a rulebook in one language: by first letter, or by kind where a script has no capitals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath

from publisher import addresses
from publisher import pages as p
from publisher.library import Library, main_version
from publisher.speech import Speaker, text, title
from publisher.words import called, read_words, sentence, spoken

WHOLE = {
    "index.html": "Overview",
    "sources/index.html": "What is collected",
    "measures/index.html": "What is worked out",
    "rules/index.html": "Rules",
    "uses/index.html": "Uses",
    "exclusions/index.html": "What is never used",
    "rights/index.html": "Your rights",
    "history.html": "Changes",
    "try.html": "Try it",
    "reference.html": "How it works",
    "flow.html": "From data to consequences",
    "glossary.html": "Glossary",
    "data.html": "Downloads",
    "log.html": "The public log",
    "verify.html": "Check a receipt",
    "about.html": "About this website",
    "readings.html": "Readings",
    "grades.html": "How changes are graded",
}
"""The pages about the whole rulebook, in the words of the templates."""

ROOM = 7200
"""So many bytes of entries leave a page of the index within 16 KB."""

Group = tuple[str, list[p.Found]]

WIDE = 110
"""How many columns of a summary an entry shows; a Chinese character takes two."""


def find_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.FindPage]:
    """The index, in as many parts as it needs."""
    entries = [*whole(speaker, library), *policies(speaker, library), *drafts(speaker, library)]
    letters = has_capitals(speaker.lang)
    parts = divide(groups(entries, letters=letters))
    first = addresses.find_page(speaker.home)
    paths = [first, *(addresses.find_part(speaker.home, at) for at in range(2, len(parts) + 1))]
    begins: dict[str, str] = {}
    for path, part in zip(paths, parts, strict=True):
        for name, _ in part:
            begins.setdefault(name, f"{path}#{name}")
    shelves = {name: p.Shelf(name, letters and name != "other", where) for name, where in begins.items()}
    for at, (path, part) in enumerate(zip(paths, parts, strict=True)):
        yield p.FindPage(
            PurePosixPath(path),
            frame,
            at + 1,
            tuple(shelves.values()),
            tuple((shelves[name], tuple(found)) for name, found in part),
            paths[at + 1] if at + 1 < len(paths) else None,
        )


def whole(speaker: Speaker, library: Library) -> Iterator[p.Found]:
    words, lang = read_words(spoken(speaker.lang)), spoken(speaker.lang)
    named = WHOLE if library.shown.score else WHOLE | {"score.html": "Score"}
    for file, english in named.items():
        said = p.Phrase(sentence(words, english), lang)
        yield p.Found(p.Link(said, speaker.home + file), "whole", "", None)


def policies(speaker: Speaker, library: Library) -> Iterator[p.Found]:
    """The policies that have a main page."""
    score = library.shown.score
    order = list(addresses.FOLDERS)
    for kind, id_ in sorted(library.versions, key=lambda policy: (order.index(policy[0]), policy[1])):
        main = main_version(library, (kind, id_))
        if main is None or (kind == "score" and (score is None or score.head.id != id_)):
            continue
        written = main.document.data
        link = p.Link(title(speaker, written["title"]), addresses.policy_page(speaker.home, kind, id_))
        yield p.Found(link, kind, id_, beginning(text(speaker, written["summary"])))


def drafts(speaker: Speaker, library: Library) -> Iterator[p.Found]:
    for document in library.rulebook.shelf.drafts:
        written = document.data
        path = addresses.draft_page(speaker.home, written["kind"], written["id"], written["version"])
        link = p.Link(title(speaker, written["title"]), path)
        yield p.Found(link, "draft", written["id"], beginning(text(speaker, written["summary"])))


def beginning(phrase: p.Phrase) -> p.Phrase:
    """What fits on one line.

    >>> beginning(p.Phrase("A short summary.", "en")).text
    'A short summary.'
    >>> beginning(p.Phrase("One word more, " * 20, "en")).text[-30:]
    'word more, One word more, One…'
    """
    at, room = 0, WIDE
    while at < len(phrase.text) and room > 0:
        room -= 2 if unicodedata.east_asian_width(phrase.text[at]) in "WF" else 1
        at += 1
    if at == len(phrase.text):
        return phrase
    line = phrase.text[:at]
    if unicodedata.east_asian_width(phrase.text[at]) not in "WF":
        line = line.rpartition(" ")[0] or line
    return p.Phrase(line.rstrip(" ,;:.，；：、。") + "…", phrase.lang)


def has_capitals(lang: str) -> bool:
    """Whether a language is written with capitals, so that its readers know an order of letters by heart.

    >>> [has_capitals(lang) for lang in ("de", "zh-Hans", "el")]
    [True, False, True]
    """
    name = called(lang)
    return name.upper() != name.lower()


def plain(words: str) -> str:
    """Words as they are sorted: without accents, capitals and marks.

    >>> plain("„Über“ 3 Monate")
    'uber 3 monate'
    """
    letters = unicodedata.normalize("NFKD", words).casefold()
    return "".join(letter for letter in letters if letter.isalnum() or letter == " ").strip()


def initial(words: str) -> str:
    first = plain(words)[:1]
    return first if first.upper() != first.lower() else "other"


def groups(entries: Sequence[p.Found], *, letters: bool) -> list[Group]:
    """Entries by first letter in the order of the alphabet, or by kind as they come."""
    if not letters:
        return [(kind, list(found)) for kind, found in groupby(entries, key=lambda entry: entry.kind)]

    def order(entry: p.Found) -> tuple[bool, str, str, str]:
        words = entry.link.words.text
        return initial(words) == "other", initial(words), plain(words), entry.link.path

    return [
        (name, list(found))
        for name, found in groupby(sorted(entries, key=order), key=lambda entry: initial(entry.link.words.text))
    ]


def divide(grouped: Sequence[Group]) -> list[list[Group]]:
    """Groups in parts of a size that a page can bear; a group that is too long goes on in the next part."""
    parts: list[list[Group]] = [[]]
    room = ROOM
    for name, entries in grouped:
        here: list[p.Found] = []
        parts[-1].append((name, here))
        room -= 80
        for entry in entries:
            if cost(entry) > room and any(found for _, found in parts[-1]):
                if not here:
                    parts[-1].pop()
                here = []
                parts.append([(name, here)])
                room = ROOM
            here.append(entry)
            room -= cost(entry)
    return parts


def cost(entry: p.Found) -> int:
    """About how many bytes an entry takes on the page."""
    said = [entry.link.words.text, entry.link.path, entry.id, entry.line.text if entry.line else ""]
    return 130 + sum(len(words.encode()) for words in said)
