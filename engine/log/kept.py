"""What only its owner may read: a private key or a secret, in a file of its own."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class NoKeyError(Exception):
    """A key or secret that cannot be had; the message is a sentence that quotes nothing of it."""


def read_kept(file: Path, what: str) -> str:
    """The text of such a file; NoKeyError if there is none, or others may read it."""
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise NoKeyError(f"others may read {what}: chmod 600 {file}")
        return file.read_text("ascii").strip()
    except UnicodeDecodeError:
        raise NoKeyError(f"{file} is not {what}: it is no text") from None
    except OSError as error:
        raise NoKeyError(f"{what} cannot be read: {error.strerror}: {file}") from None


def write_kept(file: Path, text: str, what: str) -> None:
    """Makes such a file and its folder. It is on the disk when this returns, and never over another."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NoKeyError(f"{file} is there already, and {what} is never written over another file") from None
    except OSError as error:
        raise NoKeyError(f"{file} cannot be written: {error.strerror}") from None
    with open(descriptor, "w", encoding="ascii") as stream:  # noqa: PTH123  # by the descriptor that has the rights
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
