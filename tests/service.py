"""A service in production over a small rulebook, for the tests of the service."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from engine.register.secret import person, read_secret, token, write_secret
from engine.register.store import Register, open_register
from engine.rulebook import Rulebook
from engine.service import create_app
from engine.service.consumers import new_key, read_consumers
from engine.service.current import load_promulgated, named
from engine.service.operator import Operator, operator_with
from publisher.production import read_keys
from tests.logs import promulgated

USE, OTHER_USE = "pay-later", "winter-plan"
URL = "/v1/rulebooks/demo"
EVALUATE = f"{URL}/evaluate?use={USE}"
SUBJECT = "person-0815"
LATE = 4
"""A row of the record that was paid late."""

RECORD: dict[str, Any] = {
    "subject": SUBJECT,
    "as_of": "2026-12-15",
    "sources": {
        "account": {"opened": "2019-05-01", "verified": True, "plan": "family"},
        "bills": [
            {
                "due": f"2026-{month:02}-10",
                "paid": f"2026-{month:02}-{9 if month % 5 else 20:02}",
                "amount": 4711.23,
                "reminders": 0,
                "kind": "water",
            }
            for month in range(1, 13)
        ],
    },
}


@dataclass(frozen=True)
class Served:
    """A folder with everything a service needs, and what it consists of."""

    folder: Path
    rulebooks: Mapping[str, Rulebook]
    operator: Operator
    register: Register
    key: str

    def client(self) -> FlaskClient:
        return create_app(lambda: self.rulebooks, self.operator).test_client()


def served(folder: Path, rate: str = "{evaluations: 1000000, every: second}") -> Served:
    """A new service with one consumer, whose key is in `key.consumer`."""
    policies = promulgated(folder)
    keys = folder / "keys"
    keys.mkdir()
    shutil.move(folder / "key", keys / "demo.key")
    key = write_consumers(folder / "consumers.yaml", rate)
    write_secret(folder / "secret")
    consumers, _ = read_consumers(folder / "consumers.yaml")
    register = open_register(url_of(folder), read_secret(folder / "secret"))
    signers = read_keys(policies, keys)
    rulebooks = load_promulgated(policies, lambda id_: named(signers, id_))
    return Served(folder, rulebooks, operator_with(consumers, register, signers), register, key)


def write_consumers(file: Path, rate: str) -> str:
    """A file with one consumer, which may ask for one use; gives its key."""
    key, digest = new_key()
    file.write_text(
        f"consumers:\n  - name: housing-office\n    keys: ['{digest}']\n    "
        f"uses: {{demo: [{USE}]}}\n    rate: {rate}\n",
        "utf-8",
    )
    return key


def url_of(folder: Path) -> str:
    """Where the register is: in a file, or in the database that the environment names for tests."""
    return os.environ.get("RULEBOOK_TEST_REGISTER") or f"sqlite:///{folder / 'register.db'}"


def headers(key: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **more}


def token_of(made: Served, subject: str = SUBJECT, days: int = 1) -> str:
    secret = made.register.secret
    until = datetime.now(UTC).date() + timedelta(days=days)
    return token(secret, "demo", person(secret, "demo", subject), until)


def body(**changed: Any) -> bytes:
    return json.dumps({**RECORD, **changed}).encode()
