"""Letters that look like others, and characters that cannot be seen: found and named, so that nobody is deceived."""

from __future__ import annotations

import re
import unicodedata

LOOKALIKES = str.maketrans(
    {
        # Cyrillic
        **dict(zip("асԁеһіјӏоорԛѕѵԝхуԍ", "acdehijloopqsvwxyg", strict=True)),
        **dict(zip("АВСЕНІЈКМОРЅТХУԌԚԜ", "ABCEHIJKMOPSTXYGQW", strict=True)),
        # Greek
        **dict(zip("αγικνορτυχ", "ayiknoptux", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
        # Armenian and Latin
        **dict(zip("օսհոցԼՕՍı\u0251\u0261", "ouhngLOSiag", strict=True)),
    }
)
"""Letters of other scripts that a reader takes for a Latin one."""

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of what follows, and so can show a text other than the one that is read."""

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
"""Control characters, spaces without width and halves of characters, which no policy needs."""

_OTHERS = "".join(map(chr, LOOKALIKES))
_WORD = re.compile(rf"[^\W\d_]*(?:[A-Za-z][{_OTHERS}]|[{_OTHERS}][A-Za-z])[^\W\d_]*")


def named(character: str) -> str:
    r"""A character by its number and, if it has one, its name.

    >>> named("\u202e")
    'U+202E RIGHT-TO-LEFT OVERRIDE'
    >>> named("\x07")
    'U+0007'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def stranger(word: str) -> str | None:
    """What a reader may not see about the first letter of a name that is not a plain Latin one; None if all are.

    >>> stranger("bіlls")
    'has the letter і (CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I) in place of i'
    >>> stranger("prämie")
    'has the letter ä (LATIN SMALL LETTER A WITH DIAERESIS)'
    >>> stranger("bills") is None
    True
    """
    found = next((letter for letter in word if not letter.isascii() and letter.isprintable()), None)
    if found is None:
        return None
    sentence = f"has the letter {found} ({unicodedata.name(found, named(found))})"
    like = unicodedata.normalize("NFKC", found.translate(LOOKALIKES))
    return f"{sentence} in place of {like}" if like.isascii() and like.isalnum() else sentence


def mixed_word(text: str) -> str | None:
    """The first word in which Latin letters stand beside letters of another script that look just like Latin ones.

    >>> mixed_word("Bills pаid on time")
    'pаid'
    >>> mixed_word("Счёт оплачен: 3 bills, μg") is None
    True
    """
    if text.isascii():
        return None
    found = _WORD.search(text)
    return found.group() if found else None
