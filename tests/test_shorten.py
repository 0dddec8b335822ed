"""Scripts in few letters do what they did: names are shortened where that changes nothing."""

from __future__ import annotations

import json

import pytest
import quickjs

from publisher.locate import site_folder
from publisher.shorten import shorten

SCRIPTS = sorted((site_folder() / "assets").glob("*.js"))

SAME = {
    "a property keeps its name": (
        "const thing = { width: 2, height: 3 }; const { width, height: tall } = thing; [width, tall, thing]"
    ),
    "a comma that is the last, true and false": (
        "const both = (one, two,) => ({ is: true, true: one, two, });\n"
        "[both(false, [true, , ],), both(1,).is === true, `${false}`]"
    ),
    "blocks one below the other": (
        "function one() {\n  return 1;\n}\nfunction two() {\n  if (one()) {\n    return 2;\n  }\n  return 3;\n}\n"
        "one() + two()"
    ),
    "an object in few words": "const width = 2, tall = 3; const make = () => ({ width, tall }); make()",
    "what is missing": (
        "const read = ({ width = 5, deep: { height = 7 } = {} } = {}) => [width, height]; [read(), read({width: 1})]"
    ),
    "the words of a template": (
        "const name = 'x'; const other = { name }; `name ${name + `${other.name} name`} } {name}`"
    ),
    "text and patterns": (
        r"""const name = /name\/[/]name/g; ['name', "name", 'a name/name'.replace(name, ''), 8 / 2 / 2]"""
    ),
    "a name in two functions": (
        "function one(first) { const size = first; return size; } function two(size) { return size + "
        "one(size); } two(4)"
    ),
    "a name outside and inside": (
        "const size = 1; function inner(size) { return size + 1; } [size, inner(5), ((size) => size * 2)(3)]"
    ),
    "what is called before it is written": (
        "const first = () => second(2); const second = (value) => value * 3; first()"
    ),
    "whether or not": (
        "const yes = true, part = 4; const found = yes ? part : 0; const other = { part: yes ? part : "
        "found }; [found, other]"
    ),
    "the rest": (
        "const all = (first, ...rest) => [first, rest]; const [head, ...tail] = all(1, 2, 3); ({ head, "
        "tail, ...{ head: 9 } })"
    ),
    "a letter that is taken": "const a = 1; const longer = 2; const b = (longest) => longest + a + longer; b(1)",
    "a class": (
        "class NotGood extends Error { } let told; try { throw new NotGood('x'); } catch (error) { told "
        "= error.message; } told"
    ),
    "a loop": (
        "let total = 0; for (const [name, value] of Object.entries({ x: 1, y: 2 })) total += value; for "
        "(let at = 0; at < 2; at += 1) total += at; total"
    ),
    "choices": (
        "const pick = (word) => { switch (word) { case 'yes': return 1; default: return word.length; } "
        "}; [pick('yes'), pick('other')]"
    ),
    "names and globals": (
        "const map = new Map([['x', 1]]); const text = (value) => JSON.stringify([...value]); text(map)"
    ),
}


def outcome(script: str) -> str:
    """The value of the last statement, as JSON."""
    return quickjs.Context().eval(f"JSON.stringify((() => eval({json.dumps(script)}))())")


@pytest.mark.parametrize("script", SAME.values(), ids=SAME)
def test_what_comes_out_is_the_same(script: str) -> None:
    """Each way to name something that our scripts use."""
    wanted, found = (outcome(text) for text in (script, shorten(script)))
    assert wanted is not None
    assert found == wanted


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_our_scripts_get_much_shorter(file) -> None:
    """Every script of the website can be read, and no words that somebody reads are lost."""
    script = file.read_text("utf-8")
    short = shorten(script)
    assert len(short) < 0.75 * len(script)
    assert shorten(script) == short
    assert quickjs.Context().eval(f"typeof Function({json.dumps(short)})") == "function"
