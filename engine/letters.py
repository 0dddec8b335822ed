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
        **dict(zip("օսհոցԼՕՍı\u0251\u0261ſ", "ouhngLOSiagf", strict=True)),
    }
)
"""Letters of other scripts that a reader takes for a Latin one."""

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that change the direction of what follows, and so can show a text other than the one that is read."""

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff"
_BLANKS = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_JOINERS = "\u200c\u200d"
_JOINED = "\u0620-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"  # Arabic, Indic and kindred scripts
_VARIANTS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_HIDDEN = _CONTROLS + _BLANKS + _JOINERS + _VARIANTS

UNSEEN = re.compile(
    f"[{_HIDDEN}]"
    f"(?!(?<=[{_JOINED}][{_JOINERS}])[{_JOINED}])"  # but a joiner between two letters of a script that has them
    f"(?<![^\x00-\x7f\\s{_HIDDEN}][{_VARIANTS}])"  # and a mark after a character that says in which form it is shown
)
"""Control characters, fillers, soft hyphens, tags and halves of characters, which no policy needs."""

_STYLED = "\U0001d400-\U0001d6a3" + "".join(
    letter
    for first, last in ((0x2100, 0x214F), (0x2160, 0x217F), (0xFB00, 0xFB06), (0xFF21, 0xFF5A))
    for letter in map(chr, range(first, last + 1))
    if unicodedata.category(letter) in {"Lu", "Ll", "Lo", "Nl"}
    and (plain := unicodedata.normalize("NFKC", letter)).isascii()
    and plain.isalpha()
)
"""Latin letters in another dress: mathematical, joined, full width, or as Roman numerals."""

# The dotless ı is an ordinary letter of Turkish texts; only in names, which `stranger` is for, is it taken for another.
_OTHERS = "".join(map(chr, LOOKALIKES)).replace("ı", "") + _STYLED
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_PAIR = re.compile(f"[{_OTHERS}](?:(?<=[{_LATIN}].)|(?=[{_LATIN}]))")
_WORD = re.compile(r"[^\W\d_]+")


def named(character: str) -> str:
    r"""A character by its number and, if it has one, its name.

    >>> named("\u202e")
    'U+202E RIGHT-TO-LEFT OVERRIDE'
    >>> named("\x07")
    'U+0007'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def stranger(word: str) -> str | None:
    """What a reader may not see in a name: a letter that looks like a plain Latin one, or else one that is none.

    >>> stranger("bіlls")
    'has the letter і (CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I) in place of i'
    >>> stranger("prämie")
    'has the letter ä (LATIN SMALL LETTER A WITH DIAERESIS)'
    >>> stranger("bills") is None
    True
    """
    found = [(letter, _like(letter)) for letter in word if not letter.isascii() and letter.isprintable()]
    if not found:
        return None
    letter, like = next((each for each in found if each[1] is not None), found[0])
    sentence = f"has the letter {letter} ({unicodedata.name(letter, named(letter))})"
    return sentence if like is None else f"{sentence} in place of {like}"


def _like(letter: str) -> str | None:
    """The plain letter or digit that a letter is taken for."""
    like = unicodedata.normalize("NFKC", letter.translate(LOOKALIKES))
    return like if like.isascii() and like.isalnum() else None


def mixed_word(text: str) -> str | None:
    """The first word in which Latin letters stand beside others that look just like Latin ones.

    >>> mixed_word("Bills pаid on time"), mixed_word("Ｂills")
    ('pаid', 'Ｂills')
    >>> mixed_word("Счёт оплачен: 3 bills, μg, Ａ级") is None
    True
    """
    if text.isascii():
        return None
    pair = _PAIR.search(text)
    if pair is None:
        return None
    return next((word.group() for word in _WORD.finditer(text) if word.start() <= pair.start() < word.end()), None)
