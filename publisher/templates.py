"""How templates are compiled: sentences translated beforehand, calls made directly, and what is shown escaped once.

Jinja makes room for contexts, sandboxes and undefined callables at every call and for every value. Our templates need
none of it, and most of the time of a build would go there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import markup_join
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from publisher.locate import site_folder
from publisher.pages import Phrase
from publisher.shorter import bare_links, shorter
from publisher.words import Words, sentence

if TYPE_CHECKING:
    from jinja2.compiler import Frame, MacroRef

OFTEN = 200
"""A text of so many characters may come again, and what came of it is remembered."""

FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Letters of Hebrew, Arabic and their kin."""


class Direct(CodeGenerator):
    """Python from templates as one would write it: `f(x)` for `f(x)`, `shown(x)` for what is shown."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("shown, get = environment.shown, environment.getattr")
        self.writeline("joined, plain = environment.joined, environment.plain")

    def _output_child_pre(self, *_: object) -> None:
        self.write("shown(")

    def _output_child_post(self, *_: object) -> None:
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self.visit(node.node, frame)
        self.write("(")
        for part in (*node.args, *node.kwargs):
            self.visit(part, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        self.write("get(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r})")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        if macro_ref.accesses_caller or macro_ref.accesses_kwargs or macro_ref.accesses_varargs:
            super().macro_def(macro_ref, frame)
        else:
            self.write(f"plain(macro, {tuple(each.name for each in macro_ref.node.args)!r})")


made: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Text that is escaped already, as such; `Markup` itself looks first whether it is."""


def plain(macro: Callable[..., str], names: tuple[str, ...]) -> Callable[..., Markup]:
    """A macro without the wrapper that finds out how it was called; what it is not given, it knows itself."""
    count = len(names)

    def call(*given: Any, **named: Any) -> Markup:
        if named or len(given) != count:
            given = (*given, *(named.pop(name, missing) for name in names[len(given) :]))
            if named:
                raise TypeError(f"a macro has no {', '.join(named)}")
        return made(macro(*given))

    return call


def joined(parts: tuple[Any, ...]) -> str:
    """What `~` joins; if a part is escaped already, the others are escaped too."""
    return "".join(parts) if all(type(part) is str for part in parts) else markup_join(parts)


class Shared(Template):
    """A template that is imported without a context is the same for every page, which Jinja would look into again."""

    def _get_default_module(self, ctx: object = None) -> TemplateModule:  # noqa: ARG002 - Jinja's name
        return super()._get_default_module()


class Translating(Environment):
    """An environment in which ``_("…")`` is already the sentence in its language when a template is compiled."""

    code_generator_class = Direct
    template_class = Shared

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
        self.joined, self.plain = joined, plain

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast("nodes.Template", Translate(self.words).visit(super()._parse(source, name, filename)))


def showing(lang: str) -> Callable[[object], str]:
    """How a value stands on a page in a language.

    >>> show = showing("en")
    >>> show("a < b"), show(Phrase("kurz & gut", "de")), show(5)
    (Markup('a &lt; b'), Markup('<span lang="de">kurz &amp; gut</span>'), Markup('5'))
    """
    escaped: Callable[[str], str] = lru_cache(4096)(escape)
    own: Callable[[str], str] = lru_cache(4096)(apart)

    @lru_cache(1024)
    def foreign(value: Phrase) -> Markup:
        """Words in another language than the page's say so, for a screen reader and for the right letters."""
        return Markup(f'<span lang="{escape(value.lang)}">{apart(value.text)}</span>')  # noqa: S704 - both are escaped

    def show(value: Any) -> str:
        kind = type(value)
        if kind is Markup:
            return value
        if kind is Phrase:
            if value.lang != lang:
                return foreign(value)
            return own(value.text) if len(value.text) <= OFTEN else apart(value.text)
        if kind is not str:
            return escape(value)
        return escaped(value) if len(value) <= OFTEN else escape(value)

    return show


def apart(text: str) -> Markup:
    """Words that are read from the right keep that to themselves: what stands around them is not turned around.

    >>> apart("a < b"), apart("שלום")
    (Markup('a &lt; b'), Markup('<bdi>שלום</bdi>'))
    """
    shown = escape(text)
    return shown if text.isascii() or not FROM_THE_RIGHT.search(text) else Markup("<bdi>") + shown + Markup("</bdi>")


@dataclass(frozen=True)
class Translate(NodeTransformer):
    """``_("Version %(v)s", v=x)`` becomes ``fill("版本 %(v)s", v=x)``, and ``_("Version")`` plain text."""

    words: Words

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        bare_links(node.nodes)
        return self.generic_visit(node)

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        node.data = shorter(node.data)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_"):
            return node
        said = nodes.Const(sentence(self.words, node.args[0].as_const()), lineno=node.lineno)
        if not node.kwargs:
            return nodes.MarkSafe(said, lineno=node.lineno)
        node.node = nodes.Name("fill", "load", lineno=node.lineno)
        node.args = [said]
        return node
