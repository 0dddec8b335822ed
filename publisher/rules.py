"""The page of a rule: what counts, in its author's table, and everything a person may want to know about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from engine.bounds import rule_bounds, worth_bounds
from engine.ir import (
    Boolean,
    Certainty,
    Each,
    Edition,
    Example,
    Fixed,
    Rule,
    Type,
    Value,
    Worth,
    find_conclusion,
)
from engine.readings import prose as say
from engine.readings.prose.words import list_of
from engine.settable import made_of
from publisher import lineage
from publisher import pages as p
from publisher.chart import bar
from publisher.nearby import nearest
from publisher.once import once
from publisher.policies import category, contesting
from publisher.speech import Speaker, maybe, prose, proses, text, title, to
from publisher.waterfall import Decided, in_order, waterfall
from publisher.words import read_words, signed, spoken

NEAR = 3
"""So many exclusions are named on the page of a rule, which leads to the others."""


def rule_page(
    speaker: Speaker, frame: p.Frame, head: p.Head, rule: Rule, able: Iterable[Decided], path: PurePosixPath
) -> p.RulePage:
    """`able` are the examples with a score that the rulebook brings along."""
    edition, lang = speaker.edition, speaker.lang
    bounds = rule_bounds(edition.measures, rule)
    notes = all_notes(speaker, rule)
    cells = say.cells(edition, rule, lang) or [(case.when,) for case in say.cases(edition, rule, lang)]
    rows = tuple(
        p.Row(
            said=maybe(speaker, case.text),
            cells=proses(speaker, row),
            gives=gives(speaker, bounds, case.worth, notes),
            notice=next((at for at, odd in enumerate(head.noticed.odd, 1) if number in odd.rows), None),
        )
        for number, (row, case) in enumerate(zip(cells, rule.cases, strict=True), 1)
    )
    seen = lineage.items_below(edition, rule.reads)
    found = [found for name in rule.reads_conclusions if (found := find_conclusion(edition, name))]
    excluded = nearest(edition, rule)
    before, after = neighbours(speaker, rule)
    right = edition.rights.get(rule.evidence.right) if rule.evidence and rule.evidence.right else None
    return p.RulePage(
        path,
        frame,
        head,
        why=text(speaker, rule.why),
        columns=tuple(title(speaker, edition.measures[m].head.title) for m in rule.table.measures)
        if rule.table
        else (),
        rows=rows,
        scores=bounds is not None,
        least=bounds[0] if bounds else None,
        most=bounds[1] if bounds else None,
        range=(edition.score.least, edition.score.greatest) if edition.score else None,
        missing=prose(speaker, say.unknown(edition, rule, lang)),
        missing_sure=sure(speaker, rule.unknown.certainty, notes),
        notes=notes,
        looks=tuple(looks(speaker, measure) for measure in rule.reads),
        conclusions_read=tuple(
            p.Link(text(speaker, c.title), to(speaker, "rule", giver.head.id).path) for giver, c in found
        ),
        not_looked_at=tuple(
            (to(speaker, "source", id_), tuple(text(speaker, field.title) for field in unseen))
            for id_, source in edition.sources.items()
            if any(item[0] == id_ for item in seen)
            and (unseen := [f for f in source.fields.values() if (id_, f.name) not in seen])
        ),
        exclusions=tuple(to(speaker, "exclusion", id_) for id_ in excluded[:NEAR]),
        excluded=len(excluded),
        directions=proses(speaker, [say.direction(edition, d, lang) for d in rule.directions]),
        inputs=(
            *(title(speaker, edition.measures[name].head.title) for name in rule.reads),
            *(title(speaker, conclusion.title) for _, conclusion in found),
        ),
        examples=tuple(worked(speaker, rule, example) for example in rule.examples),
        mends=maybe(speaker, rule.mends),
        evidence=text(speaker, rule.evidence.accepts) if rule.evidence else None,
        evidence_right=to(speaker, "right", right.head.id) if right else None,
        rights=contesting(speaker),
        conclusions=tuple((text(speaker, c.title), category(speaker, c.category)) for c in rule.conclusions),
        waterfall=waterfall(speaker, rule, able),
        leads_to=leads_to(speaker, rule),
        tries=tries(speaker, rule),
        before=before,
        after=after,
    )


def leads_to(speaker: Speaker, rule: Rule) -> tuple[p.Link, ...]:
    """The score that adds its points, then the rules and the uses that look at its conclusions."""
    edition = speaker.edition
    names = {conclusion.name for conclusion in rule.conclusions}
    found = []
    if edition.score and rule.head.id in edition.score.rules:
        found.append(to(speaker, "score", edition.score.head.id))
    if names:
        rules = (id_ for id_, other in edition.rules.items() if names & set(other.reads_conclusions))
        found += [to(speaker, "rule", id_) for id_ in rules]
        found += [to(speaker, "use", id_) for id_, use in edition.uses.items() if names & lineage.concluded_for(use)]
    return tuple(found)


@once
def beside(edition: Edition) -> Mapping[str, tuple[str | None, str | None]]:
    """The rule before and the rule after each, in the order of their list: those of the score, then the others."""
    order = tuple(dict.fromkeys([*(in_order(edition.score) if edition.score else ()), *edition.rules]))
    both = zip((None, *order), (*order[1:], None), strict=False)
    return dict(zip(order, both, strict=True))


def neighbours(speaker: Speaker, rule: Rule) -> tuple[p.Link | None, p.Link | None]:
    """Links to the rule before and the rule after."""
    before, after = beside(speaker.edition)[rule.head.id]
    first, second = (None if id_ is None else to(speaker, "rule", id_) for id_ in (before, after))
    return first, second


def tries(speaker: Speaker, rule: Rule) -> str | None:
    """Where the figures of a rule are tried out: at the first measure that is not made of others.

    Nowhere for a version that is not in the edition shown, because the simulator has that one's rules.
    """
    if not speaker.anchors:
        return None
    measures = lineage.measures_below(speaker.edition, rule.reads)
    basic = (id_ for id_ in measures if not made_of(speaker.edition.measures[id_]))
    anchor = next(basic, None)
    return f"{speaker.home}try.html" + (f"#measure-{anchor}" if anchor else "")


def worked(speaker: Speaker, rule: Rule, example: Example) -> p.Worked:
    """An example as a row; what it does not name is not known."""
    edition, lang = speaker.edition, speaker.lang
    typed: list[tuple[Type, Value | None]] = [
        (edition.measures[name].type, example.measures.get(name)) for name in rule.reads
    ]
    for name in rule.reads_conclusions:
        found = find_conclusion(edition, name)
        typed.append((found[1].codes or Boolean() if found else Boolean(), example.conclusions.get(name)))
    plain = example.outcome == "case" and example.points is not None and not example.concludes
    result = say.signed(example.points or 0, lang) if plain else say.comes_out(edition, rule, example, lang)
    return p.Worked(
        None if example.title is None else title(speaker, example.title),
        proses(speaker, [say.value(type_, value, lang, edition.about) for type_, value in typed]),
        prose(speaker, result),
    )


def gives(speaker: Speaker, whole: tuple[int, int] | None, worth: Worth, notes: Notes) -> p.Gives:
    """What a case gives: a short figure and a bar for points, sentences for everything else; `whole` is the scale."""
    edition, words = speaker.edition, read_words(spoken(speaker.lang))
    bounds = worth_bounds(edition.measures, worth)
    points: str | None = None
    sentences: list[str] = []
    match worth.points:
        case Fixed(number):
            points = signed(words, number)
            if worth.concludes:
                sentences.append(say.worth(edition, replace(worth, points=None), speaker.lang))
        case Each(_, _, bound):
            points = f"0 … {signed(words, bound)}"
            sentences.append(say.worth(edition, worth, speaker.lang))
        case None:
            sentences.append(say.worth(edition, worth, speaker.lang))
    ends = None if bounds is None else (min(0, *bounds), max(0, *bounds))
    drawn = None if ends is None or whole is None else bar(0, ends[0] or ends[1], *whole)
    return p.Gives(points, proses(speaker, sentences), drawn, sure(speaker, worth.certainty, notes))


Notes = tuple[p.Phrase, ...]
"""What is said of figures, each once; a figure refers to it by its number."""


def all_notes(speaker: Speaker, rule: Rule) -> Notes:
    """The notes of a rule in the order in which its table first needs them."""
    certainties = [*(case.worth.certainty for case in rule.cases), rule.unknown.certainty]
    said = [note for certainty in certainties if certainty for note in notes_of(speaker, certainty)]
    return tuple(dict.fromkeys(note for note in said if note))


def notes_of(speaker: Speaker, certainty: Certainty) -> tuple[p.Phrase | None, p.Phrase | None]:
    """Where a figure comes from and how sure it is, and, by itself, who disagrees."""

    def note(part: Certainty) -> p.Phrase | None:
        said = say.certainty(speaker.edition, part, speaker.lang)
        return prose(speaker, list_of(speaker.lang, said)) if said else None

    return note(replace(certainty, disputed=None)), note(Certainty(disputed=certainty.disputed))


def sure(speaker: Speaker, certainty: Certainty | None, notes: Notes) -> p.Sure:
    if certainty is None:
        return p.Sure()
    return p.Sure(*(notes.index(note) + 1 if note else None for note in notes_of(speaker, certainty)))


def looks(speaker: Speaker, measure: str) -> p.Looks:
    edition = speaker.edition
    sources = dict.fromkeys(
        source
        for below in lineage.measures_below(edition, (measure,))
        for source in lineage.source_of(edition.measures[below])
    )
    return p.Looks(
        to(speaker, "measure", measure),
        prose(speaker, say.measure(edition, edition.measures[measure], speaker.lang)),
        tuple(to(speaker, "source", source) for source in sources),
        lineage.months_below(edition, measure),
    )
