"""Languages in which the engine has no phrases of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.ir import About
from engine.load import Document
from engine.problem import Grade, Problem

WORDS = Path(__file__).resolve().parents[1] / "words"


def languages(about: About, document: Document) -> Iterator[Problem]:
    """Each language of a rulebook whose conditions and reasons would be put in English words."""
    for index, tag in enumerate(about.languages):
        if not (WORDS / f"{tag}.yaml").is_file():
            yield Problem(
                "no-phrases",
                f"there are no phrases in `{tag}`: conditions and reasons are shown in English",
                document.places.get(("languages", index), about.where),
                help=f"write `engine/words/{tag}.yaml`, with the keys of `engine/words/en.yaml`",
                grade=Grade.INCOMPLETE,
            )
