"""Where everything lies on the website. Addresses are promises: a version's page never moves."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath

FOLDERS = {
    "source": "sources",
    "measure": "measures",
    "rule": "rules",
    "score": "scores",
    "use": "uses",
    "exclusion": "exclusions",
    "right": "rights",
}
"""The folder of each kind, named as in a rulebook."""


def home(rulebook: str, lang: str) -> str:
    return f"{rulebook}/{lang}/"


def list_page(home: str, kind: str) -> str:
    """The page that lists a kind.

    >>> list_page("demo/en/", "rule"), list_page("demo/en/", "score")
    ('demo/en/rules/index.html', 'demo/en/score.html')
    """
    return f"{home}score.html" if kind == "score" else f"{home}{FOLDERS[kind]}/index.html"


def policy_page(home: str, kind: str, id_: str) -> str:
    """The page of a policy; there is one score, and a policy that is called `index` must not lie on the list.

    >>> policy_page("demo/en/", "rule", "late"), policy_page("demo/en/", "use", "index")
    ('demo/en/rules/late.html', 'demo/en/uses/index-.html')
    """
    return list_page(home, kind) if kind == "score" else f"{home}{FOLDERS[kind]}/{name(id_)}.html"


def version_page(home: str, kind: str, id_: str, version: str) -> str:
    """The page of one version, which never moves.

    >>> version_page("demo/en/", "rule", "late", "1.0.0")
    'demo/en/rules/late/1.0.0.html'
    """
    return f"{home}{FOLDERS[kind]}/{id_}/{version}.html"


def draft_page(home: str, kind: str, id_: str, version: str) -> str:
    return f"{home}{FOLDERS[kind]}/{id_}/drafts/{version}.html"


def history_page(home: str, day: date | None = None, part: int = 1) -> str:
    """What changed, all of it or on one day.

    >>> history_page("demo/en/"), history_page("demo/en/", date(2027, 4, 1), 2)
    ('demo/en/history.html', 'demo/en/history/2027-04-01-2.html')
    """
    if day is None:
        return f"{home}history.html"
    return f"{home}history/{day.isoformat()}{f'-{part}' if part > 1 else ''}.html"


def glossary_page(home: str) -> str:
    return f"{home}glossary.html"


def categories_page(home: str) -> str:
    """The kinds of data and the units of a rulebook."""
    return f"{home}glossary/data.html"


def about_page(home: str) -> str:
    return f"{home}about.html"


def readings_page(home: str) -> str:
    """Which reading agrees with the definition on what."""
    return f"{home}readings.html"


def grades_page(home: str) -> str:
    """By what changes are graded."""
    return f"{home}grades.html"


def flow_page(home: str, source: str | None = None) -> str:
    """Where data goes, all of it or that of one source.

    >>> flow_page("demo/en/"), flow_page("demo/en/", "bills")
    ('demo/en/flow.html', 'demo/en/flow/bills.html')
    """
    return f"{home}flow.html" if source is None else f"{home}flow/{source}.html"


def data_file(rulebook: str, kind: str, id_: str, version: str, ending: str) -> str:
    """A version as a file.

    >>> data_file("demo", "rule", "late", "1.0.0", "yaml")
    'demo/data/rules/late/1.0.0.yaml'
    """
    return f"{rulebook}/data/{FOLDERS[kind]}/{id_}/{version}.{ending}"


def draft_file(rulebook: str, kind: str, id_: str, version: str) -> str:
    return f"{rulebook}/data/{FOLDERS[kind]}/{id_}/drafts/{version}.yaml"


def policy_feed(home: str, kind: str, id_: str) -> str:
    """The feed of all versions of a policy.

    >>> policy_feed("demo/en/", "rule", "late")
    'demo/en/rules/late.atom'
    """
    return f"{home}{FOLDERS[kind]}/{id_}.atom"


def changes_feed(home: str, archive: int = 0) -> str:
    """The feed of all changes of a rulebook, or one of its archives.

    >>> changes_feed("demo/en/"), changes_feed("demo/en/", 2)
    ('demo/en/changes.atom', 'demo/en/changes-2.atom')
    """
    return f"{home}changes-{archive}.atom" if archive else f"{home}changes.atom"


def try_file(home: str, name: str) -> str:
    """The page on which a rulebook is tried out, and its data beside it.

    >>> try_file("demo/en/", "try-data.js")
    'demo/en/try-data.js'
    """
    return f"{home}{name}"


def log_page(home: str, part: int = 1) -> str:
    """The public log in words, or a further part of it.

    >>> log_page("demo/en/"), log_page("demo/en/", 2)
    ('demo/en/log.html', 'demo/en/log/2.html')
    """
    return f"{home}log{f'/{part}' if part > 1 else ''}.html"


def log_file(rulebook: str, name: str) -> str:
    """A file of the log itself."""
    return f"{rulebook}/log/{name}"


def verify_page(home: str) -> str:
    return f"{home}verify.html"


def verify_data(rulebook: str, name: str) -> str:
    """What the page on which receipts are checked loads: the log, or an edition in a language.

    >>> verify_data("demo", "log")
    'demo/verify/log.js'
    """
    return f"{rulebook}/verify/{name}.js"


def find_page(home: str) -> str:
    return f"{home}find.html"


def files_page(home: str, kind: str, part: int = 1) -> str:
    """Where the versions of the policies of a kind are listed as files.

    >>> files_page("demo/en/", "rule"), files_page("demo/en/", "rule", 2)
    ('demo/en/data/rules.html', 'demo/en/data/rules/2.html')
    """
    return f"{home}data/{FOLDERS[kind]}{f'/{part}' if part > 1 else ''}.html"


def find_part(home: str, part: int) -> str:
    """A further part of the index of all pages.

    >>> find_part("demo/en/", 2)
    'demo/en/find/2.html'
    """
    return f"{home}find/{part}.html"


def search_data(home: str) -> str:
    return f"{home}search-data.js"


def in_language(path: PurePosixPath, lang: str) -> str:
    """The address of the same page in another language; each language divides its index, and what is much, in
    its own way.

    >>> in_language(PurePosixPath("demo/en/rules/late.html"), "de")
    'demo/de/rules/late.html'
    >>> in_language(PurePosixPath("demo/en/find/2.html"), "de")
    'demo/de/find.html'
    >>> in_language(PurePosixPath("demo/en/changes/2027-04-01/2.html"), "de")
    'demo/de/changes/2027-04-01.html'
    """
    rulebook, _, rest = str(path).split("/", 2)
    first = "find.html" if rest.startswith("find/") else CHANGE_PART.sub(r"\1.html", rest)
    return f"{rulebook}/{lang}/{first}"


CHANGE_PART = re.compile(r"((?:^|/)changes/[^/]+)/[0-9]+\.html$")
"""A further part of the page of a change."""


def about_file(rulebook: str) -> str:
    return f"{rulebook}/data/rulebook.yaml"


def sums_file(rulebook: str) -> str:
    return f"{rulebook}/data/sha256.txt"


def edition_file(rulebook: str) -> str:
    """The edition shown as JSON-LD."""
    return f"{rulebook}/data/edition.jsonld"


def query_file(rulebook: str, dialect: str) -> str:
    """The edition shown as SQL."""
    return f"{rulebook}/data/edition-{dialect}.sql"


def archive_file(rulebook: str) -> str:
    """The whole rulebook as one file to unpack."""
    return f"{rulebook}/data/{rulebook}.zip"


def print_page(home: str) -> str:
    """The rulebook in one file for paper.

    >>> print_page("demo/en/")
    'demo/en/print.html'
    """
    return f"{home}print.html"


def print_pdf(home: str) -> str:
    return f"{home}print.pdf"


def name(id_: str) -> str:
    return f"{id_}-" if id_ == "index" else id_


def relative(folder: str, path: str) -> str:
    """How one page leads to another, in a folder as well as on a server.

    >>> relative("demo/en/rules", "demo/de/rules/late.html#points"), relative("demo/en", "demo/en/index.html")
    ('../../de/rules/late.html#points', 'index.html')
    """
    for inside, up in ways_up(folder):
        if path.startswith(inside):
            return up + path[len(inside) :]
    raise AssertionError(path)  # the last way up leads to the root, where every path begins


@lru_cache(1024)
def ways_up(folder: str) -> tuple[tuple[str, str], ...]:
    """A folder and every folder around it, with the way up there.

    >>> ways_up("demo/en")
    (('demo/en/', ''), ('demo/', '../'), ('', '../../'))
    """
    parts = [] if folder in {"", "."} else folder.split("/")
    depths = range(len(parts), -1, -1)
    return tuple(("".join(f"{part}/" for part in parts[:depth]), "../" * (len(parts) - depth)) for depth in depths)


def change_page(home: str, step: str, part: int = 1) -> str:
    """What changes from one edition to the next, or to the drafts.

    >>> change_page("demo/en/", "2027-04-01"), change_page("demo/en/", "drafts", 2)
    ('demo/en/changes/2027-04-01.html', 'demo/en/changes/drafts/2.html')
    """
    return f"{home}changes/{step}{f'/{part}' if part > 1 else ''}.html"


def policy_change(home: str, kind: str, id_: str, version: str, part: int = 1) -> str:
    """What changes in a policy with a version.

    >>> policy_change("demo/en/", "rule", "late", "1.1.0")
    'demo/en/rules/late/changes/1.1.0.html'
    """
    return f"{home}{FOLDERS[kind]}/{id_}/changes/{version}{f'/{part}' if part > 1 else ''}.html"


def compare_page(home: str, kind: str, id_: str) -> str:
    """Where any two versions of a policy can be compared.

    >>> compare_page("demo/en/", "rule", "late")
    'demo/en/rules/late/compare.html'
    """
    return f"{home}{FOLDERS[kind]}/{id_}/compare.html"


def versions_file(rulebook: str, kind: str, id_: str) -> str:
    """All versions of a policy, for the page on which they are compared.

    >>> versions_file("demo", "rule", "late")
    'demo/versions/rules/late.js'
    """
    return f"{rulebook}/versions/{FOLDERS[kind]}/{id_}.js"
