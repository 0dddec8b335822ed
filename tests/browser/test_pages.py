"""The website in a real browser, from plain files: one page of every template, in every language, width and theme."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.quality.barriers import axe

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine: apt-get install chromium"
)

LANGUAGES = ("en", "zh-Hans", "de")
WIDTHS = (320, 390, 1280)
THEMES = ("light", "dark")
EVERY = {
    "home": "demo/{}/index.html",
    "sources": "demo/{}/sources/index.html",
    "source": "demo/{}/sources/bills.html",
    "measures": "demo/{}/measures/index.html",
    "measure": "demo/{}/measures/paid-on-time-share.html",
    "rules": "demo/{}/rules/index.html",
    "rule": "demo/{}/rules/paid-on-time.html",
    "rule of cases": "demo/{}/rules/steady-payer.html",
    "old version": "demo/{}/rules/paid-on-time/1.0.0.html",
    "draft": "demo/{}/rules/paid-on-time/drafts/2.0.0.html",
    "score": "demo/{}/score.html",
    "use": "demo/{}/uses/pay-later.html",
    "exclusion": "demo/{}/exclusions/friends.html",
    "right": "demo/{}/rights/contest-a-bill.html",
    "reference": "demo/{}/reference.html",
    "data": "demo/{}/data.html",
    "files": "demo/{}/data/measures.html",
    "flow": "demo/{}/flow.html",
    "flow of a source": "demo/{}/flow/bills.html",
    "history": "demo/{}/history.html",
    "edition": "demo/{}/history/2026-07-01.html",
    "change": "demo/{}/changes/2026-07-01.html",
    "change, part 2": "demo/{}/rules/paid-on-time/changes/2.0.0/2.html",
    "change to drafts": "demo/{}/changes/drafts.html",
    "change of a policy": "demo/{}/rules/paid-on-time/changes/1.1.0.html",
    "compare": "demo/{}/rules/paid-on-time/compare.html",
    "glossary": "demo/{}/glossary.html",
    "kinds of data": "demo/{}/glossary/data.html",
    "about": "demo/{}/about.html",
    "readings": "demo/{}/readings.html",
    "grades": "demo/{}/grades.html",
    "find": "demo/{}/find.html",
    "find, part 2": "demo/{}/find/2.html",
    "try": "demo/{}/try.html",
}
ONCE = {
    "root": "index.html",
    "schema": "reference/rule.html",
    "rule with notes and oddities": "schufa-2026/de/rules/oldest-bank-contract.html",
    "home with oddities": "schufa-2026/en/index.html",
    "exclusion tried out": "fair-civic-trust/zh-Hans/exclusions/friends-and-family.html",
    "rule with many columns": "schufa-2026/de/rules/payment-defaults.html",
    "rule with a group that is held": "fair-civic-trust/zh-Hans/rules/bills-paid-on-time.html",
    "score without a score": "schufa-2026/de/score.html",
    "flow with many boxes": "schufa-2026/de/flow/bank-contracts.html",
    "history with a first edition": "schufa-2026/de/history.html",
    "try with many controls": "schufa-2026/de/try.html",
    "try in Chinese": "fair-civic-trust/zh-Hans/try.html",
    "source with many columns": "fair-civic-trust/en/sources/bill-payments.html",
}
"""Pages in one language."""
SCRIPTS = {
    "find.html": ("assets/find.js",),
    "try.html": (
        *(f"assets/{name}" for name in ("bring.js", "decide.js", "record.js", "try.js", "try.css")),
        *("./try-data.js", "./try-record.js"),
    ),
    "compare.html": ("assets/compare.js", "assets/change.css", "/versions/rules/paid-on-time.js"),
}
"""What a page that does something brings along; with a dot before it, from beside the page."""
PAGES = {f"{name} {lang}": path.format(lang) for name, path in EVERY.items() for lang in LANGUAGES} | ONCE


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    yield page
    context.close()


def variants(page: Page) -> Iterator[str]:
    """The page at each width and in each theme."""
    for width in WIDTHS:
        for theme in THEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            yield f"{width} {theme}"


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_for_everyone(site: Path, page: Page, path: str):
    """No barrier that axe knows, nothing cut off, no error, and no request to anywhere but its own two files."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / path).as_uri())
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for variant in variants(page):
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{variant}: {wide} pixels too wide"
        if "320" not in variant:
            assert axe(page) == [], variant
    assert said == []
    scripts = SCRIPTS.get(path.rpartition("/")[2], ())
    scripts = ("assets/change.css",) if "/changes/" in path else scripts
    scripts = [f"{path.partition('/')[0]}{name}" if name[0] == "/" else name for name in scripts]
    scripts = [name if name[0] != "." else f"{path.rpartition('/')[0]}/{name[2:]}" for name in scripts]
    own = {(site / name).as_uri() for name in (path, "assets/style.css", "assets/icon.svg", *scripts)}
    assert set(asked) <= own
    assert (site / "assets/style.css").as_uri() in asked


SIDEWAYS = """
[...document.querySelectorAll("main, main *")]
  .filter(each => each.tagName !== "PRE" && !each.closest("svg") && getComputedStyle(each).display !== "inline")
  .filter(each => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1)
  .map(each => `${each.tagName} ${each.className}: ${each.scrollWidth - each.clientWidth}`)
"""


def test_nothing_scrolls_sideways_on_a_phone(site: Path, page: Page):
    """Points that stand outside the screen are not published; only the policy as written may be wider."""
    page.set_viewport_size({"width": 390, "height": 900})
    found = {}
    for path in PAGES.values():
        page.goto((site / path).as_uri())
        found[path] = page.evaluate(SIDEWAYS)
    assert {path: wide for path, wide in found.items() if wide} == {}


def test_on_a_phone_the_points_come_first(site: Path, page: Page):
    """A row of many columns becomes a block: what it gives, then each cell under the title of its column."""
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto((site / "schufa-2026/de/rules/payment-defaults.html").as_uri())
    row = page.locator("table.cards").first.locator("tbody tr").first
    tops = row.locator("> *").evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().top)")
    assert tops[-1] == min(tops)
    assert not page.locator("table.cards thead").first.is_visible()
    title = row.locator("> td").last.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert title == '"Punkte"'


def test_the_label_is_one_screen(site: Path, page: Page):
    """Who opens a rulebook sees what it collects, what for, and how to contest it without scrolling."""
    page.set_viewport_size({"width": 1280, "height": 800})
    seen = 0
    for home in sorted(site.glob("*/*/index.html")):
        page.goto(home.as_uri())
        if page.locator(".label").count():
            assert page.locator(".label").evaluate("label => label.getBoundingClientRect().bottom") <= 800, home
            assert page.locator("h1").evaluate("title => title.getBoundingClientRect().top") >= 0, home
            assert page.locator(".go").evaluate("call => call.getBoundingClientRect().bottom") <= 800, home
            seen += 1
    assert seen > 5


def test_the_keyboard_reaches_the_text_first(site: Path, page: Page):
    """The first stop skips what stands on every page."""
    page.goto((site / "demo/en/rules/paid-on-time.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_links_look_like_links(site: Path, page: Page):
    """Not by colour alone: every link in the text is underlined."""
    page.goto((site / "demo/en/rules/paid-on-time.html").as_uri())
    plain = page.eval_on_selector_all(
        "main a", "links => links.filter(a => !getComputedStyle(a).textDecorationLine.includes('underline')).length"
    )
    assert plain == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_prints_with_its_policy(site: Path, page: Page, lang: str):
    """On paper nothing is folded away."""
    page.goto((site / f"demo/{lang}/rules/paid-on-time.html").as_uri())
    page.emulate_media(media="print")
    assert not page.locator(".nav").is_visible()
    assert page.locator("details pre").evaluate("each => each.getBoundingClientRect().height") > 100
