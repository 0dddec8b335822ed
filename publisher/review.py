"""The review file: everything about a step in one file, from the same parts as its page on the website."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from rcssmin import cssmin

from engine.ir import About, Text
from engine.readings import prose as words
from engine.readings.prose.words import phrase
from engine.sides import Side
from publisher import addresses
from publisher import pages as p
from publisher.changing import card_order, step_page
from publisher.edition_print import seal
from publisher.framing import framed
from publisher.locate import site_folder
from publisher.render import render
from publisher.speech import Speaker, prose
from publisher.steps import between
from publisher.studies import Study
from publisher.writing import written

FILE = PurePosixPath("review.html")


def review(old: Side, new: Side, study: Study, lang: str) -> bytes:
    """What changes from one side to the other, as one HTML file."""
    ((_, content),) = render([review_page(old, new, study, lang)])
    return content


def review_page(old: Side, new: Side, study: Study, lang: str) -> p.ReviewPage:
    about = new.rulebook.about
    speaker = Speaker(new.edition, lang, addresses.home(about.id, lang), anchors=False)
    step = between(old, new, study)
    frame = framed(speaker, None, "now")
    page = step_page(speaker, frame, None, step)
    texts = tuple(written(speaker, step, policy, most=None) for policy in card_order(step) if policy is not None)
    texts = tuple(each for each in texts if each.hunks)
    cards = tuple(replace(each, more=None) if isinstance(each, p.Card) else each for each in page.blocks)
    index = tuple(
        p.IndexEntry(each.grade, p.Link(each.title, f"{FILE}#{each.anchor}"))
        for each in cards
        if isinstance(each, p.Card)
    )
    whole = replace(page, path=FILE, blocks=(*cards, *texts), index=index, parts=(str(FILE),))
    style = sheet()
    said = phrase(lang, "change.from_to", old=heading(old, lang), new=heading(new, lang))
    sides = ((prose(speaker, heading(each, lang)), each.edition.from_, each.edition.digest) for each in (old, new))
    return p.ReviewPage(FILE, frame, prose(speaker, said), tuple(sides), whole, style, seal(style))


def heading(side: Side, lang: str) -> str:
    """What a side is called."""
    about, policy, drafts = side.edition.about, side.policy, side.rulebook.shelf.drafts
    if policy is None:
        key = "change.drafts" if any(one in drafts for one in side.documents) else "change.edition"
        return phrase(lang, key, title=named(about.title, lang, about), date=words.day(side.edition.from_, lang))
    key = "change.draft" if policy in drafts else "change.version"
    return phrase(lang, key, title=named(policy.data["title"], lang, about), version=policy.data["version"])


def named(title_: Text, lang: str, about: About) -> str:
    return words.say(title_, lang, about.languages[0])[0]


@cache
def sheet() -> str:
    """The look of the website and that of its change pages."""
    found = (site_folder() / "assets" / name for name in ("style.css", "change.css"))
    return str(cssmin("\n".join(file.read_text("utf-8") for file in found)))
