"""The columns reading: one SQL query decides a whole population, exactly as `truth` decides one record.

The query is a tree of sqlglot. DuckDB runs it as it is; other dialects get the same tree in their own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import Edition
from engine.operators import MANY_CASES, has_many_cases
from engine.readings.columns import tree
from engine.readings.columns.measures import measure_column, measure_sql
from engine.readings.columns.rules import (
    Definition,
    conclusion_column,
    ladder_columns,
    ladders_of,
    points_column,
    rule_columns,
)
from engine.readings.columns.score import (
    consequence_column,
    consequence_columns,
    grounds,
    reason_columns,
    score_columns,
)
from engine.readings.columns.sources import Query, add, finished, population, select
from engine.readings.columns.tables import SUBJECT, Asked
from engine.readings.columns.ways import packing, way_columns, ways_of

Explain = Literal["none", "reasons", "points"]
"""How much of a decision is given: the result, also its reasons, also the points of each rule and its conclusions."""

NEVER: Mapping[str, str] = {
    "edition-size": f"a query of an edition with more than {MANY_CASES:,} cases would take too long to plan",
}
"""What this reading does not do, and why. Another reading answers such an edition."""


def never(edition: Edition) -> str | None:
    """Why an edition is not decided by a query, if it is not."""
    return NEVER["edition-size"] if has_many_cases(edition) else None


def decisions(
    asked: Asked, explain: Explain = "reasons", more: Sequence[str] = (), *, packed: bool = False
) -> exp.Select:
    """The query for all decisions, one row for each subject; `bad` is true of a subject that is refused.

    `more` are further columns to give, like ``rows_0``. A database that counts in 128 bits is quicker with points
    and ways to lose them `packed` into one number, and with long tables as lists.
    """
    edition = asked.edition
    query = Query()
    population(query, asked)
    definitions: list[Definition] = [
        (measure_column(id_), measure_sql(asked, measure)) for id_, measure in edition.measures.items()
    ]
    ways = ways_of(edition)
    pack = packing(edition, ways) if packed and ways is not None else None
    ladders = ladders_of(edition) if packed else {}
    definitions += ladder_columns(ladders)
    for rule in edition.rules.values():
        definitions += rule_columns(
            edition, rule, asked.as_of, points=pack is None or explain == "points", ladders=ladders
        )
    definitions += [] if ways is None else way_columns(edition, ways, asked.as_of, pack, ladders)
    definitions += score_columns(edition, asked.as_of, pack)
    if explain != "none":
        definitions += reason_columns(edition, ways, pack)
    definitions += consequence_columns(edition, edition.uses[asked.use])
    given = [*more, *output(asked, explain)]
    steps = layers(needed(definitions, given))
    carried = [_carried(steps[number:], [*given, "bad"]) if packed else [exp.Star()] for number in range(len(steps))]
    for number, (layer, kept) in enumerate(zip(steps, carried, strict=True), 1):
        columns = [*kept, *(tree.named(value, name) for name, value in layer)]
        add(query, f"step_{number}", select(columns, query.last))
    columns = [tree.col(name) for name in given]
    edition_ = tree.named(tree.text(edition.digest), "edition")
    return finished(query, [*columns, edition_, tree.col("bad")])


def output(asked: Asked, explain: Explain) -> list[str]:
    """The names of the columns of a decision, in order, without that of the edition."""
    edition = asked.edition
    found = [SUBJECT, "score", "band", "no_score"]
    if explain != "none" and edition.score is not None:
        most = min(edition.score.most_reasons, len(edition.score.rules))
        found += [name for number in range(1, most + 1) for name in (f"reason_{number}", f"lost_{number}")]
    if explain == "points":
        found += [points_column(id_) for id_ in edition.score.rules] if edition.score else []
        found += [conclusion_column(one.name) for rule in edition.rules.values() for one in rule.conclusions]
    return found + [consequence_column(one.id) for one in edition.uses[asked.use].consequences]


def output_types(asked: Asked, explain: Explain) -> dict[str, str]:
    """The type of each column of a decision in DuckDB's words, with that of the edition.

    A column that holds one of a few words has them in its type, which makes it quick to write.
    """
    edition = asked.edition
    bands = [band.id for band in edition.score.bands] if edition.score else []
    rules = list(edition.score.rules) if edition.score else []
    coded = {one.name for rule in edition.rules.values() for one in rule.conclusions if one.codes is not None}
    says = {conclusion_column(name) for name in coded}
    found = {}
    for name in [*output(asked, explain), "edition"]:
        match name.split("_")[0]:
            case "score" | "lost" | "points":
                found[name] = tree.BIG
            case "band" | "reason" | "edition" as kind:
                words = {"band": bands, "reason": rules, "edition": [edition.digest]}[kind]
                found[name] = tree.one_of_type(words) if words else "VARCHAR"
            case "no":
                found[name] = _ground_type(edition)
            case "subject":
                found[name] = "VARCHAR"
            case _:
                found[name] = "VARCHAR" if name in says else "BOOLEAN"
    return found


def _ground_type(edition: Edition) -> str:
    """The type of why there is no score: one word where only one policy can say so."""
    found = grounds(edition)
    return tree.one_of_type(found or [edition.about.id]) if len(found) < 2 else "VARCHAR"  # noqa: PLR2004  # joined


def needed(definitions: Sequence[Definition], given: Sequence[str]) -> list[Definition]:
    """The definitions of what is given in the end, and of all that these read.

    >>> one, two = ("a", tree.whole(1)), ("b", tree.whole(2))
    >>> [name for name, _ in needed([one, two, ("c", tree.plus(tree.col("a"), tree.whole(1)))], ["c"])]
    ['a', 'c']
    """
    read, found = set(given), []
    for name, value in reversed(definitions):
        if name in read:
            read |= _reads(value)
            found.append((name, value))
    return found[::-1]


def layers(definitions: Sequence[Definition]) -> list[list[Definition]]:
    """Definitions in steps: each reads only what stands in a step before it.

    >>> one, two = ("a", tree.whole(1)), ("b", tree.plus(tree.col("a"), tree.whole(1)))
    >>> [[name for name, _ in layer] for layer in layers([one, two])]
    [['a'], ['b']]
    """
    depth: dict[str, int] = {}
    found: list[list[Definition]] = []
    for name, value in definitions:
        at = max((depth[one] + 1 for one in _reads(value) if one in depth), default=0)
        depth[name] = at
        found += [[] for _ in range(at + 1 - len(found))]
        found[at].append((name, value))
    return found


def _carried(steps: Sequence[Sequence[Definition]], given: Sequence[str]) -> list[Expr]:
    """What a step hands on besides what it works out: all that a later one reads, and no more, which is quicker."""
    read = {name for layer in steps[1:] for _, value in layer for name in _reads(value)}
    made = {name for layer in steps for name, _ in layer}
    return [tree.col(name) for name in sorted({*given, *read} - made)]


def _reads(value: Expr) -> set[str]:
    return {column.name for column in value.find_all(exp.Column)}
