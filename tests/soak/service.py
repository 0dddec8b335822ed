"""The service for a long time: very many requests in flat memory, kills while it writes, very many drawn bodies."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask

from engine.register.entry import checked
from engine.register.store import every, open_register
from engine.service import create_app
from tests.schemathesis_run import failures
from tests.service import EVALUATE, Served, body, headers, served, token_of
from tests.soak.session import flat
from tests.test_register import SECRET, killed

BOOK = {"rulebook_id": "demo"}


def soak(requests: int, kills: int, drawn: int) -> None:
    """Each part prints what it did, and fails when something does not hold."""
    with tempfile.TemporaryDirectory() as folder:
        made = served(Path(folder))
        bare = create_app(lambda: made.rulebooks, replace(made.operator, register=None, signers={}))
        kept = create_app(lambda: made.rulebooks, made.operator)
        flat("requests to the service", requests, lambda count: ask_all(bare, made, count))
        flat("requests with receipts and register", requests // 10, lambda count: ask_all(kept, made, count))
        assert [each.holds for each in checked(every(made.register))] == [True]
    with tempfile.TemporaryDirectory() as folder:
        kill_all(Path(folder), kills)
    with tempfile.TemporaryDirectory() as folder:
        made = served(Path(folder))
        app = create_app(lambda: made.rulebooks, made.operator)
        start = time.monotonic()
        found = failures(app, {"consumer": made.key, "person": token_of(made)}, BOOK, examples=drawn)
        assert found == [], found
        print(f"{drawn} drawn requests to each address: as described, {time.monotonic() - start:.0f} s", flush=True)


def ask_all(app: Flask, made: Served, count: int) -> Iterator[None]:
    """One request after the other; every hundredth cannot be read."""
    client, sent = app.test_client(), headers(made.key)
    records = [body(subject=f"person-{number}") for number in range(100)]
    for number in range(count):
        bad = number % 100 == 99
        with client.post(EVALUATE, data=b"{" if bad else records[number % 100], headers=sent) as answer:
            assert answer.status_code == (400 if bad else 200)
        yield


def kill_all(folder: Path, kills: int) -> None:
    """A writer is killed again and again, at any moment; nothing it said is written gets lost."""
    register, drawn = open_register(f"sqlite:///{folder / 'register.db'}", SECRET), random.Random(1)
    for _ in range(kills):
        killed(folder, register, drawn.random() * 0.3)
    print(f"{kills} kills while writing: nothing acknowledged is lost", flush=True)
