"""The website over HTTP, with the API beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from publisher.locate import site_folder
from publisher.serve import create_app, forget, fresh
from tests.website import DAY, DEMO


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "policies" / "demo")
    return tmp_path / "policies"


def text(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        return answer.text


def status(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


@pytest.fixture
def client(policies: Path, tmp_path: Path) -> FlaskClient:
    rulebooks = fresh(policies, tmp_path / "site", lambda: DAY)
    rulebooks()
    return create_app(tmp_path / "site", rulebooks).test_client()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Of a website that nobody edits, so that it need not be made for every test."""
    base = tmp_path_factory.mktemp("reader")
    shutil.copytree(DEMO, base / "policies" / "demo")
    rulebooks = fresh(base / "policies", base / "site", lambda: DAY)
    rulebooks()
    return create_app(base / "site", rulebooks).test_client()


def test_pages_are_served_with_strict_headers(reader: FlaskClient):
    """What the page asks of the browser, the server asks too."""
    for path, kind in (
        ("/", "text/html"),
        ("/demo/en/", "text/html"),
        ("/demo/zh-Hans/rules/paid-on-time.html", "text/html"),
        ("/assets/style.css", "text/css"),
        ("/demo/data/rulebook.yaml", "application/yaml"),
        ("/demo/data/rules/paid-on-time/1.0.0.json", "application/json"),
    ):
        with reader.get(path) as answer:
            assert answer.status_code == 200, path
            assert answer.content_type.startswith(kind)
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in answer.headers


def test_a_folder_without_its_slash_is_sent_on(reader: FlaskClient):
    """Otherwise every relative link on the page would be wrong."""
    answer = reader.get("/demo/en")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/demo/en/")


@pytest.mark.parametrize(
    "path", ["/none.html", "/../policies/demo/rulebook.yaml", "/%2e%2e/x", "/.published.json", "/reference/../.x"]
)
def test_nothing_else_is_served(reader: FlaskClient, path: str):
    """Neither files beside the site nor its own housekeeping."""
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/none.html", "/demo/fr/", "/" + "a" * 5000, "/demo/en/rules/" + "b" * 300 + ".html"])
def test_where_nothing_is_every_language_is_spoken(reader: FlaskClient, path: str):
    """With a way into the rulebook, in the style of the others."""
    with reader.get(path) as answer:
        assert answer.status_code == 404
        assert answer.content_type == "text/html; charset=utf-8"
        page = html.fromstring(answer.data)
    assert page.xpath("//main//section/@lang") == ["en", "zh-Hans", "de"]
    assert [title.text for title in page.xpath("//main//h1 | //main//h2")] == [
        "This page does not exist.",
        "没有这个页面。",
        "Diese Seite gibt es nicht.",
    ]
    for link in [*page.xpath("//main//a/@href"), *page.xpath("//link[@rel='stylesheet']/@href")]:
        assert status(reader, link) == 200


def test_what_cannot_be_asked_is_said_in_every_language_too(reader: FlaskClient):
    with reader.post("/demo/en/") as answer:
        assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)
        assert "Diese Anfrage kann nicht beantwortet werden." in answer.text
    with reader.get("/demo/en/", headers={"Range": "bytes=900000-"}) as answer:
        assert answer.status_code == 416
        assert "无法处理这个请求。" in answer.text
    with reader.get("/v1/none") as answer:
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_mistake_of_the_server_is_no_traceback(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("publisher.serve.send_from_directory", broken)
    with client.get("/demo/en/index.html") as answer:
        assert answer.status_code == 500
        assert "Please try again later." in answer.text
        assert "secret" not in answer.text


def test_the_file_for_other_servers_starts_from_where_the_website_is(client: FlaskClient, tmp_path: Path):
    """They serve it at any address, where a relative link would lead anywhere."""
    page = html.fromstring((tmp_path / "site" / "404.html").read_bytes())
    assert page.xpath("//base/@href") == ["/"]
    for link in page.xpath("//a/@href | //link/@href"):
        assert not link.startswith(("/", "#", ".", "http"))
        assert status(client, f"/{link}") == 200


def test_a_policy_called_print_is_a_page_like_others(client: FlaskClient, tmp_path: Path):
    """Only the edition for paper brings a style along."""
    (tmp_path / "site" / "demo" / "en" / "rules" / "print.html").write_text("x", "utf-8")
    for path, strict in (("/demo/en/rules/print.html", True), ("/demo/en/print.html", False)):
        with client.get(path) as answer:
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'") == strict


def test_a_deleted_policy_leaves_the_sitemap(client: FlaskClient, policies: Path):
    assert "/demo/en/exclusions/friends.html" in text(client, "/sitemap.xml")
    shutil.rmtree(policies / "demo" / "exclusions" / "friends")
    found = text(client, "/sitemap.xml")
    assert "/demo/en/index.html" in found
    assert "/demo/en/exclusions/friends.html" not in found


def test_a_folder_that_has_become_empty_does_not_empty_the_website(client: FlaskClient, policies: Path, tmp_path: Path):
    shutil.rmtree(policies / "demo")
    with client.get("/demo/en/") as answer:
        assert answer.status_code == 503
        assert "There is no rulebook in" in answer.text
    assert (tmp_path / "site" / "demo" / "en" / "index.html").is_file()


def test_a_page_that_did_not_change_is_not_sent_again(reader: FlaskClient):
    """The browser asks, and gets a short no."""
    with (
        reader.get("/demo/en/") as first,
        reader.get("/demo/en/", headers={"If-None-Match": first.headers["ETag"]}) as again,
    ):
        assert again.status_code == 304


def test_the_api_is_beside_the_site(reader: FlaskClient):
    """One address for people and for programs."""
    assert reader.get("/v1/rulebooks").get_json()["rulebooks"][0]["id"] == "demo"


def test_an_edited_policy_counts_at_once(client: FlaskClient, policies: Path):
    """The page and the engine never say different things."""
    rule = policies / "demo" / "rules" / "early-payer" / "1.0.0.yaml"
    rule.write_text(
        rule.read_text("utf-8").replace("Paying early helps everybody.", "Early money is good money."), "utf-8"
    )
    assert "Early money is good money." in text(client, "/demo/en/rules/early-payer.html")


RULE = "demo/rules/early-payer/1.0.0.yaml"


def spoil(policies: Path, old: str, new: str) -> str:
    """Writes a mistake into a rule, and says what was there."""
    good = (policies / RULE).read_text("utf-8")
    assert old in good
    (policies / RULE).write_text(good.replace(old, new), "utf-8")
    return good


def test_a_mistake_is_shown_on_every_page_until_it_is_mended(client: FlaskClient, policies: Path):
    """Whoever edits sees the line that is wrong, not the page as it was before."""
    good = spoil(policies, "early-bills", "erly-bills")
    for path in ("/", "/demo/en/rules/early-payer.html", "/demo/de/score.html", "/demo/zh-Hans/"):
        with client.get(path) as answer:
            assert answer.status_code == 503
            assert answer.content_type == "text/html; charset=utf-8"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Refresh"] == "3"
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            page = html.fromstring(answer.data)
    assert not page.xpath("//script")
    assert "erly-bills" in page.xpath("string(//mark)")
    assert f"{RULE}:" in page.xpath("string(//main)")
    assert "did you mean" in page.xpath("string(//main)").lower()
    assert status(client, page.xpath("string(//link[@rel='stylesheet']/@href)")) == 200
    (policies / RULE).write_text(good, "utf-8")
    assert "Paying early helps everybody." in text(client, "/demo/en/rules/early-payer.html")


def test_everything_that_is_wrong_is_said_at_once(client: FlaskClient, policies: Path):
    """In all rulebooks, so that nobody mends one mistake after the other."""
    shutil.copytree(policies / "demo", policies / "other")
    about = policies / "other" / "rulebook.yaml"
    about.write_text(about.read_text("utf-8").replace("id: demo", "id: other"), "utf-8")
    spoil(policies, "early-bills", "erly-bills")
    (policies / "other" / "rules" / "early-payer" / "1.0.0.yaml").write_text("kind: [", "utf-8")
    found = text(client, "/demo/en/")
    assert f"{RULE}:" in found
    assert "other/rules/early-payer/1.0.0.yaml:" in found


def test_what_stands_in_a_policy_is_only_text(client: FlaskClient, policies: Path):
    """The line that is shown may hold anything."""
    spoil(policies, "early-bills", "<script>alert(1)</script>\u202e{{ 7 * 7 }}")
    with client.get("/demo/en/") as answer:
        assert answer.status_code == 503
        assert b"<script" not in answer.data
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
        assert "\u202e" not in answer.text
        assert "{{ 7 * 7 }}" in answer.text


def test_a_program_gets_a_problem_document(client: FlaskClient, policies: Path):
    """The API does not go on deciding with rules that are no longer there."""
    spoil(policies, "early-bills", "erly-bills")
    with client.post("/v1/rulebooks/demo/evaluate", json={}) as answer:
        assert answer.status_code == 503
        assert answer.content_type == "application/problem+json"
        assert answer.headers["Retry-After"] == "3"
        found = answer.get_json()
    assert (found["status"], found["title"]) == (503, "Service Unavailable")
    assert found["problems"][0]["where"].startswith(RULE)


@pytest.fixture
def own_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The templates and words in a copy that may be spoiled."""
    shutil.copytree(site_folder(), tmp_path / "own")
    for module in ("serve", "trouble", "templates", "words", "collect"):
        monkeypatch.setattr(f"publisher.{module}.site_folder", lambda: tmp_path / "own")
    forget()
    yield tmp_path / "own"
    forget()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("templates/rule.html", "{% endblock %}", "{% endblok %}", "endblok"),
        ("templates/policy.html", "page.head.summary", "page.head.sumary", "sumary"),
        ("templates/rule.html", "_('", "_('Brand-new: ", "does not say: Brand-new: "),
        ("templates/base.html", "page.frame", "pag.frame", "pag"),
    ],
)
def test_a_broken_template_is_shown_without_a_traceback(
    own_site: Path, client: FlaskClient, file: str, old: str, new: str, said: str
):
    """Where it is and what it is; the rest is for the terminal. It is read again when it is mended."""
    assert status(client, "/demo/en/") == 200
    good = (own_site / file).read_text("utf-8")
    assert old in good
    (own_site / file).write_text(good.replace(old, new), "utf-8")
    with client.get("/demo/en/") as answer:
        assert answer.status_code == 503
        assert said in answer.text
        assert "Traceback" not in answer.text
        assert 'File "' not in answer.text
        assert f"site/{file}" in answer.text or "does not say" in said
    (own_site / file).write_text(good, "utf-8")
    assert status(client, "/demo/en/") == 200


def test_only_the_rulebook_that_changed_is_made_again(client: FlaskClient, policies: Path, tmp_path: Path):
    """Saving shows its result at once, however many rulebooks lie beside it."""
    shutil.copytree(policies / "demo", policies / "other")
    about = policies / "other" / "rulebook.yaml"
    about.write_text(about.read_text("utf-8").replace("id: demo", "id: other"), "utf-8")
    assert status(client, "/other/en/") == 200
    page = tmp_path / "site" / "other" / "en" / "index.html"
    page.write_text("left alone", "utf-8")
    spoil(policies, "Paying early helps everybody.", "Early money is good money.")
    assert "Early money is good money." in text(client, "/demo/en/rules/early-payer.html")
    assert text(client, "/other/en/") == "left alone"
