"""What was counted as text, Markdown, a page of its own, and JSON."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from engine.impact.result import BARE, MOVES, OUTCOMES, THRESHOLD, Impact
from engine.ir import Edition
from engine.readings import prose
from engine.readings.prose import Grid, ImpactPart

WIDTH = 30
"""Letters of the longest bar."""


def text(console: Console, found: Impact, lang: str, title: str) -> None:
    """For a person at a terminal."""
    console.print(f"[bold]{escape_markup(title)}[/bold]\n", highlight=False, soft_wrap=True)
    for part in prose.impact(found, lang):
        console.print(f"[bold]{escape_markup(part.title)}[/bold]", highlight=False)
        for line in part.lines:
            console.print(escape_markup(f"  {line}"), highlight=False, soft_wrap=True)
        if part.grid:
            console.print(_table(part.grid))
        console.print()


def _table(grid: Grid) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="")
    for index, head in enumerate(grid.head):
        table.add_column(escape_markup(head), justify="right" if index else "left", overflow="fold")
    if grid.bars:
        table.add_column("", no_wrap=True)
    for index, row in enumerate(grid.rows):
        bar = [_bar(grid.bars[index])] if grid.bars else []
        table.add_row(*(escape_markup(cell) for cell in row), *bar)
    return table


def _bar(share: float | None) -> str:
    """A bar as long as a share; whatever is above nothing is seen.

    >>> _bar(0.5), _bar(0.001), _bar(0), _bar(None)
    ('███████████████', '▏', '', '')
    """
    if not share:
        return ""
    eighths = max(1, round(share * WIDTH * 8))
    return "█" * (eighths // 8) + "▏▎▍▌▋▊▉"[eighths % 8 - 1 : eighths % 8]


def markdown(found: Impact, lang: str, title: str) -> str:
    """For the comment on a change."""
    lines = [f"## {_cell(title)}", ""]
    for part in prose.impact(found, lang):
        lines += [f"### {_cell(part.title)}", "", *(_cell(line) for line in part.lines), *([""] if part.lines else [])]
        if part.grid:
            lines += [_line(part.grid.head), _line(["---", *["---:"] * (len(part.grid.head) - 1)], plain=True)]
            lines += [_line(row) for row in part.grid.rows]
            lines.append("")
    return "\n".join(lines)


def _line(cells: Sequence[str], *, plain: bool = False) -> str:
    return f"| {' | '.join(cell if plain else _cell(cell) for cell in cells)} |"


def _cell(words: str) -> str:
    r"""Words that Markdown leaves as they are.

    >>> print(_cell("a|b *c* <d>"))
    a\|b \*c\* &lt;d>
    """
    for mark in "\\`*_[]|#~":
        words = words.replace(mark, f"\\{mark}")
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")


# --------------------------------------------------------------------------------------------------------------- HTML

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .25rem .75rem; text-align: right; vertical-align: top; border-bottom: 1px solid #ccc }
th:first-child, td:first-child { text-align: left }
td.bar { text-align: left; width: 12rem }
svg { display: block; height: 1rem; width: 100% }
rect { fill: #2b5c8a }
@media print { body { margin: 0; max-width: none } section { break-inside: avoid } }
"""


def html(found: Impact, lang: str, title: str) -> str:
    """One page that needs nothing else and runs nothing."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    body = "\n".join(line for part in prose.impact(found, lang) for line in _section(part))
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(part: ImpactPart) -> Iterator[str]:
    yield f"<section>\n<h2>{escape(part.title)}</h2>"
    for line in part.lines:
        yield f"<p>{escape(line)}</p>"
    if part.grid:
        grid = part.grid
        bar = '<td class="bar"></td>' if grid.bars else ""
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in grid.head)
        yield f"<table>\n<thead><tr>{head}{bar}</tr></thead>\n<tbody>"
        for index, row in enumerate(grid.rows):
            cells = f'<th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            yield f"<tr>{cells}{_drawn(grid.bars[index]) if grid.bars else ''}</tr>"
        yield "</tbody>\n</table>"
    yield "</section>"


def _drawn(share: float | None) -> str:
    """The same bar as a picture; the number stands beside it."""
    width = 0 if not share else max(0.5, round(100 * share, 1))
    picture = '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    return f'<td class="bar">{picture}<rect width="{width}" height="10"/></svg></td>'


# --------------------------------------------------------------------------------------------------------------- JSON


def impact_json(found: Impact) -> dict[str, Any]:
    """What was counted as plain JSON data; null is a count that is left out, and the band of no score."""
    counts = found.counts

    def band(name: str) -> str | None:
        return None if name == BARE else name

    return {
        "rulebook": found.new.about.id,
        "before": _edition(found.old),
        "after": _edition(found.new),
        "as_of": found.as_of.isoformat(),
        "use": found.use,
        "population": {
            "kind": found.population.kind,
            "people": found.population.people,
            "seed": found.population.seed,
        },
        "left_out_below": THRESHOLD,
        "outcomes": {outcome: counts["outcome", outcome] for outcome in OUTCOMES},
        "changes": [
            {"from": one.least, "to": one.greatest, "people": counts["bin", str(index)]}
            for index, one in enumerate(found.bins)
        ],
        "quantiles": [
            {"percent": one.percent, "from": found.bins[one.bin].least, "to": found.bins[one.bin].greatest}
            for one in found.quantiles
        ],
        "bands": {
            "before": [{"band": band(was), "people": counts["before", was]} for was in found.bands_before],
            "after": [{"band": band(is_), "people": counts["after", is_]} for is_ in found.bands_after],
            "moves": [
                {"before": band(was), "after": band(is_), "people": counts["bands", was, is_]}
                for was in found.bands_before
                for is_ in found.bands_after
            ],
        },
        "consequences": [
            {
                "id": id_,
                "had": counts["had", id_],
                "has": counts["has", id_],
                **{move: counts["consequence", id_, move] for move in MOVES},
            }
            for id_ in found.consequences
        ],
        "groups": [
            {"attribute": attribute, "values": [_group(found, attribute, value) for value in values]}
            for attribute, values in found.groups.items()
        ],
    }


def _edition(edition: Edition) -> dict[str, str]:
    return {"from": edition.from_.isoformat(), "digest": edition.digest}


def _group(found: Impact, attribute: str, value: str) -> dict[str, Any]:
    name = ("group", attribute, value)
    return {
        "value": None if value == BARE else value,
        "people": found.counts[name],
        "outcomes": {outcome: found.counts[*name, "outcome", outcome] for outcome in OUTCOMES},
        "consequences": [
            {"id": id_, "gained": found.counts[*name, id_, "gained"], "lost": found.counts[*name, id_, "lost"]}
            for id_ in found.consequences
        ],
    }
