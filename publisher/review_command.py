"""The command `rulebook review`: everything about a change in one file for an inquiry."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import BOOK, LANG, USE, language, main, problems_said
from engine.impact_command import counted
from engine.proofs import claims
from engine.sides import BadSide, sides
from publisher.diff_command import BadInputError
from publisher.pdf import CannotPrintError, find_browser, to_pdf
from publisher.review import review as review_file
from publisher.studies import Study
from publisher.studies import counted as counted_if_any
from publisher.write import CannotWriteError, put

PEOPLE = 10_000
"""So many synthetic people are counted if nobody is named."""

REVIEW = """Write all that is known of a change from A to B into one file: HTML, or PDF by a browser.

What it says in words, what was proved with example people, what was counted, and the policies as written. A and B are
named as for `rulebook diff`.
"""


@main.command(help=REVIEW, short_help="Write everything about a change into one file.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file: .html, or .pdf for paper."
)
@click.option(
    "--population", metavar="FOLDER|FILE.jsonl|synthetic[:N[:SEED]]", help="Who is counted (default: synthetic:10000)."
)
@BOOK
@USE
@click.option("--no-proof", is_flag=True, help="Leave out what takes the solver.")
@click.option("--limit", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds a question.")
@LANG
@click.pass_context
def review(
    ctx: click.Context,
    a: str,
    b: str,
    out: Path,
    population: str | None,
    book: str | None,
    use: str | None,
    limit: float,
    lang: str | None,
    *,
    no_proof: bool,
) -> None:
    if out.suffix not in {".html", ".pdf"}:
        raise click.BadParameter("the file must end in .html or .pdf", param_hint="--out")
    try:
        browser = find_browser() if out.suffix == ".pdf" else None
        with problems_said():
            old, new = sides(a, b, ctx.obj, book)
        tag = language(new.rulebook, lang)
        claimed = None if no_proof else claims(old.edition, new.edition, limit)
        named = population is not None or use is not None
        impact = (
            counted(old, new, population or f"synthetic:{PEOPLE}", use=use)
            if named
            else counted_if_any(old.edition, new.edition, PEOPLE)
        )
        page = review_file(old, new, Study(claimed, impact), tag)
        put(str(out.absolute()), to_pdf(page, browser) if browser else page, set())
    except BadSide as bad:
        raise BadInputError(str(bad)) from None
    except (CannotPrintError, CannotWriteError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{out}: {a} → {b}, {tag}")
