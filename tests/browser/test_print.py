"""The edition for paper in a real browser: printed as PDF that can be read, searched and listened to."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from engine.rulebook import load_rulebook
from publisher.collect import edition_on_paper
from publisher.library import read_library
from publisher.pdf import find_browser, to_pdf
from publisher.pdf_words import FIRST, LAST
from publisher.render import render
from tests.browser.test_pages import pytestmark  # noqa: F401  # the same skip as there
from tests.quality.barriers import axe
from tests.website import DAY, DEMO

LANGUAGES = ("en", "zh-Hans", "de")


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    """The edition of the demo in each language."""
    library = read_library(load_rulebook(DEMO), DAY)
    return {lang: content for lang in LANGUAGES for _, content in render([edition_on_paper(library, lang)])}


@pytest.fixture(scope="module")
def readers(papers: dict[str, bytes]) -> dict[str, PdfReader]:
    browser = find_browser()
    return {lang: PdfReader(BytesIO(to_pdf(content, browser))) for lang, content in papers.items()}


@pytest.fixture(scope="module")
def texts(readers: dict[str, PdfReader]) -> dict[str, list[str]]:
    """The text of each sheet."""
    return {lang: [page.extract_text() for page in reader.pages] for lang, reader in readers.items()}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def put(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "print.html").write_bytes(content)
    return (tmp_path / "print.html").as_uri()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_prints_as_a_pdf_whose_words_are_words(
    readers: dict[str, PdfReader], texts: dict[str, list[str]], lang: str
):
    """Chinese too: letters that only look right could not be searched, copied or read aloud."""
    first, text = texts[lang][0], "".join(texts[lang])
    assert len(texts[lang]) > 3
    library = read_library(load_rulebook(DEMO), DAY)
    assert library.rulebook.about.title[lang] in first
    rule = library.shown.rules["paid-on-time"]
    assert rule.head.title[lang] in text
    assert library.shown.digest in "".join(first.split())
    assert [each for each in text if FIRST <= ord(each) <= LAST] == []
    for page in readers[lang].pages:
        width, height = page.mediabox.width, page.mediabox.height
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_screen_reader_can_follow_the_pdf(readers: dict[str, PdfReader], lang: str):
    """Tagged, in its language, with its title and an outline of its chapters."""
    reader = readers[lang]
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == lang
    assert reader.metadata
    assert load_rulebook(DEMO).about.title[lang] in str(reader.metadata.title)
    titles = [str(each.title) for each in flat(reader.outline)]
    assert len(titles) > 40


def flat(outline: Any) -> Iterator[Any]:
    for each in outline:
        if isinstance(each, list):
            yield from flat(each)
        else:
            yield each


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_but_the_first_says_where_it_belongs(texts: dict[str, list[str]], lang: str):
    """A sheet that was taken out still says of which rulebook and edition it is, and its number."""
    title = load_rulebook(DEMO).about.title[lang]
    sheets = texts[lang]
    assert f"1 / {len(sheets)}" not in sheets[0]
    for number, text in enumerate(sheets[1:], 2):
        assert title in text, number
        assert f"{number} / {len(sheets)}" in text, number


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_can_be_read_on_a_screen_too(papers: dict[str, bytes], page: Page, tmp_path: Path, lang: str):
    """Opened from an e-mail on a phone: nothing cut off, no error, its own style, and no request."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    address = put(tmp_path, papers[lang])
    page.goto(address)
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{width}: {wide} pixels too wide"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") == "center"
    assert said == []
    assert asked == [address]


def test_it_has_no_barrier(papers: dict[str, bytes], page: Page, tmp_path: Path):
    """The same templates in every language, so one is enough for a page of this length."""
    page.goto(put(tmp_path, papers["de"]))
    assert axe(page) == []


BREAKS = """
[...document.querySelectorAll("h2, h3, h4, tr, .facts > div")]
  .map(each => [each.tagName, getComputedStyle(each)])
  .filter(([name, style]) => name[0] == "H" ? style.breakAfter != "avoid" : style.breakInside != "avoid")
  .map(([name]) => name)
"""

TALL = """
[...document.querySelectorAll("td svg")].filter(each => each.getBoundingClientRect().height > 20).length
"""


def test_what_belongs_together_stays_on_one_sheet(papers: dict[str, bytes], page: Page, tmp_path: Path):
    """No row is cut in two, and no heading stands alone at the foot of a sheet; charts are as high as their words."""
    page.goto(put(tmp_path, papers["en"]))
    page.emulate_media(media="print")
    assert page.evaluate(BREAKS) == []
    assert page.evaluate("document.querySelectorAll('td svg').length") > 20
    assert page.evaluate(TALL) == 0
    assert not page.locator(".skip").is_visible()
    text = page.evaluate("getComputedStyle(document.querySelector('section a[data-n]'), '::after').content")
    assert text.startswith('" (')


def test_style_from_elsewhere_is_not_let_in(papers: dict[str, bytes], page: Page, tmp_path: Path):
    """Whoever changes the file's style breaks the seal, and it loses all style."""
    changed = papers["en"].replace(b"<style>", b"<style>h1{color:red}", 1)
    page.goto(put(tmp_path, changed))
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") != "center"
