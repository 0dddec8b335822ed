"""The register of decisions: only ever added to, whole after any end, and of no use to whoever wants to know values."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.log.kept import NoKeyError
from engine.register.contests import Contest, contests, decide_contest, open_contest
from engine.register.entry import Draft, chained, checked
from engine.register.secret import BYTES, person, read_secret, read_token, token, write_secret
from engine.register.store import (
    AnsweredBeforeError,
    MeanwhileError,
    NoRegisterError,
    Register,
    append,
    every,
    open_register,
)
from engine.register.tables import METADATA
from tests.logs import run
from tests.service import (
    EVALUATE,
    LATE,
    RECORD,
    SUBJECT,
    URL,
    USE,
    Served,
    body,
    headers,
    served,
    token_of,
    url_of,
)

SECRET = b"s" * BYTES
ROOT = Path(__file__).parents[1]


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return open_register(f"sqlite:///{tmp_path / 'register.db'}", SECRET)


def draft(number: int = 0, once: str | None = None) -> Draft:
    return Draft("decision", "demo", "housing-office", USE, "ab" * BYTES, json.dumps({"n": number}), once)


def says(register: Register, head: tuple[int, str] | None = None) -> list[tuple[str, bool | None]]:
    return [(each.what, each.holds) for each in checked(every(register), head)]


# ------------------------------------------------------------------------------------------------------------ the chain


def test_entries_are_one_chain(register):
    assert says(register) == [("chain", True)]
    append(register, [draft(1), draft(2)])
    (last,) = append(register, [draft(3)])
    assert last.seq == 2
    assert says(register, (1, [*every(register)][1].digest)) == [("chain", True), ("head", True)]


def test_a_register_that_was_cut_or_written_anew_is_found_by_its_end(register, tmp_path):
    """A shorter chain is still a chain: only what somebody kept elsewhere shows it."""
    entries = append(register, [draft(n) for n in range(5)])
    other = open_register(f"sqlite:///{tmp_path / 'other.db'}", SECRET)
    append(other, [draft(n) for n in range(3)])
    assert says(other, (entries[-1].seq, entries[-1].digest)) == [("chain", True), ("head", False)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entry SET consumer = 'somebody' WHERE seq = 2", "entry 2 is not as it was written"),
        ("UPDATE entry SET content = '{}' WHERE seq = 3", "entry 3 is not as it was written"),
        ("DELETE FROM entry WHERE seq = 2", "entry 2 is missing: 3 stands in its place"),
        ("UPDATE entry SET previous = 'x' WHERE seq = 1", "entry 1 does not follow the one before it"),
    ],
)
def test_the_database_keeps_every_row_and_the_chain_finds_who_goes_around_it(register, statement, said):
    """A statement is refused; somebody who takes the guard away first is found."""
    append(register, [draft(n) for n in range(5)])
    with register.engine.connect() as connection:
        with pytest.raises(sa.exc.IntegrityError, match="only ever added to"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("DROP TRIGGER entry_UPDATE")
        connection.exec_driver_sql("DROP TRIGGER entry_DELETE")
        connection.exec_driver_sql(statement)
    assert [each.sentence for each in checked(every(register))] == [said]


def test_the_migrations_make_the_tables_that_the_program_uses(register):
    found = sa.MetaData()
    found.reflect(register.engine, only=["entry"])
    ours, theirs = METADATA.tables["entry"], found.tables["entry"]
    assert [(c.name, c.nullable) for c in ours.columns] == [(c.name, c.nullable) for c in theirs.columns]
    assert {index.name for index in ours.indexes} == {index.name for index in theirs.indexes}


def test_a_register_is_opened_again_as_it_was(register, tmp_path):
    append(register, [draft()])
    again = open_register(f"sqlite:///{tmp_path / 'register.db'}", SECRET)
    append(again, [draft()])
    assert says(again) == [("chain", True)]
    assert len([*every(again)]) == 2


@pytest.mark.parametrize("url", ["mysql://somewhere/x", "nonsense", "sqlite:////no/such/folder/register.db"])
def test_what_cannot_be_opened_is_said_in_a_sentence(url):
    with pytest.raises(NoRegisterError) as raised:
        open_register(url, SECRET)
    assert "register" in str(raised.value)


def test_many_threads_write_one_chain(register):
    """They are written together, each once, and each gets its own entries back."""
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda n: append(register, [draft(n), draft(-n)]), range(60))]
    assert [[json.loads(each.content)["n"] for each in pair] for pair in found] == [[n, -n] for n in range(60)]
    assert says(register) == [("chain", True)]
    assert len([*every(register)]) == 120


def test_a_key_that_was_used_spoils_nothing_for_others(register):
    append(register, [draft(0, once="used")])

    def one(number: int) -> bool:
        try:
            append(register, [draft(number, once="used" if number % 5 == 0 else None)])
        except AnsweredBeforeError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(one, range(20))] == [number % 5 != 0 for number in range(20)]
    assert says(register) == [("chain", True)]


def test_an_entry_is_bound_to_everything_it_says():
    """No field can be changed, and no two fields can be read as one."""
    one = chained(draft(), 1, "2026-12-01T00:00:00Z", "p")
    others = [
        chained(Draft("decision", "demo", f"housing-office{USE}", None, "ab" * BYTES, '{"n": 0}'), 1, one.at, "p"),
        chained(draft(1), 1, one.at, "p"),
        chained(draft(), 2, one.at, "p"),
        chained(draft(), 1, "2026-12-01T00:00:01Z", "p"),
        chained(draft(), 1, one.at, "q"),
    ]
    assert len({one.digest, *(each.digest for each in others)}) == 1 + len(others)


# ------------------------------------------------------------------------------------------ killed, and two at once

WRITER = """
import sys
from engine.register.entry import Draft
from engine.register.store import append, open_register
register = open_register(sys.argv[1], b"s" * 32)
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    (entry,) = append(register, [Draft("decision", "demo", sys.argv[3], None, "ab" * 32, "{}")])
    print(f"{entry.seq} {entry.digest}", flush=True)
"""


def writer(url: str, name: str, count: int = 1_000_000) -> subprocess.Popen[str]:
    found = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(count), name],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert found.stdout is not None
    assert found.stdout.readline() == "ready\n"
    return found


def killed(folder: Path, register: Register, seconds: float) -> None:
    """A writer is killed at some moment: what it was told is written is there, and all of it is one chain."""
    process = writer(f"sqlite:///{folder / 'register.db'}", "one")
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = first + process.communicate()[0]
    there = {f"{each.seq} {each.digest}" for each in every(register)}
    told = said.rpartition("\n")[0].splitlines()
    assert told
    assert set(told) <= there
    assert says(register) == [("chain", True)]


@pytest.mark.parametrize("seconds", [0.03, 0.1])
def test_what_was_acknowledged_is_there_after_a_writer_was_killed(register, tmp_path, seconds):
    killed(tmp_path, register, seconds)


def test_two_processes_write_one_chain(register, tmp_path):
    """Neither loses an entry, and there is no fork."""
    processes = [writer(f"sqlite:///{tmp_path / 'register.db'}", name, 40) for name in ("one", "two")]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    entries = [*every(register)]
    assert sorted(each.consumer for each in entries) == ["one"] * 40 + ["two"] * 40
    assert says(register) == [("chain", True)]


# --------------------------------------------------------------------------------------------------- secrets and tokens


def test_a_secret_is_for_its_owner_alone(tmp_path):
    write_secret(tmp_path / "secret")
    assert len(read_secret(tmp_path / "secret")) == BYTES
    with pytest.raises(NoKeyError, match="never written over"):
        write_secret(tmp_path / "secret")
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(NoKeyError, match="chmod 600"):
        read_secret(tmp_path / "secret")


def test_no_letter_of_a_token_can_be_changed():
    made = token(SECRET, "demo", "cd" * BYTES, date(2026, 12, 31))
    day = date(2026, 12, 1)
    assert read_token(SECRET, "demo", made, day) == "cd" * BYTES
    assert read_token(b"t" * BYTES, "demo", made, day) is None
    for index, letter in enumerate(made):
        other = "A" if letter != "A" else "B"
        assert read_token(SECRET, "demo", f"{made[:index]}{other}{made[index + 1 :]}", day) is None


# -------------------------------------------------------------------------------------------------- over the service


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return served(tmp_path_factory.mktemp("register"))


def test_a_person_sees_who_asked_and_what_for(made):
    """With a receipt that holds, and nothing about anybody else."""
    client, me = made.client(), headers(token_of(made, "person-1"))
    for subject in ("person-1", "person-2", "person-1"):
        assert client.post(EVALUATE, data=body(subject=subject), headers=headers(made.key)).status_code == 200
    listed = client.get(f"{URL}/subjects/me/decisions", headers=me).get_json()["decisions"]
    assert [(each["consumer"], each["use"]) for each in listed] == [("housing-office", USE)] * 2
    numbers = [each["number"] for each in listed]
    assert numbers == sorted(numbers, reverse=True)
    one = client.get(f"{URL}/subjects/me/decisions/{numbers[0]}", headers=me).get_json()
    assert client.post(f"{URL}/verify", json={"receipt": one["receipt"]}).get_json()["passed"] is True
    before = client.get(f"{URL}/subjects/me/decisions?before={numbers[0]}", headers=me)
    assert before.get_json()["decisions"] == listed[1:]
    assert client.get(f"{URL}/subjects/me/decisions/{numbers[0] - 1}", headers=me).status_code == 404


@pytest.mark.parametrize("wrong", [None, "orp_nonsense", "late", "consumer"])
def test_without_a_valid_token_nothing_is_told(made, wrong):
    known = {"late": token_of(made, days=-1), "consumer": made.key}
    sent = {} if wrong is None else headers(known.get(wrong, wrong))
    for answer in (
        made.client().get(f"{URL}/subjects/me/decisions", headers=sent),
        made.client().post(f"{URL}/contests", json={}, headers=sent),
    ):
        assert answer.status_code == 401
        assert answer.get_json()["type"].endswith("/no-token" if wrong is None else "/unknown-token")


def left_out(made: Served, **changed: object) -> list[dict[str, object]]:
    answer = made.client().post(EVALUATE, data=body(**changed), headers=headers(made.key))
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["left_out"])


def contest(made: Served, source: str, row: object, subject: str = SUBJECT) -> dict[str, object]:
    answer = made.client().post(
        f"{URL}/contests", json={"source": source, "row": row}, headers=headers(token_of(made, subject))
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def test_a_contested_row_is_left_out_until_it_is_decided(made):
    """Wherever it stands in the record, and of this person only; afterwards it counts again."""
    rows = RECORD["sources"]["bills"]
    assert left_out(made) == []
    opened = contest(made, "bills", {**rows[LATE], "amount": 4711.230})
    assert opened["state"] == "open"
    assert contest(made, "bills", rows[LATE])["number"] == opened["number"], "it is contested already"
    assert left_out(made) == [{"source": "bills", "row": LATE, "why": "contested"}]
    turned = {**RECORD["sources"], "bills": rows[::-1]}
    assert left_out(made, sources=turned) == [{"source": "bills", "row": len(rows) - 1 - LATE, "why": "contested"}]
    assert left_out(made, subject="person-9") == []
    url = ("--register", url_of(made.folder))
    assert run(made.folder, "register", "decide", str(opened["number"]), "rejected", *url).exit_code == 0
    assert left_out(made) == []
    again = run(made.folder, "register", "decide", str(opened["number"]), "upheld", *url)
    assert (again.exit_code, "no open contest" in again.output) == (1, True)


def test_one_row_is_contested_once_and_decided_once_whoever_comes_at_the_same_time(made):
    """Else a rejected contest would leave its twin, and one of two operators would be told what does not count."""
    row, decide = RECORD["sources"]["bills"][2], partial(decide_contest, made.register)
    with ThreadPoolExecutor(6) as pool:
        numbers = {each["number"] for each in pool.map(lambda _: contest(made, "bills", row, "person-8"), range(6))}
        (number,) = numbers
        decided = [*pool.map(lambda outcome: decide(number, outcome), ["upheld", "rejected"] * 3)]
    assert sum(each is not None for each in decided) == 1
    known = contests(made.register, "demo", person(made.register.secret, "demo", "person-8"))
    assert [each.number for each in known] == [number]
    if known[0].state == "rejected":
        assert contest(made, "bills", row, "person-8")["number"] != number, "it can be contested again"


def race(register: Register, rows: int) -> list[Contest | None]:
    """Contests of one person, all opened at the same time."""
    with ThreadPoolExecutor(8) as pool:
        return [*pool.map(lambda n: open_contest(register, "demo", "ab" * BYTES, "bills", {"n": n}), range(rows))]


def test_no_more_contests_are_open_than_may_be_whoever_comes_at_the_same_time(register, monkeypatch):
    """The limit is looked at where it cannot change any more: in the transaction that writes."""
    monkeypatch.setattr("engine.register.contests.MOST_OPEN", 5)
    opened = race(register, 12)
    assert sum(each is not None for each in opened) == 5
    assert len(contests(register, "demo", "ab" * BYTES)) == 5
    assert says(register) == [("chain", True)]


def test_what_follows_from_contests_that_have_changed_is_not_written(register):
    """Nor is anything that comes with it, and the others that write at the same time are."""
    (known,) = append(register, [draft(1)])
    open_contest(register, "demo", known.subject, "bills", {"n": 1})
    with pytest.raises(MeanwhileError):
        append(register, [draft(2), replace(draft(3), known=0)])
    append(register, [replace(draft(4), known=1)])
    assert [json.loads(each.content).get("n") for each in every(register)] == [1, None, 4]


def test_an_upheld_contest_keeps_the_row_out(made):
    """Else whoever sends it again would undo the decision."""
    row = RECORD["sources"]["bills"][1]
    number = contest(made, "bills", row, "person-7")["number"]
    result = run(made.folder, "register", "decide", str(number), "upheld", "--register", url_of(made.folder))
    assert result.output == f"contest {number} is upheld\n"
    assert left_out(made, subject="person-7") == [{"source": "bills", "row": 1, "why": "contested"}]


def test_a_receipt_over_a_contested_row_holds(made):
    """The person's own file has the contest that the register added, or nobody could work it out again."""
    contest(made, "bills", RECORD["sources"]["bills"][LATE], "person-5")
    answer = made.client().post(f"{EVALUATE}&receipt=true", data=body(subject="person-5"), headers=headers(made.key))
    said = answer.get_json()
    assert said["own"]["record"]["contested"] == [{"source": "bills", "row": LATE}]
    sent = {"receipt": said["receipt"], "own": said["own"]}
    checks = made.client().post(f"{URL}/verify", json=sent).get_json()
    assert {each["check"]: each["holds"] for each in checks["checks"]}["record"] is True


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"source": "account", "row": {}}, 422),
        ({"source": "bills", "row": {"colour": "red"}}, 422),
        ({"source": "nothing", "row": {}}, 422),
        ({"source": "bills"}, 400),
        ({"source": "bills", "row": [], "more": 1}, 400),
    ],
)
def test_what_cannot_be_contested_is_said(made, sent, status):
    answer = made.client().post(f"{URL}/contests", json=sent, headers=headers(token_of(made, "person-6")))
    assert answer.status_code == status, answer.text
    assert contests(made.register, "demo", "person-6") == []


def test_nobody_is_decided_about_who_could_not_find_it(made):
    """Without a subject the row would stand for nobody, and a contest could be got around."""
    answer = made.client().post(EVALUATE, data=body(subject=None), headers=headers(made.key))
    assert answer.status_code == 422
    assert answer.get_json()["type"].endswith("/subject-missing")


def test_a_repetition_is_answered_the_same_and_written_once(made):
    """With the receipt and the person's own file, which nobody kept: both follow from the key and what was sent."""
    client, count = made.client(), len([*every(made.register)])
    sent = headers(made.key, **{"Idempotency-Key": "one"})
    first = client.post(f"{EVALUATE}&receipt=true", data=body(subject="person-3"), headers=sent)
    time.sleep(1.1)  # a receipt has the second in which it was issued
    again = client.post(f"{EVALUATE}&receipt=true", data=body(subject="person-3"), headers=sent)
    assert (first.status_code, again.data) == (200, first.data)
    assert len([*every(made.register)]) == count + 1
    other = client.post(EVALUATE, data=body(subject="person-4"), headers=sent)
    assert (other.status_code, other.get_json()["type"].rpartition("/")[2]) == (422, "key-reused")
    contest(made, "bills", RECORD["sources"]["bills"][0], "person-3")
    changed = client.post(EVALUATE, data=body(subject="person-3"), headers=sent)
    assert (changed.status_code, changed.get_json()["type"].rpartition("/")[2]) == (409, "answered-before")


def test_requests_with_one_key_at_the_same_time_are_written_once(made):
    count = len([*every(made.register)])
    sent = headers(made.key, **{"Idempotency-Key": "together"})
    app = made.client().application
    with ThreadPoolExecutor(6) as pool:
        answers = [*pool.map(lambda _: app.test_client().post(EVALUATE, data=body(), headers=sent), range(6))]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len([*every(made.register)]) == count + 1


def test_what_cannot_be_written_down_is_not_answered(made, monkeypatch):
    def broken(*_: object) -> None:
        raise NoRegisterError("it is away")

    monkeypatch.setattr("engine.service.evaluating.append", broken)
    answer = made.client().post(EVALUATE, data=body(), headers=headers(made.key))
    assert answer.status_code == 503
    assert "score" not in answer.get_json()


def test_the_commands_say_what_is_in_it(made):
    url = ("--register", url_of(made.folder))
    made.client().post(EVALUATE, data=body(), headers=headers(made.key))
    result = run(made.folder, "register", "verify", "--receipts", *url)
    assert result.exit_code == 0
    assert "receipts are as they were signed" in result.output
    head = result.output.split("keep its end: ")[1].split()[0]
    assert run(made.folder, "register", "verify", "--head", head, *url).exit_code == 0
    number, digest = head.split(":")
    assert run(made.folder, "register", "verify", "--head", f"{number}:{digest[::-1]}", *url).exit_code == 1
    (line,) = run(made.folder, "register", "show", "--last", "1", *url).output.splitlines()
    assert json.loads(line)["consumer"] == "housing-office"


def test_the_operator_makes_a_persons_token(made):
    """The reference is read, and not written on the command line, which others can see."""
    arguments = ("register", "token", "--rulebook", "demo", "--secret", str(made.folder / "secret"), "--days", "2")
    result = run(made.folder / "policies", *arguments, stdin=f"{SUBJECT}\n")
    until = datetime.now(UTC).date() + timedelta(days=2)
    assert read_token(made.register.secret, "demo", result.output.strip(), until) is not None
    assert SUBJECT not in result.output
