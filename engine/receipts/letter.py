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
from engine.ir import Edition
from engine.log.keys import is_demonstration
from engine.nearest import Change, measures_of, nearest, worked_out
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
        yield Part(said("what_if"), tuple(_what_if(edition, decision, said)))
    yield Part(said("rights"), tuple(_rights(receipt, said)))
    yield Part(said("how"), (Block(tuple(_how(receipt, said))),))
    yield Part(said("data"), (Block(tuple(_data(receipt, said)), listed=True),))
    yield Part(said("steps"), (Block(tuple(prose.steps(edition, decision, lang)), listed=True),))
    site = edition.about.address or "…"
    yield Part(said("check"), (Block((said("check_text", site=site), said("proves"))),))


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


def _what_if(edition: Edition, decision: Decision, said: _Phrases) -> Iterator[Block]:
    """First the smallest change that leads to a better band, then the nearest one for each rule, with what to do."""
    near = nearest(edition, measures_of(edition, decision), decision.as_of)
    lines = {} if near.band is None else {near.band: _change(edition, decision, near.band, said)}
    for better in near.rules:
        mends = edition.rules[better.rule].mends
        line = _change(edition, decision, better.change, said)
        what = None if mends is None else said("mends", what=words(mends, said.lang))
        lines[better.change] = line if what is None else said("after", line=line, next=what)
    if near.band is None:
        yield Block((said("no_what_if"),))
    if lines:
        yield Block(tuple(lines.values()), listed=True)


def _change(edition: Edition, decision: Decision, change: Change, said: _Phrases) -> str:
    measure, lang, about = edition.measures[change.measure], said.lang, edition.about
    now = worked_out(edition, measures_of(edition, decision), decision.as_of)[change.measure]
    fill = {
        "measure": words(measure.head.title, lang),
        "value": prose.value(measure.type, change.value, lang, about),
        "now": prose.value(measure.type, now, lang, about),
    }
    band = next((each for each in (edition.score.bands if edition.score else ()) if each.id == change.band), None)
    if band is None or change.score is None:
        return said("what_if_no_score", **fill)
    return said("what_if_line", score=change.score, band=words(band.title, lang), **fill)


def _rights(receipt: Receipt, said: _Phrases) -> Iterator[Block]:
    for each in receipt["rights"]:
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
