"""A script as it is sent: without comments and blanks, and with short names for what is only named inside it.

A name is shortened everywhere or nowhere, and never into one that the script has already, so nothing can be confused.
The name of a property stays: what is written ``{ source }`` becomes ``{source:a}``. So does a name that the script
does not declare itself, which is the browser's: a script gives no name of its own that it also uses from elsewhere.
What ends in a brace and is no block ends with a semicolon, or the script is none any more.

>>> shorten("const twice = (number) => { const { size } = number; return [size, number.size]; };")
'const c=(a)=>{const{size:b}=a;return[b,a.size];};'
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from string import ascii_letters


def spelt(words: str) -> frozenset[str]:
    """Words by the blanks between them."""
    return frozenset(re.findall(r"\S+", words))


NAME = re.compile(r"[A-Za-z_$][\w$]*")
TOKEN = re.compile(
    r"(?P<blank>\s+|//[^\n]*|/\*.*?\*/)|(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)"
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<sign>=>|\.\.\.|\?\.|[=!]==?|.)""",
    re.DOTALL,
)
PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
BEFORE_VALUE = spelt("( , = : [ ! & | ? { } ; + - * < > => ... return typeof case === !== == !=")
"""After these a slash begins a pattern, and (but for those that end a statement) a brace an object."""
BEFORE_BLOCK = spelt(") => ; { }").union([""])
KEYWORDS = spelt(
    "break case catch class const continue default delete do else extends false finally for function if in instanceof "
    "let new null of return static super switch this throw true try typeof undefined var void while yield async await "
    "get set arguments eval"
)


GOES_ON = BEFORE_VALUE.union([""]) - {"}", "+", "-", "return"}
ENDS = spelt(") ] } , ; . ?. : ? = => & | * < > === == !== !=")
"""After the former and before the latter a new line means nothing."""
STATEMENTS = frozenset({"class", "const", "function", "let"})
BOOLEANS = {"true": "!0", "false": "!1"}


@dataclass(slots=True)
class Token:
    """A piece of a script. A brace knows whether it is of an object; a name, whether it is only a property's."""

    kind: str
    text: str
    is_object: bool = False
    is_property: bool = False
    is_both: bool = False
    """Whether it is the name of a property and of its value at once."""
    statement: int = 0
    """The outermost statement it stands in: of the script, or of the one function that is all of the script."""
    is_outer: bool = False
    """Whether that statement declares it."""


def shorten(script: str) -> str:
    """The same script in fewer letters."""
    tokens = list(read(script))
    used = [token for token in tokens if token.kind != "blank"]
    mark(used)
    named = [token for token in used if token.kind == "name" and not token.is_property]
    short = letters(named, declared(used), frozenset(token.text for token in used if token.kind == "name"))
    for token in named:
        if token.text in BOOLEANS:
            token.text = BOOLEANS[token.text]
        if token.text in short:
            token.text = f"{token.text}:{short[token.text]}" if token.is_both else short[token.text]
    last = {id(one) for one, after in pairwise(used) if one.text == "," and after.text in {"}", ")"}}
    return "".join(joined([token for token in tokens if id(token) not in last]))


def joined(tokens: list[Token]) -> Iterator[str]:
    """The pieces without comments, and without blanks but those that keep two words or two statements apart."""
    before, blank = "", ""
    for token in tokens:
        if token.kind == "blank":
            blank += token.text if token.text.isspace() else " "
            continue
        words = re.search(r"[\w$]$", before) and re.match(r"[\w$]", token.text)
        signs = before in {"+", "-", "/"} and token.text[0] == before
        if "\n" in blank and before not in GOES_ON and token.text not in ENDS and (before, token.kind) != ("}", "name"):
            yield "\n"
        elif blank and (words or signs):
            yield " "
        yield token.text
        before, blank = token.text, ""


def letters(named: list[Token], own: frozenset[str], taken: frozenset[str]) -> dict[str, str]:
    """By name the letters that stand for it: the same ones for two names that no statement has both of."""
    statements: dict[str, set[int]] = {}
    for token in named:
        statements.setdefault(token.text, set()).add(token.statement)
        if token.is_outer:
            statements[token.text].add(0)
    short: dict[str, str] = {}
    gone: dict[int, set[str]] = {}
    for name, _ in Counter(token.text for token in named).most_common():
        if name in own and len(name) > 1:
            here = set().union(*(gone.get(each, set()) for each in statements[name]))
            short[name] = next(each for each in every_name() if each not in here and each not in taken | KEYWORDS)
            for each in statements[name]:
                gone.setdefault(each, set()).add(short[name])
    return short


def every_name() -> Iterator[str]:
    """Names from the shortest on: a, b, … aa, ab, …"""
    return ("".join(each) for length in (1, 2, 3) for each in product(ascii_letters, repeat=length))


def read(script: str) -> Iterator[Token]:
    """The script in pieces; the words of a template are text, and what is filled in is read like the rest."""
    at, before = 0, ""
    templates: list[int] = []
    while at < len(script):
        inside = templates and templates[-1] == 0 and script[at] == "}"
        if script[at] == "`" or inside:
            found = TEMPLATE.match(script, at + 1)
            assert found, "a template ends"
            if inside:
                templates.pop()
            if found.group().endswith("${"):
                templates.append(0)
            text = script[at : found.end()]
            at, before = found.end(), "(" if text.endswith("${") else "`"
            yield Token("text", text)
            continue
        begins_pattern = script[at] == "/" and script[at + 1] not in "/*" and (not before or before in BEFORE_VALUE)
        found = (PATTERN if begins_pattern else TOKEN).match(script, at)
        assert found, "every letter belongs to a piece"
        text, kind = found.group(), found.lastgroup or "text"
        if templates and text in {"{", "}"}:
            templates[-1] += 1 if text == "{" else -1
        at = found.end()
        before = before if kind == "blank" else text
        yield Token(kind, text)


def mark(used: list[Token]) -> None:
    """Says of every brace whether it is of an object, and of every name whether it is a property's."""
    open_: list[Token] = []
    outer = 2 if re.match(r"(globalThis\.\w+=)?\(\(\)=>{", "".join(token.text for token in used[:9])) else 0
    statement, declares = 1, False
    for at, token in enumerate(used):
        before = used[at - 1].text if at else ""
        after = used[at + 1].text if at + 1 < len(used) else ""
        if len(open_) == outer:
            statement += token.text in STATEMENTS
            declares = token.text in STATEMENTS or (declares and token.text not in {"=", "(", "extends"})
        token.statement, token.is_outer = statement, declares or len(open_) == outer
        if token.text in {"(", "[", "{"} or (token.text.startswith("`") and token.text.endswith("${")):
            ends_block = before in BEFORE_BLOCK or (
                NAME.fullmatch(before) and before not in {"return", "const", "let", "of", "typeof"}
            )
            token.is_object = token.text == "{" and not ends_block
            open_.append(token)
        elif token.text in {")", "]", "}"} or (token.kind == "text" and token.text.startswith("}")):
            open_.pop()
            if token.text.endswith("${"):
                open_.append(token)
        elif token.kind == "name":
            begins = bool(open_) and open_[-1].is_object and before in {"{", ","}
            token.is_property = before in {".", "?."} or (begins and after in {":", "("})
            token.is_both = begins and after in {",", "}", "="}


def declared(used: list[Token]) -> frozenset[str]:
    """The names that a script gives itself: of functions, of constants, of what a function takes."""
    found: set[str] = set()
    opened: list[int] = []
    for at, token in enumerate(used):
        before = used[at - 1].text if at else ""
        after = used[at + 1].text if at + 1 < len(used) else ""
        if token.kind == "name" and (before in {"function", "class"} or after == "=>"):
            found.add(token.text)
        elif token.text in {"const", "let"}:
            found |= names_until(used, at + 1)
        elif token.text == "(":
            opened.append(at)
        elif token.text == ")":
            start = opened.pop()
            is_function = used[start - 2].text == "function" or used[start - 1].text in {"function", "catch"}
            if is_function or after == "=>":
                found |= taken_by(used[start : at + 1])
    return frozenset(name for name in found - KEYWORDS if not re.match(r"[A-Z][a-z]", name))


def names_until(used: list[Token], at: int) -> set[str]:
    """The names in a pattern: all up to the sign that gives them their value."""
    depth, start = 0, at
    while depth or used[at].text not in {"=", "of", ";"}:
        depth += (used[at].text in {"{", "["}) - (used[at].text in {"}", "]"})
        at += 1
    return taken_by(used[start - 1 : at + 1])


def taken_by(part: list[Token]) -> set[str]:
    """The names that stand where something is named, not where something is worked out."""
    return {
        token.text
        for before, token, after in zip(part, part[1:], part[2:], strict=False)
        if token.kind == "name"
        and not token.is_property
        and before.text in {"(", ",", "{", "[", "...", ":", "const", "let"}
        and after.text != "("
    }
