"""Small counts are left out so that nobody can work them out: an attack on drawn tables by another solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.impact.cells import Sum
from engine.impact.linear import ranges
from engine.impact.result import THRESHOLD, Cell
from engine.impact.suppress import suppressed

EVERYBODY: Cell = ("people",)


def table(counts: Sequence[Sequence[int]]) -> tuple[dict[Cell, int], list[Sum]]:
    """A table with the totals of its rows and columns, and of everybody."""
    rows, columns = range(len(counts)), range(len(counts[0]))
    cells: dict[Cell, int] = {("in", str(r), str(c)): counts[r][c] for r, c in product(rows, columns)}
    sums: list[Sum] = []
    for r in rows:
        inner = tuple(("in", str(r), str(c)) for c in columns)
        sums.append((("row", str(r)), inner))
    for c in columns:
        inner = tuple(("in", str(r), str(c)) for r in rows)
        sums.append((("column", str(c)), inner))
    cells |= {total: sum(cells[one] for one in inner) for total, inner in sums}
    cells[EVERYBODY] = sum(map(sum, counts))
    sums.append((EVERYBODY, tuple(("row", str(r)) for r in rows)))
    sums.append((EVERYBODY, tuple(("column", str(c)) for c in columns)))
    return cells, sums


def system(shown: Mapping[Cell, int | None], sums: Iterable[Sum]) -> tuple[dict[Cell, Any], list[Any]]:
    """Each count as an unknown, and what somebody knows of them who knows what is shown and what adds up."""
    unknown = {cell: z3.Int("/".join(cell)) for cell in shown}
    known = [unknown[cell] >= 0 for cell in shown]
    known += [unknown[cell] == count for cell, count in shown.items() if count is not None]
    known += [unknown[total] == z3.Sum([unknown[cell] for cell in cells]) for total, cells in sums]
    return unknown, known


def attack(
    shown: Mapping[Cell, int | None], sums: Iterable[Sum], asked: Iterable[Cell]
) -> dict[Cell, tuple[float, float]]:
    """The least and the most that each count can be."""
    unknown, known = system(shown, sums)
    found = {}
    for cell in asked:
        ends = []
        for aim in (z3.Optimize.minimize, z3.Optimize.maximize):
            solver = z3.Optimize()
            solver.add(known)
            end = aim(solver, unknown[cell])
            assert solver.check() == z3.sat
            value = end.value()
            ends.append(float(value.as_long()) if z3.is_int_value(value) else float("inf"))
        found[cell] = (ends[0], ends[1])
    return found


def withstands(cells: Mapping[Cell, int], sums: Sequence[Sum], shown: Mapping[Cell, int | None]) -> None:
    """Every small count is left out, and its range is never narrower than the threshold."""
    small = [cell for cell, count in cells.items() if 0 < count < THRESHOLD and cell != EVERYBODY]
    assert [cell for cell in small if shown[cell] is not None] == []
    assert {cell: count for cell, count in shown.items() if count is not None and count != cells[cell]} == {}
    unknown, known = system(shown, sums)
    solver = z3.Solver()
    solver.add(known)
    for cell in small:
        least = next(n for n in range(cells[cell] + 1) if solver.check(unknown[cell] <= n) == z3.sat)
        assert solver.check(unknown[cell] >= least + THRESHOLD) == z3.sat, (cell, least)


COUNTS = st.one_of(st.sampled_from([0, 0, 1, 3, 9, 10, 11]), st.integers(0, 60))


@st.composite
def tables(draw: Any) -> list[list[int]]:
    columns = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(COUNTS, min_size=columns, max_size=columns), min_size=1, max_size=4))


@settings(deadline=None, max_examples=60)
@given(counts=tables())
def test_no_small_count_can_be_narrowed_down(counts: list[list[int]]):
    """Totals of rows and columns are published where they can be, and betray nothing together."""
    cells, sums = table(counts)
    if cells[EVERYBODY] < THRESHOLD:
        return
    withstands(cells, sums, suppressed(cells, sums, frozenset([EVERYBODY])))


@settings(deadline=None, max_examples=25)
@given(counts=tables(), split=st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_two_tables_about_the_same_people_betray_nothing_together(counts: list[list[int]], split: list[int]):
    """Each alone would be safe: what one leaves out must not stand in the other under another name."""
    cells, sums = table(counts)
    if cells[EVERYBODY] < THRESHOLD:
        return
    inner = [cell for cell in cells if cell[0] == "in"]
    for number in range(4):
        parts = tuple(cell for cell, group in zip(inner, split, strict=False) if group == number)
        if parts:
            cells["again", str(number)] = sum(cells[cell] for cell in parts)
            sums.append((("again", str(number)), parts))
    withstands(cells, sums, suppressed(cells, sums, frozenset([EVERYBODY])))


def test_nothing_is_left_out_where_nothing_is_small():
    """Who has nothing to hide hides nothing."""
    cells, sums = table([[12, 30], [0, 55]])
    assert suppressed(cells, sums, frozenset([EVERYBODY])) == cells


def test_no_more_is_left_out_than_needed():
    """In a table of large counts with one small one, a rectangle of four is enough."""
    cells, sums = table([[3, 40, 50], [60, 70, 80], [90, 100, 110]])
    shown = suppressed(cells, sums, frozenset([EVERYBODY]))
    hidden = [cell for cell, count in shown.items() if count is None]
    assert ("in", "0", "0") in hidden
    assert len(hidden) == 4


@settings(deadline=None, max_examples=40)
@given(counts=tables(), data=st.data())
def test_the_ranges_are_those_of_another_solver(counts: list[list[int]], data: st.DataObject):
    """The simplex method is ours, and small; z3 is not."""
    cells, sums = table(counts)
    hidden = [cell for cell in cells if cell[0] == "in" and data.draw(st.booleans())]
    shown = {cell: None if cell in hidden else count for cell, count in cells.items()}
    equations = []
    for total, inner in sums:
        factors = {cell: 1 for cell in inner if cell in hidden}
        if factors:
            equations.append((factors, cells[total] - sum(cells[cell] for cell in inner if cell not in hidden)))
    found = ranges(hidden, equations, cells, float("inf"))
    for cell, ends in attack(shown, sums, hidden).items():
        assert found[cell] == pytest.approx(ends)
