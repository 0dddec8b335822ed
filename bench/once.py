"""One run over a population in a process of its own, with what it took: `python -m bench.once IN OUT [RULEBOOK]`.

Without a rulebook the population is that of the wide scorecard.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

from bench import book, card
from engine.batch.run import Job, Summary, run
from engine.rulebook import edition, load_rulebook

DAY = date(2026, 12, 15)


def once(source: Path, out: Path, *rulebook: str) -> dict[str, float]:
    """How many were decided, in how many seconds, and with how many megabytes at the most."""
    command = [sys.executable, "-m", "bench.once", str(source), str(out), *rulebook]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603  # our own
    return told


def main() -> None:
    source, out, *rulebook = sys.argv[1:]
    found = edition(load_rulebook(rulebook[0]), DAY) if rulebook else book.edition(card.documents())
    assert found is not None
    explain, use = ("none", found.about.default_use or "") if rulebook else ("points", "use")
    start = perf_counter()
    told = run(Job(found, DAY, use, Path(source), Path(out), explain))  # type: ignore[arg-type]  # one of two
    seconds = perf_counter() - start
    assert isinstance(told, Summary), told
    print(json.dumps({"decided": told.decided, "seconds": seconds, "megabytes": megabytes()}))


def megabytes() -> float:
    """The memory of this process at its peak; what `getrusage` says counts that of the process that began it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
