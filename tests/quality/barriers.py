"""What keeps somebody out of a page: what axe finds, what is wider than the window, broken or too pale."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.quality.chromium import script
from tests.quality.result import Figure, Result
from tests.quality.site import Site, of_every_template, shape
from tests.quality.weight import LISTS

VARIANTS = [(width, theme) for width in (320, 390, 1280) for theme in ("light", "dark")]


PHONE = 390
"""On anything narrower a long German word may break."""


def check(site: Site, browser: Browser, *, short: bool) -> Result:
    """A page of every template and language in every width and theme.

    In short, and for the long lists, each is looked at in one of them. Which one depends on the page's content, so
    that it is another one when the page changes.
    """
    misses: list[str] = []
    looked = 0
    page = browser.new_context().new_page()
    for name, path in of_every_template(site):
        one = crc32(site.files[path]) % len(VARIANTS)
        page.goto((site.folder / path).as_uri())
        for width, theme in VARIANTS[one : one + 1] if short or shape(path) in LISTS else VARIANTS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            looked += 1
            misses += [f"{path} ({name}, {width}, {theme}): {problem}" for problem in barriers(page)]
    page.context.close()
    return Result((Figure("pages looked at, each in a width and a theme", f"{looked:,}", "0 barriers"),), tuple(misses))


def barriers(page: Page) -> Iterator[str]:
    """Those of a page as it is shown."""
    yield from axe(page)
    if wide := page.evaluate(script("sideways")):
        yield f"wider than the window: {wide}"
    if page.viewport_size and page.viewport_size["width"] >= PHONE:
        yield from page.evaluate(script("broken"))
    yield from page.evaluate(script("pale"))


LOOK = "axe.run({resultTypes: ['violations'], preload: false}).then(found => found.violations)"
"""Only what is wrong is told, since what is right is a hundred times as much; and no style sheet is asked for again."""


def axe(page: Page) -> list[str]:
    """What axe finds on a page, each with the first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"axe {found['id']}: " + " ".join(node["html"][:100] for node in found["nodes"][:3])
        for found in page.evaluate(LOOK)
    ]
