"""Why a file cannot be read, found by looking into it: what is said names a line, and never a value."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, TextIO, cast

from engine.admit import shown

MAGIC = b"PAR1"
LONGEST = 1 << 20
"""So many bytes are looked at in one go."""

OTHER_SIGNS = ";\t|"
"""What may stand between columns elsewhere."""


def odd_heading(file: Path) -> str | None:
    """What is wrong with the first line of a CSV file, as the end of a sentence about it."""
    try:
        with _opened(file) as text:
            names = next(csv.reader([text.readline(LONGEST)]), [])
    except (OSError, EOFError, ValueError, csv.Error):
        return None  # whoever reads on says why
    if not [name for name in names if name.strip()]:
        return "has no first line with the names of its columns"
    twice = [name for name, count in Counter(name.strip().casefold() for name in names).items() if count > 1]
    if twice:
        return f"has two columns `{shown(twice[0])}`"
    other = next((sign for sign in OTHER_SIGNS if sign in names[0]), None)
    if other is not None and len(names) == 1:
        return f"has {'tabs' if other == chr(9) else f'`{other}`'} between its columns, where CSV has commas"
    return None


def why_unreadable(file: Path, kind: str) -> str | None:
    """What is wrong with a file, as the end of a sentence about it; None if nothing is."""
    try:
        if file.stat().st_size == 0 and kind == "parquet":
            return "is empty"
        return {"parquet": _odd_parquet, "csv": _odd_csv}.get(kind, _odd_lines)(file)
    except EOFError:
        return "is broken off"
    except gzip.BadGzipFile:
        return "is not compressed with gzip"
    except OSError as error:
        return f"cannot be opened: {(error.strerror or 'it says no why').lower()}"


def _odd_parquet(file: Path) -> str | None:
    with file.open("rb") as data:
        if data.read(len(MAGIC)) != MAGIC:
            return "is not Parquet"
        data.seek(-len(MAGIC), 2)
        return None if data.read() == MAGIC else "is broken off"


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """A file as text, also a compressed one; a byte order mark is no part of it."""
    with _data(file) as data, TextIOWrapper(data, encoding="utf-8-sig", newline="") as text:
        yield text


def _data(file: Path) -> IO[bytes]:
    """What a file holds, also a compressed one."""
    return cast("IO[bytes]", gzip.open(file)) if file.name.lower().endswith(".gz") else file.open("rb")


def _not_text(file: Path) -> str | None:
    """Where a file is not the text it should be."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with _data(file) as data:
        while chunk := data.read(LONGEST):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n")
                return f"is not UTF-8 (line {line})"
            line += chunk.count(b"\n")
    return None


def _odd_csv(file: Path) -> str | None:
    odd = _not_text(file)
    if odd is not None:
        return odd
    with _opened(file) as text:
        rows = csv.reader(text, strict=True)
        try:
            width = len(next(rows, []))
            for row in rows:
                if row and len(row) != width:
                    return f"has in line {rows.line_num} not as many columns as in its first ({len(row)}, not {width})"
        except csv.Error:
            return f"has a quotation mark out of place (line {rows.line_num})"
    with _opened(file) as text:
        ends = {line[len(line.rstrip("\r\n")) :] for line in text} - {""}
    return "has lines that end in different ways" if len(ends) > 1 else None


def _odd_lines(file: Path) -> str | None:
    odd = _not_text(file)
    if odd is not None:
        return odd
    with _data(file) as data:
        if data.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            return "begins with a byte order mark, which JSON must not"
    with _opened(file) as text:
        for number, line in enumerate(text, 1):
            try:
                found = json.loads(line, object_pairs_hook=_once) if line.strip() else {}
            except _TwiceError:
                return f"has a name twice in one object (line {number})"
            except (ValueError, RecursionError):
                return f"is not JSON, one object a line (line {number})"
            if found is not None and not isinstance(found, dict):
                return f"has a line that is no object (line {number})"
    return None


class _TwiceError(Exception):
    """A name stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found
