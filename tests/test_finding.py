"""Whoever looks for a word or a page finds it, with a script or without."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from publisher import pages as p
from publisher.finding import ROOM, cost, divide, groups
from publisher.search import is_searched, line
from tests.website import pages, words

HOMES = [
    ("demo", "en"),
    ("demo", "zh-Hans"),
    ("demo", "de"),
    ("fair-civic-trust", "en"),
    ("fair-civic-trust", "zh-Hans"),
    ("schufa-2026", "de"),
    ("schufa-2026", "en"),
]


def data(site: Path, rulebook: str, lang: str) -> list[list[str]]:
    """What the search looks in: one page a line, in a script that does nothing but name it."""
    written = (site / rulebook / lang / "search-data.js").read_text("utf-8")
    assert written.startswith("const found=[\n")
    assert written.endswith("\n];\n")
    return list(json.loads(written.removeprefix("const found=").removesuffix(";\n")))


INLINE = {"a", "code", "em", "strong", "time"}
SHOWN_APART = {"pre", "svg", "sup", "nav", "template"}


def passages(element: html.HtmlElement) -> Iterator[str]:
    """The passages of a page as a reader sees them: by the elements, where the search goes by the letters."""
    held = [""]

    def walk(at: html.HtmlElement) -> None:
        inline = at.tag in INLINE or (at.tag == "span" and at.get("lang"))
        if not inline:
            held.append("")
        if at.tag not in SHOWN_APART:
            held[-1] += at.text or ""
            for each in at:
                walk(each)
                held[-1] += each.tail or ""
        if not inline:
            held.append("")

    walk(element)
    return (" ".join(passage.split()) for passage in held if passage.strip())


def plain_pages(site: Path, rulebook: str, lang: str) -> dict[str, list[str]]:
    """The passages of every page that is searched."""
    home = site / rulebook / lang
    found = {}
    for file in sorted(home.rglob("*.html")):
        if is_searched(file.relative_to(site)):
            page = file.read_text("utf-8")
            main = page[page.index("<main") : page.index("</main>") + len("</main>")]
            found[file.relative_to(home).as_posix()] = list(passages(html.fromstring(main)))
    return found


@pytest.mark.parametrize(("rulebook", "lang"), HOMES)
def test_whatever_a_page_says_can_be_found(site: Path, rulebook: str, lang: str):
    """Every piece of one to four Chinese characters, and every word of other languages, of every page."""
    draw = random.Random(7)
    searched = {address: texts for address, *texts in data(site, rulebook, lang)}
    shown = plain_pages(site, rulebook, lang)
    assert set(searched) == set(shown)
    assert len(shown) > 30
    tried = 0
    for address, texts in shown.items():
        pieces = [word for passage in texts for word in re.findall(r"[^\W_]+", passage)]
        for piece in draw.choices(pieces, k=40):
            start = draw.randrange(len(piece)) if re.match(r"[\u4e00-\u9fff]", piece) else 0
            wanted = piece[start : start + draw.randint(1, 4)] if start or lang == "zh-Hans" else piece
            tried += 1
            assert any(wanted in text for text in searched[address]), f"{address}: {wanted}"
    assert tried > 1000


@pytest.mark.parametrize(("rulebook", "lang"), HOMES)
def test_only_what_counts_or_is_proposed_is_searched(site: Path, rulebook: str, lang: str):
    """An old version would be found for what it no longer says; what stands on every page would be found everywhere."""
    found = data(site, rulebook, lang)
    addresses = [address for address, *_ in found]
    assert len(set(addresses)) == len(addresses)
    assert [
        address for address in addresses if re.search(r"/\d+\.\d+\.\d+\.html$", address) and "/drafts/" not in address
    ] == []
    drafts = [address for address in addresses if "/drafts/" in address]
    assert addresses[len(addresses) - len(drafts) :] == drafts
    assert all(title and text + summary for _, title, _, summary, text in found)
    assert not any(re.search(r"</?\w", text) for page in found for text in page)
    assert all((site / rulebook / lang / address).is_file() for address in addresses)


@pytest.mark.parametrize(("rulebook", "lang"), HOMES)
def test_a_page_is_known_by_its_title_its_kind_and_its_summary(site: Path, rulebook: str, lang: str):
    """A result says what it is about before it is opened."""
    seen = 0
    for address, title, kind, summary, _ in data(site, rulebook, lang):
        page = html.fromstring((site / rulebook / lang / address).read_bytes())
        assert title == words(page.xpath("//h1")[0])
        leads = [words(lead) for lead in page.xpath("//main//p[@class='lead']")]
        assert summary == (leads[0] if leads else ""), address
        crumbs = [words(crumb) for crumb in page.xpath("//nav[@class='crumbs']//li")]
        assert kind == (crumbs[1] if len(crumbs) > 2 else ""), address
        seen += bool(kind and summary)
    assert seen > 20


@pytest.mark.parametrize(("rulebook", "lang"), HOMES)
def test_what_is_searched_is_light(site: Path, rulebook: str, lang: str):
    """250 KB, packed, for 250 pages; it is loaded on the first use of the search."""
    packed = len(gzip.compress((site / rulebook / lang / "search-data.js").read_bytes(), mtime=0))
    pages_ = len(data(site, rulebook, lang))
    print(f"{rulebook}/{lang}: {pages_} pages, {packed / pages_ / 1000:.2f} KB a page")
    assert packed <= 1000 * max(pages_, 30)


def test_the_script_is_light(site: Path):
    """2 KB, packed."""
    packed = len(gzip.compress((site / "assets" / "find.js").read_bytes(), mtime=0))
    print(f"find.js: {packed} bytes packed")
    assert packed <= 2048


def test_a_page_becomes_lines():
    """What is marked up stays words; marks of notes, pictures and the policy as written are left out."""
    page = """<nav class="crumbs"><ol><li><a>Home</a></li>
<li><a href="rules/index.html">Rules</a></li><li>Late</li></ol></nav><main><h1>Late <span lang="de">Rechnung</span></h1>
<p class="lead">Short &amp; sweet.</p><p>See <a href="x">this
one</a>.</p><table><tr><th>98 %</th><td>+60<sup><a>1</a></sup></td></tr></table><pre>id: late</pre>
<p>&lt;script&gt;alert("1")&lt;/script&gt;</p></main>"""
    assert json.loads(line(Path("demo/en/rules/late.html"), page)) == [  # type: ignore[arg-type]
        "rules/late.html",
        "Late Rechnung",
        "Rules",
        "Short & sweet.",
        'See this one.\n98 % +60\n<script>alert("1")</script>',
    ]


# ------------------------------------------------------------------------------------------------------------ the index


def index(site: Path, rulebook: str, lang: str) -> list[html.HtmlElement]:
    """The parts of the index, as one gets from one to the next."""
    file, found = site / rulebook / lang / "find.html", []
    while file:
        found.append(html.fromstring(file.read_bytes()))
        onward = found[-1].xpath("//a[@rel='next']/@href")
        file = file.parent / onward[0] if onward else None
    return found


@pytest.mark.parametrize(("rulebook", "lang"), HOMES)
def test_the_index_has_every_page_once(site: Path, rulebook: str, lang: str):
    """Without a script, everything that counts or is proposed is one or two links away."""
    home = (site / rulebook / lang).resolve()
    found = []
    parts = index(site, rulebook, lang)
    assert {path for path, _ in pages(home) if path.startswith("find")} == {
        "find.html",
        *(f"find/{at}.html" for at in range(2, len(parts) + 1)),
    }
    for at, part in enumerate(parts):
        folder = home / "find" if at else home
        found += [
            folder.joinpath(href).resolve().relative_to(home).as_posix()
            for href in part.xpath("//div[@id='index']//li/a[not(@class)]/@href")
        ]
        shelves = part.xpath("//ul[@class='doors']//a/@href")
        assert [words(a) for a in part.xpath("//ul[@class='doors']//a")] == [
            words(a) for a in parts[0].xpath("//ul[@class='doors']//a")
        ]
        for shelf in shelves:
            path, _, anchor = shelf.partition("#")
            assert html.fromstring(folder.joinpath(path).read_bytes()).xpath(f"//h3[@id='{anchor}']"), shelf
    assert len(set(found)) == len(found)
    apart = re.compile(r"(flow|glossary)/|.*(?<!drafts)/\d+\.\d+\.\d+\.html")
    there = {path for path, _ in pages(home) if is_searched(Path(rulebook, lang, path)) and not apart.match(path)}  # type: ignore[arg-type]
    assert there <= set(found)
    assert all((home / path).is_file() for path in found)


def test_letters_in_order_and_kinds_where_there_are_none(site: Path):
    """As a reader of that language looks things up."""
    english, chinese = (
        [words(a) for a in index(site, "demo", lang)[0].xpath("//ul[@class='doors']//a")] for lang in ("en", "zh-Hans")
    )
    assert english == sorted(english)
    assert all(re.fullmatch("[A-Z]", letter) for letter in english)
    assert chinese == [
        "关于整部规则手册",
        "收集哪些信息",
        "计算哪些指标",
        "规则",
        "评分",
        "用途",
        "哪些信息绝不使用",
        "您的权利",
        "草案",
    ]


def entry(words: str) -> p.Found:
    return p.Found(p.Link(p.Phrase(words, "de"), "demo/de/x.html"), "rule", "x", None)


def test_marks_and_accents_do_not_change_the_order():
    """An umlaut stands with its letter, a quotation mark is passed over, and a number comes last."""
    titles = ["Zins", "„Ähnlich“", "Alter", "3 Monate", "älter", "Öffnung", "Oma"]
    found = groups([entry(title) for title in titles], letters=True)
    assert [(name, [each.link.words.text for each in part]) for name, part in found] == [
        ("a", ["„Ähnlich“", "Alter", "älter"]),
        ("o", ["Öffnung", "Oma"]),
        ("z", ["Zins"]),
        ("other", ["3 Monate"]),
    ]


def test_a_long_index_is_divided():
    """However many pages there are, and if all of them begin with one letter."""
    entries = [entry(f"Regel {number} " + "und noch ein Wort " * 5) for number in range(1000)] + [entry("Zins")]
    parts = divide(groups(entries, letters=True))
    assert len(parts) > 20
    assert [each for part in parts for _, found in part for each in found] == sorted(
        entries, key=lambda each: (each.link.words.text[0], each.link.words.text)
    )
    assert all(sum(cost(each) for _, found in part for each in found) <= ROOM for part in parts)
    assert all(found for part in parts for _, found in part)
