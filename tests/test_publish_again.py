"""Publishing again: nothing is done when nothing has changed, and everything that has changed is found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.rulebook import load_rulebook
from publisher import made_from
from publisher.command import main
from publisher.locate import site_folder
from publisher.publish import publish
from publisher.write import LIST, CannotWriteError, list_of
from tests.website import DAY, DEMO, files


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rulebook and its website, beside each other."""
    base = tmp_path_factory.mktemp("before")
    shutil.copytree(DEMO, base / "demo")
    publish([base / "demo"], base / "site", DAY)
    return base


@pytest.fixture
def place(before: Path, tmp_path: Path) -> Path:
    """A copy of them for one test: with the times of the files, which are part of what is known of them."""
    shutil.copytree(before, tmp_path / "here")
    return tmp_path / "here"


def again(place: Path, day: date = DAY) -> str:
    return publish([place / "demo"], place / "site", day)


def test_nothing_is_loaded_when_nothing_has_changed(place: Path, monkeypatch: pytest.MonkeyPatch):
    """A website of ten thousand pages is published again in a moment."""

    def loaded(*_: object) -> None:
        raise AssertionError("a rulebook was loaded")

    monkeypatch.setattr("publisher.publish.load_rulebook", loaded)
    assert again(place) == f"{place / 'site'}: demo; nothing has changed"


def edit_policy(place: Path) -> None:
    file = place / "demo" / "rules" / "early-payer" / "1.0.0.yaml"
    file.write_text(file.read_text("utf-8").replace("Paying early helps", "Paying early serves"), "utf-8")


def edit_record(place: Path) -> None:
    file = min((place / "demo" / "records").glob("*.json"))
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")


def damage(place: Path) -> None:
    (place / "site" / "demo" / "en" / "index.html").write_text("<p>Hacked.</p>", "utf-8")


def touch_up(place: Path) -> None:
    """As many bytes as before, so that only the time tells."""
    file = place / "site" / "demo" / "en" / "score.html"
    file.write_bytes(file.read_bytes().replace(b"<h1>", b"<h2>"))


def lose(place: Path) -> None:
    (place / "site" / "assets" / "style.css").unlink()


def lose_list(place: Path) -> None:
    (place / "site" / LIST).unlink()


def spoil_list(place: Path) -> None:
    (place / "site" / LIST).write_text('{"files": 5, "made_from": {"digest"', "utf-8")


@pytest.mark.parametrize("change", [edit_policy, edit_record, damage, touch_up, lose, lose_list, spoil_list])
def test_what_has_changed_is_found_and_the_website_is_that_of_a_fresh_build(
    before: Path, place: Path, change: Callable[[Path], None]
):
    """Whatever was done to what went in or to what came out, the website is what it should be."""
    change(place)
    assert "nothing has changed" not in again(place)
    if change in {edit_policy, edit_record}:
        publish([place / "demo"], before / change.__name__, DAY)
    fresh = before / (change.__name__ if change in {edit_policy, edit_record} else "site")
    assert files(place / "site") == files(fresh)
    assert "nothing has changed" in again(place)


def test_the_day_on_which_an_edition_begins_is_noticed(place: Path):
    """What is shown depends on the day, and stays the same between two days on which something begins or ends."""
    since, until = made_from.days([load_rulebook(place / "demo")], DAY)
    assert since <= DAY < until
    for day in (since, until - timedelta(days=1)):
        assert "nothing has changed" in again(place, max(day, date(1, 1, 2)))
    assert "nothing has changed" not in again(place, since - timedelta(days=1))
    assert "nothing has changed" not in again(place, DAY)


@pytest.mark.parametrize("part", ["templates/rule.html", "words/de.po", "assets/style.css", "templates/new.html"])
def test_the_files_of_the_website_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str):
    """A template, a word or a colour changes every page."""
    shutil.copytree(site_folder(), tmp_path / "site")
    monkeypatch.setattr(made_from, "site_folder", lambda: tmp_path / "site")
    digest = made_from.digest_of([DEMO])
    with (tmp_path / "site" / part).open("a", encoding="utf-8") as opened:
        opened.write("\n")
    assert made_from.digest_of([DEMO]) != digest


def test_the_libraries_count(monkeypatch: pytest.MonkeyPatch):
    """Another version of Babel may write another date."""
    found = list(made_from.libraries())
    assert [line for line in found if line.startswith("babel ")]
    digest = made_from.digest_of([DEMO])
    monkeypatch.setattr(made_from, "libraries", lambda: iter([*found, "babel 99"]))
    assert made_from.digest_of([DEMO]) != digest


def test_a_build_that_was_stopped_is_ended_by_the_next(place: Path, monkeypatch: pytest.MonkeyPatch):
    """Every file is old or new and whole, and what was written is on the list, to go when it is no longer made."""
    whole = files(place / "site")
    shutil.rmtree(place / "site")
    many = iter(range(40))
    replace = os.replace

    def stopped(source: str, target: str) -> None:
        if next(many, None) is None and not str(target).endswith(LIST):
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr("publisher.write.os.replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        again(place)
    monkeypatch.undo()
    part = files(place / "site")
    assert len(part) == 40
    assert all(whole[name] == content for name, content in part.items())
    assert set(list_of(place / "site")) == part.keys()
    assert "nothing has changed" not in again(place)
    assert files(place / "site") == whole


# ------------------------------------------------------------------------------------------------- what is refused


def test_no_rulebook_is_no_empty_website(place: Path):
    """A slip in the name of a folder must not take the website away."""
    whole = files(place / "site")
    with pytest.raises(CannotWriteError, match="there is no rulebook"):
        publish([], place / "site", DAY)
    assert files(place / "site") == whole


@pytest.mark.parametrize("out", ["policies", "policies/site", "policies/demo/site", "."])
def test_the_website_never_lies_where_the_rulebooks_are(tmp_path: Path, out: str):
    """One would be written over the other."""
    shutil.copytree(DEMO, tmp_path / "policies" / "demo")
    before = files(tmp_path)
    asked = ["--policies", str(tmp_path / "policies"), "publish", "--out", str(tmp_path / out)]
    found = CliRunner().invoke(main, asked)
    assert found.exit_code == 2
    assert "choose a folder beside it" in found.output
    assert files(tmp_path) == before


@pytest.mark.parametrize("tag", ["nan", "tlh"])
def test_a_language_nobody_has_words_for_is_named_by_its_tag(tmp_path: Path, tag: str):
    """Its pages are there, with the website's own words in English."""
    shutil.copytree(DEMO, tmp_path / "demo")
    about = tmp_path / "demo" / "rulebook.yaml"
    about.write_text(
        about.read_text("utf-8").replace("languages: [en, zh-Hans, de]", f"languages: [en, zh-Hans, de, {tag}]")
    )
    publish([tmp_path / "demo"], tmp_path / "site", DAY)
    assert f">{tag}<" in (tmp_path / "site" / "demo" / tag / "index.html").read_text("utf-8")
