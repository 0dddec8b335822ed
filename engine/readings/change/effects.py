"""Rules whose text is the same and whose effect is not, because what they look at has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
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


def effects(old: Edition, new: Edition, edits: Iterable[Edit]) -> Iterator[EffectChanged]:
    """A rule for each that says the same in both editions, while something behind it changed, through any chain."""
    by_policy: dict[Name, list[Edit]] = defaultdict(list)
    for edit in edits:
        if len(edit.place) > 1:
            by_policy[edit.place[0], edit.place[1]].append(edit)
    moved = _set_aside(by_policy)
    for id_ in [id_ for id_ in old.rules if id_ in new.rules]:
        if any(not isinstance(edit, OF_WORDS) for edit in by_policy["rules", id_]):
            continue
        because = dict.fromkeys(
            f"{kind}/{name}"
            for edition in (old, new)
            for kind, name in sorted(_behind(edition, edition.rules[id_], by_policy, moved))
        )
        if because:
            yield EffectChanged(("rules", id_), tuple(sorted(because)))


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


def _behind(
    edition: Edition, rule: Rule, by_policy: Mapping[Name, list[Edit]], moved: Mapping[str, set[Name]]
) -> set[Name]:
    """The policies that changed behind a rule of an edition."""
    found: set[Name] = set()
    for measure in rule.reads:
        found |= _behind_measure(edition, measure, by_policy, moved)
    for other in edition.rules.values():
        if any(conclusion.name in rule.reads_conclusions for conclusion in other.conclusions):
            if any(
                isinstance(edit, (*OF_CONCLUSIONS, e.PolicyAdded, e.PolicyRemoved))
                for edit in by_policy.get(("rules", other.head.id), ())
            ):
                found.add(("rules", other.head.id))
            found |= _behind(edition, other, by_policy, moved)
    return found


def _behind_measure(
    edition: Edition, id_: str, by_policy: Mapping[Name, list[Edit]], moved: Mapping[str, set[Name]]
) -> set[Name]:
    found: set[Name] = set()
    if any(
        isinstance(edit, (*OF_MEASURES, e.PolicyAdded, e.PolicyRemoved))
        for edit in by_policy.get(("measures", id_), ())
    ):
        found.add(("measures", id_))
    measure = edition.measures.get(id_)
    if measure is None:
        return found
    for other in _measures_of(measure):
        found |= _behind_measure(edition, other, by_policy, moved)
    source, used = _source_of(measure)
    if source is None:
        return found
    dated = edition.sources[source].dated_by if source in edition.sources else None
    found |= moved.get(source, set())
    for edit in by_policy.get(("sources", source), ()):
        whole = isinstance(edit, (*OF_ROWS, e.PolicyAdded, e.PolicyRemoved))
        field = edit.place[3] if edit.place[2:3] == ("fields",) else None
        if whole or (isinstance(edit, OF_VALUES) and field in used | {dated}):
            found.add(("sources", source))
    return found


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
        case Rows(source=source, field=field) as rows:
            return source, {*([field] if field else []), *_fields_in(rows.among), *_fields_in(rows.counts_if)}
        case Fact(source, field) | Span(of=Fact(source, field)):
            return source, {field}
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
        for field in fields(node):
            yield from _fields_in(getattr(node, field.name))
