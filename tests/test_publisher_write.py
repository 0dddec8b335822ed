"""Writing: a file is whole or absent, what is not ours is left alone, and what is no longer made goes."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from io import FileIO
from pathlib import Path, PurePosixPath

import pytest

from publisher.write import BEGUN, LIST, CannotWriteError, Written, last, write


def some(*names: str, content: bytes = b"x") -> list[tuple[PurePosixPath, bytes]]:
    return [(PurePosixPath(name), content) for name in names]


def test_only_what_differs_is_written(tmp_path: Path):
    """The time of a file says when its content changed."""
    assert write(some("a/b.html", "c.html"), tmp_path) == Written(2, 0, 0)
    before = (tmp_path / "c.html").stat().st_mtime_ns
    assert write([*some("a/b.html", content=b"y"), *some("c.html")], tmp_path) == Written(1, 1, 0)
    assert (tmp_path / "c.html").stat().st_mtime_ns == before
    assert (tmp_path / "a" / "b.html").read_bytes() == b"y"


def test_what_is_no_longer_made_goes_and_nothing_else(tmp_path: Path):
    """A withdrawn page must not stay by accident; a file somebody put there must not go by accident."""
    write(some("old/deep/page.html", "stays.html"), tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    assert write(some("stays.html"), tmp_path) == Written(0, 1, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LIST, "mine.txt", "stays.html"]


def test_no_half_file_is_left(tmp_path: Path):
    """Files take their place at once, under a name of their own until then."""
    write(some("a.html"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LIST, "a.html"]


@pytest.mark.parametrize("name", ["../out.html", "/out.html", "a/../../out.html"])
def test_nothing_is_written_outside(tmp_path: Path, name: str):
    """An address made from a policy can never leave the folder."""
    with pytest.raises(ValueError, match="cannot write"):
        write(some(name), tmp_path / "site")


def test_two_pages_at_one_address_are_a_mistake(tmp_path: Path):
    """Otherwise one of them would silently win."""
    with pytest.raises(ValueError, match=r"cannot write a\.html"):
        write(some("a.html", "a.html"), tmp_path)


def test_a_list_that_was_tampered_with_removes_nothing_outside(tmp_path: Path):
    """The list of the last run is data, not an order."""
    outside = tmp_path / "precious.txt"
    outside.write_text("precious")
    site = tmp_path / "site"
    write(some("a.html"), site)
    (site / LIST).write_text(json.dumps({"files": {"../precious.txt": [8, 1], str(outside): None}}))
    write(some("a.html"), site)
    assert outside.read_text() == "precious"


@pytest.mark.parametrize("name", [".", "", "a/", "./a", ".git/config"])
def test_a_list_that_names_what_is_no_file_of_ours_is_not_followed(tmp_path: Path, name: str):
    """And it does not stop the work."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("mine")
    write(some("a.html"), tmp_path)
    (tmp_path / LIST).write_text(json.dumps({"files": {name: [4, 1]}}))
    assert write(some("a.html"), tmp_path).removed == 0
    assert (tmp_path / ".git" / "config").read_text() == "mine"


@pytest.mark.parametrize("look", [None, [8, 1]])
def test_a_list_that_names_a_file_of_somebody_else_does_not_remove_it(tmp_path: Path, look: list[int] | None):
    """A file that is not as we left it is not ours any more."""
    write(some("a.html"), tmp_path)
    (tmp_path / "robots.txt").write_text("User-agent: *")
    (tmp_path / LIST).write_text(json.dumps({"files": {"a.html": [1, 1], "robots.txt": look}}))
    write(some("a.html"), tmp_path)
    assert (tmp_path / "robots.txt").read_text() == "User-agent: *"


@pytest.mark.parametrize("again", [False, True])
def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path, *, again: bool):
    """A page is never worth what somebody may have kept there."""
    if again:
        write(some("a.html"), tmp_path)
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(CannotWriteError, match=r"index\.html`: a file is there that `rulebook publish` did not write"):
        write(some("a.html", "index.html"), tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"
    (tmp_path / "index.html").unlink()
    assert write(some("a.html", "index.html"), tmp_path) == Written(1, 1, 0)
    (tmp_path / "index.html").write_text("spoiled")
    assert write(some("a.html", "index.html"), tmp_path) == Written(1, 1, 0)


KILLED = """
import os, signal, sys
from pathlib import Path, PurePosixPath
from publisher.write import write
def files():
    for n in range(9):
        yield PurePosixPath(f"new/{n}.html"), b"x"
    os.kill(os.getpid(), signal.SIGKILL)
write(files(), Path(sys.argv[1]))
"""


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_killed_run_left_goes_with_the_next(tmp_path: Path, times: int):
    """A policy that was taken back must not stay because the power went."""
    write(some("a.html"), tmp_path, {"digest": "1"})
    for _ in range(times):
        assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False).returncode < 0
    assert len(list((tmp_path / "new").iterdir())) == 9
    assert last(tmp_path) is None
    (tmp_path / "new" / ".8.html.new").write_text("half")
    assert write(some("a.html"), tmp_path, {"digest": "1"}) == Written(0, 1, 9)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LIST, "a.html"]


def test_a_folder_that_is_a_file_is_said(tmp_path: Path):
    """The message names the path and the reason, as a shell would."""
    (tmp_path / "site").write_text("mine")
    with pytest.raises(CannotWriteError, match=r"^cannot write `.*/site`: file exists$"):
        write(some("a.html"), tmp_path / "site")
    assert (tmp_path / "site").read_text() == "mine"


def test_a_folder_in_the_place_of_a_page_is_said(tmp_path: Path):
    """What somebody put there is not removed to make room."""
    (tmp_path / "a.html").mkdir()
    (tmp_path / "a.html" / "mine.txt").write_text("mine")
    with pytest.raises(CannotWriteError, match=r"a\.html`: is a directory$"):
        write(some("a.html"), tmp_path)
    assert (tmp_path / "a.html" / "mine.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == [LIST, "a.html"]


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page that was there is still there, whole."""
    write(some("a.html"), tmp_path)

    class Full(FileIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", lambda *given, **_: (Full if "wb" in given else FileIO)(*given))
        with pytest.raises(CannotWriteError, match="no space left on device"):
            write(some("a.html", content=b"new"), tmp_path)
    assert (tmp_path / "a.html").read_bytes() == b"x"
    assert sorted(path.name for path in tmp_path.iterdir()) == [LIST, BEGUN, "a.html"]
    write(some("a.html"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LIST, "a.html"]


def test_only_some_folders_may_be_made_again(tmp_path: Path):
    """What is elsewhere stays, and stays on the list."""
    write(some("index.html", "one/a.html", "one/b.html", "two/a.html"), tmp_path)
    assert write(some("index.html", "one/a.html"), tmp_path, only={"one"}) == Written(0, 2, 1)
    assert (tmp_path / "two" / "a.html").is_file()
    assert write(some("index.html"), tmp_path) == Written(0, 1, 2)


TWO = """
import sys
from pathlib import Path, PurePosixPath
from publisher.write import write
write(((PurePosixPath(f"{n}.html"), sys.argv[2].encode() * 1000) for n in range(300)), Path(sys.argv[1]))
"""


def test_two_at_a_time_take_turns(tmp_path: Path):
    """The one that comes second waits, and what is there is what it wrote: all of it."""
    both = [subprocess.Popen([sys.executable, "-c", TWO, str(tmp_path), letter]) for letter in "ab"]
    assert [one.wait(60) for one in both] == [0, 0]
    contents = {file.read_bytes() for file in tmp_path.glob("*.html")}
    assert len(contents) == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([LIST, *(f"{n}.html" for n in range(300))])
