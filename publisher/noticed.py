"""What the checks noticed about a version: oddities with the rows they are about, and texts that are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from engine.ir import Policy, Rule
from engine.problem import Grade, Problem
from engine.readings.prose.words import locale, spoken
from publisher.pages import Fact, Gap, Notice, Noticed, Phrase
from publisher.speech import Speaker, title, to
from publisher.words import called

DAYS = frozenset({"from", "start", "end"})
"""The facts that are days."""


def noticed(speaker: Speaker, problems: Iterable[Problem], policy: Policy | None = None) -> Noticed:
    """What is odd or incomplete in one document; `policy` is what it says, as the edition of the speaker has it."""
    odd, missing = [], Counter[str]()
    for problem in problems:
        if problem.grade is Grade.INCOMPLETE and "languages" in problem.facts:
            missing.update(str(problem.facts["languages"]).split())
        else:
            odd.append(notice(speaker, problem, policy))
    languages = speaker.edition.about.languages
    gaps = tuple(Gap(named(speaker, tag), missing[tag]) for tag in languages if missing[tag])
    return Noticed(tuple(odd), gaps)


def notice(speaker: Speaker, problem: Problem, policy: Policy | None) -> Notice:
    places = [place for place in (problem.where, *(where for where, _ in problem.also)) if place]
    rows = {case.where: number for number, case in enumerate(policy.cases, 1)} if isinstance(policy, Rule) else {}
    return Notice(
        problem.code,
        tuple(rows[place] for place in places if place in rows),
        {name: fact(speaker, name, found) for name, found in problem.facts.items()},
        problem.sentence,
    )


def fact(speaker: Speaker, name: str, found: int | str) -> Fact:
    """A fact as a page shows it: the title of a measure, a link to a use, a day."""
    edition = speaker.edition
    if name == "measure" and found in edition.measures:
        return title(speaker, edition.measures[str(found)].head.title)
    if name == "use" and found in edition.uses:
        return to(speaker, "use", str(found))
    return date.fromisoformat(str(found)) if name in DAYS else found


def named(speaker: Speaker, tag: str) -> Phrase:
    """A language by the name it has in the language of the page."""
    return Phrase(called(tag, locale(speaker.lang)), spoken(speaker.lang))
