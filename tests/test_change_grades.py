"""Versions with a known effect, and the grade and the sentence each must get."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from engine import edits as e
from engine.change import telling
from engine.edits import Grade, Graded
from engine.ir import Edition
from engine.readings import prose
from engine.readings.change import POSSIBLE, REASONS, edits, graded
from engine.readings.prose.words import has
from tests.changing import changed, pairs
from tests.strategies import Drawn, rulebooks

LANGUAGES = ("en", "zh-Hans", "de")
WORDS = {"en": "something else", "zh-Hans": "别的内容"}
Documents = Any


def told(change: Callable[[Documents], None], book: str = "fair-civic-trust") -> tuple[Edition, Edition, list[Graded]]:
    """The edits that tell something of a change of documents."""
    old, new = changed(change, book)
    return old, new, list(telling(graded(old, new, edits(old, new))))


def sets(*path: Any, to: Any) -> Callable[[Documents], None]:
    """A change of one value in a document."""

    def change(documents: Documents) -> None:
        here = documents
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = to

    return change


def takes(*path: Any) -> Callable[[Documents], None]:
    """A change that takes something out of a document."""

    def change(documents: Documents) -> None:
        here = documents
        for step in path[:-1]:
            here = here[step]
        del here[path[-1]]

    return change


def puts(*path: Any, more: Any) -> Callable[[Documents], None]:
    """A change that puts one more thing into a list."""

    def change(documents: Documents) -> None:
        here = documents
        for step in path:
            here = here[step]
        here.append(more)

    return change


def unhinted(change: Callable[[Documents], None]) -> Callable[[Documents], None]:
    """A change of the items of bills, whose made-up rows are then drawn as they may."""

    def both(documents: Documents) -> None:
        documents[BILLS].pop("synthetic", None)
        change(documents)

    return both


BILLS, COURT = ("source", "bill-payments"), ("source", "court-judgments")
ON_TIME, FRAUD = ("rule", "bills-paid-on-time"), ("rule", "fraud-judgment")
SCORE, RENTAL, LOAN = ("score", "civic-trust"), ("use", "deposit-free-rental"), ("use", "loan-offer")
PURCHASES, CONTEST, SEE = ("exclusion", "purchases"), ("right", "contest-a-row"), ("right", "see-my-record")
AMOUNT = {"type": "decimal", "places": 2, "unit": "CNY", "title": WORDS, "category": "pd:Transaction"}
BANKS = {"who": {"en": "banks", "zh-Hans": "银行"}, "what_for": {"en": "advertising", "zh-Hans": "广告"}}

CHANGES: list[tuple[Callable[[Documents], None], str, str]] = [
    (sets(BILLS, "retention", to={"keep": "P36M", "counted_from": "due"}), "kept-longer", "retention-changed"),
    (
        sets(BILLS, "retention", to={"keep": "P24M", "counted_from": "due", "then": "anonymise"}),
        "kept-longer",
        "disposal-changed",
    ),
    (sets(COURT, "retention", to={"keep": "P48M", "counted_from": "decided_on"}), "kept-shorter", "retention-changed"),
    (sets(COURT, "retention", to={"keep": "while-open"}), "kept-longer", "retention-changed"),
    (puts(BILLS, "recipients", more=BANKS), "handed-on", "recipient-added"),
    (sets(BILLS, "fields", "fee", to=AMOUNT), "more-known", "field-added"),
    (unhinted(takes(BILLS, "fields", "amount")), "less-known", "field-removed"),
    (unhinted(takes(BILLS, "fields", "paid", "optional")), "forced", "optional-changed"),
    (sets(BILLS, "collected", "origin", to="data-subject"), "more-direct", "origin-changed"),
    (sets(BILLS, "collected", "origin", to="non-public"), "less-direct", "origin-changed"),
    (sets(BILLS, "collected", "frequency", to="P1D"), "more-known", "frequency-changed"),
    (sets(BILLS, "collected", "mandatory", to={"value": True}), "forced", "duty-changed"),
    (sets(BILLS, "legal_basis", to="none"), "weaker-basis", "legal-basis-changed"),
    (sets(BILLS, "purpose", to=WORDS), "words", "terms-changed"),
    (sets(FRAUD, "unknown", "points", to=-5), "fewer-points", "points-changed"),
    (sets(ON_TIME, "table", "rows", 0, 0, to="[0.97..1]"), "more-points", "case-added"),
    (sets(ON_TIME, "why", to=WORDS), "explains", "reworded"),
    (sets(ON_TIME, "title", to=WORDS), "explains", "reworded"),
    (sets(SCORE, "base", to=610), "more-points", "base-changed"),
    (sets(SCORE, "adds", 5, "floor", to=-100), "more-points", "floor-changed"),
    (sets(SCORE, "adds", 5, "cap", to=0), "fewer-points", "cap-changed"),
    (sets(SCORE, "reasons", "most", to=2), "less-published", "reasons-changed"),
    (sets(SCORE, "no_score", to=[]), "score-given", "no-score-case-removed"),
    (puts(RENTAL, "purposes", more="employment"), "more-uses", "use-purpose-added"),
    (sets(RENTAL, "automation", to="fully-automated"), "less-human", "automation-changed"),
    (sets(RENTAL, "human_review", to=WORDS), "words", "terms-changed"),
    (sets(RENTAL, "consequences", 0, "when", to={"band": {"at_least": "strong"}}), "worse-follows", "trigger-changed"),
    (sets(RENTAL, "consequences", 0, "when", to={"band": "any"}), "better-follows", "trigger-changed"),
    (sets(RENTAL, "consequences", 0, "lasts", to="P6M"), "worse-follows", "lasts-changed"),
    (sets(RENTAL, "consequences", 0, "polarity", to="detriment"), "worse-follows", "polarity-changed"),
    (takes(RENTAL), "some-of-both", "policy-removed"),
    (takes(PURCHASES, "covers", "categories", 0), "narrower-promise", "covered-category-removed"),
    (takes(PURCHASES, "never", 1), "narrower-promise", "promise-removed"),
    (takes(PURCHASES), "narrower-promise", "policy-removed"),
    (sets(SEE, "answer_within", to="P90D"), "slower", "answer-time-changed"),
    (takes(SEE, "answer_within"), "slower", "answer-time-changed"),
    (sets(SEE, "lodge_within", to="P10D"), "less-time", "lodge-time-changed"),
    (sets(SEE, "fee", to=WORDS), "words", "terms-changed"),
    (takes(SEE, "channels", 0), "less-say", "channel-removed"),
    (takes(CONTEST, "sets_aside", 0), "less-say", "set-aside-removed"),
    (sets(FRAUD, "withheld", to=[{"part": WORDS, "ground": WORDS}]), "less-published", "withheld-added"),
    (sets(FRAUD, "authority", to=[{"instrument": WORDS}]), "more-authority", "authority-replaced"),
    (takes(FRAUD, "evidence"), "less-say", "evidence-changed"),
    (sets(PURCHASES, "in_force", "until", to="2027-12-31"), "narrower-promise", "end-changed"),
    (sets(SEE, "in_force", "until", to="2027-12-31"), "less-say", "end-changed"),
    (sets(ON_TIME, "in_force", "until", to="2027-12-31"), "open", "end-changed"),
    (sets(SEE, "in_force", "from", to="2027-05-31"), "less-say", "start-changed"),
    (takes(ON_TIME, "mends"), "less-published", "reworded"),
    (sets(LOAN, "consequences", 0, "polarity", to="benefit"), "words", "polarity-changed"),
    (
        unhinted(sets(BILLS, "retention", to={"keep": "P23M", "counted_from": "paid"})),
        "open",
        "retention-changed",
    ),
    (takes(FRAUD, "direction"), "narrower-promise", "direction-removed"),
]
"""What is changed, and the row of the table and the kind of edit that must tell of it."""


@pytest.mark.parametrize(("change", "because", "kind"), CHANGES, ids=range(len(CHANGES)))
def test_a_change_with_a_known_effect_is_graded_right(change, because, kind):
    """What can only be worse for somebody is never neutral."""
    _, _, found = told(change)
    assert (because, kind) in {(one.because, prose.kind_of(one.edit)) for one in found}, [
        (one.because, prose.kind_of(one.edit)) for one in found
    ]


@pytest.mark.parametrize(("change", "because", "kind"), CHANGES, ids=range(len(CHANGES)))
def test_a_change_is_a_whole_sentence_in_every_language(change, because, kind):
    """No place left open, no word of Python, and a full stop at the end."""
    old, new, found = told(change)
    for one in found:
        for lang in LANGUAGES:
            whole(prose.edit(old, new, one.edit, lang), lang)


def whole(words: str, lang: str) -> None:
    """A sentence that stands for itself."""
    assert re.search(r"[.。！？!?”“]$", words), words
    assert not re.search(r"[{}]|None(?! of)|True|False|\(\)|（）|\.\.|。。|  ", words), words
    assert words[0] == words[0].upper() or lang == "zh-Hans", words
    assert lang != "zh-Hans" or not re.search(r"[,;:?!] |[\u4e00-\u9fff][,;:.!?](?!\d)", words), words


def test_everything_between_editions_is_a_sentence():
    seen = set()
    for old, new in pairs():
        for edit in edits(old, new):
            seen.add(type(edit))
            for lang in LANGUAGES:
                whole(prose.edit(old, new, edit, lang), lang)
    assert len(seen) > 15


@settings(max_examples=15, deadline=None)
@given(rulebooks(), rulebooks())
def test_everything_between_drawn_rulebooks_has_a_grade_and_a_sentence(one: Drawn, other: Drawn):
    """Whatever the language of policies can say."""
    for each in graded(one.edition, other.edition, edits(one.edition, other.edition)):
        assert each.because in POSSIBLE[type(each.edit)]
        assert prose.edit(one.edition, other.edition, each.edit, "en")


# -------------------------------------------------------------------------------------------------------- the table


def test_the_table_has_words_for_every_row():
    for lang in LANGUAGES:
        for reason in REASONS:
            assert prose.because(reason, lang)
        for kind in get_args(e.Edit):
            slug = re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
            variants = ("", ".other", ".up", ".given", ".yes", ".least", ".least.up", ".among.other")
            assert any(has(lang, f"change.edit.{slug}{variant}") for variant in variants), slug


def test_what_comes_and_what_goes_have_opposite_grades():
    """Undoing what weakens does not weaken, unless it is mixed or nobody can tell."""
    unclear = {"some-of-both", "open", "words"}
    for change, because, kind in CHANGES:
        old, new = changed(change)
        grades = {one.because: one.grade for one in telling(graded(new, old, edits(new, old)))}
        if kind == "polarity-changed":  # another name for what follows is no better before somebody says why
            assert Grade.WEAKENS in grades.values()
        elif because not in unclear and REASONS[because] in (Grade.WEAKENS, Grade.STRENGTHENS):
            opposite = Grade.STRENGTHENS if REASONS[because] is Grade.WEAKENS else Grade.WEAKENS
            assert opposite in grades.values(), because


def test_fewer_grounds_for_a_score_deny_it_whatever_is_written():
    """One ground in the place of a narrower one: nobody gets a score who had none."""

    def change(documents: Documents) -> None:
        documents[SCORE]["no_score"][0]["when"]["all"].pop()

    _, _, found = told(change)
    edits_ = [one for one in found if isinstance(one.edit, e.NoScoreCaseAdded | e.NoScoreCaseRemoved)]
    assert len(edits_) == 2
    assert {one.because for one in edits_} == {"score-denied"}


def test_a_condition_that_nobody_wrote_anew_is_not_told():
    """Another title of a band, or another type of a field, changes no trigger and no choice of entries."""
    assert [prose.kind_of(one.edit) for one in told(sets(SCORE, "bands", 0, "title", to=WORDS))[2]] == ["reworded"]
    kinds = {
        prose.kind_of(one.edit) for one in told(unhinted(sets(BILLS, "fields", "paid", "future", to="allowed")))[2]
    }
    assert kinds == {"future-changed", "synthetic-changed", "effect-changed"}


def test_the_same_words_with_other_bands_behind_them_are_graded_with_the_bands():
    """A band between two others: who is `good or better` is told where the bands are."""

    def change(documents: Documents) -> None:
        bands = documents[SCORE]["bands"]
        bands[2]["from"] = 700
        bands.insert(2, {"id": "watched", "from": 650, "to": 699, "title": WORDS})

    old, new, found = told(change)
    (trigger,) = [one for one in found if isinstance(one.edit, e.TriggerChanged)]
    assert trigger.because == "behind"
    assert "reads as before, but the bands behind it are others" in prose.edit(old, new, trigger.edit, "en")


ELSEWHERE = [
    ("en", "In “Bills paid on time”, the title changes in another language, Chinese (Simplified): “账单” instead of"),
    ("de", "Bei „Bills paid on time“ ändert sich der Titel in einer anderen Sprache, Chinesisch (Vereinfacht): „账单“"),
    ("zh-Hans", "“账单”的标题由“按时付账单”改为“账单”。"),
]


@pytest.mark.parametrize(("lang", "words"), ELSEWHERE)
def test_a_translation_that_changes_is_told_with_its_own_words(lang, words):
    """Not as a text that now reads what it read before."""
    old, new, found = told(sets(ON_TIME, "title", "zh-Hans", to="账单"))
    assert prose.edit(old, new, found[0].edit, lang).startswith(words)


def test_two_spans_are_said_in_one_unit():
    old, new, found = told(sets(("measure", "bills-paid-on-time-share"), "share", "within", to="P12M"))
    words = [prose.edit(old, new, one.edit, "en") for one in found]
    assert any(each.endswith("looks less far back: 12 months instead of 24 months.") for each in words), words


# ------------------------------------------------------------------------------------------------------- thresholds


def line(*rows: str) -> Callable[[Documents], None]:
    """The table of a rule with other cells; its examples are left to the parser."""

    def change(documents: Documents) -> None:
        rule = documents[ON_TIME]
        for row, cell in zip(rule["table"]["rows"], rows, strict=True):
            row[0] = cell

    return change


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        ((">= 0.99", "[0.95..0.99)", "[0.90..0.95)", "< 0.90"), "fewer-points"),
        ((">= 0.97", "[0.95..0.97)", "[0.90..0.95)", "< 0.90"), "more-points"),
        ((">= 0.99", "[0.94..0.99)", "[0.90..0.94)", "< 0.90"), "some-of-both"),
        (("> 0.9799", "[0.95..0.9799]", "[0.90..0.95)", "< 0.90"), "no-difference"),
    ],
)
def test_a_line_is_graded_by_who_gets_more_and_who_gets_less(rows, because):
    """A threshold has no direction of its own: it depends on which side is worth more."""
    _, _, found = told(line(*rows))
    cases = (e.CaseShifted, e.CaseAdded, e.CaseRemoved)
    assert {one.because for one in found if isinstance(one.edit, cases)} == {because}


def test_a_line_of_a_rule_that_takes_points_away_goes_the_other_way():
    """Two judgments instead of one before points are lost: nobody loses by it."""

    def change(documents: Documents) -> None:
        rows = documents[FRAUD]["table"]["rows"]
        rows[0][0], rows[1][0] = "[0..1]", ">= 2"

    _, _, found = told(change)
    assert {one.because for one in found if isinstance(one.edit, e.CaseShifted | e.CaseAdded)} == {"more-points"}


SENTENCES = [
    (
        sets(BILLS, "retention", to={"keep": "P36M", "counted_from": "due"}),
        "Retention of “Rent and household bills” grows from 2 years to 3 years.",
        "“房租与生活账单”的保存期由2年延长到3年。",
    ),
    (
        takes(PURCHASES, "never", 1),
        "The exclusion “What you buy” promises less: it no longer says that what it covers is never scored.",
        "排除条款“您买什么”取消承诺：不再保证所涵盖的信息绝不计分。",
    ),
    (
        sets(FRAUD, "table", "rows", 1, 1, to=-140),
        (
            "Points for “Judgment for fraud” fall from −120 to −140 "
            "if the number of final judgments for fraud is at least 1."
        ),
        "如果生效的欺诈判决数不少于1，“欺诈判决”的分值由−120降到−140。",
    ),
    (
        sets(SEE, "answer_within", to="P90D"),
        "The time to answer under “See my record” grows from 30 days to 90 days.",
        "“查看我的记录”的答复期限由30天延长到90天。",
    ),
]


@pytest.mark.parametrize(("change", "en", "zh"), SENTENCES, ids=range(len(SENTENCES)))
def test_old_and_new_values_are_said(change, en, zh):
    """As a native speaker would publish it."""
    old, new, found = told(change)
    assert en in [prose.edit(old, new, one.edit, "en") for one in found]
    assert zh in [prose.edit(old, new, one.edit, "zh-Hans") for one in found]
