"""Open Rulebook: policies in, decisions with their reasons out.

>>> from engine import evaluate, load_rulebook
>>> evaluate(load_rulebook("fair-civic-trust"), {"sources": {}, "as_of": "2026-12-15"}).band is None
True
"""

from engine.evaluation import evaluate
from engine.rulebook import load_rulebook

__all__ = ["evaluate", "load_rulebook"]
