"""A source in words: how long its rows are kept, when a given row leaves, and the words of its closed lists."""

from __future__ import annotations

from datetime import date

from engine.ir import Edition, FieldRef, Keep, Source
from engine.readings.prose.conditions import View, condition, name
from engine.readings.prose.values import day, months
from engine.readings.prose.words import phrase, sentence


def label(group: str, code: str, lang: str) -> str:
    """The words for a member of a closed list of the language of policies.

    >>> label("origin", "third-party", "en"), label("legal_basis", "consent", "de")
    ('from others', 'Einwilligung')
    """
    return phrase(lang, f"label.{group}.{code}")


def retention(edition: Edition, source: Source, lang: str) -> list[str]:
    """How long a row is kept and what happens then, a sentence for each case, in the order tried."""
    said = [keep_words(edition, source, keep, index, lang) for index, keep in enumerate(source.retention)]
    return [sentence(words) for words in said] + _unknown_starts(edition, source, lang)


def keep_words(edition: Edition, source: Source, keep: Keep, index: int, lang: str) -> str:
    what = "facts" if source.dated_by is None else "row"
    then = phrase(lang, f"retention.then.{source.then}")
    fill = {"then": then}
    if keep.unpublished:
        key = "not_published"
    elif keep.months is None:
        key = "while_open"
    elif keep.counted_from is None:
        key, fill = "keep", {"then": then, "months": months(keep.months, lang)}
    else:
        start = name(View(edition, lang, source), FieldRef(keep.counted_from), "dative")[0]
        key, fill = "keep_from", {"then": then, "months": months(keep.months, lang), "date": start}
    if keep.when is not None:
        rule = condition(edition, keep.when, lang, source, "sub")
        return phrase(lang, f"retention.{key}.if", what=phrase(lang, f"retention.what.{what}"), condition=rule, **fill)
    which = f"{what}_other" if index else what
    return phrase(lang, f"retention.{key}.always", what=phrase(lang, f"retention.what.{which}"), **fill)


def _unknown_starts(edition: Edition, source: Source, lang: str) -> list[str]:
    """That a row stays while the date it is counted from is unknown; only optional fields can be."""
    starts = dict.fromkeys(keep.counted_from for keep in source.retention if keep.counted_from)
    view = View(edition, lang, source)
    return [
        sentence(phrase(lang, "retention.unknown_start", date=name(view, FieldRef(start))[0]))
        for start in starts
        if source.fields[start].optional
    ]


def left_out(edition: Edition, source: Source, on: date, lang: str) -> list[str]:
    """From which day on a row counted from `on` is left out, a sentence for each retention that ends."""
    said = []
    for index, keep in enumerate(source.retention):
        if keep.months is None or on.year + keep.months // 12 >= date.max.year:
            continue
        fill = {"date": day(on, lang), "end": day(end_of(on, keep.months), lang)}
        if keep.when is not None:
            rule = condition(edition, keep.when, lang, source, "sub")
            said.append(phrase(lang, "retention.left_out.if", condition=rule, **fill))
        else:
            said.append(phrase(lang, f"retention.left_out.{'other' if index else 'always'}", **fill))
    return [sentence(words) for words in said]


def end_of(on: date, months: int) -> date:
    """The first day on which `months` completed months lie between.

    >>> end_of(date(2027, 1, 15), 24), end_of(date(2027, 1, 31), 1)
    (datetime.date(2029, 1, 15), datetime.date(2027, 3, 1))
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    try:
        return date(year, month + 1, on.day)
    except ValueError:  # the month has no such day: the next one begins
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
