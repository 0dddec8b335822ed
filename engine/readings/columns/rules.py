"""A rule as SQL: the first case that is true wins, and an unknown one stops the scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.conditions import Asked, asked, leaves
from engine.ir import (
    Always,
    AsOf,
    Between,
    Code,
    Compare,
    Conclusion,
    ConclusionRef,
    Condition,
    Constant,
    Day,
    Each,
    Edition,
    Fixed,
    Known,
    MeasureRef,
    OneOf,
    Op,
    Rule,
    Subject,
    Worth,
)
from engine.readings.columns import tree
from engine.readings.columns.conditions import Look, condition_sql
from engine.readings.columns.cuts import cuts
from engine.readings.columns.ladders import at_place, down, halved, ladder, of_dates, steps
from engine.readings.columns.measures import measure_column

UNKNOWN = -1
"""The mark of a rule that is unknown; otherwise it is the index of the case that won."""

Leaf = Callable[[int | None], Expr]
"""What stands where a case has won, or where the rule is unknown (None)."""

Definition = tuple[str, Expr]
"""A column and how it is worked out."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """A rule as ranges of one number or date: where each begins, and which case it comes to."""

    of: MeasureRef
    day: bool
    cases: Sequence[tuple[int, int | None]]


Ladders = Mapping[str, Ranges]
"""The rules with long tables, where lists are wanted for them."""


def points_column(id_: str) -> str:
    return tree.name("points", id_)


def conclusion_column(id_: str) -> str:
    return tree.name("says", id_)


def refuses_column(id_: str) -> str:
    return tree.name("refuses", id_)


def case_column(id_: str) -> str:
    return tree.name("case", id_)


def rule_look(as_of: date) -> Look:
    """Gives a condition of a rule its columns."""

    def look(subject: Subject | AsOf) -> Expr:
        match subject:
            case MeasureRef(measure):
                return tree.col(measure_column(measure))
            case ConclusionRef(name):
                return tree.col(conclusion_column(name))
            case _:
                return tree.literal(as_of)

    return look


def rule_columns(edition: Edition, rule: Rule, as_of: date, *, points: bool, ladders: Ladders) -> list[Definition]:
    """The points of a rule, if they are asked for, its conclusions, and whether it refuses to score."""
    look, id_ = rule_look(as_of), rule.head.id
    worths = [case.worth for case in rule.cases]
    scores = points and edition.score is not None and id_ in edition.score.rules
    if is_plain(rule):
        return [(points_column(id_), scan(rule, look, lambda n: _fixed(rule, n), ladders))] if scores else []

    def mark(number: int | None) -> Expr:
        each = None if number is None else worths[number].points
        found = tree.whole(UNKNOWN if number is None else number)
        if not isinstance(each, Each):
            return found
        return tree.case([(tree.is_null(tree.col(measure_column(each.of))), tree.whole(UNKNOWN))], found)

    found = [(case_column(id_), scan(rule, look, mark, ladders))]
    if scores:
        found.append((points_column(id_), _by_mark(rule, lambda n: _points(rule, n), tree.BIG, ladders)))
    found += [(conclusion_column(one.name), _concluded(rule, one, ladders)) for one in rule.conclusions]
    if _refusing(rule):
        found.append((refuses_column(id_), _is_marked(rule, _refusing(rule), ladders)))
    return found


def by_outcome(rule: Rule, look: Look, leaf: Leaf, ladders: Ladders) -> Expr:
    """A leaf for whatever comes of a rule."""
    if is_plain(rule):
        return scan(rule, look, leaf, ladders)
    return _by_mark(rule, leaf, tree.BIG, ladders)


def by_code(rule: Rule, look: Look, leaf: Leaf, kind: str) -> Expr | None:
    """A leaf by the place that a code has among all codes, where a rule that is plain asks for nothing else.

    A database that knows each code of a column once then looks only at the few codes, and not at everybody's.
    """
    conditions = [case.when for case in rule.cases]
    codes = _codes_of(conditions[0])
    looked_at = subjects(conditions[0]) if codes and is_plain(rule) else set()
    if len(looked_at) != 1 or any(subjects(one) != looked_at for one in conditions if not isinstance(one, Always)):
        return None
    found = [_winner(conditions, code) for code in codes]
    if UNKNOWN in found:
        return None
    (of,) = looked_at
    values = [*codes, None]
    listed = exp.Array(expressions=[exp.Null() if code is None else tree.text(code) for code in values])
    at = exp.Anonymous(this=tree.POSITION, expressions=[listed, look(of)])
    return tree.lookup(at, [leaf(number) for number in (*found, None)], kind)


def _codes_of(condition: Condition) -> list[str]:
    """All codes there are, of what is compared with some of them."""
    match condition:
        case Compare(MeasureRef(), _, Constant(), Code(choices)) | OneOf(MeasureRef(), _, Code(choices)):
            return [choice.code for choice in choices]
        case _:
            return []


def _winner(conditions: Sequence[Condition], code: str) -> int | None:
    """The first case that holds of a code, None if there is none; `UNKNOWN` if that cannot be told from the code."""
    for number, condition in enumerate(conditions):
        match condition:
            case Always():
                return number
            case Compare(MeasureRef(), Op.IS, Constant(value), Code()):
                holds = value == code
            case Compare(MeasureRef(), Op.IS_NOT, Constant(value), Code()):
                holds = value != code
            case OneOf(MeasureRef(), values, Code(), negated=negated):
                holds = (code in values) != negated
            case _:
                return UNKNOWN
        if holds:
            return number
    return None


def is_plain(rule: Rule) -> bool:
    """Whether a rule gives points and nothing else."""
    each = any(isinstance(case.worth.points, Each) for case in rule.cases)
    return not (rule.conclusions or _refusing(rule) or each)


# ------------------------------------------------------------------------------------------------------- the scan


def scan(rule: Rule, look: Look, leaf: Leaf, ladders: Ladders) -> Expr:
    """The leaf of the case that wins."""
    ranges = ladders.get(rule.head.id)
    if ranges is not None:
        found = down(rule.head.id, look(ranges.of), _leaves(rule, ranges, leaf), leaf(None))
        if found is not None:
            return found
    ranges = ranges or _ranges(rule)
    if ranges is not None:
        return _ranged(ranges, look, leaf)
    conditions = [case.when for case in rule.cases]
    always = next((number for number, one in enumerate(conditions) if isinstance(one, Always)), None)
    otherwise, conditions = leaf(always), conditions[:always]
    whens: list[tuple[Expr, Expr]] = []
    known: set[Asked] = {AsOf()}
    if otherwise == leaf(None) and _ask_one_thing(conditions):
        known |= subjects(conditions[0])  # what is unknown falls through to where it belongs
    for number, condition in enumerate(conditions):
        said = condition_sql(condition, look)
        lacking = subjects(condition) - known
        falls = number == len(conditions) - 1 and otherwise == leaf(None)
        if lacking and not answers(condition) and not falls:
            if len(subjects(condition)) == 1 and is_strict(condition):
                (subject,) = lacking
                whens.append((tree.is_null(look(subject)), leaf(None)))
                known.add(subject)
            else:
                whens.append((tree.is_null(said.copy()), leaf(None)))
        whens.append((said, leaf(number)))
    return tree.case(whens, otherwise)


def _leaves(rule: Rule, ranges: Ranges, leaf: Leaf) -> list[Expr]:
    """The leaf of each range, made once for the same points where a rule gives nothing else: they take long to make."""
    numbers = [number for _, number in ranges.cases]
    if not is_plain(rule):
        return [leaf(number) for number in numbers]
    given = [None if number is None else (rule.cases[number].worth.points,) for number in numbers]
    made = {points: leaf(number) for points, number in dict(zip(given, numbers, strict=True)).items()}
    return [made[points] for points in given]


def _ask_one_thing(conditions: Sequence[Condition]) -> bool:
    """Whether all conditions are about the same, and unknown exactly where it is."""
    first = subjects(conditions[0]) if conditions else set()
    return len(first) == 1 and all(subjects(one) == first and is_strict(one) for one in conditions)


def _type_of(condition: Condition) -> object:
    """The type of what a condition over one measure compares."""
    first = next(leaves(condition))
    return first.type if isinstance(first, Compare | Between | OneOf) else None


def _ranges(rule: Rule) -> Ranges | None:
    """A rule as ranges, if it asks for nothing else than where one number or date lies."""
    conditions = [case.when for case in rule.cases]
    cut = cuts(conditions)
    if cut is None:
        return None
    day = isinstance(_type_of(conditions[0]), Day)
    return Ranges(cut[0], day, of_dates(cut[1]) if day else cut[1])


def ladders_of(edition: Edition) -> Ladders:
    """All rules with a table so long that a ladder of lists is quicker."""
    found = ((id_, _ranges(rule)) for id_, rule in edition.rules.items())
    return {id_: one for id_, one in found if one is not None and steps(len(one.cases))}


def ladder_columns(ladders: Ladders) -> list[Definition]:
    """What leads to the range of each rule with a long table."""
    return [
        column
        for id_, found in ladders.items()
        for column in ladder(id_, _measured(found.of), [at for at, _ in found.cases], day=found.day)
    ]


def _measured(of: MeasureRef) -> Expr:
    return tree.col(measure_column(of.measure))


def _ranged(found: Ranges, look: Look, leaf: Leaf) -> Expr:
    """The leaf of the range that a value lies in."""
    here = look(found.of)
    merged = _merged(found.cases, leaf)
    within = halved(here, merged, day=found.day)
    unknown = exp.If(this=tree.is_null(here.copy()), true=leaf(None))
    if isinstance(within, exp.Case) and len(merged) > 1:  # what is unknown is below nothing
        return exp.Case(ifs=[*within.args["ifs"], unknown], default=within.args["default"])
    return exp.Case(ifs=[unknown], default=within)


def _merged(ranges: Sequence[tuple[int, int | None]], leaf: Leaf) -> list[tuple[int, Expr]]:
    """Ranges beside each other that come to the same are one."""
    found: list[tuple[int, Expr]] = []
    for first, number in ranges:
        value = leaf(number)
        if not found or found[-1][1] != value:
            found.append((first, value))
    return found


def subjects(condition: Condition) -> set[Asked]:
    """Everything a condition looks at."""
    return set(asked(condition))


def answers(condition: Condition) -> bool:
    """Whether a condition says true or false whatever is unknown."""
    return all(isinstance(leaf, Known | Always) for leaf in leaves(condition))


def is_strict(condition: Condition) -> bool:
    """Whether a condition over one thing is unknown exactly where that thing is."""
    return all(isinstance(leaf, Compare | Between | OneOf) for leaf in leaves(condition))


# ------------------------------------------------------------------------------------------------ what a case gives


def _fixed(rule: Rule, number: int | None) -> Expr:
    points = rule.unknown.points if number is None else rule.cases[number].worth.points
    points = points.points if isinstance(points, Fixed) else points
    return tree.null(tree.BIG) if points is None else tree.whole(int(points))  # type: ignore[arg-type]  # no Each here


def _points(rule: Rule, number: int | None) -> Expr:
    each = None if number is None else rule.cases[number].worth.points
    if not isinstance(each, Each):
        return _fixed(rule, number)
    product = tree.times(tree.whole(each.each), tree.cast(tree.col(measure_column(each.of)), tree.HUGE))
    held = tree.greatest if each.each < 0 else tree.least
    bound = tree.cast(tree.whole(each.bound), tree.HUGE)
    return tree.cast(held(bound, tree.known_or(product, tree.whole(0))), tree.BIG)


def _by_mark(rule: Rule, leaf: Leaf, kind: str, ladders: Ladders) -> Expr:
    """A leaf for each mark: cases with the same leaf together, those of a long table in a list."""
    if rule.head.id in ladders:
        marks = (None, *range(len(rule.cases)))
        listed = at_place((leaf(number) for number in marks), _after_unknown(rule))
        if listed is not None:
            return listed
    groups: dict[Expr, list[int]] = {}
    for number in (None, *range(len(rule.cases))):
        groups.setdefault(leaf(number), []).append(UNKNOWN if number is None else number)
    found = [(leaf_, marks) for leaf_, marks in groups.items() if not _is_empty(leaf_)]
    if len(groups) == 1 and found:
        return found[0][0]
    mark = tree.col(case_column(rule.head.id))
    whens = [(_among(mark, marks), leaf_) for leaf_, marks in found]
    return tree.case(whens, tree.null(kind))


def _is_empty(leaf: Expr) -> bool:
    return isinstance(leaf, exp.Cast) and isinstance(leaf.this, exp.Null)


def _among(mark: Expr, marks: Sequence[int]) -> Expr:
    if len(marks) == 1:
        return tree.binary(exp.EQ, mark.copy(), tree.whole(marks[0]))
    return tree.is_one_of(mark.copy(), [tree.whole(one) for one in marks])


def _concluded(rule: Rule, conclusion: Conclusion, ladders: Ladders) -> Expr:
    """A conclusion: a flag nobody raised is false, and unknown when the rule is."""
    kind = "BOOLEAN" if conclusion.codes is None else "TEXT"

    def leaf(number: int | None) -> Expr:
        given = rule.unknown.concludes if number is None else rule.cases[number].worth.concludes
        for one in given:
            if one.conclusion == conclusion.name:
                return tree.literal(one.value)
        return exp.false() if conclusion.codes is None and number is not None else tree.null(kind)

    return _by_mark(rule, leaf, kind, ladders)


def _refusing(rule: Rule) -> list[int]:
    """The marks with which a rule refuses to score."""
    found = [n for n, case in enumerate(rule.cases) if _refuses(case.worth)]
    return [*([UNKNOWN] if rule.unknown.no_score is not None else []), *found]


def _refuses(worth: Worth) -> bool:
    return worth.no_score is not None


def refuses(rule: Rule) -> bool:
    """Whether a rule may refuse to score."""
    return bool(_refusing(rule))


def _is_marked(rule: Rule, marks: Sequence[int], ladders: Ladders) -> Expr:
    if rule.head.id in ladders:
        found = set(marks)
        flags = (tree.literal(number in found) for number in range(UNKNOWN, len(rule.cases)))
        listed = at_place(flags, _after_unknown(rule))
        assert listed is not None, "a list holds flags"  # narrows the type
        return listed
    return _among(tree.col(case_column(rule.head.id)), marks)


def _after_unknown(rule: Rule) -> Expr:
    """The place of a mark, counted from 0: that of the unknown comes first."""
    return tree.minus(tree.col(case_column(rule.head.id)), tree.whole(UNKNOWN))
