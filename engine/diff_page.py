"""A change as one HTML file that can be filed, printed and sent: no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from markupsafe import Markup

from engine.change import Change, counts, telling
from engine.edits import Grade, Graded
from engine.readings import prose
from engine.readings.prose.words import phrase
from engine.worddiff import Piece

STYLE = Markup("""
:root{color-scheme:light dark}
body{font:1rem/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
body{max-width:50rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
article{border-inline-start:.3rem solid;padding-inline-start:1rem;margin:1rem 0;break-inside:avoid}
.because,.mark{font-size:.875rem;margin:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem}
ins{text-decoration:underline;text-decoration-thickness:.15em}
del{text-decoration:line-through}
@media print{body{margin:0;max-width:none}details{break-inside:auto}}
""")
MARKS = {Grade.WEAKENS: "▼", Grade.STRENGTHENS: "▲", Grade.NEUTRAL: "＝", Grade.EDITORIAL: "·"}
"""How a grade is drawn: better and worse never by colour alone."""

PAGE = Markup(
    '<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    '<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
    "<body>\n<main>\n<h1>{title}</h1>\n<p>{summary}</p>\n{parts}</main>\n</body>\n</html>"
)
PART = Markup("<h2>{title}</h2>\n{body}")
CARD = Markup(
    '<article id="{mark}">\n<p><span aria-hidden="true">{sign}</span> {sentence}</p>\n'
    '<p class="because">{because}</p>\n<p class="mark"><a href="#{mark}">{name}</a></p>\n</article>\n'
)
DOCUMENT = Markup("<details open>\n<summary>{file}</summary>\n<pre>{pieces}</pre>\n</details>\n")
LINE = Markup("<p>{line}</p>\n")
PIECES = {"same": Markup("{text}"), "removed": Markup("<del>{text}</del>"), "added": Markup("<ins>{text}</ins>")}


def page(
    found: Change,
    title: str,
    summary: str,
    proof: Sequence[str],
    texts: Sequence[tuple[str, tuple[Piece, ...]]],
    lang: str,
) -> str:
    """The whole page: one sentence, counts, cards by grade, what was proved, and the documents word by word."""
    told = telling(found.edits)
    parts = [
        PART.format(
            title=phrase(lang, f"change.grade.{grade}"),
            body=Markup().join(_card(found, one, lang) for one in told if one.grade is grade),
        )
        for grade, count in counts(told).items()
        if count
    ]
    if proof:
        lines = Markup().join(LINE.format(line=line) for line in proof)
        parts.append(PART.format(title=phrase(lang, "change.proof.title"), body=lines))
    if texts:
        parts.append(
            PART.format(
                title=phrase(lang, "change.text"), body=Markup().join(_document(file, each) for file, each in texts)
            )
        )
    return PAGE.format(
        lang=lang, policy=_policy(), title=title, style=STYLE, summary=summary, parts=Markup().join(parts)
    )


def _policy() -> str:
    """Nothing may be loaded and nothing run; the one style is named by its hash."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _card(found: Change, one: Graded, lang: str) -> Markup:
    return CARD.format(
        mark=one.fingerprint,
        sign=MARKS[one.grade],
        sentence=prose.edit(found.before, found.after, one.edit, lang),
        because=prose.because(one.because, lang),
        name=phrase(lang, "change.fingerprint", mark=one.fingerprint),
    )


def _document(file: str, pieces: Sequence[Piece]) -> Markup:
    body = Markup().join(PIECES[piece.kind].format(text=piece.text) for piece in pieces)
    return DOCUMENT.format(file=file, pieces=body)
