"""The wheel: what somebody gets who installs Open Rulebook and never sees the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120
"""Seconds for a command that is made to wait by everything else that runs beside it."""


@dataclass(frozen=True)
class Installed:
    """An installed wheel: the interpreter beside it, its packages, and a folder that knows nothing of the project."""

    wheel: Path
    python: Path
    packages: Path
    elsewhere: Path
    home: Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """An environment of its own, with the dependencies of this one and without the checkout."""
    base = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(base / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=PATIENCE)
    (wheel,) = (base / "dist").glob("*.whl")

    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(base / "venv")], check=True, timeout=PATIENCE)
    python = base / "venv" / "bin" / "python"
    packages = base / "venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    # A folder named in a .pth is searched after the packages themselves, and the .pth files in it are not read: the
    # dependencies are found there, and the line that leads an editable install to the checkout is not.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    install += ["--disable-pip-version-check", "--ignore-installed", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=PATIENCE)

    elsewhere = base / "elsewhere"
    elsewhere.mkdir()
    (base / "home").mkdir()
    elsewhere.chmod(0o555)
    yield Installed(wheel, python, packages, elsewhere, base / "home")
    elsewhere.chmod(0o755)
    shutil.rmtree(base / "venv")


def environment(installed: Installed) -> dict[str, str]:
    """As little as a service would start with."""
    temporary = installed.home / "tmp"
    temporary.mkdir(exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(installed.home), "TMPDIR": str(temporary), "LC_ALL": "C.UTF-8"}


def run(installed: Installed, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=installed.elsewhere,
        env=environment(installed),
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def rulebook(installed: Installed, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(installed, str(installed.python.with_name("rulebook")), *arguments)


def shipped_record(installed: Installed) -> Path:
    return installed.packages / "engine" / "_policies" / "fair-civic-trust" / "records" / "reliable-tenant.json"


def test_it_brings_two_packages_and_nothing_beside_them(installed: Installed):
    """A folder called `site` or `policies` among somebody's packages would be in everybody's way."""
    names = zipfile.ZipFile(installed.wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"engine", "publisher"}
    assert len(top) == 3
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_everything_that_is_read_while_running_is_in_it(installed: Installed):
    """Policies, schemas, templates, words and the assets of the site: a wheel without them starts, and then fails."""
    names = zipfile.ZipFile(installed.wheel).namelist()
    for package, folders in (
        ("engine", {"schemas": "engine/schemas", "templates": "engine/templates", "words": "engine/words"}),
        ("engine", {"_policies": "policies", "vocabulary": "engine/vocabulary"}),
        ("publisher", {"_site": "site"}),
    ):
        for inside, outside in folders.items():
            expected = {
                f"{package}/{inside}/{file.relative_to(ROOT / outside).as_posix()}"
                for file in (ROOT / outside).rglob("*")
                if file.is_file() and "__pycache__" not in file.parts
            }
            assert expected
            assert expected <= set(names)


def test_its_page_in_a_package_index_is_the_readme(installed: Installed):
    with zipfile.ZipFile(installed.wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode("utf-8")
    assert "Description-Content-Type: text/markdown" in text
    assert (ROOT / "README.md").read_text("utf-8").splitlines()[0] in text


def test_its_modules_come_from_the_wheel(installed: Installed):
    """Otherwise every other test here would test the checkout."""
    script = "import engine, publisher.command as c, engine.locate as e, publisher.locate as p; "
    script += "print(engine.__file__, c.__file__, e.policies_folder(), p.site_folder(), sep='\\n')"
    result = run(installed, str(installed.python), "-c", script)
    assert result.returncode == 0, result.stderr
    places = [Path(line) for line in result.stdout.splitlines()]
    assert len(places) == 4
    assert all(place.is_relative_to(installed.packages) for place in places)


def test_it_checks_the_rulebooks_it_brings(installed: Installed):
    result = rulebook(installed, "check")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "fair-civic-trust: " in result.stdout
    assert "schufa-2026: " in result.stdout


def test_it_evaluates_a_record(installed: Installed):
    """The same decision as in the checkout, by every reading."""
    file = ROOT / "policies" / "fair-civic-trust" / "records" / "expected" / "reliable-tenant.json"
    expected = json.loads(file.read_text("utf-8"))
    for reading in ("truth", "compiled", "session"):
        command = ("evaluate", str(shipped_record(installed)), "--format", "json", "--reading", reading)
        result = rulebook(installed, *command)
        assert result.returncode == 0, result.stdout + result.stderr
        decision = json.loads(result.stdout)
        assert (decision["score"], decision["points"]) == (expected["score"], expected["points"])


def test_it_serves_from_a_folder_that_cannot_be_written(installed: Installed):
    """The site and the API answer, and nothing is left behind: neither here nor among the temporary files."""
    packages = {file for file in installed.packages.rglob("*") if "__pycache__" not in file.parts}
    log = installed.home / "stderr.txt"
    with log.open("wb") as errors:
        server = subprocess.Popen(
            [str(installed.python.with_name("rulebook")), "serve", "--port", "0"],
            cwd=installed.elsewhere,
            env=environment(installed),
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert server.stdout is not None
        said = [server.stdout.readline().decode("utf-8") for _ in range(2)]
        found = re.search(r"http://127\.0\.0\.1:[0-9]+", "".join(said))
        assert found, "".join(said) + log.read_text("utf-8")
        with urllib.request.urlopen(f"{found[0]}/", timeout=PATIENCE) as answer:  # noqa: S310  # our own server
            assert answer.status == 200
            assert b"<html" in answer.read()
        request = urllib.request.Request(  # noqa: S310  # as above
            f"{found[0]}/v1/rulebooks/fair-civic-trust/evaluate?use=deposit-free-rental",
            data=shipped_record(installed).read_bytes(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # as above
            assert isinstance(json.load(answer)["score"], int)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, log.read_text("utf-8")
    assert list(installed.elsewhere.iterdir()) == []
    assert list((installed.home / "tmp").iterdir()) == []
    assert {file for file in installed.packages.rglob("*") if "__pycache__" not in file.parts} == packages


def test_a_new_rulebook_is_begun_in_a_folder_of_ones_own(installed: Installed):
    """Nobody's first policy should be lost with the next upgrade of a package."""
    mine = installed.home / "mine"
    mine.mkdir()
    assert rulebook(installed, "--policies", str(mine), "new", "rulebook", "my-first").returncode == 0
    assert (mine / "my-first" / "rulebook.yaml").is_file()
    result = rulebook(installed, "new", "rulebook", "my-second")
    assert result.returncode == 1
    assert "name yours with --policies" in result.stderr
