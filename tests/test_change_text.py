"""Texts word by word: exact both ways, and readable."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.worddiff import Piece, worddiff

WORDS = st.sampled_from(
    [
        "Rent",
        "is",
        "kept",
        "for",
        " ",
        " ",
        "24",
        "36",
        "0.95",
        "1,000",
        ". ",
        "。",
        "，",
        "账",
        "单",
        "\n",
        "bezahlt",
        "ü",
        "—",
    ]
)
TEXTS = st.lists(WORDS, max_size=25).map("".join)


@settings(max_examples=2000, deadline=None)
@given(TEXTS, TEXTS)
def test_the_pieces_are_both_texts(old: str, new: str):
    """What stayed and what went is the old text; what stayed and what came is the new one."""
    pieces = worddiff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str):
    assert worddiff(text, text) == ((Piece("same", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("at least 0.95 of them", "at least 0.96 of them", ["0.95"], ["0.96"]),
        ("keep: P24M", "keep: P36M", ["P24M"], ["P36M"]),
        ("within 13 days", "within 15 days", ["13"], ["15"]),
        ("账单的保存期为24个月。", "账单的保存期为36个月。", ["24"], ["36"]),
        ("卖方须在七日内答复。", "卖方须在十日内答复。", ["七"], ["十"]),
        ("The bank pays 1,000 euros.", "The bank pays 1,500 euros.", ["1,000"], ["1,500"]),
        ("Kept. Then deleted.", "Kept. Then made anonymous.", ["deleted"], ["made anonymous"]),
    ],
)
def test_numbers_and_words_are_never_cut(old: str, new: str, removed: list[str], added: list[str]):
    """*1[3→5] days* is no way to show a deadline."""
    pieces = worddiff(old, new)
    assert [piece.text for piece in pieces if piece.kind == "removed"] == removed
    assert [piece.text for piece in pieces if piece.kind == "added"] == added


def test_two_passages_with_little_in_common_are_not_mixed():
    """A salad of old and new words says nothing."""
    old, new = "Nobody may ask for more.", "Twelve landlords hand in data each month."
    assert worddiff(old, new) == (Piece("removed", old), Piece("added", new))


def test_sentences_are_laid_beside_each_other_first():
    old = "Bills are kept for 24 months. They are deleted then."
    new = "There is something new. Bills are kept for 24 months. They are deleted then."
    assert [piece.kind for piece in worddiff(old, new)] == ["added", "same"]
