"""One person's record as its rows arrive: after each line what holds, what the score would be, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.admit import Kept, admit, read_day, shown
from engine.decision import Decision, Refusal, Refused
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.readings import session, truth
from engine.records import read_json

MOST_TURNS = 1_000
"""After so many lines the live session is begun anew: one that went on for ever would grow."""

A_LINE = '{"source": …, "row": {…}}, {"source": …, "facts": {…}}, {"contest": {…}} or {"as_of": "2027-01-31"}'


@dataclass(frozen=True, slots=True)
class Record:
    """What has arrived so far, and the day it is looked at."""

    as_of: date
    sources: Mapping[str, Any] = field(default_factory=dict)
    contested: tuple[Any, ...] = ()


def watch(edition: Edition, as_of: date, use: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What each line of JSON changes; a line that cannot be used yields its problems and changes nothing.

    The edition stays the one that was begun with, also when the clock moves on. Empty lines are passed over. What the
    edition refuses of any record (a part that is withheld, a use nobody declared) is told as line 0, and nothing else.
    """
    record = Record(as_of)
    before = evaluate_under(edition, {"sources": {}}, as_of=as_of, use=use, reading="truth")
    if isinstance(before, Refusal):
        yield {"line": 0, "problems": [problem(refused) for refused in before.refusals]}
        return
    with following(edition, use) as decide:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                after = extended(record, read_json(line))
                kept = admitted(edition, after)
                decision = decide(kept, after.as_of)
            except UnusableError as unusable:
                yield {"line": number, "problems": [problem(refused) for refused in unusable.refused]}
                continue
            yield {"line": number, **told(kept, decision), "changed": changed(before, decision)}
            record, before = after, decision


class UnusableError(Exception):
    """A line that changes nothing, and everything that is wrong with it."""

    def __init__(self, *refused: Refused) -> None:
        super().__init__(*refused)
        self.refused = refused


@contextmanager
def following(edition: Edition, use: str) -> Iterator[Callable[[Kept, date], Decision]]:
    """Decides about one record again and again, in a live session in which only what has moved is asked.

    `truth` answers for an edition that a session never takes.
    """
    try:
        opened = session.open_session(edition)
    except session.NeverError:
        yield lambda kept, as_of: truth.decide(edition, kept, as_of, use)
        return
    live = session.open_live(opened)

    def renew() -> None:
        nonlocal live
        session.close_live(opened, live)
        live = session.open_live(opened)

    def decide(kept: Kept, as_of: date) -> Decision:
        if live.turns >= MOST_TURNS:
            renew()
        try:
            return session.decide_live(opened, live, kept, as_of, use)
        except session.SessionError as error:
            renew()
            raise UnusableError(Refused("given-up", "", str(error))) from error

    try:
        yield decide
    finally:
        session.close_live(opened, live)


# ------------------------------------------------------------------------------------------------- what comes in


def extended(record: Record, line: Any) -> Record:
    """The record with what a line says; raises `UnusableError` for what is no such line."""
    if isinstance(line, Refused):
        raise UnusableError(line)
    keys = set(line) if isinstance(line, Mapping) else set()
    if keys == {"as_of"}:
        day = read_day(line["as_of"])
        if day is None:
            raise UnusableError(Refused("wrong-type", "/as_of", "`as_of` must be a date", help="like 2027-01-31"))
        if day < record.as_of:
            raise UnusableError(Refused("clock-back", "/as_of", "the clock only moves forward"))
        return replace(record, as_of=day)
    if keys == {"contest"}:
        return replace(record, contested=(*record.contested, line["contest"]))
    if keys in ({"source", "row"}, {"source", "facts"}) and isinstance(line["source"], str):
        name = line["source"]
        rows = record.sources.get(name)
        content = line["facts"] if "facts" in keys else [*(rows if isinstance(rows, list) else ()), line["row"]]
        return replace(record, sources={**record.sources, name: content})
    strange = sorted(shown(key) for key in keys - {"source", "row", "facts", "contest", "as_of"})
    sentence = f"a line has no `{strange[0]}`" if strange else "this is not a line that can be followed"
    raise UnusableError(Refused("not-a-line", "", sentence, help=f"a line is {A_LINE}"))


def admitted(edition: Edition, record: Record) -> Kept:
    """What of the record may be looked at; raises `UnusableError` with everything that is refused."""
    kept = admit(edition, {"sources": record.sources, "contested": list(record.contested)}, record.as_of)
    if isinstance(kept, list):
        raise UnusableError(*kept)
    return kept


def problem(refused: Refused) -> dict[str, Any]:
    """What is wrong with a line; `pointer` is the place it would have had in the record."""
    return {
        "code": refused.code,
        "pointer": refused.pointer,
        "sentence": refused.sentence,
        "help": refused.help,
        "exclusion": refused.exclusion,
    }


# -------------------------------------------------------------------------------------------------- what comes out


def told(kept: Kept, decision: Decision) -> dict[str, Any]:
    """How things stand: rows by their index in the order they came, rules with the case (from 0) that holds."""
    present: dict[str, Any] = {id_: [index for index, _ in rows] for id_, rows in kept.rows.items() if rows is not None}
    present |= {id_: True for id_, facts in kept.facts.items() if facts is not None}
    return {
        "as_of": decision.as_of.isoformat(),
        "kept": present,
        "left_out": [{"source": out.source, "row": out.row, "why": out.why} for out in decision.left_out],
        "rules": [{"rule": id_, **rule} for id_, rule in holding(decision).items()],
        "conclusions": dict(decision.conclusions),
        "score": decision.score,
        "no_score": [{"policy": why.policy, "because": dict(why.because)} for why in decision.no_score] or None,
        "band": decision.band,
        "consequences": [consequence.id for consequence in decision.consequences],
    }


def holding(decision: Decision) -> dict[str, dict[str, Any]]:
    """What each rule says now: how (`case`, `unknown` or `no_score`), by which case, and the points."""
    return {
        step.policy: {key: step.outcome[key] for key in ("how", "case", "points")}
        for step in decision.trace
        if step.step == "rule"
    }


def changed(before: Decision, after: Decision) -> dict[str, Any]:
    """What is not as it was: rules, conclusions, score and band with both values, consequences gained and lost."""
    was, now = holding(before), holding(after)
    by = None if before.score is None or after.score is None else after.score - before.score
    follows = [{one.id: None for one in decision.consequences} for decision in (before, after)]
    return {
        "rules": [{"rule": id_, "from": was[id_], "to": now[id_]} for id_ in now if was[id_] != now[id_]],
        "conclusions": {
            name: {"from": before.conclusions[name], "to": value}
            for name, value in after.conclusions.items()
            if before.conclusions[name] != value
        },
        "score": moved(before.score, after.score) and {**moved(before.score, after.score), "by": by},
        "band": moved(before.band, after.band),
        "consequences": {
            "gained": [id_ for id_ in follows[1] if id_ not in follows[0]],
            "lost": [id_ for id_ in follows[0] if id_ not in follows[1]],
        },
    }


def moved(before: Any, after: Any) -> Any:
    """Both values if they differ, else None.

    >>> moved(600, 640), moved("good", "good")
    ({'from': 600, 'to': 640}, None)
    """
    return None if before == after else {"from": before, "to": after}
