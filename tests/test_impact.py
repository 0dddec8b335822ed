"""What a change does to people, by counting: the counts, the words, the files, and what is wrong with a population."""

from __future__ import annotations

import json
import re
import shutil
import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from engine.admit import admit
from engine.cli import main
from engine.decision import Decision
from engine.evaluation import evaluate_under
from engine.impact import synthetic
from engine.impact.bins import bin_of, bins
from engine.impact.cells import cells_of
from engine.impact.counting import count
from engine.impact.populations import people_in
from engine.impact.reach import reach
from engine.impact.result import THRESHOLD, Impact
from engine.impact.synthetic import count_synthetic
from engine.impact.tally import Ends, Tally, add
from engine.ir import Edition
from engine.locate import policies_folder
from engine.problem import Problem, Where
from engine.readings import prose
from engine.rulebook import edition, load_rulebook
from engine.structure import schema
from engine.synthetic import people
from tests.test_impact_suppression import EVERYBODY, withstands

BOOK, USE = "fair-civic-trust", "deposit-free-rental"
BEFORE, AFTER = f"{BOOK}@2026-12-01", f"{BOOK}@2027-06-01"
DAY = date(2027, 4, 1)


def editions() -> tuple[Edition, Edition]:
    rulebook = load_rulebook(BOOK)
    one, other = edition(rulebook, date(2026, 12, 1)), edition(rulebook, date(2027, 6, 1))
    assert one is not None
    assert other is not None
    return one, other


def run(*asked: str) -> Result:
    return CliRunner().invoke(main, ["impact", *asked], catch_exceptions=False)


@pytest.fixture(scope="module")
def counted() -> Impact:
    return count_synthetic(*editions(), 400, 1, DAY, USE)


# -------------------------------------------------------------------------------------------------------- the counts


def test_everybody_is_counted_as_truth_decides(counted: Impact):
    """The counts are those of evaluating each person twice, by the definition, and comparing by hand."""
    old, new = editions()
    outcomes: Counter[str] = Counter()
    moves: Counter[tuple[str, str]] = Counter()
    kept: Counter[str] = Counter()
    for record in people(new, 400, 1, DAY):
        found = [evaluate_under(one, record, as_of=DAY, use=USE, reading="truth") for one in (old, new)]
        was, is_ = found
        assert isinstance(was, Decision)
        assert isinstance(is_, Decision)
        moves[was.band or "", is_.band or ""] += 1
        kept.update({one.id for one in was.consequences} & {one.id for one in is_.consequences})
        if was.score is None or is_.score is None:
            outcomes["neither" if was.score == is_.score else "gained" if was.score is None else "lost"] += 1
        else:
            outcomes["rise" if is_.score > was.score else "fall" if is_.score < was.score else "same"] += 1
    assert counted.population.people == 400
    for name in ("rise", "same", "fall"):
        assert counted.counts["outcome", name] in (outcomes[name], None)
    for was_band in counted.bands_before:
        for is_band in counted.bands_after:
            assert counted.counts["bands", was_band, is_band] in (moves[was_band, is_band], None)
    for id_ in counted.consequences:
        assert counted.counts["consequence", id_, "kept"] in (kept[id_], None)
    assert outcomes["rise"] >= THRESHOLD
    assert sum(count is not None for count in counted.counts.values()) > len(counted.counts) / 2


def test_no_small_count_is_published_and_none_can_be_worked_out():
    """The whole of what is published at once: outcomes, bins, bands, consequences, and three groups of people."""
    old, new = editions()
    everybody, groups = Tally(), {"district": {name: Tally() for name in ("north", "south", "")}}
    follow = frozenset(["no-deposit"])
    none: frozenset[str] = frozenset()
    cases: list[tuple[int, str, Ends, Ends]] = [
        (40, "north", (700, "good", follow), (700, "good", follow)),
        (35, "south", (500, "building", none), (500, "building", none)),
        (30, "north", (600, "average", none), (620, "average", none)),
        (7, "south", (600, "average", none), (660, "good", follow)),
        (2, "north", (800, "strong", follow), (700, "good", follow)),
        (1, "", (None, "", none), (600, "average", none)),
        (12, "south", (None, "", none), (None, "", none)),
    ]
    for number, where, was, is_ in cases:
        for _ in range(number):
            add(everybody, was, is_)
            add(groups["district"][where], was, is_)
    counts, sums = cells_of(old, new, USE, bins(100), everybody, groups)
    from engine.impact.suppress import suppressed  # noqa: PLC0415  # beside its only use

    for total, parts in sums:
        assert counts[total] == sum(counts[part] for part in parts), total
    shown = suppressed(counts, sums, frozenset([EVERYBODY]))
    own = {cell: n for cell, n in counts.items() if not any(part.startswith("-") for part in cell)}
    published = {cell: n for cell, n in shown.items() if n is not None}
    assert published.keys() <= own.keys()
    assert 0 < len(published) < len(own)
    withstands({cell: n if cell in own else 0 for cell, n in counts.items()} | own, sums, shown)


def test_the_number_of_processes_changes_nothing(monkeypatch):
    """A count on a large machine is the count on a small one."""
    one = count_synthetic(*editions(), 120, 3, DAY, USE)
    monkeypatch.setattr(synthetic, "AT_ONCE", 25)
    monkeypatch.setattr(synthetic, "WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert count_synthetic(*editions(), 120, 3, DAY, USE) == one


def test_bins_hold_every_change_once():
    """They are written before anybody is counted, and nobody falls between two."""
    for reach_ in (1, 7, 40, 333, 1200):
        found = bins(reach_)
        for change in range(-reach_ - 3, reach_ + 4):
            (one,) = [
                index
                for index, each in enumerate(found)
                if (each.least is None or each.least <= change) and (each.greatest is None or change <= each.greatest)
            ]
            assert bin_of(found, change) == one
    assert len(bins(1200)) <= 13


def test_no_score_moves_further_than_the_rules_allow(counted: Impact):
    """The bins reach as far as the changed rules can move a score, and so nobody lies far outside."""
    old, new = editions()
    most = reach(old, new)
    assert 0 < most < 600
    for record in people(new, 150, 1, DAY):
        scores = [evaluate_under(one, record, as_of=DAY, use=USE) for one in (old, new)]
        was, is_ = (one.score for one in scores if isinstance(one, Decision))
        assert was is None or is_ is None or abs(is_ - was) <= most
    assert reach(old, old) == 0


# --------------------------------------------------------------------------------------------------------- the words


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "de"])
def test_what_was_counted_is_said_in_every_language(counted: Impact, lang: str):
    """Nothing is unfilled, and the made-up people are called made-up."""
    parts = prose.impact(counted, lang)
    said = [part.title for part in parts] + [line for part in parts for line in part.lines]
    cells = [cell for part in parts if part.grid for row in (part.grid.head, *part.grid.rows) for cell in row]
    assert not [words for words in said + cells if not words or re.search(r"[{}\[\]]", words)]
    made_up = {"en": "made-up", "zh-Hans": "虚构", "de": "erfundene"}[lang]
    assert made_up in parts[0].lines[1]
    if lang != "en":
        assert not set(said) & {line for part in prose.impact(counted, "en") for line in (part.title, *part.lines)}


def test_the_json_fits_its_schema(counted: Impact, population: Path):
    """Other programs read it; a count that is left out is null."""
    for more in ([], ["--by", "district"]):
        told = json.loads(run(BEFORE, AFTER, "--population", str(population), "--format", "json", *more).stdout)
        Draft202012Validator(schema("impact")).validate(told)
    assert told["groups"][0]["attribute"] == "district"
    assert counted.counts["people",] == 400


def test_the_page_needs_nothing_else_and_runs_nothing(tmp_path, population: Path):
    """It can be mailed, printed and kept; what a file says of people is never markup."""
    page = tmp_path / "page.html"
    asked = (BEFORE, AFTER, "--population", str(population), "--by", "district", "--format", "html", "--out", str(page))
    assert run(*asked, "--lang", "zh-Hans").exit_code == 0
    text = page.read_text("utf-8")
    assert "<script" not in text
    assert "src=" not in text
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert "default-src 'none'" in text
    assert text.count("<svg") >= 6
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_the_markdown_is_tables(population: Path):
    """It stands in the comment on a change."""
    told = run(BEFORE, AFTER, "--population", str(population), "--format", "markdown", "--by", "district").stdout
    tables = [line for line in told.splitlines() if line.startswith("|")]
    assert len(tables) > 20
    assert "&lt;b>" in told
    assert "<b>" not in told


def test_versions_of_a_policy_are_compared_too():
    """One changed rule, everything else held still; and the same question has the same answer."""
    asked = ("fraud-judgment@1.0.0", "rules/fraud-judgment@2.0.0", "--rulebook", BOOK, "--population", "synthetic:50:2")
    one, two = run(*asked, "--lang", "en"), run(*asked, "--lang", "en")
    assert one.exit_code == 0, one.output
    assert one.stdout == two.stdout
    assert "50 made-up people (seed 2)" in one.stdout


# ------------------------------------------------------------------------------------------------------ a population


def write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eighty people with an attribute for the audit, its rows in no order."""
    folder = tmp_path_factory.mktemp("population") / "people"
    asked = ["sample", BOOK, "--subjects", "80", "--as-of", "2027-04-01", "--out", str(folder)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    (folder / "about.json").unlink()
    for name in ("subjects", "bill-payments"):
        lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.jsonl").write_text("".join(lines[::-1]), "utf-8")
    subjects = [json.loads(line)["subject"] for line in (folder / "subjects.jsonl").read_text("utf-8").splitlines()]
    areas = ["north", "south", "<b>"]
    write(folder / "audit.jsonl", [{"subject": one, "district": areas[n % 3]} for n, one in enumerate(subjects)])
    return folder


def test_a_folder_is_its_people(population: Path):
    """Rows come together again by their subject, whatever order they are in."""
    old, new = editions()
    drawn = {one["subject"]: one for one in people(new, 80, 1, DAY)}
    found = {one.new["subject"]: one for one in people_in(population, (old, new), DAY, DAY, ["district"])}
    assert found.keys() == drawn.keys()
    for subject, person in found.items():
        for id_, content in drawn[subject]["sources"].items():
            got = person.new["sources"][id_]
            key = json.dumps if isinstance(content, dict) else str
            assert len(got) == len(content), key
            if isinstance(content, dict):
                assert got == content
        assert person.new["sources"].keys() == drawn[subject]["sources"].keys()
        assert person.groups["district"] in {"north", "south", "<b>"}
        assert "district" not in json.dumps(person.new, default=str)


def test_files_of_every_form_are_the_same_people(population: Path, tmp_path: Path):
    """JSON Lines, CSV, Parquet, or a record a line: the counts do not depend on it."""
    import duckdb  # noqa: PLC0415  # beside its only use

    told = run(BEFORE, AFTER, "--population", str(population), "--as-of", "2027-04-01", "--format", "json").stdout
    for form in ("csv", "parquet"):
        folder = tmp_path / form
        folder.mkdir()
        for file in population.glob("*.jsonl"):
            to = str(folder / f"{file.stem}.{form}")
            with duckdb.connect() as database:
                table = database.read_json(str(file), format="newline_delimited")
                table.write_csv(to) if form == "csv" else table.write_parquet(to)
        found = run(BEFORE, AFTER, "--population", str(folder), "--as-of", "2027-04-01", "--format", "json")
        assert json.loads(found.stdout) == json.loads(told), form
    _, new = editions()
    write(tmp_path / "records.jsonl", list(people(new, 80, 1, DAY)))
    found = run(
        BEFORE, AFTER, "--population", str(tmp_path / "records.jsonl"), "--as-of", "2027-04-01", "--format", "json"
    )
    assert found.stdout == told


def test_a_folder_that_was_made_up_says_so(tmp_path: Path):
    """Whoever reads the result must not take them for people who exist."""
    asked = ["sample", BOOK, "--subjects", "30", "--seed", "5", "--as-of", "2027-04-01", "--out", str(tmp_path / "s")]
    assert CliRunner().invoke(main, asked).exit_code == 0
    told = json.loads(run(BEFORE, AFTER, "--population", str(tmp_path / "s"), "--format", "json").stdout)
    assert told["population"] == {"kind": "synthetic", "people": 30, "seed": 5}


# -------------------------------------------------------------------------------------------------- what may be wrong

PRIVATE = "Zoë Quux-77"


def broken(population: Path, tmp_path: Path, name: str, change: Any) -> Path:
    """A copy of the population with one file changed."""
    folder = tmp_path / "broken"
    folder.mkdir()
    for file in population.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    rows = [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]
    write(folder / name, change(rows))
    return folder


def first(**values: Any) -> Any:
    return lambda rows: [rows[0] | values, *rows[1:]]


BROKEN = {
    "a value of the wrong type": (
        "bill-payments.jsonl",
        first(amount=PRIVATE),
        "bill-payments.jsonl:1:1: `amount` of `bill-payments` must be a number",
    ),
    "a field nobody declared": (
        "court-judgments.jsonl",
        lambda rows: [*rows, {"subject": "synthetic-1-0", "judge": PRIVATE}],
        "`judge` of `court-judgments` is not declared",
    ),
    "a field that is excluded": (
        "returned-items.jsonl",
        first(friend_score=PRIVATE),
        "returned-items.jsonl:1:1: field `friend_score` of `returned-items` is excluded by",
    ),
    "a row of nobody": (
        "loan-repayments.jsonl",
        first(subject=PRIVATE),
        "loan-repayments.jsonl:1:1: this subject is not in `subjects`",
    ),
    "a row without a subject": (
        "loan-repayments.jsonl",
        lambda rows: [*rows, {"due": PRIVATE}],
        "there is no `subject`",
    ),
    "somebody twice": (
        "subjects.jsonl",
        lambda rows: [*rows, rows[0]],
        "subjects.jsonl:81:1: this subject is there twice",
    ),
    "facts twice": (
        "identity-check.jsonl",
        lambda rows: [*rows, rows[0]],
        "this subject is there twice",
    ),
    "nobody": ("subjects.jsonl", lambda _: [], "subjects"),
    "a date to come": (
        "bill-payments.jsonl",
        first(due="2199-01-01"),
        "bill-payments.jsonl:1:1: `due` of `bill-payments` lies after the as-of date",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_with_a_population_is_said_with_its_row(case: str, population: Path, tmp_path: Path):
    """Which file, which row, which column; and nothing of what stands there, because it is about somebody."""
    name, change, told = BROKEN[case]
    folder = broken(population, tmp_path, name, change)
    out = tmp_path / "out.json"
    found = run(
        BEFORE, AFTER, "--population", str(folder), "--as-of", "2027-04-01", "--format", "json", "--out", str(out)
    )
    assert found.exit_code == 2, found.output
    assert told in found.stderr
    assert PRIVATE not in found.output
    assert "synthetic-1" not in found.output
    assert not out.exists()
    assert found.stdout == ""


def test_what_is_wrong_with_the_question_is_said(population: Path, tmp_path: Path):
    """Unknown names, the same thing twice, nothing to count: a sentence, and status 2."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "none.jsonl").write_text("")
    (tmp_path / "bad.jsonl").write_text(f'{{"subject": "{PRIVATE}"\n')
    asked = {
        (BEFORE, BEFORE, "synthetic:20"): "same edition",
        (BEFORE, f"{BOOK}@1999-01-01", "synthetic:20"): "no policy of `fair-civic-trust` is in force on 1999-01-01",
        (BEFORE, "schufa-2026@2026-12-01", "synthetic:20"): "different rulebooks",
        ("bills-paid-on-time@1.0.0", "items-returned@1.0.0", "synthetic:20"): "different policies",
        ("bills-paid-on-time@1.0.0", "bills-paid-on-time@1.0.0", "synthetic:20"): "the same version",
        ("bills-paid-on-time@1.0.0", "bills-paid-on-time@7.0.0", "synthetic:20"): "7.0.0",
        (BEFORE, AFTER, "nowhere"): "there is no `nowhere`",
        (BEFORE, AFTER, "synthetic:many"): "write `synthetic`, `synthetic:10000` or `synthetic:10000:7`",
        (BEFORE, AFTER, str(empty)): "`empty` has no file `subjects`",
        (BEFORE, AFTER, str(tmp_path / "none.jsonl")): "fewer than 10 people",
        (BEFORE, AFTER, str(tmp_path / "bad.jsonl")): "bad.jsonl:1:1: this is not JSON",
        (BEFORE, AFTER, "synthetic:9"): "fewer than 10 people",
        (BEFORE, AFTER, str(population), "--by", "shoe-size"): "shoe-size",
        (BEFORE, AFTER, "synthetic:20", "--by", "district"): "made-up people have no attributes",
        (BEFORE, AFTER, "synthetic:20", "--use", "nothing"): "there is no use `nothing`",
    }
    for (one, other, of, *more), told in asked.items():
        found = run(one, other, "--population", of, *more)
        assert found.exit_code == 2, (one, other, of, found.output)
        assert told in found.stderr, found.output
        assert PRIVATE not in found.output
        assert found.stdout == ""


def test_a_file_that_no_source_is_named_for_is_not_passed_over(population: Path, tmp_path: Path):
    """A misspelt name would look like people of whom nothing is known."""
    folder = broken(population, tmp_path, "audit.jsonl", lambda rows: rows)
    (folder / "friends.jsonl").write_text("{}\n")
    found = run(BEFORE, AFTER, "--population", str(folder))
    assert found.exit_code == 2
    assert "friends.jsonl:1:1: there is no source `friends`" in found.stderr


def test_problems_have_a_place_and_a_sentence():
    """In the style of every other problem."""
    from engine.impact.tables import at  # noqa: PLC0415  # beside its only use

    assert at(Path("a.csv"), 3, "x", "this is wrong") == Problem("x", "row 3: this is wrong", Where("a.csv"))
    assert at(Path("a.jsonl"), 3, "x", "this is wrong") == Problem("x", "this is wrong", Where("a.jsonl", 3))


def test_a_file_that_cannot_be_read_is_named(population: Path, tmp_path: Path):
    """Cut off, empty, or something else altogether: the name of the file, and never a word of what is in it."""
    for name, content, told in (
        ("bill-payments.parquet", b"PAR1" + PRIVATE.encode(), "bill-payments.parquet:1:1: this is not Parquet"),
        (
            "bill-payments.csv",
            f"name\n{PRIVATE}\n".encode(),
            "bill-payments.csv:1:1: this is not comma-separated values",
        ),
        ("bill-payments.jsonl", b'{"subject": "a"}\n' + PRIVATE.encode(), "bill-payments.jsonl:2:1: this is not JSON"),
    ):
        folder = broken(population, tmp_path, "audit.jsonl", lambda rows: rows)
        (folder / "bill-payments.jsonl").unlink()
        (folder / name).write_bytes(content)
        found = run(BEFORE, AFTER, "--population", str(folder))
        assert found.exit_code == 2, found.output
        assert told in found.stderr
        assert PRIVATE not in found.output
        shutil.rmtree(folder)


def test_each_side_sees_what_it_declares(population: Path):
    """A record made for both editions is not refused by the one that collects less."""
    old, new = editions()
    bills = old.sources["bill-payments"]
    fields = {name: field for name, field in bills.fields.items() if name != "kind"}
    less = {id_: one for id_, one in old.sources.items() if id_ != "returned-items"}
    less["bill-payments"] = replace(bills, fields=fields)
    poorer = replace(old, sources=less, measures={}, rules={}, score=None, uses={})
    everybody = list(people_in(population, (poorer, new), DAY, DAY, []))
    assert len(everybody) == 80
    for person in everybody:
        assert not isinstance(admit(poorer, person.old, DAY), list)
        assert not isinstance(admit(new, person.new, DAY), list)
    assert sum("returned-items" in person.new["sources"] for person in everybody) > 10
    assert not [person for person in everybody if "returned-items" in person.old["sources"]]


def test_a_rulebook_with_a_withheld_part_is_not_counted(tmp_path: Path):
    """What is not published in full is not executed, on anybody."""
    shutil.copytree(policies_folder() / BOOK, tmp_path / BOOK)
    file = tmp_path / BOOK / "rules" / "items-returned" / "1.0.1.yaml"
    text = {"en": "x", "zh-Hans": "x"}
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"withheld: [{{part: {json.dumps(text)}, ground: {json.dumps(text)}}}]\n")
    asked = ["--policies", str(tmp_path), "impact", BEFORE, AFTER, "--population", "synthetic:20"]
    found = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert found.exit_code == 2, found.output
    assert "is not published in full" in found.stderr


def test_memory_does_not_grow_with_the_people(tmp_path: Path):
    """A country is counted like a village."""
    old, new = editions()
    write(tmp_path / "many.jsonl", list(people(new, 600, 1, DAY)))
    lines = (tmp_path / "many.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "few.jsonl").write_text("".join(lines[:200]), "utf-8")
    peaks = []
    for name in ("few.jsonl", "few.jsonl", "many.jsonl"):
        tracemalloc.start()
        count(old, new, people_in(tmp_path / name, (old, new), DAY, DAY, []), DAY, USE)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] + 600_000


def test_other_limits_do_not_widen_the_bins_to_the_whole_range():
    """A floor that moves by 20 points moves nobody by more than that."""
    old = edition(load_rulebook("fair-civic-trust"), date(2027, 6, 1))
    assert old is not None
    assert old.score is not None
    group = replace(old.score.groups[0], floor=-170)
    new = replace(old, score=replace(old.score, groups=(group, *old.score.groups[1:]), least=330))
    assert reach(old, new) == 40
    assert reach(old, replace(old, score=replace(old.score, groups=()))) == 600
