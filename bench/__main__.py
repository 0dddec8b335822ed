"""Measures and writes docs/benchmarks.md: `make bench`, or `make bench ARGS="columns …"` for these sections only."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

from bench import columns, growth, impact, loading, proof, records, scorecard, service, website

SECTIONS = {
    "scorecard": scorecard.section,
    "records": records.section,
    "growth": growth.section,
    "loading": loading.section,
    "website": website.section,
    "proof": proof.section,
    "impact": impact.section,
    "columns": columns.section,
    "service": service.section,
}
PEERS = ("datalogic-py", "common-expression-language", "zen-engine", "durable-rules", "polars", "openfisca-core")
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
MARK = re.compile(r"^<!-- (\w+) -->\n", re.MULTILINE)
"""What stands on the page before each section."""


def main() -> None:
    """Each section goes onto the page as soon as it is measured; those that are not measured stay as they are."""
    named = sys.argv[1:]
    unknown = [name for name in named if name not in SECTIONS]
    if unknown:
        sys.exit(f"there is no section {unknown[0]}; there is: {', '.join(SECTIONS)}")
    for name in named or SECTIONS:
        print(f"measuring {name}", file=sys.stderr)
        put(name, SECTIONS[name]())


def put(name: str, text: str) -> None:
    """Writes a section onto the page."""
    _, *parts = MARK.split(PAGE.read_text("utf-8"))
    before = dict(zip(parts[::2], parts[1::2], strict=True))
    texts = before | {name: text}
    found = "\n".join(f"<!-- {each} -->\n{texts[each].strip()}\n" for each in SECTIONS if each in texts)
    new = PAGE.with_suffix(".new")
    new.write_text(f"{head()}\n{found}", "utf-8")
    new.replace(PAGE)


def head() -> str:
    """What was measured on what."""
    against = ", ".join(f"{name} {version(name)}" for name in PEERS)
    told = (
        f"`make bench` measures everything and writes this page; `make bench ARGS=scorecard` one section of it "
        f"({', '.join(SECTIONS)}). The contenders take turns round after round and the medians are shown. Read the "
        f"ratios, because the times are those of one machine: {os.cpu_count()} cores shared with other work, Python "
        f"{platform.python_version()} on {platform.system()}. Against {against}."
    )
    return f"# Benchmarks\n\n{fill(told, 120, break_on_hyphens=False)}\n"


if __name__ == "__main__":
    main()
