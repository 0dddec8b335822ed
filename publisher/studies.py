"""What a step from one edition to another does to people, proved and counted once: the answers are kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import engine
from engine.decision import Refusal
from engine.evaluation import evaluate_under
from engine.impact.person import BadPopulation
from engine.impact.result import Impact
from engine.impact.synthetic import count_synthetic
from engine.ir import Edition
from engine.proofs import Claimed, claims
from publisher.plainly import from_plain, to_plain
from publisher.write import CannotWriteError, put

SECONDS = 5.0
"""For one question of the proof while a website is made."""

PEOPLE = 2_000
"""So many synthetic people are counted for a website."""

SEED = 1

MOST_CASES = 1_000
"""The rules of both editions have no more cases than this, or the step is neither proved nor counted for a website."""


@dataclass(frozen=True, slots=True)
class Study:
    """What was proved and counted of a step; None where it was not, or could not be."""

    claimed: Claimed | None = None
    impact: Impact | None = None


Studying = Callable[[Edition, Edition], Study]
"""From two editions to what the step from one to the other does to people."""


def unstudied(before: Edition, after: Edition) -> Study:  # noqa: ARG001 - one way of studying among others
    """Nothing is proved and nothing counted."""
    return Study()


def studied(before: Edition, after: Edition, seconds: float = SECONDS, people: int = PEOPLE) -> Study:
    """Proves and counts a step."""
    return Study(claims(before, after, seconds), counted(before, after, people))


def counted(before: Edition, after: Edition, people: int) -> Impact | None:
    """Synthetic people under both editions; None where a part is not published, or nothing is decided."""
    use = after.about.default_use or next(iter({**after.uses, **before.uses}), None)
    day = max(before.from_, after.from_)
    if use is None or before.score is None or after.score is None:
        return None
    for edition in (before, after):
        found = evaluate_under(edition, {"sources": {}}, as_of=day, use=use)
        if isinstance(found, Refusal) and any(one.code in ("withheld", "undeclared-use") for one in found.refusals):
            return None
    try:
        return count_synthetic(before, after, people, SEED, day, use)
    except BadPopulation:
        return None


# ------------------------------------------------------------------------------------------------------------- kept


def kept_in(folder: Path, *, anew: bool = True) -> Studying:
    """Studies steps whose answers do not lie in `folder` yet, and puts them there. If not `anew`, only reads."""

    def study(before: Edition, after: Edition) -> Study:
        if cases(before) + cases(after) > MOST_CASES:
            return Study()
        file = folder / f"{key(before, after)}.json"
        found = read(file, before, after)
        if found is None and anew:
            found = studied(before, after)
            keep(file, found)
        return found or Study()

    return study


def cases(edition: Edition) -> int:
    """How many cases the rules of an edition have."""
    return sum(len(rule.cases) for rule in edition.rules.values())


def key(before: Edition, after: Edition) -> str:
    """What the answers depend on: both editions, the questions, and the code that answers them."""
    parts = (before.digest, before.from_, after.digest, after.from_, SECONDS, PEOPLE, SEED, engine_digest())
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()


TELLING = {"prose", "check", "log", "receipts"}
"""Folders of code that no answer depends on."""


@cache
def engine_digest() -> str:
    """Of all code of the engine but what only checks and tells: another engine may find another person."""
    found = hashlib.sha256()
    root = Path(engine.__file__).parent
    files = (file for file in root.rglob("*.py") if not file.match("*_command.py") and file.name != "cli.py")
    for file in sorted(file for file in files if not TELLING & set(file.relative_to(root).parts)):
        found.update(f"{file.relative_to(root)}\n".encode())
        found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def read(file: Path, before: Edition, after: Edition) -> Study | None:
    """The answers in a file; None if there are none that can be read."""
    try:
        found = from_plain(json.loads(file.read_text("utf-8")), {"Study": Study})
    except (OSError, ValueError, LookupError, TypeError):
        return None
    if not isinstance(found, Study):
        return None
    return found if found.impact is None else replace(found, impact=replace(found.impact, old=before, new=after))


def keep(file: Path, found: Study) -> None:
    """Writes the answers; where nothing can be written, they are worked out again the next time."""
    try:
        put(str(file), json.dumps(to_plain(found), ensure_ascii=False, sort_keys=True).encode(), set())
    except CannotWriteError:
        return


def cache_folder() -> Path:
    """Where the platform keeps what can be worked out again."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = str(Path.home() / "Library" / "Caches")
    else:
        root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "openrulebook" / "steps"
