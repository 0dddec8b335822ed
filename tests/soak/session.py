"""The session reading over very many records, very many lines and very many editions: memory must stay flat."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from engine.admit import Kept, admit
from engine.ir import Edition
from engine.readings import session, truth
from engine.records import shipped
from engine.rulebook import edition, load_rulebook
from engine.watch import watch

DAY = date(2026, 12, 15)
USE = "deposit-free-rental"
MOST_GROWTH = 20
"""Megabytes by which memory may grow after the first tenth."""


def soak(records: int) -> None:
    """Each part prints its rate and how much memory grew, and fails when that is too much."""
    rulebook = load_rulebook("fair-civic-trust")
    found = edition(rulebook, DAY)
    assert found is not None
    kept = [one for one in (admit(found, each.record, DAY) for each in shipped(rulebook)) if isinstance(one, Kept)]
    assert len(kept) >= 10, "a few different records are needed"
    flat("records decided in a session", records, lambda count: decide_all(found, kept, count))
    flat("lines watched", records // 4, lambda count: watch_all(found, count))
    flat("sessions opened and let go", records // 100, lambda count: open_all(found, kept[0], count))


def flat(what: str, count: int, run: Callable[[int], Iterator[None]]) -> None:
    """Runs, measures after the first tenth and at the end, and fails when memory grew."""
    running = run(count)
    for _ in islice(running, count // 10):
        pass
    before, started = resident(), time.monotonic()
    rest = sum(1 for _ in running)
    seconds, growth = time.monotonic() - started, resident() - before
    print(f"{count:,} {what}: {rest / seconds:,.0f} a second, memory {before:.0f} MB {growth:+.1f} MB")
    assert growth < MOST_GROWTH, f"memory grew by {growth:.1f} MB"


def decide_all(edition: Edition, kept: list[Kept], count: int) -> Iterator[None]:
    """One decision after the other; every hundredth is compared with the definition."""
    opened = session.open_session(edition)
    for number, one in enumerate(islice(cycle(kept), count)):
        decision = session.decide(opened, one, DAY, USE)
        assert number % 100 or decision == truth.decide(edition, one, DAY, USE)
        yield


def watch_all(edition: Edition, count: int) -> Iterator[None]:
    """One record that changes with every line and never grows."""
    lines = [json.dumps({"source": "identity-check", "facts": {"verified": verified}}) for verified in (True, False)]
    for told in watch(edition, DAY, USE, islice(cycle(lines), count)):
        assert told["changed"]["rules"]
        yield


def open_all(edition: Edition, kept: Kept, count: int) -> Iterator[None]:
    """A session for a single record, again and again."""
    for _ in range(count):
        session.decide(session.open_session(edition), kept, DAY, USE)
        yield


def resident() -> float:
    """Megabytes of memory in use."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
