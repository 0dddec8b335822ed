"""The command line: `rulebook check`, `evaluate`, `explain`, `prove`, `show`, `history`, `sql`, `schema`, `new` …"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, get_args

import click
from click.core import ParameterSource

from engine import display, records
from engine.admit import read_day
from engine.check import check as check_shelf
from engine.deciding import deciding
from engine.decision import Decision, Refusal, Refused, refusal_json
from engine.evaluation import Reading, evaluate
from engine.ir import Edition
from engine.load import Shelf, read_shelf
from engine.locate import INSTALLED, policies_folder
from engine.nearest import Nearest, measures_of, nearest, nearest_json
from engine.new import KINDS as NEW_KINDS
from engine.new import new_document, wrong_id
from engine.problem import Grade, Problem
from engine.rulebook import BadRulebook, Rulebook, load_rulebook, usual_day
from engine.rulebook import edition as edition_of
from engine.schema_of_record import schema_of_record
from engine.show import show as show_problem
from engine.structure import KINDS
from engine.structure import schema as schema_of_kind
from engine.watch import watch as watch_lines

DIALECTS = ("duckdb", "spark", "postgres", "bigquery", "snowflake", "trino")
SCHEMA_KINDS = (*KINDS, "decision", "trace", "problem", "change", "impact", "receipt", "consumers", "openapi", "record")


class Day(click.ParamType[date]):
    """A date on the command line."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        found = read_day(value)
        if found is None:
            self.fail(f"`{value}` is not a date; write year-month-day, like 2026-12-31", param, ctx)
        return found


DAY = Day()
EXISTING = click.Path(exists=True, path_type=Path)
RECORD = click.File("rb")

FOLDER_IN = click.Path(exists=True, file_okay=False, path_type=Path)
FOLDER_OUT = click.Path(path_type=Path)
EXPLAIN = click.Choice(["none", "reasons", "points"])
ENGINE = click.Choice(["duckdb", "spark"])

READING = click.Choice(get_args(Reading))
BOOK = click.option("--rulebook", "book", metavar="ID", help="Which rulebook: its id, or its folder.")
AS_OF = click.option("--as-of", type=DAY, metavar="DATE", help="The day it is for: rules in force then decide.")
KNOWN_AT = click.option("--known-at", type=DAY, metavar="DATE", help="Leave out versions not yet known that day.")
USE = click.option("--use", metavar="ID", help="What the result is for; the rulebook may name a default.")
DRAFTS = click.option("--drafts", is_flag=True, help="Also versions that are not in the public log of the rulebook.")
LANG = click.option("--lang", metavar="TAG", help="Language of the texts, like en or zh-Hans.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--policies",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="RULEBOOK_POLICIES",
    help="The folder that holds rulebooks (default: the ones that come with the engine).",
)
@click.version_option(package_name="openrulebook", message="Open Rulebook %(version)s")
@click.pass_context
def main(ctx: click.Context, policies: Path | None) -> None:
    """Rules that everyone can read: check them, run them on a record, publish them.

    Try:  rulebook records   then   rulebook serve
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese still shows the rest
    if policies is not None and not policies.is_dir() and ctx.invoked_subcommand != "new":
        raise click.BadParameter(f"there is no folder `{policies}`", param_hint="--policies")
    ctx.obj = policies or policies_folder()


# ------------------------------------------------------------------------------------------------------- helpers


@contextmanager
def problems_said() -> Iterator[None]:
    """A rulebook with errors ends the command with its problems, not with a traceback."""
    try:
        yield
    except BadRulebook as bad:
        click.echo(str(bad), err=True)
        raise SystemExit(1) from None


def open_book(ctx: click.Context, book: str | None, record: BinaryIO | None = None) -> Rulebook:
    """The rulebook named on the command line, else the one the record lies in, else the default one."""
    lies_in = [] if record is None or book is not None else rulebook_folders(Path(getattr(record, "name", "-")))
    with problems_said():
        return load_rulebook(lies_in[0] if lies_in else book, policies=ctx.obj)


def promulgated(rulebook: Rulebook, *, drafts: bool) -> Rulebook:
    """The rulebook as far as it may decide, or the command ends and says why nothing may."""
    with problems_said():
        return deciding(rulebook, drafts=drafts)


def open_edition(rulebook: Rulebook, as_of: date | None, known_at: date | None = None) -> Edition:
    """The edition in force on a day (default: today, or the first day of all), or the command ends and says so."""
    day = as_of or usual_day(rulebook)
    with problems_said():
        found = edition_of(rulebook, day, known_at)
    if found is None:
        message = f"no policy of `{rulebook.about.id}` is in force on {day.isoformat()}; name another day with --as-of"
        raise click.ClickException(message)
    return found


def language(rulebook: Rulebook, lang: str | None) -> str:
    """The language asked for, or the rulebook's own."""
    if lang is None:
        return rulebook.about.languages[0]
    if lang not in rulebook.about.languages:
        raise click.BadParameter(
            f"`{rulebook.about.id}` is written in {', '.join(rulebook.about.languages)}", param_hint="--lang"
        )
    return lang


def read_record(file: BinaryIO) -> Any:
    """The one record in a file; what is not JSON ends the command."""
    record = records.read_json_bytes(file.read())
    if isinstance(record, Refused):
        raise click.ClickException(f"the record cannot be read: {record.sentence}")
    return record


# --------------------------------------------------------------------------------------------------------- check


@main.command()
@click.argument("paths", nargs=-1, type=EXISTING, metavar="[PATH]...")
@click.option("--strict", is_flag=True, help="Count what is incomplete, and warnings, as failures too.")
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], *, strict: bool) -> None:
    """Say everything that is wrong with rulebooks.

    PATH is a rulebook's folder, a folder that holds rulebooks, or one policy of a rulebook. The exit status is 1 when
    there is an error or a text is missing in a declared language; warnings alone are 0, unless --strict. A version
    number that claims too little is an error: patch means that nobody gets a different result, and minor that nobody
    is worse off, by the proof or by what the policies say.
    """
    from engine.overclaims import overclaims  # noqa: PLC0415  # the solver takes a moment to load

    failed = False
    found_any = False
    for path in paths or (ctx.obj,):
        for folder in rulebook_folders(path):
            found_any = True
            shelf, problems = read_shelf(folder)
            problems = [*problems, *(check_shelf(shelf) if shelf else [])]
            if shelf and not any(one.grade is Grade.ERROR for one in problems):
                problems += overclaims(shelf)
            if path.is_file():
                file = path.resolve().relative_to(folder.resolve().parent).as_posix()
                problems = [one for one in problems if one.where is not None and one.where.file == file]
            say_problems(folder, shelf, problems)
            failed = failed or any(one.grade is not Grade.WARNING or strict for one in problems)
    if not found_any:
        raise click.ClickException("no rulebook there: a rulebook is a folder with a `rulebook.yaml`")
    raise SystemExit(1 if failed else 0)


def rulebook_folders(path: Path) -> list[Path]:
    """The rulebooks at a path: the one it is, the one it lies in, or the ones it holds."""
    if not path.exists():
        return []
    for folder in (path, *path.resolve().parents):
        if (folder / "rulebook.yaml").is_file():
            return [folder]
        if path.is_dir():
            break
    return sorted(file.parent for file in path.glob("*/rulebook.yaml")) if path.is_dir() else []


def say_problems(folder: Path, shelf: Shelf | None, problems: list[Problem]) -> None:
    """Every problem with its line, then one line that counts them."""
    texts: dict[str, str] = {}
    for problem in problems:
        file = problem.where.file if problem.where else None
        if file is not None and file not in texts:
            source = folder.resolve().parent / file
            texts[file] = source.read_text("utf-8", "replace") if source.is_file() else ""
        click.echo(show_problem(problem, texts.get(file or "")) + "\n")
    counts = {grade: sum(one.grade is grade for one in problems) for grade in Grade}
    size = 0 if shelf is None else len(shelf.policies)
    told = ", ".join(f"{n} {GRADE_WORDS[grade][n != 1]}" for grade, n in counts.items() if n) or "no problems"
    click.echo(f"{folder.resolve().name}: {size} policies, {told}")


GRADE_WORDS = {
    Grade.ERROR: ("error", "errors"),
    Grade.INCOMPLETE: ("text missing", "texts missing"),
    Grade.WARNING: ("warning", "warnings"),
}


# ------------------------------------------------------------------------------------------- evaluate and explain


@main.command(name="evaluate")
@click.argument("file", type=RECORD, required=False, metavar="RECORD.json|RECORDS.jsonl|-")
@click.option("--in", "source", type=FOLDER_IN, help="A folder with a table for each source, for a whole population.")
@click.option("--out", type=FOLDER_OUT, help="Where the decisions go; a folder that is not there yet.")
@click.option("--explain", type=EXPLAIN, default="reasons", show_default=True, help="With --in: how much is written.")
@click.option(
    "--part",
    type=click.IntRange(min=1),
    default=250_000,
    help="With --in: subjects a part (250,000; twice that where all is one table in order).",
)
@click.option("--engine", type=ENGINE, default="duckdb", show_default=True, help="With --in: who works it out.")
@click.option(
    "--master", metavar="URL", default="local[*]", show_default=True, help="With --engine spark: where it is."
)
@BOOK
@AS_OF
@KNOWN_AT
@USE
@DRAFTS
@click.option("--reading", type=READING, default="compiled", show_default=True, help="Which reading decides.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lines", is_flag=True, help="The input is JSON Lines, a record a line (assumed for *.jsonl).")
@click.option("--strict", is_flag=True, help="With JSON Lines: stop at the first line that is refused.")
@click.option("--what-if", is_flag=True, help="Of one record: say which single changes would give more points.")
@LANG
@click.pass_context
def evaluate_command(
    ctx: click.Context,
    /,
    file: BinaryIO | None,
    book: str | None,
    lang: str | None,
    form: str,
    *,
    source: Path | None,
    out: Path | None,
    explain: Any,
    part: int,
    engine: Any,
    master: str,
    lines: bool,
    strict: bool,
    what_if: bool,
    **asked: Any,
) -> None:
    """Evaluate a record, and say the decision with its reasons.

    A file that ends in .jsonl holds a record a line and is answered line by line; a line that is refused is reported
    with its number and does not stop the rest. The exit status is 1 when anything was refused.

    With --in and --out it is a whole population, as Parquet, CSV or JSONL: a table `subjects` and one for each source.
    A run that was interrupted goes on with the same command.
    """
    if source is not None or out is not None:
        if source is None or out is None or file is not None:
            raise click.UsageError("a population needs both --in and --out, and no record")
        refuse(ctx, ("reading", "form", "lines", "strict", "what_if", "lang"), "is not for a population")
        how = {"explain": explain, "part": part, "engine": engine, "master": master}
        raise SystemExit(evaluate_population(open_book(ctx, book), source, out, how, **asked))
    refuse(ctx, ("explain", "part", "engine", "master"), "is for a population, with --in and --out")
    if file is None:
        raise click.UsageError("name a record, or a population with --in and --out")
    rulebook = open_book(ctx, book, file)
    tag = language(rulebook, lang)
    if lines or getattr(file, "name", "-").endswith(".jsonl"):
        if what_if:
            raise click.BadParameter("it is for one record, not for JSON Lines", param_hint="--what-if")
        raise SystemExit(evaluate_lines(rulebook, file, tag, asked, text=form == "text", strict=strict))
    with problems_said():
        result = evaluate(rulebook, read_record(file), **asked)
    edition, near = would_change(promulgated(rulebook, drafts=asked["drafts"]), result) if what_if else (None, None)
    if form == "json":
        more = {"what_if": nearest_json(edition, near)} if edition and near else {}
        click.echo(json.dumps(records.result_json(result, tag) | more, ensure_ascii=False, indent=2))
    else:
        display.result(display.console(), rulebook, result, tag)
        if edition and near and isinstance(result, Decision):
            display.what_if(display.console(), edition, result, near, tag)
    raise SystemExit(1 if isinstance(result, Refusal) else 0)


def refuse(ctx: click.Context, names: Sequence[str], why: str) -> None:
    """An option that somebody gave and that would change nothing is a mistake."""
    for option in ctx.command.params:
        if option.name in names and ctx.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option.opts[0]} {why}")


def evaluate_population(
    rulebook: Rulebook,
    source: Path,
    out: Path,
    how: dict[str, Any],
    as_of: date | None,
    known_at: date | None,
    use: str | None,
    reading: str,  # noqa: ARG001 - a population has its own
    *,
    drafts: bool,
) -> int:
    """Decides about everybody in a folder. Gives the exit status."""
    from engine.batch.command import evaluate_folder  # noqa: PLC0415  # the database takes a moment to load
    from engine.batch.run import Job  # noqa: PLC0415  # as above

    rulebook = promulgated(rulebook, drafts=drafts)
    found = open_edition(rulebook, as_of, known_at)
    named = use or found.about.default_use
    if named is None or named not in found.uses:
        raise click.BadParameter(f"one of {', '.join(found.uses)}", param_hint="--use")
    return evaluate_folder(Job(found, as_of or usual_day(rulebook), named, source, out, **how))


def would_change(rulebook: Rulebook, result: Decision | Refusal) -> tuple[Edition, Nearest] | tuple[None, None]:
    """What would change a decision, with the edition that decided; nothing changes a refusal."""
    if isinstance(result, Refusal):
        return None, None
    found = open_edition(rulebook, result.as_of, result.known_at)
    return found, nearest(found, measures_of(found, result), result.as_of)


def evaluate_lines(
    rulebook: Rulebook, file: BinaryIO, lang: str, asked: dict[str, Any], *, text: bool, strict: bool
) -> int:
    """Answers a record a line; the number of the line is said for what is refused. Gives the exit status.

    At the end, how many were refused, and how often each exclusion was the reason, is said on standard error.
    """
    decided = refused = 0
    excluded: Counter[str] = Counter()
    for number, line in display.numbered_lines(file):
        record = records.read_json_bytes(line)
        with problems_said():
            result = (
                Refusal(rulebook.about.id, None, (record,))
                if isinstance(record, Refused)
                else evaluate(rulebook, record, **asked)
            )
        if isinstance(result, Decision):
            decided += 1
            click.echo(
                display.one_line(result)
                if text
                else json.dumps(records.result_json(result, lang), ensure_ascii=False, separators=(",", ":"))
            )
            continue
        refused += 1
        excluded.update({one.exclusion for one in result.refusals if one.exclusion})
        if text:
            click.echo(display.refused_line(result, number))
        else:
            click.echo(json.dumps({"line": number} | refusal_json(result), ensure_ascii=False, separators=(",", ":")))
        if strict:
            break
    by = "".join(f", {count} because of the exclusion `{id_}`" for id_, count in sorted(excluded.items()))
    click.echo(f"{decided} decided, {refused} refused{by}", err=True)
    return 1 if refused else 0


@main.command()
@click.argument("file", type=RECORD, metavar="RECORD.json|-")
@BOOK
@AS_OF
@KNOWN_AT
@USE
@DRAFTS
@LANG
@click.pass_context
def explain(ctx: click.Context, /, file: BinaryIO, book: str | None, lang: str | None, **asked: Any) -> None:
    """Evaluate a record, and tell in plain sentences how the decision came about."""
    rulebook = open_book(ctx, book, file)
    tag = language(rulebook, lang)
    with problems_said():
        result = evaluate(rulebook, read_record(file), **asked)
    rulebook = promulgated(rulebook, drafts=asked["drafts"])
    if isinstance(result, Refusal):
        day = None if result.edition is None else date.fromisoformat(result.edition)
        under = None if day is None else edition_of(rulebook, day, asked["known_at"])
        display.refusal_in_words(display.console(), rulebook, under, result, tag)
        raise SystemExit(1)
    found = open_edition(rulebook, result.as_of, result.known_at)
    display.explanation(display.console(), found, result, tag)


@main.command(name="records", short_help="Evaluate the shipped records and compare.")
@BOOK
@click.option("--rewrite", is_flag=True, help="Write what comes out as the new expectation (then read the diff).")
@click.pass_context
def records_command(ctx: click.Context, book: str | None, *, rewrite: bool) -> None:
    """Evaluate the records that come with the rulebooks, with every reading, and compare with what is expected."""
    books = [book] if book else [folder.name for folder in rulebook_folders(ctx.obj)]
    failed = False
    for name in books:
        rulebook = open_book(ctx, name)
        failed = display.shipped_records(display.console(), rulebook, rewrite=rewrite) or failed
    raise SystemExit(1 if failed else 0)


@main.command()
@click.argument("book", required=False, metavar="[RULEBOOK]")
@AS_OF
@click.option("--limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds a question.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--field", multiple=True, metavar="SOURCE.FIELD", help="Also whether this item can change a result.")
@LANG
@click.pass_context
def prove(
    ctx: click.Context,
    book: str | None,
    as_of: date | None,
    limit: float,
    form: str,
    lang: str | None,
    field: tuple[str, ...],
) -> None:
    """Prove what can and cannot happen under a rulebook, with example people.

    How far the score goes, which cases and bands are reached, whether declared directions hold, what one more entry can
    cost. The exit status is 1 when something is broken, or was not decided within the limit.
    """
    from engine import prove_command  # noqa: PLC0415  # the solver takes a moment to load

    rulebook = open_book(ctx, book)
    found = open_edition(rulebook, as_of)
    tag = language(rulebook, lang)
    day = as_of or usual_day(rulebook)
    raise SystemExit(prove_command.run(display.console(), found, day, limit, form, tag, field))


WATCH = """Follow one person's record as its rows arrive, and say what each row changes.

Standard input has a JSON object a line: a row, the facts of a source, or a new day.

\b
{"source": "identity-check", "facts": {"verified": true, "verified_on": "2026-01-10"}}
{"source": "bill-payments", "row": {"due": "2026-11-01", "kind": "rent", "amount": 900}}
{"as_of": "2027-01-31"}

Each line out says which rules now hold, what the score would be, and what just changed. Without --as-of it begins
today, or on the rulebook's first day if that is still to come. The exit status is 1 when a line was wrong.
"""


@main.command(help=WATCH, short_help="Follow a record as its rows arrive.")
@BOOK
@AS_OF
@USE
@DRAFTS
@click.argument("file", type=RECORD, default="-", metavar="[ROWS.jsonl|-]")
@click.pass_context
def watch(
    ctx: click.Context, book: str | None, as_of: date | None, use: str | None, file: BinaryIO, *, drafts: bool
) -> None:
    rulebook = promulgated(open_book(ctx, book), drafts=drafts)
    found = open_edition(rulebook, as_of)
    if found.log == "not-promulgated":
        click.echo(display.LOGGED[found.log], err=True)
    named = use or found.about.default_use
    if named is None or named not in found.uses:
        raise click.BadParameter(f"one of {', '.join(found.uses)}", param_hint="--use")
    lines = (line.decode("utf-8", "replace") for line in file)
    wrong = False
    for told in watch_lines(found, as_of or usual_day(rulebook), named, lines):
        wrong = wrong or "problems" in told
        click.echo(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
        sys.stdout.flush()
    raise SystemExit(1 if wrong else 0)


# ------------------------------------------------------------------------------------------------ show and write


@main.command()
@click.argument("policy", metavar="POLICY[@VERSION]")
@BOOK
@AS_OF
@LANG
@click.option("--yaml", "as_yaml", is_flag=True, help="The document as written.")
@click.pass_context
def show(
    ctx: click.Context, policy: str, book: str | None, as_of: date | None, lang: str | None, *, as_yaml: bool
) -> None:
    """Tell in plain words what one policy says. POLICY is an id, or kind/id."""
    rulebook = open_book(ctx, book)
    tag = language(rulebook, lang)
    document = display.find_document(rulebook, policy, as_of)
    if isinstance(document, str):
        raise click.ClickException(document)
    if as_yaml:
        click.echo(document.text, nl=False)
        return
    found = open_edition(rulebook, display.day_of(document, as_of))
    display.policy(display.console(), found, document, tag)


@main.command()
@click.argument("kind", type=click.Choice(SCHEMA_KINDS), metavar="KIND|record")
@BOOK
@AS_OF
@click.pass_context
def schema(ctx: click.Context, kind: str, book: str | None, as_of: date | None) -> None:
    """Print a JSON Schema: of a kind of policy, of a decision, or of the records an edition takes.

    KIND is rulebook, source, measure, rule, score, use, exclusion, right, decision, trace, problem, change, impact,
    receipt, consumers or record; or openapi, which describes the whole service (OpenAPI 3.1).
    """
    found: Any
    if kind == "record":
        found = schema_of_record(open_edition(open_book(ctx, book), as_of))
    elif kind == "openapi":
        from engine.service.app import create_app  # noqa: PLC0415  # the service takes a moment to load
        from engine.service.openapi import described  # noqa: PLC0415  # as above

        found = described(create_app(dict))
    else:
        found = schema_of_kind(kind)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@main.command()
@click.argument("book", required=False, metavar="[RULEBOOK]")
@click.option("--dialect", type=click.Choice(DIALECTS), default="duckdb", show_default=True, help="Whose words.")
@click.option("--explain", type=EXPLAIN, default="points", show_default=True, help="How much of a decision is given.")
@AS_OF
@USE
@DRAFTS
@click.pass_context
def sql(
    ctx: click.Context,
    book: str | None,
    dialect: Any,
    explain: Any,
    as_of: date | None,
    use: str | None,
    *,
    drafts: bool,
) -> None:
    """Print the rulebook as one SQL query over a whole population.

    It reads a table `subjects` and one for each source, and gives each person's score, band, reasons and consequences.
    """
    from engine.readings.columns import never  # noqa: PLC0415  # it takes a moment to load
    from engine.readings.columns.text import sql_text  # noqa: PLC0415  # as above

    rulebook = promulgated(open_book(ctx, book), drafts=drafts)
    found = open_edition(rulebook, as_of)
    too_large = never(found)
    if too_large is not None:
        raise click.ClickException(too_large)
    named = use or found.about.default_use
    if named is None or named not in found.uses:
        raise click.BadParameter(f"one of {', '.join(found.uses)}", param_hint="--use")
    click.echo(sql_text(found, as_of or usual_day(rulebook), named, dialect, explain), nl=False)


def within(folder: Path) -> bool:
    """Whether the person stands in a folder, or further down."""
    return Path.cwd().resolve().is_relative_to(folder.resolve())


@main.command()
@click.argument("kind", type=click.Choice(NEW_KINDS))
@click.argument("id_", metavar="ID")
@BOOK
@click.option("--stdout", is_flag=True, help="Print it instead of writing the file.")
@click.pass_context
def new(ctx: click.Context, kind: str, id_: str, book: str | None, *, stdout: bool) -> None:
    """Write a commented document to fill in. An existing file is never overwritten.

    KIND is rulebook, source, measure, rule, score, use, exclusion or right. To begin with nothing:
    rulebook --policies DIR new rulebook ID
    """
    if not stdout and ctx.obj == policies_folder() and (ctx.obj == INSTALLED or not within(ctx.obj.parent)):
        raise click.ClickException("the engine's own folder is not the place for it; name yours with --policies")
    wrong = wrong_id(id_)
    if wrong is not None:
        raise click.BadParameter(wrong, param_hint="ID")
    with problems_said():
        text, file = new_document(ctx.obj, book, kind, id_)
    if stdout:
        click.echo(text, nl=False)
        return
    if file.exists():
        raise click.ClickException(f"{file} is there already")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {file}; fill it in, then: rulebook check {file}")


# ----------------------------------------------------------------------------------- commands with a file of their own

from engine import (  # noqa: E402  # each needs what is above
    history_command,  # noqa: F401
    impact_command,  # noqa: F401
    key_command,  # noqa: F401
    log_command,  # noqa: F401
    promulgate_command,  # noqa: F401
    receipt_command,  # noqa: F401
    register_command,  # noqa: F401
    sample_command,  # noqa: F401
    verify_command,  # noqa: F401
)
