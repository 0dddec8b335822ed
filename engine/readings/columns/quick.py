"""What DuckDB works out more quickly when it is said in its own words; what comes of it is the same."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.expressions import Expr

from engine.readings.columns import tree
from engine.readings.columns.sources import NOT_PRINTABLE

MOST_COMPARED = 4
"""A longer list of values is turned into a join, and a join is slow."""


def quick(query: exp.Select) -> str:
    """The query as text for DuckDB."""
    for node in reversed(list(query.bfs())):  # from the inside out
        said = _said(node)
        if said is not node:
            node.replace(said)
    _nest(query)
    return query.sql("duckdb")


def _nest(query: exp.Select) -> None:
    """Puts each step where it is read, if that is one place: DuckDB plans a query within a query sooner than a name."""
    with_ = query.args.get("with_")
    if with_ is None:
        return
    places: dict[str, list[exp.Table]] = {}
    outer = query.args["from_"].find_all(exp.Table)
    for name, tables in [*((step.alias, step.find_all(exp.Table)) for step in with_.expressions), ("", outer)]:
        for table in tables:  # a table of the name of a later step is that table
            places.get(table.name, []).append(table)
        places[name] = []
    steps = {step.alias: step.this for step in with_.expressions}
    for name, read in places.items():
        if len(read) == 1:
            within = exp.Subquery(this=steps.pop(name), alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
            read[0].replace(within)
    left = [step for step in with_.expressions if step.alias in steps]
    query.set("with_", exp.With(expressions=left) if left else None)


def _said(node: Expr) -> Expr:
    """A node in words that are quicker: whether any row is odd is the greatest of yes and no, and so on."""
    match node:
        case exp.RegexpLike() if node.expression.name == NOT_PRINTABLE:
            return _odd(node)
        case exp.Case() if node.this is not None and _is_a_check(node):
            return _unlisted(node)
        case exp.LogicalOr():
            return exp.Max(this=node.this)
        case exp.In() if len(node.expressions) > MOST_COMPARED:
            fits = [exp.If(this=one, true=exp.true()) for one in node.expressions]
            other = tree.case([(tree.is_known(node.this.copy()), exp.false())])
            return exp.Case(this=node.this, ifs=fits, default=other)
        case _:
            return node


def _odd(node: exp.RegexpLike) -> Expr:
    """Most names are letters and digits, which stand in an address as they are: that is told in a fifth of the time."""
    plain = tree.binary(exp.EQ, exp.Anonymous(this="url_encode", expressions=[node.this.copy()]), node.this.copy())
    return tree.case([(plain, exp.false())], node.copy())


def _is_a_check(node: exp.Case) -> bool:
    """Whether it says of listed values that they fit."""
    listed = all(one.args["true"] == exp.false() for one in node.args["ifs"])
    return listed and node.args["default"] == tree.is_known(node.this)


def _unlisted(node: exp.Case) -> Expr:
    """A place in a list is looked for once for each value that a column has, where the column says which these are."""
    values = [one.this for one in node.args["ifs"]]
    at = exp.Anonymous(this=tree.POSITION, expressions=[exp.Array(expressions=[*values, exp.Null()]), node.this])
    return tree.is_null(at)
