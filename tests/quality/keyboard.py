"""With the Tab key alone: the first stop skips what is on every page; each control is reached, seen and left."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.quality.chromium import script
from tests.quality.result import Figure, Result
from tests.quality.site import Site, of_every_template, shape

PAGES = {"index.html", "rules/*.html", "find.html", "try.html"}
MOST_STOPS = 800


def check(site: Site, browser: Browser, *, short: bool) -> Result:
    """The home, a rule, the search and the page to try, in every language (in short only in English)."""
    misses: list[str] = []
    stops = 0
    for name, path in of_every_template(site):
        if shape(path) not in PAGES or path == "index.html" or (short and not name.endswith(" en")):
            continue
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto((site.folder / path).as_uri())
        found, problems = tabbed(page)
        stops += found
        misses += [f"{path}: {problem}" for problem in problems]
        page.context.close()
    return Result((Figure("stops of the Tab key", f"{stops:,}", "all reached and seen"),), tuple(misses))


def tabbed(page: Page) -> tuple[int, list[str]]:
    """How many stops there are, and what is wrong with them."""
    problems = []
    wanted: dict[str, str] = page.evaluate(script("controls"))
    reached: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        now = page.evaluate(script("stop"))
        if now is None or now["id"] in reached:
            break
        if not reached and not now["skip"]:
            problems.append("the first stop does not skip to the content")
        if not now["seen"]:
            problems.append(f"nobody sees the focus on {now['what']}")
        reached.append(now["id"])
    else:
        now = None
        problems.append("the keyboard never comes to the end")
    if now is not None and now["id"] != reached[0]:
        problems.append(f"the keyboard is caught at {now['what']}")
    left = [what for id_, what in wanted.items() if id_ not in reached]
    return len(reached), problems + [f"the keyboard does not reach {what}" for what in left[:3]]
