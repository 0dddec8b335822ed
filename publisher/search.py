"""What the search looks in: the text of every page that shows what is in force or proposed, one file for each language.

The text is that of the finished page, so what a reader sees can be found. Nothing of a page is kept but its text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import groupby
from pathlib import PurePosixPath

from publisher import addresses

File = tuple[PurePosixPath, bytes]

LEFT_OUT = re.compile(r"<(pre|svg|sup|nav|template)\b.*?</\1>", re.DOTALL)
"""Parts of a page that are not its text: the policy as written, pictures, marks of notes, ways to other pages."""

NOT_SEARCHED = {"find.html", "find", "data.html", "data", "print.html", "history", "changes", "log"}
"""The lists of all pages, files and entries, everything once more on paper, and what versions said before."""

CRUMB = re.compile(r"<li\b[^>]*>(.*?)(?=</?(?:li|ol)\b)", re.DOTALL)
LEAD = r'<p class="?lead"?>.*?(?=</?(?:p|h2|ul|ol|dl|div|table)\b)'
"""What a page says first of all; no end of the paragraph stands there where the next tag says it."""
FOREIGN = re.compile(r'<span lang="?[\w-]*"?>([^<]*)</span>')
INLINE = re.compile(r"</?(?:a|code|em|strong|time)\b[^>]*>")
LINE = re.compile(r"</?(?:d[dlt]|div|h\d|li|[ou]l|p|section|summary|t(?:able|r|head|body))\b[^>]*>")
TAG = re.compile(r"<[^>]*>")


def searchable(files: Iterable[File]) -> Iterator[File]:
    """The files as they come, and after those of each language what its search looks in."""
    for home, group in groupby(files, key=lambda file: file[0].parts[:2]):
        found: list[tuple[int, str]] = []
        for path, content in group:
            if is_searched(path):
                found.append((place(path), line(path, content.decode())))
            yield path, content
        if found:
            lines = [said for _, said in sorted(found, key=lambda each: each[0])]
            content = ("const found=[\n" + ",\n".join(lines) + "\n];\n").encode()
            yield PurePosixPath(addresses.search_data("/".join(home) + "/")), content


def is_searched(path: PurePosixPath) -> bool:
    """Whether a file is a page that the search knows: of a rulebook, and not an old version.

    >>> [is_searched(PurePosixPath("demo/en", page)) for page in ("rules/late.html", "rules/late/drafts/2.0.0.html")]
    [True, True]
    >>> [is_searched(PurePosixPath("demo/en", page)) for page in ("rules/late/1.0.0.html", "find.html", "print.html")]
    [False, False, False]
    """
    inside = path.parts[2:]
    if path.suffix != ".html" or not inside or inside[0] in NOT_SEARCHED:
        return False
    return len(inside) <= 2 or inside[2] == "drafts"  # noqa: PLR2004 - a folder and a page


def place(path: PurePosixPath) -> int:
    """Where a page stands among those that have a word at the same place: what counts, what explains it, proposals."""
    inside = path.parts[2:]
    return 2 if "drafts" in inside else 0 if inside[0] in addresses.FOLDERS.values() else 1


def line(path: PurePosixPath, page: str) -> str:
    """One page: its address from the home of its language, its title, what it belongs to, its summary, its text.

    >>> crumbs = "<nav class=crumbs><ol><li>Home<li><a>Rules</a><li>Late</ol></nav>"
    >>> line(PurePosixPath("demo/en/rules/late.html"), crumbs + "<main><h1>Late</h1><p>It &amp; that.</main>")
    '["rules/late.html","Late","Rules","","It & that."]'
    """
    main = page[page.index("<main") : page.index("</main>")]
    title, main = cut(main, r"<h1\b.*?</h1>")
    summary, main = cut(main, LEAD)
    crumbs = re.search(r'<nav class="?crumbs.*?</nav>', page, re.DOTALL)
    way = CRUMB.findall(crumbs.group()) if crumbs else []
    found = [str(PurePosixPath(*path.parts[2:])), title, text(way[1]) if len(way) > 2 else "", summary, text(main)]  # noqa: PLR2004 - home, list, page
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def cut(main: str, part: str) -> tuple[str, str]:
    """The text of the first such part, and what is left without it."""
    found = re.search(part, main, re.DOTALL)
    return (text(found.group()), main[: found.start()] + main[found.end() :]) if found else ("", main)


def text(markup: str) -> str:
    r"""What stands on the screen, a line for each paragraph or row. No template writes a ``>`` inside a tag.

    >>> text("<p>The <em>10</em> days<sup>1</sup></p><tr><td>after &lt;b&gt;</td><td>2</td></tr>")
    'The 10 days\nafter <b> 2'
    """
    words = INLINE.sub("", FOREIGN.sub(r"\1", LEFT_OUT.sub("", " ".join(markup.split()))))
    lines = (" ".join(line.split()) for line in unescape(TAG.sub(" ", LINE.sub("\n", words))).split("\n"))
    return unicodedata.normalize("NFC", "\n".join(line for line in lines if line))
