"""`rulebook log`: read, check and witness the public log of a rulebook."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from engine.cli import main, problems_said
from engine.key_command import KEY
from engine.load import Shelf, read_shelf
from engine.log import store
from engine.log.checked import Checked, passed
from engine.log.fetch import files_at, files_of, is_address, log_at
from engine.log.kept import NoKeyError
from engine.log.keys import load_signer
from engine.log.note import COSIGNED, Verifier, line, read_vkey
from engine.log.promulgate import signing_key
from engine.log.promulgated import folder_of
from engine.log.published import published
from engine.log.statement import EditionStatement, KeyStatement, Promulgated, Statement, statement_bytes
from engine.log.store import BadLogError, Log, add_signature, in_folder, read_log, read_signed
from engine.log.verify import verify
from engine.log.witness import witness
from engine.rulebook import BadRulebook, find_folder

PLACE = click.argument("place", required=False, metavar="[LOG]")
FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


class VerifierKey(click.ParamType[Verifier]):
    """A vkey on the command line."""

    name = "vkey"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Verifier:
        found = read_vkey(str(value))
        if found is None:
            self.fail("this is not a verifier key, which looks like NAME+12345678+AbCd…", param, ctx)
        return found


VKEY = VerifierKey()


@main.group()
def log() -> None:
    """Read, check and witness the public log, which says what was published and when.

    LOG is the id or the folder of a rulebook, the folder of a log or of a website, or the address of a rulebook's
    website.
    """


@log.command("verify")
@PLACE
@click.option("--since", type=click.File("rb"), help="A checkpoint you kept: the log must be that one, gone on.")
@click.option("--vkey", "trusted", type=VKEY, help="The public key of the log, as you have it from elsewhere.")
@click.option("--witness", "witnesses", type=VKEY, multiple=True, help="A witness that must have signed, by its key.")
@FORMAT
@click.pass_context
def verify_log(
    ctx: click.Context,
    place: str | None,
    since: BinaryIO | None,
    trusted: Verifier | None,
    witnesses: tuple[Verifier, ...],
    form: str,
) -> None:
    """Check that a log fits together, was not rewritten, and has the policies that are here.

    On a website these are the versions it publishes as data. What the pages say is made from them, and is not compared.
    To be able to notice a rewriting, keep the file `checkpoint` of the log, and name it with --since the next time.
    """
    with said():
        found, shelf = open_log(ctx, place)
        kept = None if since is None else read_signed(since.read())
        checks = verify(found, shelf, since=kept, trusted=trusted, witnesses=witnesses)
        if place is not None and shelf is None:
            checks += published(found, files_of(log_at(place).removesuffix("/log")))
    say(checks, form, {"origin": found.checkpoint.origin, "size": found.checkpoint.size, "vkey": signing_key(found)})
    raise SystemExit(0 if passed(checks) else 1)


@log.command("show")
@PLACE
@click.option("--from", "start", type=click.IntRange(min=0), default=0, help="Begin with this entry.")
@FORMAT
@click.pass_context
def show_log(ctx: click.Context, place: str | None, start: int, form: str) -> None:
    """Say what is in a log, an entry a line: number, day, and what was promulgated."""
    with said():
        found, _ = open_log(ctx, place)
    for index, each in enumerate(found.statements[start:], start):
        if form == "json":
            click.echo(statement_bytes(each))
        else:
            click.echo(f"{index:5}  {each.promulgated}  {in_words(each)}")
    if form == "text":
        click.echo(f"{found.checkpoint.origin}: {found.checkpoint.size} entries, signed by {signing_key(found)}")


@log.command("witness")
@PLACE
@KEY
@click.option("--vkey", "trusted", type=VKEY, required=True, help="The public key of the log, as you have it.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="A folder that remembers what was seen; keep it.",
)
@click.option("--add", is_flag=True, help="Also put the signature under the checkpoint, if the log is a folder here.")
@click.pass_context
def witness_log(
    ctx: click.Context, place: str | None, key_file: Path | None, trusted: Verifier, state: Path, *, add: bool
) -> None:
    """Sign what you see of somebody's log, if it is what you saw before, gone on (C2SP tlog-cosignature).

    Run it now and then, from anywhere: whoever compares your signatures knows that the log shows everybody the same.
    """
    with said():
        by = load_signer(key_file)
        if by.verifier.type != COSIGNED:
            raise NoKeyError("this key is not for a witness: make one with `rulebook key new --witness`")
        found, shelf = open_log(ctx, place)
        signature = witness(found, state, by, trusted, time.time)
        if add:
            add_signature(own_folder(place, shelf), signature, by.verifier)
    click.echo(line(signature), nl=False)


def own_folder(place: str | None, shelf: Shelf | None) -> Path:
    """The folder of a log that is a folder here."""
    if shelf is not None:
        return folder_of(shelf)
    for folder in (Path(place or ""), Path(place or "") / "log"):
        if (folder / store.CHECKPOINT).is_file():
            return folder
    raise BadLogError("the log is not a folder here: send the line to its operator")


def open_log(ctx: click.Context, place: str | None) -> tuple[Log, Shelf | None]:
    """The log at a place, and the policies it is the log of when they are here too."""
    shelf = None if is_log(place) else shelf_at(ctx, place)
    found = read_log(files_at(place or "") if shelf is None else in_folder(folder_of(shelf)))
    if found is None:
        raise BadLogError("there is no log there: nothing has been promulgated")
    return found, shelf


def is_log(place: str | None) -> bool:
    """Whether a place is a log itself, or an address: there are no policies to read there."""
    return place is not None and (is_address(place) or (Path(place) / store.CHECKPOINT).is_file())


def shelf_at(ctx: click.Context, place: str | None) -> Shelf | None:
    """The policies of a rulebook; None where there is a folder that is not a rulebook."""
    try:
        folder = find_folder(place, ctx.obj)
    except BadRulebook:
        if place is not None and Path(place).is_dir():
            return None
        raise
    shelf, problems = read_shelf(folder)
    if shelf is None:
        raise BadRulebook(problems)
    return shelf


def in_words(said_: Statement) -> str:
    """What a statement says, on one line."""
    match said_:
        case Promulgated(version=str()):
            until = f" until {said_.until}" if said_.until else ""
            return f"{said_.kind} {said_.id} {said_.version} ({said_.change}), in force from {said_.from_}{until}"
        case Promulgated():
            return f"{said_.kind} {said_.id}"
        case EditionStatement():
            return f"edition of {said_.from_}, {said_.digest[:12]}"
        case KeyStatement():
            return f"key for {'the log' if said_.signs == 'log' else said_.signs}: {said_.vkey}"


def say(checks: list[Checked], form: str, more: Mapping[str, Any]) -> None:
    """What was checked, a line each."""
    if form == "json":
        told = [{"what": each.what, "holds": each.holds, "sentence": each.sentence} for each in checks]
        click.echo(json.dumps({**more, "passed": passed(checks), "checks": told}, ensure_ascii=False, indent=2))
        return
    for each in checks:
        mark = {True: "yes ", False: "NO  ", None: "note"}[each.holds]
        click.echo(f"{mark}  {each.sentence}")
    if more:
        click.echo(", ".join(f"{name} {value}" for name, value in more.items()))


@contextmanager
def said() -> Iterator[None]:
    """What is wrong with a log or a key ends the command with a sentence."""
    with problems_said():
        try:
            yield
        except (BadLogError, NoKeyError, OSError) as error:
            raise click.ClickException(str(error)) from None
