"""The register in a database, which it is only ever added to: by one writer at a time, and whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from engine.register.entry import START, Draft, Entry, chained, now
from engine.register.tables import ENTRY, upgrade

BEGIN = {"sqlite": ("BEGIN IMMEDIATE",), "postgresql": ("BEGIN", "LOCK TABLE entry IN EXCLUSIVE MODE")}
"""How a writer keeps others waiting until it is done."""
PATIENCE = 30
"""Seconds that a writer waits for another."""
MOST_AT_ONCE = 200
"""Entries written in one transaction."""


COLUMNS = [ENTRY.c[name] for name in Entry.__slots__]
LAST = sa.select(ENTRY.c.seq, ENTRY.c.digest).order_by(ENTRY.c.seq.desc()).limit(1)
INSERT = sa.insert(ENTRY)
CONTESTED = ("contest", "outcome")
"""The kinds of entries by which a row counts or does not."""
KNOWN = (
    sa.select(sa.func.count())
    .where(ENTRY.c.rulebook == sa.bindparam("rulebook"), ENTRY.c.subject == sa.bindparam("subject"))
    .where(sa.or_(*(ENTRY.c.kind == kind for kind in CONTESTED)))
)


class NoRegisterError(Exception):
    """A register that cannot be opened or written; the message is a sentence without anything of its content."""


class AnsweredBeforeError(Exception):
    """An idempotency key that has been used."""


class MeanwhileError(Exception):
    """The person contested something, or it was decided, since this was made: it must be made again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Drafts of one thread, and what became of them: entries, or why not."""

    drafts: Sequence[Draft]
    done: list[Sequence[Entry] | Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Register:
    """A database, the secret that hides who an entry is about, and the threads that wait for their turn to write."""

    engine: sa.Engine
    secret: bytes = field(repr=False)
    queue: list[Waiting] = field(default_factory=list, repr=False)
    turn: Condition = field(default_factory=Condition, repr=False)
    busy: list[bool] = field(default_factory=list, repr=False)


def open_register(url: str, secret: bytes) -> Register:
    """The register at the address of a database, like ``sqlite:///register.db``; made there if it is new."""
    try:
        address = sa.make_url(url)
        if address.get_backend_name() not in BEGIN:
            raise NoRegisterError("a register is kept by SQLite or PostgreSQL: sqlite:///FILE or postgresql://…")
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        more = {"timeout": PATIENCE} if address.get_backend_name() == "sqlite" else {}
        engine = sa.create_engine(
            address, isolation_level="AUTOCOMMIT", connect_args=more, hide_parameters=True, pool_size=8
        )
        sa.event.listen(engine, "connect", DURABLE[address.get_backend_name()])
        with engine.connect() as connection:
            upgrade(connection)
        engine.dispose()  # processes that are made later share no connection
    except (SQLAlchemyError, ImportError) as error:
        raise NoRegisterError(f"the register cannot be opened: {type(error).__name__}") from None
    return Register(engine, secret)


def _durable_sqlite(connection: Any, _: object) -> None:
    """SQLite answers only when what it wrote is on the disk, and readers do not wait for writers."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _durable_postgresql(connection: Any, _: object) -> None:
    """So does PostgreSQL, also where the whole database is set not to. No writer waits for ever."""
    connection.execute(
        "SELECT set_config(name, 'on', false) FROM pg_settings "
        "WHERE name = 'synchronous_commit' AND setting IN ('off', 'local')"
    )
    connection.execute(f"SET lock_timeout TO '{PATIENCE}s'")
    connection.commit()


DURABLE = {"sqlite": _durable_sqlite, "postgresql": _durable_postgresql}


# ------------------------------------------------------------------------------------------------------------ writing


def append(register: Register, drafts: Sequence[Draft]) -> Sequence[Entry]:
    """Writes entries, and comes back when they are there for good.

    Threads that come at the same time are written together: the first that is free writes for all that wait.
    AnsweredBeforeError when an idempotency key was used, and MeanwhileError when what a draft follows from has changed;
    then none of these drafts is written.
    """
    mine = Waiting(drafts)
    with register.turn:
        register.queue.append(mine)
        while register.busy and not mine.done:
            register.turn.wait()
        if not mine.done:
            register.busy.append(True)
            together = [*register.queue]
            register.queue.clear()
        else:
            together = []
    if together:
        try:
            _write_all(register, together)
        finally:
            with register.turn:
                register.busy.clear()
                register.turn.notify_all()
    (result,) = mine.done
    if isinstance(result, Exception):
        raise result
    return result


def _write_all(register: Register, together: Sequence[Waiting]) -> None:
    """Writes for several threads at once; where a used key of one of them spoils it, for each alone."""
    try:
        results = _write(register, [each.drafts for each in together])
    except AnsweredBeforeError as error:
        if len(together) > 1:
            for each in together:
                _write_all(register, [each])
            return
        results = [error]
    except NoRegisterError as error:
        results = [error] * len(together)
    except BaseException:
        for each in together:
            each.done.append(NoRegisterError("the register could not be written"))
        raise
    for each, result in zip(together, results, strict=True):
        each.done.append(result)


def _write(register: Register, together: Sequence[Sequence[Draft]]) -> list[Sequence[Entry] | Exception]:
    """One transaction: whose drafts follow from what is not so any more is passed over."""
    results: list[Sequence[Entry] | Exception] = []
    try:
        with register.engine.connect() as connection, _alone(connection):
            last = connection.execute(LAST).first()
            seq, previous = (0, START) if last is None else (last.seq + 1, last.digest)
            at = now()
            for drafts in together:
                if _changed(connection, drafts):
                    results.append(MeanwhileError())
                    continue
                made: list[Entry] = []
                for draft in drafts:
                    made.append(chained(draft, seq, at, previous))
                    seq, previous = seq + 1, made[-1].digest
                if made:
                    connection.execute(INSERT, [_row(entry) for entry in made])
                results.append(made)
            return results
    except IntegrityError:
        raise AnsweredBeforeError from None
    except SQLAlchemyError as error:
        raise NoRegisterError(f"the register cannot be written: {type(error).__name__}") from None


def _changed(connection: sa.Connection, drafts: Sequence[Draft]) -> bool:
    """Whether there are other contests or outcomes of somebody than a draft was made with."""
    known = {(draft.rulebook, draft.subject, draft.known) for draft in drafts if draft.known is not None}
    return any(
        connection.execute(KNOWN, {"rulebook": rulebook, "subject": subject}).scalar() != count
        for rulebook, subject, count in known
    )


@contextmanager
def _alone(connection: sa.Connection) -> Iterator[None]:
    for word in BEGIN[connection.dialect.name]:
        connection.exec_driver_sql(word)
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _row(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__slots__}


# ------------------------------------------------------------------------------------------------------------ reading


def entries(
    register: Register, *conditions: sa.ColumnElement[bool], most: int | None = None, newest: int | None = None
) -> list[Entry]:
    """Entries in the order in which they were written; or the newest of them, the last one first."""
    order = ENTRY.c.seq if newest is None else ENTRY.c.seq.desc()
    query = sa.select(*COLUMNS).where(*conditions).order_by(order)
    limit = most if newest is None else newest
    return found(register, query if limit is None else query.limit(limit))


def found(register: Register, query: sa.Select[Any], **values: Any) -> list[Entry]:
    """What a query over `COLUMNS` finds; one that is put together once and given its values each time is faster."""
    try:
        with register.engine.connect() as connection:
            return [Entry(*row) for row in connection.execute(query, values)]
    except SQLAlchemyError as error:
        raise NoRegisterError(f"the register cannot be read: {type(error).__name__}") from None


def every(register: Register) -> Iterator[Entry]:
    """All entries, some hundred at a time."""
    start = 0
    while some := entries(register, ENTRY.c.seq >= start, most=MOST_AT_ONCE):
        yield from some
        start = some[-1].seq + 1
