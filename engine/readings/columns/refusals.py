"""Why rows and subjects are refused: codes and counts, and never a value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.readings.columns import tree
from engine.readings.columns.sources import (
    Query,
    add,
    contest_faults,
    finished,
    list_subjects,
    reads,
    select,
    subject_faults,
    subject_refused,
    within,
)
from engine.readings.columns.tables import CONTESTED, SUBJECT, Asked, Table

COLUMNS = ("subject", "source", "field", "code", "rows")
"""What a refusal says: of which subject, source and field, why, and in how many rows."""


def refusals(asked: Asked) -> exp.Select:
    """The query for everything that is refused: one row for each subject, source, field and reason."""
    found: list[Expr] = []
    for id_, table in asked.tables.sources.items():
        source = asked.edition.sources[id_]
        for field, read in reads(asked, source, table).items():
            if read.faults:
                found.append(_faulty(asked, table, id_, field, read.faults))
        contest = contest_faults(asked.edition, source, table)
        if contest:
            found.append(_faulty(asked, table, id_, CONTESTED, contest))
        if asked.tables.subjects is None:
            found.append(_faulty(asked, table, None, None, subject_faults()))
    query = Query()
    if asked.tables.subjects is not None:
        found += _subjects(query, asked, asked.tables.subjects)
    add(query, "refused", reduce(lambda left, right: exp.Union(this=left, expression=right, distinct=False), found))
    keys = [tree.col(name) for name in COLUMNS[:-1]]
    told = finished(query, [*keys, tree.named(exp.Count(this=exp.Star()), COLUMNS[-1])])
    told.set("where", exp.Where(this=tree.is_known(tree.col("code"))))
    told.set("group", exp.Group(expressions=[key.copy() for key in keys]))
    order = [exp.Ordered(this=key.copy(), nulls_first=True) for key in keys]
    told.set("order", exp.Order(expressions=order))
    return told


def _faulty(
    asked: Asked, table: Table, source: str | None, field: str | None, faults: Sequence[tuple[Expr, str]]
) -> exp.Select:
    code = tree.case([(when.copy(), tree.text(code)) for when, code in faults])
    bounds = within(asked.span)
    return select(
        [tree.col(SUBJECT), *_named(source, field), tree.named(code, "code")], table.name, tree.all_of(bounds)
    )


def _named(source: str | None, field: str | None) -> list[Expr]:
    return [
        tree.named(tree.null("TEXT") if name is None else tree.text(name), column)
        for column, name in (("source", source), ("field", field))
    ]


def _subjects(query: Query, asked: Asked, subjects: Table) -> list[Expr]:
    """What is wrong with subjects as such."""
    list_subjects(query, asked, counts_only=True)
    return [
        select(
            [tree.col(SUBJECT), *_named(source, None), tree.named(tree.case([(when, tree.text(code))]), "code")],
            query.last,
        )
        for when, code, source in subject_refused(asked, subjects)
    ]


def strays(asked: Asked, source: str) -> exp.Select:
    """The query for rows of a source about nobody in `subjects`: how many, by subject."""
    assert asked.tables.subjects is not None, "a table that is the population has no strays"  # narrows the type
    table = asked.tables.sources[source]
    listed = select([tree.col(SUBJECT)], asked.tables.subjects.name, tree.is_known(tree.col(SUBJECT)))
    stray = tree.negated(exp.In(this=tree.col(SUBJECT), query=exp.Subquery(this=listed)))
    code = tree.case([(tree.is_null(tree.col(SUBJECT)), tree.text("missing-subject"))], tree.text("no-such-subject"))
    found = select(
        [
            tree.col(SUBJECT),
            *_named(source, None),
            tree.named(code, "code"),
            tree.named(exp.Count(this=exp.Star()), "rows"),
        ],
        table.name,
        tree.any_of([tree.is_null(tree.col(SUBJECT)), stray]),
    )
    found.set("group", exp.Group(expressions=[tree.col(SUBJECT)]))
    found.set("order", exp.Order(expressions=[exp.Ordered(this=tree.col(SUBJECT), nulls_first=True)]))
    return found
