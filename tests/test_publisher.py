"""The website: complete, whole, and the same whenever it is built."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from lxml import html

from engine.rulebook import load_rulebook
from publisher import pages as p
from publisher.heads import LONGEST
from publisher.locate import site_folder
from publisher.publish import build, publish
from publisher.render import TEMPLATES, render
from tests.website import DAY, DEMO, dead_links, files, pages, publish_all, words

# ------------------------------------------------------------------------------------------------------------- whole


def test_building_twice_gives_the_same_bytes(site: Path, tmp_path: Path):
    """Who has the policies can check that the website says what they say."""
    again = publish_all(tmp_path / "again")
    assert files(site) == files(again)


def test_an_unchanged_rulebook_writes_nothing(tmp_path: Path):
    """A mirror or a backup sees only what changed."""
    book = [load_rulebook(DEMO)]
    first = build(book, tmp_path, DAY)
    second = build(book, tmp_path, DAY)
    assert (first.same, second.written, second.removed) == (0, 0, 0)
    assert second.same == first.written


def test_publish_takes_folders_and_says_what_it_did(tmp_path: Path):
    """The command line prints this."""
    assert re.fullmatch(
        r".*site: demo; \d+ files written, 0 unchanged, 0 removed", publish([DEMO], tmp_path / "site", DAY)
    )


def test_every_link_and_anchor_leads_somewhere(site: Path):
    """A promise of a public rulebook is that nothing in it is missing."""
    links = 0
    for path, page in pages(site):
        assert len(set(page.xpath("//@id"))) == len(page.xpath("//@id")), f"{path} has an id twice"
        links += len(page.xpath("//@href"))
    assert links > 1000
    assert dead_links(site) == []


def reading_pages(site: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page but the edition made for paper, which is one file with everything in it."""
    yield from ((path, page) for path, page in pages(site) if not path.endswith("/print.html"))


WITH_SCRIPTS = re.compile(r"/(try|verify|compare|find(-\d+)?)\.html$")
"""The pages that do something: trying out, checking, comparing and finding. All others are for reading."""


def test_every_page_is_whole_and_brings_nothing_active(site: Path):
    """No inline script or style, nothing from elsewhere; a title, one heading, a language, a strict policy.

    A page for reading has no script at all, and no form but the one that searches.
    """
    seen = 0
    for path, page in reading_pages(site):
        seen += 1
        assert not page.xpath("//base") or path == "404.html", path
        assert page.get("lang"), path
        assert len(page.xpath("//h1")) == 1, path
        assert words(page.xpath("//title")[0]), path
        assert page.xpath("//main[@id='main']"), path
        assert page.xpath("//a[@class='skip'][@href='#main'] | //base"), path  # only 404.html stands nowhere of its own
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy[0].startswith("default-src 'none'"), path
        assert "unsafe" not in policy[0], path
        assert not page.xpath("//style | //iframe | //@style | //@*[starts-with(name(), 'on')]"), path
        assert not page.xpath("//script[not(@src) or normalize-space()] | //@src[contains(., '//')]"), path
        assert not page.xpath("//link[@rel != 'canonical']/@href[contains(., '//')]"), path
        if not WITH_SCRIPTS.search(path):
            assert not page.xpath("//script | //@src"), path
            assert all(form.get("action").endswith("find.html") for form in page.xpath("//form")), path
            assert len(page.xpath("//form")) <= 1, path
    assert seen > 300


def test_every_page_of_a_rulebook_says_what_it_stands_for(site: Path):
    """Nobody may take an example or a reconstruction for the real thing."""
    said = {
        "demo": {"en": "Illustration.", "zh-Hans": "示例。", "de": "Beispiel."},
        "fair-civic-trust": {"en": "Illustration.", "zh-Hans": "示例。"},
        "schufa-2026": {"en": "Reconstruction.", "de": "Nachbildung."},
    }
    for path, page in reading_pages(site):
        rulebook, lang, *_ = [*path.split("/"), ""]
        if rulebook in said:
            assert words(page.xpath("//aside[starts-with(@class, 'standing')]")[0]).startswith(said[rulebook][lang]), (
                path
            )


def test_the_language_switch_keeps_the_page(site: Path):
    """Who changes the language goes on reading where they were."""
    for path, page in reading_pages(site):
        rulebook, *rest = path.split("/")
        if re.search(r"/(find|changes/[^/]+)/\d+\.html$", path):  # another language may have fewer of them
            continue
        for link in page.xpath("//ul[@class='tongues']//a"):
            target = ((site / path).parent / link.get("href")).resolve().relative_to(site.resolve()).as_posix()
            assert target == "/".join([rulebook, link.get("hreflang"), *rest[1:]]), path
            assert link.get("lang") == link.get("hreflang") != rest[0]


def test_pages_are_light(site: Path):
    """A page comes over a bad line in one breath: 16 KB, packed 6, and the style sheet 12 and 4.

    Three kinds may be longer: all files of a rulebook and all keys of a written form, because they are lists to look
    something up in, and the edition made for paper.
    """
    html = {path: content for path, content in files(site).items() if path.endswith(".html")}
    lists = {path for path in html if re.search(r"(^reference/|/(data|print)\.html$)", path)}
    sizes = sorted((len(content), path) for path, content in html.items() if path not in lists)
    print(*(f"{size:6} {path}" for size, path in sizes[-5:]), sep="\n")
    assert [path for size, path in sizes if size > 16 * 1024] == []
    assert [path for path, content in html.items() if packed(content) > 6 * 1024 and path not in lists] == []
    css = (site / "assets" / "style.css").read_bytes()
    assert len(css) <= 12 * 1024
    assert packed(css) <= 4096


def packed(content: bytes) -> int:
    return len(gzip.compress(content, mtime=0))


# -------------------------------------------------------------------------------------------------------- what it says


def page(site: Path, path: str) -> Any:
    return html.fromstring((site / path).read_bytes())


def test_the_fingerprint_is_that_of_the_file(site: Path):
    """The digest on the page is the SHA-256 of the JSON beside it, so anybody can check it with common tools."""
    checked = 0
    for file in (site / "demo" / "data").rglob("*.json"):
        path = file.relative_to(site / "demo" / "data").with_suffix(".html").as_posix()
        if (site / "demo" / "en" / path).is_file():
            assert hashlib.sha256(file.read_bytes()).hexdigest() in words(page(site, f"demo/en/{path}")), path
            checked += 1
    assert checked > 40


def test_the_fingerprints_are_one_file_that_sha256sum_reads(site: Path):
    """Nobody has to trust the website about its own files."""
    lines = (site / "demo" / "data" / "sha256.txt").read_text("ascii").splitlines()
    found = dict(reversed(line.split("  ")) for line in lines)
    files_ = {file.relative_to(site / "demo" / "data").as_posix(): file for file in (site / "demo").rglob("*.json")}
    assert found == {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files_.items()}
    lists = (site / "demo/en/data").rglob("*.html")
    shown = [code for each in lists for code in html.parse(each).xpath("//td/code/text()")]
    assert sorted(shown) == sorted(digest[:12] for digest in found.values())


def test_what_follows_is_said_by_use_and_without_a_score_too(site: Path):
    """Who has no score must see what that means, and which rules can leave them without one."""
    for path in ("fair-civic-trust/en/index.html", "fair-civic-trust/en/score.html"):
        rows = page(site, path).xpath("//p[@id='bands']/following::table[1]/tbody/tr")
        said = {words(row.xpath("th")[0]): [words(p) for p in row.xpath("td[last()]/p")] for row in rows}
        assert list(said)[-2:] == ["Every band", "No score"], path
        assert said["Every band"] == [
            words(page(site, "fair-civic-trust/en/uses/loan-offer.html").xpath("//h1")[0])
            + ": The loan officer sees the band as one factor among others. It is never the sole ground for a refusal.",
            "Paying a bill in instalments: You may pay the bill in instalments.",
        ]
        assert said["No score"] == ["Paying a bill in instalments: You may pay the bill in instalments."]
    none = page(site, "schufa-2026/en/score.html").xpath("//h2[@id='none']/following-sibling::*")
    links = [link for part in none[: [part.tag for part in none].index("h2")] for link in part.xpath(".//a/@href")]
    assert links.count("rules/payment-defaults.html") == 2
    assert "rules/identity-verified.html" in links


def test_a_reconstruction_promises_nothing_for_the_operator(site: Path):
    """Only the operator can close the list of what follows."""
    assert "This list is closed" in words(page(site, "demo/en/uses/pay-later.html"))
    found = words(page(site, "schufa-2026/en/uses/rental.html"))
    assert "This list is closed" not in found
    assert "Public sources name no other consequences." in found
    assert "This website is by the Open Rulebook project." in found


def test_links_go_both_ways(site: Path):
    """From a right to what it is for, and back."""

    def links(path: str) -> list[str]:
        return [str(link) for link in page(site, f"fair-civic-trust/en/{path}").xpath("//main//a/@href")]

    assert "../rights/contest-a-row.html" in links("sources/bill-payments.html")
    assert "../sources/bill-payments.html" in links("rights/contest-a-row.html")
    assert "../rules/bills-paid-on-time.html" in links("rights/correct-a-row.html")
    assert "../rights/contest-a-row.html" in links("exclusions/friends-and-family.html")
    assert {"../score.html#bands-part", "../rights/human-review.html"} <= set(links("uses/loan-offer.html"))


def test_the_policy_on_the_page_is_the_file_to_the_letter(site: Path):
    """There is no second description that could drift."""
    for path, found in pages(site):
        if match := re.fullmatch(r"demo/\w+/(?!changes/|data/)(\w+)/([\w-]+)/([\d.]+)\.html", path):
            kind, id_, version = match.groups()
            written = (DEMO / kind / id_ / f"{version}.yaml").read_text("utf-8")
            shown = [code.text_content() for code in found.xpath("//pre/code")]
            assert shown == ([] if len(written) > LONGEST else [written]), path
            whole = [words(link) for link in found.xpath("//h2[@id='policy']/following-sibling::p[1]/a")]
            lines = written.count("\n")
            assert len(written) <= LONGEST or any(re.search(rf"\b{lines}\b", said) for said in whole), path
            links = found.xpath("//h2[@id='policy']/following-sibling::p//a/@href")
            (file,) = ((site / path).parent / link for link in links if link.endswith(".yaml"))
            assert file.read_text("utf-8") == written, path


def test_every_version_and_draft_has_a_page(site: Path):
    """A version that once counted can be read for ever; a proposal can be read before it counts."""
    old = page(site, "demo/en/rules/paid-on-time/1.0.0.html")
    assert "1 January 2026 to 30 June 2026" in words(old)
    assert old.xpath("//div[@class='status old']")
    new = page(site, "demo/en/rules/paid-on-time.html")
    assert [words(line) for line in new.xpath("//h2[@id='history']/following-sibling::ul[1]/li/p/a")] == [
        "Version 1.1.0",
        "What it changes",
        "Version 1.0.0",
    ]
    draft = page(site, "demo/en/rules/paid-on-time/drafts/2.0.0.html")
    assert "Proposal, open for comment" in words(draft)
    assert "Not published: The reasons of the council." in words(draft)
    assert "A proposal, open for comment." in words(page(site, "demo/en/index.html"))


def test_the_label_answers_the_six_questions(site: Path):
    """What is collected, what for, what never, what follows, how long, and what to do about it: on one screen."""
    label = page(site, "demo/en/index.html").xpath("//section[@class='label']//dl/div")
    said = {words(row.xpath("dt")[0]): words(row.xpath("dd")[0]) for row in label}
    assert list(said) == ["Collected", "Used for", "Never used", "Leads to", "Kept for", "To contest it"]
    assert said["Collected"] == "Customer account Bills Agreed instalments"
    assert "Disadvantage A deposit of one month is asked for." in said["Leads to"]
    assert said["Kept for"].startswith("18 or 24 months, depending on the case Bills 24 months")
    assert said["To contest it"] == "Contest a bill Correct a bill"


def test_a_rule_shows_its_table_its_points_and_how_sure_they_are(site: Path):
    """A reader sees the author's table, not code."""
    found = page(site, "demo/en/rules/paid-on-time.html")
    rows = found.xpath("(//table)[1]/tbody/tr")
    assert [[words(cell) for cell in row.xpath("th | td//span[@class='n']")] for row in rows] == [
        ["98% or more", "+60"],
        ["95% to under 98%", "+30"],
        ["80% to under 95%", "+10"],
        ["Under 80%", "−40"],
    ]
    assert words(rows[0].xpath("td")[0]) == "+601 disputed2"
    notes = [words(note) for note in found.xpath("//ol[@class='notes']/li")]
    assert notes == ["Source: Decided by the council. This figure is official.", "Disputed: Some would give 80."]
    assert [link.get("href") for link in rows[0].xpath(".//sup/a")] == ["#n1", "#n2"]
    assert rows[3].xpath(".//*[local-name()='rect']/@class") == ["loss", "zero"]


def test_equal_notes_are_said_once(site: Path):
    """Twelve figures from two sources make a table of twelve rows and a few notes, not of thirty lines."""
    found = page(site, "schufa-2026/en/rules/oldest-bank-contract.html")
    notes = [words(note) for note in found.xpath("//ol[@class='notes']/li")]
    assert len(notes) == len(set(notes)) < len(found.xpath("(//table)[1]/tbody/tr"))
    pointed = [link.get("href") for link in found.xpath("//sup/a")]
    assert {f"#{note}" for note in found.xpath("//ol[@class='notes']/li/@id")} == set(pointed)
    assert [words(mark) for mark in found.xpath("//span[@class='disputed']")] == ["disputed3"]


def test_worked_examples_are_a_table(site: Path):
    """What goes in and what comes out stand side by side, and an author's words for an example stay with it."""
    found = page(site, "demo/en/rules/paid-on-time.html")
    table = found.xpath("//table[@aria-labelledby='worked']")[0]
    assert [words(head) for head in table.xpath("thead//th")][-1] == "Result"
    assert [[words(cell) for cell in row.xpath("td")] for row in table.xpath("tbody/tr")] == [
        ["98%Just enough", "+60"],
        ["97.99%", "+30"],
        ["80%", "+10"],
        ["Unknown", "Undecided, which gives 0 points"],
    ]


def test_an_exclusion_shows_what_came_of_trying_it(site: Path):
    """Not a promise but a run: every name it covers was added to a record, and refused."""
    tried = 0
    for path, found in pages(site):
        if match := re.search(r"Tried out .* (\d+) times, and (\d+) times", words(found)):
            assert match[1] == match[2] != "0", path
            tried += 1
    assert tried > 20


def test_a_field_says_what_uses_it(site: Path):
    """Collected and used are two things, and the page shows the difference."""
    found = page(site, "fair-civic-trust/en/sources/bill-payments.html")
    used = {words(row.xpath("th/small")[0]): words(row.xpath("td")[-1]) for row in found.xpath("//table[1]/tbody/tr")}
    assert used["amount"] == "Collected but not used"
    assert "Bills paid on time" in used["paid"]
    assert "Decides how long the entry is kept." in used["due"]
    assert "2 of 4 fields are collected, but no rule uses them." in words(found)


def test_what_is_not_filled_in_is_shown(site: Path):
    """A gap is a fact about a rulebook too."""
    assert "Not filled in." in words(page(site, "demo/en/rules/early-payer.html"))


def test_an_older_translation_says_so(site: Path):
    """Who reads German must know that the English has moved on."""
    for path in ("rules/paid-on-time.html", "rules/paid-on-time/1.1.0.html"):
        german = page(site, f"demo/de/{path}")
        assert "Sie wurde nach Fassung 1.0.0 angefertigt. Hier geht es um Fassung 1.1.0" in words(german)
        (original,) = german.xpath("//div[@class='status old']/a")
        target = ((site / "demo/de" / path).parent / original.get("href")).resolve()
        assert target == (site / "demo/en" / path).resolve()
        assert (original.get("hreflang"), original.xpath("span/@lang")) == ("en", ["en"])
        assert "This translation" not in words(page(site, f"demo/en/{path}"))
    assert "Sie wurde nach Fassung" not in words(page(site, "demo/de/rules/paid-on-time/1.0.0.html"))


def test_every_key_of_the_schemas_is_explained(site: Path):
    """The reference is made from the schema that checks the files."""
    keys = {words(code) for code in page(site, "reference/rule.html").xpath("//th[@scope='row']/code")}
    schema = json.loads((site / "reference" / "rule.json").read_text("utf-8"))
    assert schema["properties"].keys() <= keys


def test_a_rulebook_without_a_score_has_all_its_pages(tmp_path: Path):
    """Conclusions alone are a rulebook too, and so is one where hardly anything is filled in."""
    shutil.copytree(DEMO, tmp_path / "bare")
    for folder in ("scores", "uses", "rights", "exclusions", "rules"):
        shutil.rmtree(tmp_path / "bare" / folder)
    about = tmp_path / "bare" / "rulebook.yaml"
    about.write_text(
        about.read_text("utf-8").replace("id: demo", "id: bare").replace("default_use: pay-later\n", ""), "utf-8"
    )
    build([load_rulebook(tmp_path / "bare")], tmp_path / "site", DAY)
    assert "This rulebook has no score." in words(page(tmp_path / "site", "bare/en/score.html"))
    assert "Not filled in." in words(page(tmp_path / "site", "bare/en/rights/index.html"))


# --------------------------------------------------------------------------------------------------------- untrusted

HOSTILE = (
    "</title></code></pre><script>alert(1)</script><img src=x onerror=alert(1)>"
    "{{ 7 * 7 }}{% include 'base.html' %}%(x)s%s&lt;b&gt;' \\\" onmouseover=alert(1) x=\\\""
)


def test_hostile_text_stays_text(tmp_path: Path):
    """Whoever writes a policy must not be able to run anything in a reader's browser or in our templates."""
    shutil.copytree(DEMO, tmp_path / "demo")
    changed = 0
    for file in (tmp_path / "demo").rglob("*.yaml"):
        text, count = re.subn(
            r'(en|zh-Hans|de): "[^"]*"', lambda found: f'{found[1]}: "{HOSTILE}"', file.read_text("utf-8")
        )
        file.write_text(text, "utf-8")
        changed += count
    assert changed > 500
    build([load_rulebook(tmp_path / "demo")], tmp_path / "site", DAY)
    assert_inert(tmp_path / "site")
    said = words(page(tmp_path / "site", "demo/en/rules/paid-on-time.html"))
    assert HOSTILE.replace("\\", "") in said
    assert not re.search(r"\b49\b", said.replace(HOSTILE.replace("\\", ""), "")[:2000])


def assert_inert(site: Path):
    for path, found in pages(site):
        assert not found.xpath("//script[normalize-space()] | //iframe | //img | //@style"), path
        assert all("alert" not in script for script in found.xpath("//script/@src")), path
        assert not found.xpath("//@*[starts-with(name(), 'on')]"), path
        assert not found.xpath("//@href[starts-with(., 'javascript')]"), path
        assert len(found.xpath("//h1")) == 1, path
        assert len(found.xpath("//head/title")) == 1, path


def test_words_in_another_language_say_so(tmp_path: Path):
    """Without it a screen reader reads Chinese with an English voice."""
    shutil.copytree(DEMO, tmp_path / "demo")
    rule = tmp_path / "demo" / "rules" / "early-payer" / "1.0.0.yaml"
    rule.write_text(re.sub(r'\n  de: "Jede vorzeitig[^\n]*', "", rule.read_text("utf-8")), "utf-8")
    build([load_rulebook(tmp_path / "demo")], tmp_path / "site", DAY)
    summary = page(tmp_path / "site", "demo/de/rules/early-payer.html").xpath("//p[@class='lead']/span")[0]
    assert summary.get("lang") == "en"
    assert words(summary).startswith("Each household bill")


# -------------------------------------------------------------------------------------------------- templates and words


READ = {"silent": "false", "extensions": "publisher.templates.Kept"}
"""How the templates are read: what cannot be read is an error, and one tag is our own."""


def spoken_by_templates() -> set[str | tuple[str, str]]:
    found: set[str | tuple[str, str]] = set()
    for file in (site_folder() / "templates").glob("*.html"):
        with file.open("rb") as opened:
            for _, _, message, _ in babel_extract(opened, ("_", "ngettext"), [], READ):
                parts = [part for part in ([message] if isinstance(message, str) else message) if part]
                found.add(parts[0] if len(parts) == 1 else (parts[0], parts[1]))
    assert len(found) > 200
    return found


def catalogues() -> list[Path]:
    return sorted((site_folder() / "words").glob("*.po"))


@pytest.mark.parametrize("file", catalogues(), ids=lambda file: file.stem)
def test_a_catalogue_says_exactly_what_the_templates_say(file: Path):
    """A sentence that is missing stops the build; one that nobody says any more is rubbish."""
    with file.open("rb") as opened:
        catalogue = read_po(opened)
    said = {message.id for message in catalogue if message.id}
    assert said == spoken_by_templates()


@pytest.mark.parametrize("file", catalogues(), ids=lambda file: file.stem)
def test_a_translation_keeps_every_blank(file: Path):
    """A blank that is lost is a fact that is lost."""
    with file.open("rb") as opened:
        catalogue = read_po(opened)
    for message in catalogue:
        many = isinstance(message.id, tuple)
        for text in message.string if many else [message.string]:
            blanks = re.findall(r"%\(\w+\)s|</?\w+>", message.id[-1] if many else message.id)
            if many and "%(num)s" not in text and text is message.string[0]:
                blanks.remove("%(num)s")  # one may be said as a word
            assert sorted(re.findall(r"%\(\w+\)s|</?\w+>", text)) == sorted(blanks), message.id


def test_chinese_uses_chinese_punctuation():
    """An ASCII comma between Chinese letters is a mark of a machine."""
    text = (site_folder() / "words" / "zh-Hans.po").read_text("utf-8")
    assert re.findall(r"[\u4e00-\u9fff][,;:?!.](?!\d)", text) == []


def test_every_page_kind_has_a_template_and_every_template_a_use():
    """One page, one dataclass, one template."""
    assert set(TEMPLATES) == kinds(p.Page)
    there = {file.name for file in (site_folder() / "templates").iterdir()}
    sources = [*(site_folder() / "templates").iterdir(), *Path(p.__file__).parents[1].glob("*.py")]
    named = {name for file in sources for name in re.findall(r"[\"']([\w-]+\.html)[\"']", file.read_text("utf-8"))}
    assert set(TEMPLATES.values()) <= there <= named


def kinds(of: Any) -> set[type]:
    return set().union(*(kinds(part) for part in get_args(of))) if isinstance(of, UnionType) else {of}


def test_every_field_of_a_page_is_shown():
    """What no template shows is not collected either."""
    text = "".join(file.read_text("utf-8") for file in (site_folder() / "templates").glob("*.html"))
    code = (Path(p.__file__).parents[1] / "render.py").read_text("utf-8")
    structures = [
        value for value in vars(p).values() if isinstance(value, type) and hasattr(value, "__dataclass_fields__")
    ]
    assert len(structures) > 30
    for structure in structures:
        for field in fields(structure):
            alone = rf"\b(\w+\.{field.name}|for .*\b{field.name}\b.* in)\b"
            assert re.search(alone, text + code), f"{structure.__name__}.{field.name}"


def test_a_file_that_is_not_a_page_goes_through_as_it_is():
    """Rendering is pure: path and bytes in, path and bytes out."""
    file = p.File(Path("a.bin"), b"\x00")  # type: ignore[arg-type]
    assert list(render([file])) == [(Path("a.bin"), b"\x00")]


# ----------------------------------------------------------------------------------------------------------- colours


def tokens() -> dict[str, dict[str, str]]:
    """The colours of the style sheet by theme."""
    css = (site_folder() / "assets" / "style.css").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    read = [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in (light, dark)]
    return {"light": read[0], "dark": {**read[0], **read[1]}}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    ("ink", "bg"), ("ink", "soft"), ("mute", "bg"), ("mute", "soft"), ("link", "bg"), ("link", "soft"), ("visit", "bg"),
    ("visit", "soft"), ("barink", "bar"), ("focusink", "focus"), ("noteink", "note"), ("warnink", "warn"),
]  # fmt: skip
GRAPHICS = [("gain", "bg"), ("loss", "bg"), ("mute", "bg")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_told_apart(theme: str):
    """Better than the law asks (4.5 to 1 for text, 3 to 1 for graphics): many readers read on a bad screen."""
    colours = tokens()[theme]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 6.5} == {}
    assert all(contrast(colours[one], colours[two]) >= 3 for one, two in GRAPHICS)
