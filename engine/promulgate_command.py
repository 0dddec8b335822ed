"""`rulebook promulgate`: put what is new in a rulebook into its public log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from engine.cli import main, open_book, problems_said, say_problems
from engine.key_command import KEY, ON, day_of
from engine.load import read_shelf
from engine.log.around import around
from engine.log.kept import NoKeyError
from engine.log.keys import DEMONSTRATION, load_signer
from engine.log.promulgate import first_key, refusals, statements
from engine.log.promulgated import folder_of
from engine.log.promulgated import promulgated as promulgated_files
from engine.log.statement import EditionStatement, KeyStatement, Promulgated, Statement
from engine.log.store import BadLogError, Log, append, in_folder, read_log
from engine.problem import Grade, Problem
from engine.rulebook import Rulebook, find_folder


class _Refused(Exception):  # noqa: N818 - not an error: the rulebook is not promulgated, and the problems say why
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


@main.command()
@click.argument("book", required=False, metavar="[RULEBOOK]")
@KEY
@ON
@click.option("--dry-run", is_flag=True, help="Say what would be logged, and change nothing. Needs no key.")
@click.pass_context
def promulgate(ctx: click.Context, book: str | None, key_file: Path | None, day: date | None, *, dry_run: bool) -> None:
    """Put the new versions of a rulebook into its public log, from where nobody can take them back unseen.

    Refused when `rulebook check` finds an error, when a version number claims less than the version does, when a
    version that is in the log has been edited or taken away, and when a version would be in force from a day that is
    already past. A draft is not promulgated.
    """
    with problems_said():
        folder = find_folder(book, ctx.obj)
    shelf, problems = read_shelf(folder)
    if shelf is None:
        say_problems(folder, None, problems)
        raise SystemExit(1)
    try:
        by = None if dry_run else load_signer(key_file)
        said: list[Statement] = []

        def decide(log: Log | None) -> list[Statement]:
            on = day_of(log, DEMONSTRATION if by is None else by.verifier.name, day)
            rulebook = ready(ctx, folder, log, on)
            said[:] = statements(rulebook, around(rulebook.shelf), log, on)
            if log is not None or by is None:
                return said
            return [first_key(rulebook.about.id, by, on), *said]

        if by is None:
            decide(read_log(in_folder(folder_of(shelf))))
        else:
            append(folder_of(shelf), [by], decide)
    except _Refused as refused:
        say_problems(folder, shelf, refused.problems)
        click.echo("nothing was promulgated", err=True)
        raise SystemExit(1) from None
    except (NoKeyError, BadLogError, OSError) as error:
        raise click.ClickException(f"nothing was promulgated: {error}") from None
    for line in told(said):
        click.echo(line)
    done = " would be promulgated" if dry_run else " promulgated"
    click.echo(f"{folder.name}: {counted(said)}" + (done if said or dry_run else ""))


def ready(ctx: click.Context, folder: Path, log: Log | None, day: date) -> Rulebook:
    """The rulebook in a folder, if it can be promulgated."""
    from engine.check import check  # noqa: PLC0415  # proofs take a moment to load
    from engine.overclaims import overclaims  # noqa: PLC0415  # so does the solver

    shelf, problems = read_shelf(folder)
    problems = [*problems, *(check(shelf) if shelf else [])]
    if shelf and not any(one.grade is Grade.ERROR for one in problems):
        public = promulgated_files(shelf, log)
        problems += overclaims(replace(shelf, drafts=()), new={each.file for each in shelf.policies} - set(public))
    found = refusals(shelf, problems, log, day) if shelf else problems
    if found:
        raise _Refused(found)
    return open_book(ctx, str(folder))


def told(said: Sequence[Statement]) -> list[str]:
    """A line for each version and edition."""
    lines = []
    for each in said:
        match each:
            case Promulgated(version=str()):
                lines.append(f"{each.kind} {each.id} {each.version}, in force from {each.from_}")
            case Promulgated():
                lines.append(f"{each.kind} {each.id}")
            case EditionStatement():
                lines.append(f"edition of {each.from_}, {each.digest[:12]}")
            case KeyStatement():
                lines.append(f"key {each.vkey}")
    return lines


def counted(said: Sequence[Statement]) -> str:
    """How many statements of which sort."""
    sorts = Counter(
        "version"
        if isinstance(each, Promulgated) and each.version
        else "edition"
        if isinstance(each, EditionStatement)
        else "document around them"
        for each in said
    )
    words = {"document around them": "documents around them"}
    parts = [
        f"{n} {name if n == 1 else words.get(name, f'{name}s')}" for name, n in sorted(sorts.items(), reverse=True)
    ]
    return ", ".join(parts) or "nothing new"
