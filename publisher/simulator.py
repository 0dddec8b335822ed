"""Trying a rulebook out in the browser: the page, the edition as data, and the words for what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from engine.admit import admit
from engine.decision import Decision, Refusal, Refused
from engine.editions import changes
from engine.evaluation import evaluate_under
from engine.ir import Always, Boolean, Case, Code, Day, Edition, Field, Measure, Number, Rule, Text
from engine.readings import prose as say
from engine.readings.browser import edition_data, heads
from engine.readings.prose.words import locale, quote, sentence
from engine.records import shipped
from engine.rulebook import Rulebook
from engine.settable import made_of, settable
from publisher import addresses
from publisher import pages as p
from publisher.library import Library
from publisher.lineage import measures_below, source_of
from publisher.speech import Speaker, title, unit_words
from publisher.tried import day_of
from publisher.words import spoken

Words = str | list[str]
"""Words in the page's language, or with the language they are in."""


def try_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.TryPage | p.File]:
    """The page and its two files of data."""
    edition, home = speaker.edition, speaker.home
    page, data, record_data = (addresses.try_file(home, name) for name in ("try.html", "try-data.js", "try-record.js"))
    later = [day for day in changes(library.rulebook.shelf.policies) if day > edition.from_]
    usual = sorted(edition.uses.values(), key=lambda use: use.head.id != edition.about.default_use)
    examples = shown_examples(library.rulebook, edition)
    score = (
        p.Link(title(speaker, edition.score.head.title), addresses.policy_page(home, "score", ""))
        if edition.score
        else None
    )
    yield p.TryPage(
        PurePosixPath(page),
        frame,
        data,
        record_data,
        edition.from_,
        min(later) - timedelta(days=1) if later else None,
        tuple((use.head.id, title(speaker, use.head.title)) for use in usual),
        tuple(subject(example, speaker) for example in examples),
        score,
        "withheld" if any(head.withheld for head in heads(edition)) else None if edition.uses else "no-use",
    )
    yield p.File(PurePosixPath(data), script("Simulator", simulator_data(speaker, examples)))
    yield p.File(PurePosixPath(record_data), script("SimulatorRecord", record_words(speaker)))


def script(name: str, data: Any) -> bytes:
    """Data as a script that a page can load from a folder too."""
    return f"globalThis.{name}={json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n".encode()


def simulator_data(speaker: Speaker, examples: tuple[Example, ...]) -> dict[str, Any]:
    """The edition, and by place in its lists the words about it."""
    edition, lang = speaker.edition, speaker.lang
    set_ = settable(edition)
    return {
        "edition": of_measures(edition_data(edition, lang), set_),
        "locale": str(locale(lang)).replace("_", "-"),
        "set": [{**measure_words(speaker, edition.measures[id_]), **deleted(speaker, id_)} for id_ in set_],
        "made": [measure_words(speaker, edition.measures[id_]) for id_ in worked_out_from(edition, set_)],
        "rules": [rule_words(speaker, rule) for rule in edition.rules.values()],
        "pages": {kind: url(kind, "*") for kind in ("measure", "rule", "use")},
        "bands": [
            [words(speaker, band.title), words(speaker, band.summary) if band.summary else ""]
            for band in (edition.score.bands if edition.score else ())
        ],
        "uses": [words(speaker, use.head.title) for use in edition.uses.values()],
        "examples": [[example.values.get(id_) for id_ in set_] for example in examples],
    }


def of_measures(data: dict[str, Any], set_: tuple[str, ...]) -> dict[str, Any]:
    """An edition as far as settable measures need it.

    Without sources, without measures that are neither set nor worked out from set ones, and without the places that
    only a trace names.
    """
    unneeded = {"sources", "exclusions", "sets_aside", "rows", "fact", "file", "line", "version"}

    def part(of: Any) -> Any:
        if isinstance(of, dict):
            return {name: part(each) for name, each in of.items() if name not in unneeded}
        return [part(each) for each in of] if isinstance(of, list) else of

    found = part(data)
    known: dict[str, Any] = {}
    for measure in found["measures"]:
        parts = inside(measure)
        if measure["id"] in set_:
            known[measure["id"]] = {name: measure[name] for name in ("id", "type", "span") if name in measure}
            if "span" in measure:
                known[measure["id"]]["span"] = {"way": measure["span"]["way"], "of": {}}
        elif parts and known.keys() >= parts:
            known[measure["id"]] = measure
    found["measures"] = list(known.values())
    for rule in found["rules"]:
        rule["cases"] = [[0, *case[1:]] for case in rule["cases"]]
        rule["unknown"] = {name: each for name, each in rule["unknown"].items() if each is not False and each != []}
    return dict(found)


def inside(measure: dict[str, Any]) -> set[str]:
    """The measures that a measure is worked out from, of its data."""
    one = measure.get("times") or measure.get("span", {}).get("of") or {}
    return {*measure.get("joined", {}).get("measures", ()), *({one["measure"]} if "measure" in one else ())}


def words(speaker: Speaker, of: Text) -> Words:
    """A text that stands by itself, for the data."""
    said = title(speaker, of)
    return said.text if said.lang == spoken(speaker.lang) else [said.text, said.lang]


def url(kind: str, id_: str) -> str:
    """The page of a policy, from the folder of the page."""
    return addresses.policy_page("", kind, id_)


def worked_out_from(edition: Edition, set_: tuple[str, ...]) -> list[str]:
    """The measures worked out from settable ones that a rule looks at."""
    looked_at = {id_ for rule in edition.rules.values() for id_ in rule.reads}
    known, found = set(set_), []
    for id_, measure in edition.measures.items():
        if id_ not in known and made_of(measure) and known.issuperset(made_of(measure)):
            known.add(id_)
            found += [id_] if id_ in looked_at else []
    return found


def deleted(speaker: Speaker, id_: str) -> dict[str, str]:
    """How long the entries are kept that count in a measure about which no rule says what one can do."""
    edition = speaker.edition
    if any(rule.mends and id_ in measures_below(edition, rule.reads) for rule in edition.rules.values()):
        return {}
    sources = {source for below in measures_below(edition, (id_,)) for source in source_of(edition.measures[below])}
    told = (say.retention(edition, edition.sources[source], speaker.lang) for source in sorted(sources))
    kept = " ".join(line for lines in told for line in lines)
    return {"kept": kept} if kept else {}


def measure_words(speaker: Speaker, measure: Measure) -> dict[str, Any]:
    """A measure with its unit and choices."""
    head, kind = measure.head, measure.type
    found: dict[str, Any] = {"id": head.id, "title": words(speaker, head.title)}
    match kind:
        case Number(unit=str() as unit) if unit != "rows":
            own = unit not in {"share", "months", "years", "days"} and not (len(unit) == 3 and unit.isupper())  # noqa: PLR2004 - a currency
            found["unit"] = unit_words(speaker, unit).text if own else unit
            found["own"] = own
        case Code(choices):
            found["codes"] = [words(speaker, choice.title) if choice.title else choice.code for choice in choices]
        case Number() | Boolean() | Day():
            pass
    return found


def rule_words(speaker: Speaker, rule: Rule) -> dict[str, Any]:
    """A rule with the words of its cases and of what one can do."""
    edition, lang = speaker.edition, speaker.lang
    table = say.table(edition, rule, lang)
    short = [row[0][0] for row in table.rows] if table and len(table.headers) == 2 else None  # noqa: PLR2004 - one column and what it gives
    cases = say.cases(edition, rule, lang)
    said = words(speaker, rule.head.title)
    return {
        **({} if isinstance(said, str) else {"title": said}),
        **({"column": 1} if short else {}),
        "cases": [
            case_words(short[at] if short else case_said(speaker, told.when, case), told.worth, case)
            for at, (told, case) in enumerate(zip(cases, rule.cases, strict=True))
        ],
        "mends": words(speaker, rule.mends) if rule.mends else "",
    }


def case_said(speaker: Speaker, when: str, case: Case) -> str:
    """A case in its author's words, or in those of its condition; nothing for one that takes all that is left."""
    if isinstance(case.when, Always):
        return ""
    said = title(speaker, case.text) if case.text else None
    return said.text if said and said.lang == spoken(speaker.lang) else when


def case_words(when: str, worth: str, case: Case) -> list[str]:
    """When a case applies, and its worth where that is more than points."""
    return [when, *([sentence(worth)] if case.worth.concludes else [])]


# --------------------------------------------------------------------------------------------------- example people


@dataclass(frozen=True, slots=True)
class Example:
    """A record that comes with the rulebook: whose it is, in each language, and its settable measures by id."""

    said: str
    languages: tuple[str, ...]
    values: Mapping[str, Any]


def shown_examples(rulebook: Rulebook, edition: Edition) -> tuple[Example, ...]:
    """One example for every band and one without a score, best first: of each the one that says the most."""
    best: dict[str | None, tuple[tuple[int, int, int], Decision]] = {}
    for at, one in enumerate(shipped(rulebook)):
        day = day_of(one.record)
        if day is None or not edition.uses or isinstance(admit(edition, one.record, day), list):
            continue
        found = evaluate_under(edition, one.record, as_of=day, use=next(iter(edition.uses)))
        if isinstance(found, Decision) and found.edition == edition.from_.isoformat() and day >= edition.from_:
            known = (-len(values_of(edition, found)), -sum(map(len, one.record["sources"].values())), at)
            if found.band not in best or known < best[found.band][0]:
                best[found.band] = known, found
    ranked = sorted((found for _, found in best.values()), key=lambda found: -1 if found.score is None else found.score)
    return tuple(
        Example(found.subject or "", rulebook.about.languages, values_of(edition, found)) for found in reversed(ranked)
    )


def values_of(edition: Edition, found: Decision) -> dict[str, Any]:
    """The settable measures of a decision that are known."""
    measures = {step.policy: step.outcome["value"] for step in found.trace if step.step == "measure"}
    return {id_: measures[id_] for id_ in settable(edition) if measures[id_] is not None}


def subject(example: Example, speaker: Speaker) -> p.Phrase:
    """Whose example it is; one that says so in every language has them in the order of the rulebook, divided by /."""
    parts = example.said.split(" / ")
    if len(parts) != len(example.languages):
        return p.Phrase(sentence(example.said), example.languages[0])
    return p.Phrase(sentence(parts[example.languages.index(speaker.lang)]), speaker.lang)


# -------------------------------------------------------------------------------------- records that cannot be used


def record_words(speaker: Speaker) -> dict[str, Any]:
    """The whole edition, what measures count, the titles of sources, and what keeps a record from being evaluated.

    The latter is said by code and place. In a place ``#`` is the number of a row and ``*`` a name; in a sentence they
    are ``%(n)s`` and ``%(name)s``.
    """
    edition = speaker.edition
    found: dict[str, str] = {}
    for code, pointer, exclusion in possible(edition):
        refused = Refusal(edition.about.id, None, (Refused(code, pointer, "", None, exclusion),))
        found["head"], said = say.refusal(edition.about, edition, refused, speaker.lang)
        said = said.replace(quote(speaker.lang, "#"), "%(n)s").replace(
            quote(speaker.lang, "*"), quote(speaker.lang, "%(name)s")
        )
        found[f"{code} {pointer}{' ' + exclusion if exclusion else ''}"] = said
    titles = [words(speaker, source.head.title) for source in edition.sources.values()]
    says = {id_: say.measure(edition, edition.measures[id_], speaker.lang) for id_ in settable(edition)}
    return {"edition": edition_data(edition, speaker.lang), "says": says, "sources": titles, "refused": found}


def possible(edition: Edition) -> Iterator[tuple[str, str, str | None]]:
    """Every kind of thing that can be wrong with a record: its code, its place, and the exclusion that covers it."""
    yield from ((code, "", None) for code in ("not-a-record", "missing-sources", "withheld", "use-missing", "other"))
    yield from (("as-of-missing", "/as_of", None), ("unknown-key", "/*", None))
    yield from (("wrong-type", f"/{part}", None) for part in ("as_of", "subject", "sources", "contested"))
    yield from ((code, "/contested/#", None) for code in ("wrong-contest", "no-right", "unknown-key"))
    covered = [None, *edition.exclusions]
    yield from (("undeclared-source", "/sources/*", exclusion) for exclusion in covered)
    for source in edition.sources.values():
        here = f"/sources/{source.head.id}"
        row = here if source.dated_by is None else f"{here}/#"
        yield ("wrong-type", here, None)
        if source.dated_by is not None:
            yield ("wrong-type", row, None)
        yield from (("undeclared-field", f"{row}/*", exclusion) for exclusion in covered)
        for field in source.fields.values():
            yield from ((code, f"{row}/{field.name}", None) for code in field_codes(field))


def field_codes(field: Field) -> Iterator[str]:
    """What can be wrong with a field."""
    yield "wrong-type"
    if not field.optional:
        yield "missing-field"
    match field.type:
        case Code():
            yield "unknown-code"
        case Day(future):
            yield from () if future else ("future-date",)
        case Number(_, _, least, greatest):
            yield from ("too-many-decimals", "too-large")
            yield from () if least is None and greatest is None else ("out-of-range",)
        case Boolean():
            pass
