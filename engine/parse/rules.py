"""A rule: its table or cases, what unknown is worth, what it concludes, and its worked examples."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from engine.conditions import subjects
from engine.ir import (
    AllOf,
    Boolean,
    Case,
    Certainty,
    Code,
    Conclusion,
    ConclusionRef,
    Direction,
    Each,
    Evidence,
    Example,
    Fixed,
    Given,
    Header,
    Measure,
    MeasureRef,
    Number,
    Rule,
    Table,
    Type,
    Unknown,
    Value,
    Worth,
)
from engine.parse.cells import cell, cell_text
from engine.parse.conditions import Scope, condition, otherwise
from engine.parse.paper import At, Paper, category, get, key_where, say, text, text_or_none, where, whole
from engine.parse.types import codes, kind_of, measure_types, unknown_name, value, written
from engine.problem import Grade


def conclusions(paper: Paper) -> tuple[Conclusion, ...]:
    """What the rule in a document may conclude."""
    return tuple(
        Conclusion(
            str(name),
            text(paper, ("conclusions", name, "title")),
            category(paper, ("conclusions", name, "category")),
            codes(paper, ("conclusions", name, "codes")) if "codes" in found else None,
            key_where(paper, ("conclusions", name)),
        )
        for name, found in (get(paper, ("conclusions",)) or {}).items()
    )


def rule(
    paper: Paper,
    head: Header,
    own: tuple[Conclusion, ...],
    measures: Mapping[str, Measure | None],
    known: Mapping[str, Conclusion | None],
    rights: Collection[str],
) -> Rule | None:
    """The rule in a document; None when one of its cases is wrong or stands on something that is.

    `own` are its conclusions and `known` those of the whole edition; `rights` are the rights there are.
    """
    scope = Scope("measure", measure_types(measures), known)
    data = paper.document.data
    table: Table | None = None
    cases: list[Case | None]
    if "table" in data:
        table, cases = _table(paper, scope, own)
    else:
        cases = [_case(paper, ("cases", index), scope, own) for index in range(len(data["cases"]))]
    worths = [case.worth for case in cases if case is not None]
    unknown = _unknown(paper, own)
    why, mends, evidence = text(paper, ("why",)), text_or_none(paper, ("mends",)), _evidence(paper, rights)
    if len(worths) == len(cases):
        _check_points(paper, cases, unknown)
        _check_coded(paper, cases, own)
    sound = tuple(case for case in cases if case is not None)
    reads = tuple(dict.fromkeys([*(table.measures if table else ()), *read_measures(sound)]))
    asked = tuple(dict.fromkeys(read_conclusions(sound)))
    complete = len(sound) == len(cases)
    directions = _directions(paper, reads, scope) if complete else ()
    examples = _examples(paper, own, scope, reads, asked, complete=complete)
    if not complete:
        return None
    return Rule(head, why, sound, unknown, own, table, directions, mends, evidence, examples, reads, asked)


# --------------------------------------------------------------------------------------------- tables and cases


def _table(paper: Paper, scope: Scope, own: tuple[Conclusion, ...]) -> tuple[Table | None, list[Case | None]]:
    """The author's table, and its rows as cases."""
    at: At = ("table",)
    one = get(paper, (*at, "measure"))
    names = (
        [(one, (*at, "measure"))]
        if one is not None
        else [(name, (*at, "measures", index)) for index, name in enumerate(get(paper, (*at, "measures")))]
    )
    sound = True
    for name, name_at in names:
        if name not in scope.types:
            unknown_name(paper, "measure", name, name_at, scope.types)
            sound = False
        elif scope.types[name] is None:
            sound = False
    rows = get(paper, (*at, "rows"))
    cases: list[Case | None] = []
    for index, row in enumerate(rows):
        row_at: At = (*at, "rows", index)
        if len(row) != len(names) + 1:
            say(
                paper,
                "wrong-number-of-cells",
                f"the row has {_cells(len(row) - 1)} and the table {_cells(len(names))}",
                where(paper, row_at),
                help="a row has one cell for each measure, and then what it is worth",
            )
            cases.append(None)
            continue
        worth = _worth(paper, (*row_at, len(names)), scope, own)
        whens = [
            cell(paper, (*row_at, column), name, type_)
            for column, (name, _) in enumerate(names)
            if (type_ := scope.types.get(name)) is not None
        ]
        found = [when for when in whens if when is not None]
        if worth is None or len(found) < len(names):
            cases.append(None)
            continue
        when = found[0] if len(found) == 1 else AllOf(tuple(found), where(paper, row_at))
        cases.append(Case(when, worth, where(paper, row_at)))
    if not sound:
        return None, cases
    measures = tuple(name for name, _ in names)
    return Table(measures, tuple(tuple(cell_text(each) for each in row[:-1]) for row in rows)), cases


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _case(paper: Paper, at: At, scope: Scope, own: tuple[Conclusion, ...]) -> Case | None:
    when = condition(paper, (*at, "when"), scope) if "when" in get(paper, at) else otherwise(paper, (*at, "otherwise"))
    worth = _worth(paper, at, scope, own)
    words = text_or_none(paper, (*at, "text"))
    return None if when is None or worth is None else Case(when, worth, where(paper, at), words)


def read_measures(cases: tuple[Case, ...]) -> Iterator[str]:
    """The measures that cases look at, in the order written."""
    for case in cases:
        for subject in subjects(case.when):
            if isinstance(subject, MeasureRef):
                yield subject.measure
        if isinstance(case.worth.points, Each):
            yield case.worth.points.of


def read_conclusions(cases: tuple[Case, ...]) -> Iterator[str]:
    """The conclusions that cases ask for, in the order written."""
    for case in cases:
        for subject in subjects(case.when):
            if isinstance(subject, ConclusionRef):
                yield subject.conclusion


# ----------------------------------------------------------------------------------------------------- the worth


def _worth(paper: Paper, at: At, scope: Scope, own: tuple[Conclusion, ...]) -> Worth | None:
    """What a row or case is worth: a plain number, or points, conclusions or no score, with their certainty."""
    found = get(paper, at)
    if not isinstance(found, dict):
        if whole(found):
            return Worth(Fixed(found))
        say(paper, "wrong-type", f"`{found}` is not a whole number of points", where(paper, at))
        return None
    before = len(paper.problems)
    points = _points(paper, (*at, "points"), scope)
    concludes = _concludes(paper, (*at, "conclusion"), own)
    no_score = text_or_none(paper, (*at, "no_score", "because"))
    certainty = _certainty(paper, at)
    if any(problem.grade is Grade.ERROR for problem in paper.problems[before:]):
        return None
    if points is None and "points" in found:
        return None
    return Worth(points, concludes, no_score, certainty)


def _points(paper: Paper, at: At, scope: Scope) -> Fixed | Each | None:
    found = get(paper, at)
    if not isinstance(found, dict):
        return Fixed(found) if whole(found) else None
    of, each = found["of"], found["each"]
    bound = found["at_least"] if each < 0 else found["at_most"]
    if of not in scope.types:
        unknown_name(paper, "measure", of, (*at, "of"), scope.types)
        return None
    type_ = scope.types[of]
    if type_ is None:
        return None
    if not isinstance(type_, Number) or type_.places != 0 or type_.least is None or type_.least < 0:
        why = kind_of(type_)
        if isinstance(type_, Number):
            why = "not whole" if type_.places else "not bounded below by 0"
        say(
            paper,
            "not-countable",
            f"points for each `{of}` need a count, and it is {why}",
            where(paper, (*at, "of")),
            help="a count is a whole number that is never below 0",
        )
        return None
    return Each(each, of, bound)


def _concludes(paper: Paper, at: At, own: tuple[Conclusion, ...]) -> tuple[Given, ...]:
    """The conclusions given: a name for a flag, a name with a code, or a list of those."""
    found = get(paper, at)
    if found is None:
        return ()
    places = [(*at, index) for index in range(len(found))] if isinstance(found, list) else [at]
    return tuple(given for place in places if (given := _given(paper, place, own)) is not None)


def _given(paper: Paper, at: At, own: tuple[Conclusion, ...]) -> Given | None:
    found = get(paper, at)
    name, code = next(iter(found.items())) if isinstance(found, dict) else (found, None)
    conclusion = next((each for each in own if each.name == name), None)
    if conclusion is None:
        say(
            paper,
            "unknown-conclusion",
            f"the rule does not declare the conclusion `{name}`",
            where(paper, at),
            help="add it to the rule's own `conclusions`",
        )
        return None
    also = ((conclusion.where, "it is declared here"),)
    if conclusion.codes is None:
        if code is None:
            return Given(name, True)
        say(paper, "type-mismatch", f"the conclusion `{name}` is a flag, it has no codes", where(paper, at), also=also)
        return None
    if code is None:
        say(paper, "type-mismatch", f"the conclusion `{name}` needs a code", where(paper, at), also=also)
        return None
    found_code = value(paper, (*at, name), conclusion.codes)
    return None if found_code is None else Given(name, str(found_code))


def _certainty(paper: Paper, at: At) -> Certainty | None:
    found = get(paper, at)
    if not any(word in found for word in ("source", "sure", "disputed")):
        return None
    return Certainty(text_or_none(paper, (*at, "source")), found.get("sure"), text_or_none(paper, (*at, "disputed")))


def _unknown(paper: Paper, own: tuple[Conclusion, ...]) -> Unknown:
    at: At = ("unknown",)
    because = text(paper, (*at, "because"))
    return Unknown(
        points=get(paper, (*at, "points")),
        concludes=_concludes(paper, (*at, "conclusion"), own),
        no_score=because if get(paper, (*at, "no_score")) is True else None,
        because=because,
        certainty=_certainty(paper, at),
    )


def _check_points(paper: Paper, cases: list[Case | None], unknown: Unknown) -> None:
    """Either every case gives points or none does; a case without a score is neither."""
    scored = [case for case in cases if case is not None and case.worth.no_score is None]
    giving = [case for case in scored if case.worth.points is not None]
    if giving and len(giving) < len(scored):
        lacking = next(case for case in scored if case.worth.points is None)
        say(
            paper,
            "points-missing",
            "this case gives no points, and others do",
            lacking.where,
            help="say `points: 0` if that is what is meant",
            also=((giving[0].where, "points are given here"),),
        )
    elif giving and unknown.points is None and unknown.no_score is None:
        say(
            paper,
            "points-missing",
            "the rule gives points, but does not say how many when it is unknown",
            key_where(paper, ("unknown",)),
            help="say `points: 0`, or `no_score: true`",
        )
    elif scored and not giving and unknown.points is not None:
        say(
            paper,
            "points-missing",
            "only unknown gives points, and no case does",
            key_where(paper, ("unknown", "points")),
            help="leave out `points` in a rule that only concludes",
        )


def _check_coded(paper: Paper, cases: list[Case | None], own: tuple[Conclusion, ...]) -> None:
    """A conclusion with codes has one in every case; no case gives a conclusion twice."""
    for case in cases:
        if case is None or case.worth.no_score is not None:
            continue
        given = [each.conclusion for each in case.worth.concludes]
        for name in dict.fromkeys(each for each in given if given.count(each) > 1):
            say(paper, "given-twice", f"the case gives the conclusion `{name}` twice", case.where)
        for conclusion in own:
            if conclusion.codes is not None and conclusion.name not in given:
                say(
                    paper,
                    "conclusion-missing",
                    f"the case gives no code for the conclusion `{conclusion.name}`",
                    case.where,
                    help="a conclusion with codes is given in every case",
                    also=((conclusion.where, "it is declared here"),),
                )
    used = {each.conclusion for case in cases if case for each in case.worth.concludes}
    for conclusion in own:
        if conclusion.codes is None and conclusion.name not in used:
            say(
                paper,
                "never-given",
                f"no case gives the conclusion `{conclusion.name}`",
                conclusion.where,
                help="give it in a case, or leave it out",
            )


# ------------------------------------------------------------------------------- direction, evidence, examples


def _directions(paper: Paper, reads: tuple[str, ...], scope: Scope) -> tuple[Direction, ...]:
    at: At = ("direction",)
    found = get(paper, at)
    if found is None:
        return ()
    if isinstance(found, str):
        if len(reads) != 1:
            say(
                paper,
                "which-measure",
                "`direction` does not say of which measure",
                where(paper, at),
                help=f"write `direction: {{{reads[0] if reads else 'measure'}: {found}}}`",
            )
            return ()
        return (Direction(reads[0], found),) if _has_order(paper, at, reads[0], scope) else ()  # type: ignore[arg-type]
    directions = []
    for name, inner in found.items():
        if name not in reads:
            say(
                paper,
                "not-read",
                f"the rule does not look at `{name}`",
                key_where(paper, (*at, name)),
                help="it looks at " + ", ".join(f"`{each}`" for each in reads),
            )
        elif _has_order(paper, (*at, name), name, scope):
            plain = isinstance(inner, str)
            reason = None if plain else text_or_none(paper, (*at, name, "except"))
            directions.append(Direction(name, inner if plain else inner["way"], reason))
    return tuple(directions)


def _has_order(paper: Paper, at: At, name: str, scope: Scope) -> bool:
    type_ = scope.types.get(name)
    if isinstance(type_, Code):
        say(paper, "no-order", f"`{name}` has no direction: it is {kind_of(type_)}", where(paper, at))
        return False
    return type_ is not None


def _evidence(paper: Paper, rights: Collection[str]) -> Evidence | None:
    at: At = ("evidence",)
    if get(paper, at) is None:
        return None
    right = get(paper, (*at, "right"))
    if right is not None and right not in rights:
        unknown_name(paper, "right", right, (*at, "right"), rights)
    return Evidence(right, text(paper, (*at, "accepts")))


def _examples(
    paper: Paper,
    own: tuple[Conclusion, ...],
    scope: Scope,
    reads: tuple[str, ...],
    asked: tuple[str, ...],
    *,
    complete: bool,
) -> tuple[Example, ...]:
    """The examples that make sense: of any other, the problem is told."""
    found = []
    for index in range(len(get(paper, ("examples",)))):
        at: At = ("examples", index)
        example, before = get(paper, at), len(paper.problems)
        if complete:
            _check_read(paper, (*at, "is"), "measure", scope.types, reads)
            _check_read(paper, (*at, "conclusions"), "conclusion", scope.conclusions or {}, asked)
        measures = {
            str(name): _example_value(paper, (*at, "is", name), type_)
            for name in example["is"]
            if (type_ := scope.types.get(name)) is not None
        }
        given: dict[str, Any] = {}
        for name in example.get("conclusions", {}):
            conclusion = (scope.conclusions or {}).get(name)
            if conclusion is not None:
                given[name] = _example_value(paper, (*at, "conclusions", name), conclusion.codes or Boolean())
        concludes, title = _concludes(paper, (*at, "conclusion"), own), text_or_none(paper, (*at, "title"))
        if any(problem.grade is Grade.ERROR for problem in paper.problems[before:]):
            continue
        outcome: Literal["case", "unknown", "no_score"] = "unknown" if "unknown" in example else "case"
        if "no_score" in example:
            outcome = "no_score"
        found.append(Example(measures, given, example.get("points"), concludes, outcome, where(paper, at), title))
    return tuple(found)


def _example_value(paper: Paper, at: At, type_: Type) -> Value | None:
    """A value that an example gives; one that the measure can never have shows nothing."""
    if get(paper, at) == "unknown":
        return None
    found = value(paper, at, type_)
    if not isinstance(type_, Number) or not isinstance(found, int):
        return found
    for bound, beyond, word in ((type_.least, -1, "least"), (type_.greatest, 1, "greatest")):
        if bound is not None and (found - bound) * beyond > 0:
            say(
                paper,
                "out-of-range",
                f"`{at[-1]}` can never be {written(found, type_)}",
                where(paper, at),
                help=f"the {word} it can be is {written(bound, type_)}",
            )
    return found


def _check_read(paper: Paper, at: At, what: str, names: Mapping[str, object], read: tuple[str, ...]) -> None:
    """What an example gives must exist, and the rule must look at it."""
    for name in get(paper, at) or {}:
        if name not in names:
            unknown_name(paper, what, name, (*at, name), names, key=True)
        elif name not in read:
            say(
                paper,
                "not-read",
                f"the rule does not look at the {what} `{name}`",
                key_where(paper, (*at, name)),
                help="it looks at " + (", ".join(f"`{each}`" for each in read) or "none"),
            )
