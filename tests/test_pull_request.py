"""The jobs in the README that say on a pull request what it does to people: they are read, and their commands run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from publisher.command import main

ROOT = Path(__file__).resolve().parents[1]
BOOK = Path("policies", "fair-civic-trust")
FRAUD = BOOK / "rules" / "fraud-judgment"


def jobs() -> list[Any]:
    """The blocks of YAML in the README that are jobs, as data."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    found = [YAML(typ="safe").load(block) for block in blocks]
    return [each for each in found if "jobs" in each or any("script" in job for job in each.values())]


def github() -> Any:
    return next(each for each in jobs() if "jobs" in each)["jobs"]["rules"]


def gitlab() -> Any:
    (job,) = next(each for each in jobs() if "jobs" not in each).values()
    return job


SCRIPTS = {
    "GitHub": lambda: "\n".join(step["run"] for step in github()["steps"] if "run" in step),
    "GitLab": lambda: "\n".join([*gitlab()["script"], *gitlab()["after_script"]]),
}


def typed() -> Iterator[list[str]]:
    """Every comparison in the jobs, and in the line before them, as the shell takes it apart."""
    text = (ROOT / "README.md").read_text("utf-8")
    lines = [line for make in SCRIPTS.values() for line in make().splitlines()]
    lines += "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).splitlines()
    for line in lines:
        if re.match(r"(\S*/)?rulebook diff ", line):
            yield shlex.split(line.partition(" > ")[0])[1:]


def test_there_is_a_job_for_each_platform():
    assert len(jobs()) == 2
    assert len(list(typed())) == 3


@pytest.mark.parametrize("words", list(typed()), ids=range(3))
def test_its_commands_and_options_exist(words: list[str]):
    """Read by the command itself: a wrong option, or a value it does not take, is an error."""
    command = main.commands[words[0]]
    context = command.make_context(words[0], words[1:], parent=click.Context(main))
    assert context.params["form"] == "markdown"
    assert context.params["gate"] == "worse-off"


def test_a_pull_request_from_elsewhere_gets_no_rights():
    """It may read what it needs and write a comment; a name that somebody chose never becomes part of a command."""
    whole = next(each for each in jobs() if "jobs" in each)
    assert whole["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert set(whole["on"]) == {"pull_request"}
    assert not [step for step in github()["steps"] if "${{" in step.get("run", "")]
    comment = github()["steps"][-1]
    assert "head.repo.full_name == github.repository" in comment["if"]
    assert all("uses" in step or "run" in step for step in github()["steps"])


def test_make_can_make_what_the_jobs_ask_for():
    asked = {word for make in SCRIPTS.values() for word in re.findall(r"^make (\w+)$", make(), re.MULTILINE)}
    assert asked == {"setup"}
    assert "\nsetup:" in (ROOT / "Makefile").read_text("utf-8")


# ------------------------------------------------------------------------------------------------------------ the flow


def git(folder: Path, *words: str) -> str:
    told = ("-c", "user.name=Example", "-c", "user.email=example@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *told, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def request_of(tmp_path: Path) -> Any:
    """A clone in which a branch proposes a change of the rulebook, with what the jobs find on their machine."""
    if shutil.which("git") is None:
        pytest.fail("the jobs need git")

    def propose(change: Any) -> Path:
        origin, clone = tmp_path / "origin", tmp_path / "clone"
        shutil.copytree(ROOT / BOOK, origin / BOOK)
        git(origin, "init", "--quiet")
        git(origin, "add", "--all")
        git(origin, "commit", "--quiet", "--message", "The rulebook")
        git(tmp_path, "clone", "--quiet", str(origin), str(clone))
        git(clone, "switch", "--quiet", "--create", "proposal")
        change(clone)
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", "--allow-empty", "--message", "A proposal")
        (clone / "Makefile").write_text("setup:\n\t@true\n", "utf-8")
        command = clone / ".venv" / "bin" / "rulebook"
        command.parent.mkdir(parents=True)
        ours = f"{shlex.quote(sys.executable)} -c 'from publisher.command import main; main()'"
        command.write_text(f'#!/bin/sh\nexec {ours} "$@"\n', "utf-8")
        command.chmod(0o755)
        return clone

    return propose


def run(clone: Path, script: str) -> subprocess.CompletedProcess[str]:
    """A script as the platforms run it: the first command that fails ends it."""
    given = {
        "RULEBOOK": str(BOOK),
        "GITHUB_BASE_REF": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(clone, "merge-base", "origin/main", "HEAD"),
        "PYTHONPATH": str(ROOT),
    }
    shell = ["bash", "-e", "-c", script]
    return subprocess.run(shell, cwd=clone, env={**os.environ, **given}, capture_output=True, text=True, check=False)


def comparing(platform: str) -> str:
    """What a job does before it tells anybody."""
    if platform == "GitLab":
        return "\n".join(gitlab()["script"])
    return "\n".join(step["run"] for step in github()["steps"] if "rulebook diff" in step.get("run", ""))


def milder(clone: Path) -> None:
    """A version in which a judgment for fraud costs less."""
    version(clone, "1.1.0", "-110")


def harsher(clone: Path) -> None:
    """A version in which a judgment for fraud costs more."""
    version(clone, "2.0.0", "-130")


def version(clone: Path, number: str, points: str) -> None:
    text = (clone / FRAUD / "1.0.0.yaml").read_text("utf-8")
    for old, new in (("version: 1.0.0", f"version: {number}"), ("from: 2026-12-01", "from: 2027-10-01")):
        assert old in text
        text = text.replace(old, new)
    text = text.replace("kind: new", "kind: amend").replace("-120", points)
    (clone / FRAUD / f"{number}.yaml").write_text(text, "utf-8")


def nothing(clone: Path) -> None:
    """A proposal that leaves the rulebook alone."""


def broken(clone: Path) -> None:
    """A version that is no version."""
    (clone / FRAUD / "3.0.0.yaml").write_text("kind: rule\n", "utf-8")


@pytest.mark.parametrize("platform", SCRIPTS)
def test_somebody_who_is_worse_off_stops_the_job_and_is_shown(platform: str, request_of: Any):
    """The comment has the change in words, and the person; the branch it is meant for is what it is compared with."""
    clone = request_of(harsher)
    result = run(clone, comparing(platform))
    comment = (clone / "change.md").read_text("utf-8")
    assert comment, result.stderr
    assert result.returncode == 1
    assert comment.startswith("## From Fair Civic Trust, edition of 1 April 2027 to Fair Civic Trust, edition of 1 Oct")
    assert "fall from −120 to −130" in comment
    assert "Somebody gets a worse score, band or consequence" in comment


@pytest.mark.parametrize(
    ("change", "says"), [(milder, "rise from −120 to −110"), (nothing, "Nothing changes.")], ids=["milder", "nothing"]
)
def test_what_makes_nobody_worse_off_passes(change: Any, says: str, request_of: Any):
    """A pull request that only touches a record, or a text beside the rulebook, is told that nothing changes."""
    clone = request_of(change)
    result = run(clone, comparing("GitHub"))
    assert result.returncode == 0, result.stderr
    assert says in (clone / "change.md").read_text("utf-8")


def test_a_rulebook_that_is_wrong_stops_the_job_with_its_problems(request_of: Any):
    """And there is no comment, rather than half of one."""
    clone = request_of(broken)
    result = run(clone, comparing("GitHub"))
    assert result.returncode == 2
    assert "fraud-judgment/3.0.0.yaml" in result.stderr
    assert (clone / "change.md").read_text("utf-8") == ""
