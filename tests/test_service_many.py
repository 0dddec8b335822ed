"""Many records in one request: what has arrived is decided and written together, and otherwise as each by itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread, active_count
from typing import Any

import pytest

from engine.register.contests import open_contest
from engine.register.entry import checked
from engine.register.secret import person
from engine.register.store import NoRegisterError, append, every
from engine.service.arriving import MOST_AHEAD, MOST_TOGETHER, together
from engine.service.limits import lines
from tests.service import LATE, RECORD, SUBJECT, URL, USE, Served, body, headers, served

ROOT = Path(__file__).parents[1]
PATH = f"{URL}/evaluate-many?use={USE}"
BILLS = RECORD["sources"]["bills"]


def nothing() -> None:
    """For a sender who does not pause."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("many"))


def many(made: Served, *sent: bytes) -> list[dict[str, Any]]:
    answer = made.client().post(PATH, data=b"\n".join(sent), headers=headers(made.key))
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


# ----------------------------------------------------------------------------------------------------- what has arrived


def test_a_slow_sender_is_answered_before_the_next_line():
    """Nobody waits for a line that may never come."""
    more = Event()

    def slow() -> Iterator[bytes]:
        yield b"1"
        assert more.wait(10)
        yield b"2"

    arrived = together(slow(), nothing)
    assert next(arrived) == [b"1"]
    more.set()
    assert [*arrived] == [[b"2"]]


def test_what_is_read_ahead_is_bounded():
    """In lines and in bytes, however much there is."""
    read = []

    def source(line: bytes) -> Iterator[bytes]:
        for number in range(10 * MOST_TOGETHER):
            read.append(number)
            yield line

    for line in (b"x", b"x" * (MOST_AHEAD // 2)):
        read.clear()
        sizes = [len(some) for some in together(source(line), nothing)]
        assert sum(sizes) == 10 * MOST_TOGETHER
        assert max(sizes) <= (MOST_TOGETHER if len(line) == 1 else 2)


def test_what_ends_the_reading_is_said_after_what_was_read():
    def broken() -> Iterator[bytes]:
        yield b"1"
        raise TimeoutError

    arrived = together(broken(), nothing)
    assert next(arrived) == [b"1"]
    with pytest.raises(TimeoutError):
        next(arrived)


def test_a_sender_who_pauses_keeps_no_thread_when_the_answer_has_ended():
    """Whoever goes away in the middle would otherwise leave one behind."""
    ours, theirs = socket.socketpair()
    before = active_count()
    with ours, theirs, ours.makefile("rb") as source:
        theirs.sendall(b"one\ntwo")
        arrived = together(lines(source), lambda: ours.shutdown(socket.SHUT_RD))
        assert next(arrived) == [b"one\n"]
        arrived.close()
        assert active_count() == before


# ----------------------------------------------------------------------------------------------------- written together


def test_lines_that_come_together_are_written_together(made, monkeypatch):
    """Each has an entry of its own, in the order of the lines, and the chain goes on."""
    sizes = []

    def counted(register: Any, drafts: Any) -> Any:
        sizes.append(len(drafts))
        return append(register, drafts)

    monkeypatch.setattr("engine.service.evaluating.append", counted)
    count, sent = len([*every(made.register)]), [body(subject=f"person-{number}") for number in range(100)]
    found = many(made, *sent)
    assert [each["line"] for each in found] == [*range(1, 101)]
    entries = [*every(made.register)][count:]
    wanted = [person(made.register.secret, "demo", f"person-{number}") for number in range(100)]
    assert [each.subject for each in entries] == wanted
    assert sum(sizes) == 100
    assert max(sizes) <= MOST_TOGETHER
    assert len(sizes) < 50, "they are not written one by one"
    assert [each.holds for each in checked(every(made.register))] == [True]


def test_when_nothing_can_be_written_only_what_was_refused_is_answered(made, monkeypatch):
    def broken(*_: object) -> None:
        raise NoRegisterError("it is away")

    monkeypatch.setattr("engine.service.evaluating.append", broken)
    found = many(made, body(), b"{", body(), body(as_of="never"))
    assert [each["problem"]["status"] for each in found] == [503, 400, 503, 422]


def test_a_row_that_is_contested_while_others_are_decided_counts_for_none_that_comes_after(made, monkeypatch):
    """The register must not have a contest, and after it a decision with the contested row."""
    me, done = person(made.register.secret, "demo", SUBJECT), []

    def late(register: Any, drafts: Any) -> Any:
        if not done:
            done.append(open_contest(register, "demo", me, "bills", BILLS[LATE]))
        return append(register, drafts)

    monkeypatch.setattr("engine.service.evaluating.append", late)
    first, other, second = many(made, body(), body(subject="other"), body())
    for each in (first, second):
        assert each["decision"]["left_out"] == [{"source": "bills", "row": LATE, "why": "contested"}]
    assert other["decision"]["left_out"] == []
    kinds = [each.kind for each in every(made.register)]
    assert kinds[-4:] == ["contest", "decision", "decision", "decision"]


SENDER = """
import sys
from pathlib import Path
from tests.service import *
from engine.log.promulgated import log_of
folder = Path(sys.argv[1])
consumers, _ = read_consumers(folder / "consumers.yaml")
register = open_register(url_of(folder), read_secret(folder / "secret"))
signers = read_keys(folder / "policies", folder / "keys")
books = load_promulgated(folder / "policies", lambda id_: named(signers, id_))
app = create_app(lambda: books, operator_with(consumers, register, signers))
answer = app.test_client().post(
    f"{URL}/evaluate-many?use={USE}&receipt=true",
    data=(body() + b"\\n") * 2_000,
    headers=headers(sys.argv[2]),
)
for said in answer.response:
    for line in said.decode().splitlines():
        print(json.loads(line)["receipt"]["signature"], flush=True)
"""


def test_no_line_that_was_answered_is_lost_when_the_service_is_killed(tmp_path):
    made = served(tmp_path)
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(tmp_path), made.key],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert sender.stdout is not None
    told = [sender.stdout.readline() for _ in range(70)]
    sender.send_signal(signal.SIGKILL)
    told += sender.communicate()[0].splitlines(keepends=True)
    known = {json.loads(each.content)["receipt"]["signature"] for each in every(made.register)}
    whole = {line.decode().rstrip("\n") for line in told if line.endswith(b"\n")}
    assert len(whole) >= 70
    assert whole <= known
    assert [each.holds for each in checked(every(made.register))] == [True]


def test_lines_and_a_request_with_a_key_are_written_beside_one_another(made):
    """A key that was used before spoils no line."""
    sent, app = headers(made.key, **{"Idempotency-Key": "one"}), made.client().application
    url, count = f"{URL}/evaluate?use={USE}", len([*every(made.register)])
    first = app.test_client().post(url, data=body(subject="once"), headers=sent).data
    answers: list[bytes] = []
    again = Thread(
        target=lambda: answers.extend(
            app.test_client().post(url, data=body(subject="once"), headers=sent).data for _ in range(5)
        )
    )
    again.start()
    found = many(made, *[body(subject="lines")] * 20)
    again.join()
    assert all("decision" in each for each in found)
    assert answers == [first] * 5
    assert len([*every(made.register)]) == count + 21
