"""The tables of a population as common table expressions: rows are read, admitted and kept, then folded by subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import AsOf, Edition, FieldRef, Source, Subject
from engine.months import first_day_within
from engine.readings.columns import tree
from engine.readings.columns.conditions import Look, condition_sql
from engine.readings.columns.fields import Fault, Read, read_day, read_field, read_flag
from engine.readings.columns.folds import fact_columns, fold_columns
from engine.readings.columns.tables import (
    CONTESTED,
    CONTESTED_FROM,
    CONTESTED_UNTIL,
    SUBJECT,
    Asked,
    Span,
    Table,
)

NOT_PRINTABLE = r"\p{C}"
"""A subject with such a character is refused: it is one line that can be printed."""


@dataclass(slots=True)
class Query:
    """A query in the making: its common table expressions in order, and the name of the last one."""

    steps: list[tuple[str, Expr]] = field(default_factory=list)
    last: str = ""


def add(query: Query, name: str, select: Expr) -> None:
    query.steps.append((name, select))
    query.last = name


def finished(query: Query, columns: Sequence[Expr], where: Expr | None = None) -> exp.Select:
    """The whole query with what it gives in the end."""
    found = exp.Select(expressions=list(columns))
    found.set("from_", exp.From(this=exp.Table(this=exp.to_identifier(query.last, quoted=True))))
    if where is not None:
        found.set("where", exp.Where(this=where))
    steps = [
        exp.CTE(this=select, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        for name, select in query.steps
    ]
    found.set("with_", exp.With(expressions=steps))
    return found


def select(columns: Sequence[Expr], table: str, where: Expr | None = None) -> exp.Select:
    found = exp.Select(expressions=list(columns))
    found.set("from_", exp.From(this=exp.Table(this=exp.to_identifier(table, quoted=True))))
    if where is not None:
        found.set("where", exp.Where(this=where))
    return found


def within(span: Span) -> list[Expr]:
    """That a subject lies in a span."""
    bounds = []
    if span.first is not None:
        bounds.append(tree.binary(exp.GTE, tree.col(SUBJECT), tree.text(span.first)))
    if span.before is not None:
        bounds.append(tree.binary(exp.LT, tree.col(SUBJECT), tree.text(span.before)))
    return bounds


def subject_faults() -> list[Fault]:
    """What is wrong with the name of a subject itself."""
    odd = exp.RegexpLike(this=tree.col(SUBJECT), expression=tree.text(NOT_PRINTABLE))
    return [(tree.is_null(tree.col(SUBJECT)), "missing-subject"), (odd, "wrong-type")]


def is_faulty(faults: Sequence[Fault]) -> Expr:
    """True or false, never null."""
    if not faults:
        return exp.false()
    return tree.case([(tree.any_of([when.copy() for when, _ in faults]), exp.true())], exp.false())


# --------------------------------------------------------------------------------------------------------- reading


def reads(asked: Asked, source: Source, table: Table) -> dict[str, Read]:
    """How each field of a source is read."""
    return {name: read_field(one, table.columns.get(name), asked.as_of) for name, one in source.fields.items()}


def contest_faults(edition: Edition, source: Source, table: Table) -> list[Fault]:
    """What can be wrong with the marks of a contest on a row."""
    flag, first, last = _contest(table)
    faults = [*flag.faults, *first.faults, *last.faults]
    found: list[Fault] = [(when, "wrong-contest") for when, _ in faults]
    if CONTESTED in table.columns:
        found.append((tree.binary(exp.LT, last.value.copy(), first.value.copy()), "wrong-contest"))
        if not any(source.head.id in right.sets_aside for right in edition.rights.values()):
            found.append((flag.value.copy(), "no-right"))
    return found


def _contest(table: Table) -> tuple[Read, Read, Read]:
    columns = table.columns
    return (
        read_flag(tree.col(CONTESTED), columns.get(CONTESTED)),
        read_day(tree.col(CONTESTED_FROM), columns.get(CONTESTED_FROM)),
        read_day(tree.col(CONTESTED_UNTIL), columns.get(CONTESTED_UNTIL)),
    )


def read_rows(query: Query, asked: Asked, source: Source, number: int) -> str:
    """Adds the rows of a source as the engine counts: `bad` where one is refused, `kept` where it may be looked at."""
    table = asked.tables.sources[source.head.id]
    found = reads(asked, source, table)
    faults = list(chain.from_iterable(read.faults for read in found.values()))
    faults += contest_faults(asked.edition, source, table)
    if asked.tables.subjects is None:
        faults += subject_faults()
    columns = [tree.col(SUBJECT)]
    columns += [tree.named(read.value.copy(), tree.name("v", name)) for name, read in found.items()]
    columns.append(tree.named(is_faulty(faults), "bad"))
    contested = _is_contested(asked, table)
    if contested is not None:
        columns.append(tree.named(contested, "contested"))
    bounds = within(asked.span)
    kept = [tree.negated(one) for one in (_expired(asked, source),) if one is not None]
    kept += [tree.negated(tree.col("contested"))] if contested is not None else []
    columns += [] if kept else [tree.named(exp.true(), "kept")]
    add(query, f"read_{number}", select(columns, table.name, tree.all_of(bounds) if bounds else None))
    if kept:
        add(query, f"rows_{number}", select([exp.Star(), tree.named(tree.all_of(kept), "kept")], query.last))
    return query.last


def _is_contested(asked: Asked, table: Table) -> Expr | None:
    """Whether a contest is open for a row on the as-of date."""
    if CONTESTED not in table.columns:
        return None
    flag, first, last = _contest(table)
    today = tree.literal(asked.as_of)
    begun = tree.binary(exp.LTE, tree.known_or(first.value.copy(), today.copy()), today.copy())
    open_ = tree.binary(exp.GTE, tree.known_or(last.value.copy(), today.copy()), today.copy())
    return tree.known_or(tree.all_of([flag.value.copy(), begun, open_]), exp.false())


def row_look(asked: Asked) -> Look:
    """Gives a condition on a row its columns."""

    def look(subject: Subject | AsOf) -> Expr:
        return tree.col(tree.name("v", subject.field)) if isinstance(subject, FieldRef) else tree.literal(asked.as_of)

    return look


def _expired(asked: Asked, source: Source) -> Expr | None:
    """Whether a row is past its retention; the first Keep that applies decides, and an unknown date keeps the row."""
    if all(keep.months is None for keep in source.retention):
        return None
    whens: list[tuple[Expr, Expr]] = []
    for keep in source.retention:
        past: Expr = exp.false()
        if keep.months is not None and keep.counted_from is not None:
            start = tree.col(tree.name("v", keep.counted_from))
            first = tree.literal(first_day_within(keep.months, asked.as_of))
            past = tree.known_or(tree.binary(exp.LT, start, first), exp.false())
        if keep.when is None:
            return tree.case(whens, past)
        whens.append((condition_sql(keep.when, row_look(asked)), past))
    return tree.case(whens, exp.false())


# --------------------------------------------------------------------------------------------------------- folding


def numbered(asked: Asked) -> list[tuple[int, Source]]:
    """The sources that have a table, with their places in the edition."""
    sources = asked.edition.sources
    return [(number, sources[id_]) for number, id_ in enumerate(sources) if id_ in asked.tables.sources]


def population(query: Query, asked: Asked) -> None:
    """Adds a row for each subject with everything that was folded for it; `bad` where the subject is refused."""
    subjects = asked.tables.subjects
    if subjects is None:
        ((number, source),) = numbered(asked)
        rows = read_rows(query, asked, source, number)
        columns = [tree.col(SUBJECT), tree.col("bad")]
        add(query, "people", select([*columns, *fact_columns(source, number, folded=False)], rows))
        return
    list_subjects(query, asked, counts_only=False)
    bad = [when for when, _, _ in subject_refused(asked, subjects)]
    bad += [tree.known_or(tree.col(f"bad_{number}"), exp.false()) for number, _ in numbered(asked)]
    refused = tree.known_or(tree.any_of(bad), exp.false())
    add(query, "people", select([exp.Star(), tree.named(refused, "bad")], query.last))


def list_subjects(query: Query, asked: Asked, *, counts_only: bool) -> None:
    """Adds the subjects, each once, joined with what was folded for it: everything, or only how many rows there are."""
    assert asked.tables.subjects is not None, "a table that is the population is not joined"  # narrows the type
    joined: dict[str, list[str]] = {}
    for number, source in numbered(asked):
        columns = [tree.named(exp.Count(this=exp.Star()), f"rows_{number}")]
        if counts_only:
            bounds = within(asked.span)
            table = asked.tables.sources[source.head.id].name
            folded = select([tree.col(SUBJECT), *columns], table, tree.all_of(bounds))
        else:
            rows = read_rows(query, asked, source, number)
            columns.append(tree.named(exp.LogicalOr(this=tree.col("bad")), f"bad_{number}"))
            is_facts = source.dated_by is None
            columns += (
                fact_columns(source, number, folded=True) if is_facts else fold_columns(asked, source, row_look(asked))
            )
            folded = select([tree.col(SUBJECT), *columns], rows)
        folded.set("group", exp.Group(expressions=[tree.col(SUBJECT)]))
        add(query, f"folded_{number}", folded)
        joined[query.last] = [one.alias for one in columns]
    listed = _listed(asked, asked.tables.subjects)
    add(query, "listed", listed)
    found = select([tree.col(one.alias_or_name, "listed") for one in listed.expressions], "listed")
    found.set("expressions", [*found.expressions, *(tree.col(one, t) for t, names in joined.items() for one in names)])
    found.set("joins", [_left(table) for table in joined])
    add(query, "joined", found)


def _left(table: str) -> exp.Join:
    on = tree.binary(exp.EQ, tree.col(SUBJECT, "listed"), tree.col(SUBJECT, table))
    return exp.Join(this=exp.Table(this=exp.to_identifier(table, quoted=True)), side="LEFT", on=on)


def asked_column(number: int) -> str:
    """The column that says whether a source was asked about a subject."""
    return f"asked_{number}"


def _listed(asked: Asked, subjects: Table) -> exp.Select:
    """The subjects, each once, and whether one stands there twice."""
    columns = [
        tree.col(SUBJECT),
        tree.named(tree.binary(exp.GT, exp.Count(this=exp.Star()), tree.whole(1)), "twice"),
    ]
    for number, id_ in enumerate(asked.edition.sources):
        if id_ in subjects.columns:
            read = read_flag(tree.col(id_), subjects.columns[id_])
            columns.append(tree.named(exp.LogicalAnd(this=tree.known_or(read.value, exp.true())), asked_column(number)))
            columns += [tree.named(exp.LogicalOr(this=when), f"odd_{number}") for when, _ in read.faults]
    found = select(columns, subjects.name, tree.all_of([tree.is_known(tree.col(SUBJECT)), *within(asked.span)]))
    found.set("group", exp.Group(expressions=[tree.col(SUBJECT)]))
    return found


def subject_refused(asked: Asked, subjects: Table) -> list[tuple[Expr, str, str | None]]:
    """What can be wrong with a subject as such: when, the code, and the source it concerns."""
    odd = exp.RegexpLike(this=tree.col(SUBJECT), expression=tree.text(NOT_PRINTABLE))
    found: list[tuple[Expr, str, str | None]] = [
        (tree.col("twice"), "duplicate-subject", None),
        (odd, "wrong-type", None),
    ]
    for number, source in numbered(asked):
        id_ = source.head.id
        count = tree.known_or(tree.col(f"rows_{number}"), tree.whole(0))
        if source.dated_by is None:
            found.append((tree.binary(exp.GT, count, tree.whole(1)), "duplicate-facts", id_))
        if id_ in subjects.columns:
            some = tree.binary(exp.GT, count.copy(), tree.whole(0))
            found.append((tree.all_of([tree.negated(tree.col(asked_column(number))), some]), "absent-with-rows", id_))
    for number, id_ in enumerate(asked.edition.sources):
        if id_ in subjects.columns and subjects.columns[id_].form != "boolean":
            found.append((tree.col(f"odd_{number}"), "wrong-type", id_))
    return found
