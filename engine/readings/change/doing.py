"""Edits done to what they were found in, and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine import edits as e
from engine.edits import Added, CaseShifted, Changed, Edit, EffectChanged, Rearranged, Removed
from engine.ir import Edition, Policy, Score
from engine.places import named
from engine.readings.change.finding import policies

MIRRORS: Mapping[type[Any], type[Any]] = {
    getattr(e, name): getattr(e, f"{name.removesuffix('Added')}Removed") for name in dir(e) if name.endswith("Added")
}
"""For a part that comes, the same part that goes. Every other kind is its own mirror."""


def mirror(edit: Edit) -> Edit:
    """The edit that undoes an edit.

    >>> from engine.edits import BaseChanged
    >>> mirror(BaseChanged(("scores", "total", "base"), 600, 500))
    BaseChanged(place=('scores', 'total', 'base'), old=500, new=600)
    """
    kind: Any = type(edit)
    match edit:
        case EffectChanged():
            made: Edit = edit
        case CaseShifted(place, index, old, new):
            made = CaseShifted(place, (index[1], index[0]), new, old)
        case _ if isinstance(edit, Added):
            made = MIRRORS[kind](edit.place, edit.index, edit.new)
        case _ if isinstance(edit, Removed):
            came = next(added for added, removed in MIRRORS.items() if removed is kind)
            made = came(edit.place, edit.index, edit.old)
        case _:
            made = kind(edit.place, edit.new, edit.old)
    return made


def apply(old: Edition, edits: Iterable[Edit]) -> Edition:
    """The edition that edits make of an edition. The documents as written are not part of it."""
    told = [edit for edit in edits if not isinstance(edit, EffectChanged)]
    by_kind = _by_step(told, 0)
    stamp = next((edit for edit in told if isinstance(edit, e.EditionChanged)), None)
    from_, digest = (old.from_, old.digest) if stamp is None else stamp.new
    made = {kind: _list(found, by_kind[kind], 1) for kind, found in policies(old).items()}
    scores: list[Score] = list(made.pop("scores").values())
    about = _node(old.about, by_kind["about"], 1)
    return replace(old, about=about, from_=from_, digest=digest, score=scores[0] if scores else None, raw={}, **made)


def apply_to_policy(old: Policy, edits: Iterable[Edit]) -> Policy:
    """The version that edits make of a version of a policy; edits of other policies are passed over."""
    place = (f"{old.head.kind}s", old.head.id)
    own = [edit for edit in edits if edit.place[:2] == place and not isinstance(edit, EffectChanged)]
    made: Policy = _node(old, own, 2)
    return made


def _by_step(edits: Iterable[Edit], depth: int) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        if len(edit.place) > depth:
            found[edit.place[depth]].append(edit)
    return found


def _node(node: Any, edits: Sequence[Edit], depth: int) -> Any:
    """A node with the edits of its attributes done; `depth` steps of their places lead to the node."""
    return replace(
        node, **{name: _value(getattr(node, name), own, depth + 1) for name, own in _by_step(edits, depth).items()}
    )


def _value(value: Any, edits: Sequence[Edit], depth: int) -> Any:
    """The value of an attribute with edits done."""
    for edit in edits:
        if len(edit.place) == depth and isinstance(edit, Changed):
            return edit.new
    return _list(value, edits, depth) if isinstance(value, tuple | Mapping) else _node(value, edits, depth)


def _list(parts: Any, edits: Sequence[Edit], depth: int) -> Any:
    """A list with edits done: first what goes, then what changed, then the order, then what comes."""
    whole = parts if isinstance(parts, Mapping) else named(parts)
    names = list(whole)
    inner = _by_step(edits, depth)
    gone = {edit.place[depth] for edit in edits if isinstance(edit, Removed) and len(edit.place) == depth + 1}
    gone |= {names[edit.index[0]] for edit in edits if isinstance(edit, CaseShifted) and len(edit.place) == depth}
    stayed = {
        name: _value(whole[name], inner[name], depth + 1) if name in inner else whole[name]
        for name in names
        if name not in gone
    }
    for edit in edits:
        if isinstance(edit, Rearranged) and len(edit.place) == depth:
            stayed = {name: stayed[name] for name in edit.new}
    come: list[tuple[int, str, Any]] = []
    for edit in edits:
        if isinstance(edit, Added) and len(edit.place) == depth + 1:
            come.append((edit.index, edit.place[depth], edit.new))
        elif isinstance(edit, CaseShifted) and len(edit.place) == depth:
            come.append((edit.index[1], "", edit.new))
    made = list(stayed.items())
    for index, name, item in sorted(come, key=lambda each: each[0]):
        made.insert(index, (name, item))
    return dict(made) if isinstance(parts, Mapping) else tuple(item for _, item in made)
