"""`rulebook sample`: a population of people who do not exist, one file for each source."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from engine.cli import AS_OF, main, open_book, open_edition
from engine.progress import progress
from engine.rulebook import usual_day
from engine.synthetic.folder import FORMS, write_folder


@main.command(short_help="Write records of made-up people.")
@click.argument("book", required=False, metavar="[RULEBOOK]")
@click.option(
    "--subjects", type=click.IntRange(1, 100_000_000), default=1000, show_default=True, help="How many people."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same people."
)
@AS_OF
@click.option("--format", "form", type=click.Choice(FORMS), default="jsonl", show_default=True)
@click.option("--processes", type=click.IntRange(1), default=os.cpu_count() or 1, help="How many work at once.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder, which must not be there yet.")
@click.pass_context
def sample(
    ctx: click.Context,
    book: str | None,
    subjects: int,
    seed: int,
    as_of: date | None,
    form: str,
    processes: int,
    out: Path,
) -> None:
    """Write records of made-up people into a folder: one file for each source, and the file `subjects`.

    They are drawn from the hints in the sources. None of them exists, and each is called synthetic-SEED-NUMBER.
    """
    rulebook = open_book(ctx, book)
    found = open_edition(rulebook, as_of)
    day = as_of or usual_day(rulebook)
    if out.exists():
        raise click.ClickException(f"{out} is there already")
    try:
        with progress() as bar:
            write_folder(found, subjects, seed, day, out, form, processes, bar)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from None
    click.echo(f"{out}: {subjects} synthetic people of {rulebook.about.id}, seed {seed}, as of {day.isoformat()}")
