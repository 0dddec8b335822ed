"""The glossary, and what the website says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html

import engine
from engine.operators import OPERATORS, agreement
from engine.readings.prose.words import languages, rows
from engine.rulebook import edition, load_rulebook
from publisher import about, glossary
from publisher.collect import frame_of
from publisher.library import read_library
from publisher.render import environment, render
from publisher.speech import Speaker
from tests.website import DAY, DEMO, words

BOOKS = [(DEMO, "de"), (DEMO, "zh-Hans"), ("fair-civic-trust", "en"), ("schufa-2026", "de")]


def speaker(book: Any, lang: str) -> Speaker:
    found = edition(load_rulebook(book), DAY)
    assert found is not None
    return Speaker(found, lang, f"{found.about.id}/{lang}/", anchors=True)


def pages(book: Any, lang: str) -> dict[str, Any]:
    """The pages by address within the language."""
    voice = speaker(book, lang)
    frame = frame_of(voice, read_library(load_rulebook(book), DAY))
    made = render([*glossary.glossary_pages(voice, frame), *about.about_pages(voice, frame)])
    return {path.as_posix().partition(f"/{lang}/")[2]: html.fromstring(content) for path, content in made}


# ------------------------------------------------------------------------------------------------------------ glossary

TERMS = (
    "source",
    "field",
    "measure",
    "rule",
    "case",
    "score",
    "band",
    "reason",
    "unknown",
    "use",
    "exclusion",
    "right",
)


@pytest.mark.parametrize(("book", "lang"), BOOKS, ids=str)
def test_a_word_keeps_its_anchor_in_every_language(book: Any, lang: str):
    """Other pages, and other websites, may lead to the meaning of a word."""
    page = pages(book, lang)["glossary.html"]
    anchors = {dt.get("id"): words(dt) for dt in page.xpath("//dt")}
    assert {*TERMS, "edition", "version", "record", "entry", "retention", "policy", "rulebook"} <= set(anchors)
    assert all(anchors.values())
    assert all(words(dd) for dd in page.xpath("//dd"))


@pytest.mark.parametrize("lang", languages())
def test_every_member_of_a_closed_list_has_a_meaning(lang: str):
    """An author may use any of them tomorrow."""
    of = environment(lang).get_template("meanings.html").module.of
    for name in set(glossary.LISTS.values()):
        codes = {key.rpartition(".")[2] for key in rows(lang) if key.startswith(f"label.{name}.")}
        assert codes, name
        assert set(of[name]) == codes, name


@pytest.mark.parametrize(("book", "lang"), BOOKS, ids=str)
def test_the_words_of_a_rulebook_lead_to_where_they_are_used(book: Any, lang: str):
    """Each code that a policy writes is explained, and the explanation leads back to the policy."""
    found = speaker(book, lang).edition
    page = pages(book, lang)["glossary.html"]
    for id_, source in found.sources.items():
        for name, code in (("origin", source.collected.origin), ("legal_basis", source.legal_basis)):
            links = page.xpath(f"//dt[@id='{name}-{code}']/following-sibling::dd[1]//a/@href")
            assert f"sources/{id_}.html" in links
    for id_, use in found.uses.items():
        for purpose in use.purposes:
            links = page.xpath(f"//dt[@id='purposes-{purpose}']/following-sibling::dd[1]//a/@href")
            assert f"uses/{id_}.html" in links
    written = {dt.get("id") for dt in page.xpath("//h2[@id='origin']/following-sibling::dl[1]/dt")}
    assert written == {f"origin-{source.collected.origin}" for source in found.sources.values()}


@pytest.mark.parametrize(("book", "lang"), BOOKS, ids=str)
def test_every_kind_of_data_and_every_unit_is_listed(book: Any, lang: str):
    """What kind of data a field holds is no secret, and neither is what it is counted in."""
    found = speaker(book, lang).edition
    page = pages(book, lang)["glossary/data.html"]
    used = {field.category for source in found.sources.values() for field in source.fields.values()}
    used |= {measure.category for measure in found.measures.values()}
    used |= {one.category for rule in found.rules.values() for one in rule.conclusions}
    listed = {dt.get("id") for dt in page.xpath("//dt")}
    assert listed == {each.replace(":", "-") for each in used} | {f"unit-{unit}" for unit in found.about.units}


def test_what_is_ruled_out_is_not_among_what_is_done():
    """A purpose that an exclusion names must not look like one that a use has."""
    page = pages("fair-civic-trust", "en")["glossary.html"]
    done, ruled_out = (
        {dt.get("id").partition("-")[2] for dt in page.xpath(f"//h2[@id='{name}']/following-sibling::dl[1]/dt")}
        for name in ("purposes", "excluded")
    )
    assert "employment" in ruled_out
    assert done
    assert not done & ruled_out


def test_a_long_list_says_how_much_more_there_is(monkeypatch: pytest.MonkeyPatch):
    """A list that only stops would be read as complete."""
    monkeypatch.setattr(glossary, "MOST_LINKS", 2)
    page = pages("schufa-2026", "en")["glossary/data.html"]
    assert any("more" in words(dd) for dd in page.xpath("//dd"))


# ------------------------------------------------------------------------------------------------------------ readings


def test_the_table_says_what_the_file_says():
    """Each number on the page is one that the tests wrote down."""
    file = agreement()
    table = pages("fair-civic-trust", "en")["readings.html"].xpath("//table")[0]
    shown = [[words(cell) for cell in row.xpath("td")[1:]] for row in table.xpath(".//tr[td]")]
    wanted = [
        ["never" if isinstance(cell, dict) else f"{cell:,}" for cell in file["operators"][name].values()]
        for name in OPERATORS
    ]
    assert shown == wanted
    assert words(table.xpath(".//tr[td][last()]")[-1]) == "More than 50,000 cases in the rules44never4nevernever1"


@pytest.mark.parametrize("lang", ["en", "de", "zh-Hans"])
def test_every_operator_and_every_never_has_its_words(lang: str):
    """A new one stops the build instead of being shown as a code."""
    module: Any = environment(lang).get_template("operators.html").module
    assert set(module.of) == set(OPERATORS)
    assert len(set(module.of.values())) == len(OPERATORS)
    said = {
        (reading, name)
        for name, row in agreement()["operators"].items()
        for reading, cell in row.items()
        if isinstance(cell, dict)
    }
    assert said == set(module.never)


def test_the_file_travels_with_the_engine():
    """The table is made from it wherever the website is built."""
    file = Path(engine.__file__).parent / "readings" / "agreement.json"
    assert json.loads(file.read_text("utf-8")) == agreement()


# --------------------------------------------------------------------------------------------------------------- about


@pytest.mark.parametrize(("book", "lang"), BOOKS, ids=str)
def test_about_tells_how_to_check(book: Any, lang: str):
    """The commands name the files of this very rulebook."""
    page = pages(book, lang)["about.html"]
    id_ = speaker(book, lang).edition.about.id
    commands = [code.text_content() for code in page.xpath("//pre/code")]
    assert commands[0].splitlines() == [f"cd {id_}/data", "sha256sum --check sha256.txt"]
    assert {"../data/sha256.txt", "data.html", "readings.html"} <= set(page.xpath("//main//a/@href"))
    assert {"made", "check", "not", "access", "privacy", "licence"} <= {h2.get("id") for h2 in page.xpath("//h2")}
