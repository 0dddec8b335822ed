"""A problem on the screen: the words in question are underlined, whatever script and however long the line is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.problem import Grade, Problem, Where
from engine.show import show


def shown(text, column, length=1, line=1, **more):
    return show(Problem("code", "something is wrong", Where("a.yaml", line, column, length), **more), text).splitlines()


def test_all_parts_in_their_order():
    """Place and sentence, the line, the mark, the help, and then the other places."""
    also = ((Where("a.yaml", 1, 1, 2), "the first one"), (Where("b.yaml", 4, 2), "and in another file"))
    assert shown("id: a\nid: b\n", 1, 2, line=2, help="keep one", also=also) == [
        "a.yaml:2:1: something is wrong",
        "  2 | id: b",
        "    | ^^",
        "help: keep one",
        "see a.yaml:1:1: the first one",
        "  1 | id: a",
        "    | ^^",
        "see b.yaml:4:2: and in another file",
    ]


def test_a_grade_other_than_error_is_said():
    """A missing translation does not stop the engine, and a reader must see the difference."""
    assert shown("a: b", 1, grade=Grade.INCOMPLETE)[0] == "a.yaml:1:1: incomplete: something is wrong"
    assert shown("a: b", 1, grade=Grade.WARNING)[0] == "a.yaml:1:1: warning: something is wrong"


def test_a_problem_without_place_or_text_is_a_sentence():
    """Some problems are about a whole rulebook, and some files cannot be read."""
    assert show(Problem("code", "there is no rulebook"), None) == "there is no rulebook"
    assert show(Problem("code", "too large", Where("a.yaml")), None) == "a.yaml:1:1: too large"


def test_wide_characters_move_the_mark_and_widen_it():
    """A Chinese character takes two columns on a screen."""
    assert shown("title: {zh-Hans: 按时, en: 付账}", 26, 2)[1:] == [
        "  1 | title: {zh-Hans: 按时, en: 付账}",
        "    |                            ^^^^",
    ]


def test_a_mark_above_a_letter_takes_no_column():
    """An accent written as a character of its own stands above the letter before it."""
    assert shown("e\u0301a: x", 3)[2] == "    |  ^"


def test_tabs_and_hidden_characters_are_made_visible():
    """What the author cannot see in the editor must be seen here."""
    assert shown("a:\tb\u202ec", 5)[1:] == ["  1 | a:    b<U+202E>c", "    |        ^^^^^^^^"]


def test_a_long_line_is_cut_around_the_words():
    """The words in question stay in sight, and what is cut off is marked."""
    line = "x" * 500 + "HERE" + "y" * 500
    first, mark = shown(line, 501, 4)[1:]
    assert first == "  1 | …" + "x" * 30 + "HERE" + "y" * 66 + "…"
    assert mark == "    | " + " " * 31 + "^^^^"
    assert shown(line, 1, 3)[1:] == ["  1 | " + "x" * 100 + "…", "    | ^^^"]


def test_a_mark_ends_with_its_line():
    """A place can be longer than its first line, and can lie just behind the last letter."""
    assert shown("abc\ndef", 2, 99)[2] == "    |  ^^"
    assert shown("abc", 4)[2] == "    |    ^"
    assert shown("abc", 1, line=7) == ["a.yaml:7:1: something is wrong"]


def test_a_sentence_cannot_bring_its_own_lines():
    """A key with a line break or a control character in it does not spoil the output."""
    assert show(Problem("code", "unknown key `a\nb\x1b[31m`"), None) == "unknown key `a b<U+001B>[31m`"


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=300), st.integers(1, 9), st.integers(1, 400), st.integers(1, 400))
def test_showing_never_fails(text, line, column, length):
    """Whatever the text and the place, there is an output of few lines without control characters."""
    lines = show(Problem("code", "wrong", Where("a.yaml", line, column, length), help="help"), text).split("\n")
    assert len(lines) in {2, 4}
    assert all(letter.isprintable() or ord(letter) >= 0xA0 for each in lines for letter in each)
