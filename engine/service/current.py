"""The rulebooks of a service in production: what is in their logs, and nothing else; a new edition without a stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

from engine.cli import rulebook_folders
from engine.log.note import Signer
from engine.log.promulgated import log_of, only_promulgated
from engine.log.store import CHECKPOINT, BadLogError
from engine.problem import Problem
from engine.receipts.issue import can_issue
from engine.rulebook import BadRulebook, Rulebook, edition, load_rulebook, usual_day
from engine.service.mistakes import note
from engine.service.operator import Current, Rulebooks

PAUSE = 1.0
"""Seconds between two looks at the logs."""

State = tuple[tuple[str, int, int], ...]


def load_promulgated(policies: Path, signers: Callable[[str], Signer]) -> dict[str, Rulebook]:
    """Every rulebook in a folder as its log has it. BadRulebook with everything that keeps them from being served."""
    found: dict[str, Rulebook] = {}
    problems: list[Problem] = []
    for folder in rulebook_folders(policies):
        try:
            rulebook = load_rulebook(folder)
            rulebook = in_log(rulebook, signers(rulebook.about.id))
        except BadRulebook as bad:
            problems += bad.problems
        except BadLogError as error:
            problems.append(Problem("bad-log", f"`{folder.name}` cannot be served: {error}"))
        else:
            found[rulebook.about.id] = rulebook
    if not found and not problems:
        problems.append(Problem("no-rulebook", f"there is no rulebook in `{policies}`"))
    if problems:
        raise BadRulebook(problems)
    return found


def in_log(rulebook: Rulebook, signer: Signer) -> Rulebook:
    """A rulebook with its promulgated versions alone; BadLogError when they are not an edition that is in the log."""
    log = log_of(rulebook.shelf)
    if log is None:
        raise BadLogError("nothing of it has been promulgated (`rulebook promulgate`)")
    found = replace(rulebook, shelf=only_promulgated(rulebook.shelf, log), cache={"log": log})
    under = edition(found, usual_day(found))
    if under is None:
        raise BadLogError("of what is in its log nothing is in force")
    can_issue(under, log, signer)
    return found


def following(
    policies: Path, signers: Mapping[str, Signer], first: Rulebooks, made: Callable[[Rulebooks], None]
) -> Current:
    """Gives the rulebooks, and follows their logs: what is promulgated decides from some seconds after.

    Until it has been read in whole, and `made` is done with it, everybody is answered by what was there before; so it
    is while something is wrong with it. Nobody waits, and an answer that has begun ends with the edition it began with.
    """
    kept = [first]
    seen, looked = [state(policies)], [time.monotonic()]
    lock = Lock()

    def renew(state_: State) -> None:
        try:
            found = load_promulgated(policies, lambda id_: named(signers, id_))
            made(found)
        except BadRulebook as bad:
            for problem in bad.problems:
                logging.getLogger("rulebook").warning("the rulebooks stay as they were: %s", problem.sentence)
        except Exception as error:  # noqa: BLE001  # whatever it is, what is served goes on
            note(error)
        else:
            kept[0] = found
        seen[0] = state_

    def now() -> Rulebooks:
        if time.monotonic() - looked[0] > PAUSE and lock.acquire(blocking=False):
            looked[0] = time.monotonic()
            state_ = state(policies)
            if state_ != seen[0]:
                Thread(target=released, args=(lock, renew, state_), daemon=True).start()
            else:
                lock.release()
        return kept[0]

    return now


def released(lock: Lock, renew: Callable[[State], None], state_: State) -> None:
    try:
        renew(state_)
    finally:
        lock.release()


def named(signers: Mapping[str, Signer], id_: str) -> Signer:
    """The key of a rulebook; a rulebook that came later has none."""
    if id_ not in signers:
        raise BadLogError("no key for its receipts was there when the service started")
    return signers[id_]


def state(policies: Path) -> State:
    """The checkpoints of all logs: nothing else decides what is served."""
    files = [folder / "log" / CHECKPOINT for folder in rulebook_folders(policies)]
    there = [(file, file.stat()) for file in files if file.is_file()]
    return tuple((str(file), found.st_mtime_ns, found.st_size) for file, found in there)
