"""Where everything lies on the website. Addresses are promises: a version's page never moves."""

from __future__ import annotations

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


def data_file(rulebook: str, kind: str, id_: str, version: str, ending: str) -> str:
    """A version as a file.

    >>> data_file("demo", "rule", "late", "1.0.0", "yaml")
    'demo/data/rules/late/1.0.0.yaml'
    """
    return f"{rulebook}/data/{FOLDERS[kind]}/{id_}/{version}.{ending}"


def draft_file(rulebook: str, kind: str, id_: str, version: str) -> str:
    return f"{rulebook}/data/{FOLDERS[kind]}/{id_}/drafts/{version}.yaml"


def about_file(rulebook: str) -> str:
    return f"{rulebook}/data/rulebook.yaml"


def sums_file(rulebook: str) -> str:
    return f"{rulebook}/data/sha256.txt"


def name(id_: str) -> str:
    return f"{id_}-" if id_ == "index" else id_
