"""Pages, style sheets and pictures against the standards, by the checker that the W3C runs (vnu; it needs Java)."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.quality.chromium import MissingToolError
from tests.quality.result import Figure, Result
from tests.quality.site import Site

VNU = "26.9.27"
"""The version of the npm package `vnu-jar`, which brings the checker along."""
FOLDER = Path("build") / "npm"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


CANARY = '<!doctype html><html lang="en"><title>A fault</title><p id="a"><p id="a">'
"""A page with a fault, checked along with the others: a checker that finds nothing there finds nothing anywhere."""


def check(site: Site) -> Result:
    misses = faults(site.folder)
    checked = sum(path.endswith((".html", ".css", ".svg")) for path in site.files)
    return Result((Figure("files checked by vnu", f"{checked:,}", "0 errors"),), tuple(misses))


def faults(folder: Path) -> list[str]:
    """Every error in a folder of pages, style sheets and SVG pictures."""
    command = ["java", "-jar", str(jar()), "--errors-only", "--format", "json", "--also-check-css", "--also-check-svg"]
    with tempfile.TemporaryDirectory() as beside:
        canary = Path(beside, "canary.html")
        canary.write_text(CANARY, "utf-8")
        done = subprocess.run(
            [*command, "--skip-non-html", str(folder), str(canary)], capture_output=True, text=True, check=False
        )
    said = [
        (each.get("url", ""), each.get("lastLine", 0), each["message"]) for each in json.loads(done.stderr)["messages"]
    ]
    if not any(url.endswith("canary.html") for url, _, _ in said):
        raise MissingToolError(f"vnu {VNU} does not find a fault that is there")
    return sorted(
        f"{url.partition(f'{folder}/')[2]}:{line}: {message}" for url, line, message in said if "canary" not in url
    )


def jar() -> Path:
    """Where the checker is; installed by npm when it is not there yet."""
    for tool, package in (("java", "default-jre-headless"), ("npm", "npm")):
        if not shutil.which(tool):
            raise MissingToolError(f"{tool} is missing; on Debian: apt-get install {package}")
    installed = JAR.parents[2] / "package.json"
    if not installed.is_file() or json.loads(installed.read_text("utf-8"))["version"] != VNU:
        quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            ["npm", "install", "--prefix", str(FOLDER), *quiet, f"vnu-jar@{VNU}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MissingToolError(f"npm cannot install vnu-jar {VNU}: {done.stderr.strip()}")
    return JAR
