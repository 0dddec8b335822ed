"""The search in a real browser: from plain files and from a server, and never more than text."""

from __future__ import annotations

import functools
import random
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_pages import page, pytestmark  # noqa: F401 - a fixture, and the same skip as there
from tests.browser.waiting import until
from tests.quality.barriers import axe
from tests.test_finding import data, plain_pages


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is said of what is asked for."""


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def titles(page: Page) -> list[str]:  # noqa: F811
    return page.locator("#search h2").all_text_contents()


def look_for(page: Page, query: str) -> None:  # noqa: F811
    page.fill("main input[name=q]", query)


def opened(page: Page, address: str) -> Page:  # noqa: F811
    """The page with its data loaded."""
    page.goto(address)
    page.focus("main input[name=q]")
    until(page, "typeof found !== 'undefined'")
    return page


@pytest.mark.parametrize("where", ["file", "http"])
def test_the_box_on_every_page_leads_to_the_results(site: Path, served: str, page: Page, where: str):  # noqa: F811
    """On a server and in a folder, under a policy that lets a form lead nowhere else."""
    root = served if where == "http" else site.as_uri()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{root}/demo/en/rules/paid-on-time.html")
    page.fill("form[role=search] input", "late bill")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search h2")
    assert page.url == f"{root}/demo/en/find.html?q=late+bill"
    assert page.locator("#search [role=status]").text_content() == f"Pages found: {len(titles(page))}"
    assert not page.locator("#index").is_visible()
    assert {mark.lower() for mark in page.locator("mark").all_text_contents()} == {"late", "bill"}
    look_for(page, "on time")
    page.keyboard.press("Enter")
    assert page.url == f"{root}/demo/en/find.html?q=on%20time"
    page.locator(".tongues a[lang=de]").click()
    assert page.url == f"{root}/demo/de/find.html?q=on%20time"
    assert said == []
    assert all(url.startswith(root) for url in asked)


def test_what_is_not_used_is_not_loaded(site: Path, page: Page):  # noqa: F811
    """Who only looks at the list loads no text."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto((site / "demo/en/find.html").as_uri())
    assert asked == ["find.html", "style.css", "find.js", "icon.svg"] or "search-data.js" not in asked
    page.focus("main input[name=q]")
    until(page, "typeof found !== 'undefined'")
    assert "search-data.js" in asked


@pytest.mark.parametrize(
    ("home", "most"),
    [("demo/zh-Hans", 4), ("fair-civic-trust/zh-Hans", 4), ("fair-civic-trust/en", 99), ("schufa-2026/de", 99)],
)
def test_every_page_that_says_it_is_found(site: Path, page: Page, home: str, most: int):  # noqa: F811
    """Any one to four Chinese characters, any English or German word, in any mixture of capitals: as many as say it."""
    draw = random.Random(11)
    rulebook, lang = home.split("/")
    shown = {path: "\n".join(texts) for path, texts in plain_pages(site, rulebook, lang).items()}
    drawn = set()
    for text in shown.values():
        pieces = re.findall(r"[\u4e00-\u9fff]+" if most == 4 else r"[A-Za-zÄÖÜäöü]{2,}", text)
        for piece in draw.choices(pieces, k=6):
            size = min(draw.randint(1, most), len(piece)) if most == 4 else len(piece)
            start = draw.randrange(len(piece) - size + 1)
            drawn.add(piece[start : start + size])
    wanted = sorted(drawn)
    opened(page, (site / home / "find.html").as_uri())
    counts = page.evaluate(
        """queries => queries.map(query => {
          const box = document.querySelector("main input[name=q]");
          box.value = query;
          box.dispatchEvent(new Event("input"));
          const said = document.querySelector("#search [role=status]").textContent;
          return +(said.match(/\\d+/) || [0])[0];
        })""",
        [draw.choice([str.upper, str.lower, str])(query) for query in wanted],
    )

    def alike(text: str) -> str:
        return text.lower().translate(str.maketrans("äöü", "aou"))

    low = {path: alike(text) for path, text in shown.items()}
    assert len(wanted) > 100
    for query, count in zip(wanted, counts, strict=True):
        assert count == sum(alike(query) in text for text in low.values()), query


def test_all_words_must_occur_and_titles_come_first(site: Path, page: Page):  # noqa: F811
    opened(page, (site / "demo/en/find.html").as_uri())
    look_for(page, "PAID ón")
    found = titles(page)
    rank = [all(word in title.lower() for word in ("paid", "on")) for title in found]
    assert rank[0]
    assert rank == sorted(rank, reverse=True)
    assert False in rank
    look_for(page, "paid on no-such-word")
    assert titles(page) == []
    assert page.locator("#search [role=status]").text_content() == (
        "No page has all of these words: “paid on no-such-word”. Below are all pages from A to Z."
    )
    assert page.locator("#index").is_visible()
    look_for(page, "nosuchword")
    assert page.locator("#search [role=status]").text_content() == (
        "No page has “nosuchword”. Below are all pages from A to Z."
    )
    look_for(page, "")
    assert page.locator("#index").is_visible()


def test_a_whole_word_comes_before_a_part_of_one(site: Path, page: Page):  # noqa: F811
    """Who looks for rent does not mean current accounts."""
    opened(page, (site / "schufa-2026/en/find.html").as_uri())
    look_for(page, "rent")
    found = [title.lower() for title in titles(page)]
    renting = next(at for at, title in enumerate(found) if title.startswith("renting"))
    assert all("current" not in title for title in found[:renting])


def test_more_hits_than_thirty_can_all_be_reached(site: Path, page: Page):  # noqa: F811
    opened(page, (site / "schufa-2026/de/find.html").as_uri())
    look_for(page, "schufa")
    said = page.locator("#search [role=status]").text_content() or ""
    most = int(said.split(": ")[1])
    assert most > 60
    assert len(titles(page)) == 30
    more = page.locator("#search button[type=button]")
    while more.is_visible():
        before = len(titles(page))
        more.click()
        items = "[...document.querySelectorAll('#search ol > li')]"
        assert page.evaluate(f"{items}.indexOf(document.activeElement.closest('li'))") == before
    assert len(titles(page)) == most
    look_for(page, "schufa-")
    assert len(titles(page)) <= 30


def test_what_is_looked_in_is_loaded_once(site: Path, page: Page):  # noqa: F811
    """However quickly somebody types and sends."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    opened(page, (site / "schufa-2026/de/find.html").as_uri())
    page.evaluate("""() => {
      const form = document.querySelector("main form");
      form.q.focus();
      form.q.value = "Score";
      for (let times = 0; times < 4; times++) form.requestSubmit();
    }""")
    until(page, "document.querySelector('#search ol li') !== null")
    assert len([url for url in asked if url.endswith("search-data.js")]) == 1


def test_a_proposal_is_marked_as_one(site: Path, page: Page):  # noqa: F811
    """Nobody takes it for the rule."""
    opened(page, (site / "demo/de/find.html").as_uri())
    look_for(page, "Entwurf")
    drafts = page.locator("#search li").filter(has=page.locator("a[href*='/drafts/']"))
    assert drafts.count() >= 1
    for text in drafts.locator(".meta").all_text_contents():
        assert text == "Entwurf"


@pytest.mark.parametrize(
    "query",
    [
        "<img src=x onerror=document.title='bad'>",
        "\"><script>document.title='bad'</script>",
        "javascript:alert(1)",
        "{{7*7}} %s $& $1 \\",
        "(((((",
        "%3Cb%3E",
        "a" * 5000,
        "\u202eevil",
    ],
    ids=["image", "script", "scheme", "template", "pattern", "escaped", "long", "turned"],
)
def test_a_query_is_only_words(site: Path, page: Page, query: str):  # noqa: F811
    """An address that somebody sends around can make the page say nothing but its own words."""
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto((site / "demo/en/find.html").as_uri() + "?q=" + quote(query))
    until(page, "typeof found !== 'undefined'")
    assert page.input_value("main input[name=q]") == query[:200]
    assert page.title() == "Find a page – Bills of the town works"
    assert page.locator("main img, main script, main b, main iframe").count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0
    assert page.locator("#search [role=status]").text_content().startswith("No page")


def test_by_keyboard_alone(site: Path, page: Page):  # noqa: F811
    """Type, go on to the first result, open it; and back are the results again."""
    opened(page, (site / "demo/en/find.html").as_uri())
    page.keyboard.type("paid on time")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#search li') !== null")
    title = titles(page)[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/rules/**" if "rules" in page.url else "**")
    page.wait_for_selector("h1")
    assert page.locator("h1").text_content() == title
    page.go_back()
    page.wait_for_selector("#search h2")
    assert titles(page)[0] == title


def test_without_a_script_there_is_the_list(site: Path, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()  # noqa: F811
    page.goto((site / "demo/en/find.html").as_uri() + "?q=late")
    assert page.locator("#index").is_visible()
    assert not page.locator("#search").is_visible()
    assert page.get_by_text("Searching needs JavaScript").is_visible()
    context.close()


@pytest.mark.parametrize("home", ["fair-civic-trust/en", "fair-civic-trust/zh-Hans", "schufa-2026/de"])
def test_a_query_takes_no_time(site: Path, page: Page, home: str):  # noqa: F811
    """At most 5 ms, while one types; the best of twenty times, because this machine has other work to do."""
    opened(page, (site / home / "find.html").as_uri())
    letters = ["e", "a", "的", "分"] if "zh" in home else ["e", "the", "on", "der"]
    queries = [*letters, *(page_[1] for page_ in data(site, *home.split("/"))[:8])]
    times = page.evaluate(
        """queries => {
          const box = document.querySelector("main input[name=q]");
          return queries.map(query => {
            const times = [];
            for (let turn = 0; turn < 20; turn++) {
              box.value = query;
              const start = performance.now();
              box.dispatchEvent(new Event("input"));
              times.push(performance.now() - start);
            }
            return Math.min(...times);
          });
        }""",
        queries,
    )
    print(f"{home}: at most {max(times):.1f} ms")
    assert max(times) <= 5


def test_results_are_for_everyone(site: Path, page: Page):  # noqa: F811
    """No barrier that axe knows, and nothing cut off."""
    for home in ("demo/en", "demo/zh-Hans"):
        for width in (320, 390, 1280):
            for theme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme)
                opened(page, (site / home / "find.html").as_uri())
                look_for(page, "1")
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{home} {width} {theme}: {wide} pixels too wide"
                if width > 320:
                    assert axe(page) == [], f"{home} {width} {theme}"
