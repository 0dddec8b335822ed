"""Drawn rulebooks and drawn records: whatever the language can say, so that readings can be compared on it.

A rulebook is drawn as documents, written as text, read, checked against the schemas and parsed like any other. New
constructs of the language belong in here too, or nobody compares the readings on them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from engine.ir import Edition
from engine.load import Document, read_text
from engine.parse import parse_about, parse_edition
from engine.structure import validate

AS_OF = date(2027, 3, 31)
FROM = "2026-01-01"
TEXT = {"en": "words"}
CODES = ("red", "green", "blue")

Draw = Callable[..., Any]


@dataclass(frozen=True)
class Drawn:
    """A drawn rulebook: its documents, and what became of them."""

    documents: dict[str, Any]
    edition: Edition


# ------------------------------------------------------------------------------------------------------ documents


def header(kind: str, id_: str) -> dict[str, Any]:
    """The first lines of any policy."""
    return {
        "kind": kind,
        "id": id_,
        "version": "1.0.0",
        "in_force": {"from": FROM},
        "title": {"en": f"the {id_}"},
        "summary": TEXT,
        "change": {"kind": "new", "why": TEXT},
        "authority": {"none": TEXT},
    }


def field(kind: str, *, optional: bool) -> dict[str, Any]:
    """A field of a drawn type."""
    of: dict[str, dict[str, Any]] = {
        "date": {"type": "date"},
        "whole": {"type": "integer", "unit": "things"},
        "bounded": {"type": "integer", "least": 0, "greatest": 5, "unit": "things"},
        "money": {"type": "decimal", "places": 2, "unit": "EUR"},
        "flag": {"type": "boolean"},
        "code": {"type": "code", "codes": dict.fromkeys(CODES, TEXT)},
    }
    return {
        **of[kind],
        "title": {"en": kind},
        "category": "pd:Transactional",
        **({"optional": True} if optional else {}),
    }


KINDS = ("date", "whole", "bounded", "money", "flag", "code")


@st.composite
def sources(draw: Draw) -> dict[str, dict[str, Any]]:
    """One or two sources of rows and one of facts; each kind of field once, some of them optional."""
    found = {}
    for id_ in ("bills", "loans")[: draw(st.integers(1, 2))]:
        fields = {"happened": field("date", optional=False)}
        fields |= {kind: field(kind, optional=draw(st.booleans())) for kind in KINDS}
        if draw(st.booleans()):
            fields["date"]["future"] = "allowed"
        found[id_] = source(id_, fields, {"rows": {"dated_by": "happened"}}, draw(retention(rows=True)))
    fields = {kind: field(kind, optional=draw(st.booleans())) for kind in KINDS}
    if draw(st.booleans()):
        fields["date"]["future"] = "allowed"
    found["person"] = source("person", fields, {"facts": {}}, draw(retention(rows=False)))
    return found


def source(id_: str, fields: dict[str, Any], shape: dict[str, Any], keeps: list[Any]) -> dict[str, Any]:
    return {
        **header("source", id_),
        "collected": {
            "provided_by": [TEXT],
            "origin": "third-party",
            "obtained": "collected",
            "context": "housing",
            "method": TEXT,
            "frequency": "P1M",
            "people": TEXT,
            "mandatory": {"value": False, "otherwise": TEXT},
        },
        "purpose": TEXT,
        "legal_basis": "contract",
        "recipients": [],
        "retention": keeps,
        **shape,
        "fields": fields,
    }


@st.composite
def retention(draw: Draw, *, rows: bool) -> list[dict[str, Any]]:
    """How long rows are kept; sometimes it depends on the row."""
    start = "happened" if rows else "date"
    keeps = []
    if draw(st.booleans()):
        keeps.append({"when": draw(conditions(row_leaves())), "keep": draw(months()), "counted_from": start})
    if draw(st.booleans()):
        keeps.append({"keep": draw(months()), "counted_from": draw(st.sampled_from([start, "date"]))})
    else:
        keeps.append({"keep": "while-open"})
    return keeps


def months() -> st.SearchStrategy[str]:
    return st.sampled_from(["P1M", "P3M", "P12M", "P13M", "P2Y"])


# ------------------------------------------------------------------------------------------------------ conditions

ORDER = ("at_least", "more_than", "at_most", "less_than", "is", "is_not")


def tests(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """One operator with its value, fit for a kind of value."""
    literal = literals(kind)
    known = st.builds(lambda known: {"known": known}, st.booleans())
    if kind == "flag":
        return st.one_of(known, st.builds(lambda v: {"is": v}, literal), st.builds(lambda v: {"is_not": v}, literal))
    several = st.builds(
        lambda op, values: {op: values},
        st.sampled_from(["one_of", "none_of"]),
        st.lists(literal, min_size=1, max_size=2, unique=True),
    )
    if kind == "code":
        return st.one_of(known, several, st.builds(lambda op, v: {op: v}, st.sampled_from(["is", "is_not"]), literal))
    ordered = st.builds(lambda op, v: {op: v}, st.sampled_from(ORDER), literal)
    between = st.builds(lambda a, b: {"between": sorted([a, b])}, literal, literal)
    found = [known, several, ordered, between]
    if kind == "date":
        found.append(st.builds(lambda op: {op: "as_of"}, st.sampled_from(ORDER)))
    return st.one_of(found)


def literals(kind: str) -> st.SearchStrategy[Any]:
    """Values as a policy writes them, few enough to be hit."""
    of: dict[str, st.SearchStrategy[Any]] = {
        "flag": st.booleans(),
        "code": st.sampled_from(CODES),
        "date": st.sampled_from([-400, -40, -1, 0, 1, 40]).map(lambda n: (AS_OF + timedelta(days=n)).isoformat()),
        "share": st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1)]),
        "money": st.sampled_from([Decimal("-1.50"), Decimal(0), Decimal("0.01"), Decimal("9.99"), Decimal(20)]),
    }
    return of.get(kind, st.integers(-1, 6))


@st.composite
def row_leaves(draw: Draw) -> dict[str, Any]:
    """A test of one field of a row."""
    kind = draw(st.sampled_from(KINDS))
    if kind == "whole" and draw(st.booleans()):
        return {"whole": {draw(st.sampled_from(ORDER)): {"field": "bounded"}}}
    return {kind: draw(tests(kind))}


def conditions(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Conditions of any shape over the given leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda part: {"not": part}, inner),
            st.builds(
                lambda how, parts: {how: parts},
                st.sampled_from(["all", "any"]),
                st.lists(inner, min_size=1, max_size=3),
            ),
        ),
        max_leaves=4,
    )


# -------------------------------------------------------------------------------------------------------- measures

Measures = dict[str, tuple[str, dict[str, Any]]]
"""By id: the kind of value (as `tests` knows it) and the document."""


@st.composite
def measures(draw: Draw, given: dict[str, dict[str, Any]]) -> Measures:
    """Every sort of measure, some of them over others."""
    found: Measures = {}
    rows = [id_ for id_ in given if id_ != "person"]
    for number in range(draw(st.integers(2, 7))):
        id_ = f"m{number}"
        kind, body = draw(one_measure(rows, found))
        found[id_] = (kind, {**header("measure", id_), "category": "pd:Transactional", **body})
    return found


@st.composite
def one_measure(draw: Draw, rows: list[str], so_far: Measures) -> tuple[str, dict[str, Any]]:
    """The kind of a measure and its body."""
    by_kind: dict[str, list[str]] = {}
    for id_, (kind, _) in so_far.items():
        by_kind.setdefault(kind, []).append(id_)
    ways = ["fold", "fold", "fold", "value", "span"]
    ways += ["joined", "times"] if {"count", "money", "whole", "months"} & set(by_kind) else []
    match draw(st.sampled_from(ways)):
        case "value":
            kind = draw(st.sampled_from(KINDS))
            return kind, {"value": {"of": "person", "field": kind}}
        case "span":
            of = draw(
                st.sampled_from([{"of": "person", "field": "date"}, *({"measure": m} for m in by_kind.get("date", []))])
            )
            unit = draw(st.sampled_from(["months", "years"]))
            return unit, {draw(st.sampled_from(["age", "until"])): {**of, "in": unit}}
        case "joined":
            kind = draw(st.sampled_from(sorted({"count", "money", "whole", "months"} & set(by_kind))))
            some = st.sampled_from(by_kind[kind])
            if draw(st.booleans()):
                return kind, {"subtract": [draw(some), draw(some)]}
            how = draw(st.sampled_from(["add", "greatest_of", "least_of"]))
            return kind, {how: draw(st.lists(some, min_size=2, max_size=3))}
        case "times":
            of_kind = draw(st.sampled_from(sorted({"count", "money", "whole", "months"} & set(by_kind))))
            by = draw(st.sampled_from([Decimal("0.85"), Decimal("-1.5"), 3, Decimal("0.333")]))
            return of_kind if of_kind == "money" else f"times-{of_kind}", {
                "times": {"measure": draw(st.sampled_from(by_kind[of_kind])), "by": by},
                "places": 2 if of_kind == "money" else 0,
            }
        case _:
            return draw(folds(rows))


@st.composite
def folds(draw: Draw, rows: list[str]) -> tuple[str, dict[str, Any]]:
    """A fold over rows, with or without window, `among`, `where` and a least number of rows."""
    fold = draw(
        st.sampled_from(
            ["count", "count", "share", "share", "sum", "average", "least", "greatest", "earliest", "latest"]
        )
    )
    body: dict[str, Any] = {"of": draw(st.sampled_from(rows))}
    kind = {"count": "count", "share": "share"}.get(fold, "")
    if fold in ("sum", "average", "least", "greatest"):
        body["field"] = kind = draw(st.sampled_from(["money", "whole"]))
    if fold in ("earliest", "latest"):
        kind = "date"
        body["field"] = draw(st.sampled_from(["happened", "date"]))
    if draw(st.booleans()):
        body["within"] = draw(months())
    for key in ("among", "where") if fold != "share" else ("among",):
        if draw(st.integers(0, 2)) == 0:
            body[key] = draw(conditions(row_leaves()))
    if fold == "share":
        body["where"] = draw(conditions(row_leaves()))
    document: dict[str, Any] = {fold: body}
    if fold in ("share", "average"):
        document["places"] = 2 if kind != "whole" else draw(st.sampled_from([0, 3]))
        kind = "mean" if kind == "whole" else kind
    if draw(st.integers(0, 3)) == 0:
        document["unknown_when"] = {"rows": {"less_than": draw(st.integers(1, 3))}}
    return kind, document


# ----------------------------------------------------------------------------------------------------------- rules


@st.composite
def rules(draw: Draw, given: Measures) -> dict[str, dict[str, Any]]:
    """A few rules; later ones may read what earlier ones conclude."""
    found: dict[str, dict[str, Any]] = {}
    flags: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        id_ = f"r{number}"
        has_points = draw(st.integers(0, 4)) > 0
        flag = f"flag-{number}" if not has_points or draw(st.booleans()) else None
        rule: dict[str, Any] = {**header("rule", id_), "why": TEXT}
        table = draw(tables(given, flag, has_points=has_points)) if draw(st.booleans()) else None
        if table is None:
            rule["cases"] = draw(cases(given, list(flags), flag, has_points=has_points))
        else:
            rule["table"] = table
        if flag:
            raise_once(rule, flag, has_points=has_points)
        rule["unknown"] = draw(unknowns(flag, has_points=has_points))
        if flag:
            rule["conclusions"] = {flag: {"title": TEXT, "category": "pd:Reliability"}}
        rule["examples"] = [{"is": dict.fromkeys(names_in(rule) & set(given), "unknown"), "unknown": True}] * 2
        found[id_] = rule
        flags += [flag] if flag else []
    return found


def worths_of(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """What the cases, or the rows of the table, are worth."""
    return rule["cases"] if "cases" in rule else [row[-1] for row in rule["table"]["rows"]]


def names_in(data: Any) -> set[str]:
    """Every key and every text in a document."""
    match data:
        case dict():
            return set(data) | {name for value in data.values() for name in names_in(value)}
        case list():
            return {name for value in data for name in names_in(value)}
        case _:
            return {data} if isinstance(data, str) else set()


def raise_once(rule: dict[str, Any], flag: str, *, has_points: bool) -> None:
    """At least one case gives the conclusion, as `check` demands."""
    if not any("conclusion" in worth for worth in worths_of(rule)):
        worth = worths_of(rule)[0]
        if worth.pop("no_score", None) and has_points:
            worth["points"] = 0
        worth["conclusion"] = flag


def whole_points() -> st.SearchStrategy[int]:
    return st.integers(-6, 6).map(lambda n: 5 * n)


@st.composite
def worths(draw: Draw, given: Measures, flag: str | None, *, has_points: bool) -> dict[str, Any]:
    """What a case gives."""
    if draw(st.integers(0, 12)) == 0:
        return {"no_score": {"because": TEXT}}
    worth: dict[str, Any] = {}
    counts = [id_ for id_, (_, document) in given.items() if {"count", "age", "until"} & set(document)]
    if has_points:
        worth["points"] = draw(whole_points())
        if counts and draw(st.integers(0, 3)) == 0:
            each = draw(st.sampled_from([-7, -1, 2, 10]))
            bound = {"at_least": -40} if each < 0 else {"at_most": 40}
            worth["points"] = {"each": each, "of": draw(st.sampled_from(counts)), **bound}
    if flag and (not has_points or draw(st.booleans())):
        worth["conclusion"] = flag
    return worth


@st.composite
def unknowns(draw: Draw, flag: str | None, *, has_points: bool) -> dict[str, Any]:
    """What an unknown rule is worth."""
    if draw(st.integers(0, 6)) == 0:
        return {"no_score": True, "because": TEXT}
    unknown: dict[str, Any] = {"because": TEXT}
    if has_points:
        unknown["points"] = draw(whole_points())
    if flag and draw(st.booleans()):
        unknown["conclusion"] = flag
    if not has_points and "conclusion" not in unknown:
        unknown["conclusion"] = flag
    return unknown


@st.composite
def cases(draw: Draw, given: Measures, flags: list[str], flag: str | None, *, has_points: bool) -> list[dict[str, Any]]:
    """Conditions with their worth, mostly closed by an `otherwise`."""
    leaves = st.one_of([measure_leaves(given), *([flag_leaves(flags)] if flags else [])])
    found = [
        {"when": draw(conditions(leaves)), **draw(worths(given, flag, has_points=has_points))}
        for _ in range(draw(st.integers(1, 3)))
    ]
    if draw(st.integers(0, 3)):
        found.append({"otherwise": True, **draw(worths(given, flag, has_points=has_points))})
    return found


@st.composite
def measure_leaves(draw: Draw, given: Measures) -> dict[str, Any]:
    """A test of one measure, sometimes against another of the same kind."""
    id_ = draw(st.sampled_from(sorted(given)))
    kind = given[id_][0]
    same = [other for other, (k, d) in given.items() if k == kind and other != id_ and "times" not in d]
    if same and kind in ("count", "months", "years", "date") and "times" not in given[id_][1] and draw(st.booleans()):
        return {id_: {draw(st.sampled_from(ORDER)): {"measure": draw(st.sampled_from(same))}}}
    return {id_: draw(tests(kind))}


def flag_leaves(flags: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.sampled_from(flags).map(lambda flag: {"conclusion": flag}),
        st.sampled_from(flags).map(lambda flag: {"conclusion": {flag: {"known": False}}}),
        st.sampled_from(flags).map(lambda flag: {"conclusion": {flag: {"is": False}}}),
    )


@st.composite
def tables(draw: Draw, given: Measures, flag: str | None, *, has_points: bool) -> dict[str, Any]:
    """A table over one or two measures; columns that are cut into ranges, codes or yes and no."""
    columns = draw(st.lists(st.sampled_from(sorted(given)), min_size=1, max_size=2, unique=True))
    cut = [draw(cells(given[id_][0])) for id_ in columns]
    rows = [[cell] for cell in cut[0]] if len(cut) == 1 else [[a, b] for a in cut[0] for b in cut[1]]
    if draw(st.integers(0, 3)) == 0:
        rows = draw(st.permutations(rows))[: max(1, len(rows) - 1)]
    if len(columns) == 2 and draw(st.booleans()):  # two columns
        rows.append(["-", "-"])
    worth = worths(given, flag, has_points=has_points)
    return {"measures": columns, "rows": [[*row, draw(worth)] for row in rows]}


@st.composite
def cells(draw: Draw, kind: str) -> list[str]:
    """Cells that cover a kind of value without overlap."""
    if kind == "flag":
        return ["true", "false"]
    if kind == "code":
        return draw(st.sampled_from([["red", "green", "blue"], ["red, green", "blue"], ["red", "not(red)"]]))
    points = sorted(set(draw(st.lists(literals(kind), min_size=1, max_size=3))))
    if kind != "date" and draw(st.booleans()):
        return [
            f"<= {points[0]}",
            *(f"({a}..{b}]" for a, b in pairwise(points)),
            f"> {points[-1]}",
        ]
    between = [f"[{a}..{b})" for a, b in pairwise(points)]
    return [f"< {points[0]}", *between, f">= {points[-1]}"]


# --------------------------------------------------------------------------------------------- score, use, and all


@st.composite
def scores(draw: Draw, given: dict[str, dict[str, Any]], of: Measures) -> dict[str, Any]:
    """A score over every rule with points, with at most one group, and bands that tile its range."""
    scoring = [id_ for id_, rule in given.items() if gives_points(rule)]
    grouped = scoring[: draw(st.integers(0, len(scoring)))]
    adds: list[Any] = [id_ for id_ in scoring if id_ not in grouped]
    if grouped:
        held = draw(st.sampled_from([{"floor": -20}, {"cap": 15}, {"floor": -10, "cap": 10}]))
        adds.insert(draw(st.integers(0, len(adds))), {"group": "g", "title": TEXT, "rules": grouped, **held})
    middle = draw(st.integers(-20, 40))
    score = {
        **header("score", "total"),
        "base": draw(st.integers(-50, 100)),
        "adds": adds,
        "range": {"least": -60, "greatest": 120},
        "bands": [
            {"id": "low", "from": -60, "to": middle - 1, "title": TEXT},
            {"id": "mid", "from": middle, "to": middle + 20, "title": TEXT},
            {"id": "high", "from": middle + 21, "to": 120, "title": TEXT},
        ],
        "reasons": {"most": draw(st.integers(1, 4))},
    }
    if draw(st.booleans()):
        score["no_score"] = [{"when": draw(conditions(measure_leaves(of))), "because": TEXT}]
    return score


def gives_points(rule: dict[str, Any]) -> bool:
    """Whether any case of a rule gives points."""
    return any("points" in worth for worth in worths_of(rule)) or "points" in rule["unknown"]


@st.composite
def uses(draw: Draw, flags: list[str], *, scored: bool) -> dict[str, Any]:
    """A use with a few consequences."""
    leaves: list[Any] = [flag_leaves(flags)] if flags else []
    if scored:
        leaves += [
            st.builds(
                lambda op, band: {"band": {op: band}},
                st.sampled_from(["at_least", "at_most", "is", "is_not"]),
                st.sampled_from(["low", "mid", "high"]),
            ),
            st.builds(lambda band: {"band": {"one_of": [band, "low"]}}, st.sampled_from(["mid", "high"])),
            st.just({"band": "any"}),
            st.just({"no_score": True}),
            st.builds(lambda n: {"score": {"at_least": n}}, st.integers(-20, 60)),
        ]
    triggers = conditions(st.one_of(leaves))
    return {
        **header("use", "use"),
        "decided_by": [TEXT],
        "purposes": ["rental"],
        "context": "housing",
        "automation": "decision-support",
        "human_review": TEXT,
        "consequences": [
            {"id": f"c{n}", "when": draw(triggers), "effect": TEXT, "polarity": "benefit", "lasts": "P12M"}
            for n in range(draw(st.integers(1, 3)))
        ],
    }


@st.composite
def rulebooks(draw: Draw) -> Drawn:
    """A whole rulebook that the schemas and the parser accept."""
    given = draw(sources())
    of = draw(measures(given))
    ruled = draw(rules(of))
    scored = any(gives_points(rule) for rule in ruled.values())
    flags = [name for rule in ruled.values() for name in rule.get("conclusions", {})]
    documents: dict[str, Any] = {
        **given,
        **{id_: document for id_, (_, document) in of.items()},
        **ruled,
        "use": draw(uses(flags, scored=scored)),
        "friends": {
            **header("exclusion", "friends"),
            "never": ["collect", "score"],
            "covers": {"categories": ["pd:Friend"], "fields": ["friend*"], "sources": ["*contacts*"]},
            "because": TEXT,
        },
        "contest": {
            **header("right", "contest"),
            "of": "contest",
            "channels": [TEXT],
            "fee": TEXT,
            "meanwhile": TEXT,
            "decided_by": TEXT,
            "outcomes": [TEXT],
            "sets_aside": draw(st.lists(st.sampled_from(sorted(given)), unique=True)),
        },
    }
    if scored:
        documents["total"] = draw(scores(ruled, of))
    return Drawn(documents, parsed(documents))


ABOUT = {
    "id": "drawn",
    "title": TEXT,
    "summary": TEXT,
    "standing": "illustration",
    "languages": ["en"],
    "operator": TEXT,
    "contact": TEXT,
    "default_use": "use",
    "units": {"things": TEXT},
}


def written(data: Any, file: str) -> Document:
    """A document as it would be read from a file."""
    text = json.dumps(data, default=_Number.of, indent=1)
    document, problems = read_text(_Number.bare(text), file)
    problems = [*problems, *(validate(document) if document else [])]
    assert document is not None, problems
    assert not problems, [str(problem) for problem in problems]
    return document


class _Number:
    """Decimals as plain numbers in JSON text, exactly."""

    @staticmethod
    def of(value: Any) -> str:
        assert isinstance(value, Decimal)
        return f"\N{SYMBOL FOR NULL}{value}\N{SYMBOL FOR NULL}"

    @staticmethod
    def bare(text: str) -> str:
        return text.replace('"\\u2400', "").replace('\\u2400"', "")


def parsed(documents: dict[str, Any]) -> Edition:
    """The edition that documents make together; they must be right."""
    about, problems = parse_about(written(ABOUT, "drawn/rulebook.yaml"))
    assert about is not None, problems
    files = [written(data, f"drawn/{data['kind']}s/{id_}/1.0.0.yaml") for id_, data in documents.items()]
    edition, problems = parse_edition(about, files)
    assert edition is not None, [f"{p.where}: {p.sentence}" for p in problems]
    return edition


# --------------------------------------------------------------------------------------------------------- records


def days(*, future: bool) -> st.SearchStrategy[str]:
    """Dates that lie near the edges of windows."""
    edges = [-800, -400, -396, -366, -365, -93, -90, -31, -30, -28, -1, 0]
    return st.sampled_from(edges + ([1, 40, 400] if future else [])).map(
        lambda n: (AS_OF + timedelta(days=n)).isoformat()
    )


def raw_values(document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A value a record may hold in a field."""
    match document["type"]:
        case "date":
            return days(future=document.get("future") == "allowed")
        case "boolean":
            return st.booleans()
        case "code":
            return st.sampled_from(CODES)
        case "decimal":
            return st.sampled_from(
                [Decimal("-1.5"), Decimal(0), Decimal("0.01"), Decimal("9.99"), 20, Decimal("20.01")]
            )
        case _:
            return st.integers(document.get("least", -2), document.get("greatest", 7))


@st.composite
def rows_of(draw: Draw, document: dict[str, Any]) -> dict[str, Any]:
    """One row, or one set of facts."""
    row = {}
    for name, given in document["fields"].items():
        if not given.get("optional") or draw(st.integers(0, 2)):
            row[name] = draw(raw_values(given))
    return row


@st.composite
def records(draw: Draw, drawn: Drawn) -> dict[str, Any]:
    """A record that is admitted: any source may be absent or empty, rows may be contested."""
    found: dict[str, Any] = {"subject": "example", "as_of": AS_OF.isoformat(), "sources": {}}
    contests = []
    open_to_contest = set(drawn.documents["contest"]["sets_aside"])
    for id_, document in drawn.documents.items():
        if document["kind"] != "source" or draw(st.integers(0, 4)) == 0:
            continue
        if "facts" in document:
            found["sources"][id_] = draw(rows_of(document))
            count = 1
        else:
            found["sources"][id_] = draw(st.lists(rows_of(document), max_size=6))
            count = len(found["sources"][id_])
        if id_ in open_to_contest and count and draw(st.booleans()):
            contest: dict[str, Any] = {"source": id_}
            if "facts" not in document:
                contest["row"] = draw(st.integers(0, count - 1))
            if draw(st.booleans()):
                contest["from"] = draw(days(future=True))
            contests.append(contest)
    if contests:
        found["contested"] = contests
    return found


@st.composite
def broken_records(draw: Draw, drawn: Drawn) -> dict[str, Any]:
    """A record with something wrong in it, mostly."""
    found = draw(records(drawn))
    junk = st.sampled_from(
        [
            None,
            "",
            "43",
            True,
            1.5,
            Decimal("0.001"),
            10**16,
            -1,
            Decimal("0E-99999999"),
            Decimal("1E+99999999"),
            Decimal("12345678901234.567"),
            10**14,
            [],
            {},
            "2099-01-01",
            "2026-02-30",
            "purple",
            float("nan"),
        ]
    )
    if draw(st.integers(0, 3)) == 0:
        found["subject"] = draw(st.sampled_from(["two\nlines", "\x1b[31m", "\ud800", 7, ""]))
    if draw(st.integers(0, 5)) == 0:
        found["as_of"] = draw(junk)
    if draw(st.integers(0, 5)) == 0:
        found["nickname"] = draw(junk)
    for _ in range(draw(st.integers(1, 3))):
        id_ = draw(st.sampled_from([*found["sources"], "bills", "contacts", "friends-list"]))
        content = found["sources"].get(id_)
        match content:
            case list() if content:
                target: Any = draw(st.sampled_from(content))
            case dict():
                target = content
            case _:
                found["sources"][id_] = draw(st.one_of(junk, st.just([{}])))
                continue
        if isinstance(target, dict):
            name = draw(st.sampled_from([*target, "friends_score", "nickname"]))
            target[name] = draw(junk)
    if draw(st.integers(0, 3)) == 0:
        found["contested"] = draw(
            st.lists(
                st.one_of(
                    junk,
                    st.fixed_dictionaries(
                        {"source": st.sampled_from(["bills", "person", "nobody"])},
                        optional={"row": junk, "from": junk, "because": st.just("x")},
                    ),
                ),
                max_size=2,
            )
        )
    return found
