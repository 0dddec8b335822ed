"""The built website and the API behind one address."""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from flask import Flask, Response, abort, redirect, request, send_from_directory
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # gunicorn has no types
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from engine.cli import rulebook_folders
from engine.problem import Problem
from engine.rulebook import BadRulebook, Rulebook, load_rulebook
from engine.service import Operator, install, problem
from engine.service.app import DEMONSTRATION
from engine.service.health import PATHS
from publisher.locate import site_folder
from publisher.made_from import files
from publisher.missing import MISSING, missing_page
from publisher.pdf import PRINTED
from publisher.publish import build, build_again
from publisher.render import environment
from publisher.studies import cache_folder, kept_in
from publisher.trouble import mistaken, trouble_page
from publisher.words import SOURCE, read_words, spoken
from publisher.write import CannotWriteError, look_of

Rulebooks = Mapping[str, Rulebook]

MACHINE = 500
"""From this status on it is not who asks that is at fault."""

AGAIN = "3"
"""Seconds until a page of problems looks whether they are mended."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer: nothing from elsewhere, nothing told to elsewhere. What a page says of itself is stricter still."""

OWN_STYLE = (
    "script-src 'none'; connect-src 'none'; img-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""On an edition for paper, which brings its style along and itself names it as the only one."""

OWN_BASE = ("base-uri 'none'", "base-uri 'self'")
"""On the page for addresses where nothing is, whose links start from a base."""

TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".sql": "application/sql; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".yaml": "application/yaml; charset=utf-8",
}
"""Types that not every machine knows."""


def create_app(site: Path, rulebooks: Callable[[], Rulebooks], operator: Operator = DEMONSTRATION) -> Flask:
    """The website under `site`, and the API under `/v1`. `rulebooks` is asked before every answer."""
    app = Flask(__name__, static_folder=None)
    install(app, rulebooks, lambda error: failed_page(error, rulebooks), operator)

    @app.before_request
    def whole() -> Response | None:
        """While something is wrong, that is the answer to everything but the style of the page that says so."""
        if request.path.startswith("/assets/") or request.path in PATHS:
            return None
        try:
            rulebooks()
        except BadRulebook as bad:
            return problems_document(bad) if request.path.startswith("/v1/") else problems_page(bad)
        return None

    @app.get("/")
    @app.get("/<path:path>")
    def page(path: str = "") -> AnyResponse:
        if any(part.startswith(".") for part in path.split("/")):
            abort(HTTPStatus.NOT_FOUND)
        if os.path.isdir(site / path):  # noqa: PTH112 - a path that is too long is none, and no error
            if path and not path.endswith("/"):
                return redirect(f"/{path}/", HTTPStatus.PERMANENT_REDIRECT)
            path += "index.html"
        answer = send_from_directory(site.absolute(), path, mimetype=TYPES.get(Path(path).suffix), max_age=0)
        if PurePosixPath(path).parts[2:] == (PRINTED,):
            answer.headers["Content-Security-Policy"] = OWN_STYLE
        elif path == MISSING:
            answer.headers["Content-Security-Policy"] = HEADERS["Content-Security-Policy"].replace(*OWN_BASE)
        return answer

    @app.after_request
    def guarded(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def failed_page(error: HTTPException, rulebooks: Callable[[], Rulebooks]) -> Response | HTTPException:
    """An error as a page in every language of the site; as it comes if no page can be made."""
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code < HTTPStatus.BAD_REQUEST:
        return error
    what = "missing" if code == HTTPStatus.NOT_FOUND else "refused" if code < MACHINE else "failed"
    try:
        page = missing_page([book.about for book in rulebooks().values()], what, file=False)
        made = environment(SOURCE).made("404.html", page, "/{}".format)
    except Exception:  # whatever made the first error may make it again
        logging.getLogger(__name__).exception("the page of an error cannot be made")
        return error
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return Response(made, code, headers, content_type="text/html; charset=utf-8")


def problems_page(bad: BadRulebook) -> Response:
    """What is wrong, as a page that asks again by itself; as plain text if its own template is what is wrong."""
    try:
        found = Response(trouble_page(bad.problems, bad.texts), content_type="text/html; charset=utf-8")
    except Exception:  # whatever a template may do
        logging.getLogger(__name__).exception("the page of problems cannot be made")
        found = Response(f"{bad}\n", content_type="text/plain; charset=utf-8")
    found.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    found.headers |= {"Cache-Control": "no-store", "Refresh": AGAIN, "Retry-After": AGAIN}
    return found


def problems_document(bad: BadRulebook) -> Response:
    """What is wrong, for a program (RFC 9457)."""
    found = problem(HTTPStatus.SERVICE_UNAVAILABLE, "the rulebooks are being edited, and something in them is wrong")
    listed = [{"where": str(one.where) if one.where else None, "detail": one.sentence} for one in bad.problems]
    found.set_data(json.dumps({**found.get_json(), "problems": listed}, ensure_ascii=False) + "\n")
    found.headers["Retry-After"] = AGAIN
    return found


def fresh(policies: Path, out: Path, today: Callable[[], date] = date.today) -> Callable[[], Rulebooks]:
    """The rulebooks in a folder as they are now, with their website under `out` kept up with them.

    An edited policy counts at once, in the API and on its page, and so does an edited template. While something is
    wrong, asking raises BadRulebook with everything that is.
    """
    lock = Lock()
    seen: list[object] = []
    built: dict[str, Rulebook] = {}
    under: list[object] = []
    trouble: list[BadRulebook] = []
    study = kept_in(cache_folder(), anew=False)  # who edits does not wait for a proof

    def now() -> Rulebooks:
        with lock:
            site, day = state(site_folder()), today()
            sees = [state(policies), site, day]
            if seen != sees:
                trouble.clear()
                try:
                    renew(site, day)
                except BadRulebook as bad:
                    trouble.append(bad)
                except CannotWriteError as error:
                    trouble.append(BadRulebook([Problem("cannot-write", str(error))]))
                except Exception as error:  # whatever a template may do
                    logging.getLogger(__name__).exception("the website cannot be made")
                    trouble.append(mistaken(error))
                seen[:] = sees
            if trouble:
                raise trouble[0]
            return dict(built)

    def renew(site: object, day: date) -> None:
        found = {book.about.id: book for book in load_all(policies)}
        changed = {id_ for id_, book in found.items() if built.get(id_) is not book}
        whole = under != [site, day] or {id_: shape(book) for id_, book in built.items()} != {
            id_: shape(book) for id_, book in found.items()
        }
        if under and under[0] != site:
            forget()
        built.clear()  # until it is done: what stops half way is done again in full
        if whole:
            build(list(found.values()), out, day, study=study)
        elif changed:
            build_again(list(found.values()), out, day, changed, study)
        under[:] = [site, day]
        built.update(found)

    return now


def shape(book: Rulebook) -> list[object]:
    """Which versions and proposals a rulebook has, and when they are in force: what the sitemap is made of."""
    found = [(each.file, *each.data["in_force"].values()) for each in (*book.shelf.policies, *book.shelf.drafts)]
    return [book.about.languages, book.about.address, *sorted(found)]


def load_all(policies: Path) -> list[Rulebook]:
    """Every rulebook in a folder, or everything that is wrong with any of them."""
    found: list[Rulebook] = []
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    folders = rulebook_folders(policies)
    if not folders:
        raise BadRulebook([Problem("no-rulebook", f"there is no rulebook in `{policies}`")])
    for folder in folders:
        try:
            found.append(load_rulebook(folder))
        except BadRulebook as bad:
            problems += bad.problems
            texts |= bad.texts
    if problems:
        raise BadRulebook(problems, texts)
    return found


def state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The files in a folder, with their sizes and times."""
    looks = ((path, look_of(path)) for path in files(str(folder)))
    return tuple((path, *look) for path, look in looks if look is not None)


def forget() -> None:
    """Templates and words are read again."""
    for kept in (environment, read_words, spoken):
        kept.cache_clear()


def serve(policies: Path, out: Path, host: str, port: int) -> None:
    """Builds the website and serves it with the API until it is stopped."""
    rulebooks = fresh(policies, out)
    rulebooks()
    sys.stdout.write("This is a demonstration: whoever is on this machine can evaluate, and nothing is written down.\n")
    Server(create_app(out, rulebooks), {"bind": f"{host}:{port}", "loglevel": "warning"}).run()


GARBAGE = (20_000, 20, 50)
"""How many new objects there are before garbage is looked for: an answer makes some thousand, and keeps none."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, which loads the application once, before it makes the processes that answer."""

    def __init__(self, app: Flask, settings: Mapping[str, Any]) -> None:
        self.app, self.settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        settings = {"threads": 4, "when_ready": announce, "control_socket_disable": True, **self.settings}
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app

    def run(self) -> None:
        # What is loaded stays: processes share it, and no search for garbage goes through it while somebody waits.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GARBAGE)
        try:
            super().run()
        finally:
            gc.unfreeze()  # at the end, or libraries report what is left as lost


def announce(server: Any) -> None:
    addresses = ", ".join(str(listener) for listener in server.LISTENERS)
    sys.stdout.write(f"Open {addresses} in a browser; Ctrl+C ends.\n")
    sys.stdout.flush()
