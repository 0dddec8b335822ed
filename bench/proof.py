"""How long it takes to say what can and cannot happen."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from time import process_time
from typing import Any

from bench import book, proof_card, proof_peer
from bench.timing import table
from engine.ir import Edition
from engine.proofs import claims, compare, prove
from engine.proved import Cliff, Reach

LIMIT = 60.0
PEER_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """A card: so many rules of so many cases, so many rules across several measures."""

    rules: int
    cases: int
    cross: int


SIZES = (Size(12, 5, 10), Size(60, 10, 0), Size(60, 10, 10))
"""Sixty cases with ten rules across fields, six hundred without, and six hundred with."""


def measured(size: Size) -> list[str]:
    """Seconds for equivalence, for everything between two versions, and for everything within one."""
    documents = proof_card.card(size.rules, size.cases, size.cross)
    a = book.edition(documents)
    same = book.edition(documents)
    b = book.edition(proof_card.changed(documents, "rule-m3", 15))
    plain = proof_peer.equivalent(a, same, PEER_LIMIT)
    seconds = [_seconds(compare, a, same, LIMIT), _seconds(compare, a, b, LIMIT), _seconds(prove, a, LIMIT)]
    found = prove(a, LIMIT)
    assert "undecided" not in (compare(a, b, LIMIT).verdict, *(one.reachable for one in found.cases))
    assert isinstance(found.score.most, Reach), found.score
    assert isinstance(found.cliff, Cliff), found.cliff
    assert claims(a, same, LIMIT).claim == "patch"
    assert all(one.holds == "yes" for one in found.directions), [one for one in found.directions if one.holds != "yes"]
    cases = sum(len(rule.cases) for rule in a.rules.values())
    told = f"over {plain[1]:.0f}" if not plain[0] else f"{plain[1]:.2f}"
    return [f"{size.rules} × {size.cases}, {size.cross} across", f"{cases}", *(f"{one:.2f}" for one in seconds), told]


def _seconds(what: Any, *given: Edition | float) -> float:
    start = process_time()
    what(*given)
    return process_time() - start


def section() -> str:
    """One table."""
    rows = [measured(size) for size in SIZES]
    z3 = version("z3-solver")
    head = ["card", "cases", "equivalent, s", "between two versions, s", "within one, s", "equivalent by z3 alone, s"]
    return f"""## Proof

Everything `rulebook prove` says of one version, and everything that is said of two, with every example person run
through the engine; a time limit of {LIMIT:.0f} s for each question was never reached. The last column is z3 {z3}
asked whether the two scores, each written out in full, can differ: why what both versions share is left out. Seconds
are those of the processor.

{table(head, rows)}
"""
