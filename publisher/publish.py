"""Rulebooks in, website out."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

from engine.progress import Bar, silent
from engine.rulebook import Rulebook, load_rulebook
from publisher.collect import collect
from publisher.made_from import MadeFrom, days, digest_of, says_the_same
from publisher.pdf import printed
from publisher.render import render
from publisher.search import searchable
from publisher.sitemap import mapped
from publisher.studies import Studying, unstudied
from publisher.write import CannotWriteError, Written, last, list_of, write

SELDOM = 50_000
"""What a page is made of is forgotten with the page; so many new things are looked through at once for the rest."""


def publish(
    rulebooks: Iterable[Rulebook | Path],
    out: Path,
    today: date | None = None,
    bar: Bar = silent,
    browser: str | None = None,
    study: Studying = unstudied,
) -> str:
    """Builds the website of rulebooks, given loaded or as folders, under `out`, and says what was done.

    With a browser the editions for paper are printed as PDF too. With `study`, what changes from edition to edition is
    proved and counted.

    Where all are given as folders, and nothing has changed since the website was made, nothing is loaded.
    """
    given = list(rulebooks)
    if not given:
        raise CannotWriteError(out, "there is no rulebook, so nothing would be left of the website")
    day = today or date.today()  # noqa: DTZ011 - the day where the operator sits
    folders = [one for one in given if isinstance(one, Path)]
    ways = ("+pdf" if browser else "") + ("" if study is unstudied else "+proof")
    digest = digest_of(folders) + ways if len(folders) == len(given) else ""
    made = last(out) if digest else None
    if made and says_the_same(made, digest, day):
        return f"{out}: {', '.join(made['rulebooks'])}; nothing has changed"
    loaded = [
        one if isinstance(one, Rulebook) else load_rulebook(one) for one in bar("Reading rulebooks", given, len(given))
    ]
    names = tuple(rulebook.about.id for rulebook in loaded)
    since, until = days(loaded, day)
    made_from = MadeFrom(digest, since.isoformat(), until.isoformat(), names) if digest else None
    with left_alone():
        done = build(loaded, out, day, made_from, bar, browser, study)
    return f"{out}: {', '.join(names)}; {done.written} files written, {done.same} unchanged, {done.removed} removed"


@contextmanager
def left_alone() -> Iterator[None]:
    """What is loaded by now stays, and need not be looked through again and again for what could be forgotten."""
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(SELDOM, *often[1:])
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def build(
    rulebooks: Sequence[Rulebook],
    out: Path,
    today: date,
    made_from: MadeFrom | None = None,
    bar: Bar = silent,
    browser: str | None = None,
    study: Studying = unstudied,
) -> Written:
    """The website as it is `today`: the same rulebooks give the same bytes until another edition comes into force.

    What a browser prints is never the same bytes, so it is left alone while its page is.
    """
    collected = collect(rulebooks, today, pdf=browser is not None, study=study, bar=bar)
    pages = mapped(collected, [rulebook.about for rulebook in rulebooks], today)
    made = searchable(render(pages))
    given = printed(made, out, browser) if browser else made
    files = bar("Writing files", given, len(list_of(out)) or expected(rulebooks))
    return write(files, out, asdict(made_from) if made_from else None)


def build_again(
    rulebooks: Sequence[Rulebook], out: Path, today: date, only: Collection[str], study: Studying = unstudied
) -> Written:
    """Some of the rulebooks of a website once more, after an edit. The sitemap waits for the whole website."""
    return write(searchable(render(collect(rulebooks, today, only=only, study=study))), out, only=only)


def expected(rulebooks: Iterable[Rulebook]) -> int:
    """About how many files there will be: for each version two to download and a page in each language."""
    return sum(len(rulebook.shelf.policies) * (2 + len(rulebook.about.languages)) for rulebook in rulebooks)
