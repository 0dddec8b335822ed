"""Versions in time: which one is in force, and which one was known."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.decision import Refusal
from engine.editions import applying, begins, changes, histories, in_force
from engine.evaluation import evaluate
from engine.load import read_shelf, read_text
from engine.parse import parse_about, parse_edition
from engine.rulebook import BadRulebook, edition, load_rulebook
from tests import logs

GOOD = Path(__file__).resolve().parent / "policies" / "good"


def version(number, from_, until=None, kind="amend"):
    end = f", until: {until}" if until else ""
    text = f"kind: rule\nid: late\nversion: {number}\nin_force: {{from: {from_}{end}}}\nchange: {{kind: {kind}}}\n"
    document, problems = read_text(text, f"demo/rules/late/{number}.yaml")
    assert document is not None
    assert not problems
    return document


def found(documents, as_of, known_at=None):
    return [document.data["version"] for document in in_force(documents, as_of, known_at)]


def day(text):
    return date.fromisoformat(text)


FIRST = version("1.0.0", "2026-01-01", kind="new")
SECOND = version("1.1.0", "2026-07-01")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2025-12-31", []), ("2026-01-01", ["1.0.0"]), ("2026-06-30", ["1.0.0"]), ("2026-07-01", ["1.1.0"])],
)
def test_a_version_ends_the_day_before_the_next_begins(as_of, expected):
    """Nobody has to go back and write an end into the old version."""
    assert found([SECOND, FIRST], day(as_of)) == expected


def test_a_version_ends_by_itself():
    """`until` is the last day, not the first day after."""
    alone = version("1.0.0", "2026-01-01", until="2026-03-31", kind="new")
    assert found([alone], day("2026-03-31")) == ["1.0.0"]
    assert found([alone], day("2026-04-01")) == []
    assert changes([alone]) == [day("2026-01-01"), day("2026-04-01")]


def test_what_has_been_replaced_does_not_come_back():
    """A short-lived version ends for good: the one before it was over when it began."""
    short = version("1.1.0", "2026-07-01", until="2026-07-31")
    assert found([FIRST, short], day("2026-08-01")) == []
    assert changes([FIRST, short]) == [day("2026-01-01"), day("2026-07-01"), day("2026-08-01")]


def test_a_repealed_policy_is_not_in_force():
    """The repeal itself is a document to be read, not a rule."""
    repeal = version("2.0.0", "2026-07-01", kind="repeal")
    assert found([FIRST, repeal], day("2026-06-30")) == ["1.0.0"]
    assert found([FIRST, repeal], day("2026-07-01")) == []


def test_a_correction_may_begin_on_the_same_day():
    """A misprint is mended from the beginning, whatever the order of the files."""
    corrected = version("1.0.1", "2026-01-01", kind="correct")
    assert found([corrected, FIRST], day("2026-01-01")) == ["1.0.1"]
    assert changes([FIRST, corrected]) == [day("2026-01-01")]


def test_versions_are_numbers():
    """1.10.0 comes after 1.9.0."""
    nine = version("1.9.0", "2026-01-01", kind="correct")
    ten = version("1.10.0", "2026-01-01", kind="correct")
    assert found([ten, nine, FIRST], day("2026-01-01")) == ["1.10.0"]


def test_what_was_not_known_does_not_count():
    """A decision of the past can be worked out as it could have been worked out then."""
    assert found([FIRST, SECOND], day("2026-08-01"), day("2026-06-30")) == ["1.0.0"]
    assert found([FIRST, SECOND], day("2026-08-01"), day("2026-07-01")) == ["1.1.0"]
    assert begins([FIRST, SECOND], day("2026-08-01"), day("2026-06-30")) == day("2026-01-01")


def test_what_was_promulgated_ahead_was_known_ahead():
    """A log says when a version became public, which is before it begins."""
    log = {SECOND.file: day("2026-05-01")}
    assert [one.data["version"] for one in in_force([FIRST, SECOND], day("2026-08-01"), day("2026-05-01"), log)] == [
        "1.1.0"
    ]
    assert [one.data["version"] for one in in_force([FIRST, SECOND], day("2026-08-01"), day("2026-04-30"), log)] == [
        "1.0.0"
    ]
    assert [one.data["version"] for one in in_force([FIRST, SECOND], day("2026-06-30"), day("2026-05-01"), log)] == [
        "1.0.0"
    ]
    assert changes([FIRST, SECOND], day("2026-05-01"), log) == [day("2026-01-01"), day("2026-07-01")]


def test_a_misprint_put_right_later_was_not_known_before():
    """As of the same day, who asks before the correction is told what was public then."""
    corrected = version("1.0.1", "2026-01-01", kind="correct")
    log = {FIRST.file: day("2025-12-01"), corrected.file: day("2026-03-01")}
    for known_at, number in (("2026-02-28", "1.0.0"), ("2026-03-01", "1.0.1")):
        (now,) = in_force([FIRST, corrected], day("2026-02-01"), day(known_at), log)
        assert now.data["version"] == number


def test_an_end_that_was_written_counts_when_the_next_version_was_unknown():
    """Without the next version, the old one still ends on its own day."""
    ending = version("1.0.0", "2026-01-01", until="2026-06-30", kind="new")
    (history,) = histories([ending, SECOND]).values()
    assert applying(history, day("2026-08-01"), day("2026-05-01")) is None


# ------------------------------------------------------------------------------------------------------- the door


@pytest.fixture(scope="module")
def demo():
    return load_rulebook("demo", policies=GOOD)


def test_the_demo_has_three_editions(demo):
    """A change of points and a repeal, then a use that ends."""
    dates = [day("2026-01-01"), day("2026-07-01"), day("2027-04-01")]
    assert changes(demo.shelf.policies) == dates
    assert [edition(demo, each).from_ for each in dates] == dates
    assert len({edition(demo, each).digest for each in dates}) == 3


def test_an_edition_is_made_once(demo):
    """Evaluating a million records reads no policy a million times."""
    assert edition(demo, day("2026-02-01")) is edition(demo, day("2026-06-30"))
    assert edition(demo, day("2026-08-01"), day("2026-06-30")) is edition(demo, day("2026-08-01"), day("2026-05-31"))


def test_before_the_first_policy_there_is_no_edition(demo):
    """No rule, no decision."""
    assert edition(demo, day("2025-12-31")) is None
    assert edition(demo, day("2026-12-31"), known_at=day("2025-12-31")) is None


def test_known_at_chooses_the_versions(demo):
    """The two clocks are independent: August's decision with June's knowledge."""
    now = edition(demo, day("2026-08-01"))
    then = edition(demo, day("2026-08-01"), known_at=day("2026-06-30"))
    assert now.rules["paid-on-time"].head.version == "1.1.0"
    assert then.rules["paid-on-time"].head.version == "1.0.0"
    assert "hotline" in then.rights
    assert "hotline" not in now.rights


def test_a_digest_names_what_is_in_force():
    """The order of documents does not count; a changed word does."""
    shelf, _ = read_shelf(GOOD / "demo")
    about, _ = parse_about(shelf.about)
    documents = in_force(shelf.policies, day("2026-02-01"))
    one, _ = parse_edition(about, documents)
    other, _ = parse_edition(about, documents[::-1])
    fewer, _ = parse_edition(about, [each for each in documents if each.data["kind"] != "exclusion"])
    assert one.digest == other.digest
    assert one.digest != fewer.digest


def test_the_only_rulebook_is_the_default_one():
    """`rulebook evaluate` needs no option when there is nothing to choose."""
    assert load_rulebook(policies=GOOD).about.id == "demo"
    assert load_rulebook(GOOD / "demo").about.id == "demo"


def test_a_rulebook_is_read_again_only_when_it_has_changed(demo):
    """The second load costs nothing."""
    assert load_rulebook("demo", policies=GOOD) is demo


def test_a_bad_rulebook_says_why(tmp_path):
    """An error stops the engine, with all its problems as text."""
    with pytest.raises(BadRulebook, match="there is no rulebook `nope`"):
        load_rulebook("nope", policies=tmp_path)
    with pytest.raises(BadRulebook, match="there is no rulebook"):
        load_rulebook(policies=tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "rulebook.yaml").write_text("id: broken\ntitel: {en: Broken}\n")
    with pytest.raises(BadRulebook, match="titel") as caught:
        load_rulebook("broken", policies=tmp_path)
    assert len(caught.value.problems) > 1


def test_what_was_known_may_not_be_a_whole_edition(tmp_path: Path) -> None:
    """The refusal says which policy was not known by then; it does not claim that nothing is in force."""
    demo = Path(shutil.copytree(GOOD / "demo", tmp_path / "demo"))
    old = next((demo / "measures" / "bill-count").glob("*.yaml"))
    text = old.read_text("utf-8")
    begins = re.search(r"from: (\d{4}-\d{2}-\d{2})", text)
    assert begins is not None
    first = date.fromisoformat(begins[1])
    later = first.replace(year=first.year + 1)
    until = later - timedelta(days=1)
    old.write_text(text.replace(f"from: {first}", f"from: {first}, until: {until}"), "utf-8")
    new = text.replace(f"from: {first}", f"from: {later}").replace(f"version: {old.stem}", "version: 9.0.0")
    (old.parent / "9.0.0.yaml").write_text(new, "utf-8")
    rulebook = load_rulebook(demo)
    result = evaluate(rulebook, {"sources": {}}, as_of=later, known_at=until)
    assert isinstance(result, Refusal)
    assert [one.code for one in result.refusals] == ["incomplete-edition"]
    assert "`bill-count`" in result.refusals[0].sentence
    assert not isinstance(evaluate(rulebook, {"sources": {}}, as_of=later), Refusal)


def test_a_log_says_what_was_known_when(tmp_path: Path) -> None:
    """Once there is a public log, known means promulgated, whenever the rules begin."""
    rulebook = load_rulebook("demo", policies=logs.promulgated(tmp_path, day="2025-12-31"))
    july, before = day("2026-07-01"), day("2026-03-01")
    found = edition(rulebook, july, before)
    assert found is not None
    assert found.from_ == july
    assert found.digest == edition(rulebook, july).digest
    assert edition(rulebook, july, day("2025-12-30")) is None
    unlogged = edition(load_rulebook("demo", policies=GOOD), july, before)
    assert unlogged is not None
    assert unlogged.from_ == day("2026-01-01")


def test_a_log_that_cannot_be_read_tells_nothing_of_what_was_known(tmp_path: Path) -> None:
    """Rather an error than an answer that may be wrong; whoever does not ask what was known needs no log."""
    policies = logs.promulgated(tmp_path)
    (policies / "demo" / "log" / "checkpoint").write_text("nothing\n", "utf-8")
    rulebook = load_rulebook("demo", policies=policies)
    assert edition(rulebook, day("2026-07-01")) is not None
    with pytest.raises(BadRulebook, match="the log cannot be read"):
        edition(rulebook, day("2026-07-01"), day("2026-03-01"))
