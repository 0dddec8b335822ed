"""The changes of a rulebook: every version of every policy, by the day it came into force."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from engine.rulebook import load_rulebook
from publisher import history
from publisher.collect import draft_page, frame_of
from publisher.library import Library, read_library
from publisher.render import render
from publisher.speech import Speaker
from tests.website import DAY, DEMO, words

BOOKS = [DEMO, "fair-civic-trust", "schufa-2026"]


def made(book: Any, day: date = DAY, lang: str = "en") -> tuple[Library, dict[str, Any]]:
    """The pages of changes by address."""
    library = read_library(load_rulebook(book), day)
    voice = Speaker(library.shown, lang, f"{library.rulebook.about.id}/{lang}/", anchors=True)
    rendered = render(history.history_pages(voice, frame_of(voice, library), library))
    return library, {path.as_posix().partition(f"/{lang}/")[2]: html.fromstring(content) for path, content in rendered}


def entries(page: Any) -> list[tuple[str, str]]:
    """The changes on a page: where each leads, and what it says."""
    return [(str(one.xpath(".//a/@href")[0]), words(one)) for one in page.xpath("//ul[@class='log']/li")]


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_every_version_is_on_the_page_of_its_day(book: Any):
    """Nothing that was ever published is left out of the history, and nothing stands in it twice."""
    library, pages = made(book)
    days: dict[str, list[str]] = {}
    for path, page in pages.items():
        if match := re.fullmatch(r"history/(\d{4}-\d\d-\d\d)(-\d+)?\.html", path):
            began = [link for link, said in entries(page) if "No longer in force" not in said]
            days.setdefault(match[1], []).extend(began)
    wanted: dict[str, list[str]] = {}
    for (kind, id_), versions in library.versions.items():
        for version in versions:
            page = f"{id_}/{version.version}" if version.edition else id_
            wanted.setdefault(version.from_.isoformat(), []).append(f"../{kind}s/{page}.html")
    found = {day: sorted(links) for day, links in days.items() if links}
    assert found == {day: sorted(links) for day, links in wanted.items()}


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_the_first_edition_is_counted_by_kind(book: Any):
    """Fifty lines that all say *new* would hide the rest; the numbers are those of the edition."""
    library, pages = made(book, date(2026, 12, 1))
    first = pages["history.html"].xpath("//h3[last()]/following-sibling::ul[1]/li")
    said = {one.xpath("a/@href")[0]: int(re.findall(r"\d+$", words(one))[0]) for one in first}
    policies = [key for key, versions in library.versions.items() if versions[0].from_ == library.first]
    kinds = [kind for kind, _ in policies]
    assert said == {
        ("score.html" if kind == "score" else f"{kind}s/index.html"): kinds.count(kind) for kind in dict.fromkeys(kinds)
    }


def test_what_is_to_come_comes_next_first():
    """Who asks what will change reads the nearest day first; what was, newest first."""
    _, pages = made("fair-civic-trust")
    page = pages["history.html"]
    said = [words(heading) for heading in page.xpath("//h2 | //h3")]
    assert said == [
        "Open for comment",
        "Changes to come",
        "Edition of 1 February 2027",
        "Edition of 1 April 2027",
        "Up to now",
        "Edition of 1 December 2026",
    ]
    _, pages = made("fair-civic-trust", date(2027, 5, 1))
    said = [words(heading) for heading in pages["history.html"].xpath("//h2 | //h3")]
    assert said[1:] == [
        "Up to now",
        "Edition of 1 April 2027",
        "Edition of 1 February 2027",
        "Edition of 1 December 2026",
    ]


@pytest.mark.parametrize(
    ("day", "section"), [(date(2027, 6, 30), "Open for comment"), (date(2027, 7, 1), "Closed for comment")]
)
def test_a_proposal_says_until_when_it_is_open_for_comment(day: date, section: str):
    """After that day it is with the others that are closed, and nobody is asked for comments any more."""
    _, pages = made("fair-civic-trust", day)
    (heading,) = (one for one in pages["history.html"].xpath("//h2") if "for comment" in words(one))
    assert words(heading) == section
    proposals = heading.xpath("following-sibling::ul[1]/li")
    assert len(proposals) == 3
    assert all("Comments until 30 June 2027" in words(one) for one in proposals)
    asked = "Say what you think of them" in words(heading.xpath("following-sibling::p[1]")[0])
    assert asked is (section == "Open for comment")


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2027, 6, 30), "Proposal, open for comment"), (date(2027, 7, 1), "Proposal, closed for comment")],
)
def test_the_page_of_a_proposal_asks_for_comments_while_it_is_open(day: date, status: str):
    library = read_library(load_rulebook("fair-civic-trust"), day)
    voice = Speaker(library.shown, "en", "fair-civic-trust/en/", anchors=True)
    frame = frame_of(voice, library)
    for document in library.rulebook.shelf.drafts:
        ((_, content),) = render([draft_page(voice, frame, library, document)])
        said = words(html.fromstring(content))
        assert status in said
        assert "Comments until 30 June 2027" in said
        assert ("Say what you think of it" in said) is ("open" in status)


def test_a_proposal_is_open_for_comment_and_counts_nowhere():
    """A draft is in the list of proposals, and in no edition."""
    _, pages = made("fair-civic-trust")
    proposals = [link for link, _ in entries(pages["history.html"]) if "/drafts/" in link]
    assert len(proposals) == 3
    assert not any(
        "/drafts/" in link for path, page in pages.items() if path != "history.html" for link, _ in entries(page)
    )


def test_a_policy_that_ends_is_a_change_too(tmp_path: Path):
    """When nothing follows, the day after the last is in the history."""
    book = tmp_path / "demo"
    shutil.copytree(DEMO, book)
    file = book / "exclusions" / "employment" / "1.0.0.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2026-10-31}"), "utf-8")
    _, pages = made(book)
    ((link, said),) = entries(pages["history/2026-11-01.html"])
    assert (link, "No longer in force" in said) == ("../exclusions/employment/1.0.0.html", True)


def test_editions_lead_to_each_other():
    """One can walk through time in both directions."""
    _, pages = made("fair-civic-trust")
    middle = pages["history/2027-02-01.html"].xpath("//div[starts-with(@class, 'status')]//a/@href")
    assert middle == ["2026-12-01.html", "2027-04-01.html"]
    assert state(pages["history/2027-02-01.html"]).startswith("Comes into force on 1 February 2027, not before")
    assert state(pages["history/2026-12-01.html"]) == "In force from 1 December 2026 to 31 January 2027"


def state(page: Any) -> str:
    return words(page.xpath("//div[starts-with(@class, 'status')]/b")[0])


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "Comes into force on 1 December 2026, not before"),
        (date(2027, 1, 31), "In force from 1 December 2026 to 31 January 2027"),
        (date(2027, 2, 1), "No longer in force: from 1 December 2026 to 31 January 2027"),
    ],
)
def test_no_edition_is_called_in_force_before_its_day_or_after_its_last(day: date, said: str):
    """A page says from when to when, so that it stays true when nobody makes it again."""
    _, pages = made("fair-civic-trust", day)
    assert state(pages["history/2026-12-01.html"]).startswith(said)
    banner = words(pages["history.html"].xpath("//aside")[0])
    assert ("This edition: Comes into force on 1 December 2026" in banner) is (day < date(2026, 12, 1))
    headings = [words(heading) for heading in pages["history.html"].xpath("//h2")]
    assert ("Up to now" in headings) is (day >= date(2026, 12, 1))


def test_a_rulebook_that_has_ended_says_so(tmp_path: Path):
    """Its pages stay, on all of them stands that it is over, and its end is nothing that is still to come."""
    book = tmp_path / "demo"
    shutil.copytree(DEMO, book)
    shutil.rmtree(book / "drafts", ignore_errors=True)
    for file in list(book.glob("*/*/*.yaml")):
        if file.stem != "1.0.0":
            file.unlink()
    for file in book.glob("*/*/*.yaml"):
        text = file.read_text("utf-8")
        ended = re.sub(r"in_force: \{from: ([\d-]+).*\}", r"in_force: {from: \1, until: 2026-06-30}", text)
        file.write_text(ended, "utf-8")
    _, pages = made(book, date(2026, 11, 23))
    said = "No longer in force: from 1 January 2026 to 30 June 2026"
    assert state(pages["history/2026-01-01.html"]) == said
    page = pages["history.html"]
    assert said in words(page.xpath("//aside")[0])
    assert said in words(page.xpath("//footer")[0])
    assert "Changes to come" not in [words(heading) for heading in page.xpath("//h2")]
    assert [words(heading) for heading in page.xpath("//h3")] == ["Edition of 1 July 2026", "Edition of 1 January 2026"]


def test_much_at_once_is_in_parts():
    """An edition of many changes has several pages, each of which leads to the others."""
    _, pages = made("schufa-2026")
    parts = [path for path in pages if path.startswith("history/2026-03-17")]
    assert len(parts) == 4
    for path in parts:
        others = [f"history/{link}" for link in pages[path].xpath("//nav[@aria-label='Parts']//a/@href")]
        assert sorted([*others, path]) == sorted(parts)
        assert len(entries(pages[path])) <= history.ON_A_PAGE


def test_what_is_not_written_out_is_counted(monkeypatch: pytest.MonkeyPatch):
    """The page of all changes stays short, and every edition keeps its own."""
    monkeypatch.setattr(history, "IN_FULL", 1)
    _, pages = made("fair-civic-trust", date(2027, 5, 1))
    page = pages["history.html"]
    written = [link for link, _ in entries(page) if "/drafts/" not in link]
    assert len(written) == 1
    assert "history/2027-04-01.html" in page.xpath("//h3/a/@href")


def test_the_pages_of_changes_are_pages_of_the_book():
    """They are marked in the navigation and lead to the feed."""
    _, pages = made("fair-civic-trust", lang="zh-Hans")
    page = pages["history.html"]
    assert [words(each) for each in page.xpath("//div[@class='nav']//a[@aria-current='page']")] == ["变更"]
    assert "changes.atom" in page.xpath("//main//a/@href")
