"""The documents in force on a date to an edition: first every name, then everything that uses one."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import rfc8785

from engine.ir import About, Conclusion, Edition, Header, Measure, Rule, Score, Source
from engine.load import Document
from engine.parse import measures as measures_
from engine.parse import outcomes
from engine.parse import rules as rules_
from engine.parse import sources as sources_
from engine.parse.headers import header
from engine.parse.order import Circle, in_order
from engine.parse.paper import At, Paper, key_where, where
from engine.problem import Grade, Problem, Where

Name = tuple[str, str]
"""A policy by kind and id."""

Memo = dict[str, tuple[Rule, tuple[object, ...]]]
"""Sound rules by the digest of their document, with what they stand on."""


def parse_edition(
    about: About,
    documents: Sequence[Document],
    from_: date | None = None,
    broken: frozenset[Name] = frozenset(),
    memo: Memo | None = None,
) -> tuple[Edition | None, list[Problem]]:
    """The edition that documents make together, with all problems; None when one of them is an error.

    `from_` is the day it begins, if that is not the latest `in_force.from`. Policies in `broken` were left out because
    something is wrong with them, which has been said already: what refers to them is not sound, and nothing is said.
    """
    edition, problems, complete = read_edition(about, documents, from_, broken, memo)
    return (edition if complete else None), problems


def read_edition(
    about: About,
    documents: Sequence[Document],
    from_: date | None = None,
    broken: frozenset[Name] = frozenset(),
    memo: Memo | None = None,
) -> tuple[Edition, list[Problem], bool]:
    """The sound part of an edition, all problems, and whether it is complete: only then may it be evaluated.

    `memo` carries sound rules from one edition to the next, where most of them are the same.
    """
    languages, units = about.languages, frozenset(about.units)
    papers: dict[Name, Paper] = {}
    heads: dict[Name, Header] = {}
    problems: list[Problem] = []
    for document in documents:
        name = (document.data["kind"], document.data["id"])
        papers[name] = Paper(document, languages, units, problems)
        heads[name] = header(papers[name])
    of_kind: dict[str, dict[str, Paper]] = defaultdict(dict)
    for (kind, id_), paper in papers.items():
        of_kind[kind][id_] = paper

    sources, lost = _sources(of_kind["source"], heads)
    known_sources: dict[str, Source | None] = {**_in_question(broken, "source"), **sources}
    measures = _measures(of_kind["measure"], heads, known_sources, lost, broken, problems)
    conclusions, own = _conclusions(of_kind["rule"], problems)
    known_rights = {*of_kind["right"], *_in_question(broken, "right")}
    known_rules = {*of_kind["rule"], *_in_question(broken, "rule")}
    memo = {} if memo is None else memo
    parsed = {
        id_: _rule(paper, heads["rule", id_], own[id_], measures, conclusions, known_rights, memo)
        for id_, paper in _as_added(of_kind["rule"], of_kind["score"])
    }
    rules = _ordered_rules({id_: rule for id_, rule in parsed.items() if rule is not None}, of_kind["rule"], problems)
    score, in_question = _score(of_kind["score"], heads, measures, conclusions, known_rules, problems)
    in_question = in_question or any(kind == "score" for kind, _ in broken)
    uses = {
        id_: outcomes.use(paper, heads["use", id_], score, conclusions, score_in_question=in_question)
        for id_, paper in of_kind["use"].items()
    }
    exclusions = {
        id_: outcomes.exclusion(paper, heads["exclusion", id_]) for id_, paper in of_kind["exclusion"].items()
    }
    rights = {id_: outcomes.right(paper, heads["right", id_], known_sources) for id_, paper in of_kind["right"].items()}
    if any(kind == "rule" for kind, _ in broken):
        problems = [problem for problem in problems if problem.code != "unknown-conclusion"]
    complete = (
        not broken - papers.keys()
        and all(measures.values())
        and len(rules) == len(of_kind["rule"])
        and not any(problem.grade is Grade.ERROR for problem in problems)
    )
    edition = Edition(
        about=about,
        from_=from_ or max((head.from_ for head in heads.values()), default=date.min),
        digest=edition_digest(about, heads),
        sources=sources,
        measures={id_: each for id_, each in measures.items() if each is not None},
        rules=rules,
        score=score,
        uses=uses,
        exclusions=exclusions,
        rights=rights,
        raw={name: paper.document.data for name, paper in papers.items()},
    )
    return edition, problems, complete


def edition_digest(about: About, heads: Mapping[Name, Header]) -> str:
    """The SHA-256 of the canonical JSON of every policy's kind, id, version and digest, and the rulebook's digest."""
    policies = sorted([head.kind, head.id, head.version, head.digest] for head in heads.values())
    return hashlib.sha256(rfc8785.dumps([policies, about.digest])).hexdigest()


def _in_question(broken: frozenset[Name], kind: str) -> dict[str, None]:
    return {id_: None for each, id_ in sorted(broken) if each == kind}


def _sources(
    papers: Mapping[str, Paper], heads: Mapping[Name, Header]
) -> tuple[dict[str, Source], dict[str, frozenset[str]]]:
    """The sources, and by source the fields that were lost because something is wrong with them."""
    sources = {id_: sources_.source(paper, heads["source", id_]) for id_, paper in papers.items()}
    lost = {
        id_: frozenset(papers[id_].document.data["fields"]) - frozenset(source.fields)
        for id_, source in sources.items()
    }
    return sources, lost


def _measures(
    papers: Mapping[str, Paper],
    heads: Mapping[Name, Header],
    sources: Mapping[str, Source | None],
    lost: Mapping[str, frozenset[str]],
    broken: frozenset[Name],
    problems: list[Problem],
) -> dict[str, Measure | None]:
    """The measures, each after what it is made of; None for one that is wrong or stands on something that is."""
    needs = {id_: measures_.needs(paper) for id_, paper in papers.items()}
    ordered, circles = in_order({id_: [name for name, _ in found] for id_, found in needs.items()})
    places = {(id_, name): where(papers[id_], at) for id_, found in needs.items() for name, at in found}
    problems += [_circle(circle, places, "measure") for circle in circles]
    behind = [id_ for id_ in papers if id_ not in set(ordered)]
    found: dict[str, Measure | None] = {**_in_question(broken, "measure"), **dict.fromkeys(papers)}
    known = measures_.Known(sources, found, lost)
    for id_ in (*ordered, *behind):
        found[id_] = measures_.measure(papers[id_], heads["measure", id_], known)
    return {id_: found[id_] for id_ in (*_in_question(broken, "measure"), *ordered, *behind)}


def _circle(circle: Circle, places: Mapping[tuple[str, str], Where], what: str) -> Problem:
    """A circle shown as a path, with the place of each step."""
    steps = list(zip(circle, (*circle[1:], circle[0]), strict=True))
    also = tuple((places[step], f"`{step[0]}` needs `{step[1]}`") for step in steps[1:])
    path = " → ".join([*circle, circle[0]])
    return Problem(
        "circle",
        f"a {what} needs itself: {path}",
        places[steps[0]],
        help="take one of the steps away",
        also=also,
    )


def _conclusions(
    papers: Mapping[str, Paper], problems: list[Problem]
) -> tuple[dict[str, Conclusion | None], dict[str, tuple[Conclusion, ...]]]:
    """All conclusions by name, and by rule; a name that two rules give is a problem."""
    own = {id_: rules_.conclusions(paper) for id_, paper in papers.items()}
    found: dict[str, Conclusion | None] = {}
    for conclusions in own.values():
        for conclusion in conclusions:
            first = found.setdefault(conclusion.name, conclusion)
            if first is not None and first is not conclusion:
                problems.append(
                    Problem(
                        "duplicate-id",
                        f"two rules give the conclusion `{conclusion.name}`",
                        conclusion.where,
                        help="a conclusion is given by one rule",
                        also=((first.where, "the first one"),),
                    )
                )
    return found, own


def _rule(
    paper: Paper,
    head: Header,
    own: tuple[Conclusion, ...],
    measures: Mapping[str, Measure | None],
    conclusions: Mapping[str, Conclusion | None],
    rights: set[str],
    memo: Memo,
) -> Rule | None:
    """A rule, taken from the memo if the same document stood on the same things before."""

    def stands_on(rule: Rule) -> tuple[object, ...]:
        read = [None if each is None else each.type for each in map(measures.get, rule.reads)]
        right = rule.evidence is None or rule.evidence.right is None or rule.evidence.right in rights
        return (*read, *map(conclusions.get, rule.reads_conclusions), right)

    kept = memo.get(head.digest)
    if kept is not None and kept[0].head == head and kept[1] == stands_on(kept[0]):
        return kept[0]
    before = len(paper.problems)
    found = rules_.rule(paper, head, own, measures, conclusions, rights)
    if found is not None and len(paper.problems) == before:
        memo[head.digest] = found, stands_on(found)
    return found


def _as_added(rules: Mapping[str, Paper], scores: Mapping[str, Paper]) -> list[tuple[str, Paper]]:
    """The rules in the order in which the score adds them, then the others by id."""
    added = [one for paper in scores.values() for one in paper.document.data["adds"]]
    order = [id_ for one in added for id_ in (one["rules"] if isinstance(one, dict) else [one])]
    place = {id_: number for number, id_ in reversed(list(enumerate(order)))}
    return sorted(rules.items(), key=lambda item: (place.get(item[0], len(order)), item[0]))


def _ordered_rules(rules: Mapping[str, Rule], papers: Mapping[str, Paper], problems: list[Problem]) -> dict[str, Rule]:
    """The rules, each after those whose conclusions it reads."""
    giver = {conclusion.name: id_ for id_, rule in rules.items() for conclusion in rule.conclusions}
    needs = {
        id_: list(dict.fromkeys(giver[name] for name in rule.reads_conclusions if name in giver))
        for id_, rule in rules.items()
    }
    ordered, circles = in_order(needs)
    places = {
        (id_, other): _asks(papers[id_], {c.name for c in rules[other].conclusions})
        for id_, others in needs.items()
        for other in others
    }
    problems += [_circle(circle, places, "rule") for circle in circles]
    return {id_: rules[id_] for id_ in ordered}


def _asks(paper: Paper, names: set[str]) -> Where:
    """Where a rule asks for one of some conclusions."""

    def find(here: object, at: At) -> At | None:
        if isinstance(here, dict):
            asked = here.get("conclusion")
            if asked in names if isinstance(asked, str) else isinstance(asked, dict) and set(asked) & names:
                return (*at, "conclusion")
            return next((found for key, each in here.items() if (found := find(each, (*at, key)))), None)
        if isinstance(here, list):
            return next((found for i, each in enumerate(here) if (found := find(each, (*at, i)))), None)
        return None

    cases = paper.document.data.get("cases", [])
    found = next((at for i, case in enumerate(cases) if (at := find(case.get("when"), ("cases", i, "when")))), ())
    return key_where(paper, found)


def _score(
    papers: Mapping[str, Paper],
    heads: Mapping[Name, Header],
    measures: Mapping[str, Measure | None],
    conclusions: Mapping[str, Conclusion | None],
    rules: set[str],
    problems: list[Problem],
) -> tuple[Score | None, bool]:
    """The score, and whether it is in question because there is more than one."""
    scores = [outcomes.score(paper, heads["score", id_], measures, conclusions, rules) for id_, paper in papers.items()]
    problems += [
        Problem(
            "two-scores",
            f"there is a second score, `{other.head.id}`",
            other.head.where,
            help="an edition has one score at most",
            also=((scores[0].head.where, f"`{scores[0].head.id}` is here"),),
        )
        for other in scores[1:]
    ]
    return (scores[0] if len(scores) == 1 else None), len(scores) > 1
