"""From measures to a score as Python text: rules in order, their sum held to its groups and its range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from engine.ir import AsOf, Boolean, ConclusionRef, Edition, MeasureRef, Rule, Score, Subject, Type, Value
from engine.outcome import concluded, outcome
from engine.readings.compiled.codes import Coding, coding, layout, mark_of
from engine.readings.compiled.conditions import Variables, true
from engine.readings.compiled.rules import Setting, write_rule
from engine.readings.compiled.script import Script, name, write


def write_scored(script: Script, edition: Edition, result: str) -> list[Coding]:
    """Writes `scored(given, as_of, found=None)`; `given` has measures by id, or with `found` as a tuple in order.

    It returns `result`, an expression over `as_of`, `values`, `marks` (the codes of the rules), `score` and `found`.
    """
    where = layout(edition)
    codings = [coding(edition, rule, where) for rule in edition.rules.values()]
    setting = _setting(edition)
    ids = tuple(edition.measures)
    _write_values(script, ids)
    for index, how in enumerate(codings):
        write_rule(script, how, setting, f"e{index}")
        _write_conclusions(script, how, setting.variables, f"(e{index} & {(1 << where.rank_at) - 1})")
    write(script, 1, f"marks = ({''.join(f'e{index}, ' for index in range(len(codings)))})")
    if edition.score is None:
        write(script, 1, "score = None")
    else:
        _write_sum(script, edition.score, codings, setting.variables)
    write(script, 1, f"return {result}")
    return codings


def _setting(edition: Edition) -> Setting:
    variables: dict[Subject | AsOf, tuple[str, bool]] = {AsOf(): ("as_of", False)}
    types: dict[Subject, Type] = {}
    for index, (id_, measure) in enumerate(edition.measures.items()):
        variables[MeasureRef(id_)], types[MeasureRef(id_)] = (f"m{index}", True), measure.type
    conclusions = [one for rule in edition.rules.values() for one in rule.conclusions]
    for index, conclusion in enumerate(conclusions):
        subject = ConclusionRef(conclusion.name)
        variables[subject], types[subject] = (f"c{index}", True), conclusion.codes or Boolean()
    return Setting(edition, variables, types)


def _write_values(script: Script, ids: tuple[str, ...]) -> None:
    """The values of the measures, from a mapping in which what is left out is unknown, or as they come."""
    get = itemgetter(*ids) if len(ids) > 1 else lambda given: tuple(given[id_] for id_ in ids)
    write(script, 0, "def scored(given, as_of, found=None):")
    write(script, 1, "if found is None:", "    try:", f"        values = {name(script, get)}(given)")
    write(script, 2, "except KeyError:", f"    values = tuple([given.get(id_) for id_ in {name(script, ids)}])")
    write(script, 1, "else:", "    values = given")
    if ids:
        write(script, 1, f"{''.join(f'm{index}, ' for index in range(len(ids)))} = values")


def _write_conclusions(script: Script, how: Coding, variables: Variables, end: str) -> None:
    """What a rule concludes, by the end of its scan."""
    for conclusion in how.rule.conclusions:
        given = [None, *(concluded(how.rule, conclusion, mark_of(how.rule, end)) for end in _ends(how.rule))]
        variable, _ = variables[ConclusionRef(conclusion.name)]
        write(script, 1, f"{variable} = {name(script, given)}[{end}]")


def _ends(rule: Rule) -> range:
    return range(1, 2 * len(rule.cases) + 2)


def _write_sum(script: Script, score: Score, codings: list[Coding], variables: Variables) -> None:
    """Base and the best of every rule, less what was lost; then groups, the range, and whether there is a score."""
    code_of = {how.rule.head.id: f"e{index}" for index, how in enumerate(codings)}
    best = {how.rule.head.id: how.best for how in codings}
    shift = codings[0].layout.lost_at if codings else 0
    write(script, 1, f"score = {score.base + sum(best[rule] for rule in score.rules)} - (sum(marks) >> {shift})")
    for group in score.groups:
        codes = " + ".join(code_of[rule] for rule in group.rules) or "0"
        write(script, 1, f"held = {sum(best[rule] for rule in group.rules)} - (({codes}) >> {shift})")
        floor = group.floor if group.cap is None or group.floor is None else min(group.floor, group.cap)
        if floor is not None:
            write(script, 1, f"if held < {floor}: score += {floor} - held")
        if group.cap is not None:
            write(script, 1, f"if held > {group.cap}: score += {group.cap} - held")
    write(script, 1, f"if score < {score.least}: score = {score.least}")
    write(script, 1, f"elif score > {score.greatest}: score = {score.greatest}")
    refusals = [(code_of[how.rule.head.id], _end_mask(how), name(script, ends)) for how, ends in _refusals(codings)]
    refusing = [
        *(f"{code} & {mask} in {ends}" for code, mask, ends in refusals),
        *(true(script, when.when, variables) for when in score.no_score),
    ]
    if refusing:
        write(script, 1, f"if {' or '.join(refusing)}: score = None")


def _end_mask(how: Coding) -> int:
    return (1 << how.layout.rank_at) - 1


def _refusals(codings: list[Coding]) -> Iterator[tuple[Coding, frozenset[int]]]:
    """The ends that refuse to score, of each rule that can."""
    for how in codings:
        values: Mapping[str, Value | None] = _Unneeded()
        refusing = {end for end in _ends(how.rule) if outcome(how.rule, mark_of(how.rule, end), values).no_score}
        if refusing:
            yield how, frozenset(refusing)


class _Unneeded(dict[str, Any]):
    """Measures that make no difference: whether a case refuses to score does not hang on them."""

    def __missing__(self, _: str) -> None:
        return None
