"""Bytes that a fuzzer makes up, led by which code they reach, for reading policies and for admitting records."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
DAY = date(2026, 12, 15)


def soak(runs: int) -> None:
    """Fuzzes each target in a process of its own, which ends with an error at the first crash."""
    if find_spec("atheris") is None:
        print("not fuzzed: atheris is missing (pip install 'openrulebook[fuzz]')")
        return
    for target in ("load", "admission"):
        command = [sys.executable, "-m", "tests.soak.fuzz", target, f"-runs={runs}", "-max_len=4096", "-timeout=10"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
        print(f"{runs:,} fuzzed inputs for {target}: no crash", flush=True)


def main() -> None:
    import atheris  # noqa: PLC0415  # only in the process that fuzzes

    with atheris.instrument_imports(include=["engine"]):
        from engine.admit import admit  # noqa: PLC0415  # instrumented
        from engine.decision import Refused  # noqa: PLC0415  # as above
        from engine.evaluation import evaluate  # noqa: PLC0415  # as above
        from engine.load import read_text  # noqa: PLC0415  # as above
        from engine.rulebook import edition, load_rulebook  # noqa: PLC0415  # as above
        from engine.service.limits import read_record  # noqa: PLC0415  # as above
        from engine.structure import validate  # noqa: PLC0415  # as above
    book = load_rulebook(ROOT / "tests" / "policies" / "good" / "demo")
    under = edition(book, DAY)
    assert under is not None

    def load(data: bytes) -> None:
        document, _ = read_text(data.decode("utf-8", "replace"), "demo/rules/fuzzed/1.0.0.yaml")
        if document is not None and isinstance(document.data, dict):
            validate(document)

    def admission(data: bytes) -> None:
        record = read_record(data)
        if not isinstance(record, Refused):
            admit(under, record, DAY)
            evaluate(book, record, as_of=DAY)

    atheris.Setup([sys.argv[0], *sys.argv[2:]], {"load": load, "admission": admission}[sys.argv[1]])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
