"""The service as an operator runs it: several processes, a new edition while it runs, and nothing personal anywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from engine.register.entry import checked
from engine.register.store import every
from tests.logs import BEFORE, run
from tests.service import LATE, RECORD, URL, USE, Served, body, headers, served, token_of, url_of

ROOT = Path(__file__).parents[1]
START = "from publisher.command import main; main()"
PLANTED = "PLANTED4711"
"""A value that must not be found in anything the service writes."""


@dataclass(frozen=True)
class Running:
    """A service that runs in processes of its own."""

    made: Served
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start(made: Served, workers: int = 2) -> Running:
    """Starts the command, and waits until it answers."""
    port, folder = free_port(), made.folder
    arguments = [
        *("--policies", str(folder / "policies"), "serve", "--production", "--workers", str(workers)),
        *("--port", str(port), "--out", str(folder / "site"), "--consumers", str(folder / "consumers.yaml")),
        *("--register", url_of(folder), "--register-secret", str(folder / "secret"), "--keys", str(folder / "keys")),
    ]
    with (folder / "said").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")},
            stdout=said,
            stderr=said,
        )
    running = Running(made, port, process)
    for _ in range(600):
        try:
            if ask(running, "/readyz")[0] == 200:
                return running
        except OSError:
            time.sleep(0.1)
        assert process.poll() is None, (folder / "said").read_text()
    raise AssertionError((folder / "said").read_text())


def ask(running: Running, path: str, sent: bytes | None = None, **more: str) -> tuple[int, Any]:
    """A request with a connection of its own: its status and its answer."""
    request = urllib.request.Request(running.address + path, data=sent, headers=more)  # noqa: S310  # our own
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def evaluate(running: Running, sent: bytes | None = None, more: str = "") -> tuple[int, dict[str, Any]]:
    status, said = ask(running, f"{URL}/evaluate?use={USE}{more}", sent or body(), **headers(running.made.key))
    return status, json.loads(said)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("production")
    (folder / "tmp").mkdir()
    found = start(served(folder))
    yield found
    found.process.terminate()
    found.process.wait(30)
    assert b"leaked" not in (folder / "said").read_bytes(), "libraries say nothing of their own at the end"


def total(running: Running, name: str) -> float:
    found = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", ask(running, "/metrics")[1].decode(), re.MULTILINE)
    return sum(float(each) for each in found)


def test_all_processes_count_together(running):
    """Whichever of them answers, the figures are those of the service."""
    before = total(running, "rulebook_evaluations_total")
    assert {evaluate(running)[0] for _ in range(12)} == {200}
    assert {total(running, "rulebook_evaluations_total") for _ in range(6)} == {before + 12}


def test_the_website_is_beside_it_and_of_what_is_in_the_log(running):
    assert ask(running, "/demo/en/")[0] == 200
    assert ask(running, "/demo/log/checkpoint")[0] == 200
    assert ask(running, "/.served")[0] == 404


def test_lines_are_answered_while_others_are_still_to_come(running):
    """A population of any size needs no memory for all of it on either side."""
    connection = HTTPConnection("127.0.0.1", running.port, timeout=30)
    connection.putrequest("POST", f"{URL}/evaluate-many?use={USE}")
    for name, value in headers(running.made.key, **{"Transfer-Encoding": "chunked"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    line = body() + b"\n"

    def send(data: bytes) -> None:
        connection.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    send(line)
    send(line)
    answer = connection.getresponse()
    assert json.loads(answer.readline())["line"] == 1
    send(line)
    connection.send(b"0\r\n\r\n")
    assert [json.loads(each)["line"] for each in answer.read().splitlines()] == [2, 3]
    connection.close()


def test_a_new_edition_decides_without_a_stop_and_no_answer_mixes_two(running):
    """While it is promulgated and read, everybody is answered, with the one edition or the other."""
    policies = running.made.folder / "policies"
    results: list[tuple[int, str, tuple[str, ...]]] = []
    done = threading.Event()

    def go_on() -> None:
        while not done.is_set():
            status, said = evaluate(running, more="&receipt=true")
            results.append(
                (
                    status,
                    said["decision"]["edition"]["digest"],
                    tuple(each["version"] for each in said["receipt"]["policies"] if each["id"] == "early-payer"),
                )
            )

    threads = [threading.Thread(target=go_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        old = policies / "demo" / "rules" / "early-payer"
        file = max(old.glob("*.yaml"))
        text = file.read_text("utf-8").replace(f"version: {file.stem}", "version: 9.0.0")
        changed = re.sub(r"in_force: .*", "in_force: {from: 2026-12-10}", text).replace("kind: new", "kind: amend")
        (old / "9.0.0.yaml").write_text(changed, "utf-8")
        time.sleep(1.5)
        assert {version for _, _, version in results[-3:]} == {(file.stem,)}, (
            "a file that is not in the log decides nothing"
        )
        key = running.made.folder / "keys" / "demo.key"
        result = run(policies, "promulgate", "--key", str(key), "--day", BEFORE)
        assert result.exit_code == 0, result.output
        for _ in range(300):  # each process finds it for itself
            time.sleep(0.1)
            if {version for _, _, version in results[-20:]} == {("9.0.0",)}:
                break
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert {status for status, _, _ in results} == {200}
    assert results[-1][2] == ("9.0.0",)
    assert len({(digest, versions) for _, digest, versions in results}) == 2, (
        "an edition has one digest and one version"
    )
    for _ in range(300):  # the website takes longer
        if b"9.0.0" in ask(running, "/demo/en/rules/early-payer.html")[1]:
            return
        time.sleep(0.1)
    raise AssertionError("the website never shows it")


def test_nothing_personal_is_written_anywhere(running):
    """Values are planted in all a request has, right and wrong; then everything that was written is looked through."""
    me = headers(token_of(running.made, PLANTED))
    rows = [{**RECORD["sources"]["bills"][LATE], "amount": 4799.47}]
    good = {"subject": PLANTED, "as_of": "2026-12-15", "sources": {"bills": rows}}
    bad = {"subject": PLANTED, PLANTED: 1, "sources": {"bills": [{"amount": PLANTED, "kind": PLANTED}], PLANTED: {}}}
    assert evaluate(running, json.dumps(good).encode())[0] == 200
    assert evaluate(running, json.dumps(bad).encode())[0] == 422
    status, said = evaluate(running, f'{{"{PLANTED}": '.encode())
    assert (status, PLANTED in str(said)) == (400, False)
    assert ask(running, f"{URL}/contests", json.dumps({"source": "bills", "row": rows[0]}).encode(), **me)[0] == 201
    assert evaluate(running, json.dumps(good).encode())[0] == 200
    many = json.dumps(good).encode() + f"\n{PLANTED}\n".encode() + json.dumps(bad).encode()
    ask(running, f"{URL}/evaluate-many?use={USE}", many, **headers(running.made.key))
    for path in (f"/v1/{PLANTED}", f"{URL}/evaluate?use={PLANTED}&as_of={PLANTED}", f"/v1/rulebooks/{PLANTED}/verify"):
        for key in (running.made.key, PLANTED):
            status, answer = ask(running, path, PLANTED.encode(), **headers(key, **{"Idempotency-Key": PLANTED}))
            assert status in {400, 401, 404, 405}
            assert PLANTED.encode() not in answer
    with socket.create_connection(("127.0.0.1", running.port)) as raw:
        raw.sendall(f"POST /{PLANTED} {PLANTED}\r\n{PLANTED}: \x00\r\n\r\n".encode())
        raw.recv(10_000)
    assert PLANTED not in ask(running, "/metrics")[1].decode()
    looked = 0
    for file in running.made.folder.rglob("*"):
        if file.is_file() and "site" not in file.parts:
            content = file.read_bytes()
            looked += 1
            for value in (PLANTED, "4799.47", "2026-05-20"):
                assert value.encode() not in content or "policies" in file.parts, (file, value)
    assert looked > 50
    names = {file.name for file in running.made.folder.rglob("*")}
    assert {"said", "register.db"} <= names
    assert any(name.startswith("counter_") for name in names)


def test_what_has_begun_is_finished_before_it_stops(running):
    """And what comes after is not taken, rather than lost. Two services may share a register and a website."""
    found = start(running.made, workers=1)
    connection = HTTPConnection("127.0.0.1", found.port, timeout=30)
    connection.putrequest("POST", f"{URL}/evaluate?use={USE}")
    for name, value in headers(found.made.key, **{"Content-Length": str(len(body()))}).items():
        connection.putheader(name, value)
    connection.endheaders(body()[:100])
    time.sleep(0.5)
    found.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    connection.send(body()[100:])
    assert connection.getresponse().status == 200
    connection.close()
    assert found.process.wait(30) == 0
    assert [each.holds for each in checked(every(found.made.register))] == [True]
    with pytest.raises(OSError, match=r".*"):
        ask(found, "/healthz")


# ---------------------------------------------------------------------------------------------- what is missing is said


def serve(folder: Path, *arguments: str) -> str:
    result = run(folder / "policies", "serve", "--out", str(folder / "other-site"), *arguments)
    assert result.exit_code != 0
    return result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "whoever reaches this address could evaluate"),  # noqa: S104  # it is refused
        (["--workers", "2"], "--workers is for --production"),
        (["--register", "sqlite://"], "--register is for --production"),
        (["--production"], "--production needs --consumers and --register and --register-secret and --keys"),
    ],
)
def test_a_demonstration_is_for_the_machine_it_runs_on(tmp_path, arguments, said):
    (tmp_path / "policies").mkdir()
    assert said in re.sub(r"\s+", " ", serve(tmp_path, *arguments))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "keys" / "demo.key").unlink(), "no receipt of `demo` can be signed"),
        (lambda folder: (folder / "secret").chmod(0o644), "chmod 600"),
        (lambda folder: shutil.rmtree(folder / "policies" / "demo" / "log"), "nothing of it has been promulgated"),
        (lambda folder: (folder / "consumers.yaml").write_text("consumers: 1\n"), "`consumers` must be a list"),
        (
            lambda folder: (folder / "consumers.yaml").write_text(
                (folder / "consumers.yaml").read_text().replace("demo:", "other:")
            ),
            "there is no rulebook `other`",
        ),
    ],
)
def test_what_an_operator_must_put_right_is_said_before_anything_is_answered(tmp_path, spoil, said):
    made = served(tmp_path)
    spoil(made.folder)
    arguments = ["--consumers", str(tmp_path / "consumers.yaml"), "--register", url_of(tmp_path)]
    arguments += ["--register-secret", str(tmp_path / "secret"), "--keys", str(tmp_path / "keys")]
    assert said in re.sub(r"\s+", " ", serve(tmp_path, "--production", "--port", str(free_port()), *arguments))
