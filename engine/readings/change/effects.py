"""Rules whose text is the same and whose effect is not, because what they look at has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from engine import edits as e
from engine.edits import Edit, EffectChanged
from engine.ir import Edition, Fact, FieldRef, Joined, Measure, MeasureRef, Rows, Rule, Span, Times

Name = tuple[str, str]
"""A policy by the name of its folder and its id."""

OF_ROWS = (
    e.RetentionChanged,
    e.RetentionClauseAdded,
    e.RetentionClauseRemoved,
    e.RetentionReordered,
    e.RowDateChanged,
)
"""Edits of a source that change which rows there are for every measure."""

OF_VALUES = (
    e.FieldAdded,
    e.FieldRemoved,
    e.TypeChanged,
    e.PlacesChanged,
    e.UnitChanged,
    e.BoundChanged,
    e.FutureChanged,
    e.OptionalChanged,
    e.ChoiceAdded,
    e.ChoiceRemoved,
)
"""Edits of an item of data that change what a measure of it can be."""

OF_MEASURES = (
    *OF_VALUES,
    e.BodyChanged,
    e.FoldChanged,
    e.RowsOfChanged,
    e.FieldOfChanged,
    e.WindowChanged,
    e.RowsChanged,
    e.RowsNeededChanged,
)
"""Edits of a measure that change what it is worked out to."""

OF_CONCLUSIONS = (
    e.CaseAdded,
    e.CaseRemoved,
    e.CaseShifted,
    e.CasesReordered,
    e.GivenChanged,
    e.ConclusionAdded,
    e.ConclusionRemoved,
    e.ChoiceAdded,
    e.ChoiceRemoved,
    e.TypeChanged,
)
"""Edits of a rule that change when it concludes something, or what."""

OF_WORDS = (
    e.Reworded,
    e.NoteChanged,
    e.VersionChanged,
    e.DigestChanged,
    e.StartChanged,
    e.EndChanged,
    e.LinkChanged,
    e.TranslationChanged,
    e.AuthorityAdded,
    e.AuthorityRemoved,
    e.AuthorityReplaced,
    e.ReferenceAdded,
    e.ReferenceRemoved,
    e.WithheldAdded,
    e.WithheldRemoved,
    e.CertaintyChanged,
    e.ExampleAdded,
    e.ExampleRemoved,
    e.EvidenceChanged,
    e.DirectionAdded,
    e.DirectionRemoved,
    e.DirectionTurned,
    e.ExceptionChanged,
    e.CategoryChanged,
)
"""Edits of a rule that leave what it decides as it is."""


@dataclass(frozen=True, slots=True)
class Chains:
    """What changed, and by whom each conclusion of an edition is given; `known` is what was found behind a policy."""

    edition: Edition
    by_policy: Mapping[Name, list[Edit]]
    moved: Mapping[str, set[Name]]
    givers: Mapping[str, Rule]
    known: dict[Name, set[Name]] = field(default_factory=dict)


def effects(old: Edition, new: Edition, edits: Iterable[Edit]) -> Iterator[EffectChanged]:
    """A rule for each that says the same in both editions, while something behind it changed, through any chain."""
    by_policy: dict[Name, list[Edit]] = defaultdict(list)
    for edit in edits:
        if len(edit.place) > 1:
            by_policy[edit.place[0], edit.place[1]].append(edit)
    both = [_chains(edition, by_policy, _set_aside(by_policy)) for edition in (old, new)]
    for id_ in [id_ for id_ in old.rules if id_ in new.rules]:
        if any(not isinstance(edit, OF_WORDS) for edit in by_policy.get(("rules", id_), ())):
            continue
        because = {f"{kind}/{name}" for chains in both for kind, name in _behind(chains, chains.edition.rules[id_])}
        if because:
            yield EffectChanged(("rules", id_), tuple(sorted(because)))


def _chains(edition: Edition, by_policy: Mapping[Name, list[Edit]], moved: Mapping[str, set[Name]]) -> Chains:
    givers = {conclusion.name: rule for rule in edition.rules.values() for conclusion in rule.conclusions}
    return Chains(edition, by_policy, moved, givers)


def _set_aside(by_policy: Mapping[Name, list[Edit]]) -> dict[str, set[Name]]:
    """The rights that leave out contested rows of a source in one edition only, by source."""
    found: dict[str, set[Name]] = defaultdict(set)
    for (kind, id_), edits in by_policy.items():
        for edit in edits:
            match edit:
                case e.SetAsideAdded(new=source) | e.SetAsideRemoved(old=source):
                    found[source].add((kind, id_))
                case e.PolicyAdded(new=policy) | e.PolicyRemoved(old=policy):
                    for source in getattr(policy, "sets_aside", ()):
                        found[source].add((kind, id_))
                case _:
                    pass
    return found


def _behind(chains: Chains, rule: Rule) -> set[Name]:
    """The policies that changed behind a rule of an edition."""
    found: set[Name] = set()
    for measure in rule.reads:
        found |= _behind_measure(chains, measure)
    for name in rule.reads_conclusions:
        giver = chains.givers.get(name)
        if giver is not None:
            if _changed(chains, ("rules", giver.head.id), OF_CONCLUSIONS):
                found.add(("rules", giver.head.id))
            found |= _behind(chains, giver)
    return found


def _changed(chains: Chains, name: Name, kinds: tuple[type[Any], ...]) -> bool:
    """Whether a policy came, went or changed in one of some ways."""
    edits = chains.by_policy.get(name, ())
    return any(isinstance(edit, (*kinds, e.PolicyAdded, e.PolicyRemoved)) for edit in edits)


def _behind_measure(chains: Chains, id_: str) -> set[Name]:
    """The policies that changed behind a measure, itself among them."""
    name = ("measures", id_)
    if name not in chains.known:
        measure = chains.edition.measures.get(id_)
        found = {name} if _changed(chains, name, OF_MEASURES) else set()
        chains.known[name] = found | (set() if measure is None else _under(chains, measure))
    return chains.known[name]


def _under(chains: Chains, measure: Measure) -> set[Name]:
    """The policies that changed behind what a measure is made of."""
    found: set[Name] = set()
    for other in _measures_of(measure):
        found |= _behind_measure(chains, other)
    source, used = _source_of(measure)
    if source is None:
        return found
    sources = chains.edition.sources
    dated = sources[source].dated_by if source in sources else None
    found |= chains.moved.get(source, set())
    for edit in chains.by_policy.get(("sources", source), ()):
        item = edit.place[3] if edit.place[2:3] == ("fields",) else None
        if isinstance(edit, OF_VALUES) and item in used | {dated}:
            found.add(("sources", source))
    return found | ({("sources", source)} if _changed(chains, ("sources", source), OF_ROWS) else set())


def _measures_of(measure: Measure) -> tuple[str, ...]:
    """The measures a measure is made of."""
    match measure.body:
        case Joined(_, measures):
            return measures
        case Times(of):
            return (of,)
        case Span(of=MeasureRef(of)):
            return (of,)
        case _:
            return ()


def _source_of(measure: Measure) -> tuple[str | None, set[str]]:
    """The source a measure looks at, and the fields of it that it uses."""
    match measure.body:
        case Rows(source=source, field=of) as rows:
            return source, {*([of] if of else []), *_fields_in(rows.among), *_fields_in(rows.counts_if)}
        case Fact(source, of) | Span(of=Fact(source, of)):
            return source, {of}
        case _:
            return None, set()


def _fields_in(node: Any) -> Iterator[str]:
    """The fields a condition names."""
    if isinstance(node, FieldRef):
        yield node.field
    elif isinstance(node, tuple):
        for each in node:
            yield from _fields_in(each)
    elif is_dataclass(node):
        for each in fields(node):
            yield from _fields_in(getattr(node, each.name))
