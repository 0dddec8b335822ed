"""How heavy pages are: somebody with an old phone and a bad line reads them too."""

from __future__ import annotations

import gzip
import re
from posixpath import dirname, join, normpath

from engine.rulebook import load_rulebook
from tests.quality.result import Figure, Result
from tests.quality.site import FOLDERS, Site, shape

KB = 1024
HTML, HTML_PACKED, CSS, SCRIPT, TRYING, FIRST_VIEW = 16 * KB, 6 * KB, 12 * KB, 2 * KB, 20 * KB, 30 * KB
SEARCH_PER_PAGE = KB
"""Packed words of a language to search in, for each of its pages: 250 KB for 250 pages."""

LISTS = {"print.html"}
"""A whole rulebook on paper may be long."""
SCRIPTED = {"try.html", "verify.html", "find.html", *(f"{folder}/*/compare.html" for folder in FOLDERS)}


def check(site: Site) -> Result:
    """HTML, style and scripts of every page, with what it loads."""
    misses: list[str] = []
    raw, packed, script, view = [], [], [], []
    for path in site.pages:
        content = site.files[path]
        loads = loaded(site, path)
        scripts = sum(len(site.files.get(each, b"")) for each in loads if each.endswith(".js"))
        if shape(path) not in LISTS | SCRIPTED:
            raw.append((len(content), path))
            view.append((len(content) + sum(len(site.files.get(each, b"")) for each in loads), path))
        if shape(path) not in SCRIPTED:
            script.append((scripts, path))
        if shape(path) not in LISTS:
            packed.append((pack(content), path))
    styles = [(len(content), path) for path, content in site.files.items() if path.endswith(".css")]
    default = load_rulebook().about.id
    trying = [(pack_all(site, path), path) for path in site.pages if shape(path) == "try.html"]
    judged = [each for each in trying if each[1].startswith(f"{default}/")]
    figures = []
    for what, found, most in (
        ("heaviest page", raw, HTML),
        ("heaviest page, packed", packed, HTML_PACKED),
        ("most script on a page to read", script, SCRIPT),
        ("heaviest first view", view, FIRST_VIEW),
        ("heaviest style sheet", styles, CSS),
        ("heaviest page to try of the default rulebook, packed", judged, TRYING),
        ("heaviest page to try of any rulebook, packed", trying, 2 * TRYING),
    ):
        figures.append(Figure(what, f"{max(found)[0]:,} bytes" if found else "none", f"{most:,}"))
        misses += [f"{path}: {what} is {size:,} bytes" for size, path in sorted(found) if size > most]
    search, over = searched(site)
    return Result((*figures, search), (*misses, *over))


def searched(site: Site) -> tuple[Figure, list[str]]:
    """The words to search in: one file for each language of a rulebook, loaded by no page before it is used."""
    sizes, misses = [], []
    for path, content in site.files.items():
        if re.search(r"(search|find)[^/]*\.js$", path) and not path.startswith("assets/"):
            pages = sum(page.startswith(f"{dirname(path)}/") for page in site.pages)
            sizes.append((pack(content), path))
            if pack(content) > SEARCH_PER_PAGE * max(pages, 1):
                misses.append(f"{path}: {pack(content):,} bytes packed for {pages} pages")
    return Figure(
        "heaviest words to search in, packed", f"{max(sizes)[0]:,} bytes" if sizes else "none", "1 KB a page"
    ), misses


def loaded(site: Site, path: str) -> list[str]:
    """The files that a page loads by itself."""
    page = site.pages[path]
    asked = page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src | //img/@src")
    return [normpath(join(dirname(path), link)) for link in asked]


def pack_all(site: Site, path: str) -> int:
    scripts = [each for each in loaded(site, path) if each.endswith((".js", ".json")) or "try" in each]
    return pack(site.files[path]) + sum(pack(site.files.get(each, b"")) for each in scripts)


def pack(content: bytes) -> int:
    return len(gzip.compress(content, mtime=0))
