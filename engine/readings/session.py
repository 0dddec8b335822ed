"""One record, live, by forward chaining: an edition as rules of durable_rules, and what follows from facts.

What is known goes in as small facts of whole numbers: the index of the interval a value lies in (`engine.rails`), and
nothing where it is unknown. Each case of a rule is asked by a fact of its own. A durable rule that sees the case to be
surely true or surely false answers it, takes the fact back and asserts those that follow (`engine.chaining`): the next
case, the rules that read a conclusion, at last the score and the use. What no such rule answers, the last rule of all
answers: unknown.

Why it looks as it does (durable_rules 2.0.28, tried): an action must take exactly one argument. A fact must meet an
action, for to delete the state of a session that never had one ends the process; so every sheet has a rule for any
fact. Numbers are told in two digits, because a node has room for 512 tests. `$nex` hangs and `$or` acts twice; neither
is used. A ruleset takes 4,096 rules at most, and a session lays out memory for all of them, used or not; so the rules
are spread over sheets of a few hundred, and a record has a session only in those that it comes by.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any

from durable.engine import Ruleset, durable_rules_engine

from engine import trace
from engine.admit import Kept
from engine.chaining import Chain, Following, answer, begin, chain, decision, is_done
from engine.decision import Decision
from engine.ir import Edition, Value
from engine.measures import measured
from engine.outcome import Values
from engine.questions import Question, Table
from engine.rails import single_tests

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

    `home` names the sheet that holds a question, or a block of places of a table.
    """

    edition: Edition
    chain: Chain
    sheets: list[Any] = field(default_factory=list)
    home: dict[tuple[int, int], int] = field(default_factory=dict)
    lives: dict[str, Live] = field(default_factory=dict)
    opened: int = 0
    seconds: float = SECONDS
    lock: Lock = field(default_factory=Lock)


@dataclass(slots=True)
class Live:
    """A record while it is looked at, for one or more turns.

    `sheet` is the one whose rules act just now; `acted` are all that ever did; `open` those with facts to look at.
    """

    sid: str
    following: Following = field(default_factory=Following)
    turns: int = 0
    until: float = 0.0
    sheet: int | None = None
    acted: set[int] = field(default_factory=set)
    open: dict[int, Any] = field(default_factory=dict)
    failure: Exception | None = None


def open_session(edition: Edition) -> Session:
    """The edition as durable rules, to be kept; raises `NeverError` for what this reading never does."""
    if sum(len(rule.cases) for rule in edition.rules.values()) > MOST_RULES:  # a case is at least one durable rule
        raise NeverError(NEVER["edition-size"])
    session = Session(edition, chain(edition))
    definitions: list[dict[str, Any]] = [{}]
    for piece, rules in pieces(session):
        if len(definitions[-1]) + len(rules) > ROOM:
            definitions.append({})
        definitions[-1].update(rules)
        session.home[piece] = len(definitions) - 1
    if sum(map(len, definitions)) > MOST_RULES:
        raise NeverError(NEVER["edition-size"])
    for number, definition in enumerate(definitions):
        definition["unknown"] = durable_rule([{"$ex": {"q0": 1}}], action(session, None), last=True)
        sheet = Ruleset(f"{edition.about.id}/{number}", None, definition)
        weakref.finalize(session, durable_rules_engine.delete_ruleset, sheet._handle)  # noqa: SLF001  # no other way
        session.sheets.append(sheet)
    return session


# ------------------------------------------------------------------------------------------------- the durable rules


def pieces(session: Session) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """The durable rules of each question and of each block of a table, which stay together."""
    for asked in session.chain.numbered:
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
    for said, ways in ((True, asked.rails.true), (False, asked.rails.false)):
        for number, way in enumerate(ways):
            inside = [
                {names[thing]: at} if test == "$eq" else {test: {names[thing]: at}}
                for thing, test, at in single_tests(way, scale)
            ]
            name = f"{asked.unit}/{asked.number} is {str(said).lower()} {number}"
            found[name] = durable_rule([*equal("q", asked.number), *inside], action(session, said))
    return found


def table_rules(session: Session, table: Table, start: int) -> dict[str, Any]:
    """A durable rule for each place of a block of a table."""
    return {
        f"{table.unit}/{table.number} is at {place}": durable_rule(
            [*equal("q", table.number), *equal("at", place)], action(session, mark)
        )
        for place, mark in enumerate(table.marks[start : start + BASE], start)
    }


def equal(name: str, number: int) -> list[dict[str, int]]:
    return [{digit: value} for digit, value in digits(name, number).items()]


def digits(name: str, number: int) -> dict[str, int]:
    """A number as two properties.

    >>> digits("q", 258)
    {'q1': 1, 'q0': 2}
    """
    return {f"{name}1": number // BASE, f"{name}0": number % BASE}


def durable_rule(together: list[Any], run: Callable[[Any], None], *, last: bool = False) -> dict[str, Any]:
    """A rule about one fact; the last comes after all others."""
    return {"all": [{"m": {"$and": together}}], "run": run, "pri": 2 if last else 1}


def action(session: Session, said: Any) -> Callable[[Any], None]:
    """What durable_rules calls to answer the question of a fact: true, false, unknown, or what a table says there.

    The fact is taken back, and those that follow are asserted. A failure ends the record.
    """
    here = weakref.ref(session)

    def act(closure: Any) -> None:
        found = here()
        live = None if found is None else found.lives.get(closure.s.sid)
        if found is None or live is None or live.sheet is None:
            return
        live.acted.add(live.sheet)
        if live.failure is not None:
            return
        try:
            in_time(found, live)
            fact = dict(closure.m.items())
            closure.retract_fact(fact)
            answer(found.chain, live.following, fact["q1"] * BASE + fact["q0"], said)
            put_all(found, live)
        except Exception as failure:  # noqa: BLE001  # durable_rules would swallow it
            live.failure = failure

    return act


def in_time(session: Session, live: Live) -> None:
    if monotonic() > live.until:
        raise SessionError(f"the record took more than {session.seconds:g} seconds")


def put_all(session: Session, live: Live) -> None:
    """Asserts the facts of the questions that come next; a sheet other than the one at work is looked at afterwards."""
    while live.following.to_ask:
        number, places = live.following.to_ask.popleft()
        at = digits("at", places["at"]) if "at" in places else {}
        sheet = session.home[number, at.get("at1", 0)]
        fact = {"sid": live.sid, **digits("q", number), **(at or places)}
        handle = session.sheets[sheet].assert_fact(fact)
        if sheet != live.sheet:
            live.open[sheet] = handle


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
        return decision(session.edition, live.following, steps, Kept(None, {}, {}, ()), known_at)
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
    return decision(edition, live.following, steps, kept, known_at)


def turn(session: Session, live: Live, values: Values, as_of: date, use: str) -> None:
    """Lets everything follow from the measures; raises if it does not come to an end."""
    with session.lock:
        if live.failure is not None:
            raise SessionError("the record was given up before") from live.failure
        live.turns += 1
        live.until = monotonic() + session.seconds
        try:
            begin(session.chain, live.following, values, as_of, use)
            put_all(session, live)
        except Exception as failure:  # noqa: BLE001  # what is asserted already must still meet its action
            live.failure = failure
        ended: list[Any] = []
        while live.open:
            live.sheet, handle = live.open.popitem()
            session.sheets[live.sheet].do_actions(handle, lambda *error_and_state: ended.append(error_and_state))
        live.sheet = None
        live.failure = failed(session, live, ended)
        if live.failure is not None:
            raise SessionError(str(live.failure)) from live.failure


def failed(session: Session, live: Live, ended: Sequence[Any]) -> Exception | None:
    """What keeps a turn from being a decision: a failure here or in durable_rules, or a question left open."""
    if live.failure is not None:
        return live.failure
    for error, state in ended:
        found = error or (state or {}).get("exception")
        if found:
            return SessionError(f"durable_rules failed: {found}")
    if not is_done(session.chain, live.following):
        return SessionError("nothing more follows, and there is no decision")
    return None
