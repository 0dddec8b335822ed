"""The classic scorecard, measures given: the compiled reading against other engines' expressions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import cel
import datalogic_py
import zen

from bench import book, card, peers
from bench.timing import interleaved, micro, ratio, table
from engine.ir import Edition
from engine.readings import truth
from engine.readings.compiled import compile_edition

COUNT = 1000
OURS = "compiled, with its trace"


def zen_decision(edition: Edition) -> Any:
    """A decision graph of zen-engine with the score as its one expression."""
    place = {"x": 0, "y": 0}
    expression = {"id": "x", "key": "score", "value": peers.whole_score(edition, peers.ZEN)}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place},
        {"id": "e", "type": "expressionNode", "name": "e", "position": place, "content": {"expressions": [expression]}},
        {"id": "out", "type": "outputNode", "name": "out", "position": place},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "e"},
        {"id": "b", "type": "edge", "sourceId": "e", "targetId": "out"},
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def every(run: Callable[[Any], Any], items: Iterable[Any]) -> Callable[[], list[Any]]:
    """A batch: one call for each item, results kept."""
    listed = list(items)
    return lambda: [run(item) for item in listed]


def section() -> str:
    """Times and ratios, after every engine has been found to give truth's scores."""
    edition = book.edition(card.documents())
    compiled = compile_edition(edition)
    applicants = card.applicants(COUNT)
    expected = [truth.decide_given(edition, values, book.FROM, "use") for values in applicants]
    assert [compiled.measures(values, book.FROM).decision("use") for values in applicants] == expected

    engine = datalogic_py.Engine()
    logic, session = engine.compile(peers.whole_score(edition, peers.JSON_LOGIC)), engine.session()
    program = cel.compile(peers.whole_score(edition, peers.CEL))
    expression = zen.compile_expression(peers.whole_score(edition, peers.ZEN))
    graph = zen_decision(edition)
    given = [peers.renamed(edition, values) for values in applicants]
    texts = [json.dumps(values) for values in given]
    scored: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
        "datalogic-py": (lambda values: session.evaluate(logic, values), given),
        "datalogic-py, data as JSON text": (lambda text: int(session.evaluate_str(logic, text)), texts),
        "common-expression-language": (program.execute, given),
        "zen-engine, decision": (lambda values: graph.evaluate(values)["result"]["score"], given[: COUNT // 10]),
        "zen-engine, one bare compiled expression": (expression.evaluate, given),
    }
    for name, (run, items) in scored.items():
        for item, decision in zip(items, expected, strict=False):
            assert run(item) == decision.score, (name, item, decision.score)

    measures, day, evaluate = compiled.measures, book.FROM, session.evaluate

    def with_reasons(values: Any) -> Any:
        result = measures(values, book.FROM)
        return result, result.band, result.reasons

    ours = {
        OURS: (lambda: [measures(values, day) for values in applicants], COUNT),
        "compiled, with its trace, band and four reasons read": (every(with_reasons, applicants), COUNT),
        "truth (the definition), whole decision": (
            every(lambda values: truth.decide_given(edition, values, book.FROM, "use"), applicants[:50]),
            50,
        ),
    }
    theirs = {name: (every(run, items), len(items)) for name, (run, items) in scored.items()}
    theirs["datalogic-py"] = (lambda: [evaluate(logic, values) for values in given], COUNT)
    found = interleaved({**ours, **theirs})
    cases = sum(len(rule.cases) for rule in edition.rules.values())
    rows = [[name, micro(times), f"{ratio(found, name, OURS):.2f}"] for name, times in found.items()]
    about = TEXT.format(measures=len(edition.measures), cases=cases, count=COUNT)
    return f"{about}\n{table(['engine', 'µs for one', 'times ours'], rows)}\n{NOTES}"


TEXT = """## A scorecard, measures given

{measures} characteristics, {cases} cases: ranges, codes, three cross rules of AND, OR and NOT, unknown bins, a group
with a cap, base, range, five bands, four ranked reasons. {count:,} drawn applicants, one value in twenty unknown. Every
engine was first found to give truth's score for each of them, or of a tenth of them where it is slow.
"""

NOTES = """
The others work out the score only. Their expressions are the shortest a careful author would write (one comparison
for each breakpoint, unknown asked for first); ranking reasons is not something they can say, so only the first three
lines give reasons. JSONLogic needs a strict `!==` with null, or `null < 5` is true. CEL in this package has no `min` or
`max`: range and cap are a comprehension over one element. *zen-engine, decision* is its engine with a graph of one
expression node; the line after it is the expression language of the same package alone, without the engine.
The compiled reading looks up the end of a rule it has met before for values that come again and again (codes, counts,
ages, narrow ranges); its results are all kept while it is timed, as somebody who wants the trace would.
"""
