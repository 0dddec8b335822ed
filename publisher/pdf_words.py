"""Words in a PDF that are the words that were written, so that Chinese can be searched, copied and read aloud.

A font may draw a character and the radical of the same shape alike, such as 用 (U+7528) and ⽤ (U+2F64). The browser
notes for each shape the first of them, which is the radical, and nobody who looks for 用 finds it. Here the notes are
put right. Nothing else in the file is touched: what changes is appended, as the format provides.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping

FIRST, LAST = 0x2E80, 0x2FDF
"""The radicals of Unicode, which no text is written with."""

PAIRS = (
    "⺂乛⺃乚⺅亻⺉刂⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺞歺⺟母⺠民⺡氵⺣灬⺦丬⺨犭⺫罒⺭礻⺯糹⺰纟⺱罓⺲罒⺹耂⺺肀⺾艹⻁虎"
    "⻂衤⻃覀⻅见⻆角⻈讠⻉贝⻋车⻌辶⻐钅⻑長⻒镸⻓长⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾"
    "⻫斉⻬齐⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟⼾户"
)
"""Radicals and the characters of the same shape, where Unicode itself names none or the one of another country."""

CHARACTERS = {ord(radical): ord(character) for radical, character in zip(PAIRS[::2], PAIRS[1::2], strict=True)}

STREAM = re.compile(rb"(?m)^(\d+) 0 obj\n<<[^>]*/Length (\d+)[^>]*>> stream\n")
ENTRY = re.compile(r"(?m)^<((?:[0-9A-F]{2}){1,2})>(?: <([0-9A-F]+)>)? <([0-9A-F]{4,})>$")
NOTES = re.compile(r"(?s)(?<=endcodespacerange\n).*(?=endcmap)")
MOST = 100
"""Entries in one block, as the format demands."""


def whole_words(pdf: bytes) -> bytes:
    """A PDF in which no shape is said to be a radical; the same bytes where that is so already."""
    changed = {
        number: better
        for number, notes in notes_of(pdf)
        if any(FIRST <= to <= LAST for to in read(notes).values() if isinstance(to, int))
        for better in [put_right(notes)]
    }
    return appended(pdf, changed) if changed and b"\ntrailer\n" in pdf else pdf


def notes_of(pdf: bytes) -> Iterator[tuple[int, str]]:
    """What each font's shapes are said to be, by the number of the object that says so."""
    for found in STREAM.finditer(pdf):
        if b"/FlateDecode" in found[0]:
            content = unpacked(pdf[found.end() : found.end() + int(found[2])])
            if b"begincmap" in content:
                yield int(found[1]), content.decode("ascii")


def unpacked(packed: bytes) -> bytes:
    """What was packed; nothing where the format is another than expected."""
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return b""


def read(notes: str) -> Mapping[str, int | str]:
    r"""What each shape is: one character, or the written form of several.

    >>> read("endcodespacerange\n1 beginbfrange\n<0001> <0002> <0041>\nendbfrange\nendcmap")
    {'0001': 65, '0002': 66}
    """
    said: dict[str, int | str] = {}
    part = NOTES.search(notes)
    for first, last, to in ENTRY.findall(part[0] if part else ""):
        if len(to) > 4:  # noqa: PLR2004 - several characters, or one beyond the first 65,536
            said[first] = to
            continue
        for at in range(int(last or first, 16) - int(first, 16) + 1):
            said[f"{int(first, 16) + at:0{len(first)}X}"] = int(to, 16) + at
    return said


def put_right(notes: str) -> str:
    r"""The notes with characters in place of radicals, each shape by itself.

    >>> print(put_right("endcodespacerange\n1 beginbfchar\n<0BD3> <2F64>\nendbfchar\nendcmap"))
    endcodespacerange
    1 beginbfchar
    <0BD3> <7528>
    endbfchar
    endcmap
    """
    lines = [f"<{at}> <{written(to)}>\n" for at, to in read(notes).items()]
    blocks = [lines[at : at + MOST] for at in range(0, len(lines), MOST)]
    text = "".join(f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n" for block in blocks)
    return NOTES.sub(lambda _: text, notes)


def written(to: int | str) -> str:
    return to if isinstance(to, str) else f"{character(to):04X}"


def character(code: int) -> int:
    """The character that is meant by a radical; any other is itself.

    >>> [chr(character(ord(each))) for each in "⽤⻅⼾用a"]
    ['用', '见', '户', '用', 'a']
    """
    if not FIRST <= code <= LAST:
        return code
    return CHARACTERS.get(code) or ord(unicodedata.normalize("NFKC", chr(code)))


def appended(pdf: bytes, changed: Mapping[int, str]) -> bytes:
    """A PDF with some of its objects anew, and a table behind them that says where those are."""
    out = bytearray(pdf)
    places = {}
    for number, text in changed.items():
        content = zlib.compress(text.encode("ascii"), 9)
        places[number] = len(out)
        out += b"%d 0 obj\n<</Filter /FlateDecode\n/Length %d>> stream\n" % (number, len(content))
        out += content + b"\nendstream\nendobj\n"
    end = pdf.rindex(b"startxref")
    before = int(pdf[end:].split()[1])
    trailer = pdf[pdf.rindex(b"<<", 0, end) : pdf.rindex(b">>", 0, end)]
    table = len(out)
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (number, at) for number, at in sorted(places.items()))
    out += b"trailer\n%s\n/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, before, table)
    return bytes(out)
