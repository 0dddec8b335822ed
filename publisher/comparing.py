"""Comparing any two versions of a policy in the browser: the page, and the versions as its data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from engine.ir import Text
from engine.load import Document
from publisher import addresses
from publisher import pages as p
from publisher.library import Library, changed_by
from publisher.speech import Speaker, title

Policy = tuple[str, str]
"""A kind and an id."""


def compare_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.ComparePage]:
    """A page for each policy of which there are several versions, drafts included."""
    for policy, documents in several(library):
        yield p.ComparePage(
            PurePosixPath(addresses.compare_page(speaker.home, *policy)),
            frame,
            policy[0],
            title(speaker, documents[-1].data["title"]),
            addresses.versions_file(library.rulebook.about.id, *policy),
            tuple(line(speaker, library, policy, document) for document in documents),
        )


def line(speaker: Speaker, library: Library, policy: Policy, document: Document) -> p.ComparedVersion:
    version, rulebook = document.data["version"], library.rulebook.about.id
    draft = document in library.rulebook.shelf.drafts
    return p.ComparedVersion(
        version,
        date.fromisoformat(document.data["in_force"]["from"]),
        draft,
        addresses.policy_change(speaker.home, *policy, version) if changed_by(library, *policy, version) else None,
        addresses.draft_file(rulebook, *policy, version)
        if draft
        else addresses.data_file(rulebook, *policy, version, "yaml"),
    )


def several(library: Library) -> Iterator[tuple[Policy, list[Document]]]:
    """The policies of which there are several versions, with all of them, the oldest first and drafts last."""
    found = {policy: [one.document for one in versions] for policy, versions in library.versions.items()}
    for document in library.rulebook.shelf.drafts:
        found.setdefault((document.data["kind"], document.data["id"]), []).append(document)
    return ((policy, documents) for policy, documents in found.items() if len(documents) > 1)


def compare_data(library: Library) -> Iterator[p.File]:
    """The versions of each such policy, for all languages."""
    about = library.rulebook.about
    for policy, documents in several(library):
        versions = [
            {"version": one.data["version"], "yaml": one.text, "texts": dict(texts(one.data, about.languages))}
            for one in documents
        ]
        content = f"const versions={json.dumps(versions, separators=(',', ':'))};\n"
        yield p.File(PurePosixPath(addresses.versions_file(about.id, *policy)), content.encode())


def texts(data: Any, languages: tuple[str, ...], place: str = "") -> Iterator[tuple[str, Text]]:
    """The texts of a policy by place; which is named as it is written.

    >>> list(texts({"title": {"en": "Late", "de": "Spät"}, "cases": [{"text": {"en": "x"}}]}, ("en", "de")))
    [('title', {'en': 'Late', 'de': 'Spät'}), ('cases 1 text', {'en': 'x'})]
    """
    if isinstance(data, dict):
        if data and all(name in languages and isinstance(said, str) for name, said in data.items()):
            yield place, data
            return
        for name, part in data.items():
            if name != "translation_of":  # by language too, but versions
                yield from texts(part, languages, f"{place} {name}".strip())
    elif isinstance(data, list):
        for number, part in enumerate(data, 1):
            yield from texts(part, languages, f"{place} {number}")
