"""What was counted of a change in words and tables: who moves, by how much, and what that leads to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.impact.result import BARE, OUTCOMES, THRESHOLD, Bin, Cell, Count, Impact
from engine.ir import Edition, Number
from engine.readings.prose.values import day, number, plain_number
from engine.readings.prose.words import bare, phrase, say, sentence


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column names, the others hold numbers; `bars` are shares of a row to be drawn, if any."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ImpactPart:
    """One question with its sentences, and perhaps a table."""

    title: str
    lines: tuple[str, ...]
    grid: Grid | None = None


def impact(found: Impact, lang: str) -> list[ImpactPart]:
    """Everything that was counted, question by question."""
    parts = [_start(found, lang), _outcomes(found, lang)]
    if len(found.bands_before) > 1 and len(found.bands_after) > 1:
        parts += [_changes(found, lang)]
    if len(found.bands_before) > 1 or len(found.bands_after) > 1:
        parts += [_bands(found, lang)]
    if found.consequences:
        parts.append(_consequences(found, lang))
    parts += [_groups(found, attribute, lang) for attribute in found.groups]
    return parts


def _start(found: Impact, lang: str) -> ImpactPart:
    people = plain_number(found.population.people, lang)
    seed = {} if found.population.seed is None else {"seed": str(found.population.seed)}
    lines = [
        _between(found, lang),
        phrase(lang, f"impact.population.{found.population.kind}", n=people, **seed),
        phrase(lang, "impact.as_of", date=day(found.as_of, lang)),
    ]
    if None in found.counts.values():
        lines.append(phrase(lang, "impact.suppressed", n=plain_number(THRESHOLD, lang), mark=_left_out(lang)))
    return ImpactPart(_title(lang, "start"), tuple(sentence(line) for line in lines))


def _between(found: Impact, lang: str) -> str:
    before, after = day(found.old.from_, lang), day(found.new.from_, lang)
    if before == after:
        return phrase(lang, "impact.between_same", date=after)
    return phrase(lang, "impact.between", before=before, after=after)


def _outcomes(found: Impact, lang: str) -> ImpactPart:
    rows: list[tuple[str, ...]] = []
    bars = []
    for outcome in OUTCOMES:
        count = found.counts["outcome", outcome]
        rows.append((_word(lang, f"outcome.{outcome}"), _count(count, lang), _share(found, count, lang)))
        bars.append(_bar(found, count))
    head = tuple(_word(lang, f"head.{key}") for key in ("outcome", "people", "share"))
    return ImpactPart(_title(lang, "outcome"), (), Grid(head, tuple(rows), tuple(bars)))


# -------------------------------------------------------------------------------------------------------- by how much


def _changes(found: Impact, lang: str) -> ImpactPart:
    rows: list[tuple[str, ...]] = []
    bars = []
    for index, one in enumerate(found.bins):
        count = found.counts["bin", str(index)]
        rows.append((_bin(one, lang), _count(count, lang), _share(found, count, lang)))
        bars.append(_bar(found, count))
    head = tuple(_word(lang, f"head.{key}") for key in ("change", "people", "share"))
    last = {one.bin: one for one in found.quantiles}
    lines = [
        phrase(lang, "impact.quantile", percent=plain_number(one.percent, lang), bin=_bin(found.bins[one.bin], lang))
        for one in last.values()
    ]
    return ImpactPart(
        _title(lang, "change"), tuple(sentence(line) for line in lines), Grid(head, tuple(rows), tuple(bars))
    )


def _bin(one: Bin, lang: str) -> str:
    if one.least is None and one.greatest is not None:
        return phrase(lang, "impact.or_less", n=_signed(one.greatest, lang))
    if one.greatest is None and one.least is not None:
        return phrase(lang, "impact.or_more", n=_signed(one.least, lang))
    assert one.least is not None, "no bin is without both ends"  # narrows the type
    assert one.greatest is not None, "as above"
    if one.least == one.greatest:
        return _signed(one.least, lang)
    return phrase(lang, "impact.from_to", least=_signed(one.least, lang), most=_signed(one.greatest, lang))


def _signed(points: int, lang: str) -> str:
    return ("+" if points > 0 else "") + plain_number(points, lang)


# ----------------------------------------------------------------------------------------------- bands, consequences


def _bands(found: Impact, lang: str) -> ImpactPart:
    after = [_band(found.new, band, lang) for band in found.bands_after]
    head = (_word(lang, "head.bands"), *after, _word(lang, "head.together"))
    rows = [
        (
            _band(found.old, was, lang),
            *(_count(found.counts["bands", was, is_], lang) for is_ in found.bands_after),
            _count(found.counts["before", was], lang),
        )
        for was in found.bands_before
    ]
    last = [_count(found.counts["after", is_], lang) for is_ in found.bands_after]
    rows.append((_word(lang, "head.together"), *last, _count(found.counts["people",], lang)))
    line = sentence(phrase(lang, "impact.bands"))
    return ImpactPart(_title(lang, "bands"), (line,), Grid(head, tuple(rows)))


def _band(edition: Edition, band: str, lang: str) -> str:
    if band == BARE or edition.score is None:
        return _word(lang, "no_score")
    title = next(one.title for one in edition.score.bands if one.id == band)
    return say(title, lang, edition.about.languages[0])[0]


def _consequences(found: Impact, lang: str) -> ImpactPart:
    head = tuple(_word(lang, f"head.{key}") for key in ("consequence", "had", "gained", "lost", "has"))
    rows = []
    for id_ in found.consequences:
        cells: tuple[Cell, ...] = (
            ("had", id_),
            ("consequence", id_, "gained"),
            ("consequence", id_, "lost"),
            ("has", id_),
        )
        rows.append((_effect(found, id_, lang), *(_count(found.counts[cell], lang) for cell in cells)))
    return ImpactPart(_title(lang, "consequence"), (), Grid(head, tuple(rows)))


def _effect(found: Impact, id_: str, lang: str) -> str:
    """The words of a consequence, the new ones before the old."""
    for edition in (found.new, found.old):
        for one in edition.uses[found.use].consequences if found.use in edition.uses else ():
            if one.id == id_:
                return say(one.effect, lang, edition.about.languages[0])[0]
    raise AssertionError(id_)


# ----------------------------------------------------------------------------------------------------------- groups


def _groups(found: Impact, attribute: str, lang: str) -> ImpactPart:
    shown = [outcome for outcome in OUTCOMES if _happens(found, attribute, ("outcome", outcome))]
    moves = [
        (id_, move)
        for id_ in found.consequences
        for move in ("gained", "lost")
        if _happens(found, attribute, (id_, move))
    ]
    head = [attribute, _word(lang, "head.people"), *(_word(lang, f"outcome.{outcome}") for outcome in shown)]
    head += [phrase(lang, f"impact.group.{move}", consequence=bare(_effect(found, id_, lang))) for id_, move in moves]
    rows = []
    for value in found.groups[attribute]:
        cells: list[Cell] = [(), *(("outcome", outcome) for outcome in shown), *moves]
        counts = [found.counts["group", attribute, value, *cell] for cell in cells]
        rows.append((value or _word(lang, "not_said"), *(_count(count, lang) for count in counts)))
    title = phrase(lang, "impact.title.group", attribute=attribute)
    return ImpactPart(sentence(title), (sentence(phrase(lang, "impact.audit")),), Grid(tuple(head), tuple(rows)))


def _happens(found: Impact, attribute: str, cell: Cell) -> bool:
    """Whether there may be anybody in a column."""
    return any(found.counts["group", attribute, value, *cell] != 0 for value in found.groups[attribute])


# ------------------------------------------------------------------------------------------------------- small things


def _title(lang: str, key: str) -> str:
    return sentence(phrase(lang, f"impact.title.{key}"))


def _word(lang: str, key: str) -> str:
    return sentence(phrase(lang, f"impact.{key}"))


def _left_out(lang: str) -> str:
    return phrase(lang, "impact.left_out")


def _count(count: Count, lang: str) -> str:
    return _left_out(lang) if count is None else plain_number(count, lang)


def _share(found: Impact, count: Count, lang: str) -> str:
    if count is None:
        return _left_out(lang)
    type_ = Number(3, "share")
    return number(
        type_, (2000 * count + found.population.people) // (2 * found.population.people), lang, found.new.about
    )


def _bar(found: Impact, count: Count) -> float | None:
    return None if count is None else count / found.population.people


def bin_words(one: Bin, lang: str) -> str:
    """By how much a score changes, in words."""
    return _bin(one, lang)


def outcome_words(outcome: str, lang: str) -> str:
    """What happens to a score."""
    return _word(lang, f"outcome.{outcome}")


def impact_lines(found: Impact, lang: str) -> tuple[str, ...]:
    """Who was counted, on which day, and what is left out."""
    return _start(found, lang).lines
