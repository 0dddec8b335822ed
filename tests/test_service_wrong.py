"""What is sent wrong is answered by a problem that says what it is and what to do, also beside the website."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from engine.service.limits import LARGEST_BODY
from publisher.serve import create_app
from tests.service import EVALUATE, URL, USE, Served, body, headers, served, token_of

FORM = "send JSON in UTF-8 as the body, without a form around it"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Served:
    found = served(tmp_path_factory.mktemp("wrong"))
    site = found.folder / "site"
    site.mkdir()
    (site / "index.html").write_text("a website")
    return found


@pytest.fixture(scope="module")
def client(made: Served) -> FlaskClient:
    """The service with the website beside it, which takes every path."""
    return create_app(made.folder / "site", lambda: made.rulebooks, made.operator).test_client()


def detail(answer: Response, status: int) -> str:
    """What a problem says, where the answer is one."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.data
    said = json.loads(answer.data)
    assert said["status"] == status
    assert said["title"]
    return str(said["detail"])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "nothing was sent; send JSON as the body"),
        (b" \n ", "nothing was sent; send JSON as the body"),
        (b"a=1&b=2", f"this is not JSON: line 1, column 1; {FORM}"),
        (b"<record/>", f"this is not JSON: line 1, column 1; {FORM}"),
        (b'{"sources": {', f"this is not JSON: line 1, column 14; {FORM}"),
        (b'{"a": "\xff"}', f"this is not UTF-8 text; {FORM}"),
        (body().decode().encode("utf-16"), f"this is not UTF-8 text; {FORM}"),
        (b"\xef\xbb\xbf" + body(), "it begins with a byte order mark; leave it out"),
        (gzip.compress(body()), "it is compressed; send it as it is, without `Content-Encoding`"),
        (b'{"a": 1, "a": 2}', f"a name stands twice in one object; {FORM}"),
        (b'{"a": NaN}', f"NaN is not a number; {FORM}"),
        (b"[" * 40 + b"]" * 40, "it is nested too deep; send at most"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_with_what_to_do(made, client, sent, said):
    """At every address that takes one, whatever type it claims to have."""
    me = {"/contests": token_of(made), "/verify": "", f"/simulate?use={USE}": "", f"/evaluate?use={USE}": made.key}
    for path, key in me.items():
        for type_ in ("application/json", "text/csv", "application/x-www-form-urlencoded"):
            answer = client.post(f"{URL}{path}", data=sent, headers=headers(key), content_type=type_)
            assert detail(answer, 400).startswith(said)


def test_a_good_record_needs_no_type(made, client):
    """What is sent is read as what it is: `curl --data` calls everything a form."""
    for type_ in (None, "text/csv", "application/x-www-form-urlencoded"):
        assert client.post(EVALUATE, data=body(), headers=headers(made.key), content_type=type_).status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_said_also_without_its_length(made, client, chunked):
    """What was read of it may be a whole record, and must not be taken for one."""
    more = {"environ_overrides": {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}} if chunked else {}
    sent = body() + b" " * LARGEST_BODY
    answer = (
        client.post(EVALUATE, input_stream=io.BytesIO(sent), headers=headers(made.key), **more)
        if chunked
        else (client.post(EVALUATE, data=sent, headers=headers(made.key)))
    )
    assert detail(answer, 413).startswith("a body has at most 4,194,304 bytes; send many records to `evaluate-many`")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", EVALUATE, "POST"),
        ("HEAD", EVALUATE, "POST"),
        ("PUT", EVALUATE, "POST"),
        ("BREW", EVALUATE, "POST"),
        ("POST", "/v1/rulebooks", "GET, HEAD"),
        ("DELETE", f"{URL}/subjects/me/decisions", "GET, HEAD"),
        ("POST", "/healthz", "GET, HEAD"),
    ],
)
def test_an_address_says_which_methods_it_takes(made, client, method, path, allowed):
    """Though the website beside it would take every path."""
    answer = client.open(path, method=method, headers=headers(made.key))
    assert answer.headers["Allow"] == allowed
    if method != "HEAD":
        assert detail(answer, 405) == f"this address takes {allowed.replace(', ', ' and ')}"


def test_options_are_the_methods_of_the_service(client):
    for path, allowed in ((EVALUATE, "POST"), ("/v1/rulebooks", "GET, HEAD"), ("/readyz", "GET, HEAD")):
        answer = client.options(path)
        assert (answer.status_code, answer.headers["Allow"], answer.data) == (204, allowed, b"")


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", f"{URL}/nothing", f"{URL}/", "/v1/%00%ff"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_address_is_a_problem_and_no_page(client, method, path):
    said = detail(client.open(path, method=method), 404)
    assert said == "there is no such address; `/v1/openapi.json` has all there are"


def test_the_website_answers_for_itself(client):
    assert client.get("/", buffered=True).data == b"a website"
    assert client.get("/nothing").content_type.startswith("text/html")


def test_no_header_is_there_twice(made, client):
    """Two policies for one answer would hold both, and nobody would look for the second."""
    for answer in (
        client.post(EVALUATE, data=body(), headers=headers(made.key)),
        client.get("/v1/x"),
        client.get("/", buffered=True),
    ):
        names = [name for name, _ in answer.headers]
        assert len(names) == len(set(names)), names
