"""`rulebook register`: the register of decisions, made, checked and read, and contests decided."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import BOOK, main, open_book
from engine.log.kept import NoKeyError
from engine.log_command import FORMAT, say

if TYPE_CHECKING:
    from engine.register.store import Register

FILE = click.Path(dir_okay=False, path_type=Path)
URL = click.option(
    "--register", "url", envvar="RULEBOOK_REGISTER", required=True, help="The database, like sqlite:///FILE."
)
SECRET = click.option("--secret", type=FILE, required=True, help="The file of the register's secret.")
LONGEST_DAYS = 3660


@main.group()
def register() -> None:
    """Make, check and read the register of decisions, and decide contests.

    The register says who asked about whom, for which use, and with which result. It is only ever added to, and it holds
    no value of a record: people and rows are in it as digests, which need its secret to be made.
    """


@contextmanager
def opened(url: str, secret: Path | None = None) -> Iterator[Register]:
    """A register; what keeps it from being used ends the command with a sentence."""
    from engine.register.secret import read_secret  # noqa: PLC0415  # the database takes a moment to load
    from engine.register.store import NoRegisterError, open_register  # noqa: PLC0415  # as above

    try:
        found = open_register(url, b"" if secret is None else read_secret(secret))
        try:
            yield found
        finally:
            found.engine.dispose()
    except (NoKeyError, NoRegisterError) as error:
        raise click.ClickException(str(error)) from None


@register.command("new")
@URL
@SECRET
def new_register(url: str, secret: Path) -> None:
    """Make the tables of a register, and a new secret for it in a file that only you can read.

    Keep a copy of the secret: without it nobody can find the decisions about a person again.
    """
    from engine.register.secret import write_secret  # noqa: PLC0415  # the database takes a moment to load

    try:
        write_secret(secret)
    except NoKeyError as error:
        raise click.ClickException(str(error)) from None
    with opened(url, secret):
        click.echo(f"the register is there; its secret is in {secret}")


@register.command("verify")
@URL
@click.option("--head", metavar="N:DIGEST", help="The end of the register as you kept it: it must still be there.")
@click.option("--receipts", is_flag=True, help="Check the signature of every receipt too.")
@FORMAT
def verify_register(url: str, head: str | None, form: str, *, receipts: bool) -> None:
    """Check that nothing in the register was changed, taken away or put in between.

    Keep its end, which is said, in another place: with --head it is found if the register was cut or written anew. The
    exit status is 1 when something does not hold.
    """
    from engine.log.checked import passed  # noqa: PLC0415  # the database takes a moment to load
    from engine.register.entry import checked  # noqa: PLC0415  # as above
    from engine.register.receipts import checked_receipts  # noqa: PLC0415  # as above
    from engine.register.secret import ends_of  # noqa: PLC0415  # as above
    from engine.register.store import every  # noqa: PLC0415  # as above

    kept = None if head is None else ends_of(head.split(":"))
    if head is not None and kept is None:
        raise click.BadParameter("it is a number, a colon and 64 digits, as `rulebook register verify` says it")
    with opened(url) as found:
        checks = [*checked(every(found), kept), *(checked_receipts(every(found)) if receipts else [])]
    say(checks, form, {})
    raise SystemExit(0 if passed(checks) else 1)


@register.command("show")
@URL
@click.option(
    "--last", default=20, show_default=True, type=click.IntRange(1, 100_000), help="So many, the newest first."
)
@click.option("--contests", "open_ones", is_flag=True, help="Only contests that are open.")
def show_register(url: str, last: int, *, open_ones: bool) -> None:
    """List what is in the register, one JSON object a line."""
    from engine.register.contests import contests  # noqa: PLC0415  # the database takes a moment to load
    from engine.register.store import entries  # noqa: PLC0415  # as above
    from engine.register.tables import ENTRY  # noqa: PLC0415  # as above

    with opened(url) as found:
        only = [ENTRY.c.kind == "contest"] if open_ones else []
        for entry in entries(found, *only, newest=last):
            said = json.loads(entry.content)
            if open_ones:
                told = next(each for each in contests(found, entry.rulebook, entry.subject) if each.number == entry.seq)
                if told.state != "open":
                    continue
            kept = {name: value for name, value in said.items() if name not in {"receipt", "sent"}}
            about = {"number": entry.seq, "at": entry.at, "kind": entry.kind, "rulebook": entry.rulebook}
            asked = {"consumer": entry.consumer, "use": entry.use} if entry.kind == "decision" else {}
            click.echo(json.dumps({**about, **asked, "subject": entry.subject, **kept}))


@register.command("decide")
@click.argument("number", type=click.IntRange(0))
@click.argument("outcome", type=click.Choice(["upheld", "rejected"]))
@URL
def decide_register(number: int, outcome: str, url: str) -> None:
    """Write down what became of a contest.

    A row whose contest is upheld stays left out for good; after a rejected one it counts again.
    """
    from engine.register.contests import decide_contest  # noqa: PLC0415  # the database takes a moment to load

    with opened(url) as found:
        if decide_contest(found, number, outcome) is None:
            raise click.ClickException(f"there is no open contest with the number {number}")
    click.echo(f"contest {number} is {outcome}")


@register.command("token")
@BOOK
@SECRET
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, LONGEST_DAYS), help="How long it holds.")
@click.pass_context
def token_command(ctx: click.Context, book: str | None, secret: Path, days: int) -> None:
    """Make a token for a person, to see who asked about them and to contest rows.

    Their reference, as it is the `subject` of records, is read from standard input: it stays in no history. Give
    the token only to somebody who showed who they are.
    """
    from engine.register.secret import person, read_secret, token  # noqa: PLC0415  # the database takes a moment to load

    rulebook = open_book(ctx, book).about.id
    subject = sys.stdin.readline().rstrip("\n")
    if not subject:
        raise click.ClickException("give the person's reference on standard input")
    try:
        known = read_secret(secret)
    except NoKeyError as error:
        raise click.ClickException(str(error)) from None
    until = datetime.now(UTC).date() + timedelta(days=days)
    click.echo(token(known, rulebook, person(known, rulebook, subject), until))
