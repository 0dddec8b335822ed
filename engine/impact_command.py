"""`rulebook impact`: what a change of rules does to a population, by counting."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

import click

from engine import display
from engine.cli import AS_OF, BOOK, LANG, USE, language, main, problems_said
from engine.decision import Refusal
from engine.evaluation import evaluate_under
from engine.impact import written
from engine.impact.counting import count
from engine.impact.person import BadPopulation
from engine.impact.populations import made_up_seed, people_in
from engine.impact.result import Impact
from engine.impact.synthetic import count_synthetic
from engine.problem import Problem
from engine.progress import progress
from engine.show import show
from engine.sides import BadSide, Side
from engine.sides import sides as read_sides

SYNTHETIC = re.compile(r"synthetic(?::([0-9]{1,9})(?::([0-9]{1,18}))?)?")
USUAL_PEOPLE = 10_000
USUAL_SEED = 1
WRONG = 2
"""The exit status when the question makes no sense."""


@main.command(short_help="What a change of rules does to people, by counting.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--population",
    required=True,
    metavar="FOLDER|FILE.jsonl|synthetic[:N[:SEED]]",
    help="Who is counted: a file for each source, a record a line, or made-up people.",
)
@BOOK
@AS_OF
@USE
@click.option(
    "--by", multiple=True, metavar="ATTRIBUTE", help="Count by an attribute of the folder's file `audit` too."
)
@click.option("--format", "form", type=click.Choice(["text", "json", "html", "markdown"]), default="text")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file.")
@LANG
@click.pass_context
def impact(
    ctx: click.Context,
    before: str,
    after: str,
    population: str,
    book: str | None,
    as_of: date | None,
    use: str | None,
    by: tuple[str, ...],
    form: str,
    out: Path | None,
    lang: str | None,
) -> None:
    """Count what a change does to people: who moves up or down, by how much, between which bands, what it leads to.

    A and B are editions (RULEBOOK@DATE), folders of a rulebook, or versions of a policy (POLICY@VERSION). Numbers of
    people below 10 are left out, and so is whatever they could be worked out from.
    """
    one, other = _sides(before, after, ctx.obj, book)
    tag = language(other.rulebook, lang)
    found = counted(one, other, population, as_of, use, by)
    _say(found, form, tag, f"{before} → {after}", out)


def counted(
    one: Side, other: Side, population: str, as_of: date | None = None, use: str | None = None, by: tuple[str, ...] = ()
) -> Impact:
    """What is counted of a population as it is named on the command line; where it cannot be, the command ends."""
    named = _use(one, other, use)
    latest = max(one.edition.from_, other.edition.from_)
    for side in (one, other):
        _published(side, latest, named)
    with _problems_said(), progress() as bar:
        made_up = SYNTHETIC.fullmatch(population)
        if made_up:
            if by:
                _end(Problem("no-audit", "made-up people have no attributes", help="leave out `--by`"))
            people, seed = int(made_up[1] or USUAL_PEOPLE), int(made_up[2] or USUAL_SEED)
            return count_synthetic(one.edition, other.edition, people, seed, as_of or latest, named, bar)
        where = Path(population)
        if not where.exists():
            made_up_help = "for made-up people write `synthetic`, `synthetic:10000` or `synthetic:10000:7`"
            help_ = made_up_help if population.startswith("synthetic") else None
            _end(Problem("no-population", f"there is no `{population}`", help=help_))
        day = as_of or max(latest, date.today())  # noqa: DTZ011  # the day where the reader sits
        everybody = bar("people", people_in(where, (one.edition, other.edition), as_of, day, by), _about(where))
        return count(one.edition, other.edition, everybody, day, named, by, made_up_seed(where))


def _sides(before: str, after: str, policies: Path, book: str | None) -> tuple[Side, Side]:
    """What is compared, or the end."""
    try:
        with problems_said():
            return read_sides(before, after, policies, book)
    except BadSide as bad:
        _end(Problem("bad-side", str(bad)))


def _published(side: Side, day: date, use: str) -> None:
    """A rulebook with a part that is not published is not executed, and so nobody is counted under it."""
    found = evaluate_under(side.edition, {"sources": {}}, as_of=day, use=use)
    withheld = [one for one in found.refusals if one.code == "withheld"] if isinstance(found, Refusal) else []
    if withheld:
        _end(*(Problem(one.code, one.sentence) for one in withheld))


def _use(one: Side, other: Side, use: str | None) -> str:
    """Whose consequences are counted."""
    named = use or other.edition.about.default_use or one.edition.about.default_use
    known = dict.fromkeys((*one.edition.uses, *other.edition.uses))
    if named is None and len(known) == 1:
        return next(iter(known))
    if named not in known:
        told = f"there is no use `{named}`" if named else "no use is named"
        _end(Problem("undeclared-use", told, help="--use with one of " + ", ".join(f"`{id_}`" for id_ in known)))
    return named


def _about(where: Path) -> int:
    """About how many people there are, for the bar."""
    file = where if where.is_file() else where / "subjects.jsonl"
    if not file.is_file():
        return 1
    with file.open("rb") as lines:
        some = lines.read(1 << 20)
    return max(1, some.count(b"\n") * file.stat().st_size // max(1, len(some)))


def _say(found: Impact, form: str, lang: str, title: str, out: Path | None) -> None:
    match form:
        case "json":
            told = json.dumps(written.impact_json(found), ensure_ascii=False, indent=2) + "\n"
        case "html":
            told = written.html(found, lang, title)
        case "markdown":
            told = written.markdown(found, lang, title)
        case _:
            console = display.console()
            if out is None:
                written.text(console, found, lang, title)
                return
            with console.capture() as said:
                written.text(console, found, lang, title)
            told = said.get()
    if out is None:
        click.echo(told, nl=False)
        return
    try:
        unfinished = out.with_name(f".{out.name}.part")
        unfinished.write_text(told, "utf-8")
        unfinished.replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from None


@contextmanager
def _problems_said() -> Iterator[None]:
    """A population that cannot be counted ends the command with its problems; nothing of it was written."""
    try:
        yield
    except BadPopulation as bad:
        _end(*bad.problems)


def _end(*problems: Problem) -> NoReturn:
    click.echo("\n\n".join(show(problem, "") for problem in problems), err=True)
    raise SystemExit(WRONG)
