"""Rulebooks to pages: which pages there are, in which language, at which address."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import rfc8785
from rcssmin import cssmin

from engine.ir import About, Exclusion, Measure, Policy, Right, Rule, Score, Source, Use
from engine.load import Document
from engine.log.promulgated import folder_of
from engine.log.store import website_files
from engine.progress import Bar, silent
from engine.readings.prose import say
from engine.readings.prose.policies import find
from engine.rulebook import Rulebook
from publisher import addresses, policies
from publisher import pages as p
from publisher.about import about_pages
from publisher.archive import archived
from publisher.changing import change_pages
from publisher.comparing import compare_data, compare_pages
from publisher.edition_print import print_page
from publisher.feeds import feeds
from publisher.finding import find_pages
from publisher.flow import flow_pages
from publisher.framing import framed
from publisher.glossary import glossary_pages
from publisher.heads import exact, head_of, hidden_as_written, permanent
from publisher.history import history_pages
from publisher.jsonld import linked_files
from publisher.library import Dated, Library, changed_by, main_version, read_library, state_of, version_in
from publisher.locate import site_folder
from publisher.logged import log_pages, receipt_schema, verify_data, verify_page
from publisher.missing import missing_page
from publisher.noticed import noticed
from publisher.overview import comments, data_page, files_pages, home_page, list_page, rules_page, sources_page
from publisher.queries import query_files
from publisher.render import render
from publisher.rules import rule_page
from publisher.schemas import schema_pages
from publisher.shorten import shorten
from publisher.simulator import try_pages
from publisher.speech import Speaker, text, title
from publisher.steps import DRAFTS, steps_of
from publisher.studies import Studying, unstudied


def collect(
    rulebooks: Sequence[Rulebook],
    today: date,
    *,
    pdf: bool = False,
    only: Collection[str] | None = None,
    study: Studying = unstudied,
    bar: Bar = silent,
) -> Iterator[p.Page | p.File]:
    """Every page and file of the website; what is shown first of a rulebook is what is in force `today`.

    With `pdf` the pages lead to the editions for paper as PDF too, which somebody else makes. With `only`, of all
    rulebooks those with such an id. With `study`, what changes from edition to edition is proved and counted.
    """
    abouts = [rulebook.about for rulebook in rulebooks]
    yield root_page(abouts)
    yield missing_page(abouts)
    yield from assets()
    yield from schema_pages()
    yield receipt_schema()
    for rulebook in rulebooks:
        if only is not None and rulebook.about.id not in only:
            continue
        library = read_library(rulebook, today)
        library = replace(library, steps=steps_of(rulebook, study, bar))
        yield from archived(library, chain(files(rulebook), linked_files(library), papers(library)))
        yield from query_files(library)
        yield from compare_data(library)
        yield from verify_data(library)
        for lang in rulebook.about.languages:
            yield from rulebook_pages(library, lang, pdf=pdf)


def root_page(abouts: Sequence[About]) -> p.RootPage:
    def book(about: About) -> p.Book:
        original = about.languages[0]
        doors = tuple(
            (lang, say(about.title, lang, original)[0], addresses.home(about.id, lang) + "index.html")
            for lang in about.languages
        )
        title, summary = (p.Phrase(*say(words, "en", original)) for words in (about.title, about.summary))
        return p.Book(title, summary, doors, about.standing)

    return p.RootPage(PurePosixPath("index.html"), tuple(book(about) for about in abouts))


SHORTER: dict[str, Callable[[str], str]] = {".css": lru_cache(8)(cssmin), ".js": lru_cache(8)(shorten)}
"""What is sent without the comments and blanks that its writers need."""


def assets() -> Iterator[p.File]:
    for path in sorted((site_folder() / "assets").iterdir()):
        shorter = SHORTER.get(path.suffix)
        content = shorter(path.read_text("utf-8")).encode() if shorter else path.read_bytes()
        yield p.File(PurePosixPath("assets", path.name), content)


def files(rulebook: Rulebook) -> Iterator[p.File]:
    """The policies as written and as canonical JSON, whose SHA-256 is the fingerprint on their pages."""
    here = rulebook.about.id
    yield p.File(PurePosixPath(addresses.about_file(here)), rulebook.shelf.about.text.encode())
    for document in rulebook.shelf.policies:
        kind, id_, version = key(document)
        yaml, plain = (addresses.data_file(here, kind, id_, version, ending) for ending in ("yaml", "json"))
        yield p.File(PurePosixPath(yaml), document.text.encode())
        yield p.File(PurePosixPath(plain), canonical_json(document))
    yield p.File(PurePosixPath(addresses.sums_file(here)), sums(rulebook).encode())
    for document in rulebook.shelf.drafts:
        yield p.File(PurePosixPath(addresses.draft_file(here, *key(document))), document.text.encode())
    for path, content in website_files(folder_of(rulebook.shelf)).items():
        yield p.File(PurePosixPath(here, "log", path), content)


def sums(rulebook: Rulebook) -> str:
    """The fingerprint of every policy, in the form that ``sha256sum --check`` reads where the file lies."""
    here = rulebook.about.id
    folder = PurePosixPath(addresses.sums_file(here)).parent
    files = {addresses.data_file(here, *key(found), "json"): found.digest for found in rulebook.shelf.policies}
    return "".join(f"{digest}  {PurePosixPath(file).relative_to(folder)}\n" for file, digest in sorted(files.items()))


def canonical_json(document: Document) -> bytes:
    """The bytes whose SHA-256 is the digest of a policy (RFC 8785). The encoder in C writes the same nearly always."""
    data = canonical(document.data)
    quick = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return quick if hashlib.sha256(quick).hexdigest() == document.digest else rfc8785.dumps(data)


def canonical(data: Any) -> Any:
    """Plain data with decimals as strings, which is what the digest of a policy is taken of."""
    match data:
        case dict():
            return {name: canonical(value) for name, value in data.items()}
        case list():
            return [canonical(value) for value in data]
        case Decimal():
            short = f"{data:f}".rstrip("0").rstrip(".")
            return "0" if short in {"-0", ""} else short
        case _:
            return data


def key(document: Document) -> tuple[str, str, str]:
    return document.data["kind"], document.data["id"], document.data["version"]


def rulebook_pages(library: Library, lang: str, *, pdf: bool = False) -> Iterator[p.Page | p.File]:
    """Every page of one rulebook in one language."""
    about = library.rulebook.about
    speaker = Speaker(library.shown, lang, addresses.home(about.id, lang), anchors=True)
    frame = frame_of(speaker, library)
    yield home_page(speaker, frame, library)
    yield sources_page(speaker, frame, library)
    yield rules_page(speaker, frame, library)
    for kind in ("measure", "use", "exclusion", "right"):
        yield list_page(speaker, frame, kind, library)
    if library.shown.score is None:
        yield policies.score_page(speaker, frame, None, None, PurePosixPath(addresses.list_page(speaker.home, "score")))
    yield p.ReferencePage(PurePosixPath(speaker.home, "reference.html"), frame)
    yield data_page(speaker, frame, library, pdf=pdf)
    yield from files_pages(speaker, frame, library)
    yield from flow_pages(speaker, frame)
    yield from history_pages(speaker, frame, library)
    yield from change_pages(speaker, frame, library)
    yield from compare_pages(speaker, frame, library)
    yield from glossary_pages(speaker, frame)
    yield from about_pages(speaker, frame)
    for policy in library.versions:
        yield from policy_pages(speaker, frame, library, policy)
    for document in library.rulebook.shelf.drafts:
        yield draft_page(speaker, frame, library, document)
    yield from find_pages(speaker, frame, library)
    yield from try_pages(speaker, frame, library)
    yield from log_pages(speaker, frame, library)
    yield verify_page(speaker, frame, library)
    yield from feeds(speaker, frame, library)


def papers(library: Library) -> Iterator[p.File]:
    """The editions for paper as finished files: they can be read anywhere, and so they are in the archive too."""
    editions = (edition_on_paper(library, lang) for lang in library.rulebook.about.languages)
    return (p.File(path, content) for path, content in render(editions))


def edition_on_paper(library: Library, lang: str) -> p.PrintPage:
    """Every policy of the edition shown and every draft, as their own pages say them, in one file."""
    speaker = Speaker(library.shown, lang, addresses.home(library.rulebook.about.id, lang), anchors=True)
    frame = frame_of(speaker, library)
    shown = (
        policy_page(speaker, frame, library, policy, version)
        for policy, versions in library.versions.items()
        for version in versions
        if version.version == version_in(library.shown, *policy)
    )
    drafts = [
        replace(draft_page(speaker, frame, library, document), text=document.text)
        for document in library.rulebook.shelf.drafts
    ]
    return print_page(speaker, frame, library, shown, drafts)


def frame_of(speaker: Speaker, library: Library) -> p.Frame:
    return framed(speaker, library.until, state_of(library.today, speaker.edition.from_, library.until))


def policy_pages(speaker: Speaker, frame: p.Frame, library: Library, policy: tuple[str, str]) -> Iterator[p.Page]:
    """The main page of a policy and the permanent page of each version that was ever in force."""
    main = main_version(library, policy)
    for version in library.versions[policy]:
        if version.edition is None:
            continue
        shown = find(library.shown, *policy)
        here = shown is not None and shown.head.version == version.version
        voice = speaker if here else replace(speaker, edition=version.edition, anchors=False)
        page = policy_page(voice, frame, library, policy, version)
        if version is main and (policy[0] != "score" or here):
            yield page
        head = page.head
        assert head is not None
        yield replace(page, path=PurePosixPath(head.permanent), head=permanent(speaker, head))


PolicyPage = p.SourcePage | p.MeasurePage | p.RulePage | p.ScorePage | p.UsePage | p.ExclusionPage | p.RightPage


def policy_page(
    speaker: Speaker, frame: p.Frame, library: Library, policy: tuple[str, str], version: Dated
) -> PolicyPage:
    """The main page of a policy as it is in the edition that speaks."""
    node: Policy | None = find(speaker.edition, *policy)
    assert node is not None
    head = head_of(speaker, library, version, node)
    path = PurePosixPath(addresses.policy_page(speaker.home, *policy))
    match node:
        case Source():
            return policies.source_page(speaker, frame, head, node, path)
        case Measure():
            return policies.measure_page(speaker, frame, head, node, path)
        case Rule():
            return rule_page(speaker, frame, head, node, library.decided, path)
        case Score():
            return policies.score_page(speaker, frame, head, node, path)
        case Use():
            return policies.use_page(speaker, frame, head, node, path)
        case Exclusion():
            tried = library.tried.get(node.head.id) if speaker.edition is library.shown else None
            return policies.exclusion_page(speaker, frame, head, node, tried, path)
        case Right():
            return policies.right_page(speaker, frame, head, node, path)


def draft_page(speaker: Speaker, frame: p.Frame, library: Library, document: Document) -> p.DraftPage:
    kind, id_, version = key(document)
    written = document.data
    main = main_version(library, (kind, id_)) if (kind, id_) in library.versions else None
    current = addresses.policy_page(speaker.home, kind, id_)
    return p.DraftPage(
        PurePosixPath(addresses.draft_page(speaker.home, kind, id_, version)),
        frame,
        kind,
        id_,
        version,
        date.fromisoformat(written["in_force"]["from"]),
        comments(document, library.today),
        title(speaker, written["title"]),
        text(speaker, written["summary"]),
        written["change"]["kind"],
        text(speaker, written["change"]["why"]),
        tuple(hidden_as_written(speaker, part) for part in written.get("withheld", ())),
        noticed(speaker, library.problems.get(document.file, ())),
        p.Link(title(speaker, written["title"]), current) if main else None,
        (addresses.policy_change(speaker.home, kind, id_, version), addresses.change_page(speaker.home, DRAFTS))
        if changed_by(library, kind, id_, version)
        else None,
        exact(document.text),
        document.text.count("\n"),
        addresses.draft_file(library.rulebook.about.id, kind, id_, version),
    )
