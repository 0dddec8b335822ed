"""What an operator adds to a service: who may ask, a register, and keys that sign receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.log.note import Signer
from engine.log.promulgated import log_of
from engine.log.store import Log
from engine.register.store import Register
from engine.rulebook import Rulebook
from engine.service.consumers import Consumer
from engine.service.rates import Rates

Rulebooks = Mapping[str, Rulebook]
Current = Callable[[], Rulebooks]
"""Gives the rulebooks as they are now. An answer asks once, so that it is of one edition."""


@dataclass(frozen=True, slots=True)
class Operator:
    """`consumers` is None in a demonstration, where everybody on the machine may evaluate and nothing is kept."""

    consumers: tuple[Consumer, ...] | None = None
    rates: Rates | None = None
    register: Register | None = None
    signers: Mapping[str, Signer] = field(default_factory=dict)
    """The key that signs receipts, by rulebook."""


def operator_with(
    consumers: tuple[Consumer, ...] | None, register: Register | None, signers: Mapping[str, Signer]
) -> Operator:
    """An operator whose consumers are counted. Made before the processes that serve are."""
    rates = None if consumers is None else Rates([(each.evaluations, float(each.seconds)) for each in consumers])
    return Operator(consumers, rates, register, signers)


def log_for(rulebook: Rulebook) -> Log | None:
    """The log of a rulebook as it was when the rulebook was loaded; read once."""
    if "log" not in rulebook.cache:
        rulebook.cache["log"] = log_of(rulebook.shelf)
    found = rulebook.cache["log"]
    return found if isinstance(found, Log) else None
