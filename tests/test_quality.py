"""The checks of `make quality` find what they are for: each is given pages with one fault, and the page without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.rulebook import load_rulebook
from publisher.publish import build
from tests.quality import contrast, language, links, strict, typography, weight
from tests.quality.readability import average, grade, hard
from tests.quality.result import Result
from tests.quality.site import Site, of_every_template, read
from tests.website import DAY, DEMO

RULE = "demo/{}/rules/paid-on-time.html"
POLICY = "default-src 'none'"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build([load_rulebook(DEMO)], folder, DAY)
    return folder


def alone(site: Path, to: Path, path: str, change: Callable[[str], str]) -> Site:
    """One page of a website with its style sheet, changed."""
    for name in (path, "assets/style.css"):
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes((site / name).read_bytes())
    text = (to / path).read_text("utf-8")
    changed = change(text)
    assert changed != text, "the fault is not in the page"
    (to / path).write_text(changed, "utf-8")
    return read(to)


def into(what: str) -> Callable[[str], str]:
    """Puts something at the end of the main part."""
    return lambda text: text.replace("</main>", f"{what}</main>", 1)


def instead(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


ENGLISH = "<p>This is what the rule looks at, and it is the same for you and for all.</p>"
GERMAN = "<p>Das ist die Regel, und sie wird nicht von der Behörde für Sie gemacht.</p>"
CHINESE = "<p>按时付清的账单加分。</p>"
FAULTS: dict[str, tuple[Callable[[Site], Result], str, Callable[[str], str], str]] = {
    "Chinese on an English page": (language.check, "en", into(CHINESE), "and Chinese"),
    "Chinese in a label": (language.check, "de", into('<p aria-label="按时付账">1</p>'), "and Chinese"),
    "English on a Chinese page": (language.check, "zh-Hans", into(ENGLISH), "hardly a Chinese character"),
    "English on a German page": (language.check, "de", into(ENGLISH), "reads like en"),
    "German on an English page": (language.check, "en", into(GERMAN), "reads like de"),
    "no language": (language.check, "en", instead('<html lang="en">', "<html>"), "no language"),
    "a dead link": (links.check, "en", into('<p><a href="gone.html">Gone</a></p>'), "gone.html leads nowhere"),
    "a dead anchor": (links.check, "en", into('<p><a href="#gone">Gone</a></p>'), "#gone leads nowhere"),
    "a link to a mail program": (links.check, "en", into('<p><a href="mailto:a@b">Mail</a></p>'), "opens no page"),
    "a link that runs": (links.check, "en", into('<p><a href="javascript:x">Run</a></p>'), "opens no page"),
    "a link without words": (links.check, "en", into('<p><a href="#main"></a></p>'), "has no words"),
    "a link of a mark": (links.check, "en", into('<p><a href="#main">›</a></p>'), "has no words"),
    "a link that says here": (links.check, "en", into('<p><a href="#main">Here</a></p>'), "only says"),
    "a Chinese link that says here": (links.check, "zh-Hans", into('<p><a href="#main">点击这里</a></p>'), "only says"),
    "two links of one name": (
        links.check,
        "en",
        into('<div><a href="#main">The rule</a></div><div><a href="#policy">The rule</a></div>'),
        "2 links are called",
    ),
    "an id twice": (links.check, "en", into('<p id="main">x</p>'), "is there twice"),
    "a script in the page": (strict.check, "en", into("<script>1</script>"), "a script in the page"),
    "a style in the page": (strict.check, "en", into("<style>p{}</style>"), "<style>"),
    "a style on an element": (strict.check, "en", into('<p style="color:red">x</p>'), "attribute style"),
    "an event": (strict.check, "en", into('<p onclick="x()">x</p>'), "attribute onclick"),
    "a frame": (strict.check, "en", into('<iframe src="x.html"></iframe>'), "<iframe>"),
    "a picture from elsewhere": (strict.check, "en", into('<img src="https://x.example/y.png" alt="">'), "loads"),
    "no policy": (strict.check, "en", instead("Content-Security-Policy", "X-Policy"), "0 policies"),
    "a loose policy": (strict.check, "en", instead(POLICY, "default-src 'self'"), "the policy"),
    "an open policy": (strict.check, "en", instead(POLICY, f"{POLICY}; img-src *"), "the policy"),
    "scripts where there are none": (
        strict.check,
        "en",
        instead(POLICY, f"{POLICY}; script-src 'self'"),
        "lets scripts",
    ),
    "a page that tells where one was": (strict.check, "en", instead("no-referrer", "origin"), "tells others"),
    "a narrow comma": (typography.check, "zh-Hans", into("<p>按时付账,加分。</p>"), "a narrow mark"),
    "a narrow comma after a link": (
        typography.check,
        "zh-Hans",
        into("<p><b>按时付账</b>,加分。</p>"),
        "a narrow mark",
    ),
    "a narrow stop": (typography.check, "zh-Hans", into("<p>按时付账.</p>"), "a narrow mark"),
    "narrow brackets": (typography.check, "zh-Hans", into("<p>加分(最多九十)。</p>"), "narrow brackets"),
    "straight quotes": (typography.check, "zh-Hans", into('<p>称为"好"。</p>'), "straight quotes"),
    "a blank before a number": (typography.check, "zh-Hans", into("<p>近 12个月。</p>"), "a character and a number"),
    "a blank between characters": (typography.check, "zh-Hans", into("<p>按时 付账。</p>"), "between characters"),
    "two stops": (typography.check, "zh-Hans", into("<p>按时付账。。</p>"), "two marks"),
    "a heavy page": (weight.check, "en", into("<p>" + "x" * 17_000 + "</p>"), "heaviest page is"),
    "a page that packs badly": (
        weight.check,
        "en",
        into("<p>" + " ".join(f"{n * 7919 % 99991:x}" for n in range(3000)) + "</p>"),
        "packed is",
    ),
}


@pytest.mark.parametrize(("check", "lang", "fault", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(
    check: Callable[[Site], Result], lang: str, fault: Callable[[str], str], said: str, site: Path, tmp_path: Path
):
    """And on the page without it nothing of the kind is said."""
    path = RULE.format(lang)
    found = check(alone(site, tmp_path / "faulty", path, fault)).misses
    assert [miss for miss in found if said in miss], found
    plain = check(alone(site, tmp_path / "plain", path, lambda text: text + "\n")).misses
    assert not [miss for miss in plain if said in miss]


STYLES = {
    "pale text": ("--mute:#465563", "--mute:#777", "--mute on --bg (light)"),
    "text that is pale in the dark": ("--mute:#abb8c3", "--mute:#666", "--mute on --bg (dark)"),
    "a pale bar": ("--gain:#1f6fb2", "--gain:#bcd", "--gain on --bg (light)"),
    "a focus that nobody sees": ("--focusink:#13202c", "--focusink:#ffe", "the ring of the focus"),
    "a note in its own colour": ("--noteink:#0c3a63", "--noteink:#e4eef8", "--noteink on --note"),
    "a colour without a name": ("body{", "body{color:#456;", "beside the tokens"),
}


@pytest.mark.parametrize(("old", "new", "said"), STYLES.values(), ids=STYLES)
def test_a_pale_colour_is_found(old: str, new: str, said: str, site: Path, tmp_path: Path):
    """In each theme, on each ground, and where a colour is written beside the themes."""
    style = (site / "assets" / "style.css").read_text("utf-8")
    assert old in style
    assert list(contrast.check(Site(tmp_path, {"style.css": style.encode()}, {})).misses) == []
    faulty = style.replace(old, new, 1)
    misses = contrast.check(Site(tmp_path, {"style.css": faulty.encode()}, {})).misses
    assert [miss for miss in misses if said in miss], misses


def test_hard_sentences_are_found():
    """A law is hard and a label is not, in English and in Chinese."""
    law = "Notwithstanding any provision to the contrary, the aforementioned institution is authorised to communicate "
    law += "particulars concerning contractual obligations to participating organisations."
    assert list(hard("en", law))
    assert not list(
        hard("en", "Paying rent and household bills by the due date adds points. Paying late takes them away.")
    )
    assert grade(law) > 15
    assert grade("You can ask to see your record. It costs nothing.") < 6
    assert list(
        hard(
            "zh-Hans",
            "对于未能在约定的付款期限届满之日以前向有关机构足额缴纳各项应付费用的当事人本机构有权依照规定予以扣减相应分值。",
        )
    )
    assert not list(hard("zh-Hans", "账单按期付清就加分。经常逾期会扣分。"))
    assert average("一二三。一二三四五。") == 4


def test_every_template_is_looked_at_in_every_language(site: Path):
    """A page of a new kind is measured without anybody adding it to a list."""
    found = dict(of_every_template(read(site)))
    for lang in ("en", "zh-Hans", "de"):
        for shape in (
            "index.html",
            "rules/*.html",
            "rules/*/*.html",
            "rules/*/drafts/*.html",
            "score.html",
            "uses/index.html",
        ):
            assert found[f"{shape} {lang}"].startswith(("demo/", "index.html"))
    kinds = {name.rpartition(" ")[0] for name in found}
    assert len(kinds) >= 25
