"""The register in PostgreSQL: only ever added to, one chain whoever writes, and whole after any end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.register.store import AnsweredBeforeError, Register, append, every, open_register
from tests.logs import run
from tests.postgresql import cluster, programs
from tests.service import EVALUATE, LATE, RECORD, URL, body, headers, served, token_of
from tests.test_register import SECRET, draft, race, says, writer

PROGRAMS = programs()
if PROGRAMS is None and "CI" not in os.environ:
    pytest.skip("PostgreSQL is missing; on Debian: apt-get install postgresql", allow_module_level=True)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    assert PROGRAMS is not None, "PostgreSQL is missing; on Debian: apt-get install postgresql"
    with cluster(PROGRAMS) as found:
        yield found


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    """A register that nothing is in."""
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()
    found = open_register(url, SECRET)
    yield found
    found.engine.dispose()


def test_it_is_made_once_and_opened_again(register, url):
    append(register, [draft(1), draft(2)])
    again = open_register(url, SECRET)
    (third,) = append(again, [draft(3)])
    assert (third.seq, says(register)) == (2, [("chain", True)])
    again.engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET content = '{}'",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE seq = 99",
        "TRUNCATE entry",
        "INSERT INTO entry SELECT * FROM entry ON CONFLICT (seq) DO UPDATE SET content = '{}'",
        "MERGE INTO entry USING (SELECT 0 AS n) AS one ON seq = n WHEN MATCHED THEN DELETE",
    ],
)
def test_the_database_refuses_to_change_or_take_away(register, statement):
    append(register, [draft(1)])
    with (
        register.engine.connect() as connection,
        pytest.raises(sa.exc.DBAPIError, match="only ever added to"),
    ):
        connection.exec_driver_sql(statement)
    assert says(register) == [("chain", True)]


def test_two_entries_cannot_follow_the_same_one(register):
    """A fork is refused by the table itself, whoever writes without asking for a turn."""
    append(register, [draft(1)])
    with (
        register.engine.connect() as connection,
        pytest.raises(sa.exc.IntegrityError),
    ):
        connection.exec_driver_sql(
            "INSERT INTO entry SELECT seq + 1, at, kind, rulebook, consumer, use, subject, once, content, previous, "
            "repeat('a', 64) FROM entry"
        )


def test_what_was_changed_behind_its_back_is_found(register):
    """Whoever owns the database can switch a trigger off; the chain tells."""
    append(register, [draft(n) for n in range(3)])
    with register.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER entry_kept")
        connection.exec_driver_sql("UPDATE entry SET use = 'other' WHERE seq = 1")
    assert says(register) == [("chain", False)]


def test_two_processes_write_one_chain(register, url):
    processes = [writer(url, name, 30) for name in ("one", "two")]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert sorted(str(each.consumer) for each in every(register)) == ["one"] * 30 + ["two"] * 30
    assert says(register) == [("chain", True)]


def test_what_was_acknowledged_is_there_after_a_writer_was_killed(register, url):
    """And whoever waits for its turn gets it."""
    process = writer(url, "one")
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    told += [line.strip() for line in process.communicate()[0].splitlines()[:-1]]
    assert set(told) <= {f"{each.seq} {each.digest}" for each in every(register)}
    append(register, [draft(1)])
    assert says(register) == [("chain", True)]


def test_it_waits_for_the_disk_though_the_database_does_not(url, register):
    """A database may be set to answer before what it was told is safe. What is acknowledged here is."""
    with register.engine.connect() as connection:
        connection.exec_driver_sql("ALTER DATABASE postgres SET synchronous_commit = off")
    try:
        other = open_register(url, SECRET)
        with other.engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        other.engine.dispose()
    finally:
        with register.engine.connect() as connection:
            connection.exec_driver_sql("ALTER DATABASE postgres RESET synchronous_commit")


def test_an_idempotency_key_is_used_once(register):
    append(register, [draft(1, once="k" * 64)])
    with pytest.raises(AnsweredBeforeError):
        append(register, [draft(2), draft(3, once="k" * 64)])
    assert len([*every(register)]) == 1


def test_no_more_contests_are_open_than_may_be_whoever_comes_at_the_same_time(register, monkeypatch):
    monkeypatch.setattr("engine.register.contests.MOST_OPEN", 5)
    assert sum(each is not None for each in race(register, 12)) == 5
    assert len([*every(register)]) == 5


def test_the_service_keeps_its_register_there(register, url, tmp_path, monkeypatch):
    """Decisions with receipts, what a person sees, a contest and its end."""
    monkeypatch.setenv("RULEBOOK_TEST_REGISTER", url)
    made = served(tmp_path)
    client, sent = made.client(), headers(made.key, **{"Idempotency-Key": "one"})
    first = client.post(f"{EVALUATE}&receipt=true", data=body(), headers=sent)
    assert client.post(f"{EVALUATE}&receipt=true", data=body(), headers=sent).data == first.data
    me = headers(token_of(made))
    (one,) = client.get(f"{URL}/subjects/me/decisions", headers=me).get_json()["decisions"]
    row = {"source": "bills", "row": RECORD["sources"]["bills"][LATE]}
    number = client.post(f"{URL}/contests", json=row, headers=me).get_json()["number"]
    assert client.post(EVALUATE, data=body(), headers=headers(made.key)).get_json()["left_out"]
    assert run(tmp_path, "register", "decide", str(number), "rejected", "--register", url).exit_code == 0
    checked = run(tmp_path, "register", "verify", "--receipts", "--register", url)
    assert (one["number"], checked.exit_code) == (0, 0), checked.output
    assert "2 receipts are as they were signed" in checked.output
    made.register.engine.dispose()
