"""Exclusions tried out: the same record with and without what must never matter.

A probe is a pair of records made from one. For `collect` the second carries a field the exclusion covers, and must be
refused by name. For `score` it has another value, or none, in a field that is collected but must not count, or a row
more or less where rows as such must not; and the decision must be the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, assert_never

from engine.admit import admit
from engine.check.exclusions import covered, covers_rows
from engine.decision import Refused
from engine.ir import Boolean, Code, Day, Edition, Exclusion, Field, Number


@dataclass(frozen=True, slots=True)
class Probe:
    """A record that must be refused by name (`never` is collect), or decided as before (`never` is score)."""

    exclusion: str
    never: str
    what: str
    record: Mapping[str, Any]


def probes(edition: Edition, exclusion: Exclusion, record: Mapping[str, Any], as_of: date) -> Iterator[Probe]:
    """Every way to try an exclusion on a record that is admitted."""
    for name in (name_like(glob) for glob in exclusion.sources):
        sources = {**record["sources"], name: []}
        yield Probe(exclusion.head.id, "collect", name, {**record, "sources": sources})
    for id_, content in record["sources"].items():
        source = edition.sources[id_]
        for name in (name_like(glob) for glob in exclusion.fields):
            if name not in source.fields and (changed := with_value(record, id_, name, 1)):
                yield Probe(exclusion.head.id, "collect", f"{id_}.{name}", changed)
        if "score" in exclusion.never and content:
            fields = covered(exclusion, source)
            for field in (source.fields[name] for name in fields):
                for value in other_values(field, as_of):
                    if changed := with_value(record, id_, field.name, value):
                        yield Probe(exclusion.head.id, "score", f"{id_}.{field.name}", changed)
            if covers_rows(source, fields):
                for rows in other_rows(record, id_):
                    changed = {**record, "sources": {**record["sources"], id_: rows}}
                    yield Probe(exclusion.head.id, "score", id_, changed)


def refused_by_name(edition: Edition, probe: Probe, as_of: date) -> bool:
    """Whether a probe of `collect` is refused, naming an exclusion that covers what was added."""
    refused = admit(edition, probe.record, as_of)
    return isinstance(refused, list) and any(_names(one) for one in refused)


def _names(refused: Refused) -> bool:
    return refused.exclusion is not None


def name_like(glob: str) -> str:
    """A name that a glob covers.

    >>> name_like("friend*"), name_like("*contacts*")
    ('friend', 'contacts')
    """
    name = glob.replace("*", "").replace("?", "x") or "anything"
    return name if fnmatchcase(name.lower(), glob.lower()) else glob


def with_value(record: Mapping[str, Any], source: str, field: str, value: Any) -> dict[str, Any] | None:
    """The record with another value in a field of its first row (or its facts); None if it has no row."""
    content = record["sources"][source]
    if isinstance(content, list):
        if not content:
            return None
        changed: Any = [{**content[0], field: value}, *content[1:]]
    else:
        changed = {**content, field: value}
    return {**record, "sources": {**record["sources"], source: changed}}


def other_rows(record: Mapping[str, Any], source: str) -> Iterator[list[Any]]:
    """The rows of a source with the last one twice, and without it unless it is contested."""
    rows = record["sources"][source]
    yield [*rows, rows[-1]]
    contested = [contest for contest in record.get("contested", ()) if contest["source"] == source]
    if all(contest.get("row") != len(rows) - 1 for contest in contested):
        yield rows[:-1]


def other_values(field: Field, as_of: date) -> tuple[Any, ...]:
    """A few values a field may hold; nothing at all is one of them if the field is optional."""
    return (*_values(field, as_of), *((None,) if field.optional else ()))


def _values(field: Field, as_of: date) -> tuple[Any, ...]:
    match field.type:
        case Boolean():
            return (True, False)
        case Code(choices):
            return tuple(choice.code for choice in choices)
        case Day():
            return tuple((as_of - timedelta(days=days)).isoformat() for days in (0, 40, 400))
        case Number(places, _, least, greatest):
            ends = [end for end in (least, greatest) if end is not None] or [0, 10**places]
            return tuple(Decimal(end).scaleb(-places) for end in ends)
        case _:
            assert_never(field.type)
