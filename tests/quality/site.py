"""A published website as the checks read it: its files, its pages, and one page of every template and language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml import html

from tests.website import files

FOLDERS = ("sources", "measures", "rules", "scores", "uses", "exclusions", "rights", "changes", "history")


@dataclass(frozen=True, slots=True)
class Site:
    """A website under a folder; pages are parsed once, by their address."""

    folder: Path
    files: Mapping[str, bytes]
    pages: Mapping[str, html.HtmlElement]


def read(folder: Path) -> Site:
    found = files(folder)
    return Site(
        folder, found, {path: html.fromstring(content) for path, content in found.items() if path.endswith(".html")}
    )


def shape(path: str) -> str:
    """What kind of page an address is for: its path without the names of the rulebook, the language and the policy.

    >>> shape("demo/en/rules/late-bills.html"), shape("demo/de/rules/late-bills/drafts/2.0.0.html")
    ('rules/*.html', 'rules/*/drafts/*.html')
    >>> shape("demo/en/rules/index.html"), shape("reference/rule.html"), shape("index.html")
    ('rules/index.html', 'reference/*.html', 'index.html')
    >>> shape("demo/en/changes/drafts/2.html"), shape("demo/en/rules/late/compare.html")
    ('changes/drafts/*.html', 'rules/*/compare.html')
    >>> shape("demo/en/data/rules/2.html")
    'data/*.html'
    """
    first, *rest = PurePosixPath(path).parts
    parts = [first, *rest] if first == "reference" else rest[1:] or [*rest, first][:1]
    if parts[0] == "data":
        return "data/*.html"
    if len(parts) == 1 or parts[-1] == "index.html":
        return "/".join(parts)
    name = parts[-1] if parts[-1] == "compare.html" else "*.html"
    folders = [part if part in {"drafts", *FOLDERS, "reference"} else "*" for part in parts[:-1]]
    return "/".join([*folders, name])


def of_every_template(site: Site, *, every_rulebook: bool = False) -> Iterator[tuple[str, str]]:
    """The longest page of each shape in each language (of each rulebook, if asked), with what it is called."""
    longest: dict[str, str] = {}
    for path, page in site.pages.items():
        book = PurePosixPath(path).parts[0] + " " if every_rulebook else ""
        name = f"{book}{shape(path)} {page.get('lang')}"
        if name not in longest or len(site.files[path]) > len(site.files[longest[name]]):
            longest[name] = path
    yield from sorted(longest.items())


def blocks(page: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str, str]]:
    """Each piece of text that a reader or a screen reader meets, with the element it is in and its language."""
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            continue
        lang = tongue(element)
        if element.text and element.text.strip():
            yield element, lang, " ".join(element.text.split())
        for child in element:
            if child.tail and child.tail.strip():
                yield element, lang, " ".join(child.tail.split())
        for name in ("aria-label", "alt", "title", "placeholder", "data-is"):
            if element.get(name):
                yield element, lang, element.get(name)


def tongue(element: html.HtmlElement) -> str:
    """The language an element is in: its own, or that of the nearest one around it."""
    return next((each.get("lang") for each in (element, *element.iterancestors()) if each.get("lang")), "")
