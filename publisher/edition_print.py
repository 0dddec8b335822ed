"""The edition in one file for paper: what is in it, and the style sheet it brings along."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import PurePosixPath

from rcssmin import cssmin

from publisher import addresses
from publisher import pages as p
from publisher.library import Library
from publisher.locate import site_folder
from publisher.pages.files import Chapter
from publisher.speech import Speaker, maybe, text
from publisher.words import day, read_words, spoken

PolicyPage = p.SourcePage | p.MeasurePage | p.RulePage | p.ScorePage | p.UsePage | p.ExclusionPage | p.RightPage


def print_page(
    speaker: Speaker,
    frame: p.Frame,
    library: Library,
    policies: Iterable[PolicyPage],
    drafts: Sequence[p.DraftPage],
) -> p.PrintPage:
    """The edition shown, from the pages of its policies."""
    about = library.rulebook.about
    by_kind: dict[str, list[PolicyPage]] = {kind: [] for kind in addresses.FOLDERS}
    for page in policies:
        assert page.head is not None, "a policy says something of itself"
        by_kind[page.head.kind].append(page)
    style = sheet() + running(frame)
    return p.PrintPage(
        PurePosixPath(addresses.print_page(speaker.home)),
        frame,
        text(speaker, about.summary),
        maybe(speaker, about.description),
        tuple(Chapter(kind, tuple(found)) for kind, found in by_kind.items() if found),
        tuple(drafts),
        p.ReferencePage(PurePosixPath(speaker.home, "reference.html"), frame),
        style,
        seal(style),
    )


@cache
def sheet() -> str:
    return str(cssmin((site_folder() / "print.css").read_text("utf-8")))


def running(frame: p.Frame) -> str:
    """The rulebook's name and the day of its edition at the head of each sheet."""
    words = read_words(spoken(frame.lang))
    left, right = quoted(frame.title.text), quoted(day(words, frame.edition_from))
    return f"@page{{@top-left{{content:{left}}}@top-right{{content:{right}}}}}"


def quoted(words: str) -> str:
    r"""Any words as a string of a style sheet: what is not a letter or a digit is given by its number.

    >>> quoted('a</style>"'), quoted("公平")
    ('"a\\3c \\2f style\\3e \\22 "', '"公平"')
    """
    return '"' + "".join(each if each.isalnum() else f"\\{ord(each):x} " for each in words) + '"'


def seal(style: str) -> str:
    return b64encode(hashlib.sha256(style.encode()).digest()).decode()
