"""Everything that can be wrong with a rulebook, in one run: over every date on which it changes, and its drafts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from engine.check.absence import absences
from engine.check.comments import comments
from engine.check.coverage import coverage
from engine.check.direction import direction
from engine.check.examples import examples
from engine.check.exclusions import exclusions
from engine.check.languages import languages
from engine.check.retention import retention
from engine.check.score import score
from engine.check.uses import consequences, default_use
from engine.check.versions import versions
from engine.editions import changes, histories, in_force
from engine.ir import About, Edition
from engine.load import FOLDERS, Document, Shelf
from engine.parse.edition import Memo, read_edition
from engine.parse.headers import header, parse_about
from engine.parse.paper import Paper
from engine.problem import Grade, Problem, Where

Checked = dict[tuple[object, ...], bool]
"""The rules that have been looked at, each with the types it stands on, and whether something was wrong with it."""


def check(shelf: Shelf) -> list[Problem]:
    """Every problem of a rulebook whose documents have the right shape, each once, in the order of their places."""
    about, problems = parse_about(shelf.about)
    if about is None:
        return problems
    problems += [*languages(about, shelf.about), *versions(shelf.policies), *comments(shelf)]
    policies, days = histories(shelf.policies), changes(shelf.policies)
    broken = _broken(shelf)
    checked: Checked = {}
    memo: Memo = {}
    editions: list[Edition] = []
    seen: set[str] = set()
    for day in days:
        documents = in_force(shelf.policies, day)
        seen |= {document.file for document in documents}
        if documents:
            edition, found, complete = read_edition(about, documents, day, broken, memo)
            problems += absences(found, policies, days, day)
            problems += static(edition, checked, complete=complete)
            editions.append(edition)
    if not broken:
        problems += default_use(about, shelf.about, editions)
    never = [document for document in shelf.policies if document.file not in seen]
    problems += _headers(about, never)
    problems += _drafts(about, shelf, broken, checked, memo)
    return sorted(_once(problems), key=lambda problem: (problem.where or Where(""), problem.code))


def static(edition: Edition, checked: Checked, *, complete: bool) -> list[Problem]:
    """What is wrong with an edition although every word in it makes sense. An incomplete one is not added up."""
    conclusions = {conclusion.name: conclusion for rule in edition.rules.values() for conclusion in rule.conclusions}
    problems: list[Problem] = []
    wrong = False
    for rule in edition.rules.values():
        if any(name not in conclusions for name in rule.reads_conclusions):
            continue
        asked = (conclusions[name].codes for name in rule.reads_conclusions)
        key = (rule.head.digest, *(edition.measures[name].type for name in rule.reads), *asked)
        if key not in checked:
            found = [
                *coverage(rule, edition.measures, conclusions),
                *direction(rule, edition.measures, conclusions),
                *examples(rule),
            ]
            checked[key] = any(problem.grade is Grade.ERROR for problem in found)
            problems += found
        wrong = wrong or checked[key]
    problems += [*exclusions(edition), *retention(edition), *consequences(edition)]
    if complete and not wrong:
        problems += score(edition)
    return problems


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once: the same words about the same place are the same problem in every edition."""
    return list({(p.code, p.sentence, p.where): p for p in reversed(list(problems))}.values())


def _broken(shelf: Shelf) -> frozenset[tuple[str, str]]:
    """The policies that are in the folder and not on the shelf, because something is wrong with them."""
    on_shelf = {document.file for document in shelf.policies}
    folder = (shelf.root / shelf.about.file).parent
    return frozenset(
        (FOLDERS[file.parts[-3]], file.parts[-2])
        for file in folder.glob("*/*/*.yaml")
        if file.parts[-3] in FOLDERS and file.relative_to(shelf.root).as_posix() not in on_shelf
    )


def _headers(about: About, documents: Iterable[Document]) -> list[Problem]:
    """What is wrong with the headers of versions that are never in force: repeals, and versions corrected at once."""
    problems: list[Problem] = []
    for document in documents:
        header(Paper(document, about.languages, frozenset(about.units), problems))
    return problems


def _drafts(
    about: About, shelf: Shelf, broken: frozenset[tuple[str, str]], checked: Checked, memo: Memo
) -> list[Problem]:
    """What is wrong with each draft, were it to take the place of its policy in the last edition: at most a warning."""
    problems: list[Problem] = []
    policies, days = histories(shelf.policies), changes(shelf.policies)
    day = days[-1] if days else date.max
    last = in_force(shelf.policies, day)
    for draft in shelf.drafts:
        name = (draft.data["kind"], draft.data["id"])
        others = [each for each in last if (each.data["kind"], each.data["id"]) != name]
        edition, found, complete = read_edition(about, [*others, draft], date.max, broken, memo)
        found = [*absences(found, policies, days, day), *static(edition, checked, complete=complete)]
        own = [problem for problem in found if problem.where and problem.where.file == draft.file]
        problems += [
            replace(problem, grade=Grade.WARNING) if problem.grade is Grade.ERROR else problem for problem in own
        ]
    return problems
