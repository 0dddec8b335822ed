"""Pages to bytes. Pure: the same pages give the same bytes, and nothing outside is read but the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, lru_cache, partial
from html import escape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from markupsafe import Markup

from publisher import addresses
from publisher import pages as p
from publisher.addresses import in_language
from publisher.paper import alone, bound
from publisher.templates import Translating, apart
from publisher.words import SOURCE, Words, called, day, number, numbered, read_words, signed, spoken

TEMPLATES: dict[type[p.Page], str] = {
    p.RootPage: "root.html",
    p.MissingPage: "404.html",
    p.HomePage: "home.html",
    p.ListPage: "list.html",
    p.SourcesPage: "sources.html",
    p.RulesPage: "rules.html",
    p.SourcePage: "source.html",
    p.MeasurePage: "measure.html",
    p.RulePage: "rule.html",
    p.ScorePage: "score.html",
    p.UsePage: "use.html",
    p.ExclusionPage: "exclusion.html",
    p.RightPage: "right.html",
    p.DraftPage: "draft.html",
    p.ReferencePage: "reference.html",
    p.DataPage: "data.html",
    p.FilesPage: "files.html",
    p.PrintPage: "print.html",
    p.SchemaPage: "schema.html",
    p.ServicePage: "service.html",
    p.FlowPage: "flow.html",
    p.HistoryPage: "history.html",
    p.EditionPage: "edition.html",
    p.GlossaryPage: "glossary.html",
    p.CategoriesPage: "categories.html",
    p.AboutPage: "about.html",
    p.ReadingsPage: "readings.html",
    p.GradesPage: "grades.html",
    p.SourceFlowPage: "source_flow.html",
    p.FindPage: "find.html",
    p.TryPage: "try.html",
    p.ChangePage: "change.html",
    p.ReviewPage: "review.html",
    p.ComparePage: "compare.html",
    p.LogPage: "log.html",
    p.VerifyPage: "verify.html",
}
"""One page, one template."""

NAMES = {"en": "English", "zh-Hans": "简体中文", "de": "Deutsch"}
"""Languages by their own names; another one is named by the language data."""


def render(pages: Iterable[p.Page | p.File]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each page as its path and its bytes."""
    for page in pages:
        if isinstance(page, p.File):
            yield page.path, page.content
        else:
            lang = (
                SOURCE
                if isinstance(page, p.RootPage | p.MissingPage | p.SchemaPage | p.ServicePage)
                else spoken(page.frame.lang)
            )
            text = environment(lang).made(TEMPLATES[type(page)], page, links(str(page.path.parent)))
            yield page.path, (text.rstrip() + "\n").encode()


@cache
def environment(lang: str) -> Translating:
    """The templates in one language: their sentences are translated once, when a template is compiled."""
    words = read_words(lang)

    made = Translating(words)

    def fill(text: str, **values: object) -> Markup:
        """A translated sentence with its blanks filled; what is filled in is escaped."""
        return Markup(text % {name: made.shown(value) for name, value in values.items()})  # noqa: S704 - our own words

    def counted(one: str, many: str, count: int, **values: object) -> Markup:
        return fill(numbered(words, one, many, count), num=number(words, count), **values)

    made.filters |= {
        "apart": apart,
        "date": lambda value: day(words, value),
        "number": lambda value: number(words, value),
        "signed": lambda value: signed(words, value),
        "language": name_language,
        "said": said,
        "spot": spot,
        "ticks": ticks,
        "code": code,
        "tongue": in_language,
        "web": web,
    }
    made.globals |= {"lang": lang, "fill": fill, "ngettext": counted}
    made.globals["bound"] = partial(bound, show=partial(on_paper, made))
    made.globals["alone"] = lambda page: Markup(alone(on_paper(made, page.change), str(page.change.path)))  # noqa: S704 - made here
    made.globals["time"] = lambda value: time(words, value)
    return made


def on_paper(made: Translating, page: p.BookPage) -> str:
    """A page as a part of the edition for paper, with links from the root of the site."""
    return made.made(TEMPLATES[type(page)], page, str, paper=True)


@lru_cache(1024)
def links(folder: str) -> Callable[[str], str]:
    """Paths from the root of the site as links from a page in a folder.

    >>> links("demo/en/rules")("demo/en/score.html")
    '../score.html'
    """
    return partial(addresses.relative, folder)


def spot(path: PurePosixPath) -> str:
    """Where a page stands, seen from the frame: pages of policies of one kind stand in the same spot.

    >>> [spot(PurePosixPath("demo/en/rules", page)) for page in ("index.html", "late.html", "late/1.0.0.html")]
    ['demo/en/rules/index.html', 'demo/en/rules/-', 'demo/en/rules/-/-']
    """
    rulebook, *rest = str(path).split("/")
    if rest[-1:] == ["index.html"] or len(rest) <= len(("language", "kind")):
        return str(path)
    return "/".join((rulebook, *rest[:2], *("-" for _ in rest[2:])))


def web(url: str) -> str | None:
    """An address on the web as it is, and None for anything else: a policy may not bring a script along.

    >>> web("https://example.org/law?a=1"), web("javascript:alert(1)"), web("//example.org"), web("http:evil")
    ('https://example.org/law?a=1', None, None, None)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def code(text: str) -> Markup:
    """Text as code. Quotation marks stay as they are: inside an element they end nothing.

    >>> code('{"paid": "<b>"}')
    Markup('<code>{"paid": "&lt;b&gt;"}</code>')
    """
    return Markup("<code>{}</code>").format(Markup(escape(text, quote=False)))  # noqa: S704 - escaped


def ticks(text: str) -> Markup:
    """What stands between backticks is code.

    >>> ticks("`true` or <b>")
    Markup('<code>true</code> or &lt;b&gt;')
    """
    return Markup("").join(code(part) if at % 2 else part for at, part in enumerate(text.split("`")))


def said(sentence: str) -> Markup:
    """A sentence of the checks as a page says it: with a capital and a full stop.

    >>> said("the rule `late` gives points"), said("`late` is used")
    (Markup('The rule <code>late</code> gives points.'), Markup('<code>late</code> is used.'))
    """
    return ticks(sentence[:1].upper() + sentence[1:] + ".")


@cache
def name_language(tag: str) -> str:
    """A language by its own name.

    >>> name_language("de"), name_language("fr")
    ('Deutsch', 'français')
    """
    return NAMES.get(tag) or called(tag)


@lru_cache(4096)
def time(words: Words, value: date) -> Markup:
    """A date that a machine can read too."""
    return Markup("<time datetime={}>{}</time>").format(value.isoformat(), day(words, value))
