"""People to be counted, and what keeps a population from being counted at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from engine.decision import Refused
from engine.problem import Problem


class Person(NamedTuple):
    """Somebody, as a record for each side; `groups` are values by attribute, which no rule sees.

    `misfit` tells where in the files it is that a record was refused for.
    """

    old: Any
    new: Any
    as_of: date
    groups: Mapping[str, str]
    misfit: Callable[[Refused], Problem]


class BadPopulation(Exception):  # noqa: N818 - the population is bad, and its problems say why
    """A population that cannot be counted. Nothing in the problems is about anybody: they name files and rows."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.sentence for problem in problems))
