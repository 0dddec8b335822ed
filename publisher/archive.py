"""A whole rulebook as one file: unpacked, it is a folder that the engine reads, with everything else beside it.

Nothing in it is compressed: a compressor of another year gives other bytes, and whoever has the policies must be able
to make this file again, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from engine.ir import Edition
from publisher import addresses
from publisher.library import Library
from publisher.pages import File
from publisher.render import environment
from publisher.schemas import KINDS, schema_file
from publisher.speech import Speaker, text
from publisher.words import SOURCE, spoken

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in it: the earliest there can be, because no clock is asked."""


def archived(library: Library, files: Iterable[File]) -> Iterator[File]:
    """The files of a rulebook, one after the other as they come, and last the archive that holds them all."""
    id_ = library.rulebook.about.id
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        put(archive, f"{id_}/README.txt", readme(library.shown))
        for file in files:
            put(archive, place(id_, file.path), file.content)
            yield file
        for kind in (*KINDS, "common"):
            put(archive, f"{id_}/schemas/{kind}.json", schema_file(kind).content)
        for name, content in records(library):
            put(archive, f"{id_}/{name}", content)
    yield File(PurePosixPath(addresses.archive_file(id_)), packed.getvalue())


def put(archive: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, LONG_AGO)
    entry.create_system = 3  # Unix, wherever it is made
    entry.external_attr = 0o100644 << 16
    archive.writestr(entry, content)


def place(id_: str, path: PurePosixPath) -> str:
    """Where a file of the website lies in the archive: what the engine reads where the engine looks for it.

    >>> place("demo", PurePosixPath("demo/data/rules/late/1.0.0.yaml"))
    'demo/rules/late/1.0.0.yaml'
    >>> place("demo", PurePosixPath("demo/data/rules/late/1.0.0.json"))
    'demo/data/rules/late/1.0.0.json'
    """
    return str(PurePosixPath(id_, *path.parts[2:])) if path.suffix == ".yaml" else str(path)


def records(library: Library) -> Iterator[tuple[str, bytes]]:
    """The example records and what is expected of them; a link that leads out of the rulebook is not followed."""
    folder = library.rulebook.shelf.root / library.rulebook.about.id
    for file in sorted(folder.glob("records/*.json")) + sorted(folder.glob("records/expected/*.json")):
        if file.resolve().is_relative_to(folder.resolve()) and file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def readme(edition: Edition) -> bytes:
    """What is what, in the rulebook's first language and in English."""
    languages = dict.fromkeys((edition.about.languages[0], SOURCE))
    return "\n\n".join(readme_in(edition, lang) for lang in languages).encode()


def readme_in(edition: Edition, lang: str) -> str:
    about = edition.about
    speaker = Speaker(edition, lang, addresses.home(about.id, lang), anchors=False)
    template = environment(spoken(lang)).get_template("readme.html")
    made = template.render(
        title=text(speaker, about.title).text, operator=text(speaker, about.operator).text, edition=edition
    )
    return plain(made)


def plain(html: str) -> str:
    r"""A page without pictures or links as plain text.

    >>> plain("<h1>A &amp; B</h1><p>See <code>c</code>.")
    'A & B\n\nSee c.\n'
    """
    blocks = re.findall(r"<(?:h1|p|li)>(.*?)(?=</?(?:h1|p|li|ul|ol)\b|$)", html, re.DOTALL)
    lines = [unescape(re.sub(r"<[^>]+>", "", block)) for block in blocks]
    return "\n\n".join(" ".join(line.split()) for line in lines) + "\n"
