"""The words of a rulebook: which members of the closed lists it uses, and where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.ir import Edition, Exclusion, Number, Policy, Source, Use
from publisher import addresses
from publisher import pages as p
from publisher.overview import policies
from publisher.policies import category
from publisher.speech import Speaker, term, title, to

LISTS = {
    "origin": "origin",
    "obtained": "obtained",
    "context": "context",
    "legal_basis": "legal_basis",
    "purposes": "purposes",
    "excluded": "purposes",
    "automation": "automation",
}
"""What is listed, in the order of the page, and the closed list its words are from."""

MOST_LINKS = 12
"""A longer list of links would hide the word."""

Where = dict[tuple[str, str], None]
"""Policies, as kind and id, each once."""

Used = dict[str, Where]
"""By code: where it stands."""


def glossary_pages(speaker: Speaker, frame: p.Frame) -> Iterator[p.GlossaryPage | p.CategoriesPage]:
    """The words, and the kinds of data and the units."""
    edition = speaker.edition
    lists = {name: codes(edition, name) for name in LISTS}
    yield p.GlossaryPage(
        PurePosixPath(addresses.glossary_page(speaker.home)),
        frame,
        edition.score is not None,
        tuple(
            (name, tuple(entry(speaker, code, term(speaker, LISTS[name], code), where) for code, where in used.items()))
            for name, used in lists.items()
            if used
        ),
    )
    yield p.CategoriesPage(
        PurePosixPath(addresses.categories_page(speaker.home)),
        frame,
        tuple(
            sorted(
                (entry(speaker, code, category(speaker, code), where) for code, where in of_data(edition).items()),
                key=lambda found: found.words.text.casefold(),
            )
        ),
        tuple(
            entry(speaker, unit, title(speaker, words), of_unit(edition, unit))
            for unit, words in edition.about.units.items()
        ),
    )


def codes(edition: Edition, name: str) -> Used:
    """The members of a closed list that are used, in the order of the policies."""
    found: Used = {}
    for policy in policies(edition):
        for code in said(policy, name):
            found.setdefault(code, {})[policy.head.kind, policy.head.id] = None
    return found


def said(policy: Policy, name: str) -> tuple[str, ...]:
    """What a policy says of a closed list."""
    match policy, name:
        case Source(), "origin":
            return (policy.collected.origin,)
        case Source(), "obtained":
            return (policy.collected.obtained,)
        case Source(), "legal_basis":
            return (policy.legal_basis,)
        case Source(), "context":
            return (policy.collected.context,)
        case Use(), "context":
            return (policy.context,)
        case Use(), "automation":
            return (policy.automation,)
        case Use(), "purposes":
            return policy.purposes
        case Exclusion(), "excluded":
            return policy.purposes
        case _:
            return ()


def of_data(edition: Edition) -> Used:
    """The categories of all fields, measures and conclusions."""
    found: Used = {}
    for source in edition.sources.values():
        for field in source.fields.values():
            found.setdefault(field.category, {})["source", source.head.id] = None
    for measure in edition.measures.values():
        found.setdefault(measure.category, {})["measure", measure.head.id] = None
    for rule in edition.rules.values():
        for conclusion in rule.conclusions:
            found.setdefault(conclusion.category, {})["rule", rule.head.id] = None
    return found


def of_unit(edition: Edition, unit: str) -> Where:
    """Where a unit of the rulebook's own stands: in fields and in measures; points are in the score."""
    found: Where = {}
    for source in edition.sources.values():
        if any(isinstance(field.type, Number) and field.type.unit == unit for field in source.fields.values()):
            found["source", source.head.id] = None
    for measure in edition.measures.values():
        if isinstance(measure.type, Number) and measure.type.unit == unit:
            found["measure", measure.head.id] = None
    if unit == "points" and edition.score:
        found["score", edition.score.head.id] = None
    return found


def entry(speaker: Speaker, code: str, words: p.Phrase, where: Where) -> p.Term:
    """A word with the first policies that use it, and how many more there are."""
    shown = tuple(to(speaker, kind, id_) for kind, id_ in list(where)[:MOST_LINKS])
    return p.Term(code, words, shown, len(where) - len(shown))
