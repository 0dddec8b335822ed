"""What can be taken along: the rulebook as one file to unpack, the edition for paper, the site in a folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import sys
from base64 import b64encode
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from click.testing import CliRunner
from lxml import html

from engine.cli import rulebook_folders
from engine.locate import policies_folder
from engine.rulebook import edition, load_rulebook
from publisher import addresses, pdf
from publisher.collect import edition_on_paper
from publisher.command import main
from publisher.edition_print import quoted
from publisher.library import read_library
from publisher.paper import contents
from publisher.publish import build, publish
from publisher.render import environment, on_paper, render
from publisher.serve import create_app
from tests.website import DAY, DEMO, dead_links, files, pages, words

BOOKS = ("demo", "fair-civic-trust", "schufa-2026")
PAPER = [
    ("demo", "en"),
    ("demo", "zh-Hans"),
    ("demo", "de"),
    ("fair-civic-trust", "en"),
    ("fair-civic-trust", "zh-Hans"),
    ("schufa-2026", "de"),
    ("schufa-2026", "en"),
]


def folder_of(id_: str) -> Path:
    return DEMO if id_ == "demo" else policies_folder() / id_


def unpacked(site: Path, id_: str, out: Path) -> Path:
    with ZipFile(site / id_ / "data" / f"{id_}.zip") as archive:
        archive.extractall(out)
    return out


# -------------------------------------------------------------------------------------------------------- the archive


@pytest.mark.parametrize("id_", BOOKS)
def test_unpacked_it_is_the_rulebook(site: Path, tmp_path: Path, id_: str):
    """The same files to the byte, which the checks accept and from which the same website comes."""
    folder = unpacked(site, id_, tmp_path / "out") / id_
    original = {path: content for path, content in files(folder_of(id_)).items() if path.endswith((".yaml", ".json"))}
    assert len(original) > 20
    assert {path: content for path, content in files(folder).items() if path in original} == original
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 0, result.output
    build([load_rulebook(folder_of(id_))], tmp_path / "one", DAY)
    build([load_rulebook(folder)], tmp_path / "other", DAY)
    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_it_is_one_folder_with_everything_in_it(site: Path, tmp_path: Path):
    """JSON, linked data, fingerprints that check, schemas, and a note that says what is what."""
    out = unpacked(site, "demo", tmp_path)
    assert [each.name for each in out.iterdir()] == ["demo"]
    folder = out / "demo"
    for line in (folder / "data" / "sha256.txt").read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((folder / "data" / name).read_bytes()).hexdigest() == digest
    for path, content in files(folder / "data").items():
        assert content == (site / "demo" / "data" / path).read_bytes(), path
    assert (folder / "data" / "edition.jsonld").is_file()
    assert (folder / "rules" / "paid-on-time" / "drafts" / "2.0.0.yaml").is_file()
    assert json.loads((folder / "schemas" / "rule.json").read_text("utf-8"))["title"]


def test_its_note_is_in_the_first_language_and_in_english(site: Path, tmp_path: Path):
    """Plain text, whatever a title may hold; the digest is that of the edition."""
    note = (unpacked(site, "schufa-2026", tmp_path) / "schufa-2026" / "README.txt").read_text("utf-8")
    found = edition(load_rulebook("schufa-2026"), DAY)
    assert found
    assert note.count(found.digest) == 2
    assert note.index("Nachbildung") < note.index("Reconstruction")
    assert "rulebook check schufa-2026" in note
    assert not re.search(r"[<>]|&\w+;", note)


def test_it_is_the_same_wherever_and_whenever_it_is_made(site: Path):
    """No clock, no owner, no compressor: nothing but what is in it."""
    with ZipFile(site / "demo" / "data" / "demo.zip") as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert len(entries) > 100
    assert len({entry.filename for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.compress_type == ZIP_STORED
        assert stat.S_IMODE(entry.external_attr >> 16) == 0o644
        assert entry.filename.startswith("demo/")
        assert ".." not in Path(entry.filename).parts


def test_records_that_lie_elsewhere_stay_there(tmp_path: Path):
    """A link out of the rulebook would publish whatever it leads to."""
    shutil.copytree(folder_of("fair-civic-trust"), tmp_path / "fair-civic-trust")
    secret = tmp_path / "secret.json"
    secret.write_text('{"nobody-may-see-this": true}')
    (tmp_path / "fair-civic-trust" / "records" / "zz.json").symlink_to(secret)
    build([load_rulebook(tmp_path / "fair-civic-trust")], tmp_path / "site", DAY)
    content = (tmp_path / "site" / "fair-civic-trust" / "data" / "fair-civic-trust.zip").read_bytes()
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
    assert "fair-civic-trust/records/reliable-tenant.json" in names
    assert "fair-civic-trust/records/zz.json" not in names
    assert b"nobody-may-see-this" not in content


def test_the_whole_site_travels_as_a_zip_file(tmp_path: Path):
    """Packed, sent and unpacked in another place, every link leads somewhere."""
    build([load_rulebook(DEMO)], tmp_path / "site", DAY)
    shutil.make_archive(str(tmp_path / "sent"), "zip", tmp_path / "site")
    shutil.unpack_archive(tmp_path / "sent.zip", tmp_path / "elsewhere")
    assert files(tmp_path / "elsewhere") == files(tmp_path / "site")
    assert dead_links(tmp_path / "elsewhere") == []


def test_the_page_of_downloads_leads_to_all_of_it(site: Path):
    """Grouped by kind, every version as YAML, JSON and JSON-LD; every file there is."""
    for lang in ("en", "zh-Hans", "de"):
        own = site / "demo" / lang
        page = html.parse(own / "data.html").getroot()
        to = {
            os.path.normpath(file.parent.relative_to(site) / link)
            for file in (own / "data.html", *(own / "data").rglob("*.html"))
            for link in html.parse(file).xpath("//main//a/@href")
            if "#" not in link
        }
        data = {f"demo/data/{path}" for path in files(site / "demo" / "data") if "/drafts/" not in path}
        assert data <= to, data - to
        assert {f"demo/{each}/print.html" for each in ("en", "zh-Hans", "de")} <= to
        assert {f"reference/{kind}.json" for kind in ("rulebook", "source", "rule", "decision")} <= to
        kinds = {f"demo/{lang}/data/{kind}.html" for kind in addresses.FOLDERS.values()}
        assert kinds <= to
        assert len(kinds) == 7
        assert not page.xpath("//a[contains(@href, '.pdf')]")


# -------------------------------------------------------------------------------------------------------- on paper


def printed(site: Path, id_: str, lang: str) -> html.HtmlElement:
    return html.parse(site / id_ / lang / "print.html").getroot()


@pytest.mark.parametrize(("id_", "lang"), PAPER)
def test_the_edition_for_paper_needs_nothing_else(site: Path, id_: str, lang: str):
    """One file: its style is inside and named by its digest, and links stay in it or lead to the web."""
    page = printed(site, id_, lang)
    (style,) = page.xpath("//style")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    seal = b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    assert not page.xpath("//script | //link | //img | //iframe | //form | //@style | //@src")
    ids = page.xpath("//@id")
    assert len(set(ids)) == len(ids)
    links = [link for link in page.xpath("//a/@href") if not link.startswith(("https://", "http://"))]
    assert len(links) > 50
    assert {link for link in links if link.removeprefix("#") not in ids} == set()
    assert {each for each in " ".join(page.xpath("//@aria-labelledby")).split() if each not in ids} == set()


@pytest.mark.parametrize(("id_", "lang"), PAPER)
def test_the_edition_for_paper_says_what_the_pages_say(site: Path, id_: str, lang: str):
    """Every policy in force in full, out of the same templates: each block of text of its page is in it."""
    book = load_rulebook(folder_of(id_))
    library = read_library(book, DAY)
    whole = printed(site, id_, lang)
    said = {words(block) for block in whole.xpath("//p | //li | //td | //th | //dd | //dt")}
    compared = 0
    for chapter in edition_on_paper(library, lang).chapters:
        for policy in chapter.policies:
            assert policy.head
            section = whole.get_element_by_id(f"{chapter.kind}-{policy.head.id}")
            assert section.xpath("string(.//h3)") == policy.head.title.text
            assert policy.head.digest in words(section)
            main_part = html.parse(site / str(policy.path)).getroot().get_element_by_id("main")
            for block in main_part.xpath(".//td | .//th | .//dl[@class='facts']/dd"):
                compared += 1
                if not block.xpath(".//a"):
                    assert words(block) in said, policy.path
    assert compared > 100
    assert len(whole.xpath("//section[@class='policy']")) == len(library.shown.raw) + len(book.shelf.drafts) + 1


def test_nothing_on_paper_sends_the_reader_to_a_screen():
    """A link out of the file becomes words, so words that are only there to be followed are left out."""
    for id_, lang in PAPER:
        page = edition_on_paper(read_library(load_rulebook(folder_of(id_)), DAY), lang)
        inside = {path for path, _, _, _ in contents(page)}
        inside |= {addresses.list_page(page.frame.home, chapter.kind) for chapter in page.chapters}
        for _, _, _, each in contents(page):
            found = html.fromstring(on_paper(environment(lang), each))
            links = {str(link).partition("#")[0] for link in found.xpath("//a/@href")}
            assert {link for link in links if link and not link.startswith("http")} <= inside, each.path


def test_drafts_are_an_annex_with_their_whole_text(site: Path):
    """Who comments on a proposal must have it in full, however long it is."""
    page = printed(site, "fair-civic-trust", "en")
    drafts = load_rulebook("fair-civic-trust").shelf.drafts
    assert len(drafts) == 3
    for document in drafts:
        kind, id_, version = (document.data[key] for key in ("kind", "id", "version"))
        section = page.get_element_by_id(f"draft-{kind}-{id_}-{version}")
        assert section.xpath("string(.//pre)").strip() == document.text.strip()
    assert "These proposals are not in force." in words(page)


def test_headings_are_in_order_and_numbered_as_in_the_contents(site: Path):
    """One title; chapters, policies and their parts below it; the same numbers at both ends of a link."""
    page = printed(site, "demo", "de")
    assert len(page.xpath("//h1")) == 1
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    numbers = {section.get("id"): section.xpath(".//h3/@data-n")[0] for section in page.find_class("policy")}
    listed = {link.get("href")[1:]: words(link.xpath("span")[0]) for link in page.xpath("//nav//li//li/a")}
    assert len(listed) > 30
    assert {anchor: numbers[anchor] for anchor in listed} == listed
    for link in page.xpath("//section//a[@data-n]"):
        anchor = link.get("href")[1:].partition("--")[0]
        assert link.get("data-n") == numbers.get(anchor, link.get("data-n"))


def test_a_name_in_the_style_cannot_do_anything(tmp_path: Path):
    """The name of the rulebook is in the running head, which is style; it must stay a name there."""
    assert quoted('x"}</style><script>') == r'"x\22 \7d \3c \2f style\3e \3c script\3e "'
    shutil.copytree(DEMO, tmp_path / "demo")
    about = tmp_path / "demo" / "rulebook.yaml"
    evil = "</style><script>alert(1)</script>'}*{display:none}"
    title = f'title: {{en: "{evil}", zh-Hans: "{evil}", de: "{evil}"}}\n'
    about.write_text(re.sub(r"(?m)^title:.*\n( .*\n)*", title, about.read_text("utf-8")), "utf-8")
    book = load_rulebook(tmp_path / "demo")
    assert book.about.title["en"] == evil
    ((_, content),) = render([edition_on_paper(read_library(book, DAY), "en")])
    page = html.fromstring(content)
    assert not page.xpath("//script")
    (style,) = page.xpath("//style")
    assert "alert" in style.text
    assert "</" not in style.text
    assert "*{display:none}" not in style.text
    assert evil in words(page)


def test_served_it_may_use_its_own_style_and_nothing_more(site: Path):
    """The header of the server and the page's own policy both count: together they let in that style alone."""
    client = create_app(site, dict).test_client()
    policies = {}
    for name in ("print.html", "data.html"):
        with client.get(f"/demo/en/{name}") as answer:
            policies[name] = answer.headers["Content-Security-Policy"]
    assert "style-src" not in policies["print.html"]
    assert "default-src" not in policies["print.html"]
    assert "script-src 'none'; connect-src 'none'" in policies["print.html"]
    assert "style-src 'self'" in policies["data.html"]


# ------------------------------------------------------------------------------------------------------- the command


def test_print_writes_a_page_without_a_browser(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same page as on the website; a PDF is one step more."""
    monkeypatch.setattr(pdf, "BROWSERS", ("no-such-browser",))
    monkeypatch.chdir(tmp_path)
    command = ["print", "schufa-2026", "--lang", "en", "--as-of", DAY.isoformat(), "--out", "paper.html"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "paper.html").read_bytes() == (site / "schufa-2026" / "en" / "print.html").read_bytes()


def test_print_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No browser, no such language, no such day, no such kind of file: a sentence each, and no file."""
    monkeypatch.setattr(pdf, "BROWSERS", ("no-such-browser",))
    monkeypatch.chdir(tmp_path)
    for arguments, said in [
        (["schufa-2026"], "no browser was found that can print; install Chromium, Chrome or Edge"),
        (["schufa-2026", "--lang", "fr"], "is written in de, en"),
        (["schufa-2026", "--as-of", "1999-01-01"], "no policy of `schufa-2026` is in force"),
        (["schufa-2026", "--out", "paper.doc"], "must end in .pdf or .html"),
    ]:
        result = CliRunner().invoke(main, ["print", *arguments])
        assert result.exit_code != 0
        assert said in " ".join(result.output.split()), result.output
    assert list(tmp_path.iterdir()) == []
    result = CliRunner().invoke(main, ["publish", "--pdf", "--out", str(tmp_path / "site")])
    assert "no browser was found" in result.output
    assert not (tmp_path / "site").exists()


def browser(tmp_path: Path, script: str) -> str:
    """A program that takes the place of a browser; it is told where to print to."""
    file = tmp_path / "browser"
    to = "next(each for each in sys.argv if 'print-to' in each).split('=')[1]"
    file.write_text(f"#!{sys.executable}\nimport sys, time\nto = {to}\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("sys.exit(3)", "`browser` could not print: it ended with 3"),
        ("pass", "`browser` printed nothing"),
        ("open(to, 'w').write('<html>')", "`browser` printed nothing"),
        ("time.sleep(60)", "`browser` took longer than 0.5 seconds to print"),
    ],
)
def test_a_browser_that_fails_leaves_a_sentence(tmp_path: Path, script: str, said: str):
    """Whatever a browser may do."""
    with pytest.raises(pdf.CannotPrintError, match=re.escape(said)):
        pdf.to_pdf(b"<p>", browser(tmp_path, script), seconds=0.5 if "sleep" in script else 30)
    with pytest.raises(pdf.CannotPrintError, match="cannot be started"):
        pdf.to_pdf(b"<p>", str(tmp_path / "gone"))


def test_publish_prints_each_edition_once(tmp_path: Path):
    """With PDF, the page of downloads leads to it; what did not change is not printed again, and without it goes."""
    program = browser(tmp_path, "open(to, 'w').write(f'%PDF {time.monotonic_ns()}')")
    out, today = tmp_path / "site", date(2026, 12, 15)
    publish([DEMO], out, today, browser=program)
    first = (out / "demo" / "de" / "print.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert [link for _, link in dead_links(out) if link.endswith(".pdf")] == []
    assert words(html.parse(out / "demo/de/data.html").getroot().xpath("//a[@type='application/pdf']")[0]) == "PDF"
    build([load_rulebook(DEMO)], out, today, browser=program)
    assert (out / "demo" / "de" / "print.pdf").read_bytes() == first
    publish([DEMO], out, today)
    assert not (out / "demo" / "de" / "print.pdf").exists()
    assert not [path for path, page in pages(out) if page.xpath("//a[contains(@href, 'print.pdf')]")]


def test_every_shipped_rulebook_is_tried_here():
    """A rulebook that is added is added above."""
    assert {folder.name for folder in rulebook_folders(policies_folder())} | {"demo"} == set(BOOKS)
    expected = [(id_, lang) for id_ in BOOKS for lang in load_rulebook(folder_of(id_)).about.languages]
    assert sorted(expected) == sorted(PAPER)
