"""The kinds that speak of results and people: score, use, exclusion and right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from engine.ir import (
    Band,
    Conclusion,
    Consequence,
    Exclusion,
    Group,
    Header,
    Measure,
    NoScoreWhen,
    Number,
    Right,
    Score,
    Type,
    Use,
)
from engine.parse.conditions import Scope, condition
from engine.parse.paper import At, Paper, category, get, months, say, text, text_or_none, texts, where
from engine.parse.types import measure_types, unknown_name

Conclusions = Mapping[str, Conclusion | None]


def score(
    paper: Paper,
    head: Header,
    measures: Mapping[str, Measure | None],
    conclusions: Conclusions,
    rules: Collection[str],
) -> Score:
    """The score in a document; what is wrong with it is noted."""
    data = paper.document.data
    in_order: dict[str, At] = {}
    groups: dict[str, Group] = {}
    for index, part in enumerate(data["adds"]):
        at: At = ("adds", index)
        if isinstance(part, str):
            _add(paper, part, at, in_order, rules)
            continue
        if part["group"] in groups:
            first = groups[part["group"]]
            say(
                paper,
                "duplicate-id",
                f"there are two groups `{part['group']}`",
                where(paper, (*at, "group")),
                also=((first.where, "the first one"),),
            )
        for number, name in enumerate(part["rules"]):
            _add(paper, name, (*at, "rules", number), in_order, rules)
        title = text(paper, (*at, "title"))
        floor, cap = part.get("floor"), part.get("cap")
        if floor is not None and cap is not None and floor > cap:
            say(paper, "empty-range", f"the floor {floor} is above the cap {cap}", where(paper, (*at, "floor")))
        groups[part["group"]] = Group(
            part["group"], title, tuple(part["rules"]), floor, cap, where(paper, (*at, "group"))
        )
    scope = Scope("measure", measure_types(measures), conclusions)
    no_score = []
    for index in range(len(data.get("no_score", ()))):
        when = condition(paper, ("no_score", index, "when"), scope)
        because = text(paper, ("no_score", index, "because"))
        if when is not None:
            no_score.append(NoScoreWhen(when, because, where(paper, ("no_score", index))))
    return Score(
        head=head,
        base=data["base"],
        rules=tuple(in_order),
        groups=tuple(groups.values()),
        least=data["range"]["least"],
        greatest=data["range"]["greatest"],
        bands=tuple(_band(paper, index) for index in range(len(data["bands"]))),
        no_score=tuple(no_score),
        most_reasons=data.get("reasons", {}).get("most", 4),
        reasons_source=text_or_none(paper, ("reasons", "source")),
        validity=text_or_none(paper, ("validity",)),
    )


def _add(paper: Paper, name: str, at: At, in_order: dict[str, At], rules: Collection[str]) -> None:
    if name not in rules:
        unknown_name(paper, "rule", name, at, rules)
    elif name in in_order:
        say(
            paper,
            "added-twice",
            f"the rule `{name}` is added a second time",
            where(paper, at),
            help="a rule is in `adds` once, alone or in one group",
            also=((where(paper, in_order[name]), "the first time"),),
        )
    else:
        in_order[name] = at


def _band(paper: Paper, index: int) -> Band:
    at: At = ("bands", index)
    found = get(paper, at)
    summary = text_or_none(paper, (*at, "summary"))
    return Band(
        found["id"], text(paper, (*at, "title")), summary, found["from"], found["to"], where(paper, (*at, "id"))
    )


def use(
    paper: Paper, head: Header, score: Score | None, conclusions: Conclusions, *, score_in_question: bool = False
) -> Use:
    """The use in a document. With `score_in_question` nothing is said about bands and points."""
    data = paper.document.data
    types: dict[str, Type | None] = {}
    if score is not None:
        types["score"] = Number(0, "points", score.least, score.greatest)
    elif score_in_question:
        types["score"] = None
    bands = None if score_in_question else () if score is None else score.bands
    scope = Scope("outcome", types, conclusions, bands)
    consequences = []
    for index, each in enumerate(data["consequences"]):
        at: At = ("consequences", index)
        when = condition(paper, (*at, "when"), scope)
        effect, lasts = text(paper, (*at, "effect")), months(paper, (*at, "lasts"))
        if when is not None:
            consequences.append(
                Consequence(each["id"], when, effect, each["polarity"], lasts, where(paper, (*at, "id")))
            )
    return Use(
        head=head,
        decided_by=texts(paper, ("decided_by",)),
        purposes=tuple(data["purposes"]),
        context=data["context"],
        automation=data["automation"],
        human_review=text(paper, ("human_review",)),
        consequences=tuple(consequences),
    )


def exclusion(paper: Paper, head: Header) -> Exclusion:
    """The exclusion in a document."""
    covers = paper.document.data["covers"]
    return Exclusion(
        head=head,
        never=tuple(paper.document.data["never"]),
        categories=tuple(
            category(paper, ("covers", "categories", index)) for index in range(len(covers.get("categories", ())))
        ),
        fields=tuple(covers.get("fields", ())),
        sources=tuple(covers.get("sources", ())),
        purposes=tuple(covers.get("purposes", ())),
        because=text(paper, ("because",)),
    )


def right(paper: Paper, head: Header, sources: Collection[str]) -> Right:
    """The right in a document; `sources` are the sources there are."""
    data = paper.document.data
    for index, name in enumerate(data.get("sets_aside", ())):
        if name not in sources:
            unknown_name(paper, "source", name, ("sets_aside", index), sources)
    return Right(
        head=head,
        of=data["of"],
        channels=texts(paper, ("channels",)),
        evidence=text_or_none(paper, ("evidence",)),
        lodge_within=cast("str | None", data.get("lodge_within")),
        answer_within=cast("str | None", data.get("answer_within")),
        fee=text(paper, ("fee",)),
        meanwhile=text(paper, ("meanwhile",)),
        decided_by=text(paper, ("decided_by",)),
        outcomes=texts(paper, ("outcomes",)),
        escalation=text_or_none(paper, ("escalation",)),
        sets_aside=tuple(data.get("sets_aside", ())),
    )
