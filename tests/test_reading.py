"""The pages of policies as a reader needs them: in a fixed order, with figures that add up, linked both ways."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from lxml import html

from engine.ir import AllOf, AnyOf, BandRef, Boolean, Edition, Joined, NoScore, OneOf, Rows
from engine.locate import policies_folder
from engine.problem import Where
from engine.rulebook import Rulebook, load_rulebook
from engine.settable import made_of
from publisher import lineage, tried
from publisher.addresses import policy_page
from publisher.heads import head_of
from publisher.library import read_library
from publisher.nearby import nearest
from publisher.speech import Speaker
from publisher.waterfall import decided
from tests.website import DAY, DEMO, pages, words

BOOKS = (DEMO, *sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml")))


@pytest.fixture(scope="module", params=BOOKS, ids=lambda folder: folder.name)
def book(request: pytest.FixtureRequest) -> Rulebook:
    return load_rulebook(request.param)


def page(site: Path, path: str) -> html.HtmlElement:
    return html.fromstring((site / path).read_bytes())


def rule_pages(site: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    found = [
        (path, each)
        for path, each in pages(site)
        if re.search(r"/rules/(?!index\.html|.*/(drafts|changes)/|.*/compare\.html)", path)
    ]
    assert len(found) > 100
    yield from found


# --------------------------------------------------------------------------------------------------------------- order

ORDER = ["points", "looks", "missing", "examples", "mend", "not", "authority", "wrong", "history", "policy"]


def test_every_rule_answers_the_same_questions_in_the_same_order(site: Path) -> None:
    """Who has read one rule finds their way in all of them."""
    for path, found in rule_pages(site):
        assert [id_ for id_ in found.xpath("//h2/@id") if id_ in ORDER] == ORDER, path
        assert [link[1:] for link in found.xpath("//nav[@class='toc']//a/@href")] == ORDER, path
        box = found.xpath("//div[@class='plain']/p")[0]
        assert words(box), path
        assert box.sourceline < found.xpath("//h2[@id='points']")[0].sourceline, path


def test_rules_lead_to_the_next_and_back(site: Path) -> None:
    """All rules can be read one after the other, and the other way round."""
    for start in ("demo/en/rules/paid-on-time.html", "schufa-2026/de/rules/payment-defaults.html"):
        read, path = [], start
        while path not in read:
            read.append(path)
            after = page(site, path).xpath("//a[@rel='next']/@href")
            if not after:
                break
            target = (Path(path).parent / after[0]).as_posix()
            assert page(site, target).xpath("//a[@rel='prev']/@href") == [Path(path).name]
            path = target
        listed = page(site, start.rpartition("/")[0] + "/index.html").xpath(
            "//main//table//th/a/@href | //main//h3/a/@href"
        )
        assert [Path(one).name for one in read] == listed


# ----------------------------------------------------------------------------------------------------------- waterfall


def figure(text: str) -> int:
    return int(re.sub(r"[^\d−]", "", text).replace("−", "-"))


def test_the_steps_of_a_worked_example_add_up(site: Path) -> None:
    """Every figure of the example is on the page, and whoever adds them up comes to the score."""
    shown = 0
    for path, found in rule_pages(site):
        for table in found.xpath("//table[@class='fall']"):
            figures = [figure(words(each)) for each in table.xpath(".//span[@class='n']")]
            assert sum(figures[:-1]) == figures[-1], path
            assert len(table.xpath(".//tr[@class='here']")) == 1, path
            assert figure(words(table.xpath(".//tr[@class='here']//span")[0])) != 0, path
            shown += 1
    assert shown > 60


def test_a_worked_example_is_what_the_engine_makes_of_a_record(site: Path) -> None:
    """The example is no drawing: its figures are those of a record that anybody can run."""
    one = next(each for each in decided(load_rulebook(DEMO)) if each.name == "household")
    table = page(site, "demo/en/rules/paid-on-time.html").xpath("//table[@class='fall']")[0]
    rows = table.xpath("tbody/tr")
    said = {words(row.xpath("th")[0]): figure(words(row.xpath("td/span")[0])) for row in rows}
    assert said["ScoreBand: Good"] == one.decision.score == 565
    assert said["Reminders"] == one.decision.points["reminders-received"] == -20
    assert said["2 other rules"] == 0
    assert "Example: a household with two reminders" in words(page(site, "demo/en/rules/paid-on-time.html"))
    assert "示例：收到过两次催款的住户" in words(page(site, "demo/zh-Hans/rules/paid-on-time.html"))


def test_a_floor_that_binds_is_a_step(site: Path) -> None:
    """What a group holds back is not hidden in the sum."""
    table = page(site, "fair-civic-trust/en/rules/bills-paid-on-time.html").xpath("//table[@class='fall']")[0]
    said = {words(row.xpath("th")[0]): words(row.xpath("td")[0]) for row in table.xpath("tbody/tr")}
    assert said["Court judgments: together they cost no more"] == "+10"


def test_no_example_is_made_up_where_no_record_counts(site: Path) -> None:
    """A rule that gives no points, and a version without a record of its time, show the author's examples only."""
    for path in ("demo/en/rules/steady-payer.html", "demo/en/rules/paid-on-time/1.0.0.html"):
        found = page(site, path)
        assert not found.xpath("//table[@class='fall']"), path
        assert found.xpath("//*[@id='worked']"), path


# ---------------------------------------------------------------------------------------------------------- both ways


@cache
def links(site: Path, path: str) -> set[str]:
    """Where a page leads, from the root of the site and without the place on the page."""
    found = page(site, path).xpath("//main//a/@href")
    return {
        ((site / path).parent / link.partition("#")[0]).resolve().relative_to(site.resolve()).as_posix()
        for link in found
        if link.partition("#")[0] and "//" not in link
    }


def hops(edition: Edition) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Everything that flows into something, from field to use: a source for its fields."""
    for id_, measure in edition.measures.items():
        yield from ((("source", source), ("measure", id_)) for source in lineage.source_of(measure))
        yield from ((("measure", other), ("measure", id_)) for other in made_of(measure))
    for id_, rule in edition.rules.items():
        yield from ((("measure", measure), ("rule", id_)) for measure in rule.reads)
        concludes = {conclusion.name for conclusion in rule.conclusions}
        readers = (other for other, each in edition.rules.items() if concludes & set(each.reads_conclusions))
        yield from ((("rule", id_), ("rule", other)) for other in readers)
        uses = (use for use, each in edition.uses.items() if concludes & lineage.concluded_for(each))
        yield from ((("rule", id_), ("use", use)) for use in uses)
    if edition.score:
        score = ("score", edition.score.head.id)
        yield from ((("rule", id_), score) for id_ in edition.score.rules)
        asked = {measure for each in edition.score.no_score for measure in lineage.measure_names(each.when)}
        yield from ((("measure", measure), score) for measure in asked)
        yield from ((score, ("use", use)) for use, each in edition.uses.items() if lineage.scored_for(each))


def test_each_hop_from_field_to_use_is_linked_both_ways(site: Path, book: Rulebook) -> None:
    """From what is collected to what follows, and from what follows back to what was collected."""
    edition = read_library(book, DAY).shown
    checked = 0
    for lang in book.about.languages:
        home = f"{book.about.id}/{lang}/"
        for start, end in hops(edition):
            here, there = policy_page(home, *start), policy_page(home, *end)
            assert there in links(site, here), (here, there)
            assert here in links(site, there), (there, here)
            checked += 1
    assert checked > 60


def test_every_field_shows_its_measures_and_rules(site: Path, book: Rulebook) -> None:
    """A field by itself, too: each measure and rule that depends on it, and the field again on the measure's page."""
    edition = read_library(book, DAY).shown
    home = f"{book.about.id}/{book.about.languages[0]}/"
    used = lineage.used_items(edition)
    for id_, source in edition.sources.items():
        found = page(site, policy_page(home, "source", id_))
        for name in source.fields:
            row = found.xpath(f"//tr[@id='field-{name}']")[0]
            shown = {Path(link).name for link in row.xpath("td[last()]//a/@href")}
            item = (id_, name)
            readers = [m for m, each in edition.measures.items() if item in lineage.items_read(edition, each)]
            rules = [r for r, each in edition.rules.items() if item in lineage.items_below(edition, each.reads)]
            assert shown == {f"{each}.html" for each in (*readers, *rules)}, item
            assert bool(row.xpath(".//span[@class='tag']")) is (item not in used), item
            for measure in readers:
                back = page(site, policy_page(home, "measure", measure)).xpath("//main//a/@href")
                assert f"../sources/{id_}.html#field-{name}" in back, (measure, item)


def test_a_field_is_used_when_only_the_score_asks_for_it() -> None:
    """What decides whether there is a score at all is not *collected but not used*, though no rule looks at it."""
    edition = read_library(load_rulebook(DEMO), DAY).shown
    assert edition.score is not None
    asked = {m for each in edition.score.no_score for m in lineage.measure_names(each.when)}
    alone = replace(edition, rules={}, score=replace(edition.score, rules=(), groups=()))
    wanted = {item for m in asked for item in lineage.items_below(edition, (m,))}
    assert wanted
    assert lineage.used_items(alone) == wanted


def test_a_measure_looks_back_as_far_as_the_longest_of_its_parts() -> None:
    """Who reads *the last 6 months* would not expect that a part of it looks back for two years."""
    edition = read_library(load_rulebook(DEMO), DAY).shown
    rows = {id_: measure for id_, measure in edition.measures.items() if isinstance(measure.body, Rows)}
    (one, first), (other, second), *_ = rows.items()
    joined = next(measure for measure in edition.measures.values() if isinstance(measure.body, Joined))
    changed = {
        one: replace(first, body=replace(first.body, within=6)),
        other: replace(second, body=replace(second.body, within=24)),
        "both": replace(joined, body=replace(joined.body, measures=(one, other))),
    }
    assert lineage.months_below(replace(edition, measures=changed), "both") == 24
    endless = changed | {other: replace(second, body=replace(second.body, within=None))}
    assert lineage.months_below(replace(edition, measures=endless), "both") is None


def test_what_follows_from_a_band_alone_follows_from_nothing_else(site: Path) -> None:
    """Of conditions that must all hold a band is only one: then the band alone brings nothing about."""
    bands, here = ("low", "middle", "high"), Where("use.yaml", 1)
    low = OneOf(BandRef(), ("low", "middle"), Boolean(), here)
    high = OneOf(BandRef(), ("middle", "high"), Boolean(), here)
    assert lineage.bands_of(AnyOf((low, high), here), bands) == set(bands)
    assert lineage.bands_of(AllOf((low, high), here), bands) == {"middle"}
    assert lineage.bands_of(AllOf((low, NoScore(here)), here), bands) == set()
    table = page(site, "demo/en/score.html").xpath("//table[@aria-labelledby='bands']")[0]
    assert "A deposit of one month is asked for." not in words(table)


# ---------------------------------------------------------------------------------------------------------- exclusions


def test_what_was_refused_is_counted_and_not_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how often the record was refused: a time it was let in would show."""
    book = load_rulebook(DEMO)
    shown = read_library(book, DAY).shown
    honest = tried.try_out(book, shown)
    assert honest
    assert all(each.refused == each.times > 0 for each in honest.values())
    monkeypatch.setattr(tried, "refused_by_name", lambda _edition, probe, _day: "a" not in probe.what)
    leaky = tried.try_out(book, shown)
    assert any(each.refused < each.times for each in leaky.values())
    assert {id_: each.times for id_, each in leaky.items()} == {id_: each.times for id_, each in honest.items()}


def test_a_translation_is_behind_only_when_the_original_went_on(tmp_path: Path) -> None:
    """A warning on every translated page would soon be read by nobody."""
    folder = tmp_path / "demo"
    shutil.copytree(DEMO, folder)
    file = folder / "uses" / "winter-plan" / "1.0.0.yaml"
    text = file.read_text("utf-8")
    for made_from, warned in (("1.0.0", False), ("0.9.0", True)):
        file.write_text(text + f"translation_of: {{de: {made_from}}}\n", "utf-8")
        library = read_library(load_rulebook(folder), DAY)
        speaker = Speaker(library.shown, "de", "demo/de/", anchors=True)
        version = library.versions["use", "winter-plan"][0]
        head = head_of(speaker, library, version, library.shown.uses["winter-plan"])
        assert (head.behind is not None) is warned, made_from


# ------------------------------------------------------------------------------------------------------------- in order


def test_rights_come_in_the_order_in_which_one_needs_them(site: Path) -> None:
    """First see what is there, then put it right; the complaint comes last."""
    listed = page(site, "schufa-2026/de/rights/index.html").xpath("//main//h2/a/@href")
    assert listed == [
        f"{id_}.html"
        for id_ in (
            "see-my-data",
            "correct-my-data",
            "erase-my-data",
            "explain-my-score",
            "contest-a-claim",
            "human-review",
            "complain",
        )
    ]


def test_measures_are_listed_by_source_with_what_uses_them(site: Path, book: Rulebook) -> None:
    """Thirty measures in the order of their ids tell nobody anything."""
    edition = read_library(book, DAY).shown
    found = page(site, f"{book.about.id}/{book.about.languages[0]}/measures/index.html")
    assert len(found.xpath("//main//h3")) == len(edition.measures)
    for heading in found.xpath("//main//h2/a"):
        source = Path(heading.get("href")).stem
        for item in heading.getparent().getnext().xpath("li"):
            id_ = Path(item.xpath("h3/a/@href")[0]).stem
            sources = {
                s for m in lineage.measures_below(edition, (id_,)) for s in lineage.source_of(edition.measures[m])
            }
            assert source in sources, id_
            measures, rules = lineage.readers(edition).get(id_, ((), ()))
            used = {Path(link).stem for link in item.xpath("p[@class='meta']/a/@href")}
            assert {*measures, *rules} <= used, id_


def test_places_in_laws_are_said_in_words(site: Path) -> None:
    """*22(3)* is a place only for who knows the notation."""
    said = words(page(site, "schufa-2026/de/rights/human-review.html").xpath("//dl[@class='facts']")[-1])
    assert "Artikel 22 Absatz 3" in words(page(site, "schufa-2026/de/rights/human-review.html")), said
    assert "Article 22(3)" in words(page(site, "schufa-2026/en/rights/human-review.html"))
    assert "§ 31 Absatz 2" in words(page(site, "schufa-2026/de/rights/contest-a-claim.html"))


def test_the_letter_has_an_address(site: Path) -> None:
    """Who wants to contest a claim must know where to."""
    for id_ in ("see-my-data", "contest-a-claim", "erase-my-data"):
        said = words(page(site, f"schufa-2026/de/rights/{id_}.html"))
        assert "SCHUFA Holding AG, Kormoranweg 5, 65201 Wiesbaden" in said
        assert "Gustav-Stresemann-Ring 1, 65189 Wiesbaden" in said


# ---------------------------------------------------------------------------------------------------------- exclusions


def test_the_nearest_exclusions_come_first() -> None:
    """A rule about bills says first that what you buy never counts; one about identity, that origin does not."""
    edition = read_library(load_rulebook(policies_folder() / "fair-civic-trust"), DAY).shown
    assert nearest(edition, edition.rules["bills-paid-on-time"])[:2] == ("purchases", "income-and-assets")
    for rule in edition.rules.values():
        forbidding = {id_ for id_, exclusion in edition.exclusions.items() if "score" in exclusion.never}
        assert set(nearest(edition, rule)) == forbidding


def test_a_rule_leads_to_where_it_is_tried_out(site: Path, book: Rulebook) -> None:
    """From reading to trying is one step, and it lands at a figure that can be set there."""
    edition = read_library(book, DAY).shown
    for lang in book.about.languages:
        for id_, rule in edition.rules.items():
            path = policy_page(f"{book.about.id}/{lang}/", "rule", id_)
            (link,) = page(site, path).xpath("//a[@class='go']/@href")
            target, _, anchor = link.partition("#")
            assert ((site / path).parent / target).resolve() == site / book.about.id / lang / "try.html"
            basic = {f"measure-{each}" for each, m in edition.measures.items() if not made_of(m)}
            assert anchor in basic if rule.reads else not anchor, (path, link)
