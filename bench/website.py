"""Publishing: how many pages a second, how that grows, what it keeps in memory, and publishing again unchanged.

`python -m bench.website POLICIES VERSIONS LANGUAGES [0]` makes and publishes one rulebook and prints what it took.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from bench import large
from bench.timing import table

DAY = date(2026, 12, 15)
SIZES = ((200, 1, 1), (200, 5, 2), (1000, 1, 1), (1000, 5, 2))
MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, so that it is not the disk that is measured
PAPER = "print.html"
"""A download of hundreds of pages, which is none of them."""
COMMAND = "from publisher.command import main; main()"


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of the processor, by the clock where it says so, and megabytes at the most."""

    pages: int
    files: int
    start: float
    """To start Python and import everything."""
    load: float
    """To read and check all policies and put together their editions."""
    build: float
    """Everything from collecting to the written files."""
    alone: float | None
    """As much as the pages take without feeds, downloads, archive, the edition for paper and what the search needs."""
    again: float
    """By the clock, for a new process when nothing has changed."""
    loaded: float
    most: float


def publish(policies: int, versions: int, languages: int, *, alone: bool = True) -> Took:
    """What it takes to publish a rulebook of such a size, measured in a process of its own."""
    size = [str(number) for number in (policies, versions, languages, int(alone))]
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "bench.website", *size], capture_output=True, text=True, check=True
    )
    return Took(**json.loads(done.stdout))


def measure(policies: int, versions: int, languages: int, alone: int = 1) -> Took:
    """As `publish`, in this process, which must be new."""
    from engine.editions import changes  # noqa: PLC0415 - the time to import it is measured
    from engine.rulebook import edition, load_rulebook  # noqa: PLC0415
    from publisher.publish import publish as run  # noqa: PLC0415

    start = process_time()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        shelf, site = Path(folder) / "policies", Path(folder) / "site"
        book = large.write(shelf, policies, versions, languages)
        before = process_time()
        rulebook = load_rulebook(book)
        for day in changes(rulebook.shelf.policies):
            assert edition(rulebook, day) is not None
        load, loaded = process_time() - before, megabytes()
        before = process_time()
        run([book], site, DAY)
        build, most = process_time() - before, megabytes()
        again = unchanged(shelf, site)
        files = sum(file.is_file() for file in site.rglob("*"))
        pages = sum(file.name != PAPER for file in site.rglob("*.html"))
        found = pages_alone(book, Path(folder) / "alone") if alone else None
        assert found is None or found[0] == pages
    return Took(pages, files, start, load, build, found and found[1], again, loaded, most)


def unchanged(policies: Path, site: Path) -> float:
    """The seconds of a whole process that finds nothing to do."""
    command = [sys.executable, "-c", COMMAND, "--policies", str(policies), "publish", "--out", str(site)]
    for _ in range(2):  # the first one may find that the day has changed
        clock = perf_counter()
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
        took = perf_counter() - clock
    assert "nothing has changed" in said, said
    return took


def pages_alone(book: Path, site: Path) -> tuple[int, float]:
    """How many pages there are, and the seconds to collect, render and write them."""
    from engine.rulebook import load_rulebook  # noqa: PLC0415
    from publisher.collect import collect  # noqa: PLC0415
    from publisher.publish import left_alone  # noqa: PLC0415
    from publisher.render import render  # noqa: PLC0415
    from publisher.write import File, write  # noqa: PLC0415

    others: list[float] = []
    written = 0

    def pages() -> Iterator[File]:
        nonlocal written
        files = render(collect([load_rulebook(book)], DAY))
        while True:
            before = process_time()
            found = next(files, None)
            if found is None:
                return
            if found[0].suffix == ".html" and found[0].name != PAPER:
                written += 1
                yield found
            else:
                others.append(process_time() - before)

    with left_alone():
        before = process_time()
        write(pages(), site)
        took = process_time() - before
    return written, took - sum(others)


def megabytes() -> float:
    """The most that this process had in memory; what `getrusage` says begins with the process that started it."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = dict(line.split(":") for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def section() -> str:
    """A line for each size."""
    found = {size: publish(*size) for size in SIZES}
    head = [
        "policies × versions × languages",
        "pages",
        "files",
        "pages/s",
        "all/s",
        "process/s",
        "again",
        "MB",
        "more MB",
    ]
    lines = [
        [
            f"{policies:,} × {versions} × {languages}",
            f"{one.pages:,}",
            f"{one.files:,}",
            f"{one.pages / (one.alone or 1):,.0f}",
            f"{one.files / one.build:,.0f}",
            f"{one.files / (one.start + one.load + one.build):,.0f}",
            f"{one.again:.1f} s",
            f"{one.loaded:.0f}",
            f"{one.most - one.loaded:.0f}",
        ]
        for (policies, versions, languages), one in found.items()
    ]
    small, big = found[200, 5, 2], found[1000, 5, 2]
    return f"""## Publishing

A rulebook of sources, measures, rules with ten rows, a score and a use, published with everything that belongs to it.
*pages/s*: pages of about 10 KB for each second of the processor, collected, rendered and written to memory; *all/s*:
files of every kind, with feeds, downloads, archive, search and the edition for paper; *process/s*: the same with
starting Python, and reading and checking all policies. *again*: the whole process by the clock when nothing has
changed. *MB*: what is loaded; *more MB*: what publishing adds to it at the most.

{table(head, lines)}

1,000 policies in five versions take {big.build / small.build:.1f} times what 200 take.
"""


if __name__ == "__main__":
    print(json.dumps(asdict(measure(*(int(number) for number in sys.argv[1:])))))
