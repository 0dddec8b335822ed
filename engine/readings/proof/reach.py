"""Within one edition: how far the score and its groups go, which cases and bands are reached, gaps and overlaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3

from engine.ir import Rule
from engine.readings.proof.logic import Truth, any_of, negated
from engine.readings.proof.results import Answer, CaseReach, Ends, Hole, Reach, Reached
from engine.readings.proof.rules import Ruled
from engine.readings.proof.scoring import Summed, View
from engine.readings.proof.showing import Stage, shown
from engine.readings.proof.solving import Far, Search, Undecided, ask, farthest, truth_in


def answered(found: Search, where: Truth) -> Answer:
    """Whether something is true of anybody."""
    model = ask(found, [where])
    return "no" if model is None else "undecided" if isinstance(model, Undecided) else "yes"


def ends(stage: Stage, summed: Summed, where: Truth, *, people: bool) -> Ends:
    """The least and the most of a sum where something is true, with somebody at each end if asked for."""
    return Ends(
        _end(stage, summed, where, most=False, people=people), _end(stage, summed, where, most=True, people=people)
    )


def _end(stage: Stage, summed: Summed, where: Truth, *, most: bool, people: bool) -> Reached:
    if summed.least == summed.most:
        model = ask(stage.found, [where])
        far: Far | Undecided | None = Far(summed.most, model) if isinstance(model, z3.ModelRef) else model
    else:
        far = farthest(stage.found, summed.value, summed.most if most else summed.least, [where], most=most)
    if not isinstance(far, Far):
        return far
    if not people:
        return Reach(far.value, None)
    found = shown(stage, [where, summed.value == far.value], far.model)
    return Reach(far.value, found[0]) if isinstance(found, tuple) else found


def cases(found: Search, view: View) -> tuple[CaseReach, ...]:
    """Which cases can win, and where a rule can be unknown. One person answers for a case of every rule."""
    open_: dict[tuple[str, int | None], Truth] = {}
    for id_, rule in view.rules.items():
        open_ |= {(id_, index): win for index, win in enumerate(rule.wins)} | {(id_, None): rule.unknown}
    reached: dict[tuple[str, int | None], Answer] = dict.fromkeys(open_, "no")
    left = {key: where for key, where in open_.items() if where is not False}
    while left:
        model = ask(found, [any_of(left.values())])
        if not isinstance(model, z3.ModelRef):
            if model is not None:
                reached.update(dict.fromkeys(left, "undecided"))
            break
        here = [key for key, where in left.items() if truth_in(model, where)]
        reached.update(dict.fromkeys(here, "yes"))
        for key in here:
            del left[key]
    return tuple(CaseReach(rule, case, answer) for (rule, case), answer in reached.items())


def gaps(stage: Stage, rules: Mapping[str, Rule], view: View) -> Iterator[Hole]:
    """Rules with a person for whom every case is false."""
    for id_, rule in view.rules.items():
        if rules[id_].cases:
            yield from _hole(stage, id_, (), rule.gap)


def overlaps(stage: Stage, rules: Mapping[str, Rule], view: View) -> Iterator[Hole]:
    """Tables with a person for whom two rows are true that are worth something different."""
    for id_, rule in view.rules.items():
        table = rules[id_].table
        if table is None:
            continue
        where = any_of(_twice(rules[id_], rule))
        model = ask(stage.found, [where])
        if isinstance(model, z3.ModelRef):
            both = tuple(index for index, true in enumerate(rule.true) if truth_in(model, true))
            yield from _hole(stage, id_, both, where)
        elif model is not None:
            yield Hole(id_, (), model)


def _twice(rule: Rule, ruled: Ruled) -> Iterator[Truth]:
    """Where a row is true although one before it was, that is worth something else."""
    for index, (case, true) in enumerate(zip(rule.cases, ruled.true, strict=True)):
        others = [
            one for before, one in zip(rule.cases[:index], ruled.true, strict=False) if before.worth != case.worth
        ]
        if others:
            earlier = any_of(others)
            yield False if earlier is False or true is False else z3.And(earlier, true)


def _hole(stage: Stage, id_: str, cases: tuple[int, ...], where: Truth) -> Iterator[Hole]:
    model = ask(stage.found, [where])
    if model is None:
        return
    if isinstance(model, Undecided):
        yield Hole(id_, cases, model)
        return
    people = shown(stage, [where], model)
    yield Hole(id_, cases, people[0] if isinstance(people, tuple) else people)


def unscored(found: Search, view: View) -> Answer:
    """Whether anybody can be left without a score."""
    return answered(found, negated(view.scored))

