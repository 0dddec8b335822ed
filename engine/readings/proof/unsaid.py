"""What a proof leaves out, by name."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ir import Edition
from engine.readings.proof.world import Unsaid


def withheld(edition: Edition) -> Iterator[Unsaid]:
    """The policies with a part that is not published: the engine does not score with them, and nothing is proved."""
    kinds = (edition.sources, edition.measures, edition.rules, edition.uses, edition.exclusions, edition.rights)
    heads = [policy.head for kind in kinds for policy in kind.values()]
    for head in heads + ([edition.score.head] if edition.score else []):
        if head.withheld:
            yield Unsaid(head.kind, head.id, "withheld")
