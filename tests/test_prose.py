"""The prose reading: what a native reader would accept, in every language, for every part of a rulebook.

`python tests/test_prose.py` writes the golden texts anew; read the difference before you keep it.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from engine.admit import admit
from engine.decision import Refusal, Refused
from engine.editions import in_force
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    BandRef,
    Between,
    Boolean,
    Certainty,
    Choice,
    Code,
    Compare,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    Direction,
    Each,
    Edition,
    FieldRef,
    Fixed,
    Fold,
    Given,
    Keep,
    Known,
    MeasureRef,
    NoScore,
    Not,
    Number,
    OneOf,
    Op,
    Rows,
    ScoreRef,
    Worth,
)
from engine.load import read_shelf
from engine.locate import policies_folder
from engine.parse import parse_about, parse_edition
from engine.problem import Where
from engine.readings import prose, truth
from engine.readings.prose.conditions import View, direct
from engine.readings.prose.rules import cell
from engine.readings.prose.words import PLURALS, is_many, locale, rows

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh-Hans", "de")
ON = date(2026, 12, 15)
AT = Where("demo.yaml")
SHARE = Number(4, "share", 0, 10000)
ROWS = Number(0, "rows", 0)
MONTHS = Number(0, "months", 0)
KIND = Code((Choice("rent", {}), Choice("water", {}), Choice("electricity", {})))
EURO = Number(2, "EUR", 0)


@cache
def demo() -> Edition:
    return edition_in(HERE / "policies" / "good" / "demo")


def edition_in(folder: Path) -> Edition:
    shelf, problems = read_shelf(folder)
    assert shelf is not None, problems
    about, problems = parse_about(shelf.about)
    assert about is not None, problems
    edition, problems = parse_edition(about, in_force(shelf.policies, ON, None))
    assert edition is not None, problems
    return edition


# ------------------------------------------------------------------------------------------------- phrase tables


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_phrase_is_in_every_language(lang: str):
    """A missing cell is a page that breaks in one language only; a missing place is a fact that gets lost there."""
    original, other = rows("en"), rows(lang)
    assert len(original) > 400
    assert original.keys() == other.keys()
    for key, phrase in original.items():
        if isinstance(phrase, Mapping):
            assert isinstance(other[key], Mapping) or key == "", key
            assert {frozenset(places(p)) for p in phrase.values()} >= {
                frozenset(places(p)) for p in other[key].values()
            }, key
        else:
            assert places(phrase) == places(str(other[key])), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_plural_form_of_the_language_is_there(lang: str):
    """CLDR says which forms a language has; one left out would be said with the wrong one."""
    wanted = {*locale(lang).plural_form.tags, "other"}
    found = [row for row in rows(lang).values() if isinstance(row, Mapping)]
    assert found
    for row in found:
        assert row.keys() == wanted
        assert row.keys() <= PLURALS


def test_every_language_of_every_rulebook_has_a_table():
    """A rulebook in a language without phrases would be published half in English."""
    spoken = {tag for folder in shipped() for tag in edition_in(folder).about.languages}
    assert spoken <= set(prose.languages())


def enums(node: object, name: str = "") -> list[tuple[str, list[str]]]:
    """The closed lists of a schema, by the name of what they close."""
    found = []
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            found.append((name, node["enum"]))
        for key, value in node.items():
            found += enums(value, name if key in ("items", "then", "if", "contains") else key)
    elif isinstance(node, list):
        for value in node:
            found += enums(value, name)
    return found


GROUPS = {
    "context": "context",
    "purpose": "purposes",
    "certainty": "sure",
    "standing": "standing",
    "never": "never",
    "of": "right",
    "origin": "origin",
    "obtained": "obtained",
    "legal_basis": "legal_basis",
    "automation": "automation",
    "polarity": "polarity",
    "then": "then",
    "why": "why",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_closed_list_of_the_schemas_has_words(lang: str):
    """A code that the schema allows and no table names would be published as a code."""
    schemas = {path.stem: json.loads(path.read_text()) for path in (HERE.parent / "engine" / "schemas").glob("*.json")}
    seen = set()
    for name, codes in [found for schema in schemas.values() for found in enums(schema)]:
        if name not in GROUPS:
            continue
        seen.add(name)
        for code in codes:
            assert prose.label(GROUPS[name], code, lang), (name, code)
    assert seen >= {"context", "purpose", "certainty", "standing", "never", "of", "origin", "legal_basis", "polarity"}
    for kind in [name for name in schemas if "kind" in schemas[name].get("properties", {})]:
        assert prose.label("kind", kind, lang)


# -------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("type_", "value", "en", "zh", "de"),
    [
        (SHARE, 9800, "98%", "98%", "98\xa0%"),
        (SHARE, 9799, "97.99%", "97.99%", "97,99\xa0%"),
        (Number(2, "CNY"), 125050, "CN¥1,250.50", "¥1,250.50", "1.250,50\xa0CN¥"),
        (EURO, 5000000, "€50,000", "€50,000", "50.000\xa0€"),
        (EURO, -1, "−€0.01", "−€0.01", "−0,01\xa0€"),
        (MONTHS, 18, "18 months", "18个月", "18 Monate"),
        (MONTHS, 1, "1 month", "1个月", "1 Monat"),
        (Number(0, "years"), 2, "2 years", "2年", "2 Jahre"),
        (ROWS, 12000, "12,000", "12,000", "12.000"),
        (Number(2), 350, "3.5", "3.5", "3,5"),
        (Number(0, "letters"), 2, "2 letters", "2封", "2 Schreiben"),
        (Boolean(), True, "yes", "是", "ja"),
        (Boolean(), False, "no", "否", "nein"),
        (Day(), date(2027, 1, 15), "15 January 2027", "2027年1月15日", "15. Januar 2027"),
        (Day(), None, "unknown", "未知", "unbekannt"),
        (Code((Choice("rent", {"en": "rent", "zh-Hans": "房租", "de": "Miete"}),)), "rent", "rent", "房租", "Miete"),
    ],
)
def test_values_are_written_as_people_write_them(type_, value, en: str, zh: str, de: str):
    """An exact number stays exact: it never passes through a float."""
    said = [prose.value(type_, value, lang, demo().about) for lang in LANGUAGES]
    assert said == [en, zh, de]


def test_large_exact_numbers_keep_every_digit():
    """Fifteen digits are admitted, so fifteen are shown."""
    assert prose.value(Number(6, "EUR"), 123456789012345, "en", demo().about) == "€123,456,789.012345"


def test_words_say_which_language_they_are_in():
    """A page can then mark a title that is missing in its language."""
    assert prose.say({"en": "due date"}, "de", "en") == ("due date", "en")
    assert prose.say({"de": "Fälligkeit", "en": "due date"}, "de", "en") == ("Fälligkeit", "de")
    assert prose.category("pd:PurchasesAndSpendingHabit", "en") == ("purchases and spending habit", "en")
    assert prose.category("pd:FavouriteBook", "de") == ("favourite book", "en")


def test_every_category_of_the_vocabulary_has_words_of_its_own():
    """What is collected is the first thing a reader looks for."""
    path = HERE.parent / "engine" / "vocabulary" / "personal-data.json"
    terms = json.loads(path.read_text(encoding="utf-8"))["broader"]
    assert len(terms) > 200
    for lang in LANGUAGES:
        assert [term for term in terms if prose.category(f"pd:{term}", lang)[1] != lang] == []
        words = [prose.category(f"pd:{term}", lang)[0] for term in terms]
        assert [word for word in words if words.count(word) > 1] == []


# ---------------------------------------------------------------------------------------------------- conditions

PAID, DUE, AMOUNT, LETTERS = FieldRef("paid"), FieldRef("due"), FieldRef("amount"), FieldRef("reminders")
RATE, LATE, HISTORY = MeasureRef("paid-on-time-share"), MeasureRef("late-bills"), MeasureRef("months-of-history")
DISPUTED = FieldRef("disputed")
STEADY, CLASS = ConclusionRef("steady"), ConclusionRef("customer-class")


def compare(subject, op: Op, value, type_) -> Compare:
    operand = value if isinstance(value, AsOf | FieldRef | MeasureRef) else Constant(value)
    return Compare(subject, op, operand, type_, AT)


def between_95_and_98() -> AllOf:
    return AllOf((compare(RATE, Op.AT_LEAST, 9500, SHARE), compare(RATE, Op.LESS_THAN, 9800, SHARE)), AT)


def bands(*ids: str, said: tuple[str, str] | None = None, negated: bool = False) -> OneOf:
    score = demo().score
    assert score is not None
    return OneOf(BandRef(), ids, Code(tuple(Choice(b.id, b.title) for b in score.bands)), AT, negated, said)


OTHERS = (
    compare(LATE, Op.AT_LEAST, 3, ROWS),
    Not(compare(STEADY, Op.IS, True, Boolean()), AT),
    Known(HISTORY, True, AT),
    compare(HISTORY, Op.LESS_THAN, 6, MONTHS),
)
CONDITIONS: list[tuple[Condition, str, str, str]] = [
    (
        compare(PAID, Op.AT_MOST, DUE, Day()),
        "the date paid is on or before the due date",
        "付款日不晚于到期日",
        "der Zahlungstag liegt nicht nach der Fälligkeit",
    ),
    (
        compare(DUE, Op.LESS_THAN, AsOf(), Day()),
        "the due date is before the day of the evaluation",
        "到期日早于评估当日",
        "die Fälligkeit liegt vor dem Tag der Auswertung",
    ),
    (
        compare(DUE, Op.IS, date(2027, 1, 15), Day()),
        "the due date is 15 January 2027",
        "到期日为2027年1月15日",
        "die Fälligkeit liegt am 15. Januar 2027",
    ),
    (
        between_95_and_98(),
        "the share of bills paid on time in the last 12 months is at least 95% and below 98%",
        "近12个月按时付清的账单比例不低于95%且低于98%",
        "der Anteil pünktlich bezahlter Rechnungen der letzten 12 Monate beträgt mindestens 95\xa0% und unter 98\xa0%",
    ),
    (
        compare(LATE, Op.LESS_THAN, 3, ROWS),
        "the number of bills paid late is fewer than 3",
        "逾期支付的账单数量少于3",
        "die Anzahl „verspätet bezahlte Rechnungen“ beträgt weniger als 3",
    ),
    (
        compare(HISTORY, Op.LESS_THAN, 6, MONTHS),
        "the months of history come to less than 6 months",
        "记录月数不足6个月",
        "„Monate mit Einträgen“ beträgt weniger als 6 Monate",
    ),
    (
        Between(AMOUNT, Constant(100), Constant(5000), EURO, AT),
        "the amount is at least €1 and at most €50",
        "金额不低于€1且不高于€50",
        "der Betrag beträgt mindestens 1\xa0€ und höchstens 50\xa0€",
    ),
    (
        Not(Between(AMOUNT, Constant(100), Constant(5000), EURO, AT), AT),
        "the amount is below €1 or the amount is above €50",
        "金额低于€1，或金额高于€50",
        "der Betrag beträgt unter 1\xa0€ oder der Betrag beträgt über 50\xa0€",
    ),
    (
        Between(LATE, Constant(0), Constant(1), ROWS, AT),
        "the number of bills paid late is at most 1",
        "逾期支付的账单数量不多于1",
        "die Anzahl „verspätet bezahlte Rechnungen“ beträgt höchstens 1",
    ),
    (
        compare(DISPUTED, Op.IS, False, Boolean()),
        "“disputed” does not apply",
        "“有争议”不属实",
        "„bestritten“ trifft nicht zu",
    ),
    (Known(PAID, False, AT), "the date paid is not known", "付款日未知", "der Zahlungstag ist nicht bekannt"),
    (Known(LETTERS, True, AT), "the reminders sent are known", "催款信数量已知", "„Mahnungen“ ist bekannt"),
    (
        Not(compare(STEADY, Op.IS, True, Boolean()), AT),
        "“steady payer” does not apply",
        "“稳定付款者”不成立",
        "„zahlt beständig“ gilt nicht",
    ),
    (
        bands("good", "strong", said=("at_least", "good")),
        "the band is “good” or better",
        "等级为“良好”或更好",
        "die Stufe ist „gut“ oder besser",
    ),
    (
        bands("building", "fair", "good", "strong", said=("any", "")),
        "there is a score, whatever the band",
        "有分数（不论等级）",
        "ein Score ist vorhanden, gleich in welcher Stufe",
    ),
    (bands("good", negated=True), "the band is not “good”", "等级不是“良好”", "die Stufe ist nicht „gut“"),
    (NoScore(AT), "there is no score", "没有分数", "kein Score ist vorhanden"),
    (Not(NoScore(AT), AT), "there is a score", "有分数", "ein Score ist vorhanden"),
    (
        compare(ScoreRef(), Op.AT_LEAST, 600, Number(0, "points")),
        "the score is at least 600 points",
        "分数不低于600分",
        "der Score beträgt mindestens 600 Punkte",
    ),
    (Always(AT), "it always applies", "在任何情况下", "dies gilt immer"),
    (
        AnyOf((compare(PAID, Op.MORE_THAN, DUE, Day()), Known(PAID, False, AT)), AT),
        "the date paid is after the due date or the date paid is not known",
        "付款日晚于到期日，或付款日未知",
        "der Zahlungstag liegt nach der Fälligkeit oder der Zahlungstag ist nicht bekannt",
    ),
    (
        AllOf((OTHERS[0], AnyOf((between_95_and_98(), OTHERS[1]), AT)), AT),
        (
            "all of these are true: (1) the number of bills paid late is at least 3; "
            "(2) at least one of these is true: "
            "(a) the share of bills paid on time in the last 12 months is at least 95% and below 98%; "
            "(b) “steady payer” does not apply"
        ),
        (
            "同时满足：（1）逾期支付的账单数量不少于3；（2）至少满足一项："
            "（a）近12个月按时付清的账单比例不低于95%且低于98%；（b）“稳定付款者”不成立"
        ),
        (
            "alle folgenden Bedingungen sind erfüllt: "
            "(1) die Anzahl „verspätet bezahlte Rechnungen“ beträgt mindestens 3; "
            "(2) mindestens eine der folgenden Bedingungen ist erfüllt: "
            "(a) der Anteil pünktlich bezahlter Rechnungen der letzten 12 Monate "
            "beträgt mindestens 95\xa0% und unter 98\xa0%; (b) „zahlt beständig“ gilt nicht"
        ),
    ),
    (
        Not(AllOf((Known(PAID, True, AT), compare(PAID, Op.AT_MOST, DUE, Day())), AT), AT),
        "the date paid is not known or the date paid is after the due date",
        "付款日未知，或付款日晚于到期日",
        "der Zahlungstag ist nicht bekannt oder der Zahlungstag liegt nach der Fälligkeit",
    ),
]


@pytest.mark.parametrize(("node", "en", "zh", "de"), CONDITIONS)
def test_conditions_are_clauses(node: Condition, en: str, zh: str, de: str):
    """The rule a person reads is the rule that runs, said as a person would say it."""
    source = demo().sources["bills"]
    assert [prose.condition(demo(), node, lang, source) for lang in LANGUAGES] == [en, zh, de]


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (OTHERS[0], "die Anzahl „verspätet bezahlte Rechnungen“ mindestens 3 beträgt"),
        (OTHERS[1], "„zahlt beständig“ nicht gilt"),
        (bands("good", "strong", said=("at_least", "good")), "die Stufe „gut“ oder besser ist"),
        (compare(DISPUTED, Op.IS, True, Boolean()), "„bestritten“ zutrifft"),
        (Known(RATE, False, AT), "der Anteil pünktlich bezahlter Rechnungen der letzten 12 Monate nicht bekannt ist"),
        (
            AllOf(OTHERS, AT),
            (
                "alle folgenden Bedingungen erfüllt sind: "
                "(1) die Anzahl „verspätet bezahlte Rechnungen“ beträgt mindestens 3; "
                "(2) „zahlt beständig“ gilt nicht; "
                "(3) „Monate mit Einträgen“ ist bekannt; (4) „Monate mit Einträgen“ beträgt weniger als 6 Monate"
            ),
        ),
        (
            bands("building", "fair", "good", "strong", said=("any", "")),
            "ein Score vorhanden ist, gleich in welcher Stufe",
        ),
    ],
)
def test_german_puts_the_verb_last_after_if(node: Condition, said: str):
    """`Wenn die Stufe ist gut` is not German."""
    assert prose.condition(demo(), node, "de", demo().sources["bills"], order="sub") == said


def test_every_comparison_of_every_type_is_said_in_every_language():
    """No operator and type meet without words, and nothing stays unfilled or in brackets."""
    source = demo().sources["bills"]
    samples = [
        (RATE, 9500, SHARE),
        (LATE, 3, ROWS),
        (HISTORY, 6, MONTHS),
        (LETTERS, 2, Number(0, "letters")),
        (DUE, date(2027, 1, 15), Day()),
        (DUE, AsOf(), Day()),
        (PAID, DUE, Day()),
        (RATE, RATE, SHARE),
    ]
    nodes: list[Condition] = [compare(subject, op, value, type_) for subject, value, type_ in samples for op in Op]
    nodes += [
        compare(FieldRef("kind"), op, value, KIND) for op in (Op.IS, Op.IS_NOT) for value in ("rent", FieldRef("kind"))
    ]
    nodes += [compare(DISPUTED, op, value, Boolean()) for op in (Op.IS, Op.IS_NOT) for value in (True, False, DISPUTED)]
    nodes += [
        OneOf(s, (v,) * 2, t, AT, no) for s, v, t in [(LATE, 3, ROWS), (CLASS, "long", KIND)] for no in (True, False)
    ]
    for lang in LANGUAGES:
        said = [prose.condition(demo(), node, lang, source) for node in nodes]
        assert not [s for s in said if re.search(r"[\[\]{}^|]", s)]
        assert [prose.condition(demo(), Not(Not(node, AT), AT), lang, source) for node in nodes] == said
        for node, words in zip(nodes, said, strict=True):
            assert prose.condition(demo(), Not(node, AT), lang, source) != words


def test_a_double_negation_is_no_negation():
    """People read `not not` twice."""
    node = compare(STEADY, Op.IS, True, Boolean())
    assert direct(Not(Not(node, AT), AT)) == node


def test_english_verbs_agree_with_the_titles_authors_write():
    """`The reminders sent is 3` would be read as a mistake in the policy."""
    many = ["bills paid late", "completed months since the oldest entry on record", "reminders sent", "final judgments"]
    one = ["number of bills", "share of bills paid on time", "date the judgment was met", "status", "type of case"]
    assert [title for title in many if not is_many("en", title)] == []
    assert [title for title in one if is_many("en", title)] == []


# --------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("node", "en", "zh", "de"),
    [
        (compare(RATE, Op.AT_LEAST, 9800, SHARE), "98% or more", "98%及以上", "ab 98\xa0%"),
        (between_95_and_98(), "95% to under 98%", "95%（含）至98%（不含）", "95\xa0% bis unter 98\xa0%"),
        (compare(RATE, Op.LESS_THAN, 9000, SHARE), "under 90%", "低于90%", "unter 90\xa0%"),
        (compare(LATE, Op.IS, 0, ROWS), "none", "无", "keine"),
        (Always(AT), "any", "不限", "spielt keine Rolle"),
        (Between(LATE, Constant(1), Constant(3), ROWS, AT), "1 to 3", "1至3", "1 bis 3"),
        (
            AllOf((compare(LATE, Op.AT_LEAST, 1, ROWS), compare(LATE, Op.LESS_THAN, 4, ROWS)), AT),
            "1 to 3",
            "1至3",
            "1 bis 3",
        ),
        (
            AllOf((compare(HISTORY, Op.AT_LEAST, 6, MONTHS), compare(HISTORY, Op.LESS_THAN, 18, MONTHS)), AT),
            "6 to under 18 months",
            "6（含）至18个月（不含）",
            "6 bis unter 18 Monate",
        ),
        (
            AllOf((compare(HISTORY, Op.AT_LEAST, 120, MONTHS), compare(HISTORY, Op.LESS_THAN, 180, MONTHS)), AT),
            "10 to under 15 years",
            "10（含）至15年（不含）",
            "10 bis unter 15 Jahre",
        ),
        (
            AllOf((compare(HISTORY, Op.AT_LEAST, 18, MONTHS), compare(HISTORY, Op.LESS_THAN, 24, MONTHS)), AT),
            "18 to under 24 months",
            "18（含）至24个月（不含）",
            "18 bis unter 24 Monate",
        ),
        (compare(HISTORY, Op.LESS_THAN, 6, MONTHS), "under 6 months", "不足6个月", "weniger als 6 Monate"),
        (Known(LATE, False, AT), "unknown", "未知", "unbekannt"),
        (compare(LATE, Op.MORE_THAN, 3, ROWS), "more than 3", "多于3", "mehr als 3"),
        (OneOf(LATE, (1, 2), ROWS, AT, negated=True), "anything but 1 or 2", "1或2以外", "alles außer 1 oder 2"),
    ],
)
def test_cells_are_phrases(node: Condition, en: str, zh: str, de: str):
    """An author's table must be readable without knowing the signs it was written with."""
    assert [cell(View(demo(), lang), node) for lang in LANGUAGES] == [en, zh, de]


def test_a_table_keeps_its_rows_and_columns():
    """What the page shows is the author's own table."""
    found = prose.table(demo(), demo().rules["length-of-history"], "en")
    assert found is not None
    assert found.headers == ("Number of bills", "Months of history", "Points")
    assert found.rows[0] == (("none", "any"), "0 points")
    assert found.rows[2] == (("1 or more", "6 to under 12 months"), "+20 points")
    assert prose.table(demo(), demo().rules["money-owed"], "en") is None


def test_every_cell_of_every_type_is_said_in_every_language():
    """A table may hold any comparison and any range."""
    ends = [(RATE, 9000, 9500, SHARE), (LATE, 1, 3, ROWS), (HISTORY, 6, 12, MONTHS)]
    ends += [(DUE, date(2026, 1, 1), date(2026, 12, 31), Day())]
    nodes: list[Condition] = [compare(subject, op, low, type_) for subject, low, _, type_ in ends for op in Op]
    nodes += [
        AllOf((compare(subject, least, low, type_), compare(subject, most, high, type_)), AT)
        for subject, low, high, type_ in ends
        for least in (Op.AT_LEAST, Op.MORE_THAN)
        for most in (Op.AT_MOST, Op.LESS_THAN)
    ]
    nodes += [Known(RATE, known, AT) for known in (True, False)]
    for lang in LANGUAGES:
        said = [cell(View(demo(), lang), node) for node in nodes]
        assert not [words for words in said if not words or re.search(r"[\[\]{}^|]", words)]


# ------------------------------------------------------------------------------------------------------ measures


def test_every_fold_is_said_in_every_language():
    """With a window or without, among all rows or some, whatever is counted: nothing of it is left unsaid."""
    simple = compare(PAID, Op.AT_MOST, DUE, Day())
    long = AnyOf((AllOf((simple, Known(PAID, True, AT)), AT), Known(AMOUNT, False, AT)), AT)
    model = demo().measures["average-bill"]
    for lang in LANGUAGES:
        seen = set()
        for fold, within, among, counts, below in product(
            Fold, (None, 12), (None, simple, long), (None, simple, long), (None, 1, 3)
        ):
            days = fold in (Fold.EARLIEST, Fold.LATEST)
            field = None if fold in (Fold.COUNT, Fold.SHARE) else "due" if days else "amount"
            body = Rows(fold, "bills", field, within, among, counts, below)
            words = prose.measure(demo(), replace(model, body=body), lang)
            assert not re.search(r"[\[\]{}^|]", words)
            assert ("12" in words) == (within is not None)
            seen.add(words)
        assert len(seen) == len(Fold) * 2 * 3 * 3 * 3


# --------------------------------------------------------------------------------------------------------- worth


@pytest.mark.parametrize(
    ("worth", "en", "zh", "de"),
    [
        (Worth(Fixed(40)), "+40 points", "+40分", "+40 Punkte"),
        (Worth(Fixed(-1)), "−1 point", "−1分", "−1 Punkt"),
        (
            Worth(Each(-10, "late-bills", -100)),
            "−10 points times the number of bills paid late, but never below −100 points",
            "−10分乘以逾期支付的账单数量，合计不低于−100分",
            "−10 Punkte mal die Anzahl „verspätet bezahlte Rechnungen“, jedoch nie weniger als −100 Punkte",
        ),
        (
            Worth(Fixed(5), (Given("steady", True),)),
            "+5 points; “steady payer” applies",
            "+5分；“稳定付款者”成立",
            "+5 Punkte; „zahlt beständig“ gilt",
        ),
        (
            Worth(None, no_score={"en": "Too large.", "zh-Hans": "过大。", "de": "Zu hoch."}),
            "no score (Too large)",
            "不评分（过大）",
            "kein Score (Zu hoch)",
        ),
    ],
)
def test_what_a_case_is_worth(worth: Worth, en: str, zh: str, de: str):
    """Points carry their sign, and a bound is never left out."""
    assert [prose.worth(demo(), worth, lang) for lang in LANGUAGES] == [en, zh, de]


@pytest.mark.parametrize(
    ("measure", "en", "zh", "de"),
    [
        (
            "paid-on-time-share",
            "A higher share of bills paid on time in the last 12 months never gives fewer points.",
            "近12个月按时付清的账单比例越高，分值只会相同或更高。",
            "Je höher der Anteil pünktlich bezahlter Rechnungen der letzten 12 Monate, desto mehr Punkte, nie weniger.",
        ),
        (
            "bill-count",
            "A higher number of bills never gives fewer points.",
            "账单数量越多，分值只会相同或更高。",
            "Je höher die Zahl der Rechnungen, desto mehr Punkte, nie weniger.",
        ),
        (
            "late-bills",
            "More bills paid late never give fewer points.",
            "逾期支付的账单数量越多，分值只会相同或更高。",
            "Je höher die Anzahl „verspätet bezahlte Rechnungen“, desto mehr Punkte, nie weniger.",
        ),
        (
            "last-payment",
            "A later date of the last payment never gives fewer points.",
            "最近付款日越晚，分值只会相同或更高。",
            "Je später das Datum der letzten Zahlung, desto mehr Punkte, nie weniger.",
        ),
    ],
)
def test_a_direction_is_said_of_what_it_measures(measure: str, en: str, zh: str, de: str):
    """Amounts are higher, things are more and days are later."""
    assert [prose.direction(demo(), Direction(measure, "up"), lang) for lang in LANGUAGES] == [en, zh, de]


def test_a_disputed_figure_says_so():
    """A reconstruction must not look surer than it is."""
    node = Certainty({"en": "A newspaper"}, "reported", {"en": "Others say 19."})
    assert prose.certainty(demo(), node, "en") == [
        "Source: A newspaper.",
        "This figure is reported, but not officially confirmed.",
        "Disputed: Others say 19.",
    ]


# ----------------------------------------------------------------------------------------------------- retention


def test_retention_says_when_a_row_goes():
    """A person can work out the day themselves."""
    source = demo().sources["bills"]
    plain = replace(source, retention=(Keep(None, 24, "due", AT),))
    assert prose.retention(demo(), plain, "en") == ["An entry is kept for 2 years from the due date, then deleted."]
    day = date(2027, 1, 15)
    assert prose.left_out(demo(), plain, day, "en") == [
        "An entry dated 15 January 2027 is left out from 15 January 2029 on."
    ]
    assert prose.left_out(demo(), plain, day, "zh-Hans") == ["日期为2027年1月15日的记录自2029年1月15日起不再计入。"]
    assert prose.left_out(demo(), plain, day, "de") == [
        "Ein Eintrag vom 15. Januar 2027 zählt ab dem 15. Januar 2029 nicht mehr."
    ]
    kept = replace(source, retention=(Keep(None, 12, "paid", AT),))
    assert prose.retention(demo(), kept, "en")[-1] == "As long as the date paid is not known, the entry stays."


def test_every_kind_of_retention_is_said_in_every_language():
    """For months or while the account is open, for some rows or for the others, deleted or made anonymous."""
    source = demo().sources["bills"]
    when = compare(PAID, Op.AT_MOST, DUE, Day())
    keeps = [Keep(c, m, s, AT) for c in (when, None) for m, s in ((24, "due"), (24, None), (None, None))]
    for lang in LANGUAGES:
        said = []
        for keep, dated, then in product(keeps, ("due", None), ("delete", "anonymise")):
            node = replace(source, retention=(*keeps[:1], keep), dated_by=dated, then=then)
            said += prose.retention(demo(), node, lang)[1:2] + prose.left_out(demo(), node, ON, lang)[1:]
        assert not [words for words in said if re.search(r"[\[\]{}^|]", words)]
        assert len(set(said)) >= len(keeps) * 2 * 2


def test_a_retention_nobody_has_published_is_said_to_be_unpublished():
    """A reconstruction may not say that data goes when the account does, if nobody has said so."""
    source = demo().sources["bills"]
    node = replace(source, retention=(Keep(None, None, None, AT, unpublished=True),))
    assert [prose.retention(demo(), node, lang) for lang in LANGUAGES] == [
        ["How long an entry is kept is not published."],
        ["记录保存多久未公布。"],
        ["Wie lange ein Eintrag gespeichert wird, ist nicht veröffentlicht."],
    ]
    assert prose.left_out(demo(), node, ON, "en") == []


def test_floors_and_caps_are_said_in_every_language():
    """A bound on a group is what keeps a bad year from counting twice."""
    score = demo().score
    assert score is not None
    for lang in LANGUAGES:
        said = {
            " ".join(prose.score(replace(demo(), score=replace(score, groups=(group,))), lang))
            for group in (replace(score.groups[0], floor=f, cap=c) for f in (None, -80) for c in (None, 30))
        }
        assert len(said) == 4
    assert prose.score(replace(demo(), score=None), "en") == []


# -------------------------------------------------------------------------------------------------- whole rulebooks


def shipped() -> list[Path]:
    folders = [path.parent for path in sorted(policies_folder().glob("*/rulebook.yaml"))]
    assert folders
    return folders


def everything(edition: Edition, lang: str) -> list[str]:
    """Every policy of an edition in plain words."""
    kinds = {
        "source": edition.sources,
        "measure": edition.measures,
        "rule": edition.rules,
        "score": [edition.score.head.id] if edition.score else [],
        "use": edition.uses,
        "exclusion": edition.exclusions,
        "right": edition.rights,
    }
    said = []
    for kind, ids in kinds.items():
        for id_ in sorted(ids):
            said += [*prose.policy(edition, kind, id_, lang), "", ""]
    return said


@pytest.mark.parametrize("folder", [*shipped(), HERE / "policies" / "good" / "demo"], ids=lambda path: path.name)
def test_everything_in_a_rulebook_can_be_said(folder: Path):
    """No part of a shipped rulebook is without words in any of its languages."""
    edition = edition_in(folder)
    for lang in edition.about.languages:
        said = everything(edition, lang)
        assert len(said) > 100
        assert not [line for line in said if re.search(r"[{}^]|\[is|\bNone,|  ", line)]
        if lang == "zh-Hans":
            ours = [line for rule in edition.measures.values() for line in [prose.measure(edition, rule, lang)]]
            assert not [line for line in ours if re.search("[一-鿿][,;:!?(]", line)]


def golden(lang: str) -> Path:
    return HERE / "golden" / f"prose-{lang}.txt"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_demo_reads_as_before(lang: str):
    """A change of wording is seen by whoever reviews it, in every language."""
    assert "\n".join(everything(demo(), lang)) + "\n" == golden(lang).read_text(encoding="utf-8")


RECORD = {
    "sources": {
        "account": {"opened": "2019-02-01", "verified": True, "plan": "family"},
        "bills": [
            {"due": f"2026-{month:02d}-10", "paid": "2026-12-01", "amount": 50, "reminders": 0, "kind": "water"}
            for month in range(3, 12)
        ],
    }
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_decision_is_explained_from_rows_to_what_follows(lang: str):
    """Every rule and every measure is named once, in the order in which it was worked out."""
    kept = admit(demo(), RECORD, ON)
    assert not isinstance(kept, list)
    decision = truth.decide(demo(), kept, ON, "pay-later", None)
    said = prose.steps(demo(), decision, lang)
    assert len(said) > len(demo().measures) + len(demo().rules)
    assert not [line for line in said if re.search(r"[{}^\[\]]|None", line)]
    original = demo().about.languages[0]
    for rule in demo().rules.values():
        title = prose.say(rule.head.title, lang, original)[0]
        assert [line for line in said if title in line], title
    score = {
        "en": f"The score is {decision.score}",
        "zh-Hans": f"分数为{decision.score}",
        "de": f"Der Score beträgt {decision.score}",
    }
    assert [line for line in said if line.startswith(score[lang])]


def explained(record: object, lang: str) -> list[str]:
    kept = admit(demo(), record, ON)
    assert not isinstance(kept, list)
    return prose.steps(demo(), truth.decide(demo(), kept, ON, "pay-later", None), lang)


def test_none_is_not_called_unknown():
    """With no bill that fits there is no oldest one; with no bills sent, nobody can know."""
    none, absent = {"sources": {"bills": []}}, {"sources": {}}
    assert {
        "No entries from “Bills” count.",
        "There is no date of the oldest bill: no entry fits.",
        "There are no months of history: no entry fits.",
        "There is no tolerated debt: no entry fits.",
        "There is no limit of debt: no entry fits.",
        "There is no share of bills paid on time in the last 12 months: at least 3 entries are needed.",
        "The account opened is not known.",
    } <= set(explained(none, "en"))
    assert "„Datum der ältesten Rechnung“: Es gibt keinen passenden Eintrag." in explained(none, "de")
    assert "最早账单的日期：没有符合条件的记录。" in explained(none, "zh-Hans")
    assert {"The date of the oldest bill is not known.", "The limit of debt is not known."} <= set(
        explained(absent, "en")
    )


def test_what_is_left_out_says_why():
    """A sentence, not a code after a colon; yes and no are said as they are."""
    contested = [{"source": "bills", "row": 0}, {"source": "bills", "row": 1}]
    record = {**RECORD, "contested": contested}
    assert {
        "7 entries from “Bills” count. 2 are left out because they are contested.",
        "“identity verified”: yes.",
    } <= set(explained(record, "en"))
    said = "7 Einträge aus „Rechnungen“ zählen. 2 Einträge bleiben außer Betracht, weil sie angefochten sind."
    assert said in explained(record, "de")
    assert "“账单”中有7条记录计入。2条因存在异议而不计入。" in explained(record, "zh-Hans")


# ------------------------------------------------------------------------------------------------------- refusals

WRONG = {
    "subject": 5,
    "surprise": "7777",
    "sources": {
        "friend_contacts": [],
        "gossip": [],
        "account": {"opened": 7777, "verified": "7777", "plan": "7777"},
        "bills": [
            {"due": "2027-07-07", "amount": "7777", "reminders": 0.5, "kind": "water"},
            {"due": "2026-07-07", "amount": -7777, "reminders": 0, "kind": "water", "friend_count": 7777},
            {"amount": 77.777, "reminders": 0, "kind": "water", "note": "7777"},
            {"due": "2026-07-07", "amount": 7777777777777777777, "reminders": 0, "kind": "water"},
            7777,
        ],
        "instalments": {},
    },
    "contested": [
        {"source": "bills", "row": 7777},
        {"source": "account"},
        {"surprise": 1, "source": "bills", "row": 0},
    ],
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_is_told_in_the_language_asked_for(lang: str):
    """By source, field and exclusion, and never by a value: nothing personal may reach a log."""
    refused = admit(demo(), WRONG, ON)
    assert isinstance(refused, list)
    others = ("not-a-record", "missing-sources", "as-of-missing", "no-edition", "use-missing", "undeclared-use")
    refused += [Refused(code, "", "") for code in (*others, "withheld", "not-json")]
    codes = {one.code for one in refused}
    assert codes >= {"wrong-type", "unknown-key", "undeclared-source", "undeclared-field", "unknown-code", "no-right"}
    assert codes >= {"future-date", "missing-field", "too-many-decimals", "too-large", "out-of-range", "wrong-contest"}
    said = prose.refusal(demo().about, demo(), Refusal("demo", "2026-07-01", tuple(refused)), lang)
    assert len(said) == len(refused) + 1
    unfilled = re.compile(r"[{}^\[\]]|None|  ")
    assert not [
        line for line in said if "7777" in line or unfilled.search(line.replace("{ }", "…").replace("[ ]", "…"))
    ]
    head = {"en": "Nothing was evaluated.", "zh-Hans": "没有进行评估。", "de": "Es wurde nichts ausgewertet."}
    assert said[0] == head[lang]
    told = {
        "en": "“due date” in entry 3 of “Bills”: this is missing.",
        "de": "„Fälligkeit“ im 3. Eintrag aus „Rechnungen“: Die Angabe fehlt.",
        "zh-Hans": "“账单”第3条记录的“到期日”：缺少此项。",
    }
    assert told[lang] in said
    exclusion = prose.say(demo().exclusions["friends"].head.title, lang, "en")[0]
    assert len([line for line in said if exclusion in line]) == 2
    bare = prose.refusal(demo().about, None, Refusal("demo", None, tuple(refused)), lang)
    assert not [
        line for line in bare if "7777" in line or unfilled.search(line.replace("{ }", "…").replace("[ ]", "…"))
    ]


if __name__ == "__main__":
    for tag in LANGUAGES:
        golden(tag).write_text("\n".join(everything(demo(), tag)) + "\n", encoding="utf-8")
