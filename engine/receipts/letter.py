"""A receipt as a letter to the person: plain sentences in their language, on one page without scripts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from ruamel.yaml import YAML

from engine.decision import Decision
from engine.ir import Edition, Number
from engine.log.keys import is_demonstration
from engine.nearest import Better, Change, Way, measures_of, nearest, worked_out
from engine.outcome import Values
from engine.readings import prose
from engine.receipts.form import Receipt, digest
from engine.receipts.stated import words
from engine.receipts.verify import moment

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines under a heading, if they have one; `listed` as a list."""

    lines: tuple[str, ...]
    title: str = ""
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a letter."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything on the page, in words."""

    lang: str
    title: str
    sender: str
    purpose: str
    issued: str
    number: str
    warnings: tuple[str, ...]
    result: str
    parts: tuple[Part, ...]
    style: Markup
    style_hash: str


def letter_html(edition: Edition, decision: Decision, receipt: Receipt) -> str:
    """The letter that goes with a receipt, as one HTML file. It has what the person's own file has: it is for them."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("letter.html").render(letter=letter(edition, decision, receipt))


def letter(edition: Edition, decision: Decision, receipt: Receipt) -> Letter:
    """What a letter says, in the language of its receipt."""
    lang = receipt["language"]
    said = _Phrases(lang)
    style = (HERE / "letter.css").read_text("utf-8")
    operator, use, demonstration = receipt["operator"], receipt["use"]["title"], receipt["signature"].split(" ")[1]
    warnings = [said(f"standing.{receipt['rulebook']['standing']}")]
    warnings += [said("demonstration")] if is_demonstration(demonstration) else []
    warnings += [said("drafts")] if decision.log == "not-promulgated" else []
    issued = moment(receipt["issued"])
    assert issued is not None, "a receipt has a moment"  # narrows the type
    return Letter(
        lang=lang,
        title=said("title"),
        sender=said("operator", name=_bare(operator["name"]), contact=operator["contact"]),
        purpose=said("for", use=use, day=prose.day(decision.as_of, lang)),
        issued=said("issued", day=prose.day(issued.date(), lang)),
        number=said("number", digest=digest(receipt)[:16]),
        warnings=tuple(each for each in warnings if each),
        result=_result(receipt, said),
        parts=tuple(_parts(edition, decision, receipt, said)),
        style=Markup(style),  # noqa: S704  # our own
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of a letter in a language."""

    lang: str

    def __call__(self, key: str, **fill: object) -> str:
        return phrases(self.lang)[key].format(**fill)

    def count(self, key: str, number: int) -> str:
        form = f"{key}.one" if number == 1 and f"{key}.one" in phrases(self.lang) else f"{key}.other"
        return self(form, count=number)


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """The phrases of a language by key, English where a language has no table."""
    file = HERE / "words" / f"{lang}.yaml"
    data = YAML(typ="safe").load((file if file.is_file() else HERE / "words" / "en.yaml").read_text("utf-8"))
    flat: dict[str, str] = {}
    for key, value in data.items():
        flat |= {f"{key}.{name}": each for name, each in value.items()} if isinstance(value, dict) else {key: value}
    return flat


def _result(receipt: Receipt, said: _Phrases) -> str:
    result = receipt["result"]
    if result["score"] is None:
        return said("no_score", because=" ".join(dict.fromkeys(each["because"] for each in result["no_score"] or [])))
    return said(
        "score",
        score=result["score"],
        band=result["band_title"],
        least=result["least"],
        greatest=result["greatest"],
    )


def _parts(edition: Edition, decision: Decision, receipt: Receipt, said: _Phrases) -> Iterator[Part]:
    lang = said.lang
    yield Part(said("follows"), (Block(tuple(_follows(receipt, said))),))
    if receipt["result"]["score"] is not None:
        yield Part(said("reasons"), (Block(tuple(_reasons(receipt, said)), listed=bool(receipt["reasons"])),))
    if edition.score is not None:
        yield Part(said("what_if"), tuple(_what_if(edition, decision, said)))
    yield Part(said("rights"), tuple(_rights(receipt, said)))
    yield Part(said("how"), (Block(tuple(_how(receipt, said))),))
    yield Part(said("data"), (Block(tuple(_data(receipt, said)), listed=True),))
    yield Part(said("steps"), (Block(tuple(prose.steps(edition, decision, lang)), listed=True),))
    yield Part(said("check"), (Block((said("check_text"), *_ways_to_check(edition, said), said("proves"))),))


def _ways_to_check(edition: Edition, said: _Phrases) -> Iterator[str]:
    """The page of the website that checks a receipt, and the command that does."""
    about, address = edition.about, edition.about.address
    lang = said.lang if said.lang in about.languages else about.languages[0]
    page = said("check_page") if address is None else f"{address}{about.id}/{lang}/verify.html"
    yield said("check_in_browser", page=page)
    yield said("check_by_command", site=address or "…")


def _follows(receipt: Receipt, said: _Phrases) -> Iterator[str]:
    for each in receipt["consequences"]:
        lasts = "" if each["lasts"] is None else said("lasts", months=prose.duration(each["lasts"], said.lang))
        more = [said(f"polarity.{each['polarity']}"), lasts]
        yield said("more", effect=_bare(each["effect"]), more=said("comma").join(part for part in more if part))
    if not receipt["consequences"]:
        yield said("nothing", use=receipt["use"]["title"])


def _reasons(receipt: Receipt, said: _Phrases) -> Iterator[str]:
    for each in receipt["reasons"]:
        given = prose.signed(each["points"], said.lang) if each["points"] < 0 else each["points"]
        line = said("reason", rule=each["text"], given=given, best=each["best"])
        yield line if each["because"] is None else said("because", line=line, because=each["because"])
    if not receipt["reasons"]:
        yield said("no_reasons")


MOST_CHANGES = 6
"""A letter is read by people: of each list so many changes are told."""


def _what_if(edition: Edition, decision: Decision, said: _Phrases) -> Iterator[Block]:
    """What would lead to a better band, and what each rule would give more for, with what one can do about it."""
    measures = measures_of(edition, decision)
    near = nearest(edition, measures, decision.as_of)
    now = worked_out(edition, measures, decision.as_of)

    def told(way: Way) -> str:
        return said("after", line=_change(edition, now, way.change, said), next=_in_power(edition, way, said))

    if near.ways:
        yield Block((said("ways"),))
        yield Block(tuple(told(way) for way in near.ways[:MOST_CHANGES]), listed=True)
    elif near.known:
        yield Block((said("known"),))
        lines = tuple(_change(edition, now, one, said) for one in near.known[:MOST_CHANGES])
        yield Block(lines, listed=True)
    elif near.together:
        yield Block((said("together"),))
        yield Block(tuple(told(way) for way in near.together), listed=True)
    else:
        top = edition.score is not None and decision.band == edition.score.bands[-1].id
        yield Block((said("top" if top else "no_what_if"),))
    shown = {way.change for way in (*near.ways[:MOST_CHANGES], *near.together)}
    more = [better for better in near.rules if better.change not in shown and better.change.score is not None]
    if more:
        yield Block((said("each_rule"),))
        yield Block(tuple(_rule(edition, now, better, said) for better in more[:MOST_CHANGES]), listed=True)


def _in_power(edition: Edition, way: Way, said: _Phrases) -> str:
    """What the rulebook says one can do about a change, that it only takes time, or that it is not in one's hands."""
    if way.wait is not None:
        kind = edition.measures[way.change.measure].type
        return said("wait", time=prose.value(kind, way.wait, said.lang, edition.about))
    mends = [mends for rule in way.rules if (mends := edition.rules[rule].mends) is not None]
    return said("mends", what=words(mends[0], said.lang)) if mends else said("powerless")


def _rule(edition: Edition, now: Values, better: Better, said: _Phrases) -> str:
    """The nearest change for which a rule gives more, and what to do about it."""
    rule = edition.rules[better.rule]
    line = said("rule_more", rule=words(rule.head.title, said.lang), more=better.more)
    line = said("after", line=line, next=_change(edition, now, better.change, said))
    return (
        line if rule.mends is None else said("after", line=line, next=said("mends", what=words(rule.mends, said.lang)))
    )


def _change(edition: Edition, now: Values, change: Change, said: _Phrases) -> str:
    """One value changed and all others as they are: "Late bills": 2 fewer (0 instead of 2) ... 700, "good"."""
    measure, lang, about = edition.measures[change.measure], said.lang, edition.about
    was, kind = now[change.measure], measure.type
    fill = {
        "measure": words(measure.head.title, lang),
        "value": prose.value(kind, change.value, lang, about),
        "now": prose.value(kind, was, lang, about),
    }
    counted = isinstance(kind, Number) and kind.places == 0 and kind.unit in {"rows", None}
    if counted and isinstance(change.value, int) and isinstance(was, int):
        way = "fewer" if change.value < was else "more_of"
        fill["value"] = said(way, count=abs(change.value - was), value=fill["value"], now=fill["now"])
    else:
        fill["value"] = said("instead", value=fill["value"], now=fill["now"])
    band = next((each for each in (edition.score.bands if edition.score else ()) if each.id == change.band), None)
    if band is None or change.score is None:
        return said("what_if_no_score", measure=fill["measure"], value=fill["value"])
    said_band = words(band.title, lang)
    return said("what_if_line", score=change.score, band=said_band, measure=fill["measure"], value=fill["value"])


FIRST = ("contest", "human-review", "correct", "statement", "complaint")
"""What somebody who does not agree looks for comes before the other rights."""


def _rights(receipt: Receipt, said: _Phrases) -> Iterator[Block]:
    for each in sorted(receipt["rights"], key=lambda right: (*FIRST, right["of"]).index(right["of"])):
        until = said("no_limit") if each["lodge_until"] is None else said("until", day=_day(each["lodge_until"], said))
        channels = phrases_joined(each["channels"], said.lang)
        lines = [each["summary"], said("channels", channels=channels, fee=each["fee"])]
        lines += [said("answer", day=_day(each["answer_by"], said))] if each["answer_by"] else []
        lines += [said("meanwhile", meanwhile=each["meanwhile"])]
        lines += [said("escalation", escalation=each["escalation"])] if each["escalation"] else []
        yield Block(tuple(lines), said("titled", title=each["title"], until=until))


def _how(receipt: Receipt, said: _Phrases) -> Iterator[str]:
    use = receipt["use"]
    yield said(f"automation.{use['automation']}")
    yield said("decided_by", who=phrases_joined(use["decided_by"], said.lang))
    yield said("review", review=use["human_review"])


def _data(receipt: Receipt, said: _Phrases) -> Iterator[str]:
    for each in receipt["data"]:
        if not each["given"]:
            yield said("data_absent", title=each["title"])
            continue
        rows = said.count("rows", len(each["rows"]))
        if each["left_out"]:
            rows += said("comma") + said.count("left_out", len(each["left_out"]))
        who = phrases_joined(each["provided_by"], said.lang)
        yield said("data_line", title=each["title"], rows=rows, who=who, purpose=each["purpose"])


def phrases_joined(items: list[Any], lang: str) -> str:
    return ("、" if lang.startswith("zh") else ", ").join(_bare(each) for each in items)


def _bare(text: str) -> str:
    """A text without the full stop at its end, to go on after it."""
    return text.strip().rstrip(".。")


def _day(day: str, said: _Phrases) -> str:
    return prose.day(date.fromisoformat(day), said.lang)
