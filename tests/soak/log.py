"""A hundred writers of one log, each killed at some moment."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.test_log_store import killed


def soak(kills: int) -> None:
    """Nothing that was acknowledged is lost, whatever the moment."""
    start = perf_counter()
    with TemporaryDirectory(prefix="rulebook-") as folder:
        kept = killed(Path(folder), kills, 2)
    print(
        f"log: {kills} writers killed, {kept} acknowledged entries are there, {perf_counter() - start:.0f} s",
        flush=True,
    )
