"""Measures the built website and says what is not as it should be: `python -m tests.quality [--short]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.quality import (
    barriers,
    contrast,
    keyboard,
    language,
    links,
    markup,
    paper,
    parity,
    readability,
    requests,
    strict,
    typography,
    weight,
)
from tests.quality.chromium import MissingToolError, chromium
from tests.quality.result import Result
from tests.quality.site import Site, read
from tests.website import publish_all

MOST_MISSES = 40
"""No more than this many misses of one check are printed."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("--short", action="store_true", help="each page in one width and theme, and not in all six")
    parser.add_argument("--site", type=Path, help="a published website to measure (default: one is published)")
    parser.add_argument("--only", nargs="+", metavar="CHECK", help="only these checks")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = read(asked.site or publish_all(Path(folder) / "site"))
        try:
            missed = sum(len(result.misses) for result in run(site, short=asked.short, only=asked.only))
        except MissingToolError as problem:
            sys.exit(str(problem))
    print(f"\n{missed} misses" if missed else "\nNothing is missed.")
    sys.exit(1 if missed else 0)


FILES: dict[str, Callable[[Site], Result]] = {
    "weight": weight.check,
    "links": links.check,
    "language": language.check,
    "typography": typography.check,
    "strict": strict.check,
    "contrast": contrast.check,
    "readability": lambda _: readability.check(),
    "markup": markup.check,
}
"""What is checked in the files."""

SHOWN = {"requests": requests, "parity": parity, "keyboard": keyboard, "paper": paper, "barriers": barriers}
"""What is checked in a browser."""


def run(site: Site, *, short: bool, only: list[str] | None) -> Iterator[Result]:
    """Each check in turn, printed as it is done."""
    for name, check in FILES.items():
        if not only or name in only:
            yield shown(name, lambda check=check: check(site))
    with chromium() as browser:
        for name, module in SHOWN.items():
            if not only or name in only:
                yield shown(name, lambda module=module: module.check(site, browser, short=short))


def shown(name: str, check: Callable[[], Result]) -> Result:
    start = time.perf_counter()
    result = check()
    show(name, result, time.perf_counter() - start)
    return result


def show(name: str, result: Result, seconds: float) -> None:
    print(f"\n{name} ({seconds:.1f} s): {f'{len(result.misses)} missed' if result.misses else 'passed'}")
    for figure in result.figures:
        print(f"  {figure.what:<52} {figure.found:<44} {figure.target}".rstrip())
    for miss in result.misses[:MOST_MISSES]:
        print(f"  MISSED {miss}")
    if len(result.misses) > MOST_MISSES:
        print(f"  MISSED and {len(result.misses) - MOST_MISSES} more")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
