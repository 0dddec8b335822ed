"""A real browser, a server for it, and the scripts that look at a page in it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from publisher.serve import create_app

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


class MissingToolError(Exception):
    """Something that the checks need is not on this machine."""


def script(name: str) -> str:
    """A look at a page: a function in a file beside this one."""
    return (Path(__file__).parent / f"look_{name}.js").read_text("utf-8")


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise MissingToolError("Chromium is missing; on Debian: apt-get install chromium")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a website is served with the headers it is served with in earnest."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(folder, dict), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
