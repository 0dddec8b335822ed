"""Typed edits: they tell every difference, they lead exactly from the old to the new, and they can be undone."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from itertools import islice
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import edits as e
from engine import ir
from engine.edits import Edit, EffectChanged
from engine.ir import Edition
from engine.readings.change import (
    NAMES,
    POSSIBLE,
    REASONS,
    WAYS,
    Parts,
    apply,
    edits,
    fingerprint,
    graded,
    mirror,
    plain,
    policy_edits,
)
from tests.changing import alike, books, changed, editions, mutants, pairs
from tests.strategies import Drawn, rulebooks

EDITS = get_args(e.Edit)


def said(edit: Edit) -> str:
    return json.dumps([type(edit).__name__, plain(edit)], sort_keys=True)


def exact(old: Edition, new: Edition) -> tuple[Edit, ...]:
    """The edits of two editions, once they were seen to lead from one to the other and back."""
    found = edits(old, new)
    assert alike(apply(old, found), new) == []
    assert alike(apply(new, map(mirror, found)), old) == []
    assert sorted(map(said, edits(new, old))) == sorted(said(mirror(edit)) for edit in found)
    assert [mirror(mirror(edit)) for edit in found] == list(found)
    return found


# ------------------------------------------------------------------------------------------------------ the same way


def test_edits_lead_from_every_edition_to_every_other():
    """Shipped and demo rulebooks, all editions and drafts, both ways."""
    seen = 0
    for old, new in pairs():
        seen += len(exact(old, new))
    assert seen > 200


def test_an_edition_does_not_differ_from_itself():
    for book in books():
        for edition in editions(book):
            assert edits(edition, edition) == ()


@settings(max_examples=12, deadline=None)
@given(rulebooks(), rulebooks())
def test_edits_lead_from_any_drawn_rulebook_to_any_other(one: Drawn, other: Drawn):
    """Two rulebooks with nothing to do with each other: everything comes, goes or changes."""
    exact(one.edition, other.edition)


@settings(max_examples=20, deadline=None)
@given(rulebooks(), st.data())
def test_a_drawn_rulebook_with_something_else_in_it(drawn: Drawn, data: st.DataObject):
    """Attributes replaced one after the other, anywhere: the edits tell each, and nothing else."""
    new = drawn.edition
    for start in data.draw(st.lists(st.integers(0, 90), min_size=1, max_size=2)):
        new = next(islice(mutants(new, set()), start, None), ("", new))[1]
    found = edits(drawn.edition, new)
    assert alike(apply(drawn.edition, found), new) == []
    assert alike(apply(new, map(mirror, found)), drawn.edition) == []


# ------------------------------------------------------------------------------------------------ nothing goes unseen


@pytest.mark.parametrize("book", sorted(books()))
def test_every_attribute_of_every_node_is_told(book: str):
    """Whatever is replaced, an edit says so: nothing is silently equal."""
    edition = editions(book)[-1]
    told = set()
    for name, mutant in mutants(edition, set()):
        found = [edit for edit in edits(edition, mutant) if not isinstance(edit, EffectChanged)]
        assert found, name
        assert alike(apply(edition, found), mutant) == [], name
        told.add(name)
    assert len(told) > 80


def test_every_attribute_has_a_row():
    """A field added to the tree without a kind of edit would be a hole; this is where that is noticed."""
    nodes = {node for node, _ in WAYS}
    for node in nodes:
        for field in fields(node):
            key = (node, field.name)
            assert field.name == "where" or key in WAYS or key in NAMES, key
    assert {node for node in vars(ir).values() if isinstance(node, type) and node in get_args(ir.Policy)} <= nodes


def test_every_kind_of_edit_is_used_graded_and_mirrored():
    """The union is the list; the tables name all of it and nothing more."""
    assert len(EDITS) > 100
    used: set[Any] = {EffectChanged, e.EditionChanged, e.CaseShifted, e.PolicyAdded, e.PolicyRemoved}
    for way in WAYS.values():
        kinds = (way.added, way.removed, way.order, way.item, way.whole) if isinstance(way, Parts) else (way,)
        used |= {kind if isinstance(kind, type) else kind.whole for kind in kinds if kind is not None} - {None}
    assert used == set(EDITS) == set(POSSIBLE)
    assert {reason for row in POSSIBLE.values() for reason in row} == set(REASONS)


# ----------------------------------------------------------------------------------------------------- fingerprints


def test_fingerprints_do_not_depend_on_where_something_stands():
    """Twelve hex digits of the kind, the place and the values: a link outlives another order and other words."""
    one = e.ScoredRuleAdded(("scores", "total", "rules", "late"), 3, "late")
    assert fingerprint(one) == fingerprint(replace(one, index=5))
    assert fingerprint(one) != fingerprint(e.ScoredRuleRemoved(one.place, 3, "late"))
    assert all(len(fingerprint(edit)) == 12 for old, new in list(pairs())[:4] for edit in edits(old, new))


def test_fingerprints_of_a_change_are_different():
    for old, new in pairs():
        found = graded(old, new, edits(old, new))
        assert len({one.fingerprint for one in found}) == len(found)


# ----------------------------------------------------------------------------------------------------------- effects


def effects(old: Edition, new: Edition) -> dict[str, tuple[str, ...]]:
    return {edit.place[1]: edit.because for edit in edits(old, new) if isinstance(edit, EffectChanged)}


def longer(documents: Any) -> None:
    documents["source", "court-judgments"]["retention"] = {"keep": "P72M", "counted_from": "decided_on"}


def window(documents: Any) -> None:
    documents["measure", "fraud-judgments"]["count"]["within"] = "P48M"


def oldest(documents: Any) -> None:
    documents["source", "returned-items"]["fields"]["due_back"]["future"] = "allowed"


def recipient(documents: Any) -> None:
    words = {"en": "banks", "zh-Hans": "银行"}
    documents["source", "court-judgments"]["recipients"].append({"who": words, "what_for": words})


def unread(documents: Any) -> None:
    documents["source", "bill-payments"]["fields"]["amount"]["greatest"] = 10


def contested(documents: Any) -> None:
    documents["right", "contest-a-row"]["sets_aside"].remove("bill-payments")


@pytest.mark.parametrize(
    ("change", "rules", "because"),
    [
        (longer, {"unpaid-debt-judgment", "fraud-judgment", "harassment-judgment"}, "sources/court-judgments"),
        (window, {"fraud-judgment"}, "measures/fraud-judgments"),
        (oldest, {"items-returned", "length-of-history"}, "sources/returned-items"),
        (contested, {"bills-paid-on-time", "length-of-history"}, "rights/contest-a-row"),
        (recipient, set(), ""),
        (unread, set(), ""),
    ],
)
def test_a_rule_whose_text_is_the_same_is_marked_when_what_it_looks_at_is_not(change, rules, because):
    """Through any chain of measures; a recipient, or an item nothing reads, changes no rule."""
    found = effects(*changed(change))
    assert set(found) == rules
    assert all(because in one for one in found.values())


def test_two_versions_of_a_policy_have_edits_of_their_own():
    old, new = changed(window)
    found = policy_edits(old.measures["fraud-judgments"], new.measures["fraud-judgments"])
    assert [type(edit) for edit in found] == [e.DigestChanged, e.WindowChanged]
    assert found[1].place == ("measures", "fraud-judgments", "body", "within")


def test_a_line_that_moves_is_one_edit():
    """Not one case that goes and one that comes: the same points for other values."""

    def move(documents: Any) -> None:
        rows = documents["rule", "bills-paid-on-time"]["table"]["rows"]
        rows[0][0], rows[1][0] = ">= 0.97", "[0.95..0.97)"
        documents["rule", "bills-paid-on-time"]["examples"] = documents["rule", "bills-paid-on-time"]["examples"][-2:]

    kinds = [type(edit) for edit in exact(*changed(move))]
    assert kinds.count(e.CaseShifted) == 2
    assert not {e.CaseAdded, e.CaseRemoved, e.PointsChanged} & set(kinds)


def test_edits_are_data():
    """Frozen, comparable and without methods of their own."""
    for kind in EDITS:
        assert is_dataclass(kind)
        assert [name for name in vars(kind) if callable(getattr(kind, name)) and not name.startswith("__")] == []
    assert e.BaseChanged(("a",), 1, 2) == e.BaseChanged(("a",), 1, 2)
    assert isinstance(date.min, date)
