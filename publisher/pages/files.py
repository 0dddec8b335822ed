"""How the engine works, how policies are written, and everything as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from publisher.pages.frame import Frame, Phrase


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """How decisions are worked out: what the engine does where a policy is silent."""

    path: PurePosixPath
    frame: Frame


@dataclass(frozen=True, slots=True)
class Download:
    """A policy as files."""

    kind: str
    title: Phrase
    version: str
    from_: date
    page: str
    yaml: str
    json: str
    digest: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """Everything as files."""

    path: PurePosixPath
    frame: Frame
    about: str
    """Where `rulebook.yaml` lies."""
    sums: str
    """Where the fingerprints of all JSON files lie."""
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class SchemaKey:
    """One key of a written form. `level` is how deep it lies."""

    name: str
    level: int
    required: bool
    help: str
    example: str


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
