"""The score, its band, its reasons and what follows, from the points and conclusions of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.consequences import names_no_score
from engine.ir import AsOf, BandRef, ConclusionRef, Edition, Score, ScoreRef, Subject, Use
from engine.readings.columns import tree
from engine.readings.columns.conditions import condition_sql
from engine.readings.columns.rules import (
    Definition,
    conclusion_column,
    points_column,
    refuses,
    refuses_column,
    rule_look,
)
from engine.readings.columns.ways import Packing, Way, best_of, bits_in, points_in, ranked_columns


def score_columns(edition: Edition, as_of: date, pack: Packing | None) -> list[Definition]:
    """Whether there is a score and why not, the score, and its band."""
    score, look = edition.score, rule_look(as_of)
    why = [(id_, tree.col(refuses_column(id_))) for id_, rule in edition.rules.items() if refuses(rule)]
    if score is None:
        why.append((edition.about.id, exp.true()))
        return [("no_score", _grounds(why)), ("score", tree.null(tree.BIG)), ("band", tree.null("TEXT"))]
    why += [(score.head.id, tree.known_or(condition_sql(one.when, look), exp.false())) for one in score.no_score]
    found: list[Definition] = [
        ("no_score", _grounds(why)),
        ("total", _total(edition, score, pack)),
    ]
    clamped = tree.least(tree.greatest(tree.col("total"), tree.whole(score.least)), tree.whole(score.greatest))
    found.append(("score", tree.case([(tree.is_null(tree.col("no_score")), clamped)])))
    bands = tree.one_of_type([band.id for band in score.bands])

    def told(band: str) -> Expr:
        return tree.text(band) if pack is None else tree.cast(tree.text(band), bands)

    whens = [
        (tree.binary(exp.LTE, tree.col("score"), tree.whole(band.greatest)), told(band.id)) for band in score.bands
    ]
    return [*found, ("band", tree.case(whens))]


def grounds(edition: Edition) -> list[str]:
    """The policies that may say there is no score, each as often as it may."""
    found = [id_ for id_, rule in edition.rules.items() if refuses(rule)]
    score = edition.score
    return [*found, edition.about.id] if score is None else [*found, *(score.head.id for _ in score.no_score)]


def _grounds(grounds: Sequence[tuple[str, Expr]]) -> Expr:
    """The policies that say there is no score, in order, with a comma between them; null if there are none."""
    if not grounds:
        return tree.null("TEXT")
    if len(grounds) == 1:
        return tree.case([(grounds[0][1], tree.text(grounds[0][0]))])
    words: Expr | None = None
    for id_, when in grounds:
        one = tree.case([(when.copy(), tree.text(f",{id_}"))], tree.text(""))
        words = one if words is None else exp.DPipe(this=words, expression=one)
    assert words is not None, "there are grounds"  # narrows the type
    cut = exp.Substring(this=words, start=tree.whole(2))
    return tree.case([(tree.any_of([when for _, when in grounds]), cut)])


def _total(edition: Edition, score: Score, pack: Packing | None) -> Expr:
    """Base, plus groups after floor and cap, plus the other rules."""

    def together(rules: Sequence[str]) -> Expr:
        if pack is not None:
            return points_in(pack, rules)
        return tree.plus(*(_given(edition, rule) for rule in rules))

    grouped = {rule for group in score.groups for rule in group.rules}
    parts: list[Expr] = [tree.whole(score.base)]
    alone = [rule for rule in score.rules if rule not in grouped]
    parts += [together(alone)] if alone else []
    for group in score.groups:
        held = together(group.rules)
        if group.floor is not None:
            held = tree.greatest(held, tree.whole(group.floor))
        if group.cap is not None:
            held = tree.least(held, tree.whole(group.cap))
        parts.append(held)
    return tree.cast(tree.plus(*parts), tree.BIG)


def _given(edition: Edition, id_: str) -> Expr:
    """The points of a rule, 0 where it gives none."""
    rule, points = edition.rules[id_], tree.col(points_column(id_))
    always = rule.unknown.points is not None and all(case.worth.points is not None for case in rule.cases)
    return points if always else tree.known_or(points, tree.whole(0))


# --------------------------------------------------------------------------------------------------------- reasons

NOTHING_LOST = -1


def reason_columns(edition: Edition, ways: Sequence[Way] | None, pack: Packing | None) -> list[Definition]:
    """The rules ranked by points lost, ties in the score's own order."""
    score = edition.score
    if score is None:
        return []
    if ways is None:
        return _compared(edition, score)
    most = min(score.most_reasons, len(score.rules))
    return ranked_columns(edition, ways, bits_in(pack, score.rules), most)


def _compared(edition: Edition, score: Score) -> list[Definition]:
    """What a rule lost and where it stands as one integer, so that the greatest of them is the next reason:

    points lost × rules + (rules − 1 − order).
    """
    count = len(score.rules)
    losses: list[tuple[str, Expr]] = []
    for order, id_ in enumerate(score.rules):
        lost = tree.minus(tree.whole(best_of(edition, id_)), _given(edition, id_))
        key = tree.plus(tree.times(lost.copy(), tree.whole(count)), tree.whole(count - 1 - order))
        some = tree.binary(exp.GT, lost, tree.whole(0))
        losses.append((tree.name("lost", id_), tree.case([(some, key)], tree.whole(NOTHING_LOST))))
    found: list[Definition] = list(losses)
    before: str | None = None
    most = min(score.most_reasons, count)
    for number in range(1, most + 1):
        keys = [tree.col(column) for column, _ in losses]
        if before is not None:
            keys = [_unless_before(key, before) for key in keys]
        before = f"key_{number}"
        found.append((before, keys[0] if len(keys) == 1 else tree.greatest(*keys)))
    for number in range(1, most + 1):
        key = tree.col(f"key_{number}")
        there = tree.all_of([tree.binary(exp.GTE, key, tree.whole(0)), tree.is_known(tree.col("score"))])
        place = tree.rest(key.copy(), tree.whole(count))
        names = exp.Case(
            this=place,
            ifs=[
                exp.If(this=tree.whole(count - 1 - order), true=tree.text(id_)) for order, id_ in enumerate(score.rules)
            ],
        )
        found.append((f"reason_{number}", tree.case([(there, names)])))
        found.append((f"lost_{number}", tree.case([(there.copy(), tree.quotient(key.copy(), tree.whole(count)))])))
    return found


def _unless_before(key: Expr, before: str) -> Expr:
    """A loss that is not among the reasons so far."""
    lower = tree.binary(exp.LT, key, tree.col(before))
    return tree.case([(lower, key.copy())], tree.whole(NOTHING_LOST))


# ---------------------------------------------------------------------------------------------------- consequences


def consequence_column(id_: str) -> str:
    return tree.name("follows", id_)


def consequence_columns(edition: Edition, use: Use) -> list[Definition]:
    """Which consequences of a use follow. Without a score only one whose trigger names `no_score` can."""

    def look(subject: Subject | AsOf) -> Expr:
        match subject:
            case ScoreRef():
                return tree.col("score")
            case BandRef():
                return tree.col("band")
            case ConclusionRef(name):
                return tree.col(conclusion_column(name))
            case _:
                return exp.Null()

    found = []
    for one in use.consequences:
        follows = condition_sql(one.when, look)
        if edition.score is not None and not names_no_score(one.when):
            follows = tree.all_of([tree.is_known(tree.col("score")), follows])
        found.append((consequence_column(one.id), tree.known_or(follows, exp.false())))
    return found
