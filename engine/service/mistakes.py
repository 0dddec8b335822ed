"""What is noted of an error: where in the program it happened, and never what it says, which may be about a person."""

from __future__ import annotations

import logging
import traceback


def note(error: BaseException) -> None:
    """Writes the kind of an error and the places it came through to the log of the program."""
    logging.getLogger("rulebook").error("%s", place(error))


def place(error: BaseException) -> str:
    """An error without its message.

    >>> try:
    ...     int("4711 Main Street")
    ... except ValueError as error:
    ...     print(place(error).partition(" at ")[0])
    ValueError
    """
    found = traceback.extract_tb(error.__traceback__)
    came = " ← ".join(f"{each.filename.rpartition('/')[2]}:{each.lineno} {each.name}" for each in reversed(found))
    return f"{type(error).__name__} at {came}"
