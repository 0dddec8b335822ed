"""Static checks: the wrong documents, the oddities of a real rulebook, and the grid against plain evaluation."""

import shutil
import time
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.check import check
from engine.check.boxes import boxes, left_out, pile, space
from engine.check.grid import answer, axes, grid
from engine.ir import (
    AllOf,
    AnyOf,
    Between,
    Boolean,
    Choice,
    Code,
    Compare,
    Constant,
    Known,
    MeasureRef,
    Not,
    Number,
    OneOf,
    Op,
)
from engine.kleene import holds
from engine.load import read_shelf
from engine.problem import Grade, Where
from engine.rulebook import edition, load_rulebook, missing
from engine.structure import KINDS, schema
from engine.vocabulary import broader, known, narrower
from tests import bad

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "tests" / "policies" / "good" / "demo"
WRONG = [case for case in bad.cases() if case.name.startswith("static-")]


run = cache(bad._run)
"""The problems of a wrong document and what is said of them: worked out once for all tests."""


def problems_in(folder):
    shelf, problems = read_shelf(folder)
    assert shelf is not None
    return [*problems, *check(shelf)]


def test_there_are_wrong_documents():
    """A check that walks a folder says first that it found something."""
    assert len(WRONG) >= 60


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.stem)
def test_a_wrong_document_is_told_in_exactly_these_words(case):
    """Place, sentence, underlined words and help: what an author sees is part of the product."""
    assert run(case)[1] == bad.expected(case)


def test_sentences_are_written_in_one_style():
    """Lower case, no full stop, no names out of Python."""
    for problem in (problem for case in WRONG for problem in run(case)[0]):
        assert problem.sentence[0] == "`" or problem.sentence[0].islower()
        assert not problem.sentence.endswith(".")
        assert "None" not in problem.sentence


def test_nothing_is_wrong_with_the_demo():
    """The rulebook in which every construct is used once is beyond reproach."""
    assert problems_in(DEMO) == []


def keys_of(node):
    """Every key that a schema names."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from keys_of(inner)


def keys_in(data):
    """Every key that a document uses."""
    if isinstance(data, dict):
        yield from data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from keys_in(inner)


def test_the_demo_uses_every_key_of_the_language():
    """What no rulebook uses, no test runs: a new key belongs in the demo."""
    shelf, _ = read_shelf(DEMO)
    used = {key for each in (shelf.about, *shelf.policies, *shelf.drafts) for key in keys_in(each.data)}
    assert {key for kind in (*KINDS, "common") for key in keys_of(schema(kind))} <= used


def test_a_rulebook_without_policies_has_no_problems(tmp_path):
    """Whoever begins is not scolded for beginning."""
    (tmp_path / "demo").mkdir()
    text = (DEMO / "rulebook.yaml").read_text("utf-8").replace("default_use: pay-later\n", "")
    (tmp_path / "demo" / "rulebook.yaml").write_text(text, "utf-8")
    assert problems_in(tmp_path / "demo") == []


def test_a_broken_policy_is_told_once(tmp_path):
    """What refers to a document of the wrong shape is not wrong as well; other mistakes are told in the same run."""
    shutil.copytree(DEMO, tmp_path / "demo")
    measure = tmp_path / "demo" / "measures" / "bill-count" / "1.0.0.yaml"
    measure.write_text(measure.read_text("utf-8").replace("count:", "cuont:"), "utf-8")
    rule = tmp_path / "demo" / "rules" / "plan-chosen" / "1.0.0.yaml"
    rule.write_text(rule.read_text("utf-8").replace("points: 10}", "points: 11}"), "utf-8")
    files = {problem.where.file for problem in problems_in(tmp_path / "demo")}
    assert files == {"demo/measures/bill-count/1.0.0.yaml", "demo/rules/plan-chosen/1.0.0.yaml"}


# ----------------------------------------------------------------------------------------------- a real rulebook


def test_the_oddities_of_a_real_score_are_found():
    """A first credit card costs points, and two years at an address are worth the same: the checks say so."""
    problems = problems_in(ROOT / "policies" / "schufa-2026")
    odd = {problem.where.file.split("/")[2]: problem.sentence for problem in problems if problem.grade is Grade.WARNING}
    assert "having none gives 24 points" in odd["oldest-credit-card"]
    assert "having none gives 18 points" in odd["oldest-bank-contract"]
    assert odd["months-at-address"].endswith("49 points")
    assert not [problem for problem in problems if problem.grade is Grade.ERROR]


# ------------------------------------------------------------------------------------------------------- the grid

HERE = Where("demo.yaml")
TYPES = {
    MeasureRef("n"): Number(0, None, 0, 6),
    MeasureRef("b"): Boolean(),
    MeasureRef("c"): Code((Choice("x", {}), Choice("y", {}))),
    MeasureRef("m"): Number(0, None, 1, 4),
}
VALUES = {
    MeasureRef("n"): [*range(7), None],
    MeasureRef("b"): [False, True, None],
    MeasureRef("c"): ["x", "y", None],
    MeasureRef("m"): [*range(1, 5), None],
}
NUMBERS = st.integers(-2, 8)


def atoms():
    n, b, c, m = TYPES
    return st.one_of(
        st.builds(lambda op, v: Compare(n, op, Constant(v), TYPES[n], HERE), st.sampled_from(Op), NUMBERS),
        st.builds(lambda v, w: Between(n, Constant(v), Constant(w), TYPES[n], HERE), NUMBERS, NUMBERS),
        st.builds(lambda vs, no: OneOf(n, tuple(vs), TYPES[n], HERE, no), st.lists(NUMBERS, max_size=3), st.booleans()),
        st.builds(
            lambda op, v: Compare(b, op, Constant(v), TYPES[b], HERE),
            st.sampled_from([Op.IS, Op.IS_NOT]),
            st.booleans(),
        ),
        st.builds(
            lambda vs, no: OneOf(c, tuple(vs), TYPES[c], HERE, no),
            st.lists(st.sampled_from(["x", "y"]), max_size=2),
            st.booleans(),
        ),
        st.builds(lambda s, k: Known(s, k, HERE), st.sampled_from([n, b, c]), st.booleans()),
        st.builds(lambda op: Compare(n, op, m, TYPES[n], HERE), st.sampled_from(Op)),
        st.builds(lambda v: Between(m, Constant(v), n, TYPES[m], HERE), NUMBERS),
    )


CONDITIONS = st.recursive(
    atoms(),
    lambda inner: st.one_of(
        st.builds(lambda parts: AllOf(tuple(parts), HERE), st.lists(inner, max_size=3)),
        st.builds(lambda parts: AnyOf(tuple(parts), HERE), st.lists(inner, max_size=3)),
        st.builds(lambda part: Not(part, HERE), inner),
    ),
    max_leaves=8,
)


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_the_grid_answers_as_evaluation_does(conditions):
    """A gap that is told exists, and one that exists is told: each stretch of values has its stand-in."""
    found = grid(TYPES, conditions)
    answers = [answer(found, condition) for condition in conditions]
    standing = {
        tuple(found.axes[i].values[position // found.strides[i] % len(found.axes[i].values)] for i in range(4)): [
            True if true >> position & 1 else False if false >> position & 1 else None for true, false in answers
        ]
        for position in range(found.size)
    }
    every = set()
    for values in product(*VALUES.values()):
        look = dict(zip(TYPES, values, strict=True)).get
        verdict = [holds(condition, look) for condition in conditions]
        every.add(tuple(verdict))
        if values in standing:
            assert standing[values] == verdict
    assert {tuple(verdict) for verdict in standing.values()} == every


@given(st.lists(CONDITIONS, min_size=1, max_size=4))
def test_boxes_leave_out_what_the_grid_leaves_out(conditions):
    """A rule too large for the grid is held to the same; of two measures compared, boxes only say what is sure."""
    found, room = grid(TYPES, conditions), space(axes(TYPES, conditions), conditions)
    stays = [box for each in conditions for box in boxes(room, each, said=True, surely=False)]
    everything = tuple((1 << width) - 1 for width in room.widths)
    hole = left_out(pile(room.widths, stays), everything, len(stays), len(room.axes))
    left = found.everything
    for _, false in (answer(found, condition) for condition in conditions):
        left &= false
    if hole is not None:
        position = sum(at * stride for at, stride in zip(hole, found.strides, strict=False))
        assert left >> position & 1
    if not room.comparisons:
        assert (hole is None) is (left == 0)


def table_of(count):
    rows = "\n".join(f'    - ["[{i}..{i + 1})", {i}]' for i in range(count - 1))
    return f'table:\n  measure: bill-count\n  rows:\n{rows}\n    - [">= {count - 1}", {count}]\n'


def test_a_table_of_thousands_of_rows_is_checked_at_once(tmp_path):
    """A tariff of 6,000 rows is a real thing; checking it takes seconds, not minutes."""
    shutil.copytree(DEMO, tmp_path / "demo")
    rule = tmp_path / "demo" / "rules" / "length-of-history" / "1.0.0.yaml"
    text = rule.read_text("utf-8")
    head, unknown = text[: text.index("table:")], text[text.index("unknown:") : text.index("direction:")]
    examples = "examples:\n  - {is: {bill-count: 0}, points: 0}\n  - {is: {bill-count: 7}, points: 7}\n"
    rule.write_text(head + table_of(6_000) + unknown + "direction: up\n" + examples, "utf-8")
    shelf, _ = read_shelf(tmp_path / "demo")
    started = time.perf_counter()
    problems = check(shelf)
    assert time.perf_counter() - started < 15
    assert {problem.code for problem in problems} == {"range"}
    rule.write_text(rule.read_text("utf-8").replace(">= 5999", ">= 5998"), "utf-8")
    assert "overlap" in {problem.code for problem in problems_in(tmp_path / "demo")}


def wide_table(count, *, last):
    rows = "\n".join(f'    - ["[{i}..{i + 1})", "{i}", "-", {i}]' for i in range(count))
    return f"table:\n  measures: [bill-count, months-of-history, years-as-customer]\n  rows:\n{rows}\n{last}"


@pytest.mark.parametrize(
    ("last", "codes"),
    [
        ('    - ["-", "-", "-", 1]\n', set()),
        ('    - ["7", "7", "> 400", 5]\n    - ["-", "-", "-", 1]\n', {"dead-case"}),
        ('    - ["> 300", "-", "5", 5]\n    - ["> 302", "-", "-", 5]\n    - ["-", "-", "-", 1]\n', {"overlap"}),
        ('    - [">= 400", ">= 400", "-", 1]\n', {"gap"}),
    ],
)
def test_a_table_of_many_columns_is_checked_too(tmp_path, last, codes):
    """Millions of combinations are no reason to say nothing, and no reason to take long."""
    shutil.copytree(DEMO, tmp_path / "demo")
    rule = tmp_path / "demo" / "rules" / "length-of-history" / "1.0.0.yaml"
    text = rule.read_text("utf-8")
    head, unknown = text[: text.index("table:")], text[text.index("unknown:") : text.index("direction:")]
    given = "years-as-customer: 1"
    examples = "".join(
        f"  - {{is: {{bill-count: {n}, months-of-history: {n}, {given}}}, points: {n}}}\n" for n in (0, 299)
    )
    rule.write_text(head + wide_table(300, last=last) + unknown + "examples:\n" + examples, "utf-8")
    started = time.perf_counter()
    found = {problem.code for problem in problems_in(tmp_path / "demo")}
    assert time.perf_counter() - started < 15
    assert found - {"range"} == codes


def test_a_language_without_phrases_is_told(tmp_path):
    """A page in two languages at once is announced before it is built."""
    (tmp_path / "demo").mkdir()
    about = (DEMO / "rulebook.yaml").read_text("utf-8").replace("default_use: pay-later\n", "")
    (tmp_path / "demo" / "rulebook.yaml").write_text(
        about.replace("[en, zh-Hans, de]", "[en, zh-Hans, de, fr]"), "utf-8"
    )
    found = [problem for problem in problems_in(tmp_path / "demo") if problem.code == "no-phrases"]
    assert [(problem.grade, problem.where.line) for problem in found] == [(Grade.INCOMPLETE, 15)]
    assert "`engine/words/fr.yaml`" in found[0].help


# ------------------------------------------------------------------------------------------------------------ time


def change(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_gap_between_versions_is_told_with_its_days(tmp_path):
    """The author knows that the measure exists: what is wrong is when."""
    shutil.copytree(DEMO, tmp_path / "demo")
    first = tmp_path / "demo" / "measures" / "plan" / "1.0.0.yaml"
    second = first.with_name("1.1.0.yaml")
    second.write_text(first.read_text("utf-8").replace("1.0.0", "1.1.0").replace("kind: new", "kind: amend"), "utf-8")
    change(first, "2026-01-01}", "2026-01-01, until: 2026-06-30}")
    change(second, "in_force: {from: 2026-01-01}", "in_force: {from: 2026-09-01}")
    (problem,) = problems_in(tmp_path / "demo")
    assert problem.sentence == "the measure `plan` is not in force from 2026-07-01 to 2026-08-31"
    assert [words for _, words in problem.also] == [
        "version 1.0.0 is in force from 2026-01-01 to 2026-06-30",
        "version 1.1.0 is in force from 2026-09-01",
    ]


def test_what_was_known_may_be_no_edition(tmp_path):
    """One version has ended and the next was not yet known: that is said with the name of the policy."""
    shutil.copytree(DEMO, tmp_path / "demo")
    first = tmp_path / "demo" / "measures" / "plan" / "1.0.0.yaml"
    second = first.with_name("1.1.0.yaml")
    second.write_text(first.read_text("utf-8").replace("1.0.0", "1.1.0").replace("kind: new", "kind: amend"), "utf-8")
    change(first, "2026-01-01}", "2026-01-01, until: 2026-06-30}")
    change(second, "in_force: {from: 2026-01-01}", "in_force: {from: 2026-07-01}")
    rulebook = load_rulebook(tmp_path / "demo")
    later = date(2026, 12, 15)
    assert edition(rulebook, later, date(2026, 3, 1)) is None
    assert missing(rulebook, later, date(2026, 3, 1)) == ("measure `plan`",)
    assert missing(rulebook, later, date(2026, 7, 1)) == ()
    assert missing(rulebook, later, date(2025, 3, 1)) == ()
    assert missing(rulebook, date(2025, 12, 15)) == ()


# ------------------------------------------------------------------------------------------------------ vocabulary


def test_the_vocabulary_is_closed_downward():
    """Who excludes social networks excludes friends, and nothing above them."""
    below = narrower("pd:SocialNetwork")
    assert {"pd:SocialNetwork", "pd:Friend", "pd:GroupMembership", "pd:TradeUnionMembership"} <= below
    assert "pd:Social" not in below
    assert known("pd:PersonalData")
    assert all(known(parent) for parents in broader().values() for parent in parents)
    assert len(broader()) > 200
