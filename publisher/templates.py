"""How templates are compiled: sentences translated beforehand, calls made directly, and what is shown escaped once.

Jinja makes room for contexts, sandboxes and undefined callables at every call and for every value. Our templates need
none of it, and most of the time of a build would go there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from publisher.locate import site_folder
from publisher.pages import Phrase
from publisher.shorter import bare_links, shorter
from publisher.words import Words, sentence

if TYPE_CHECKING:
    from jinja2.compiler import Frame

OFTEN = 200
"""A text of so many characters may come again, and what came of it is remembered."""


class Direct(CodeGenerator):
    """Python from templates with `environment.shown(x)` around what is shown, and calls that are plain calls."""

    def _output_child_pre(self, *_: object) -> None:
        self.write("environment.shown(")

    def _output_child_post(self, *_: object) -> None:
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - Jinja's names
        self.write("environment.called(")  # so that a comma may follow
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")


class Translating(Environment):
    """An environment in which ``_("…")`` is already the sentence in its language when a template is compiled."""

    code_generator_class = Direct

    def __init__(self, words: Words) -> None:
        super().__init__(
            loader=FileSystemLoader(site_folder() / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.words = words
        self.shown = showing(words.lang)
        self.called = operator.call

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast("nodes.Template", Translate(self.words).visit(super()._parse(source, name, filename)))


def showing(lang: str) -> Callable[[object], str]:
    """How a value stands on a page in a language.

    >>> show = showing("en")
    >>> show("a < b"), show(Phrase("kurz & gut", "de")), show(5)
    (Markup('a &lt; b'), Markup('<span lang="de">kurz &amp; gut</span>'), Markup('5'))
    """
    escaped = lru_cache(4096)(escape)

    @lru_cache(1024)
    def foreign(value: Phrase) -> Markup:
        """Words in another language than the page's say so, for a screen reader and for the right letters."""
        return Markup(f'<span lang="{escape(value.lang)}">{escape(value.text)}</span>')  # noqa: S704 - both are escaped

    def show(value: Any) -> str:
        if type(value) is Phrase:
            if value.lang != lang:
                return foreign(value)
            value = value.text
        if type(value) is Markup:
            return value
        if type(value) is str and len(value) <= OFTEN:
            return escaped(value)
        return escape(value)

    return show


@dataclass(frozen=True)
class Translate(NodeTransformer):
    """``_("Version %(v)s", v=x)`` becomes ``fill("版本 %(v)s", v=x)``, and ``_("Version")`` plain text."""

    words: Words

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - Jinja calls it by this name
        bare_links(node.nodes)
        return self.generic_visit(node)

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802 - Jinja calls it by this name
        node.data = shorter(node.data)
        return node

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
