"""The operator's service: records in, decisions out, over HTTP. Bad input gets an RFC 9457 problem."""

from engine.service.answers import problem
from engine.service.app import create_app, install
from engine.service.operator import Operator

__all__ = ["Operator", "create_app", "install", "problem"]
