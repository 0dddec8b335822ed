"""A bar on the terminal for work that takes long: how much is done, how fast, and how long it still takes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

PATIENCE = 1.0
"""Seconds of work before there is a bar."""

STEP = 25
"""The bar is moved after so many items."""

T = TypeVar("T")


class Bar(Protocol):
    """Passes things on and shows how many have gone by, of about how many."""

    def __call__(self, words: str, items: Iterable[T], about: int) -> Iterator[T]: ...


def silent(words: str, items: Iterable[T], about: int) -> Iterator[T]:  # noqa: ARG001 - a bar that nobody sees
    """Passes things on."""
    return iter(items)


@contextmanager
def progress() -> Iterator[Bar]:
    """A bar on a terminal, after a while; silence elsewhere."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    later = Timer(PATIENCE, shown.start)
    later.daemon = True
    later.start()
    try:
        yield lambda words, items, about: moving(shown, words, items, about)
    finally:
        later.cancel()
        later.join()
        if shown.live.is_started:
            shown.stop()


def moving(shown: Progress, words: str, items: Iterable[T], about: int) -> Iterator[T]:
    task = shown.add_task(words, total=about)
    try:
        for count, item in enumerate(items, 1):
            yield item
            if count > about:
                about = count + count // 4
                shown.update(task, total=about)
            if count % STEP == 0:
                shown.update(task, completed=count)
    finally:
        shown.remove_task(task)


class Rate(ProgressColumn):
    """So many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")
