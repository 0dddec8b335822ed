"""The query as text, in the words of a database."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.ir import Edition
from engine.readings.columns import Explain, decisions, tree
from engine.readings.columns.sources import NOT_PRINTABLE
from engine.readings.columns.tables import SUBJECT, Asked, Table, usual_tables

Dialect = Literal["duckdb", "spark", "postgres", "bigquery", "snowflake", "trino"]

CONTROL = {"postgres": "[[:cntrl:]]", "snowflake": ".*[[:cntrl:]].*"}
"""Databases whose patterns know no classes of Unicode refuse control characters only; one matches whole texts."""


def sql_text(edition: Edition, as_of: date, use: str, dialect: Dialect, explain: Explain = "points") -> str:
    """The decisions about everybody in tables named for the sources, as one query; who is refused is left out.

    >>> from engine.rulebook import edition, load_rulebook
    >>> day = date(2026, 12, 15)
    >>> found = edition(load_rulebook("fair-civic-trust"), day)
    >>> sql_text(found, day, "deposit-free-rental", "postgres").splitlines()[0]
    '-- fair-civic-trust, the edition of 2026-12-01, for `deposit-free-rental` as of 2026-12-15'
    """
    tables = usual_tables(edition)
    query = decisions(Asked(edition, as_of, use, tables), explain)
    query.set("where", exp.Where(this=tree.negated(tree.col("bad"))))
    query.expressions.pop()  # `bad` is false of everybody who is left
    query.set("order", exp.Order(expressions=[exp.Ordered(this=tree.col(SUBJECT))]))
    from_ = edition.from_.isoformat()
    head = [
        f"-- {edition.about.id}, the edition of {from_}, for `{use}` as of {as_of.isoformat()}",
        f"-- digest of the edition: {edition.digest}",
        "-- It reads these tables. A column of `subjects` named for a source is false where that was not asked;",
        "-- `_contested` is true of a row under a contest, which may be from a day, or until one.",
    ]
    head += [f"--   {_table(table)}" for table in (tables.subjects, *tables.sources.values()) if table is not None]
    return "\n".join([*head, in_dialect(query, dialect, pretty=True), ""])


def _table(table: Table) -> str:
    """A table with its columns.

    >>> from engine.readings.columns.tables import Column
    >>> _table(Table("bills", {"subject": Column("text"), "amount": Column("decimal", 15, 2)}))
    'bills (subject VARCHAR, amount DECIMAL(15, 2))'
    """
    words = {"integer": "BIGINT", "text": "VARCHAR", "decimal": "DECIMAL({width}, {scale})"}
    told = (
        f"{name} {words.get(of.form, of.form.upper()).format(width=of.width, scale=of.scale)}"
        for name, of in table.columns.items()
    )
    return f"{table.name} ({', '.join(told)})"


def in_dialect(query: exp.Select, dialect: Dialect, *, pretty: bool = False) -> str:
    """A query in the words of a database, as exact there as in DuckDB."""
    told = query.copy()
    for node in [] if dialect == "duckdb" else reversed(list(told.bfs())):  # from the inside out
        exact = _exact(node, dialect)
        if exact is not node:
            node.replace(exact)
    return told.sql(dialect, pretty=pretty, comments=False)


def _exact(node: Expr, dialect: Dialect) -> Expr:
    """What other databases need in order to count alike."""
    match node:
        case exp.DataType() if node.this == exp.DataType.Type.INT128:
            return exp.DataType.build("DECIMAL(38, 0)")
        case exp.Anonymous(this=tree.LOOKUP):
            listed, at = node.expressions
            places = [exp.If(this=tree.whole(n), true=one.copy()) for n, one in enumerate(listed.this.expressions, 1)]
            return exp.Case(this=at.copy(), ifs=places)
        case exp.BitwiseCount() if dialect != "spark":
            return _bit_count(node.this, dialect)
        case exp.Sum():
            return exp.Sum(this=exp.Cast(this=node.this, to=exp.DataType.build("DECIMAL(38, 0)")))
        case exp.IntDiv() if dialect in {"snowflake", "trino", "postgres"}:
            whole = exp.Paren(
                this=exp.Sub(
                    this=node.this.copy(),
                    expression=exp.Paren(this=exp.Mod(this=node.this.copy(), expression=node.expression.copy())),
                )
            )
            return tree.cast(exp.Div(this=whole, expression=node.expression.copy(), typed=True), tree.BIG)
        case exp.Anonymous(this="json_type") if dialect == "spark":
            return _json_type(node.expressions[0])
        case exp.Anonymous(this="json_extract_string") if dialect == "spark":
            return _json_text(node.expressions[0])
        case exp.RegexpLike() if dialect in CONTROL and node.expression.name == NOT_PRINTABLE:
            return exp.RegexpLike(this=node.this, expression=tree.text(CONTROL[dialect]))
        case _:
            return node


def _bit_count(value: Expr, dialect: Dialect) -> Expr:
    """How many bits are set: of all bits up to the lowest one, where a database cannot count them."""
    match dialect:
        case "postgres":
            return exp.Anonymous(this="BIT_COUNT", expressions=[tree.cast(value.copy(), "BIT(64)")])
        case "trino":
            return exp.Anonymous(this="BIT_COUNT", expressions=[value.copy(), tree.whole(64)])
        case _:
            return exp.Anonymous(this="BIT_COUNT", expressions=[value.copy()])


def _json_type(raw: Expr) -> Expr:
    """What kind of value a JSON text is, for a database that has no word for it."""
    first = exp.Substring(this=raw.copy(), start=tree.whole(1), length=tree.whole(1))
    begins = {'"': "VARCHAR", "t": "BOOLEAN", "f": "BOOLEAN", "n": "NULL", "[": "ARRAY", "{": "OBJECT"}
    kinds = [exp.If(this=tree.text(mark), true=tree.text(kind)) for mark, kind in begins.items()]
    kind = exp.Case(this=first, ifs=kinds, default=tree.text("DOUBLE"))
    return tree.case([(tree.is_known(raw.copy()), kind)])


def _json_text(raw: Expr) -> Expr:
    """The words of a JSON text; those of a number as they stand."""
    quoted = exp.Like(this=raw.copy(), expression=tree.text('"%'))
    whole = exp.Concat(expressions=[tree.text('{"v":'), raw.copy(), tree.text("}")], safe=False, coalesce=False)
    told = exp.Anonymous(this="get_json_object", expressions=[whole, tree.text("$.v")])
    known = tree.binary(exp.NEQ, raw.copy(), tree.text("null"))
    return tree.case([(quoted, told), (known, raw.copy())])
