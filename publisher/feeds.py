"""What changed, as feeds: every version of every policy and every proposal in one, and one for each policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from engine.editions import begins, comment_until
from engine.load import Document
from publisher import addresses, atom
from publisher import pages as p
from publisher.library import Dated, Library, Policy, main_version
from publisher.speech import Speaker, text, title
from publisher.words import Words, day, read_words, sentence, spoken

MOST = 100
"""So many versions are in the feed of all changes; the older ones are in archives of as many each."""

CHANGES = {"new": "New", "amend": "Amended", "repeal": "Repealed", "correct": "Corrected"}
"""What a change is, in the words of the templates."""

HTML, FEED, YAML = "text/html", "application/atom+xml", "application/yaml"


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells of changes: a rulebook in one language, with the website's own words in that language."""

    speaker: Speaker
    frame: p.Frame
    library: Library
    words: Words


def feeds(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.File]:
    """All feeds of a rulebook in one language."""
    teller = Teller(speaker, frame, library, read_words(spoken(speaker.lang)))
    yield from changes_feeds(teller)
    for policy, versions in library.versions.items():
        if main_version(library, policy) is not None:
            yield policy_feed(teller, policy, versions)


def changes_feeds(teller: Teller, most: int = MOST) -> Iterator[p.File]:
    """The proposals and the newest changes, and archives of all that are older, which only grow in number.

    An archive is full, so it stays as it is; the feed itself has whatever is in no archive yet, and more.
    """
    home, library, frame = teller.speaker.home, teller.library, teller.frame
    found = [(policy, version) for policy, versions in library.versions.items() for version in versions]
    found.sort(key=lambda each: (told(library, each[1].document, each[1].from_), each[1].from_, *each[0]))
    full = len(found) // most if len(found) > most else 0
    history = f"{home}history.html"

    def feed(archive: int, entries: tuple[atom.Entry, ...]) -> p.File:
        path = addresses.changes_feed(home, archive)
        ways = [*around(teller, path, history, [addresses.changes_feed(other(teller, lang)) for lang in others(frame)])]
        before = archive - 1 if archive else full
        if before:
            ways.append(way(teller, "prev-archive", addresses.changes_feed(home, before), path, FEED))
        if 0 < archive < full:
            ways.append(way(teller, "next-archive", addresses.changes_feed(home, archive + 1), path, FEED))
        if archive:
            ways.append(way(teller, "current", addresses.changes_feed(home), path, FEED))
        said = p.Phrase(f"{frame.title.text} · {sentence(teller.words, 'Changes')}", frame.title.lang)
        name = named(library, frame.lang, "changes")
        made = atom.Feed(name, frame.lang, said, frame.operator, tuple(ways), entries, archive=bool(archive))
        return p.File(PurePosixPath(path), atom.write(made))

    here = addresses.changes_feed(home)
    news = [version_entry(teller, *each, here) for each in found[-most:]]
    news += [draft_entry(teller, document, here) for document in library.rulebook.shelf.drafts]
    news.sort(key=lambda entry: entry.day)
    yield feed(0, tuple(reversed(news)))
    for archive in range(1, full + 1):
        part = reversed(found[(archive - 1) * most : archive * most])
        yield feed(archive, tuple(version_entry(teller, *each, here) for each in part))


def policy_feed(teller: Teller, policy: Policy, versions: tuple[Dated, ...]) -> p.File:
    """Every version of a policy, the newest first."""
    home, frame = teller.speaker.home, teller.frame
    path = addresses.policy_feed(home, *policy)
    page = addresses.policy_page(home, *policy)
    main = main_version(teller.library, policy) or versions[-1]
    called = title(teller.speaker, main.document.data["title"])
    entries = [version_entry(teller, policy, version, path) for version in reversed(versions)]
    feed = atom.Feed(
        named(teller.library, frame.lang, *policy),
        frame.lang,
        p.Phrase(f"{called.text} · {frame.title.text}", called.lang),
        frame.operator,
        around(teller, path, page, [addresses.policy_feed(other(teller, lang), *policy) for lang in others(frame)]),
        tuple(sorted(entries, key=lambda entry: entry.day, reverse=True)),
    )
    return p.File(PurePosixPath(path), atom.write(feed))


def around(teller: Teller, path: str, page: str, feeds: list[str]) -> tuple[atom.Way, ...]:
    """Where a feed itself is, the page that tells the same, and the feed in the other languages."""
    frame = teller.frame
    itself = way(teller, "self", path, path, FEED)
    there = [way(teller, "alternate", feed, path, FEED, lang) for feed, lang in zip(feeds, others(frame), strict=True)]
    return itself, way(teller, "alternate", page, path, HTML, frame.lang), *there


def version_entry(teller: Teller, policy: Policy, version: Dated, feed: str) -> atom.Entry:
    """A version of a policy, which was, is or will be in force."""
    written, home, rulebook = version.document.data, teller.speaker.home, teller.library.rulebook.about.id
    pages = [addresses.version_page(home, *policy, version.version)] if version.edition else []
    file = addresses.data_file(rulebook, *policy, version.version, "yaml")
    name = named(teller.library, *policy, version.version)
    since = blank(teller, "In force from %(day)s", day=day(teller.words, version.from_))
    if version.until:
        both = {"day": day(teller.words, version.from_), "end": day(teller.words, version.until)}
        since = blank(teller, "In force from %(day)s to %(end)s", **both)
    day_told = told(teller.library, version.document, version.from_)
    return entry(teller, written, name, day_told, links(teller, pages, file, feed), (since,))


def draft_entry(teller: Teller, document: Document, feed: str) -> atom.Entry:
    """A proposal. Once it is adopted it is told of again, as a version.

    Until when it is open for comment is said, and not whether it still is: an entry does not change by itself.
    """
    written = document.data
    key = written["kind"], written["id"], written["version"]
    page = addresses.draft_page(teller.speaker.home, *key)
    file = addresses.draft_file(teller.library.rulebook.about.id, *key)
    start = date.fromisoformat(written["in_force"]["from"])
    closing = comment_until(document)
    said = [
        blank(teller, "Proposal" if closing else "Proposal, open for comment"),
        blank(teller, "Meant to be in force from %(day)s", day=day(teller.words, start)),
    ]
    if closing:
        said.append(blank(teller, "Comments until %(day)s", day=day(teller.words, closing)))
    name = named(teller.library, *key[:2], "drafts", key[2])
    day_told = told(teller.library, document, start)
    return entry(teller, written, name, day_told, links(teller, [page], file, feed), tuple(said))


def entry(
    teller: Teller,
    written: dict[str, Any],
    name: str,
    updated: date,
    ways: tuple[atom.Way, ...],
    said: tuple[p.Phrase, ...],
) -> atom.Entry:
    speaker, change = teller.speaker, written["change"]
    called = title(speaker, written["title"])
    version = blank(teller, "Version %(version)s", version=written["version"]).text
    proposed = [said[0].text] if len(said) > 1 else []
    return atom.Entry(
        name,
        p.Phrase(" · ".join([called.text, version, *proposed]), called.lang),
        updated,
        change["kind"],
        ways,
        (
            blank(teller, CHANGES[change["kind"]]),
            text(speaker, change["why"]),
            *said,
            text(speaker, written["summary"]),
        ),
    )


def links(teller: Teller, pages: list[str], file: str, feed: str) -> tuple[atom.Way, ...]:
    """To the page of a version, if it has one, and to the policy as written."""
    read = (way(teller, "alternate", page, feed, HTML, teller.frame.lang) for page in pages)
    return *read, way(teller, "alternate", file, feed, YAML)


def way(teller: Teller, rel: str, path: str, feed: str, type_: str, lang: str | None = None) -> atom.Way:
    """A link from a feed. Many readers forget where a feed came from: it is whole where the address is known."""
    address = teller.frame.address
    href = f"{address}{path}" if address else addresses.relative(folder(feed), path)
    return atom.Way(rel, href, type_, lang)


def folder(path: str) -> str:
    return path.rpartition("/")[0]


def others(frame: p.Frame) -> list[str]:
    return [lang for lang in frame.languages if lang != frame.lang]


def other(teller: Teller, lang: str) -> str:
    return addresses.home(teller.library.rulebook.about.id, lang)


def blank(teller: Teller, english: str, **values: str) -> p.Phrase:
    """A sentence of the website with its blanks filled."""
    return p.Phrase(sentence(teller.words, english) % values, teller.words.lang)


def told(library: Library, document: Document, start: date) -> date:
    """The day on which a version was published, as its public log has it, and never one to come.

    Of what is in no log nobody knows that day. Then it is the day from which it is in force; and if that is still to
    come, the day on which the edition of today began, or today before there is one.
    """
    known = library.published.get(document.file, start)
    if known <= library.today:
        return known
    return begins(library.rulebook.shelf.policies, library.today) or library.today


NAMED_SINCE = 2026
"""The year in every name. A year that came from the policies would change when an older policy is added."""


def named(library: Library, *parts: str) -> str:
    """A name for ever (RFC 4151), of the host that publishes the rulebook and of what is named.

    Without an address, a host that can never exist stands for it, and the name is still nobody else's.
    """
    about = library.rulebook.about
    where = urlsplit(about.address or f"https://{about.id}.invalid/")
    path = "/".join((*where.path.strip("/").split("/"), about.id, *parts)).lstrip("/")
    return f"tag:{where.hostname},{NAMED_SINCE}:{path}"
