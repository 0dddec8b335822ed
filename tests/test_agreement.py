"""Agreement is the product: every executing reading gives the verdict that `truth` gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.decision import Decision, Refusal
from engine.evaluation import evaluate_under
from engine.locate import policies_folder
from engine.records import shipped
from engine.rulebook import edition, load_rulebook
from tests.strategies import AS_OF, broken_records, records, rulebooks

READINGS = ("compiled", "session")
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("reading", READINGS)
@settings(parent=SLOW, max_examples=120)
@given(data=st.data())
def test_a_reading_decides_as_truth_does(reading: Any, data: st.DataObject) -> None:
    """Over drawn rulebooks and drawn records: the same points, score, reasons, consequences and trace."""
    drawn = data.draw(rulebooks())
    for _ in range(4):
        record = data.draw(records(drawn))
        expected = evaluate_under(drawn.edition, record, as_of=AS_OF, reading="truth")
        assert isinstance(expected, Decision), expected
        assert evaluate_under(drawn.edition, record, as_of=AS_OF, reading=reading) == expected


@pytest.mark.parametrize("reading", READINGS)
@settings(parent=SLOW, max_examples=60)
@given(data=st.data())
def test_a_reading_refuses_what_truth_refuses(reading: Any, data: st.DataObject) -> None:
    """A record that is wrong in any way is refused alike, with every reason, and never half evaluated."""
    drawn = data.draw(rulebooks())
    for _ in range(4):
        record = data.draw(broken_records(drawn))
        expected = evaluate_under(drawn.edition, record, as_of=AS_OF, reading="truth")
        assert evaluate_under(drawn.edition, record, as_of=AS_OF, reading=reading) == expected


BOOKS = sorted(file.parent.name for file in policies_folder().glob("*/rulebook.yaml"))


def test_there_are_rulebooks() -> None:
    """The tests below would pass over nothing."""
    assert {"fair-civic-trust", "schufa-2026"} <= set(BOOKS)


@pytest.mark.parametrize("reading", ["truth", *READINGS])
@pytest.mark.parametrize("book", BOOKS)
def test_shipped_records_come_out_as_expected(book: str, reading: Any) -> None:
    """Every shipped record has a written expectation, and every reading meets it."""
    from engine.evaluation import evaluate  # noqa: PLC0415  # beside its only use
    from engine.records import expectation  # noqa: PLC0415  # as above

    rulebook = load_rulebook(book)
    found = list(shipped(rulebook))
    assert len(found) >= 12
    for one in found:
        result = evaluate(rulebook, one.record, reading=reading)
        assert expectation(result, rulebook.about.languages[0]) == one.expected, one.name


@pytest.mark.parametrize("book", BOOKS)
def test_readings_agree_on_the_traces_of_shipped_records(book: str) -> None:
    """The trace is part of the verdict."""
    from engine.evaluation import evaluate  # noqa: PLC0415  # beside its only use

    rulebook = load_rulebook(book)
    for one in shipped(rulebook):
        expected = evaluate(rulebook, one.record, reading="truth")
        for reading in READINGS:
            assert evaluate(rulebook, one.record, reading=reading) == expected, (one.name, reading)


@pytest.mark.parametrize("book", BOOKS)
def test_no_decision_names_a_consequence_that_is_not_published(book: str) -> None:
    """The list of consequences is closed."""
    from engine.evaluation import evaluate  # noqa: PLC0415  # beside its only use

    rulebook = load_rulebook(book)
    for one in shipped(rulebook):
        result = evaluate(rulebook, one.record)
        if isinstance(result, Refusal):
            continue
        use = edition(rulebook, result.as_of).uses[result.use]  # type: ignore[union-attr]  # it was just evaluated under
        assert {c.id for c in result.consequences} <= {c.id for c in use.consequences}
