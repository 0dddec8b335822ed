"""The JSON Schema of the records an edition takes, made from its sources."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, assert_never

from engine.ir import Boolean, Code, Day, Edition, Field, Number, Source


def schema_of_record(edition: Edition) -> dict[str, Any]:
    """What a record may hold: every declared source and field, and nothing else (JSON Schema 2020-12)."""
    about = edition.about
    lang = about.languages[0]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A record for {about.id}, edition {edition.from_.isoformat()}",
        "type": "object",
        "properties": {
            "subject": {"type": ["string", "null"], "description": "Your own reference; it comes back unchanged."},
            "as_of": {**_DAY, "description": "The day the evaluation is for."},
            "sources": {
                "type": "object",
                "properties": {id_: _source(source, lang) for id_, source in edition.sources.items()},
                "additionalProperties": False,
            },
            "contested": {"type": "array", "items": _CONTEST},
        },
        "required": ["sources"],
        "additionalProperties": False,
    }


_DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

_CONTEST = {
    "type": "object",
    "description": "A row the person contests: the source, and the index of the row from 0 (left out for facts).",
    "properties": {
        "source": {"type": "string"},
        "row": {"type": "integer", "minimum": 0},
        "from": _DAY,
        "until": _DAY,
    },
    "required": ["source"],
    "additionalProperties": False,
}


def _source(source: Source, lang: str) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {name: _field(field, lang) for name, field in source.fields.items()},
        "required": [name for name, field in source.fields.items() if not field.optional],
        "additionalProperties": False,
    }
    about = {"title": _words(source.head.title, lang), "description": _words(source.head.summary, lang)}
    return {**about, **row} if source.dated_by is None else {**about, "type": "array", "items": row}


def _field(field: Field, lang: str) -> dict[str, Any]:
    schema = _type(field)
    schema["title"] = _words(field.title, lang)
    if field.optional and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if field.optional and "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _type(field: Field) -> dict[str, Any]:
    match field.type:
        case Boolean():
            return {"type": "boolean"}
        case Code(choices):
            return {"enum": [choice.code for choice in choices]}
        case Day():
            return dict(_DAY)
        case Number(places, _, least, greatest):
            schema: dict[str, Any] = {"type": "integer" if places == 0 else "number"}
            if places:
                schema["$comment"] = f"At most {places} decimals; more are refused, never rounded."
            bounds = (("minimum", least), ("maximum", greatest))
            return schema | {key: _number(bound, places) for key, bound in bounds if bound is not None}
        case _:
            assert_never(field.type)


def _number(scaled: int, places: int) -> int | float:
    return scaled if places == 0 else float(Decimal(scaled).scaleb(-places))


def _words(text: Any, lang: str) -> str:
    return str(text.get(lang) or next(iter(text.values())))
