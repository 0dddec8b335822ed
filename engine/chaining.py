"""What follows what in an edition: which question comes next when one is answered, up to the decision.

Nothing here decides a condition. A reading asks the questions of `to_ask` and says the answers; from them follow the
next case, the rules that read a conclusion, the score, its band and the use.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine import trace
from engine.admit import Kept
from engine.consequences import followed, names_no_score
from engine.decision import Decision, NoScore, Step
from engine.ir import AsOf, BandRef, ConclusionRef, Each, Edition, MeasureRef, ScoreRef, Subject, Value
from engine.outcome import NO_SCORE_POLICY, Outcome, Values, added, concluded, outcome, reasons
from engine.questions import BAND, RULE, SCORE, USE, Question, Table, Unit, units
from engine.rails import Part, Scale, Thing, index, thing_value
from engine.trace import Mark


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that is asked of an edition, and the rules that each rule feeds and is fed by."""

    edition: Edition
    units: Mapping[str, Unit]
    numbered: Sequence[Question | Table]
    feeds: Mapping[str, frozenset[str]]
    readers: Mapping[str, tuple[str, ...]]


def chain(edition: Edition) -> Chain:
    """What is asked of an edition, in what order."""
    named, numbered = units(edition)
    gives = {conclusion.name: id_ for id_, rule in edition.rules.items() for conclusion in rule.conclusions}
    feeds = {id_: frozenset(gives[name] for name in rule.reads_conclusions) for id_, rule in edition.rules.items()}
    readers = {id_: tuple(other for other in edition.rules if id_ in feeds[other]) for id_ in edition.rules}
    return Chain(edition, named, numbered, feeds, readers)


@dataclass(slots=True)
class Following:
    """What has followed for one record so far. `scans` and `placed` outlast a turn: only what moved is asked again.

    `to_ask` are the questions to put next, with the index of each thing that is known; `asked` those without an answer.
    """

    values: Values = field(default_factory=dict)
    as_of: date = date.min
    use: str = ""
    placed: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    scans: dict[str, Mark] = field(default_factory=dict)
    conclusions: dict[str, bool | str | None] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    ready: deque[str] = field(default_factory=deque)
    parts: dict[tuple[str, int], dict[Part, bool | None]] = field(default_factory=dict)
    to_ask: deque[tuple[int, dict[str, int]]] = field(default_factory=deque)
    asked: set[int] = field(default_factory=set)
    answers: dict[str, dict[int, bool | None]] = field(default_factory=dict)
    no_score: list[NoScore] = field(default_factory=list)
    groups: list[Step] = field(default_factory=list)
    total: int | None = None
    score: int | None = None
    band: str | None = None


# ------------------------------------------------------------------------------------------------ what follows what


def begin(chain: Chain, live: Following, values: Values, as_of: date, use: str) -> None:
    """A turn: what is known now, and the rules that read no conclusion, which can be asked at once."""
    live.values, live.as_of, live.use = values, as_of, use
    live.score = live.band = live.total = None
    live.groups, live.answers = [], {SCORE: {}}
    live.waiting = set(chain.edition.rules)
    live.ready.extend(id_ for id_ in chain.edition.rules if not chain.feeds[id_])
    if not live.waiting:
        add_up(chain, live)
    go_on(chain, live)


def go_on(chain: Chain, live: Following) -> None:
    """Asks the rules whose inputs are there; when all rules have reported, the score."""
    while live.ready:
        id_ = live.ready.popleft()
        one = chain.units[RULE + id_]
        placed = tuple(placing(live, thing, scale, {}) for thing, scale in one.scales.items())
        if live.placed.get(id_) == placed:
            report(chain, live, id_)
            continue
        live.placed[id_] = placed
        live.scans.pop(id_, None)
        if one.table is not None:
            put(live, one.table.number, at(live, one.table))
        elif one.conditions:
            ask(live, one.conditions[0][0])
        else:
            answered_rule(chain, live, id_, Mark(None, unknown=True))


def placing(live: Following, thing: Thing, scale: Scale, parts: Mapping[Part, bool | None]) -> int | None:
    """The index of a thing; None is unknown."""
    value = thing_value(thing, lambda subject: look(live, subject), parts)
    return None if value is None else index(scale, value)


def look(live: Following, subject: Subject | AsOf) -> Value | None:
    """The value of whatever a condition names, as far as it is known by now."""
    match subject:
        case MeasureRef(measure):
            return live.values[measure]
        case ConclusionRef(name):
            return live.conclusions[name]
        case ScoreRef():
            return live.score
        case BandRef():
            return live.band
        case AsOf():
            return live.as_of
        case _:
            return None


def at(live: Following, table: Table) -> dict[str, int]:
    """The place in a table, or nothing where it is unknown."""
    place = placing(live, table.thing, table.scale, {})
    return {} if place is None else {"at": place}


def ask(live: Following, question: Question) -> None:
    """Puts a question as a fact: the index of each thing that is known."""
    parts = live.parts.setdefault((question.unit, question.condition), {})
    placed = {name: placing(live, thing, scale, parts) for name, thing, scale in question.properties}
    put(live, question.number, {name: place for name, place in placed.items() if place is not None})


def put(live: Following, number: int, properties: Mapping[str, int]) -> None:
    """Leaves a question for the reading to ask."""
    live.asked.add(number)
    live.to_ask.append((number, dict(properties)))


def answer(chain: Chain, live: Following, number: int, said: Any) -> None:
    """An answer to a question, true, false or unknown (a table says its mark or band), and all that follows from it."""
    if number in live.asked:
        live.asked.remove(number)
        answered(chain, live, chain.numbered[number], said)
        go_on(chain, live)


def is_done(chain: Chain, live: Following) -> bool:
    """Whether every rule has reported and every trigger of the use is answered."""
    name = USE + live.use
    return not live.waiting and len(live.answers.get(name, ())) == len(chain.units[name].conditions)


def answered(chain: Chain, live: Following, asked: Question | Table, said: Any) -> None:
    """What follows from an answer: the next part, the next case, or what the unit is for."""
    name = asked.unit
    if isinstance(asked, Table):
        mark = asked.unknown if said is None else said
        if name == BAND:
            live.band = mark
            ask_use(chain, live)
        else:
            answered_rule(chain, live, name.removeprefix(RULE), mark)
        return
    conditions = chain.units[name].conditions
    if asked.part is not None:
        live.parts[name, asked.condition][asked.part] = said
        ask(live, conditions[asked.condition][asked.part.number + 1])
        return
    live.parts.pop((name, asked.condition), None)
    if not name.startswith(RULE):
        live.answers[name][asked.condition] = said
        if name == SCORE and len(live.answers[name]) == len(conditions):
            settle(chain, live)
    elif said is not False:
        answered_rule(chain, live, name.removeprefix(RULE), Mark(asked.condition, unknown=said is None))
    elif asked.condition + 1 < len(conditions):
        ask(live, conditions[asked.condition + 1][0])
    else:
        answered_rule(chain, live, name.removeprefix(RULE), Mark(None, unknown=True))


def answered_rule(chain: Chain, live: Following, id_: str, mark: Mark) -> None:
    live.scans[id_] = mark
    report(chain, live, id_)


def report(chain: Chain, live: Following, id_: str) -> None:
    """A rule has its mark: its conclusions are there for the rules that read them."""
    rule, mark = chain.edition.rules[id_], live.scans[id_]
    worth = trace.worth_at(rule, mark)
    if worth is not None and isinstance(worth.points, Each) and live.values[worth.points.of] is None:
        mark = Mark(mark.case, unknown=True)
    live.outcomes[id_] = outcome(rule, mark, live.values)
    for conclusion in rule.conclusions:
        live.conclusions[conclusion.name] = concluded(rule, conclusion, mark)
    live.waiting.discard(id_)
    live.ready.extend(reader for reader in chain.readers[id_] if not chain.feeds[reader] & live.waiting)
    if not live.waiting:
        add_up(chain, live)


def add_up(chain: Chain, live: Following) -> None:
    """All rules have reported: their points are added, and it is asked whether there is a score."""
    edition, score = chain.edition, chain.edition.score
    live.no_score = [
        NoScore(id_, live.outcomes[id_].no_score or {})
        for id_ in edition.rules
        if live.outcomes[id_].no_score is not None
    ]
    if score is None:
        live.no_score.append(NoScore(edition.about.id, NO_SCORE_POLICY))
        ask_use(chain, live)
        return
    live.groups, live.total = added(score, {id_: live.outcomes[id_].points for id_ in score.rules})
    if not score.no_score:
        settle(chain, live)
    for condition in chain.units[SCORE].conditions:
        ask(live, condition[0])


def settle(chain: Chain, live: Following) -> None:
    """Holds the score to its range and asks for its band, unless there is none."""
    score = chain.edition.score
    assert score is not None, "only an edition with a score asks about it"
    answers = live.answers[SCORE]
    live.no_score += [NoScore(score.head.id, one.because) for n, one in enumerate(score.no_score) if answers[n] is True]
    if live.no_score:
        ask_use(chain, live)
        return
    live.score = max(score.least, min(score.greatest, live.total or 0))
    table = chain.units[BAND].table
    assert table is not None, "the bands are a table"
    put(live, table.number, at(live, table))


def ask_use(chain: Chain, live: Following) -> None:
    """Asks the triggers of the use; without a score only those that name `no_score`."""
    silent = chain.edition.score is not None and live.score is None
    name = USE + live.use
    triggers = chain.edition.uses[live.use].consequences
    live.answers[name] = {n: False for n, one in enumerate(triggers) if silent and not names_no_score(one.when)}
    for number, condition in enumerate(chain.units[name].conditions):
        if number not in live.answers[name]:
            ask(live, condition[0])


# --------------------------------------------------------------------------------------------------- the decision


def decision(edition: Edition, live: Following, steps: list[Step], kept: Kept, known_at: date | None) -> Decision:
    """What came of a turn, written down as `truth` writes it."""
    score, use = edition.score, edition.uses[live.use]
    conclusions = {
        conclusion.name: live.conclusions[conclusion.name]
        for rule in edition.rules.values()
        for conclusion in rule.conclusions
    }
    for id_, rule in edition.rules.items():
        found = live.outcomes[id_]
        steps.append(trace.rule_step(edition, rule, live.values, conclusions, found.mark, found.points))
    if score is not None:
        steps.append(trace.score_step(score, live.groups, None if live.no_score else live.total, live.score, live.band))
    answers = [live.answers[USE + live.use][number] for number in range(len(use.consequences))]
    steps.append(trace.use_step(use, answers))
    return Decision(
        rulebook=edition.about.id,
        edition=edition.from_.isoformat(),
        digest=edition.digest,
        log=edition.log,
        as_of=live.as_of,
        known_at=known_at,
        use=live.use,
        subject=kept.subject,
        score=live.score,
        no_score=tuple(live.no_score),
        band=live.band,
        points={id_: live.outcomes[id_].points for id_ in score.rules} if score else {},
        conclusions=conclusions,
        reasons=() if score is None or live.score is None else reasons(edition, score, live.outcomes),
        consequences=followed(use, answers),
        left_out=kept.left_out,
        trace=tuple(steps),
    )
