"""The words of a policy are somebody's: whatever they are, a page shows them as words, and stays the page it is."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree, html
from quickjs import Context

from engine.load import read_text
from engine.rulebook import load_rulebook
from engine.structure import validate
from publisher.publish import build
from tests.hostile import harmed, places
from tests.quality.site import blocks, read
from tests.quality.strict import loose
from tests.website import DAY, dead_links, words

MARKUP = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></script></style></title></textarea>]]>--> "
    '" onmouseover="alert(3)" \' autofocus onfocus=\'alert(4) `${alert(5)}` {{ 7*7 }}{% raw %}{# x #}${7*7} '
    "%(x)s %s %d %% &lt;b&gt; &#60;b&#62; \\u003cb\\u003e \\u2028 <!--<script> <a href=javascript:alert(6)>x</a>"
)
"""Scripts, markup, templates, formats, entities and ends of everything that words can stand in; 200 of the 400
characters are enough to end a title too."""
ADDRESS = "https://example.org/\"onclick=alert(7)'<script>alert(8)</script>{{7*7}}%(x)s&amp;\\u003c"
ARABIC = "سياسة 12 (تجريبية) عن الفواتير، نسخة 3."
"""Words that are read from the right: a title of a policy in Arabic may be that."""

ELSEWHERE = {"rule.table.rows.[].[].no_score.because"}
"""What the demo has no room for: the same words as in `cases`."""


def published(folder: Path, text: str) -> Path:
    """The website of the demo with a text in every place for one."""
    harmed(folder / "demo", lambda most: (text * (most // len(text) + 1))[:most].strip() or text[:most], ADDRESS)
    build([load_rulebook(folder / "demo")], folder / "site", DAY)
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("markup"), MARKUP)


def test_every_place_for_words_is_tried(tmp_path: Path):
    """A text that is added to a schema is covered by itself, or this fails."""
    tried = harmed(tmp_path / "demo", lambda most: "x"[:most], "https://example.org")
    assert len(tried) > 80
    assert tried <= places()
    shared = re.compile(r"\w+\.(authority|withheld)\.")  # one kind or another shows these: the pages are made alike
    assert {place for place in places() - tried if not shared.match(place)} == ELSEWHERE
    heads = [{place.partition(".")[2] for place in found if shared.match(place)} for found in (tried, places())]
    assert heads[0] == heads[1]


def test_no_page_gets_a_script_or_loses_its_form(site: Path):
    """Everything is escaped everywhere: no element, attribute or address comes out of a policy's words."""
    found = read(site)
    assert len(found.pages) > 300
    for path, page in found.pages.items():
        assert list(loose(path, page)) == [], path
        assert len(page.xpath("//h1")) == len(page.xpath("//main")) == len(page.xpath("//body")) == 1, path
        assert not page.xpath("//img | //@autofocus | //@onerror"), path
    assert dead_links(site) == []


def test_words_are_shown_as_they_were_written(site: Path):
    """What looks like a template, a format or an entity is only letters: nothing was worked out of it."""
    title = MARKUP[:200].strip()
    for lang in ("en", "zh-Hans", "de"):
        page = html.fromstring((site / f"demo/{lang}/rules/paid-on-time.html").read_bytes())
        assert words(page.xpath("//h1")[0]) == title
    shown = words(html.fromstring((site / "demo/en/rights/contest-a-bill.html").read_bytes()))
    assert "`${alert(5)}` {{ 7*7 }}{% raw %}{# x #}${7*7} %(x)s %s %d %% &lt;b&gt; &#60;b&#62; \\u003cb\\u003e" in shown
    for link in html.fromstring((site / "demo/en/index.html").read_bytes()).xpath("//a[starts-with(@href, 'http')]"):
        assert link.get("href").startswith("https://example.org/")


def test_data_for_machines_is_whole(site: Path):
    """Feeds are XML, data is JSON, scripts run, and each holds the words and not what they could do."""
    seen: dict[str, int] = {}
    title = MARKUP[:200].strip()
    for file in sorted(each for each in site.rglob("*") if each.is_file()):
        seen[file.suffix] = seen.get(file.suffix, 0) + 1
        match file.suffix:
            case ".json" | ".jsonld":
                json.loads(file.read_text("utf-8"))
            case ".xml" | ".atom" | ".svg":
                found = etree.fromstring(file.read_bytes())
                assert not found.xpath("//*[local-name()='script']"), file
            case ".zip":
                for name in (zipped := zipfile.ZipFile(BytesIO(file.read_bytes()))).namelist():
                    assert not re.search(r"\.\./|^/|\\", name)
                assert zipped.testzip() is None
            case ".js" if "assets" not in file.parts:
                script = file.read_text("utf-8")
                context = Context()
                context.eval(f"var window = globalThis, alert = () => {{ throw 'run' }}; {script}")
    assert {".json", ".html", ".yaml"} <= seen.keys()
    feeds = [file for file in site.rglob("*.xml") if file.name != "sitemap.xml"]
    assert all(title[:40] in "".join(etree.fromstring(file.read_bytes()).itertext()) for file in feeds)


@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "data:text/html,x", "//example.org", "http:x", "ftp://x", " https://x"]
)
def test_an_address_is_on_the_web_or_refused(scheme: str, tmp_path: Path):
    """In every place for an address, whatever it is called."""
    harmed(tmp_path / "demo", lambda most: "x"[:most], scheme)
    refused = set()
    for file in sorted(tmp_path.rglob("*.yaml")):
        document, _ = read_text(file.read_text("utf-8"), file.relative_to(tmp_path).as_posix())
        assert document
        for problem in validate(document):
            assert problem.where
            assert "an address that starts with `https://`" in f"{problem.sentence} {problem.help}"
            refused.add(document.data.get("kind", "rulebook"))
    assert refused == {place.partition(".")[0] for place in places() if place.endswith("url")}


UNSEEN = [
    "\u202e",
    "\u2066",
    "\u200f",
    "\u061c",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\u2028",
    "\U000e0041",
]


@pytest.mark.parametrize("character", UNSEEN, ids=lambda each: f"U+{ord(each):04X}")
def test_what_cannot_be_seen_is_refused(character: str):
    """A character that turns the text around, hides in it or rings a bell is in no policy: not raw and not escaped.

    So no page needs to guard against it, and a text cannot be read one way in the file and another on the page.
    """
    for written in (character, f"\\U{ord(character):08x}"):
        for text in (f'id: demo\ntitle: {{en: "Bi{written}lls"}}\n', f'id: demo\n"ti{written}tle": {{en: Bills}}\n'):
            _, problems = read_text(text, "demo/rulebook.yaml")
            assert {problem.code for problem in problems} & {
                "bidi-character",
                "control-character",
                "syntax",
                "not-text",
            }


def test_words_from_the_right_turn_nothing_around(tmp_path: Path):
    """Arabic and Hebrew are words like others; what stands around them on the page keeps its order.

    Each such text is in an element that keeps its direction to itself: a block or a label of a picture of its own,
    or else a <bdi>.
    """
    right = re.compile("[\u0590-\u08ff]")
    seen = 0
    for path, page in read(published(tmp_path, ARABIC)).pages.items():
        for element, _, text in blocks(page):
            if right.search(text) and text in words(element):
                seen += 1
                inside = {each.tag for each in (element, *element.iterancestors())}
                alone = words(element) == text and element.tag in BLOCKS
                assert alone or inside & {"bdi", "pre", "text", "title"}, f"{path}: {html.tostring(element)[:200]}"
    assert seen > 1000


BLOCKS = {"h1", "h2", "h3", "p", "li", "td", "th", "dt", "dd", "option"}

LONG = {"summary": 400, "title": 200, "operator": 2000}


@pytest.mark.parametrize(("key", "most"), LONG.items())
def test_a_text_has_an_end(key: str, most: int):
    """A page with a title of 100 KB is no page: the schemas say how long each text may be, and the problem says it."""
    for length, fine in ((most, True), (most + 1, False), (100_000, False)):
        document, problems = read_text(f'id: demo\n{key}: {{en: "{"x" * length}"}}\n', "demo/rulebook.yaml")
        assert document, problems
        said = [problem.sentence for problem in validate(document) if problem.code == "too-long"]
        assert said == ([] if fine else [f"`{key}` in `en` has {length:,} characters; at most {most:,} are allowed"])
