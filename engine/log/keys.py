"""Private keys: made new, kept in a file that only its owner reads or in an environment variable, never with the rules.

A key is written as Go's `note` package writes it: ``PRIVATE+KEY+<name>+<id>+<base64>``. Its name is the name of the log
it begins, so a demonstration key says in everything it signs that it is one.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from engine.ir import About
from engine.log.note import COSIGNED, NAME, PLAIN, Signer, from_base64, key_id, signer, to_base64

VARIABLE = "RULEBOOK_KEY"
"""The environment variable that holds a private key."""
START = "PRIVATE+KEY+"
DEMONSTRATION = "demonstration"


class NoKeyError(Exception):
    """A key that cannot be had; the message is a sentence that quotes nothing of it."""


def origin_of(about: About, *, demonstration: bool) -> str:
    """The name of the log of a rulebook: where it will be published, without the scheme."""
    there = urlsplit(about.address or "")
    base = f"{there.netloc}{there.path.rstrip('/')}" if there.netloc else f"{about.id}.invalid"
    return f"{base}/{about.id}/{f'{DEMONSTRATION}-' if demonstration else ''}log"


def is_demonstration(name: str) -> bool:
    """Whether the name of a key says that it is for demonstration only.

    >>> is_demonstration("example.com/x/demonstration-log"), is_demonstration("example.com/x/log")
    (True, False)
    """
    return name.rpartition("/")[2].startswith(DEMONSTRATION)


def new_signer(name: str, kind: int = PLAIN) -> Signer:
    """A new key with a name."""
    return signer(name, secrets.token_bytes(32), kind)


def private_text(found: Signer) -> str:
    """A private key as the one line of its file."""
    raw = bytes([found.verifier.type]) + found.private.private_bytes_raw()
    return f"{START}{found.verifier.name}+{key_id(found.verifier).hex()}+{to_base64(raw)}\n"


def read_private(text: str) -> Signer:
    """The private key in a text; NoKeyError when it is not one."""
    parts = text.strip().removeprefix(START).split("+", 2)
    raw = from_base64(parts[2]) if text.startswith(START) and len(parts) == 3 else None  # noqa: PLR2004
    if raw is None or len(raw) != 33 or raw[0] not in {PLAIN, COSIGNED} or not NAME.fullmatch(parts[0]):  # noqa: PLR2004
        raise NoKeyError("this is not a private key as `rulebook key new` writes it")
    found = signer(parts[0], raw[1:], raw[0])
    if key_id(found.verifier).hex() != parts[1]:
        raise NoKeyError("the name or the id of the private key was changed, or a letter of it was lost")
    return found


def load_signer(file: Path | None, environ: Mapping[str, str] = os.environ) -> Signer:
    """The private key in a file, or without one in the environment variable `RULEBOOK_KEY`."""
    if file is None:
        if VARIABLE not in environ:
            raise NoKeyError(f"no private key: name its file with --key, or put it into the variable {VARIABLE}")
        return read_private(environ[VARIABLE])
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise NoKeyError(f"others may read the private key: chmod 600 {file}")
        return read_private(file.read_text("ascii"))
    except UnicodeDecodeError:
        raise NoKeyError("this is not a private key as `rulebook key new` writes it") from None
    except OSError as error:
        raise NoKeyError(f"the private key cannot be read: {error.strerror}") from None


def write_private(found: Signer, file: Path, published: Path) -> None:
    """Puts a new private key where only its owner reads it: never over another file, nor among what is published."""
    folder = file.absolute().parent.resolve()
    if folder.is_relative_to(published.resolve()):
        raise NoKeyError("a private key is not kept among the policies, which are published: name another place")
    if any((above / ".git").exists() for above in (folder, *folder.parents)):
        raise NoKeyError("a private key is not kept in a repository: name a place outside of it")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NoKeyError(f"{file} is there already, and a key is never written over another") from None
    except OSError as error:
        raise NoKeyError(f"{file} cannot be written: {error.strerror}") from None
    with open(descriptor, "w", encoding="ascii") as stream:  # noqa: PTH123  # by the descriptor that has the rights
        stream.write(private_text(found))
        stream.flush()
        os.fsync(stream.fileno())
