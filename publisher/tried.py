"""Exclusions tried out while the website is built: what they cover is added to an example record."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.admit import admit
from engine.ir import Edition
from engine.probes import probes, refused_by_name
from engine.records import shipped
from engine.rulebook import Rulebook, edition
from publisher.pages import Tried


def try_out(rulebook: Rulebook, shown: Edition) -> dict[str, Tried]:
    """By exclusion, what came of adding each name it covers to the fullest record that the edition lets in."""
    found = fullest(rulebook, shown)
    if found is None:
        return {}
    name, record, day = found
    tried = {}
    short = shortened(record)
    for id_, exclusion in shown.exclusions.items():
        added = [probe for probe in probes(shown, exclusion, short, day) if probe.never == "collect"]
        if added:
            refused = sum(refused_by_name(shown, probe, day) for probe in added)
            tried[id_] = Tried(len(added), refused, name)
    return tried


def fullest(rulebook: Rulebook, shown: Edition) -> tuple[str, Any, date] | None:
    """The shipped record with the most sources that is let in on its own day, and that day."""
    able = []
    for one in shipped(rulebook):
        day = day_of(one.record)
        if day and edition(rulebook, day) is shown and not isinstance(admit(shown, one.record, day), list):
            able.append((one.name, one.record, day))
    return max(able, key=lambda each: len(each[1]["sources"]), default=None)


def shortened(record: Any) -> Any:
    """A record with only the first row of each source, which is where something is added: the others are the same.

    >>> shortened({"subject": "X", "sources": {"bills": [{"paid": True}, {"paid": False}], "person": {"born": 1}}})
    {'subject': 'X', 'sources': {'bills': [{'paid': True}], 'person': {'born': 1}}}
    """
    first = {id_: some[:1] if isinstance(some, list) else some for id_, some in record["sources"].items()}
    return {**{key: kept for key, kept in record.items() if key != "contested"}, "sources": first}


def day_of(record: Any) -> date | None:
    """The day a record is for, if it names one.

    >>> day_of({"as_of": "2027-01-15"}), day_of({"as_of": 5}), day_of([])
    (datetime.date(2027, 1, 15), None, None)
    """
    try:
        return date.fromisoformat(record["as_of"])
    except (TypeError, KeyError, ValueError):
        return None
