"""Which reading agrees with `truth` on which operator, counted on drawn cases.

`python -m tests.matrix rewrite` runs many cases and writes down what it found in `engine/readings/agreement.json`, from
which the website makes its table. `tests/test_matrix.py` runs fewer, and fails if the file says what they do not show.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import quickjs
from hypothesis import HealthCheck, Phase, given, seed, settings

from engine.admit import admit
from engine.decision import Decision, decision_json
from engine.given import read_given
from engine.ir import Case as RuleCase
from engine.ir import Compare, Constant, Edition, Fixed, MeasureRef, Number, Op, Worth
from engine.locate import policies_folder
from engine.operators import MANY_CASES, OPERATORS, operators_of, operators_of_rules
from engine.proved import Outcome
from engine.readings import columns, compiled, proof, prose, session, truth
from engine.readings.columns.tables import Asked
from engine.records import read_json
from engine.rulebook import edition, load_rulebook
from tests.browser_cases import HARNESS, Case, cases_text, drawn_cases, edition_text, sent, written
from tests.populations import filled, told, usual_tables
from tests.strategies import Drawn, rulebooks
from tests.website import DEMO

FILE = Path(truth.__file__).with_name("agreement.json")
DAY = date(2026, 12, 15)
NEVER = {"session": session.NEVER, "columns": columns.NEVER, "proof": proof.NEVER}
"""What a reading refuses by its own word, by operator."""

DECIDING = ("compiled", "session", "browser", "columns", "proof")
FEW = {"columns": None, "proof": 4}
"""Readings that are not asked everything; how many cases of a rulebook, where each takes long.

The columns are asked about the records of one day in one query; measures that are given are no population.
"""

LEFT_OPEN = object()
"""The answer of a reading that was not asked, or of a proof that leaves out a source, and says so."""

SIZE = "edition-size"
LARGE = "bill-count", "paid-on-time"
"""The measure and the rule of the demo from which the large edition is made."""


@dataclass(frozen=True, slots=True)
class Cell:
    """In how many cases a reading was asked, agreed, or was asked in vain."""

    asked: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    differed: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Matrix:
    """What a run found: for each reading, by operator. `cases` counts those of `truth`."""

    rulebooks: int = 0
    cases: Counter[str] = field(default_factory=Counter)
    total: int = 0
    cells: dict[str, Cell] = field(default_factory=lambda: {name: Cell() for name in (*DECIDING, "prose")})


def run(drawn: int, of_each: int, of_shipped: int, *, large: bool) -> Matrix:
    """So many drawn rulebooks with so many cases each, and so many cases of each rulebook in the repository."""
    found = Matrix()
    script = browser()
    for one in standing():
        compare(found, script, one, drawn_cases(one, 1, of_shipped))
    if large:
        one = large_edition()
        texts = [f'{{"{LARGE[0]}": {value}}}' for value in (0, 1, MANY_CASES // 2, MANY_CASES)]
        compare(found, script, one, [Case("decideGiven", text, DAY, "pay-later") for text in texts])
    for number, one in enumerate(drawn_editions(drawn)):
        compare(found, script, one, drawn_cases(one, number, of_each))
    return found


def standing() -> Iterator[Edition]:
    """The demo and the shipped rulebooks."""
    for folder in (DEMO, *sorted(file.parent for file in policies_folder().glob("*/rulebook.yaml"))):
        found = edition(load_rulebook(folder), DAY)
        assert found is not None
        yield found


def large_edition() -> Edition:
    """The demo with a rule of more cases than a large edition needs."""
    found = edition(load_rulebook(DEMO), DAY)
    assert found is not None
    here, measure = found.rules[LARGE[1]].head.where, LARGE[0]
    cases = tuple(
        RuleCase(Compare(MeasureRef(measure), Op.IS, Constant(n), Number(), here), Worth(Fixed(n % 7)), here)
        for n in range(MANY_CASES + 1)
    )
    rule = replace(
        found.rules[LARGE[1]], cases=cases, reads=(measure,), reads_conclusions=(), directions=(), table=None
    )
    return replace(found, rules={**found.rules, LARGE[1]: rule})


def is_large(found: Edition) -> bool:
    """Whether an edition was made by `large_edition`."""
    return LARGE[1] in found.rules and len(found.rules[LARGE[1]].cases) > MANY_CASES


def drawn_editions(count: int) -> list[Edition]:
    """Editions drawn at random from all that the language can say."""
    found: list[Edition] = []

    @seed(7)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(rulebooks())
    def draw(drawn: Drawn) -> None:
        found.append(drawn.edition)

    if count:
        draw()
    return found


# ------------------------------------------------------------------------------------------------------- comparing


Script = Callable[[str, str], list[str]]


def browser() -> Script:
    """The script of the website in a JavaScript engine."""
    context = quickjs.Context()
    context.eval(sent())
    context.eval(f"globalThis.run = (edition, cases) => JSON.stringify(({HARNESS})(edition, cases))")
    inside = context.get("run")
    return lambda edition, cases: json.loads(inside(edition, cases))


def compare(matrix: Matrix, script: Script, found: Edition, cases: list[Case]) -> None:
    """Every reading on every case that comes to a decision; a refusal says nothing about operators."""
    matrix.rulebooks += 1
    if is_large(found):  # the rest of it is that of a small one
        names = dict.fromkeys(("decide", "decideGiven"), frozenset({SIZE}))
    else:
        names = {"decide": operators_of(found), "decideGiven": operators_of_rules(found)}
    prose_says(matrix.cells["prose"], found, names["decide"])
    decided = [(case, said) for case in cases if (said := truth_says(found, case)) is not None]
    asked = {name: [case for case, _ in decided][: FEW.get(name)] for name in DECIDING}
    answers = {name: list(ask(name, script, found, asked[name])) for name in DECIDING}
    for number, (case, said) in enumerate(decided):
        matrix.total += 1
        matrix.cases.update(names[case.how])
        for name in DECIDING:
            if number >= len(asked[name]) or answers[name][number] is LEFT_OPEN:
                continue
            answer, cell = answers[name][number], matrix.cells[name]
            cell.asked.update(names[case.how])
            if isinstance(answer, Never):
                cell.refused.update({answer.operator: NEVER[name][answer.operator]})
                continue
            match name:
                case "browser":
                    agrees = answer == written(decision_json(said, "en"))
                case "columns":
                    agrees = answer == expected_row(found, case, said, answer["subject"])
                case "proof":
                    agrees = answer == outcome_of(said)
                case _:
                    agrees = answer == said
            (cell.agreed if agrees else cell.differed).update(names[case.how])


@dataclass(frozen=True, slots=True)
class Never:
    """A reading said that it never does this."""

    operator: str


def use_of(found: Edition, case: Case) -> str:
    use = case.use or found.about.default_use or next(iter(found.uses))
    assert use is not None
    return use


def truth_says(found: Edition, case: Case) -> Decision | None:
    """The decision by definition; None if the record is refused."""
    data = read_json(case.text)
    if case.as_of is None or not isinstance(data, dict):
        return None
    if case.how == "decideGiven":
        values = read_given(found, data, case.as_of)
        return truth.decide_given(found, values, case.as_of, use_of(found, case)) if isinstance(values, dict) else None
    kept = admit(found, data, case.as_of)
    return None if isinstance(kept, list) else truth.decide(found, kept, case.as_of, use_of(found, case))


def ask(name: str, script: Script, found: Edition, cases: list[Case]) -> Iterable[Any]:
    """What a reading says of each case."""
    if name == "browser":
        asked = [replace(case, use=use_of(found, case)) for case in cases]
        return script(edition_text(found, "en"), cases_text(asked))
    if name == "compiled":
        made = compiled.compile_edition(found)
        return [by_compiled(made, case) for case in cases]
    if name == "columns":
        return by_columns(found, cases)
    if name == "proof":
        if is_large(found):
            return [Never(SIZE)] * len(cases)
        anybody = cache(partial(proof.anybody, found))
        return [by_proof(found, anybody, case) for case in cases]
    try:
        opened = session.open_session(found)
    except session.NeverError as error:
        operator = next(name for name, reason in session.NEVER.items() if reason == str(error))
        return [Never(operator)] * len(cases)
    return [by_session(opened, case) for case in cases]


def by_compiled(made: compiled.Compiled, case: Case) -> Any:
    data, use = read_json(case.text), use_of(made.edition, case)
    assert case.as_of is not None
    if case.how == "decide":
        return compiled.decide(made, data, case.as_of, use)
    values = read_given(made.edition, data, case.as_of)
    assert isinstance(values, dict)
    return compiled.decide_given(made, values, case.as_of, use)


def by_columns(found: Edition, cases: list[Case]) -> list[Any]:
    """What one query says of the records of one day; measures that are given are no records."""
    if columns.never(found) is not None:
        return [Never(SIZE)] * len(cases)
    days = Counter(case.as_of for case in cases if case.how == "decide")
    day = max(days, key=lambda one: days[one], default=None)
    chosen = [number for number, case in enumerate(cases) if (case.how, case.as_of) == ("decide", day)]
    answers: list[Any] = [LEFT_OPEN] * len(cases)
    if day is None:
        return answers
    of = asked_of_columns(found, cases[chosen[0]])
    connection = filled(of.tables, [read_json(cases[number].text) for number in chosen])
    names = [*columns.output(of, "points"), "edition", "bad"]
    rows = sorted(connection.execute(columns.decisions(of, "points", packed=True).sql("duckdb")).fetchall())
    for number, row in zip(chosen, rows, strict=True):  # whose names are in their order
        answers[number] = dict(zip(names, row, strict=True))
    return answers


def asked_of_columns(found: Edition, case: Case) -> Asked:
    assert case.as_of is not None
    return Asked(found, case.as_of, use_of(found, case), usual_tables(found))


def expected_row(found: Edition, case: Case, said: Decision, subject: str) -> dict[str, Any]:
    """A decision as a row of the query."""
    return told(said, asked_of_columns(found, case), subject)


def by_proof(found: Edition, anybody: Callable[[date], proof.Anybody], case: Case) -> Any:
    """What the solver makes of the record, for the use that is asked about."""
    data, use = read_json(case.text), use_of(found, case)
    assert case.as_of is not None
    if case.how == "decide":
        kept = admit(found, data, case.as_of)
        assert not isinstance(kept, list)
        everybody = anybody(case.as_of)
        if everybody.left_out:
            return LEFT_OPEN
        outcome = proof.decide(everybody, kept)
    else:
        values = read_given(found, data, case.as_of)
        assert isinstance(values, dict)
        outcome = proof.decide_given(found, values, case.as_of)
    return outcome and replace(outcome, follows=frozenset(one for one in outcome.follows if one[0] == use))


def outcome_of(said: Decision) -> Outcome:
    """The part of a decision that a proof is about."""
    follows = frozenset((one.use, one.id) for one in said.consequences)
    return Outcome(said.score, said.band, dict(said.points), dict(said.conclusions), follows)


def by_session(opened: session.Session, case: Case) -> Any:
    data, use = read_json(case.text), use_of(opened.edition, case)
    assert case.as_of is not None
    if case.how == "decide":
        kept = admit(opened.edition, data, case.as_of)
        assert not isinstance(kept, list)
        return session.decide(opened, kept, case.as_of, use)
    values = read_given(opened.edition, data, case.as_of)
    assert isinstance(values, dict)
    return session.decide_given(opened, values, case.as_of, use)


def prose_says(cell: Cell, found: Edition, names: frozenset[str]) -> None:
    """Puts every policy into words in every language; a phrase that is missing stops the run."""
    for lang in prose.languages():
        for kind, id_ in [("rule", LARGE[1])] if is_large(found) else policies(found):
            assert "".join(prose.policy(found, kind, id_, lang)).strip(), (kind, id_, lang)
    cell.agreed.update(names)


def policies(found: Edition) -> Iterator[tuple[str, str]]:
    for kind, some in (("source", found.sources), ("measure", found.measures), ("rule", found.rules)):
        yield from ((kind, id_) for id_ in some)
    if found.score is not None:
        yield "score", found.score.head.id
    for kind, others in (("use", found.uses), ("exclusion", found.exclusions), ("right", found.rights)):
        yield from ((kind, id_) for id_ in others)


# --------------------------------------------------------------------------------------------------------- the file


def as_data(found: Matrix) -> dict[str, Any]:
    """What is written down: for each operator, the cases of `truth`, and those in which each reading agreed."""
    rows = {}
    for name in OPERATORS:
        row: dict[str, Any] = {"truth": found.cases[name]}
        for reading, cell in found.cells.items():
            assert not cell.differed[name], f"{reading} differs on `{name}`"
            row[reading] = {"never": cell.refused[name]} if name in cell.refused else cell.agreed[name]
        rows[name] = row
    return {"cases": found.total, "rulebooks": found.rulebooks, "operators": rows}


def main() -> None:
    if sys.argv[1:] != ["rewrite"]:
        raise SystemExit("usage: python -m tests.matrix rewrite")
    found = as_data(run(200, 15, 300, large=True))
    FILE.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"{found['cases']:,} cases of {found['rulebooks']:,} rulebooks: {FILE.name} is written")


if __name__ == "__main__":
    main()
