"""How the engine works, how policies are written, everything as files, and the edition for paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from publisher.pages.frame import Frame, Phrase
from publisher.pages.policies import (
    DraftPage,
    ExclusionPage,
    MeasurePage,
    RightPage,
    RulePage,
    ScorePage,
    SourcePage,
    UsePage,
)


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """How decisions are worked out: what the engine does where a policy is silent."""

    path: PurePosixPath
    frame: Frame


@dataclass(frozen=True, slots=True)
class Download:
    """A version of a policy as files."""

    title: Phrase
    version: str
    from_: date
    page: str
    yaml: str
    json: str
    jsonld: str
    digest: str


@dataclass(frozen=True, slots=True)
class FilesPage:
    """Versions of the policies of one kind, as files."""

    path: PurePosixPath
    frame: Frame
    kind: str
    part: int
    parts: tuple[str, ...]
    """Where all parts lie."""
    versions: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class DataPage:
    """Everything as files."""

    path: PurePosixPath
    frame: Frame
    archive: str
    """Where the whole rulebook lies as a ZIP file."""
    papers: tuple[tuple[str, str, str | None], ...]
    """The edition for paper by language: where it lies, and where as PDF, if the website was made with those."""
    edition: str
    """Where the edition shown lies as JSON-LD."""
    queries: tuple[tuple[str, str], ...]
    """The databases for which the edition shown lies as SQL, and where."""
    about: str
    """Where `rulebook.yaml` lies."""
    sums: str
    """Where the fingerprints of all JSON files lie."""
    feed: str
    schemas: tuple[tuple[str, str], ...]
    """What each schema is of, and where it lies."""
    kinds: tuple[tuple[str, str, int], ...]
    """Each kind of policy, where its versions are listed, and how many there are."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The policies of one kind that are in force, as their pages say them."""

    kind: str
    policies: tuple[
        SourcePage | MeasurePage | RulePage | ScorePage | UsePage | ExclusionPage | RightPage,
        ...,
    ]


@dataclass(frozen=True, slots=True)
class PrintPage:
    """The edition in one file for paper: nothing outside of it is needed to read it."""

    path: PurePosixPath
    frame: Frame
    summary: Phrase
    description: Phrase | None
    chapters: tuple[Chapter, ...]
    drafts: tuple[DraftPage, ...]
    reference: ReferencePage
    """How decisions are worked out, as an annex."""
    style: str
    """The style sheet, which names the rulebook at the head of each sheet."""
    seal: str
    """The SHA-256 of the style sheet in Base64, by which the page lets in this style and no other."""


@dataclass(frozen=True, slots=True)
class SchemaKey:
    """One key of a written form. `level` is how deep it lies."""

    name: str
    level: int
    required: bool
    help: str
    example: str
    like: str
    """An earlier key that has the same keys inside it, so that they are not listed again; or nothing."""


@dataclass(frozen=True, slots=True)
class SchemaPage:
    """The written form of one kind of policy, as its JSON Schema says it; in English."""

    path: PurePosixPath
    kind: str
    kinds: tuple[tuple[str, str], ...]
    """All kinds and the files of their pages."""
    help: str
    keys: tuple[SchemaKey, ...]
    json: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an address of the service takes beside a body."""

    name: str
    required: bool
    help: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An address of the service with a method. `who` is what it needs, if not everybody may ask."""

    id: str
    method: str
    path: str
    help: str
    who: str
    parameters: tuple[Parameter, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ServicePage:
    """All addresses of the service; in English."""

    path: PurePosixPath
    kinds: tuple[tuple[str, str], ...]
    operations: tuple[Operation, ...]
    json: str
