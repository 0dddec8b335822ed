"""Reading a document: what is accepted, where everything in it is, and what is refused with which words."""

from __future__ import annotations

import os
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.letters import BIDI, UNSEEN, mixed_word
from engine.load import FOLDERS, MOST_BYTES, MOST_DEPTH, MOST_PROBLEMS, digest, read_document, read_shelf, read_text
from engine.problem import Where
from engine.show import show

FILE = "demo/rules/late-bills/1.0.0.yaml"


def told(text):
    """The problems of a text as they are printed."""
    return [show(problem, text) for problem in read_text(text, FILE)[1]]


def data(text):
    document, problems = read_text(text, FILE)
    assert problems == []
    return document.data


# ------------------------------------------------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True),
        ("false", False),
        ("7", 7),
        ("-7", -7),
        ("0.95", Decimal("0.95")),
        ("-0.50", Decimal("-0.50")),
        ("yes", "yes"),
        ("True", "True"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("+5", "+5"),
        (".5", ".5"),
        ("1_000", "1_000"),
        ("2026-12-01", "2026-12-01"),
        ("1.0.0", "1.0.0"),
        ("'7'", "7"),
        ('"true"', "true"),
        ("'null'", "null"),
    ],
)
def test_a_plain_word_is_what_it_looks_like(word, value):
    """YAML's surprises (`yes`, `1e3`, `0x10`, dates) stay the words they are, and a number is never a float."""
    read = data(f"a: {word}")["a"]
    assert (read, type(read)) == (value, type(value))


def test_every_value_and_key_has_its_place():
    """A later problem is only as good as the place it points at."""
    text = "id: late-bills\ntable:\n  rows:\n    - ['>= 3', -20]\ntitle: {en: Late}\n"
    document, _ = read_text(text, FILE)
    places = {path: (where.line, where.column, where.length) for path, where in document.places.items()}
    assert places["id",] == (1, 5, 10)
    assert places["table", "rows", 0] == (4, 7, 13)
    assert places["table", "rows", 0, 1] == (4, 16, 3)
    assert places["title",] == (5, 8, 10)
    assert places["title", "en"] == (5, 13, 4)
    assert document.keys["table", "rows"] == Where(FILE, 3, 3)
    assert set(document.keys) == {("id",), ("table",), ("table", "rows"), ("title",), ("title", "en")}


def test_columns_count_characters_after_any_script():
    """A Chinese title before a mistake must not move the mark under it."""
    document, _ = read_text("title: {zh-Hans: 按时付账, en: 😀, id: x}\r\nlast: y", FILE)
    assert document.places["title", "id"].column == 35
    assert document.places["last",] == Where(FILE, 2, 7)


def test_a_text_over_several_lines_keeps_its_breaks():
    """Long descriptions are written with `|`, `>` and plain lines."""
    assert data("a: |\n  one\n  two\nb: >\n  one\n  two\nc: one\n  two\n") == {
        "a": "one\ntwo\n",
        "b": "one two\n",
        "c": "one two",
    }


def test_the_digest_is_of_the_meaning_and_not_of_the_writing():
    """A policy is named by its digest in receipts: comments, order and quotes must not change it, a figure must."""
    first = read_text("a: 0.50\nb: [x]\n", FILE)[0]
    second = read_text("# the same\nb: ['x']\na: 0.5\n", FILE)[0]
    third = read_text("a: 0.51\nb: [x]\n", FILE)[0]
    assert first.digest == second.digest != third.digest
    assert digest({"a": Decimal("100.00")}) == digest({"a": Decimal(100)}) != digest({"a": Decimal(10)})


# ------------------------------------------------------------------------------------------------- what cannot be seen


def test_every_invisible_character_of_unicode_is_found():
    """Whoever publishes a text must know all of it; only tabs, line breaks and visible signs are let by."""
    visible = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}  # signs under other digits
    missed = {
        number
        for number in range(0x110000)
        if unicodedata.category(chr(number)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and not UNSEEN.search(chr(number))
        and not BIDI.search(chr(number))
    }
    assert missed == {0x09, 0x0A, 0x0D, *visible}
    assert all(UNSEEN.search(filler) for filler in "\u115f\u1160\u2800\u3164\uffa0\u034f\ufe0f\U000e0041")


@pytest.mark.parametrize("words", ["می\u200cخواهم", "क्\u200dष", "葛\U000e0100城", "❤\ufe0f"])
def test_what_a_script_needs_is_allowed(words):
    """Persian and Hindi are not written without joiners, nor some names without the mark of their form."""
    assert data(f"a: {words}") == {"a": words}


@pytest.mark.parametrize("words", ["a\u200cb", "می\u200c", "می\u200c\u200cخ", '"\ufe0f"', "❤\ufe0f\ufe0f", "a\ufe0f"])
def test_what_a_script_needs_is_refused_anywhere_else(words):
    """Where a joiner joins nothing and a mark marks nothing, they only make two words look like one."""
    assert [problem.code for problem in read_text(f"a: {words}", FILE)[1]] == ["control-character"]


@pytest.mark.parametrize(
    ("escape", "code"),
    [
        (r"\u202e", "bidi-character"),
        (r"\0", "control-character"),
        (r"\e[2J", "control-character"),
        (r"\r", "control-character"),
        (r"\N", "control-character"),
        (r"\U000E0041", "control-character"),
        (r"می\u200c", "control-character"),
    ],
)
@pytest.mark.parametrize("text", ['title: {en: "a%s"}', '"a%s": b'])
def test_an_escape_hides_nothing(escape, code, text):
    """What is refused as a character is refused as an escape as well, in values and in keys."""
    document, problems = read_text(text % escape, FILE)
    assert document is None
    assert [problem.code for problem in problems] == [code]
    assert problems[0].where.column == text.index('"') + 1


def test_an_escape_for_what_can_be_seen_is_read():
    """A long line may be broken and a line break written."""
    assert data(r'a: "a\tb\n\u00e9 می\u200cخواهم"') == {"a": "a\tb\né می\u200cخواهم"}


@pytest.mark.parametrize("word", ["Ｂills", "b𝐢lls", "Ⅰn", "ﬁle", "Üе", "mеthod", "waſte"])
def test_a_letter_in_another_dress_is_found_inside_a_word(word):
    """A search for the word must find it, and whoever reads it aloud must say the same."""
    assert mixed_word(f"the {word} here") == word


@pytest.mark.parametrize("words", ["Kısa süre", "Ａ级 Ⅳ类", "5 m², nº 3, 1ª", "Brand™ №5", "Größe µg", "Σχέση"])
def test_ordinary_writing_is_left_alone(words):
    """Turkish has its own ı, Chinese its wide letters, Spanish its ordinals."""
    assert mixed_word(words) is None


# ---------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("word", "better"), [("007", "7"), ("-05", "-5"), ("00.5", "0.5"), ("000", "0")])
def test_a_number_does_not_begin_with_a_zero_too_many(word, better):
    """Some take `010` for eight, and a number of a house or a contract would lose its zeros."""
    document, problems = read_text(f"a: {word}", FILE)
    assert document is None
    assert [(problem.sentence, problem.help) for problem in problems] == [
        (
            f"the number `{word}` starts with a 0 too many",
            f"write `{better}`, or put it in quotes if it is a name and not a number",
        )
    ]
    assert data(f"a: '{word}'\nb: {better}")["a"] == word


def test_an_alias_bomb_is_refused_at_its_first_alias():
    """Nine lines that would fill the memory are read as far as the first `*`."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{after}: &{after} [*{before}, *{before}]\n" for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert told(bomb)[-1] == (
        f"{FILE}:2:8: the alias `*a` is not allowed\n"
        "  2 | b: &b [*a, *a]\n"
        "    |        ^^\n"
        "help: write the value out again: every policy is read where it stands"
    )


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening):
    """Neither a recursion limit nor the time it takes may be in an author's hands."""
    document, problems = read_text("a:\n " + opening * 100_000, FILE)
    assert document is None
    assert [problem.sentence for problem in problems] == [f"this is nested more than {MOST_DEPTH} levels deep"]
    assert problems[0].where.line == 2


def test_depth_is_allowed_up_to_the_limit():
    """The limit is where it is said to be."""
    deepest = "a: " + "[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH - 1)
    assert read_text(deepest, FILE)[1] == []
    assert read_text(deepest.replace("[]", "[[]]"), FILE)[1] != []


def test_a_thousand_mistakes_are_not_all_told():
    """A hundred problems can be read; a million would only hide them."""
    assert len(read_text("- \n" * 5_000, FILE)[1]) == MOST_PROBLEMS


def test_a_problem_that_leaves_no_doubt_does_not_hide_the_others():
    """After a second key the document is still checked against its schema, in the same run."""
    document, problems = read_text("id: a\nid: b\n", FILE)
    assert document.data == {"id": "a"}
    assert [problem.code for problem in problems] == ["duplicate-key"]


def write(folder, content, name="1.0.0.yaml"):
    path = folder / "demo" / "rules" / "late-bills" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def refused(folder, file=FILE):
    document, problems = read_document(folder, file)
    assert document is None
    return "\n".join(show(problem, None) for problem in problems)


def test_a_file_of_ten_megabytes_is_refused_unread(tmp_path):
    """Only the first megabyte is ever brought into memory."""
    write(tmp_path, b"a: b # " + b"x" * 10_000_000)
    assert refused(tmp_path) == (
        f"{FILE}:1:1: the file is larger than 1 MB\nhelp: a policy is a page or two: check that this is the right file"
    )
    write(tmp_path, b"a: b #" + b"x" * (MOST_BYTES - 6))
    assert read_document(tmp_path, FILE)[1] == []


def test_a_binary_file_is_refused(tmp_path):
    """A picture under the name of a policy."""
    write(tmp_path, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert refused(tmp_path) == (
        f"{FILE}:1:1: this is not a text file\nhelp: a policy is a YAML text in the encoding UTF-8"
    )


def test_another_encoding_is_refused_with_its_place(tmp_path):
    """Saved by an old editor: the first letter that is not UTF-8 is pointed at."""
    write(tmp_path, "id: a\ntitle: {de: Überfällig, en: Zu spät}\n".encode("latin-1"))
    assert refused(tmp_path) == f"{FILE}:2:13: the file is not in the encoding UTF-8\nhelp: save it again as UTF-8"


def test_a_byte_order_mark_is_not_a_letter(tmp_path):
    """Some editors put one at the start of each file."""
    write(tmp_path, "\ufeffid: a\n".encode())
    document, problems = read_document(tmp_path, FILE)
    assert (document.data, problems, document.keys["id",].column) == ({"id": "a"}, [], 1)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    """What is published is what lies in the rulebook's folder, and nothing that a link can reach."""
    (tmp_path / "secret.yaml").write_text("id: secret\n")
    path = write(tmp_path, b"")
    path.unlink()
    path.symlink_to(tmp_path / "secret.yaml")
    assert refused(tmp_path) == (
        f"{FILE}:1:1: the file is a link that leads out of the rulebook's folder\n"
        "help: put the document itself here: what is published must be all in one place"
    )


def test_a_link_inside_the_folder_is_read(tmp_path):
    """A rulebook may name one file twice."""
    write(tmp_path, b"id: a\n", "1.0.0.yaml")
    write(tmp_path, b"", "1.0.1.yaml").unlink()
    (tmp_path / "demo/rules/late-bills/1.0.1.yaml").symlink_to("1.0.0.yaml")
    assert read_document(tmp_path, "demo/rules/late-bills/1.0.1.yaml")[0].data == {"id": "a"}


def test_what_is_no_file_is_refused(tmp_path):
    """A folder, a pipe and a loop of links have names like any file."""
    write(tmp_path, b"id: a\n")
    folder = tmp_path / "demo/rules/late-bills"
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    said = {
        name: refused(tmp_path, f"demo/rules/late-bills/{name}.yaml").partition(": ")[2]
        for name in ("folder", "pipe", "loop", "none")
    }
    assert said["folder"] == said["pipe"] == "this is not a file"
    assert said["loop"].startswith("the file cannot be read: ")
    assert said["none"] == "the file cannot be read: no such file or directory"


# -------------------------------------------------------------------------------------------------------- never a crash

LETTERS = "a:[]{},'\"!#%~1é按😀@`\\і|>\n\t\r\0\u202e\ufeff\x85\u2028"
PIECES = ["id", ": ", "- ", "&a", "*a", "!!int", "---", "...", "? ", "null", "-1.5", "true", "<<: ", "\n  ", "9" * 20]
SCRAPS = st.sampled_from([*LETTERS, *PIECES])


@settings(deadline=None)  # the machine may be busy
@given(st.lists(SCRAPS, max_size=40).map("".join) | st.text(max_size=60))
def test_no_text_is_too_strange(text):
    """Whatever is in a file, the answer is a document or problems with a place in it, and both can be shown."""
    document, problems = read_text(text, FILE)
    assert document is not None or problems
    for problem in problems:
        assert problem.where.line >= 1
        assert problem.where.column >= 1
        assert FILE in show(problem, text)
        assert not problem.sentence.endswith(".")


@settings(deadline=None)  # the machine may be busy
@given(content=st.binary(max_size=60))
def test_no_bytes_are_too_strange(content, tmp_path_factory):
    """The same for a file of any bytes."""
    folder = tmp_path_factory.getbasetemp()
    write(folder, content)
    document, problems = read_document(folder, FILE)
    assert document is not None or problems


# ------------------------------------------------------------------------------------------------------ a whole folder

BOOK = """\
id: demo
title: {en: Demo}
summary: {en: An example.}
standing: illustration
languages: [en]
operator: {en: Nobody}
contact: {en: None}
"""


def test_a_folder_without_its_first_page_is_told_so(tmp_path):
    """The problems of the other documents are told in the same run."""
    write(tmp_path, b"id: [a\n")
    shelf, problems = read_shelf(tmp_path / "demo")
    assert shelf is None
    assert [str(problem.where) for problem in problems] == ["demo/rulebook.yaml:1:1", f"{FILE}:1:5"]
    assert problems[0].sentence == "the folder `demo` has no `rulebook.yaml`"


def test_files_in_the_wrong_place_are_told(tmp_path):
    """A policy in `rule/` instead of `rules/`, or saved as `1.0.0.YAML`, would otherwise be missing without a word."""
    write(tmp_path, BOOK.encode(), "../../rulebook.yaml")
    for name in (
        "rule/a/1.0.0.yaml",
        "rules/a.yaml",
        "rules/a/1.0.0.yml",
        "rules/a/1.0.1.YAML",
        "rules/a/drafts/1.1.0.Yml",
        "rules/a/old/1.0.0.yaml",
        "rules/a/1.0.0.yaml.bak",
        "rules/README.md",
        "rulebook.yml",
    ):
        path = tmp_path / "demo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id: a\n")
    (tmp_path / "demo" / "records").mkdir()
    (tmp_path / "demo" / "records" / "note.yaml").write_text("- any\n")
    (tmp_path / "demo" / ".hidden.yaml").write_text("- any\n")
    (tmp_path / "demo" / "rules" / ".swap").write_text("any\n")
    (tmp_path / "demo" / "README.md").write_text("any\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "demo" / "link").symlink_to(tmp_path / "other")
    shelf, problems = read_shelf(tmp_path / "demo")
    assert shelf.policies == shelf.drafts == ()
    place = "a policy is in `KIND/ID/VERSION.yaml`, where KIND is one of " + ", ".join(FOLDERS)
    name = "a policy is called `VERSION.yaml`; a note belongs beside `rulebook.yaml`"
    assert {(problem.where.file, problem.sentence, problem.help) for problem in problems} == {
        ("demo/rule/a/1.0.0.yaml", "a document is not expected here", place),
        ("demo/rules/a.yaml", "a document is not expected here", place),
        ("demo/rules/a/1.0.0.yml", "a document is not expected here", "call it `1.0.0.yaml`"),
        ("demo/rules/a/1.0.1.YAML", "a document is not expected here", "call it `1.0.1.yaml`"),
        ("demo/rules/a/drafts/1.1.0.Yml", "a document is not expected here", "call it `1.1.0.yaml`"),
        ("demo/rules/a/old/1.0.0.yaml", "a document is not expected here", place),
        ("demo/rules/a/1.0.0.yaml.bak", "this file is not a policy", name),
        ("demo/rules/README.md", "this file is not a policy", name),
        ("demo/rulebook.yml", "a document is not expected here", "call it `rulebook.yaml`"),
        ("demo/link", "a link to a folder is not followed", "put the documents themselves here"),
    }


def test_an_unchanged_file_is_not_read_twice(tmp_path):
    """The second load of a rulebook costs nearly nothing; a changed file is noticed without being told."""
    write(tmp_path, b"id: a\n")
    first, again = read_document(tmp_path, FILE)[0], read_document(tmp_path, FILE)[0]
    write(tmp_path, b"id: b\n")
    changed = read_document(tmp_path, FILE)[0]
    assert first is again
    assert changed.data == {"id": "b"}
