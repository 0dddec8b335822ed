"""That one entry is in a log, as a text that can be checked without the log (C2SP tlog-proof)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.log.checkpoint import Checkpoint, read_checkpoint
from engine.log.merkle import Hash, includes, inclusion, leaf_hash
from engine.log.note import Note, from_base64, parse, to_base64, written
from engine.log.store import Log

FIRST = "c2sp.org/tlog-proof@v1"
INDEX = re.compile(r"index (0|[1-9][0-9]{0,14})")
MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry is and how it leads to the root of a checkpoint. No signature has been looked at."""

    index: int
    hashes: tuple[Hash, ...]
    note: Note
    checkpoint: Checkpoint


def prove(log: Log, index: int) -> str:
    """The proof that an entry is in a log."""
    hashes = [to_base64(each) for each in inclusion(log.leaves, index)]
    return "\n".join([FIRST, f"index {index}", *hashes, "", written(log.note)])


def read_proof(text: str) -> Proof | None:
    """The proof in a text; None if it is not one. Extra data is passed over: nothing vouches for it."""
    head, blank, rest = text.partition("\n\n")
    first, *lines = head.split("\n")
    lines = lines[1:] if lines and lines[0].startswith("extra ") else lines
    index = INDEX.fullmatch(lines[0]) if lines else None
    hashes = [from_base64(each) for each in lines[1:]]
    note = parse(rest)
    checkpoint = None if note is None else read_checkpoint(note.text)
    if first != FIRST or not blank or index is None or note is None or checkpoint is None or len(hashes) > MOST_HASHES:
        return None
    known = tuple(each for each in hashes if each is not None and len(each) == 32)  # noqa: PLR2004
    return Proof(int(index[1]), known, note, checkpoint) if len(known) == len(hashes) else None


def proves(proof: Proof, entry: bytes) -> bool:
    """Whether an entry is where a proof says, under the root of its checkpoint."""
    tree = proof.checkpoint
    return includes(leaf_hash(entry), proof.index, tree.size, proof.hashes, tree.root)
