"""Lines as they arrive: one thread reads, so that whoever answers has all that is there and waits for no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Condition, Thread

Line = bytes | None
"""None is a line that was too long."""

MOST_TOGETHER = 64
"""Lines that are answered together."""
MOST_AHEAD = 4 * 1024 * 1024
"""Bytes that are read before others are answered; a line more, which may be as long."""


def together(lines: Iterator[Line], hang_up: Callable[[], None]) -> Iterator[Sequence[Line]]:
    """All lines that have arrived, as soon as there is one; whatever ends the reading is raised after them.

    `hang_up` is for a reader that nobody waits for any more: it makes a sender who pauses be at the end.

    >>> [len(some) for some in together(iter([b"1"]), lambda: None)]
    [1]
    """
    waiting: list[Line] = []
    ended: list[BaseException | None] = []
    left: list[bool] = []
    turn = Condition()

    def full() -> bool:
        return len(waiting) >= MOST_TOGETHER or sum(len(line or b"") for line in waiting) >= MOST_AHEAD

    def read() -> None:
        end = None
        try:
            for line in lines:
                with turn:
                    waiting.append(line)
                    turn.notify_all()
                    turn.wait_for(lambda: left or not full())
                    if left:
                        return
        except BaseException as error:  # noqa: BLE001  # whoever answers says what it is
            end = error
        finally:
            with turn:
                ended.append(end)
                turn.notify_all()

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        while True:
            with turn:
                turn.wait_for(lambda: waiting or ended)
                some = [*waiting]
                waiting.clear()
                turn.notify_all()
            if some:
                yield some
            elif ended[0] is None:
                return
            else:
                raise ended[0]
    finally:
        with turn:
            left.append(True)
            turn.notify_all()
        if not ended:
            hang_up()
        reader.join()
