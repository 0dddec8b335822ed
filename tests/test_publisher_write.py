"""Writing: a file is whole or absent, what is not ours is left alone, and what is no longer made goes."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

from publisher.write import LIST, Written, write


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
    (site / LIST).write_text(json.dumps(["../precious.txt", str(outside)]))
    write(some("a.html"), site)
    assert outside.read_text() == "precious"
