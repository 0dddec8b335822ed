"""A small witness: it signs what it sees of a log when that goes on from what it saw before, and never a fork."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from engine.log.merkle import consistency, consistent
from engine.log.note import Signature, Signer, Verifier, cosign, line
from engine.log.store import BadLogError, Log, in_folder, log_keys, only_writer, put, read_signed
from engine.log.verify import trusted_key


def witness(log: Log, state: Path, by: Signer, trusted: Verifier, now: Callable[[], float]) -> Signature:
    """A signature over the checkpoint of a log; BadLogError when it is not what the witness saw, gone on.

    The folder `state` keeps the last checkpoint of each log, written before the signature is given away: a witness that
    is stopped in between signs the same again and nothing else.
    """
    whose = trusted_key(log_keys(log.statements), trusted)
    if not whose.holds:
        raise BadLogError(whose.sentence)
    name = hashlib.sha256(log.checkpoint.origin.encode()).hexdigest()
    state.mkdir(parents=True, exist_ok=True)
    with only_writer(state):
        seen = in_folder(state)(name)
        if seen is not None:
            _, old = read_signed(seen)
            proof = consistency(log.leaves, old.size)
            if not consistent(old.size, old.root, log.checkpoint.size, log.checkpoint.root, proof):
                raise BadLogError(
                    f"this is not the log of {old.size} entries that was seen before, gone on: not signed"
                )
        signature = cosign(log.note.text, by, int(now()))
        put(state, name, f"{log.note.text}\n{line(signature)}".encode())
    return signature
