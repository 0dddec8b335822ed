"""The commands `rulebook history` and `editions`: what became of every version, and what each edition brought."""

from __future__ import annotations

import json
from datetime import date

import click

from engine.cli import BOOK, DAY, KNOWN_AT, LANG, language, main, open_book, problems_said
from engine.display import find_document
from engine.history import issues, versions
from engine.history_json import editions_json, history_json
from engine.readings import prose
from engine.rulebook import usual_day

FORM = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@main.command()
@click.argument("policy", metavar="POLICY")
@BOOK
@click.option(
    "--as-of",
    type=DAY,
    metavar="DATE",
    help="The day on which a version is in force, or is not (today, or the rulebook’s first day).",
)
@FORM
@LANG
@click.pass_context
def history(ctx: click.Context, policy: str, book: str | None, as_of: date | None, form: str, lang: str | None) -> None:
    """Tell every version of a policy: what it changed and why, and whether it is in force. POLICY is an id, or kind/id.

    Drafts come first, with the day until which they are open for comment.
    """
    rulebook = open_book(ctx, book)
    tag = language(rulebook, lang)
    if "@" in policy:
        raise click.ClickException(f"`{policy}` names a version; a history has them all")
    document = find_document(rulebook, policy, as_of)
    if isinstance(document, str):
        raise click.ClickException(document)
    day = as_of or usual_day(rulebook)
    found = versions(rulebook, document.data["kind"], document.data["id"], day)
    if form == "json":
        click.echo(json.dumps(history_json(rulebook, found, day, tag), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(prose.history(rulebook.about, found, day, tag)))


@main.command()
@click.argument("book", required=False, metavar="[RULEBOOK]")
@KNOWN_AT
@FORM
@LANG
@click.pass_context
def editions(ctx: click.Context, book: str | None, known_at: date | None, form: str, lang: str | None) -> None:
    """Tell every edition of a rulebook: its days, its fingerprint, and what is new in it and what is gone."""
    rulebook = open_book(ctx, book)
    tag = language(rulebook, lang)
    with problems_said():
        found = issues(rulebook, known_at)
    if form == "json":
        click.echo(json.dumps(editions_json(rulebook, found, known_at, tag), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(prose.editions(rulebook.about, found, tag)))
