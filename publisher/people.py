"""What a step does to people, for its page: what was proved, with example people, and what was counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlencode

from engine.impact.result import BARE, OUTCOMES, Bin, Impact
from engine.ir import Edition, Number
from engine.proved import Compared, Effect, Outcome, Pair, Person, Reach
from engine.readings import prose as say
from engine.readings.browser import heads
from engine.readings.prose.values import day
from engine.readings.prose.words import phrase
from engine.settable import settable
from publisher import pages as p
from publisher.library import Library
from publisher.speech import Speaker, prose, text, title
from publisher.steps import Step, page_of

MOST = 5
"""So many example people are shown."""


def people(speaker: Speaker, library: Library | None, step: Step) -> list[p.Block]:
    """What was proved; nothing where nothing was."""
    if step.study.claimed is None:
        return []
    found = step.study.claimed.compared
    lines = tuple(prose(speaker, line) for line in proved(step, found, speaker.lang))
    examples = tuple(example(speaker, library, step, effects) for effects in shown(found))
    return [p.People("people", lines, examples)]


def proved(step: Step, found: Compared, lang: str) -> Iterator[str]:
    """For which day, whether anybody is worse off, how far the score moves, and what was not proved."""
    yield phrase(lang, "proof.start", date=day(found.as_of, lang))
    yield phrase(lang, f"change.proof.equivalent.{found.equivalent}")
    if found.equivalent != "yes":
        yield phrase(lang, f"change.proof.nobody_worse.{found.nobody_worse}")
        for key, reached in (("rise", found.rise), ("fall", found.fall)):
            if isinstance(reached, Reach) and reached.value:
                yield phrase(lang, f"change.proof.{key}", n=str(abs(reached.value)))
    for one in found.not_proved:
        yield say.not_proved(step.after, one, lang)
    if found.reference is not None and any(effect.people for effect in found.effects):
        yield say.reference(step.before, found.reference, lang)


def shown(found: Compared) -> list[list[Effect]]:
    """The effects that happen, those that the same person shows together, the bad ones first."""
    by_person: dict[str, list[Effect]] = {}
    for effect in sorted(found.effects, key=lambda one: not one.worse):
        if effect.people is not None and effect.happens == "yes":
            by_person.setdefault(json.dumps(effect.people.before.record, default=str, sort_keys=True), []).append(
                effect
            )
    return list(by_person.values())[:MOST]


def example(speaker: Speaker, library: Library | None, step: Step, effects: list[Effect]) -> p.Example:
    pair = effects[0].people
    assert pair is not None, "only effects with somebody are shown"
    one, other = pair.before.outcome, pair.after.outcome
    return p.Example(
        tuple(dict.fromkeys(effect.kind for effect in effects)),
        any(effect.worse for effect in effects),
        prose(speaker, say.differs(step.before, pair.before, speaker.lang)),
        (one.score, other.score),
        (band(speaker, step.before, one), band(speaker, step.after, other)),
        tuple(moved(speaker, step, *each) for each in pair.moved),
        consequences(speaker, step.after, other.follows - one.follows),
        consequences(speaker, step.before, one.follows - other.follows),
        None if library is None else tried(speaker, library, step, pair),
    )


def band(speaker: Speaker, edition: Edition, outcome: Outcome) -> p.Phrase | None:
    if outcome.band is None or edition.score is None:
        return None
    return title(speaker, next(each.title for each in edition.score.bands if each.id == outcome.band))


def moved(speaker: Speaker, step: Step, rule: str, before: int | None, after: int | None) -> p.Moved:
    edition = step.after if rule in step.after.rules else step.before
    head = edition.rules[rule].head
    return p.Moved(title(speaker, head.title), page_of(speaker.home, step, ("rule", rule)), before, after)


def consequences(speaker: Speaker, edition: Edition, keys: frozenset[tuple[str, str]]) -> tuple[p.Phrase, ...]:
    """The words of consequences, each once though several uses may have it."""
    found = [
        text(speaker, one.effect)
        for use in edition.uses.values()
        for one in use.consequences
        if (use.head.id, one.id) in keys
    ]
    return tuple(dict.fromkeys(found))


def tried(speaker: Speaker, library: Library, step: Step, pair: Pair) -> str | None:
    """Where somebody can be tried: in the edition shown, if that is one of the two."""
    shown = library.shown
    sides = ((step.after, pair.after), (step.before, pair.before))
    person = next((each for edition, each in sides if edition.digest == shown.digest), None)
    use = shown.about.default_use or next(iter(shown.uses), None)
    if person is None or use is None or any(head.withheld for head in heads(shown)):
        return None
    parts = {"s": shown.about.id, "e": shown.digest[:12], "d": shown.from_.isoformat(), "u": use}
    return f"{speaker.home}try.html#{urlencode(parts | values(shown, person))}"


def values(edition: Edition, person: Person) -> dict[str, str]:
    """The measures that can be set, as a link holds them."""
    found = {}
    for id_ in settable(edition):
        value, type_ = person.measures.get(id_), edition.measures[id_].type
        if value is None:
            continue
        if isinstance(value, bool):
            found[f"m.{id_}"] = "true" if value else "false"
        elif isinstance(value, int) and isinstance(type_, Number):
            found[f"m.{id_}"] = f"{Decimal(value).scaleb(-type_.places):f}"
        else:
            found[f"m.{id_}"] = str(value)
    return found


# ---------------------------------------------------------------------------------------------------------- counting


def counted(speaker: Speaker, step: Step) -> list[p.Block]:
    """What was counted; nothing where nothing was."""
    found = step.study.impact
    if found is None:
        return []
    lang = speaker.lang
    return [
        p.Counted(
            "counted",
            tuple(prose(speaker, line) for line in say.impact_lines(found, lang)),
            found.population.people,
            found.population.seed,
            found.as_of,
            tuple((prose(speaker, say.outcome_words(one, lang)), found.counts["outcome", one]) for one in OUTCOMES),
            columns(speaker, found),
            tuple(band_words(speaker, found.new, one) for one in found.bands_after),
            matrix(speaker, step, found),
            effects(speaker, found),
        )
    ]


def columns(speaker: Speaker, found: Impact) -> tuple[p.Column, ...]:
    """The bars: from the largest fall to the largest rise that anybody has, and one more each way to show the end."""
    numbers = [found.counts["bin", str(at)] for at in range(len(found.bins))]
    held = [at for at, number in enumerate(numbers) if number != 0] or [len(numbers) // 2]
    first, last = max(0, held[0] - 1), min(len(numbers), held[-1] + 2)
    most = max((number or 0 for number in numbers), default=0) or 1
    return tuple(
        p.Column(
            prose(speaker, say.bin_words(one, speaker.lang)),
            number,
            round(100 * ((number or 0) / most) ** 0.5, 1),
            way(one),
        )
        for one, number in list(zip(found.bins, numbers, strict=True))[first:last]
    )


def way(one: Bin) -> str:
    if one.least is not None and one.least > 0:
        return "gain"
    return "loss" if one.greatest is not None and one.greatest < 0 else "zero"


def band_words(speaker: Speaker, edition: Edition, band: str) -> p.Phrase:
    if band == BARE or edition.score is None:
        return prose(speaker, phrase(speaker.lang, "impact.no_score"))
    return title(speaker, next(one.title for one in edition.score.bands if one.id == band))


def matrix(speaker: Speaker, step: Step, found: Impact) -> tuple[p.MatrixRow, ...]:
    """How many go from which band to which; a move that was proved impossible is marked."""
    if len(found.bands_before) + len(found.bands_after) == len(("before", "after")):
        return ()
    claimed = step.study.claimed
    possible = {} if claimed is None else claimed.compared.bands
    order = [one for one in found.bands_after if one != BARE]

    def cell(was: str, now: str) -> tuple[int | None, str]:
        number = found.counts["bands", was, now]
        if was == now:
            return number, "same"
        if number == 0 and possible.get((was or None, now or None)) == "no":
            return number, "never"
        if was in order and now in order and number != 0:
            return number, "up" if order.index(now) > order.index(was) else "down"
        return number, ""

    return tuple(
        p.MatrixRow(
            band_words(speaker, found.old, was),
            tuple(cell(was, now) for now in found.bands_after),
            found.counts["before", was],
        )
        for was in found.bands_before
    )


def effects(speaker: Speaker, found: Impact) -> tuple[tuple[p.Phrase, int | None, int | None], ...]:
    """The consequences that somebody gains or loses."""
    told = []
    for id_ in found.consequences:
        gained, lost = found.counts["consequence", id_, "gained"], found.counts["consequence", id_, "lost"]
        if gained == 0 == lost:
            continue
        sides = [edition.uses[found.use] for edition in (found.new, found.old) if found.use in edition.uses]
        words = next(one.effect for use in sides for one in use.consequences if one.id == id_)
        told.append((text(speaker, words), gained, lost))
    return tuple(told)
