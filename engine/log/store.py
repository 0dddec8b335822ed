"""A log in a folder: read whole and checked, and extended so that it is before or after, never between."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.log.checkpoint import Checkpoint, checkpoint_text, read_checkpoint
from engine.log.merkle import Hash, leaf_hash, root
from engine.log.note import (
    PLAIN,
    Note,
    Signature,
    Signer,
    Verifier,
    key_id,
    parse,
    read_vkey,
    sign,
    verified,
    verified_by,
    written,
)
from engine.log.statement import KeyStatement, Statement, consent_text, read_statement, statement_bytes
from engine.log.tiles import MOST_BYTES, Fetch, NotATreeError, files_of, read_entries

CHECKPOINT = "checkpoint"
POLICY = "trust-policy.txt"
"""The public key, for whoever has none from elsewhere. Nothing here believes it."""
PATIENCE = 30
"""Seconds to wait for another writer."""


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """A log whose files fit one another and whose checkpoint is signed by the key the log itself names last.

    It is compared by identity: what was made from it may be kept beside it.
    """

    checkpoint: Checkpoint
    note: Note
    statements: tuple[Statement, ...]
    leaves: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the log names at `index`. `agreed`: the key until then consented; the first needs no consent."""

    index: int
    verifier: Verifier
    statement: KeyStatement
    agreed: bool


class BadLogError(Exception):
    """A log that is not one, or that cannot be extended; the message is a sentence."""


# ------------------------------------------------------------------------------------------------------------- reading


def read_log(fetch: Fetch) -> Log | None:
    """The log behind some files; None where there is none. BadLogError says the first thing that does not fit."""
    raw = fetch(CHECKPOINT)
    if raw is None:
        return None
    note, checkpoint = read_signed(raw)
    try:
        entries, leaves = read_entries(fetch, checkpoint.size)
    except NotATreeError as error:
        raise BadLogError(str(error)) from None
    if root(leaves) != checkpoint.root:
        raise BadLogError("the entries do not have the root that the checkpoint was signed for")
    statements = [read_statement(entry) for entry in entries]
    known = tuple(each for each in statements if each is not None)
    if len(known) != len(statements):
        raise BadLogError(f"entry {statements.index(None)} is not a statement")
    keys = log_keys(known)
    if not keys or keys[0].index != 0 or keys[0].verifier.name != checkpoint.origin:
        raise BadLogError("the log does not begin with its own key")
    if not verified(note, keys[-1].verifier):
        raise BadLogError("the checkpoint is not signed by the key of the log")
    return Log(checkpoint, note, known, tuple(leaves))


def read_signed(raw: bytes) -> tuple[Note, Checkpoint]:
    """A checkpoint and the note it is in; BadLogError if it is not one. No signature has been looked at."""
    try:
        note = parse(raw.decode("utf-8"))
    except UnicodeDecodeError:
        note = None
    checkpoint = None if note is None else read_checkpoint(note.text)
    if note is None or checkpoint is None:
        raise BadLogError("the checkpoint is not a signed note of a log")
    return note, checkpoint


def in_folder(folder: Path) -> Fetch:
    """Gives the files of a log in a folder."""

    def fetch(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return fetch


def log_files(folder: Path) -> dict[str, bytes]:
    """All files of a log as they are, by path. Unfinished ones are not among them."""
    found = sorted(folder.rglob("*")) if (folder / CHECKPOINT).is_file() else []
    paths = {file: file.relative_to(folder) for file in found if file.is_file()}
    return {
        path.as_posix(): file.read_bytes()
        for file, path in paths.items()
        if path.parts[0] in {CHECKPOINT, "tile"} and not path.name.startswith(".")
    }


def website_files(folder: Path) -> dict[str, bytes]:
    """What a website carries: the files of the log, and for tools whose signature counts (C2SP tlog-policy).

    A log that does not fit together is carried as it is: whoever checks it must be able to see that.
    """
    files = log_files(folder)
    try:
        log = read_log(files.get)
    except BadLogError:
        return files
    if log is None:
        return files
    policy = f"log {log_keys(log.statements)[-1].statement.vkey}\nquorum none\n"
    return {**files, POLICY: policy.encode()}


def log_keys(statements: Sequence[Statement], signs: str = "log") -> list[Key]:
    """The keys that a log names, in order; receipt keys are agreed to by the log's key of the time."""
    found: list[Key] = []
    signing: Verifier | None = None
    for index, each in enumerate(statements):
        verifier = read_vkey(each.vkey) if isinstance(each, KeyStatement) else None
        if not isinstance(each, KeyStatement) or verifier is None or verifier.type != PLAIN:
            continue
        agreed = index == 0 if signing is None else _agreed(each, signing)
        if each.signs == "log":
            signing = verifier
        if each.signs == signs:
            found.append(Key(index, verifier, each, agreed))
    return found


def _agreed(said: KeyStatement, by: Verifier) -> bool:
    note = parse(f"{consent_text(said)}\n{said.consent}") if said.consent else None
    return note is not None and verified(note, by)


# ----------------------------------------------------------------------------------------------------------- appending


def append(folder: Path, signers: Sequence[Signer], decide: Callable[[Log | None], Sequence[Statement]]) -> Log | None:
    """Extends the log in a folder by what `decide` makes of it, and gives what it is then.

    One writer at a time. The checkpoint is replaced last and at once: until then the log is what it was, whatever
    happens, and what was left half-written is written over the next time. All of `signers` sign.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_writer(folder):
        before = read_log(in_folder(folder))
        said = decide(before)
        more = [statement_bytes(each) for each in said]
        if not more:
            return before
        keys = log_keys([*(() if before is None else before.statements), *said])
        if keys and keys[-1].verifier not in [each.verifier for each in signers]:
            raise BadLogError(f"this key does not sign the log: that is for {keys[-1].statement.vkey}")
        if any(len(entry) > MOST_BYTES for entry in more):
            raise BadLogError("a statement is too long for an entry")
        entries = [*(() if before is None else map(statement_bytes, before.statements)), *more]
        origin = signers[0].verifier.name if before is None else before.checkpoint.origin
        text = checkpoint_text(Checkpoint(origin, len(entries), root([leaf_hash(entry) for entry in entries])))
        content = written(Note(text, tuple(sign(text, each) for each in signers))).encode()
        files = {**files_of(entries, len(entries) - len(more)), CHECKPOINT: content}
        stored = in_folder(folder)
        after = read_log(lambda path: files.get(path) or stored(path))
        for path, data in files.items():  # the checkpoint comes last
            put(folder, path, data)
        return after


def add_signature(folder: Path, signature: Signature, by: Verifier) -> None:
    """Puts a witness's signature under the checkpoint it is for, in the place of an older one of the same key."""
    with only_writer(folder):
        note, _ = read_signed((folder / CHECKPOINT).read_bytes())
        others = [each for each in note.signatures if (each.name, each.key_id) != (by.name, key_id(by))]
        signed = Note(note.text, (*others, signature))
        if not verified_by(signed, [by]):
            raise BadLogError("the checkpoint has changed meanwhile: let the witness look again")
        put(folder, CHECKPOINT, written(signed).encode())


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Waits until nobody else writes in a folder; a writer that was killed is not waited for."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise BadLogError("somebody else has been writing to this log for a while: try again") from None
                time.sleep(0.01)
        for left in folder.rglob(".*.new"):
            left.unlink()
        yield
    finally:
        os.close(descriptor)


def put(folder: Path, path: str, content: bytes) -> None:
    """Writes a file under a folder at once: whoever looks sees the old one or the new one, also after a power cut."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.new")
    with unfinished.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(file)
    for above in (file.parent, *file.parent.parents):
        _sync(above)
        if above == folder:
            break


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
