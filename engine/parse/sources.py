"""A source: its fields and their types, how long a row is kept, where it all comes from."""

from __future__ import annotations

from engine.ir import Collected, Day, Field, Header, Keep, Recipient, Source
from engine.parse.conditions import Scope, condition
from engine.parse.hints import hints
from engine.parse.paper import (
    At,
    Paper,
    category,
    get,
    key_where,
    months,
    say,
    text,
    text_or_none,
    texts,
    where,
)
from engine.parse.types import field_type, kind_of, unknown_name


def source(paper: Paper, head: Header) -> Source:
    """The source in a document; what is wrong with it is noted."""
    data = paper.document.data
    fields = {str(name): found for name in data["fields"] if (found := _field(paper, str(name))) is not None}
    dated_by = get(paper, ("rows", "dated_by"))
    if dated_by is not None:
        _check_dated_by(paper, dated_by, fields)
    retention = _retention(paper, fields)
    return Source(
        head=head,
        collected=_collected(paper),
        purpose=text(paper, ("purpose",)),
        legal_basis=data["legal_basis"],
        recipients=tuple(
            Recipient(text(paper, ("recipients", index, "who")), text(paper, ("recipients", index, "what_for")))
            for index in range(len(data["recipients"]))
        ),
        retention=retention,
        then=_then(paper),
        dated_by=dated_by,
        fields=fields,
        synthetic=hints(paper, fields, dated_by),
    )


def _field(paper: Paper, name: str) -> Field | None:
    at: At = ("fields", name)
    title, category_ = text(paper, (*at, "title")), category(paper, (*at, "category"))
    description = text_or_none(paper, (*at, "description"))
    type_ = field_type(paper, at)
    if type_ is None:
        return None
    optional = get(paper, (*at, "optional")) is True
    return Field(name, type_, title, category_, key_where(paper, at), optional, description)


def _check_dated_by(paper: Paper, name: str, fields: dict[str, Field]) -> None:
    at: At = ("rows", "dated_by")
    if name not in paper.document.data["fields"]:
        unknown_name(paper, "field", name, at, fields)
        return
    found = fields.get(name)
    if found is None:
        return
    if not isinstance(found.type, Day):
        say(
            paper,
            "type-mismatch",
            f"rows are dated by a date, and `{name}` is {kind_of(found.type)}",
            where(paper, at),
            also=((found.where, "the field is here"),),
        )
    elif found.optional:
        say(
            paper,
            "optional-date",
            f"`{name}` dates the rows, so it cannot be optional",
            where(paper, at),
            help="leave out `optional`, or choose another date",
            also=((found.where, "the field is here"),),
        )


def _collected(paper: Paper) -> Collected:
    found = paper.document.data["collected"]
    at: At = ("collected",)
    return Collected(
        provided_by=texts(paper, (*at, "provided_by")),
        origin=found["origin"],
        obtained=found["obtained"],
        context=found["context"],
        method=text(paper, (*at, "method")),
        frequency=found["frequency"],
        people=text(paper, (*at, "people")),
        mandatory=found["mandatory"]["value"],
        otherwise=text_or_none(paper, (*at, "mandatory", "otherwise")),
    )


# ------------------------------------------------------------------------------------------------------ retention


def _places(paper: Paper) -> list[At]:
    found = paper.document.data["retention"]
    return [("retention",)] if isinstance(found, dict) else [("retention", index) for index in range(len(found))]


def _retention(paper: Paper, fields: dict[str, Field]) -> tuple[Keep, ...]:
    declared = paper.document.data["fields"]
    scope = Scope("field", {name: fields[name].type if name in fields else None for name in declared})
    places = _places(paper)
    found: list[Keep] = []
    for index, at in enumerate(places):
        last = index == len(places) - 1
        when_at = (*at, "when")
        has_when = get(paper, when_at) is not None
        if last and has_when:
            say(
                paper,
                "retention-open",
                "the last entry of `retention` has a condition, so some rows would be kept for ever",
                where(paper, when_at),
                help="add an entry without `when` for every other row",
            )
        elif not last and not has_when:
            say(
                paper,
                "dead-case",
                "no row reaches the entries after this one",
                where(paper, at),
                help="only the last entry of `retention` is without `when`",
            )
        when = condition(paper, when_at, scope) if has_when else None
        counted_from = _counted_from(paper, (*at, "counted_from"), fields)
        keep = get(paper, (*at, "keep"))
        endless = keep in ("while-open", "not-published")
        kept = None if endless else months(paper, (*at, "keep"))
        if not endless and get(paper, (*at, "counted_from")) is None:
            say(
                paper,
                "retention-start",
                "`keep` needs `counted_from`: the date from which it is counted",
                where(paper, at),
            )
        found.append(Keep(when, kept, counted_from, where(paper, at), keep == "not-published"))
    return tuple(found)


def _counted_from(paper: Paper, at: At, fields: dict[str, Field]) -> str | None:
    name = get(paper, at)
    if name is None:
        return None
    if name not in paper.document.data["fields"]:
        unknown_name(paper, "field", name, at, fields)
    elif name in fields and not isinstance(fields[name].type, Day):
        say(
            paper,
            "type-mismatch",
            f"a period is counted from a date, and `{name}` is {kind_of(fields[name].type)}",
            where(paper, at),
            also=((fields[name].where, "the field is here"),),
        )
    return str(name)


def _then(paper: Paper) -> str:
    """What is done with a row at its end: one thing for all rows."""
    said = {at: get(paper, (*at, "then")) or "delete" for at in _places(paper)}
    if len(set(said.values())) > 1:
        at = next(reversed(said))
        say(
            paper,
            "retention-then",
            "some rows would be deleted and others anonymised",
            where(paper, (*at, "then")),
            help="say the same `then` in every entry",
        )
    return next(reversed(said.values()))
