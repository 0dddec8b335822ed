"""What a condition is made of: its tests, what these compare, and what they look at."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    AsOf,
    Between,
    Compare,
    Condition,
    Constant,
    Known,
    NoScore,
    Not,
    OneOf,
    Operand,
    Subject,
)

Test = Compare | Between | OneOf | Known
"""What asks for the value of a subject."""

Asked = Subject | AsOf
"""Whatever a condition looks at."""


def leaves(condition: Condition) -> Iterator[Test | Always | NoScore]:
    """What is joined by all_of, any_of and not, in the order written.

    >>> from engine.ir import ScoreRef
    >>> from engine.problem import Where
    >>> here = Where("demo.yaml")
    >>> list(leaves(Not(AllOf((Known(ScoreRef(), True, here), NoScore(here)), here), here)))
    [Known(subject=ScoreRef(), known=True), NoScore()]
    """
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def each_test(condition: Condition) -> Iterator[Test]:
    """The leaves that ask for a value."""
    return (leaf for leaf in leaves(condition) if not isinstance(leaf, Always | NoScore))


def operands(test: Test) -> tuple[Operand, ...]:
    """What a test compares with."""
    match test:
        case Compare(operand=operand):
            return (operand,)
        case Between(least=least, greatest=greatest):
            return (least, greatest)
        case OneOf(values=values):
            return tuple(Constant(value) for value in values)
        case Known():
            return ()


def compared(condition: Condition) -> Iterator[tuple[Subject, Operand]]:
    """Every two things a condition compares; what is only asked whether it is known stands beside a yes."""
    for test in each_test(condition):
        for operand in operands(test) or (Constant(True),):
            yield (test.subject, operand)


def asked(condition: Condition) -> Iterator[Asked]:
    """Everything whose value decides a condition, on both sides of its comparisons, in the order written."""
    for test in each_test(condition):
        yield test.subject
        yield from (each for each in operands(test) if not isinstance(each, Constant))


def subjects(condition: Condition) -> Iterator[Subject]:
    """What is asked of the person: everything but the day of the decision."""
    return (each for each in asked(condition) if not isinstance(each, AsOf))
