"""Rulebooks in, website out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path

from engine.rulebook import Rulebook, load_rulebook
from publisher.collect import collect
from publisher.render import render
from publisher.write import Written, write


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the rulebooks, and what happened to the files."""

    rulebooks: tuple[str, ...]
    out: Path
    written: Written


def publish(rulebooks: Sequence[Rulebook | Path], out: Path, today: Date | None = None) -> Published:
    """Builds the website of rulebooks, given loaded or as folders, under `out`.

    Its first pages show what is in force `today`; nothing else depends on the clock, so that the same
    rulebooks give the same bytes until an edition changes.
    """
    loaded = [rulebook if isinstance(rulebook, Rulebook) else load_rulebook(rulebook) for rulebook in rulebooks]
    day = today or datetime.now(UTC).date()
    written = write(render(collect(loaded, day)), out)
    return Published(tuple(rulebook.about.id for rulebook in loaded), out, written)
