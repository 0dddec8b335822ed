"""Within one edition: how far the score and its groups go, which cases and bands are reached, gaps and overlaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3

from engine.ir import Rule
from engine.proved import Answer, CaseReach, Ends, Hole, Reach, Reached, Undecided, Unshown
from engine.readings.proof.logic import Truth, any_of, negated
from engine.readings.proof.rules import Ruled
from engine.readings.proof.scoring import Summed, View
from engine.readings.proof.showing import Stage, shown
from engine.readings.proof.solving import Far, Search, ask, farthest, truth_in
from engine.readings.proof.world import loosened


def answered(found: Search, where: Truth) -> Answer:
    """Whether something is true of anybody."""
    model = ask(found, [where])
    return "no" if model is None else "undecided" if isinstance(model, Undecided) else happens(found)


def happens(found: Search) -> Answer:
    """What an answer of the solver is worth that nobody was run for."""
    return "undecided" if loosened(found.world) else "yes"


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
        return Unshown() if loosened(stage.world) else Reach(far.value, None)
    found = shown(stage, [where, summed.value == far.value], far.model)
    return Reach(far.value, found[0]) if isinstance(found, tuple) else found


def cases(found: Search, view: View) -> tuple[CaseReach, ...]:
    """Which cases can win, and where a rule can be unknown. One person answers for a case of every rule."""
    every: dict[tuple[str, int | None], Truth] = {}
    for id_, rule in view.rules.items():
        every |= {(id_, index): win for index, win in enumerate(rule.wins)} | {(id_, None): rule.unknown}
    answers: dict[tuple[str, int | None], Answer] = dict.fromkeys(every, "no")
    for one in found.world.unsaid:
        if one.kind == "rule":
            answers[one.id, None] = "undecided"
            every.pop((one.id, None), None)
    left = {key: where for key, where in every.items() if where is not False}
    while left:
        one_each = {rule: (rule, case) for rule, case in reversed(left)}
        todo = [list(one_each.values())]
        while todo:
            keys = [key for key in todo.pop() if key in left]
            model = ask(found, [left[key] for key in keys])
            if isinstance(model, z3.ModelRef):
                here = [key for key, where in left.items() if key in keys or truth_in(model, where)]
                answers.update(dict.fromkeys(here, happens(found)))
                left = {key: where for key, where in left.items() if key not in here}
            elif len(keys) > 1:
                half = len(keys) // 2
                todo += [keys[half:], keys[:half]]
            elif keys:
                answers[keys[0]] = "no" if model is None else "undecided"
                del left[keys[0]]
    return tuple(CaseReach(rule, case, answer) for (rule, case), answer in answers.items())


def gaps(stage: Stage, rules: Mapping[str, Rule], view: View) -> Iterator[Hole]:
    """Rules with a person for whom every case is false."""
    for id_, rule in view.rules.items():
        if rules[id_].cases and not left_open(rules[id_], rule):
            yield from _hole(stage, id_, (), rule.gap)


def overlaps(stage: Stage, rules: Mapping[str, Rule], view: View) -> Iterator[Hole]:
    """Tables with a person for whom two rows are true that are worth something different."""
    for id_, rule in view.rules.items():
        table = rules[id_].table
        if table is None or left_open(rules[id_], rule):
            continue
        where = any_of(_twice(rules[id_], rule))
        model = ask(stage.found, [where])
        if isinstance(model, z3.ModelRef):
            both = tuple(index for index, true in enumerate(rule.true) if truth_in(model, true))
            yield from _hole(stage, id_, both, where)
        elif model is not None:
            yield Hole(id_, (), model)


def left_open(rule: Rule, ruled: Ruled) -> bool:
    """Whether a rule has too many cases to be expressed: nothing is said of them."""
    return len(ruled.true) != len(rule.cases)


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
