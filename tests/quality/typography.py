"""Chinese as it is printed: full-width marks, no blank before or after them, none between characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from tests.quality.result import Figure, Result
from tests.quality.site import Site, tongue

H = "[㐀-䶿一-鿿]"
MARK = "[，。；：！？、（）“”‘’《》]"
FAULTS = {
    "a narrow mark after a character": re.compile(f"{H}[,.;:!?](?![A-Za-z0-9])"),
    "a narrow mark between characters": re.compile(f"{H}[,.;:!?]{H}"),
    "a narrow mark before a character": re.compile(f"[A-Za-z0-9%][,;:!?]\\s?{H}"),
    "narrow brackets around characters": re.compile(f"\\([^()]*{H}[^()]*\\)"),
    "straight quotes": re.compile(f"[\"']{H}|{H}[\"']"),
    "a blank between characters": re.compile(f"{H} +{H}"),
    "a blank beside a mark": re.compile(f" {MARK}|{MARK} (?![（“‘《])"),
    "a blank between a character and a number": re.compile(f"{H} [0-9]|[0-9] {H}"),
    "two marks in a row": re.compile("[，。；：、][，。；：、]"),
    "dots for an ellipsis": re.compile(f"{H}\\.\\.|。。"),
    "two blanks": re.compile(f"{H}[^\n]*  "),
}
INLINE = {"a", "b", "strong", "em", "i", "span", "code", "sup", "bdi", "time", "abbr", "ins", "del", "mark", "q", "kbd"}


def check(site: Site) -> Result:
    """Every sentence on every Chinese page."""
    seen, misses = set(), set()
    for path, page in site.pages.items():
        for text in sentences(page):
            seen.add(text)
            misses.update(f"{path}: {problem}" for problem in faults(text))
    return Result((Figure("Chinese texts", f"{len(seen):,}", "0 faults of print"),), tuple(sorted(misses)))


EDGE = "\0"
"""Where a part of a line begins or ends that is set apart in print: a blank there is a gap and no blank."""


def faults(line: str) -> Iterator[str]:
    """
    >>> list(faults("按时 付账. 加分"))[0]
    'a narrow mark after a character: “…按时 付账. 加分…”'
    """
    for name, pattern in FAULTS.items():
        text = re.sub(f" *{EDGE} *", EDGE, line) if "blank" in name else re.sub(f"{EDGE}+", "", line)
        if found := pattern.search(text):
            near = text[max(found.start() - 12, 0) : found.end() + 12].replace(EDGE, "")
            yield f"{name}: “…{near}…”"


def sentences(page: html.HtmlElement) -> Iterator[str]:
    """What stands in one line of print in Chinese: the text of a block, without what is in another language in it.

    A title in a tab is not printed: there a blank parts a name from its version, which on a page the style does.
    """
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in INLINE | {"script", "style", "pre", "title"}:
            continue
        if tongue(element) == "zh-Hans":
            for line in "".join(_run(element)).split("\n"):
                text = re.sub(r"\s+", " ", line).strip()
                if re.search(H, text):
                    yield text


def _run(element: html.HtmlElement) -> Iterator[str]:
    """The text of a block up to the next block inside it, which stands in lines of its own; not what was taken away."""
    yield re.sub(r"\s+", " ", element.text or "")
    for child in element:
        if child.tag in INLINE:
            other = child.tag in {"code", "sup"} or child.get("lang") not in {None, "zh-Hans"}
            yield EDGE
            yield "" if child.tag in {"sup", "del"} else "〇" if other else "".join(_run(child))
            yield EDGE
        else:
            yield "\n"
        yield re.sub(r"\s+", " ", child.tail or "")
