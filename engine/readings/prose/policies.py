"""One policy of an edition in plain words, line by line: what `rulebook show` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from engine.ir import Edition, Exclusion, Header, Measure, NoAuthority, Policy, Right, Rule, Score, Source, Text, Use
from engine.readings.prose.law import cited
from engine.readings.prose.measures import measure
from engine.readings.prose.rules import case_lines, certainty, direction, example, table, unknown
from engine.readings.prose.score import score
from engine.readings.prose.sources import label, retention
from engine.readings.prose.uses import category, consequence, exclusion
from engine.readings.prose.values import day, duration, frequency
from engine.readings.prose.words import after, bare, list_of, phrase, say, sentence, together


def policy(edition: Edition, kind: str, id_: str, lang: str) -> list[str]:
    """A policy in force, as lines of plain words; nothing when the edition has no such policy."""
    found = find(edition, kind, id_)
    return [] if found is None else list(_lines(edition, found, lang))


def find(edition: Edition, kind: str, id_: str) -> Policy | None:
    """The policy of a kind and an id that is in the edition."""
    match kind:
        case "source":
            return edition.sources.get(id_)
        case "measure":
            return edition.measures.get(id_)
        case "rule":
            return edition.rules.get(id_)
        case "score":
            return edition.score if edition.score and edition.score.head.id == id_ else None
        case "use":
            return edition.uses.get(id_)
        case "exclusion":
            return edition.exclusions.get(id_)
        case "right":
            return edition.rights.get(id_)
        case _:
            return None


def _lines(edition: Edition, policy: Policy, lang: str) -> Iterator[str]:
    def words(text: Text) -> str:
        return say(text, lang, edition.about.languages[0])[0]

    yield from _head(edition, policy.head, lang)
    yield ""
    match policy:
        case Source():
            yield from _source(edition, policy, lang)
        case Measure():
            yield measure(edition, policy, lang)
            yield _pair(lang, "category", category(policy.category, lang)[0])
        case Rule():
            yield from _rule(edition, policy, lang)
        case Score():
            yield from score(edition, lang)
        case Use():
            yield _pair(lang, "decided_by", together(lang, [words(who) for who in policy.decided_by]))
            yield _pair(lang, "purposes", together(lang, [label("purposes", p, lang) for p in policy.purposes]))
            yield _pair(lang, "context", label("context", policy.context, lang))
            yield _pair(lang, "automation", label("automation", policy.automation, lang))
            yield _pair(lang, "human_review", words(policy.human_review))
            yield ""
            yield from (consequence(edition, policy, one, lang) for one in policy.consequences)
        case Exclusion():
            yield from exclusion(edition, policy, lang)
        case Right():
            yield from _right(edition, policy, lang)
        case _:
            assert_never(policy)


def _pair(lang: str, key: str, words: str) -> str:
    """A label and what it is about, on a line."""
    return phrase(lang, "show.pair", label=phrase(lang, f"show.{key}"), words=words)


def _head(edition: Edition, head: Header, lang: str) -> Iterator[str]:
    def words(text: Text) -> str:
        return say(text, lang, edition.about.languages[0])[0]

    kind = sentence(label("kind", head.kind, lang))
    name = phrase(lang, "show.of_kind", title=words(head.title), kind=f"{head.id} {head.version}")
    yield phrase(lang, "show.pair", label=kind, words=name)
    yield words(head.summary)
    if head.until is None:
        yield phrase(lang, "show.since", date=day(head.from_, lang))
    else:
        yield phrase(lang, "show.between", date=day(head.from_, lang), end=day(head.until, lang))
    match head.authority:
        case NoAuthority(because):
            yield _pair(lang, "no_authority", words(because))
        case found:
            for one in found:
                yield _pair(lang, "authority", cited(words(one.instrument), one.article, lang))
    for held in head.withheld:
        part, ground = bare(words(held.part)), bare(words(held.ground))
        yield phrase(lang, "show.withheld", part=part, ground=ground)


def _source(edition: Edition, source: Source, lang: str) -> Iterator[str]:
    def words(text: Text) -> str:
        return say(text, lang, edition.about.languages[0])[0]

    got = source.collected
    yield _pair(lang, "provided_by", together(lang, [words(who) for who in got.provided_by]))
    origin = [label("origin", got.origin, lang), label("obtained", got.obtained, lang)]
    yield _pair(lang, "origin", phrase(lang, "join.comma").join(origin))
    yield _pair(lang, "context", label("context", got.context, lang))
    yield _pair(lang, "method", words(got.method))
    yield _pair(lang, "frequency", frequency(got.frequency, lang))
    yield _pair(lang, "people", words(got.people))
    yield _pair(lang, "mandatory", label("mandatory", "yes" if got.mandatory else "no", lang))
    if got.otherwise is not None:
        yield _pair(lang, "otherwise", words(got.otherwise))
    yield _pair(lang, "purpose", words(source.purpose))
    yield _pair(lang, "legal_basis", label("legal_basis", source.legal_basis, lang))
    for one in source.recipients:
        yield _pair(lang, "recipient", phrase(lang, "show.pair", label=words(one.who), words=words(one.what_for)))
    if not source.recipients:
        yield _pair(lang, "recipient", phrase(lang, "show.nobody"))
    yield from retention(edition, source, lang)
    yield ""
    for field in source.fields.values():
        yield _pair(
            lang,
            "field",
            phrase(lang, "show.of_kind", title=words(field.title), kind=category(field.category, lang)[0]),
        )


def _rule(edition: Edition, rule: Rule, lang: str) -> Iterator[str]:
    def words(text: Text) -> str:
        return say(text, lang, edition.about.languages[0])[0]

    yield _pair(lang, "why", words(rule.why))
    yield ""
    found = table(edition, rule, lang)
    if found is None:
        yield from case_lines(edition, rule, lang)
    else:
        yield " | ".join(found.headers)
        for cells, worth in found.rows:
            yield " | ".join((*cells, worth))
    yield unknown(edition, rule, lang)
    sure = [case.worth.certainty for case in rule.cases] + [rule.unknown.certainty]
    yield from dict.fromkeys(list_of(lang, certainty(edition, one, lang)) for one in sure if one is not None)
    yield from (direction(edition, one, lang) for one in rule.directions)
    if rule.mends is not None:
        yield _pair(lang, "mends", words(rule.mends))
    if rule.evidence is not None:
        yield _pair(lang, "evidence", words(rule.evidence.accepts))
    yield ""
    for one in rule.examples:
        yield _pair(lang, "example", example(edition, rule, one, lang))


def _right(edition: Edition, right: Right, lang: str) -> Iterator[str]:
    def words(text: Text) -> str:
        return say(text, lang, edition.about.languages[0])[0]

    yield _pair(lang, "right", label("right", right.of, lang))
    for channel in right.channels:
        yield _pair(lang, "channel", words(channel))
    if right.evidence is not None:
        yield _pair(lang, "evidence", words(right.evidence))
    if right.lodge_within is not None:
        yield _pair(lang, "lodge_within", duration(right.lodge_within, lang))
    if right.answer_within is not None:
        yield _pair(lang, "answer_within", duration(right.answer_within, lang))
    yield _pair(lang, "fee", words(right.fee))
    yield _pair(lang, "meanwhile", after(lang, words(right.meanwhile)))
    yield _pair(lang, "decided_by", words(right.decided_by))
    for outcome in right.outcomes:
        yield _pair(lang, "outcome", words(outcome))
    if right.escalation is not None:
        yield _pair(lang, "escalation", words(right.escalation))
    if right.sets_aside:
        titles = [words(edition.sources[source].head.title) for source in right.sets_aside if source in edition.sources]
        yield _pair(lang, "sets_aside", together(lang, titles))
