"""What a proof leaves out, by name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ir import Edition
from engine.proved import Unsaid


def withheld(edition: Edition) -> Iterator[Unsaid]:
    """The policies with a part that is not published: the engine does not score with them, and nobody can be shown.

    Nor can anybody be shown for a rulebook without a use, because every evaluation is for one.
    """
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    heads = [policy.head for kind in kinds for policy in kind.values()]
    for head in heads + ([edition.score.head] if edition.score else []):
        if head.withheld:
            yield Unsaid(head.kind, head.id, "withheld")
    if not edition.uses:
        yield Unsaid("rulebook", edition.about.id, "no-use")
