"""Who follows a rulebook learns of every change once, in any feed reader."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import pytest
import rnc2rng
from lxml import etree

from engine.rulebook import BadRulebook, load_rulebook
from publisher import feeds, pages
from publisher.collect import collect, frame_of
from publisher.feeds import Teller, changes_feeds
from publisher.library import Library, read_library
from publisher.publish import build
from publisher.serve import create_app
from publisher.speech import Speaker
from publisher.words import read_words, spoken
from tests.website import DAY, DEMO, publish_all

ATOM = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XHTML = "{http://www.w3.org/1999/xhtml}"
NAME = re.compile(r"tag:[a-z0-9.-]+\.[a-z]+,2026:[A-Za-z0-9/._~-]+")
"""A tag (RFC 4151) of the year in which names of this kind were first given."""
ADDRESS = "https://open-rulebook.example/"
TAG = "tag:open-rulebook.example,2026:"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_all(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def schema() -> etree.RelaxNG:
    """RFC 4287, appendix B; the empty prefix is one that the translation must not declare."""
    written = rnc2rng.dumps(rnc2rng.load(str(Path(__file__).parent / "atom.rnc")))
    return etree.RelaxNG(etree.fromstring(written.replace('xmlns:local=""', "").encode()))


def atoms(site: Path) -> Iterator[tuple[str, etree._Element]]:
    for file in sorted(site.rglob("*.atom")):
        yield file.relative_to(site).as_posix(), etree.fromstring(file.read_bytes())


def faults(schema: etree.RelaxNG, feed: etree._Element, path: str, there: Callable[[str], bool]) -> Iterator[str]:
    """What is wrong with a feed that lies at a path: by its form, and by what the form cannot say."""
    if not schema.validate(feed):
        yield f"form: {schema.error_log.last_error}"
    entries = feed.findall(f"{ATOM}entry")
    ids = [feed.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in entries)]
    yield from (f"id: {id_} is there twice" for id_ in set(ids) if ids.count(id_) > 1)
    yield from (f"id: {id_} is no name" for id_ in ids if not NAME.fullmatch(id_ or ""))
    times = [element.text or "" for element in feed.iter(f"{ATOM}updated")]
    yield from (f"updated: {time}" for time in times if not MOMENT.fullmatch(time))
    if len(times) != len(entries) + 1 or times[0] != max(times[1:]):
        yield "updated: not that of the newest entry"
    if times[1:] != sorted(times[1:], reverse=True):
        yield "updated: not the newest first"
    itself = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(itself) != 1 or urlsplit(itself[0]).path.lstrip("/") not in {path, path.rpartition("/")[2]}:
        yield f"self: {itself}"
    for at in (feed, *entries):
        ways = [
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang")) for link in at.findall(f"{ATOM}link")
        ]
        yield from (f"alternate: two are {way}" for way in set(ways) if way[0] == "alternate" and ways.count(way) > 1)
    yield from (f"entry: neither link nor content in {e.findtext(ATOM + 'id')}" for e in entries if not told(e))
    if feed.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        yield "author: nobody"
    for link in feed.iter(f"{ATOM}link"):
        to = urlsplit(link.get("href", "").replace(ADDRESS, "/".join(".." for _ in path.split("/")[1:]) + "/"))
        if not to.scheme and not there(normpath(join(dirname(path), to.path))):
            yield f"link: {link.get('href')} leads nowhere"
    if feed.get(LANG) != path.split("/")[1]:
        yield f"language: {feed.get(LANG)}"
    yield from (f"language: {at.tag} is in none" for at in feed.iter() if at.get(LANG) == "")
    yield from ("title: empty" for title in feed.iter(f"{ATOM}title") if not "".join(title.itertext()).strip())


def told(entry: etree._Element) -> bool:
    content = entry.find(f"{ATOM}content")
    linked = any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link"))
    return linked and content is not None and bool("".join(content.itertext()).strip())


def test_every_feed_is_valid(site: Path, schema: etree.RelaxNG):
    """By the schema of RFC 4287, and by what a reader of feeds stumbles over beyond it."""
    found = {path: list(faults(schema, feed, path, lambda to: (site / to).is_file())) for path, feed in atoms(site)}
    assert len(found) > 300
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def seeded() -> dict[str, Callable[[etree._Element], object]]:
    """A fault each, as hasty hands would make it."""

    def entry(feed: etree._Element, at: int = 0) -> etree._Element:
        return feed.findall(f"{ATOM}entry")[at]

    def text(name: str, words: str, at: int | None = None) -> Callable[[etree._Element], object]:
        def put(feed: etree._Element) -> None:
            (feed if at is None else entry(feed, at)).find(f"{ATOM}{name}").text = words

        return put

    def drop(name: str, at: int | None = None) -> Callable[[etree._Element], object]:
        def cut(feed: etree._Element) -> None:
            where = feed if at is None else entry(feed, at)
            where.remove(where.find(f"{ATOM}{name}"))

        return cut

    def link(feed: etree._Element, **given: str) -> etree._Element:
        return etree.SubElement(feed, f"{ATOM}link", given)

    def first(feed: etree._Element, rel: str) -> etree._Element:
        return next(each for each in feed.iter(f"{ATOM}link") if each.get("rel") == rel)

    return {
        "an id twice": lambda feed: feed.append(copy.deepcopy(entry(feed, -1))),
        "an id that is no name": text("id", "demo/changes"),
        "a name of next year": text("id", "tag:open-rulebook.example,2027:demo/rule/late/1.0.0", 0),
        "no id": drop("id", 0),
        "no date": drop("updated", 0),
        "a date without a time": text("updated", "2026-01-01", 0),
        "a date that is none": text("updated", "2026-13-01T00:00:00Z", 0),
        "a feed older than its entries": text("updated", "2020-01-01T00:00:00Z"),
        "entries in no order": lambda feed: feed.insert(len(feed) - 1, entry(feed)),
        "no title": drop("title", 0),
        "an empty title": text("title", " ", 0),
        "nobody speaks": drop("author"),
        "no link to itself": lambda feed: feed.remove(first(feed, "self")),
        "a link to something else as itself": lambda feed: first(feed, "self").set("href", "https://a.example/b.atom"),
        "a dead link": lambda feed: first(entry(feed), "alternate").set("href", "rules/none.html"),
        "a link without an address": lambda feed: first(entry(feed), "alternate").attrib.pop("href"),
        "the same link twice": lambda feed: entry(feed).append(copy.deepcopy(first(entry(feed), "alternate"))),
        "nothing told": drop("content", 0),
        "no language": lambda feed: feed.attrib.pop(LANG),
        "another language": lambda feed: feed.set(LANG, "fr"),
        "a type that is none": lambda feed: first(entry(feed), "alternate").set("type", "html"),
        "markup that is not XHTML": lambda feed: setattr(entry(feed).find(f"{ATOM}content")[0], "tag", "div"),
        "content said to be text": lambda feed: entry(feed).find(f"{ATOM}content").set("type", "text"),
        "an element nobody knows": lambda feed: etree.SubElement(entry(feed), f"{ATOM}pubDate"),
        "a link in no known place": lambda feed: link(feed, rel="alternate", href="none.html", type="text/html"),
    }


@pytest.mark.parametrize("fault", seeded().values(), ids=seeded())
def test_a_fault_would_be_found(site: Path, schema: etree.RelaxNG, fault: Callable[[etree._Element], object]):
    """The checks can fail."""
    path = "demo/en/changes.atom"
    feed = etree.fromstring((site / path).read_bytes())
    assert list(faults(schema, feed, path, lambda to: (site / to).is_file())) == []
    fault(feed)
    assert list(faults(schema, feed, path, lambda to: (site / to).is_file())) != []


# ------------------------------------------------------------------------------------------------------ what they tell


def names(feed: etree._Element) -> list[str]:
    return [entry.findtext(f"{ATOM}id") or "" for entry in feed.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "de"])
def test_all_changes_are_in_one_feed_and_those_of_a_policy_in_its_own(site: Path, lang: str):
    """Nothing is changed in silence, in no language; the same change has the same name wherever it is told."""
    shelf = load_rulebook(DEMO).shelf

    def name(data: dict[str, str], draft: str = "") -> str:
        return f"{TAG}demo/{data['kind']}/{data['id']}/{draft}{data['version']}"

    versions = {name(document.data) for document in shelf.policies}
    drafts = {name(document.data, "drafts/") for document in shelf.drafts}
    whole = etree.fromstring((site / f"demo/{lang}/changes.atom").read_bytes())
    assert whole.findtext(f"{ATOM}id") == f"{TAG}demo/{lang}/changes"
    assert drafts
    assert sorted(names(whole)) == sorted(versions | drafts)
    own = [etree.fromstring(file.read_bytes()) for file in (site / "demo" / lang).glob("*/*.atom")]
    assert sorted(id_ for feed in own for id_ in names(feed)) == sorted(versions)
    rule = etree.fromstring((site / f"demo/{lang}/rules/paid-on-time.atom").read_bytes())
    told = {"kind": "rule", "id": "paid-on-time"}
    assert names(rule) == [name({**told, "version": version}) for version in ("1.1.0", "1.0.0")]


def test_an_entry_says_what_changed_and_why(site: Path):
    """Without opening the page."""
    feed = etree.fromstring((site / "demo/de/rules/paid-on-time.atom").read_bytes())
    entry = feed.findall(f"{ATOM}entry")[0]
    assert entry.findtext(f"{ATOM}updated") == "2026-07-01T00:00:00Z"
    assert (entry.findtext(f"{ATOM}title") or "").endswith(" · Fassung 1.1.0")
    lines = [line.text for line in entry.iter(f"{XHTML}p")]
    assert lines[0] == "Geändert"
    assert lines[2] == "Gilt ab 1. Juli 2026"
    assert [link.get("href") for link in entry.findall(f"{ATOM}link")] == [
        f"{ADDRESS}demo/de/rules/paid-on-time/1.1.0.html",
        f"{ADDRESS}demo/data/rules/paid-on-time/1.1.0.yaml",
    ]
    draft = etree.fromstring((site / "demo/en/changes.atom").read_bytes()).findall(f"{ATOM}entry")[0]
    assert (draft.findtext(f"{ATOM}title") or "").endswith("Version 2.0.0 · Proposal")
    assert "Comments until 30 September 2027" in [line.text for line in draft.iter(f"{XHTML}p")]


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 12, 15), date(2027, 5, 1)])
def test_nothing_is_told_before_its_day(today: date):
    """A version that comes into force next year is news of today, and its day stands in the text."""
    library = read_library(load_rulebook("fair-civic-trust"), today)
    days = [
        element.text[:10] for file in of(library) for element in etree.fromstring(file.content).iter(f"{ATOM}updated")
    ]
    assert days
    assert max(days) <= today.isoformat()


def test_what_is_in_the_log_was_told_on_the_day_it_was_promulgated():
    """Whenever it comes into force, and whenever the website is made."""
    library = read_library(load_rulebook(DEMO), DAY)
    rule = next(each for each in library.versions["rule", "paid-on-time"] if each.version == "1.1.0")
    library = replace(library, published={rule.document.file: date(2026, 5, 4)})
    feed = next(file for file in of(library) if str(file.path) == "demo/en/rules/paid-on-time.atom")
    entry = next(
        entry
        for entry in etree.fromstring(feed.content).findall(f"{ATOM}entry")
        if (entry.findtext(f"{ATOM}title") or "").endswith("Version 1.1.0")
    )
    assert entry.findtext(f"{ATOM}updated") == "2026-05-04T00:00:00Z"


def test_an_older_policy_leaves_the_names_of_the_others_alone(tmp_path: Path):
    """Otherwise every reader would be told everything again."""
    before = names(etree.fromstring(next(iter(of(read_library(load_rulebook(DEMO), DAY)))).content))
    book = demo_in(tmp_path, str)
    friends = (book / "exclusions" / "friends" / "1.0.0.yaml").read_text("utf-8")
    older = re.sub(r"from: \d{4}", "from: 2019", friends.replace("id: friends", "id: older"))
    (book / "exclusions" / "older").mkdir()
    (book / "exclusions" / "older" / "1.0.0.yaml").write_text(older, "utf-8")
    after = names(etree.fromstring(next(iter(of(read_library(load_rulebook(book), DAY)))).content))
    assert len(after) == len(before) + 1
    assert set(before) < set(after)


def of(library: Library) -> Iterator[pages.File]:
    """The feeds in English."""
    speaker = Speaker(library.shown, "en", f"{library.rulebook.about.id}/en/", anchors=True)
    return feeds.feeds(speaker, frame_of(speaker, library), library)


def demo_in(folder: Path, change: Callable[[str], str]) -> Path:
    copied = folder / "demo"
    shutil.copytree(DEMO, copied)
    about = copied / "rulebook.yaml"
    about.write_text(change(about.read_text("utf-8")), "utf-8")
    return copied


def test_a_rulebook_without_an_address_has_feeds_too(tmp_path: Path, schema: etree.RelaxNG):
    """Names are under a host that nobody can own; what needs an address is left out and nothing is invented."""
    book = demo_in(tmp_path, lambda text: text.replace("address: https://open-rulebook.example/\n", ""))
    site = tmp_path / "site"
    build([load_rulebook(book)], site, DAY)
    for path, feed in atoms(site):
        assert list(faults(schema, feed, path, lambda to: (site / to).is_file())) == []
        assert not any(urlsplit(link.get("href")).scheme for link in feed.iter(f"{ATOM}link"))
    assert not (site / "sitemap.xml").exists()
    assert "canonical" not in (site / "demo/en/index.html").read_text("utf-8")


def test_hostile_text_stays_text(tmp_path: Path, schema: etree.RelaxNG):
    """A title is words, in a feed too."""
    evil = "</title><script>alert(1)</script>&amp; ]]> <!--"
    titled = f'title: {{en: "{evil}"}}\n'
    book = demo_in(tmp_path, lambda text: re.sub(r"title:.*?\n(?=\w)", titled, text, count=1, flags=re.DOTALL))
    found = {str(page.path): page for page in collect([load_rulebook(book)], DAY) if isinstance(page, pages.File)}
    feed = etree.fromstring(found["demo/en/changes.atom"].content)
    assert feed.findtext(f"{ATOM}title") == f"{evil} · Changes"
    assert schema.validate(feed)
    german = etree.fromstring(found["demo/de/changes.atom"].content)
    assert german.find(f"{ATOM}title").get(LANG) == "en"


# ------------------------------------------------------------------------------------------------------------ archives


@pytest.mark.parametrize("most", [1, 7, 40, 1000])
def test_archives_and_feed_together_have_every_version(most: int, schema: etree.RelaxNG):
    """A reader that was away for a year misses nothing (RFC 5005), and an archive never changes."""
    library = read_library(load_rulebook(DEMO), date(2026, 12, 15))
    speaker = Speaker(library.shown, "en", "demo/en/", anchors=True)
    teller = Teller(speaker, frame_of(speaker, library), library, read_words(spoken("en")))
    made = {str(file.path): etree.fromstring(file.content) for file in changes_feeds(teller, most)}
    versions = sum(map(len, library.versions.values()))
    path, seen, walked = "demo/en/changes.atom", set(), []
    while path:
        feed = made[path]
        assert schema.validate(feed)
        ways = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        archive = feed.find(f"{FH}archive") is not None
        assert archive == (path != "demo/en/changes.atom") == ("current" in ways)
        assert not archive or len(names(feed)) == most
        seen |= set(names(feed))
        walked.append(path)
        path = ways["prev-archive"].removeprefix(ADDRESS) if "prev-archive" in ways else ""
    assert set(walked) == set(made)
    assert len(walked) == (1 if versions <= most else 1 + versions // most)
    assert len(seen) == versions + len(library.rulebook.shelf.drafts)
    assert feeds.MOST == 100


# ------------------------------------------------------------------------------------------------ where it is published


@pytest.mark.parametrize(
    "address",
    [
        "http://rules.example.org/",
        "https://rules.example.org",
        "https://localhost/",
        "https://rules.example.org/../",
        "https://rules.example.org/?a=1/",
        "https://a:b@rules.example.org/",
        "https://Rules.example.org/",
        "https://-.example.org/",
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str):
    """It becomes part of names that never change, so a slip is found before the first of them is given."""
    book = demo_in(tmp_path, lambda text: text.replace("https://open-rulebook.example/", address))
    with pytest.raises(BadRulebook) as found:
        load_rulebook(book)
    (problem,) = found.value.problems
    assert (problem.code, problem.where.file) == ("pattern", "demo/rulebook.yaml")
    assert "an address that begins with `https://` and ends with `/`" in problem.sentence


def test_a_feed_is_served_as_a_feed(site: Path):
    """A browser or a reader knows what it is without looking inside."""
    client = create_app(site, dict).test_client()
    types = {
        "demo/en/changes.atom": "application/atom+xml",
        "demo/data/rules/paid-on-time/1.1.0.jsonld": "application/ld+json",
        "sitemap.xml": "application/xml",
    }
    for path, type_ in types.items():
        with client.get(f"/{path}") as answer:
            assert (answer.status_code, answer.mimetype) == (200, type_)
