"""A search engine finds every page where it is published, in the reader's language."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from engine.locate import policies_folder
from engine.rulebook import load_rulebook
from publisher import pages as p
from publisher.collect import collect
from publisher.sitemap import MOST, mapped
from tests.website import DAY, DEMO, pages

ADDRESS = "https://open-rulebook.example/"
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(scope="module")
def sitemap(site: Path) -> bytes:
    return (site / "sitemap.xml").read_bytes()


def locations(sitemap: bytes) -> list[str]:
    return [str(found.text) for found in etree.fromstring(sitemap).iterfind(".//s:loc", NS)]


def faults(sitemap: bytes) -> Iterator[str]:
    """What the protocol of sitemaps.org, and that of its alternates, do not allow."""
    if len(sitemap) > 50 * 1024 * 1024:
        yield "more than 50 MB"
    tree = etree.fromstring(sitemap)
    if tree.tag != f"{{{NS['s']}}}urlset":
        yield f"the root is {tree.tag}"
    found = locations(sitemap)
    if not 0 < len(found) <= 50_000:
        yield f"{len(found)} addresses"
    yield from (f"{where} is there twice" for where in set(found) if found.count(where) > 1)
    together: dict[str, set[tuple[str, str]]] = {}
    for url in tree:
        if [etree.QName(part).localname for part in url if etree.QName(part).namespace == NS["s"]] not in (
            ["loc"],
            ["loc", "lastmod"],
        ):
            yield f"parts of {url[0].text}"
        where = url.findtext("s:loc", "", NS)
        if urlsplit(where)[:2] != urlsplit(ADDRESS)[:2] or len(where) >= 2048 or not re.fullmatch(r"[!-~]+", where):
            yield f"{where} is no address on this host"
        if not re.fullmatch(r"(\d{4}-\d\d-\d\d)?", url.findtext("s:lastmod", "", NS)):
            yield f"day of {where}"
        together[where] = {(str(x.get("hreflang")), str(x.get("href"))) for x in url.iterfind("x:link", NS)}
    for where, others in together.items():
        to = {there for _, there in others}
        if others and (where not in to or len({lang for lang, _ in others}) != len(others)):
            yield f"{where} is not among its own languages"
        yield from (f"{there} does not lead back" for there in to if together.get(there) != others)


def test_it_is_a_sitemap(sitemap: bytes):
    assert list(faults(sitemap)) == []


SEEDED: dict[str, Callable[[str], str]] = {
    "another host": lambda text: text.replace(
        "https://open-rulebook.example/demo/en/index", "http://other.example/demo/en/index"
    ),
    "no host": lambda text: text.replace("<loc>https://open-rulebook.example/demo/en/score.html", "<loc>score.html"),
    "a language twice": lambda text: text.replace('hreflang="de"', 'hreflang="en"', 1),
    "a way that is one way": lambda text: re.sub(r'<xhtml:link rel="alternate" hreflang="de"[^>]*>', "", text, count=1),
    "a page twice": lambda text: re.sub(r"<url>.*?</url>", r"\g<0>\g<0>", text, count=1),
    "no day": lambda text: re.sub(r"<lastmod>.*?<", "<lastmod>yesterday<", text, count=1),
    "parts in another order": lambda text: re.sub(r"(<loc>.*?</loc>)(<lastmod>.*?</lastmod>)", r"\2\1", text, count=1),
    "another protocol": lambda text: text.replace("sitemap/0.9", "sitemap/0.8"),
    "nothing": lambda text: re.sub(r"<url>.*</url>", "", text, flags=re.DOTALL),
}


@pytest.mark.parametrize("fault", SEEDED.values(), ids=SEEDED)
def test_a_fault_would_be_found(sitemap: bytes, fault: Callable[[str], str]):
    """The checks can fail."""
    assert fault(sitemap.decode()) != sitemap.decode()
    assert list(faults(fault(sitemap.decode()).encode())) != []


def test_every_page_is_in_it_and_nothing_else(site: Path, sitemap: bytes):
    """A version that is no longer in force can be found for ever."""
    taken_along = {path for path, _ in pages(site) if path == "404.html" or path.endswith("/print.html")}
    there = {ADDRESS + path for path, _ in pages(site) if path not in taken_along}
    assert len(there) > 300
    assert set(locations(sitemap)) == there
    assert ADDRESS + "demo/en/rules/paid-on-time/1.0.0.html" in there


def test_a_version_is_dated_by_its_day(sitemap: bytes):
    """The day from which it is in force; what is not in force yet, and a proposal, has no day on which it changed."""
    days = {url.findtext("s:loc", "", NS): url.findtext("s:lastmod", None, NS) for url in etree.fromstring(sitemap)}
    demo = ADDRESS + "demo/en/rules/paid-on-time"
    assert days[f"{demo}.html"] == "2026-07-01"
    assert days[f"{demo}/1.0.0.html"] == "2026-01-01"
    assert days[f"{demo}/1.1.0.html"] == "2026-07-01"
    assert days[f"{demo}/drafts/2.0.0.html"] is None
    assert all(day is None or day <= DAY.isoformat() for day in days.values())


def test_a_large_site_has_an_index():
    """Files of a size that the protocol allows, and one that names them."""
    book = load_rulebook(DEMO)
    made = {
        str(page.path): page.content
        for page in mapped(collect([book], DAY), [book.about], DAY, most=50)
        if isinstance(page, p.File) and page.path.suffix == ".xml"
    }
    index = etree.fromstring(made.pop("sitemap.xml"))
    assert index.tag == f"{{{NS['s']}}}sitemapindex"
    assert [loc.text for loc in index.iterfind("s:sitemap/s:loc", NS)] == [ADDRESS + name for name in made]
    found = [where for part in made.values() for where in locations(part)]
    assert len(made) > 3
    assert all(0 < len(locations(part)) <= 50 for part in made.values())
    assert len(set(found)) == len(found)
    (whole,) = [
        page
        for page in mapped(collect([book], DAY), [book.about], DAY)
        if isinstance(page, p.File) and page.path.suffix == ".xml"
    ]
    assert sorted(found) == sorted(locations(whole.content))
    assert MOST <= 50_000


def test_what_is_published_elsewhere_is_not_in_it(tmp_path: Path):
    """A sitemap speaks for one host only: that of the first rulebook that names one."""
    shutil.copytree(DEMO, tmp_path / "demo")
    about = tmp_path / "demo" / "rulebook.yaml"
    about.write_text(about.read_text("utf-8").replace(ADDRESS, "https://rules.example.net/a/"), "utf-8")
    there, here = load_rulebook(tmp_path / "demo"), load_rulebook(policies_folder() / "fair-civic-trust")
    for books, host in (([there, here], "https://rules.example.net/a/"), ([here, there], ADDRESS)):
        *_, made = mapped(collect(books, DAY), [book.about for book in books], DAY)
        assert isinstance(made, p.File)
        found = [where.removeprefix(host).partition("/")[0] for where in locations(made.content)]
        assert set(found) == {"index.html", "reference", books[0].about.id}


# ------------------------------------------------------------------------------------------- what a page says of itself


def test_every_page_says_where_it_is_published_and_in_which_languages(site: Path):
    """One canonical address; every language, and the original for whoever reads none of them."""
    seen = 0
    for path, page in pages(site):
        rulebook, lang, *_ = [*path.split("/"), "", ""]
        if rulebook in {"index.html", "404.html", "reference"} or path.endswith("/print.html"):
            continue  # the print edition is a file to take along
        seen += 1
        assert page.xpath("//link[@rel='canonical']/@href") == [ADDRESS + path]
        languages = page.xpath("//ul[@class='tongues']//@lang")
        links = {link.get("hreflang"): link.get("href") for link in page.xpath("//link[@rel='alternate'][@hreflang]")}
        assert set(links) == (
            set() if re.search(r"/find/|/changes/[^/]+/[0-9]+\.html$", path) else {*languages, "x-default"}
        )
        if links:
            assert links["x-default"] == links[{"schufa-2026": "de"}.get(rulebook, "en")]
            assert (site / path).parent.joinpath(links[lang]).resolve() == (site / path).resolve()
        feeds = page.xpath("//link[@type='application/atom+xml']/@href")
        assert (site / path).parent.joinpath(feeds[0]).resolve() == site / rulebook / lang / "changes.atom"
    assert seen > 300


def test_a_policy_names_its_feed_and_its_data(site: Path):
    """A program finds the policy from its page."""
    rule = dict(pages(site / "demo" / "en" / "rules"))["paid-on-time.html"]
    links = [(link.get("type"), link.get("href")) for link in rule.xpath("//link[@rel='alternate'][@type]")]
    data = "../../data/rules/paid-on-time/1.1.0"
    assert links == [
        ("application/atom+xml", "../changes.atom"),
        ("application/atom+xml", "paid-on-time.atom"),
        ("application/yaml", f"{data}.yaml"),
        ("application/json", f"{data}.json"),
        ("application/ld+json", f"{data}.jsonld"),
    ]
    assert rule.xpath("//main//a[@href='paid-on-time.atom']")
