"""Policies as JSON-LD: each version as an act with its files (schema.org), and what it has done with data (DPV).

Nothing has to be fetched to read it: the context is in every file. What is named by an address is named absolutely
where the rulebook says where it is published, and from the file itself where it does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from posixpath import dirname
from typing import Any

from engine.ir import About, Edition
from engine.readings.prose.policies import find
from publisher import addresses
from publisher.dpv import PRACTICE, Name, Node, full, linked, practice
from publisher.library import Dated, Library, state_of, version_in
from publisher.pages import File

POLICY = "policy"
"""The part of a version's file that is the policy itself."""
RULEBOOK = "rulebook"
OPERATOR = "operator"

Iri = Callable[[str, str], str]
"""The IRI of a part of a file of the website; of the file itself where no part is named."""


def linked_files(library: Library) -> Iterator[File]:
    """A file for each version of each policy, and one for the edition shown with all its policies."""
    about = library.rulebook.about
    for (kind, id_), versions in library.versions.items():
        earlier: Dated | None = None
        for version in versions:
            path = addresses.data_file(about.id, kind, id_, version.version, "jsonld")
            yield File(PurePosixPath(path), text_of(act(library, (kind, id_), version, earlier, naming(about, path))))
            earlier = version
    path = addresses.edition_file(about.id)
    yield File(PurePosixPath(path), text_of({"@graph": graph(library, naming(about, path))}))


def naming(about: About, here: str) -> Iri:
    """How a file names others.

    >>> from types import SimpleNamespace as About
    >>> naming(About(address=None), "demo/data/rules/late/1.0.0.jsonld")("demo/data/edition.jsonld", "rulebook")
    '../../edition.jsonld#rulebook'
    >>> naming(About(address="https://example.org/"), "a/b.jsonld")("a/c.jsonld", "")
    'https://example.org/a/c.jsonld'
    """
    folder = dirname(here)

    def iri(path: str, part: str) -> str:
        mark = f"#{part}" if part else ""
        return f"{about.address}{path}{mark}" if about.address else addresses.relative(folder, path) + mark

    return iri


@cache
def context() -> str:
    return json.dumps(linked()["context"], separators=(",", ":"))


def text_of(node: Node) -> bytes:
    """A document in two lines: its context, and what it says."""
    body = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    return f'{{"@context":{context()},\n{body[1:]}\n'.encode()


# --------------------------------------------------------------------------------------------------------- versions


def act(library: Library, policy: tuple[str, str], version: Dated, earlier: Dated | None, iri: Iri) -> Node:
    """One version of a policy: an act in force for a time, its files, and what is done under it."""
    about, (kind, id_), written = library.rulebook.about, policy, version.document.data

    def file(of: Dated, ending: str, part: str = "") -> str:
        return iri(addresses.data_file(about.id, kind, id_, of.version, ending), part)

    shown = version_in(library.shown, *policy) == version.version
    return full(
        {
            "@id": file(version, "jsonld", POLICY),
            "@type": "schema:Legislation",
            "legislationIdentifier": f"{about.id}/{addresses.FOLDERS[kind]}/{id_}/{version.version}",
            "legislationType": kind,
            "name": written["title"],
            "abstract": written["summary"],
            "version": version.version,
            "inLanguage": list(about.languages),
            "isPartOf": iri(addresses.edition_file(about.id), RULEBOOK),
            "creativeWorkStatus": about.standing,
            "legislationDate": version.from_.isoformat(),
            "legislationDateVersion": version.from_.isoformat(),
            "temporalCoverage": f"{version.from_.isoformat()}/{version.until.isoformat() if version.until else '..'}",
            "legislationLegalForce": force(library, version.from_, version.until, ever=version.edition is not None),
            "legislationPassedBy": maker(about, iri),
            "legislationChanges": file(earlier, "jsonld", POLICY) if earlier else None,
            "isBasedOn": [authority(each) for each in authorities(written)],
            "encoding": encodings(about, version, file),
            "about": done(library.shown if shown else version.edition, policy, iri),
        }
    )


def done(edition: Edition | None, policy: tuple[str, str], iri: Iri) -> Node | None:
    """What is done under a policy of an edition; None if it was never in one."""
    node = find(edition, *policy) if edition else None
    return practice(edition, node, names(edition, iri)) if edition and node else None


def names(edition: Edition, iri: Iri) -> Name:
    """How policies of one edition name each other."""

    def name(kind: str, id_: str, part: str) -> str:
        found = find(edition, kind, id_)
        assert found is not None, "names were resolved when the edition was parsed"
        return iri(addresses.data_file(edition.about.id, kind, id_, found.head.version, "jsonld"), part)

    return name


def force(library: Library, from_: date, until: date | None, *, ever: bool = True) -> str | None:
    """Whether something is law on the day of the website; an example is not on any, and a repeal ends another."""
    if library.rulebook.about.standing == "illustration":
        return None
    return "schema:InForce" if ever and state_of(library.today, from_, until) == "now" else "schema:NotInForce"


def maker(about: About, iri: Iri) -> str | None:
    """Who made the rules: nobody says so but an operator who publishes them."""
    return operator(about, iri) if about.standing == "operator" else None


def operator(about: About, iri: Iri) -> str | None:
    """Who does what the rules are about; nobody does if they only show what a rulebook looks like."""
    return None if about.standing == "illustration" else iri(addresses.edition_file(about.id), OPERATOR)


def authorities(written: Any) -> list[Any]:
    found = written["authority"]
    return found if isinstance(found, list) else []


def authority(written: Any) -> Node:
    """An instrument, or the article of it, that a policy rests on."""
    whole = full({"@type": "schema:Legislation", "name": written["instrument"], "url": written.get("url")})
    dated = {"legislationDateVersion": written.get("as_of")}
    if "article" not in written:
        return full(whole | dated)
    article = {"@type": "schema:Legislation", "legislationIdentifier": str(written["article"]), "isPartOf": whole}
    return full(article | dated)


def encodings(about: About, version: Dated, file: Callable[[Dated, str], str]) -> list[Node]:
    """The policy as written and as canonical JSON; a text that is not the operator's own has no legal value."""
    value = None if about.standing == "operator" else "schema:UnofficialLegalValue"
    yaml = hashlib.sha256(version.document.text.encode()).hexdigest()
    return [
        full(
            {
                "@type": "schema:LegislationObject",
                "contentUrl": file(version, ending),
                "encodingFormat": f"application/{ending}",
                "sha256": digest,
                "legislationLegalValue": value,
            }
        )
        for ending, digest in (("yaml", yaml), ("json", version.document.digest))
    ]


# ------------------------------------------------------------------------------------------------------- the edition


def graph(library: Library, iri: Iri) -> list[Node]:
    """The edition shown: the rulebook, all that is done under it, and each of its policies."""
    about, edition = library.rulebook.about, library.shown
    here = addresses.edition_file(about.id)
    name = names(edition, iri)
    current = [
        (policy, versions, at)
        for policy, versions in library.versions.items()
        for at, version in enumerate(versions)
        if version.version == version_in(edition, *policy)
    ]
    who = {"@id": iri(here, OPERATOR), "@type": ["schema:Organization", "dpv:DataController"], "name": about.operator}
    rulebook = {
        "@id": iri(here, RULEBOOK),
        "@type": "schema:Legislation",
        "legislationIdentifier": about.id,
        "name": about.title,
        "abstract": about.summary,
        "inLanguage": list(about.languages),
        "creativeWorkStatus": about.standing,
        "legislationDate": library.first.isoformat(),
        "legislationDateVersion": edition.from_.isoformat(),
        "legislationLegalForce": force(library, edition.from_, library.until),
        "legislationPassedBy": maker(about, iri),
        "hasPart": [name(*policy, POLICY) for policy, _, _ in current],
        "about": iri(here, PRACTICE),
    }
    whole = {
        "@id": iri(here, PRACTICE),
        "@type": "dpv:Process",
        "identifier": edition.digest,
        "title": about.title,
        "hasDataController": operator(about, iri),
        "hasProcess": [name(*policy, PRACTICE) for policy, _, _ in current if policy[0] not in {"exclusion", "right"}],
        "hasProhibition": [name("exclusion", id_, PRACTICE) for id_ in edition.exclusions],
        "hasRight": [name("right", id_, PRACTICE) for id_ in edition.rights],
    }
    acts = [
        act(library, policy, versions[at], versions[at - 1] if at else None, iri) for policy, versions, at in current
    ]
    return [full(rulebook), full(whole), *([who] if operator(about, iri) else []), *acts]
