"""What would change a result, over many drawn rulebooks: every place of every scale is tried out."""

from __future__ import annotations

from time import perf_counter

from tests.test_nearest import drawn_agree, script_says


def soak(cases: int) -> None:
    """So many cases, and how long they took."""
    start = perf_counter()
    drawn_agree(script_says(), cases)
    print(f"nearest: {cases:,} cases are as trying out says, {perf_counter() - start:.0f} s", flush=True)
