"""The cells of a table: what each means, and what is said of one that means nothing."""

from datetime import date
from decimal import Decimal

import pytest

from engine.ir import (
    AllOf,
    Always,
    AnyOf,
    Between,
    Boolean,
    Choice,
    Code,
    Compare,
    Constant,
    Day,
    Known,
    MeasureRef,
    Not,
    Number,
    OneOf,
    Op,
)
from engine.kleene import holds
from engine.parse.cells import read_cell
from engine.parse.types import Misfit
from engine.problem import Where

HERE = Where("demo.yaml")
M = MeasureRef("m")
SHARE, COUNT = Number(2, "share", 0, 100), Number(0, "rows", 0)
PLAN = Code((Choice("basic", {}), Choice("family", {}), Choice("A11", {}), Choice("5", {})))


def is_(value, type_, op=Op.IS):
    return Compare(M, op, Constant(value), type_, HERE)


@pytest.mark.parametrize(
    ("raw", "type_", "expected"),
    [
        ("-", SHARE, Always(HERE)),
        ("unknown", SHARE, Known(M, False, HERE)),
        (5, COUNT, is_(5, COUNT)),
        ("5", COUNT, is_(5, COUNT)),
        ("= 5", COUNT, is_(5, COUNT)),
        (Decimal("0.5"), SHARE, is_(50, SHARE)),
        (">= 0.98", SHARE, is_(98, SHARE, Op.AT_LEAST)),
        ("<0.9", SHARE, is_(90, SHARE, Op.LESS_THAN)),
        ("> -3", COUNT, is_(-3, COUNT, Op.MORE_THAN)),
        ("[0.95..0.98]", SHARE, Between(M, Constant(95), Constant(98), SHARE, HERE)),
        (
            "(0.95..0.98)",
            SHARE,
            AllOf((is_(95, SHARE, Op.MORE_THAN), is_(98, SHARE, Op.LESS_THAN)), HERE),
        ),
        ("0, 1, 2", COUNT, OneOf(M, (0, 1, 2), COUNT, HERE)),
        ("0, >= 5", COUNT, AnyOf((is_(0, COUNT), is_(5, COUNT, Op.AT_LEAST)), HERE)),
        ('"basic", "family"', PLAN, OneOf(M, ("basic", "family"), PLAN, HERE)),
        ("basic, A11", PLAN, OneOf(M, ("basic", "A11"), PLAN, HERE)),
        ("5", PLAN, is_("5", PLAN)),
        ("not(basic)", PLAN, is_("basic", PLAN, Op.IS_NOT)),
        ("not(basic, family)", PLAN, OneOf(M, ("basic", "family"), PLAN, HERE, negated=True)),
        ("not([1..5])", COUNT, Not(Between(M, Constant(1), Constant(5), COUNT, HERE), HERE)),
        (True, Boolean(), is_(True, Boolean())),
        ("false", Boolean(), is_(False, Boolean())),
        ("2020-01-01", Day(), is_(date(2020, 1, 1), Day())),
        (
            "[2020-01-01..2020-12-31]",
            Day(),
            Between(M, Constant(date(2020, 1, 1)), Constant(date(2020, 12, 31)), Day(), HERE),
        ),
    ],
)
def test_a_cell_means_a_condition(raw, type_, expected):
    """Sugar adds nothing to the language: each cell is a condition that an author could have written out."""
    assert read_cell(raw, "m", type_, HERE) == expected


@pytest.mark.parametrize(
    ("raw", "type_", "code"),
    [
        ("0.98 to 1", SHARE, "bad-cell"),
        ("[0.95..0.98", SHARE, "bad-cell"),
        ("", SHARE, "bad-cell"),
        ("0, ", COUNT, "bad-cell"),
        (">= ", COUNT, "bad-cell"),
        ("not()", COUNT, "bad-cell"),
        ("0.955", SHARE, "too-many-places"),
        ("[0.98..0.95]", SHARE, "empty-range"),
        ("few", COUNT, "wrong-type"),
        (0.5, COUNT, "wrong-type"),
        (True, COUNT, "wrong-type"),
        ("famly", PLAN, "unknown-code"),
        (5, PLAN, "wrong-type"),
        ("> basic", PLAN, "no-order"),
        ("[basic..family]", PLAN, "no-order"),
        ("< true", Boolean(), "no-order"),
        ("2020-02-30", Day(), "bad-date"),
    ],
)
def test_a_cell_that_means_nothing_is_told(raw, type_, code):
    """A cell is never guessed at: what cannot be read is a problem, and the parser does not stumble over it."""
    found = read_cell(raw, "m", type_, HERE)
    assert isinstance(found, Misfit)
    assert found.code == code
    assert found.sentence[0] == "`" or found.sentence[0].islower()


@pytest.mark.parametrize(
    ("raw", "true", "false"),
    [("[1..3)", 1, 3), ("(1..3]", 3, 1), ("not(2)", 1, 2), ("0, > 7", 8, 7)],
)
def test_the_ends_of_a_cell_are_where_they_are_written(raw, true, false):
    """An off-by-one at a bound is somebody's points."""
    condition = read_cell(raw, "m", COUNT, HERE)
    assert holds(condition, {M: true}.get) is True
    assert holds(condition, {M: false}.get) is False


def test_only_a_dash_and_unknown_answer_on_unknown():
    """Missing is never less than five."""
    for raw, answer in (("-", True), ("unknown", True), ("< 5", None), ("not(5)", None), ("not(unknown)", False)):
        assert holds(read_cell(raw, "m", COUNT, HERE), {}.get) is answer
