"""The pages of policies as a reader needs them: in a fixed order, with figures that add up, linked both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import html

from engine.ir import Edition
from engine.locate import policies_folder
from engine.rulebook import Rulebook, load_rulebook
from publisher import lineage
from publisher.addresses import policy_page
from publisher.library import read_library
from publisher.nearby import nearest
from publisher.waterfall import decided
from tests.website import DAY, DEMO, pages, publish_all, words

BOOKS = (DEMO, *sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml")))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_all(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module", params=BOOKS, ids=lambda folder: folder.name)
def book(request: pytest.FixtureRequest) -> Rulebook:
    return load_rulebook(request.param)


def page(site: Path, path: str) -> html.HtmlElement:
    return html.fromstring((site / path).read_bytes())


def rule_pages(site: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    found = [(path, each) for path, each in pages(site) if re.search(r"/rules/(?!index\.html|.*/drafts/)", path)]
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
        yield from ((("measure", other), ("measure", id_)) for other in lineage.measures_read(measure))
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
        yield from ((score, ("use", use)) for use in edition.uses)


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
            basic = {f"measure-{each}" for each, m in edition.measures.items() if not lineage.measures_read(m)}
            assert anchor in basic if rule.reads else not anchor, (path, link)
