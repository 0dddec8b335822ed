"""What every policy says of itself, and what `rulebook.yaml` says of the rulebook."""

from __future__ import annotations

from datetime import date

from engine.ir import About, Authority, Change, Header, NoAuthority, Withheld
from engine.load import Document
from engine.parse.paper import Paper, day, get, references, say, text, text_or_none, where
from engine.problem import Problem


def parse_about(document: Document) -> tuple[About | None, list[Problem]]:
    """The rulebook as such. It is there even when a translation is missing."""
    languages = tuple(str(language) for language in document.data["languages"])
    paper = Paper(document, languages)
    about = About(
        id=document.data["id"],
        title=text(paper, ("title",)),
        summary=text(paper, ("summary",)),
        standing=document.data["standing"],
        languages=languages,
        operator=text(paper, ("operator",)),
        contact=text(paper, ("contact",)),
        default_use=get(paper, ("default_use",)),
        where=where(paper, ()),
        description=text_or_none(paper, ("description",)),
        references=references(paper, ("references",)),
        units={unit: text(paper, ("units", unit)) for unit in get(paper, ("units",)) or {}},
        address=get(paper, ("address",)),
        digest=document.digest,
    )
    return about, paper.problems


def header(paper: Paper) -> Header:
    """The header of a policy; its problems are noted."""
    data = paper.document.data
    from_ = day(paper, ("in_force", "from"))
    until = day(paper, ("in_force", "until")) if "until" in data["in_force"] else None
    origins = get(paper, ("translation_of",)) or {}
    for language in origins:
        if language not in paper.languages:
            say(
                paper,
                "undeclared-language",
                f"the language `{language}` is not one of the rulebook's",
                where(paper, ("translation_of", language)),
            )
    return Header(
        kind=data["kind"],
        id=data["id"],
        version=data["version"],
        from_=from_ or date.max,
        until=until,
        title=text(paper, ("title",)),
        summary=text(paper, ("summary",)),
        change=Change(data["change"]["kind"], text(paper, ("change", "why"))),
        authority=_authority(paper),
        digest=paper.document.digest,
        where=where(paper, ("id",)),
        description=text_or_none(paper, ("description",)),
        owner=text_or_none(paper, ("owner",)),
        references=references(paper, ("references",)),
        withheld=tuple(
            Withheld(
                text(paper, ("withheld", index, "part")),
                text(paper, ("withheld", index, "ground")),
                text_or_none(paper, ("withheld", index, "decided_by")),
            )
            for index in range(len(get(paper, ("withheld",)) or ()))
        ),
        translation_of={str(language): str(version) for language, version in origins.items()},
    )


def _authority(paper: Paper) -> tuple[Authority, ...] | NoAuthority:
    found = paper.document.data["authority"]
    if isinstance(found, dict):
        return NoAuthority(text(paper, ("authority", "none")))
    return tuple(
        Authority(
            text(paper, ("authority", index, "instrument")),
            get(paper, ("authority", index, "article")),
            get(paper, ("authority", index, "url")),
            day(paper, ("authority", index, "as_of")) if "as_of" in each else None,
        )
        for index, each in enumerate(found)
    )
