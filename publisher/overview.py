"""The pages that show a whole rulebook: its home with the label, the lists, everything as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from engine.bounds import rule_bounds
from engine.editions import comment_until
from engine.ir import Edition, Header, Policy, Rule, Source
from engine.load import Document
from publisher import addresses, lineage
from publisher import pages as p
from publisher.chart import bar
from publisher.heads import reading
from publisher.library import Dated, Library, main_version
from publisher.noticed import noticed
from publisher.policies import bands, contesting, effects, users
from publisher.queries import queries
from publisher.schemas import KINDS
from publisher.speech import Speaker, joined, maybe, text, title, to


def home_page(speaker: Speaker, frame: p.Frame, library: Library) -> p.HomePage:
    edition = speaker.edition
    found = [
        (to(speaker, each.head.kind, each.head.id), about(speaker, each.head, library)) for each in policies(edition)
    ]
    return p.HomePage(
        PurePosixPath(speaker.home, "index.html"),
        frame,
        summary=text(speaker, edition.about.summary),
        description=maybe(speaker, edition.about.description),
        collected=tuple(to(speaker, "source", id_) for id_ in edition.sources),
        used_for=tuple(to(speaker, "use", id_) for id_ in edition.uses),
        never=tuple(to(speaker, "exclusion", id_) for id_ in edition.exclusions),
        effects=tuple(all_effects(speaker).values()),
        kept=kept(speaker),
        contest=contesting(speaker),
        bands=bands(speaker, edition.score) if edition.score else None,
        measures=len(edition.measures),
        rules=len(edition.rules),
        rights=len(edition.rights),
        changed=changed(speaker, library),
        coming=coming(speaker, library),
        drafts=proposals(speaker, library, still_open=True),
        noticed=noticed(speaker, library.problems.get(edition.about.where.file, ())),
        odd=tuple((link, len(seen.odd)) for link, seen in found if seen.odd),
        gaps=tuple((link, sum(gap.texts for gap in seen.gaps)) for link, seen in found if seen.gaps),
        readings=tuple(reading(speaker, reference) for reference in edition.about.references),
    )


def all_effects(speaker: Speaker) -> dict[tuple[p.Phrase, str], p.Effect]:
    """What may follow, each once, though several uses may say it in the same words."""
    found: dict[tuple[p.Phrase, str], p.Effect] = {}
    for use in speaker.edition.uses.values():
        for effect in effects(speaker, use):
            found.setdefault((effect.effect, effect.polarity), effect)
    return found


def times(source: Source) -> p.Times:
    """How long a row of a source is kept in each case, the shortest time first."""
    found = {keep.months or ("not-published" if keep.unpublished else "while-open") for keep in source.retention}
    return tuple(sorted(found, key=length))


def length(time: int | str) -> tuple[bool, int, str]:
    """What times are sorted by: months first, then words.

    >>> sorted(["while-open", 36, 6], key=length)
    [6, 36, 'while-open']
    """
    return (False, time, "") if isinstance(time, int) else (True, 0, time)


def kept(speaker: Speaker) -> tuple[p.Kept, ...]:
    """Sources by how long they are kept, shortest first."""
    by_times: dict[p.Times, list[Source]] = {}
    for source in speaker.edition.sources.values():
        by_times.setdefault(times(source), []).append(source)
    return tuple(
        p.Kept(
            found,
            joined(speaker, [text(speaker, source.head.title) for source in sources]),
            to(speaker, "source", sources[0].head.id, "kept").path
            if len(sources) == 1
            else addresses.list_page(speaker.home, "source"),
        )
        for found, sources in sorted(by_times.items(), key=lambda item: [length(time) for time in item[0]])
    )


def changed(speaker: Speaker, library: Library) -> tuple[p.News, ...]:
    """The versions that came with the edition shown; nothing for the first edition, where everything is new."""
    day = library.shown.from_
    if day == library.first:
        return ()
    return tuple(news for news in all_news(speaker, library) if news.from_ == day)


def coming(speaker: Speaker, library: Library) -> tuple[p.News, ...]:
    """The versions that will be in force later than the edition shown, the next ones first."""
    return tuple(news for news in all_news(speaker, library) if news.from_ > library.shown.from_)


def all_news(speaker: Speaker, library: Library) -> list[p.News]:
    """Every version of every policy that is ever in force, the oldest first."""
    found = [
        version_news(speaker, policy, version, version.document.data["change"]["kind"], version.from_)
        for policy, versions in library.versions.items()
        if main_version(library, policy)
        for version in versions
    ]
    return sorted(found, key=lambda news: news.from_)


def version_news(speaker: Speaker, policy: tuple[str, str], version: Dated, change: str, day: date) -> p.News:
    """What happened to a policy on a day; the link leads to the version, or to the policy if it never was in force."""
    kind, id_ = policy
    written = version.document.data
    path = addresses.version_page(speaker.home, kind, id_, version.version)
    page = path if version.edition else addresses.policy_page(speaker.home, kind, id_)
    link = p.Link(title(speaker, written["title"]), page)
    return p.News(link, kind, id_, version.version, day, change, text(speaker, written["change"]["why"]))


def proposals(speaker: Speaker, library: Library, *, still_open: bool) -> tuple[p.News, ...]:
    """The drafts on which comments are open, or those on which they are closed."""
    found = library.rulebook.shelf.drafts
    return tuple(
        draft_news(speaker, each, library.today) for each in found if comments(each, library.today).open is still_open
    )


def comments(draft: Document, today: date) -> p.Comments:
    """Whether a draft is open for comment on a day."""
    until = comment_until(draft)
    return p.Comments(until is None or today <= until, until)


def draft_news(speaker: Speaker, document: Document, today: date) -> p.News:
    written = document.data
    kind, id_, version = (written[key] for key in ("kind", "id", "version"))
    return p.News(
        p.Link(title(speaker, written["title"]), addresses.draft_page(speaker.home, kind, id_, version)),
        kind,
        id_,
        version,
        date.fromisoformat(written["in_force"]["from"]),
        written["change"]["kind"],
        text(speaker, written["change"]["why"]),
        comments(document, today),
    )


def entry(speaker: Speaker, head: Header, library: Library) -> p.Entry:
    odd = len(about(speaker, head, library).odd)
    return p.Entry(to(speaker, head.kind, head.id), text(speaker, head.summary), head.version, head.from_, odd)


def about(speaker: Speaker, head: Header, library: Library) -> p.Noticed:
    """What the checks noticed about a policy of the edition shown."""
    return noticed(speaker, library.problems.get(head.where.file, ()))


def policies(edition: Edition) -> Iterator[Policy]:
    """The policies of an edition in the order of the site."""
    yield from edition.sources.values()
    yield from edition.measures.values()
    yield from edition.rules.values()
    if edition.score:
        yield edition.score
    yield from edition.uses.values()
    yield from edition.exclusions.values()
    yield from edition.rights.values()


def list_page(speaker: Speaker, frame: p.Frame, kind: str, library: Library) -> p.ListPage:
    edition = speaker.edition
    groups: tuple[tuple[p.Link | None, tuple[tuple[p.Entry, tuple[p.Link, ...] | None], ...]], ...]
    if kind == "measure":
        groups = tuple(
            (
                to(speaker, "source", source) if source else None,
                tuple((entry(speaker, edition.measures[m].head, library), users(speaker, m)) for m in measures),
            )
            for source, measures in by_source(edition).items()
        )
    else:
        heads = {
            "use": [policy.head for policy in edition.uses.values()],
            "exclusion": [policy.head for policy in edition.exclusions.values()],
            "right": [right.head for right in sorted(edition.rights.values(), key=lambda each: RIGHTS.index(each.of))],
        }[kind]
        groups = ((None, tuple((entry(speaker, head, library), None) for head in heads)),) if heads else ()
    return p.ListPage(PurePosixPath(addresses.list_page(speaker.home, kind)), frame, kind, groups)


FILES = 20
"""So many versions leave a page of files within 16 KB."""

RIGHTS = ("access", "correct", "erase", "explanation", "statement", "contest", "human-review", "complaint")
"""What rights are to, in the order in which a person comes to need them."""


def by_source(edition: Edition) -> dict[str | None, list[str]]:
    """The measures by the source they are worked out from, the first one if there are several; None for no source."""
    found: dict[str | None, list[str]] = {source: [] for source in (*edition.sources, None)}
    for id_ in edition.measures:
        below = lineage.measures_below(edition, (id_,))
        sources = {source for each in below for source in lineage.source_of(edition.measures[each])}
        found[next((source for source in edition.sources if source in sources), None)].append(id_)
    return {source: measures for source, measures in found.items() if measures}


def sources_page(speaker: Speaker, frame: p.Frame, library: Library) -> p.SourcesPage:
    return p.SourcesPage(
        PurePosixPath(addresses.list_page(speaker.home, "source")),
        frame,
        tuple(
            p.SourceEntry(
                entry(speaker, source.head, library),
                joined(speaker, [text(speaker, field.title) for field in source.fields.values()]),
                times(source),
            )
            for source in speaker.edition.sources.values()
        ),
    )


def rules_page(speaker: Speaker, frame: p.Frame, library: Library) -> p.RulesPage:
    """The rules as the score adds them up; without a score, all that give points in one list."""
    edition = speaker.edition
    reach = {id_: found for id_, rule in edition.rules.items() if (found := rule_bounds(edition.measures, rule))}
    scale = min((low for low, _ in reach.values()), default=0), max((high for _, high in reach.values()), default=0)

    def line(rule: Rule) -> p.RuleEntry:
        low, high = reach[rule.head.id]
        down, up = bar(0, min(0, low), *scale), bar(0, max(0, high), *scale)
        return p.RuleEntry(entry(speaker, rule.head, library), low, high, down, up)

    grouped = {rule for group in edition.score.groups for rule in group.rules} if edition.score else set()
    order = edition.score.rules if edition.score else tuple(reach)
    alone = tuple(line(edition.rules[id_]) for id_ in order if id_ not in grouped and id_ in reach)
    groups = [p.RuleGroup(None, None, None, alone)] if alone else []
    for group in edition.score.groups if edition.score else ():
        lines = tuple(line(edition.rules[id_]) for id_ in group.rules if id_ in reach)
        groups.append(p.RuleGroup(title(speaker, group.title), group.floor, group.cap, lines))
    concluding = tuple(entry(speaker, rule.head, library) for id_, rule in edition.rules.items() if id_ not in reach)
    return p.RulesPage(PurePosixPath(addresses.list_page(speaker.home, "rule")), frame, tuple(groups), concluding)


def data_page(speaker: Speaker, frame: p.Frame, library: Library, *, pdf: bool) -> p.DataPage:
    rulebook = library.rulebook.about.id
    kinds = {kind: len(found) for kind, found in by_kind(library).items()}
    return p.DataPage(
        PurePosixPath(speaker.home, "data.html"),
        frame,
        archive=addresses.archive_file(rulebook),
        papers=tuple(paper(rulebook, lang, pdf=pdf) for lang in frame.languages),
        edition=addresses.edition_file(rulebook),
        queries=queries(library),
        about=addresses.about_file(rulebook),
        sums=addresses.sums_file(rulebook),
        feed=addresses.changes_feed(speaker.home),
        schemas=tuple((kind, f"reference/{kind}.json") for kind in KINDS),
        kinds=tuple((kind, addresses.files_page(speaker.home, kind), number) for kind, number in kinds.items()),
    )


def by_kind(library: Library) -> dict[str, list[tuple[str, Dated]]]:
    """The id of a policy and one of its versions, for all that have a page, by kind."""
    found: dict[str, list[tuple[str, Dated]]] = {}
    for kind in addresses.FOLDERS:
        own = [(id_, versions) for (of, id_), versions in library.versions.items() if of == kind]
        listed = [(id_, each) for id_, versions in own if main_version(library, (kind, id_)) for each in versions]
        if listed:
            found[kind] = listed
    return found


def files_pages(speaker: Speaker, frame: p.Frame, library: Library) -> Iterator[p.FilesPage]:
    """The files of every version, in as many parts as each kind needs."""
    rulebook = library.rulebook.about.id
    for kind, versions in by_kind(library).items():
        starts = range(0, len(versions), FILES)
        paths = tuple(addresses.files_page(speaker.home, kind, part) for part, _ in enumerate(starts, 1))
        for part, (path, start) in enumerate(zip(paths, starts, strict=True), 1):
            rows = tuple(download(speaker, rulebook, kind, *each) for each in versions[start : start + FILES])
            yield p.FilesPage(PurePosixPath(path), frame, kind, part, paths, rows)


def paper(rulebook: str, lang: str, *, pdf: bool) -> tuple[str, str, str | None]:
    home = addresses.home(rulebook, lang)
    return lang, addresses.print_page(home), addresses.print_pdf(home) if pdf else None


def download(speaker: Speaker, rulebook: str, kind: str, id_: str, version: Dated) -> p.Download:
    """A version as files; one that never was in force has no page of its own."""
    page = (
        addresses.version_page(speaker.home, kind, id_, version.version)
        if version.edition
        else addresses.policy_page(speaker.home, kind, id_)
    )
    yaml, json, jsonld = (
        addresses.data_file(rulebook, kind, id_, version.version, ending) for ending in ("yaml", "json", "jsonld")
    )
    words = title(speaker, version.document.data["title"])
    return p.Download(words, version.version, version.from_, page, yaml, json, jsonld, version.document.digest)
