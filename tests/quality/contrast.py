"""Contrast of every pair of colours in the style sheets, in light, in dark and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.quality.result import Figure, Result
from tests.quality.site import Site

TEXT, GRAPHIC = 7.0, 3.0
GROUNDS = ("bg", "soft")
"""What the text of a page stands on, unless a rule says something else."""

ELSEWHERE = {"focus": "bar"}
"""A mark that stands on another ground; around the focus it is one half of a ring, which is looked at as a whole."""
QUIET = {"line", "bar"}
"""Lines that only part what is apart anyway."""

VAR = r"var\(--([\w-]+)\)"
Tokens = Mapping[str, str]


def check(site: Site) -> Result:
    sheets = [content.decode() for path, content in sorted(site.files.items()) if path.endswith(".css")]
    worst = {"text": (99.0, ""), "graphic": (99.0, "")}
    misses = []
    themes = read_themes(sheets)
    for theme, tokens in themes.items():
        for what, front, back, least in pairs(sheets, tokens):
            if theme == "print" and front in ELSEWHERE:
                continue
            ratio = contrast(tokens[front], tokens[back])
            name = f"--{front} on --{back} ({theme})"
            worst[what] = min(worst[what], (ratio, name))
            if ratio < least:
                misses.append(f"{name}: {ratio:.2f}:1")
        if {"focus", "focusink"} <= tokens.keys():  # two rings, one dark and one light: one of them is seen anywhere
            ring = min(
                max(contrast(tokens[each], tokens[back]) for each in ("focus", "focusink"))
                for back in (*GROUNDS, "bar")
            )
            worst["graphic"] = min(worst["graphic"], (ring, f"the ring of the focus ({theme})"))
            if ring < GRAPHIC:
                misses.append(f"the ring of the focus ({theme}): {ring:.2f}:1")
    misses += [f"a colour beside the tokens: {colour}" for colour in stray(sheets)]
    figures = [
        Figure(f"lowest contrast of {what}", f"{ratio:.2f}:1 {name}", f"{least:g}:1")
        for (what, (ratio, name)), least in zip(worst.items(), (TEXT, GRAPHIC), strict=True)
    ]
    return Result(tuple(figures), tuple(misses))


def read_themes(sheets: list[str]) -> dict[str, Tokens]:
    """The colours by name in each theme; a theme has those of the light one that it does not change."""
    found: dict[str, dict[str, str]] = {"light": {}, "dark": {}, "print": {}}
    for sheet in sheets:
        for media, selector, body in rules(sheet):
            theme = "dark" if "dark" in media else "print" if "print" in media else "light"
            if ":root" in selector and "forced-colors" not in media:
                found[theme].update(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,6})\b", body))
    return {theme: found["light"] | tokens for theme, tokens in found.items()}


def pairs(sheets: list[str], tokens: Tokens) -> Iterator[tuple[str, str, str, float]]:
    """What stands on what: as each rule says, and what has no ground of its own on each ground of a page."""
    seen = set()
    for sheet in sheets:
        for media, _, body in rules(sheet):
            if "forced-colors" in media:
                continue
            said = dict(re.findall(r"(?<![\w-])(color|fill|background(?:-color)?|border(?:-\w+)*):([^;}]*)", body))
            fronts = re.findall(VAR, said.get("color", ""))
            own = re.findall(VAR, said.get("background", said.get("background-color", "")))
            marks = [
                name
                for key, value in said.items()
                if key.startswith(("fill", "border"))
                for name in re.findall(VAR, value)
            ]
            for front in set(fronts) - (set() if own else set(GROUNDS)):  # white on what another rule says
                seen |= {("text", front, back, TEXT) for back in own or grounds(front, tokens)}
            for mark in set(marks) - QUIET - set(own) - set(GROUNDS):
                seen |= {("graphic", mark, back, GRAPHIC) for back in grounds(mark, tokens)}
    yield from sorted(each for each in seen if each[1] in tokens and each[2] in tokens)


def grounds(front: str, tokens: Tokens) -> tuple[str, ...]:
    """What a colour stands on when a rule does not say it: `noteink` is for `note`."""
    ground = front.removesuffix("ink")
    if front in ELSEWHERE:
        return (ELSEWHERE[front],)
    return (ground,) if ground != front and ground in tokens else GROUNDS


def rules(sheet: str) -> Iterator[tuple[str, str, str]]:
    """Each rule of a style sheet with the medium it is for.

    >>> list(rules("a{color:red}@media print{b{top:0}}"))
    [('', 'a', 'color:red'), ('print', 'b', 'top:0')]
    """
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    media = ""
    for found in re.finditer(r"@media([^{]*)\{|([^{}]+)\{([^{}]*)\}|\}", sheet):
        if found[1] is not None:
            media = found[1].strip()
        elif found[2] is not None:
            yield media, found[2].strip(), found[3]
        else:
            media = ""


def stray(sheets: list[str]) -> Iterator[str]:
    """Colours that are written where they are used, so that no theme can change them."""
    for sheet in sheets:
        for media, selector, body in rules(sheet):
            if "forced-colors" in media or "print" in media or ":root" in selector:
                continue
            for name, value in re.findall(r"(?<![\w-])([\w-]+):([^;}]*)", body):
                if name.startswith("--"):
                    continue
                if found := re.search(
                    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|\b(?:white|black|red|gr[ae]y|blue|green)\b", value
                ):
                    yield f"{selector} {{ {name}: {found.group()} }}"


def contrast(one: str, other: str) -> float:
    """As WCAG 2 counts it.

    >>> contrast("#000", "#ffffff")
    21.0
    """
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 2)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
