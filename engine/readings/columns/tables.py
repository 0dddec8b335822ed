"""What the query reads: one table for each source, one for the subjects, and the form each column comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.admit import MOST_DIGITS
from engine.ir import Boolean, Code, Day, Edition, Field, Number

SUBJECT = "subject"
SUBJECTS = "subjects"
CONTESTED = "_contested"
CONTESTED_FROM = "_contested_from"
CONTESTED_UNTIL = "_contested_until"
CONTESTS = (CONTESTED, CONTESTED_FROM, CONTESTED_UNTIL)

Form = Literal[
    "small", "integer", "wide", "decimal", "double", "float", "boolean", "date", "text", "uuid", "csv", "json"
]
"""How a column holds its values: `small` integers have at most 32 bits, `wide` ones may not fit into 64; `uuid` can
only say who a row is about; `csv` is text that has still to be read, `json` one JSON value."""


@dataclass(frozen=True, slots=True)
class Column:
    """The form of a column; `width` and `scale` are those of a decimal."""

    form: Form
    width: int = 0
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name in the database, with the columns it has."""

    name: str
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Tables:
    """What there is of a population.

    `subjects` is None when a single table of facts is the population itself: one row for each subject, none twice.
    """

    subjects: Table | None
    sources: Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Span:
    """The subjects from `first` on, before `before`; None is without end."""

    first: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the query is for: an edition, a day, a use, and the subjects it takes in."""

    edition: Edition
    as_of: date
    use: str
    tables: Tables
    span: Span = Span()


def usual_form(field: Field) -> Column:
    """The form a field has in a table that was made for the rulebook.

    >>> from engine.problem import Where
    >>> usual_form(Field("amount", Number(2), {}, "pd:Income", Where("a.yaml")))
    Column(form='decimal', width=15, scale=2)
    """
    match field.type:
        case Number(places):
            return Column("decimal", max(MOST_DIGITS, places), places) if places else Column("integer")
        case Boolean():
            return Column("boolean")
        case Day():
            return Column("date")
        case Code():
            return Column("text")


def usual_tables(edition: Edition) -> Tables:
    """The tables of a whole population, each named for its source."""
    sources = {}
    for id_, source in edition.sources.items():
        columns = {SUBJECT: Column("text")} | {name: usual_form(field) for name, field in source.fields.items()}
        if any(id_ in right.sets_aside for right in edition.rights.values()):
            columns |= {CONTESTED: Column("boolean"), CONTESTED_FROM: Column("date"), CONTESTED_UNTIL: Column("date")}
        sources[id_] = Table(id_, columns)
    asked = {id_: Column("boolean") for id_ in edition.sources}
    return Tables(Table(SUBJECTS, {SUBJECT: Column("text"), **asked}), sources)
