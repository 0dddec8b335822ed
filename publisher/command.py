"""The command `rulebook`: the engine's commands, and `publish`, `print` and `serve`."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any

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
from publisher.studies import cache_folder, kept_in, unstudied
from publisher.write import CannotWriteError, put

__all__ = ["diff_command", "letter_command", "main", "review_command"]

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


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
@click.option("--production", is_flag=True, help="Evaluate for named consumers only, and write down what is decided.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer.")
@click.option("--consumers", type=FILE, help="In production: the file that says who may evaluate, for which uses.")
@click.option("--register", metavar="URL", help="In production: the database of decisions, like sqlite:///FILE.")
@click.option("--register-secret", type=FILE, help="In production: the file of the register's secret.")
@click.option("--keys", type=FOLDER, help="In production: the folder of the keys that sign receipts, one ID.key each.")
@click.pass_context
def serve(ctx: click.Context, /, out: Path | None, host: str, port: int, workers: int, **more: Any) -> None:
    """Build the website and serve it with the API: POST /v1/rulebooks/ID/evaluate.

    Without --production it is a demonstration: an edited policy counts at once, whoever is on this machine can
    evaluate, and nothing is written down. With it only versions in the public log decide, each consumer shows a key,
    and every decision is in the register with its receipt.
    """
    production = more.pop("production")
    if not production:
        only_here(host, workers, more)
    elif lacking := [name for name, said in more.items() if said is None]:
        told = " and ".join(f"--{name.replace('_', '-')}" for name in lacking)
        raise click.UsageError(f"--production needs {told} (docs/service.md says how to make what it names)")
    if port and taken(host, port):
        raise click.ClickException(f"port {port} of {host} cannot be used; choose another with --port")
    if out:
        refuse_policies(ctx.obj, out)
    with problems_said(), told_why(), nullcontext(out) if out else temporary_folder() as folder:
        if production:
            serve_production(ctx.obj, folder, f"{host}:{port}", workers, more)
        else:
            from publisher.serve import serve as serve_site  # noqa: PLC0415  # the service takes a moment to load

            serve_site(ctx.obj, folder, host, port)


def only_here(host: str, workers: int, more: Mapping[str, Any]) -> None:
    """A demonstration is for whoever sits at the machine: anybody who reaches it can evaluate."""
    if given := [name for name, said in more.items() if said is not None]:
        raise click.UsageError(f"--{given[0].replace('_', '-')} is for --production")
    if workers > 1:
        raise click.UsageError("--workers is for --production: a demonstration is rebuilt when a policy is edited")
    if host != "localhost" and not loopback(host):
        sentence = "whoever reaches this address could evaluate: listen on 127.0.0.1, or use --production"
        raise click.BadParameter(sentence, param_hint="--host")


def loopback(host: str) -> bool:
    """Whether an address is this machine's own.

    >>> loopback("127.0.0.1"), loopback("::1"), loopback("0.0.0.0"), loopback("example.org")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve_production(policies: Path, out: Path, bind: str, workers: int, files: Mapping[str, Any]) -> None:
    """Serves in production. Where processes count together must be said before the counters are loaded."""
    with temporary_folder() as counts, said_to_all("PROMETHEUS_MULTIPROC_DIR", str(counts)):
        from publisher.production import CannotServeError, serve_for  # noqa: PLC0415  # as above

        try:
            serve_for(policies, out, bind, workers, **files)
        except CannotServeError as error:
            raise click.ClickException(str(error)) from None


@contextmanager
def said_to_all(variable: str, value: str) -> Iterator[None]:
    """A variable of the environment, for as long as something runs."""
    os.environ[variable] = value
    try:
        yield
    finally:
        os.environ.pop(variable, None)


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
