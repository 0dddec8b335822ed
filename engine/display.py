"""What the command line prints about decisions, refusals, shipped records and policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import get_args

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.decision import Decision, Refusal
from engine.evaluation import Reading, evaluate
from engine.ir import Edition, Text
from engine.load import Document
from engine.nearest import Change, Nearest, measures_of, worked_out
from engine.readings import prose
from engine.records import Shipped, expectation, shipped
from engine.rulebook import Rulebook, usual_day


def words(text: Text, lang: str) -> str:
    """A text in a language, or in the first it has."""
    return text.get(lang) or next(iter(text.values()))


def console() -> Console:
    """Where things are printed: the terminal, or lines of 120 characters into a file or pipe."""
    found = Console()
    return found if found.is_terminal else Console(width=120)


def numbered_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, counted from 1 over all.

    >>> list(numbered_lines([b"a", b"", b"b"]))
    [(1, b'a'), (3, b'b')]
    """
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


# ----------------------------------------------------------------------------------------- decisions and refusals


LOGGED = {
    "promulgated": "in the public log",
    "not-promulgated": "not all of it in the public log",
    "no-log": "without a public log",
}
"""What is said of the edition that decided."""


def result(console: Console, rulebook: Rulebook, found: Decision | Refusal, lang: str) -> None:
    """A decision or a refusal, for a person at a terminal."""
    if isinstance(found, Decision):
        decision(console, rulebook, found, lang)
    else:
        refusal(console, found)


def refusal(console: Console, found: Refusal) -> None:
    """Everything that keeps the record from being evaluated, with the place of each."""
    console.print(f"[bold]refused[/bold]: nothing was evaluated under `{escape(found.rulebook)}`", highlight=False)
    for one in found.refusals:
        place = f"{one.pointer}: " if one.pointer else ""
        console.print(escape(f"  {place}{one.sentence}"), highlight=False, soft_wrap=True)
        if one.help:
            console.print(escape(f"    help: {one.help}"), highlight=False, soft_wrap=True)


def refusal_in_words(console: Console, rulebook: Rulebook, edition: Edition | None, found: Refusal, lang: str) -> None:
    """The same in the language asked for, with the titles of sources, fields and exclusions."""
    for sentence in prose.refusal(rulebook.about, edition, found, lang):
        console.print(escape(sentence), highlight=False, soft_wrap=True)


def decision(console: Console, rulebook: Rulebook, found: Decision, lang: str) -> None:
    """The score, the points of each rule, the reasons, and what follows."""

    def say(line: str) -> None:
        console.print(line, highlight=False, soft_wrap=True)

    who = f" for {escape(found.subject)}" if found.subject else ""
    say(f"[bold]{escape(words(rulebook.about.title, lang))}[/bold]{who}, as of {found.as_of}, use `{found.use}`")
    say(f"edition of {found.edition} ({found.digest[:12]}), {LOGGED[found.log]}")
    if found.score is None:
        say("[bold]no score[/bold]")
        for why in found.no_score:
            say(f"  {escape(words(why.because, lang))} [dim]({why.policy})[/dim]")
    else:
        say(f"score [bold]{found.score}[/bold], band [bold]{found.band}[/bold]")
    if found.points:
        lost = {reason.rule: reason for reason in found.reasons}
        table = Table(box=None, pad_edge=False, padding=(0, 2))
        table.add_column("rule")
        table.add_column("points", justify="right")
        table.add_column("lost", justify="right")
        table.add_column("rank", justify="right")
        for rule, points in found.points.items():
            rank = next((str(n) for n, reason in enumerate(found.reasons, 1) if reason.rule == rule), "")
            less = str(lost[rule].lost) if rule in lost else ""
            table.add_row(rule, "–" if points is None else f"{points:+d}", less, rank)
        console.print(table, highlight=False)
    for number, reason in enumerate(found.reasons, 1):
        because = f": {words(reason.because, lang)}" if reason.because else ""
        say(escape(f"reason {number}: {words(reason.text, lang)}{because} ({reason.lost} points below the best case)"))
    for conclusion, value in found.conclusions.items():
        say(escape(f"concluded {conclusion}: {'unknown' if value is None else str(value).lower()}"))
    for consequence in found.consequences:
        say(escape(f"follows ({consequence.polarity}): {words(consequence.effect, lang)}"))
    if not found.consequences:
        say("nothing follows")
    for out in found.left_out:
        say(escape(f"left out ({out.why}): {out.source}{'' if out.row is None else f' row {out.row}'}"))


def what_if(console: Console, edition: Edition, found: Decision, near: Nearest, lang: str) -> None:
    """The nearest change for each rule, those that reach a better band, and what the rulebook says one can do."""

    def change(one: Change) -> str:
        kind = edition.measures[one.measure].type
        now = worked_out(edition, measures_of(edition, found), found.as_of)[one.measure]
        then, was = (prose.value(kind, value, lang, edition.about) for value in (one.value, now))
        return f"`{one.measure}` {then} instead of {was}"

    def say(line: str) -> None:
        console.print(escape(line), highlight=False, soft_wrap=True)

    say("what would change it, one measure at a time, all others as they are:")
    for better in near.rules:
        mends = edition.rules[better.rule].mends
        say(f"  {better.rule}: {better.points:+d} ({better.more} more) with {change(better.change)}")
        say(f"    what you can do: {words(mends, lang)}" if mends else "    the rulebook names nothing you can do")
    for one in near.known:
        say(f"  a score of {one.score} or more as soon as `{one.measure}` is known")
    for way in near.ways:
        wait = "" if way.wait is None else ", which only takes time"
        say(f"  {way.change.band}, score {way.change.score}, with {change(way.change)}{wait}")
    for way in near.together:
        say(f"  together: score {way.change.score} ({way.change.band}) with {change(way.change)}")
    if near.ways or near.known or near.together:
        return
    if edition.score is not None:
        best = found.band == edition.score.bands[-1].id
        say("  this is the best band" if best else "  no single change leads to a better band")


def one_line(found: Decision) -> str:
    """A decision on one line, for many."""
    subject = f"{found.subject}: " if found.subject else ""
    score = "no score" if found.score is None else f"{found.score} {found.band}"
    follows = ", ".join(consequence.id for consequence in found.consequences) or "nothing follows"
    return f"{subject}{score}; {follows}"


def refused_line(found: Refusal, number: int) -> str:
    """A refusal on one line, with the number of the line it answers."""
    return f"line {number}: refused: " + "; ".join(
        f"{one.pointer}: {one.sentence}" if one.pointer else one.sentence for one in found.refusals
    )


def explanation(console: Console, edition: Edition, found: Decision, lang: str) -> None:
    """How a decision came about, in sentences."""
    for sentence in prose.steps(edition, found, lang):
        console.print(escape(sentence), highlight=False, soft_wrap=True)
    console.print(prose.logged(found.log, lang), highlight=False, soft_wrap=True)


# -------------------------------------------------------------------------------------------------- shipped records


def shipped_records(console: Console, rulebook: Rulebook, *, rewrite: bool) -> bool:
    """A table of the shipped records and what came of them; true when one is not as expected or readings disagree."""
    lang = rulebook.about.languages[0]
    console.print(f"[bold]{rulebook.about.id}[/bold]: shipped records", highlight=False)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("record", "as of", "result", "follows", "as expected"):
        table.add_column(column, no_wrap=column != "follows")
    failed = False
    for one in shipped(rulebook):
        result_, verdict = compared(rulebook, one, lang, rewrite=rewrite)
        failed = failed or verdict != "yes"
        if isinstance(result_, Decision):
            outcome = "no score" if result_.score is None else f"{result_.score} {result_.band}"
            follows = ", ".join(consequence.id for consequence in result_.consequences) or "nothing"
            table.add_row(one.name, str(result_.as_of), outcome, follows, verdict)
        else:
            codes = ", ".join(dict.fromkeys(refused.code for refused in result_.refusals))
            table.add_row(one.name, "", "refused", codes, verdict)
    console.print(table, highlight=False)
    return failed


def compared(rulebook: Rulebook, one: Shipped, lang: str, *, rewrite: bool) -> tuple[Decision | Refusal, str]:
    """What comes of a shipped record under every reading, and whether that is what was expected."""
    results = {reading: evaluate(rulebook, one.record, reading=reading) for reading in get_args(Reading)}
    found = results["truth"]
    disagreeing = [reading for reading, result_ in results.items() if result_ != found]
    if disagreeing:
        return found, f"NO: {', '.join(disagreeing)} says otherwise than truth"
    data = expectation(found, lang)
    if rewrite:
        one.expected_file.parent.mkdir(exist_ok=True)
        one.expected_file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return found, "yes"
    return found, "yes" if data == one.expected else "NO: not what is expected"


# ---------------------------------------------------------------------------------------------------------- policies


MOST_NAMED = 8
"""So many policies are named where one that was asked for is not there."""


def find_document(rulebook: Rulebook, policy: str, as_of: date | None) -> Document | str:
    """The document of `[kind/]id[@version]`, or why there is none; else the one in force, or the first."""
    name, _, version = policy.partition("@")
    kind, _, id_ = name.rpartition("/")
    documents = [*rulebook.shelf.policies, *rulebook.shelf.drafts]
    same = [d for d in documents if d.data["id"] == id_ and kind in ("", d.data["kind"], f"{d.data['kind']}s")]
    kinds = sorted({d.data["kind"] for d in same})
    if not same:
        known = sorted({d.data["id"] for d in documents})
        near = get_close_matches(id_, known, n=5, cutoff=0.4) or known
        more = f" and {len(near) - MOST_NAMED} more" if len(near) > MOST_NAMED else ""
        return f"`{rulebook.about.id}` has no policy `{name}`; it has: {', '.join(near[:MOST_NAMED])}{more}"
    if len(kinds) > 1:
        return f"`{id_}` is the name of a {' and a '.join(kinds)}; write {kinds[0]}/{id_}"
    if version:
        found = next((d for d in same if d.data["version"] == version), None)
        versions = ", ".join(d.data["version"] for d in same)
        return found or f"`{id_}` has no version {version}; it has {versions}"
    day = (as_of or usual_day(rulebook)).isoformat()
    begun = [d for d in same if d.data["in_force"]["from"] <= day and d not in rulebook.shelf.drafts]
    begins = {id(d): str(d.data["in_force"]["from"]) for d in same}
    return max(begun, key=lambda d: begins[id(d)]) if begun else min(same, key=lambda d: begins[id(d)])


def day_of(document: Document, as_of: date | None) -> date:
    """The day to read a document under: the one asked for, or when it came into force."""
    return as_of or date.fromisoformat(document.data["in_force"]["from"])


def policy(console: Console, edition: Edition, document: Document, lang: str) -> None:
    """One policy in plain words."""
    for line in prose.policy(edition, document.data["kind"], document.data["id"], lang):
        console.print(escape(line), highlight=False, soft_wrap=True)
