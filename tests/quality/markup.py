"""Pages, style sheets and pictures against the standards, by the checker that the W3C runs (vnu; it needs Java)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.quality.chromium import MissingToolError
from tests.quality.result import Figure, Result
from tests.quality.site import Site

VNU = "26.9.27"
"""The version of the npm package `vnu-jar`, which brings the checker along."""
FOLDER = Path("build") / "npm"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def check(site: Site) -> Result:
    misses = faults(site.folder)
    checked = sum(path.endswith((".html", ".css", ".svg")) for path in site.files)
    return Result((Figure("files checked by vnu", f"{checked:,}", "0 errors"),), tuple(misses))


def faults(folder: Path) -> list[str]:
    """Every error in a folder of pages, style sheets and SVG pictures."""
    command = ["java", "-jar", str(jar()), "--errors-only", "--format", "json", "--also-check-css", "--also-check-svg"]
    done = subprocess.run([*command, "--skip-non-html", str(folder)], capture_output=True, text=True, check=False)
    found = json.loads(done.stderr)["messages"]
    return sorted(
        f"{each.get('url', '').partition(str(folder) + '/')[2]}:{each.get('lastLine', 0)}: {each['message']}"
        for each in found
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
