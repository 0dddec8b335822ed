"""Trying a rulebook out in a real browser, as a citizen would: what is set, brought along, saved and shared."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from engine.decision import Decision, Refusal
from engine.evaluation import evaluate
from engine.given import read_given
from engine.ir import Number
from engine.nearest import measures_of, nearest, worked_out
from engine.readings import prose
from engine.readings.truth import decide_given
from engine.records import shipped
from engine.rulebook import edition, load_rulebook
from engine.settable import settable
from publisher.serve import create_app
from tests.browser.test_pages import pytestmark  # noqa: F401  # the same skip as there
from tests.browser.waiting import until
from tests.website import DAY

FAIR = "fair-civic-trust/en/try.html"
SHARE = "bills-paid-on-time-share"
LANGUAGES = ("en", "zh-Hans")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails when a script fails. Its clock stands on a day of the edition."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.clock.set_fixed_time("2026-12-15T12:00:00")
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    context.close()
    assert failed == []


def opened(page: Page, site: Path, path: str = FAIR, fragment: str = "") -> Page:
    page.goto((site / path).as_uri() + fragment)
    expect(page.locator("#on")).to_be_visible()
    return page


def box(page: Page, id_: str) -> Any:
    return page.locator(f"#measure-{id_} input").first


def score(page: Page) -> str:
    return page.locator("#sum b").inner_text()


def fair() -> Any:
    found = edition(load_rulebook("fair-civic-trust"), DAY)
    assert found is not None
    return found


def decided(measures: dict[str, Any]) -> Decision:
    """What truth makes of measures."""
    found = fair()
    values = read_given(found, measures, DAY)
    assert not isinstance(values, list)
    return decide_given(found, worked_out(found, values, DAY), DAY, "deposit-free-rental")


KNOWN = {
    SHARE: Decimal("0.93"),
    "loans-repaid-on-time-share": Decimal("0.9512"),
    "items-returned-share": 1,
    "months-of-history": 7,
    "identity-is-verified": True,
    "unpaid-debt-judgments": 1,
    "fraud-judgments": 0,
    "harassment-judgments": 0,
}


def set_all(page: Page, measures: dict[str, Any]) -> None:
    """Sets measures as a person does."""
    found = fair()
    for id_, value in measures.items():
        kind = found.measures[id_].type
        if isinstance(value, bool):
            page.locator(f"#measure-{id_} input[value={str(value).lower()}]").check()
        else:
            share = isinstance(kind, Number) and kind.unit == "share"
            box(page, id_).fill(f"{value * 100:f}" if share else str(value))


# ----------------------------------------------------------------------------------------------------- setting measures


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_set_is_decided_as_truth_decides(site: Path, page: Page, lang: str):
    """The score, the points of every rule, the reasons and what follows."""
    opened(page, site, f"fair-civic-trust/{lang}/try.html")
    set_all(page, KNOWN)
    found, now = fair(), decided(KNOWN)
    assert score(page) == str(now.score)
    points = page.locator("#rules li p:first-of-type .n").all_inner_texts()
    assert [int(each.replace("−", "-")) for each in points] == list(now.points.values())
    titles = [found.rules[reason.rule].head.title[lang] for reason in now.reasons]
    reasons = page.locator("#score li").all_inner_texts()
    assert all(said.lower().startswith(title.lower()) for said, title in zip(reasons, titles, strict=True))
    follows = page.locator("#follows").inner_text()
    assert all(each.effect[lang] in follows for each in now.consequences)


def test_what_is_not_known_is_said_to_be(site: Path, page: Page):
    """Every control has a way to say so, an empty box says it too, and a rule then says why it cannot be decided."""
    opened(page, site)
    set_all(page, KNOWN)
    unknown = page.locator(f"#measure-{SHARE}").get_by_label("not known")
    unknown.check()
    assert box(page, SHARE).input_value() == ""
    assert fair().rules["bills-paid-on-time"].unknown.because["en"] in page.locator("#rules").inner_text()
    box(page, SHARE).fill("93")
    assert not unknown.is_checked()
    box(page, SHARE).fill("")
    assert unknown.is_checked()
    page.locator("#start").select_option("")
    assert score(page) == "No score"
    assert page.locator("#measures input[type=checkbox]:checked").count() == 7
    assert page.locator("#score p").count() >= 1


@pytest.mark.parametrize(
    ("lang", "written", "wanted"),
    [("en", "12,5", None), ("en", "-1", None), ("en", "93.5", "0.935"), ("en", "93.123", None)],
)
def test_what_cannot_be_used_is_said_beside_its_control(site: Path, page: Page, lang: str, written: str, wanted: Any):
    """The message belongs to the control, and the result stays as it was."""
    opened(page, site, f"fair-civic-trust/{lang}/try.html")
    before = score(page)
    box(page, SHARE).fill(written)
    odd = page.locator(f"#e-{SHARE}")
    assert odd.is_visible() is (wanted is None)
    assert (box(page, SHARE).get_attribute("aria-invalid") is not None) is (wanted is None)
    assert f"e-{SHARE}" in str(box(page, SHARE).get_attribute("aria-describedby"))
    if wanted is None:
        assert score(page) == before
        expect(page.locator("#sum")).to_contain_text("for the last values that could be read")
        box(page, "months-of-history").fill("3")
        expect(page.locator("#sum")).to_contain_text("for the last values that could be read")
        box(page, SHARE).fill("50")
        assert not odd.is_visible()
        assert "last values" not in page.locator("#sum").inner_text()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("120", "100% or less"),
        ("-1", "0% or more"),
        ("98.123456", "at most 2"),
        ("abc", "a value like 1.5"),
        ("", "Empty means"),
    ],
)
def test_what_is_wrong_with_a_value_is_said(site: Path, page: Page, written: str, said: str):
    """Which limit it breaks; an empty box is no fault, and says what it means."""
    opened(page, site)
    box(page, SHARE).fill("50")
    box(page, SHARE).fill(written)
    expect(page.locator(f"#e-{SHARE}")).to_contain_text(said)
    assert box(page, SHARE).get_attribute("aria-invalid") == (None if written == "" else "true")


def test_a_german_writes_a_comma(site: Path, page: Page):
    """What is a point in English is a comma in German, and a point there is refused rather than guessed."""
    opened(page, site, "demo/de/try.html")
    share = page.locator("#measure-paid-on-time-share input").first
    share.fill("97,5")
    assert page.locator("#e-paid-on-time-share").is_hidden()
    assert "97,5" in share.input_value()
    share.fill("97.5")
    assert page.locator("#e-paid-on-time-share").is_visible()


def test_what_would_change_it_is_true(site: Path, page: Page):
    """Each change that is offered is the one the engine names, and comes true when it is set."""
    opened(page, site)
    set_all(page, KNOWN)
    found = fair()
    values = read_given(found, KNOWN, DAY)
    assert not isinstance(values, list)
    near = nearest(found, values, DAY)
    assert near.band is not None
    offered = page.locator("#rules li").filter(has=page.get_by_role("button"))
    assert offered.count() == len(near.rules) > 3
    titles = [found.rules[one.rule].head.title["en"].lower() for one in near.rules]
    assert [each.lower() for each in offered.locator("h4").all_inner_texts()] == titles
    page.locator("#nearest button").first.click()
    assert score(page) == str(near.band.score)
    assert page.evaluate("document.activeElement.name") == near.band.measure
    for one in near.rules:
        set_all(page, KNOWN)
        button = page.locator("#rules li").filter(
            has=page.get_by_text(found.rules[one.rule].head.title["en"], exact=False)
        )
        button.get_by_role("button").first.click()
        assert score(page) == str(one.change.score)


def test_a_rule_says_whether_one_can_do_something(site: Path, page: Page):
    """The rulebook's own words, or that it has none."""
    opened(page, site)
    set_all(page, KNOWN)
    said = page.locator("#rules").inner_text()
    assert "What you can do: " in said
    worst = opened(page, site, "schufa-2026/en/try.html")
    assert worst.locator("#rules li").count() == 12


def test_every_single_change_that_is_enough_is_offered(site: Path, page: Page):
    """In an order that is said: what one can do first, then the shortest wait; what is in nobody's hands says so."""
    opened(page, site, "schufa-2026/en/try.html")
    page.locator("#start").select_option(label="Example: a default settled one year ago")
    ways = page.locator("#nearest .ways > li").all_inner_texts()
    assert len(ways) == 5
    assert all("What you can do" in each for each in ways[:2])
    waits = [re.search(r"only takes time: (\d+) months", each) for each in ways[2:]]
    assert [int(each[1]) for each in waits if each] == [12, 38, 51]
    page.locator("#start").select_option(label="Example: a debt discharge three months ago")
    expect(page.locator("#nearest .ways")).to_contain_text("This is not in your hands.")
    expect(page.locator("#nearest .ways")).to_contain_text("6 months")


def test_nothing_unknown_is_changed_to_a_worst_case(site: Path, page: Page):
    """Nobody is told to pay no bill: the page says that being known is enough, and what the worst case gives."""
    opened(page, site)
    said = page.locator("#nearest")
    expect(said).to_contain_text("There is a score as soon as one of these is known")
    expect(said).to_contain_text("Average, 570: Share of bills paid on time")
    assert said.get_by_role("button").count() == 0
    assert not re.search(r"\b0% instead of", page.locator("#result").inner_text())


def test_where_no_single_change_is_enough_several_are(site: Path, page: Page):
    """The worst result has a way up too; setting one after the other leads to what is promised."""
    opened(page, site)
    page.locator("#start").select_option("3")
    assert score(page) == "350"
    expect(page.locator("#nearest")).to_contain_text("Together, these lead to “Average” with a score of 640")
    page.locator("#nearest button").first.click()
    assert score(page) == "520"
    page.locator("#start").select_option("0")
    expect(page.locator("#nearest")).to_have_text("This is the best band.")
    assert page.locator("#each").is_hidden()


# ------------------------------------------------------------------------------------------- every word of a result

PEOPLE = [
    ("fair-civic-trust/en", "nothing known", {}),
    ("fair-civic-trust/en", "best", {"example": 0}),
    ("fair-civic-trust/en", "good", {"example": 1}),
    ("fair-civic-trust/en", "worst", {"example": 3}),
    ("fair-civic-trust/zh-Hans", "average", {"example": 2}),
    ("fair-civic-trust/zh-Hans", "contested", {"record": "contested-judgment"}),
    ("schufa-2026/de", "a settled default", {"example": 1}),
    ("schufa-2026/de", "a debt discharge", {"example": 4}),
    ("demo/de", "the first", {"example": 0}),
]
"""Pages, and people known on them."""


def golden(number: int) -> Path:
    book, _, lang = PEOPLE[number][0].partition("/")
    return Path(__file__).parents[1] / "golden" / "try" / f"{book}-{lang}-{PEOPLE[number][1].replace(' ', '-')}.txt"


def result_of(page: Page, site: Path, number: int) -> str:
    """Every word of what comes of a person, the colours of what follows included."""
    path, _, who = PEOPLE[number]
    opened(page, site, f"{path}/try.html")
    if "example" in who:
        page.locator("#start").select_option(str(who["example"]))
    if "record" in who:
        bring(page, text_of(str(who["record"])))
    page.locator("#shared").evaluate("each => each.previousElementSibling.remove()")
    tags = page.locator("#follows .tag").evaluate_all("all => all.map((each) => each.className)")
    shown = [page.locator("#sum").inner_text(), page.locator("#result").inner_text(), *tags]
    return re.sub(r"\n\s*\n+", "\n", "\n".join(shown)) + "\n"


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[" ".join(each[:2]) for each in PEOPLE])
def test_every_word_of_a_result(site: Path, page: Page, number: int):
    """What was read once and found right stays so. WRITE_GOLDEN=1 writes the texts anew; read the difference."""
    said = result_of(page, site, number)
    if "WRITE_GOLDEN" in os.environ:
        golden(number).parent.mkdir(exist_ok=True)
        golden(number).write_text(said, "utf-8")
    assert said == golden(number).read_text("utf-8")


# ---------------------------------------------------------------------------------------------------------- a record


def records() -> dict[str, Any]:
    return {one.name: one.record for one in shipped(load_rulebook("fair-civic-trust"))}


def bring(page: Page, text: str) -> None:
    page.locator("#bring").evaluate("each => each.open = true")
    page.locator("#text").fill(text)
    page.locator("#read").click()
    expect(page.locator("#told p").first).to_be_visible()


def text_of(name: str) -> str:
    folder = load_rulebook("fair-civic-trust").shelf.root / "fair-civic-trust" / "records"
    return (folder / f"{name}.json").read_text("utf-8")


@pytest.mark.parametrize("name", ["reliable-tenant", "contested-judgment", "expired-rows", "student-thin-file"])
def test_a_record_is_decided_as_on_the_command_line(site: Path, page: Page, name: str):
    """Its measures are set, and what was left out of it is listed with the reason."""
    opened(page, site)
    bring(page, text_of(name))
    result = evaluate(load_rulebook("fair-civic-trust"), records()[name])
    assert isinstance(result, Decision)
    assert score(page) == ("No score" if result.score is None else str(result.score))
    assert page.locator("#left li").count() == len(result.left_out)
    for row in result.left_out:
        assert ("past" if row.why == "expired" else "contested") in page.locator("#left").inner_text()
    known = {id_ for id_, value in measures_of(fair(), result).items() if value is not None} & set(settable(fair()))
    boxes = page.locator("#measures input:not([type=checkbox], [type=radio])")
    filled = {each.get_attribute("name") for each in boxes.all() if each.input_value()}
    assert filled == known - {"identity-is-verified"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["bad-types", "friends-list", "undeclared-field", "wrong-contest", "future-date"])
def test_a_refusal_is_in_the_language_of_the_page(site: Path, page: Page, lang: str, name: str):
    """With its place, as the command line says it in that language; nothing is worked out."""
    opened(page, site, f"fair-civic-trust/{lang}/try.html")
    before = score(page)
    bring(page, text_of(name))
    result = evaluate(load_rulebook("fair-civic-trust"), records()[name])
    assert isinstance(result, Refusal)
    found = fair()
    told = page.locator("#told p").all_inner_texts()
    assert told[:-1] == prose.refusal(found.about, found, result, lang)
    assert score(page) == before
    assert told[-1] in page.locator("#sum").inner_text()
    box(page, "months-of-history").fill("3")
    assert page.locator("#told p").count() == 0
    assert told[-1] not in page.locator("#sum").inner_text()


def test_a_file_is_opened(site: Path, page: Page, tmp_path: Path):
    """A record is read from a file like a pasted one; what is not JSON is said with its place."""
    opened(page, site)
    (tmp_path / "record.json").write_text(text_of("reliable-tenant"), "utf-8")
    page.locator("#bring").evaluate("each => each.open = true")
    page.locator("#file").set_input_files(tmp_path / "record.json")
    expect(page.locator("#told")).to_contain_text("The record was read")
    assert score(page) == "830"
    bring(page, '{"sources":\n [}')
    expect(page.locator("#told p").first).to_have_text("This is not JSON text. Look at line 2, letter 3.")
    bring(page, " ")
    expect(page.locator("#told p").first).to_have_text("The box is empty. Paste a record first.")


# ---------------------------------------------------------------------------------------------------- saved and shared


def link(page: Page) -> str:
    page.locator("#share").click()
    return page.locator("#link").input_value()


def test_a_link_brings_back_what_was_set(site: Path, page: Page, browser: Browser):
    """All of it stands behind the #, which no browser sends; it is short and opens in every language."""
    opened(page, site)
    set_all(page, KNOWN)
    page.locator("#setting").evaluate("each => each.open = true")
    page.locator("#use").select_option("loan-offer")
    page.locator("#day").fill("2027-01-03")
    made = link(page)
    assert re.fullmatch(r"file:///\S+try\.html#s=fair-civic-trust&\S+", made)
    assert len(made.partition("#")[2]) < 400
    other = browser.new_page()
    other.goto(made.replace("/en/", "/zh-Hans/"))
    assert score(other) == score(page)
    assert other.locator("#use").input_value() == "loan-offer"
    assert other.locator("#day").input_value() == "2027-01-03"
    assert box(other, SHARE).input_value() == "93"
    assert link(other) == made.replace("/en/", "/zh-Hans/")
    other.close()


HOSTILE = "<img src=x onerror=document.title='hacked'>"


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("#s=schufa-2026&e=000000000000&d=2026-12-15&u=rental", "another rulebook"),
        ("#s=" + HOSTILE, "damaged"),
        ("#!!garbage", "damaged"),
        ("#s=fair-civic-trust", "damaged"),
        ("#s=fair-civic-trust&e=%F0&d=&u=", "another edition"),
        ("#s=fair-civic-trust&e={digest}&d=2026-12-15&u=deposit-free-rental&m." + HOSTILE + "=1", "does not fit: <img"),
        ("#s=fair-civic-trust&e={digest}&d=2026-12-15&u=deposit-free-rental&m.__proto__=1", "does not fit: __proto__"),
        (
            f"#s=fair-civic-trust&e={{digest}}&d=2026-12-15&u=deposit-free-rental&m.{SHARE}=" + HOSTILE,
            f"does not fit: {SHARE}",
        ),
        (f"#s=fair-civic-trust&e={{digest}}&d=2026-12-15&u=deposit-free-rental&m.{SHARE}=2", f"does not fit: {SHARE}"),
        (
            "#s=fair-civic-trust&e=000000000000&d=2020-01-01&u=deposit-free-rental&m.fraud-judgments=1",
            "another edition",
        ),
    ],
)
def test_a_foreign_link_is_never_more_than_words(site: Path, page: Page, fragment: str, said: str):
    """It says what is wrong, takes over what fits, and runs nothing."""
    opened(page, site, fragment=fragment.replace("{digest}", fair().digest[:12]))
    expect(page.locator("#told")).to_contain_text(said)
    assert page.title().startswith("Try it")
    assert page.locator("main img").count() == 0


def test_a_link_of_another_edition_keeps_what_fits(site: Path, page: Page):
    """The measures that are still there are set; the rest is named."""
    opened(page, site, fragment=f"#s=fair-civic-trust&e=0123456789ab&d=2026-12-15&u=loan-offer&m.{SHARE}=0.5&m.gone=3")
    expect(page.locator("#told")).to_contain_text("another edition")
    expect(page.locator("#told")).to_contain_text("gone")
    assert box(page, SHARE).input_value() == "50"
    assert page.locator("#use").input_value() == "loan-offer"


def test_a_link_can_be_followed_while_the_page_is_open(site: Path, page: Page):
    """A changed fragment is read like a new one; an anchor of a measure leads to its control and changes nothing."""
    opened(page, site)
    before = score(page)
    page.evaluate(f"location.hash = '#measure-{SHARE}'")
    assert score(page) == before
    digest = fair().digest[:12]
    page.evaluate(f"location.hash = '#s=fair-civic-trust&e={digest}&d=2026-12-15&u=loan-offer&m.fraud-judgments=3'")
    expect(page.locator("#told")).to_contain_text("set again")
    assert box(page, "fraud-judgments").input_value() == "3"


def test_a_saved_file_opens_again(site: Path, page: Page, tmp_path: Path):
    """It holds what was set and under which edition, and nothing else."""
    opened(page, site)
    set_all(page, KNOWN)
    before = score(page)
    with page.expect_download() as started:
        page.locator("#save").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    saved = json.loads(file.read_text("utf-8"))
    assert set(saved) == {"rulebook", "digest", "as_of", "use", "measures"}
    assert saved["measures"][SHARE] == "0.9300"
    page.locator("#start").select_option("")
    assert score(page) == "No score"
    page.locator("#bring").evaluate("each => each.open = true")
    page.locator("#file").set_input_files(file)
    expect(page.locator("#told")).to_contain_text("set again")
    assert score(page) == before


@pytest.mark.parametrize(
    "text", ['{"measures": {}}', '{"rulebook": "x", "measures": []}', '{"rulebook": null, "measures": {"a": {}}}']
)
def test_a_file_of_something_else(site: Path, page: Page, text: str):
    """Nothing of it is used."""
    opened(page, site)
    bring(page, text)
    expect(page.locator("#told")).to_contain_text("another rulebook")


def test_a_damaged_file_is_taken_as_far_as_it_fits(site: Path, page: Page):
    """What does not fit is named."""
    opened(page, site)
    broken = {"fraud-judgments": {}, SHARE: [1], "identity-is-verified": 3, "months-of-history": 8, "nobody": None}
    bring(page, json.dumps({"rulebook": "fair-civic-trust", "as_of": 3, "use": {}, "measures": broken}))
    said = page.locator("#told").inner_text()
    assert all(name in said for name in ("fraud-judgments", SHARE, "identity-is-verified", "nobody"))
    assert box(page, "months-of-history").input_value() == "8"


# -------------------------------------------------------------------------------------------------- nothing is sent


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The same pages behind an address, with the headers of `rulebook serve`."""
    server = make_server("127.0.0.1", 0, create_app(site, dict), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


OWN = {
    "assets/style.css",
    "assets/icon.svg",
    *(f"assets/{name}" for name in ("try.css", "decide.js", "try.js", "record.js", "bring.js")),
    *(f"fair-civic-trust/en/{name}" for name in ("try.html", "try-data.js", "try-record.js")),
}


@pytest.mark.parametrize("how", ["served", "file"])
def test_nothing_leaves_the_page(site: Path, page: Page, served: str, how: str, tmp_path: Path):
    """Set, bring along, save, share, open: the only requests are for the page's own files."""
    start = served if how == "served" else site.as_uri() + "/"
    asked: list[str] = []
    said: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(start + FAIR)
    expect(page.locator("#on")).to_be_visible()
    set_all(page, KNOWN)
    for button in range(2):
        page.locator("#result button").nth(button).click()
    bring(page, text_of("reliable-tenant"))
    bring(page, text_of("bad-types"))
    with page.expect_download() as started:
        page.locator("#save").click()
    started.value.save_as(tmp_path / "saved.json")
    page.locator("#file").set_input_files(tmp_path / "saved.json")
    page.goto(link(page))
    page.locator("#text").evaluate("each => each.form.requestSubmit()")
    page.wait_for_timeout(200)
    asked = [each.partition("#")[0] for each in asked if not each.startswith("blob:")]
    assert {each.removeprefix(start) for each in asked} == OWN
    assert all("0.93" not in each for each in asked)
    assert said == []


ATTEMPTS = {
    "fetch": ("connect-src", "fetch('https://example.org/x').catch(() => {})"),
    "own fetch": ("connect-src", "fetch(location.href).catch(() => {})"),
    "beacon": ("connect-src", "navigator.sendBeacon('https://example.org/x', 'x')"),
    "socket": ("connect-src", "new WebSocket('wss://example.org/x')"),
    "image": ("img-src", "new Image().src = 'https://example.org/x.png'"),
    "form": (
        "form-action",
        "Object.assign(document.body.appendChild(document.createElement('form')), {action: 'https://example.org'}).submit()",
    ),
    "script": (
        "script-src-elem",
        "document.head.append(Object.assign(document.createElement('script'), {src: 'https://example.org/x.js'}))",
    ),
    "frame": (
        "frame-src",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://example.org/'}))",
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_browser_itself_keeps_it_from_sending(site: Path, page: Page, attempt: str):
    """Even a script typed into the console reaches nobody."""
    opened(page, site)
    left: list[str] = []

    def stop(route: Route) -> None:
        left.append(route.request.url)
        route.abort()

    page.route("https://**/*", stop)
    page.evaluate("""globalThis.stopped = [];
      document.addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));""")
    directive, code = ATTEMPTS[attempt]
    page.evaluate(f"() => {{ {code} }}")
    until(page, "stopped.length > 0")
    assert page.evaluate("stopped") == [directive]
    assert left == []


# ------------------------------------------------------------------------------------------------------- for everyone


def test_without_scripts_the_page_leads_elsewhere(site: Path, browser: Browser):
    """It says why and links the pages that say the same in words."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / FAIR).as_uri())
    assert page.locator("#off").is_visible()
    assert "needs JavaScript" in page.locator("#off").inner_text()
    assert page.locator("#off a").count() == 2
    assert not page.locator("#on").is_visible()
    context.close()


def test_everything_works_with_the_keyboard_alone(site: Path, page: Page):
    """The order is that of the page; an arrow changes a count; a change is set and the focus goes to its control."""
    opened(page, site)
    set_all(page, KNOWN)
    box(page, "unpaid-debt-judgments").focus()
    before = score(page)
    page.keyboard.press("ArrowUp")
    assert box(page, "unpaid-debt-judgments").input_value() == "2"
    assert score(page) != before
    page.locator("#start").focus()
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.tagName")
        )
    assert (
        stops.index(SHARE)
        < stops.index("identity-is-verified")
        < stops.index("harassment-judgments")
        < stops.index("BUTTON")
    )
    page.locator("#nearest button").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") in KNOWN
    assert page.evaluate(SEEN)


SEEN = """() => document.activeElement.getBoundingClientRect().top >=
  document.getElementById("sum").getBoundingClientRect().bottom - 1 || !document.activeElement.closest("#on")"""
"""Whether the control in use is not under the bar that stays in sight."""


@pytest.mark.parametrize("width", [390, 1280])
def test_going_back_with_the_keyboard_nothing_hides_under_the_bar(site: Path, page: Page, width: int):
    """From the end to the beginning, every control that is reached is seen."""
    page.set_viewport_size({"width": width, "height": 844})
    opened(page, site)
    set_all(page, KNOWN)
    page.locator("#share").focus()
    hidden = []
    for _ in range(90):
        page.keyboard.press("Shift+Tab")
        if not page.evaluate(SEEN):
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    assert hidden == []


def test_another_language_keeps_what_is_set(site: Path, page: Page):
    """The link to it takes the values along, behind the #."""
    opened(page, site)
    set_all(page, KNOWN)
    before = score(page)
    page.locator(".tongues a").first.click()
    page.wait_for_url("**/zh-Hans/try.html#s=*")
    assert score(page) == before


def test_the_result_stays_in_sight_on_a_phone(site: Path, page: Page):
    """However far down the controls are; it is read aloud when it changes, and only then."""
    page.set_viewport_size({"width": 390, "height": 700})
    opened(page, site)
    box(page, "harassment-judgments").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(200)
    top = page.locator("#sum").evaluate("each => each.getBoundingClientRect().top")
    assert abs(top) < 1
    assert page.locator("#sum").get_attribute("aria-live") == "polite"
    page.evaluate("""globalThis.told = 0;
      new MutationObserver(() => told++).observe(document.getElementById("sum"), {childList: true, subtree: true})""")
    set_all(page, KNOWN)
    page.wait_for_timeout(50)
    told = page.evaluate("told")
    box(page, "months-of-history").fill("8")
    page.wait_for_timeout(50)
    assert page.evaluate("told") == told


def test_every_control_has_a_name_and_an_anchor(site: Path, page: Page):
    """`#measure-…` leads to it, its legend names it, and it can say what it counts."""
    opened(page, site, "schufa-2026/de/try.html")
    found = edition(load_rulebook("schufa-2026"), DAY)
    assert found is not None
    for id_ in settable(found):
        control = page.locator(f"#measure-{id_}")
        assert found.measures[id_].head.title["de"].lower() in control.locator("legend").inner_text().lower()
        control.locator("details").evaluate("each => each.open = true")
        expect(control.locator("details p span")).to_have_text(prose.measure(found, found.measures[id_], "de"))


def test_a_day_outside_the_edition_is_refused(site: Path, page: Page):
    """Its rules are only those of its own days."""
    opened(page, site)
    page.locator("#setting").evaluate("each => each.open = true")
    page.locator("#day").fill("2020-01-01")
    page.locator("#day").dispatch_event("change")
    expect(page.locator("#told")).to_contain_text("not in force on 1 January 2020")
    assert date.fromisoformat(str(page.locator("#day").get_attribute("min"))) == fair().from_
