"""Pages bound into one file: their links lead to each other inside it, and no two places have one name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from publisher import addresses
from publisher.pages import BookPage, PrintPage

Show = Callable[[BookPage], str]
"""A page as its own template shows it on paper, with links from the root of the site."""

TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<rest>[^>]*)>")
"""A tag of our templates: a `>` inside an attribute is written `&gt;` in them."""
NAMED = re.compile(r' (id|aria-labelledby|aria-describedby)=(?:"([^"]*)"|([^\s">]+))')
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
REGION = re.compile(r' (?:role=(?:"region"|region)|aria-label(?:ledby)?=(?:"[^"]*"|[^\s">]+))')
"""What makes a part of a page a place to go to: in one long file there would be hundreds."""
STOP = re.compile(r' tabindex=(?:"0"|0)')
"""Where the keyboard stops; it must at a table that is too wide for a phone, or nobody could scroll it."""
SCROLLS = re.compile(r' class=(?:"scroll"|scroll)\b')
PAIR = re.compile(r"<dt\b.*?(?=<dt\b|</dl>)", re.DOTALL)
"""A name in a list of facts with what it stands for: on paper they stay together."""
HREF = re.compile(r' href=(?:"([^"]*)"|([^\s">]+))')


@dataclass(frozen=True, slots=True)
class Piece:
    """One page in the file: its number, its name in links, and what it says."""

    number: str
    anchor: str
    html: str


def bound(page: PrintPage, show: Show) -> Mapping[str, Piece]:
    """Every page in the file by its path on the website."""
    pieces = {path: Piece(number, anchor, show(each)) for path, number, anchor, each in contents(page)}
    chapters = {
        addresses.list_page(page.frame.home, chapter.kind): Piece(str(number), f"chapter-{chapter.kind}", "")
        for number, chapter in enumerate(page.chapters, 1)
    }
    inside = chapters | pieces
    return {path: Piece(piece.number, piece.anchor, bind(piece, inside)) for path, piece in pieces.items()}


def contents(page: PrintPage) -> Iterable[tuple[str, str, str, BookPage]]:
    """What is in the file, in order: path, number, name and page."""
    for chapter_number, chapter in enumerate(page.chapters, 1):
        for number, policy in enumerate(chapter.policies, 1):
            assert policy.head is not None, "a policy says something of itself"
            anchor = f"{chapter.kind}-{policy.head.id}"
            yield str(policy.path), f"{chapter_number}.{number}", anchor, policy
    annex = len(page.chapters) + 1
    yield str(page.reference.path), f"{annex}.1", "reference", page.reference
    for number, draft in enumerate(page.drafts, 1):
        yield str(draft.path), f"{annex + 1}.{number}", f"draft-{draft.kind}-{draft.id}-{draft.version}", draft


def bind(piece: Piece, inside: Mapping[str, Piece]) -> Markup:
    """A page as a part of the file: its headings two levels lower, its names its own, its links inside the file."""
    linked = LINK.sub(partial(relink, piece, inside), PAIR.sub(r"<div>\g<0></div>", piece.html))
    return Markup(TAG.sub(partial(retag, piece), linked))  # noqa: S704 - made from our templates, which escape


def relink(piece: Piece, inside: Mapping[str, Piece], found: re.Match[str]) -> str:
    """A link into the file with the number of what it leads to; words alone where it leads out of the file.

    >>> late, fair = Piece("3.1", "rule-late", '<p id="a">'), Piece("3.2", "rule-fair", "")
    >>> to = lambda link: LINK.sub(partial(relink, fair, {"demo/en/rules/late.html": late}), link)
    >>> to("<a href=demo/en/rules/late.html#a>Late</a>")
    '<a href="#rule-late--a" data-n="3.1">Late</a>'
    >>> to('<a href="demo/en/rules/late.html#gone">Late</a>'), to('<a href="demo/en/x.html">x</a>')
    ('<a href="#rule-late" data-n="3.1">Late</a>', 'x')
    >>> to('<a href="https://example.org/">Law</a>'), to('<a href="#n1">1</a>')
    ('<a href="https://example.org/">Law</a>', '<a href="#rule-fair--n1">1</a>')
    """
    attributes, words = found[1], found[2]
    href = HREF.search(attributes)
    if href is None:
        return words
    path, _, mark = (href[1] or href[2]).partition("#")
    if path.startswith(("http://", "https://")):
        return found[0]
    if not path:
        return found[0].replace(href[0], f' href="#{piece.anchor}--{mark}"', 1)
    target = inside.get(path)
    if target is None:
        return words
    there = f"{target.anchor}--{mark}" if mark and has(target.html, mark) else target.anchor
    return f'<a href="#{there}" data-n="{target.number}">{words}</a>'


def has(html: str, name: str) -> bool:
    """Whether a place in a page is called so.

    >>> has('<p id="a">', "a"), has("<p id=a>", "a"), has("<p id=ab>", "a")
    (True, True, False)
    """
    return re.search(rf' id=(?:"{re.escape(name)}"|{re.escape(name)}[\s>])', html) is not None


def retag(piece: Piece, found: re.Match[str]) -> str:
    """A tag with names of this piece only, and a heading two levels lower; the first one has the number.

    >>> piece = Piece("3.1", "rule-late", "")
    >>> TAG.sub(partial(retag, piece), "<h1>Late</h1>")
    '<h3 data-n="3.1">Late</h3>'
    >>> TAG.sub(partial(retag, piece), '<h2 id="points">x</h2><table aria-labelledby="a b">')
    '<h4 id="rule-late--points">x</h4><table aria-labelledby="rule-late--a rule-late--b">'
    >>> TAG.sub(partial(retag, piece), '<div class=scroll tabindex=0 role=region aria-labelledby=a>')
    '<div class=scroll tabindex=0>'
    """
    name = found["name"]
    if re.fullmatch(r"h[1-4]", name):
        name = f"h{int(name[1]) + 2}"
    rest = REGION.sub("", found["rest"]) if name in {"div", "pre", "section"} else found["rest"]
    if not SCROLLS.search(rest):
        rest = STOP.sub("", rest)
    rest = NAMED.sub(partial(rename, piece), rest)
    if name == "h3" and not found["close"]:
        rest += f' data-n="{piece.number}"'
    return f"<{found['close']}{name}{rest}>"


def rename(piece: Piece, found: re.Match[str]) -> str:
    names = (found[2] or found[3]).split()
    return f' {found[1]}="{" ".join(f"{piece.anchor}--{each}" for each in names)}"'


def alone(html: str, path: str) -> str:
    """A page that stands alone: links lead to places in it, and of all others only the words stay.

    >>> alone('<a href="x.html#p">there</a>, <a class=b href=y.html>elsewhere</a>', "x.html")
    '<a href="#p">there</a>, elsewhere'
    """

    def here(found: re.Match[str]) -> str:
        href = HREF.search(found[1])
        to = (href[1] or href[2] or "") if href else ""
        if to.startswith((f"{path}#", "#")):
            return f'<a{HREF.sub("", found[1])} href="#{to.partition("#")[2]}">{found[2]}</a>'
        return found[2]

    return LINK.sub(here, html)
