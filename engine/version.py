"""Which engine this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def engine_version() -> str:
    """The name of the engine with its version, as results name it."""
    try:
        return f"openrulebook {version('openrulebook')}"
    except PackageNotFoundError:
        return "openrulebook"
