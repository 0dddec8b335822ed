"""What the checks of `make quality` see in a browser: pages with one fault, and the page without it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from engine.rulebook import load_rulebook
from publisher.publish import build
from tests.quality.barriers import barriers
from tests.quality.chromium import script
from tests.quality.keyboard import tabbed
from tests.quality.requests import visited
from tests.website import DAY, DEMO

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine: apt-get install chromium"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build([load_rulebook(DEMO)], folder, DAY)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 320, "height": 900}).new_page()
    yield page
    page.context.close()


def changed(site: Path, into: str) -> Path:
    """A rule's page with something at the end of its main part, and without the policy that would stop it."""
    source = site / "demo/en/rules/paid-on-time.html"
    text = source.read_text("utf-8").replace("Content-Security-Policy", "X-Policy")
    file = source.with_name("changed.html")
    file.write_text(text.replace("</main>", f"{into}</main>", 1), "utf-8")
    return file


def printed(page: Page) -> list[str]:
    page.emulate_media(media="print", color_scheme="dark")
    return list(page.evaluate(script("paper")))


def stops(page: Page) -> list[str]:
    return tabbed(page)[1]


def broken(page: Page) -> list[str]:
    return list(page.evaluate(script("broken")))


def shown(page: Page) -> list[str]:
    return list(barriers(page))


TRAP = "<button id=t>Trap</button><script>t.onkeydown = e => e.preventDefault()</script>"
FAULTS: dict[str, tuple[Callable[[Page], list[str]], str, str]] = {
    "pale text": (shown, '<p style="color:#888">Pale.</p>', "pale text"),
    "text that is pale by opacity": (shown, '<p style="opacity:.6">Pale.</p>', "pale text"),
    "pale text in a picture": (shown, '<svg><text y="20" style="fill:#999">Pale</text></svg>', "pale text"),
    "something wide": (shown, '<p style="width:600px">Wide.</p>', "wider than the window"),
    "a word without an end": (shown, '<p style="overflow-wrap:normal">' + "x" * 200 + "</p>", "wider than the window"),
    "a broken word": (broken, '<p style="width:3em">Aufbewahrungsfrist</p>', "a broken word"),
    "a button without a name": (shown, "<button></button>", "axe button-name"),
    "a picture without words": (shown, '<img src="../../../assets/icon.svg">', "axe image-alt"),
    "a list of other things": (shown, "<ul><div>x</div></ul>", "axe list"),
    "a heading that jumps": (shown, "<h6>Deep</h6>", "axe heading-order"),
    "a trap": (stops, TRAP + '<a href="#main">After</a>', "is caught"),
    "a control that is passed over": (
        stops,
        "<button id=b>No</button><script>b.onfocus = () => after.focus()</script><a id=after href='#'>After</a>",
        "does not reach",
    ),
    "a focus that nobody sees": (stops, '<a href="#main" style="outline:0;box-shadow:none">x</a>', "nobody sees"),
    "a focus outside the window": (
        stops,
        '<a href="#main" style="position:fixed;left:-999px">x</a>',
        "nobody sees",
    ),
    "another first stop": (stops, '<a href="#x" tabindex="1">x</a>', "does not skip"),
    "a dark ground on paper": (printed, '<p style="background:#123">x</p>', "a dark ground"),
    "pale ink on paper": (printed, '<p style="color:#ddd">x</p>', "pale ink"),
    "something folded away on paper": (
        printed,
        "<style>.f{display:none!important}</style><details><summary>x</summary><p class=f>y</p></details>",
        "folded away",
    ),
    "an address that is not written out": (
        printed,
        '<style>.a::after{content:none!important}</style><a class=a href="https://example.org/">x</a>',
        "no address",
    ),
}


@pytest.mark.parametrize(("look", "into", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_seen(look: Callable[[Page], list[str]], into: str, said: str, site: Path, page: Page):
    """And nothing of the kind without it."""
    page.goto(changed(site, into).as_uri())
    found = look(page)
    assert [problem for problem in found if said in problem], found
    page.goto(changed(site, "").as_uri())
    assert not [problem for problem in look(page) if said in problem]


def test_a_request_and_an_error_are_noticed(site: Path, browser: Browser):
    """What a page asks others for, and what it complains of."""
    asked, said = visited(browser, changed(site, '<img alt="" src="http://127.0.0.1:9/x.png">').as_uri())
    assert "http://127.0.0.1:9/x.png" in asked
    assert said
    asked, said = visited(browser, changed(site, "<script>throw Error('mine')</script>").as_uri())
    assert [line for line in said if "mine" in line]
    asked, said = visited(browser, (site / "demo/en/rules/paid-on-time.html").as_uri())
    assert len(asked) in {2, 3}  # the icon may come later
    assert said == []
