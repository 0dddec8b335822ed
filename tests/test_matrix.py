"""The table of readings on the website says what the tests find, and nothing more."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest

from engine.ir import Always, Fixed, Fold, Join, Joined, Op, Rows
from engine.operators import GROUPS, OPERATORS, SINGLE, agreement, named
from tests.matrix import DECIDING, FEW, Matrix, as_data, run

READINGS = ("truth", *DECIDING, "prose")


@cache
def small() -> Matrix:
    """A run over the demo, the shipped rulebooks, a large edition and some drawn ones."""
    return run(drawn=30, of_each=5, of_shipped=30, large=True)


def faults(file: dict[str, Any], found: Matrix) -> list[str]:
    """Everything the file claims and the run does not show."""
    said = [] if set(file["operators"]) == set(OPERATORS) else ["the rows are not the operators"]
    for name, row in file["operators"].items():
        if tuple(row) != READINGS:
            said.append(f"`{name}` is not held against every reading")
        for reading in DECIDING:
            said += wrong(name, reading, row.get(reading), row["truth"], found)
        if not 0 < row.get("prose", 0) <= file["rulebooks"] or not found.cells["prose"].agreed[name]:
            said.append(f"nothing shows that `{name}` is said in words")
        if not 0 < row["truth"] <= file["cases"]:
            said.append(f"`{name}` is claimed for {row['truth']} of {file['cases']} cases")
        if abs(row["truth"] / file["cases"] - found.cases[name] / found.total) > 0.35:
            said.append(f"`{name}` is in another share of the cases than in the run")
    return said


def wrong(name: str, reading: str, cell: Any, cases: int, found: Matrix) -> list[str]:
    """What is wrong with one cell."""
    shown = found.cells[reading]
    if isinstance(cell, dict):
        ok = shown.refused.get(name) == cell.get("never") and not shown.agreed[name]
        return [] if ok else [f"{reading} does `{name}`, or not for the reason given"]
    always = 0 < shown.agreed[name] == shown.asked[name]
    claimed = 0 < cell <= cases if reading in FEW else cell == cases
    if not claimed or shown.differed[name] or name in shown.refused or not always:
        return [f"nothing shows that {reading} agrees on `{name}`"]
    return []


def test_the_file_claims_what_a_run_shows():
    """Every cell was earned: each operator was there, each reading was asked, and none differed."""
    assert faults(agreement(), small()) == []


@pytest.mark.parametrize(
    ("operator", "reading", "cell"),
    [
        ("share", "compiled", {"never": "it is hard"}),  # a refusal of what it does
        ("edition-size", "session", 4),  # a yes where it refuses
        ("edition-size", "session", {"never": "it is tired"}),  # another reason than its own
        ("each", "browser", 0),
        ("each", "browser", 10**6),
        ("edition-size", "columns", 4),
        ("each", "columns", 0),
        ("each", "proof", 10**6),
        ("count", "truth", 10**6),
        ("known", "prose", 0),
    ],
)
def test_a_cell_that_claims_too_much_is_found(operator: str, reading: str, cell: Any):
    """A table that could be edited by hand would be worth nothing."""
    file = copy.deepcopy(agreement())
    file["operators"][operator][reading] = cell
    assert faults(file, small())


def test_a_row_or_a_reading_that_is_missing_is_found():
    """A new operator or a new reading without cells does not go unseen."""
    file = copy.deepcopy(agreement())
    del file["operators"]["share"]
    assert "the rows are not the operators" in faults(file, small())
    file = copy.deepcopy(agreement())
    del file["operators"]["each"]["session"]
    assert any("session" in said for said in faults(file, small()))


def test_a_run_that_finds_a_difference_writes_no_file():
    """What differs is a bug, and no number."""
    found = run(drawn=1, of_each=1, of_shipped=4, large=False)
    found.cells["browser"].differed["share"] += 1
    with pytest.raises(AssertionError, match="browser differs on `share`"):
        as_data(found)


def test_every_word_of_the_language_is_an_operator():
    """The list is closed: each fold, each comparison, each way to join is on it, once."""
    words = {*Fold, *Op, *Join, *SINGLE.values()}
    assert {str(word) for word in words} <= set(OPERATORS)
    assert len(set(OPERATORS)) == len(OPERATORS) == sum(map(len, GROUPS.values()))


def test_a_node_says_its_operators_and_no_others():
    """What is below a node is said by the node below."""
    rows = Rows(Fold.SHARE, "bills", None, 24, None, Always(None), 3)  # type: ignore[arg-type]  # a place is not needed
    assert list(named(rows)) == ["share", "within", "where", "unknown_when"]
    assert list(named(Joined(Join.LEAST_OF, ("a", "b")))) == ["least_of"]
    assert list(named(Fixed(5))) == ["points"]
