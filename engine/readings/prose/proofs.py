"""What was proved of an edition in words: what can and cannot happen, with example people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.ir import Edition, Measure, Number, Text, Value
from engine.proved import (
    Cliff,
    Ends,
    Event,
    Free,
    Held,
    Hole,
    Pair,
    Person,
    Proved,
    Reach,
    Reached,
    Undecided,
    Unsaid,
    Unsettled,
)
from engine.readings.prose.values import day, number, plain_number, points, value
from engine.readings.prose.words import bare, counted, phrase, quote, say, sentence, together

MOST_SAID = 6
"""Of a person so many differences are said, and how many more there are; one more is said instead of counted."""


@dataclass(frozen=True, slots=True)
class ProofPart:
    """One question with its answers, a sentence each; a person shown has `indent` 1. `took` is how long, if asked."""

    title: str
    lines: tuple[tuple[int, str], ...]
    took: str = ""


def proved(edition: Edition, found: Proved, lang: str) -> list[ProofPart]:
    """Everything that was proved, question by question."""
    asked = (
        ("start", _start(edition, found, lang)),
        ("score", _score(edition, found, lang)),
        ("cases", _cases(edition, found, lang)),
        ("direction", _directions(edition, found, lang)),
        ("independent", _independent(edition, found, lang)),
        ("event", _events(edition, found, lang)),
        ("cliff", _cliff(edition, found, lang)),
        ("left_out", _left_out(edition, found, lang)),
    )
    parts = [(key, tuple((indent, sentence(words)) for indent, words in lines)) for key, lines in asked]
    return [ProofPart(question(key, lang), lines, _took(edition, found, key, lang)) for key, lines in parts if lines]


def question(key: str, lang: str) -> str:
    """What one of the questions is called."""
    return sentence(phrase(lang, f"proof.title.{key}"))


def _took(edition: Edition, found: Proved, key: str, lang: str) -> str:
    """For how long a question was thought about."""
    if key not in found.took:
        return ""
    tenths = max(1, round(found.took[key] * 10))
    return phrase(lang, "proof.took", n=number(Number(1), tenths, lang, edition.about))


Line = tuple[int, str]


def _start(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    """For which day, and who the reference person is."""
    yield 0, phrase(lang, "proof.start", date=day(found.as_of, lang))
    if found.reference is not None:
        yield 0, phrase(lang, "proof.reference", outcome=_outcome(edition, found.reference, lang))
        values = [
            phrase(lang, "proof.is", measure=_measure(edition, id_, lang), value=_value(edition, id_, known, lang))
            for id_, known in found.reference.measures.items()
            if known is not None and id_ in _read(edition)
        ]
        if values:
            yield 1, phrase(lang, "proof.values", list=phrase(lang, "join.items").join(values))


def _read(edition: Edition) -> set[str]:
    return {measure for rule in edition.rules.values() for measure in rule.reads}


# ----------------------------------------------------------------------------------------------- score and its parts


def _score(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    """How far the score and its groups go, and which bands are reached."""
    score = edition.score
    if score is None:
        yield 0, phrase(lang, "proof.no_score_policy")
        return
    least, most = found.score.least, found.score.most
    if least is None or most is None:
        yield 0, phrase(lang, "proof.nobody_scored")
    elif isinstance(least, Reach) and isinstance(most, Reach):
        ends = {"least": plain_number(least.value, lang), "most": plain_number(most.value, lang)}
        yield 0, phrase(lang, "proof.range", **ends)
        if (least.value, most.value) != (score.least, score.greatest):
            declared = {"least": plain_number(score.least, lang), "most": plain_number(score.greatest, lang)}
            yield 0, phrase(lang, "proof.declared", **declared)
        yield from _end(edition, found, least, lang)
        yield from _end(edition, found, most, lang)
    else:
        for key, end in (("least", least), ("most", most)):
            what = phrase(lang, f"proof.what.{key}")
            yield 0, _number_or_not(what, end, lang)
    for group in score.groups:
        yield 0, _group(_title(edition, group.title, lang), found.groups[group.id], lang)
    yield from _bands(edition, found, lang)
    yield 0, phrase(lang, f"proof.no_score.{found.no_score}")


def _end(edition: Edition, found: Proved, end: Reach, lang: str) -> Iterator[Line]:
    if end.person is not None:
        number = plain_number(end.value, lang)
        if found.reference is not None and end.person.measures == found.reference.measures:
            yield 1, phrase(lang, "proof.end_is_reference", n=number)
        else:
            yield 1, phrase(lang, "proof.end_person", n=number, person=_differs(edition, end.person, lang))


def _number_or_not(what: str, end: Reached, lang: str) -> str:
    if isinstance(end, Reach):
        return phrase(lang, "proof.one_end", what=what, n=plain_number(end.value, lang))
    return _unsettled(what, end, lang) if end is not None else phrase(lang, "proof.nobody_scored")


def _group(title: str, ends: Ends, lang: str) -> str:
    if isinstance(ends.least, Reach) and isinstance(ends.most, Reach):
        fill = {"least": points(ends.least.value, lang), "most": points(ends.most.value, lang)}
        return phrase(lang, "proof.group", group=quote(lang, title), **fill)
    unsettled = next(end for end in (ends.least, ends.most) if end is not None and not isinstance(end, Reach))
    return _unsettled(phrase(lang, "proof.what.group", group=quote(lang, title)), unsettled, lang)


def _bands(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    assert edition.score is not None, "bands are of a score"  # narrows the type
    titles = {band.id: quote(lang, _title(edition, band.title, lang)) for band in edition.score.bands}
    for answer in ("no", "undecided"):
        named = [titles[id_] for id_, given in found.bands.items() if given == answer]
        if named:
            yield 0, phrase(lang, f"proof.bands.{answer}", bands=together(lang, named))
    if set(found.bands.values()) == {"yes"}:
        yield 0, phrase(lang, "proof.bands.yes")


# ---------------------------------------------------------------------------------------------------------- rules


def _cases(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    """Cases that never happen, people no case fits, and people two rows fit."""
    cases = [one for one in found.cases if one.case is not None]
    if cases and all(one.reachable == "yes" for one in cases):
        yield 0, phrase(lang, "proof.cases.yes", n=plain_number(len(cases), lang))
    undecided = [one for one in cases if one.reachable == "undecided"]
    if len(undecided) > MOST_SAID:
        yield 0, phrase(lang, "proof.cases.undecided_many", n=plain_number(len(undecided), lang))
    for one in cases:
        if one.case is not None and (one.reachable == "no" or (one in undecided and len(undecided) <= MOST_SAID)):
            rule = _rule(edition, one.rule, lang)
            yield 0, phrase(lang, f"proof.cases.{one.reachable}", rule=rule, n=plain_number(one.case + 1, lang))
    left_open = any(one.why == "too-many-cases" for one in found.not_proved)
    if not found.gaps and not left_open:
        yield 0, phrase(lang, "proof.no_gap")
    for hole in found.gaps:
        yield from _hole(edition, hole, "gap", lang)
    if not found.overlaps and not left_open:
        yield 0, phrase(lang, "proof.no_overlap")
    for hole in found.overlaps:
        yield from _hole(edition, hole, "overlap", lang)


def _hole(edition: Edition, hole: Hole, key: str, lang: str) -> Iterator[Line]:
    rule = _rule(edition, hole.rule, lang)
    if isinstance(hole.person, Person):
        rows = together(lang, [plain_number(case + 1, lang) for case in hole.cases])
        yield 0, phrase(lang, f"proof.{key}", rule=rule, rows=rows)
        yield 1, phrase(lang, "proof.person", person=_differs(edition, hole.person, lang))
    else:
        yield 0, _unsettled(phrase(lang, f"proof.what.{key}", rule=rule), hole.person, lang)


def _directions(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    for held in found.directions:
        fill = {"rule": _rule(edition, held.rule, lang), "measure": _measure(edition, held.measure, lang)}
        yield 0, phrase(lang, f"proof.direction.{held.way}.{held.holds}", **fill)
        yield from _against(edition, held, lang)


def _against(edition: Edition, held: Held, lang: str) -> Iterator[Line]:
    if held.people is None:
        return
    one, two = held.people.before, held.people.after
    values = [_value(edition, held.measure, person.measures[held.measure], lang) for person in (one, two)]
    given = next((each for each in held.people.moved if each[0] == held.rule), (held.rule, 0, 0))
    before, after = (_points(each, lang) for each in given[1:])
    yield 1, phrase(lang, "proof.two_people", first=values[0], second=values[1], before=before, after=after)


def _independent(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    """Fields that are collected and were promised never to count."""
    for free in found.independent:
        yield 0, _free(edition, free, lang)
        if free.people is not None:
            yield 1, phrase(lang, "proof.person", person=_differs(edition, free.people.before, lang))
            yield 1, pair(edition, edition, free.people, lang)
    if not any(free.exclusion for free in found.independent) and any(
        "score" in each.never for each in edition.exclusions.values()
    ):
        yield 0, phrase(lang, "proof.independent.none")


def _free(edition: Edition, free: Free, lang: str) -> str:
    source = edition.sources[free.source]
    field = quote(lang, _title(edition, source.fields[free.field].title, lang))
    return phrase(
        lang,
        f"proof.independent.{'counts' if free.how == 'matters' and free.exclusion is None else free.how}",
        field=field,
        source=quote(lang, _title(edition, source.head.title, lang)),
    )


# --------------------------------------------------------------------------------------------------- how far it falls


def _events(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    for event in found.events:
        source = quote(lang, _title(edition, edition.sources[event.source].head.title, lang))
        if not isinstance(event.drop, int):
            yield 0, _unsettled(phrase(lang, "proof.what.event", source=source), event.drop, lang)
        elif event.drop == 0:
            yield 0, phrase(lang, "proof.event.none", source=source)
        else:
            lost = counted(lang, "unit.points", event.drop, n=plain_number(event.drop, lang))
            yield 0, phrase(lang, "proof.event.most", source=source, n=lost)
            yield from _before_after(edition, event, lang)


def _before_after(edition: Edition, event: Event, lang: str) -> Iterator[Line]:
    if event.people is not None:
        yield 1, phrase(lang, "proof.person", person=_differs(edition, event.people.before, lang))
        yield 1, pair(edition, edition, event.people, lang)


def pair(before: Edition, after: Edition, people: Pair, lang: str) -> str:
    """Somebody before and after, with the rules that moved it."""
    fill = {"before": _outcome(before, people.before, lang), "after": _outcome(after, people.after, lang)}
    moved = [
        phrase(
            lang,
            "proof.moved",
            rule=_rule(after if id_ in after.rules else before, id_, lang),
            before=_points(one, lang),
            after=_points(two, lang),
        )
        for id_, one, two in people.moved
    ]
    if moved:
        said = [phrase(lang, "proof.pair_moved", moved=phrase(lang, "join.items").join(moved), **fill)]
    else:
        said = [phrase(lang, "proof.pair", **fill)]
    one, other = people.before.outcome.follows, people.after.outcome.follows
    for key, edition, keys in (("no_longer_follows", before, one - other), ("now_follows", after, other - one)):
        effects = [quote(lang, bare(_title(edition, _consequence(edition, each), lang))) for each in sorted(keys)]
        if effects:
            said.append(sentence(phrase(lang, f"proof.{key}", list=phrase(lang, "join.items").join(effects))))
    return phrase(lang, "join.sentences").join(said)


def _consequence(edition: Edition, key: tuple[str, str]) -> Text:
    use, id_ = key
    return next(one.effect for one in edition.uses[use].consequences if one.id == id_)


def _cliff(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    cliff = found.cliff
    if isinstance(cliff, Cliff):
        fill = {
            "measure": _measure(edition, cliff.measure, lang),
            "value": _value(edition, cliff.measure, cliff.at, lang),
        }
        yield 0, phrase(lang, "proof.cliff", n=points(-cliff.drop, lang), **fill)
        yield 1, phrase(lang, "proof.person", person=_differs(edition, cliff.person, lang))
    elif cliff is not None:
        yield 0, _unsettled(phrase(lang, "proof.what.cliff"), cliff, lang)


def _left_out(edition: Edition, found: Proved, lang: str) -> Iterator[Line]:
    for one in found.not_proved:
        yield 0, _unsaid(edition, one, lang)


def _unsaid(edition: Edition, unsaid: Unsaid, lang: str) -> str:
    """What was not proved, by name, and why."""
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    titles = {(one.head.kind, one.head.id): one.head.title for policies in kinds for one in policies.values()}
    titles["rulebook", edition.about.id] = edition.about.title
    if edition.score is not None:
        titles["score", edition.score.head.id] = edition.score.head.title
    titles |= {("band", one.id): one.title for one in (edition.score.bands if edition.score is not None else ())}
    title = titles.get((unsaid.kind, unsaid.id))
    name = unsaid.id if title is None else _title(edition, title, lang)
    return phrase(lang, f"proof.unsaid.{unsaid.why}", name=quote(lang, name))


# --------------------------------------------------------------------------------------------------------- people


def _differs(edition: Edition, person: Person, lang: str) -> str:
    """What sets a person apart from the reference person."""
    told = [
        phrase(lang, "proof.is", measure=_measure(edition, id_, lang), value=_value(edition, id_, own, lang))
        for id_, _, own in person.differs
        if id_ in _read(edition)
    ]
    if not told:
        return phrase(lang, "proof.as_reference")
    if len(told) <= MOST_SAID + 1:
        return phrase(lang, "proof.differs", list=phrase(lang, "join.items").join(told))
    words = phrase(lang, "join.items").join(told[:MOST_SAID])
    return phrase(lang, "proof.differs_more", list=words, n=plain_number(len(told) - MOST_SAID, lang))


def _outcome(edition: Edition, person: Person, lang: str) -> str:
    """Score and band of a person, or that there is no score."""
    outcome = person.outcome
    if outcome.score is None or edition.score is None:
        return phrase(lang, "proof.outcome_none")
    band = next(band for band in edition.score.bands if band.id == outcome.band)
    number = plain_number(outcome.score, lang)
    return phrase(lang, "proof.outcome", n=number, band=quote(lang, _title(edition, band.title, lang)))


def _points(given: int | None, lang: str) -> str:
    return phrase(lang, "proof.no_points") if given is None else plain_number(given, lang)


def _unsettled(what: str, why: Unsettled, lang: str) -> str:
    if isinstance(why, Undecided):
        return phrase(lang, "proof.undecided", what=what, n=plain_number(round(why.seconds), lang))
    return phrase(lang, "proof.unshown", what=what)


def _rule(edition: Edition, id_: str, lang: str) -> str:
    return quote(lang, _title(edition, edition.rules[id_].head.title, lang))


def _measure(edition: Edition, id_: str, lang: str) -> str:
    return quote(lang, _title(edition, edition.measures[id_].head.title, lang))


def _value(edition: Edition, id_: str, given: Value | None, lang: str) -> str:
    measure: Measure = edition.measures[id_]
    return value(measure.type, given, lang, edition.about)


def _title(edition: Edition, text: Text, lang: str) -> str:
    return say(text, lang, edition.about.languages[0])[0]


def apart(edition: Edition, person: Person, lang: str) -> str:
    """What sets somebody apart from the reference person, as part of a sentence."""
    return _differs(edition, person, lang)


def band(edition: Edition, id_: str | None, lang: str) -> str:
    """A band by its title, or that there is no score."""
    bands = () if edition.score is None else edition.score.bands
    title = next((one.title for one in bands if one.id == id_), None)
    return phrase(lang, "proof.outcome_none") if title is None else quote(lang, _title(edition, title, lang))


def differs(edition: Edition, person: Person, lang: str) -> str:
    """What sets somebody apart from the reference person, as a sentence."""
    return sentence(phrase(lang, "proof.person", person=_differs(edition, person, lang)))


def reference(edition: Edition, person: Person, lang: str) -> str:
    """The person to whom others are compared, as a sentence."""
    return sentence(phrase(lang, "proof.reference", outcome=_outcome(edition, person, lang)))


def not_proved(edition: Edition, unsaid: Unsaid, lang: str) -> str:
    """What was not proved, by name, and why."""
    return sentence(_unsaid(edition, unsaid, lang))
