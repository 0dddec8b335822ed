"""A decision in words, from the rows to what follows: what `rulebook explain` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Any

from engine.decision import Decision, Step
from engine.ir import (
    Boolean,
    Code,
    Day,
    Edition,
    Joined,
    Measure,
    MeasureRef,
    Number,
    Rows,
    Rule,
    Span,
    Times,
    Type,
    Value,
)
from engine.readings.prose.conditions import View, direct, name, named_value
from engine.readings.prose.conditions import condition as clause_of
from engine.readings.prose.rules import is_always, worth, worth_of_unknown
from engine.readings.prose.score import band_title
from engine.readings.prose.sources import label
from engine.readings.prose.values import day, months, plain_number, points, value
from engine.readings.prose.words import (
    after,
    article,
    bare,
    clause,
    counted,
    is_many,
    list_of,
    phrase,
    quote,
    say,
    sentence,
)


def steps(edition: Edition, decision: Decision, lang: str) -> list[str]:
    """How a decision came about, a sentence for each step."""
    original = edition.about.languages[0]
    use = quote(lang, say(edition.uses[decision.use].head.title, lang, original)[0])
    said = [phrase(lang, "explain.start", date=day(decision.as_of, lang), use=use)]
    nothing = _nothing(edition, decision.trace)
    for step in decision.trace:
        said += _step(edition, step, nothing, lang)
    said += _reasons(edition, decision, lang)
    said += _follows(edition, decision, lang)
    return [sentence(words) for words in said]


def _step(edition: Edition, step: Step, nothing: AbstractSet[str], lang: str) -> list[str]:
    match step.step:
        case "source":
            return [_source(edition, step, lang)]
        case "measure":
            return [_measure(edition, edition.measures[step.policy], step, nothing, lang)]
        case "rule":
            return [_rule(edition, edition.rules[step.policy], step, lang)]
        case "score":
            return _score(edition, step, lang)
        case _:  # uses come after the reasons, from the decision itself
            return []


def _source(edition: Edition, step: Step, lang: str) -> str:
    source = edition.sources[step.policy]
    fill = {"source": _title(edition, source.head.title, lang)}
    whys = [str(out["why"]) for out in step.outcome["left_out"]]
    kept = int(step.outcome["kept"])
    if not step.inputs["given"]:
        return phrase(lang, "explain.source.absent", **fill)
    if source.dated_by is None:
        return phrase(lang, "explain.source.facts" if kept else f"explain.source.no_facts.{whys[0]}", **fill)
    if kept:
        said = [counted(lang, "explain.source.kept", kept, n=plain_number(kept, lang), **fill)]
    else:
        said = [phrase(lang, "explain.source.none", **fill)]
    for why in dict.fromkeys(whys):
        count = whys.count(why)
        said.append(counted(lang, f"explain.source.left_out.{why}", count, n=plain_number(count, lang)))
    return list_of(lang, [sentence(words) for words in said])


def _measure(edition: Edition, measure: Measure, step: Step, nothing: AbstractSet[str], lang: str) -> str:
    body = measure.body
    title = article(lang, say(measure.head.title, lang, edition.about.languages[0])[0])
    if measure.head.id in nothing:
        least = body.unknown_below if isinstance(body, Rows) and body.unknown_below else 0
        if len(step.inputs.get("rows", ())) < least:
            return counted(lang, "explain.too_few", least, n=plain_number(least, lang), title=title)
        return clause(lang, "explain.no_entry", "main", is_many(lang, title), title=title)
    found = value_of(measure.type, step.outcome["value"])
    view, ref = View(edition, lang), MeasureRef(measure.head.id)
    if isinstance(found, bool):
        words = value(measure.type, found, lang, edition.about)
        return phrase(lang, "explain.yesno", subject=name(view, ref)[0], value=words)
    said = sentence(named_value(view, ref, found, measure.type)) + phrase(lang, "stop")
    if isinstance(body, Rows) and body.counts_if is not None and step.inputs.get("rows"):
        rows, hits = len(step.inputs["rows"]), len(step.inputs["counted"])
        how, number = ("none", rows) if hits == 0 else ("every", rows) if hits == rows else ("some", hits)
        fill = {"rows": plain_number(rows, lang), "counted": plain_number(hits, lang)}
        return list_of(lang, [said, sentence(counted(lang, f"explain.seen.{how}", number, **fill))])
    return said


def _nothing(edition: Edition, steps: Sequence[Step]) -> set[str]:
    """The measures that have no value because no entry fits, which is something else than not to know."""
    found: set[str] = set()
    unknown = {step.policy for step in steps if step.step == "measure" and step.outcome["value"] is None}
    for step in steps:
        if step.policy not in unknown or step.step != "measure":
            continue
        match edition.measures[step.policy].body:
            case Rows(unknown_below=least):
                rows, hits = step.inputs.get("rows"), step.inputs.get("counted")
                none = rows is not None and (not hits or len(rows) < (least or 0))
            case Span(_, MeasureRef(of)) | Times(of):
                none = of in found
            case Joined(_, measures):
                none = unknown.intersection(measures) <= found
            case _:
                none = False
        if none:
            found.add(step.policy)
    return found


def _rule(edition: Edition, rule: Rule, step: Step, lang: str) -> str:
    fill = {"rule": _title(edition, rule.head.title, lang)}
    if step.outcome["unknown"]:
        because = say(rule.unknown.because, lang, edition.about.languages[0])[0]
        words = phrase(lang, "explain.rule.unknown", worth=worth_of_unknown(edition, rule, lang), **fill)
        return list_of(lang, [words, after(lang, because)])
    case = rule.cases[step.outcome["case"]]
    fill["worth"] = worth(edition, case.worth, lang)
    given = step.outcome["points"]
    if isinstance(given, int) and case.worth.points is not None and not case.worth.concludes:
        fill["worth"] = points(given, lang)
    if is_always(direct(case.when)):
        return phrase(lang, "explain.rule.otherwise" if step.outcome["case"] else "explain.rule.always", **fill)
    return phrase(lang, "explain.rule.case", condition=clause_of(edition, case.when, lang, order="sub"), **fill)


def _score(edition: Edition, step: Step, lang: str) -> list[str]:
    score = edition.score
    assert score is not None
    said = []
    titles = {group.id: _title(edition, group.title, lang) for group in score.groups}
    for group in step.steps:
        total, held = group.outcome["sum"], group.outcome["points"]
        fill = {"group": titles[group.outcome["group"]]}
        if total is None or held is None:
            continue
        key = "explain.group" if total == held else "explain.group_held"
        said.append(phrase(lang, key, sum=points(total, lang), held=points(held, lang), **fill))
    total, result = step.outcome["sum"], step.outcome["score"]
    if total is None or result is None:
        return said
    fill = {"base": plain_number(score.base, lang), "sum": plain_number(total, lang)}
    said.append(phrase(lang, "explain.sum", **fill))
    if total != result:
        least, greatest = plain_number(score.least, lang), plain_number(score.greatest, lang)
        said.append(phrase(lang, "score.range", least=least, greatest=greatest))
    bands = {band.id: band_title(edition, band, lang) for band in score.bands}
    band = phrase(lang, "name.of_band", title=bands[step.outcome["band"]])
    said.append(phrase(lang, "explain.score", score=plain_number(result, lang), band=band))
    return said


def _reasons(edition: Edition, decision: Decision, lang: str) -> list[str]:
    original = edition.about.languages[0]
    if decision.score is None:
        return [
            list_of(lang, [phrase(lang, "explain.no_score"), after(lang, say(no.because, lang, original)[0])])
            for no in decision.no_score
        ]
    return [
        counted(
            lang,
            "explain.reason",
            reason.lost,
            rank=plain_number(rank, lang),
            rule=_title(edition, edition.rules[reason.rule].head.title, lang),
            n=plain_number(reason.lost, lang),
            best=points(reason.best, lang),
        )
        for rank, reason in enumerate(decision.reasons, 1)
    ]


def _follows(edition: Edition, decision: Decision, lang: str) -> list[str]:
    said = []
    for one in decision.consequences:
        fill = {
            "when": phrase(lang, "explain.follows"),
            "effect": bare(say(one.effect, lang, edition.about.languages[0])[0]),
            "polarity": label("polarity", one.polarity, lang),
        }
        if one.lasts is None:
            said.append(phrase(lang, "consequence.always", **fill))
        else:
            said.append(phrase(lang, "consequence.lasts", months=months(one.lasts, lang), **fill))
    return said or [phrase(lang, "explain.nothing_follows")]


def _title(edition: Edition, title: Mapping[str, str], lang: str) -> str:
    return quote(lang, say(title, lang, edition.about.languages[0])[0])


def value_of(type_: Type, plain: Any) -> Value | None:
    """A value as a trace writes it, read back.

    >>> value_of(Number(4, "share"), "0.9583"), value_of(Day(), "2027-01-15"), value_of(Number(), None)
    (9583, datetime.date(2027, 1, 15), None)
    """
    match type_:
        case _ if plain is None:
            return None
        case Number(places):
            return int(Decimal(plain).scaleb(places))
        case Day():
            return date.fromisoformat(plain)
        case Boolean():
            return bool(plain)
        case Code():
            return str(plain)
