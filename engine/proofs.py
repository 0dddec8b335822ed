"""Proofs about editions, with every example person run through `truth`: the door to the proof reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any, Literal

from engine import edits as e
from engine.decision import Decision, Refusal
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.proved import TAKEN_AS_ANYTHING, Compared, Effect, Free, Proved, Tell, Unsaid
from engine.readings import change, proof
from engine.weaker import narrowing, weaker

LIMIT = 60.0
"""Seconds for one question."""


def replay(edition: Edition, record: Mapping[str, Any], as_of: date, use: str) -> Decision | Refusal:
    """What the definition makes of a record."""
    return evaluate_under(edition, record, as_of=as_of, use=use, reading="truth")


def prove(edition: Edition, limit: float = LIMIT, as_of: date | None = None, tell: Tell = lambda _: None) -> Proved:
    """What can and cannot happen within an edition, on its first day if no other is named.

    `tell` hears the name of each question before it is asked.

    >>> from engine.rulebook import edition, load_rulebook
    >>> found = prove(edition(load_rulebook("fair-civic-trust"), date(2027, 6, 1)))
    >>> found.score.least.value, found.score.most.value, found.groups["judgments"].least.value
    (350, 950, -150)
    """
    return proof.prove(edition, as_of or edition.from_, replay, limit, tell)


def compare(a: Edition, b: Edition, limit: float = LIMIT, as_of: date | None = None) -> Compared:
    """What changes for people from one edition to another, on the first day of the later one if no other is named.

    >>> from engine.rulebook import edition, load_rulebook
    >>> book = load_rulebook("fair-civic-trust")
    >>> found = compare(edition(book, date(2027, 2, 1)), edition(book, date(2027, 4, 1)))
    >>> found.verdict, found.rise.value, found.fall.value, found.nobody_worse
    ('more-favourable', 10, 0, 'yes')
    """
    found = proof.compare(a, b, as_of or max(a.from_, b.from_), replay, limit)
    known = {(one.kind, one.id) for one in found.not_proved}
    narrowed = [one for one in _takes_less(a, b) if (one.kind, one.id) not in known]
    return _open(replace(found, not_proved=(*found.not_proved, *narrowed)))


def _takes_less(a: Edition, b: Edition) -> tuple[Unsaid, ...]:
    """The sources of which a value that was taken is refused: nothing was proved about people with such values."""
    edits = change.edits(a, b)
    ids = dict.fromkeys(one.place[1] for one in narrowing(edits) if not isinstance(one, e.FieldRemoved))
    return tuple(Unsaid("source", id_, "takes-less") for id_ in ids)


def left_out(found: Compared) -> tuple[Unsaid, ...]:
    """What a comparison could not look at, although it may matter to somebody."""
    harmless = TAKEN_AS_ANYTHING | {"in-one-edition-only"}
    return tuple(one for one in found.not_proved if one.why not in harmless)


def _open(found: Compared) -> Compared:
    """A comparison in which nothing is said of everybody when something was left out."""
    if not left_out(found):
        return found
    asked = {"equivalent": found.equivalent, "nobody_worse": found.nobody_worse}
    answers: dict[str, Any] = {name: "undecided" if answer == "yes" else answer for name, answer in asked.items()}
    return replace(found, **answers, verdict="undecided")


def independent(edition: Edition, source: str, field: str, limit: float = LIMIT, as_of: date | None = None) -> Free:
    """Whether any result depends on a field of a source.

    >>> from engine.rulebook import edition, load_rulebook
    >>> edition = edition(load_rulebook("fair-civic-trust"), date(2027, 6, 1))
    >>> independent(edition, "bill-payments", "amount").how, independent(edition, "bill-payments", "paid").how
    ('unread', 'matters')
    """
    return proof.independent(edition, source, field, as_of or edition.from_, replay, limit, proof.compare)


# --------------------------------------------------------------------------------------------------------- versions


Claim = Literal["patch", "minor", "major", "undecided"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The least a version number must claim: why is the first of `reasons`, and `compared` has the people.

    patch: nobody gets a different result. minor: somebody does, and nobody is worse off. major: somebody can be worse
    off, or is protected less whatever the score does, as when data is kept longer. undecided: a question was not
    answered in time, or words that bind have not been weighed.
    """

    claim: Claim
    reasons: tuple[str, ...]
    compared: Compared


def claims(a: Edition, b: Edition, limit: float = LIMIT, as_of: date | None = None) -> Claimed:
    """What the step from one edition to another must call itself.

    >>> from engine.rulebook import edition, load_rulebook
    >>> book = load_rulebook("fair-civic-trust")
    >>> claims(edition(book, date(2027, 2, 1)), edition(book, date(2027, 4, 1))).claim
    'minor'
    """
    found = compare(a, b, limit, as_of)
    less = weaker(a, b, change.edits(a, b))
    protected = tuple(dict.fromkeys(f"{one.because}:{one.edit.place[1]}" for one in less.surely))
    worse = tuple(dict.fromkeys(effect.kind for effect in found.effects if effect.worse and effect.happens == "yes"))
    if worse or protected:
        return Claimed("major", worse + protected, found)
    missing = tuple(f"not-proved:{one.kind}:{one.id}" for one in left_out(found))
    missing += tuple(one.kind for one in found.effects if one.kind == "band-other" and one.happens != "no")
    missing += tuple(dict.fromkeys(f"{one.because}:{one.edit.place[1]}" for one in less.perhaps))
    if missing or found.nobody_worse == "undecided" or found.equivalent == "undecided":
        return Claimed("undecided", missing, found)
    if found.equivalent == "yes" and not list(narrowing(change.edits(a, b))):
        return Claimed("patch", (), found)
    return Claimed("minor", tuple(dict.fromkeys(one.kind for one in found.effects if one.happens == "yes")), found)


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against calling a step patch or minor: an effect with a person, or what was not decided and why.

    `effect` is None where the question was left open; `left_out` are the policies that cannot be expressed.
    """

    effect: Effect | None
    left_out: tuple[Unsaid, ...]


def against(
    a: Edition,
    b: Edition,
    claim: Literal["patch", "minor"],
    limit: float = LIMIT,
    as_of: date | None = None,
    until: float = inf,
) -> Against | None:
    """What speaks against a claim, as far as scores, bands and consequences go; None if it is proved.

    No question is asked after `until`, by the clock of `time.perf_counter`.

    >>> from engine.rulebook import edition, load_rulebook
    >>> book = load_rulebook("fair-civic-trust")
    >>> first, second = edition(book, date(2027, 2, 1)), edition(book, date(2027, 4, 1))
    >>> against(first, second, "minor") is None, against(first, second, "patch").effect.kind
    (True, 'score-up')
    """
    day = as_of or max(a.from_, b.from_)
    happens, effect, unsaid = proof.first(a, b, day, replay, limit, until, worse=claim == "minor")
    narrowed = _takes_less(a, b)
    return None if happens == "no" and not narrowed else Against(effect, (*unsaid, *narrowed))
