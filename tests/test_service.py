"""The service over HTTP: a record in, a decision out, and a problem document for anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from engine.decision import Decision
from engine.evaluation import evaluate
from engine.locate import policies_folder
from engine.records import shipped
from engine.rulebook import edition, load_rulebook
from engine.schema_of_record import schema_of_record
from engine.service import create_app
from engine.structure import schema

BOOK = "fair-civic-trust"
PATH = f"/v1/rulebooks/{BOOK}/evaluate"
URL = f"{PATH}?use=deposit-free-rental"
RECORDS = policies_folder() / BOOK / "records"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    rulebooks = {id_: load_rulebook(id_) for id_ in (BOOK, "schufa-2026")}
    return create_app(lambda: rulebooks).test_client()


def checker(kind: str) -> Draft202012Validator:
    registry: Any = Registry().with_resources(
        (schema(name)["$id"], Resource.from_contents(schema(name))) for name in ("decision", "trace", "problem")
    )
    return Draft202012Validator(schema(kind), registry=registry)


def test_every_shipped_record_is_answered_as_its_schema_says(client: FlaskClient) -> None:
    """A decision fits the published schema of decisions, a refusal that of problems."""
    files = sorted(RECORDS.glob("*.json"))
    assert len(files) >= 12
    statuses = set()
    for file in files:
        answer = client.post(URL, data=file.read_bytes(), content_type="application/json")
        statuses.add(answer.status_code)
        data = json.loads(answer.data)
        checker("decision" if answer.status_code == 200 else "problem").validate(data)
    assert statuses == {200, 422}


def test_the_use_is_named_in_the_address(client: FlaskClient) -> None:
    body = (RECORDS / "reliable-tenant.json").read_bytes()
    answer = client.post(f"{PATH}?use=payment-plan&lang=zh-Hans", data=body)
    assert json.loads(answer.data)["use"] == "payment-plan"
    assert client.post(f"{PATH}?use=gossip", data=body).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (URL, b"", 400),
        (URL, b"{", 400),
        (URL, b"\xff\xfe", 400),
        (URL, b"[" * 100_000, 400),
        (URL, b'{"a": 1, "a": 2}', 400),
        (URL, b"[]", 422),
        (URL, b'{"sources": {}}', 422),
        (f"{URL}&as_of=today", b"{}", 400),
        (f"{URL}&reading=tea-leaves", b"{}", 400),
        (f"{URL}&lang=tlh", b"{}", 400),
        (f"{URL}&colour=red", b"{}", 400),
        (PATH, b"{}", 400),
        (f"{URL}&use=payment-plan", b"{}", 400),
        ("/v1/rulebooks/nowhere/evaluate", b"{}", 404),
        ("/v1/nothing", b"{}", 404),
        (URL, b" " * (5 * 1024 * 1024), 413),
    ],
)
def test_bad_input_gets_a_problem_document(client: FlaskClient, path: str, body: bytes, status: int) -> None:
    answer = client.post(path, data=body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.data)
    assert problem["status"] == status
    assert problem["title"]


def test_the_wrong_method_is_a_problem_too(client: FlaskClient) -> None:
    answer = client.get(URL)
    assert answer.status_code == 405
    assert json.loads(answer.data)["status"] == 405


def test_nothing_of_a_refused_record_comes_back(client: FlaskClient) -> None:
    """Only names of sources and fields; never a value."""
    record = {
        "as_of": "2026-12-15",
        "subject": "PLANTED-1",
        "sources": {"bill-payments": [{"due": "PLANTED-2", "amount": "PLANTED-3", "kind": "PLANTED-4"}]},
        "contested": [{"source": "bill-payments", "row": "PLANTED-5"}],
    }
    answer = client.post(URL, data=json.dumps(record))
    assert answer.status_code == 422
    assert b"PLANTED" not in answer.data


def test_the_record_schema_takes_the_shipped_records(client: FlaskClient) -> None:
    """What the published schema of records refuses, admission refuses; as far as a schema can say it."""
    found = json.loads(client.get(f"/v1/rulebooks/{BOOK}/record-schema?as_of=2026-12-15").data)
    Draft202012Validator.check_schema(found)
    validator = Draft202012Validator(found)
    record = json.loads((RECORDS / "reliable-tenant.json").read_text("utf-8"))
    validator.validate(record)
    record["sources"]["purchases"] = []
    assert not validator.is_valid(record)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["sources", "subject", "as_of", "bill-payments", "due", "contested", "x"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_body_makes_the_service_fail(client: FlaskClient, body: Any) -> None:
    """Whatever JSON is sent, the answer is a decision or a problem, never a server error."""
    answer = client.post(f"{URL}&as_of=2026-12-15", data=json.dumps(body))
    assert answer.status_code in (200, 400, 422)


def test_every_decided_record_fits_the_published_schema_of_records() -> None:
    """What the engine decides, the schema of the same edition takes: it never refuses a valid record."""
    tried = 0
    for book in (BOOK, "schufa-2026"):
        rulebook = load_rulebook(book)
        for one in shipped(rulebook):
            result = evaluate(rulebook, one.record)
            if isinstance(result, Decision):
                under = edition(rulebook, result.as_of)
                assert under is not None
                text = (policies_folder() / book / "records" / f"{one.name}.json").read_text("utf-8")
                Draft202012Validator(schema_of_record(under)).validate(json.loads(text))
                tried += 1
    assert tried >= 30
