"""A measure in words: which rows it looks at, what it makes of them, when it is unknown, how it is rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from babel.numbers import format_decimal

from engine.ir import (
    Day,
    Edition,
    Fact,
    FieldRef,
    Fold,
    Join,
    Joined,
    Measure,
    MeasureRef,
    Number,
    Rows,
    Source,
    Span,
    Times,
)
from engine.readings.prose.conditions import View, condition, is_listed, name, named_list
from engine.readings.prose.german import Case
from engine.readings.prose.values import number, plain_number, window
from engine.readings.prose.words import article, counted, list_of, locale, phrase, quote, say, sentence

ROUNDED = frozenset({Fold.SHARE, Fold.AVERAGE})
ZERO_OVER_NONE = frozenset({Fold.COUNT, Fold.SUM})


def measure(edition: Edition, measure: Measure, lang: str) -> str:
    """What a measure gives, in a few sentences."""
    return list_of(lang, [sentence(words) for words in _sentences(edition, measure, lang)])


def _sentences(edition: Edition, measure: Measure, lang: str) -> list[str]:
    view = View(edition, lang)
    match measure.body:
        case Rows() as body:
            return _rows(edition, measure, body, lang)
        case Fact(source, field):
            return [phrase(lang, "measure.fact", value=_fact(edition, source, field, lang))]
        case Span(way, of, unit):
            case: Case = "dative" if way == "age" else "to"
            start = _fact(edition, of.source, of.field, lang, case) if isinstance(of, Fact) else name(view, of, case)[0]
            return [phrase(lang, f"measure.{way}.{unit}", date=start)]
        case Joined(join, measures):
            refs = [MeasureRef(m) for m in measures]
            key = f"{join}_days" if isinstance(measure.type, Day) else str(join)
            if join is Join.SUBTRACT:
                first, second = (name(view, ref)[0] for ref in refs)
                return [phrase(lang, "measure.subtract", first=first, second=second)]
            said = [phrase(lang, f"measure.{key}", list=named_list(view, refs))]
            if join in (Join.GREATEST_OF, Join.LEAST_OF):
                said.append(phrase(lang, "measure.unknown_if_all"))
            return said
        case Times(of_measure, by, by_places):
            factor = format_decimal(Decimal(by).scaleb(-by_places), locale=locale(lang), decimal_quantization=False)
            factor = factor.replace("-", phrase(lang, "minus"))
            words = phrase(lang, "measure.times", measure=name(view, MeasureRef(of_measure))[0], factor=factor)
            return [words, *_rounding(edition, measure, lang)]
        case _:
            assert_never(measure.body)


def _fact(edition: Edition, source_id: str, field: str, lang: str, case: Case = "nominative") -> str:
    source = edition.sources[source_id]
    words = name(View(edition, lang, source), FieldRef(field), case)[0]
    return phrase(lang, "measure.of_source", field=words, source=_source(edition, source, lang))


def _source(edition: Edition, source: Source, lang: str) -> str:
    return quote(lang, say(source.head.title, lang, edition.about.languages[0])[0])


def _rows(edition: Edition, measure: Measure, body: Rows, lang: str) -> list[str]:
    source = edition.sources[body.source]
    original = edition.about.languages[0]
    fill = {"source": _source(edition, source, lang)}
    key = "rows"
    if body.within is not None and source.dated_by is not None:
        key += "_within"
        fill["date"] = article(lang, say(source.fields[source.dated_by].title, lang, original)[0])
        fill["window"] = window(body.within, lang)
    if body.among is not None:
        key += "_among_listed" if is_listed(body.among) else "_among"
        fill["among"] = condition(edition, body.among, lang, source, "sub")
    rows = phrase(lang, f"scope.{key}", **fill)
    result = _result(edition, body, source, lang)
    said = [phrase(lang, "measure.rows", rows=rows, result=result)]
    said.append(_unknown(body, lang))
    return said + (_rounding(edition, measure, lang) if body.fold in ROUNDED else [])


def _result(edition: Edition, body: Rows, source: Source, lang: str) -> str:
    fill = {}
    if body.field is not None:
        title = say(source.fields[body.field].title, lang, edition.about.languages[0])[0]
        fill["field"] = phrase(lang, "name.bare", title=article(lang, title))
    if body.counts_if is None:
        return phrase(lang, f"fold.{body.fold}.all", **fill)
    where = condition(edition, body.counts_if, lang, source, "sub")
    room = "listed" if is_listed(body.counts_if) else "some"
    return phrase(lang, f"fold.{body.fold}.{room}", where=where, **fill)


def _unknown(body: Rows, lang: str) -> str:
    """When a fold is unknown: too few rows, or none, or no source at all."""
    if body.unknown_below is not None:
        none = body.fold not in ZERO_OVER_NONE and body.fold is not Fold.SHARE and body.counts_if is not None
        key = "measure.unknown_below_or_none" if none else "measure.unknown_below"
        return counted(lang, key, body.unknown_below, n=plain_number(body.unknown_below, lang))
    if body.fold is Fold.SHARE:
        return phrase(lang, "measure.unknown_if_no_rows")
    return phrase(lang, "measure.zero_if_none" if body.fold in ZERO_OVER_NONE else "measure.unknown_if_none")


def _rounding(edition: Edition, measure: Measure, lang: str) -> list[str]:
    """To which step the result is rounded, as *0.01%*; nothing when it is a whole number anyway."""
    if not isinstance(measure.type, Number):
        return []
    return [phrase(lang, "measure.rounded", step=number(measure.type, 1, lang, edition.about))]
