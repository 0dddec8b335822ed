"""A published website to look at: built once, read as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lxml import html

from engine.locate import policies_folder
from engine.rulebook import load_rulebook
from publisher.publish import build

DEMO = Path(__file__).parent / "policies" / "good" / "demo"
DAY = date(2026, 12, 15)
"""A day on which an edition of every rulebook is in force."""


def publish_all(out: Path) -> Path:
    """The website of the demo and of every shipped rulebook."""
    shipped = sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml"))
    build([load_rulebook(folder) for folder in (DEMO, *shipped)], out, DAY)
    return out


def pages(site: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page with its address."""
    for file in sorted(site.rglob("*.html")):
        yield file.relative_to(site).as_posix(), html.fromstring(file.read_bytes())


def files(site: Path) -> dict[str, bytes]:
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in sorted(site.rglob("*")) if file.is_file()}


def words(element: html.HtmlElement) -> str:
    """The text of an element as one line."""
    return re.sub(r"\s+", " ", element.text_content()).strip()
