"""`rulebook verify`: check a receipt, offline."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import click

from engine.cli import main, read_record
from engine.deciding import deciding
from engine.decision import Refused
from engine.ir import Edition
from engine.log.checked import passed
from engine.log.fetch import files_at
from engine.log.note import Verifier
from engine.log.store import BadLogError, read_log
from engine.log_command import FORMAT, VKEY, said, say
from engine.receipts.form import digest, read_receipt
from engine.receipts.verify import DOES_NOT, PROVES, Evidence, verify
from engine.rulebook import BadRulebook, edition, load_rulebook

ID = re.compile(r"[a-z0-9-]{1,80}")
"""A receipt is somebody else's: it must not lead out of the folder of policies."""


@main.command("verify")
@click.argument("file", type=click.File("rb"), metavar="RECEIPT")
@click.option("--record", "own", type=click.File("rb"), help="The person's own file, or the record: work it out again.")
@click.option("--site", help="The website of the rulebook, as a folder or an address: look into its log.")
@click.option("--vkey", "trusted", type=VKEY, help="The public key of the log, as you have it from elsewhere.")
@FORMAT
@click.pass_context
def verify_receipt(
    ctx: click.Context, file: BinaryIO, own: BinaryIO | None, site: str | None, trusted: Verifier | None, form: str
) -> None:
    """Check a receipt: that nothing was changed, that the rules were public, and that they give this result.

    Nothing is sent anywhere; with --site as an address, files of its log are read. The exit status is 1 when something
    does not hold.
    """
    content = file.read()
    receipt = read_receipt(content)
    known = {} if isinstance(receipt, Refused) else receipt
    with said():
        log = None if site is None else read_log(files_at(site, rulebook_of(known)))
        if site is not None and log is None:
            raise BadLogError(f"there is no log at `{site}`")
        record = None if own is None else read_record(own)
        checks = verify(content, Evidence(trusted, log, record, None if record is None else edition_of(ctx, known)))
    more = {} if isinstance(receipt, Refused) else {"receipt": digest(receipt)}
    say(checks, form, {**more, "proves": PROVES, "does_not_prove": DOES_NOT} if form == "json" else more)
    if form == "text":
        click.echo(
            f"\n{PROVES}\n{DOES_NOT}" if passed(checks) else "\nThis does not pass: do not rely on what it says."
        )
    raise SystemExit(0 if passed(checks) else 1)


def rulebook_of(receipt: Any) -> str:
    """The rulebook a receipt names, if it does."""
    match receipt:
        case {"rulebook": {"id": str() as id_}} if ID.fullmatch(id_):
            return id_
        case _:
            return ""


def edition_of(ctx: click.Context, receipt: Any) -> Edition | None:
    """The policies at hand on the day of a receipt, or None."""
    folder: Path = ctx.obj / rulebook_of(receipt)
    try:
        day = date.fromisoformat(receipt["as_of"])
        known_at = None if receipt["known_at"] is None else date.fromisoformat(receipt["known_at"])
        return edition(deciding(load_rulebook(folder, policies=ctx.obj)), day, known_at)
    except (BadRulebook, KeyError, TypeError, ValueError):
        return None
