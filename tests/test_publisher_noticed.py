"""What the checks noticed is on the page of its policy, in the reader's language, and counted on the first page."""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from engine import check
from engine.rulebook import load_rulebook
from publisher.collect import collect
from publisher.locate import site_folder
from publisher.render import render
from tests.website import DAY, DEMO, words


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    shutil.copytree(DEMO, tmp_path / "demo")
    return tmp_path / "demo"


def change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def pages(demo: Path, *paths: str) -> list[Any]:
    """Pages of the website, below the folder of the rulebook."""
    found = {str(page.path): page for page in collect([load_rulebook(demo)], DAY)}
    rendered = render(found[f"demo/{path}"] for path in paths)
    return [html.fromstring(content) for _, content in rendered]


def noticed(page: Any) -> list[str]:
    return [words(item) for item in page.xpath("//section[@class='noticed']/ul/li")]


# --------------------------------------------------------------------------------------------------------- sentences


@dataclass(frozen=True)
class Oddity:
    """A change that makes the demo odd, the page that says so, and what it says first."""

    code: str
    file: str
    changes: tuple[tuple[str, str], ...]
    page: str
    says: str


ON_TIME, HISTORY = "rules/paid-on-time/1.1.0.yaml", "rules/length-of-history/1.0.0.yaml"
SCORE, HOTLINE = "scores/bill-score/1.0.0.yaml", "rights/hotline/1.0.0.yaml"
MANY = (
    "bill-count billed slips patience years-as-customer months-left verified slack late-bills largest-bill "
    "smallest-bill early-bills"
)
ALL_KNOWN = ", ".join(f"{{{measure}: {{known: true}}}}" for measure in MANY.split())
ODDITIES = {
    "fewer where never fewer": Oddity(
        "reversal",
        ON_TIME,
        (('0.98)", 30]', '0.98)", 70]'), ("0.9799}, points: 30", "0.9799}, points: 70")),
        "rules/paid-on-time.html",
        "Row 1 (+60) gives fewer points than row 2 (+70), although more of “Share of bills paid on time in the last "
        "12 months” is never to give fewer. No reason is declared.",
    ),
    "more where never more": Oddity(
        "reversal",
        ON_TIME,
        (("direction: up", "direction: down"),),
        "rules/paid-on-time.html",
        "Row 1 (+60) gives more points than row 2 (+30), although more of “Share of bills paid on time in the last "
        "12 months” is never to give more. No reason is declared.",
    ),
    "a turn": Oddity(
        "reversal",
        "rules/contract-left/1.0.0.yaml",
        (('["> 12", 10]', '["> 12", 4]'),),
        "rules/contract-left.html",
        "As “Months left on the contract” grows, the points change direction from row 3 (+8) to row 4 (+4). No reason "
        "is declared.",
    ),
    "a row that goes the wrong way": Oddity(
        "reversal",
        "rules/reminders-received/1.0.0.yaml",
        (("direction: down", "direction: up"),),
        "rules/reminders-received.html",
        "Within row 1 the points go against the direction of the rule as “Reminders sent” grows. No reason is "
        "declared.",
    ),
    "none beats the lowest": Oddity(
        "none-beats-lowest",
        HISTORY,
        (('["0", "-", 0]', '["0", "-", 15]'), ("{bill-count: 0}, points: 0", "{bill-count: 0}, points: 15")),
        "rules/length-of-history.html",
        "Whoever has none gets 15 points (row 1). That is more than the lowest tier of “Months of history” gives: 10 "
        "(row 2). Whoever gets a first one loses points.",
    ),
    "equal neighbours": Oddity(
        "same-as-neighbour",
        ON_TIME,
        (('0.98)", 30]', '0.98)", 60]'), ("0.9799}, points: 30", "0.9799}, points: 60")),
        "rules/paid-on-time.html",
        "Row 2 gives exactly as many points as row 1 before it: +60. The boundary between them changes nothing, unless "
        "a figure is missing.",
    ),
    "equal conclusions": Oddity(
        "same-as-neighbour",
        "rules/customer-since/1.0.0.yaml",
        (
            ("[{customer-class: settled}]", "[{customer-class: long}]"),
            ("{customer-class: settled}}", "{customer-class: long}}"),
        ),
        "rules/customer-since.html",
        "Row 2 comes to the same conclusion as row 1 before it. The boundary between them changes nothing, unless "
        "something is missing.",
    ),
    "a range that is left": Oddity(
        "range",
        SCORE,
        (("{least: 380", "{least: 400"), ("from: 380", "from: 400")),
        "score.html",
        "Taken one by one, the rules can add up to anything from 380 to 640. The range is only 400 to 640, so some "
        "scores are held at its ends.",
    ),
    "a range that is not reached": Oddity(
        "range",
        SCORE,
        (("{least: 380", "{least: 300"), ("from: 380", "from: 300")),
        "score.html",
        "The range is 300 to 640, but the rules never add up to less than 380 or more than 640. Part of the range is "
        "never reached.",
    ),
    "a first version that amends": Oddity(
        "first-version",
        "exclusions/employment/1.0.0.yaml",
        (("kind: new", "kind: amend"),),
        "exclusions/employment.html",
        "This is the first version, yet its change is marked “Amended”. There was nothing before it.",
    ),
    "a number that falls": Oddity(
        "version-order",
        HOTLINE,
        (("from: 2026-01-01", "from: 2026-11-01"),),
        "rights/hotline/1.0.0.html",
        "Version 1.0.0 came into force after version 2.0.0, although its number is lower.",
    ),
    "an end that is too late": Oddity(
        "ends-early",
        HOTLINE,
        (("from: 2026-01-01", "from: 2026-01-01, until: 2026-12-31"),),
        "rights/hotline/1.0.0.html",
        "This version says that it ends on 31 December 2026, but version 2.0.0 is in force from 1 July 2026.",
    ),
    "comments that come too late": Oddity(
        "comments-too-late",
        "rules/paid-on-time/drafts/2.0.0.yaml",
        (("comment_until: 2027-09-30", "comment_until: 2028-01-01"),),
        "rules/paid-on-time/drafts/2.0.0.html",
        "Comments are open until 1 January 2028, but the proposal is meant to be in force from 1 January 2028.",
    ),
    "a name that is taken": Oddity(
        "duplicate-id",
        "uses/winter-plan/1.0.0.yaml",
        (("id: instalments", "id: talk"),),
        "uses/winter-plan.html",
        "The consequence talk has the same name as one of another use: Paying later.",
    ),
    "a window beyond retention": Oddity(
        "window-too-long",
        "measures/billed/1.0.0.yaml",
        (("within: P12M", "within: P20M"),),
        "measures/billed.html",
        "This looks back 20 months, but some rows are kept for only 18 months. They are then missing from the result.",
    ),
    "too many combinations": Oddity(
        "not-checked",
        "rules/money-owed/1.0.0.yaml",
        (
            (
                "  - {otherwise: true, points: 0}",
                f"  - {{when: {{all: [{ALL_KNOWN}]}}, points: 0}}\n  - {{otherwise: true, points: 0}}",
            ),
        ),
        "rules/money-owed.html",
        "This rule has so many combinations of values that not all of them were checked. There may be values that no "
        "row or case fits, or that several rows fit.",
    ),
    "a default that ends": Oddity(
        "no-default-use",
        "uses/pay-later/1.0.0.yaml",
        (("from: 2026-01-01", "from: 2026-01-01, until: 2026-12-31"),),
        "index.html",
        "From 1 January 2027 the use that is meant when none is named, pay-later, is not in force. Every evaluation "
        "must then name its use.",
    ),
}


@pytest.mark.parametrize("oddity", ODDITIES.values(), ids=ODDITIES)
def test_an_oddity_is_said_on_its_page(demo: Path, oddity: Oddity):
    """Whole sentences with the figures that matter, in every language of the rulebook; none falls back to English."""
    change(demo / oddity.file, *oddity.changes)
    assert oddity.code in {problem.code for problem in load_rulebook(demo).problems}
    english, chinese, german = pages(demo, *(f"{lang}/{oddity.page}" for lang in ("en", "zh-Hans", "de")))
    assert noticed(english)[0] == oddity.says
    for page in (chinese, german):
        assert len(noticed(page)) == len(noticed(english))
        assert not page.xpath("//section[@class='noticed']//li//*[@lang='en']")
        assert oddity.says not in noticed(page)


def test_points_that_nobody_adds_up_are_said(demo: Path):
    """A rulebook without a score may have rules that give points in vain."""
    shutil.rmtree(demo / "scores")
    shutil.rmtree(demo / "uses")
    change(demo / "rulebook.yaml", ("default_use: pay-later\n", ""))
    problem = next(problem for problem in load_rulebook(demo).problems if problem.code == "no-score")
    assert problem.where is not None
    rule = problem.where.file.split("/")[2]
    english, german = pages(demo, f"en/rules/{rule}.html", f"de/rules/{rule}.html")
    assert noticed(english) == ["This rule gives points, but the rulebook has no score that adds them up."]
    assert noticed(german) == ["Diese Regel ergibt Punkte, aber das Regelwerk hat keinen Score, der sie addiert."]


def test_every_warning_has_words():
    """Every code that the checks can give as a warning has sentences of its own, and no other code has."""
    warnings = set()
    assert check.__file__
    for file in Path(check.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem" and "WARNING" in ast.unparse(node):
                assert isinstance(node.args[0], ast.Constant), ast.unparse(node)
                warnings.add(node.args[0].value)
    template = (site_folder() / "templates" / "noticed.html").read_text("utf-8")
    assert warnings == set(re.findall(r"item\.code == '([\w-]+)'", template))
    assert warnings == {oddity.code for oddity in ODDITIES.values()} | {"no-score"}


def test_what_has_no_words_is_said_in_english(demo: Path):
    """A draft may hold any mistake there is; what is wrong with it is said as the checks say it."""
    draft = demo / "rules" / "paid-on-time" / "drafts" / "2.0.0.yaml"
    change(draft, ("0.9799}, points: 30", "0.9799}, points: 31"))
    (german,) = pages(demo, "de/rules/paid-on-time/drafts/2.0.0.html")
    assert noticed(german) == ["The example expects 31 points, and the rule gives 30 points."]
    assert german.xpath("//section[@class='noticed']/ul/li/span/@lang") == ["en"]


# ---------------------------------------------------------------------------------------------------------- the rows


def test_the_rows_concerned_are_marked_and_lead_to_the_sentence(demo: Path):
    """A reader of the table must not miss it, and a reader of the sentence must find the row."""
    oddity = ODDITIES["equal neighbours"]
    change(demo / oddity.file, *oddity.changes)
    (page,) = pages(demo, "en/rules/paid-on-time.html")
    rows = page.xpath("(//table)[1]/tbody/tr")
    assert [row.get("class") for row in rows] == ["odd", "odd", None, None]
    assert [words(link) for link in page.xpath("//tr[@class='odd']/th//a")] == [
        "Row 1: see the checks",
        "Row 2: see the checks",
    ]
    assert set(page.xpath("//tr[@class='odd']/th//a/@href")) == {"#noticed-1"}
    assert page.xpath("//li[@id='noticed-1']")


def test_the_first_page_counts_and_the_list_marks(demo: Path):
    """Nobody has to open every rule to find the odd ones."""
    for name in ("none beats the lowest", "equal neighbours"):
        change(demo / ODDITIES[name].file, *ODDITIES[name].changes)
    home, rules, german = pages(demo, "en/index.html", "en/rules/index.html", "de/index.html")
    found = home.xpath("//div[@class='gap']")[0]
    odd = [problem for problem in load_rulebook(demo).problems if problem.code != "missing-translation"]
    assert words(found).startswith(f"The checks noticed {len(odd)} oddities in the policies:")
    assert "rules/paid-on-time.html#noticed" in found.xpath(".//@href")
    assert f"fielen {len(odd)} Besonderheiten auf" in words(german)
    marked = rules.xpath("//p[@class='odd']/a/@href")
    assert marked == ["paid-on-time.html#noticed", "length-of-history.html#noticed"]


def test_a_rulebook_without_oddities_says_nothing(demo: Path):
    """No news is no line."""
    home, rule, rules = pages(demo, "en/index.html", "en/rules/paid-on-time.html", "en/rules/index.html")
    assert "checks" not in words(home) + words(rules)
    assert noticed(rule) == []
    assert not rule.xpath("//tr[@class='odd']")


# ------------------------------------------------------------------------------------------------------ translations


def test_a_missing_translation_is_said_and_the_text_keeps_its_language(demo: Path):
    """Who reads German is told that a text is not there yet, and sees it in the original, marked as English."""
    rule = demo / "rules" / "early-payer" / "1.0.0.yaml"
    rule.write_text(re.sub(r'\n  de: "Jede vorzeitig[^\n]*', "", rule.read_text("utf-8")), "utf-8")
    english, chinese, german, home = pages(
        demo, *(f"{lang}/rules/early-payer.html" for lang in ("en", "zh-Hans", "de")), "de/index.html"
    )
    assert noticed(english) == ["1 text is not written in German. It is shown in another language."]
    assert noticed(chinese) == ["有1处文字缺少德语版本，以其他语言显示。"]
    assert noticed(german) == ["1 Text fehlt in der Sprache Deutsch. Er wird in einer anderen Sprache angezeigt."]
    assert german.xpath("//p[@class='lead']/span/@lang") == ["en"]
    assert "1 Text fehlt in einer der Sprachen:" in words(home)
    assert home.xpath("//div[@class='gap']//@href") == ["rules/early-payer.html#noticed"]
