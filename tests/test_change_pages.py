"""The pages on what changes: every edit once, the right people, the right numbers, within what a page may weigh."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from quickjs import Context

from bench import large
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.locate import policies_folder
from engine.readings.prose.words import phrase
from engine.rulebook import edition, load_rulebook
from engine.sides import drafted, sides
from engine.worddiff import worddiff
from publisher import studies
from publisher.collect import collect
from publisher.command import main
from publisher.locate import site_folder
from publisher.pages import Card, ChangePage, Counted, People
from publisher.plainly import from_plain, to_plain
from publisher.publish import build
from publisher.review import review
from publisher.steps import DRAFTS, steps_of
from publisher.studies import Study, kept_in, studied
from publisher.writing import hunks
from tests.website import DAY, DEMO, dead_links, files, words

FAIR = "fair-civic-trust"
FIRST, SECOND, THIRD = date(2026, 12, 1), date(2027, 2, 1), date(2027, 4, 1)
RAW, PACKED = 16 * 1024, 6 * 1024


def few(before: Edition, after: Edition) -> Study:
    """Enough people to count, and no more."""
    return studied(before, after, seconds=20, people=300)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Study]:
    """What is found out about each step of the shipped rulebook, once for all tests."""
    found = {}
    for step in steps_of(load_rulebook(FAIR)):
        found[step.before.digest, step.after.digest] = few(step.before, step.after)
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, kept: dict[tuple[str, str], Study]) -> Path:
    out = tmp_path_factory.mktemp("site")
    build([load_rulebook(FAIR)], out, DAY, study=lambda one, other: kept[one.digest, other.digest])
    return out


@pytest.fixture(scope="module")
def pages(kept: dict[tuple[str, str], Study]) -> list[ChangePage]:
    made = collect([load_rulebook(FAIR)], DAY, study=lambda one, other: kept[one.digest, other.digest])
    return [page for page in made if isinstance(page, ChangePage)]


def read(site: Path, path: str) -> html.HtmlElement:
    return html.fromstring((site / FAIR / path).read_bytes())


def whole(site: Path, path: str) -> list[html.HtmlElement]:
    """All parts of a page."""
    first = read(site, path)
    more = sorted((site / FAIR / path.removesuffix(".html")).glob("*.html"), key=lambda file: int(file.stem))
    return [first, *(html.fromstring(file.read_bytes()) for file in more)]


# ------------------------------------------------------------------------------------------------------------- words


def test_each_step_and_each_version_that_comes_has_a_page(site: Path):
    """The first versions come with the first edition, of which nobody asks what it changes."""
    for lang in ("en", "zh-Hans"):
        found = {
            file.relative_to(site / FAIR / lang).as_posix() for file in (site / FAIR / lang).rglob("changes/*.html")
        }
        assert found == {
            *(f"changes/{name}.html" for name in ("2027-02-01", "2027-04-01", DRAFTS)),
            "rules/items-returned/changes/1.0.1.html",
            "rules/bills-paid-on-time/changes/1.1.0.html",
            "exclusions/peer-ratings/changes/1.1.0.html",
            "rules/fraud-judgment/changes/2.0.0.html",
            "scores/civic-trust/changes/2.0.0.html",
            "sources/bill-payments/changes/2.0.0.html",
        }
    assert dead_links(site) == []


def test_a_change_begins_with_its_sentence_and_its_counts(site: Path):
    """In plain words: who is worse off is the first thing to know."""
    said = {}
    for name in ("2027-02-01", "2027-04-01", DRAFTS):
        page = read(site, f"en/changes/{name}.html")
        counts = [int(words(each)) for each in page.xpath("//ul[contains(@class, 'count')]//b")]
        said[name] = words(page.xpath("//p[contains(@class, 'lead')]")[0]), counts
    assert said == {
        "2027-02-01": ("Nobody gets a different result.", [0, 0, 0, 1]),
        "2027-04-01": ("Some people get a different result, and nobody is worse off.", [0, 11, 0, 1]),
        DRAFTS: ("Somebody can be worse off: an example person shows how.", [4, 0, 3, 1]),
    }


def test_the_index_leads_to_every_policy_the_worst_first(site: Path):
    page = read(site, f"en/changes/{DRAFTS}.html")
    index = page.xpath("//ul[contains(@class, 'index')]//a")
    assert [words(each) for each in index][:3] == [
        "Rent and household bills",
        "Judgment for fraud",
        "Civic trust score",
    ]
    grades = [words(each) for each in page.xpath("//ul[contains(@class, 'index')]//span")]
    order = ["Weakens protection", "Strengthens protection", "Neutral", "Words only"]
    assert grades == sorted(grades, key=order.index)


@pytest.mark.parametrize(("lang", "come"), [("en", "letters of praise"), ("zh-Hans", "推荐信")])
def test_a_text_that_changed_is_laid_beside_what_it_was(site: Path, lang: str, come: str):
    """In the language of the page, and for a screen reader as deleted and inserted."""
    removed: list[str] = []
    added: list[str] = []
    for page in whole(site, f"{lang}/changes/2027-04-01.html"):
        text = page.xpath("//p[contains(@class, 'words')]")
        removed += [each.text_content() for one in text for each in one.iter("del")]
        added += [each.text_content() for one in text for each in one.iter("ins")]
    assert removed
    assert any(come in each for each in added)


def test_every_edit_stands_on_a_page_once(pages: list[ChangePage]):
    """However a change is divided: nothing is lost between two pages, and nothing said twice."""
    for step in steps_of(load_rulebook(FAIR)):
        edits = sorted(one.fingerprint for some in step.told.values() for one in some)
        assert len(edits) > 0
        for lang in ("en", "zh-Hans"):
            parts = [page for page in pages if str(page.path).startswith(f"{FAIR}/{lang}/changes/{step.name}")]
            told = [
                one.mark for page in parts for block in page.blocks if isinstance(block, Card) for one in block.told
            ]
            assert sorted(told) == edits


def test_why_a_policy_ends_is_said(tmp_path: Path):
    """A repeal is a version too, and gives its reason."""
    build([load_rulebook(DEMO)], tmp_path, DAY)
    page = html.fromstring((tmp_path / "demo/en/changes/2026-07-01.html").read_bytes())
    (card,) = page.xpath("//*[@id='right-hotline']")
    assert "No longer in force, last in version 1.0.0" in words(card)
    assert "The reason given: Nobody called." in words(card)


# ------------------------------------------------------------------------------------------------------------ people


def test_the_people_shown_get_what_the_page_says(pages: list[ChangePage], kept: dict[tuple[str, str], Study]):
    """Each example is evaluated once more, under both editions, by the definition."""
    (step,) = (one for one in steps_of(load_rulebook(FAIR)) if one.name == DRAFTS)
    claimed = kept[step.before.digest, step.after.digest].claimed
    assert claimed is not None
    use = step.after.about.default_use
    assert use is not None
    scores = set()
    for effect in claimed.compared.effects:
        if effect.people is not None:
            record = dict(effect.people.before.record)
            day = claimed.compared.as_of
            both = [evaluate_under(one, record, as_of=day, use=use) for one in (step.before, step.after)]
            scores.add(tuple(getattr(one, "score", None) for one in both))
    shown = [
        one
        for page in pages
        if page.what == DRAFTS
        for block in page.blocks
        if isinstance(block, People)
        for one in block.examples
    ]
    assert len(shown) > 2
    assert {one.score for one in shown} <= scores
    assert any(one.worse and one.score[0] > one.score[1] for one in shown if one.score[0] and one.score[1])


def test_made_up_people_are_called_so(site: Path):
    for lang, word in (("en", "synthetic"), ("zh-Hans", "虚构")):
        (title,) = (
            words(each)
            for page in whole(site, f"{lang}/changes/2027-04-01.html")
            for each in page.xpath("//*[@id='counted']/h2")
        )
        assert word in title


def test_the_numbers_of_the_bands_are_those_that_were_counted(
    pages: list[ChangePage], kept: dict[tuple[str, str], Study]
):
    (step,) = (one for one in steps_of(load_rulebook(FAIR)) if one.name == "2027-04-01")
    impact = kept[step.before.digest, step.after.digest].impact
    assert impact is not None
    blocks = [
        each
        for page in pages
        if page.path.match("en/changes/2027-04-01*") or "2027-04-01/" in str(page.path)
        for each in page.blocks
    ]
    block = next(each for each in blocks if isinstance(each, Counted))
    shown = [number for row in block.matrix for number, _ in row.cells]
    assert shown == [impact.counts["bands", was, now] for was in impact.bands_before for now in impact.bands_after]
    never = [way for row in block.matrix for _, way in row.cells if way == "never"]
    assert never, "the proof says which moves cannot happen"
    assert sum(number or 0 for _, number in block.outcomes) <= 300


def test_who_can_be_tried_is_linked_to_the_simulator(tmp_path: Path, kept: dict[tuple[str, str], Study]):
    """With the edition and the values that the simulator needs to set them again."""
    build([load_rulebook(FAIR)], tmp_path, THIRD, study=lambda one, other: kept[one.digest, other.digest])
    links = [
        str(link)
        for page in whole(tmp_path, "en/changes/2027-04-01.html")
        for link in page.xpath("//a[contains(@href, 'try.html#')]/@href")
    ]
    shown = edition(load_rulebook(FAIR), THIRD)
    assert shown is not None
    assert links
    assert all(f"s={FAIR}&e={shown.digest[:12]}&d=2027-04-01&u=" in link for link in links)
    assert any("m.bills-paid-on-time-share=0.9" in link for link in links)


def test_what_was_not_worked_out_is_said(tmp_path: Path):
    build([load_rulebook(FAIR)], tmp_path, DAY)
    said = words(read(tmp_path, "en/changes/2027-04-01.html"))
    assert "What follows for people was not worked out." in said
    assert "What was proved" not in said


# -------------------------------------------------------------------------------------------------------------- kept


def test_what_was_worked_out_is_not_worked_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A website is made again in seconds; what lies broken in the cache is made anew."""
    asked = []

    def asking(before: Edition, after: Edition) -> Study:
        asked.append(after.from_)
        return Study()

    monkeypatch.setattr(studies, "studied", asking)
    book = load_rulebook(FAIR)
    study = kept_in(tmp_path / "deep" / "steps")
    steps_of(book, study)
    assert len(asked) == 3
    steps_of(book, study)
    assert len(asked) == 3
    for file in (tmp_path / "deep" / "steps").iterdir():
        file.write_text('{"Study": [{"__import__": ["os"]}, null]}')
    steps_of(book, kept_in(tmp_path / "deep" / "steps", anew=False))
    assert len(asked) == 3
    steps_of(book, study)
    assert len(asked) == 6


def test_answers_come_back_as_they_went(kept: dict[tuple[str, str], Study]):
    """People, dates, decimals and all: the page must be the same the second time."""
    for study in kept.values():
        again = from_plain(to_plain(study), {"Study": Study})
        assert study.impact is not None
        old, new = study.impact.old, study.impact.new
        assert replace(again, impact=replace(again.impact, old=old, new=new)) == study


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(studies, "studied", lambda *_: Study())
    (tmp_path / "file").write_text("")
    assert len(steps_of(load_rulebook(FAIR), kept_in(tmp_path / "file" / "steps"))) == 3


def test_only_the_newest_steps_are_proved_and_nothing_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Thousands of proofs would take days: what is left out is said on its page."""
    asked = []
    monkeypatch.setattr(studies, "studied", lambda *_: asked.append(1) or Study())
    monkeypatch.setattr("publisher.steps.STUDIED", 1)
    steps = steps_of(load_rulebook(FAIR), kept_in(tmp_path / "some"))
    assert len(asked) == 1
    assert len(steps) == 3
    monkeypatch.setattr(studies, "MOST_CASES", 5)
    steps_of(load_rulebook(FAIR), kept_in(tmp_path / "others"))
    assert len(asked) == 1


def test_the_same_rulebook_gives_the_same_pages(site: Path, tmp_path: Path, kept: dict[tuple[str, str], Study]):
    build([load_rulebook(FAIR)], tmp_path, DAY, study=lambda one, other: kept[one.digest, other.digest])
    assert files(tmp_path) == files(site)


# ------------------------------------------------------------------------------------------------------------- weight


def test_a_change_of_many_policies_is_on_light_pages(tmp_path: Path):
    """Hundreds of edits in one edition are divided; the index names the worst and counts the rest."""
    rulebook = load_rulebook(large.write(tmp_path / "book", 150, 3, 2))
    out = tmp_path / "site"
    build([rulebook], out, date(2022, 1, 1))
    found = [file for file in out.rglob("*.html") if "changes" in file.relative_to(out).parts]
    assert len(found) > 50
    for file in found:
        content = file.read_bytes()
        assert len(content) <= RAW, file
        assert len(gzip.compress(content, mtime=0)) <= PACKED, file


# -------------------------------------------------------------------------------------------------- the text as written


LINES = st.lists(st.sampled_from(["a: 1\n", "b: two\n", "c: [3, 4]\n", "标题: 公平\n", "d: x y z\n"]), max_size=25).map(
    "".join
)


@given(LINES, LINES)
def test_the_places_hold_the_lines_they_name(old: str, new: str):
    """What stands beside each other is what stands in the files, and nothing that differs is left out."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    rest = [list(before), list(after)]
    for hunk in reversed(list(hunks(old, new))):
        for side, lines, pieces in ((0, before, hunk.before), (1, after, hunk.after)):
            start, many = hunk.at[side] - 1, hunk.lines[side]
            if many:
                assert "".join(piece.text for piece in pieces) == "".join(lines[start : start + many])
                rest[side][start : start + many] = [None]
    assert [each for each in rest[0] if each is not None] == [each for each in rest[1] if each is not None]


def test_a_change_of_a_policy_shows_both_files(site: Path):
    """The points that rose are marked in the old file and in the new one."""
    parts = whole(site, "en/rules/bills-paid-on-time/changes/1.1.0.html")
    assert "15" in [each for page in parts for each in page.xpath("//pre//del/text()")]
    assert "25" in [each for page in parts for each in page.xpath("//pre//ins/text()")]
    assert not [each for page in parts for each in page.xpath("//script | //@style")]


# ------------------------------------------------------------------------------------------------------- review file


def test_a_review_file_needs_no_other(kept: dict[tuple[str, str], Study]):
    """Every link stays inside, nothing is loaded, and it has all that the page has and the policies as well."""
    proposed = drafted(load_rulebook(FAIR))
    assert proposed is not None
    study = kept[proposed[0].edition.digest, proposed[1].edition.digest]
    for lang in ("en", "zh-Hans"):
        page = html.fromstring(review(*proposed, study, lang))
        assert not page.xpath("//script | //link | //img | //@style | //@src")
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)) > 10
        assert {str(href) for href in page.xpath("//a/@href")} <= {f"#{id_}" for id_ in ids}
        assert len(page.xpath("//h1")) == 1
        assert "P24M" in page.xpath("//pre//del/text()")
        assert "P36M" in page.xpath("//pre//ins/text()")
        assert [one.edition.digest for one in proposed] == page.xpath("//dl//small/code/text()")
        for part in ("people", "counted", "rule-fraud-judgment", "text-rule-fraud-judgment"):
            assert part in ids


def test_the_review_of_two_versions_is_about_one_policy():
    old, new = sides("rules/bills-paid-on-time@1.0.0", "rules/bills-paid-on-time@1.1.0", policies_folder(), FAIR)
    page = html.fromstring(review(old, new, Study(), "en"))
    assert [words(each) for each in page.xpath("//ul[contains(@class, 'index')]//a")] == ["Bills paid on time"]
    title = phrase("en", "change.version", title="Bills paid on time", version="1.1.0")
    assert title in words(page.xpath("//h1")[0])


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["review", *args])


def test_the_command_writes_the_review_file(tmp_path: Path):
    """In the language asked for, with as many people as asked for."""
    out = tmp_path / "file.html"
    named = ("--no-proof", "--population", "synthetic:50", "--lang", "zh-Hans")
    done = run(f"{FAIR}@2027-02-01", f"{FAIR}@2027-04-01", "--out", str(out), *named)
    assert done.exit_code == 0, done.output
    page = html.fromstring(out.read_bytes())
    assert page.get("lang") == "zh-Hans"
    assert "50名虚构的人" in words(page)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((f"{FAIR}@2027-04-01", f"{FAIR}@2027-04-02"), "are the same edition"),
        ((f"{FAIR}@2027-04-01", "schufa-2026@2026-06-01"), "are different rulebooks"),
        (("rules/none@1.0.0", "rules/none@1.1.0"), "none"),
        (
            (f"{FAIR}@2027-02-01", f"{FAIR}@2027-04-01", "--no-proof", "--population", "nowhere"),
            "there is no `nowhere`",
        ),
        ((f"{FAIR}@2027-02-01", f"{FAIR}@2027-04-01", "--no-proof", "--use", "nobody"), "there is no use `nobody`"),
    ],
)
def test_what_cannot_be_reviewed_is_said_and_nothing_written(args: tuple[str, ...], message: str, tmp_path: Path):
    done = run(*args, "--out", str(tmp_path / "file.html"))
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_review_file_is_html_or_pdf(tmp_path: Path):
    done = run(f"{FAIR}@2027-02-01", f"{FAIR}@2027-04-01", "--out", str(tmp_path / "file.doc"))
    assert done.exit_code == 2
    assert "the file must end in .html or .pdf" in done.stderr


# --------------------------------------------------------------------------------------------------- in the browser


@pytest.fixture(scope="module")
def comparing() -> Context:
    """The script of the page, without the page."""
    context = Context()
    context.eval((site_folder() / "assets" / "compare.js").read_text("utf-8"))
    return context


def pieces(comparing: Context, old: str, new: str) -> list[list[str]]:
    told = comparing.eval(f"JSON.stringify(comparing.words({json.dumps(old)}, {json.dumps(new)}))")
    found: list[list[str]] = json.loads(told)
    return found


@given(LINES | st.text(max_size=40), LINES | st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_script_loses_no_letter(comparing: Context, old: str, new: str):
    """Same and removed make the old text, same and added the new one, whatever stands in them."""
    found = pieces(comparing, old, new)
    assert "".join(text for kind, text in found if kind != "added") == old
    assert "".join(text for kind, text in found if kind != "removed") == new


def test_the_script_cuts_no_number_and_no_word(comparing: Context):
    """As `engine.worddiff` has it."""
    for old, new in (
        ("Kept for 24 months.", "Kept for 36 months."),
        ("守约分在350到950之间。", "守约分在330到950之间。"),
    ):
        assert pieces(comparing, old, new) == [[piece.kind, piece.text] for piece in worddiff(old, new)]
    assert pieces(comparing, "a 0.90 b", "a 0.95 b")[1:3] == [["removed", "0.90"], ["added", "0.95"]]


@given(LINES, LINES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_script_names_the_lines_it_shows(comparing: Context, old: str, new: str):
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    told = comparing.eval(f"JSON.stringify(comparing.places({json.dumps(old)}, {json.dumps(new)}))")
    places = json.loads(told)
    assert bool(places) == (old != new)
    for place in places:
        for side, lines, left_out in ((0, before, "added"), (1, after, "removed")):
            start, size = place["at"][side], place["size"][side]
            shown = "".join(text for kind, text in place["pieces"] if kind != left_out)
            assert shown == "".join(lines[start : start + size])


def test_the_versions_to_compare_are_those_of_the_rulebook(site: Path):
    """As written, with their texts; the draft is among them."""
    script = (site / FAIR / "versions/scores/civic-trust.js").read_text("utf-8")
    versions = json.loads(script.removeprefix("const versions=").rstrip().removesuffix(";"))
    assert [one["version"] for one in versions] == ["1.0.0", "2.0.0"]
    folder = policies_folder() / FAIR / "scores" / "civic-trust"
    assert versions[0]["yaml"] == (folder / "1.0.0.yaml").read_text("utf-8")
    assert versions[1]["yaml"] == (folder / "drafts" / "2.0.0.yaml").read_text("utf-8")
    assert versions[0]["texts"]["title"] == {"en": "Civic trust score", "zh-Hans": "守约分"}


@pytest.mark.parametrize(("lang", "said"), [("en", "Comments until"), ("zh-Hans", "征求意见至")])
def test_a_step_to_drafts_says_until_when_comments_are_taken(lang: str, said: str):
    """Who reads what a proposal would change must know for how long they can say something."""
    old, new = sides(f"{FAIR}@2027-04-01", f"{FAIR}@drafts", policies_folder())
    assert said in review(old, new, Study(), lang).decode()
    first, second = sides(f"{FAIR}@2027-02-01", f"{FAIR}@2027-04-01", policies_folder())
    assert said not in review(first, second, Study(), lang).decode()
