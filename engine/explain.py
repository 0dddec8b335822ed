"""What `jsonschema` found wrong with a document, in the author's words.

The words come from the schema where it has any: ``$comment`` completes the sentence "… must be", ``x-key`` is what a
key is called there, ``x-help`` is the help, and the description of a missing key says what it would have said.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jsonschema import ValidationError

from engine.accept import regex
from engine.letters import LOOKALIKES, stranger
from engine.load import MOST_DIGITS, Document, Way
from engine.problem import Problem, Where

FIRST = ("type", "enum", "const", "not", "pattern", "format")
"""Of several things wrong with one value, only the first of these is told."""

LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
SEVERAL = {"enum": "unknown-word", "const": "unknown-word", "pattern": "pattern"}
AT_LEAST = {"minItems": "a list of at least one item", "minProperties": "a mapping of at least one key"}
CONDITION_KEYS = ("all", "any", "not", "conclusion")


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding of `jsonschema`: where it is, the part of the schema, the keyword in it, and the value it refuses.

    `of_key` says that the value is a key of the mapping at `path`.
    """

    path: Way
    of_key: bool
    part: Mapping[str, Any]
    keyword: str
    rule: Any
    value: Any
    message: str


def explained(
    document: Document, errors: Iterable[ValidationError], own: Mapping[str, Any], common: Mapping[str, Any]
) -> Iterator[Problem]:
    """A problem for each thing to put right; what only follows from another is not told. `own` is the kind's schema."""
    faults = [_fault(error) for error in errors]
    told: dict[tuple[Way, str | None], int] = {}
    for fault in faults:
        if fault.keyword in FIRST:
            told[_spot(fault)] = min(told.get(_spot(fault), len(FIRST)), FIRST.index(fault.keyword))
    meant: set[tuple[Way, str]] = set()
    # Unknown keys come first: the key that one of them was probably meant to be is then not told to be missing.
    for fault in sorted(faults, key=lambda fault: fault.keyword != "additionalProperties"):
        rank = FIRST.index(fault.keyword) if fault.keyword in FIRST else len(FIRST)
        if isinstance(fault.value, dict | list) or rank == told.get(_spot(fault), rank):
            yield from _problems(document, fault, meant, own, common)


def _fault(error: ValidationError) -> Fault:
    found: Any = error  # its types allow for errors that have not been placed yet
    of_key = "propertyNames" in found.absolute_schema_path
    path = tuple(found.absolute_path)
    return Fault(path, of_key, found.schema, found.validator, found.validator_value, found.instance, found.message)


def _spot(fault: Fault) -> tuple[Way, str | None]:
    """What is refused: the value at a path, or one key of the mapping there."""
    return fault.path, fault.value if fault.of_key else None


def _problems(
    document: Document,
    fault: Fault,
    meant: set[tuple[Way, str]],
    own: Mapping[str, Any],
    common: Mapping[str, Any],
) -> Iterator[Problem]:
    path, part, value, rule = fault.path, fault.part, fault.value, fault.rule
    must, help_ = part.get("$comment"), part.get("x-help")
    name = f"the key `{value}`" if fault.of_key else _name(path, part)
    where = document.keys[(*path, value)] if fault.of_key else document.places[path]
    match fault.keyword:
        case "additionalProperties":
            yield from _unknown_keys(document, fault, meant)
        case "required" | "dependentRequired":
            found = re.search(r"'([^']*)' is a (?:required property|dependency)", fault.message)
            key = found.group(1) if found else ""
            if (path, key) not in meant:
                sentence = f"`{key}` is missing{_inside(path, part)}"
                yield Problem("missing-key", sentence, mapping(document, path), _meaning(part, key, own, common))
        case "oneOf" | "anyOf":
            names = [each["required"][0] for each in rule]
            there = [each for each in names if each in value]
            if len(there) > 1:
                first, *rest = sorted(there, key=lambda each: document.keys[(*path, each)])
                for each in rest:
                    yield Problem(
                        "one-of",
                        f"`{each}` cannot stand beside `{first}`",
                        document.keys[(*path, each)],
                        help="keep one of the two",
                        also=((document.keys[(*path, first)], f"`{first}` is here"),),
                    )
            elif not any((path, each) in meant for each in names):
                sentence = f"{listed(names)} is missing{_inside(path, part)}"
                yield Problem("one-of", sentence, mapping(document, path))
        case "type":
            yield Problem("type", f"{name} must be {must or _wanted(rule)}", where, _type_help(fault))
        case "enum" | "const" if must is None and not isinstance(value, dict | list):
            known = list(rule) if fault.keyword == "enum" else [rule]
            code = "unknown-word" if isinstance(value, str) else "type"
            if path != ("kind",):
                sentence = f"{_name(path, part, item='an')} cannot be {shown(value)}"
                yield Problem(code, sentence, where, suggested(value, known))
        case "not" if rule == {}:
            yield Problem("left-out", f"{name} must be {must}", document.keys.get(path, where))
        case "not" if isinstance(value, str):
            yield Problem("reserved-word", f"`{value}` is a word with a meaning of its own", where, f"use {must}")
        case "pattern" if (letter := stranger(value)) is not None:
            code = "confusable" if "in place of" in letter else "pattern"
            yield Problem(code, f"`{value}` {letter}", where, f"it must be {must}")
        case "format":
            yield Problem("no-such-date", f"there is no day `{value}`", where, "a date is year, month, day")
        case "maxLength":
            sentence = f"{name} has {len(value):,} characters; at most {rule:,} are allowed"
            yield Problem("too-long", sentence, where, help_)
        case "uniqueItems":
            for index, item in enumerate(value):
                if item in value[:index]:
                    first = document.places[(*path, value.index(item))]
                    yield Problem(
                        "repeated",
                        f"{shown(item)} is in the list twice",
                        document.places[(*path, index)],
                        help="keep one of the two",
                        also=((first, "the first one"),),
                    )
        case _:
            number = isinstance(value, int | Decimal)
            code = SEVERAL.get(fault.keyword, "number-range" if number else "size")
            place = mapping(document, path) if isinstance(value, dict) else where
            yield Problem(code, f"{name} must be {must or AT_LEAST.get(fault.keyword, rule)}", place, help_)


def _unknown_keys(document: Document, fault: Fault, meant: set[tuple[Way, str]]) -> Iterator[Problem]:
    known = list(fault.part.get("properties", ()))
    for key in fault.value:
        if key in known:
            continue
        where = document.keys[(*fault.path, key)]
        plain = key.translate(LOOKALIKES)
        letter = stranger(key) if plain in known else None
        guess = plain if letter else _guess(key, [each for each in known if each not in fault.value])
        if guess is not None:
            meant.add((fault.path, guess))
        if letter is not None:
            yield Problem("confusable", f"`{key}` {letter}", where, f"did you mean `{guess}`?")
        else:
            help_ = f"did you mean `{guess}`?" if guess else f"write {listed(known)}" if known else None
            yield Problem("unknown-key", f"unknown {fault.part.get('x-key', 'key')} `{key}`", where, help_)


def _type_help(fault: Fault) -> str | None:
    value, wanted = fault.value, [fault.rule] if isinstance(fault.rule, str) else fault.rule
    plain = _plain(value)
    match value:
        case str() if wanted == ["boolean"]:
            return "write `true` or `false`"
        case str() if "number" in wanted:
            return number_help(value)
        case str() if "integer" in wanted:
            return number_help(value, whole=True)
        case list() if fault.part.get("x-key") == "comparison" and fault.path:
            guess = _guess(str(fault.path[-1]), CONDITION_KEYS)
            return f"did you mean `{guess}`?" if guess else None
        case int() | Decimal() if "string" in wanted and regex(fault.part.get("pattern", "")).search(plain):
            return f'put it in quotes: `"{plain}"`'
        case _:
            return None


NUMBER = "a number is digits, perhaps with `-` before them and `.` between them"
WHOLE = "a whole number is digits, perhaps with `-` before them"


def number_help(word: str, *, whole: bool = False) -> str | None:
    """How a number is written, to somebody who wrote one in another way; None if the word is nothing like a number.

    >>> number_help("10"), number_help("1_000", whole=True)
    ('write `10` without quotes', 'write `1000`: a whole number is digits, perhaps with `-` before them')
    >>> number_help(".5", whole=True), number_help("ten")
    ('a whole number is digits, perhaps with `-` before them', None)
    """
    if not regex(r"^[-+−]?\.?[0-9]").search(word) or regex(r"^[0-9]{4}-|\..*\.").search(word):
        return None
    said = WHOLE if whole else NUMBER
    meant = _number(word)
    if meant is None or (whole and meant != int(meant)):
        return said
    plain = str(int(meant)) if whole else f"{meant:f}"
    return f"write `{plain}` without quotes" if plain == word else f"write `{plain}`: {said}"


def _number(word: str) -> Decimal | None:
    """The number that a word is in Python, in YAML or in JSON, which allow more than we do."""
    try:
        number = Decimal(int(word, 0) if regex("^[-+]?0[xobXOB]").search(word) else word.replace("−", "-"))
    except (ArithmeticError, ValueError):
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None


def _wanted(rule: str | list[str]) -> str:
    words = {
        "object": "a mapping of keys",
        "array": "a list",
        "string": "a word",
        "boolean": "`true` or `false`",
        "integer": "a whole number",
        "number": "a number",
    }
    return " or ".join(words[each] for each in ([rule] if isinstance(rule, str) else rule))


def _meaning(part: Mapping[str, Any], key: str, own: Mapping[str, Any], common: Mapping[str, Any]) -> str | None:
    """What the missing key would say: the first sentence of its description in the schema."""
    declared = part.get("properties", {}).get(key, {})
    if "const" in declared:
        return f"write `{key}: {_plain(declared['const'])}`"
    if "description" not in declared and "$ref" in declared:
        name = declared["$ref"].rpartition("/")[2]
        declared = own.get("$defs", {}).get(name) or common["$defs"].get(name, {})
    if "description" not in declared:
        return part.get("x-help")
    said = declared["description"].partition(". ")[0].rstrip(".")
    return f"`{key}`: {said[0].lower()}{said[1:]}"


# ------------------------------------------------------------------------------------------------- words and places


def mapping(document: Document, path: Way) -> Where:
    """The place of a mapping that lacks something: its key, when the mapping starts on a line of its own."""
    where, key = document.places[path], document.keys.get(path)
    return key if key is not None and key.line != where.line else where


def _name(path: Way, part: Mapping[str, Any], item: str = "each") -> str:
    """How to speak of a value: by its key; an item by the key of its list; words by the key of their text."""
    match path:
        case ():
            return "the document"
        case (*_, str() as above, str() as key) if part.get("pattern") == "\\S" and regex(LANGUAGE).search(key):
            return f"`{above}` in `{key}`"
        case (*_, str() as key):
            return f"`{key}`"
        case _:
            return f"{item} item of `{next(step for step in reversed(path) if isinstance(step, str))}`"


def _inside(path: Way, part: Mapping[str, Any]) -> str:
    return f" in {_name(path, part, item='an')}" if path else ""


def _guess(word: str, known: Iterable[str]) -> str | None:
    """The word that was probably meant; a space, a hyphen and an underscore are the same here.

    >>> _guess("at leest", ["at_least", "at_most"]), _guess("colour", ["title"])
    ('at_least', None)
    """
    known = list(known)
    for between in "_-":
        near = difflib.get_close_matches(re.sub(r"[\s_-]", between, word.lower()), known, n=1, cutoff=0.65)
        if near:
            return near[0]
    return None


def suggested(word: Any, known: list[Any]) -> str:
    """What to write in place of an unknown word.

    >>> suggested("thirdparty", ["data-subject", "third-party"]), suggested("x", [True])
    ('did you mean `third-party`?', 'write `true`')
    """
    words = [_plain(each) for each in known]
    guess = _guess(word, words) if isinstance(word, str) else None
    return f"did you mean `{guess}`?" if guess is not None else f"write {listed(words)}"


def listed(words: list[str]) -> str:
    """Words to choose from.

    >>> listed(["table", "cases"])
    '`table` or `cases`'
    """
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def shown(value: Any) -> str:
    """A value in a sentence."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            plain = _plain(value)
            return f"`{plain[:59]}…`" if len(plain) > 60 else f"`{plain}`"  # noqa: PLR2004 - about half a line


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
