"""The same policies as a website."""

from publisher.build import Published, publish

__all__ = ["Published", "publish"]
