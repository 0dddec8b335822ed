"""Two editions side by side: what can change for somebody, for whom, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter

import z3

from engine.ir import Consequence, Edition
from engine.proved import (
    TAKEN_AS_ANYTHING,
    Answer,
    Compared,
    Effect,
    Pair,
    Reach,
    Reached,
    Replay,
    Undecided,
    Unsaid,
    Verdict,
)
from engine.readings.proof.logic import Truth, any_of, both, ident, negated
from engine.readings.proof.reach import answered
from engine.readings.proof.scoring import View, view
from engine.readings.proof.showing import Stage, pair_of, shown
from engine.readings.proof.shrinking import blank, choices_of, shrunk
from engine.readings.proof.solving import Far, Search, ask, farthest, search, truth_in
from engine.readings.proof.terms import Linear
from engine.readings.proof.unsaid import withheld
from engine.readings.proof.world import World, loosened, world


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One kind of effect and where it happens."""

    kind: str
    what: tuple[str, str] | str | None
    where: Truth
    worse: bool


def compare(a: Edition, b: Edition, as_of: date, replay: Replay, limit: float = 60.0) -> Compared:
    """Everything that can change from edition `a` to edition `b` for people whose record both admit.

    Each question has `limit` seconds; over it the answer is "undecided", never a pass.
    """
    start = perf_counter()
    unsaid = [*withheld(a), *withheld(b)]
    found = world([a, b], as_of)
    before = view(found, 0)
    after = view(found, 1, beside=before)
    asked = search(found, limit)
    stage = reference_stage(asked, found, (before, after), replay)
    kinds = list(effects(before, after))
    models: list[z3.ModelRef] = []
    told: list[Effect] = []
    for kind in kinds:
        answer, people = _settled(stage, kind.where, models)
        told.append(Effect(kind.kind, kind.what, answer, people, kind.worse))
    rise, fall = _move(stage, before, after, most=True), _move(stage, before, after, most=False)
    shown_moves = {
        (each.people.before.outcome.band, each.people.after.outcome.band) for each in told if each.people is not None
    }
    bands = matrix(asked, before, after, models) | dict.fromkeys(shown_moves, "yes")
    unsaid += found.unsaid
    unsaid += apart(a, b)
    equivalent = _none([each.happens for each in told])
    nobody = _none([each.happens for each in told if each.worse])
    if nobody == "yes" and any(each.kind == "band-other" and each.happens != "no" for each in told):
        nobody = "undecided"
    worse = next((each.people for each in told if each.worse and each.people is not None), None)
    return Compared(
        a.about.id,
        a.from_.isoformat(),
        b.from_.isoformat(),
        as_of,
        equivalent,
        verdict(equivalent, nobody, told),
        stage.person,
        tuple(told),
        rise,
        fall,
        bands,
        nobody,
        worse,
        tuple(dict.fromkeys(unsaid)),
        perf_counter() - start,
    )


def first(
    a: Edition, b: Edition, as_of: date, replay: Replay, limit: float, until: float, *, worse: bool
) -> tuple[Answer, Effect | None, tuple[Unsaid, ...]]:
    """Whether anything changes for anybody (`worse`: for the worse), with the first effect and somebody who shows it.

    One question instead of one for each kind of effect: what a version number needs.
    """
    found = world([a, b], as_of)
    before = view(found, 0)
    after = view(found, 1, beside=before)
    every = list(effects(before, after))
    kinds = [each for each in every if each.worse or not worse]
    unsaid = tuple(dict.fromkeys([*withheld(a), *withheld(b), *found.unsaid]))
    asked = search(found, limit, until)
    model = ask(asked, [any_of(each.where for each in kinds)])
    if model is None and worse and any(each.kind == "band-other" for each in every):
        where = any_of(each.where for each in every if each.kind == "band-other")
        if ask(asked, [where]) is not None:
            return "undecided", None, (*unsaid, *apart(a, b))
    if not isinstance(model, z3.ModelRef):
        open_ = isinstance(model, Undecided) or any(one.why not in TAKEN_AS_ANYTHING for one in unsaid)
        return "undecided" if open_ else "no", None, unsaid
    kind = next(each for each in kinds if truth_in(model, each.where))
    stage = reference_stage(asked, found, (before, after), replay)
    people = shown(stage, [kind.where], model)
    if not isinstance(people, tuple):
        return "undecided", None, unsaid
    return "yes", Effect(kind.kind, kind.what, "yes", pair_of(*people), kind.worse), unsaid


def apart(a: Edition, b: Edition) -> list[Unsaid]:
    """The bands that only one of the editions has."""
    if a.score is None or b.score is None:
        return []
    ids = {band.id for band in a.score.bands} ^ {band.id for band in b.score.bands}
    return [Unsaid("band", id_, "in-one-edition-only") for id_ in sorted(ids)]


def _none(answers: Sequence[Answer]) -> Answer:
    """Whether nothing of it happens."""
    if "yes" in answers:
        return "no"
    return "undecided" if "undecided" in answers else "yes"


def verdict(equivalent: Answer, nobody_worse: Answer, effects: Sequence[Effect]) -> Verdict:
    """The change in one word: better or worse by score, band and consequences; other differences are only different."""
    better = [each.happens for each in effects if each.kind in BETTER]
    if equivalent == "yes":
        return "equivalent"
    if "undecided" in (equivalent, nobody_worse) or ("undecided" in better and "yes" not in better):
        return "undecided"
    gains = "yes" in better
    if nobody_worse == "no":
        return "incomparable" if gains else "less-favourable"
    return "more-favourable" if gains else "different"


BETTER = {
    "score-up",
    "band-up",
    "score-gained",
    "benefit-gained",
    "detriment-lost",
    "benefit-longer",
    "detriment-shorter",
}


# ------------------------------------------------------------------------------------------------ what can differ


def effects(before: View, after: View) -> Iterator[Asked]:
    """Every kind of effect two editions can have on somebody, with where it happens; expressions they share cancel."""
    scored = both([before.scored, after.scored])
    if ident(before.scored) != ident(after.scored):
        yield Asked("score-lost", None, both([before.scored, negated(after.scored)]), worse=True)
        yield Asked("score-gained", None, both([negated(before.scored), after.scored]), worse=False)
    if ident(before.score.value) != ident(after.score.value):
        yield Asked("score-down", None, both([scored, after.score.value < before.score.value]), worse=True)
        yield Asked("score-up", None, both([scored, after.score.value > before.score.value]), worse=False)
    yield from _band_moves(before, after)
    yield from _consequences(before, after)
    for name in dict.fromkeys([*before.conclusions, *after.conclusions]):
        one, other = before.conclusions.get(name), after.conclusions.get(name)
        if one is None or other is None:
            here = one or other
            assert here is not None, "a name comes from one of them"  # narrows the type
            yield Asked("concluded", name, here.known, worse=False)
        elif (ident(one.known), ident(one.number)) != (ident(other.known), ident(other.number)):
            yield Asked("concluded", name, _differ(one, other), worse=False)


def _differ(one: Linear, other: Linear) -> Truth:
    apart = one.number != other.number
    return any_of(
        [
            both([one.known, negated(other.known)]),
            both([negated(one.known), other.known]),
            both([one.known, other.known, apart]),
        ]
    )


def _band_moves(before: View, after: View) -> Iterator[Asked]:
    """Down and up, by the order of whichever edition has both bands; anything else is another band."""
    common = [id_ for id_ in before.bands if id_ in after.bands]
    orders = [{id_: place for place, id_ in enumerate(view.bands)} for view in (before, after)]
    down: list[Truth] = []
    up: list[Truth] = []
    other: list[Truth] = []
    for one, here in before.bands.items():
        for two, there in after.bands.items():
            if one == two:
                continue
            worse = {rank[two] < rank[one] for rank in orders if one in rank and two in rank}
            into = other if not worse else down if True in worse else up
            into.append(both([here, there]))
    if all(ident(before.bands[id_]) == ident(after.bands[id_]) for id_ in common) and not other:
        return
    yield Asked("band-down", None, any_of(down), worse=True)
    yield Asked("band-up", None, any_of(up), worse=False)
    if other:
        yield Asked("band-other", None, any_of(other), worse=False)


def _consequences(before: View, after: View) -> Iterator[Asked]:
    """Benefits and detriments gained and lost, and for how long they last."""
    was, will = _listed(before.edition), _listed(after.edition)
    for key in dict.fromkeys([*was, *will]):
        one, other = before.follows.get(key, False), after.follows.get(key, False)
        old, new = was.get(key), will.get(key)
        polarity = {each.polarity for each in (old, new) if each is not None}
        if old is not None and new is not None and old.polarity != new.polarity:
            yield from _turned(key, old, new, one, other)
            continue
        kind = polarity.pop()
        if ident(one) != ident(other):
            yield Asked(f"{kind}-lost", key, both([one, negated(other)]), worse=kind == "benefit")
            yield Asked(f"{kind}-gained", key, both([negated(one), other]), worse=kind == "detriment")
        if old is not None and new is not None and old.lasts != new.lasts:
            shorter = new.lasts is not None and (old.lasts is None or new.lasts < old.lasts)
            name = f"{kind}-{'shorter' if shorter else 'longer'}"
            yield Asked(name, key, both([one, other]), worse=name in ("benefit-shorter", "detriment-longer"))


def _turned(key: tuple[str, str], old: Consequence, new: Consequence, one: Truth, other: Truth) -> Iterator[Asked]:
    """A consequence that counted as one thing before and as another after."""
    yield Asked(f"{old.polarity}-lost", key, one, worse=old.polarity == "benefit")
    yield Asked(f"{new.polarity}-gained", key, other, worse=new.polarity == "detriment")


def _listed(edition: Edition) -> dict[tuple[str, str], Consequence]:
    return {(id_, each.id): each for id_, use in edition.uses.items() for each in use.consequences}


# ------------------------------------------------------------------------------------------------------- settling


def _settled(stage: Stage, where: Truth, models: list[z3.ModelRef]) -> tuple[Answer, Pair | None]:
    """Whether something happens to somebody, with the person run through both editions."""
    model = ask(stage.found, [where])
    if model is None:
        return "no", None
    if isinstance(model, Undecided):
        return "undecided", None
    models.append(model)
    people = shown(stage, [where], model)
    return ("yes", pair_of(*people)) if isinstance(people, tuple) else ("undecided", None)


def reference_stage(found: Search, world: World, views: tuple[View, ...], replay: Replay) -> Stage:
    """With the reference person: the best score of the first edition that has one, and nothing special otherwise."""
    plain = blank(world)
    first = views[0]
    wanted: list[Truth] = [first.scored]
    far = farthest(found, first.score.value, first.score.most, wanted)
    if isinstance(far, Far):
        wanted.append(first.score.value >= far.value)
        model: z3.ModelRef | Undecided | None = far.model
    else:
        wanted = []
        model = ask(found, [])
    stage = Stage(found, world, views, replay, plain)
    if not isinstance(model, z3.ModelRef):
        return stage
    near = shrunk(found, [world], wanted, model, plain)
    stage = replace(stage, reference=choices_of(world, near))
    people = shown(stage, wanted, near)
    return replace(stage, person=people[0]) if isinstance(people, tuple) else stage


def _move(stage: Stage, before: View, after: View, *, most: bool) -> Reached:
    """The largest rise, or fall, of the score of somebody who has one under both."""
    if before.edition.score is None or after.edition.score is None:
        return None
    one, other = before.score, after.score
    scored = [before.scored, after.scored]
    moved = 0 if ident(one.value) == ident(other.value) else other.value - one.value
    if isinstance(moved, int):
        model = ask(stage.found, scored)
        far: Far | Undecided | None = Far(moved, model) if isinstance(model, z3.ModelRef) else model
    else:
        far = farthest(stage.found, moved, _limit(before, after, most=most), scored, most=most)
    if not isinstance(far, Far):
        return far
    if far.value * (1 if most else -1) <= 0:
        return Reach(far.value, None)
    wanted = [*scored, moved == far.value]
    people = shown(stage, wanted, far.model)
    return Reach(far.value, people[1]) if isinstance(people, tuple) else people


def _limit(before: View, after: View, *, most: bool) -> int:
    """How far the score can move at the very most: by the sums where both are held to the same range."""
    one, other = before.score, after.score
    return other.most - one.least if most else other.least - one.most


def matrix(
    found: Search, before: View, after: View, models: Sequence[z3.ModelRef]
) -> dict[tuple[str | None, str | None], Answer]:
    """Which moves between bands are possible; None stands for no score. People already found need not be looked for."""
    rows, columns = _with_none(before), _with_none(after)
    seen = set() if loosened(found.world) else {(_of(rows, model), _of(columns, model)) for model in models}
    answers: dict[tuple[str | None, str | None], Answer] = {}
    for one, here in rows.items():
        for two, there in columns.items():
            if (one, two) in seen:
                answers[one, two] = "yes"
                continue
            answers[one, two] = answered(found, both([here, there]))
    return answers


def _with_none(view: View) -> dict[str | None, Truth]:
    return {**dict[str | None, Truth](view.bands.items()), None: negated(view.scored)}


def _of(where: Mapping[str | None, Truth], model: z3.ModelRef) -> str | None:
    return next((id_ for id_, part in where.items() if truth_in(model, part)), None)
