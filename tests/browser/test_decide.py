"""The script in a real browser, from a plain file and under the strictest policy: what it decides, truth decides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.rulebook import edition, load_rulebook
from publisher.shorten import shorten
from tests.browser.test_pages import pytestmark  # noqa: F401  # the same skip as there
from tests.browser_cases import HARNESS, SCRIPTS, Run, agree, agree_on_drawn, drawn_cases
from tests.strategies import AS_OF

LEAST_CASES = 3_000

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">
<title>decide</title>
<script src="decide.js" defer></script>
<script src="record.js" defer></script>
<script src="harness.js" defer></script>
</html>
"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page with the script, opened from a folder. Nothing was said, and nothing asked for but its own files."""
    folder = tmp_path_factory.mktemp("decide")
    (folder / "page.html").write_text(PAGE, "utf-8")
    (folder / "harness.js").write_text(f"globalThis.run = {HARNESS.strip()};\n", "utf-8")
    for file in SCRIPTS:
        (folder / file.name).write_text(shorten(file.read_text("utf-8")), "utf-8")
    said: list[str] = []
    asked: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(Path(request.url).name))
    page.goto((folder / "page.html").as_uri())
    yield page
    page.close()
    assert said == []
    assert asked == ["page.html", "decide.js", "record.js", "harness.js"]


@pytest.fixture(scope="module")
def run(page: Page) -> Run:
    return lambda edition, cases: page.evaluate("([edition, cases]) => run(edition, cases)", [edition, cases])


def test_chromium_decides_as_truth_does(run: Run) -> None:
    """The engine that readers have agrees like the one embedded in the tests."""
    assert agree_on_drawn(run, LEAST_CASES) >= LEAST_CASES


@pytest.mark.parametrize("book", ["fair-civic-trust", "schufa-2026"])
def test_chromium_decides_by_the_shipped_rulebooks(run: Run, book: str) -> None:
    """The two policies that are on the website."""
    found = edition(load_rulebook(book), AS_OF)
    assert found is not None
    agree(run, found, drawn_cases(found, 2, 500), found.about.languages[0])
