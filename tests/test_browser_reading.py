"""The script on the website decides as `truth` does, in an embedded JavaScript engine; Chromium is in tests/browser."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import quickjs

from bench import book
from engine.admit import read_day
from engine.evaluation import evaluate
from engine.ir import Edition
from engine.locate import policies_folder
from engine.readings.browser import edition_data
from engine.records import read_json, result_json, shipped
from engine.rulebook import edition, load_rulebook
from tests.browser_cases import (
    HARNESS,
    SCRIPTS,
    Case,
    Run,
    agree,
    agree_on_drawn,
    cases_text,
    drawn_cases,
    edition_text,
    misprints,
    sent,
    written,
)
from tests.strategies import AS_OF

BOOKS = sorted(file.parent.name for file in policies_folder().glob("*/rulebook.yaml"))
LEAST_CASES = 20_000


@pytest.fixture(scope="module")
def run() -> Run:
    """Puts an edition and cases through the script; both as JSON text."""
    context = quickjs.Context()
    context.eval(sent())
    context.eval(f"globalThis.run = (edition, cases) => JSON.stringify(({HARNESS})(edition, cases))")
    inside = context.get("run")
    return lambda edition, cases: json.loads(inside(edition, cases))


def in_force(name: str) -> Edition:
    found = edition(load_rulebook(name), date(2026, 12, 15))
    assert found is not None
    return found


def test_the_browser_decides_as_truth_does(run: Run) -> None:
    """At least 20,000 drawn cases over drawn rulebooks: decisions, traces and refusals, to the letter."""
    assert agree_on_drawn(run, LEAST_CASES) >= LEAST_CASES


@pytest.mark.parametrize("name", BOOKS)
def test_drawn_cases_of_the_shipped_rulebooks(run: Run, name: str) -> None:
    """Real policies have longer tables and more sources than drawn ones."""
    found = in_force(name)
    agree(run, found, drawn_cases(found, 1, 1000), found.about.languages[0])


@pytest.mark.parametrize("name", BOOKS)
def test_shipped_records(run: Run, name: str) -> None:
    """Every shipped record comes out as from the command line, in every language, under the edition of its own day."""
    rulebook = load_rulebook(name)
    compared = 0
    for one in shipped(rulebook):
        day = read_day(one.record.get("as_of"))
        found = None if day is None else edition(rulebook, day)
        if found is None:
            continue  # before the first edition there is no data to give to the script
        text = (one.expected_file.parent.parent / one.expected_file.name).read_text("utf-8")
        result = evaluate(rulebook, one.record, reading="truth")
        for lang in rulebook.about.languages:
            expected = result_json(result, lang)
            case = cases_text([Case("decide", text, None)])
            assert json.loads(run(edition_text(found, lang), case)[0]) == expected.get("refusals", expected), one.name
            compared += 1
    assert compared >= 2 * 20


# ------------------------------------------------------------------------------------------------ reading JSON exactly


def test_text_that_is_not_json(run: Run) -> None:
    """A file opened on the page is read as strictly as by the service, and the place of a mistake is named alike."""
    found = in_force("fair-civic-trust")
    record = '{"as_of": "2026-12-15",\n "sources": {"x\\u00e9": [1.50, -0, true, null, {"é": "\\"好"}]}}'
    texts = [*misprints(record, 3, 3000), "", " ", "[", "NaN", "[-Infinity]", '{"a": 1, "a": 2}', "\ufeff{}", "1 2"]
    # Newer versions of Python name another place where a comma is one too many.
    texts = [text for text in texts if not re.search(r",\s*[}\]]", text)]
    agree(run, found, [Case("decide", text, AS_OF) for text in texts], "en")


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 1_000_000, "[" * 101 + "0" + "]" * 101])
def test_text_nested_without_end(run: Run, text: str) -> None:
    """It is refused before the stack of the browser is full."""
    found = run(edition_text(in_force("fair-civic-trust")), cases_text([Case("decide", text, AS_OF)]))
    assert [each["sentence"] for each in json.loads(found[0])] == ["it is nested too deep"]


@pytest.mark.parametrize("exponent", ["-999999999999", "-9" + "9" * 30, "9" * 12, "9" * 30])
@pytest.mark.parametrize("digits", ["0", "1", "-0.0"])
def test_numbers_with_endless_exponents(run: Run, digits: str, exponent: str) -> None:
    """A few characters that would stand for a number of terabytes are refused, or are 0, at once."""
    found = in_force("fair-civic-trust")
    measures = f'{{"bills-paid-on-time-share": {digits}e{exponent}, "fraud-judgments": {digits}E{exponent}}}'
    agree(run, found, [Case("decideGiven", measures, AS_OF)], "en")


def test_numbers_beyond_those_of_a_browser(run: Run) -> None:
    """Values and limits that a float would round: a thousandth less in eighteen digits is less."""
    limit = 10**15 - 1
    source = book.source("facts", {"facts": {}}, {name: {"type": "integer"} for name in ("whole", "small")})
    measures = [book.measure(name, {"value": {"of": "facts", "field": name}}) for name in ("whole", "small")]
    measures += [
        book.measure("great", {"times": {"measure": "whole", "by": 1}, "places": 3}),
        book.measure("bit", {"times": {"measure": "small", "by": 0.001}, "places": 3}),
        book.measure("less", {"subtract": ["great", "bit"]}),
        book.measure("many", {"times": {"measure": "whole", "by": 21}, "places": 0}),
    ]
    rule = book.rule("rule", {"cases": [{"when": {"less": {"at_least": limit}}, "points": 1}]}, [])
    found = book.edition([source, *measures, rule, book.score(0, ["rule"], (0, 9), [0, 5]), book.use()])
    sources = [f'{{"facts": {{"whole": {limit}, "small": {small}}}}}' for small in (0, 1)]
    records = [Case("decide", f'{{"sources": {each}}}', AS_OF) for each in sources]
    given = [Case("decideGiven", f'{{"great": {number}}}', AS_OF) for number in ("1E11", "1E12", "-1.5E14")]
    agree(run, found, [*records, *given], "en")
    same, less = map(json.loads, run(edition_text(found), cases_text(records)))
    values = {each["policy"]: each["outcome"].get("value") for each in less["trace"]}
    assert (values["less"], values["many"]) == ("999999999999998.999", 20_999_999_999_999_979)
    assert (same["trace"][7]["outcome"]["case"], less["trace"][7]["outcome"]["case"]) == (0, None)


# ------------------------------------------------------------------------------------------------------------ refusals


def asked(run: Run, data: dict[str, Any], options: str) -> list[str]:
    """The codes of the refusals of an empty record."""
    cases = f'[["decide", "{{\\"sources\\": {{}}}}", {options}], ["decideGiven", "{{}}", {options}]]'
    of_record, of_measures = map(json.loads, run(written(data), cases))
    assert of_record == of_measures
    return [each["code"] for each in of_record]


def test_what_is_asked_is_refused_too(run: Run) -> None:
    """No day, no day of the calendar, a use nobody declared, and a rulebook with a part that is not published."""
    data = edition_data(in_force("fair-civic-trust"))
    assert asked(run, data, "{}") == ["as-of-missing"]
    assert asked(run, data, '{"asOf": "2026-02-30"}') == ["wrong-type"]
    assert asked(run, data, '{"asOf": "2026-12-15", "use": "marketing"}') == ["undeclared-use"]
    assert asked(run, {**data, "default_use": None}, '{"asOf": "2026-12-15"}') == ["use-missing"]
    assert asked(run, {**data, "withheld": [["rule", "x"]]}, '{"asOf": "2026-12-15"}') == ["withheld"]


DAYS = ("1900-02-29", "2000-02-29", "2023-02-29", "2024-02-29", "2026-04-31", "2026-12-31", "2026-13-01", "0001-01-01")


@pytest.mark.parametrize("as_of", [date(2027, 2, 28), date(2028, 2, 29), date(2027, 12, 31)])
def test_days_of_the_calendar(run: Run, as_of: date) -> None:
    """Leap years, the ends of months, the first day there is."""
    found = in_force("fair-civic-trust")
    texts = [f'{{"sources": {{"identity-check": {{"verified": true, "verified_on": "{day}"}}}}}}' for day in DAYS]
    texts += [f'{{"sources": {{"bill-payments": [{{"due": "{day}", "amount": 1, "kind": "rent"}}]}}}}' for day in DAYS]
    agree(run, found, [Case("decide", text, as_of) for text in texts], "en")


ROWS = ("-1", "-0", "0", "1", "2", "1.0", "1e0", '"0"', "true", "null", "[]", "9" * 50)


def test_contests_of_any_row(run: Run) -> None:
    """A row is named by its index and by nothing like it; facts have none."""
    found = in_force("fair-civic-trust")
    sources = '"court-judgments": [{}, {}], "identity-check": {}, "bill-payments": [{}]'
    contests = [f'{{"source": "{name}", "row": {row}}}' for name in found.sources for row in ROWS]
    texts = [f'{{"sources": {{{sources}}}, "contested": [{contest}]}}' for contest in contests]
    agree(run, found, [Case("decide", text, AS_OF) for text in texts], "en")


def test_exclusions_of_any_spelling(run: Run) -> None:
    """`*` is anything, `?` one character, and capital letters make no difference."""
    found = in_force("fair-civic-trust")
    one = next(iter(found.exclusions.values()))
    found = replace(
        found, exclusions={one.head.id: replace(one, sources=("?ontacts", "A*B?c", "x**"), fields=("*a*a*", "?"))}
    )
    names = [
        "contacts",
        "CONTACTS",
        "ontacts",
        "ab-c",
        "aBBBc",
        "abc",
        "x",
        "好ontacts",
        "banana",
        "cat",
        "A",
        "好",
        "ss",
    ]
    row = ", ".join(f'"{name}": 1' for name in names)
    sources = ", ".join(f'"{name}": {{}}' for name in names)
    text = f'{{"sources": {{{sources}, "identity-check": {{{row}}}}}}}'
    case = Case("decide", text, AS_OF)
    agree(run, found, [case], "en")
    refused = json.loads(run(edition_text(found), cases_text([case]))[0])
    assert sum(each["exclusion"] == one.head.id for each in refused) == 10


# ------------------------------------------------------------------------------------------------------- the script


def test_the_script_is_small() -> None:
    """With the data of the default rulebook it leaves room for a page in 20 KB."""
    script = sent()
    found = in_force("fair-civic-trust")
    for lang in found.about.languages:
        size = len(gzip.compress((script + edition_text(found, lang)).encode(), mtime=0))
        assert size <= 20_000, f"{lang}: {size:,} bytes"


def test_the_script_computes_with_whole_numbers_alone() -> None:
    """No clock, no locale, no fraction, no text that is run, and nothing that could send anything."""
    code = "\n".join(
        line.split(" // ")[0]
        for file in SCRIPTS
        for line in file.read_text("utf-8").splitlines()
        if line.strip()[:2] != "//"
    )
    forbidden = (
        "eval Function Date Intl Math.random parseFloat toFixed toLocaleString import fetch XMLHttpRequest document"
    )
    words = set(re.findall(r"[A-Za-z.]+", code))
    assert not words & set(forbidden.split())
    assert not re.search(r"[^\w\"'`$]\d+\.\d", code)


def test_numbers_in_the_data_are_exact() -> None:
    """A browser reads a number of JSON as a float: only whole ones that a float holds may stand there."""

    def numbers(data: Any) -> list[int | float]:
        parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
        own = [data] if isinstance(data, int | float) and not isinstance(data, bool) else []
        return own + [number for part in parts for number in numbers(part)]

    found = [number for each in BOOKS for number in numbers(read_json(edition_text(in_force(each))))]
    assert len(found) > 500
    assert all(type(number) is int and abs(number) < 2**53 for number in found)
