"""The website over HTTP, with the API beside it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from publisher.serve import create_app, fresh
from tests.website import DAY, DEMO


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "policies" / "demo")
    return tmp_path / "policies"


def text(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        return answer.text


@pytest.fixture
def client(policies: Path, tmp_path: Path) -> FlaskClient:
    rulebooks = fresh(policies, tmp_path / "site", lambda: DAY)
    rulebooks()
    return create_app(tmp_path / "site", rulebooks).test_client()


def test_pages_are_served_with_strict_headers(client: FlaskClient):
    """What the page asks of the browser, the server asks too."""
    for path, kind in (
        ("/", "text/html"),
        ("/demo/en/", "text/html"),
        ("/demo/zh-Hans/rules/paid-on-time.html", "text/html"),
        ("/assets/style.css", "text/css"),
        ("/demo/data/rulebook.yaml", "application/yaml"),
        ("/demo/data/rules/paid-on-time/1.0.0.json", "application/json"),
    ):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            assert answer.content_type.startswith(kind)
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in answer.headers


def test_a_folder_without_its_slash_is_sent_on(client: FlaskClient):
    """Otherwise every relative link on the page would be wrong."""
    answer = client.get("/demo/en")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/demo/en/")


@pytest.mark.parametrize(
    "path", ["/none.html", "/../policies/demo/rulebook.yaml", "/%2e%2e/x", "/.published.json", "/reference/../.x"]
)
def test_nothing_else_is_served(client: FlaskClient, path: str):
    """Neither files beside the site nor its own housekeeping."""
    assert client.get(path).status_code == 404


def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient):
    """The browser asks, and gets a short no."""
    with (
        client.get("/demo/en/") as first,
        client.get("/demo/en/", headers={"If-None-Match": first.headers["ETag"]}) as again,
    ):
        assert again.status_code == 304


def test_the_api_is_beside_the_site(client: FlaskClient):
    """One address for people and for programs."""
    assert client.get("/v1/rulebooks").get_json()["rulebooks"][0]["id"] == "demo"


def test_an_edited_policy_counts_at_once(client: FlaskClient, policies: Path):
    """The page and the engine never say different things."""
    rule = policies / "demo" / "rules" / "early-payer" / "1.0.0.yaml"
    rule.write_text(
        rule.read_text("utf-8").replace("Paying early helps everybody.", "Early money is good money."), "utf-8"
    )
    assert "Early money is good money." in text(client, "/demo/en/rules/early-payer.html")


def test_a_mistake_in_a_policy_does_not_take_the_site_down(client: FlaskClient, policies: Path):
    """What was there stays until the mistake is mended."""
    rule = policies / "demo" / "rules" / "early-payer" / "1.0.0.yaml"
    good = rule.read_text("utf-8")
    rule.write_text(re.sub("early-bills", "no-such-measure", good), "utf-8")
    assert "Paying early helps everybody." in text(client, "/demo/en/rules/early-payer.html")
    rule.write_text(good, "utf-8")
    os.utime(rule)
    assert "Paying early helps everybody." in text(client, "/demo/en/rules/early-payer.html")
