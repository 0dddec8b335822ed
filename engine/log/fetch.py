"""The files of a log from a website or a folder: `PLACE` on the command line."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from engine.log.store import CHECKPOINT, BadLogError, in_folder
from engine.log.tiles import Fetch

MOST_BYTES = 20_000_000
SECONDS = 20


def files_at(place: str, rulebook: str) -> Fetch:
    """The log at a place: a log's own folder, one that holds it, the website of a rulebook, or its address."""
    if place.startswith(("https://", "http://")):
        base = place.rstrip("/")
        return _from_address(base if base.endswith("/log") else f"{base}/{rulebook}/log")
    for folder in (Path(place), Path(place) / "log", Path(place) / rulebook / "log"):
        if (folder / CHECKPOINT).is_file():
            return in_folder(folder)
    raise BadLogError(f"there is no log in `{place}`")


def _from_address(base: str) -> Fetch:
    def fetch(path: str) -> bytes | None:
        try:
            with urllib.request.urlopen(f"{base}/{path}", timeout=SECONDS) as answer:  # noqa: S310  # http and https only
                content: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            if error.code in {404, 410}:
                return None
            raise BadLogError(f"`{base}/{path}` cannot be read: {error.code}") from None
        except (urllib.error.URLError, OSError) as error:
            raise BadLogError(f"`{base}/{path}` cannot be read: {getattr(error, 'reason', error)}") from None
        if len(content) > MOST_BYTES:
            raise BadLogError(f"`{base}/{path}` is too large")
        return content

    return fetch
