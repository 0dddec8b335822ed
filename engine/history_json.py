"""Versions and editions as plain JSON data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.load import Document
from engine.readings import prose
from engine.rulebook import Rulebook
from engine.versions import Issue, Status, Version


def history_json(rulebook: Rulebook, found: Sequence[Version], as_of: date, lang: str) -> dict[str, Any]:
    """The versions of a policy."""
    newest = found[0].document.data
    return {
        "rulebook": rulebook.about.id,
        "kind": newest["kind"],
        "id": newest["id"],
        "title": _say(rulebook, newest["title"], lang),
        "lang": lang,
        "as_of": as_of.isoformat(),
        "versions": [
            {
                "version": one.document.data["version"],
                "status": str(one.status),
                "from": one.from_.isoformat(),
                "until": _day(one.until),
                "next": one.next,
                "comments": _comments(one),
                "change": _change(rulebook, one.document, lang),
                "digest": one.document.digest,
            }
            for one in found
        ],
    }


def editions_json(rulebook: Rulebook, found: Sequence[Issue], known_at: date | None, lang: str) -> dict[str, Any]:
    """The editions of a rulebook."""
    return {
        "rulebook": rulebook.about.id,
        "lang": lang,
        "known_at": _day(known_at),
        "editions": [
            {
                "edition": one.from_.isoformat(),
                "until": _day(one.until),
                "digest": one.digest,
                "new": [_policy(each) | {"change": _change(rulebook, each, lang)} for each in one.new],
                "gone": [_policy(each) for each in one.gone],
            }
            for one in found
        ],
    }


def _policy(document: Document) -> dict[str, Any]:
    return {key: document.data[key] for key in ("kind", "id", "version")}


def _comments(version: Version) -> dict[str, Any] | None:
    """Only drafts are open for comment, or were."""
    if version.status is not Status.DRAFT:
        return None
    return {"open": version.open, "until": _day(version.comment_until)}


def _change(rulebook: Rulebook, document: Document, lang: str) -> dict[str, str]:
    change = document.data["change"]
    return {"kind": change["kind"], "why": _say(rulebook, change["why"], lang)}


def _say(rulebook: Rulebook, text: Any, lang: str) -> str:
    return prose.say(text, lang, rulebook.about.languages[0])[0]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
