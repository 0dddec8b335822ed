"""One run over the wide scorecard in a process of its own, with what it took: `python -m bench.once IN OUT`."""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

from bench import book, card
from engine.batch.run import Job, Summary, run


def main() -> None:
    edition = book.edition(card.documents())
    start = perf_counter()
    found = run(Job(edition, date(2026, 12, 15), "use", Path(sys.argv[1]), Path(sys.argv[2])))
    seconds = perf_counter() - start
    assert isinstance(found, Summary), found
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"decided": found.decided, "seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
