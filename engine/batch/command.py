"""`rulebook evaluate --in FOLDER --out FOLDER`: progress while it runs, and a summary that counts everything."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.batch.run import Job, SoFar, Summary, run, unfinished
from engine.decision import Refusal
from engine.display import LOGGED
from engine.evaluation import evaluate_under
from engine.problem import Problem
from engine.show import show

PARTS = "parts"
"""What the bar counts."""

STOPPED = 130
"""The exit status of a command that was interrupted."""


def evaluate_folder(job: Job) -> int:
    """Runs a job and says what came of it. Gives the exit status: 0, or 1 when anything was refused or went wrong."""
    nobody = evaluate_under(job.edition, {"sources": {}}, as_of=job.as_of, use=job.use)
    if isinstance(nobody, Refusal):
        return _say([Problem(one.code, one.sentence, help=one.help) for one in nobody.refusals])
    columns = (
        TextColumn("{task.fields[doing]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task("", total=None, doing=PARTS, rate="")

        def told(now: SoFar) -> None:
            seconds = progress.tasks[0].elapsed or 0
            rate = f"{now.subjects / seconds:,.0f} subjects a second" if now.subjects and seconds else ""
            doing = f"putting {now.ordering} in order" if now.ordering else PARTS
            progress.update(task, completed=now.done, total=now.of, doing=doing, rate=rate)

        try:
            with _stopped_once():
                found = run(job, told)
        except KeyboardInterrupt:
            work = unfinished(job.out)
            done = f"; what is done is in {work}" if work.exists() else ""
            click.echo(f"stopped; the same command goes on where it stopped{done}", err=True)
            return STOPPED
    return _summary(job, found) if isinstance(found, Summary) else _say(found)


@contextmanager
def _stopped_once() -> Iterator[None]:
    """The first Ctrl-C stops the run; whoever presses again waits like everybody until it has stopped."""

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _say(problems: list[Problem]) -> int:
    for problem in problems:
        click.echo(show(problem, "") + "\n", err=True)
    return 1


def _summary(job: Job, found: Summary) -> int:
    """What was decided and refused, and why."""
    strays = f", {_many(found.strays, 'row')} about nobody in `subjects`" if found.strays else ""
    click.echo(f"{found.decided:,} decided, {found.refused:,} refused{strays}")
    for code, count in found.codes.items():
        click.echo(f"  {code}: {_many(count, 'subject')}")
    click.echo(f"by an edition {LOGGED[job.edition.log]}\nwrote {job.out}")
    if not found.refused and not found.strays:
        return 0
    click.echo(f"who was refused, where and why: {job.out / 'rejects'}")
    return 1


def _many(count: int, noun: str) -> str:
    """So many of something.

    >>> _many(1, "row"), _many(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
