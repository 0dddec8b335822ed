"""The description of the service is the service: every address is in it, and answers as it says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import html
from openapi_spec_validator import validate

from engine.locate import policies_folder
from engine.rulebook import load_rulebook
from engine.service import create_app
from engine.service.answers import PROBLEMS, TITLES
from engine.service.limits import LARGEST_BODY
from engine.service.openapi import OPERATIONS, OURS
from publisher.render import render
from publisher.schemas import schema_pages
from tests.logs import promulgated, run
from tests.schemathesis_run import failures
from tests.service import EVALUATE, RECORD, URL, USE, Served, body, headers, served, token_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("openapi"))


@pytest.fixture(scope="module")
def app(made: Served) -> Flask:
    return create_app(lambda: made.rulebooks, made.operator)


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    return app.test_client().get("/v1/openapi.json").get_json()


def test_the_document_is_valid(document):
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_address_is_in_it_and_no_other(app, document):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, item in document["paths"].items() for method in item}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(OPERATIONS)
    assert {name.partition(".")[0] for name in OPERATIONS} == set(OURS)


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)
    found = set(re.findall(r'"\$ref": "#/([^"]+)"', text))
    assert len(found) > 30
    for pointer in found:
        place = document
        for step in pointer.split("/"):
            place = place[step]
    assert text.count('"$ref"') == len(re.findall(r'"\$ref": "#/components/schemas/', text))


def test_the_command_prints_the_same(document):
    assert json.loads(run(policies_folder(), "schema", "openapi").output) == document


REQUESTS = [
    ("get", "/v1/rulebooks", None, None),
    ("get", f"{URL}/editions", None, None),
    ("get", f"{URL}/record-schema?as_of=2026-12-15", None, None),
    ("get", f"{URL}/policies/rule/early-payer/1.0.0", None, None),
    ("get", f"{URL}/policies/source/bills/1.0.0", None, None),
    ("get", f"{URL}/policies/rule/nothing/1.0.0", None, None),
    ("get", f"{URL}/diff?from=2026-03-01&to=2026-12-15&lang=de", None, None),
    ("get", f"{URL}/diff?from=2026-03-01", None, None),
    ("post", EVALUATE, RECORD, "consumer"),
    ("post", f"{EVALUATE}&receipt=true", RECORD, "consumer"),
    ("post", EVALUATE, {"sources": {"x": []}}, "consumer"),
    ("post", EVALUATE, RECORD, None),
    ("post", f"{URL}/simulate?use={USE}&as_of=2026-12-15", {"measures": {}}, None),
    ("post", f"{URL}/simulate?use={USE}", {"measures": {"nothing": 1}}, None),
    ("post", f"{URL}/verify", {"receipt": {}}, None),
    ("get", f"{URL}/subjects/me/decisions", None, "person"),
    ("get", f"{URL}/subjects/me/decisions/0", None, "person"),
    ("post", f"{URL}/contests", {"source": "bills", "row": RECORD["sources"]["bills"][0]}, "person"),
    ("post", f"{URL}/contests", {"source": "bills", "row": {"x": 1}}, "person"),
    ("get", "/healthz", None, None),
    ("get", "/readyz", None, None),
    ("get", "/v1/openapi.json", None, None),
]


def test_every_answer_is_what_the_document_says(made, app, document):
    """Its status, its type and its form, for every address."""
    asked = set()
    for method, url, sent, who in REQUESTS:
        given = {None: {}, "consumer": headers(made.key), "person": headers(token_of(made))}[who]
        answer = app.test_client().open(url, method=method.upper(), json=sent, headers=given)
        rule, _ = app.url_map.bind("").match(url.partition("?")[0], method=method.upper(), return_rule=True)
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        asked.add((path, method))
        said = document["paths"][path][method]["responses"]
        assert str(answer.status_code) in said, (url, answer.text)
        content = said[str(answer.status_code)]["content"][answer.content_type]
        schema = {**content["schema"], "components": document["components"]}
        Draft202012Validator(schema).validate(answer.get_json(force=True))
    every = {(path, method) for path, item in document["paths"].items() for method in item}
    assert {path for path, _ in every - asked} == {"/metrics", "/v1/rulebooks/{rulebook_id}/evaluate-many"}


def test_drawn_requests_are_answered_as_the_document_says(made, app):
    """Schemathesis draws requests from the document, right and wrong ones, and holds the answers against it."""
    given = {"consumer": made.key, "person": token_of(made)}
    assert failures(app, given, {"rulebook_id": "demo"}, examples=4) == []


def test_every_problem_with_a_type_of_its_own_has_a_title():
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in TITLES)
    assert PROBLEMS.endswith("/")


def test_every_answer_of_the_api_has_the_headers_of_data(app):
    """Nothing in it may be run, framed, guessed at or told to others."""
    for path in ("/v1/rulebooks", f"{URL}/nothing", "/v1/none", "/healthz", EVALUATE):
        answer = app.test_client().get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store" or path == "/metrics"
        assert "Server" not in answer.headers
        assert "Set-Cookie" not in answer.headers


def test_the_wrong_method_says_which_one_is_right(app):
    answer = app.test_client().get(EVALUATE)
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
    assert answer.get_json()["status"] == 405


# ------------------------------------------------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (b"[" * 20 + b"]" * 20, 400, "it is nested too deep"),
        (b'{"a":' * 500_000, 400, "it is nested too deep"),
        (json.dumps({"sources": {"bills": [{}] * 10_001}}).encode(), 400, "a record has at most 10,000 rows"),
        (b" " * (LARGEST_BODY + 1), 413, "a body has at most"),
        (b'{"sources": {"bills": [{"amount": 1e999999999}]}}', 422, ""),
        (b'{"sources": {}, "as_of": "2026-12-15", "subject": "\\ud800"}', 422, ""),
    ],
)
def test_too_much_is_refused(made, app, sent, status, said):
    answer = app.test_client().post(EVALUATE, data=sent, headers=headers(made.key))
    assert answer.status_code == status
    assert said in answer.get_json()["detail"]


WORDS = [
    "sources",
    "subject",
    "as_of",
    "bills",
    "account",
    "due",
    "amount",
    "contested",
    "row",
    "measures",
    "receipt",
    "own",
]
BODIES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.just("2026-12-15"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner),
    max_leaves=12,
).map(json.dumps)
CHANGED = st.tuples(st.integers(0, len(body()) - 1), st.binary(max_size=3)).map(
    lambda change: body()[: change[0]] + change[1] + body()[change[0] + 1 :]
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=BODIES.map(str.encode) | CHANGED | st.binary(max_size=40))
def test_no_body_makes_the_service_fail(made, app, caplog, sent):
    """Whatever is sent wherever, the answer is one that the service meant to give, and nothing went wrong inside."""
    client, me = app.test_client(), headers(token_of(made))
    for url, given_ in (
        (EVALUATE, headers(made.key)),
        (f"{EVALUATE}&receipt=true&trace=false", headers(made.key)),
        (f"{URL}/evaluate-many?use={USE}", headers(made.key)),
        (f"{URL}/simulate?use={USE}&as_of=2026-12-15", {}),
        (f"{URL}/verify", {}),
        (f"{URL}/contests", me),
    ):
        answer = client.post(url, data=sent, headers=given_)
        assert answer.status_code in {200, 201, 400, 409, 422}, (url, answer.text)
        assert '"status": 5' not in answer.text
    assert caplog.records == []


def test_without_the_trace_all_else_is_the_same(made, app):
    """Also where a receipt is made of it."""
    for more in ("", "&reading=truth", "&receipt=true"):
        whole, short = (
            app.test_client().post(f"{EVALUATE}{more}&trace={said}", data=body(), headers=headers(made.key)).get_json()
            for said in ("true", "false")
        )
        assert short.get("decision", short)["trace"] == []
        assert short.get("receipt", {}).get("trace", True)
        assert {**whole.get("decision", whole), "trace": []} == short.get("decision", short)


class Gone:
    """A body that does not come."""

    def __init__(self, error: OSError) -> None:
        self.error = error

    def read(self, *_: int) -> bytes:
        raise self.error

    readline = read


@pytest.mark.parametrize("error", [TimeoutError("x"), ConnectionResetError("x")])
def test_a_sender_who_goes_away_is_no_mistake_of_the_service(made, app, caplog, error):
    """The same goes for many lines, where the last one says so."""
    base = {"wsgi.input": Gone(error), "wsgi.input_terminated": True, "CONTENT_LENGTH": "10"}
    for url in (EVALUATE, f"{URL}/verify", f"{URL}/simulate?use={USE}"):
        answer = app.test_client().post(url, headers=headers(made.key), environ_overrides=base)
        assert answer.status_code == 400
    many = app.test_client().post(f"{URL}/evaluate-many?use={USE}", headers=headers(made.key), environ_overrides=base)
    assert many.get_json(force=True)["problem"]["detail"] == "the request ended before it was whole"
    assert caplog.records == []


# ---------------------------------------------------------------------------------------------------------- many lines


def many(made: Served, app: Flask, sent: bytes, more: str = "") -> list[dict[str, Any]]:
    as_gunicorn = {"wsgi.input_terminated": True}
    url = f"{URL}/evaluate-many?use={USE}{more}"
    answer = app.test_client().post(url, data=sent, headers=headers(made.key), environ_base=as_gunicorn)
    assert (answer.status_code, answer.content_type) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.data.splitlines()]


def test_a_bad_line_is_an_answer_and_not_an_end(made, app):
    """Every line is answered, with its number, in order."""
    lines = [body(), b"{", body(as_of="yesterday"), b'{"sources": {}} ', b"\xff", body(subject="two")]
    found = many(made, app, b"\n\n".join(lines) + b"\n")
    assert [each["line"] for each in found] == [1, 2, 3, 4, 5, 6]
    assert ["decision" if "decision" in each else each["problem"]["status"] for each in found] == [
        "decision",
        400,
        422,
        422,
        400,
        "decision",
    ]


def test_a_line_that_is_too_long_is_passed_over(made, app):
    """The lines after it are still answered."""
    found = many(made, app, b" " * LARGEST_BODY + b"x" * LARGEST_BODY + b"\n" + body())
    assert [each.get("problem", {}).get("status") for each in found] == [413, None]


def test_many_records_can_have_receipts(made, app):
    (one,) = many(made, app, body(), "&receipt=true")
    assert set(one) == {"line", "decision", "receipt", "own"}
    assert one["receipt"]["result"]["score"] == one["decision"]["score"]


def test_without_keys_there_are_no_receipts():
    """And no register: the demonstration keeps nothing, and says so."""
    books = {"fair-civic-trust": load_rulebook("fair-civic-trust")}
    client = create_app(lambda: books).test_client()
    url = "/v1/rulebooks/fair-civic-trust"
    answer = client.post(f"{url}/evaluate?use=deposit-free-rental&receipt=true", json={})
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (400, "no-receipts")
    answer = client.get(f"{url}/subjects/me/decisions", headers=headers("orp_x"))
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (404, "no-register")
    assert client.get("/readyz").get_json()["mode"] == "demonstration"
    assert client.get("/metrics").status_code == HTTPStatus.OK


def test_what_is_not_in_the_log_decides_nothing_and_is_not_simulated(tmp_path):
    """And where the log does not fit together, nothing is decided, which is no mistake of the service."""
    policies = promulgated(tmp_path)
    entries = policies / "demo" / "log" / "tile" / "entries" / "000.p"
    client = create_app(lambda: {"demo": load_rulebook(policies / "demo")}).test_client()
    url = f"{URL}/simulate?use={USE}&as_of=2026-12-15"
    assert client.post(url, json={"measures": {}}).status_code == 200
    (file,) = (file for file in entries.iterdir())
    file.write_bytes(file.read_bytes().replace(b"demo", b"omed"))
    client = create_app(lambda: {"demo": replace(load_rulebook(policies / "demo"), cache={})}).test_client()
    for answer in (client.post(url, json={"measures": {}}), client.post(EVALUATE, data=body())):
        assert answer.status_code == 503, answer.text
        assert answer.content_type == "application/problem+json"


def test_the_service_is_a_page_of_the_website():
    """Every address with its parameters, and the description for programs beside it."""
    files = dict(render(list(schema_pages())))
    found = html.fromstring(files[PurePosixPath("reference/service.html")])
    told = {words.text_content() for words in found.xpath("//h2/code")}
    document = json.loads(files[PurePosixPath("reference/openapi.json")])
    assert told == {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert len(told) > 12
    assert found.xpath("//a[@download]/@href") == ["openapi.json"]
