"""How often each consumer may ask: one count for all processes of a service, in memory that they share."""

from __future__ import annotations

import mmap
import multiprocessing
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

SLOT = struct.Struct("dd")
"""What is left to ask, and when that was."""

KILLED_AFTER = 1.0
"""Seconds after which whoever is counting must have been killed meanwhile; counting takes some millionths of one."""


class Rates:
    """Buckets that fill steadily, one for each consumer. Made before the processes are, so that they share it.

    The lock is one that a thread takes without letting others run first: it is asked for with each request.

    >>> rates = Rates([(2, 60.0)], lambda: 0.0)
    >>> rates.take(0), rates.take(0), rates.take(0)
    (None, None, 30)
    """

    def __init__(self, allowed: Sequence[tuple[int, float]], clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = tuple(allowed)
        self._clock = clock
        self._memory = mmap.mmap(-1, max(SLOT.size * len(allowed), 1))
        self._lock = multiprocessing.get_context("fork").Lock()
        for index, (most, _) in enumerate(self._allowed):
            SLOT.pack_into(self._memory, SLOT.size * index, most, clock())

    def take(self, consumer: int) -> int | None:
        """Counts one evaluation of a consumer; where there were too many, the seconds to wait instead."""
        most, seconds = self._allowed[consumer]
        with self._alone():
            left, since = SLOT.unpack_from(self._memory, SLOT.size * consumer)
            now = self._clock()
            left = min(float(most), left + max(now - since, 0.0) * most / seconds)
            enough = left >= 1
            SLOT.pack_into(self._memory, SLOT.size * consumer, left - enough, now)
        return None if enough else max(1, round((1 - left) * seconds / most + 0.5 - 1e-9))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._lock.acquire(timeout=KILLED_AFTER)
        try:
            yield
        finally:
            with suppress(ValueError):  # several waited for somebody who was killed
                self._lock.release()
