"""Measures that are given instead of worked out (simulation), read from JSON as strictly as a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.admit import Wrong, pointer_part, read_value, shown
from engine.decision import Refused
from engine.ir import Edition, Field, Measure, Value


def read_given(edition: Edition, given: Any, as_of: date) -> dict[str, Value | None] | list[Refused]:
    """Values by measure, or everything that is wrong with them; null and what is left out are unknown."""
    if not isinstance(given, Mapping):
        return [Refused("wrong-type", "", "measures are an object: measure id → value")]
    refused: list[Refused] = []
    values: dict[str, Value | None] = dict.fromkeys(edition.measures)
    for id_, raw in given.items():
        measure = edition.measures.get(id_)
        if measure is None:
            help_ = "one of " + ", ".join(f"`{known}`" for known in edition.measures)
            sentence = f"there is no measure `{shown(id_)}`"
            refused.append(Refused("unknown-measure", f"/{pointer_part(id_)}", sentence, help_))
            continue
        value = None if raw is None else read_value(_as_field(measure), raw, as_of)
        if isinstance(value, Wrong):
            refused.append(Refused(value.code, f"/{id_}", f"`{id_}` {value.sentence}", value.help))
        else:
            values[id_] = value
    return refused or values


def _as_field(measure: Measure) -> Field:
    """A measure as the field it is read like."""
    return Field(measure.head.id, measure.type, measure.head.title, measure.category, measure.head.where, optional=True)
