"""Version numbers that claim less than the proof finds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Literal

from engine.editions import changes, in_force, version_of
from engine.ir import About, Edition
from engine.load import Document, Shelf
from engine.parse import parse_about, parse_edition
from engine.problem import Grade, Problem, Where
from engine.proofs import Against, against, weakened
from engine.proved import Pair
from engine.readings import prose

Claim = Literal["patch", "minor", "major"]

SECONDS = 20.0
"""For one question. All of them together have three times as long; what is left then is said to be not decided."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step from one version of a policy to the next, and what its number claims."""

    old: Document
    new: Document
    claim: Claim


def overclaims(shelf: Shelf, seconds: float = SECONDS) -> list[Problem]:
    """Every version number of a rulebook without errors that claims less than the proof finds, with a person.

    What changes on one day is proved together, because that is what happens to people. Only where it is more than
    some number claims, each policy is looked at alone.
    """
    about, _ = parse_about(shelf.about)
    if about is None:
        return []
    problems: list[Problem] = []
    end = perf_counter() + 3 * seconds
    for day in changes(shelf.policies):
        before, after = in_force(shelf.policies, day - timedelta(days=1)), in_force(shelf.policies, day)
        steps = list(_steps(before, after))
        problems += _weaker(about, before, after, steps, day)
        left = min(seconds, end - perf_counter())
        problems += _worse(about, before, after, steps, day, left) if any(s.claim != "major" for s in steps) else []
    return problems


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


def _parsed(about: About, documents: Sequence[Document], day: date) -> Edition | None:
    return parse_edition(about, documents, day)[0] if documents else None


# ---------------------------------------------------------------------------------- what protects less by what it says


WEAKER = {
    "collected": ("source", "more is collected"),
    "kept-longer": ("source", "entries may be kept longer"),
    "exclusion-weakened": ("exclusion", "less is excluded"),
}


def _weaker(
    about: About, before: Sequence[Document], after: Sequence[Document], steps: Sequence[Step], day: date
) -> Iterator[Problem]:
    """Sources and exclusions that protect less by their own words, without a major number."""
    mine = [step for step in steps if step.claim != "major" and step.new.data["kind"] in ("source", "exclusion")]
    a, b = (_parsed(about, documents, day) if mine else None for documents in (before, after))
    if a is None or b is None:
        return
    reasons = list(weakened(a, b))
    for step in mine:
        for reason in reasons:
            why, _, what = reason.partition(":")
            kind, words = WEAKER[why]
            if (kind, what.partition(".")[0]) == (step.new.data["kind"], step.new.data["id"]):
                yield _problem(step, "major", words, _major(step))
                break


# ---------------------------------------------------------------------------------------------- what happens to people


def _worse(
    about: About,
    before: Sequence[Document],
    after: Sequence[Document],
    steps: Sequence[Step],
    day: date,
    seconds: float,
) -> Iterator[Problem]:
    a, b = _parsed(about, before, day), _parsed(about, after, day)
    if a is None or b is None or (b.score is None and not b.uses):
        return
    least: Literal["patch", "minor"] = "patch" if any(step.claim == "patch" for step in steps) else "minor"
    found = _against(a, b, least, seconds, day)
    if found is None:
        return
    apart: list[Step] = []
    problems: list[Problem] = []
    for step in steps:
        if step.claim == "major":
            continue
        alone = a if len(steps) == 1 else _parsed(about, [step.new if one is step.old else one for one in before], day)
        whole = b if len(steps) == 1 else alone
        if whole is None:
            apart.append(step)
            continue
        own = found if len(steps) == 1 else _against(a, whole, step.claim, seconds, day)
        if own is not None:
            problems += [_said(step, own, a, whole, seconds)]
    yield from problems
    enough = {step.claim for step in steps} - {"patch"}
    if not problems and "major" not in enough:
        for step in apart:
            if step.claim == "patch" and enough:
                continue
            joint = _against(a, b, "minor" if step.claim == "minor" else "patch", seconds, day)
            if joint is not None:
                yield _said(step, joint, a, b, seconds)


def _against(a: Edition, b: Edition, claim: Literal["patch", "minor"], seconds: float, day: date) -> Against | None:
    return against(a, b, claim, seconds, day) if seconds > 0 else Against(None, ())


def _said(step: Step, found: Against, a: Edition, b: Edition, seconds: float) -> Problem:
    """That a number claims too little, or that nobody knows."""
    if found.effect is None or found.effect.people is None:
        names = ", ".join(f"`{one.id}` ({one.why})" for one in found.left_out)
        return Problem(
            "claim-undecided",
            f"whether version {step.new.data['version']} is a {step.claim} change was not decided",
            _place(step),
            help=f"the proof leaves out {names}" if names else f"no answer in {max(seconds, 0):.0f} s",
            grade=Grade.WARNING,
            facts={"version": step.new.data["version"], "claim": step.claim},
        )
    person = _person(a, b, found.effect.people)
    if found.effect.worse:
        return _problem(step, "major", "somebody is worse off", f"{_major(step)}. {person}")
    words = "somebody gets a different result"
    old = step.old.data["version"].split(".")
    number = f"{old[0]}.{int(old[1]) + 1}.0"
    return _problem(step, "minor", words, f"call it {number} or, if anybody is worse off, {_next(step)}. {person}")


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


def _major(step: Step) -> str:
    return f"call it {_next(step)}"


def _person(a: Edition, b: Edition, people: Pair) -> str:
    """The person in words, and their record as it can be evaluated."""
    record = json.dumps(people.before.record, ensure_ascii=False, default=float)
    return f"{prose.before_after(a, b, people, 'en')} Their record: {record}"
