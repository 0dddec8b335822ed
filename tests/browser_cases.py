"""Cases for the browser reading: records and measures drawn at random, as JSON text, and what `truth` makes of them.

A rulebook is drawn by Hypothesis. Its cases are drawn from a seed, because twenty thousand of them would take
Hypothesis many minutes; a case that fails is shown whole instead.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.admit import MOST_DIGITS
from engine.decision import Decision, Refused, decision_json
from engine.evaluation import evaluate_under
from engine.given import read_given
from engine.ir import Boolean, Code, Constant, Day, Edition, Number, OneOf, Source, Type
from engine.readings import truth
from engine.readings.browser import edition_data
from engine.records import read_json
from publisher.locate import site_folder
from publisher.shorten import shorten
from tests.strategies import Drawn, rulebooks

CASES_OF_A_RULEBOOK = 200

SCRIPTS = tuple(site_folder() / "assets" / name for name in ("decide.js", "record.js"))
"""The browser reading: from given measures on, and what a record comes to."""


def sent() -> str:
    """The scripts in the few letters in which they are sent."""
    return "\n".join(shorten(file.read_text("utf-8")) for file in SCRIPTS)


HARNESS = """
(edition, cases) => {
  const data = JSON.parse(edition);
  return JSON.parse(cases).map(([how, text, options]) => {
    const read = Rulebook.parse(text);
    return Rulebook.write(read.refused ?? Rulebook[how](data, read.value, options));
  });
}
"""
"""What runs in the engine: the data of an edition and a list of cases as JSON text; the results as JSON text."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call of `decide` or `decideGiven`."""

    how: Literal["decide", "decideGiven"]
    text: str
    as_of: date | None
    use: str | None = None


def edition_text(edition: Edition, lang: str | None = None) -> str:
    return json.dumps(edition_data(edition, lang), ensure_ascii=False)


def cases_text(cases: list[Case]) -> str:
    """The cases as the harness takes them."""
    return json.dumps(
        [[case.how, case.text, {"asOf": case.as_of and case.as_of.isoformat(), "use": case.use}] for case in cases]
    )


def expected(edition: Edition, case: Case, lang: str) -> str:
    """What `truth` says, written as the harness writes it."""
    data = read_json(case.text)
    if isinstance(data, Refused):
        return written(_refused([data]))
    assert case.as_of is not None
    if case.how == "decideGiven":
        values = read_given(edition, data, case.as_of)
        if isinstance(values, list):
            return written(_refused(values))
        use = case.use or edition.about.default_use
        assert use is not None
        return written(decision_json(truth.decide_given(edition, values, case.as_of, use), lang))
    result = evaluate_under(edition, data, as_of=case.as_of, use=case.use, reading="truth")
    return written(decision_json(result, lang) if isinstance(result, Decision) else _refused(list(result.refusals)))


def _refused(refused: list[Refused]) -> list[dict[str, Any]]:
    return [
        {name: getattr(one, name) for name in ("code", "pointer", "sentence", "help", "exclusion")} for one in refused
    ]


def written(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


Run = Callable[[str, str], list[str]]
"""A JavaScript engine with the script and the harness in it."""


def agree(run: Run, edition: Edition, cases: list[Case], lang: str) -> None:
    """Every result is what `truth` says, to the letter and in the same order."""
    for case, found in zip(cases, run(edition_text(edition, lang), cases_text(cases)), strict=True):
        wanted = expected(edition, case, lang)
        assert found == wanted, f"{case}\n\nfound  {found}\n\nwanted {wanted}"


def agree_on_drawn(run: Run, count: int) -> int:
    """The same over at least so many drawn cases; how many there were."""
    cases = 0

    @settings(
        max_examples=count // CASES_OF_A_RULEBOOK + 1,
        phases=[Phase.reuse, Phase.generate],  # the seed cannot be made simpler
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(rulebooks(), st.integers(0, 2**32 - 1))
    def over_rulebooks(drawn: Drawn, seed: int) -> None:
        nonlocal cases
        agree(run, drawn.edition, drawn_cases(drawn.edition, seed, CASES_OF_A_RULEBOOK), "en")
        cases += CASES_OF_A_RULEBOOK

    over_rulebooks()
    return cases


# ------------------------------------------------------------------------------------------------------- drawn cases


def drawn_cases(edition: Edition, seed: int, count: int) -> list[Case]:
    """Records, broken records and sets of measures, for days at the ends of months too."""
    draw = random.Random(seed)
    numbers = sorted(numbers_in(edition))
    first = max(edition.from_, date(2027, 1, 1))
    found = []
    for _ in range(count):
        as_of = first + timedelta(days=draw.choice([0, 1, 30, 58, 59, 89, 364, 424, draw.randrange(800)]))
        kind = draw.choice(["decide", "decide", "decideGiven", "decideGiven", "broken"])
        if kind == "decideGiven":
            found.append(Case("decideGiven", json_text(drawn_measures(draw, edition, as_of, numbers)), as_of))
        else:
            record = drawn_record(draw, edition, as_of, numbers)
            text = json_text(break_something(draw, record) if kind == "broken" else record)
            found.append(Case("decide", text, as_of))
    return found


def numbers_in(node: Any) -> set[int]:
    """The numbers that conditions compare with: what lies beside them is worth drawing."""
    if isinstance(node, Constant | OneOf):
        values = [node.value] if isinstance(node, Constant) else node.values
        return {value for value in values if type(value) is int}
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, tuple) else []
    if is_dataclass(node):
        parts = [getattr(node, each.name) for each in fields(node) if each.name != "raw"]
    return set().union(*map(numbers_in, parts)) if parts else set()


def drawn_value(draw: random.Random, of: Type, as_of: date, numbers: list[int]) -> Any:
    """A value that is admitted, as JSON holds it."""
    match of:
        case Boolean():
            return draw.random() < 0.5
        case Code(choices):
            return draw.choice(choices).code
        case Day(future):
            back = draw.choice([0, 1, 27, 28, 30, 31, 89, 92, 364, 365, 366, 730, draw.randrange(1200)])
            return (as_of - timedelta(days=-back if future and draw.random() < 0.4 else back)).isoformat()
        case Number(places, _, least, greatest):
            scaled = draw.choice([*numbers, 0]) + draw.choice([-1, 0, 0, 1])
            if draw.random() < 0.05:
                scaled = draw.randrange(1 - 10**MOST_DIGITS, 10**MOST_DIGITS)
            scaled = max(scaled, scaled if least is None else least)
            scaled = min(scaled, scaled if greatest is None else greatest)
            return drawn_number(draw, scaled, places)
    raise AssertionError(of)


def drawn_number(draw: random.Random, scaled: int, places: int) -> Decimal | int:
    """One of the ways to write a number."""
    number = Decimal((int(scaled < 0), tuple(map(int, str(abs(scaled)))), -places))
    match draw.randrange(4):
        case 0 if number == int(number):
            return int(number)
        case 1:
            return number.normalize()
    return number


def drawn_record(draw: random.Random, edition: Edition, as_of: date, numbers: list[int]) -> dict[str, Any]:
    """A record that is admitted: any source may be absent or empty, rows may be contested."""
    record: dict[str, Any] = {"subject": draw.choice(["example", "例", None]), "sources": {}}
    contests: list[Any] = []
    for id_, source in edition.sources.items():
        if draw.random() < 0.15:
            continue
        if source.dated_by is None:
            record["sources"][id_] = drawn_row(draw, source, as_of, numbers)
        else:
            rows = [drawn_row(draw, source, as_of, numbers) for _ in range(draw.choice([0, 1, 2, 3, 5, 8]))]
            record["sources"][id_] = rows
        count = len(record["sources"][id_])
        if id_ in set_aside(edition) and count and draw.random() < 0.5:
            contest: dict[str, Any] = {"source": id_} | ({"row": draw.randrange(count)} if source.dated_by else {})
            if draw.random() < 0.4:
                ends = {draw.choice(["from", "until"]): drawn_value(draw, Day(future=True), as_of, [])}
                contest |= ends
            contests.append(contest)
    return record | ({"contested": contests} if contests else {})


def set_aside(edition: Edition) -> set[str]:
    return {source for right in edition.rights.values() for source in right.sets_aside}


def drawn_row(draw: random.Random, source: Source, as_of: date, numbers: list[int]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, field in source.fields.items():
        if not field.optional or draw.random() < 0.75:
            row[name] = drawn_value(draw, field.type, as_of, numbers)
        elif draw.random() < 0.5:
            row[name] = None
    return row


def drawn_measures(draw: random.Random, edition: Edition, as_of: date, numbers: list[int]) -> dict[str, Any]:
    """Measures as a simulation gives them; some are unknown, a few are wrong."""
    measures: dict[str, Any] = {}
    for id_, measure in edition.measures.items():
        if draw.random() < 0.8:
            measures[id_] = drawn_value(draw, measure.type, as_of, numbers)
        elif draw.random() < 0.5:
            measures[id_] = None
    if draw.random() < 0.05:
        measures[draw.choice([*measures, "nobody", "constructor"])] = drawn_junk(draw)
    return measures


NAMES = (
    "bills",
    "contacts",
    "My_Contacts_2",
    "FRIENDS_score",
    "friend",
    "nickname",
    "__proto__",
    "constructor",
    "a/b~c",
    "x\ny\t\u0007\u200b\u2028\U000e0001",
    "\ud800",
    "好" * 79 + "\n",
    "a" * 81,
    "",
)
"""Names nobody declared, some of them hostile; drawn rulebooks exclude `friend*` and `*contacts*`."""


def drawn_junk(draw: random.Random) -> Any:
    """What does not belong where it is put, mostly."""
    plain = [None, "", "43", True, -1, 10**15, 10**16, 10**45, [], {}, [1], {"number": "1"}, "purple"]
    days = ["2099-01-01", "2026-02-30", "2026-2-3", "20260203", "0000-01-01", "２０２６-01-01"]
    leap_days = ["2024-02-29", "2100-02-29", "2000-02-29"]
    texts = ["1.5", "0.001", "0.010", "0.00010", "-0.0", "0E-7", "0E+9999", "1E-400", "1E+400", "1E+2", "1E13", "1E15"]
    texts += ["999999999999999.99", "1234567890123456.5", "1." + "0" * 59, "1." + "0" * 60, "0." + "0" * 70 + "1"]
    numbers = [Decimal(each) for each in texts]
    return draw.choice([*plain, *days, *leap_days, *numbers])


def break_something(draw: random.Random, record: dict[str, Any]) -> Any:
    """The record with one to three things changed, most of which are wrong."""
    for _ in range(draw.randrange(1, 4)):
        sources = record["sources"] if isinstance(record.get("sources"), dict) else {}
        rows = [row for content in sources.values() for row in (content if isinstance(content, list) else [content])]
        rows = [row for row in rows if isinstance(row, dict)]
        match draw.randrange(12):
            case 0:
                sources[draw.choice([*sources, *NAMES])] = draw.choice([drawn_junk(draw), [{}], {}, [[]]])
            case 1:
                record[draw.choice(["subject", "sources", "contested", "as_of", *NAMES])] = drawn_junk(draw)
            case 2:
                record["subject"] = draw.choice([*NAMES, "two\nlines", "a\u00a0b", "é"])
            case 3:
                record["contested"] = [drawn_contest(draw, sources) for _ in range(draw.randrange(1, 3))]
            case 4:
                return drawn_junk(draw)
            case 5 if rows:
                row = draw.choice(rows)
                row.pop(draw.choice([*row, "nothing"]), None)
            case _ if rows:
                row = draw.choice(rows)
                row[draw.choice([*row, *row, *NAMES])] = drawn_junk(draw)
    return record


def drawn_contest(draw: random.Random, sources: dict[str, Any]) -> Any:
    """A contest with everything that can be wrong with one."""
    contest: dict[str, Any] = {"source": draw.choice([*sources, *sources, *NAMES, None])}
    for name in ("row", "from", "until", "because"):
        if draw.random() < 0.4:
            contest[name] = draw.choice([drawn_junk(draw), 0, 1, Decimal("0.0"), -1])
    return draw.choice([contest, contest, contest, drawn_junk(draw)])


def json_text(data: Any) -> str:
    """Data as JSON text, decimals as they are.

    >>> json_text({"a": [Decimal("1.50"), 2, None]})
    '{"a": [1.50, 2, null]}'
    """
    match data:
        case dict():
            return f"{{{', '.join(f'{json.dumps(name)}: {json_text(each)}' for name, each in data.items())}}}"
        case list():
            return f"[{', '.join(map(json_text, data))}]"
        case Decimal():
            return str(data)
        case _:
            return json.dumps(data)


def misprints(text: str, seed: int, count: int) -> Iterator[str]:
    """The text with a character or two lost, doubled or replaced."""
    draw = random.Random(seed)
    for _ in range(count):
        letters = list(text)
        for _ in range(draw.randrange(1, 3)):
            at = draw.randrange(len(letters))
            letters[at] = draw.choice(["", letters[at] * 2, *'{}[]",:\\0-.eEu\n\t\u0001 ', "NaN", "null", "\\ud83d"])
        yield "".join(letters)
