"""Pages to bytes. Pure: the same pages give the same bytes, and nothing outside is read but the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Any, cast
from urllib.parse import urlsplit

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from publisher import pages as p
from publisher.locate import site_folder
from publisher.words import SOURCE, Words, day, number, numbered, read_words, sentence, signed, spoken

TEMPLATES: dict[type[p.Page], str] = {
    p.RootPage: "root.html",
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
    p.SchemaPage: "schema.html",
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
            lang = SOURCE if isinstance(page, p.RootPage | p.SchemaPage) else spoken(page.frame.lang)
            template = environment(lang).get_template(TEMPLATES[type(page)])
            yield page.path, (template.render(page=page).rstrip() + "\n").encode()


@cache
def environment(lang: str) -> Environment:
    """The templates in one language: their sentences are translated once, when a template is compiled."""
    words = read_words(lang)

    def show(value: object) -> object:
        """Words in another language than the page's say so, for a screen reader and for the right letters."""
        if isinstance(value, p.Phrase):
            if value.lang != lang:
                return Markup('<span lang="{}">{}</span>').format(value.lang, value.text)
            return value.text
        return value

    def fill(text: str, **values: object) -> Markup:
        """A translated sentence with its blanks filled; what is filled in is escaped."""
        return Markup(text) % {name: escape(show(value)) for name, value in values.items()}  # noqa: S704 - our own words

    def counted(one: str, many: str, count: int, **values: object) -> Markup:
        return fill(numbered(words, one, many, count), num=number(words, count), **values)

    made = Translating(words)
    made.finalize = cast("Callable[..., Any]", show)
    made.filters |= {
        "date": lambda value: day(words, value),
        "number": lambda value: number(words, value),
        "signed": lambda value: signed(words, value),
        "language": name_language,
        "said": said,
        "ticks": ticks,
        "tongue": in_language,
        "web": web,
    }
    made.globals |= {"lang": lang, "fill": fill, "ngettext": counted, "href": href}
    made.globals["time"] = lambda value: time(words, value)
    return made


class Translating(Environment):
    """An environment in which ``_("…")`` is already the sentence in its language when a template is compiled."""

    def __init__(self, words: Words) -> None:
        super().__init__(
            loader=FileSystemLoader(site_folder() / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.words = words

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast("nodes.Template", Translate(self.words).visit(super()._parse(source, name, filename)))


@dataclass(frozen=True)
class Translate(NodeTransformer):
    """``_("Version %(v)s", v=x)`` becomes ``fill("版本 %(v)s", v=x)``, and ``_("Version")`` plain text."""

    words: Words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja calls it by this name
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_"):
            return node
        said = nodes.Const(sentence(self.words, node.args[0].as_const()), lineno=node.lineno)
        if not node.kwargs:
            return nodes.MarkSafe(said, lineno=node.lineno)
        node.node = nodes.Name("fill", "load", lineno=node.lineno)
        node.args = [said]
        return node


@pass_context
def href(context: Context, path: str) -> str:
    """A path from the root of the site as a link from this page, which works in a folder as well as on a server."""
    page: p.Page = context["page"]
    return relative(str(page.path.parent), path)


def in_language(path: PurePosixPath, lang: str) -> str:
    """The address of the same page in another language.

    >>> in_language(PurePosixPath("demo/en/rules/late.html"), "de")
    'demo/de/rules/late.html'
    """
    return str(PurePosixPath(path.parts[0], lang, *path.parts[2:]))


@cache
def relative(folder: str, path: str) -> str:
    """How one page leads to another, in a folder as well as on a server.

    >>> relative("demo/en/rules", "demo/de/rules/late.html#points"), relative("demo/en", "demo/en/index.html")
    ('../../de/rules/late.html#points', 'index.html')
    """
    target, mark, anchor = path.partition("#")
    return relpath(target, folder) + mark + anchor


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


def ticks(text: str) -> Markup:
    """What stands between backticks is code.

    >>> ticks("`true` or <b>")
    Markup('<code>true</code> or &lt;b&gt;')
    """
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if at % 2 else part for at, part in enumerate(text.split("`")))


def said(sentence: str) -> Markup:
    """A sentence of the checks as a page says it: with a capital and a full stop.

    >>> said("the rule `late` gives points"), said("`late` is used")
    (Markup('The rule <code>late</code> gives points.'), Markup('<code>late</code> is used.'))
    """
    return ticks(sentence[:1].upper() + sentence[1:] + ".")


def name_language(tag: str) -> str:
    """A language by its own name.

    >>> name_language("de"), name_language("fr")
    ('Deutsch', 'français')
    """
    return NAMES.get(tag) or str(Locale.parse(tag, sep="-").get_display_name())


def time(words: Words, value: date) -> Markup:
    """A date that a machine can read too."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), day(words, value))
