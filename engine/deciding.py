"""Which versions may decide about anybody: those in the public log, where a rulebook has one."""

from __future__ import annotations

from dataclasses import replace

from engine.log.promulgated import log_of, only_promulgated
from engine.log.store import BadLogError
from engine.problem import Problem
from engine.rulebook import BadRulebook, Rulebook


def deciding(rulebook: Rulebook, *, drafts: bool = False) -> Rulebook:
    """The rulebook without what is not in its log; with `drafts`, or where there is no log, the rulebook as it is.

    A rulebook whose log does not fit together decides nothing: BadRulebook says so.

    >>> from engine import load_rulebook
    >>> book = load_rulebook("fair-civic-trust")
    >>> deciding(book, drafts=True) is book
    True
    """
    if drafts:
        return rulebook
    if "deciding" not in rulebook.cache:
        rulebook.cache["deciding"] = _deciding(rulebook)
    found = rulebook.cache["deciding"]
    assert isinstance(found, Rulebook)
    return found


def _deciding(rulebook: Rulebook) -> Rulebook:
    try:
        log = log_of(rulebook.shelf)
    except BadLogError as bad:
        help_ = "nothing is decided by rules that nobody can look up: `rulebook log verify`, or --drafts"
        raise BadRulebook([Problem("bad-log", f"the log cannot be read: {bad}", help=help_)]) from None
    shelf = rulebook.shelf if log is None else only_promulgated(rulebook.shelf, log)
    if len(shelf.policies) == len(rulebook.shelf.policies):
        return rulebook
    found = replace(rulebook, shelf=shelf, cache={})
    found.cache["deciding"] = found
    return found
