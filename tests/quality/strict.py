"""That a page runs and loads only what is its own, and says so in its policy and in the header of every answer."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator

from lxml import html

from publisher.missing import MISSING
from publisher.serve import HEADERS, create_app
from tests.quality.result import Figure, Result
from tests.quality.site import Site, shape
from tests.quality.weight import SCRIPTED

FOREIGN = {"iframe", "object", "embed", "base", "applet", "frame"}

LOOSE = re.compile(r"unsafe|\*|https?:|data:|blob:|wasm|strict-dynamic|nonce")


def check(site: Site) -> Result:
    """Every page by its source, and one of every kind as the server answers it."""
    misses = [f"{path}: {problem}" for path, page in site.pages.items() for problem in loose(path, page)]
    return Result((Figure("pages under a strict policy", f"{len(site.pages):,}", "all"),), (*misses, *headers(site)))


def loose(path: str, page: html.HtmlElement) -> Iterator[str]:
    """What a page has that a strict policy forbids, and what its policy allows that it should not."""
    policies = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    policy = "; ".join(policies)
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and not element.get("src"):
            yield "a script in the page"
        if element.tag == "style" and sealed(element.text or "") not in policy:
            yield "a <style> that its policy does not name"
        if element.tag in FOREIGN and (element.tag, path) != ("base", MISSING):
            yield f"a <{element.tag}>"
        yield from (f"the attribute {name}" for name in element.attrib if name == "style" or name.startswith("on"))
        for name in ("href", "src", "action", "formaction", "poster", "data", "ping"):
            value = element.get(name, "")
            if re.match(r"\s*(javascript|data|vbscript|blob):", value, re.IGNORECASE):
                yield f"{name}={value[:40]}"
            if (
                element.tag not in {"a", "form"}
                and re.match(r"https?:|//", value)
                and element.get("rel") not in {"canonical", "alternate"}
            ):
                yield f"<{element.tag}> loads {value}"
    if len(policies) != 1:
        yield f"{len(policies)} policies"
        return
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    base = ["'self'" if path == MISSING else "'none'"]
    if rules.get("default-src") != ["'none'"] or rules.get("base-uri") != base or "form-action" not in rules:
        yield f"the policy {policy}"
    if LOOSE.search(policy):
        yield f"the policy {policy}"
    if shape(path) not in SCRIPTED and "script-src" in rules:
        yield "the policy lets scripts run on a page to read"
    if page.xpath("//meta[@name='referrer']/@content") != ["no-referrer"]:
        yield "it tells others where a reader came from"


def sealed(style: str) -> str:
    """How a policy names a style sheet in a page: by its fingerprint, which lets in no other."""
    return f"'sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def headers(site: Site) -> Iterator[str]:
    """The header of an answer of every type of file."""
    client = create_app(site.folder, dict).test_client()
    policy = HEADERS["Content-Security-Policy"]
    if LOOSE.search(policy) or not policy.startswith("default-src 'none'") or "frame-ancestors 'none'" not in policy:
        yield f"the header {policy}"
    kinds = {path.rpartition(".")[2]: path for path in site.files}
    for path in [*kinds.values(), "not/there.html"]:
        with client.get(f"/{path}") as answer:
            for name, value in HEADERS.items():
                if answer.headers.get(name) != value:
                    yield f"{path}: the header {name} is {answer.headers.get(name)}"
            if "Set-Cookie" in answer.headers:
                yield f"{path}: a cookie"
            if (
                answer.headers.get("Content-Type", "").startswith("text/")
                and "charset" not in answer.headers["Content-Type"]
            ):
                yield f"{path}: {answer.headers['Content-Type']} names no encoding"
