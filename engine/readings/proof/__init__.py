"""What can and cannot happen: an edition, or the step from one edition to the next, as questions to a solver.

Everything is an integer. A source of rows is how many rows there are of each kind, so that what is counted from the
same rows is tied together; of two editions, what both have in common cancels. Nobody is shown who was not run through
the engine first. What is found is in `engine.proved`.
"""

from engine.readings.proof.between import compare, first
from engine.readings.proof.independence import fields_read, independent
from engine.readings.proof.people import sent_to
from engine.readings.proof.pinned import NEVER, Anybody, anybody, decide, decide_given
from engine.readings.proof.within import prove

__all__ = [
    "NEVER",
    "Anybody",
    "anybody",
    "compare",
    "decide",
    "decide_given",
    "fields_read",
    "first",
    "independent",
    "prove",
    "sent_to",
]
