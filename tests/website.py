"""A published website to look at: built once, read as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from engine.locate import policies_folder
from engine.rulebook import load_rulebook
from publisher.publish import build
from publisher.studies import kept_in

DEMO = Path(__file__).parent / "policies" / "good" / "demo"
KEPT = Path(__file__).parents[1] / "build" / "steps"
"""What was proved of the steps between editions, for the next run."""
DAY = date(2026, 12, 15)
"""A day on which an edition of every rulebook is in force."""


def publish_all(out: Path) -> Path:
    """The website of the demo and of every shipped rulebook; what was proved of the same once is not proved again."""
    shipped = sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml"))
    build([load_rulebook(folder) for folder in (DEMO, *shipped)], out, DAY, study=kept_in(KEPT))
    return out


def pages(site: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page with its address."""
    for file in sorted(site.rglob("*.html")):
        yield file.relative_to(site).as_posix(), html.fromstring(file.read_bytes())


def files(site: Path) -> dict[str, bytes]:
    """What is published; not the publisher's own note of what it wrote."""
    return {
        file.relative_to(site).as_posix(): file.read_bytes()
        for file in sorted(site.rglob("*"))
        if file.is_file() and file.name[0] != "."
    }


def words(element: html.HtmlElement) -> str:
    """The text of an element as one line."""
    return re.sub(r"\s+", " ", element.text_content()).strip()


def dead_links(site: Path) -> list[tuple[str, str]]:
    """Every link to a page, file or place in a page that is not there, with the page it stands on."""
    anchors: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for path, page in pages(site):
        anchors[path] = set(page.xpath("//@id"))
        links += [(path, str(link)) for link in page.xpath("//*[not(self::base)]/@href | //@src | //form/@action")]
    return [(path, link) for path, link in links if not _leads_somewhere(site, path, link, anchors)]


def _leads_somewhere(site: Path, path: str, link: str, anchors: dict[str, set[str]]) -> bool:
    parts = urlsplit(link)
    if parts.scheme in {"http", "https"}:
        return True  # elsewhere: nobody asks the network
    target = (site / path).parent / unquote(parts.path) if parts.path else site / path
    inside = target.resolve().is_relative_to(site.resolve())
    if parts.scheme or parts.netloc or not inside or not target.is_file():
        return False
    name = target.resolve().relative_to(site.resolve()).as_posix()
    if target.name == "try.html" and parts.fragment.startswith(("measure-", "s=")):
        return True  # its script makes the place or sets the values; tests/test_reading.py looks for the measure
    return not parts.fragment or unquote(parts.fragment) in anchors.get(name, ())
