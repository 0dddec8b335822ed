"""`rulebook key`: the keys that sign a log and receipts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from engine.cli import BOOK, DAY, main, open_book
from engine.log.kept import NoKeyError
from engine.log.keys import (
    is_demonstration,
    load_signer,
    new_signer,
    origin_of,
    write_private,
)
from engine.log.note import COSIGNED, NAME, PLAIN, Signer, vkey
from engine.log.promulgate import next_key, signing_key
from engine.log.promulgated import folder_of
from engine.log.statement import Statement
from engine.log.store import BadLogError, Log, append, log_keys

KEY = click.option(
    "--key",
    "key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the private key (default: the variable RULEBOOK_KEY).",
)
ON = click.option("--day", type=DAY, help="For a demonstration: the day that is written (default: today, UTC).")
FILE = click.Path(dir_okay=False, path_type=Path)


@main.group()
def key() -> None:
    """Make and show the keys that sign the public log of a rulebook, receipts, and what a witness saw."""


@key.command("new")
@BOOK
@click.option("--out", type=FILE, required=True, help="The file for the private key, which only you can read then.")
@click.option("--name", help="The name of the key (default: where the rulebook's log is published).")
@click.option("--demonstration", is_flag=True, help="A key that says in its name that it is for demonstration only.")
@click.option("--witness", is_flag=True, help="A key to cosign the logs of others with; needs --name.")
@click.pass_context
def new_key(
    ctx: click.Context, book: str | None, out: Path, name: str | None, *, demonstration: bool, witness: bool
) -> None:
    """Make a new private key, and say its public one.

    The key is named after the log it signs, so that it cannot be taken for the key of another. Keep the file where
    nobody else reads it, and a copy of it: without the key nobody can go on with the log it began.
    """
    if witness and name is None:
        raise click.BadParameter("a witness has a name of its own, like witness.example/w1", param_hint="--name")
    if name is None:
        about = open_book(ctx, book).about
        name = origin_of(about, demonstration=demonstration)
        if about.address is None:
            said = "names no `address`, so the log would be called as above, and it keeps its name: name one first"
            click.echo(f"note: {about.id}/rulebook.yaml {said}", err=True)
    if not NAME.fullmatch(name):
        raise click.BadParameter("a name has neither spaces nor `+`", param_hint="--name")
    found = new_signer(name, COSIGNED if witness else PLAIN)
    try:
        write_private(found, out, ctx.obj)
    except NoKeyError as error:
        raise click.ClickException(str(error)) from None
    click.echo(vkey(found.verifier))
    click.echo(f"the private key is in {out}; the line above is the public one, for everybody", err=True)


@key.command("show")
@KEY
def show_key(key_file: Path | None) -> None:
    """Say the public key of a private one; never the private one itself."""
    try:
        click.echo(vkey(load_signer(key_file).verifier))
    except NoKeyError as error:
        raise click.ClickException(str(error)) from None


@key.command("add")
@click.argument("new", type=FILE, metavar="NEWKEY")
@BOOK
@KEY
@click.option("--receipts", is_flag=True, help="The new key signs receipts, and the log keeps its own.")
@click.option(
    "--lost", metavar="WHY", help="The key until now is lost: say why. Everybody sees that it did not consent."
)
@ON
@click.pass_context
def add_key(
    ctx: click.Context,
    new: Path,
    book: str | None,
    key_file: Path | None,
    lost: str | None,
    day: date | None,
    *,
    receipts: bool,
) -> None:
    """Hand a log over to a new key, or let another key sign receipts. It is recorded in the log itself.

    The key until now signs the handover, so that whoever trusts it can trust the next one. With --lost there is no such
    signature, and `rulebook log verify` says so to everybody from then on.
    """
    if lost is not None and receipts:
        raise click.BadParameter("only the log's own key can let another sign receipts", param_hint="--lost")
    rulebook = open_book(ctx, book)
    signs = "receipts" if receipts else "log"
    try:
        added = load_signer(new)
        old = None if lost is not None else load_signer(key_file)
        signers = [old] if receipts and old is not None else [added] if old is None else [added, old]
        append(folder_of(rulebook.shelf), signers, lambda log: handover(log, signs, added, old, lost, day))
    except (NoKeyError, BadLogError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{vkey(added.verifier)} signs {'receipts' if receipts else 'the log'} of `{rulebook.about.id}` now")


@key.command("consumer")
def consumer_key() -> None:
    """Make a key for a consumer of the service, and say its digest for `consumers.yaml`.

    The key is shown this once and is kept nowhere: hand it over, and put the digest into the file.
    """
    from engine.service.consumers import new_key  # noqa: PLC0415  # the service takes a moment to load

    made, digest = new_key()
    click.echo(f"{made}\n{digest}")
    click.echo("the first line is for the consumer, and is not shown again; the second is for consumers.yaml", err=True)


def handover(
    log: Log | None, signs: str, added: Signer, old: Signer | None, because: str | None, day: date | None
) -> list[Statement]:
    """The entry that names another key."""
    if log is None:
        raise BadLogError("there is no log yet: `rulebook promulgate` begins it")
    named = log_keys(log.statements, "receipts") if signs == "receipts" else []
    if vkey(added.verifier) in {signing_key(log), *(key.statement.vkey for key in named if key.agreed)}:
        raise BadLogError(f"this key signs {'receipts' if signs == 'receipts' else 'the log'} already")
    if signs == "log" and added.verifier.name != log.checkpoint.origin:
        raise BadLogError(f"the new key must have the name of the log: --name {log.checkpoint.origin}")
    return [next_key(log, signs, added, old, because, day_of(log, log.checkpoint.origin, day))]


def day_of(log: Log | None, name: str, day: date | None) -> date:
    """The day of a new entry: today, or with a demonstration key the day that was given. Days do not go back."""
    if day is not None and not is_demonstration(name):
        raise BadLogError("--day is for a demonstration: what is real is dated today")
    last = None if log is None else log.statements[-1].promulgated
    found = day or datetime.now(UTC).date()
    if last is not None and found < last:
        if is_demonstration(name) and day is None:
            return last
        raise BadLogError(f"the last entry is of {last}, and days do not go back")
    return found
