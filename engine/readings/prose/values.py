"""Values in words: numbers with their unit, money, shares, dates, codes, points, and lengths of time."""

from __future__ import annotations

import copy
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import assert_never

from babel.dates import format_date
from babel.numbers import NumberPattern

from engine.ir import About, Boolean, Code, Day, Number, Type, Value
from engine.readings.prose.words import counted, has, locale, phrase, say

TIMES = ("months", "years", "days")
YEAR = 12  # months


def value(type_: Type, value: Value | None, lang: str, about: About) -> str:
    r"""A value as people write it; None is the word for unknown.

    >>> from engine.problem import Where
    >>> about = About("demo", {}, {}, "illustration", ("en",), {}, {}, None, Where("a.yaml"))
    >>> value(Number(4, "share"), 9800, "en", about), value(Number(4, "share"), 9550, "de", about)
    ('98%', '95,5\xa0%')
    >>> value(Number(2, "CNY"), 125050, "en", about), value(Number(0, "months"), 18, "zh-Hans", about)
    ('CN¥1,250.50', '18个月')
    >>> value(Boolean(), True, "de", about), value(Day(), date(2027, 1, 15), "en", about)
    ('ja', '15 January 2027')
    """
    if value is None:
        return phrase(lang, "value.unknown")
    match type_:
        case Number():
            assert isinstance(value, int)
            return number(type_, value, lang, about)
        case Boolean():
            return phrase(lang, "value.yes" if value else "value.no")
        case Code(choices):
            titles = [say(c.title, lang, about.languages[0])[0] for c in choices if c.code == value]
            return titles[0] if titles and titles[0] else str(value)
        case Day():
            assert isinstance(value, date)
            return day(value, lang)
        case _:
            assert_never(type_)


def number(type_: Number, scaled: int, lang: str, about: About, unit: bool = True) -> str:
    """An exact number with its unit, or (`unit` false) bare, as in *6 to under 18 months*."""
    exact = Decimal(scaled).scaleb(-type_.places)
    name = type_.unit
    if name == "share":
        return _format(exact, max(0, type_.places - 2), lang, "percent")
    if name is None or name == "rows" or not unit:
        return _format(exact, type_.places, lang, "decimal")
    if name == "months" and exact == int(exact):
        return months(int(exact), lang)
    if name in TIMES:
        return counted(lang, f"unit.{name}", _count(exact), n=_format(exact, type_.places, lang, "decimal"))
    if name in about.units:
        words = say(about.units[name], lang, about.languages[0])[0]
        return phrase(lang, "unit.own", n=_format(exact, type_.places, lang, "decimal"), unit=words)
    if name == "points":
        return counted(lang, "unit.points", _count(exact), n=_format(exact, type_.places, lang, "decimal"))
    if re.fullmatch("[A-Z]{3}", name):
        return _format(exact, type_.places, lang, name)
    return phrase(lang, "unit.own", n=_format(exact, type_.places, lang, "decimal"), unit=name)


def _count(exact: Decimal) -> float:
    """What a plural is chosen by: a whole number, or a fraction, which is never *one*."""
    return int(exact) if exact == int(exact) else float(exact)


@lru_cache(8192)
def _format(exact: Decimal, places: int, lang: str, style: str) -> str:
    """A decimal in the style of the language: as many digits after the point as needed, money all of them or none."""
    here = locale(lang)
    money = style not in ("decimal", "percent")
    found: NumberPattern = (
        here.currency_formats["standard"]
        if money
        else here.percent_formats[None]
        if style == "percent"
        else here.decimal_formats[None]
    )
    pattern = copy.copy(found)
    whole = exact == exact.to_integral_value()
    pattern.frac_prec = ((0, 0) if whole else (places, places)) if money else (0, places)
    words: str = pattern.apply(exact, here, currency=style if money else None, currency_digits=False)
    return words.replace("-", phrase(lang, "minus"))


@lru_cache(4096)
def day(on: date, lang: str) -> str:
    """A date, written out.

    >>> day(date(2027, 1, 5), "de"), day(date(2027, 1, 5), "zh-Hans")
    ('5. Januar 2027', '2027年1月5日')
    """
    return format_date(on, "long", locale=locale(lang))


def plain_number(whole: int, lang: str) -> str:
    """A whole number without sign or unit, like a score."""
    return _format(Decimal(whole), 0, lang, "decimal")


def signed(points: int, lang: str) -> str:
    """A number of points with its sign, a true minus.

    >>> signed(40, "en"), signed(-10, "en"), signed(0, "en")
    ('+40', '−10', '0')
    """
    return ("+" if points > 0 else "") + plain_number(points, lang)


def points(points: int, lang: str) -> str:
    """So many points, in words.

    >>> points(40, "en"), points(-1, "en"), points(-10, "de"), points(0, "zh-Hans")
    ('+40 points', '−1 point', '−10 Punkte', '0分')
    """
    return counted(lang, "unit.points", abs(points), n=signed(points, lang))


def months(count: int, lang: str) -> str:
    """A number of months, as years when there are two or more of them and no month over.

    >>> months(24, "en"), months(1, "de"), months(18, "zh-Hans"), months(240, "de")
    ('2 years', '1 Monat', '18个月', '20 Jahre')
    """
    if _as_years(count):
        return counted(lang, "unit.years", count // YEAR, n=plain_number(count // YEAR, lang))
    return counted(lang, "unit.months", count, n=plain_number(count, lang))


def from_months_to(low: int, high: int, lang: str) -> tuple[str, str]:
    """Two ends of a range of months in one unit, which is said once, with the second.

    >>> from_months_to(120, 180, "en"), from_months_to(18, 24, "en")
    (('10', '15 years'), ('18', '24 months'))
    """
    if low % YEAR == 0 and _as_years(high):
        return plain_number(low // YEAR, lang), months(high, lang)
    return plain_number(low, lang), counted(lang, "unit.months", high, n=plain_number(high, lang))


def _as_years(count: int) -> bool:
    return count % YEAR == 0 and count >= 2 * YEAR


def duration(code: str, lang: str) -> str:
    """A length of time written like ``P60D``.

    >>> duration("P60D", "en"), duration("P1Y", "de"), duration("P2M", "zh-Hans")
    ('60 days', '1 Jahr', '2个月')
    """
    count, unit = _duration(code)
    return counted(lang, f"unit.{unit}", count, n=plain_number(count, lang))


def frequency(code: str, lang: str) -> str:
    """How often data comes: every so often, or one of the words of the language of policies.

    >>> frequency("P1M", "en"), frequency("P3M", "de"), frequency("once", "zh-Hans")
    ('every month', 'vierteljährlich', '一次性')
    """
    if has(lang, f"frequency.{code}"):
        return phrase(lang, f"frequency.{code}")
    count, unit = _duration(code)
    return counted(lang, f"every.{unit}", count, n=plain_number(count, lang))


def _duration(code: str) -> tuple[int, str]:
    return int(code[1:-1]), {"D": "days", "M": "months", "Y": "years"}[code[-1]]


def window(count: int, lang: str) -> str:
    """The window a measure looks at, in months, as titles and the reference page have it.

    >>> window(24, "en"), window(1, "de"), window(12, "zh-Hans")
    ('in the last 24 months', 'im letzten Monat', '最近12个月内')
    """
    return counted(lang, "window", count, n=plain_number(count, lang))
