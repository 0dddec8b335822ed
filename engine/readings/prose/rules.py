"""A rule in words: the author's table with its cells as phrases, its cases, what they are worth, its examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Boolean,
    Case,
    Certainty,
    Compare,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    Direction,
    Each,
    Edition,
    Example,
    Fixed,
    Given,
    Known,
    MeasureRef,
    NoScore,
    Not,
    Number,
    OneOf,
    Op,
    Operand,
    Rule,
    Type,
    Worth,
    find_conclusion,
)
from engine.readings.prose.conditions import (
    LOWER,
    View,
    condition,
    direct,
    is_level,
    kind,
    name,
    named_value,
    operand_words,
)
from engine.readings.prose.values import from_months_to, number, points
from engine.readings.prose.words import (
    after,
    article,
    bare,
    clause,
    either,
    is_many,
    list_of,
    phrase,
    phrase_row,
    say,
    sentence,
    spoken,
)


@dataclass(frozen=True, slots=True)
class ProseTable:
    """The author's table in words: a header for each measure and one for the result; rows of cells and a worth."""

    headers: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class ProseCase:
    """A case in words: when it applies, what it is worth, and the author's own words with their language, if any."""

    when: str
    worth: str
    text: tuple[str, str] | None


# ------------------------------------------------------------------------------------------------------ tables


def table(edition: Edition, rule: Rule, lang: str) -> ProseTable | None:
    """The author's table with every cell as a phrase; None for a rule written as cases."""
    if rule.table is None:
        return None
    original = edition.about.languages[0]
    titles = [sentence(say(edition.measures[m].head.title, lang, original)[0]) for m in rule.table.measures]
    counts = any(case.worth.points is not None for case in rule.cases)
    result = phrase(lang, "table.points" if counts else "table.result")
    worths = (worth(edition, case.worth, lang) for case in rule.cases)
    return ProseTable((*titles, result), tuple(zip(cells(edition, rule, lang), worths, strict=True)))


def cells(edition: Edition, rule: Rule, lang: str) -> tuple[tuple[str, ...], ...]:
    """The cells of the author's table, row by row, without what they give; none for a rule written as cases."""
    view = View(edition, lang)
    columns = len(rule.table.measures) if rule.table else 0
    return tuple(tuple(cell(view, c) for c in _cells(case, columns)) for case in rule.cases if columns)


def _cells(case: Case, columns: int) -> Sequence[Condition]:
    """The conditions of a table row, column by column."""
    if columns == 1:
        return (case.when,)
    assert isinstance(case.when, AllOf)
    return case.when.parts


def cell(view: View, condition: Condition) -> str:
    """A cell as a phrase about its column: *95% to under 98%*, *none*, *any*."""
    lang = view.lang
    match direct(condition):
        case Always():
            return phrase(lang, "cell.any")
        case Compare(_, op, operand, type_):
            return _cell_compare(view, op, operand, type_)
        case Between(_, least, greatest, type_):
            return _cell_range(view, (Op.AT_LEAST, least), (Op.AT_MOST, greatest), type_)
        case AllOf((Compare() as one, Compare() as two)) if (one.op in LOWER) != (two.op in LOWER):
            low, high = (one, two) if one.op in LOWER else (two, one)
            return _cell_range(view, (low.op, low.operand), (high.op, high.operand), low.type)
        case AllOf(parts):
            return phrase(lang, "join.and").join(cell(view, part) for part in parts)
        case AnyOf(parts):
            return either(lang, [cell(view, part) for part in parts])
        case OneOf(_, values, type_, negated=negated):
            said = either(lang, [_cell_compare(view, Op.IS, Constant(v), type_) for v in values])
            return phrase(lang, "cell.not", value=said) if negated else said
        case Known(_, known):
            return phrase(lang, "cell.known" if known else "value.unknown")
        case NoScore() | Not():
            return ""  # a cell is about a measure, and `direct` leaves no Not
        case _ as rest:
            assert_never(rest)


def _cell_compare(view: View, op: Op, operand: Operand, type_: Type) -> str:
    if isinstance(type_, Boolean) and isinstance(operand, Constant):
        return phrase(view.lang, "value.yes" if operand.value is (op is Op.IS) else "value.no")
    if isinstance(type_, Number) and type_.unit == "rows" and operand == Constant(0) and op is Op.IS:
        return phrase(view.lang, "cell.none")
    group = kind(type_, operand)
    words = operand_words(view, operand, type_)
    if op is Op.IS:
        return words
    if op is Op.IS_NOT:
        return phrase(view.lang, "cell.not", value=words)
    return phrase(view.lang, f"cell.{_family(group)}.{op}", value=words)


def _family(group: str) -> str:
    return "day" if group in ("day", "as_of", "other_day") else group if group in ("count", "time") else "level"


def _cell_range(view: View, low: tuple[Op, Operand], high: tuple[Op, Operand], type_: Type) -> str:
    if isinstance(type_, Number) and type_.unit == "rows":
        low, high = _whole(low, 1), _whole(high, -1)
        if low[1] == high[1]:
            return operand_words(view, low[1], type_)
    words, end = operand_words(view, low[1], type_), operand_words(view, high[1], type_)
    match type_, low[1], high[1]:
        case Number(0, "months"), Constant(int() as least), Constant(int() as greatest):
            words, end = from_months_to(least, greatest, view.lang)
        case Number(unit="months" | "years" | "days"), Constant(int() as least), _:
            words = number(type_, least, view.lang, view.edition.about, unit=False)
        case _:
            pass
    ends = ("closed" if low[0] is Op.AT_LEAST else "open", "closed" if high[0] is Op.AT_MOST else "open")
    group = "day" if isinstance(type_, Day) else "number"
    return phrase(view.lang, f"cell.range.{group}.{'_'.join(ends)}", low=words, high=end)


def _whole(end: tuple[Op, Operand], step: int) -> tuple[Op, Operand]:
    """An end of a range of whole numbers that belongs to it: *more than 1* is *2*."""
    op, operand = end
    if op in (Op.MORE_THAN, Op.LESS_THAN) and isinstance(operand, Constant) and isinstance(operand.value, int):
        return (Op.AT_LEAST if step > 0 else Op.AT_MOST), Constant(operand.value + step)
    return end


# ------------------------------------------------------------------------------------------------------- cases


def cases(edition: Edition, rule: Rule, lang: str) -> tuple[ProseCase, ...]:
    """Every case of a rule: when it applies and what it gives, in the order in which they are tried."""
    original = edition.about.languages[0]
    return tuple(
        ProseCase(
            when=when(edition, case.when, lang, first=index == 0),
            worth=worth(edition, case.worth, lang),
            text=say(case.text, lang, original) if case.text else None,
        )
        for index, case in enumerate(rule.cases)
    )


def case_lines(edition: Edition, rule: Rule, lang: str) -> tuple[str, ...]:
    """Every case of a rule on a line of its own: when it applies, and what it gives."""
    return tuple(phrase(lang, "show.pair", label=said.when, words=said.worth) for said in cases(edition, rule, lang))


def when(edition: Edition, node: Condition, lang: str, first: bool = False) -> str:
    """A condition after *if*; what always applies is *in every case* when it comes first, else *otherwise*."""
    if is_always(node):
        return sentence(phrase(lang, "case.always" if first else "case.otherwise"))
    return sentence(phrase(lang, "case.if", condition=condition(edition, node, lang, order="sub")))


def is_always(node: Condition) -> bool:
    """Whether a condition holds whatever is known: `otherwise`, or a row of a table whose cells are all `-`."""
    match direct(node):
        case Always():
            return True
        case AllOf(parts):
            return all(is_always(part) for part in parts)
        case _:
            return False


def worth(edition: Edition, worth: Worth, lang: str) -> str:
    """What a case gives: points, conclusions or no score, without a full stop."""
    if worth.no_score is not None:
        because = bare(say(worth.no_score, lang, edition.about.languages[0])[0])
        return phrase(lang, "worth.no_score_because", because=because)
    said = [] if worth.points is None else [points_words(edition, worth.points, lang)]
    said += [given_words(edition, given, lang) for given in worth.concludes]
    return phrase(lang, "join.items").join(said) or phrase(lang, "worth.nothing")


def points_words(edition: Edition, node: Fixed | Each, lang: str) -> str:
    match node:
        case Fixed(so_many):
            return points(so_many, lang)
        case Each(each, of, bound):
            measured = name(View(edition, lang), MeasureRef(of))[0]
            key = "worth.each_floor" if each < 0 else "worth.each_cap"
            return phrase(lang, key, points=points(each, lang), measure=measured, bound=points(bound, lang))
        case _:
            assert_never(node)


def given_words(edition: Edition, given: Given, lang: str) -> str:
    """A conclusion that a case gives, as a clause."""
    subject = ConclusionRef(given.conclusion)
    words, many = name(View(edition, lang), subject)
    if isinstance(given.value, bool):
        return clause(lang, "clause.flag" if given.value else "clause.no_flag", "main", subject=words)
    return clause(
        lang, "clause.one_of", "main", many, subject=words, values=_value_of(edition, subject, given.value, lang)
    )


def unknown(edition: Edition, rule: Rule, lang: str) -> str:
    """What the rule is worth when it cannot be decided, and why."""
    because = say(rule.unknown.because, lang, edition.about.languages[0])[0]
    said = phrase(lang, "worth.unknown", worth=worth_of_unknown(edition, rule, lang))
    return list_of(lang, [said, after(lang, because)])


def worth_of_unknown(edition: Edition, rule: Rule, lang: str) -> str:
    """What the rule gives when it cannot be decided, without the reason."""
    if rule.unknown.no_score is not None:
        return phrase(lang, "worth.no_score")
    return _gives(edition, rule.unknown.points, rule.unknown.concludes, lang)


def certainty(edition: Edition, node: Certainty, lang: str) -> list[str]:
    """Where a figure comes from, how sure it is and who disagrees, a sentence each."""
    original = edition.about.languages[0]
    said = []
    if node.source is not None:
        said.append(phrase(lang, "certainty.source", source=bare(say(node.source, lang, original)[0])))
    if node.sure is not None:
        said.append(phrase(lang, f"certainty.{node.sure}"))
    if node.disputed is not None:
        said.append(phrase(lang, "certainty.disputed", disputed=bare(say(node.disputed, lang, original)[0])))
    return said


def direction(edition: Edition, direction: Direction, lang: str) -> str:
    """That more of a measure is never worse, or never better, and the exception the author declares."""
    measured = edition.measures[direction.measure]
    title = article(lang, say(measured.head.title, lang, edition.about.languages[0])[0])
    english = spoken(lang) == "en"
    words = title if english else name(View(edition, lang), MeasureRef(direction.measure))[0]
    more = is_many(lang, title) if english else not is_level(measured.type)
    if isinstance(measured.type, Day):
        how = "later"
    elif re.search(phrase_row(lang, "name.length_words"), title, re.IGNORECASE):
        how = "longer"
    else:
        how = "more" if more else "higher"
    said = [sentence(phrase(lang, f"direction.{direction.way}.{how}", measure=words))]
    if direction.except_ is not None:
        because = bare(say(direction.except_, lang, edition.about.languages[0])[0])
        said.append(phrase(lang, "direction.except", because=because))
    return list_of(lang, said)


# ---------------------------------------------------------------------------------------------------- examples


def example(edition: Edition, rule: Rule, example: Example, lang: str) -> str:
    """A worked example as a sentence: what goes in, and what comes out."""
    view = View(edition, lang)
    facts = [
        named_value(view, MeasureRef(id_), v, edition.measures[id_].type, "sub") for id_, v in example.measures.items()
    ]
    facts += [_concluded(view, conclusion, v) for conclusion, v in example.conclusions.items()]
    if len(facts) > 1:
        given = phrase(lang, "join.comma").join(facts[:-1]) + phrase(lang, "join.and") + facts[-1]
    else:
        given = "".join(facts)
    gives = comes_out(edition, rule, example, lang)
    if given:
        said = phrase(lang, "example.if", given=given, result=gives)
    else:
        said = phrase(lang, "example.always", result=gives)
    title = bare(say(example.title, lang, edition.about.languages[0])[0]) if example.title else ""
    return phrase(lang, "example.titled", title=title, example=said) if title else sentence(said)


def comes_out(edition: Edition, rule: Rule, example: Example, lang: str) -> str:
    """What an example gives, without what goes in."""
    match example.outcome:
        case "no_score":
            return phrase(lang, "worth.no_score")
        case "unknown":
            return phrase(lang, "example.undecided", result=worth_of_unknown(edition, rule, lang))
        case "case":
            return _gives(edition, example.points, example.concludes, lang)
        case _:
            assert_never(example.outcome)


def _gives(edition: Edition, so_many: int | None, concludes: Sequence[Given], lang: str) -> str:
    said = [] if so_many is None else [points(so_many, lang)]
    said += [given_words(edition, given, lang) for given in concludes]
    return phrase(lang, "join.items").join(said) or phrase(lang, "worth.nothing")


def _concluded(view: View, conclusion: str, value: bool | str | None) -> str:
    found = find_conclusion(view.edition, conclusion)
    codes = found[1].codes if found else None
    type_: Type = Boolean() if codes is None else codes
    return named_value(view, ConclusionRef(conclusion), value, type_, "sub")


def _value_of(edition: Edition, subject: ConclusionRef, code: str, lang: str) -> str:
    found = find_conclusion(edition, subject.conclusion)
    codes = found[1].codes if found else None
    titles = {c.code: say(c.title, lang, edition.about.languages[0])[0] for c in codes.choices} if codes else {}
    return phrase(lang, "quote", words=titles.get(code, code))
