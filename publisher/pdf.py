"""The edition for paper as PDF, printed by a browser that never asks the network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from publisher.pdf_words import whole_words

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
"""What can print, by the names it goes by."""

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)
"""No window, no network, and a PDF that a screen reader can follow."""

SECONDS = 180
PRINTED = "print.html"


class CannotPrintError(Exception):
    """There is no browser that can print, or it failed."""


def find_browser() -> str:
    """The program that prints."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise CannotPrintError("no browser was found that can print; install Chromium, Chrome or Edge")
    return found


def to_pdf(html: bytes, browser: str, seconds: float = SECONDS) -> bytes:
    """One page that needs nothing else, printed."""
    with TemporaryDirectory(prefix="rulebook-") as name:
        folder = Path(name)
        (folder / "page.html").write_bytes(html)
        command = [
            browser,
            *FLAGS,
            *([] if os.geteuid() else ["--no-sandbox"]),  # it refuses to run as root with one
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={folder / 'page.pdf'}",
            (folder / "page.html").as_uri(),
        ]
        run(command, seconds)
        made = folder / "page.pdf"
        content = made.read_bytes() if made.is_file() else b""
    if not content.startswith(b"%PDF"):
        raise CannotPrintError(f"`{Path(browser).name}` printed nothing")
    return whole_words(content)


def run(command: list[str], seconds: float) -> None:
    """Runs the browser and all its helpers, and stops them all when it takes too long."""
    name = Path(command[0]).name
    try:
        with subprocess.Popen(  # noqa: S603 - the program was found on the path, and its arguments are ours
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                code = process.wait(seconds)
            except BaseException as stopped:
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(stopped, subprocess.TimeoutExpired):
                    raise CannotPrintError(f"`{name}` took longer than {seconds:g} seconds to print") from None
                raise
    except OSError as error:
        raise CannotPrintError(f"`{name}` cannot be started: {(error.strerror or str(error)).lower()}") from None
    if code:
        raise CannotPrintError(f"`{name}` could not print: it ended with {code}")


File = tuple[PurePosixPath, bytes]


def printed(files: Iterable[File], out: Path, browser: str) -> Iterator[File]:
    """The files as they come, and after each edition for paper its PDF; one that is printed already stays."""
    for path, content in files:
        if path.match("*/*/" + PRINTED):
            pdf = path.with_suffix(".pdf")
            made = kept(out / path, content, out / pdf)  # looked at before the page is written anew
            yield path, content
            yield pdf, made or to_pdf(content, browser)
        else:
            yield path, content


def kept(html: Path, content: bytes, pdf: Path) -> bytes | None:
    """The PDF of an earlier run, if it was made from the same page."""
    if html.is_file() and pdf.is_file() and html.read_bytes() == content:
        return pdf.read_bytes()
    return None
