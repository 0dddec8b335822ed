"""Whether a website publishes what is in its log: each version as data, with the digest that was promulgated."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from engine.log.checked import Checked
from engine.log.promulgate import Name, versions
from engine.log.store import Log
from engine.log.tiles import Fetch
from engine.log.verify import listed

SUMS = "data/sha256.txt"
PART = re.compile(r"[a-z0-9][a-z0-9.-]*")
"""The log is somebody else's: what it names must not lead to other files."""


def published(log: Log, fetch: Fetch) -> Iterator[Checked]:
    """What holds of the versions beside a log; `fetch` gives the files of the rulebook's website."""
    if fetch(SUMS) is None:
        said = "the versions themselves are not beside the log, and were not compared with it"
        yield Checked("published", None, said)
        return
    logged = versions(log)
    other = [name for name, said in logged.items() if digest_of(name, fetch) != said.digest]
    if other:
        yield Checked("published", False, f"not published as they were promulgated: {listed(other)}")
    else:
        said = f"all {len(logged)} promulgated versions are on the website as they were promulgated"
        yield Checked("published", True, said)


def digest_of(name: Name, fetch: Fetch) -> str | None:
    """The digest of a version as it is published, or None if it is not."""
    kind, id_, version = name
    content = fetch(f"data/{kind}s/{id_}/{version}.json") if all(map(PART.fullmatch, name)) else None
    return None if content is None else hashlib.sha256(content).hexdigest()
