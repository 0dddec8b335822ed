"""A rulebook as large as one likes: policies with tables, versions and languages, as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "zh-Hans")
FIRST = date(2020, 1, 1)


def write(folder: Path, policies: int, versions: int = 1, languages: int = 1, releases: int | None = None) -> Path:
    """So many policies, half of them rules, each in so many versions and languages; the folder of the rulebook.

    The versions come out on so many days, one after the other; on as many as there are versions if none are named.
    """
    spoken = LANGUAGES[:languages]
    root = folder / "large"
    put(root / "rulebook.yaml", about(spoken))
    days = releases or versions
    for number, (kind, id_, body) in enumerate(documents(policies, spoken)):
        for version in range(versions):
            release = version * days // versions + number % (days // versions or 1)
            head = header(kind, id_, version, release if version else 0, spoken)
            put(root / f"{kind}s" / id_ / f"{version + 1}.0.0.yaml", {**head, **body})
    return root


def put(file: Path, data: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")


def text(spoken: tuple[str, ...], en: str, de: str, zh: str) -> dict[str, str]:
    return {lang: {"en": en, "de": de, "zh-Hans": zh}[lang] for lang in spoken}


def about(spoken: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": "large",
        "title": text(spoken, "A large rulebook", "Ein großes Regelwerk", "大型规则集"),
        "summary": text(spoken, "Made for measuring.", "Zum Messen gemacht.", "用于测量。"),
        "standing": "illustration",
        "languages": list(spoken),
        "operator": text(spoken, "Nobody", "Niemand", "无"),
        "contact": text(spoken, "None", "Keiner", "无"),
        "default_use": "offer",
    }


def header(kind: str, id_: str, version: int, release: int, spoken: tuple[str, ...]) -> dict[str, Any]:
    """The head of a version; releases are a month apart."""
    day = date(FIRST.year + release // 12, release % 12 + 1, 1)
    words = id_.replace("-", " ")
    why = text(spoken, f"Release {version + 1}.", f"Ausgabe {version + 1}.", f"第{version + 1}版。")
    return {
        "kind": kind,
        "id": id_,
        "version": f"{version + 1}.0.0",
        "in_force": {"from": day.isoformat()},
        "title": text(spoken, f"The {kind} {words}", f"Der Eintrag {words}", f"条目 {words}"),
        "summary": text(
            spoken,
            f"What {words} says of the facts that were given, and what it does not look at.",
            f"Was {words} über die angegebenen Tatsachen sagt und worauf nicht geachtet wird.",
            f"{words} 说明所提供事实的含义，以及不予考虑的内容。",
        ),
        "change": {"kind": "amend" if version else "new", "why": why},
        "authority": [{"instrument": text(spoken, "House rules", "Hausordnung", "内部规定"), "article": str(version)}],
    }


def documents(policies: int, spoken: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, id and what comes after the head: sources of twenty facts, a measure and a rule for each, score and use."""
    cards = (policies - 2) * 20 // 41
    words = text(spoken, "Stated by the person.", "Von der Person angegeben.", "由本人填写。")
    numbers = [f"{number:04}" for number in range(cards)]
    for start in range(0, cards, 20):
        yield "source", f"facts-{start // 20:03}", source(numbers[start : start + 20], words, spoken)
    for number in numbers:
        value = {"of": f"facts-{int(number) // 20:03}", "field": f"n{number}"}
        yield "measure", f"value-{number}", {"category": "pd:Reliability", "value": value}
        yield "rule", f"points-{number}", rule(f"value-{number}", words)
    yield "score", "total", score([f"points-{number}" for number in numbers], spoken)
    yield "use", "offer", use(words)


def source(numbers: list[str], words: dict[str, str], spoken: tuple[str, ...]) -> dict[str, Any]:
    return {
        "collected": {
            "provided_by": [words],
            "origin": "data-subject",
            "obtained": "collected",
            "context": "credit",
            "method": words,
            "frequency": "once",
            "people": words,
            "mandatory": {"value": False, "otherwise": words},
        },
        "purpose": words,
        "legal_basis": "contract",
        "recipients": [{"who": words, "what_for": words}],
        "retention": [{"keep": "while-open", "then": "delete"}],
        "facts": {},
        "fields": {
            f"n{number}": {
                "type": "integer",
                "optional": True,
                "least": 0,
                "greatest": 1000,
                "title": text(spoken, f"figure {number}", f"Zahl {number}", f"数字 {number}"),
                "category": "pd:Reliability",
            }
            for number in numbers
        },
    }


def rule(measure: str, words: dict[str, str]) -> dict[str, Any]:
    """A table of ten rows."""
    rows = [[f"[{step * 100}..{step * 100 + 100})", step * 3] for step in range(9)]
    return {
        "why": words,
        "table": {"measure": measure, "rows": [*rows, [">= 900", 30]]},
        "unknown": {"points": 0, "because": words},
        "mends": words,
        "examples": [{"is": {measure: 50}, "points": 0}, {"is": {measure: 950}, "points": 30}],
    }


def score(rules: list[str], spoken: tuple[str, ...]) -> dict[str, Any]:
    top = 30 * len(rules)
    named = text(spoken, "low", "niedrig", "低"), text(spoken, "high", "hoch", "高")
    return {
        "base": 0,
        "adds": rules,
        "range": {"least": 0, "greatest": top},
        "bands": [
            {"id": "low", "from": 0, "to": top // 2, "title": named[0]},
            {"id": "high", "from": top // 2 + 1, "to": top, "title": named[1]},
        ],
    }


def use(words: dict[str, str]) -> dict[str, Any]:
    return {
        "decided_by": [words],
        "purposes": ["credit"],
        "context": "credit",
        "automation": "decision-support",
        "human_review": words,
        "consequences": [{"id": "offer", "when": {"band": "any"}, "effect": words, "polarity": "benefit"}],
    }
