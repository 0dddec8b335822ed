"""A score in words: how points add up, the range, the bands, when there is none, how reasons are ranked."""

from __future__ import annotations

from engine.ir import Band, Edition, Group, Score
from engine.readings.prose.conditions import condition
from engine.readings.prose.values import plain_number, points
from engine.readings.prose.words import bare, counted, list_of, phrase, quote, say, sentence, together


def score(edition: Edition, lang: str) -> list[str]:
    """How the score of an edition is worked out, a sentence each; nothing when it has none."""
    node = edition.score
    if node is None:
        return []
    return [sentence(words) for words in _sentences(edition, node, lang)]


def _sentences(edition: Edition, score: Score, lang: str) -> list[str]:
    said = [phrase(lang, "score.base", base=plain_number(score.base, lang))]
    grouped = {rule for group in score.groups for rule in group.rules}
    alone = [rule for rule in score.rules if rule not in grouped]
    if alone:
        said.append(phrase(lang, "score.adds", rules=_rules(edition, alone, lang)))
    said += [_group(edition, group, lang) for group in score.groups]
    said.append(
        phrase(lang, "score.range", least=plain_number(score.least, lang), greatest=plain_number(score.greatest, lang))
    )
    said.append(phrase(lang, "score.bands", bands=phrase(lang, "join.items").join(_bands(edition, score, lang))))
    for none in score.no_score:
        words = sentence(phrase(lang, "score.none", condition=condition(edition, none.when, lang, order="sub")))
        because = bare(say(none.because, lang, edition.about.languages[0])[0])
        said.append(list_of(lang, [words, phrase(lang, "score.because", because=because)]))
    said.append(counted(lang, "score.reasons", score.most_reasons, n=plain_number(score.most_reasons, lang)))
    said.append(phrase(lang, "score.reasons_ties"))
    return said


def _rules(edition: Edition, rules: list[str], lang: str) -> str:
    original = edition.about.languages[0]
    return together(lang, [quote(lang, say(edition.rules[rule].head.title, lang, original)[0]) for rule in rules])


def _group(edition: Edition, group: Group, lang: str) -> str:
    fill = {
        "group": quote(lang, say(group.title, lang, edition.about.languages[0])[0]),
        "rules": _rules(edition, list(group.rules), lang),
    }
    match (group.floor, group.cap):
        case (None, None):
            return phrase(lang, "score.group", **fill)
        case (int() as floor, None):
            return phrase(lang, "score.group_floor", floor=points(floor, lang), **fill)
        case (None, int() as cap):
            return phrase(lang, "score.group_cap", cap=points(cap, lang), **fill)
        case (floor, cap):
            assert floor is not None
            assert cap is not None
            return phrase(lang, "score.group_both", floor=points(floor, lang), cap=points(cap, lang), **fill)


def _bands(edition: Edition, score: Score, lang: str) -> list[str]:
    return [
        phrase(lang, "score.band", band=band_title(edition, band, lang), span=span(band.least, band.greatest, lang))
        for band in score.bands
    ]


def band_title(edition: Edition, band: Band, lang: str) -> str:
    """The title of a band."""
    return say(band.title, lang, edition.about.languages[0])[0]


def span(least: int, greatest: int, lang: str) -> str:
    """Two ends of a range of scores.

    >>> span(350, 549, "en"), span(350, 549, "zh-Hans")
    ('350 to 549', '350至549')
    """
    return phrase(lang, "score.span", least=plain_number(least, lang), greatest=plain_number(greatest, lang))
