"""A log is before or after, never between: whatever stops a writer, and however many there are."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from engine.log import store
from engine.log.merkle import consistency, consistent
from engine.log.note import vkey
from engine.log.statement import statement_bytes
from engine.log.store import BadLogError, append, in_folder, log_files, read_log
from tests.entries import a_signer, entry, first, log_in

BY = a_signer()
PROCESSES = multiprocessing.get_context("fork")


def begun(folder: Path, size: int = 1) -> Path:
    append(folder, [BY], lambda _: [first(vkey(BY.verifier)), *(entry(number) for number in range(size - 1))])
    return folder


def test_a_log_begins_grows_and_reads_back(tmp_path):
    assert read_log(in_folder(tmp_path)) is None
    begun(tmp_path, 3)
    before = log_in(tmp_path)
    append(tmp_path, [BY], lambda _: [entry(7), entry(8)])
    after = log_in(tmp_path)
    assert after.statements == (*before.statements, entry(7), entry(8))
    proof = consistency(after.leaves, 3)
    assert consistent(3, before.checkpoint.root, 5, after.checkpoint.root, proof)


def test_nothing_new_writes_nothing(tmp_path):
    begun(tmp_path, 3)
    files = log_files(tmp_path)
    append(tmp_path, [BY], lambda _: [])
    assert log_files(tmp_path) == files


def test_files_of_every_checkpoint_there_ever_was_stay(tmp_path):
    """Whoever kept a checkpoint can still fetch what it was made of."""
    begun(tmp_path)
    kept = []
    for number in range(6):
        append(tmp_path, [BY], lambda _, number=number: [entry(number)])
        kept.append(log_files(tmp_path))
    for files in kept:
        now = {**log_files(tmp_path), "checkpoint": files["checkpoint"]}
        found = read_log(now.get)
        assert found is not None
        assert found.checkpoint.size == len(found.statements)


@pytest.mark.parametrize("size", [5, 257])
def test_every_changed_byte_of_a_log_is_found(tmp_path, size):
    """All bytes of a small log, some of each file of a large one."""
    files = log_files(begun(tmp_path, size))
    draw = random.Random(size)
    for path, content in files.items():
        places = range(len(content)) if len(content) < 700 else draw.sample(range(len(content)), 8)
        for at in places:
            changed = {**files, path: content[:at] + bytes([content[at] ^ 1 << draw.randrange(8)]) + content[at + 1 :]}
            with pytest.raises(BadLogError):
                read_log(changed.get)


def test_a_log_signed_by_somebody_else_is_refused(tmp_path):
    other = a_signer(number=2)
    with pytest.raises(BadLogError, match="this key does not sign the log"):
        append(tmp_path, [other], lambda _: [first(vkey(BY.verifier))])
    begun(tmp_path)
    files = log_files(tmp_path)
    with pytest.raises(BadLogError, match="this key does not sign the log"):
        append(tmp_path, [other], lambda _: [entry(1)])
    assert log_files(tmp_path) == files


# -------------------------------------------------------------------------------------------------------- when it stops


class _Stopped(BaseException):
    """The power goes."""


class Torn:
    """A file that is being written when the power goes: half of it is there."""

    def __init__(self, stream, step):
        self.stream, self.step = stream, step

    def write(self, content):
        self.step(lambda: (self.stream.write(content[: len(content) // 2]), self.stream.flush()))
        return self.stream.write(content)

    def __enter__(self):
        self.stream.__enter__()
        return self

    def __exit__(self, *why):
        return self.stream.__exit__(*why)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def stopping(patch: pytest.MonkeyPatch, number: int) -> None:
    """The so many-th call that touches the disk stops everything."""
    calls = itertools.count(1)
    fsync, replace, open_, mkdir = os.fsync, Path.replace, Path.open, Path.mkdir

    def step(torn=None):
        if next(calls) == number:
            if torn is not None:
                torn()
            raise _Stopped

    def opened(self, mode="r", *more, **also):
        if "w" not in mode:
            return open_(self, mode, *more, **also)
        step()
        return Torn(open_(self, mode, *more, **also), step)

    patch.setattr(os, "fsync", lambda descriptor: (step(), fsync(descriptor))[1])
    patch.setattr(Path, "replace", lambda self, to: (step(), replace(self, to), step())[1])
    patch.setattr(Path, "mkdir", lambda self, *more, **also: (step(), mkdir(self, *more, **also))[1])
    patch.setattr(Path, "open", opened)


def test_stopped_at_any_step_it_is_before_or_after(tmp_path, monkeypatch):
    """A writer is stopped at every call that touches the disk, in turn, and half of what it was writing is there."""
    begun(tmp_path, 255)
    for number in itertools.count(1):
        before = log_in(tmp_path)
        more = (entry(1000 + number), entry(2000 + number))
        stopped = False
        with monkeypatch.context() as patch:
            stopping(patch, number)
            try:
                append(tmp_path, [BY], lambda _, more=more: more)
            except _Stopped:
                stopped = True
        after = log_in(tmp_path)
        assert after.statements in {before.statements, (*before.statements, *more)}
        if not stopped:
            assert after.statements == (*before.statements, *more)
            break
    assert number > 20, "the writer was stopped at every step"
    assert not list(tmp_path.rglob(".*.new"))
    append(tmp_path, [BY], lambda _: [entry(5)])
    assert log_in(tmp_path).statements[-1] == entry(5)


def write_on(folder: Path, start: int, count: int, told: Connection) -> None:
    """A writer that tells each number once its entry is in the log."""
    for number in range(start, start + count):
        append(folder, [BY], lambda _, number=number: [entry(number)])
        told.send(number)


def writer(folder: Path, start: int, count: int) -> tuple[BaseProcess, Connection]:
    ear, mouth = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=write_on, args=(folder, start, count, mouth))
    process.start()
    mouth.close()
    return process, ear


def heard(ear: Connection) -> list[int]:
    """Everything a writer told until it was gone."""
    found = []
    with suppress(EOFError):
        while True:
            found.append(ear.recv())
    ear.close()
    return found


def test_killed_writers_lose_nothing_they_acknowledged(tmp_path):
    """Killed at any moment: the log reads, and every entry that was acknowledged is in it, in order."""
    assert killed(tmp_path, 25, 1) >= 12


def killed(tmp_path: Path, rounds: int, seed: int) -> int:
    """So many writers, each killed; how many entries they acknowledged, all of which are there."""
    begun(tmp_path)
    draw = random.Random(seed)
    acknowledged: list[int] = []
    for round_ in range(rounds):
        process, ear = writer(tmp_path, 1000 * round_, 500)
        if round_ % 2:
            ear.poll(30)  # killed after the first entry, or before
        time.sleep(draw.uniform(0, 0.05))
        process.kill()
        process.join()
        acknowledged += heard(ear)
        logged = [int(each.digest, 16) for each in log_in(tmp_path).statements[1:]]
        at = [logged.index(number) for number in acknowledged]
        assert at == sorted(at)
        assert len(logged) <= len(acknowledged) + round_ + 1, (
            "at most one more than acknowledged for each that was killed"
        )
    return len(acknowledged)


def test_two_writers_make_one_log(tmp_path):
    """Every entry of both is there once, and each writer's are in its own order."""
    begun(tmp_path)
    both = [writer(tmp_path, start, 25) for start in (0, 1000)]
    told = [heard(ear) for _, ear in both]
    for process, _ in both:
        process.join()
    assert told == [[*range(25)], [*range(1000, 1025)]]
    logged = [int(each.digest, 16) for each in log_in(tmp_path).statements[1:]]
    assert [number for number in logged if number < 1000] == told[0]
    assert [number for number in logged if number >= 1000] == told[1]


def test_a_writer_that_hangs_is_not_waited_for_for_ever(tmp_path, monkeypatch):
    begun(tmp_path)
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    with store.only_writer(tmp_path), pytest.raises(BadLogError, match="try again"):
        append(tmp_path, [BY], lambda _: [entry(1)])


def test_statements_are_small():
    assert len(statement_bytes(entry(10**60))) < 400
