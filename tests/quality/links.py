"""Where links lead, and whether their words say where."""

from __future__ import annotations

import re
from collections import defaultdict
from posixpath import dirname, join, normpath

from lxml import html

from tests.quality.result import Figure, Result
from tests.quality.site import Site
from tests.website import dead_links, words

EMPTY_WORDS = re.compile(
    r"(?i)(click )?here|(read )?more|link|this( page)?|hier|mehr|weiter|这里|此处|点此|点击这里|更多|链接"
)

APART = {"li", "td", "th", "dd", "nav", "p"}


def check(site: Site) -> Result:
    """No dead link or anchor, none to anything but a page or a file, none whose words do not say what it opens."""
    misses = [f"{path}: {link} leads nowhere" for path, link in dead_links(site.folder)]
    inside = outside = 0
    for path, page in site.pages.items():
        links = page.xpath("//a[@href]")
        away = [link for link in links if re.match(r"[a-z]+:", link.get("href"))]
        inside += len(links) - len(away)
        outside += len(away)
        misses += [f"{path}: {problem}" for problem in named(path, page)]
        ids = page.xpath("//@id")
        misses += [
            f"{path}: the id {id_} is there twice" for id_ in sorted({each for each in ids if ids.count(each) > 1})
        ]
    return Result(
        (Figure("links inside", f"{inside:,}", "0 dead"), Figure("links outside", f"{outside:,}", "only http(s)")),
        tuple(misses),
    )


def named(path: str, page: html.HtmlElement) -> list[str]:
    """What is wrong with the words of links."""
    misses = []
    to: dict[str, set[str]] = defaultdict(set)
    for link in page.xpath("//a[@href]"):
        name = name_of(link)
        target = link.get("href")
        if re.match(r"[a-z][a-z0-9+.-]*:", target) and not re.match(r"https?://[^/]", target):
            misses.append(f"the link {target} opens no page")
        if not re.search(r"\w", name):
            misses.append(f"the link to {target} has no words")
        elif EMPTY_WORDS.fullmatch(name):
            misses.append(f"the link to {target} only says “{name}”")
        # In a list or a table, or with other words beside it, those tell one link from another.
        elif words(link.getparent()) == words(link) and not any(each.tag in APART for each in link.iterancestors()):
            to[name].add(target if ":" in target else normpath(join(dirname(path), target)))
    return misses + [f"{len(targets)} links are called “{name}”" for name, targets in to.items() if len(targets) > 1]


def name_of(link: html.HtmlElement) -> str:
    """What a screen reader says of a link."""
    pictures = " ".join([*link.xpath(".//img/@alt"), *link.xpath(".//*[@role='img']/@aria-label")])
    return (link.get("aria-label") or f"{words(link)} {pictures}").strip()
