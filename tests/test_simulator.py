"""The page on which a rulebook is tried out: its size, its words, and what it offers to set."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import quickjs

from engine.decision import Refusal
from engine.evaluation import evaluate_under
from engine.locate import policies_folder
from engine.readings import prose
from engine.records import read_json
from engine.rulebook import edition, load_rulebook
from engine.settable import settable
from publisher.locate import site_folder
from publisher.simulator import of_measures, record_words, shown_examples, simulator_data, subject
from publisher.speech import Speaker
from tests.browser_cases import drawn_cases, drawn_measures, edition_text, json_text, numbers_in, sent
from tests.website import DAY, DEMO

BOOKS = [*sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml")), DEMO]
MOST = 20 * 1024


def zipped(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files)


def test_the_page_fits_in_20_kb(site: Path, capsys: pytest.CaptureFixture[str]):
    """With its scripts, style and data, for the default rulebook; a record brings two files more when it is needed."""
    for lang in load_rulebook("fair-civic-trust").about.languages:
        home, assets = site / "fair-civic-trust" / lang, site / "assets"
        parts = [
            *(assets / name for name in ("decide.js", "try.js", "try.css")),
            home / "try-data.js",
            home / "try.html",
        ]
        size, more = zipped(*parts), zipped(assets / "record.js", assets / "bring.js", home / "try-record.js")
        with capsys.disabled():
            print(f"\nsimulator, {lang}: {size:,} bytes sent, and {more:,} more for a record")
        assert size <= MOST
    for page in site.glob("*/*/try.html"):
        assert page.stat().st_size <= 16 * 1024, page


# ---------------------------------------------------------------------------------------------------------- what is set


def speaker(folder: Path, lang: str) -> Speaker:
    found = edition(load_rulebook(folder), DAY)
    assert found is not None
    return Speaker(found, lang, "", anchors=False)


def test_what_is_set_is_what_rules_look_at():
    """Dates of which only the oldest counts are not asked for; what counts by itself and in a sum is."""
    assert settable(speaker(BOOKS[0], "en").edition) == (
        "bills-paid-on-time-share",
        "loans-repaid-on-time-share",
        "items-returned-share",
        "months-of-history",
        "identity-is-verified",
        "unpaid-debt-judgments",
        "fraud-judgments",
        "harassment-judgments",
    )
    schufa = settable(speaker(BOOKS[1], "de").edition)
    assert "number-of-bank-contracts" not in schufa
    assert {"running-accounts-cards-and-lines", "running-instalment-loans", "running-mortgages-and-sureties"} < {
        *schufa
    }


@pytest.fixture(scope="module")
def alike() -> Any:
    """What the script makes of settable measures: what is decided, and what would change it."""
    context = quickjs.Context()
    context.eval(sent())
    context.eval("""globalThis.run = (data, cases, asOf, use) => {
      const edition = JSON.parse(data);
      return JSON.stringify(JSON.parse(cases).map((text) => {
        const measures = Rulebook.parse(text).value;
        const decided = Rulebook.simulate(edition, measures, {asOf, use});
        return [{...decided, trace: null}, Rulebook.nearest(edition, measures, {asOf})];
      }));
    }""")
    return context.get("run")


@pytest.mark.parametrize("folder", BOOKS, ids=lambda folder: folder.name)
def test_the_data_of_the_page_decides_alike(alike: Any, folder: Path):
    """What is left out for measures alone (sources, what is never set) changes neither a decision nor a change."""
    found = speaker(folder, "en").edition
    set_ = settable(found)
    drawn = random.Random(5)
    numbers = sorted(numbers_in(found))
    cases = []
    for _ in range(60):
        measures = {id_: value for id_, value in drawn_measures(drawn, found, DAY, numbers).items() if id_ in set_}
        cases.append(json_text(measures))
    data = json.loads(edition_text(found, "en"))
    short = of_measures(data, set_)
    use = next(iter(found.uses))
    whole, less = (alike(json.dumps(each), json.dumps(cases), DAY.isoformat(), use) for each in (data, short))
    assert len(json.dumps(short)) < len(json.dumps(data)) * 2 // 3
    assert json.loads(less) == json.loads(whole)


@pytest.mark.parametrize("folder", BOOKS[:2], ids=lambda folder: folder.name)
def test_the_example_people_are_those_of_the_rulebook(folder: Path):
    """One for each band, the best first, and what their values come to is what their record comes to."""
    book = load_rulebook(folder)
    found = speaker(folder, book.about.languages[0]).edition
    examples = shown_examples(book, found)
    assert len(examples) == len(found.score.bands) + 1 if found.score else 1
    assert len({subject(one, speaker(folder, lang)) for lang in book.about.languages for one in examples}) > len(
        examples
    )
    for one in examples:
        assert set(one.values) <= set(settable(found))


def test_every_word_of_the_page_is_there():
    """A measure with its unit and choices, a rule with its cases and what one can do, in the language of the page."""
    said = simulator_data(speaker(DEMO, "de"), ())
    assert {one["id"] for one in said["set"]} == set(settable(speaker(DEMO, "de").edition))
    plan = next(one for one in said["set"] if one["id"] == "plan")
    assert len(plan["codes"]) == 3
    assert all(
        len(rule["cases"]) == len(data["cases"])
        for rule, data in zip(said["rules"], said["edition"]["rules"], strict=True)
    )


# --------------------------------------------------------------------------------------------------------- refusals


@pytest.fixture(scope="module")
def told() -> Any:
    """The words of the page for what is wrong with a record."""
    context = quickjs.Context()
    context.eval(sent())
    context.eval((site_folder() / "assets" / "bring.js").read_text("utf-8"))
    context.eval("""globalThis.run = (data, text, record, asOf, use) => {
      const read = Rulebook.parse(record);
      const found = read.refused ?? Rulebook.decide(JSON.parse(data), read.value, {asOf, use});
      const sentences = JSON.parse(text);
      return JSON.stringify(Array.isArray(found) ? found.map((one) => Bring.inWords(sentences, one, String)) : null);
    }""")
    return context.get("run")


@pytest.mark.parametrize("folder", BOOKS, ids=lambda folder: folder.name)
def test_a_refusal_is_said_as_the_engine_says_it(told: Any, folder: Path):
    """In every language, over broken records: each sentence is the one of `rulebook explain`."""
    book = load_rulebook(folder)
    refused = 0
    for lang in book.about.languages:
        voice = speaker(folder, lang)
        found, words, data = voice.edition, record_words(voice), edition_text(voice.edition, lang)
        use = next(iter(found.uses))
        for case in drawn_cases(found, 7, 300):
            if case.how != "decide" or case.as_of is None:
                continue
            said = json.loads(told(data, json.dumps(words["refused"]), case.text, case.as_of.isoformat(), use))
            result = evaluate_case(found, case.text, case.as_of, use)
            if result is None:
                assert said is None, case.text
                continue
            wanted = prose.refusal(found.about, found, result, lang)[1:]
            assert list(dict.fromkeys(said)) == wanted, case.text
            refused += 1
    assert refused > 30


def evaluate_case(found: Any, text: str, as_of: date, use: str) -> Refusal | None:
    result = evaluate_under(found, read_json(text), as_of=as_of, use=use, reading="truth")
    return result if isinstance(result, Refusal) else None
