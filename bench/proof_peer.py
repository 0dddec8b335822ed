"""z3 asked plainly: are the scores of two versions, each written out in full, ever different?"""

from __future__ import annotations

from time import process_time

import z3

from engine.ir import Edition
from engine.readings.proof.logic import both
from engine.readings.proof.scoring import view
from engine.readings.proof.world import world


def equivalent(a: Edition, b: Edition, limit: float) -> tuple[bool, float]:
    """Whether it was proved within the limit that no score differs, and the seconds of the processor it took.

    The measures of the person are the same for both. Nothing of what the versions share is left out.
    """
    start = process_time()
    found = world([a, b], b.from_)
    before = view(found, 0)
    found.kept.clear()
    after = view(found, 1)
    solver = z3.Solver()
    solver.set("timeout", int(limit * 1000))
    solver.add(*(law for law in found.laws if law is not True))
    solver.add(both([before.scored, after.scored, before.score.value != after.score.value]))
    answer = solver.check()
    assert answer != z3.sat, "the versions are the same"
    return answer == z3.unsat, process_time() - start
