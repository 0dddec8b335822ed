"""Rulebooks made for measuring: documents as plain data, on disk or parsed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from engine.ir import Edition
from engine.load import Document, read_text
from engine.parse import parse_about, parse_edition

FROM = date(2026, 1, 1)
WORDS = {"en": "words"}
ABOUT = {
    "id": "bench",
    "title": WORDS,
    "summary": WORDS,
    "standing": "illustration",
    "languages": ["en"],
    "operator": WORDS,
    "contact": WORDS,
    "default_use": "use",
}

Documents = list[dict[str, Any]]


def header(kind: str, id_: str) -> dict[str, Any]:
    """The first lines of any policy."""
    return {
        "kind": kind,
        "id": id_,
        "version": "1.0.0",
        "in_force": {"from": FROM.isoformat()},
        "title": {"en": id_},
        "summary": WORDS,
        "change": {"kind": "new", "why": WORDS},
        "authority": {"none": WORDS},
    }


def source(id_: str, shape: dict[str, Any], fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A source; a field is given by its type."""
    said = {name: {**field, "title": {"en": name}, "category": "pd:Reliability"} for name, field in fields.items()}
    keep = {"keep": "P60M", "counted_from": shape["rows"]["dated_by"], "then": "delete"} if "rows" in shape else {}
    return {
        **header("source", id_),
        "collected": {
            "provided_by": [WORDS],
            "origin": "third-party",
            "obtained": "collected",
            "context": "credit",
            "method": WORDS,
            "frequency": "P1M",
            "people": WORDS,
            "mandatory": {"value": False, "otherwise": WORDS},
        },
        "purpose": WORDS,
        "legal_basis": "contract",
        "recipients": [],
        "retention": [keep or {"keep": "while-open", "then": "delete"}],
        **shape,
        "fields": said,
    }


def measure(id_: str, body: dict[str, Any]) -> dict[str, Any]:
    """A measure of some body."""
    return {**header("measure", id_), "category": "pd:Reliability", **body}


def rule(id_: str, body: dict[str, Any], examples: list[dict[str, Any]]) -> dict[str, Any]:
    """A rule; what is unknown is worth nothing."""
    return {
        **header("rule", id_),
        "why": WORDS,
        **body,
        "unknown": {"points": 0, "because": WORDS},
        "examples": examples,
    }


def score(base: int, adds: list[Any], limits: tuple[int, int], starts: list[int]) -> dict[str, Any]:
    """A score whose bands begin at `starts`."""
    ends = [*(start - 1 for start in starts[1:]), limits[1]]
    return {
        **header("score", "total"),
        "base": base,
        "adds": adds,
        "range": {"least": limits[0], "greatest": limits[1]},
        "bands": [
            {"id": f"band-{number}", "from": start, "to": end, "title": WORDS}
            for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        ],
        "reasons": {"most": 4, "source": WORDS},
    }


def use() -> dict[str, Any]:
    """The one use."""
    return {
        **header("use", "use"),
        "decided_by": [WORDS],
        "purposes": ["credit"],
        "context": "credit",
        "automation": "decision-support",
        "human_review": WORDS,
        "consequences": [{"id": "offer", "when": {"band": "any"}, "effect": WORDS, "polarity": "benefit"}],
    }


def edition(documents: Iterable[dict[str, Any]]) -> Edition:
    """The documents as an edition, read and parsed like any others."""
    about, _ = parse_about(_read(ABOUT, "bench/rulebook.yaml"))
    assert about is not None
    found, problems = parse_edition(about, [_read(one, _file(one)) for one in documents], FROM)
    assert found is not None, [problem.sentence for problem in problems[:5]]
    assert not problems, [problem.sentence for problem in problems[:5]]
    return found


def write(documents: Iterable[dict[str, Any]], folder: Path) -> Path:
    """The documents as files of a rulebook; its folder."""
    for name, one in [("bench/rulebook.yaml", ABOUT), *((_file(one), one) for one in documents)]:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(one, indent=1), "utf-8")
    return folder / "bench"


def _file(document: dict[str, Any]) -> str:
    return f"bench/{document['kind']}s/{document['id']}/{document['version']}.yaml"


def _read(data: dict[str, Any], file: str) -> Document:
    document, problems = read_text(json.dumps(data, indent=1), file)
    assert document is not None, [problem.sentence for problem in problems]
    return document
