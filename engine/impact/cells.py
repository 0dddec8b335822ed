"""Counted people as cells, and everything that adds up to something among them.

What an attacker may add up or take away is all here: totals, the same people told twice in different tables, and
consequences that follow from a band alone. Names that begin with ``-`` are never published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from engine.conditions import asked
from engine.consequences import triggered
from engine.impact.bins import bin_of
from engine.impact.result import BARE, MOVES, OUTCOMES, Bin, Cell
from engine.impact.tally import Tally
from engine.ir import BandRef, Edition

Sum = tuple[Cell, tuple[Cell, ...]]
"""A cell, and the cells that add up to it."""

Groups = Mapping[str, Mapping[str, Tally]]
"""By attribute and value."""


def cells_of(
    old: Edition, new: Edition, use: str, bins: Sequence[Bin], tally: Tally, groups: Groups
) -> tuple[dict[Cell, int], list[Sum]]:
    """Every cell with its count, and every sum among them."""
    before, after = bands(old), bands(new)
    ids = consequences(old, new, use)
    counts: dict[Cell, int] = {("people",): tally.people}
    sums: list[Sum] = []
    _outcomes(counts, sums, (), tally)
    _bins(counts, sums, bins, tally)
    _bands(counts, sums, before, after, tally)
    if before == after and old.score and new.score and old.score.bands == new.score.bands:
        _within_bands(counts, sums, before)
    for id_ in ids:
        _consequence(counts, sums, id_, tally)
        _by_band(sums, id_, (old, before), (new, after), use)
    _alike(sums, ids, old, new, use)
    for attribute, values in groups.items():
        _group(counts, sums, attribute, values, ids)
    return counts, sums


def bands(edition: Edition) -> tuple[str, ...]:
    """The bands of an edition, worst to best, after the place of no score."""
    return (BARE, *(band.id for band in edition.score.bands)) if edition.score else (BARE,)


def consequences(old: Edition, new: Edition, use: str) -> tuple[str, ...]:
    """The consequences of a use on either side."""
    found = [one.id for edition in (old, new) if use in edition.uses for one in edition.uses[use].consequences]
    return tuple(dict.fromkeys(found))


# --------------------------------------------------------------------------------------------------- what adds up


def _outcomes(counts: dict[Cell, int], sums: list[Sum], whose: Cell, tally: Tally) -> None:
    """What happens to the score; `whose` names a group, or everybody."""
    found = dict.fromkeys(OUTCOMES, 0)
    for change, people in tally.changes.items():
        found["rise" if change > 0 else "fall" if change < 0 else "same"] += people
    for (was, is_), people in tally.bands.items():
        if BARE in (was, is_):
            found["neither" if was == is_ else "gained" if was == BARE else "lost"] += people
    counts |= {(*whose, "outcome", name): people for name, people in found.items()}
    sums.append((whose or ("people",), tuple((*whose, "outcome", name) for name in OUTCOMES)))


def _bins(counts: dict[Cell, int], sums: list[Sum], bins: Sequence[Bin], tally: Tally) -> None:
    names: list[Cell] = [("bin", str(number)) for number in range(len(bins))]
    counts |= dict.fromkeys(names, 0)
    for change, people in tally.changes.items():
        counts["bin", str(bin_of(bins, change))] += people
    middle = len(bins) // 2
    sums.append((("outcome", "fall"), tuple(names[:middle])))
    sums.append((("outcome", "same"), (names[middle],)))
    sums.append((("outcome", "rise"), tuple(names[middle + 1 :])))


def _bands(counts: dict[Cell, int], sums: list[Sum], before: Sequence[str], after: Sequence[str], tally: Tally) -> None:
    counts |= {("bands", was, is_): tally.bands[was, is_] for was in before for is_ in after}
    for was in before:
        row = tuple(("bands", was, is_) for is_ in after)
        counts["before", was] = sum(counts[cell] for cell in row)
        sums.append((("before", was), row))
    for is_ in after:
        column = tuple(("bands", was, is_) for was in before)
        counts["after", is_] = sum(counts[cell] for cell in column)
        sums.append((("after", is_), column))
    sums.append((("people",), tuple(("before", was) for was in before)))
    sums.append((("people",), tuple(("after", is_) for is_ in after)))
    sums.append((("outcome", "neither"), (("bands", BARE, BARE),)))
    if len(after) > 1:
        sums.append((("outcome", "gained"), tuple(("bands", BARE, is_) for is_ in after if is_)))
    if len(before) > 1:
        sums.append((("outcome", "lost"), tuple(("bands", was, BARE) for was in before if was)))


def _within_bands(counts: dict[Cell, int], sums: list[Sum], bands: Sequence[str]) -> None:
    """Where the bands are the same on both sides, who comes to a better one has more points."""
    scored = [band for band in bands if band]
    for name, way in (("rise", 1), ("fall", -1)):
        moves = tuple(
            ("bands", was, is_)
            for one, was in enumerate(scored)
            for other, is_ in enumerate(scored)
            if (other - one) * way > 0
        )
        counts["-within", name] = counts["outcome", name] - sum(counts[cell] for cell in moves)
        sums.append((("outcome", name), (*moves, ("-within", name))))


def _consequence(counts: dict[Cell, int], sums: list[Sum], id_: str, tally: Tally) -> None:
    gained, lost, kept = tally.gained[id_], tally.lost[id_], tally.kept[id_]
    found = dict(zip(MOVES, (gained, lost, kept, tally.people - gained - lost - kept), strict=True))
    cells = {name: ("consequence", id_, name) for name in MOVES}
    counts |= {cells[name]: people for name, people in found.items()}
    counts["had", id_], counts["has", id_] = kept + lost, kept + gained
    sums.append((("people",), tuple(cells.values())))
    sums.append((("had", id_), (cells["kept"], cells["lost"])))
    sums.append((("has", id_), (cells["kept"], cells["gained"])))


def _group(
    counts: dict[Cell, int], sums: list[Sum], attribute: str, values: Mapping[str, Tally], ids: Sequence[str]
) -> None:
    names: dict[str, Cell] = {value: ("group", attribute, value) for value in values}
    counts |= {names[value]: tally.people for value, tally in values.items()}
    sums.append((("people",), tuple(names.values())))
    for value, tally in values.items():
        _outcomes(counts, sums, names[value], tally)
        for id_ in ids:
            gained, lost = tally.gained[id_], tally.lost[id_]
            parts: list[Cell] = [(*names[value], id_, name) for name in ("gained", "lost", "-other")]
            counts |= dict(zip(parts, (gained, lost, tally.people - gained - lost), strict=True))
            sums.append((names[value], tuple(parts)))
    everybody: list[tuple[Cell, Cell]] = [(("outcome", outcome), ("outcome", outcome)) for outcome in OUTCOMES]
    everybody += [(("consequence", id_, move), (id_, move)) for id_ in ids for move in ("gained", "lost")]
    sums += [(total, tuple((*name, *part) for name in names.values())) for total, part in everybody]


# ------------------------------------------------------------------------------ consequences that bands decide alone


def _by_band(
    sums: list[Sum],
    id_: str,
    old: tuple[Edition, Sequence[str]],
    new: tuple[Edition, Sequence[str]],
    use: str,
) -> None:
    """Where a band alone decides on both sides, the moves of a consequence are moves between bands."""
    had, has = (_bands_with(edition, id_, use, bands) for edition, bands in (old, new))
    if had is None or has is None:
        return
    moves = {(True, True): "kept", (True, False): "lost", (False, True): "gained", (False, False): "never"}
    found: dict[str, list[Cell]] = {name: [] for name in MOVES}
    for was in old[1]:
        for is_ in new[1]:
            found[moves[was in had, is_ in has]].append(("bands", was, is_))
    sums += [(("consequence", id_, name), tuple(cells)) for name, cells in found.items() if cells]


def _bands_with(edition: Edition, id_: str, use: str, bands: Sequence[str]) -> set[str] | None:
    """The bands that a consequence follows from; None where more than the band decides."""
    named = edition.uses[use].consequences if use in edition.uses else ()
    when = next((one.when for one in named if one.id == id_), None)
    if when is None:
        return set()
    if not all(isinstance(subject, BandRef) for subject in asked(when)):
        return None
    return {band for band in bands if triggered(when, edition, 0 if band else None, band or None, {}) is True}


def _alike(sums: list[Sum], ids: Sequence[str], old: Edition, new: Edition, use: str) -> None:
    """Consequences with the same trigger on both sides come to the same people."""

    def triggers(id_: str) -> str:
        found = [
            next((repr(one.when) for one in edition.uses[use].consequences if one.id == id_), "")
            for edition in (old, new)
            if use in edition.uses
        ]
        return repr(found)

    for _, same in groupby(sorted(ids, key=triggers), key=triggers):
        first, *others = same
        for other in others:
            sums += [(("consequence", first, name), (("consequence", other, name),)) for name in MOVES]
