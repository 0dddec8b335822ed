"""A small rulebook with a log, for the tests of logs and receipts."""

from __future__ import annotations

import shutil
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
    """A copy of a rulebook that has been promulgated with the key in the file `key`."""
    policies = copied(folder, source)
    made = run(policies, "key", "new", "--demonstration", "--out", str(folder / "key"))
    assert made.exit_code == 0, made.output
    result = run(policies, "promulgate", "--key", str(folder / "key"), "--day", day)
    assert result.exit_code == 0, result.output
    return policies


def vkey_of(folder: Path, key: str = "key") -> str:
    """The public key of a private one."""
    return run(folder, "key", "show", "--key", str(folder / key)).output.strip()


def verifier_of(folder: Path, key: str = "key") -> Verifier:
    found = read_vkey(vkey_of(folder, key))
    assert found is not None
    return found
