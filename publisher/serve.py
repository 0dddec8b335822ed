"""The built website and the API behind one address."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, Response, abort, redirect, send_from_directory
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types
from werkzeug.wrappers import Response as AnyResponse

from engine.cli import rulebook_folders
from engine.rulebook import BadRulebook, Rulebook, load_rulebook
from engine.service import install
from publisher.publish import build

Rulebooks = Mapping[str, Rulebook]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer: nothing from elsewhere, nothing told to elsewhere. What a page says of itself is stricter still."""

TYPES = {".yaml": "application/yaml; charset=utf-8"}
"""Types that not every machine knows."""


def create_app(site: Path, rulebooks: Callable[[], Rulebooks]) -> Flask:
    """The website under `site`, and the API under `/v1`. `rulebooks` is asked before every answer."""
    app = Flask(__name__, static_folder=None)
    install(app, rulebooks)

    @app.get("/")
    @app.get("/<path:path>")
    def page(path: str = "") -> AnyResponse:
        rulebooks()
        if any(part.startswith(".") for part in path.split("/")):
            abort(HTTPStatus.NOT_FOUND)
        if (site / path).is_dir():
            if path and not path.endswith("/"):
                return redirect(f"/{path}/", HTTPStatus.PERMANENT_REDIRECT)
            path += "index.html"
        return send_from_directory(site.absolute(), path, mimetype=TYPES.get(Path(path).suffix), max_age=0)

    @app.after_request
    def guarded(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def fresh(policies: Path, out: Path, today: Callable[[], date] = date.today) -> Callable[[], Rulebooks]:
    """The rulebooks in a folder as they are now, with their website under `out` kept up with them.

    An edited policy counts at once, in the API and on its page. While it has errors, what was there before stays.
    """
    lock = Lock()
    kept: dict[str, Rulebook] = {}
    built: list[date] = []

    def now() -> Rulebooks:
        with lock:
            try:
                found = [load_rulebook(folder) for folder in rulebook_folders(policies)]
            except BadRulebook:
                if not kept:
                    raise
                return dict(kept)
            day = today()
            same = [id(book) for book in found] == [id(book) for book in kept.values()]
            if not same or built != [day]:
                build(found, out, day)
                kept.clear()
                kept.update({book.about.id: book for book in found})
                built[:] = [day]
            return dict(kept)

    return now


def serve(policies: Path, out: Path, host: str, port: int) -> None:
    """Builds the website and serves it with the API until it is stopped."""
    rulebooks = fresh(policies, out)
    rulebooks()
    Server(create_app(out, rulebooks), host, port).run()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with one process, so that what was loaded is loaded once."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self.app, self.host, self.port = app, host, port
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"{self.host}:{self.port}",
            "threads": 4,
            "loglevel": "warning",
            "when_ready": announce,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def announce(server: Any) -> None:
    addresses = ", ".join(str(listener) for listener in server.LISTENERS)
    sys.stdout.write(f"Open {addresses} in a browser; Ctrl+C ends.\n")
    sys.stdout.flush()
