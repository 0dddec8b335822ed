"""A condition as a clause: *the due date is before the day of the evaluation*."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    BandRef,
    Between,
    Boolean,
    Code,
    Compare,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    Edition,
    FieldRef,
    Known,
    MeasureRef,
    NoScore,
    Not,
    Number,
    OneOf,
    Op,
    Operand,
    ScoreRef,
    Source,
    Subject,
    Type,
    Value,
    find_conclusion,
)
from engine.readings.prose.german import Case, with_article
from engine.readings.prose.values import value
from engine.readings.prose.words import (
    Order,
    article,
    clause,
    either,
    is_many,
    phrase,
    phrase_row,
    quote,
    say,
    spoken,
    together,
)

NEGATED = {
    Op.IS: Op.IS_NOT,
    Op.IS_NOT: Op.IS,
    Op.AT_LEAST: Op.LESS_THAN,
    Op.LESS_THAN: Op.AT_LEAST,
    Op.AT_MOST: Op.MORE_THAN,
    Op.MORE_THAN: Op.AT_MOST,
}
LOWER = (Op.AT_LEAST, Op.MORE_THAN)
UPPER = (Op.AT_MOST, Op.LESS_THAN)
INLINE = 3  # so many short clauses are still read in one breath
LEVEL = re.compile(
    "share|points|[A-Z]{3}"
)  # units of what is high or low; of months or letters there are more or fewer
MARKS = ("1", "a", "i")  # how the parts of a list are counted, by depth


@dataclass(frozen=True, slots=True)
class View:
    """What names are read in: the edition, the language and, for conditions on a row, the source of the row."""

    edition: Edition
    lang: str
    source: Source | None = None


def condition(
    edition: Edition, condition: Condition, lang: str, source: Source | None = None, order: Order = "main"
) -> str:
    """A condition as a clause without a full stop; `order` "sub" is what follows *if* or *for which*."""
    return _clause(View(edition, lang, source), direct(condition), order, 0)


def direct(condition: Condition, no: bool = False) -> Condition:
    """The same condition without *not*, which moves down to the comparisons: a safe step in Kleene's logic too."""
    match condition:
        case Not(part):
            return direct(part, not no)
        case AllOf(parts, where):
            inner = tuple(direct(part, no) for part in parts)
            telling = tuple(part for part in inner if not isinstance(part, Always))
            return AnyOf(inner, where) if no else AllOf(telling, where) if telling else Always(where)
        case AnyOf(parts, where):
            inner = tuple(direct(part, no) for part in parts)
            return AllOf(inner, where) if no else AnyOf(inner, where)
        case Always() | Compare() | Between() | OneOf() | Known() | NoScore():
            return _negated(condition) if no else condition
        case _:
            assert_never(condition)


def _negated(condition: Always | Compare | Between | OneOf | Known | NoScore) -> Condition:
    match condition:
        case Always(where):
            return AnyOf((), where)
        case Compare():
            return replace(condition, op=NEGATED[condition.op])
        case Between(subject, least, greatest, type_, where):
            below = Compare(subject, Op.LESS_THAN, least, type_, where)
            return AnyOf((below, Compare(subject, Op.MORE_THAN, greatest, type_, where)), where)
        case OneOf():
            return replace(condition, negated=not condition.negated, said=None)
        case Known():
            return replace(condition, known=not condition.known)
        case NoScore(where):
            return Known(ScoreRef(), True, where)
        case _:
            assert_never(condition)


def _clause(view: View, condition: Condition, order: Order, depth: int) -> str:
    lang = view.lang
    match condition:
        case Always():
            return clause(lang, "clause.always", order)
        case AllOf(parts):
            return _several(view, parts, "all", order, depth)
        case AnyOf(parts):
            return _several(view, parts, "any", order, depth)
        case Compare(subject, op, operand, type_):
            return _compare(view, subject, op, operand, type_, order)
        case Between(subject, least, greatest, type_):
            low = Compare(subject, Op.AT_LEAST, least, type_, condition.where)
            return _both(view, low, Compare(subject, Op.AT_MOST, greatest, type_, condition.where), order)
        case OneOf(subject, values, type_):
            return _one_of(view, condition, subject, values, type_, order)
        case Known(subject, known):
            if isinstance(subject, ScoreRef):
                return clause(lang, "clause.score" if known else "clause.no_score", order)
            words, many = name(view, subject)
            return clause(lang, "clause.known" if known else "clause.not_known", order, many, subject=words)
        case NoScore():
            return clause(lang, "clause.no_score", order)
        case Not():
            return _clause(view, direct(condition), order, depth)
        case _:
            assert_never(condition)


# ------------------------------------------------------------------------------------------------------- names


def name(view: View, subject: Subject, case: Case = "nominative") -> tuple[str, bool]:
    """What a clause is about, with the article its language wants, and whether it takes the plural."""
    lang = view.lang
    original = view.edition.about.languages[0]
    match subject:
        case FieldRef(field):
            if view.source is None:
                return quote(lang, field), False
            found = view.source.fields[field]
            return _named(say(found.title, lang, original)[0], found.type, lang, case)
        case MeasureRef(measure):
            node = view.edition.measures[measure]
            return _named(say(node.head.title, lang, original)[0], node.type, lang, case)
        case ConclusionRef(conclusion):
            given = find_conclusion(view.edition, conclusion)
            title = say(given[1].title, lang, original)[0] if given else conclusion
            return (quote(lang, title), False) if given is None or given[1].codes is None else _plain(title, lang, case)
        case BandRef():
            return phrase(lang, "name.band"), False
        case ScoreRef():
            return phrase(lang, "name.score"), False
        case _:
            assert_never(subject)


def _named(title: str, type_: Type, lang: str, case: Case) -> tuple[str, bool]:
    if isinstance(type_, Boolean):
        return quote(lang, title), False
    if isinstance(type_, Number) and type_.unit == "rows" and not is_number_title(title, lang):
        return phrase(lang, "name.count", title=article(lang, title)), False
    return _plain(title, lang, case)


def _plain(title: str, lang: str, case: Case) -> tuple[str, bool]:
    found = with_article(title, case) if spoken(lang) == "de" else None
    if found is not None:
        return found, False
    return phrase(lang, "name.plain", title=article(lang, title)), is_many(lang, title)


def is_number_title(title: str, lang: str) -> bool:
    """Whether a title says by itself that it is a number of things: *number of bills*."""
    return re.search(phrase_row(lang, "name.count_words"), title, re.IGNORECASE) is not None


# ------------------------------------------------------------------------------------------------- comparisons


def kind(type_: Type, operand: Operand) -> str:
    """Which phrases compare values of this type: levels and counts differ, as in *below 95%* and *fewer than 3*."""
    other = isinstance(operand, FieldRef | MeasureRef)
    match type_:
        case Number():
            if other:
                return "other"
            if type_.unit == "rows":
                return "count"
            return "level" if is_level(type_) else "time"
        case Day():
            return "other_day" if other else "as_of" if isinstance(operand, AsOf) else "day"
        case Boolean() | Code():
            return "code"
        case _:
            assert_never(type_)


def is_level(type_: Type) -> bool:
    """Whether values are high or low, like shares and amounts; of months or letters there are more or fewer."""
    return isinstance(type_, Number) and (type_.unit is None or LEVEL.fullmatch(type_.unit) is not None)


def operand_words(view: View, operand: Operand, type_: Type, case: Case = "nominative") -> str:
    """The right-hand side of a comparison."""
    match operand:
        case Constant(constant):
            return value(type_, constant, view.lang, view.edition.about)
        case AsOf():
            return phrase(view.lang, "name.as_of")
        case FieldRef() | MeasureRef():
            return name(view, operand, case)[0]
        case _:
            assert_never(operand)


def test(view: View, op: Op, operand: Operand, type_: Type) -> str:
    """What a value is held against: *at least 95%*, *before the due date*."""
    group = kind(type_, operand)
    words = operand_words(view, operand, type_, "dative" if group == "other_day" else "nominative")
    return phrase(view.lang, f"test.{group}.{op}", value=words)


def _compare(view: View, subject: Subject, op: Op, operand: Operand, type_: Type, order: Order) -> str:
    lang = view.lang
    yes = op is Op.IS
    words, many = name(view, subject)
    if isinstance(subject, ConclusionRef) and isinstance(type_, Boolean) and isinstance(operand, Constant):
        return clause(lang, "clause.flag" if yes is operand.value else "clause.no_flag", order, subject=words)
    if isinstance(type_, Boolean) and isinstance(operand, Constant):
        return clause(lang, "clause.yes" if yes is operand.value else "clause.no", order, subject=words)
    if isinstance(type_, Boolean | Code):
        if not isinstance(operand, Constant):
            same = "clause.same" if yes else "clause.differs"
            return clause(lang, same, order, many, subject=words, value=operand_words(view, operand, type_, "dative"))
        values = _code_words(view, subject, (operand.value,), type_)
        return clause(lang, "clause.one_of" if yes else "clause.none_of", order, many, subject=words, values=values)
    return _number(view, subject, type_, operand, test(view, op, operand, type_), order)


def _number(view: View, subject: Subject, type_: Type, operand: Operand, tested: str, order: Order) -> str:
    words, many = name(view, subject)
    key = {"other": "other", "day": "day", "as_of": "day", "other_day": "day"}.get(kind(type_, operand), "number")
    return clause(view.lang, f"clause.{key}", order, many, subject=words, test=tested)


def _one_of(view: View, condition: OneOf, subject: Subject, values: Sequence[Value], type_: Type, order: Order) -> str:
    lang = view.lang
    words, many = name(view, subject)
    if isinstance(subject, BandRef):
        score = view.edition.score
        every = {band.id for band in score.bands} if score else set()
        if condition.said and condition.said[0] in ("at_least", "at_most") and not condition.negated:
            band = _code_words(view, subject, (condition.said[1],), type_)
            return clause(lang, f"clause.band_{condition.said[0]}", order, subject=words, value=band)
        if set(values) == every and not condition.negated:
            return clause(lang, "clause.band_any", order)
    if isinstance(type_, Boolean | Code) or isinstance(subject, BandRef):
        said = _code_words(view, subject, values, type_)
        return clause(
            lang, "clause.none_of" if condition.negated else "clause.one_of", order, many, subject=words, values=said
        )
    key = "is_not" if condition.negated else "is"
    said = either(lang, [value(type_, v, lang, view.edition.about) for v in values])
    tested = phrase(lang, f"test.{kind(type_, Constant(values[0]))}.{key}", value=said)
    return _number(view, subject, type_, Constant(values[0]), tested, order)


def _code_words(view: View, subject: Subject, values: Sequence[Value], type_: Type) -> str:
    """Codes in quotation marks, joined with *or*; bands by their titles."""
    lang = view.lang
    score = view.edition.score
    if isinstance(subject, BandRef) and score is not None:
        titles = {band.id: say(band.title, lang, view.edition.about.languages[0])[0] for band in score.bands}
        return either(lang, [phrase(lang, "name.of_band", title=titles[str(v)]) for v in values])
    return either(lang, [quote(lang, value(type_, v, lang, view.edition.about)) for v in values])


# ----------------------------------------------------------------------------------------------------- several


def _both(view: View, first: Compare, second: Compare, order: Order) -> str:
    """Two comparisons of one subject; one that holds of every value there is goes without saying."""
    told = [c for c in (first, second) if not _is_least(c)] or [first]
    tests = [test(view, c.op, c.operand, c.type) for c in told]
    return _number(view, first.subject, first.type, first.operand, phrase(view.lang, "join.range").join(tests), order)


def _is_least(compared: Compare) -> bool:
    """Whether a value is only said to be at least the least it can be."""
    type_, operand = compared.type, compared.operand
    if compared.op is not Op.AT_LEAST or not isinstance(type_, Number) or not isinstance(operand, Constant):
        return False
    least = 0 if type_.least is None and type_.unit == "rows" else type_.least
    return least is not None and isinstance(operand.value, int) and operand.value <= least


def _several(view: View, parts: Sequence[Condition], how: str, order: Order, depth: int) -> str:
    """Parts joined with *and* or *or* when they are few and short, else a counted list."""
    lang = view.lang
    if not parts:
        return clause(lang, "clause.always" if how == "all" else "clause.never", order)
    clauses = _grouped(parts, how)
    if len(clauses) == 1:
        return _joined(view, clauses[0], order, depth)
    if _short(clauses, how):
        said = [_joined(view, group, order, depth) for group in clauses]
        comma, last = phrase(lang, "join.comma"), phrase(lang, f"join.{_joint(clauses, how)}")
        return comma.join(said[:-1]) + last + said[-1]
    mark = MARKS[min(depth, len(MARKS) - 1)]
    items = [
        phrase(lang, "join.item", mark=_mark(mark, i), item=_joined(view, group, "main", depth + 1))
        for i, group in enumerate(clauses)
    ]
    return clause(lang, f"clause.{how}_of", order, list=phrase(lang, "join.items").join(items))


def _grouped(parts: Sequence[Condition], how: str) -> list[tuple[Condition, ...]]:
    return _ranges(parts) if how == "all" else [(part,) for part in _gathered(parts)]


def _short(clauses: Sequence[Sequence[Condition]], how: str) -> bool:
    """Whether clauses can be read in one breath; an *or* between ranges, which have an *and*, cannot."""
    if how == "any" and any(len(group) > 1 or isinstance(group[0], Between) for group in clauses):
        return False
    return len(clauses) <= INLINE and not any(isinstance(part, AllOf | AnyOf) for group in clauses for part in group)


def _joint(clauses: Sequence[Sequence[Condition]], how: str) -> str:
    """Which word joins the last clause: after a list of values with *or*, the *and* needs a comma."""
    if how == "any":
        return "or"
    listing = any(isinstance(part, OneOf) and len(part.values) > 1 for group in clauses for part in group)
    return "and_clear" if listing else "and"


def is_listed(condition: Condition) -> bool:
    """Whether a condition is said as a counted list, which needs room after it."""
    match direct(condition):
        case AllOf(parts):
            how = "all"
        case AnyOf(parts):
            how = "any"
        case _:
            return False
    clauses = _grouped(parts, how)
    return is_listed(clauses[0][0]) if len(clauses) == 1 else bool(clauses) and not _short(clauses, how)


def _mark(style: str, index: int) -> str:
    match style:
        case "1":
            return str(index + 1)
        case "a" if index < 26:  # noqa: PLR2004  the letters there are
            return "abcdefghijklmnopqrstuvwxyz"[index]
        case _ if index < 10:  # noqa: PLR2004  the numerals written here
            return ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")[index]
        case _:
            return str(index + 1)


def _gathered(parts: Sequence[Condition]) -> Sequence[Condition]:
    """*is 1 or is 2* of one subject as *is 1 or 2*: what a table's list of numbers was read as."""
    plain = [p for p in parts if isinstance(p, Compare) and p.op is Op.IS and isinstance(p.operand, Constant)]
    if len(plain) != len(parts) or len({p.subject for p in plain}) != 1:
        return parts
    values = tuple(p.operand.value for p in plain if isinstance(p.operand, Constant))
    return (OneOf(plain[0].subject, values, plain[0].type, plain[0].where),)


def _ranges(parts: Sequence[Condition]) -> list[tuple[Condition, ...]]:
    """Neighbours that hold one subject from both sides go together: *at least 95% and below 98%*."""
    found: list[tuple[Condition, ...]] = []
    for part in parts:
        before = found[-1] if found else ()
        if len(before) == 1 and _range(before[0], part):
            found[-1] = (before[0], part)
        else:
            found.append((part,))
    return found


def _range(first: Condition, second: Condition) -> bool:
    return (
        isinstance(first, Compare)
        and isinstance(second, Compare)
        and first.subject == second.subject
        and kind(first.type, first.operand) == kind(second.type, second.operand) != "code"
        and ((first.op in LOWER and second.op in UPPER) or (first.op in UPPER and second.op in LOWER))
    )


def _joined(view: View, group: Sequence[Condition], order: Order, depth: int) -> str:
    match group:
        case (Compare() as first, Compare() as second):
            return _both(view, first, second, order)
        case _:
            return _clause(view, group[0], order, depth)


def named_value(view: View, subject: Subject, value: Value | None, type_: Type, order: Order = "main") -> str:
    """What is known of a subject, as a clause: *the number of bills is 3*, or that it is not known."""
    here = view.edition.about.where
    known = None if value is None else Compare(subject, Op.IS, Constant(value), type_, here)
    return _clause(view, known or Known(subject, False, here), order, 0)


def named_list(view: View, subjects: Sequence[Subject]) -> str:
    """Names joined with *and*."""
    return together(view.lang, [name(view, subject)[0] for subject in subjects])
