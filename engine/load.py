"""YAML text to plain data that remembers its lines.

The YAML read here is a small, safe part of the language: mappings, lists, texts, numbers and truth values, and nothing
that copies, hides or changes what is written (no aliases, tags, merges, empty values or second documents).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Never

import rfc8785
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined] # its own module has no types
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.letters import BIDI, UNSEEN, mixed_word, named, stranger
from engine.problem import Problem, Where

MOST_BYTES = 1_000_000
MOST_DEPTH = 40
MOST_DIGITS = 15
MOST_PROBLEMS = 100
"""No more than this many problems of one document are told: the rest would bury them."""

Way = tuple[str | int, ...]
"""The way to a value: ``("table", "rows", 0, 1)``."""


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file as plain data (which nobody changes), with the place of everything in it.

    `file` is relative to the folder that holds rulebooks. `digest` is the SHA-256 of the canonical JSON (RFC 8785) of
    the data, in which a decimal is a string in its shortest form.
    """

    file: str
    text: str
    data: Any
    places: Mapping[Way, Where]
    keys: Mapping[Way, Where]
    digest: str


class _Stop(Exception):  # noqa: N818 - not an error: the one problem after which reading on makes no sense
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


def read_text(text: str, file: str) -> tuple[Document | None, list[Problem]]:
    r"""The document in a text, or what is wrong with it; both when the problems leave no doubt about the data.

    >>> document, problems = read_text("id: late-bills\nweight: 0.50\n", "demo/rules/late-bills/1.0.0.yaml")
    >>> document.data
    {'id': 'late-bills', 'weight': Decimal('0.50')}
    >>> str(document.places["weight",]), str(document.keys["weight",])
    ('demo/rules/late-bills/1.0.0.yaml:2:9', 'demo/rules/late-bills/1.0.0.yaml:2:1')
    >>> read_text("id: a\nid: b\n", "a.yaml")[1][0].sentence
    'the key `id` is here a second time'
    """
    document, problems = _read(text, file)
    return document, list(problems)


def read_document(root: Path, file: str) -> tuple[Document | None, list[Problem]]:
    """The document in a file under `root`, the folder that holds rulebooks. A link may not lead out of its rulebook."""
    where = Where(file)
    path = root / file
    try:
        inside = (root / PurePosixPath(file).parts[0]).resolve()
        real = path.resolve()
        if real != inside and inside not in real.parents:
            return None, [
                Problem(
                    "outside",
                    "the file is a link that leads out of the rulebook's folder",
                    where,
                    help="put the document itself here: what is published must be all in one place",
                )
            ]
        if not stat.S_ISREG(real.stat().st_mode):
            return None, [Problem("unreadable", "this is not a file", where)]
        with real.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as problem:
        why = (getattr(problem, "strerror", None) or "it cannot be found").lower()
        return None, [Problem("unreadable", f"the file cannot be read: {why}", where)]
    if len(content) > MOST_BYTES:
        return None, [
            Problem(
                "too-large",
                "the file is larger than 1 MB",
                where,
                help="a policy is a page or two: check that this is the right file",
            )
        ]
    if b"\0" in content:
        return None, [
            Problem("not-text", "this is not a text file", where, help="a policy is a YAML text in the encoding UTF-8")
        ]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = content[: problem.start].decode("utf-8", "replace")
        line = before.count("\n")
        return None, [
            Problem(
                "not-text",
                "the file is not in the encoding UTF-8",
                Where(file, line + 1, len(before) - before.rfind("\n")),
                help="save it again as UTF-8",
            )
        ]
    return read_text(text, file)


# Keyed by the whole text, so that a changed file is read anew and an unchanged one is not.
@lru_cache(maxsize=8192)
def _read(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    text = text.removeprefix("\ufeff")
    problems = list(_unseen(text, file))
    if any(problem.code == "control-character" for problem in problems):
        return None, tuple(problems)
    try:
        data, places, keys, sound = _build(text, file, problems)
    except _Stop as stop:
        problems.append(stop.problem)
        return None, _first(problems)
    except MarkedYAMLError as error:
        problems.append(_syntax(error, text, file))
        return None, _first(problems)
    if not sound:
        return None, _first(problems)
    return Document(file, text, data, places, keys, digest(data)), _first(problems)


def _first(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.where or Where("")))[:MOST_PROBLEMS]


def digest(data: Any) -> str:
    """The SHA-256 of the canonical JSON of plain data: the order of keys and the zeros after a decimal do not count.

    >>> digest({"a": Decimal("0.50"), "b": 1}) == digest({"b": 1, "a": Decimal("0.5")})
    True
    """
    return hashlib.sha256(rfc8785.dumps(_canonical(data))).hexdigest()


def _canonical(data: Any) -> Any:
    match data:
        case dict():
            return {key: _canonical(value) for key, value in data.items()}
        case list():
            return [_canonical(value) for value in data]
        case Decimal():
            short = f"{data:f}"
            short = short.rstrip("0").rstrip(".") if "." in short else short
            return "0" if short == "-0" else short
        case _:
            return data


def _unseen(text: str, file: str) -> Iterator[Problem]:
    """One problem for each character that cannot be seen, at the first place where it stands."""
    for pattern in (UNSEEN, BIDI):
        first: dict[str, int] = {}
        for found in pattern.finditer(text):
            first.setdefault(found.group(), found.start())
        for character, index in sorted(first.items()):
            yield _hidden(character, Where(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)))


def _hidden(character: str, where: Where) -> Problem:
    if BIDI.match(character):
        return Problem(
            "bidi-character",
            f"the invisible character {named(character)} changes the direction of the text",
            where,
            help="delete it: with it a page can show other words than the ones that are meant",
        )
    sentence = f"the character {named(character)} cannot be part of a text"
    return Problem("control-character", sentence, where, help="delete it")


# --------------------------------------------------------------------------------------------------------- building

INTEGER = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
EXTRA_ZEROS = re.compile(r"(-?)0+([0-9].*)")
RETURN = re.compile("\r")
"""In a value it can only come from an escape, and a terminal writes what follows over what went before."""
EMPTY = {"", "~", "null", "Null", "NULL"}
KEY_HELP = "a key is a word: put it in quotes if it looks like a number"


def _build(text: str, file: str, problems: list[Problem]) -> tuple[Any, dict[Way, Where], dict[Way, Where], bool]:
    """The data, its places, and whether it is sound: that is, whether the problems found leave its meaning certain."""
    parser = CParser(text)
    next_event = parser.get_event
    places: dict[Way, Where] = {}
    keys: dict[Way, Where] = {}
    sound = True
    lines = text.splitlines()

    def place(event: Any, end: Any = None) -> Where:
        start, end = event.start_mark, (end or event).end_mark
        if start.line == end.line:
            length = end.index - start.index
        else:
            length = len(lines[start.line].rstrip()) - start.column if start.line < len(lines) else 1
        return Where(file, start.line + 1, start.column + 1, max(length, 1))

    def wrong(code: str, sentence: str, where: Where, help: str | None = None) -> None:  # noqa: A002 - Problem's word
        nonlocal sound
        sound = False
        problems.append(Problem(code, sentence, where, help))

    def refuse(event: Any) -> None:
        """What may not stand before a value."""
        if event.anchor is not None:
            mark = Where(file, event.start_mark.line + 1, event.start_mark.column + 1, len(event.anchor) + 1)
            problems.append(
                Problem("anchor", f"the anchor `&{event.anchor}` has no use here", mark, help="leave it out")
            )
        if event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            wrong(
                "tag",
                f"the tag `{shown}` is not allowed",
                Where(file, event.start_mark.line + 1, event.start_mark.column + 1, len(shown)),
                "leave it out: a policy is plain data",
            )

    def escaped(event: Any) -> None:
        """What cannot be seen in a text, and was written in it as an escape."""
        nonlocal sound
        written = text[event.start_mark.index : event.end_mark.index]
        if "\\" not in written:
            return
        for pattern in (UNSEEN, BIDI, RETURN):
            for character in sorted(set(pattern.findall(event.value)).difference(pattern.findall(written))):
                sound = False
                problems.append(_hidden(character, place(event)))

    def scalar(event: Any) -> Any:
        word = event.value
        if event.implicit[0]:
            if word in {"true", "false"}:
                return word == "true"
            if INTEGER.fullmatch(word) or DECIMAL.fullmatch(word):
                if len(word.lstrip("-0").replace(".", "").lstrip("0")) > MOST_DIGITS:
                    wrong(
                        "long-number",
                        f"a number has at most {MOST_DIGITS} digits",
                        place(event),
                        "put it in quotes if it is a name and not a number",
                    )
                    return 0
                zeros = EXTRA_ZEROS.fullmatch(word)
                if zeros is not None:
                    wrong(
                        "leading-zero",
                        f"the number `{word}` starts with a 0 too many",
                        place(event),
                        f"write `{zeros[1]}{zeros[2]}`, or put it in quotes if it is a name and not a number",
                    )
                    return word
                return Decimal(word) if "." in word else int(word)
        elif event.style == '"':
            escaped(event)
        odd = mixed_word(word)
        if odd is not None:
            letter = stranger(odd)
            wrong("confusable", f"`{odd}` {letter}", place(event), "type the word again")
        return word

    def key(event: Any, path: Way, seen: dict[str, Any]) -> str | None:
        if type(event) is AliasEvent:
            alias(event)
        if type(event) is not ScalarEvent:
            raise _Stop(Problem("odd-key", "a list or a mapping cannot be a key", place(event), help=KEY_HELP))
        refuse(event)
        value = scalar(event)
        if not isinstance(value, str):
            wrong("odd-key", f"the key `{event.value}` is not a word", place(event), KEY_HELP)
            return None
        if event.implicit[0] and value in EMPTY:
            wrong("odd-key", "a key is missing before `:`", place(event), KEY_HELP)
            return None
        if value in seen:
            problems.append(
                Problem(
                    "duplicate-key",
                    f"the key `{value}` is here a second time",
                    place(event),
                    help="keep one of the two",
                    also=((keys[(*path, value)], "the first one"),),
                )
            )
            return None
        keys[(*path, value)] = place(event)
        return value

    def alias(event: Any) -> Never:
        raise _Stop(
            Problem(
                "alias",
                f"the alias `*{event.anchor}` is not allowed",
                place(event),
                help="write the value out again: every policy is read where it stands",
            )
        )

    def value(event: Any, path: Way, depth: int) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            alias(event)
        refuse(event)
        if kind is ScalarEvent:
            places[path] = place(event)
            if event.implicit[0] and event.value in EMPTY:
                name = next((f"`{step}`" for step in reversed(path) if isinstance(step, str)), "the document")
                where = keys.get(path, places[path]) if event.value == "" else places[path]
                item = f"an item of {name}" if path and isinstance(path[-1], int) else name
                wrong("no-value", f"{item} has no value", where, "write the value, or leave the key out")
            return scalar(event)
        if depth > MOST_DEPTH:
            raise _Stop(
                Problem(
                    "too-deep",
                    f"this is nested more than {MOST_DEPTH} levels deep",
                    place(event),
                    help="a policy needs fewer than ten: check the brackets and the indentation",
                )
            )
        if kind is MappingStartEvent:
            result: dict[str, Any] = {}
            first = None
            while type(each := next_event()) is not MappingEndEvent:
                first = first or each
                known = key(each, path, result)
                if known is None:
                    # Read and forgotten, under a path that no other value has.
                    value(next_event(), (*path, "…"), depth + 1)
                else:
                    result[known] = value(next_event(), (*path, known), depth + 1)
            places[path] = place(event, each) if event.flow_style or first is None else place(first)
            return result
        items: list[Any] = []
        while type(each := next_event()) is not SequenceEndEvent:
            items.append(value(each, (*path, len(items)), depth + 1))
        places[path] = place(event, each) if event.flow_style else Where(file, *_start(event))
        return items

    next_event()  # the start of the stream
    event = next_event()
    if type(event) is not DocumentStartEvent:
        raise _Stop(Problem("empty", "the document is empty", Where(file)))
    if event.version is not None or event.tags:
        raise _Stop(
            Problem("directive", "a line that starts with `%` is not allowed", Where(file, *_start(event)), "delete it")
        )
    event = next_event()
    if type(event) is ScalarEvent and event.implicit[0] and event.value in EMPTY:
        raise _Stop(Problem("empty", "the document is empty", Where(file)))
    root = value(event, (), 1)
    if type(event) is not MappingStartEvent:
        what = "a list" if type(event) is SequenceStartEvent else "a single value"
        wrong("not-a-mapping", f"the document is {what}", places[()], "a policy is keys with values, like `kind: rule`")
    next_event()  # the end of the document
    event = next_event()
    if type(event) is DocumentStartEvent:
        wrong(
            "several-documents",
            "a second document starts here",
            Where(file, *_start(event), 3),
            "put it in a file of its own",
        )
    return root, places, keys, sound


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


# ------------------------------------------------------------------------------------------------------ YAML's errors

INDENT = "check the indentation: the keys of one mapping start in the same column"
SAYINGS = (
    ("mapping values are not allowed", "a `:` is not expected here",
     "put a text that contains `: ` in quotes, or check the indentation"),
    ("did not find expected ',' or ']'", "a list that starts with `[` is not closed before this", "add `]` or a comma"),
    ("did not find expected ',' or '}'", "a mapping that starts with `{` is not closed before this",
     "add `}` or a comma"),
    ("could not find expected ':'", "a `:` is missing after a key", "write `key: value`"),
    ("did not find expected node content", "a value is missing here", "write a value, or close the bracket"),
    ("did not find expected key", "this line does not fit the lines before it", INDENT),
    ("did not find expected '-' indicator", "this line does not fit the list before it",
     "each item of the list starts with `-` in the same column"),
    ("block sequence entries are not allowed", "a list cannot start here", "put `-` on a line of its own"),
    ("found unexpected end of stream", "a text in quotes is not closed", "add the closing quote"),
    ("found unexpected document indicator", "a text in quotes is not closed", "add the closing quote"),
    ("found unknown escape character", "this character cannot follow a `\\` in double quotes",
     "write `\\\\` for a `\\`, or use single quotes"),
    ("did not find expected hexdecimal number", "`\\x` and `\\u` are followed by digits", "use single quotes instead"),
    ("found invalid Unicode character escape", "there is no such character", "write the character itself"),
    ("while scanning an anchor", "`&` starts an anchor, which is not allowed", "put the text in quotes"),
    ("while scanning an alias", "`*` starts an alias, which is not allowed", "put the text in quotes"),
    ("tag", "`!` starts a tag, which is not allowed", "put the text in quotes"),
    ("directive", "a line that starts with `%` is not allowed", "delete it, or put the text in quotes"),
    ("incompatible YAML document", "a line that starts with `%` is not allowed", "delete it"),
    ("block scalar", "a text after `|` or `>` starts on the next line, further in",
     "check the indentation of the text"),
    ("did not find expected <document start>", "this is not expected here", INDENT),
)  # fmt: skip
"""What libyaml says, and what we say."""

AT_START = {"could not find expected ':'", "found unexpected end of stream", "found unexpected document indicator"}
"""What libyaml notices late: the place to look is where the key or the text started."""


def _syntax(error: MarkedYAMLError, text: str, file: str) -> Problem:
    mark, context = error.problem_mark, error.context_mark
    said = f"{error.context} {error.problem}"
    lines = text.splitlines()
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    where = Where(file, mark.line + 1, mark.column + 1) if mark is not None else Where(file)
    here = line[mark.column : mark.column + 1] if mark is not None else ""
    indent = line[: len(line) - len(line.lstrip())]
    if here == "\t" or "\t" in indent or "tab character" in said:
        at = line.find("\t")
        where = Where(file, where.line, at + 1) if at >= 0 else where
        return Problem("tab", "a tab is used to indent", where, help="use spaces: two for each level")
    if "cannot start any token" in said:
        return Problem("syntax", f"`{here}` cannot start a value", where, help="put the text in quotes")
    also = ((Where(file, context.line + 1, context.column + 1), "it starts here"),) if context is not None else ()
    for saying, sentence, help_ in SAYINGS:
        if saying in said:
            at_end = mark is not None and not text[mark.index :].strip()
            if also and (saying in AT_START or at_end):
                return Problem("syntax", sentence.removesuffix(" before this"), also[0][0], help=help_)
            return Problem("syntax", sentence, where, help=help_, also=also if "not closed" in sentence else ())
    return Problem("syntax", f"this is not YAML: {error.problem}", where, help=INDENT, also=also)


# ------------------------------------------------------------------------------------------------- a rulebook's folder


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything found in one rulebook's folder: `root` is the folder above it; documents are in the order of files."""

    root: Path
    about: Document
    policies: tuple[Document, ...]
    drafts: tuple[Document, ...]


FOLDERS = {
    "sources": "source",
    "measures": "measure",
    "rules": "rule",
    "scores": "score",
    "uses": "use",
    "exclusions": "exclusion",
    "rights": "right",
}
"""The folders of a rulebook, and the kind of what is in them."""

SUFFIXES = {".yaml", ".yml"}
"""What looks like a document, though only the first is one."""


def read_shelf(folder: Path) -> tuple[Shelf | None, list[Problem]]:
    """All documents of a rulebook and all their problems; a document with an error is left out of the shelf.

    Without a sound ``rulebook.yaml`` there is no shelf, but the problems of the other documents are told as well.
    """
    from engine.structure import validate  # noqa: PLC0415 - it imports this module for Document

    root, name = folder.absolute().parent, folder.absolute().name
    found, problems = _files(folder)
    if "rulebook.yaml" not in found:
        problems.append(
            Problem(
                "no-rulebook",
                f"the folder `{name}` has no `rulebook.yaml`",
                Where(f"{name}/rulebook.yaml"),
                help="it says what the rulebook is called, who answers for it and in which languages it is written",
            )
        )
    sound: dict[str, Document] = {}
    for file in found:
        document, wrong = read_document(root, f"{name}/{file}")
        if document is not None:
            wrong = [*wrong, *validate(document)]
        problems += wrong
        if document is not None and not wrong:
            sound[file] = document
    problems.sort(key=lambda problem: problem.where or Where(""))
    if "rulebook.yaml" not in sound:
        return None, problems
    about = sound.pop("rulebook.yaml")
    drafts = {file for file in sound if PurePosixPath(file).parent.name == "drafts"}
    return (
        Shelf(
            root,
            about,
            tuple(document for file, document in sound.items() if file not in drafts),
            tuple(document for file, document in sound.items() if file in drafts),
        ),
        problems,
    )


def _files(folder: Path) -> tuple[list[str], list[Problem]]:
    """The documents under a rulebook's folder, in order; any other file where policies are is a problem."""
    name = folder.absolute().name
    found: list[str] = []
    problems: list[Problem] = []
    for here, folders, files in os.walk(folder):
        at = PurePosixPath(Path(here).relative_to(folder).as_posix())
        if at == PurePosixPath():
            folders[:] = [each for each in folders if each != "records"]
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        problems += [
            Problem(
                "outside",
                "a link to a folder is not followed",
                Where(f"{name}/{at / each}"),
                help="put the documents themselves here",
            )
            for each in folders
            if (Path(here) / each).is_symlink()
        ]
        for each in sorted(files):
            file = at / each
            if each.startswith("."):
                continue
            if _belongs(file):
                found.append(str(file))
            elif file.suffix.lower() in SUFFIXES or file.parts[0] in FOLDERS:
                problems.append(_misplaced(file, name))
    return sorted(found), problems


def _misplaced(file: PurePosixPath, name: str) -> Problem:
    """A file that nobody would read, and nobody would miss until it mattered."""
    where = Where(f"{name}/{file}")
    renamed = file.with_suffix(".yaml")
    if file.suffix.lower() not in SUFFIXES:
        help_ = "a policy is called `VERSION.yaml`; a note belongs beside `rulebook.yaml`"
        return Problem("misplaced", "this file is not a policy", where, help=help_)
    if file != renamed and _belongs(renamed):
        help_ = f"call it `{renamed.name}`"
    else:
        help_ = f"a policy is in `KIND/ID/VERSION.yaml`, where KIND is one of {', '.join(FOLDERS)}"
    return Problem("misplaced", "a document is not expected here", where, help=help_)


def _belongs(file: PurePosixPath) -> bool:
    match file.parts:
        case (folder, _, _) | (folder, _, "drafts", _):
            return folder in FOLDERS and file.suffix == ".yaml"
        case _:
            return file == PurePosixPath("rulebook.yaml")
