"""What stands around every page of a rulebook: whose it is, and which edition is shown."""

from __future__ import annotations

from datetime import date

from publisher import pages as p
from publisher.speech import Speaker, text, title


def framed(speaker: Speaker, until: date | None, state: str) -> p.Frame:
    """The frame of an edition in one language; `state` is what the edition is on the day of the build."""
    edition = speaker.edition
    about = edition.about
    return p.Frame(
        title(speaker, about.title),
        text(speaker, about.operator),
        text(speaker, about.contact),
        about.standing,
        speaker.lang,
        about.languages,
        speaker.home,
        edition.from_,
        until,
        state,
        edition.digest,
        about.address,
    )
