"""Which versions of a rulebook are in its log, with the same content: only these may decide about anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.load import Shelf
from engine.log.promulgate import versions
from engine.log.store import Log, in_folder, read_log


def folder_of(shelf: Shelf) -> Path:
    """Where the log of a rulebook is."""
    return (shelf.root / shelf.about.file).parent / "log"


def log_of(shelf: Shelf) -> Log | None:
    """The log of a rulebook, or None while nothing of it was promulgated; BadLogError if it does not fit together."""
    return read_log(in_folder(folder_of(shelf)))


def promulgated(shelf: Shelf, log: Log | None) -> dict[str, date]:
    """The files of the versions that were promulgated as they are now, and on which day."""
    logged = versions(log)
    found: dict[str, date] = {}
    for document in shelf.policies:
        said = logged.get((document.data["kind"], document.data["id"], document.data["version"]))
        if said is not None and said.digest == document.digest:
            found[document.file] = said.promulgated
    return found


def only_promulgated(shelf: Shelf, log: Log | None) -> Shelf:
    """A rulebook without what nobody could have read in its log."""
    public = promulgated(shelf, log)
    return replace(shelf, policies=tuple(each for each in shelf.policies if each.file in public))
