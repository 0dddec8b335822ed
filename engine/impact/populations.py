"""People from files: a folder with a file for each source, or one file of records."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from engine.admit import read_day
from engine.decision import Refused
from engine.impact.person import BadPopulation, Person
from engine.impact.tables import SUFFIXES, Row, at, find_file, rows
from engine.ir import Boolean, Edition, Type
from engine.problem import Problem, Where
from engine.records import read_json_bytes

SUBJECTS = "subjects"
AUDIT = "audit"
MARK = "_contested"
CONTEST = {"_contested_from": "from", "_contested_until": "until"}
"""Columns that say whether a row is under a contest, and from when until when."""

Sides = tuple[Edition, Edition]


def people_in(path: Path, sides: Sides, as_of: date | None, latest: date, by: Sequence[str]) -> Iterator[Person]:
    """Everybody in a folder or file. `by` are attributes of the file `audit`, which are kept apart from the record.

    A record is for `as_of`, or for the day it names itself, or else for the day `latest`.
    """
    if path.is_dir():
        with tempfile.TemporaryDirectory(prefix="rulebook-") as scratch:
            yield from _from_folder(path, sides, as_of or latest, by, Path(scratch))
    elif by:
        told = "a file of records has no attributes"
        raise BadPopulation(
            Problem("no-audit", told, help="put a file `audit.jsonl` into a folder with one file a source")
        )
    else:
        yield from _from_file(path, sides, as_of, latest)


def made_up_seed(path: Path) -> int | None:
    """The seed of a folder that `rulebook sample` wrote; None of any other population."""
    about = path / "about.json"
    try:
        found = json.loads(about.read_text("utf-8")) if about.is_file() else {}
    except ValueError:
        return None
    seed = found.get("seed") if isinstance(found, dict) and found.get("synthetic") is True else None
    return seed if isinstance(seed, int) else None


def one_side(edition: Edition, other: Edition) -> Callable[[Any], Any] | None:
    """What one edition sees of a record that is made for both: not what only the other declares. None: all of it."""
    sources = other.sources.keys() - edition.sources.keys()
    fields = {
        id_: only
        for id_ in edition.sources.keys() & other.sources.keys()
        if (only := other.sources[id_].fields.keys() - edition.sources[id_].fields.keys())
    }
    aside = {id_ for one in (edition, other) for right in one.rights.values() for id_ in right.sets_aside}
    own = {id_ for right in edition.rights.values() for id_ in right.sets_aside}
    if not (sources or fields or aside - own):
        return None

    def without(row: Any, names: Any) -> Any:
        return {name: value for name, value in row.items() if name not in names} if isinstance(row, dict) else row

    def seen(record: Any) -> Any:
        given = record.get("sources") if isinstance(record, dict) else None
        if not isinstance(given, dict):
            return record
        kept = {id_: content for id_, content in given.items() if id_ not in sources}
        for id_ in fields.keys() & kept.keys():
            content = kept[id_]
            if isinstance(content, list):
                kept[id_] = [without(row, fields[id_]) for row in content]
            else:
                kept[id_] = without(content, fields[id_])
        found = record | {"sources": kept}
        contests = record.get("contested")
        if isinstance(contests, list):
            mine = (one for one in contests if not (isinstance(one, dict) and one.get("source") in (aside - own)))
            found["contested"] = list(mine)
        return found

    return seen


def _person(
    record: Any, seen: Sequence[Callable[[Any], Any] | None], day: date, groups: Mapping[str, str], misfit: Any
) -> Person:
    old, new = (record if look is None else look(record) for look in seen)
    return Person(old, new, day, groups, misfit)


# ------------------------------------------------------------------------------------------------- a file of records


def _from_file(file: Path, sides: Sides, as_of: date | None, latest: date) -> Iterator[Person]:
    seen = (one_side(*sides), one_side(*reversed(sides)))
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            record = read_json_bytes(line.strip())
            if isinstance(record, Refused):
                raise BadPopulation(at(file, number, record.code, record.sentence))
            own = read_day(record.get("as_of")) if isinstance(record, dict) else None
            yield _person(record, seen, as_of or own or latest, {}, partial(_of_line, file, number))


def _of_line(file: Path, number: int, refused: Refused) -> Problem:
    place = f" ({refused.pointer})" if refused.pointer else ""
    return at(file, number, refused.code, f"{refused.sentence}{place}", refused.help)


# ----------------------------------------------------------------------------------------------------------- a folder


def _from_folder(folder: Path, sides: Sides, day: date, by: Sequence[str], scratch: Path) -> Iterator[Person]:
    sources = {**sides[1].sources, **sides[0].sources}
    files = {id_: file for id_ in sources if (file := find_file(folder, id_)) is not None}
    subjects, audit = find_file(folder, SUBJECTS), find_file(folder, AUDIT)
    _check_files(folder, set(sources))
    if subjects is None:
        raise BadPopulation(
            Problem("no-subjects", f"`{folder.name}` has no file `{SUBJECTS}`", help="one row a person")
        )
    if by and audit is None:
        raise BadPopulation(Problem("no-audit", f"`{folder.name}` has no file `{AUDIT}`, so there are no attributes"))
    seen = (one_side(*sides), one_side(*reversed(sides)))
    of = {id_: _tied(files[id_], _types(sides, id_), scratch) for id_ in files}
    tied_audit = _tied(audit, {}, scratch) if by and audit else None
    asked: dict[str, Type] = dict.fromkeys(sources, Boolean())
    last = None
    unseen = set(by)
    for person in rows(subjects, asked, scratch):
        if person.subject == last:
            raise BadPopulation(at(subjects, person.number, "twice", "this subject is there twice"))
        last = person.subject
        given: dict[str, Any] = {}
        contested: list[dict[str, Any]] = []
        numbers: dict[str, list[int]] = {}
        for id_, tied in of.items():
            found = _taken(tied, person.subject)
            numbers[id_] = [row.number for row in found]
            facts = sources[id_].dated_by is None
            present = person.values.get(id_)
            if present is False and found:
                told = f"`{SUBJECTS}` says that this subject has no `{id_}`"
                raise BadPopulation(at(files[id_], found[0].number, "absent-with-rows", told))
            if facts and len(found) > 1:
                raise BadPopulation(at(files[id_], found[1].number, "twice", "this subject is there twice"))
            if present is False or (facts and not found):
                continue
            given[id_] = _content(found, contested, id_, facts=facts)
        record: dict[str, Any] = {"subject": person.subject, "sources": given}
        if contested:
            record["contested"] = contested
        groups = _groups(tied_audit, person.subject, by)
        unseen -= groups.keys()
        yield _person(record, seen, day, groups, partial(_of_row, files, subjects, person.number, numbers))
    for tied in (*of.values(), *([tied_audit] if tied_audit else [])):
        _done(tied)
    if unseen and audit is not None:
        told = f"nobody has an attribute `{min(unseen)}`"
        raise BadPopulation(Problem("no-attribute", told, Where(audit.name)))
    if last is None:
        raise BadPopulation(Problem("empty", "there is nobody in it", Where(subjects.name)))


def _types(sides: Sides, id_: str) -> dict[str, Type]:
    found: dict[str, Type] = {MARK: Boolean()}
    for edition in reversed(sides):
        if id_ in edition.sources:
            found |= {name: field.type for name, field in edition.sources[id_].fields.items()}
    return found


def _check_files(folder: Path, sources: set[str]) -> None:
    """A table that no source is named for is not passed over."""
    known = sources | {SUBJECTS, AUDIT}
    for file in sorted(folder.iterdir()):
        if file.suffix in SUFFIXES and file.stem not in known:
            told = f"there is no source `{file.stem}`"
            help_ = "the sources are " + ", ".join(f"`{id_}`" for id_ in sorted(sources))
            raise BadPopulation(Problem("unknown-file", told, Where(file.name), help_))


@dataclass(slots=True)
class _Tied:
    """The rows of a file that are still to be handed out, in the order of the subjects."""

    file: Path
    left: Iterator[Row]
    next: Row | None


def _tied(file: Path, types: Mapping[str, Type], scratch: Path) -> _Tied:
    left = rows(file, types, scratch)
    return _Tied(file, left, next(left, None))


def _taken(tied: _Tied, subject: str) -> list[Row]:
    """The rows of a subject; a row of somebody who is not there is a problem."""
    found: list[Row] = []
    while tied.next is not None and tied.next.subject <= subject:
        if tied.next.subject < subject:
            _done(tied)
        found.append(tied.next)
        tied.next = next(tied.left, None)
    return found


def _done(tied: _Tied) -> None:
    """Nothing may be left."""
    if tied.next is not None:
        told = f"this subject is not in `{SUBJECTS}`"
        raise BadPopulation(at(tied.file, tied.next.number, "no-such-subject", told))


def _content(found: Sequence[Row], contested: list[dict[str, Any]], id_: str, *, facts: bool) -> Any:
    """The rows, or the facts, of a source as a record has them; a mark becomes a contest."""
    content = []
    for index, row in enumerate(found):
        values = row.values
        if MARK in values:
            values = {name: value for name, value in values.items() if name != MARK and name not in CONTEST}
            if row.values[MARK]:
                span = {to: row.values[name] for name, to in CONTEST.items() if row.values.get(name) is not None}
                contested.append({"source": id_, **({} if facts else {"row": index}), **span})
        content.append(values)
    return content[0] if facts else content


def _groups(tied: _Tied | None, subject: str, by: Sequence[str]) -> dict[str, str]:
    if tied is None:
        return {}
    found = _taken(tied, subject)
    if len(found) > 1:
        raise BadPopulation(at(tied.file, found[1].number, "twice", "this subject is there twice"))
    if not found:
        return {}
    return {name: _said(found[0].values[name]) for name in by if name in found[0].values}


def _said(value: Any) -> str:
    """The value of an attribute in a word."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _of_row(
    files: Mapping[str, Path], subjects: Path, number: int, numbers: Mapping[str, Sequence[int]], refused: Refused
) -> Problem:
    """Where in the files it is that a record is refused for."""
    _, *steps = refused.pointer.split("/")
    match steps:
        case ["sources", source, *rest] if source in files and numbers.get(source):
            index = int(rest[0]) if rest and rest[0].isdigit() else 0
            row = numbers[source][min(index, len(numbers[source]) - 1)]
            return at(files[source], row, refused.code, refused.sentence, refused.help)
        case ["contested", *_] if len(files) == 1:
            return at(next(iter(files.values())), 1, refused.code, refused.sentence, refused.help)
        case _:
            return at(subjects, number, refused.code, refused.sentence, refused.help)
