"""Where data goes: the pictures and lists that answer in which rule a field ends up."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from engine.ir import Edition
from engine.rulebook import edition, load_rulebook
from publisher import flow
from publisher import pages as p
from publisher.collect import frame_of
from publisher.layout import BUS, IN, MOST_LINES, PAD, WIDTH, Column, Node, in_order, picture, wide, wrapped
from publisher.library import read_library
from publisher.render import render
from publisher.speech import Speaker
from tests.strategies import names_in
from tests.website import DAY, DEMO, words

BOOKS = [DEMO, "fair-civic-trust", "schufa-2026"]


def speaker(book: Any, lang: str = "en") -> Speaker:
    found = edition(load_rulebook(book), DAY)
    assert found is not None
    return Speaker(found, lang, f"{found.about.id}/{lang}/", anchors=True)


def flow_pages(book: Any, lang: str = "en") -> list[p.FlowPage | p.SourceFlowPage]:
    voice = speaker(book, lang)
    return list(flow.flow_pages(voice, frame_of(voice, read_library(load_rulebook(book), DAY))))


def pictures(book: Any, lang: str = "en") -> list[p.Picture]:
    found = [each.picture for each in flow_pages(book, lang) if each.picture]
    assert found
    return found


# ---------------------------------------------------------------------------------------------------- where it ends up


def rules_by_document(found: Edition, source: str, field: str) -> set[str]:
    """The rules that depend on a field, read off the documents as written, not off the tree."""
    raw = found.raw
    reached: set[str] = set()
    for id_ in found.measures:
        document = body(raw["measure", id_])
        said = names_in(document)
        dated = "within" in said and raw["source", source].get("rows", {}).get("dated_by") == field
        default = {"earliest", "latest"} & set(document) and "field" not in said
        dated = dated or (bool(default) and raw["source", source].get("rows", {}).get("dated_by") == field)
        if (source in said and (field in said or dated)) or reached & said:
            reached.add(id_)
    rules = {id_ for id_ in found.rules if names_in(compared(raw["rule", id_])) & reached}
    while True:
        concluded = {name for id_ in rules for name in raw["rule", id_].get("conclusions", {})}
        whens = {id_: [case.get("when") for case in raw["rule", id_].get("cases", [])] for id_ in found.rules}
        more = {id_ for id_ in found.rules if concluded & names_in(whens[id_])}
        if more <= rules:
            return rules
        rules |= more


HEADER = {"kind", "id", "version", "title", "summary", "change", "category", "unit"}


def body(document: dict[str, Any]) -> dict[str, Any]:
    """What a measure is made of, without what the policy says of itself."""
    return {key: value for key, value in document.items() if key not in HEADER}


def compared(document: dict[str, Any]) -> list[Any]:
    """What a rule looks at: the columns of its table, its conditions, and what it counts points for."""
    table = document.get("table", {})
    worths = [row[-1] for row in table.get("rows", [])] + document.get("cases", [])
    each = [worth["points"] for worth in worths if isinstance(worth, dict) and isinstance(worth.get("points"), dict)]
    whens = [measured(case.get("when")) for case in document.get("cases", [])]
    return [table.get("measure"), table.get("measures"), whens, each]


def measured(condition: Any) -> Any:
    """A condition without its tests of conclusions: the code of a conclusion may be called like a measure."""
    match condition:
        case dict():
            return {key: measured(value) for key, value in condition.items() if key != "conclusion"}
        case list():
            return [measured(part) for part in condition]
        case _:
            return condition


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_a_field_ends_up_in_the_rules_that_depend_on_it(book: Any):
    """The question of this page, answered as somebody would who reads all policies."""
    found = speaker(book).edition
    checked = 0
    for page in flow_pages(book):
        if isinstance(page, p.SourceFlowPage):
            source = page.path.stem
            for line in page.fields:
                field = line.link.path.partition("#field-")[2]
                shown = {Path(link.path).stem for link in line.into if "/rules/" in link.path}
                assert shown == rules_by_document(found, source, field), (source, field)
                checked += 1
    assert checked == sum(len(source.fields) for source in found.sources.values())


def test_a_field_that_nothing_uses_says_so():
    """Collected but not used is a finding, and must not look like a gap."""
    made = {path.as_posix(): html.fromstring(content) for path, content in render(flow_pages("fair-civic-trust"))}
    items = made["fair-civic-trust/en/flow/bill-payments.html"].xpath("//ul[@class='tree'][1]/li")
    said = {words(item.xpath("a")[0]): [words(line) for line in item.xpath("p")] for item in items[:4]}
    assert said["Kind of bill"] == ["Collected but not used."]
    assert said["Due date"] == ["Decides how long the entry is kept."]


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_what_the_picture_shows_is_in_the_list_too(book: Any):
    """Who cannot see the picture misses nothing."""
    for path, content in render(flow_pages(book)):
        page = html.fromstring(content)
        drawn = set(page.xpath("//svg//a/@href"))
        listed = set(page.xpath("//main//ul//a/@href"))
        assert {link for link in drawn if not link.startswith("#")} <= listed, path
        assert drawn or "measure" not in words(page), path


def test_every_source_has_its_page_and_leads_to_it():
    """From the whole to each part."""
    pages = flow_pages("schufa-2026", "de")
    assert {each.path.stem for each in pages[1:]} == set(speaker("schufa-2026").edition.sources)
    assert {line.path for line in pages[0].sources} == {str(each.path) for each in pages[1:]}  # type: ignore[union-attr]


# ---------------------------------------------------------------------------------------------------------- the picture


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "de"])
@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_boxes_hold_their_words_and_keep_apart(book: Any, lang: str):
    """Nothing runs out of its box, nothing lies on anything else, nothing outside the picture."""
    for drawn in pictures(book, lang):
        for box in drawn.boxes:
            assert 0 <= box.x < box.x + box.width <= WIDTH
            assert 0 < box.y < box.y + box.height <= drawn.height
            assert all(wide(line) <= box.width - 2 * PAD for line in box.lines), box
            assert len(box.lines) <= MOST_LINES
        for one, other in combinations(drawn.boxes, 2):
            beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert beside or one.y + one.height <= other.y or other.y + other.height <= one.y, (one, other)


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_every_line_starts_and_ends_at_a_box(book: Any):
    """A line into nowhere would tell of a rule that is not there."""
    for drawn in pictures(book):
        sides = {(box.x + box.width, box.y + box.height // 2) for box in drawn.boxes}
        tops = {(box.x + IN // 2, box.y + box.height) for box in drawn.boxes}
        ends = {(box.x, box.y + box.height // 2) for box in drawn.boxes}
        strokes = re.findall(r"M(\d+) (\d+)[^M]*", drawn.paths)
        assert len(strokes) >= 3
        assert all((int(x), int(y)) in sides | tops for x, y in strokes if int(x) != BUS)
        down = re.findall(rf"M{BUS} (\d+)V(\d+)H(\d+)", drawn.paths)
        assert down
        assert all((int(x), int(y)) in sides for _, y, x in down)
        assert {int(y) for y, _, _ in down} <= {y for _, y in sides}
        curves = re.findall(r"M(\d+) (\d+)c\d+ 0 \d+ -?\d+ (\d+) (-?\d+)", drawn.paths)
        assert curves
        assert all((int(x) + int(dx), int(y) + int(dy)) in ends | sides for x, y, dx, dy in curves)


def test_the_score_leads_to_each_use_in_which_it_counts():
    """One use does not lead to the next: each has a line of its own, which starts at the score."""
    for page in flow_pages("schufa-2026"):
        if page.picture is None or not page.uses:
            continue
        by_link = {box.link.path: box for box in page.picture.boxes}
        score = next(box for path, box in by_link.items() if path.endswith("score.html"))
        below = [box for path, box in by_link.items() if "/uses/" in path]
        assert len(below) == 3
        start = f"M{score.x + IN // 2} {score.y + score.height}"
        for box in below:
            assert f"{start}V{box.y + box.height // 2}H{box.x}" in page.picture.paths
            assert box.x > score.x + IN // 2, "the line passes beside the other uses, not through them"


def test_a_use_without_the_score_has_no_line_from_it():
    """What follows from a conclusion alone does not depend on the score."""
    for book in BOOKS:
        found = speaker(book).edition
        for line in flow_pages(book)[0].uses:
            use = found.uses[Path(line.link.path).stem]
            said = str(found.raw["use", use.head.id]["consequences"])
            assert (line.score is not None) is any(f"'{word}'" in said for word in ("band", "score")), use.head.id
            assert [words.text for words in line.effects] == [c.effect["en"] for c in use.consequences]


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_few_lines_run_together(book: Any):
    """Of thirty lines in one gap nobody can follow any: then the picture leaves the measures out and says so."""
    for page in flow_pages(book):
        if isinstance(page, p.SourceFlowPage) and page.picture:
            heads = [head for head, _ in page.picture.heads]
            assert heads == (["field", "rule"] if page.simple else ["field", "measure", "rule"])
            assert page.simple or len(re.findall(r"c\d+ 0", page.picture.paths)) <= 2 * flow.MOST_AT_ONCE
            said = words(next(html.fromstring(content) for _, content in render([page])))
            assert ("in between" in said) is page.simple


def node(key: str, title: str = "words") -> Node:
    return Node(key, p.Link(p.Phrase(title, "en"), f"demo/en/{key}.html"))


def crossings(left: list[Node], right: list[Node], edges: set[tuple[str, str]]) -> int:
    """How many pairs of straight lines between two columns cross."""
    at = {one.key: number for column in (left, right) for number, one in enumerate(column)}
    ends = [(at[one], at[other]) for one, other in edges]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))


def test_lines_cross_as_little_as_may_be():
    """A picture of knots would explain nothing."""
    left, right = [node(f"l{n}") for n in range(6)], [node(f"r{n}") for n in range(6)]
    edges = {(f"l{n}", f"r{(n * 5 + 2) % 6}") for n in range(6)}
    assert crossings(left, right, edges) > 4
    ordered = in_order([Column("source", 100, left), Column("rule", 100, right)], edges)
    assert crossings(list(ordered[0].nodes), list(ordered[1].nodes), edges) == 0


def test_a_picture_nobody_could_follow_is_not_drawn():
    """With too many boxes the list must do, and the page says so."""
    voice = speaker(DEMO)
    columns = [Column("source", 100, [node(f"s{n}") for n in range(flow.MOST_BOXES)])]
    assert flow.drawn(voice, columns, set(), ()) is None


@pytest.mark.parametrize("title", ["x" * 5000, "<script>alert(1)</script>", "", " ", "字" * 500, "\u0301" * 40])
def test_any_title_fits(title: str):
    """Titles are the author's, however long or odd."""
    lines = wrapped(title, 80)
    assert 1 <= len(lines) <= MOST_LINES
    assert all(wide(line) <= 80 for line in lines)
    drawn = picture([Column("source", 90, [node("a", title)]), Column("rule", 90, [node("b")])], [("a", "b")], [])
    assert drawn.height < 200
    assert drawn.boxes[0].cut is (" ".join(lines) != title)


def test_the_same_policies_draw_the_same_picture():
    """No order depends on chance."""
    assert flow_pages(DEMO, "de") == flow_pages(DEMO, "de")
