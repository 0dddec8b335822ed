"""What a new version says that the old one did not: typed edits, done and undone, each with a grade."""

from engine.places import plain, same
from engine.readings.change.doing import apply, apply_to_policy, mirror
from engine.readings.change.finding import edits, policies, policy_edits
from engine.readings.change.grades import POSSIBLE, REASONS
from engine.readings.change.grading import fingerprint, graded
from engine.readings.change.ways import NAMES, WAYS, Inside, Parts

__all__ = [
    "NAMES",
    "POSSIBLE",
    "REASONS",
    "WAYS",
    "Inside",
    "Parts",
    "apply",
    "apply_to_policy",
    "edits",
    "fingerprint",
    "graded",
    "mirror",
    "plain",
    "policies",
    "policy_edits",
    "same",
]
