"""One record, live, by forward chaining: an edition as rules of durable_rules, and what follows from facts.

What is known goes in as small facts of whole numbers: the index of the interval a value lies in (`engine.rails`), and
nothing where it is unknown. Each case of a rule is asked by a fact of its own. A durable rule that sees the case to be
surely true or surely false answers, takes the fact back and lets the next ones follow: the next case, the rules that
read a conclusion, at last the score and the use. A fact that no such rule answers is answered by the last rule of all:
unknown.

What is kept from durable_rules, and why (tried, version 2.0.28):
an action must take exactly one argument; each session starts with an action, because deleting the state of one that
never had any ends the process; numbers of questions and places in a table are told as two digits to the base 256,
because a node has room for 512 tests; nothing is tested with `$nex` or `$or`. A ruleset takes 4,096 rules at most, and
a session lays out memory for all of them, used or not: so rules are spread over sheets of a few hundred, and a record
has a session only in those that it comes by.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any

from durable.engine import Ruleset, durable_rules_engine

from engine import trace
from engine.admit import Kept
from engine.consequences import followed, names_no_score
from engine.decision import Decision, NoScore, Step
from engine.ir import AsOf, BandRef, ConclusionRef, Each, Edition, MeasureRef, ScoreRef, Subject, Value
from engine.measures import measured
from engine.outcome import NO_SCORE_POLICY, Outcome, Values, added, concluded, outcome, reasons
from engine.questions import BAND, RULE, SCORE, USE, Question, Table, Unit, units
from engine.rails import Part, Scale, Thing, index, single_tests, thing_value
from engine.trace import Mark

MOST_RULES = 50_000
"""An edition may become so many durable rules."""

ROOM = 512
"""A sheet, which is one ruleset of durable_rules, has room for so many."""

BASE = 256
"""Numbers are told in digits to this base; a block of a table has so many places."""

SECONDS = 10.0
"""A record that takes longer is given up, without a decision."""

NEVER: Mapping[str, str] = {
    "edition-size": f"an edition that comes to more than {MOST_RULES} durable rules would take too long to load",
}
"""What this reading does not do, and why. Another reading answers such an edition."""


class SessionError(Exception):
    """The record was given up, and there is no decision, not even in part."""


class NeverError(SessionError):
    """The edition needs what this reading never does (`NEVER`)."""


@dataclass(slots=True, weakref_slot=True)
class Session:
    """An edition as durable rules; `lives` are the records it is looking at, by session id.

    `home` names the sheet that holds a question, or a block of 256 places of a table.
    """

    edition: Edition
    units: Mapping[str, Unit]
    numbered: Sequence[Question | Table]
    readers: Mapping[str, tuple[str, ...]]
    feeds: Mapping[str, frozenset[str]]
    lock: Lock = field(default_factory=Lock)
    lives: dict[str, Live] = field(default_factory=dict)
    opened: int = 0
    seconds: float = SECONDS
    sheets: list[Any] = field(default_factory=list)
    home: dict[tuple[int, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class Live:
    """A record while it is looked at. `scans` and `placed` outlast a turn: a rule is asked again only if moved.

    `sheet` is the one whose rules act just now, `acted` are all that ever did, `open` those with facts still to look at.
    """

    sid: str
    turn: int = 0
    sheet: int = 0
    acted: set[int] = field(default_factory=set)
    open: dict[int, Any] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    as_of: date = date.min
    use: str = ""
    until: float = 0.0
    placed: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    scans: dict[str, Mark] = field(default_factory=dict)
    conclusions: dict[str, bool | str | None] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    ready: deque[str] = field(default_factory=deque)
    parts: dict[tuple[str, int], dict[Part, bool | None]] = field(default_factory=dict)
    asked: dict[int, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[int, bool | None]] = field(default_factory=dict)
    no_score: list[NoScore] = field(default_factory=list)
    groups: list[Step] = field(default_factory=list)
    total: int | None = None
    score: int | None = None
    band: str | None = None
    failure: Exception | None = None


def open_session(edition: Edition) -> Session:
    """The edition as durable rules, to be kept; raises `NeverError` for what this reading never does."""
    named, numbered = units(edition)
    gives = {conclusion.name: id_ for id_, rule in edition.rules.items() for conclusion in rule.conclusions}
    feeds = {id_: frozenset(gives[name] for name in rule.reads_conclusions) for id_, rule in edition.rules.items()}
    readers = {id_: tuple(other for other in edition.rules if id_ in feeds[other]) for id_ in edition.rules}
    session = Session(edition, named, numbered, readers, feeds)
    definitions: list[dict[str, Any]] = [{"begin": durable_rule([{"$ex": {"begin": 1}}], action(session, begin))}]
    for piece, rules in pieces(session):
        if len(definitions[-1]) + len(rules) > ROOM:
            definitions.append({})
        definitions[-1].update(rules)
        session.home[piece] = len(definitions) - 1
    if sum(map(len, definitions)) > MOST_RULES:
        raise NeverError(NEVER["edition-size"])
    for number, definition in enumerate(definitions):
        definition["unknown"] = durable_rule([{"$ex": {"q0": 1}}], answering(session, None), last=True)
        sheet = Ruleset(f"{edition.about.id}/{number}", None, definition)
        weakref.finalize(session, durable_rules_engine.delete_ruleset, sheet._handle)  # noqa: SLF001  # no other way
        session.sheets.append(sheet)
    return session


# ------------------------------------------------------------------------------------------------- the durable rules


def pieces(session: Session) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """The durable rules of each question and of each block of a table, which stay together."""
    for asked in session.numbered:
        if isinstance(asked, Question):
            yield (asked.number, 0), question_rules(session, asked)
        else:
            for start in range(0, len(asked.marks), BASE):
                yield (asked.number, start // BASE), table_rules(session, asked, start)


def question_rules(session: Session, asked: Question) -> dict[str, Any]:
    """A durable rule for each alternative of the two rails."""
    names = {thing: name for name, thing, _ in asked.properties}
    scale = {thing: points for _, thing, points in asked.properties}
    found = {}
    for answer, ways in ((True, asked.rails.true), (False, asked.rails.false)):
        for number, way in enumerate(ways):
            inside = [
                {names[thing]: at} if test == "$eq" else {test: {names[thing]: at}}
                for thing, test, at in single_tests(way, scale)
            ]
            name = f"{asked.unit}/{asked.number} is {str(answer).lower()} {number}"
            found[name] = durable_rule([*equal("q", asked.number), *inside], answering(session, answer))
    return found


def table_rules(session: Session, table: Table, start: int) -> dict[str, Any]:
    """A durable rule for each place of a block of a table."""
    return {
        f"{table.unit}/{table.number} is at {place}": durable_rule(
            [*equal("q", table.number), *equal("at", place)], answering(session, mark)
        )
        for place, mark in enumerate(table.marks[start : start + BASE], start)
    }


def equal(name: str, number: int) -> list[dict[str, int]]:
    return [{digit: value} for digit, value in digits(name, number).items()]


def durable_rule(together: list[Any], run: Callable[[Any], None], *, last: bool = False) -> dict[str, Any]:
    return {"all": [{"m": {"$and": together}}], "run": run, "pri": 2 if last else 1}


def digits(name: str, number: int) -> dict[str, int]:
    """A number as two properties.

    >>> digits("q", 258)
    {'q1': 1, 'q0': 2}
    """
    return {f"{name}1": number // BASE, f"{name}0": number % BASE}


def action(session: Session, follow: Callable[[Session, Live, Any], None]) -> Callable[[Any], None]:
    """What durable_rules calls: takes the fact back and lets something follow; a failure ends the record."""
    here = weakref.ref(session)

    def act(closure: Any) -> None:
        found = here()
        live = None if found is None else found.lives.get(closure.s.sid)
        if found is None or live is None:
            return
        live.acted.add(live.sheet)
        if live.failure is not None:
            return
        try:
            in_time(found, live)
            fact = dict(closure.m.items())
            closure.retract_fact(dict(fact))
            follow(found, live, fact)
            go_on(found, live)
        except Exception as failure:  # noqa: BLE001  # durable_rules would swallow it
            live.failure = failure

    return act


def in_time(session: Session, live: Live) -> None:
    if monotonic() > live.until:
        raise SessionError(f"the record took more than {session.seconds:g} seconds")


def answering(session: Session, answer: Any) -> Callable[[Any], None]:
    """An action that gives one answer to the question of its fact."""

    def follow(session: Session, live: Live, fact: Any) -> None:
        number = fact["q1"] * BASE + fact["q0"]
        if live.asked.pop(number, None) is not None:
            answered(session, live, session.numbered[number], answer)

    return action(session, follow)


# ------------------------------------------------------------------------------------------------ what follows what


def begin(session: Session, live: Live, _: Any) -> None:
    """The rules that read no conclusion can be asked at once."""
    live.waiting = set(session.edition.rules)
    live.ready.extend(id_ for id_ in session.edition.rules if not session.feeds[id_])
    if not live.waiting:
        add_up(session, live)


def go_on(session: Session, live: Live) -> None:
    """Asks the rules whose inputs are there; when all rules have reported, the score."""
    while live.ready:
        id_ = live.ready.popleft()
        one = session.units[RULE + id_]
        placed = tuple(placing(live, thing, scale, {}) for thing, scale in one.scales.items())
        if live.placed.get(id_) == placed:
            report(session, live, id_)
            continue
        live.placed[id_] = placed
        live.scans.pop(id_, None)
        if one.table is not None:
            put(session, live, one.table.number, at(live, one.table))
        elif one.conditions:
            ask(session, live, one.conditions[0][0])
        else:
            answered_rule(session, live, id_, Mark(None, unknown=True))


def placing(live: Live, thing: Thing, scale: Scale, parts: Mapping[Part, bool | None]) -> int | None:
    """The index of a thing; None is unknown."""
    value = thing_value(thing, lambda subject: look(live, subject), parts)
    return None if value is None else index(scale, value)


def look(live: Live, subject: Subject | AsOf) -> Value | None:
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


def at(live: Live, table: Table) -> dict[str, int]:
    place = placing(live, table.thing, table.scale, {})
    return {} if place is None else digits("at", place)


def ask(session: Session, live: Live, question: Question) -> None:
    """Puts a question as a fact: the index of each thing that is known."""
    parts = live.parts.setdefault((question.unit, question.condition), {})
    placed = {name: placing(live, thing, scale, parts) for name, thing, scale in question.properties}
    put(session, live, question.number, {name: place for name, place in placed.items() if place is not None})


def put(session: Session, live: Live, number: int, properties: Mapping[str, int]) -> None:
    """Asserts the fact of a question; a sheet other than the one at work is looked at afterwards."""
    live.asked[number] = fact = {"sid": live.sid, **digits("q", number), **properties}
    sheet = session.home[number, properties.get("at1", 0)]
    handle = session.sheets[sheet].assert_fact(fact)
    if sheet != live.sheet:
        live.open[sheet] = handle


def answered(session: Session, live: Live, asked: Question | Table, answer: Any) -> None:
    """What follows from an answer: the next part, the next case, or what the unit is for."""
    name = asked.unit
    if isinstance(asked, Table):
        mark = asked.unknown if answer is None else answer
        if name == BAND:
            live.band = mark
            ask_use(session, live)
        else:
            answered_rule(session, live, name.removeprefix(RULE), mark)
        return
    conditions = session.units[name].conditions
    if asked.part is not None:
        live.parts[name, asked.condition][asked.part] = answer
        ask(session, live, conditions[asked.condition][asked.part.number + 1])
        return
    live.parts.pop((name, asked.condition), None)
    if not name.startswith(RULE):
        live.answers[name][asked.condition] = answer
        if name == SCORE and len(live.answers[name]) == len(conditions):
            settle(session, live)
    elif answer is not False:
        answered_rule(session, live, name.removeprefix(RULE), Mark(asked.condition, unknown=answer is None))
    elif asked.condition + 1 < len(conditions):
        ask(session, live, conditions[asked.condition + 1][0])
    else:
        answered_rule(session, live, name.removeprefix(RULE), Mark(None, unknown=True))


def answered_rule(session: Session, live: Live, id_: str, mark: Mark) -> None:
    live.scans[id_] = mark
    report(session, live, id_)


def report(session: Session, live: Live, id_: str) -> None:
    """A rule has its mark: its conclusions are there for the rules that read them."""
    rule, mark = session.edition.rules[id_], live.scans[id_]
    worth = trace.worth_at(rule, mark)
    if worth is not None and isinstance(worth.points, Each) and live.values[worth.points.of] is None:
        mark = Mark(mark.case, unknown=True)
    live.outcomes[id_] = outcome(rule, mark, live.values)
    for conclusion in rule.conclusions:
        live.conclusions[conclusion.name] = concluded(rule, conclusion, mark)
    live.waiting.discard(id_)
    live.ready.extend(reader for reader in session.readers[id_] if not session.feeds[reader] & live.waiting)
    if not live.waiting:
        add_up(session, live)


def add_up(session: Session, live: Live) -> None:
    """All rules have reported: their points are added, and it is asked whether there is a score."""
    edition, score = session.edition, session.edition.score
    live.no_score = [
        NoScore(id_, live.outcomes[id_].no_score or {})
        for id_ in edition.rules
        if live.outcomes[id_].no_score is not None
    ]
    if score is None:
        live.no_score.append(NoScore(edition.about.id, NO_SCORE_POLICY))
        ask_use(session, live)
        return
    live.groups, live.total = added(score, {id_: live.outcomes[id_].points for id_ in score.rules})
    if not score.no_score:
        settle(session, live)
    for condition in session.units[SCORE].conditions:
        ask(session, live, condition[0])


def settle(session: Session, live: Live) -> None:
    """Holds the score to its range and asks for its band, unless there is none."""
    score = session.edition.score
    assert score is not None, "only an edition with a score asks about it"
    answers = live.answers[SCORE]
    live.no_score += [NoScore(score.head.id, one.because) for n, one in enumerate(score.no_score) if answers[n] is True]
    if live.no_score:
        ask_use(session, live)
        return
    live.score = max(score.least, min(score.greatest, live.total or 0))
    table = session.units[BAND].table
    assert table is not None, "the bands are a table"
    put(session, live, table.number, at(live, table))


def ask_use(session: Session, live: Live) -> None:
    """Asks the triggers of the use; without a score only those that name `no_score`."""
    silent = session.edition.score is not None and live.score is None
    name = USE + live.use
    triggers = session.edition.uses[live.use].consequences
    live.answers[name] = {n: False for n, one in enumerate(triggers) if silent and not names_no_score(one.when)}
    for number, condition in enumerate(session.units[name].conditions):
        if number not in live.answers[name]:
            ask(session, live, condition[0])


# ---------------------------------------------------------------------------------------------------- the decision


def decide(session: Session, kept: Kept, as_of: date, use: str, known_at: date | None = None) -> Decision:
    """The decision about a record, as `truth` gives it."""
    live = open_live(session)
    try:
        return decide_live(session, live, kept, as_of, use, known_at)
    finally:
        close_live(session, live)


def decide_given(session: Session, values: Values, as_of: date, use: str, known_at: date | None = None) -> Decision:
    """The decision when the measures are given and there are no rows; a measure left out is unknown."""
    measures = session.edition.measures
    complete = {id_: values.get(id_) for id_ in measures}
    steps = [trace.given_step(measure, complete[id_]) for id_, measure in measures.items()]
    live = open_live(session)
    try:
        turn(session, live, complete, as_of, use)
        return decision(session.edition, live, steps, Kept(None, {}, {}, ()), known_at)
    finally:
        close_live(session, live)


def open_live(session: Session) -> Live:
    """A record that is going to be looked at, perhaps more than once; close it in the end."""
    with session.lock:
        session.opened += 1
        live = Live(str(session.opened))
        session.lives[live.sid] = live
        return live


def close_live(session: Session, live: Live) -> None:
    """Forgets everything about a record."""
    with session.lock:
        session.lives.pop(live.sid, None)
        while live.acted:
            session.sheets[live.acted.pop()].delete_state(live.sid)


def decide_live(
    session: Session, live: Live, kept: Kept, as_of: date, use: str, known_at: date | None = None
) -> Decision:
    """The decision about a record as it is now: only rules whose inputs have moved since the last turn are asked."""
    edition = session.edition
    values: dict[str, Value | None] = {}
    steps = [trace.source_step(source, kept) for source in edition.sources.values()]
    for id_, measure in edition.measures.items():
        values[id_], inputs = measured(edition, measure, kept, as_of, values)
        steps.append(trace.measure_step(measure, inputs, values[id_]))
    turn(session, live, values, as_of, use)
    return decision(edition, live, steps, kept, known_at)


def turn(session: Session, live: Live, values: Values, as_of: date, use: str) -> None:
    """Lets everything follow from the measures; raises if it does not come to an end."""
    with session.lock:
        if live.failure is not None:
            raise SessionError("the record was given up before") from live.failure
        live.turn += 1
        live.values, live.as_of, live.use = values, as_of, use
        live.until = monotonic() + session.seconds
        live.score = live.band = live.total = None
        live.groups, live.answers = [], {SCORE: {}}
        live.sheet = 0
        live.open = {0: session.sheets[0].assert_fact({"sid": live.sid, "begin": live.turn})}
        ended: list[Any] = []
        while live.open:
            live.sheet, handle = live.open.popitem()
            session.sheets[live.sheet].do_actions(handle, lambda *error_and_state: ended.append(error_and_state))
        live.failure = failed(session, live, ended)
        if live.failure is not None:
            raise SessionError(str(live.failure)) from live.failure


def failed(session: Session, live: Live, ended: Sequence[Any]) -> Exception | None:
    """What keeps a turn from being a decision: an action that failed, or something that was never answered."""
    error = next((found for error, state in ended if (found := error or (state or {}).get("exception"))), None)
    answers = live.answers.get(USE + live.use, {})
    triggers = session.units[USE + live.use].conditions
    if live.failure is None and (error or live.waiting or len(answers) < len(triggers)):
        return SessionError(f"nothing more follows, and there is no decision ({error})")
    return live.failure


def decision(edition: Edition, live: Live, steps: list[Step], kept: Kept, known_at: date | None) -> Decision:
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
