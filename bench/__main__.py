"""Measures everything and writes docs/benchmarks.md: `make bench`, or `python -m bench [scorecard records …]`."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from bench import columns, growth, impact, loading, proof, records, scorecard, service, website

SECTIONS = {
    "columns": columns.section,
    "scorecard": scorecard.section,
    "records": records.section,
    "growth": growth.section,
    "loading": loading.section,
    "website": website.section,
    "proof": proof.section,
    "impact": impact.section,
    "service": service.section,
}
PEERS = ("datalogic-py", "common-expression-language", "zen-engine", "durable-rules", "polars", "openfisca-core")
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """All sections to the page, or the named ones to the screen."""
    named = sys.argv[1:]
    unknown = [name for name in named if name not in SECTIONS]
    if unknown:
        sys.exit(f"there is no section {unknown[0]}; there is: {', '.join(SECTIONS)}")
    texts = []
    for name in named or SECTIONS:
        print(f"measuring {name}", file=sys.stderr)
        texts.append(SECTIONS[name]())
    if named:
        print("\n".join(texts))
        return
    PAGE.write_text("\n".join([head(), *texts]), "utf-8")
    print(f"wrote {PAGE.relative_to(PAGE.parent.parent)}", file=sys.stderr)


def head() -> str:
    """What was measured on what."""
    against = ", ".join(f"{name} {version(name)}" for name in PEERS)
    python, system = platform.python_version(), platform.system()
    return f"""# Benchmarks

Measured by `make bench`, which writes this page; `python -m bench scorecard` prints one section
({", ".join(SECTIONS)}). The contenders take turns round after round and the medians
are shown. Read the ratios, because the times are those of one machine: {os.cpu_count()} cores shared with other work,
Python {python} on {system}.
Against {against}.
"""


if __name__ == "__main__":
    main()
