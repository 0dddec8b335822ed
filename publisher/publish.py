"""Rulebooks in, website out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from engine.rulebook import Rulebook, load_rulebook
from publisher.collect import collect
from publisher.render import render
from publisher.write import Written, write


def publish(rulebooks: Iterable[Rulebook | Path], out: Path, today: date | None = None) -> str:
    """Builds the website of rulebooks, given loaded or as folders, under `out`, and says what was done."""
    loaded = [rulebook if isinstance(rulebook, Rulebook) else load_rulebook(rulebook) for rulebook in rulebooks]
    done = build(loaded, out, today or date.today())  # noqa: DTZ011 - the day where the operator sits
    names = ", ".join(rulebook.about.id for rulebook in loaded)
    return f"{out}: {names}; {done.written} files written, {done.same} unchanged, {done.removed} removed"


def build(rulebooks: Sequence[Rulebook], out: Path, today: date) -> Written:
    """The website as it is `today`: the same rulebooks give the same bytes until another edition comes into force."""
    return write(render(collect(rulebooks, today)), out)
