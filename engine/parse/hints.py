"""How synthetic people get their rows, as a source says it. It decides nothing about anybody."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.ir import (
    Boolean,
    Code,
    Day,
    Exponential,
    Field,
    FieldHint,
    Hint,
    Lognormal,
    Number,
    OnlyIf,
    Shape,
    Type,
    Uniform,
    Weighted,
)
from engine.parse.order import in_order
from engine.parse.paper import At, Paper, get, key_where, meant, months, say, where
from engine.parse.types import kind_of, unknown_name

SHAPES = ("uniform", "exponential", "lognormal", "weighted")
FITS: Mapping[str, tuple[type[Type], ...]] = {
    "yes": (Boolean,),
    "weights": (Code,),
    **dict.fromkeys(SHAPES, (Number, Day)),
    "after": (Day,),
    "before": (Day,),
}
"""The types of fields that a hint is for; the others are for all."""


def hints(paper: Paper, fields: Mapping[str, Field], dated_by: str | None) -> tuple[Hint, ...]:
    """The sorts of synthetic people in a source; none when nothing is said."""
    found = get(paper, ("synthetic",))
    if found is None:
        return ()
    places: list[At] = [("synthetic",)] if isinstance(found, dict) else [("synthetic", n) for n in range(len(found))]
    if not any(_decimal(get(paper, (*at, "share")), Decimal(1)) for at in places):
        say(paper, "bad-hint", "no sort of people has a share", where(paper, ("synthetic",)))
    return tuple(_hint(paper, at, fields, dated_by) for at in places)


def _hint(paper: Paper, at: At, fields: Mapping[str, Field], dated_by: str | None) -> Hint:
    for name in ("rows", "over"):
        if dated_by is None and get(paper, (*at, name)) is not None:
            say(paper, "bad-hint", f"`{name}` is for rows, and this source holds facts", key_where(paper, (*at, name)))
    rows = get(paper, (*at, "rows"))
    found = {}
    for name in get(paper, (*at, "fields")) or {}:
        if name not in paper.document.data["fields"]:
            unknown_name(paper, "field", name, (*at, "fields", name), fields, key=True)
        elif name == dated_by:
            told = f"`{name}` dates the rows, and how many there are in a year is said by `rows`"
            say(paper, "bad-hint", told, key_where(paper, (*at, "fields", name)))
        elif name in fields:
            found[str(name)] = _field_hint(paper, (*at, "fields", name), fields[name], fields)
    needs = {
        name: [each for each in (one.of, one.only_if and one.only_if.field) if each] for name, one in found.items()
    }
    for circle in in_order(needs)[1]:
        told = "these wait for one another: " + ", ".join(f"`{name}`" for name in circle)
        say(paper, "bad-hint", told, key_where(paper, (*at, "fields", circle[0])))
    return Hint(
        share=_decimal(get(paper, (*at, "share")), Decimal(1)) or Decimal(0),
        have=_decimal(get(paper, (*at, "have"))),
        rows=_shape(paper, (*at, "rows")) if isinstance(rows, dict) else _always(_decimal(rows)),
        over=months(paper, (*at, "over")),
        contested=_decimal(get(paper, (*at, "contested"))),
        fields=found,
    )


def _field_hint(paper: Paper, at: At, field: Field, fields: Mapping[str, Field]) -> FieldHint:
    said = get(paper, at)
    for name in said:
        if name in FITS and not isinstance(field.type, FITS[name]):
            told = f"`{name}` does not fit `{field.name}`, which is {kind_of(field.type)}"
            say(paper, "bad-hint", told, key_where(paper, (*at, name)))
        if name in ("missing", "only_if") and not field.optional:
            told = f"`{field.name}` is not optional, so it is never missing"
            say(paper, "bad-hint", told, key_where(paper, (*at, name)))
    for names in (SHAPES, ("after", "before")):
        two = [name for name in names if name in said]
        if len(two) > 1:
            say(paper, "bad-hint", f"`{two[0]}` and `{two[1]}` exclude one another", key_where(paper, (*at, two[1])))
    weights = said.get("weights", {})
    if isinstance(field.type, Code):
        for code in weights:
            _known_code(paper, field.type, code, (*at, "weights", code))
        if weights and not any(weights.values()):
            say(paper, "bad-hint", "no code has a weight", key_where(paper, (*at, "weights")))
    way = "before" if "before" in said else "after"
    return FieldHint(
        missing=_decimal(said.get("missing")),
        yes=_decimal(said.get("yes")),
        weights={str(code): Decimal(weight) for code, weight in weights.items()},
        shape=_shape(paper, at),
        way="before" if way == "before" else "after",
        of=_date(paper, (*at, way), fields),
        only_if=_only_if(paper, (*at, "only_if"), fields),
    )


def _known_code(paper: Paper, type_: Code, code: Any, at: At) -> None:
    codes = [choice.code for choice in type_.choices]
    if code not in codes:
        say(paper, "unknown-code", f"there is no code `{code}`", key_where(paper, at), help=meant(code, codes))


def _date(paper: Paper, at: At, fields: Mapping[str, Field]) -> str | None:
    name = get(paper, at)
    if name is None or name == "as_of":
        return None
    if name not in paper.document.data["fields"]:
        unknown_name(paper, "field", name, at, fields)
        return None
    if name in fields and not isinstance(fields[name].type, Day):
        told = f"days are counted from a date, and `{name}` is {kind_of(fields[name].type)}"
        say(paper, "type-mismatch", told, where(paper, at))
        return None
    return str(name)


def _only_if(paper: Paper, at: At, fields: Mapping[str, Field]) -> OnlyIf | None:
    said = get(paper, at)
    if said is None:
        return None
    ((name, values),) = said.items()
    if name not in paper.document.data["fields"]:
        unknown_name(paper, "field", name, (*at, name), fields, key=True)
        return None
    if name not in fields:
        return None
    type_ = fields[name].type
    for index, value in enumerate(values):
        if isinstance(type_, Code) and isinstance(value, str):
            codes = [choice.code for choice in type_.choices]
            if value not in codes:
                place = where(paper, (*at, name, index))
                say(paper, "unknown-code", f"there is no code `{value}`", place, help=meant(value, codes))
        elif not (isinstance(type_, Boolean) and isinstance(value, bool)):
            told = f"`{name}` is {kind_of(type_)}, so it is never this"
            say(paper, "type-mismatch", told, where(paper, (*at, name, index)))
    return OnlyIf(str(name), tuple(values))


def _shape(paper: Paper, at: At) -> Shape | None:
    said = get(paper, at)
    match next((name for name in SHAPES if name in said), None):
        case "uniform":
            least, greatest = Decimal(said["uniform"]["least"]), Decimal(said["uniform"]["greatest"])
            if least > greatest:
                say(paper, "empty-range", "`greatest` is below `least`", where(paper, (*at, "uniform", "greatest")))
            return Uniform(least, greatest)
        case "exponential":
            return Exponential(Decimal(said["exponential"]["mean"]))
        case "lognormal":
            return Lognormal(Decimal(said["lognormal"]["median"]), Decimal(said["lognormal"]["spread"]))
        case "weighted":
            pairs = tuple((Decimal(one["value"]), Decimal(one["weight"])) for one in said["weighted"])
            if not any(weight for _, weight in pairs):
                say(paper, "bad-hint", "no number has a weight", key_where(paper, (*at, "weighted")))
            return Weighted(pairs)
        case _:
            return None


def _always(number: Decimal | None) -> Shape | None:
    return None if number is None else Weighted(((number, Decimal(1)),))


def _decimal(raw: Any, default: Decimal | None = None) -> Decimal | None:
    return default if raw is None else Decimal(raw)
