"""What is written by hand is run or checked: the README, how to contribute, the decisions and the changelog."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from engine.cli import rulebook_folders
from engine.rulebook import load_rulebook
from engine.service import create_app
from publisher.command import main
from publisher.publish import publish

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
TEXTS = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = [file for file in sorted((ROOT / "docs" / "decisions").glob("*.md")) if file.name != "README.md"]


def blocks(file: Path, language: str) -> list[str]:
    """The blocks of code in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", file.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def command_lines() -> list[str]:
    """What a reader is told to type, without the comment behind it; each line once."""
    typed: dict[str, None] = {}
    for file in TEXTS:
        for block in blocks(file, "console"):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("$ "):
                    typed[line.removeprefix("$ ").partition(" #")[0].strip()] = None
    return list(typed)


def quoted(file: Path) -> list[str]:
    """What stands in backticks outside blocks of code."""
    text = re.sub(r"^```.*?^```$", "", file.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


RUN = [line for line in command_lines() if line.split()[0] in {"rulebook", "mkdir"} and " serve" not in line]
OTHER = [line for line in command_lines() if line not in RUN]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place like a fresh checkout, to run commands in."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "policies", folder / "policies")
    return folder


def test_there_is_something_to_check():
    assert len(RUN) >= 4
    assert {line.split()[0] for line in OTHER} == {"make", "curl"}
    assert len(DECISIONS) >= 12


def test_the_commands_run_as_written(checkout: Path):
    """A newcomer who copies line after line sees each of them work."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in RUN:
        result = subprocess.run(  # noqa: S602  # as a reader's shell takes it
            line,
            shell=True,
            cwd=checkout,
            env={**os.environ, "PATH": path},
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == 0, line + result.stdout + result.stderr
        assert result.stdout or line.startswith("mkdir "), line


def options(command: click.Command) -> set[str]:
    return {spelling for each in command.params for spelling in each.opts} | {"--help"}


def targets() -> set[str]:
    """What `make` can make."""
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("line", OTHER)
def test_what_is_not_run_names_what_exists(line: str):
    """A target of the Makefile, a command with its options, or a request that is answered."""
    match shlex.split(line):
        case ["make", *words]:
            assert {word for word in words if "=" not in word} <= targets()
        case ["rulebook", command, *words]:
            assert {word for word in words if word.startswith("--")} <= options(main.commands[command])
        case ["curl", *words]:
            (body,) = (ROOT / word.removeprefix("@") for word in words if word.startswith("@"))
            (url,) = (word for word in words if word.startswith("http"))
            books = {book.about.id: book for book in map(load_rulebook, rulebook_folders(ROOT / "policies"))}
            answer = create_app(lambda: books).test_client().post(url, data=body.read_bytes())
            assert answer.status_code == 200
        case words:
            pytest.fail(f"nobody checks `{words[0]}`")


def test_every_target_that_is_named_exists():
    named = {words.split()[1] for file in TEXTS for words in quoted(file) if words.startswith("make ")}
    assert "test" in named
    assert named <= targets()


PATH = re.compile(r"[\w.*-]+(/[\w.*-]+)+/?|[\w.*-]+/|[A-Z]+\.md|\w+\.(toml|txt)")
NAMES = re.compile(r"\b(KIND|TAG|ID|VERSION|NAME)\b")


@pytest.mark.parametrize("file", [README, ROOT / "CONTRIBUTING.md"], ids=lambda file: file.name)
def test_every_path_that_is_named_exists(file: Path):
    """A recipe that leads nowhere costs more than none. A word in capitals stands for any name; make makes the rest."""
    paths = [words for words in quoted(file) if PATH.fullmatch(words) and not words.endswith((".html", ".venv/bin"))]
    paths += re.findall(r"\]\((?!https?://|#)([^)#]+)", file.read_text("utf-8"))
    assert len(paths) >= 4
    missing = [path for path in paths if not list(ROOT.glob(NAMES.sub("*", path)))]
    assert missing == []


def test_every_page_that_is_named_is_published(checkout: Path):
    """An address in the README is one of the website that it tells how to build."""
    named = [words for words in quoted(README) if words.endswith(".html")]
    assert named
    site = checkout / "site-for-names"
    publish(rulebook_folders(checkout / "policies"), site)
    assert [page for page in named if not (site / page).is_file()] == []


def test_the_readme_lists_every_command_with_options_it_has():
    rows = re.findall(r"^\| (`rulebook .*?) \| (.*) \|$", README.read_text("utf-8"), re.MULTILINE)
    listed = []
    for names, told in rows:
        commands = re.findall(r"`rulebook (\w+)", names)
        listed += commands
        assert set(re.findall(r"--[a-z-]+", told)) <= options(main.commands[commands[0]])
    assert sorted(listed) == sorted(main.commands)


def test_the_rule_in_the_readme_is_the_rule_of_the_rulebook():
    """The example is the policy itself, line for line."""
    block, *jobs = blocks(README, "yaml")
    assert all("rulebook diff" in job for job in jobs)
    rules = (ROOT / "policies" / "fair-civic-trust" / "rules" / "bills-paid-on-time").glob("*.yaml")
    assert any(block in rule.read_text("utf-8") for rule in rules)


def test_decisions_are_numbered_and_say_what_and_why():
    """A number is never used twice, and none is lost."""
    assert [file.name[:4] for file in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for number, file in enumerate(DECISIONS, 1):
        text = file.read_text("utf-8")
        assert text.startswith(f"# {number}. "), file.name
        assert "**What.**" in text, file.name
        assert "**Why.**" in text, file.name
        assert len(text.splitlines()) <= 60, file.name


def test_the_changelog_begins_with_the_version_that_is_built():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    first = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert first
    assert first[1] == version
