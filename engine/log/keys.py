"""Private keys: made new, kept in a file that only its owner reads or in an environment variable, never with the rules.

A key is written as Go's `note` package writes it: ``PRIVATE+KEY+<name>+<id>+<base64>``. Its name is the name of the log
it begins, so a demonstration key says in everything it signs that it is one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from engine.ir import About
from engine.log.kept import NoKeyError, read_kept, write_kept
from engine.log.note import COSIGNED, NAME, PLAIN, Signer, from_base64, key_id, signer, to_base64

VARIABLE = "RULEBOOK_KEY"
"""The environment variable that holds a private key."""
START = "PRIVATE+KEY+"
DEMONSTRATION = "demonstration"


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
    return read_private(read_kept(file, "the private key"))


def write_private(found: Signer, file: Path, published: Path) -> None:
    """Puts a new private key where only its owner reads it: never over another file, nor among what is published."""
    folder = file.absolute().parent.resolve()
    if folder.is_relative_to(published.resolve()):
        raise NoKeyError("a private key is not kept among the policies, which are published: name another place")
    if any((above / ".git").exists() for above in (folder, *folder.parents)):
        raise NoKeyError("a private key is not kept in a repository: name a place outside of it")
    write_kept(file, private_text(found), "a private key")
