"""One record in, one decision or refusal out: admission, then the reading that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from engine.admit import HOW_TO_DATE, Kept, admit, read_day, shown
from engine.deciding import deciding
from engine.decision import Decision, Refusal, Refused
from engine.given import read_given
from engine.ir import Edition
from engine.readings import compiled, session, truth
from engine.rulebook import Rulebook, missing
from engine.rulebook import edition as edition_of

Reading = Literal["compiled", "truth", "session"]


def evaluate(
    rulebook: Rulebook,
    record: Any,
    *,
    as_of: date | None = None,
    known_at: date | None = None,
    use: str | None = None,
    reading: Reading = "compiled",
    traced: bool = True,
    drafts: bool = False,
) -> Decision | Refusal:
    """The decision about a record for one use, or the refusal that lists everything wrong with it.

    Only versions in the public log decide, where the rulebook has one; with `drafts` also those that are not.

    `as_of` overrides the record's own; one of the two is needed. `known_at` leaves out versions that were not yet
    known that day. Without `use`, the rulebook's default use is taken; if it has none the evaluation is refused.
    `traced` false leaves the trace out, which the compiled reading does in half the time.

    >>> from engine import load_rulebook
    >>> evaluate(load_rulebook("fair-civic-trust"), {"sources": {}}, as_of=date(2026, 12, 15)).score is None
    True
    """
    whole, rulebook = rulebook, deciding(rulebook, drafts=drafts)
    day = as_of or _own_date(record)
    if isinstance(day, Refused):
        return Refusal(rulebook.about.id, None, (day,))
    found = edition_of(rulebook, day, known_at)
    if found is None:
        return Refusal(rulebook.about.id, None, (_no_edition(rulebook, day, known_at, is_all=rulebook is whole),))
    return evaluate_under(found, record, as_of=day, known_at=known_at, use=use, reading=reading, traced=traced)


def evaluate_under(
    edition: Edition,
    record: Any,
    *,
    as_of: date,
    known_at: date | None = None,
    use: str | None = None,
    reading: Reading = "compiled",
    traced: bool = True,
) -> Decision | Refusal:
    """The same under an edition in hand, drafts included."""
    named = use or edition.about.default_use
    refused = [*_withheld(edition), *_use(edition, named)]
    if refused or named is None:
        kept = admit(edition, record, as_of)
        return _refusal(edition, [*refused, *(kept if isinstance(kept, list) else [])])
    if reading == "compiled":
        found = compiled.decide(_compiled(edition), record, as_of, named, known_at, traced=traced)
        return _refusal(edition, found) if isinstance(found, list) else found
    kept = admit(edition, record, as_of)
    if isinstance(kept, list):
        return _refusal(edition, kept)
    found = _interpreted(edition, kept, as_of, named, known_at, reading)
    return found if traced else replace(found, trace=())


def _interpreted(
    edition: Edition, kept: Kept, as_of: date, use: str, known_at: date | None, reading: Reading
) -> Decision:
    """The decision by a reading that goes through the tree."""
    if reading == "session":
        try:
            return session.decide(_session(edition), kept, as_of, use, known_at)
        except session.NeverError:
            return truth.decide(edition, kept, as_of, use, known_at)
    return truth.decide(edition, kept, as_of, use, known_at)


def evaluate_given(edition: Edition, given: Any, *, as_of: date, use: str) -> Decision | Refusal:
    """The decision when measures are given in place of a record (simulation): nobody is meant."""
    refused = [*_withheld(edition), *_use(edition, use)]
    values = read_given(edition, given, as_of)
    if refused or isinstance(values, list):
        return _refusal(edition, [*refused, *(values if isinstance(values, list) else [])])
    return compiled.decide_given(_compiled(edition), values, as_of, use)


def _no_edition(rulebook: Rulebook, day: date, known_at: date | None, *, is_all: bool) -> Refused:
    """Why there is nothing to evaluate under: nothing is in force, or what was known or promulgated is not whole."""
    if not is_all:
        sentence = f"what is in the public log of `{rulebook.about.id}` makes no edition for {day.isoformat()}"
        help_ = (
            "`rulebook log verify` says what was edited or is missing, and `rulebook promulgate` adds what is new; "
            "--drafts asks for everything that is here"
        )
        return Refused("not-promulgated", "", sentence, help=help_)
    lacking = missing(rulebook, day, known_at)
    if not lacking:
        return Refused("no-edition", "", f"no policy of `{rulebook.about.id}` is in force on {day.isoformat()}")
    sentence = f"of what is in force on {day.isoformat()}, not all was known then: there is no {', no '.join(lacking)}"
    return Refused("incomplete-edition", "", sentence, help="leave `known_at` out, or name a later day")


@lru_cache(maxsize=32)
def _compiled(edition: Edition) -> compiled.Compiled:
    return compiled.compile_edition(edition)


@lru_cache(maxsize=8)
def _session(edition: Edition) -> session.Session:
    return session.open_session(edition)


def _refusal(edition: Edition, refused: list[Refused]) -> Refusal:
    return Refusal(edition.about.id, edition.from_.isoformat(), tuple(refused))


EXAMPLE = 'like {"as_of": "2026-12-31", "sources": {}}'


def _own_date(record: Any) -> date | Refused:
    if not isinstance(record, Mapping):
        return Refused("not-a-record", "", "a record is an object with `subject` and `sources`", help=EXAMPLE)
    raw = record.get("as_of")
    if raw is None:
        sentence = "neither the record nor the call says for which day"
        return Refused("as-of-missing", "/as_of", sentence, help=HOW_TO_DATE)
    return read_day(raw) or Refused("wrong-type", "/as_of", "`as_of` must be a date", help=HOW_TO_DATE)


@lru_cache(maxsize=32)
def _withheld(edition: Edition) -> tuple[Refused, ...]:
    """A rulebook with a part that is not published is not executed."""
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    policies = [policy for kind in kinds for policy in kind.values()]
    heads = [policy.head for policy in policies] + ([edition.score.head] if edition.score else [])
    return tuple(
        Refused("withheld", "", f"the {head.kind} `{head.id}` is not published in full, so nothing is scored")
        for head in heads
        if head.withheld
    )


def _use(edition: Edition, use: str | None) -> list[Refused]:
    """An evaluation names the use it is for, and only a declared one."""
    if use in edition.uses:
        return []
    declared = "declared uses: " + (", ".join(f"`{id_}`" for id_ in edition.uses) or "none")
    if use is None:
        help_ = f"{declared}; or name a `default_use` in rulebook.yaml"
        return [Refused("use-missing", "", "the evaluation does not say what it is for", help=help_)]
    return [Refused("undeclared-use", "", f"the use `{shown(use)}` is not declared", help=declared)]
