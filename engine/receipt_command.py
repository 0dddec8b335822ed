"""`rulebook receipt`: a decision as a signed receipt and a letter."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import click

from engine import display
from engine.cli import AS_OF, BOOK, KNOWN_AT, LANG, RECORD, USE, language, main, open_book, open_edition, read_record
from engine.deciding import deciding
from engine.decision import Refusal
from engine.evaluation import evaluate
from engine.key_command import KEY
from engine.log.keys import load_signer
from engine.log.promulgated import log_of
from engine.log.store import BadLogError, put
from engine.log_command import said
from engine.receipts.form import receipt_bytes
from engine.receipts.issue import issue
from engine.receipts.letter import letter_html


@main.command()
@click.argument("file", type=RECORD, metavar="RECORD.json|-")
@BOOK
@AS_OF
@KNOWN_AT
@USE
@LANG
@KEY
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder to write to.")
@click.pass_context
def receipt(
    ctx: click.Context,
    /,
    file: BinaryIO,
    book: str | None,
    lang: str | None,
    key_file: Path | None,
    out: Path,
    **asked: Any,
) -> None:
    """Evaluate a record, and write a signed receipt, the person's own file and a letter.

    `receipt.json` holds nothing about the person but the result; `own.json` and `letter.html` are for them alone. The
    policies must be in the rulebook's log (`rulebook promulgate`).
    """
    rulebook = open_book(ctx, book, file)
    tag = language(rulebook, lang)
    record = read_record(file)
    with said():
        decision = evaluate(rulebook, record, **asked)
        if isinstance(decision, Refusal):
            display.result(display.console(), rulebook, decision, tag)
            raise SystemExit(1)
        log = log_of(rulebook.shelf)
        if log is None:
            raise BadLogError(f"nothing of `{rulebook.about.id}` has been promulgated")
        edition = open_edition(deciding(rulebook), decision.as_of, decision.known_at)
        issued = issue(edition, decision, record, log, load_signer(key_file), tag)
        own = (json.dumps(issued.own, indent=2) + "\n").encode()
        page = letter_html(edition, decision, issued.receipt).encode()
        os.umask(0o077)  # what is about a person is for nobody else on this machine
        out.mkdir(parents=True, exist_ok=True)
        for name, content in (
            ("own.json", own),
            ("letter.html", page),
            ("receipt.json", receipt_bytes(issued.receipt)),
        ):
            put(out, name, content)
    click.echo(f"{out}: receipt.json; own.json and letter.html are for the person alone")
