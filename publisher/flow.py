"""Where data goes: each source and each field followed to the rules, the score and the uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from engine.ir import Edition, Rule, Source
from engine.readings.prose.words import phrase
from publisher import addresses, lineage
from publisher import pages as p
from publisher.layout import Column, Edge, Node, picture
from publisher.pages.flow import Picture
from publisher.speech import Speaker, prose, title, to

MOST_BOXES = 40
"""Of more boxes no picture is made: nobody could follow its lines."""

NO_SCORE = "no-score"
"""The box for the cases in which there is no score."""


def flow_pages(speaker: Speaker, frame: p.Frame) -> Iterator[p.FlowPage | p.SourceFlowPage]:
    """The whole at one look, and a page for each source."""
    yield flow_page(speaker, frame)
    for source in speaker.edition.sources.values():
        yield source_flow_page(speaker, frame, source)


# -------------------------------------------------------------------------------------------------- what follows what


def reaching(edition: Edition, source: str) -> tuple[str, ...]:
    """The measures that look at a source, by themselves or through others, in the order in which they are computed."""
    found: list[str] = []
    for id_, measure in edition.measures.items():
        if source in lineage.source_of(measure) or set(lineage.measures_read(measure)) & set(found):
            found.append(id_)
    return tuple(found)


def reading(edition: Edition, measures: Iterable[str]) -> tuple[str, ...]:
    """The rules that look at one of these measures, in the order of the score, then the others."""
    some = set(measures)
    order = dict.fromkeys((*(edition.score.rules if edition.score else ()), *edition.rules))
    return tuple(id_ for id_ in order if some & set(edition.rules[id_].reads))


def deciding_score(edition: Edition) -> frozenset[str]:
    """The measures that decide whether there is a score."""
    if edition.score is None:
        return frozenset()
    return frozenset(name for one in edition.score.no_score for name in lineage.measure_names(one.when))


def uses_reading(edition: Edition, rule: Rule) -> tuple[str, ...]:
    """The uses in which a conclusion of the rule decides."""
    own = {conclusion.name for conclusion in rule.conclusions}
    return tuple(id_ for id_, use in edition.uses.items() if own & lineage.concluded_for(use))


def scoring(edition: Edition, rule: str) -> bool:
    """Whether the points of a rule are added up in the score."""
    return edition.score is not None and rule in edition.score.rules


def chained(edition: Edition, rule: Rule) -> tuple[str, ...]:
    """The rules that read a conclusion of the rule."""
    own = {conclusion.name for conclusion in rule.conclusions}
    return tuple(id_ for id_, other in edition.rules.items() if own & set(other.reads_conclusions))


def after(edition: Edition, rules: Iterable[str]) -> tuple[str, ...]:
    """These rules and those that read what they conclude, on and on."""
    found = dict.fromkeys(rules)
    waiting = list(found)
    while waiting:
        more = [id_ for id_ in chained(edition, edition.rules[waiting.pop()]) if id_ not in found]
        found |= dict.fromkeys(more)
        waiting += more
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------- the pages


def flow_page(speaker: Speaker, frame: p.Frame) -> p.FlowPage:
    edition = speaker.edition
    below = {id_: reaching(edition, id_) for id_ in edition.sources}
    rules = after(edition, edition.rules)
    seen = {id_: reading(edition, measures) for id_, measures in below.items()}
    edges = {(f"source/{s}", f"rule/{r}") for s, found in seen.items() for r in found}
    edges |= {(f"source/{s}", f"rule/{NO_SCORE}") for s, found in below.items() if deciding_score(edition) & set(found)}
    sources = [Node(f"source/{id_}", own_flow(speaker, id_)) for id_ in edition.sources]
    columns = [Column("source", 136, sources), Column("rule", 144, rule_nodes(speaker, rules))]
    return p.FlowPage(
        PurePosixPath(addresses.flow_page(speaker.home)),
        frame,
        drawn(speaker, columns, edges, rules),
        tuple(
            p.FlowLine(
                to(speaker, "source", id_),
                addresses.flow_page(speaker.home, id_),
                len(below[id_]),
                tuple(to(speaker, "rule", rule) for rule in seen[id_]) + no_score_link(speaker, below[id_]),
            )
            for id_ in edition.sources
        ),
        rule_lines(speaker, rules),
        score_link(speaker),
        tuple(to(speaker, "use", id_) for id_ in edition.uses),
        len(edition.measures),
    )


def source_flow_page(speaker: Speaker, frame: p.Frame, source: Source) -> p.SourceFlowPage:
    edition, here = speaker.edition, source.head.id
    measures = reaching(edition, here)
    rules = after(edition, reading(edition, measures))
    reads = {m: [f for s, f in lineage.items_read(edition, edition.measures[m]) if s == here] for m in measures}
    edges = {(f"field/{field}", f"measure/{m}") for m, found in reads.items() for field in found}
    for m in measures:
        edges |= {(f"measure/{m}", f"measure/{other}") for other in into_measures(edition, m)}
        edges |= {(f"measure/{m}", f"rule/{rule}") for rule in reading(edition, [m])}
        edges |= {(f"measure/{m}", f"rule/{NO_SCORE}")} if m in deciding_score(edition) else set()
    columns = [
        Column("field", 84, [Node(f"field/{name}", field_link(speaker, source, name)) for name in source.fields]),
        Column("measure", 112, [Node(f"measure/{m}", to(speaker, "measure", m)) for m in measures]),
        Column("rule", 104, rule_nodes(speaker, rules, measures)),
    ]
    return p.SourceFlowPage(
        PurePosixPath(addresses.flow_page(speaker.home, here)),
        frame,
        to(speaker, "source", here),
        drawn(speaker, columns, edges, rules) if measures else None,
        tuple(field_line(speaker, source, name) for name in source.fields),
        tuple(
            p.FlowLine(
                to(speaker, "measure", m),
                None,
                0,
                tuple(to(speaker, "measure", other) for other in into_measures(edition, m))
                + tuple(to(speaker, "rule", rule) for rule in reading(edition, [m]))
                + no_score_link(speaker, [m]),
            )
            for m in measures
        ),
        rule_lines(speaker, rules),
        score_link(speaker) if any(scoring(edition, rule) for rule in rules) else None,
        tuple(to(speaker, "use", id_) for id_ in edition.uses) if rules else (),
    )


def into_measures(edition: Edition, measure: str) -> tuple[str, ...]:
    return tuple(id_ for id_, other in edition.measures.items() if measure in lineage.measures_read(other))


def field_line(speaker: Speaker, source: Source, name: str) -> p.FlowLine:
    """A field and everything it counts in at last."""
    edition = speaker.edition
    item = (source.head.id, name)
    near = {m for m in edition.measures if item in lineage.items_below(edition, (m,))}
    rules = reading(edition, near)
    into = tuple(to(speaker, "rule", rule) for rule in rules) + no_score_link(speaker, near)
    return p.FlowLine(field_link(speaker, source, name), None, len(near), into, lineage.kept_by(source, name))


def rule_lines(speaker: Speaker, rules: Iterable[str]) -> tuple[p.FlowLine, ...]:
    """Rules, and what each goes into: other rules, the score, a use by what it concludes."""
    edition = speaker.edition
    found = []
    for id_ in rules:
        rule = edition.rules[id_]
        into = [to(speaker, "rule", other) for other in chained(edition, rule)]
        score = score_link(speaker)
        into += [score] if score and scoring(edition, id_) else []
        into += [to(speaker, "use", use) for use in uses_reading(edition, rule)]
        found.append(p.FlowLine(to(speaker, "rule", id_), None, 0, tuple(into)))
    return tuple(found)


def drawn(speaker: Speaker, columns: list[Column], edges: set[Edge], rules: tuple[str, ...]) -> Picture | None:
    """The picture, with the score and the uses below; nothing when it would have too many boxes."""
    edition = speaker.edition
    score = score_link(speaker)
    uses = [Node(f"use/{id_}", to(speaker, "use", id_)) for id_ in edition.uses]
    below = ([Node("score", score)] if score else []) + uses
    if sum(len(column.nodes) for column in columns) + len(below) > MOST_BOXES:
        return None
    for id_ in rules:
        rule = edition.rules[id_]
        edges |= {(f"rule/{id_}", f"rule/{other}") for other in chained(edition, rule)}
        edges |= {(f"rule/{id_}", f"use/{use}") for use in uses_reading(edition, rule)}
        edges |= {(f"rule/{id_}", "score")} if scoring(edition, id_) else set()
    if score:
        edges |= {("score", node.key) for node in uses}
        edges |= {(f"rule/{NO_SCORE}", "score")} & {(node.key, "score") for column in columns for node in column.nodes}
    return picture(columns, edges, below)


def rule_nodes(speaker: Speaker, rules: Iterable[str], measures: Iterable[str] | None = None) -> list[Node]:
    """The rules as boxes, and one for what keeps a score from being given."""
    found = [Node(f"rule/{id_}", to(speaker, "rule", id_)) for id_ in rules]
    some = speaker.edition.measures if measures is None else measures
    return found + [Node(f"rule/{NO_SCORE}", link) for link in no_score_link(speaker, some)]


# ---------------------------------------------------------------------------------------------------------- the links


def score_link(speaker: Speaker) -> p.Link | None:
    return to(speaker, "score", speaker.edition.score.head.id) if speaker.edition.score else None


def no_score_link(speaker: Speaker, measures: Iterable[str]) -> tuple[p.Link, ...]:
    """The way to when there is no score, if one of the measures decides it."""
    if not deciding_score(speaker.edition) & set(measures):
        return ()
    page = addresses.list_page(speaker.home, "score")
    return (p.Link(prose(speaker, phrase(speaker.lang, "worth.no_score")), f"{page}#none"),)


def own_flow(speaker: Speaker, source: str) -> p.Link:
    """The title of a source, leading to where its fields go."""
    return p.Link(to(speaker, "source", source).words, addresses.flow_page(speaker.home, source))


def field_link(speaker: Speaker, source: Source, name: str) -> p.Link:
    path = to(speaker, "source", source.head.id, f"field-{name}").path
    return p.Link(title(speaker, source.fields[name].title), path)
