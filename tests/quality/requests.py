"""What a page asks for, over HTTP with the headers of the server, and what it says in the console."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.quality.chromium import served
from tests.quality.result import Figure, Result
from tests.quality.site import Site, of_every_template, shape
from tests.quality.weight import SCRIPTED

MOST = 6
"""Besides the icon of the tab, which is the same for all pages."""


def check(site: Site, browser: Browser, *, short: bool) -> Result:
    """A page of every template and language; in short one of three, and all with scripts."""
    misses: list[str] = []
    most = 0
    with served(site.folder) as address:
        for number, (_, path) in enumerate(of_every_template(site)):
            if short and number % 3 and shape(path) not in SCRIPTED:
                continue
            asked, said = visited(browser, address + path)
            asked = [url for url in asked if not url.endswith("icon.svg")]
            most = max(most, len(asked))
            misses += [f"{path} asks for {url}" for url in asked if not url.startswith(address)]
            misses += [f"{path} says: {line}" for line in said]
            if len(asked) > MOST:
                misses.append(f"{path} makes {len(asked)} requests")
    return Result((Figure("most requests of a page", str(most), f"{MOST}, 0 foreign"),), tuple(misses))


def visited(browser: Browser, url: str) -> tuple[list[str], list[str]]:
    """What a page asks for when somebody comes to it for the first time, and what it says."""
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_context().new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(100)
    page.context.close()
    return asked, said
