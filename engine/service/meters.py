"""What is counted: requests, decisions, refusals and time, by names that the operator or a rulebook gave."""

from __future__ import annotations

import os
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable with the folder in which several processes count together; it is set before this is imported."""
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


@dataclass(frozen=True, slots=True)
class Meters:
    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    evaluations: Counter
    refused: Counter


def create_meters() -> Meters:
    """New meters, all at nothing."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # when counting began says nothing
    registry = CollectorRegistry()
    return Meters(
        registry,
        Counter("rulebook_requests", "Requests by address and status.", ["route", "status"], registry=registry),
        Histogram("rulebook_request_seconds", "Time for an answer.", ["route"], buckets=SECONDS, registry=registry),
        Counter(
            "rulebook_evaluations",
            "Records by rulebook, use, consumer and whether they were decided or refused.",
            ["rulebook", "use", "consumer", "outcome"],
            registry=registry,
        ),
        Counter("rulebook_refused", "Requests that were not let through, and why.", ["why"], registry=registry),
    )


def told(meters: Meters) -> bytes:
    """Everything counted, as Prometheus reads it; of all processes where there are several."""
    if FOLDER not in os.environ:
        return generate_latest(meters.registry)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # it has no types
    return generate_latest(together)
