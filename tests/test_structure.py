"""Documents against the schemas: wrong ones are told in exact words, right ones pass, and two validators agree."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.accept import acceptor
from engine.load import read_text
from engine.structure import KINDS, accepts, schema, validate, validator
from tests.bad import ALONE, cases, document, expected, problems_of, said

WRONG = [case for case in cases() if case.name.startswith(ALONE)]
ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = (*KINDS, "common")


def test_there_are_wrong_documents():
    """A check that walks a folder says first that it found something."""
    assert len(WRONG) >= 40


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.stem)
def test_a_wrong_document_is_told_in_exactly_these_words(case):
    """Place, sentence, underlined words and help: what an author sees is part of the product."""
    assert said(case) == expected(case)


def test_sentences_are_written_in_one_style():
    """Lower case, no full stop, no names out of Python, and a help that is not the sentence again."""
    for problem in (problem for case in WRONG for problem in problems_of(case)):
        assert problem.sentence[0] == "`" or problem.sentence[0].islower()
        assert not problem.sentence.endswith(".")
        assert not any(word in problem.sentence for word in ("str", "dict", "int ", "None", "Decimal", "integer"))
        assert problem.help is None or (problem.help != problem.sentence and not problem.help.endswith("."))


@pytest.mark.parametrize(
    ("word", "help_"),
    [
        ('"10"', "write `10` without quotes"),
        ("1_000", "write `1000`: a whole number is digits, perhaps with `-` before them"),
        ("1.", "write `1`: a whole number is digits, perhaps with `-` before them"),
        ("1e3", "write `1000`: a whole number is digits, perhaps with `-` before them"),
        ("+1", "write `1`: a whole number is digits, perhaps with `-` before them"),
        ("−1", "write `-1`: a whole number is digits, perhaps with `-` before them"),
        ("0x10", "write `16`: a whole number is digits, perhaps with `-` before them"),
        ('"007"', "write `7`: a whole number is digits, perhaps with `-` before them"),
        (".5", "a whole number is digits, perhaps with `-` before them"),
        ('"1,000"', "a whole number is digits, perhaps with `-` before them"),
        ("5%", "a whole number is digits, perhaps with `-` before them"),
        ("1e999999999", "a whole number is digits, perhaps with `-` before them"),
        ("ten", None),
        ("2026-12-01", None),
    ],
)
def test_a_number_written_in_another_way_is_told_how_it_is_written(word, help_):
    """Nobody guesses which of the many ways to write a number is meant here, least of all in a hurry."""
    read, _ = read_text(f"base: {word}\n", "demo/scores/a/1.0.0.yaml")
    found = [problem for problem in validate(read) if problem.where == read.places["base",]]
    assert [(problem.sentence, problem.help) for problem in found] == [("`base` must be a whole number", help_)]


# ---------------------------------------------------------------------------------------------------------- the schemas


def parts(node, path=()):
    """Every subschema of a schema with the way to it."""
    yield path, node
    for keyword, rule in node.items():
        match rule:
            case dict() if keyword in {"properties", "$defs", "dependentSchemas"}:
                for name, part in rule.items():
                    yield from parts(part, (*path, keyword, name))
            case dict() if keyword in {"items", "additionalProperties", "propertyNames", "if", "then", "else", "not"}:
                yield from parts(rule, (*path, keyword))
            case list() if keyword in {"oneOf", "anyOf", "allOf"}:
                for index, part in enumerate(rule):
                    yield from parts(part, (*path, keyword, index))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name):
    """Editors and other programs read them: each is valid against the metaschema and names its own address."""
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"https://openrulebook.example/schemas/{name}.json"
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_mapping_lets_unknown_keys_pass(name):
    """An unknown key is always a problem: every mapping says what else it takes, if anything."""
    for path, part in parts(schema(name)):
        types = part.get("type", ())
        if "object" in ([types] if isinstance(types, str) else types) and not {"if", "then", "else"}.intersection(path):
            elsewhere = part.get("if", {}).get("type") in {"object", "array"}
            assert elsewhere or "additionalProperties" in part, path


def resolved(name, part):
    """A subschema with what its reference says, the nearer words first."""
    if "$ref" not in part:
        return part
    file, _, pointer = part["$ref"].partition("#")
    target = schema(file.removesuffix(".json") or name)
    for step in pointer.split("/")[1:]:
        target = target[step]
    return {**resolved(file.removesuffix(".json") or name, target), **part}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_described_with_examples_that_are_right(name):
    """The descriptions are the reference page, and an example that the engine refuses would be worse than none."""
    described = 0
    for path, part in parts(schema(name)):
        if len(path) < 2 or path[-2] != "properties" or {"if", "then", "else", "dependentSchemas"}.intersection(path):
            continue
        whole = resolved(name, part)
        if part.get("not") == {}:
            continue
        described += 1
        assert whole.get("description", "").endswith((".", "`")), path
        assert whole.get("examples"), path
        address = schema(name)["$id"] + "#" + "".join(f"/{step}" for step in path)
        fits = acceptor({schema(each)["$id"]: schema(each) for each in SCHEMAS}, address)
        if path == ("properties", "kind") and name == "common":
            continue
        for example in whole["examples"]:
            assert fits(example), (path, example)
    assert described > 0 or name == "common"


# -------------------------------------------------------------------------------------------------- the two validators


def good():
    """Every document that comes with the project, with the kind it is of."""
    for folder in (ROOT / "policies", ROOT / "tests" / "policies" / "good"):
        for path in sorted(folder.glob("*/**/*.yaml")):
            read, problems = read_text(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix())
            assert problems == []
            yield read, read.data.get("kind", "rulebook")


GOOD = list(good())


def test_the_documents_we_ship_are_right():
    """Nothing is found in them, and every kind is among them."""
    assert {kind for _, kind in GOOD} == set(KINDS)
    for read, kind in GOOD:
        assert validate(read) == [], read.file
        assert next(validator(kind).iter_errors(read.data), None) is None


SAMPLES = [(read.data, kind) for read, kind in GOOD[:: max(len(GOOD) // 40, 1)]]
WORDS = ["", " ", "x", "known", "P24M", "P0D", "1.0.0\n", "2026-02-30", "2026-12-01", "按", "up", "any"]
SHAPES = [[], {}, [1, 1], [1, True], ["a", "a"], {"en": "x"}, {"en": 5}, {"x": {"is": 1}}, {"x": {}}]
NUMBERS = [1, 0, -1, 10, True, False, Decimal("0.5"), Decimal("5.0")]
VALUES = st.sampled_from([*WORDS, *SHAPES, *NUMBERS]).map(copy.deepcopy)
NAMES = st.sampled_from(
    ["x", "kind", "when", "otherwise", "points", "facts", "no_score", "places", "en", "Üb", "codes"]
)


def spots(node, path=()):
    yield path
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, value in steps:
        yield from spots(value, (*path, step))


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_the_fast_validator_agrees_with_the_published_one(draw):
    """What is fast is trusted only because it gives jsonschema's verdict on right and on slightly wrong documents."""
    sample, kind = draw.draw(st.sampled_from(SAMPLES))
    data = copy.deepcopy(sample)
    for _ in range(draw.draw(st.integers(1, 3))):
        path = draw.draw(st.sampled_from(list(spots(data))))
        if not path:
            continue
        node = data
        for step in path[:-1]:
            node = node[step]
        match draw.draw(st.sampled_from(["replace", "delete", "add"])):
            case "replace":
                node[path[-1]] = draw.draw(VALUES)
            case "delete":
                del node[path[-1]]
            case "add" if isinstance(node, dict):
                node[draw.draw(NAMES)] = draw.draw(VALUES)
            case _:
                node.append(draw.draw(VALUES)) if isinstance(node, list) else None
    assert accepts(kind)(data) == (next(validator(kind).iter_errors(data), None) is None)


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_whatever_is_wrong_is_explained_without_a_crash(draw):
    """Lines lost, doubled or swapped: there is always an answer, and what is not accepted has a problem."""
    case = draw.draw(st.sampled_from(WRONG))
    file, text = document(case)
    lines = text.splitlines(keepends=True)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(lines) - 1))
        to = draw.draw(st.integers(0, len(lines) - 1))
        lines[at : at + draw.draw(st.integers(0, 2))] = lines[to : to + 1]
    read, problems = read_text("".join(lines), file)
    if read is not None:
        found = validate(read)
        kind = FOLDER_KIND.get(file.split("/")[1], "rulebook")
        assert bool(found) or accepts(kind)(read.data)
        assert len({(problem.where, problem.sentence) for problem in found}) == len(found)
        assert all(problem.where.file == file for problem in found)
    else:
        assert problems


FOLDER_KIND = {f"{kind}s": kind for kind in KINDS}


def test_drafts_are_checked_under_the_name_of_their_policy():
    """A draft lies one folder deeper and belongs to the same id."""
    read = next(read for read, kind in GOOD if kind == "rule" and "/drafts/" not in read.file)
    folder, _, name = read.file.rpartition("/")
    draft, _ = read_text(read.text, f"{folder}/drafts/{name}")
    moved, _ = read_text(read.text, f"{folder}-x/drafts/{name}")
    assert validate(draft) == []
    assert [problem.code for problem in validate(moved)] == ["wrong-place"]


def test_a_document_outside_any_rulebook_is_taken_at_its_word():
    """`rulebook check some.yaml` needs no folder: the document says what kind it is, or is told to."""
    assert [problem.sentence for problem in validate(read_text("kind: ruel\n", "some.yaml")[0])] == [
        "`kind` cannot be `ruel`"
    ]
    assert [problem.sentence for problem in validate(read_text("id: x\n", "some.yaml")[0])] == ["`kind` is missing"]
