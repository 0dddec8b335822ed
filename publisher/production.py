"""The website and the service as an operator runs them: named consumers, a register, receipts, several processes."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from engine.cli import rulebook_folders
from engine.ir import Edition
from engine.log.kept import NoKeyError
from engine.log.keys import load_signer
from engine.log.note import Signer
from engine.register.secret import read_secret
from engine.register.store import NoRegisterError, open_register
from engine.rulebook import BadRulebook, edition, usual_day
from engine.service.consumers import read_consumers, without_use
from engine.service.current import following, load_promulgated, named, state
from engine.service.operator import Rulebooks, operator_with
from publisher.publish import build
from publisher.serve import Server, announce, create_app
from publisher.studies import cache_folder, kept_in


class CannotServeError(Exception):
    """What an operator must put right before the service can start."""


def serve_for(
    policies: Path,
    out: Path,
    bind: str,
    workers: int,
    *,
    consumers: Path,
    register: str,
    register_secret: Path,
    keys: Path,
) -> None:
    """Serves until it is stopped. Everything that is missing or wrong is said before anything is answered."""
    signers = read_keys(policies, keys)
    rulebooks = load_promulgated(policies, lambda id_: named(signers, id_))
    known, document = read_consumers(consumers)
    if problems := without_use(known, document, in_force(rulebooks)):
        raise BadRulebook(problems, {document.file: document.text})
    try:
        opened = open_register(register, read_secret(register_secret))
    except (NoKeyError, NoRegisterError) as error:
        raise CannotServeError(str(error)) from None
    publish = publishing(policies, out)
    publish(rulebooks)
    current = following(policies, signers, rulebooks, publish)
    app = create_app(out, current, operator_with(known, opened, signers))
    settings = {
        "bind": bind,
        "workers": workers,
        "loglevel": "error",  # a warning of gunicorn may quote an address, and whose it is
        "graceful_timeout": 30,
        "when_ready": lambda server: ready(server, len(rulebooks), len(known)),
        "child_exit": lambda _, worker: mark_process_dead(worker.pid),  # type: ignore[no-untyped-call]
    }
    Server(app, settings).run()


def read_keys(policies: Path, keys: Path) -> dict[str, Signer]:
    """The key of every rulebook, from the files called after them."""
    found: dict[str, Signer] = {}
    for folder in rulebook_folders(policies):
        try:
            found[folder.name] = load_signer(keys / f"{folder.name}.key", {})
        except NoKeyError as error:
            raise CannotServeError(f"no receipt of `{folder.name}` can be signed: {error}") from None
    return found


def in_force(rulebooks: Rulebooks) -> dict[str, Edition]:
    """The edition of each rulebook that decides today."""
    found = {id_: edition(rulebook, usual_day(rulebook)) for id_, rulebook in rulebooks.items()}
    return {id_: each for id_, each in found.items() if each is not None}


def ready(server: Any, rulebooks: int, consumers: int) -> None:
    books, who = (
        f"{n} {word if n == 1 else f'{word}s'}" for n, word in ((rulebooks, "rulebook"), (consumers, "consumer"))
    )
    sys.stdout.write(f"In production: {books}, {who}; what is decided is in the register.\n")
    announce(server)


def publishing(policies: Path, out: Path) -> Callable[[Rulebooks], None]:
    """Makes the website of what is in the logs, unless another process has made it of the same logs meanwhile."""

    def write(rulebooks: Rulebooks) -> None:
        out.mkdir(parents=True, exist_ok=True)
        with (out / ".served").open("a+", encoding="utf-8") as stamp:
            fcntl.flock(stamp, fcntl.LOCK_EX)
            stamp.seek(0)
            today = date.today()  # noqa: DTZ011  # the day where the reader sits
            now = repr((today, state(policies)))
            if stamp.read() != now:
                build(list(rulebooks.values()), out, today, study=kept_in(cache_folder(), anew=False))
                stamp.truncate(0)
                stamp.write(now)

    return write
