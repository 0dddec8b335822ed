"""Changes in a real browser: two versions compared in the page, and the review file as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, sync_playwright

from engine.rulebook import load_rulebook
from publisher.command import main
from publisher.publish import build
from tests.browser.test_pages import CHROMIUM, pytestmark
from tests.website import DAY, DEMO

__all__ = ["pytestmark"]

PAGE = "demo/{}/rules/paid-on-time/compare.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build([load_rulebook(DEMO)], out, DAY)
    return out


@pytest.fixture
def page() -> Iterator[Page]:
    assert CHROMIUM, "CI needs Chromium"
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page()
        browser.close()


def test_any_two_versions_can_be_compared(site: Path, page: Page):
    """From files alone, without a request to anywhere; the address says which two."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((site / PAGE.format("en")).as_uri())
    assert not page.locator("#off").is_visible()
    assert page.locator("#old").input_value() == "1"
    assert page.locator("#new").input_value() == "2"
    page.locator("#old").select_option("0")
    page.locator("#new").select_option("1")
    assert page.url.endswith("#1.0.0..1.1.0")
    assert "0" in page.locator("#places del").all_inner_texts()
    assert "10" in page.locator("#places ins").all_inner_texts()
    assert page.locator("#texts ins").count() > 0
    page.locator("#new").select_option("0")
    assert page.locator("#sum").inner_text() == "This is the same version twice. Choose two different ones."
    assert page.locator("#places *").count() == 0
    assert said == []
    assert all(url.startswith(site.as_uri()) for url in asked)


def test_a_link_names_two_versions(site: Path, page: Page):
    """Who sends the address sends what is compared; nonsense in it is passed over."""
    page.goto((site / PAGE.format("de")).as_uri() + "#1.1.0..1.0.0")
    assert page.locator("#old").input_value() == "1"
    assert page.locator("#new").input_value() == "0"
    page.goto("about:blank")
    page.goto((site / PAGE.format("de")).as_uri() + "#<b>..9.9.9")
    assert page.locator("#new").input_value() == "2"


def test_without_scripts_the_neighbours_are_linked(site: Path):
    """The change pages say the same for versions that follow each other."""
    assert CHROMIUM, "CI needs Chromium"
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto((site / PAGE.format("zh-Hans")).as_uri())
        assert not page.locator("#on").is_visible()
        assert page.locator("#off a[href$='changes/1.1.0.html']").is_visible()
        browser.close()


def test_the_review_file_prints(tmp_path: Path):
    """For an inquiry on paper."""
    out = tmp_path / "file.pdf"
    sides = ("fair-civic-trust@2027-02-01", "fair-civic-trust@2027-04-01")
    done = CliRunner().invoke(main, ["review", *sides, "--no-proof", "--population", "synthetic:50", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")
    assert [file.name for file in tmp_path.iterdir()] == ["file.pdf"]
