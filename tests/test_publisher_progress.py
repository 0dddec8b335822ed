"""The bar: only for somebody who looks, and only when there is something to wait for."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator

import pytest

from engine import progress


class Terminal(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


def slowly(count: int, seconds: float) -> Iterator[int]:
    for number in range(count):
        time.sleep(seconds)
        yield number


def terminal_of(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Called in the test itself: between a fixture and its test pytest takes back what it captures."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    return found


def test_long_work_shows_how_far_it_is_and_how_fast(monkeypatch: pytest.MonkeyPatch):
    """How many of how many, how many a second, and the time left; then the line is free again."""
    terminal = terminal_of(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress.progress() as bar:
        assert list(bar("Writing files", slowly(100, 0.005), 80)) == list(range(100))
    assert "Writing files" in terminal.getvalue()
    assert "/80" in terminal.getvalue()
    assert "/s" in terminal.getvalue()


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch):
    """A bar that flashes by helps nobody."""
    terminal = terminal_of(monkeypatch)
    with progress.progress() as bar:
        assert bar is not progress.silent
        assert list(bar("Writing files", slowly(10, 0), 10)) == list(range(10))
    assert terminal.getvalue() == ""


def test_where_nobody_looks_nothing_is_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """A log file holds no bars."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress.progress() as bar:
        assert bar is progress.silent
        assert list(bar("Writing files", slowly(100, 0.001), 100)) == list(range(100))
    assert capsys.readouterr().err == ""
