"""What a log is at one moment: its name, its size and its root, as the text of a signed note (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.log.merkle import Hash
from engine.log.note import from_base64, to_base64

SIZE = re.compile(r"0|[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log of `size` entries with this root. `origin` names the log for ever."""

    origin: str
    size: int
    root: Hash


def checkpoint_text(found: Checkpoint) -> str:
    return f"{found.origin}\n{found.size}\n{to_base64(found.root)}\n"


def read_checkpoint(text: str) -> Checkpoint | None:
    r"""The checkpoint in the text of a note, or None if it is not one. Lines of extensions are passed over.

    >>> read_checkpoint("example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").size
    0
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not SIZE.fullmatch(lines[1]):  # noqa: PLR2004
        return None
    root = from_base64(lines[2])
    return Checkpoint(lines[0], int(lines[1]), root) if root is not None and len(root) == 32 else None  # noqa: PLR2004
