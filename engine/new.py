"""A commented document to begin with: every key that is needed, each with a word about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from engine.editions import in_force
from engine.letters import stranger
from engine.load import Document, read_shelf
from engine.parse.paper import TO_FILL_IN
from engine.rulebook import BadRulebook, find_folder

TEMPLATES = Path(__file__).resolve().parent / "templates"
KINDS = ("rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right")
LONGEST_ID = 80


def wrong_id(id_: str) -> str | None:
    """Why a word cannot be an id, or None if it can.

    >>> wrong_id("bills-paid-on-time") is None
    True
    >>> wrong_id("Bad Id")
    '`Bad Id` cannot be an id: write small letters, digits and single hyphens, like `bad-id`'
    """
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_):
        return None if len(id_) <= LONGEST_ID else f"an id has at most {LONGEST_ID} characters, and this has {len(id_)}"
    odd = stranger(id_)
    if odd is not None:
        return f"`{id_}` cannot be an id: it {odd}"
    near = re.sub(r"[^a-z0-9]+", "-", id_.lower()).strip("-0123456789") or "bills-paid-on-time"
    return f"`{id_}` cannot be an id: write small letters, digits and single hyphens, like `{near}`"


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
    start = date.today() + timedelta(days=30)  # noqa: DTZ011  # the day where the author sits
    there = in_force(shelf.policies, start)
    text = (TEMPLATES / f"{kind}.yaml").read_text("utf-8")
    text = text.replace("@HEADER\n", (TEMPLATES / "header.yaml").read_text("utf-8"))
    fill = {
        "KIND": kind,
        "ID": id_,
        "FROM": start.isoformat(),
        "LANG": languages[0],
        "TEXT": _text(languages),
        "SOURCE": _ids(there, "source", "rows")[0],
        "MEASURE": _ids(there, "measure", "count")[0],
        "RULES": ", ".join(_ids(there, "rule", "points")),
    }
    return _filled(text, fill), folder / f"{kind}s" / id_ / "1.0.0.yaml"


def _filled(text: str, fill: dict[str, str]) -> str:
    for name, words in fill.items():
        text = text.replace(f"@{name}", words)
    return re.sub(" {2,}#", "  #", text)  # a column of comments does not outlive texts in several languages


def _text(languages: tuple[str, ...]) -> str:
    """A text in every language of the rulebook, still to be filled in."""
    return "{" + ", ".join(f'{lang}: "{TO_FILL_IN}"' for lang in languages) + "}"


def _ids(documents: Sequence[Document], kind: str, key: str) -> list[str]:
    """The policies of a kind in which a key is used, for the new one to refer to; or a name to put one's own over."""
    data = [document.data for document in documents if document.data["kind"] == kind]
    return [each["id"] for each in data if _uses(each, key)] or [f"a-{kind}"]


def _uses(document: dict[str, Any], key: str) -> bool:
    """Whether a document has a key; a rule has `points` also by the bare number at the end of a table's row."""
    if key != "points":
        return key in document
    worths = [row[-1] for row in document.get("table", {}).get("rows", ())] + document.get("cases", [])
    return any(not isinstance(worth, dict) or "points" in worth for worth in worths)
