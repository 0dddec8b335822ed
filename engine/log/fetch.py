"""The files of a log from a website or a folder: `PLACE` on the command line."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

from engine.log.store import CHECKPOINT, BadLogError, in_folder
from engine.log.tiles import Fetch

MOST_BYTES = 20_000_000
SECONDS = 20


def files_at(place: str, rulebook: str = "") -> Fetch:
    """The log at a place: a log's own folder, one that holds it, or a website as a folder or an address.

    Where a website has several rulebooks, it is that of the one that is named.
    """
    return files_of(log_at(place, rulebook))


def log_at(place: str, rulebook: str = "") -> str:
    """The folder or the address of the log at a place; BadLogError when there is none."""
    base = place.rstrip("/") if is_address(place) else str(Path(place).absolute())
    inside = [base, f"{base}/log", *([f"{base}/{rulebook}/log"] if rulebook else [])]
    if not is_address(place):
        found = next((each for each in inside if (Path(each) / CHECKPOINT).is_file()), None)
        several = sorted(Path(place).glob(f"*/log/{CHECKPOINT}"))
        if found is None and several:
            raise BadLogError(f"`{place}` holds several: name one, like `{several[0].parent.parent}`")
    elif base.endswith("/log"):
        found = base
    else:
        found = next((each for each in reversed(inside[1:]) if files_of(each)(CHECKPOINT) is not None), None)
    if found is None:
        one = ": name the website of one rulebook" if is_address(place) and not rulebook else ""
        raise BadLogError(f"there is no log at `{place}`{one}")
    return found


def is_address(place: str) -> bool:
    """Whether a place is an address, and not a folder here."""
    return place.startswith(("https://", "http://"))


def files_of(place: str) -> Fetch:
    """The files under a folder or an address."""
    return _from_address(place) if is_address(place) else in_folder(Path(place))


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
