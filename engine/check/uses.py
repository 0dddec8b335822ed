"""The closed list of what may follow: every consequence once, and a default use that exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.ir import About, Edition
from engine.load import Document
from engine.parse.paper import meant
from engine.problem import Grade, Problem, Where


def consequences(edition: Edition) -> Iterator[Problem]:
    """Consequences that share an id: an error in one use, and odd in two."""
    first: dict[str, tuple[str, Where]] = {}
    for id_, use in edition.uses.items():
        for consequence in use.consequences:
            if consequence.id in first:
                other, where = first[consequence.id]
                yield Problem(
                    "duplicate-id",
                    f"there are two consequences `{consequence.id}`",
                    consequence.where,
                    help="give one of them another name",
                    grade=Grade.ERROR if other == id_ else Grade.WARNING,
                    also=((where, "the first one"),),
                    facts={"use": other, "consequence": consequence.id},
                )
            first.setdefault(consequence.id, (id_, consequence.where))


def default_use(about: About, document: Document, editions: Sequence[Edition]) -> Iterator[Problem]:
    """A default use that no edition has, or that some lack."""
    name = about.default_use
    if name is None:
        return
    place = document.places.get(("default_use",), about.where)
    lacking = [edition for edition in editions if name not in edition.uses]
    if not lacking:
        return
    if len(lacking) == len(editions):
        uses = {use for edition in editions for use in edition.uses}
        yield Problem("unknown-use", f"there is no use `{name}`", place, help=meant(name, uses))
    else:
        yield Problem(
            "no-default-use",
            f"the default use `{name}` is not in force from {lacking[0].from_} on",
            place,
            help="an evaluation for those days must name its use",
            grade=Grade.WARNING,
            facts={"name": name, "from": lacking[0].from_.isoformat()},
        )
