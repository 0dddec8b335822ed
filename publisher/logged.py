"""The public log in words, the page on which receipts are checked, and the data that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from engine.deciding import deciding
from engine.editions import changes
from engine.ir import Edition
from engine.log.keys import is_demonstration
from engine.log.note import to_base64, written
from engine.log.promulgate import signing_key
from engine.log.statement import EditionStatement, KeyStatement, Promulgated, statement_bytes
from engine.log.store import CHECKPOINT, POLICY, Log, log_keys
from engine.log.verify import editions
from engine.readings.browser import edition_data
from engine.readings.prose.words import locale
from engine.receipts.stated import stated
from engine.rulebook import Rulebook, edition
from engine.structure import schema
from publisher import addresses
from publisher import pages as p
from publisher.heads import LOG_ON_A_PAGE as ON_A_PAGE
from publisher.library import Library, main_version
from publisher.simulator import script
from publisher.speech import Speaker, title

SCRIPTS = ("decide.js", "record.js", "receipt.js", "receipt-schema.js")
"""What checks a receipt, in the order in which it is loaded."""


def log_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.LogPage]:
    """The log and its parts; one page that says so where there is none."""
    log, rulebook = library.log, library.rulebook.about.id
    entries = () if log is None else tuple(reversed([*entries_of(speaker, library, log)]))
    parts = [entries[at : at + ON_A_PAGE] for at in range(0, len(entries), ON_A_PAGE)] or [()]
    paths = tuple(addresses.log_page(speaker.home, number) for number in range(1, len(parts) + 1))
    for number, part in enumerate(parts, 1):
        yield p.LogPage(
            path=PurePosixPath(paths[number - 1]),
            frame=frame,
            state=library.log_state,
            rulebook=rulebook,
            part=number,
            origin=log.checkpoint.origin if log else "",
            demonstration=log is not None and is_demonstration(log.checkpoint.origin),
            vkey=signing_key(log) if log else "",
            size=log.checkpoint.size if log else 0,
            root=to_base64(log.checkpoint.root) if log else "",
            signed=written(log.note) if log else "",
            checkpoint=addresses.log_file(rulebook, CHECKPOINT),
            policy=addresses.log_file(rulebook, POLICY),
            entries=part,
            parts=paths,
        )


def entries_of(speaker: Speaker, library: Library, log: Log) -> Iterator[p.LogEntry]:
    """Every entry in words."""
    agreed = {key.index for signs in ("log", "receipts") for key in log_keys(log.statements, signs) if key.agreed}
    for number, said in enumerate(log.statements):
        match said:
            case Promulgated():
                name, kind, id_ = named(speaker, library, said), said.kind, said.digest
                yield p.LogEntry(number, said.promulgated, kind, name, said.version, said.from_, id_, consent=True)
            case EditionStatement():
                nameless = p.Phrase("", speaker.lang)
                yield p.LogEntry(
                    number, said.promulgated, "edition", nameless, None, said.from_, said.digest, consent=True
                )
            case KeyStatement():
                signs = p.Phrase(said.signs, "en")
                yield p.LogEntry(
                    number, said.promulgated, "key", signs, None, None, said.vkey, consent=number in agreed
                )


def named(speaker: Speaker, library: Library, said: Promulgated) -> p.Link | p.Phrase:
    """A version by its title, with its permanent page if it has one; anything else by its id."""
    found = next((v for v in library.versions.get((said.kind, said.id), ()) if v.version == said.version), None)
    if found is None:
        return p.Phrase(said.id, "en")
    words = title(speaker, found.document.data["title"])
    if found.edition is None or main_version(library, (said.kind, said.id)) is None:
        return words
    return p.Link(words, addresses.version_page(speaker.home, said.kind, said.id, found.version))


def verify_page(speaker: Speaker, frame: p.Frame, library: Library) -> p.VerifyPage:
    """The page on which a receipt is checked."""
    rulebook = library.rulebook.about.id
    assets = tuple(f"assets/{name}" for name in SCRIPTS)
    return p.VerifyPage(
        PurePosixPath(addresses.verify_page(speaker.home)),
        frame,
        library.log_state,
        rulebook,
        (*assets, addresses.verify_data(rulebook, "log")),
        addresses.verify_data(rulebook, "*"),
        str(locale(speaker.lang)).replace("_", "-"),
    )


# ------------------------------------------------------------------------------------------------------------- the data


def held(rulebook: Rulebook, log: Log) -> list[Edition]:
    """The editions in the log that the policies at hand still make, each once."""
    book, logged = deciding(rulebook), editions(log)
    made = (edition(book, day) for day in changes(book.shelf.policies))
    return [*{each.digest: each for each in made if each is not None and each.digest in logged}.values()]


def verify_data(library: Library) -> Iterator[p.File]:
    """The log as one file that a page can load from a folder too, and each edition that receipts can be about."""
    log, about = library.log, library.rulebook.about
    if log is None:
        return
    kept = held(library.rulebook, log)
    data = {
        "checkpoint": written(log.note),
        "entries": [statement_bytes(said).decode() for said in log.statements],
        "languages": list(about.languages),
        "editions": [each.digest for each in kept],
    }
    yield p.File(PurePosixPath(addresses.verify_data(about.id, "log")), script("VerifyLog", data))
    for each in kept:
        for lang in about.languages:
            content = {"edition": edition_data(each, lang), "stated": stated(each, lang)}
            path = addresses.verify_data(about.id, f"{each.digest[:16]}-{lang}")
            yield p.File(PurePosixPath(path), script("VerifyEdition", content))


def receipt_schema() -> p.File:
    """What a receipt looks like, as the page needs it: without the words for people."""
    whole: dict[str, Any] = {"receipt.json": bare(schema("receipt")), "decision.json": {"properties": {}}}
    for name in ("reasons", "consequences", "no_score"):
        whole["decision.json"]["properties"][name] = bare(schema("decision")["properties"][name])
    return p.File(PurePosixPath("assets/receipt-schema.js"), script("ReceiptSchema", whole))


def bare(of: Any) -> Any:
    """A schema without titles and descriptions.

    >>> bare({"title": "A", "properties": {"title": {"type": "string", "description": "B"}}})
    {'properties': {'title': {'type': 'string'}}}
    """
    match of:
        case Mapping():
            told = {"title", "description", "$schema", "$id"}
            return {
                name: {key: bare(each) for key, each in part.items()} if name in {"properties", "$defs"} else bare(part)
                for name, part in of.items()
                if not (name in told and isinstance(part, str))
            }
        case list():
            return [bare(each) for each in of]
        case _:
            return of
