"""The same words with scripts and without, from a file and over HTTP."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.quality.chromium import served
from tests.quality.result import Figure, Result
from tests.quality.site import Site, of_every_template, shape
from tests.quality.weight import SCRIPTED


def check(site: Site, browser: Browser, *, short: bool) -> Result:
    """A page of every template and language; in short one of three. On a page with a script, what is there without."""
    misses: list[str] = []
    compared = 0
    with_, without = (browser.new_context(java_script_enabled=on).new_page() for on in (True, False))
    here = site.folder.as_uri() + "/"
    with served(site.folder) as there:
        for number, (_, path) in enumerate(of_every_template(site)):
            scripted = shape(path) in SCRIPTED
            if short and number % 3 and not scripted:
                continue
            compared += 1
            texts = {}
            for page, start in (
                (without, here),
                (without, there),
                *(() if scripted else ((with_, here), (with_, there))),
            ):
                page.goto(start + path)
                how = f"{'with' if page is with_ else 'without'} scripts, from {start}"
                texts[how] = " ".join(page.locator("main").inner_text().split())
            plain = next(iter(texts.values()))
            misses += [f"{path}: other words {how}" for how, text in texts.items() if text != plain]
            if not plain:
                misses.append(f"{path} has no words")
    with_.context.close()
    without.context.close()
    return Result((Figure("pages compared four ways", str(compared), "same words"),), tuple(misses))
