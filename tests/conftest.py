"""What many tests look at and none changes: one website for the whole run, and one browser for each worker."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.quality.chromium import chromium
from tests.website import publish_all


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The website of the demo and of every shipped rulebook, which nobody changes.

    The worker that needs it first builds it; the others wait until it is whole.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "site"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            publish_all(folder.with_suffix(".new")).rename(folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A test opens a context of its own in it."""
    with chromium() as running:
        yield running
