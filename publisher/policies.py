"""One page for each policy: what a reader wants to know of a source, a measure, a rule, the score, a use and so on."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from engine.bounds import rule_bounds
from engine.consequences import triggered
from engine.ir import (
    Edition,
    Exclusion,
    Field,
    Measure,
    Right,
    Score,
    Source,
    Use,
)
from engine.readings import prose as say
from engine.settable import made_of
from engine.vocabulary import narrower
from publisher import addresses, lineage
from publisher import pages as p
from publisher.chart import bar
from publisher.speech import Speaker, capital, holds, joined, maybe, prose, proses, term, text, title, titles, to

FIRST_CONTESTED = ("contest", "correct", "human-review", "complaint")
"""What a person who disagrees needs first."""


def contesting(speaker: Speaker) -> tuple[p.Link, ...]:
    """The rights of a person who disagrees."""
    rights = speaker.edition.rights
    return tuple(to(speaker, "right", id_) for of in FIRST_CONTESTED for id_, right in rights.items() if right.of == of)


def source_page(speaker: Speaker, frame: p.Frame, head: p.Head, source: Source, path: PurePosixPath) -> p.SourcePage:
    edition, lang, collected = speaker.edition, speaker.lang, source.collected
    return p.SourcePage(
        path,
        frame,
        head,
        provided_by=titles(speaker, collected.provided_by),
        origin=term(speaker, "origin", collected.origin),
        obtained=term(speaker, "obtained", collected.obtained),
        context=term(speaker, "context", collected.context),
        method=text(speaker, collected.method),
        frequency=prose(speaker, say.frequency(collected.frequency, lang)),
        people=text(speaker, collected.people),
        mandatory=collected.mandatory,
        otherwise=maybe(speaker, collected.otherwise),
        purpose=text(speaker, source.purpose),
        legal_basis=term(speaker, "legal_basis", source.legal_basis),
        recipients=tuple((title(speaker, r.who), title(speaker, r.what_for)) for r in source.recipients),
        retention=proses(speaker, say.retention(edition, source, lang)),
        example=() if source.dated_by is None else proses(speaker, say.left_out(edition, source, edition.from_, lang)),
        rights=tuple(to(speaker, "right", id_) for id_, r in edition.rights.items() if source.head.id in r.sets_aside),
        facts=source.dated_by is None,
        fields=tuple(field_line(speaker, source, field) for field in source.fields.values()),
        counted=tuple(
            to(speaker, "measure", id_)
            for id_, measure in edition.measures.items()
            if source.head.id in lineage.source_of(measure) and not lineage.items_read(edition, measure)
        ),
        flow=addresses.flow_page(speaker.home, source.head.id) if speaker.anchors else None,
    )


def field_line(speaker: Speaker, source: Source, field: Field) -> p.FieldLine:
    """A field with everything that uses it, near and far."""
    edition = speaker.edition
    item = (source.head.id, field.name)
    measures, rules = lineage.readers(edition).get(item, ((), ()))
    return p.FieldLine(
        field.name,
        text(speaker, field.title),
        maybe(speaker, field.description),
        holds(speaker, field.type),
        field.optional,
        capital(category(speaker, field.category)),
        lineage.kept_by(source, field.name),
        tuple(to(speaker, "measure", id_) for id_ in measures),
        tuple(to(speaker, "rule", id_) for id_ in rules),
        item in lineage.used_items(edition),
    )


def category(speaker: Speaker, name: str) -> p.Phrase:
    return p.Phrase(*say.category(name, speaker.lang))


def measure_page(
    speaker: Speaker, frame: p.Frame, head: p.Head, measure: Measure, path: PurePosixPath
) -> p.MeasurePage:
    edition, here = speaker.edition, measure.head.id
    reads = [
        p.Link(text(speaker, edition.sources[s].fields[f].title), to(speaker, "source", s, f"field-{f}").path)
        for s, f in lineage.items_read(edition, measure)
    ]
    sources = {s: to(speaker, "source", s) for s in lineage.source_of(measure)}
    reads = [*sources.values(), *reads, *(to(speaker, "measure", m) for m in made_of(measure))]
    return p.MeasurePage(
        path,
        frame,
        head,
        definition=prose(speaker, say.measure(edition, measure, speaker.lang)),
        holds=holds(speaker, measure.type),
        category=capital(category(speaker, measure.category)),
        reads=tuple(reads),
        used_by=users(speaker, here),
    )


def users(speaker: Speaker, measure: str) -> tuple[p.Link, ...]:
    """The measures and rules that look at a measure, and the score if that decides whether there is one."""
    edition = speaker.edition
    measures, rules = lineage.readers(edition).get(measure, ((), ()))
    used = [*(to(speaker, "measure", id_) for id_ in measures), *(to(speaker, "rule", id_) for id_ in rules)]
    if edition.score and any(measure in lineage.measure_names(n.when) for n in edition.score.no_score):
        used.append(to(speaker, "score", edition.score.head.id))
    return tuple(used)


def score_page(
    speaker: Speaker, frame: p.Frame, head: p.Head | None, score: Score | None, path: PurePosixPath
) -> p.ScorePage:
    if score is None:
        return p.ScorePage(path, frame, None, 0, 0, 0, (), None, (), (), (), (), 0, None, None)
    lang, rules = speaker.lang, speaker.edition.rules
    return p.ScorePage(
        path,
        frame,
        head,
        base=score.base,
        least=score.least,
        greatest=score.greatest,
        adds=adds(speaker, score),
        bands=bands(speaker, score),
        no_score=tuple(
            (
                prose(speaker, say.when(speaker.edition, n.when, lang, first=True)),
                text(speaker, n.because),
                tuple(to(speaker, "measure", id_) for id_ in sorted(lineage.measure_names(n.when))),
            )
            for n in score.no_score
        ),
        refusing=tuple(
            (to(speaker, "rule", id_), text(speaker, because))
            for id_, rule in rules.items()
            for because in lineage.refusals(rule)
        ),
        undecided=tuple(to(speaker, "rule", id_) for id_, rule in rules.items() if rule.unknown.no_score is not None),
        uses=tuple(to(speaker, "use", id_) for id_ in speaker.edition.uses),
        most_reasons=score.most_reasons,
        reasons_source=maybe(speaker, score.reasons_source),
        validity=maybe(speaker, score.validity),
    )


def adds(speaker: Speaker, score: Score) -> tuple[p.Adds, ...]:
    """The lines of the sum in the order of the policy; a group stands where its first rule does."""
    edition = speaker.edition
    reach = {rule: rule_bounds(edition.measures, edition.rules[rule]) or (0, 0) for rule in score.rules}
    groups = {rule: group for group in score.groups for rule in group.rules}
    sums: dict[str, tuple[int, int]] = {}
    for group in score.groups:
        low, high = sum(reach[r][0] for r in group.rules), sum(reach[r][1] for r in group.rules)
        sums[group.id] = held(low, group.floor, group.cap), held(high, group.floor, group.cap)
    ends = [*(reach[rule] for rule in score.rules if rule not in groups), *sums.values()]
    scale = min((low for low, _ in ends), default=0), max((high for _, high in ends), default=0)
    lines: dict[str, p.Adds] = {}
    for rule in score.rules:
        here = groups.get(rule)
        if here is None:
            link = to(speaker, "rule", rule)
            low, high = reach[rule]
            drawn = bar(0, min(0, low), *scale), bar(0, max(0, high), *scale)
            lines[f"rule {rule}"] = p.Adds(link.words, link.path, low, high, None, None, *drawn, ())
        elif here.id not in lines:
            low, high = sums[here.id]
            drawn = bar(0, min(0, low), *scale), bar(0, max(0, high), *scale)
            inside = tuple(to(speaker, "rule", r) for r in here.rules)
            lines[here.id] = p.Adds(title(speaker, here.title), None, low, high, here.floor, here.cap, *drawn, inside)
    return tuple(lines.values())


def held(points: int, floor: int | None, cap: int | None) -> int:
    """Points between a floor and a cap, if there are any.

    >>> held(-280, -150, None), held(40, None, 30), held(5, None, None)
    (-150, 30, 5)
    """
    points = points if floor is None else max(points, floor)
    return points if cap is None else min(points, cap)


def bands(speaker: Speaker, score: Score) -> p.Bands:
    """The bands, worst to best, with what follows from each by itself and what follows without a score."""
    edition = speaker.edition
    ids = tuple(band.id for band in score.bands)
    found = {
        (use_id, c.id): lineage.bands_of(c.when, ids) for use_id, use in edition.uses.items() for c in use.consequences
    }
    every = {key for key, inside in found.items() if inside == frozenset(ids)}
    nothing_known = {c.name: None for rule in edition.rules.values() for c in rule.conclusions}
    can_fail = score.no_score or any(
        rule.unknown.no_score is not None or lineage.refusals(rule) for rule in edition.rules.values()
    )

    unscored = {
        (use_id, c.id)
        for use_id, use in edition.uses.items()
        for c in use.consequences
        if triggered(c.when, edition, None, None, nothing_known) is True
    }
    return p.Bands(
        tuple(
            p.BandLine(
                text(speaker, band.title),
                maybe(speaker, band.summary),
                band.least,
                band.greatest,
                follows(speaker, {key for key, inside in found.items() if band.id in inside and key not in every}),
            )
            for band in score.bands
        ),
        follows(speaker, every),
        follows(speaker, unscored) if can_fail else None,
    )


def follows(speaker: Speaker, chosen: Collection[tuple[str, str]]) -> tuple[p.Follows, ...]:
    """Some consequences, each named by its use and its id, by use."""
    found = [
        (use, [c for c in use.consequences if (use.head.id, c.id) in chosen]) for use in speaker.edition.uses.values()
    ]
    return tuple(
        p.Follows(to(speaker, "use", use.head.id, some[0].id), tuple(text(speaker, c.effect) for c in some))
        for use, some in found
        if some
    )


def use_page(speaker: Speaker, frame: p.Frame, head: p.Head, use: Use, path: PurePosixPath) -> p.UsePage:
    return p.UsePage(
        path,
        frame,
        head,
        decided_by=titles(speaker, use.decided_by),
        purposes=tuple(term(speaker, "purposes", purpose) for purpose in use.purposes),
        context=term(speaker, "context", use.context),
        automation=term(speaker, "automation", use.automation),
        human_review=text(speaker, use.human_review),
        reviews=tuple(
            to(speaker, "right", id_) for id_, right in speaker.edition.rights.items() if right.of == "human-review"
        ),
        effects=effects(speaker, use),
        bands=to(speaker, "score", speaker.edition.score.head.id, "bands-part") if speaker.edition.score else None,
        rules=tuple(
            to(speaker, "rule", id_)
            for id_, rule in speaker.edition.rules.items()
            if {conclusion.name for conclusion in rule.conclusions} & lineage.concluded_for(use)
        ),
    )


def effects(speaker: Speaker, use: Use) -> tuple[p.Effect, ...]:
    return tuple(
        p.Effect(
            c.id,
            text(speaker, c.effect),
            prose(speaker, say.when(speaker.edition, c.when, speaker.lang, first=True)),
            c.polarity,
            c.lasts,
            to(speaker, "use", use.head.id, c.id),
        )
        for c in use.consequences
    )


def exclusion_page(
    speaker: Speaker, frame: p.Frame, head: p.Head, exclusion: Exclusion, tried: p.Tried | None, path: PurePosixPath
) -> p.ExclusionPage:
    edition, lang = speaker.edition, speaker.lang
    said = say.exclusion(edition, exclusion, lang)[:-1]  # the last is the author's own, shown by itself
    below = [(c, sorted(narrower(c) - {c})) for c in exclusion.categories]
    return p.ExclusionPage(
        path,
        frame,
        head,
        never=exclusion.never,
        words=proses(speaker, said[: -len(exclusion.never)]),
        enforced=proses(speaker, said[-len(exclusion.never) :]),
        narrower=tuple(
            (category(speaker, c), joined(speaker, [category(speaker, n) for n in inner]))
            for c, inner in below
            if inner
        ),
        because=text(speaker, exclusion.because),
        checked=checked(edition),
        rights=contesting(speaker),
        tried=tried,
    )


def checked(edition: Edition) -> dict[str, int]:
    return {
        "fields": sum(len(source.fields) for source in edition.sources.values()),
        "rules": len(edition.rules),
        "uses": len(edition.uses),
    }


def right_page(speaker: Speaker, frame: p.Frame, head: p.Head, right: Right, path: PurePosixPath) -> p.RightPage:
    return p.RightPage(
        path,
        frame,
        head,
        channels=titles(speaker, right.channels),
        evidence=maybe(speaker, right.evidence),
        lodge_within=length(speaker, right.lodge_within),
        answer_within=length(speaker, right.answer_within),
        fee=title(speaker, right.fee),
        meanwhile=text(speaker, right.meanwhile),
        decided_by=title(speaker, right.decided_by),
        outcomes=titles(speaker, right.outcomes),
        escalation=maybe(speaker, right.escalation),
        sets_aside=tuple(to(speaker, "source", source) for source in right.sets_aside),
        rules=tuple(
            to(speaker, "rule", id_)
            for id_, rule in speaker.edition.rules.items()
            if rule.evidence and rule.evidence.right == right.head.id
        ),
    )


def length(speaker: Speaker, time: str | None) -> p.Phrase | None:
    return prose(speaker, say.duration(time, speaker.lang)) if time else None
