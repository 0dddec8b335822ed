"""A small rulebook with a log, for the tests of logs and receipts."""

from __future__ import annotations

import atexit
import http.server
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from click.testing import CliRunner, Result

from engine.log.note import Verifier, read_vkey
from publisher.command import main

DEMO = Path(__file__).parent / "policies" / "good" / "demo"
BEFORE = "2025-12-31"
"""The day before the demo is in force."""


def run(policies: Path, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--policies", str(policies), *arguments], input=stdin, catch_exceptions=False)


def copied(folder: Path, source: Path = DEMO) -> Path:
    """The folder of policies with a copy of a rulebook in it, without its log."""
    shutil.copytree(source, folder / "policies" / source.name, ignore=shutil.ignore_patterns("log"))
    return folder / "policies"


def promulgated(folder: Path, source: Path = DEMO, day: str = BEFORE) -> Path:
    """A copy of a rulebook that has been promulgated with the key in the file `key`, which each process makes once."""
    folder.mkdir(parents=True, exist_ok=True)
    made = _promulgated(source, day)
    shutil.copy2(made / "key", folder)
    shutil.copytree(made / "policies" / source.name, folder / "policies" / source.name)
    return folder / "policies"


@cache
def _promulgated(source: Path, day: str) -> Path:
    """A folder that lasts as long as the process, with such a rulebook and its key."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    policies = copied(folder, source)
    made = run(policies, "key", "new", "--demonstration", "--out", str(folder / "key"))
    assert made.exit_code == 0, made.output
    result = run(policies, "promulgate", "--key", str(folder / "key"), "--day", day)
    assert result.exit_code == 0, result.output
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder as a website on this machine."""
    handler = partial(Quiet, directory=os.fspath(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def vkey_of(folder: Path, key: str = "key") -> str:
    """The public key of a private one."""
    return run(folder, "key", "show", "--key", str(folder / key)).output.strip()


def verifier_of(folder: Path, key: str = "key") -> Verifier:
    found = read_vkey(vkey_of(folder, key))
    assert found is not None
    return found
