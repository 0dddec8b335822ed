"""The website of a rulebook whose every word means harm, in a real browser: nothing runs, and every page holds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.quality.chromium import script, served
from tests.quality.site import of_every_template, read
from tests.test_hostile_text import ARABIC, MARKUP, published

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine: apt-get install chromium"
)

TEXTS = {
    "markup": (MARKUP, "en"),
    "a word without an end": ("Unfall" * 400, "de"),
    "Chinese without a stop": ("账" * 2000, "zh-Hans"),
    "Arabic": (ARABIC, "en"),
}
"""Each with the language in which the pages are looked at."""


@pytest.mark.parametrize(("text", "lang"), TEXTS.values(), ids=TEXTS)
def test_nothing_runs_and_nothing_breaks(text: str, lang: str, browser: Browser, tmp_path: Path):
    """Over HTTP with all headers: no dialog, no request for what is not the page's, no word in the console, no page
    wider than a phone, and none in which words lie outside of the window. Whatever can be pressed is pressed.
    """
    site = published(tmp_path, text)
    seen = 0
    with served(site) as address:
        page = browser.new_context().new_page()
        happened = watched(page, address)
        for name, path in of_every_template(read(site)):
            if not name.endswith(f" {lang}"):
                continue
            seen += 1
            page.goto(address + path)
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                pressed(page)
                wide = page.evaluate(script("sideways"))
                assert (happened, wide) == ([], ""), f"{name}, {width}: {path}"
        page.context.close()
    assert seen >= 25


def watched(page: Page, address: str) -> list[str]:
    """What happens on a page that should not, as it happens."""
    happened: list[str] = []
    page.on("dialog", lambda dialog: (happened.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: happened.append(f"console {message.text}"))
    page.on("pageerror", lambda error: happened.append(f"error {error}"))
    page.on("request", lambda request: request.url.startswith(address) or happened.append(f"request {request.url}"))
    page.on("popup", lambda popup: happened.append(f"window {popup.url}"))
    return happened


def pressed(page: Page) -> None:
    """The events that words in a page could be tied to."""
    page.evaluate("""() => { for (const e of document.querySelectorAll('main *'))
        for (const name of ['mouseover', 'focus', 'load', 'error', 'click'])
            if (name != 'click' || !e.closest('a, button, summary')) e.dispatchEvent(new Event(name)) }""")


def test_a_policy_can_look_for_words_and_try_them(browser: Browser, tmp_path: Path):
    """The two pages with scripts take every word as a word: in what is found, and in what comes out."""
    site = published(tmp_path, MARKUP)
    with served(site) as address:
        page = browser.new_context(viewport={"width": 390, "height": 900}).new_page()
        happened = watched(page, address)
        page.goto(f"{address}demo/en/find.html?q=onmouseover")
        page.wait_for_timeout(500)
        assert page.locator("main img, main script").count() == 0
        page.goto(f"{address}demo/en/try.html")
        page.wait_for_timeout(500)
        assert page.locator("main img, main script").count() == 0
        assert page.evaluate(script("sideways")) == ""
        page.context.close()
    assert happened == []
