"""How far unknown counts can be narrowed down by what adds up: the simplex method on small systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

Name = TypeVar("Name")

Equation = tuple[Mapping[Name, int], int]
"""Unknowns with their factors, and what they come to."""

NEAR = 1e-9
MOST_STEPS = 20_000

Row = dict[int, float]
"""Factors by the number of the unknown; number -1 is the constant."""


def ranges(
    names: Sequence[Name],
    equations: Sequence[Equation[Name]],
    true: Mapping[Name, int],
    enough: float,
    asked: int | None = None,
) -> dict[Name, tuple[float, float]]:
    """The least and greatest value each unknown may have, none being below 0, given the equations.

    `true` is one solution. The search for an unknown ends once its ends lie `enough` apart, and is made for the first
    `asked` of them. Only solutions in whole numbers count, because people are counted: where the way to an end
    leads over others alone, the range may be wider than what is found.

    >>> ranges(["a", "b"], [({"a": 1, "b": 1}, 7)], {"a": 3, "b": 4}, 100)
    {'a': (0.0, 7.0), 'b': (0.0, 7.0)}
    """
    low = {name: float(true[name]) for name in names}
    high = dict(low)
    rows, basis = _begin(names, equations)

    def seen() -> None:
        values = [0.0] * len(names)
        for row, column in _pairs(rows, basis):
            values[column] = row.get(-1, 0.0)
        if any(abs(value - round(value)) > NEAR for value in values):
            return
        for number, name in enumerate(names):
            low[name] = min(low[name], values[number])
            high[name] = max(high[name], values[number])

    seen()
    for number, name in enumerate(names[:asked]):
        for way in (1.0, -1.0):
            if high[name] - low[name] >= enough:
                break
            for _ in _improving(rows, basis, {number: way}):
                seen()
                if high[name] - low[name] >= enough:
                    break
            else:
                if _endless(rows, basis, {number: way}):
                    high[name] = float("inf")
    return {name: (low[name], high[name]) for name in names}


def _pairs(rows: Sequence[Row], basis: Sequence[int]) -> Iterator[tuple[Row, int]]:
    return zip(rows, basis, strict=True)


def _begin(names: Sequence[Name], equations: Sequence[Equation[Name]]) -> tuple[list[Row], list[int]]:
    """A first solution that the method can go on from: every row has one unknown of its own."""
    number = {name: index for index, name in enumerate(names)}
    helper = len(names)
    rows: list[Row] = []
    for factors, total in equations:
        sign = -1 if total < 0 else 1
        row: Row = {number[name]: float(sign * factor) for name, factor in factors.items()}
        rows.append(row | {-1: float(sign * total), helper + len(rows): 1.0})
    basis = [helper + index for index in range(len(rows))]
    for _ in _improving(rows, basis, {helper + index: -1.0 for index in range(len(rows))}):
        pass
    for index in reversed(range(len(rows))):
        if basis[index] >= helper:
            inside = next((c for c, factor in rows[index].items() if 0 <= c < helper and abs(factor) > NEAR), None)
            if inside is None:
                del rows[index], basis[index]
            else:
                _pivot(rows, basis, index, inside)
    for row in rows:
        for column in [column for column in row if column >= helper]:
            del row[column]
    return rows, basis


def _gains(rows: Sequence[Row], basis: Sequence[int], aim: Mapping[int, float]) -> dict[int, float]:
    """By how much the aim grows with each unknown that is 0 now."""
    found = dict(aim)
    for row, column in _pairs(rows, basis):
        worth = aim.get(column, 0.0)
        if worth:
            for other, factor in row.items():
                if other >= 0:
                    found[other] = found.get(other, 0.0) - worth * factor
    return found


def _improving(rows: list[Row], basis: list[int], aim: Mapping[int, float]) -> Iterator[None]:
    """Goes from solution to better solution, by Bland's rule, which never goes in a circle."""
    for _ in range(MOST_STEPS):
        gains = _gains(rows, basis, aim)
        column = min((c for c, gain in gains.items() if gain > NEAR and c not in basis), default=None)
        if column is None:
            return
        limits = [
            (row.get(-1, 0.0) / row[column], basis[index], index)
            for index, row in enumerate(rows)
            if row.get(column, 0.0) > NEAR
        ]
        if not limits:
            return
        least = min(limits)[0]
        _, index = min((own, number) for limit, own, number in limits if limit <= least + NEAR)
        _pivot(rows, basis, index, column)
        yield


def _endless(rows: Sequence[Row], basis: Sequence[int], aim: Mapping[int, float]) -> bool:
    """Whether the aim can grow without end."""
    gains = _gains(rows, basis, aim)
    return any(
        gain > NEAR and c not in basis and all(row.get(c, 0.0) <= NEAR for row in rows) for c, gain in gains.items()
    )


def _pivot(rows: list[Row], basis: list[int], index: int, column: int) -> None:
    """Makes an unknown the one of a row."""
    factor = rows[index][column]
    new = {other: value / factor for other, value in rows[index].items()}
    rows[index], basis[index] = new, column
    for number, row in enumerate(rows):
        times = row.get(column, 0.0)
        if number == index or abs(times) <= NEAR:
            continue
        for other, value in new.items():
            changed = row.get(other, 0.0) - times * value
            if abs(changed) > NEAR or other == -1:
                row[other] = changed if abs(changed) > NEAR else 0.0
            else:
                row.pop(other, None)
