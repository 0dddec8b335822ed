"""The sitemap: where every page is published, in which languages, and since when it says what it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from engine.ir import About
from publisher import pages as p
from publisher.addresses import in_language

MOST = 10_000
"""So many pages are in one file, which is then within the 50,000 addresses and 50 MB that the protocol allows."""

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def mapped(
    pages: Iterable[p.Page | p.File], abouts: Sequence[About], today: date, most: int = MOST
) -> Iterator[p.Page | p.File]:
    """The pages as they come, and after them the sitemap. A site is published in one place: where its first rulebook
    says; a rulebook that names another place, or none, is not in it. Nothing of a page is kept but its entry.
    """
    address = next((about.address for about in abouts if about.address), None)
    elsewhere = {about.id for about in abouts if about.address != address}
    entries: list[str] = []
    full = 0
    for page in pages:
        if address and not isinstance(page, p.File | p.MissingPage) and page.path.parts[0] not in elsewhere:
            if len(entries) == most:
                full += 1
                yield file(f"sitemap-{full}.xml", "urlset", entries)
                entries = []
            entries.append(entry(address, page, today))
        yield page
    if address and full:
        yield file(f"sitemap-{full + 1}.xml", "urlset", entries)
        names = [f"{address}sitemap-{number}.xml" for number in range(1, full + 2)]
        yield file("sitemap.xml", "sitemapindex", [written(part(name)) for name in names])
    elif address:
        yield file("sitemap.xml", "urlset", entries)


def file(name: str, root: str, entries: Sequence[str]) -> p.File:
    more = f' xmlns:xhtml="{XHTML}"' if root == "urlset" else ""
    lines = "\n".join(entries)
    content = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{SITEMAP}"{more}>\n{lines}\n</{root}>\n'
    return p.File(PurePosixPath(name), content.encode())


def part(address: str) -> ET.Element:
    made = ET.Element("sitemap")
    ET.SubElement(made, "loc").text = address
    return made


def entry(address: str, page: p.Page, today: date) -> str:
    """One page with the same page in every language."""
    made = ET.Element("url")
    ET.SubElement(made, "loc").text = f"{address}{page.path}"
    since = changed(page)
    if since is not None and since <= today:
        ET.SubElement(made, "lastmod").text = since.isoformat()
    for tag, path in languages(page):
        ET.SubElement(made, "xhtml:link", {"rel": "alternate", "hreflang": tag, "href": f"{address}{path}"})
    return written(made)


def languages(page: p.Page) -> list[tuple[str, str]]:
    """A page in every language, its own too; nothing when there is no such page in another one."""
    if isinstance(page, p.RootPage | p.MissingPage | p.SchemaPage | p.ServicePage) or len(page.frame.languages) == 1:
        return []
    frame = page.frame
    if in_language(page.path, frame.lang) != str(page.path):
        return []
    return [
        *((lang, in_language(page.path, lang)) for lang in frame.languages),
        ("x-default", in_language(page.path, frame.languages[0])),
    ]


def changed(page: p.Page) -> date | None:
    """Since when a page says what it says: a version since it is in force, a proposal since nobody knows when."""
    match page:
        case p.RootPage() | p.MissingPage() | p.SchemaPage() | p.ServicePage() | p.DraftPage():
            return None
        case p.ChangePage():
            return None if page.what == "drafts" else page.after.day
        case _:
            head: p.Head | None = getattr(page, "head", None)
            return head.from_ if head else page.frame.edition_from


def written(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")
