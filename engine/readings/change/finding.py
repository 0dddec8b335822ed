"""Two rulebooks, or two policies, to the edits that lead from the one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from engine.edits import CaseShifted, Edit, EditionChanged, Place, PolicyAdded, PolicyRemoved
from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Case,
    Compare,
    Condition,
    Constant,
    Edition,
    Known,
    NoScore,
    Not,
    OneOf,
    Operand,
    Policy,
)
from engine.places import mark, named, same
from engine.readings.change.effects import effects
from engine.readings.change.ways import WALKED, WAYS, Inside, Parts

KINDS = ("sources", "measures", "rules", "scores", "uses", "exclusions", "rights")
"""The first step of the place of a policy, in the order in which edits are told."""


def edits(old: Edition, new: Edition) -> tuple[Edit, ...]:
    """Everything that differs between two editions, in the order of their parts."""
    found: list[Edit] = []
    if (old.from_, old.digest) != (new.from_, new.digest):
        found.append(EditionChanged((), (old.from_, old.digest), (new.from_, new.digest)))
    found += _walk(old.about, new.about, ("about",))
    before, after = policies(old), policies(new)
    for kind in KINDS:
        way = Parts(PolicyAdded, PolicyRemoved, None)
        found += _parts(way, before[kind], after[kind], (kind,))
    return (*found, *effects(old, new, found))


def policy_edits(old: Policy, new: Policy) -> tuple[Edit, ...]:
    """Everything that differs between two versions of a policy, with places as in an edition."""
    return tuple(_walk(old, new, (f"{old.head.kind}s", old.head.id)))


def policies(edition: Edition) -> dict[str, Mapping[str, Policy]]:
    """The policies of an edition by the names of their folders."""
    score = edition.score
    return {
        "sources": edition.sources,
        "measures": edition.measures,
        "rules": edition.rules,
        "scores": {} if score is None else {score.head.id: score},
        "uses": edition.uses,
        "exclusions": edition.exclusions,
        "rights": edition.rights,
    }


def _walk(old: Any, new: Any, place: Place) -> Iterator[Edit]:
    """The edits of two nodes of one class, attribute by attribute."""
    for (node, name), way in _rows(type(old)):
        one, other = getattr(old, name), getattr(new, name)
        if same(one, other):
            continue
        here = (*place, name)
        match way:
            case Parts(whole=whole):
                lists = (tuple, Mapping)
                if isinstance(one, lists) and isinstance(other, lists):
                    yield from _parts(way, one, other, here)
                elif type(one) is type(other):
                    yield from _walk(one, other, here)
                else:
                    assert whole is not None, f"{node.__name__}.{name} is a list on both sides"
                    yield whole(here, one, other)
            case Inside(whole):
                if type(one) is type(other) and type(one) in WALKED:
                    yield from _walk(one, other, here)
                else:
                    assert whole is not None, f"{node.__name__}.{name} is of one class"
                    yield whole(here, one, other)
            case _:
                yield way(here, one, other)


def _rows(node: type) -> list[tuple[tuple[type, str], Any]]:
    return [(key, way) for key, way in WAYS.items() if key[0] is node]


def _parts(way: Parts, old: Any, new: Any, place: Place) -> Iterator[Edit]:
    """The edits of two lists: what is gone, what is new, what stands elsewhere, and what changed in what stayed."""
    before, after = _named(old), _named(new)
    at_before = {name: index for index, name in enumerate(before)}
    at_after = {name: index for index, name in enumerate(after)}
    gone = [name for name in before if name not in after]
    come = [name for name in after if name not in before]
    for one, other in _shifted(before, after, gone, come):
        yield CaseShifted(place, (at_before[one], at_after[other]), before[one], after[other])
        gone.remove(one)
        come.remove(other)
    for name in gone:
        yield way.removed((*place, name), at_before[name], before[name])
    for name in come:
        yield way.added((*place, name), at_after[name], after[name])
    stayed = tuple(name for name in before if name in after)
    order = tuple(name for name in after if name in before)
    if stayed != order and way.order is not None:
        yield way.order(place, stayed, order)
    for name in stayed:
        if same(before[name], after[name]):
            continue
        if way.item is not None:
            yield way.item((*place, name), before[name], after[name])
        else:
            yield from _walk(before[name], after[name], (*place, name))


def _named(parts: Any) -> Mapping[str, Any]:
    return parts if isinstance(parts, Mapping) else named(parts)


# ------------------------------------------------------------------------------------------------------- thresholds


def _shifted(
    before: Mapping[str, Any], after: Mapping[str, Any], gone: list[str], come: list[str]
) -> list[tuple[str, str]]:
    """Cases that went and came with the same worth and shape: the same tests, held against other values."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for name in come:
        if isinstance(after[name], Case):
            waiting[_shape(after[name])].append(name)
    cases = [name for name in gone if isinstance(before[name], Case)]
    others = [(name, waiting[_shape(before[name])]) for name in cases]
    return [(name, waits.pop(0)) for name, waits in others if waits]


def _shape(case: Case) -> str:
    """Everything a case says but the values it compares with."""
    return mark((shape(case.when), case.worth, case.text))


def shape(condition: Condition) -> Any:
    """A condition without the values it compares with."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return (type(condition).__name__, tuple(shape(part) for part in parts))
        case Not(part):
            return ("Not", shape(part))
        case Compare(subject, op, operand):
            return ("Compare", subject, op, _blank(operand))
        case Between(subject, least, greatest):
            return ("Between", subject, _blank(least), _blank(greatest))
        case OneOf(subject, _, negated=negated):
            return ("OneOf", subject, negated)
        case Always() | Known() | NoScore():
            return condition


def _blank(operand: Operand) -> Any:
    match operand:
        case Constant():
            return "a value"
        case AsOf():
            return "the day"
        case _:
            return operand
