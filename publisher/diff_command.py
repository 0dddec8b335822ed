"""The command `rulebook diff`: what changes for people from one version to another, and a gate for pull requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import click

from engine.change import Change, change, counts, telling
from engine.cli import BOOK, LANG, language, main
from engine.diff_json import change_json
from engine.editions import comment_until
from engine.edits import EffectChanged, Grade, Graded
from engine.ir import Edition
from engine.proved import Compared, Effect, Reach
from engine.readings import prose
from engine.readings.prose.words import counted, phrase, sentence
from engine.sides import BadSide, Side, pairs, sides, two_folders
from publisher.review import heading, review
from publisher.studies import Study

GATES = ("weakens", "worse-off", "major", "any")


class BadInputError(click.ClickException):
    """What was asked for cannot be compared."""

    exit_code = 2


DIFF = """Say what changes for people from A to B, in words and by proof.

A and B are versions of a policy (rules/bills-paid-on-time@1.1.0), editions of a rulebook by a day
(fair-civic-trust@2027-04-01) or with all its drafts (fair-civic-trust@drafts), or folders of rulebooks.

With --fail-on the exit status is 1 when the change goes further than the gate allows; when A and B cannot be compared
it is 2.
"""


@main.command(name="diff", help=DIFF, short_help="Say what a new version changes for people.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@BOOK
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html", "markdown"]), default="text", show_default=True
)
@click.option("--fail-on", "gate", type=click.Choice(GATES), help="Exit with 1 if the change goes that far.")
@click.option("--no-proof", is_flag=True, help="Leave out what takes the solver.")
@click.option("--limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds a question.")
@LANG
@click.pass_context
def diff(
    ctx: click.Context,
    a: str,
    b: str,
    book: str | None,
    form: str,
    gate: str | None,
    limit: float,
    lang: str | None,
    *,
    no_proof: bool,
) -> None:
    if no_proof and gate in ("worse-off", "major"):
        raise BadInputError(f"--fail-on {gate} needs the proof; leave out --no-proof")
    try:
        every = pairs(a, b, ctx.obj) if two_folders(a, b) else [sides(a, b, ctx.obj, book)]
    except BadSide as bad:
        raise BadInputError(str(bad)) from None
    old, new = every[-1]
    tag = language(new.rulebook, lang)
    changed = [
        only(after, change(before.edition, after.edition, prove=not no_proof, limit=limit)) for before, after in every
    ]
    found = changed[-1]
    match form:
        case "json":
            told = json.dumps(change_json(found, tag), ensure_ascii=False, indent=2)
        case "html":
            told = review(old, new, Study(found.claimed), tag).decode().rstrip("\n")
        case "markdown":
            told = days(markdown, every, changed, tag)
        case _:
            told = days(text, every, changed, tag)
    try:
        click.echo(told)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise BadInputError(f"what was found cannot be written: {error.strerror}") from None
    for words in beside(a, b, every, form) if two_folders(a, b) else ():
        click.echo(f"note: {words}", err=True)
    raise SystemExit(1 if gate is not None and any(exceeded(one, gate) for one in changed) else 0)


Told = Callable[[Change, str, str, str], Iterator[str]]


def days(tell: Told, every: Sequence[tuple[Side, Side]], changed: Sequence[Change], lang: str) -> str:
    """What changes on each day on which there is a difference, one after the other."""
    told = [
        "\n".join(tell(found, heading(old, lang), _open(new, lang), lang))
        for found, (old, new) in zip(changed, every, strict=True)
    ]
    return "\n\n".join(told)


def _open(side: Side, lang: str) -> str:
    """What a side is called, with the days until which its drafts are open for comment."""
    drafts = [one for one in side.rulebook.shelf.drafts if one in ((side.policy,) if side.policy else side.documents)]
    days = sorted({day for draft in drafts if (day := comment_until(draft))})
    if not days:
        return heading(side, lang)
    said = [phrase(lang, "change.comments", date=prose.day(day, lang)) for day in days]
    return phrase(lang, "change.open", side=heading(side, lang), comments=phrase(lang, "join.items").join(said))


def beside(a: str, b: str, every: Sequence[tuple[Side, Side]], form: str) -> Iterator[str]:
    """Differences of two folders that are not in what was written."""
    if form in ("json", "html"):
        for old, new in every[:-1]:
            on = max(old.edition.from_, new.edition.from_).isoformat()
            yield f"there is another change: compare `{a}@{on}` with `{b}@{on}`"
    drafts = [sorted(one.digest for one in side.rulebook.shelf.drafts) for side in every[-1]]
    if drafts[0] != drafts[1]:
        yield f"drafts differ as well, and are in force for nobody: compare with `{b}@drafts`"


def only(side: Side, found: Change) -> Change:
    """Of two versions of a policy, what that policy changes: its neighbours may differ as well."""
    if side.policy is None:
        return found
    place = (f"{side.policy.data['kind']}s", side.policy.data["id"])
    kept = tuple(one for one in found.edits if one.edit.place[:2] == place or _because_of(one, "/".join(place)))
    return Change(found.before, found.after, kept, found.claimed)


def _because_of(one: Graded, name: str) -> bool:
    return isinstance(one.edit, EffectChanged) and name in one.edit.because


def exceeded(found: Change, gate: str) -> bool:
    """Whether a change goes further than a gate allows; what was not decided does not pass."""
    told = telling(found.edits)
    if gate == "weakens":
        return any(one.grade is Grade.WEAKENS for one in told)
    if gate == "any":
        return bool(told)
    assert found.claimed is not None, "the other gates need the proof"
    if gate == "worse-off":
        return found.claimed.compared.nobody_worse != "yes"
    return found.claimed.claim not in ("patch", "minor")


# ------------------------------------------------------------------------------------------------------------ words

MARKS = {Grade.WEAKENS: "▼", Grade.STRENGTHENS: "▲", Grade.NEUTRAL: "＝", Grade.EDITORIAL: "·"}
"""How a grade is drawn: better and worse never by colour alone."""


def by_grade(found: Change) -> Iterator[tuple[Grade, list[Graded]]]:
    """The edits that tell something, the worst first."""
    told = telling(found.edits)
    for grade in Grade:
        some = [one for one in told if one.grade is grade]
        if some:
            yield grade, some


def summary(edits: Sequence[Graded], lang: str) -> str:
    """How many edits there are of each grade, as one sentence."""
    parts = [counted(lang, f"change.count.{grade}", n, n=str(n)) for grade, n in counts(edits).items() if n]
    if not parts:
        return phrase(lang, "change.nothing")
    return phrase(lang, "change.counts", list=phrase(lang, "join.items").join(parts))


def proof_lines(before: Edition, after: Edition, compared: Compared, lang: str) -> list[str]:
    """What was proved, a sentence each, with somebody who is worse off, or who is affected."""
    said = [phrase(lang, f"change.proof.equivalent.{compared.equivalent}")]
    if compared.equivalent != "yes":
        said.append(phrase(lang, f"change.proof.nobody_worse.{compared.nobody_worse}"))
        for key, reached in (("rise", compared.rise), ("fall", compared.fall)):
            if isinstance(reached, Reach) and reached.value:
                said.append(phrase(lang, f"change.proof.{key}", n=str(abs(reached.value))))
    if compared.equivalent != "yes":
        said += _moves(before, after, compared, lang)
    shown = [one for one in compared.effects if one.people is not None]
    if shown and compared.reference is not None:
        said.append(prose.reference(before, compared.reference, lang))
    said += [_somebody(before, after, one, lang) for one in shown]
    return said + [prose.not_proved(after, one, lang) for one in compared.not_proved]


def _somebody(before: Edition, after: Edition, effect: Effect, lang: str) -> str:
    """An effect with the person it happens to: what sets them apart, and what they get before and after."""
    assert effect.people is not None, "somebody shows it"
    return phrase(
        lang,
        "change.proof.somebody",
        effect=phrase(lang, f"change.proof.effect.{effect.kind}"),
        person=prose.apart(before, effect.people.before, lang),
        pair=sentence(prose.pair(before, after, effect.people, lang)),
    )


def _moves(before: Edition, after: Edition, compared: Compared, lang: str) -> Iterator[str]:
    """Which moves from band to band can happen; all that are not named were proved impossible."""
    if before.score is None or after.score is None:
        return
    told = {"yes": "change.proof.moves", "undecided": "change.proof.moves_open"}
    for answer, key in told.items():
        some = [
            phrase(lang, "change.proof.move", old=prose.band(before, one, lang), new=prose.band(after, other, lang))
            for (one, other), given in compared.bands.items()
            if given == answer and one != other
        ]
        if some:
            yield phrase(lang, key, list=phrase(lang, "join.items").join(some))
        elif answer == "yes":
            yield phrase(lang, "change.proof.no_moves")


def text(found: Change, old: str, new: str, lang: str) -> Iterator[str]:
    """The change for a terminal."""
    yield phrase(lang, "change.from_to", old=old, new=new)
    yield summary(telling(found.edits), lang)
    for grade, some in by_grade(found):
        yield ""
        yield phrase(lang, f"change.grade.{grade}")
        for one in some:
            yield f"  {MARKS[grade]} {prose.edit(found.before, found.after, one.edit, lang)}"
            yield f"      {prose.because(one.because, lang)} [{one.fingerprint}]"
    if found.claimed is not None:
        yield ""
        yield phrase(lang, "change.proof.title")
        for line in (*proof_lines(found.before, found.after, found.claimed.compared, lang), *least(found, lang)):
            yield f"  {line}"


def markdown(found: Change, old: str, new: str, lang: str) -> Iterator[str]:
    """The change as a comment on a pull request."""
    yield f"## {escaped(phrase(lang, 'change.from_to', old=old, new=new))}"
    yield ""
    yield escaped(summary(telling(found.edits), lang))
    for grade, some in by_grade(found):
        yield f"\n### {MARKS[grade]} {phrase(lang, f'change.grade.{grade}')}\n"
        for one in some:
            words = escaped(prose.edit(found.before, found.after, one.edit, lang))
            yield f"- {words} *{escaped(prose.because(one.because, lang))}* `{one.fingerprint}`"
    if found.claimed is not None:
        yield f"\n### {phrase(lang, 'change.proof.title')}\n"
        for line in (*proof_lines(found.before, found.after, found.claimed.compared, lang), *least(found, lang)):
            yield f"- {escaped(line)}"


def least(found: Change, lang: str) -> Iterator[str]:
    """The least the version number must claim, if anything changes."""
    if found.claimed is not None and telling(found.edits):
        yield phrase(lang, f"change.proof.claim.{found.claimed.claim}")


def escaped(words: str) -> str:
    r"""Words that mean nothing to Markdown: policy texts are other people's.

    >>> print(escaped("[a](b) <i> *c*"))
    \[a\](b) &lt;i&gt; \*c\*
    """
    found = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|#@!~":
        found = found.replace(sign, f"\\{sign}")
    return " ".join(found.split())
