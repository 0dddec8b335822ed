"""The command `rulebook letter`: the letter that belongs to a receipt, as a page or printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import click

from engine.cli import main, read_record
from engine.decision import Decision, Refused
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.log.checked import passed
from engine.receipts.form import OWN, read_receipt
from engine.receipts.letter import letter_html
from engine.receipts.verify import Evidence, verify
from engine.verify_command import edition_of
from publisher.pdf import CannotPrintError, find_browser, to_pdf
from publisher.write import CannotWriteError, put

LETTER = """Write the letter that belongs to a receipt: HTML, or PDF by a browser. OWN is the person's own file.

The decision is worked out again for it, so the letter says what the receipt says, or there is none.
"""


@main.command(help=LETTER, short_help="Write the letter that belongs to a receipt.")
@click.argument("file", type=click.File("rb"), metavar="RECEIPT")
@click.argument("own", type=click.File("rb"), metavar="OWN")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file: .html or .pdf.")
@click.pass_context
def letter(ctx: click.Context, file: BinaryIO, own: BinaryIO, out: Path) -> None:
    if out.suffix not in {".html", ".pdf"}:
        raise click.BadParameter("the file must end in .html or .pdf", param_hint="--out")
    content, record = file.read(), read_record(own)
    receipt = read_receipt(content)
    if isinstance(receipt, Refused) or not isinstance(record, Mapping) or record.get("format") != OWN:
        raise click.ClickException("a letter needs a receipt and the own file that belongs to it")
    edition = edition_of(ctx, receipt)
    checks = verify(content, Evidence(own=record, edition=edition))
    wrong = [each.sentence for each in checks if each.holds is False]
    again = any(each.what == "again" and each.holds for each in checks)
    if edition is None or not passed(checks) or not again:
        raise click.ClickException("; ".join(wrong) or "the policies of that day are not here")
    page = letter_html(edition, _decided(edition, receipt, record), receipt).encode()
    try:
        put(str(out.absolute()), to_pdf(page, find_browser()) if out.suffix == ".pdf" else page, set())
        out.chmod(0o600)  # it is about a person, and for nobody else on this machine
    except (CannotPrintError, CannotWriteError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{out}: for the person alone")


def _decided(edition: Edition, receipt: Mapping[str, Any], own: Mapping[str, Any]) -> Decision:
    """The decision of a receipt that was found to be worked out rightly."""
    as_of = date.fromisoformat(receipt["as_of"])
    known_at = None if receipt["known_at"] is None else date.fromisoformat(receipt["known_at"])
    found = evaluate_under(edition, own["record"], as_of=as_of, known_at=known_at, use=receipt["use"]["id"])
    assert isinstance(found, Decision), "it was decided a moment ago"
    return found
