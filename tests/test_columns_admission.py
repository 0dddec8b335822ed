"""What a table may hold is what a record may hold, and is refused with the same code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from engine.admit import Wrong, read_value
from engine.ir import Boolean, Choice, Code, Day, Field, Number
from engine.problem import Where
from engine.readings.columns import tree
from engine.readings.columns.fields import read_field
from engine.readings.columns.tables import Column
from tests.populations import written

AS_OF = date(2027, 3, 31)
TYPES: dict[str, Any] = {
    "day": Day(),
    "later": Day(future=True),
    "whole": Number(),
    "bounded": Number(0, None, 0, 5),
    "money": Number(2, "EUR", -150, None),
    "flag": Boolean(),
    "code": Code((Choice("red", {}), Choice("green", {}))),
}
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        "",
        "43",
        "red",
        "purple",
        "true",
        [],
        {},
        "2026-02-28",
        "2026-02-30",
        "2027-04-01",
        "20260228",
    ),
    *(0, 5, 6, -1, 10**14, 10**15, -(10**15), 10**16, 1.5, -1.5, -1.51, 0.1, 0.001, 22.999999999999996),
    *(Decimal("1.50"), Decimal("1.500"), Decimal("9999999999999.99"), Decimal("10000000000000.00"), "0000-01-01"),
)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("optional", [False, True])
def test_a_json_value_is_read_as_in_a_record(kind: str, *, optional: bool) -> None:
    """Every kind of value in every kind of field: the same scaled integer, or the same refusal."""
    field = Field("here", TYPES[kind], {}, "pd:Income", Where("a.yaml"), optional=optional)
    read = read_field(field, Column("json"), AS_OF)
    code = tree.case([(when.copy(), tree.text(code)) for when, code in read.faults], tree.null("TEXT"))
    rows = ", ".join(f"({n}, {written(value, Column('json'))}::JSON)" for n, value in enumerate(VALUES))
    query = f"SELECT {read.value.sql('duckdb')}, {code.sql('duckdb')} FROM (VALUES {rows}) t(n, here) ORDER BY n"  # noqa: S608 - our own values
    found = duckdb.connect().execute(query).fetchall()
    for value, (is_read, refused) in zip(VALUES, found, strict=True):
        expected = None if value is None else read_value(field, value, AS_OF)
        if value is None:
            assert refused == (None if optional else "missing-field")
        elif isinstance(expected, Wrong):
            assert refused == expected.code, value
        else:
            assert (is_read, refused) == (expected, None), value


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (Column("double"), "0.95::DOUBLE", (95, None)),
        (Column("double"), "0.951::DOUBLE", (95, "too-many-decimals")),
        (Column("double"), "'NaN'::DOUBLE", (None, "wrong-type")),
        (Column("double"), "'-Infinity'::DOUBLE", (None, "wrong-type")),
        (Column("double"), "1e300::DOUBLE", (None, "too-large")),
        (Column("float"), "0.1::FLOAT", (10, None)),
        (Column("small"), "7::INTEGER", (700, None)),
        (Column("integer"), "9000000000000000000::BIGINT", (None, "too-large")),
        (Column("integer"), "(-9223372036854775808)::BIGINT", (None, "too-large")),
        (Column("wide"), "99999999999999999999999::HUGEINT", (None, "too-large")),
        (Column("decimal", 9, 1), "1.5::DECIMAL(9, 1)", (150, None)),
        (Column("decimal", 18, 4), "1.5000::DECIMAL(18, 4)", (150, None)),
        (Column("decimal", 18, 4), "1.5010::DECIMAL(18, 4)", (150, "too-many-decimals")),
        (Column("decimal", 38, 2), "123456789012345678901234567890.12::DECIMAL(38, 2)", (None, "too-large")),
        (Column("csv"), "'-12.5'", (-1250, None)),
        (Column("csv"), "'12.500'", (1250, None)),
        (Column("csv"), "'12.505'", (None, "too-many-decimals")),
        (Column("csv"), "'1e3'", (None, "wrong-type")),
        (Column("csv"), "'99999999999999999999999999999999999999999'", (None, "too-large")),
    ],
)
def test_a_number_is_exact_in_every_form_of_column(form: Column, value: str, expected: tuple[Any, Any]) -> None:
    """Numbers are never rounded on the way in, whatever the file keeps them as."""
    read = read_field(Field("here", Number(2), {}, "pd:Income", Where("a.yaml")), form, AS_OF)
    code = tree.case([(when.copy(), tree.text(code)) for when, code in read.faults], tree.null("TEXT"))
    query = f"SELECT {read.value.sql('duckdb')}, {code.sql('duckdb')} FROM (SELECT {value} AS here)"  # noqa: S608 - as above
    assert duckdb.connect().execute(query).fetchone() == expected
