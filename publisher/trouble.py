"""What is shown while there is no website to show, because something in it is wrong: every problem, with its line."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jinja2 import TemplateSyntaxError

from engine.problem import Problem, Where
from engine.rulebook import BadRulebook
from engine.show import Excerpt, excerpt, visible
from publisher.locate import site_folder
from publisher.render import environment


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, with the words that are meant; None where they cannot be shown."""

    where: str
    line: int
    words: Excerpt | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem as a page shows it."""

    sentence: str
    place: Place | None
    help: str | None
    also: tuple[tuple[Place, str], ...]


@dataclass(frozen=True, slots=True)
class TroublePage:
    """What is wrong, in the order in which it was found. It may be shown at any address."""

    path: PurePosixPath
    wrong: tuple[Wrong, ...]


def trouble_page(problems: Sequence[Problem], texts: Mapping[str, str]) -> str:
    """The problems as a page that can be shown at any address of the site."""
    page = TroublePage(PurePosixPath("trouble.html"), tuple(wrong(problem, texts) for problem in problems))
    return environment("en").made("trouble.html", page, "/{}".format)


def wrong(problem: Problem, texts: Mapping[str, str]) -> Wrong:
    return Wrong(
        visible(problem.sentence),
        place(problem.where, texts) if problem.where else None,
        visible(problem.help) if problem.help else None,
        tuple((place(where, texts), visible(note)) for where, note in problem.also),
    )


def place(where: Where, texts: Mapping[str, str]) -> Place:
    return Place(visible(str(where)), where.line, excerpt(where, texts.get(where.file, "")))


def mistaken(error: Exception) -> BadRulebook:
    """What is wrong with a template, or with the words of the website, as a problem with its place."""
    found = max(places(error), default=None, key=lambda each: each[0])
    sentence = f"the website cannot be made: {str(error) or type(error).__name__}"
    help_ = "where the website is served from, the terminal says more"
    if found is None:
        return BadRulebook([Problem("not-made", sentence, help=help_)])
    _, file, line = found
    name = f"site/{file.relative_to(site_folder()).as_posix()}"
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    lines = text.splitlines()[line - 1 : line] or [""]
    start = len(lines[0]) - len(lines[0].lstrip())
    where = Where(name, line, start + 1, max(1, len(lines[0].strip())))
    return BadRulebook([Problem("not-made", sentence, where, help=help_)], {name: text})


def places(error: Exception) -> Iterator[tuple[int, Path, int]]:
    """The files of the website that an error came through: how deep, which file, which line."""
    if isinstance(error, TemplateSyntaxError) and error.filename:
        yield 10**6, Path(error.filename), error.lineno
    for depth, frame in enumerate(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(site_folder() / "templates"):
            yield depth, Path(frame.filename), frame.lineno or 1
