"""A commented document to begin with: every key that is needed, each with a word about it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from engine.load import Shelf, read_shelf
from engine.rulebook import BadRulebook, find_folder

TEMPLATES = Path(__file__).resolve().parent / "templates"
KINDS = ("rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right")
TO_FILL_IN = "…"
"""Stands where words belong; `check` says so as long as it is there."""


def new_document(policies: Path, book: str | None, kind: str, id_: str) -> tuple[str, Path]:
    """The text of a new document, and the file it belongs in."""
    if kind == "rulebook":
        fill = {"ID": id_, "LANG": "en", "TEXT": _text(("en",))}
        return _filled((TEMPLATES / "rulebook.yaml").read_text("utf-8"), fill), policies / id_ / "rulebook.yaml"
    folder = find_folder(book, policies)
    shelf, problems = read_shelf(folder)
    if shelf is None:
        raise BadRulebook(problems)
    languages = tuple(shelf.about.data["languages"])
    text = (TEMPLATES / f"{kind}.yaml").read_text("utf-8")
    text = text.replace("@HEADER\n", (TEMPLATES / "header.yaml").read_text("utf-8"))
    fill = {
        "KIND": kind,
        "ID": id_,
        "FROM": (date.today() + timedelta(days=30)).isoformat(),  # noqa: DTZ011  # the day where the author sits
        "LANG": languages[0],
        "TEXT": _text(languages),
        "SOURCE": _first(shelf, "source", "rows"),
        "MEASURE": _first(shelf, "measure", "count"),
        "RULE": _first(shelf, "rule", "unknown"),
    }
    return _filled(text, fill), folder / f"{kind}s" / id_ / "1.0.0.yaml"


def _filled(text: str, fill: dict[str, str]) -> str:
    for name, words in fill.items():
        text = text.replace(f"@{name}", words)
    return text


def _text(languages: tuple[str, ...]) -> str:
    """A text in every language of the rulebook, still to be filled in."""
    return "{" + ", ".join(f'{lang}: "{TO_FILL_IN}"' for lang in languages) + "}"


def _first(shelf: Shelf, kind: str, key: str) -> str:
    """The id of a policy with that key which the new one may refer to, or a name to put one's own in place of."""
    found = (d.data["id"] for d in shelf.policies if d.data["kind"] == kind and key in d.data)
    return next(found, f"a-{kind}")
