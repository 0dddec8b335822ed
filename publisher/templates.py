"""How templates are compiled: sentences translated beforehand, calls made directly, and what is shown escaped once.

Jinja makes room for contexts, sandboxes and undefined callables at every call and for every value. Our templates need
none of it, and most of the time of a build would go there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.environment import Template, TemplateModule
from jinja2.ext import Extension
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
    from jinja2.parser import Parser

OFTEN = 200
"""A text of so many characters may come again, and what came of it is remembered."""

FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Letters of Hebrew, Arabic and their kin."""


class Direct(CodeGenerator):
    """Python from templates as one would write it: `f(x)` for `f(x)`, `shown(x)` for what is shown."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("shown, joined, plain = environment.shown, environment.joined, environment.plain")

    def _output_child_pre(self, node: nodes.Expr, *_: object) -> None:
        self.write("" if is_link(node) else "shown(")

    def _output_child_post(self, node: nodes.Expr, *_: object) -> None:
        self.write("" if is_link(node) else ")")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        """A block is one piece: it is not handed up piece by piece through all the templates around it."""
        if not (frame.toplevel and self.has_known_extends):
            self.writeline(f"yield concat(context.blocks[{node.name!r}][0](context))", node)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        self.visit(node.node, frame)
        self.write("(")
        for part in (*node.args, *node.kwargs):
            self.visit(part, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if node.ctx == PERHAPS or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
        else:  # what a name of a dictionary means, Jinja finds out
            self.write(f"(_.{node.attr} if type(_ := ")
            self.visit(node.node, frame)
            self.write(f") is not dict else environment.getattr(_, {node.attr!r}))")

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


PERHAPS = "perhaps"
"""The mark of an attribute that may be missing, because it is asked whether it is there."""

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


class Kept(Extension):
    """``{% kept name, … %}…{% endkept %}`` is what it was before for the same name and the rest of the key."""

    tags = {"kept"}  # noqa: RUF012 - as Jinja has it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.before: Callable[..., Any] = lru_cache(256)(lambda _: [])

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        key = parser.parse_tuple()
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        return nodes.CallBlock(self.call_method("find", [key]), [], [], body, lineno=line)

    def find(self, key: tuple[object, ...], caller: Callable[[], Markup]) -> Markup:
        found = self.before(key)
        if not found:
            found.append(caller())
        return cast("Markup", found[0])


class Here:
    """The page that is being made, as macros see it: they are read once, and not again for every page.

    It has what the page has, and is true while the page is made for paper.
    """

    def __init__(self) -> None:
        self.now: tuple[object, Callable[[str], str], bool] = (None, str, False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.now[0], name)

    def __bool__(self) -> bool:
        return self.now[2]

    def href(self, path: str) -> str:
        return self.now[1](path)


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
            extensions=[Kept],
        )
        self.words = words
        self.shown = showing(words.lang)
        self.joined, self.plain = joined, plain
        self.here = Here()
        self.globals |= {"page": self.here, "href": self.here.href, "paper": self.here}
        self.found: dict[str, Template] = {}

    def get_template(self, name: str, *_: object) -> Template:  # type: ignore[override] # Jinja's takes more
        """A template, looked for once."""
        if name not in self.found:
            self.found[name] = super().get_template(name)
        return self.found[name]

    def made(self, name: str, page: object, href: Callable[[str], str], *, paper: bool = False) -> str:
        """A page by a template; `href` makes links of paths from the root of the site."""
        before, self.here.now = self.here.now, (page, href, paper)
        try:
            return self.get_template(name).render(page=page, href=href, paper=paper)
        finally:
            self.here.now = before

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return cast("nodes.Template", Translate(self.words).visit(super()._parse(source, name, filename)))


def showing(lang: str) -> Callable[[object], str]:
    """How a value stands on a page in a language.

    >>> show = showing("en")
    >>> show("a < b"), show(Phrase("kurz & gut", "de")), show(5)
    (Markup('a &lt; b'), Markup('<span lang="de">kurz &amp; gut</span>'), Markup('5'))
    """
    escaped: Callable[[str], Markup] = lru_cache(4096)(escape)
    own: Callable[[str], str] = lru_cache(4096)(apart)

    @lru_cache(1024)
    def foreign(value: Phrase) -> Markup:
        """Words in another language than the page's say so, for a screen reader and for the right letters."""
        return Markup(f'<span lang="{escape(value.lang)}">{apart(value.text)}</span>')  # noqa: S704 - both are escaped

    def show(value: object) -> str:
        if isinstance(value, Markup):
            return value
        if isinstance(value, Phrase):
            if value.lang != lang:
                return foreign(value)
            return own(value.text) if len(value.text) <= OFTEN else apart(value.text)
        if isinstance(value, str) and len(value) <= OFTEN:
            return escaped(value)
        return escape(value)

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

    def visit_Import(self, node: nodes.Import) -> nodes.Node:
        node.with_context = False  # macros know the page from `Here`
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:
        return perhaps(self.generic_visit(node), asked=node.name == "default")

    def visit_Test(self, node: nodes.Test) -> nodes.Node:
        return perhaps(self.generic_visit(node), asked=node.name in {"defined", "undefined"})

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        bare_links(node.nodes)
        self.generic_visit(node)
        node.nodes = [part for shown in node.nodes for part in (in_parts(shown) or [shown])]
        return node

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


def is_link(node: nodes.Expr) -> bool:
    """Whether it is an address that ``href`` makes, of ids, so that no character in it needs escaping."""
    match node:
        case nodes.Call(node=nodes.Name(name="href")):
            return True
        case _:
            return False


BLANK = re.compile(r"%\((\w+)\)s")


def in_parts(node: nodes.Expr) -> list[nodes.Expr] | None:
    """A sentence with blanks that is shown as it is: its words, and between them what is filled in."""
    match node:
        case nodes.Call(node=nodes.Name(name="fill"), args=[nodes.Const(value=str(said))], kwargs=given):
            values = {each.key: each.value for each in given}
            parts = BLANK.split(said)
            return [
                values[part] if at % 2 else nodes.MarkSafe(nodes.Const(part.replace("%%", "%"), lineno=node.lineno))
                for at, part in enumerate(parts)
            ]
        case _:
            return None


def perhaps(node: nodes.Node, *, asked: bool) -> nodes.Node:
    """A filter or test that asks whether something is there: nothing is wrong if it is not."""
    if asked and isinstance(node, nodes.Filter | nodes.Test) and isinstance(node.node, nodes.Getattr):
        node.node.ctx = PERHAPS
    return node
