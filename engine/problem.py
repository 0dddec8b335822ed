"""What is wrong with a document: a place, a sentence, a help. Values, never exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """How much a problem matters: an error stops the engine, the others are shown."""

    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file under the policies folder: lines and columns count from 1.

    >>> str(Where("demo/rules/late/1.0.0.yaml", 7, 16))
    'demo/rules/late/1.0.0.yaml:7:16'
    """

    file: str
    line: int = 1
    column: int = 1
    length: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `sentence` is lower case, without a full stop, the author's words in backticks.

    `code` is a stable slug (`unknown-key`); `also` names other places that matter (the other end of a conflict);
    `facts` are the figures and names in a sentence that is said in other languages too.

    >>> Problem("unknown-key", "unknown key `at leest`", Where("a.yaml", 7, 16), help="did you mean `at_least`?").code
    'unknown-key'
    """

    code: str
    sentence: str
    where: Where | None = None
    help: str | None = None
    grade: Grade = Grade.ERROR
    also: tuple[tuple[Where, str], ...] = ()
    facts: Mapping[str, int | str] = field(default_factory=dict, compare=False)
