"""A small rulebook with a log, for the tests of logs and receipts."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from click.testing import CliRunner, Result

from engine.log.note import Signer, Verifier, read_vkey, signer
from engine.log.statement import KeyStatement, Promulgated, Statement
from engine.log.store import Log, in_folder, read_log
from publisher.command import main

DEMO = Path(__file__).parent / "policies" / "good" / "demo"
DAY = date(2026, 1, 1)
BEFORE = "2025-12-31"
"""The day before the demo is in force."""


def run(policies: Path, *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--policies", str(policies), *arguments], input=stdin, catch_exceptions=False)


def copied(folder: Path, source: Path = DEMO) -> Path:
    """The folder of policies with a copy of the demo in it."""
    shutil.copytree(source, folder / "policies" / source.name)
    return folder / "policies"


def promulgated(folder: Path) -> Path:
    """A copy of the demo that has been promulgated with the key in the file `key`."""
    policies = copied(folder)
    made = run(policies, "key", "new", "--demonstration", "--out", str(folder / "key"))
    assert made.exit_code == 0, made.output
    result = run(policies, "promulgate", "--key", str(folder / "key"), "--day", BEFORE)
    assert result.exit_code == 0, result.output
    return policies


def vkey_of(folder: Path, key: str = "key") -> str:
    """The public key of a private one."""
    return run(folder, "key", "show", "--key", str(folder / key)).output.strip()


def verifier_of(folder: Path, key: str = "key") -> Verifier:
    found = read_vkey(vkey_of(folder, key))
    assert found is not None
    return found


def log_in(folder: Path) -> Log:
    found = read_log(in_folder(folder))
    assert found is not None
    return found


def a_signer(name: str = "example.com/demo/log", number: int = 1) -> Signer:
    return signer(name, bytes([number]) * 32)


def entry(number: int) -> Statement:
    """A statement like the others, with a number."""
    return Promulgated("demo", "charter", f"c{number}", None, f"{number:064x}", None, DAY)


def first(key: str) -> Statement:
    return KeyStatement("demo", key, "log", DAY)
