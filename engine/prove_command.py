"""What `rulebook prove` prints: the proofs about one edition, in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from engine.decision import plain
from engine.ir import Edition, Number, Value
from engine.proofs import independent, prove
from engine.proved import Person, Proved, Reach, Undecided, Unshown
from engine.readings import prose


def asked_fields(edition: Edition, named: Sequence[str]) -> list[tuple[str, str]]:
    """Fields as they are named on the command line, like `bill-payments.amount`."""
    found = []
    for words in named:
        source, _, field = words.partition(".")
        if source not in edition.sources:
            raise click.BadParameter(f"there is no source `{source}`; there is: {', '.join(sorted(edition.sources))}")
        fields_ = edition.sources[source].fields
        if field not in fields_:
            raise click.BadParameter(f"`{source}` has no field `{field}`; it has: {', '.join(sorted(fields_))}")
        found.append((source, field))
    return found


def run(
    console: Console, edition: Edition, as_of: date, limit: float, form: str, lang: str, named: Sequence[str] = ()
) -> int:
    """Proves and prints, also of the `named` fields; the exit status is 1 when something is broken or undecided."""
    asked = asked_fields(edition, named)
    with console.status("") as status:  # only on a terminal

        def tell(question: str) -> None:
            status.update(escape(prose.question(question, lang)))

        found = prove(edition, limit, as_of, tell)
        known = {(one.source, one.field) for one in found.independent}
        more = [independent(edition, *one, limit, as_of) for one in dict.fromkeys(asked) if one not in known]
        found = replace(found, independent=(*found.independent, *more))
    if form == "json":
        click.echo(json.dumps(proved_json(edition, found), ensure_ascii=False, indent=2))
    else:
        for part in prose.proved(edition, found, lang):
            took = f" [dim]{escape(part.took)}[/dim]" if part.took else ""
            console.print(f"[bold]{escape(part.title)}[/bold]{took}", highlight=False)
            for indent, line in part.lines:
                console.print(escape("  " * (indent + 1) + line), highlight=False, soft_wrap=True)
            console.print()
    return 0 if holds(found) else 1


def holds(found: Proved) -> bool:
    """Whether everything was proved, and nothing that was proved speaks against the rulebook.

    A gap, an overlap and a case that never happens do, and so do a direction that is broken and an excluded field that
    matters. A band nobody reaches does not: the website says it.
    """
    ends = [found.score.least, found.score.most, *(end for group in found.groups.values() for end in _both(group))]
    return (
        not found.not_proved
        and not found.gaps
        and not found.overlaps
        and not any(isinstance(end, Undecided | Unshown) for end in ends)
        and all(one.reachable == "yes" for one in found.cases if one.case is not None)
        and all(one.holds == "yes" or one.excepted for one in found.directions)
        and all(one.how in ("unread", "proved") or one.exclusion is None for one in found.independent)
        and all(one.how != "undecided" for one in found.independent)
        and all(isinstance(one.drop, int) for one in found.events)
        and "undecided" not in (*found.bands.values(), found.no_score)
        and not isinstance(found.cliff, Undecided | Unshown)
    )


def _both(ends: Any) -> tuple[Any, Any]:
    return ends.least, ends.most


# ------------------------------------------------------------------------------------------------------------ as JSON


def proved_json(edition: Edition, found: Proved) -> dict[str, Any]:
    """What was proved as plain JSON data.

    Where a question was not decided there is ``{"undecided": seconds}``, and where nobody could be shown
    ``{"unshown": true}``, instead of an answer.
    """
    told = _json(edition, found)
    assert isinstance(told, dict), "a dataclass is an object"  # narrows the type
    if found.cliff is not None and not isinstance(found.cliff, Undecided | Unshown):
        told["cliff"]["at"] = _measure(edition, found.cliff.measure, found.cliff.at)
    return told


def _json(edition: Edition, value: Any) -> Any:
    match value:
        case Undecided(seconds):
            return {"undecided": seconds}
        case Unshown():
            return {"unshown": True}
        case Person():
            return _person(edition, value)
        case Reach(number, person):
            return {"value": number, "person": None if person is None else _person(edition, person)}
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case dict():
            return {key: _json(edition, each) for key, each in value.items()}
        case tuple() | list():
            return [_json(edition, each) for each in value]
        case frozenset():
            return sorted(_json(edition, each) for each in value)
        case _ if is_dataclass(value):
            return {each.name: _json(edition, getattr(value, each.name)) for each in fields(value)}
        case _:
            return value


def _person(edition: Edition, person: Person) -> dict[str, Any]:
    """Somebody, with their measures written as a trace writes them."""
    return {
        "record": _json(edition, person.record),
        "measures": {id_: _measure(edition, id_, value) for id_, value in person.measures.items()},
        "outcome": _json(edition, person.outcome),
        "differs": [
            {"measure": id_, "reference": _measure(edition, id_, one), "here": _measure(edition, id_, other)}
            for id_, one, other in person.differs
        ],
    }


def _measure(edition: Edition, id_: str, value: Value | None) -> Any:
    type_ = edition.measures[id_].type
    return plain(value, type_.places if isinstance(type_, Number) else 0)
