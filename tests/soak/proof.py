"""Hundreds of drawn rulebooks on which every answer of the proof is held against brute force."""

from __future__ import annotations

from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import test_proof_drawn as drawn

TESTS = (
    drawn.test_within_one_edition,
    drawn.test_between_two_editions,
    drawn.test_independence,
    drawn.test_whole_rulebooks,
    drawn.test_two_whole_rulebooks,
)


def soak(books: int) -> None:
    """The tests of the proof with so many rulebooks each, and how long each took."""
    for test in TESTS:
        start = perf_counter()
        inner = test.hypothesis.inner_test  # type: ignore[attr-defined]  # hypothesis puts it there
        settings(parent=drawn.SLOW, max_examples=books)(given(data=st.data())(inner))()
        print(f"{inner.__name__}: {books} rulebooks agree, {perf_counter() - start:.0f} s", flush=True)
