"""What there is to promulgate of a rulebook, or everything that stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from engine.editions import changes, ends, histories, starts, version_of
from engine.load import Document, Shelf
from engine.log.note import Signer, line, sign, vkey
from engine.log.statement import EditionStatement, KeyStatement, Promulgated, Statement, consent_text
from engine.log.store import BadLogError, Log, log_keys
from engine.problem import Grade, Problem, Where
from engine.rulebook import Rulebook, edition

Name = tuple[str, str, str]
"""A version by kind, id and number."""


def refusals(shelf: Shelf, problems: Iterable[Problem], log: Log | None, day: date) -> list[Problem]:
    """Why a rulebook cannot be promulgated on a day; nothing when it can.

    It must be without errors and missing texts (`problems` is what `check` says), no version in the log may have been
    edited or taken away, and none may be in force before the day of its promulgation, except in a reconstruction, which
    tells of rules that somebody else put in force.
    """
    found = [problem for problem in problems if problem.grade is not Grade.WARNING and not _in_draft(problem)]
    logged = versions(log)
    documents = {_name(document): document for document in shelf.policies}
    for name, said in logged.items():
        found += _kept(shelf, name, said, documents.get(name))
    if shelf.about.data["standing"] != "reconstruction":
        for name, document in documents.items():
            start = starts(document)
            if name not in logged and start is not None and start < day:
                found.append(
                    Problem(
                        "retroactive",
                        f"version {name[2]} of `{name[1]}` would be in force from {start}, before it is public",
                        document.places["in_force", "from"],
                        help=f"nobody could have known it: let it begin on {day} or later",
                    )
                )
    ours = shelf.about.data["id"]
    if log is not None and any(each.rulebook != ours for each in log.statements):
        found.append(Problem("other-log", f"the log is not that of `{ours}`", Where(shelf.about.file)))
    return found


def _kept(shelf: Shelf, name: Name, said: Promulgated, document: Document | None) -> Iterator[Problem]:
    kind, id_, version = name
    when = f"version {version} of `{id_}` was promulgated on {said.promulgated}"
    if document is None:
        file = f"{shelf.about.data['id']}/{kind}s/{id_}/{version}.yaml"
        help_ = "put it back: what ends is repealed by a new version, and stays readable"
        yield Problem("version-gone", f"{when} and is not there any more", Where(file), help=help_)
    elif document.digest != said.digest:
        help_ = "put it back as it was, and write the next version beside it"
        yield Problem("version-edited", f"{when} and has been changed since", Where(document.file), help=help_)


def _in_draft(problem: Problem) -> bool:
    return problem.where is not None and "drafts" in problem.where.file.split("/")


def statements(
    rulebook: Rulebook, around: Mapping[tuple[str, str], str], log: Log | None, day: date
) -> Iterator[Statement]:
    """What is new since the last promulgation, in the order in which it is logged."""
    id_ = rulebook.about.id
    before = digests(log)
    for (kind, name), digest in around.items():
        if before.get((kind, name)) != digest:
            yield Promulgated(id_, kind, name, None, digest, before.get((kind, name)), day)
    logged = versions(log)
    for (kind, name), history in sorted(histories(rulebook.shelf.policies).items()):
        for document in sorted(history, key=version_of):
            if (kind, name, document.data["version"]) in logged:
                continue
            version, change = document.data["version"], document.data["change"]["kind"]
            previous = before.get((kind, name))
            start, end = starts(document), ends(document)
            yield Promulgated(id_, kind, name, version, document.digest, previous, day, start, end, change)
            before[kind, name] = document.digest
    had = {each.digest for each in log.statements if isinstance(each, EditionStatement)} if log else set()
    for begins in changes(rulebook.shelf.policies):
        found = edition(rulebook, begins)
        if found is not None and found.digest not in had:
            had.add(found.digest)
            yield EditionStatement(id_, found.digest, begins, day)


def first_key(rulebook: str, by: Signer, day: date) -> KeyStatement:
    """The first entry of every log: its key, which is named for this rulebook.

    With one key for two rulebooks there would be two logs of one name, and each would show the other to be a fork.
    """
    name = by.verifier.name
    if rulebook not in name.split("/"):
        raise BadLogError(f"the key is called `{name}`, which does not name `{rulebook}`: make one for it")
    return KeyStatement(rulebook, vkey(by.verifier), "log", day)


def next_key(log: Log, signs: str, key: Signer, old: Signer | None, because: str | None, day: date) -> KeyStatement:
    """Another key for the log or for receipts, with the consent of the log's key, or with the reason why without."""
    rulebook = log.statements[0].rulebook
    said = KeyStatement(rulebook, vkey(key.verifier), signs, day, None, because)
    if old is None:
        return said
    return KeyStatement(rulebook, said.vkey, signs, day, line(sign(consent_text(said), old)), because)


# ------------------------------------------------------------------------------------------------- what is in the log


def versions(log: Log | None) -> dict[Name, Promulgated]:
    """The versions of policies in a log."""
    said = () if log is None else log.statements
    return {
        (each.kind, each.id, each.version): each
        for each in said
        if isinstance(each, Promulgated) and each.version is not None
    }


def digests(log: Log | None) -> dict[tuple[str, str], str]:
    """The digest promulgated last of everything, by kind and id."""
    said = () if log is None else log.statements
    return {(each.kind, each.id): each.digest for each in said if isinstance(each, Promulgated)}


def signing_key(log: Log) -> str:
    """The vkey that signs a log now."""
    return log_keys(log.statements)[-1].statement.vkey


def _name(document: Document) -> Name:
    return document.data["kind"], document.data["id"], document.data["version"]
