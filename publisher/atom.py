"""Feeds as Atom (RFC 4287), with archives (RFC 5005)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

from publisher.pages import Phrase

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, slots=True)
class Way:
    """A link of a feed or an entry."""

    rel: str
    href: str
    type: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change."""

    id: str
    title: Phrase
    day: date
    """The day on which it was told."""
    category: str
    links: tuple[Way, ...]
    lines: tuple[Phrase, ...]
    """What is told, a paragraph each."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Changes, the newest first; there is at least one."""

    id: str
    lang: str
    title: Phrase
    author: Phrase
    links: tuple[Way, ...]
    entries: tuple[Entry, ...]
    archive: bool = False
    """Whether it will not change any more."""


def write(feed: Feed) -> bytes:
    """The bytes of a feed."""
    archive = {"xmlns:fh": HISTORY} if feed.archive else {}
    root = ET.Element("feed", {"xmlns": ATOM, **archive, "xml:lang": feed.lang})
    ET.SubElement(root, "id").text = feed.id
    say(root, "title", feed.title, feed.lang)
    ET.SubElement(root, "updated").text = moment(max(entry.day for entry in feed.entries))
    say(ET.SubElement(root, "author"), "name", feed.author)
    if feed.archive:
        ET.SubElement(root, "fh:archive")
    for way in feed.links:
        link(root, way)
    for entry in feed.entries:
        add(root, entry, feed.lang)
    ET.indent(root, "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, "unicode")}\n'.encode()


def add(root: ET.Element, entry: Entry, lang: str) -> None:
    made = ET.SubElement(root, "entry")
    ET.SubElement(made, "id").text = entry.id
    say(made, "title", entry.title, lang)
    ET.SubElement(made, "updated").text = moment(entry.day)
    ET.SubElement(made, "category", {"term": entry.category})
    for way in entry.links:
        link(made, way)
    content = ET.SubElement(made, "content", {"type": "xhtml"})
    told = ET.SubElement(content, "div", {"xmlns": XHTML})
    for line in entry.lines:
        say(told, "p", line, lang)


def say(inside: ET.Element, name: str, phrase: Phrase, lang: str | None = None) -> None:
    """Words, with their language where it is another one; the name of a person is in none."""
    foreign = lang is not None and phrase.lang != lang
    ET.SubElement(inside, name, {"xml:lang": phrase.lang} if foreign else {}).text = phrase.text


def link(inside: ET.Element, way: Way) -> None:
    more = {"hreflang": way.lang} if way.lang else {}
    ET.SubElement(inside, "link", {"rel": way.rel, "type": way.type, "href": way.href} | more)


def moment(day: date) -> str:
    """The beginning of a day.

    >>> moment(date(2026, 3, 17))
    '2026-03-17T00:00:00Z'
    """
    return f"{day.isoformat()}T00:00:00Z"
