"""A document against the JSON Schema of its kind: everything that can be wrong with one file on its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from engine.accept import TYPES, Accepts, acceptor, is_day, regex
from engine.explain import explained, listed, number_help, shown, suggested
from engine.load import FOLDERS, MOST_PROBLEMS, Document
from engine.problem import Problem, Where

KINDS = ("rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right")
HERE = Path(__file__).resolve().parent / "schemas"


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind (or of its shared parts, ``common``), which nobody changes.

    >>> schema("rule")["$id"]
    'https://openrulebook.example/schemas/rule.json'
    """
    return _schemas()[f"https://openrulebook.example/schemas/{kind}.json"]


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    read = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(HERE.glob("*.json")))
    return {each["$id"]: each for each in read}


@cache
def accepts(kind: str) -> Accepts:
    """Whether data is valid against the schema of a kind."""
    return acceptor(_schemas(), schema(kind)["$id"])


@cache
def validator(kind: str) -> Any:
    """What `jsonschema` says about data of a kind. It looks nothing up outside our own schemas."""
    dates = FormatChecker(formats=())
    dates.checks("date")(lambda value: not isinstance(value, str) or is_day(value))
    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {name: lambda _, value, is_type=is_type: is_type(value) for name, is_type in TYPES.items()}
    )
    class_ = extend(Draft202012Validator, {"pattern": _pattern}, type_checker=types)  # type: ignore[no-untyped-call]
    registry = Registry().with_resources((id_, DRAFT202012.create_resource(each)) for id_, each in _schemas().items())
    return class_(schema(kind), registry=registry, format_checker=dates)


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not regex(pattern).search(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def validate(document: Document) -> list[Problem]:
    r"""What is wrong with the form of a document, in the order of its lines.

    >>> from engine.load import read_text
    >>> document, _ = read_text("id: demo\ntitel: {en: Demo}\n", "demo/rulebook.yaml")
    >>> validate(document)[0].sentence, validate(document)[-1].sentence, validate(document)[-1].help
    ('`contact` is missing', 'unknown key `titel`', 'did you mean `title`?')
    """
    kind = _kind(document)
    if kind is None:
        return [_no_kind(document)]
    problems: list[Problem] = []
    if not accepts(kind)(document.data):
        errors = validator(kind).iter_errors(document.data)
        problems += explained(document, errors, schema(kind), schema("common"))
    places = {problem.where for problem in problems}
    problems += [each for each in _beyond_schema(document, kind) if each.where not in places]
    unique = {(problem.where, problem.sentence): problem for problem in problems}
    return sorted(unique.values(), key=lambda problem: (problem.where or Where(""), problem.sentence))[:MOST_PROBLEMS]


def _kind(document: Document) -> str | None:
    """The kind the folder tells, or, outside any, the kind the document tells."""
    parts = PurePosixPath(document.file).parts
    if parts[-1] == "rulebook.yaml":
        return "rulebook"
    for folder in parts[:-1][1:2]:
        if folder in FOLDERS:
            return FOLDERS[folder]
    said = document.data.get("kind")
    return said if isinstance(said, str) and said in FOLDERS.values() else None


def _no_kind(document: Document) -> Problem:
    said = document.data.get("kind")
    known = list(FOLDERS.values())
    if "kind" not in document.data:
        return Problem("missing-key", "`kind` is missing", document.places[()], help=f"write one of {listed(known)}")
    sentence = f"`kind` cannot be {shown(said)}"
    return Problem("unknown-word", sentence, document.places["kind",], suggested(said, known))


# ------------------------------------------------------------------------------------ what a schema cannot find


def _beyond_schema(document: Document, kind: str) -> Iterator[Problem]:
    yield from _names(document, kind)
    match document.data.get("in_force"):
        case {"from": str() as first, "until": str() as last} if is_day(first) and is_day(last) and last < first:
            yield Problem(
                "until-before-from",
                f"`until` is before `from`: {last} is earlier than {first}",
                document.places["in_force", "until"],
                help="`until` is the last day on which this version is in force",
                also=((document.places["in_force", "from"], "`from` is here"),),
            )
    if kind == "rule":
        yield from _rows(document)
    if kind == "source":
        yield from _retention(document)


def _names(document: Document, kind: str) -> Iterator[Problem]:
    """The kind, id and version in a file are those of its folders and its name."""
    path = PurePosixPath(document.file)
    data = document.data
    if kind == "rulebook":
        expected = {"id": (path.parent.name, "folder")}
    else:
        folder = path.parent.parent if path.parent.name == "drafts" else path.parent
        expected = {
            "kind": (kind, f"folder `{folder.parent.name}`"),
            "id": (folder.name, "folder"),
            "version": (path.name.removesuffix(".yaml"), "file"),
        }
    for key, (name, what) in expected.items():
        said = data.get(key)
        if said is None or said == name or (key == "kind" and not isinstance(said, str)):
            continue
        if key == "kind":
            sentence = f"`kind` is {shown(said)}, but the {what} holds another kind"
            help_ = f"write `{name}`"
        else:
            sentence = f"`{key}` is {shown(said)}, but the {what} is called `{name}`"
            help_ = f"they must be the same: change `{key}` or rename the {what}"
        yield Problem("wrong-place", sentence, document.places[key,], help_)


def _rows(document: Document) -> Iterator[Problem]:
    """Each row of a table has a cell for each measure, and then what it is worth."""
    match document.data.get("table"):
        case {"measures": list() as measures, "rows": list() as rows}:
            columns = len(measures)
        case {"measure": str(), "rows": list() as rows}:
            columns = 1
        case _:
            return
    for index, row in enumerate(rows):
        if not isinstance(row, list):
            continue
        path = ("table", "rows", index)
        cells = max(len(row) - 1, 0)
        if cells != columns:
            yield Problem(
                "row-length",
                f"this row has {_count(cells, 'cell')}, but the table has {_count(columns, 'measure')}",
                document.places[path],
                help="a row is a cell for each measure and then what the row is worth",
            )
            continue
        for column, cell in enumerate(row[:-1]):
            if isinstance(cell, dict):
                yield Problem("type", "a cell cannot be a mapping", document.places[(*path, column)], CELL_HELP)
        worth = row[-1]
        if not isinstance(worth, dict) and type(worth) is not int:
            like = number_help(worth, whole=True) if isinstance(worth, str) else None
            yield Problem(
                "type",
                "the last part of a row must be a whole number of points, or a mapping like `{points: 5}`",
                document.places[(*path, columns)],
                help=like or "the cells come first, then what the row is worth",
            )


CELL_HELP = 'a cell is a value or a test, like `5`, `">= 3"` or `"[18..65)"`'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _retention(document: Document) -> Iterator[Problem]:
    """Of several times to keep a row, only the last is for all rows that are left."""
    entries = document.data.get("retention")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        return
    for index, entry in enumerate(entries):
        last = index == len(entries) - 1
        if last and "when" in entry:
            yield Problem(
                "retention-order",
                "the last item of `retention` cannot have `when`",
                document.keys["retention", index, "when"],
                help="it says how long all rows are kept that no other item is for",
            )
        elif not last and "when" not in entry:
            yield Problem(
                "retention-order",
                "only the last item of `retention` can be without `when`",
                document.places["retention", index],
                help="what comes after it would never apply",
            )
