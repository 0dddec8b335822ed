"""Entries and keys for the tests of logs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from engine.log.note import Signer, signer
from engine.log.statement import KeyStatement, Promulgated, Statement
from engine.log.store import Log, in_folder, read_log

DAY = date(2026, 1, 1)


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
