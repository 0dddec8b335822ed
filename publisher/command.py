"""The command `rulebook`: the engine's commands, and `publish` and `serve`."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import main, problems_said, rulebook_folders
from publisher.publish import publish as publish_site
from publisher.serve import serve as serve_site

__all__ = ["main"]

OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/site"),
    show_default=True,
    help="The folder of the website.",
)


@main.command()
@OUT
@click.pass_context
def publish(ctx: click.Context, out: Path) -> None:
    """Write the public website of every rulebook: plain files that also open without a server."""
    with problems_said():
        summary = publish_site(rulebook_folders(ctx.obj), out)
    click.echo(summary)


@main.command()
@OUT
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.pass_context
def serve(ctx: click.Context, out: Path, host: str, port: int) -> None:
    """Build the website and serve it with the API: POST /v1/rulebooks/ID/evaluate."""
    with problems_said():
        serve_site(ctx.obj, out, host, port)
