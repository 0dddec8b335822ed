"""The table by which changes are graded, as every website shows it."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from engine.edits import Grade
from engine.readings import prose
from engine.readings.change import REASONS
from engine.readings.prose.words import phrase
from engine.rulebook import load_rulebook
from publisher.about import about_pages
from publisher.collect import frame_of
from publisher.library import read_library
from publisher.render import render
from publisher.speech import Speaker
from tests.website import DAY, DEMO, words


def pages(lang: str) -> dict[str, Any]:
    """What a website says of itself, by address."""
    library = read_library(load_rulebook(DEMO), DAY)
    voice = Speaker(library.shown, lang, f"demo/{lang}/", anchors=True)
    made = render(about_pages(voice, frame_of(voice, library)))
    return {path.name: html.fromstring(content) for path, content in made}


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "de"])
def test_it_is_the_table_that_grades(lang: str):
    """Every reason once, under its grade, in the words with which a change gives it; the worst grade first."""
    page = pages(lang)["grades.html"]
    tables = page.xpath("//main//table")
    assert [words(one) for one in page.xpath("//main//h2")] == [phrase(lang, f"change.grade.{one}") for one in Grade]
    found = [
        {words(row.xpath("td[2]")[0]): words(row.xpath("td[1]")[0]) for row in table.xpath(".//tr[td]")}
        for table in tables
    ]
    assert found == [
        {reason: prose.because(reason, lang) for reason, given in REASONS.items() if given is grade} for grade in Grade
    ]


def test_each_reason_can_be_linked_to():
    """A change can name the row of the table that it was graded by."""
    page = pages("en")["grades.html"]
    assert set(REASONS) <= set(page.xpath("//tr/@id"))
    assert {str(grade) for grade in Grade} <= set(page.xpath("//h2/@id"))


def test_it_is_linked_from_what_the_website_says_of_itself():
    assert "grades.html" in pages("de")["about.html"].xpath("//main//a/@href")
