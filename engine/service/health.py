"""Whether the service lives, whether it can answer, and what it has counted."""

from __future__ import annotations

from http import HTTPStatus

import sqlalchemy as sa
from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from engine.register.tables import ENTRY
from engine.rulebook import BadRulebook
from engine.service.answers import answer, problem
from engine.service.asking import meters
from engine.service.meters import told
from engine.service.operator import Current, Operator

PATHS = ("/healthz", "/readyz", "/metrics")


def create_health(current: Current, operator: Operator) -> Blueprint:
    """The addresses that watch the service."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def healthz() -> Response:
        """Say that the service lives."""
        return answer({"status": "alive"})

    @health.get("/readyz")
    def readyz() -> Response:
        """Say whether the service can evaluate and write down what it decides."""
        try:
            rulebooks = current()
            if operator.register is not None:
                with operator.register.engine.connect() as connection:
                    connection.execute(sa.select(sa.func.max(ENTRY.c.seq)))
        except (BadRulebook, SQLAlchemyError):
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "a rulebook or the register cannot be read", "not-now")
        kept = "demonstration" if operator.consumers is None else "production"
        return answer({"status": "ready", "mode": kept, "rulebooks": list(rulebooks)})

    @health.get("/metrics")
    def metrics() -> Response:
        """Give what was counted, for Prometheus."""
        return Response(told(meters()), content_type=CONTENT_TYPE_LATEST)

    return health
