"""Version numbers that claim less than the edits say or the proof finds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import perf_counter
from typing import Literal

from engine.editions import changes, in_force, starts, version_of
from engine.edits import Edit, Graded, PolicyRemoved
from engine.ir import About, Edition, Policy
from engine.load import Document, Shelf
from engine.parse import parse_about, parse_edition
from engine.parse.edition import Memo
from engine.problem import Grade, Problem, Where
from engine.proofs import Against, against
from engine.proved import Pair
from engine.readings import change, prose
from engine.weaker import narrowing, weaker

Claim = Literal["patch", "minor", "major"]

SECONDS = 20.0
"""For one question. All of them together have three times as long; what is left then is said to be not decided."""

MOST_SAID = 3
"""So many edits are told that make a number claim too little."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step from one version of a policy to the next, and what its number claims."""

    old: Document
    new: Document
    claim: Claim


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds for one question, and when the time for all of them is over (by `perf_counter`)."""

    seconds: float
    until: float


@dataclass(frozen=True, slots=True)
class Day:
    """What changes on a day: the documents and the editions before and after, and the steps between them."""

    on: date
    documents: Sequence[Document]
    before: Edition
    after: Edition
    steps: Sequence[Step]


def overclaims(shelf: Shelf, seconds: float = SECONDS, new: AbstractSet[str] | None = None) -> list[Problem]:
    """Every version number of a rulebook without errors that claims too little, with the edit or a person.

    What changes on one day is proved together, because that is what happens to people. Only where it is more than
    some number claims, each policy is looked at alone. Drafts are held to their numbers as well: people comment
    on them. With `new`, the files of some versions, only the numbers of those are asked about.
    """
    about, _ = parse_about(shelf.about)
    clock = Clock(seconds, perf_counter() + 3 * seconds)
    problems: list[Problem] = []
    days = () if about is None else (*_days(about, shelf.policies), *_days(about, shelf.policies, shelf.drafts))
    for day in days:
        if new is not None and not any(step.new.file in new for step in day.steps):
            continue
        said = list(_weaker(day))
        problems += said
        problems += _worse(_without(day, {one.where for one in said if one.grade is Grade.ERROR}), clock)
    return [one for one in problems if new is None or (one.where is not None and one.where.file in new)]


def _days(about: About, policies: Sequence[Document], drafts: Sequence[Document] | None = None) -> Iterator[Day]:
    """The days on which a number claims less than major: a number of a draft, if there are drafts to ask about."""
    memo: Memo = {}
    files = {draft.file for draft in drafts or ()}
    policies = (*policies, *(drafts or ()))
    for on in changes(policies) if drafts is None or drafts else ():
        before, after = in_force(policies, on - timedelta(days=1)), in_force(policies, on)
        repeals = [one for one in policies if starts(one) == on and one.data["change"]["kind"] == "repeal"]
        steps = [one for one in _steps(before, (*after, *repeals)) if drafts is None or one.new.file in files]
        if all(step.claim == "major" for step in steps):
            continue
        a, b = (parse_edition(about, documents, on, memo=memo)[0] for documents in (before, after))
        if a is not None and b is not None:
            yield Day(on, before, a, b, steps)


def _without(day: Day, refused: AbstractSet[Where | None]) -> Day:
    """The day with what remains to be asked of numbers that were refused already: whether anybody is worse off."""
    steps = [
        replace(step, claim="minor") if step.claim == "patch" and _place(step) in refused else step
        for step in day.steps
    ]
    return replace(day, steps=steps)


def claimed(old: str, new: str) -> Claim:
    """What the step from one version number to another claims.

    >>> claimed("1.0.0", "1.0.1"), claimed("1.9.3", "1.10.0"), claimed("1.10.0", "2.0.0")
    ('patch', 'minor', 'major')
    """
    one, two = ([int(part) for part in number.split(".")] for number in (old, new))
    return "major" if one[0] != two[0] else "minor" if one[1] != two[1] else "patch"


def _steps(before: Sequence[Document], after: Sequence[Document]) -> Iterator[Step]:
    """The policies of which another version is in force; a number that falls is told elsewhere."""
    old = {(one.data["kind"], one.data["id"]): one for one in before}
    for new in after:
        was = old.get((new.data["kind"], new.data["id"]))
        if was is not None and version_of(was) < version_of(new):
            yield Step(was, new, claimed(was.data["version"], new.data["version"]))


# ---------------------------------------------------------------------------------- what protects less by what it says


def _weaker(day: Day) -> Iterator[Problem]:
    """Policies that protect less by what they say, whatever the score does, without a major number."""
    old, new = change.policies(day.before), change.policies(day.after)
    for step in day.steps:
        if step.claim == "major":
            continue
        edits = _edits(_policy(old, step.old), new, step)
        found = weaker(day.before, day.after, edits)
        if found.surely:
            because = prose.because(found.surely[0].because, "en")
            words = because[0].lower() + because[1:].rstrip(".")
            yield _problem(step, "major", words, f"{_major(step)}. {_told(day, found.surely)}")
        elif found.perhaps:
            because = prose.because(found.perhaps[0].because, "en")
            yield _open(step, f"only people can weigh it: {because} {_told(day, found.perhaps)}")
        narrowed = change.graded(day.before, day.after, narrowing(edits))
        if narrowed and not found.surely and step.claim == "patch":
            words = "records that were taken are refused"
            yield _problem(step, "minor", words, f"{_minor(step)}. {_told(day, narrowed)}")


def _edits(was: Policy, policies: Mapping[str, Mapping[str, Policy]], step: Step) -> tuple[Edit, ...]:
    """What a step changes in its policy; a repeal takes it away."""
    kind, id_ = f"{was.head.kind}s", was.head.id
    if step.new.data["change"]["kind"] == "repeal":
        return (PolicyRemoved((kind, id_), 0, was),)
    return change.policy_edits(was, policies[kind][id_])


def _policy(policies: Mapping[str, Mapping[str, Policy]], document: Document) -> Policy:
    return policies[f"{document.data['kind']}s"][document.data["id"]]


def _told(day: Day, some: Sequence[Graded]) -> str:
    """Edits in words."""
    return " ".join(prose.edit(day.before, day.after, one.edit, "en") for one in some[:MOST_SAID])


# ---------------------------------------------------------------------------------------------- what happens to people


def _worse(day: Day, clock: Clock) -> Iterator[Problem]:
    """Numbers that claim less than happens to the score, the band or what follows, with somebody to whom it does."""
    a, b, steps = day.before, day.after, day.steps
    if b.score is None and not b.uses:
        return
    least: Literal["patch", "minor"] = "patch" if any(step.claim == "patch" for step in steps) else "minor"
    found = _against(a, b, least, clock, day.on)
    if found is None:
        return
    if len(steps) == 1:
        yield _said(steps[0], found, a, b, clock, day.on)
        return
    apart: list[Step] = []
    problems: list[Problem] = []
    for step in steps:
        if step.claim == "major":
            continue
        gone = step.new.data["change"]["kind"] == "repeal"
        documents = [step.new if one is step.old else one for one in day.documents if one is not step.old or not gone]
        alone = parse_edition(a.about, documents, day.on)[0]
        if alone is None:
            apart.append(step)
            continue
        own = _against(a, alone, step.claim, clock, day.on)
        if own is not None:
            problems += [_said(step, own, a, alone, clock, day.on)]
    yield from problems
    enough = {step.claim for step in steps} - {"patch"}
    if not problems and "major" not in enough:
        for step in apart:
            if step.claim == "patch" and enough:
                continue
            joint = _against(a, b, "minor" if step.claim == "minor" else "patch", clock, day.on)
            if joint is not None:
                yield _said(step, joint, a, b, clock, day.on)


def _against(a: Edition, b: Edition, claim: Literal["patch", "minor"], clock: Clock, on: date) -> Against | None:
    if perf_counter() >= clock.until:
        return Against(None, ())
    return against(a, b, claim, clock.seconds, on, clock.until)


def _said(step: Step, found: Against, a: Edition, b: Edition, clock: Clock, on: date) -> Problem:
    """That a number claims too little, or that nobody knows."""
    if found.effect is None or found.effect.people is None:
        names = ", ".join(f"`{one.id}` ({one.why})" for one in found.left_out)
        if names:
            return _open(step, f"the proof leaves out {names}")
        return _open(step, f"no answer in {clock.seconds:g} s, or in {3 * clock.seconds:g} s for all versions together")
    person = _person(a, b, found.effect.people)
    if found.effect.worse:
        return _problem(step, "major", "somebody is worse off", f"{_major(step)}. {person}")
    worse = _against(a, b, "minor", clock, on)
    if worse is not None and worse.effect is not None and worse.effect.people is not None:
        person = _person(a, b, worse.effect.people)
        return _problem(step, "major", "somebody is worse off", f"{_major(step)}. {person}")
    words = "somebody gets a different result"
    doubt = "" if worse is None else f" or, if anybody is worse off, {_next(step)}"
    return _problem(step, "minor", words, f"{_minor(step)}{doubt}. {person}")


def _open(step: Step, why: str) -> Problem:
    """That nobody knows whether a number claims enough: a note, and never a pass."""
    return Problem(
        "claim-undecided",
        f"whether version {step.new.data['version']} is a {step.claim} change was not decided",
        _place(step),
        help=why,
        grade=Grade.WARNING,
        facts={"version": step.new.data["version"], "claim": step.claim},
    )


def _problem(step: Step, needed: Claim, words: str, help_: str) -> Problem:
    version, old = step.new.data["version"], step.old.data["version"]
    promise = "nobody gets a different result" if step.claim == "patch" else "nobody is worse off"
    return Problem(
        "claims-less",
        f"version {version} after {old} says that {promise}, but {words}",
        _place(step),
        help=help_,
        also=((step.old.places.get(("version",), Where(step.old.file)), f"version {old}"),),
        facts={"version": version, "claim": step.claim, "needed": needed},
    )


def _place(step: Step) -> Where:
    return step.new.places.get(("version",), Where(step.new.file))


def _next(step: Step) -> str:
    return f"{int(step.old.data['version'].split('.')[0]) + 1}.0.0"


def _minor(step: Step) -> str:
    old = step.old.data["version"].split(".")
    return f"call it {old[0]}.{int(old[1]) + 1}.0"


def _major(step: Step) -> str:
    return f"call it {_next(step)}"


def _person(a: Edition, b: Edition, people: Pair) -> str:
    """The person in words, and their record as it can be evaluated."""
    record = json.dumps(people.before.record, ensure_ascii=False, default=float)
    return f"Example: {prose.pair(a, b, people, 'en')} Their record: {record}"
