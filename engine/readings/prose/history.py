"""The versions of a policy and the editions of a rulebook, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from engine.ir import About
from engine.load import Document
from engine.readings.prose.sources import label
from engine.readings.prose.values import day
from engine.readings.prose.words import after, counted, phrase, say, sentence
from engine.versions import Issue, Status, Version

IN_FULL = 20
"""So many policies of an edition are named; more are counted by their kinds."""


def history(about: About, found: Sequence[Version], on: date, lang: str) -> Iterator[str]:
    """Every version: its number and what has become of it by a day, its days, and what it changed and why."""
    newest = found[0].document.data
    yield _named(about, newest, lang)
    yield phrase(lang, "history.as_of", date=day(on, lang))
    for one in found:
        yield ""
        yield phrase(lang, "history.version", version=one.document.data["version"], status=_status(one, lang))
        yield f"  {_days(one, lang)}"
        yield f"  {_changed(about, one.document.data, lang)}"


def editions(about: About, found: Sequence[Issue], lang: str) -> Iterator[str]:
    """Every edition: its days, its digest, and what begins and ends with it."""
    yield phrase(lang, "history.editions", title=say(about.title, lang, about.languages[0])[0])
    for one in found:
        yield ""
        yield phrase(lang, "history.edition", date=day(one.from_, lang))
        yield f"  {_between(one.from_, one.until, lang)}"
        key = "history.no_edition" if one.digest is None else "history.digest"
        yield f"  {phrase(lang, key, digest=one.digest or '')}"
        yield from _policies(about, "new", one.new, lang)
        yield from _policies(about, "gone", one.gone, lang)


def _policies(about: About, key: str, documents: Sequence[Document], lang: str) -> Iterator[str]:
    if not documents:
        return
    yield f"  {counted(lang, f'history.{key}', len(documents), n=str(len(documents)))}"
    if len(documents) > IN_FULL:
        kinds = [document.data["kind"] for document in documents]
        for kind in dict.fromkeys(kinds):
            named = sentence(label("kind", kind, lang))
            yield f"    {phrase(lang, 'show.pair', label=named, words=str(kinds.count(kind)))}"
        return
    for document in documents:
        named = _named(about, document.data, lang)
        yield f"    {phrase(lang, 'change.version', title=named, version=document.data['version'])}"
        if key == "new":
            yield f"      {_changed(about, document.data, lang)}"


def _named(about: About, data: Any, lang: str) -> str:
    title = say(data["title"], lang, about.languages[0])[0]
    return phrase(lang, "history.policy", title=title, kind=label("kind", data["kind"], lang), id=data["id"])


def _changed(about: About, data: Any, lang: str) -> str:
    why = say(data["change"]["why"], lang, about.languages[0])[0]
    kind = sentence(label("change", data["change"]["kind"], lang))
    return after(lang, phrase(lang, "show.pair", label=kind, words=why))


def _status(version: Version, lang: str) -> str:
    if version.status is not Status.DRAFT:
        return phrase(lang, f"history.status.{version.status}", next=version.next or "")
    if version.comment_until is None:
        return phrase(lang, "history.status.open")
    key = "open_until" if version.open else "closed"
    return phrase(lang, f"history.status.{key}", date=day(version.comment_until, lang))


def _days(version: Version, lang: str) -> str:
    if version.status is Status.DRAFT:
        return phrase(lang, "history.meant", date=day(version.from_, lang))
    if version.until is not None and version.until < version.from_:
        return phrase(lang, "history.never", date=day(version.from_, lang))
    if version.document.data["change"]["kind"] == "repeal":
        return phrase(lang, "history.none_from", date=day(version.from_, lang))
    return _between(version.from_, version.until, lang)


def _between(from_: Any, until: Any, lang: str) -> str:
    if until is None:
        return phrase(lang, "show.since", date=day(from_, lang))
    return phrase(lang, "show.between", date=day(from_, lang), end=day(until, lang))
