"""Printed out of the dark theme: black on white, nothing folded away, and addresses written out."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.quality.chromium import script
from tests.quality.result import Figure, Result
from tests.quality.site import Site, of_every_template


def check(site: Site, browser: Browser, *, short: bool) -> Result:
    """A page of every template and language; in short one of three."""
    misses: list[str] = []
    printed = 0
    page = browser.new_context(color_scheme="dark").new_page()
    page.emulate_media(media="print", color_scheme="dark")
    for number, (_, path) in enumerate(of_every_template(site)):
        if short and number % 3:
            continue
        printed += 1
        page.goto((site.folder / path).as_uri())
        misses += [f"{path}: {problem}" for problem in page.evaluate(script("paper"))]
    page.context.close()
    return Result((Figure("pages printed", str(printed), "whole, and black on white"),), tuple(misses))
