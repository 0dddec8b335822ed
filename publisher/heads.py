"""What every policy page says first and last: version, time, authority, history, the text itself."""

from __future__ import annotations

from dataclasses import replace

from engine.ir import Authority, NoAuthority, Policy, Reference, Text, Withheld
from engine.readings import prose as say
from engine.readings.prose.words import spoken
from publisher import addresses
from publisher.library import Dated, Library, changed_by, main_version, state_of
from publisher.noticed import noticed
from publisher.pages import Ground, Head, Hidden, InLog, Phrase, Reading, Version
from publisher.speech import Speaker, maybe, text, title

LOG_ON_A_PAGE = 30
"""So many entries leave a page of the log within 16 KB."""

LONGEST = 2000
"""A policy of more characters is not on its page, which leads to the file beside it."""


def head_of(speaker: Speaker, library: Library, version: Dated, policy: Policy) -> Head:
    """The head of a policy for its main page."""
    header = policy.head
    kind, id_ = header.kind, header.id
    rulebook = library.rulebook.about.id
    main = main_version(library, (kind, id_))
    behind = header.translation_of.get(speaker.lang)
    return Head(
        kind=kind,
        id=id_,
        version=header.version,
        from_=version.from_,
        until=version.until,
        state=state_of(library.today, version.from_, version.until),
        title=title(speaker, header.title),
        summary=text(speaker, header.summary),
        description=maybe(speaker, header.description),
        owner=maybe(speaker, header.owner),
        authority=()
        if isinstance(header.authority, NoAuthority)
        else tuple(ground(speaker, a) for a in header.authority),
        no_authority=text(speaker, header.authority.because) if isinstance(header.authority, NoAuthority) else None,
        readings=tuple(reading(speaker, reference) for reference in header.references),
        hidden=tuple(hidden(speaker, part) for part in header.withheld),
        noticed=noticed(speaker, library.problems.get(version.document.file, ()), policy),
        behind=behind if behind != header.version else None,
        digest=header.digest,
        versions=tuple(line(speaker, library, kind, id_, v) for v in reversed(library.versions[kind, id_])),
        log_state=library.log_state,
        permanent=addresses.version_page(speaker.home, kind, id_, header.version),
        current=None,
        shown=main is not None and main.version == header.version,
        text=exact(version.document.text),
        lines=version.document.text.count("\n"),
        yaml=addresses.data_file(rulebook, kind, id_, header.version, "yaml"),
        json=addresses.data_file(rulebook, kind, id_, header.version, "json"),
        jsonld=addresses.data_file(rulebook, kind, id_, header.version, "jsonld"),
        feed=addresses.policy_feed(speaker.home, kind, id_),
    )


def exact(text: str) -> str | None:
    r"""A text that a page can bear.

    >>> exact("a: 1\n"), exact("a: 1\n" * 1000)
    ('a: 1\n', None)
    """
    return text if len(text) <= LONGEST else None


def permanent(speaker: Speaker, head: Head) -> Head:
    """The same head for the page of the version, which leads back to the main page."""
    return replace(head, current=addresses.policy_page(speaker.home, head.kind, head.id))


def line(speaker: Speaker, library: Library, kind: str, id_: str, version: Dated) -> Version:
    change = version.document.data["change"]
    path = addresses.version_page(speaker.home, kind, id_, version.version) if version.edition else None
    found = changed_by(library, kind, id_, version.version)
    changes = addresses.policy_change(speaker.home, kind, id_, version.version) if found else None
    logged = in_log(speaker, library, version)
    why = text(speaker, change["why"])
    return Version(version.version, path, version.from_, change["kind"], why, changes, logged)


def in_log(speaker: Speaker, library: Library, version: Dated) -> InLog | None:
    """Where a version is in the public log, if it is there as it is now."""
    file = version.document.file
    number, day = library.entries.get(file), library.published.get(file)
    if number is None or day is None:
        return None
    return InLog(number, day, entry_path(speaker, library, number))


def entry_path(speaker: Speaker, library: Library, number: int) -> str:
    """The page of the log that has an entry; the newest entries are on the first."""
    size = len(library.log.statements) if library.log else 0
    part = (size - 1 - number) // LOG_ON_A_PAGE + 1
    return f"{addresses.log_page(speaker.home, part)}#e{number}"


def ground(speaker: Speaker, authority: Authority) -> Ground:
    lang, at = spoken(speaker.lang), authority.article
    article = None if at is None else Phrase(say.place(at, lang), lang)
    return Ground(text(speaker, authority.instrument), article, authority.url, authority.as_of)


def reading(speaker: Speaker, reference: Reference) -> Reading:
    return Reading(text(speaker, reference.title), reference.url)


def hidden(speaker: Speaker, part: Withheld) -> Hidden:
    return Hidden(text(speaker, part.part), text(speaker, part.ground), maybe(speaker, part.decided_by))


def hidden_as_written(speaker: Speaker, part: dict[str, Text]) -> Hidden:
    """A withheld part of a draft, which is in no edition and so only plain data."""
    decided_by: Phrase | None = maybe(speaker, part.get("decided_by"))
    return Hidden(text(speaker, part["part"]), text(speaker, part["ground"]), decided_by)
