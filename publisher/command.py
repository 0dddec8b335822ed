"""The command `rulebook`: the engine's commands, and `publish`, `print` and `serve`."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

import click

from engine.cli import AS_OF, LANG, language, main, open_book, open_edition, problems_said, rulebook_folders
from engine.progress import progress
from engine.rulebook import usual_day
from publisher import diff_command, letter_command, review_command
from publisher.collect import edition_on_paper
from publisher.library import read_library
from publisher.pdf import CannotPrintError, find_browser, to_pdf
from publisher.publish import publish as publish_site
from publisher.render import render
from publisher.serve import serve as serve_site
from publisher.studies import cache_folder, kept_in, unstudied
from publisher.write import CannotWriteError, put

__all__ = ["diff_command", "letter_command", "main", "review_command"]

FOLDER = click.Path(file_okay=False, path_type=Path)


@main.command()
@click.option("--out", type=FOLDER, default=Path("build/site"), show_default=True, help="The folder of the website.")
@click.option("--pdf", is_flag=True, help="Also print each edition as PDF; needs Chromium, Chrome or Edge.")
@click.option("--no-proof", is_flag=True, help="Leave out what takes the solver, and counting.")
@click.pass_context
def publish(ctx: click.Context, out: Path, *, pdf: bool, no_proof: bool) -> None:
    """Write the public website of every rulebook: plain files that also open without a server.

    What changes from edition to edition is proved and counted once; the answers are kept in the cache of the platform.
    """
    refuse_policies(ctx.obj, out)
    study = unstudied if no_proof else kept_in(cache_folder())
    with problems_said(), told_why(), progress() as bar:
        browser = find_browser() if pdf else None
        summary = publish_site(rulebook_folders(ctx.obj), out, bar=bar, browser=browser, study=study)
    click.echo(summary)


@main.command("print")
@click.argument("rulebook", required=False)
@AS_OF
@LANG
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file: .pdf, or .html for a page.")
@click.pass_context
def print_edition(
    ctx: click.Context, rulebook: str | None, as_of: date | None, lang: str | None, out: Path | None
) -> None:
    """Write the edition in force as one file for paper. A PDF needs Chromium, Chrome or Edge."""
    book = open_book(ctx, rulebook)
    day, tongue = as_of or usual_day(book), language(book, lang)
    file = out or Path(f"{book.about.id}-{tongue}.pdf")
    if file.suffix not in {".pdf", ".html"}:
        raise click.BadParameter("the file must end in .pdf or .html", param_hint="--out")
    open_edition(book, day)
    with told_why():
        browser = find_browser() if file.suffix == ".pdf" else None
        ((_, page),) = render([edition_on_paper(read_library(book, day), tongue)])
        put(str(file.absolute()), to_pdf(page, browser) if browser else page, set())
    click.echo(f"{file}: {book.about.id}, {tongue}, as of {day.isoformat()}")


@main.command()
@click.option("--out", type=FOLDER, help="Keep the website in this folder (default: a temporary one).")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.pass_context
def serve(ctx: click.Context, out: Path | None, host: str, port: int) -> None:
    """Build the website and serve it with the API: POST /v1/rulebooks/ID/evaluate."""
    if port and taken(host, port):
        raise click.ClickException(f"port {port} of {host} cannot be used; choose another with --port")
    if out:
        refuse_policies(ctx.obj, out)
    with problems_said(), told_why(), nullcontext(out) if out else temporary_folder() as folder:
        serve_site(ctx.obj, folder, host, port)


def refuse_policies(policies: Path, out: Path) -> None:
    """The website never lies in the folder of the rulebooks, nor around it: one would overwrite the other."""
    one, other = policies.resolve(), out.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise click.BadParameter(f"the rulebooks are in `{policies}`; choose a folder beside it", param_hint="--out")


@contextmanager
def told_why() -> Iterator[None]:
    """A folder that cannot be written, or a browser that cannot print, ends the command with a sentence."""
    try:
        yield
    except (CannotPrintError, CannotWriteError) as error:
        raise click.ClickException(str(error)) from None


def taken(host: str, port: int) -> bool:
    """Whether an address cannot be listened on, so that one hears of it before the website is built."""
    try:
        with socket.create_server((host, port)):
            return False
    except OSError:
        return True


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that goes with the process that made it, and not with the copies that serve and may be replaced."""
    folder = Path(tempfile.mkdtemp(prefix="rulebook-"))
    maker = os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)
