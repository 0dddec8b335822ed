"""Whole records under fair-civic-trust: admission, measures, rules and trace, and how that grows with the rows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bench import peers
from bench.scorecard import every, zen_decision
from bench.timing import interleaved, micro, ratio, table
from engine.admit import admit
from engine.ir import Edition
from engine.readings import session, truth
from engine.readings.compiled import compile_edition, decide
from engine.rulebook import edition as edition_of
from engine.rulebook import load_rulebook

AS_OF = date(2026, 12, 15)
USE = "deposit-free-rental"
ROWS = (60, 600, 6000)


def record(rows: int, seed: int) -> dict[str, Any]:
    """A drawn record: half bills, a third loan repayments, the rest borrowed things, now and then late or open."""
    draw = random.Random(seed)

    def days() -> tuple[str, str | None]:
        due = AS_OF - timedelta(days=draw.randint(0, 700))
        paid = min(AS_OF, due + timedelta(days=draw.choice([-3, -1, 0, 0, 0, 4])))
        return due.isoformat(), None if draw.random() < 0.03 else paid.isoformat()

    def amount() -> Decimal:
        return Decimal(draw.randint(1000, 400_000)).scaleb(-2)

    bills, loans = rows // 2, rows // 3
    found: dict[str, list[dict[str, Any]]] = {"bill-payments": [], "loan-repayments": [], "returned-items": []}
    for number in range(rows):
        due, paid = days()
        if number < bills:
            found["bill-payments"].append({"due": due, "paid": paid, "amount": amount(), "kind": "rent"})
        elif number < bills + loans:
            found["loan-repayments"].append({"due": due, "paid": paid, "amount": amount()})
        else:
            found["returned-items"].append({"due_back": due, "returned": paid, "kind": "book"})
    facts = {"verified": True, "verified_on": "2026-01-05"}
    return {"subject": "drawn", "sources": {**found, "court-judgments": [], "identity-check": facts}}


def fair_civic_trust() -> Edition:
    """The edition that is measured."""
    found = edition_of(load_rulebook("fair-civic-trust"), AS_OF)
    assert found is not None
    return found


def section() -> str:
    """Times of a record of 60 rows and of larger ones."""
    edition = fair_civic_trust()
    compiled = compile_edition(edition)
    drawn = {rows: [record(rows, seed) for seed in range(3000 // rows or 1)] for rows in ROWS}
    for one in drawn[60]:
        kept = admit(edition, one, AS_OF)
        assert not isinstance(kept, list), kept
        assert decide(compiled, one, AS_OF, USE) == truth.decide(edition, kept, AS_OF, USE)

    graph, measures = zen_decision(edition), []
    for one in drawn[60]:
        result = compiled.record(one, AS_OF)
        assert not isinstance(result, list)
        values = peers.renamed(edition, dict(zip(edition.measures, result.values, strict=True)))
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        assert graph.evaluate(values)["result"]["score"] == result.score
        measures.append(values)

    def whole(one: Any) -> Any:
        result = compiled.record(one, AS_OF)
        assert not isinstance(result, list)
        return result.decision(USE)

    def by_truth(one: Any) -> Any:
        kept = admit(edition, one, AS_OF)
        assert not isinstance(kept, list)
        return truth.decide(edition, kept, AS_OF, USE)

    opened = session.open_session(edition)

    def by_session(one: Any) -> Any:
        kept = admit(edition, one, AS_OF)
        assert not isinstance(kept, list)
        return session.decide(opened, kept, AS_OF, USE)

    sixty = drawn[60]
    names = ["compiled: the record, trace kept", "zen-engine, decision: the ready measures only"]
    found = interleaved(
        {
            names[0]: (every(lambda one: compiled.record(one, AS_OF), sixty), len(sixty)),
            names[1]: (every(graph.evaluate, measures), len(measures)),
            "compiled: the record, decision written out": (every(whole, sixty), len(sixty)),
            "truth: the record, decision written out": (every(by_truth, sixty), len(sixty)),
            "session: the record, decision written out": (every(by_session, sixty[:5]), 5),
        }
    )
    times = [[name, micro(one), f"{ratio(found, name, names[0]):.2f}"] for name, one in found.items()]
    grown = interleaved(
        {f"{rows:,}": (every(lambda one: compiled.record(one, AS_OF), drawn[rows]), len(drawn[rows])) for rows in ROWS}
    )
    growth = [
        [name, micro(one), f"{sorted(one)[len(one) // 2] * 1e6 / rows:.2f}", f"{ratio(grown, name, '60'):.1f}"]
        for (name, one), rows in zip(grown.items(), ROWS, strict=True)
    ]
    return f"""## Whole records

fair-civic-trust, a record of 60 rows: reading and checking every value, retention, contests, measures, rules, trace.

{table(["", "µs for one", "times the first"], times)}

How that grows with the rows of a record:

{table(["rows", "µs for one record", "µs for one row", "times 60 rows"], growth)}
"""
