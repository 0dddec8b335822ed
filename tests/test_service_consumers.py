"""Purpose binding: nobody evaluates without a key, for another use, or more often than they may."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.rulebook import BadRulebook
from engine.service.consumers import new_key, read_consumers, without_use
from engine.service.rates import Rates
from publisher.production import in_force
from tests.logs import run
from tests.service import EVALUATE, OTHER_USE, URL, USE, Served, body, headers, served


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("consumers"))


@pytest.fixture
def client(made: Served) -> FlaskClient:
    return made.client()


def counted(client: FlaskClient, why: str) -> float:
    found = re.search(rf'^rulebook_refused_total{{why="{why}"}} (\S+)$', client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0


@pytest.mark.parametrize(
    ("url", "key", "status", "why"),
    [
        (EVALUATE, None, 401, "no-key"),
        (EVALUATE, "orb_" + "x" * 43, 401, "unknown-key"),
        (f"{URL}/evaluate?use={OTHER_USE}", "right", 403, "other-use"),
        (f"{URL}/evaluate-many?use={USE}", None, 401, "no-key"),
        (f"{URL}/evaluate-many?use={OTHER_USE}", "right", 403, "other-use"),
    ],
)
def test_who_may_not_ask_is_refused_and_counted(made, client, url: str, key: str | None, status: int, why: str):
    """The problem says which of the reasons it is, and the operator sees how often."""
    sent = {} if key is None else headers(made.key if key == "right" else key)
    answer = client.post(url, data=body(), headers=sent)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["type"].endswith(f"/problems/{why}")
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert counted(client, why) == 1


def test_who_may_ask_gets_a_decision(made, client):
    answer = client.post(EVALUATE, data=body(), headers=headers(made.key))
    assert (answer.status_code, answer.get_json()["use"]) == (200, USE)


def test_a_use_must_be_named(made, client):
    """A default would be a purpose that nobody stated."""
    answer = client.post(f"{URL}/evaluate", data=body(), headers=headers(made.key))
    assert answer.status_code == 400
    assert answer.get_json()["type"].endswith("/use-missing")
    assert answer.get_json()["detail"] == f"say in the address what it is for: `use={USE}`"
    other = client.post(f"{URL}/evaluate?use={OTHER_USE}", data=body(), headers=headers(made.key)).get_json()
    assert other["detail"] == f"your key is for `{USE}`; ask the operator for more"
    anybody = client.post(f"{URL}/simulate", data=b"{}").get_json()["detail"]
    assert anybody == f"say in the address what it is for: `use={USE}` or `use={OTHER_USE}`"


def test_reading_and_simulating_need_no_key(client):
    """What is published is for all, and so is trying it."""
    for path in ("/v1/rulebooks", f"{URL}/editions", f"{URL}/record-schema", f"{URL}/policies/rule/early-payer/1.0.0"):
        assert client.get(path).status_code == 200
    assert client.post(f"{URL}/simulate?use={USE}", json={"measures": {}}).status_code == 200


def test_over_the_rate_is_refused_until_time_has_passed(tmp_path: Path):
    """Each line of many counts as one, or the rate would be no limit."""
    made = served(tmp_path, "{evaluations: 3, every: hour}")
    client = made.client()
    many = b"\n".join([body()] * 5)
    lines = client.post(f"{URL}/evaluate-many?use={USE}", data=many, headers=headers(made.key)).text.splitlines()
    assert [("decision" in line, "over-rate" in line) for line in lines] == [(True, False)] * 3 + [(False, True)] * 2
    answer = client.post(EVALUATE, data=body(), headers=headers(made.key))
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 1000) == (429, True)
    assert answer.get_json()["type"].endswith("/over-rate")
    assert counted(client, "over-rate") == 3


def test_a_rate_fills_again_steadily():
    now = [0.0]
    rates = Rates([(2, 10.0), (1, 1.0)], lambda: now[0])
    assert [rates.take(0) for _ in range(3)] == [None, None, 5]
    assert rates.take(1) is None
    now[0] = 5.0
    assert [rates.take(0) for _ in range(2)] == [None, 5]


def test_a_process_that_is_killed_while_it_counts_stops_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.service.rates.KILLED_AFTER", 0.05)
    rates = Rates([(3, 10.0)], lambda: 0.0)
    child = os.fork()
    if child == 0:
        with rates._alone():
            os._exit(0)
    os.waitpid(child, 0)
    assert [rates.take(0) for _ in range(4)] == [None, None, None, 4]


def test_a_key_is_shown_once_and_its_digest_is_what_the_file_has(tmp_path: Path):
    result = run(tmp_path, "key", "consumer")
    key, digest = result.stdout.split()
    assert key.startswith("orb_")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    assert key not in {new_key()[0] for _ in range(10)}


def problems(folder: Path, text: str) -> str:
    file = folder / "consumers.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadRulebook) as raised:
        read_consumers(file)
    return str(raised.value)


ONE = """consumers:
  - name: housing-office
    keys: ["sha256:{digest}"]
    uses: {{demo: [pay-later]}}
    rate: {{evaluations: 10, every: {every}}}
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("consumers: []\n", "consumers.yaml:1:12: `consumers` must be a list of at least one item\n"),
        (
            ONE.format(digest="ab", every="hour"),
            "must be `sha256:` and 64 digits, as `rulebook key consumer` says them",
        ),
        (ONE.format(digest="a" * 64, every="year"), "help: write `second`, `minute` or `hour`"),
        (ONE.format(digest="a" * 64, every="hour").replace("rate", "rat"), "help: did you mean `rate`?"),
        (
            ONE.format(digest="a" * 64, every="hour") + ONE.format(digest="a" * 64, every="hour").partition("\n")[2],
            "there is another consumer called `housing-office`",
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_place(tmp_path: Path, text: str, said: str):
    found = problems(tmp_path, text)
    assert said in found
    assert "consumers.yaml:" in found


def test_consumers_are_for_what_is_published(made):
    """A misspelt use would be found by a consumer who is refused."""
    file = made.folder / "wrong.yaml"
    file.write_text((made.folder / "consumers.yaml").read_text("utf-8").replace(USE, "pay-latr"), "utf-8")
    consumers, document = read_consumers(file)
    (problem,) = without_use(consumers, document, in_force(made.rulebooks))
    assert problem.sentence == "`demo` has no use `pay-latr`"
    assert problem.help == f"it has `{USE}` or `{OTHER_USE}`"
    assert str(problem.where).startswith("wrong.yaml:4:")
