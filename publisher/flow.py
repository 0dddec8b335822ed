"""Where data goes: each source and each field followed to the rules, the score and the uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from engine.ir import Edition, Rule, Source
from engine.readings.prose.words import phrase
from engine.settable import made_of
from publisher import addresses, lineage
from publisher import pages as p
from publisher.layout import Column, Edge, Node, picture
from publisher.once import once
from publisher.pages.flow import Picture
from publisher.speech import Speaker, prose, text, title, to
from publisher.words import read_words, sentence
from publisher.words import spoken as site_lang

MOST_BOXES = 40
"""Of more boxes no picture is made: nobody could follow its lines."""

MOST_AT_ONCE = 12
"""With more lines that leave one column the measures are left out, and each field leads to its rules."""

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
    found: dict[str, None] = {}
    for id_, measure in edition.measures.items():
        if source in lineage.source_of(measure) or any(other in found for other in made_of(measure)):
            found[id_] = None
    return tuple(found)


def reading(edition: Edition, measures: Iterable[str]) -> tuple[str, ...]:
    """The rules that look at one of these measures, in the order of the score, then the others."""
    readers = lineage.readers(edition)
    found = {rule for measure in measures if measure in readers for rule in readers[measure][1]}
    return tuple(sorted(found, key=ranks(edition).__getitem__))


@once
def ranks(edition: Edition) -> Mapping[str, int]:
    """The places of the rules in the order of the score, then of the others."""
    order = dict.fromkeys((*(edition.score.rules if edition.score else ()), *edition.rules))
    return {id_: number for number, id_ in enumerate(order)}


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
    return rule in scored(edition)


@once
def scored(edition: Edition) -> frozenset[str]:
    """The rules of which the points are added up."""
    return frozenset(edition.score.rules if edition.score else ())


def chained(edition: Edition, rule: Rule) -> tuple[str, ...]:
    """The rules that read a conclusion of the rule."""
    own = {conclusion.name for conclusion in rule.conclusions}
    return tuple(id_ for id_, other in edition.rules.items() if own & set(other.reads_conclusions)) if own else ()


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
                named(speaker, "source", id_),
                addresses.flow_page(speaker.home, id_),
                len(below[id_]),
                tuple(named(speaker, "rule", rule) for rule in seen[id_]) + no_score_link(speaker, below[id_]),
            )
            for id_ in edition.sources
        ),
        rule_lines(speaker, rules),
        score_link(speaker),
        use_lines(speaker),
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
        Column("measure", 112, [Node(f"measure/{m}", named(speaker, "measure", m)) for m in measures]),
        Column("rule", 104, rule_nodes(speaker, rules, measures)),
    ]
    simple = without_measures(speaker, source, columns) if hard(columns, edges) else None
    return p.SourceFlowPage(
        PurePosixPath(addresses.flow_page(speaker.home, here)),
        frame,
        named(speaker, "source", here),
        drawn(speaker, *(simple or (columns, edges)), rules) if measures else None,
        tuple(field_line(speaker, source, name) for name in source.fields),
        tuple(
            p.FlowLine(
                named(speaker, "measure", m),
                None,
                0,
                tuple(named(speaker, "measure", other) for other in into_measures(edition, m))
                + tuple(named(speaker, "rule", rule) for rule in reading(edition, [m]))
                + no_score_link(speaker, [m]),
            )
            for m in measures
        ),
        rule_lines(speaker, rules),
        score_link(speaker) if measures else None,
        use_lines(speaker) if measures else (),
        simple is not None,
    )


def hard(columns: list[Column], edges: set[Edge]) -> bool:
    """Whether so many lines run in the same gap that nobody could follow one."""
    at = {node.key: number for number, column in enumerate(columns) for node in column.nodes}
    return any(count > MOST_AT_ONCE for count in Counter(at[one] for one, _ in edges).values())


def without_measures(speaker: Speaker, source: Source, columns: list[Column]) -> tuple[list[Column], set[Edge]]:
    """The fields and the rules, and which field counts in which rule, through whatever measures."""
    fields, _, rules = columns
    page_of = {node.link.path: node.key for node in rules.nodes}
    into = {name: field_line(speaker, source, name).into for name in source.fields}
    edges = {(f"field/{name}", page_of[link.path]) for name, links in into.items() for link in links}
    return [replace(fields, width=136), replace(rules, width=144)], edges


def into_measures(edition: Edition, measure: str) -> tuple[str, ...]:
    return lineage.readers(edition).get(measure, ((), ()))[0]


def field_line(speaker: Speaker, source: Source, name: str) -> p.FlowLine:
    """A field and everything it counts in at last."""
    edition = speaker.edition
    item = (source.head.id, name)
    near = far_readers(edition).get(item, ())
    rules = after(edition, reading(edition, near))
    into = tuple(named(speaker, "rule", rule) for rule in rules) + no_score_link(speaker, near)
    return p.FlowLine(field_link(speaker, source, name), None, len(near), into, lineage.kept_by(source, name))


@once
def far_readers(edition: Edition) -> Mapping[lineage.Item, tuple[str, ...]]:
    """By field, the measures that look at it through any number of others."""
    found: dict[lineage.Item, list[str]] = defaultdict(list)
    for id_ in edition.measures:
        for item in lineage.items_below(edition, (id_,)):
            found[item].append(id_)
    return {item: tuple(measures) for item, measures in found.items()}


def rule_lines(speaker: Speaker, rules: Iterable[str]) -> tuple[p.FlowLine, ...]:
    """Rules, and what each goes into: other rules, the score, a use by what it concludes."""
    edition = speaker.edition
    found = []
    for id_ in rules:
        rule = edition.rules[id_]
        into = [named(speaker, "rule", other) for other in chained(edition, rule)]
        score = score_link(speaker)
        into += [score] if score and scoring(edition, id_) else []
        into += [named(speaker, "use", use) for use in uses_reading(edition, rule)]
        found.append(p.FlowLine(named(speaker, "rule", id_), None, 0, tuple(into)))
    return tuple(found)


def use_lines(speaker: Speaker) -> tuple[p.FlowUse, ...]:
    """Each use, whether the score counts there, and what may follow."""
    found = []
    for id_, use in speaker.edition.uses.items():
        score = score_link(speaker) if lineage.scored_for(use) else None
        effects = tuple(text(speaker, consequence.effect) for consequence in use.consequences)
        found.append(p.FlowUse(named(speaker, "use", id_), score, effects))
    return tuple(found)


def drawn(speaker: Speaker, columns: list[Column], edges: set[Edge], rules: tuple[str, ...]) -> Picture | None:
    """The picture, with the score and the uses below; nothing when it would have too many boxes."""
    edition = speaker.edition
    score = score_link(speaker)
    uses = [Node(f"use/{id_}", named(speaker, "use", id_)) for id_ in edition.uses]
    below = ([Node("score", score)] if score else []) + uses
    if sum(len(column.nodes) for column in columns) + len(below) > MOST_BOXES:
        return None
    for id_ in rules:
        rule = edition.rules[id_]
        edges |= {(f"rule/{id_}", f"rule/{other}") for other in chained(edition, rule)}
        edges |= {(f"rule/{id_}", f"use/{use}") for use in uses_reading(edition, rule)}
        edges |= {(f"rule/{id_}", "score")} if scoring(edition, id_) else set()
    if score:
        edges |= {("score", f"use/{id_}") for id_, use in edition.uses.items() if lineage.scored_for(use)}
        edges |= {(f"rule/{NO_SCORE}", "score")} & {(node.key, "score") for column in columns for node in column.nodes}
    return picture(columns, edges, below)


def rule_nodes(speaker: Speaker, rules: Iterable[str], measures: Iterable[str] | None = None) -> list[Node]:
    """The rules as boxes, and one for what keeps a score from being given."""
    found = [Node(f"rule/{id_}", named(speaker, "rule", id_)) for id_ in rules]
    some = speaker.edition.measures if measures is None else measures
    return found + [Node(f"rule/{NO_SCORE}", link) for link in no_score_link(speaker, some)]


# ---------------------------------------------------------------------------------------------------------- the links


def named(speaker: Speaker, kind: str, id_: str) -> p.Link:
    """A link by the title of a policy, which says the kind where a field or another policy is called the same."""
    link = to(speaker, kind, id_)
    return p.Link(told_apart(speaker, link.words, kind), link.path)


def told_apart(speaker: Speaker, words: p.Phrase, kind: str) -> p.Phrase:
    """Words with the kind of thing they name, if they name two."""
    if words.text not in namesakes(speaker.edition, speaker.lang):
        return words
    own = read_words(site_lang(speaker.lang))
    return p.Phrase(phrase(words.lang, "show.of_kind", title=words.text, kind=sentence(own, KINDS[kind])), words.lang)


KINDS = {"field": "Field", "source": "Source", "measure": "Measure", "rule": "Rule", "use": "Use", "score": "Score"}
"""What things are called, in the words of the templates."""


@once
def namesakes(edition: Edition, lang: str) -> frozenset[str]:
    """The titles that more than one thing has."""
    speaker = Speaker(edition, lang, "", anchors=False)
    some = (edition.sources, edition.measures, edition.rules, edition.uses)
    found = [title(speaker, policy.head.title).text for kind in some for policy in kind.values()]
    found += {
        title(speaker, field.title).text for source in edition.sources.values() for field in source.fields.values()
    }
    return frozenset(text for text, count in Counter(found).items() if count > 1)


def score_link(speaker: Speaker) -> p.Link | None:
    return named(speaker, "score", speaker.edition.score.head.id) if speaker.edition.score else None


def no_score_link(speaker: Speaker, measures: Iterable[str]) -> tuple[p.Link, ...]:
    """The way to when there is no score, if one of the measures decides it."""
    if not deciding_score(speaker.edition) & set(measures):
        return ()
    page = addresses.list_page(speaker.home, "score")
    return (p.Link(prose(speaker, phrase(speaker.lang, "worth.no_score")), f"{page}#none"),)


def own_flow(speaker: Speaker, source: str) -> p.Link:
    """The title of a source, leading to where its fields go."""
    return p.Link(named(speaker, "source", source).words, addresses.flow_page(speaker.home, source))


def field_link(speaker: Speaker, source: Source, name: str) -> p.Link:
    path = to(speaker, "source", source.head.id, f"field-{name}").path
    return p.Link(told_apart(speaker, title(speaker, source.fields[name].title), "field"), path)
