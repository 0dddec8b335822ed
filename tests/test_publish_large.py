"""A large rulebook: pages stream, so that memory does not grow with them, and what makes them quick is not seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from jinja2.compiler import CodeGenerator
from jinja2.environment import Template

from bench import large, website
from engine.editions import changes
from engine.rulebook import load_rulebook
from publisher import templates
from publisher.collect import collect
from publisher.library import read_library
from publisher.render import render
from publisher.serve import forget
from publisher.words import read_words
from tests.website import DAY, DEMO


def test_memory_does_not_grow_with_the_pages():
    """Ten times the pages, of as many policies, cost no more than the list of their names."""
    few, many = website.publish(100, 1, 1, alone=False), website.publish(100, 5, 2, alone=False)
    for name, took in (("few", few), ("many", many)):
        print(f"{name}: {took.pages} pages, {took.loaded:.0f} MB loaded, {took.most - took.loaded:.1f} MB to publish")
    assert many.pages > 5 * few.pages
    assert (many.most - many.loaded) - (few.most - few.loaded) < 16
    assert many.again < 10, "a whole process that finds nothing to do"


def test_versions_share_what_is_the_same(tmp_path: Path):
    """An edition for each day on which something changes costs what has changed, not all its rules once more."""
    rulebook = load_rulebook(large.write(tmp_path, 60, 4, 1, releases=24))
    days = changes(rulebook.shelf.policies)
    assert len(days) > 15
    library = read_library(rulebook, date(2022, 1, 1))
    editions = {id(one.edition): one.edition for versions in library.versions.values() for one in versions}
    rules = {id(rule) for edition in editions.values() if edition for rule in edition.rules.values()}
    assert len(editions) == len(days)
    assert len(rules) == sum(document.data["kind"] == "rule" for document in rulebook.shelf.policies)


def test_the_quick_templates_say_what_jinja_says(monkeypatch: pytest.MonkeyPatch):
    """Direct calls, macros that are read once and parts that are kept change no byte."""
    pages = list(collect([load_rulebook(DEMO)], DAY))
    quick = dict(render(pages))
    with monkeypatch.context() as patch:
        patch.setattr(templates.Translating, "code_generator_class", CodeGenerator)
        patch.setattr(templates.Translating, "template_class", Template)
        patch.setattr(templates.Kept, "find", lambda _, __, caller: caller())
        patch.delattr(templates.Translate, "visit_Import")
        patch.setattr(templates, "in_parts", lambda _: None)
        made = templates.Translating.__init__

        def slow(self: templates.Translating, words: object) -> None:
            made(self, words)
            self.finalize = self.shown

        patch.setattr(templates.Translating, "__init__", slow)
        forget()
        plain = dict(render(pages))
    forget()
    assert [str(path) for path, content in plain.items() if quick[path] != content] == []


def test_a_macro_is_told_when_it_is_called_wrongly():
    """What the direct call leaves out is still looked at."""
    made = templates.Translating(read_words("en"))
    macro = "{% macro m(a, b='b') %}{{ a }}{{ b }}{% endmacro %}"
    assert made.from_string(macro + "{{ m('<', 'c') }}{{ m('x') }}{{ m(b='y', a='z') }}").render() == "&lt;cxbzy"
    with pytest.raises(TypeError, match="a macro has no c"):
        made.from_string(macro + "{{ m('x', c='y') }}").render()
