"""Checking a receipt in a real browser, from a folder and over plain HTTP, as whoever got it would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from publisher.serve import create_app
from tests.browser.test_pages import pytestmark  # noqa: F401  # the same skip as there
from tests.quality.barriers import axe
from tests.receipted import RECORD, Receipted, receipted, resigned

LANGUAGES = ("en", "de", "zh-Hans")
PASS = {
    "en": "It passes. Everything that was checked holds.",
    "de": "Die Prüfung ist bestanden. Alles, was geprüft wurde, stimmt.",
    "zh-Hans": "核对通过。核对的各项全部成立。",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Receipted:
    return receipted(tmp_path_factory.mktemp("verify"))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails when a script fails, and that may ask for nothing but files of its own website."""
    context = browser.new_context()
    page = context.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("request", lambda request: failed.extend([request.url] if request.method != "GET" else []))
    yield page
    context.close()
    assert failed == []


def opened(page: Page, made: Receipted, lang: str = "en") -> None:
    page.goto((made.site / "demo" / lang / "verify.html").as_uri())
    expect(page.locator("#on")).to_be_visible()


def verdict(page: Page) -> str:
    expect(page.locator("#verdict")).not_to_be_empty()
    return page.locator("#verdict").inner_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_receipt_passes(made: Receipted, page: Page, lang: str):
    """The files that the person got are opened; what is found is said in their language."""
    opened(page, made, lang)
    page.locator("#own").set_input_files(made.receipts[lang] / "own.json")
    page.locator("#receipt").set_input_files(made.receipts[lang] / "receipt.json")
    expect(page.locator("#verdict")).to_have_text(PASS[lang])
    assert page.locator("#checks .yes").count() == 11
    assert page.locator("#checks .no").count() == 0
    score = json.loads(made.receipt(lang))["result"]["score"]
    assert str(score) in page.locator("#says").inner_text()


def test_nothing_is_sent(made: Receipted, page: Page):
    """Only files of the website are fetched, none of them after the receipt was read, and the page may not send."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, made)
    page.locator("#own").set_input_files(made.receipts["en"] / "own.json")
    page.locator("#receipt").set_input_files(made.receipts["en"] / "receipt.json")
    expect(page.locator("#verdict")).to_have_text(PASS["en"])
    root = made.site.as_uri()
    assert asked
    assert all(url.startswith(root) and "?" not in url and "#" not in url for url in asked)
    assert all(Path(url).suffix in {".html", ".css", ".js", ".svg"} for url in asked)
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert "connect-src 'none'" in policy
    assert "form-action 'none'" in policy
    sent = page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'refused')")
    assert sent == "refused"


def test_a_changed_receipt_does_not_pass(made: Receipted, page: Page):
    opened(page, made)
    page.locator("#on summary").first.click()
    score = json.loads(made.receipt())["result"]["score"]
    page.locator("#receipt-text").fill(made.receipt().replace(f'"score": {score}', f'"score": {score + 1}'))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_have_text("It does not pass. Do not rely on what it says.")
    assert "signature does not fit" in page.locator("#checks .no").inner_text()


def test_a_lie_about_the_days_does_not_pass(made: Receipted, page: Page):
    """Signed by the right key: for a day before the rules were in force, and of one before the key was in the log."""
    opened(page, made)
    page.locator("#on summary").first.click()
    lie = {"as_of": "2020-01-01", "issued": "2025-01-01T00:00:00Z"}
    page.locator("#receipt-text").fill(resigned(made, lie))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_have_text("It does not pass. Do not rely on what it says.")
    found = page.locator("#checks .no")
    expect(found).to_have_count(3)
    expect(found.first).to_contain_text("not yet in force on the day of the decision")
    expect(found.last).to_contain_text("The key that signed was not yet in the log when the receipt was made.")


def test_a_pasted_receipt_passes_without_its_last_line_end(made: Receipted, page: Page):
    """Whoever copies a text may lose the blank at its end; nothing that is signed is lost."""
    opened(page, made)
    page.locator("#on summary").first.click()
    page.locator("#receipt-text").fill(made.receipt().strip())
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_contain_text("It passes as far as it was checked.")


def test_what_is_no_receipt_is_said(made: Receipted, page: Page, tmp_path: Path):
    opened(page, made)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#verdict")).to_have_text("Open or paste a receipt first.")
    for number, content in enumerate((b"\xff\xfe", b"{}", b"[1.5]", b"")):
        (tmp_path / f"{number}.json").write_bytes(content)
        page.locator("#receipt").set_input_files(tmp_path / f"{number}.json")
        expect(page.locator("#checks .no")).to_have_count(1)
        page.evaluate("document.getElementById('checks').replaceChildren()")


def test_a_key_from_elsewhere_is_compared(made: Receipted, page: Page):
    opened(page, made)
    page.locator("#on summary").last.click()
    other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    page.locator("#receipt").set_input_files(made.receipts["en"] / "receipt.json")
    for key, holds in ((other, False), (made.vkey, True), ("nonsense", False)):
        page.locator("#vkey").fill(key)
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#checks .no")).to_have_count(0 if holds else 1)


def test_another_persons_file_is_found(made: Receipted, page: Page, tmp_path: Path):
    """The file of another receipt, and a bare record with one day changed."""
    opened(page, made)
    page.locator("#receipt").set_input_files(made.receipts["en"] / "receipt.json")
    page.locator("#own").set_input_files(made.receipts["de"] / "own.json")
    expect(page.locator("#checks")).to_contain_text("Your own file belongs to another receipt.")
    (tmp_path / "record.json").write_text(json.dumps(RECORD), "utf-8")
    page.locator("#own").set_input_files(tmp_path / "record.json")
    expect(page.locator("#checks")).to_contain_text("only your own file has what is needed")
    assert page.locator("#checks .no").count() == 0
    record = json.loads(json.dumps(RECORD))
    record["sources"]["bills"] = record["sources"]["bills"][:5]
    (tmp_path / "shorter.json").write_text(json.dumps(record), "utf-8")
    page.locator("#own").set_input_files(tmp_path / "shorter.json")
    expect(page.locator("#checks .no")).to_contain_text("these parts differ")


@pytest.mark.parametrize("way", ["plain", "without"])
def test_over_http_and_without_a_program_of_the_browser(made: Receipted, page: Page, way: str):
    """A server on this machine counts as safe, so there the browser checks too; without it, this page's own does."""
    server = make_server("127.0.0.1", 0, create_app(made.site, dict), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        if way == "without":
            page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
        page.goto(f"http://127.0.0.1:{server.server_port}/demo/en/verify.html")
        page.locator("#own").set_input_files(made.receipts["en"] / "own.json")
        page.locator("#receipt").set_input_files(made.receipts["en"] / "receipt.json")
        expect(page.locator("#verdict")).to_have_text(PASS["en"])
        twice = "also checked by the browser itself"
        assert (twice in page.locator("#checks").inner_text()) == (way == "plain")
    finally:
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "lang"),
    [*(("verify.html", lang) for lang in LANGUAGES), *(("log.html", lang) for lang in LANGUAGES), ("log/2.html", "de")],
)
def test_the_pages_are_for_everyone(made: Receipted, page: Page, name: str, lang: str):
    """With a result shown, narrow and wide, light and dark."""
    page.goto((made.site / "demo" / lang / name).as_uri())
    if name == "verify.html":
        page.locator("#own").set_input_files(made.receipts[lang] / "own.json")
        page.locator("#receipt").set_input_files(made.receipts[lang] / "receipt.json")
        expect(page.locator("#verdict")).to_have_text(PASS[lang])
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for width, theme in ((320, "light"), (390, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, width
        if width != 320:
            assert axe(page) == [], width
