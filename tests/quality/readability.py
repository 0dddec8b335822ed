"""Whether everybody can read it: school grade of English (Flesch-Kincaid), characters a sentence of Chinese.

German is measured (Flesch's score as Amstad fitted it) and not judged: its long words are not its hard ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pyphen import Pyphen

from engine.locate import policies_folder
from engine.readings import prose
from engine.rulebook import Rulebook, edition, load_rulebook
from tests.quality.result import Figure, Result
from tests.website import DAY, DEMO

GRADE, CHARACTERS = 9.0, 30
ENOUGH = 12
"""Words: of a shorter text the formula measures one long word."""
KINDS = {
    "source": "sources",
    "measure": "measures",
    "rule": "rules",
    "use": "uses",
    "exclusion": "exclusions",
    "right": "rights",
}


def check() -> Result:
    """What the demo and the shipped rulebooks say: the words in their policies, and the sentences made from them."""
    folders = [DEMO, *sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml"))]
    texts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for book in map(load_rulebook, folders):
        for what, said in (("written", written(book)), ("generated", generated(book))):
            for lang, place, text in said:
                texts[lang, what].append((place, text))
    figures, misses = [], []
    for (lang, what), found in sorted(texts.items()):
        misses += [f"{place}: {problem}" for place, text in found for problem in hard(lang, text)]
        figures += figures_of(lang, what, [text for _, text in found])
    return Result(tuple(figures), tuple(misses))


def figures_of(lang: str, what: str, texts: list[str]) -> Iterator[Figure]:
    """How hard the texts of one language are."""
    whole = " ".join(texts)
    if lang == "en":
        hardest = max(grade(text) for text in texts if long_enough(text))
        yield Figure(f"grade of {what} English", f"{grade(whole):.1f}, at most {hardest:.1f}", f"{GRADE:g} at most")
    elif lang == "de":
        yield Figure(f"Flesch-Amstad of {what} German", f"{amstad(whole):.0f}")
    elif lang == "zh-Hans":
        found, most = average(whole), max(map(average, texts))
        yield Figure(
            f"characters a sentence of {what} Chinese", f"{found:.1f}, at most {most:.1f}", f"{CHARACTERS} at most"
        )


def hard(lang: str, text: str) -> Iterator[str]:
    """What makes a text hard to read."""
    if lang == "en" and long_enough(text) and (found := grade(text)) > GRADE:
        yield f"English of grade {found:.1f}: {text}"
    if lang == "zh-Hans" and (found := average(text)) > CHARACTERS:
        yield f"{found:.0f} characters a sentence: {text}"


# ------------------------------------------------------------------------------------------------------- what is said


def written(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Every sentence in a policy, by its language and its place; a name or a title is none."""
    for document in (book.shelf.about, *book.shelf.policies):
        for path, texts in text_maps(document.data, ()):
            for lang, text in texts.items():
                if re.search(r"[.。?？!！]$", text):
                    yield lang, f"{document.file} {'.'.join(map(str, path))}", text


def text_maps(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, str]]]:
    if isinstance(data, Mapping):
        if data and all(
            re.fullmatch(r"[a-z]{2}(-\w+)*", key) and isinstance(value, str) for key, value in data.items()
        ):
            yield path, data
        else:
            for key, value in data.items():
                yield from text_maps(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from text_maps(value, (*path, index))


def generated(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """What is made from each policy, by its language: its sentences as one passage."""
    found = edition(book, DAY)
    assert found, book.about.id
    ids = {kind: getattr(found, folder) for kind, folder in KINDS.items()}
    ids["score"] = (found.score.head.id,) if found.score else ()
    for lang in book.about.languages:
        for kind, names in ids.items():
            for id_ in sorted(names):
                lines = [line for line in prose.policy(found, kind, id_, lang) if re.search(r"[.。]$", line)]
                yield lang, f"{book.about.id} {kind} {id_}", " ".join(lines)


# ------------------------------------------------------------------------------------------------------------ formulas


def long_enough(text: str) -> bool:
    return len(counted(text)[1]) >= ENOUGH


def grade(text: str) -> float:
    """The year at school after which English is easy (Flesch and Kincaid).

    >>> round(grade("The cat sat on the mat."), 1)
    -1.4
    """
    sentences, words = counted(text)
    syllables = sum(syllables_of(word, "en_US") for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / max(len(words), 1) - 15.59


def amstad(text: str) -> float:
    """How easy German is: 60 to 70 is plain."""
    sentences, words = counted(text)
    syllables = sum(syllables_of(word, "de_DE") for word in words)
    return 180 - len(words) / sentences - 58.5 * syllables / max(len(words), 1)


def counted(text: str) -> tuple[int, list[str]]:
    """How many sentences, and the words. A name in quotes is one word: what it says, it says where it is from."""
    text = re.sub("[“„][^”“]*[”“]", "it", text)
    words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*|\d[\d,.%]*", text)
    return max(len(re.findall(r"[.!?:](?=\s|[”\")]|$)", text)), 1), words


@cache
def syllables_of(word: str, lang: str) -> int:
    """
    >>> [syllables_of(word, "en_US") for word in ("bill", "rulebook", "2026")]
    [1, 2, 1]
    """
    return 1 if word[0].isdigit() else len(dictionary(lang).inserted(word.lower()).split("-"))


@cache
def dictionary(lang: str) -> Pyphen:
    return Pyphen(lang=lang, left=1, right=1)


def chinese_sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？])[”’）]?|\n", text) if part.strip()]


def average(text: str) -> float:
    """Characters a sentence."""
    lengths = list(map(characters, chinese_sentences(text)))
    return sum(lengths) / max(len(lengths), 1)


def characters(sentence: str) -> int:
    """Chinese characters, and numbers and foreign words as one each.

    >>> characters("满24个月后不再计入。"), characters("见“SCHUFA”网站。")
    (9, 4)
    """
    return len(re.findall(r"[㐀-䶿一-鿿]|[0-9.]+|[A-Za-z][\w-]*", sentence))
